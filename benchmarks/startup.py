"""From start to ready, memory of the server, memory of a further browser session, and the catalogue's import time."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence

import psutil

from benchmarks import _common as common

SESSIONS = 10
READY = "[data-testid='stApp'][data-test-connection-state='CONNECTED'][data-test-script-state='notRunning']"


def main(argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    metrics = [common.figure("import-catalogue", _import_time(), "ms", goal=50)]
    with common.server() as (address, process, seconds):
        metrics.append(common.figure("ready", seconds, "s", goal=15))
        metrics.append(common.figure("memory", _megabytes(process.pid), "MB", goal=900))
        metrics.append(
            common.figure("session-memory", _session_megabytes(address, process.pid), "MB", goal=5, n=SESSIONS)
        )
    common.keep(
        "startup",
        {
            "en": f"A fresh server process with an empty workspace; memory is resident set size; sessions are {SESSIONS} idle browser tabs "
            "on the customer-service page after two warm-up tabs.",
            "zh": f"全新服务进程、空工作区；内存为常驻集大小；会话为预热两个标签页之后打开的 {SESSIONS} 个空闲浏览器标签页。",
        },
        metrics,
        started,
    )


def _import_time() -> float:
    """Milliseconds to import the catalogue in a fresh interpreter, beyond starting one; best of five."""
    code = "import time; t = time.perf_counter(); import bigmodel_apps.catalogue; print(time.perf_counter() - t)"
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=common.ROOT, capture_output=True, text=True, check=True).stdout
        for _ in range(5)
    ]
    return min(map(float, runs)) * 1000


def _megabytes(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 1e6


def _session_megabytes(address: str, pid: int) -> float:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )

        def open_tab() -> None:
            page = browser.new_context().new_page()
            page.goto(f"{address}/customer-service")
            page.wait_for_selector(READY, timeout=60_000)
            page.wait_for_timeout(1_000)

        for _ in range(2):
            open_tab()
        before = _megabytes(pid)
        for _ in range(SESSIONS):
            open_tab()
        after = _megabytes(pid)
        browser.close()
    return (after - before) / SESSIONS
