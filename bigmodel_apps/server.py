"""Pages and REST in one process: a Streamlit application with the API mounted beside it."""

from __future__ import annotations

import errno
import importlib
import logging
import re
import secrets
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import cookie_parser
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.web import bootstrap

from bigmodel_apps import api, runtime
from bigmodel_apps.locales import Language, message
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime import residency

COOKIE = "bma_browser"
COOKIE_SECONDS = 365 * 24 * 3600
ROOT = Path(__file__).resolve().parents[1]

_log = logging.getLogger(__name__)
_OWNER = re.compile(r"[A-Za-z0-9_-]{24,64}")
# What is no page: the API, Streamlit's own routes and its files.
_NO_PAGES = ("/api/", "/_stcore/", "/static/", "/media/", "/component/", "/app/static/")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'self'; base-uri 'self'; object-src 'none'",
}


def build() -> st.App:
    """The ASGI application: the pages at ``/``, the API at ``/api``, the default models loading in the background."""
    return st.App(
        ROOT / "app.py",
        routes=[Mount("/api", app=api.build())],
        lifespan=_lifespan,
        middleware=[Middleware(BrowserMiddleware)],
    )


def run(host: str, port: int, language: Language = "en") -> None:
    """Serve until Ctrl-C; one line with the address goes to standard output once the server answers.

    Raises:
        InputError: ``port-in-use`` or ``address-not-usable``.
    """
    listener = _listen(host, port)
    port = listener.getsockname()[1]
    # A page script imports `pages.…` and this package from wherever the server was started.
    sys.path.insert(0, str(ROOT))
    app = build()
    bootstrap.load_config_options(
        {
            "server.address": host,
            "server.port": port,
            "server.headless": True,
            "server.fileWatcherType": "none",
            "browser.gatherUsageStats": False,
        }
    )
    if allowed := config.get_option("server.allowedHosts"):
        config.set_option("server.allowedHosts", [*allowed, host])
    settings = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=config.get_option("server.maxMessageSize") * 1024 * 1024,
        ws_ping_interval=30,
        ws_ping_timeout=30,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )
    name = f"[{host}]" if ":" in host else host
    try:
        _Server(settings, message("serve-address", language, url=f"http://{name}:{port}")).run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # uvicorn has shut down in good order and passes the signal on
    finally:
        listener.close()


class _Server(uvicorn.Server):
    def __init__(self, settings: uvicorn.Config, greeting: str) -> None:
        super().__init__(settings)
        self.greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            sys.stdout.write(self.greeting + "\n")
            sys.stdout.flush()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            if sys.platform != "win32":  # there it would let two servers share a port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address[0], port, *address[2:]))  # getaddrinfo takes a port modulo 65,536
            listener.listen(2048)
        except BaseException:
            listener.close()
            raise
    except (OSError, OverflowError) as error:
        place = {"host": host, "port": str(port)}
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise InputError(Problem("port-in-use", details=place)) from error
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(Problem("address-not-usable", details={**place, "reason": reason})) from error
    return listener


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    # The models' libraries and those of the first page import this one from two ends; at once they would wait for each
    # other for ever.
    importlib.import_module("narwhals.stable")
    # In a thread: the server answers from its first moment, and says "not ready" until the models are resident.
    loading = threading.Thread(target=_preload, name="preload", daemon=True)
    loading.start()
    yield {}


def _preload() -> None:
    try:
        runtime.preload()  # logs what it cannot load
        residency.keep()
    except Exception:
        _log.exception("the default models could not be loaded")


class BrowserMiddleware:
    """Gives each browser a random id on its first page, and sends headers that keep pages to themselves.

    The id is the owner of what the browser keeps in the workspace. Scripts cannot read the cookie, and other sites
    cannot send it with their requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if _is_page(scope, message["status"], headers) and not _known(scope):
                    headers.append("Set-Cookie", _new_cookie(secure=scope["scheme"] == "https"))
            await send(message)

        await self.app(scope, receive, add)


def _is_page(scope: Scope, status: int, headers: Headers) -> bool:
    if scope["method"] != "GET" or scope["path"].startswith(_NO_PAGES):
        return False
    # A page that the browser still has comes back as "not modified", without a content type.
    return status == 304 or headers.get("content-type", "").startswith("text/html")


def _known(scope: Scope) -> bool:
    cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
    return _OWNER.fullmatch(cookies.get(COOKIE, "")) is not None


def _new_cookie(*, secure: bool) -> str:
    parts = [f"{COOKIE}={secrets.token_urlsafe(24)}", "Path=/", f"Max-Age={COOKIE_SECONDS}", "HttpOnly", "SameSite=Lax"]
    return "; ".join([*parts, "Secure"] if secure else parts)
