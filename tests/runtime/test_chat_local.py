"""A causal model of a folder: a tiny one with random weights, loaded, streamed, stopped and served for real."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from bigmodel_apps.problems import Busy, Cancelled, InputError, Unavailable
from bigmodel_apps.runtime.chat import Message, Phase, local
from bigmodel_apps.runtime.chat.endpoint import Endpoint
from bigmodel_apps.runtime.chat.local import MAX_WAITING, Local
from tests import tiny_chat
from tests.runtime.test_sources import Hub, use_hub

ASK = [Message("system", "Be brief."), Message("user", "Where is it?")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_chat.make(tmp_path_factory.mktemp("models") / "tiny")


class Reader:
    def __init__(self, stop_after: float = float("inf")) -> None:
        self.pieces: list[str] = []
        self.phases: list[Phase] = []
        self.reached = threading.Event()
        self._stop_after = stop_after

    def phase(self, phase: Phase) -> None:
        self.phases.append(phase)

    def piece(self, text: str) -> None:
        self.pieces.append(text)
        self.reached.set()

    def stopped(self) -> bool:
        return len(self.pieces) >= self._stop_after


def test_streams_until_it_is_long_enough(folder: Path) -> None:
    reader = Reader()
    assert Local(str(folder)).write(ASK, reader) == "cut"  # random weights do not know when to end
    assert reader.phases == ["waiting", "loading", "writing"]
    assert len(reader.pieces) > 5
    assert "Be brief" not in "".join(reader.pieces)


def test_the_same_prompt_gives_the_same_text(folder: Path) -> None:
    first, second = Reader(), Reader()
    Local(str(folder)).write(ASK, first)
    Local(str(folder)).write(ASK, second)
    assert first.pieces == second.pieces


def test_stopping_half_way(folder: Path) -> None:
    whole, part = Reader(), Reader(stop_after=3)
    Local(str(folder)).write(ASK, whole)
    with pytest.raises(Cancelled):
        Local(str(folder)).write(ASK, part)
    assert 3 <= len(part.pieces) < len(whole.pieces)


def test_without_a_chat_template_and_with_one_that_knows_no_system_message(tmp_path: Path) -> None:
    refusing = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + tiny_chat.TEMPLATE
    for name, template in {"plain": None, "refusing": refusing}.items():
        made = tiny_chat.make(tmp_path / name, template=template)
        reader = Reader(stop_after=1)
        with pytest.raises(Cancelled):
            Local(str(made)).write(ASK, reader)
        assert reader.pieces


def test_a_prompt_that_does_not_fit_is_said_in_words(tmp_path: Path) -> None:
    made = tiny_chat.make(tmp_path / "short", positions=64)
    with pytest.raises(Unavailable) as caught:
        Local(str(made)).write([Message("user", "long " * 100)], Reader())
    assert caught.value.problem.code == "chat-prompt-long"


def test_one_writes_the_others_wait_and_more_are_told_to_come_back(folder: Path) -> None:
    waiting = [Reader(stop_after=1) for _ in range(MAX_WAITING)]

    def wait_and_stop(reader: Reader) -> None:
        with pytest.raises(Cancelled):
            Local(str(folder)).write(ASK, reader)

    with local._turns.take(Reader()):
        threads = [threading.Thread(target=wait_and_stop, args=(reader,)) for reader in waiting]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 5
        while local._turns._waiting < MAX_WAITING and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(Busy):
            Local(str(folder)).write(ASK, Reader())
        assert not any(reader.pieces for reader in waiting)
    for thread in threads:
        thread.join(60)
    assert all(reader.pieces for reader in waiting)


def test_one_that_waits_can_be_stopped(folder: Path) -> None:
    with local._turns.take(Reader()), pytest.raises(Cancelled):
        Local(str(folder)).write(ASK, Reader(stop_after=0))
    assert local._turns._waiting == 0


@pytest.mark.parametrize(
    "model", ["", "no-slash", "a/b/c", "../up", "relative/../path/x", "http://host/m", "a/b@", "/x\ny"]
)
def test_names_that_cannot_be_meant(model: str) -> None:
    with pytest.raises(InputError) as caught:
        Local(model)
    assert caught.value.problems[0].code == "chat-model-name"


def broken(folder: Path, to: Path, kind: str) -> Path:
    if kind == "missing":
        return to
    shutil.copytree(folder, to)
    if kind == "pickled":
        (to / "model.safetensors").rename(to / "pytorch_model.bin")
    elif kind == "no-config":
        (to / "config.json").unlink()
    elif kind == "bad-config":
        (to / "config.json").write_text('{"model_type": "unheard-of"}')
    elif kind == "bad-weights":
        (to / "model.safetensors").write_bytes(b"nothing of the kind")
    elif kind == "encoder":
        config = json.loads((to / "config.json").read_text())
        (to / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))  # more layers than weights
    return to


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("missing", "chat-folder"),
        ("pickled", "chat-folder"),
        ("no-config", "chat-folder"),
        ("bad-config", "chat-model-broken"),
        ("bad-weights", "chat-model-broken"),
        ("encoder", "chat-model-not-causal"),
    ],
)
def test_folders_that_hold_no_usable_model(folder: Path, tmp_path: Path, kind: str, code: str) -> None:
    with pytest.raises(Unavailable) as caught:
        Local(str(broken(folder, tmp_path / "m", kind))).write(ASK, Reader())
    assert caught.value.problem.code == code


def test_a_folder_is_looked_at_before_it_is_walked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def walk(*_: object) -> None:
        raise AssertionError("a whole disk")

    (tmp_path / "deep" / "model").mkdir(parents=True)
    (tmp_path / "deep" / "model" / "model.safetensors").touch()
    monkeypatch.setattr(Path, "rglob", walk)
    for where in ("/", str(tmp_path), f"/{'x' * 300}", "~nobody-of-that-name/m"):
        with pytest.raises(Unavailable) as caught:
            Local(where).folder()
        assert (caught.value.problem.code, caught.value.problem.details["reason"]) == ("chat-folder", "missing")


def test_a_model_of_the_hub_that_does_not_fit_is_not_downloaded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hub = Hub({file.name: file.read_bytes() for file in folder.iterdir()})
    http = ThreadingHTTPServer(("127.0.0.1", 0), hub.handler())
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    use_hub(monkeypatch, tmp_path, f"http://127.0.0.1:{http.server_address[1]}")
    try:
        with monkeypatch.context() as small:
            small.setattr(local, "_SHARE_OF_MEMORY", 1e-9)
            with pytest.raises(Unavailable) as caught:
                Local("org/tiny").folder()
        assert caught.value.problem.code == "chat-too-large"
        assert not any("/resolve/" in asked for asked in hub.asked)
        assert (Local("org/tiny").folder() / "config.json").is_file()
    finally:
        http.shutdown()
        http.server_close()


def test_a_hub_that_is_out_of_reach_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(Unavailable) as caught:
        Local("nobody/nothing-of-the-kind").write(ASK, Reader())
    assert caught.value.problem.details["model"] == "nobody/nothing-of-the-kind"
    assert caught.value.problem.details["hub"] == "offline"


@pytest.fixture
def served(folder: Path, tmp_path: Path) -> Iterator[str]:
    """The same model behind the real ``transformers serve``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        Path(sys.executable).with_name("transformers"),
        "serve",
        folder,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--device",
        "cpu",
    ]
    with (tmp_path / "serve.log").open("w") as log:
        server = subprocess.Popen(
            [str(part) for part in command], stdout=log, stderr=log, env={**os.environ, "HF_HUB_OFFLINE": "1"}
        )
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
                break
            except OSError:
                assert server.poll() is None, (tmp_path / "serve.log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.3)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)


@pytest.mark.slow
def test_through_transformers_serve(folder: Path, served: str) -> None:
    here, there = Reader(), Reader(stop_after=4)
    Local(str(folder)).write(ASK, here)
    with pytest.raises(Cancelled):
        Endpoint(served, str(folder)).write(ASK, there)
    assert len(there.pieces) >= 4
    # Rounding differs there, so that two unlikely tokens may change places later on.
    text = "".join(there.pieces[:4])
    assert "".join(here.pieces).startswith(text.rstrip("\ufffd"))
    whole = Reader()
    assert Endpoint(served, str(folder)).write(ASK, whole) in ("complete", "cut")
    assert whole.phases[-1] == "writing"
