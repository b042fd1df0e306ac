"""The client against real servers on the loopback interface, well-behaved and not."""

from __future__ import annotations

import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from bigmodel_apps import locales
from bigmodel_apps.locales import LANGUAGES
from bigmodel_apps.problems import Cancelled, InputError, Unavailable
from bigmodel_apps.runtime.chat import MAX_CHARACTERS, Message, Phase
from bigmodel_apps.runtime.chat.endpoint import Endpoint, Limits, completions_url, configured
from tests.chat_server import Answer, event, head, serving, streaming

QUICK = Limits(connect=1.0, read=0.5, overall=2.0)
ASK = [Message("system", "Be brief."), Message("user", "Where is it?")]


class Reader:
    """Collects pieces; stops after so many."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.text = ""
        self.pieces = 0
        self.phases: list[Phase] = []
        self._stop_after = stop_after

    def phase(self, phase: Phase) -> None:
        self.phases.append(phase)

    def piece(self, text: str) -> None:
        self.text += text
        self.pieces += 1

    def stopped(self) -> bool:
        return self._stop_after is not None and self.pieces >= self._stop_after


def reason_of(answer: Answer, reader: Reader | None = None, limits: Limits = QUICK) -> str:
    with serving(answer) as url, pytest.raises(Unavailable) as caught:
        Endpoint(url, "m", limits=limits).write(ASK, reader or Reader())
    problem = caught.value.problem
    for language in LANGUAGES:
        assert "127.0.0.1" in locales.describe(problem, language)
    return str(problem.details["reason"])


def test_streams_what_is_written_and_sends_the_key() -> None:
    seen: dict[str, Any] = {}

    def answer(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        seen.update(body, path=handler.path, authorization=handler.headers["authorization"])
        streaming(lambda _: "It is on pier four [1]. 在四号码头。")(handler, body)

    reader = Reader()
    with serving(answer) as url:
        assert Endpoint(url, "tiny", "s3cret").write(ASK, reader) == "complete"
    assert reader.text == "It is on pier four [1]. 在四号码头。"
    assert reader.pieces > 3
    assert reader.phases == ["waiting", "writing"]
    assert seen["path"] == "/v1/chat/completions"
    assert seen["authorization"] == "Bearer s3cret"
    assert seen["stream"] is True
    assert [message["role"] for message in seen["messages"]] == ["system", "user"]


def test_a_server_that_does_not_stream_is_read_too() -> None:
    def answer(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        head(handler, kind="application/json")
        handler.wfile.write(json.dumps({"choices": [{"message": {"content": "Here."}}]}).encode())

    reader = Reader()
    with serving(answer) as url:
        assert Endpoint(url, "m").write(ASK, reader) == "complete"
    assert reader.text == "Here."


def test_a_server_that_refuses_an_option_is_asked_without() -> None:
    def answer(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        if "temperature" in body:
            head(handler, 400, "application/json")
        else:
            streaming(lambda _: "Fine.")(handler, body)

    reader = Reader()
    with serving(answer) as url:
        assert Endpoint(url, "m").write(ASK, reader) == "complete"
    assert reader.text == "Fine."


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "refused"),
        (403, "refused"),
        (404, "not-found"),
        (422, "form"),
        (429, "rate"),
        (500, "server"),
        (503, "server"),
        (302, "moved"),
        (418, "status"),
        (413, "too-long"),
    ],
)
def test_refusals(status: int, reason: str) -> None:
    def answer(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        head(handler, status, "application/json", location="http://127.0.0.1:9/elsewhere")
        handler.wfile.write(b'{"error": {"message": "no"}}')

    assert reason_of(answer) == reason


def test_a_web_page_is_no_chat() -> None:
    def answer(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        head(handler, kind="text/html")
        handler.wfile.write(b"<html>Log in</html>")

    assert reason_of(answer) == "no-chat"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"data: {oops\n\n", "malformed"),
        (b"data: 3\n\n", "malformed"),
        (b'data: {"error": {"message": "CUDA"}}\n\n', "failed"),
        (b"data: " + b"x" * 1_000_000 + b"\n\n", "giant"),
        (b"", "broken-off"),
    ],
)
def test_what_comes_after_a_good_start(body: bytes, reason: str) -> None:
    def answer(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        head(handler)
        handler.wfile.write(event("It is free [1]."))
        handler.wfile.flush()
        handler.wfile.write(body)

    reader = Reader()
    assert reason_of(answer, reader) == reason
    assert reader.text == "It is free [1]."


def test_a_connection_that_breaks() -> None:
    def answer(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        head(handler, **{"content-length": "100000"})
        handler.wfile.write(event("Half"))

    assert reason_of(answer) == "broken-off"


def test_a_silent_server_is_left_after_the_read_limit() -> None:
    def answer(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        time.sleep(1.5)

    started = time.monotonic()
    assert reason_of(answer) == "slow"
    assert time.monotonic() - started < 1.4


def drip(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    """Never ends: comments keep the connection alive."""
    head(handler)
    while True:
        handler.wfile.write(b": still here\n\n")
        handler.wfile.flush()
        time.sleep(0.05)


def test_a_stream_that_never_ends_is_left_after_the_overall_limit() -> None:
    started = time.monotonic()
    assert reason_of(drip, limits=Limits(1, 1, 1.0)) == "slow"
    assert time.monotonic() - started < 2


def test_a_never_ending_answer_is_cut() -> None:
    def answer(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        head(handler)
        while True:
            handler.wfile.write(event("and on " * 50))

    reader = Reader()
    with serving(answer) as url:
        assert Endpoint(url, "m").write(ASK, reader) == "cut"
    assert len(reader.text) == MAX_CHARACTERS


def test_an_answer_that_the_server_cut_is_cut() -> None:
    def answer(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        head(handler)
        handler.wfile.write(event("It is", None) + event("", "length"))

    with serving(answer) as url:
        assert Endpoint(url, "m").write(ASK, Reader()) == "cut"


def test_nobody_listens() -> None:
    with pytest.raises(Unavailable) as caught:
        Endpoint("http://127.0.0.1:9", "m", limits=QUICK).write(ASK, Reader())
    assert caught.value.problem.details["reason"] == "unreachable"


def test_stopping_takes_effect_at_once_and_hangs_up() -> None:
    gone = threading.Event()

    def answer(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        head(handler)
        handler.wfile.write(event("One. "))
        handler.wfile.flush()
        try:
            while True:
                handler.wfile.write(b": still here\n\n")
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            gone.set()

    reader = Reader(stop_after=1)
    started = time.monotonic()
    with serving(answer) as url:
        with pytest.raises(Cancelled):
            Endpoint(url, "m").write(ASK, reader)
        assert time.monotonic() - started < 2
        assert gone.wait(5)
    assert reader.text == "One. "


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("http://host:8000", "http://host:8000/v1/chat/completions"),
        ("http://host:8000/", "http://host:8000/v1/chat/completions"),
        (" https://host/v1 ", "https://host/v1/chat/completions"),
        ("https://host/api/v1/", "https://host/api/v1/chat/completions"),
        ("https://host/v1/chat/completions", "https://host/v1/chat/completions"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions"),
    ],
)
def test_addresses(url: str, full: str) -> None:
    assert completions_url(url) == full


@pytest.mark.parametrize(
    "url",
    [
        "",
        "host:8000",
        "ftp://host",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http://me:pw@host",
        "http://host/?key=1",
        "http://host/#a",
        "//host",
        "http://ho st",
        "http://host:99999999",
        "http://\x00",
        "http://[::1",
        "data:text/html,x",
    ],
)
def test_no_addresses(url: str) -> None:
    with pytest.raises(InputError) as caught:
        Endpoint(url, "m")
    assert caught.value.problems[0].code == "chat-url"


@pytest.mark.parametrize("key", ["with space", "line\nbreak", "schlüssel", "\x00", "x" * 5000])
def test_no_keys(key: str) -> None:
    with pytest.raises(InputError) as caught:
        Endpoint("http://host", "m", key)
    assert caught.value.problems[0].code == "chat-key"
    assert key not in str(caught.value)


@pytest.mark.parametrize("model", ["", "  ", "a\nb", "m" * 300])
def test_no_models(model: str) -> None:
    with pytest.raises(InputError):
        Endpoint("http://host", model)


def test_the_key_is_in_no_representation_and_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(streaming(lambda _: "Fine.")) as url:
        endpoint = Endpoint(url, "m", "s3cret-key")
        endpoint.write(ASK, Reader())
    assert "s3cret-key" not in repr(endpoint) + str(endpoint) + caplog.text
    assert "127.0.0.1" in caplog.text


def test_the_deployment_s_key_goes_to_the_deployment_s_address_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"URL": "http://ours:8000", "MODEL": "m", "KEY": "s3cret"}.items():
        monkeypatch.setenv(f"BIGMODEL_APPS_CHAT_{name}", value)
    ours = configured()
    assert "s3cret" not in repr(ours)
    assert ours.key_for("http://ours:8000/v1/") == "s3cret"
    assert not ours.key_for("http://theirs:8000")
    assert not ours.key_for("http://ours:8001")
    assert not ours.key_for("nonsense")
    for name in ("URL", "MODEL", "KEY"):
        monkeypatch.delenv(f"BIGMODEL_APPS_CHAT_{name}")
    assert not configured().key_for("")
