from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import InputError
from bigmodel_apps.server import COOKIE, BrowserMiddleware, run

ROOT = Path(__file__).parents[1]
COOKIE_TEXT = re.compile(rf"{COOKIE}=[\w-]{{32}}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, body: Any = None, **headers: str) -> tuple[int, Message, bytes]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


class Server:
    """A real server in its own process, from its own folder."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = folder / "stdout"
        self.errors = folder / "stderr"
        command = [sys.executable, "-m", "bigmodel_apps", "serve", "--port", str(self.port), *arguments]
        environment = {**os.environ, "BIGMODEL_APPS_HOME": str(folder / "home"), "LANG": "C.UTF-8"}
        with self.output.open("wb") as output, self.errors.open("wb") as errors:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=errors)

    def wait(self, path: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if get(self.url + path)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"{path} was not ready: {self.errors.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    try:
        server.wait("/api/health", 60)
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def test_a_page_sets_the_browser_cookie_once(server: Server) -> None:
    status, headers, page = get(server.url)
    assert status == 200
    assert b"<html" in page
    cookies = [text for text in headers.get_all("Set-Cookie", []) if text.startswith(COOKIE)]
    assert len(cookies) == 1
    assert COOKIE_TEXT.fullmatch(cookies[0])
    own = cookies[0].split(";")[0]
    _, headers, _ = get(f"{server.url}/customer-service", Cookie=own)
    assert COOKIE not in str(headers)
    _, headers, _ = get(f"{server.url}/api/health")
    assert COOKIE not in str(headers)


def test_answers_carry_protective_headers(server: Server) -> None:
    for path in ("/", "/api/health"):
        _, headers, _ = get(server.url + path)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_documentation_is_served_beside_the_pages(server: Server) -> None:
    assert b"swagger-ui" in get(f"{server.url}/api/docs")[2]
    paths = json.loads(get(f"{server.url}/api/openapi.json")[2])["paths"]
    assert "/customer_service/predict" in paths


def test_errors_are_in_the_language_of_the_request(server: Server) -> None:
    status, _, body = get(f"{server.url}/api/customer_service/predict", {}, **{"Accept-Language": "zh-CN"})
    (error,) = json.loads(body)["errors"]
    assert (status, error["field"], error["code"]) == (422, "question", "field-missing")
    assert "缺少" in error["message"]


def test_it_becomes_ready_and_predicts(server: Server) -> None:
    server.wait("/api/ready", 180)
    question = {"question": "How do I return an item?"}
    status, _, body = get(f"{server.url}/api/customer_service/predict", question)
    assert status == 200
    assert json.loads(body)["outcome"] in {"answer", "clarify", "not_covered", "hand_over"}
    assert json.loads(get(f"{server.url}/api/telemetry")[2])["resident"]


def test_a_busy_port_is_one_line(server: Server, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bigmodel_apps", "serve", "--port", str(server.port), "--lang", "zh"]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60)
    assert second.returncode == 1
    assert second.stdout == b""
    lines = second.stderr.decode().splitlines()
    assert len(lines) == 1
    assert f"端口 {server.port} 已被占用" in lines[0]


def test_one_line_with_the_address_and_a_clean_end_on_ctrl_c(tmp_path: Path) -> None:
    server = Server(tmp_path)
    try:
        server.wait("/api/health", 60)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=60) == 0
    finally:
        server.process.kill()
    lines = server.output.read_text().splitlines()
    assert len(lines) == 1
    assert server.url in lines[0]
    assert "Traceback" not in server.errors.read_text()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.1"])
def test_an_address_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(InputError) as error:
        run(host, 0)
    (problem,) = error.value.problems
    assert problem.code == "address-not-usable"
    assert all(describe(problem, language) for language in LANGUAGES)


def test_a_port_out_of_range_is_refused() -> None:
    with pytest.raises(InputError) as error:
        run("127.0.0.1", 70_000)
    assert error.value.problems[0].code == "address-not-usable"


async def page(request: Request) -> Response:
    return HTMLResponse("<html>")


async def unchanged(request: Request) -> Response:
    return Response(status_code=304)


async def data(request: Request) -> Response:
    return JSONResponse({})


@pytest.fixture
def small() -> Iterator[TestClient]:
    paths = {"/": page, "/sentiment": page, "/old": unchanged, "/data": data, "/static/x": page, "/api/docs": page}
    routes = [Route(path, endpoint, methods=["GET", "POST"]) for path, endpoint in paths.items()]
    with TestClient(Starlette(routes=routes, middleware=[Middleware(BrowserMiddleware)])) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/", True), ("/sentiment", True), ("/old", True), ("/data", False), ("/static/x", False), ("/api/docs", False)],
)
def test_only_pages_set_the_cookie(small: TestClient, path: str, expected: bool) -> None:
    assert (COOKIE in small.get(path).cookies) == expected
    small.cookies.clear()
    assert COOKIE not in small.post(path).cookies


@pytest.mark.parametrize("value", ["", "short", "x" * 65, "has blank " * 4, "<script>" * 4])
def test_a_cookie_that_is_not_ours_is_replaced(small: TestClient, value: str) -> None:
    answer = small.get("/", headers={"cookie": f"{COOKIE}={value}"})
    assert COOKIE_TEXT.fullmatch(answer.headers["set-cookie"])


def test_the_cookie_is_random_and_kept(small: TestClient) -> None:
    first = small.get("/").cookies[COOKIE]
    assert "set-cookie" not in small.get("/sentiment").headers
    small.cookies.clear()
    assert small.get("/").cookies[COOKIE] != first


def test_over_https_the_cookie_is_secure() -> None:
    app = Starlette(routes=[Route("/", page)], middleware=[Middleware(BrowserMiddleware)])
    with TestClient(app, base_url="https://testserver") as client:
        assert client.get("/").headers["set-cookie"].endswith("; Secure")
