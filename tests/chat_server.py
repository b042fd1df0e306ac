"""A real HTTP server on the loopback interface that speaks, or fails to speak, the protocol of chat completions."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]
"""Called with the handler and the request's body; writes the whole response."""


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve until the block ends; gives the server's address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.close_connection = True
            with suppress(BrokenPipeError, ConnectionResetError):  # the client has hung up
                answer(self, body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def head(handler: BaseHTTPRequestHandler, status: int = 200, kind: str = "text/event-stream", **more: str) -> None:
    """Status line and headers."""
    handler.send_response(status)
    handler.send_header("content-type", kind)
    handler.send_header("connection", "close")
    for name, value in more.items():
        handler.send_header(name, value)
    handler.end_headers()


def event(text: str, finish: str | None = None) -> bytes:
    """One event of a streamed completion."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n".encode()


def streaming(write: Callable[[str], str]) -> Answer:
    """Streams what `write` makes of the user's message, a few characters an event."""

    def answer(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        text = write(body["messages"][-1]["content"])
        head(handler)
        for place in range(0, len(text), 7):
            handler.wfile.write(event(text[place : place + 7]))
            handler.wfile.flush()
        handler.wfile.write(event("", "stop") + b"data: [DONE]\n\n")

    return answer


_TOOL_CALL = re.compile(r'\{"tool_call".*\}')
_ENCODED = re.compile(r"(?:decode and write|解码并输出)\s*[:：]\s*([A-Za-z0-9+/=]+)", re.IGNORECASE)
_DEMANDED = re.compile(
    r"(?:write|say|print|output(?: only| verbatim)?|repl(?:y|ies)(?: exactly)?|respond|repeat|"
    r"输出|回复|打印|说|复述|告诉客户)\s*[:：]\s*(.+)"
    r"|tell the customer that (.+)",
    re.IGNORECASE,
)


def obey(message: str) -> str:
    """What a model writes that does whatever it reads: the text that an instruction anywhere in the prompt demands."""
    if found := _TOOL_CALL.search(message):
        return found[0]
    if found := _ENCODED.search(message):
        return base64.b64decode(found[1]).decode()
    if found := _DEMANDED.search(message):
        return found[1] or found[2]
    raise AssertionError(f"nothing demanded in {message!r}")
