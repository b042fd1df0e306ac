"""A chat model behind an OpenAI-compatible address, such as vLLM, llama.cpp, Ollama or ``transformers serve``.

The server is a stranger: it may be slow, break off, answer with a login page or never end. Whatever it does, one call
ends within `Limits.overall` seconds with text or with one reason. What it says besides chat completions is never shown,
redirections are not followed, and the key goes to the address it was entered for and nowhere else.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import httpx

from bigmodel_apps.problems import Cancelled, InputError, Problem, Unavailable
from bigmodel_apps.runtime.chat import Finish, Listener, Message, Meter
from bigmodel_apps.runtime.chat.events import Delta, Events, MalformedError, delta, whole

T = TypeVar("T")

_POLL = 0.1
_MAX_BODY = 4 * 1024 * 1024
_STATUS = {401: "refused", 403: "refused", 404: "not-found", 408: "slow", 413: "too-long", 429: "rate"}
# What helps an answer that quotes its sources; some servers refuse one of them, and are then asked without.
_EXTRAS = {"temperature": 0, "max_tokens": 1024}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: until connected, between two pieces (so also until the first), and for the whole answer."""

    connect: float = 5.0
    read: float = 60.0
    overall: float = 180.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model of a server. Hashable; its key is in no representation of it.

    Args:
        url: The server's address, with or without ``/v1`` and ``/chat/completions``.
        model: Name of the model there.
        key: Sent as a bearer token; may be empty.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        completions_url(self.url)
        if not self.model.strip() or len(self.model) > 200 or not self.model.isprintable():
            raise InputError(Problem("chat-model-missing"))
        # A header takes visible ASCII only; an error message about any other key would quote it.
        if not re.fullmatch(r"[!-~]{0,4096}", self.key):
            raise InputError(Problem("chat-key"))

    @property
    def name(self) -> str:
        """Model and host."""
        return f"{self.model} · {self.host}"

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return httpx.URL(completions_url(self.url)).netloc.decode("ascii")

    def write(self, messages: list[Message], listener: Listener) -> Finish:
        """See `ChatModel.write`."""
        listener.phase("waiting")
        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(self._watched(self._ask(messages, listener), listener.stopped))
        finally:
            # Not `asyncio.run`: that would wait for a look-up of the host's name which nobody needs any more.
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    async def _watched(self, work: Coroutine[Any, Any, T], stopped: Callable[[], bool]) -> T:
        task = asyncio.ensure_future(work)
        deadline = time.monotonic() + self.limits.overall
        try:
            while not (await asyncio.wait({task}, timeout=_POLL))[0]:
                if stopped():
                    raise Cancelled
                if time.monotonic() > deadline:
                    self._refuse("slow")
            return task.result()
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task

    async def _ask(self, messages: list[Message], listener: Listener) -> Finish:
        body = {
            "model": self.model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "stream": True,
        }
        with self._worded():
            try:
                return await self._post(body | _EXTRAS, listener)
            except _FormError:
                return await self._post(body, listener)

    @contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except (MalformedError, _FormError) as error:
            self._refuse(error.reason)
        except (httpx.ConnectTimeout, httpx.ConnectError):
            self._refuse("unreachable")
        except httpx.TimeoutException:
            self._refuse("slow")
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            self._refuse("broken-off")
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            self._refuse("unreachable")

    async def _post(self, body: dict[str, Any], listener: Listener) -> Finish:
        headers = {"accept": "text/event-stream", "accept-encoding": "identity", "content-type": "application/json"}
        if self.key:
            headers["authorization"] = f"Bearer {self.key}"
        limits = self.limits
        timeout = httpx.Timeout(limits.read, connect=limits.connect, pool=limits.connect)
        async with (
            httpx.AsyncClient(timeout=timeout, follow_redirects=False) as client,
            client.stream(
                "POST", completions_url(self.url), content=json.dumps(body).encode(), headers=headers
            ) as response,
        ):
            status = response.status_code
            if status in (400, 422):
                raise _FormError
            if status != 200:
                if status >= 500:
                    self._refuse("server", status)
                self._refuse("moved" if 300 <= status < 400 else _STATUS.get(status, "status"), status)
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in ("text/event-stream", "application/json"):
                self._refuse("no-chat")
            meter = Meter(listener)
            listener.phase("writing")
            read = _stream if kind == "text/event-stream" else _body
            async for part in read(response):
                meter.piece(part.text)
                if meter.full:
                    return "cut"
                if part.finish:
                    return "cut" if part.finish == "length" else "complete"
            raise MalformedError("broken-off")

    def _refuse(self, reason: str, status: int = 0) -> NoReturn:
        details: dict[str, str | int | float] = {"host": self.host, "reason": reason, "status": str(status)}
        raise Unavailable(Problem("chat-endpoint", details=details)) from None


class _FormError(Exception):
    """The server refuses the request itself, perhaps for one of `_EXTRAS`."""

    reason = "form"


async def _stream(response: httpx.Response) -> AsyncIterator[Delta]:
    events, size = Events(), 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > _MAX_BODY:
            raise MalformedError("giant")
        for data in events.feed(chunk):
            yield delta(data)


async def _body(response: httpx.Response) -> AsyncIterator[Delta]:
    body = b""
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > _MAX_BODY:
            raise MalformedError("giant")
    yield whole(body)


def completions_url(url: str) -> str:
    """The address that takes chat completions.

    Raises:
        InputError: It is not an http(s) address, or it carries a user name, a query or a fragment: secrets in an
            address end up in logs.
    """
    try:
        parsed = httpx.URL(url.strip())
        host, port = parsed.raw_host.decode("ascii"), parsed.port
    except (httpx.InvalidURL, ValueError, TypeError):
        raise InputError(Problem("chat-url")) from None
    if parsed.scheme not in ("http", "https") or not re.fullmatch(r"[\w.:-]+", host) or not 0 < (port or 80) < 65_536:
        raise InputError(Problem("chat-url"))
    if parsed.userinfo or parsed.query or parsed.fragment or "?" in url or "#" in url:
        raise InputError(Problem("chat-url"))
    path = parsed.path.rstrip("/")
    if not path.endswith("/chat/completions"):
        path = f"{path or '/v1'}/chat/completions"
    return str(parsed.copy_with(path=path))


@dataclass(frozen=True, slots=True)
class Configured:
    """What a deployment sets in the environment. The key serves its own address only, whatever a visitor enters.

    Attributes:
        locked: Whether visitors may use no other chat model than this one.
    """

    url: str
    model: str
    key: str = field(repr=False)
    locked: bool = False

    def key_for(self, url: str) -> str:
        """The deployment's key where `url` is the deployment's address, nothing elsewhere."""
        with suppress(InputError):
            if self.url and completions_url(url) == completions_url(self.url):
                return self.key
        return ""


def configured() -> Configured:
    """``BIGMODEL_APPS_CHAT_URL``, ``…_MODEL``, ``…_KEY`` and ``…_LOCKED`` (any value locks); empty where unset."""
    url, model, key, locked = (
        os.environ.get(f"BIGMODEL_APPS_CHAT_{name}", "").strip() for name in ("URL", "MODEL", "KEY", "LOCKED")
    )
    return Configured(url, model, key, bool(locked))
