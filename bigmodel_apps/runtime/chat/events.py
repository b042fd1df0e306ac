"""Server-sent events as an OpenAI-compatible server streams them, read from bytes cut anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_LINE = 256 * 1024
"""Bytes of a line. A piece of an answer takes a few hundred; anything near this is no chat server."""

_DONE = "[DONE]"


class MalformedError(ValueError):
    """The bytes are not what a chat server streams. `reason` is a variant of the message ``problem-chat-endpoint``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Events:
    """The data of server-sent events (WHATWG HTML, 9.2.6), whatever pieces the bytes arrive in.

    Lines end with ``\\n``, ``\\r\\n`` or ``\\r``. Only the field ``data`` matters; comments and other fields are
    skipped. An event that no empty line has ended yet is not given out.
    """

    def __init__(self, max_line: int = MAX_LINE) -> None:
        self._max_line = max_line
        self._rest = b""
        self._data: list[str] = []
        self._size = 0
        self._skip_newline = False

    def feed(self, chunk: bytes) -> Iterator[str]:
        """Data of the events that `chunk` completes.

        Raises:
            MalformedError: A line, or the data of one event, is longer than `max_line` bytes.
        """
        if not chunk:
            return
        # "\r\n" may be cut in two: the line ends at "\r", and a "\n" that comes next belongs to it.
        if self._skip_newline:
            chunk = chunk.removeprefix(b"\n")
        self._skip_newline = chunk.endswith(b"\r")
        *lines, rest = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            yield from self._line(self._rest + line)
            self._rest = b""
        self._rest += rest
        self._check(len(self._rest))

    def _line(self, line: bytes) -> Iterator[str]:
        self._check(len(line))
        if not line:
            if self._data:
                yield "\n".join(self._data)
            self._data, self._size = [], 0
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            value = value.removeprefix(b" ")
            self._size += len(value)
            self._check(self._size)
            self._data.append(value.decode("utf-8", "replace"))

    def _check(self, size: int) -> None:
        if size > self._max_line:
            raise MalformedError("giant")


@dataclass(frozen=True, slots=True)
class Delta:
    """What one event adds to the answer. `finish` is the server's word for why the answer ends here, if it does."""

    text: str
    finish: str | None = None


def delta(data: str) -> Delta:
    """Read the data of one event: a chunk of a chat completion, or the end mark.

    Raises:
        MalformedError: ``malformed`` where it is neither, ``failed`` where the server reports an error in mid-stream.
    """
    if data.strip() == _DONE:
        return Delta("", "stop")
    return _choice(_object(data), "delta")


def whole(body: bytes) -> Delta:
    """Read a chat completion that a server sent in one piece although asked to stream.

    Raises:
        MalformedError: As `delta` does.
    """
    answer = _choice(_object(body.decode("utf-8", "replace")), "message")
    return Delta(answer.text, answer.finish or "stop")


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedError("malformed") from None
    if not isinstance(found, dict):
        raise MalformedError("malformed")
    if found.get("error"):
        raise MalformedError("failed")
    return found


def _choice(found: dict[str, Any], part: str) -> Delta:
    choices = found.get("choices")
    if not isinstance(choices, list):
        raise MalformedError("malformed")
    if not choices:  # the event that only reports how many tokens were used
        return Delta("")
    first = choices[0]
    inner = first.get(part) if isinstance(first, dict) else None
    if not isinstance(first, dict) or not isinstance(inner, (dict, type(None))):
        raise MalformedError("malformed")
    text = (inner or {}).get("content")
    finish = first.get("finish_reason")
    if not isinstance(text, (str, type(None))) or not isinstance(finish, (str, type(None))):
        raise MalformedError("malformed")
    return Delta(text or "", finish or None)
