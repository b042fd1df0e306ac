"""A live server and a real browser. The server is a process of its own with its own workspace."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

ROOT = Path(__file__).parents[2]
QUIET = (
    "[data-testid='stApp'][data-test-connection-state='CONNECTED'][data-test-script-state='notRunning']"
    ":not(:has([data-testid='stSkeleton']))"
)
JOBS_DONE = "!document.querySelector(\"[class*='st-key-'][class*='-cancel-']\")"
"""In the browser: no background job shows its progress."""
START_SECONDS = 120
WAIT_MILLISECONDS = 90_000


@contextmanager
def serving(home: Path, command: Sequence[str] = ("-m", "streamlit", "run", "app.py")) -> Iterator[str]:
    """Run the application with `home` as its workspace; the value is its address.

    Fails at the end where a page had to swallow an exception.

    Args:
        home: Folder of the workspace and of the server's log.
        command: Arguments of Python that start the server.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "BIGMODEL_APPS_HOME": str(home),
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
    }
    log = home / "server.log"
    with log.open("w") as output:  # a pipe that nobody reads would stop the server once it is full
        server = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _healthy(address):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
                time.sleep(0.2)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)
    assert "unexpected error" not in (written := log.read_text()), written


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _is_error(entry: ConsoleMessage) -> bool:
    # On a deep link Streamlit's page first asks below the link for the server, and then at the root.
    searching = entry.location["url"].endswith(("/_stcore/health", "/_stcore/host-config")) and "404" in entry.text
    return entry.type == "error" and not searching


def _leaves(url: str, server: str) -> bool:
    return not url.startswith((server, server.replace("http:", "ws:"), "data:", "blob:"))


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium; Playwright's own build need not be downloaded."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("the browser tests need chromium on the PATH")
    return playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


def settle(page: Page) -> Page:
    """Wait until the script has run and no placeholder is left."""
    page.wait_for_selector(QUIET, timeout=WAIT_MILLISECONDS)
    return page


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server that no test has touched with anything but a browser."""
    with serving(tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def visit(app: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """``visit("/path?lang=zh", locale=…, color_scheme=…, width=…, height=…)`` opens a page as a new visitor.

    Errors in the browser's console fail the test, and so do requests to any other machine.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        path: str = "/",
        *,
        locale: str = "en-GB",
        color_scheme: str = "light",
        width: int = 1280,
        height: int = 720,
    ) -> Page:
        context = browser.new_context(
            locale=locale,
            color_scheme=color_scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": height},
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda entry: complaints.append(entry.text) if _is_error(entry) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if _leaves(request.url, app) else None)
        page.goto(app + path)
        return settle(page)

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints
