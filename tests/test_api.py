from __future__ import annotations

import json
import re
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from bigmodel_apps import api, catalogue, runtime
from bigmodel_apps.catalogue import DomainSpec, ModelSpec, Source

LETTERS = textwrap.dedent(
    '''
    """A small domain with a real model: it counts the letters of a text."""
    import time
    from pydantic import BaseModel, ConfigDict, Field
    from bigmodel_apps.problems import InputError, Problem

    class Input(BaseModel):
        model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "Grüße"}]})
        text: str = Field(min_length=1, max_length=1000)
        ignored: list[str] = Field(default=[], max_length=3)

    class Output(BaseModel):
        letters: int

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")
        seconds: float = Field(default=0.0, ge=0, le=1)

    class Counter:
        batches = True
        nbytes = 0

        def __init__(self, path, device):
            pass

        def predict(self, inputs, options):
            time.sleep(options.seconds)
            for one in inputs:
                if "refuse" in one.text:
                    raise InputError(Problem("field-not-text", field="text"))
                if "fail" in one.text:
                    raise ZeroDivisionError("a secret of the inside")
            return [Output(letters=sum(letter.isalpha() for letter in one.text)) for one in inputs]

    def prepare(options, model):
        pass

    def warm_up(model):
        pass

    def add_arguments(parser):
        parser.add_argument("--seconds", type=float, default=0.0)

    def options(namespace):
        return Options(seconds=namespace.seconds)
    '''
)


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a domain that exists for one test."""
    name = f"letters_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(LETTERS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    model = ModelSpec(name, "counting", f"{name}:Counter", (Source("code"),))
    monkeypatch.setitem(catalogue.MODELS, name, model)
    domain = DomainSpec(
        name=name,
        url_path=name,
        icon=":material/abc:",
        models=(name,),
        schema=name,
        commands=name,
        prepare=f"{name}:prepare",
        warm_up=f"{name}:warm_up",
        page="",
        miniature="",
    )
    monkeypatch.setitem(catalogue.DOMAINS, name, domain)
    yield name
    sys.modules.pop(name, None)


@pytest.fixture
def engine(letters: str) -> Iterator[runtime.Engine]:
    engine = runtime.Engine()
    yield engine
    engine.close()


@pytest.fixture
def app(letters: str, engine: runtime.Engine) -> Iterator[FastAPI]:
    # Only the small domain: what is tested here is the same for every domain.
    every = dict(catalogue.DOMAINS)
    for name in every.keys() - {letters}:
        del catalogue.DOMAINS[name]
    yield api.build(engine, ready=lambda: True)
    catalogue.DOMAINS.clear()
    catalogue.DOMAINS.update(every)  # in their order


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def post(client: TestClient, domain: str, body: Any, **headers: str) -> tuple[int, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
    response = client.post(f"/{domain}/predict", content=content, headers=headers)
    return response.status_code, response.json()


def only_error(answer: tuple[int, Any], status: int) -> dict[str, Any]:
    assert answer[0] == status
    assert list(answer[1]) == ["errors"]
    (error,) = answer[1]["errors"]
    assert list(error) == ["row", "field", "code", "message"]
    assert error["message"]
    assert "Traceback" not in error["message"]
    return dict(error)


def test_one_input_gives_one_output(client: TestClient, letters: str) -> None:
    assert post(client, letters, {"text": "Grüße, 世界 2026"}) == (200, {"letters": 7})


def test_a_list_gives_outputs_in_order(client: TestClient, letters: str) -> None:
    inputs = [{"text": "x" * (number % 50 + 1)} for number in range(1000)]
    status, answer = post(client, letters, {"inputs": inputs, "options": {"seconds": 0.001}})
    assert status == 200
    assert [output["letters"] for output in answer["outputs"]] == [number % 50 + 1 for number in range(1000)]
    assert post(client, letters, {"inputs": []}) == (200, {"outputs": []})


@pytest.mark.parametrize(
    ("body", "row", "field", "code"),
    [
        ({}, None, "text", "field-missing"),
        ({"text": 3}, None, "text", "field-not-text"),
        ({"text": ""}, None, "text", "field-empty"),
        ({"text": "x" * 1001}, None, "text", "field-too-long"),
        ({"text": "x", "txt": "y"}, None, "txt", "field-unknown"),
        ({"text": "x", "ignored": ["a", 1]}, None, "ignored.1", "field-not-text"),
        ([{"text": "x"}], None, None, "not-an-object"),
        ("x", None, None, "not-an-object"),
        (None, None, None, "not-an-object"),
        ({"inputs": [{"text": "x"}, {"text": "y"}, {}]}, 3, "text", "field-missing"),
        ({"inputs": [{"text": "x"}, "y"]}, 2, None, "not-an-object"),
        ({"inputs": [{"text": "x", "ignored": [[]]}]}, 1, "ignored.0", "field-not-text"),
        ({"inputs": "x"}, None, "inputs", "field-not-list"),
        ({"inputs": [{"text": "x"}] * 1001}, None, "inputs", "list-too-long"),
        ({"inputs": [{"text": "x"}], "options": {"seconds": 2}}, None, "options.seconds", "field-too-large"),
        ({"inputs": [{"text": "x"}], "options": {"speed": 2}}, None, "options.speed", "field-unknown"),
        ({"inputs": [{"text": "x"}], "option": {}}, None, "option", "field-unknown"),
        ({"text": "refuse"}, None, "text", "field-not-text"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_be_used_is_named(
    client: TestClient, letters: str, body: Any, row: int | None, field: str | None, code: str, language: str
) -> None:
    error = only_error(post(client, letters, body, accept_language=f"{language};q=0.9, fr;q=0.1"), 422)
    assert (error["row"], error["field"], error["code"]) == (row, field, code)
    assert bool(re.search("[\u4e00-\u9fff]", error["message"])) == (language == "zh")


def test_every_bad_input_of_a_list_is_named(client: TestClient, letters: str) -> None:
    status, answer = post(client, letters, {"inputs": [{"text": "x"}, {}, {"text": 1, "other": 2}]})
    assert status == 422
    assert [(error["row"], error["field"]) for error in answer["errors"]] == [(2, "text"), (3, "text"), (3, "other")]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"text": "\xff"}', b"[" * 100_000, b"{'text': 'x'}"])
def test_what_is_no_json_is_said_so(client: TestClient, letters: str, body: bytes) -> None:
    error = only_error(post(client, letters, body), 400 if body else 422)
    assert error["code"] == ("not-json" if body else "field-missing")


def test_half_a_surrogate_pair_breaks_nothing(client: TestClient, letters: str) -> None:
    assert only_error(post(client, letters, rb'{"text": "\ud800"}'), 422)["field"] == "text"
    assert only_error(post(client, letters, rb'{"text": "x", "\ud800": 1}'), 422)["code"] == "field-invalid"


def test_another_content_type_is_said_so(client: TestClient, letters: str) -> None:
    response = client.post(f"/{letters}/predict", data={"text": "x"})
    assert only_error((response.status_code, response.json()), 415)["code"] == "content-type-not-json"


def test_an_unknown_domain_names_the_domains(client: TestClient, letters: str) -> None:
    error = only_error(post(client, "numbers", {"text": "x"}), 404)
    assert error["code"] == "unknown-domain"
    assert "numbers" in error["message"]
    assert letters in error["message"]


def test_other_addresses_and_methods_are_said_so(client: TestClient, letters: str) -> None:
    response = client.get("/nowhere")
    assert only_error((response.status_code, response.json()), 404)["code"] == "address-not-found"
    response = client.get(f"/{letters}/predict")
    assert only_error((response.status_code, response.json()), 405)["code"] == "method-not-allowed"
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("declared", [True, False])
def test_a_large_body_is_refused_before_it_is_parsed(client: TestClient, letters: str, declared: bool) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(11):
            yield b" " * 2**20

    content = b" " * (11 * 2**20) if declared else chunks()
    response = client.post(f"/{letters}/predict", content=content, headers={"content-type": "application/json"})
    assert only_error((response.status_code, response.json()), 413)["code"] == "body-too-large"
    padded = b'{"text": "x"}'.ljust(api.MAX_BODY_BYTES)
    assert post(client, letters, padded) == (200, {"letters": 1})


def test_an_unexpected_failure_gives_a_reference_that_is_logged(
    client: TestClient, letters: str, caplog: pytest.LogCaptureFixture
) -> None:
    error = only_error(post(client, letters, {"text": "fail"}), 500)
    assert error["code"] == "unexpected"
    assert "secret" not in error["message"]
    assert "ZeroDivisionError" not in error["message"]
    match = re.search(r"[0-9a-f]{8}", error["message"])
    assert match
    assert match.group() in caplog.text
    assert "a secret of the inside" in caplog.text
    assert post(client, letters, {"text": "next"}) == (200, {"letters": 4})


def test_a_full_queue_says_when_to_come_back(letters: str) -> None:
    engine = runtime.Engine(capacity=1)
    try:
        with TestClient(api.build(engine)) as client, ThreadPoolExecutor(8) as pool:
            body = {"inputs": [{"text": "x"}], "options": {"seconds": 0.5}}
            first = pool.submit(post, client, letters, body)
            while not engine.snapshot().resident:
                time.sleep(0.01)
            url = f"/{letters}/predict"
            rest = list(pool.map(lambda _: client.post(url, json=body), range(6)))
            assert first.result()[0] == 200
        busy = [response for response in rest if response.status_code == 503]
        assert busy
        for response in busy:
            assert only_error((503, response.json()), 503)["code"] == "busy"
            assert int(response.headers["retry-after"]) >= 1
    finally:
        engine.close()


def test_a_model_out_of_reach_is_said_so(
    client: TestClient, letters: str, engine: runtime.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = ModelSpec(letters, "counting", f"{letters}:Counter", (Source("repository", "no/such/folder"),))
    monkeypatch.setitem(catalogue.MODELS, letters, missing)
    response = client.post(f"/{letters}/predict", json={"text": "x"})
    only_error((response.status_code, response.json()), 503)
    assert "retry-after" in response.headers


def test_hundreds_of_clients_at_once_and_the_loop_stays_free(
    client: TestClient, letters: str, engine: runtime.Engine
) -> None:
    post(client, letters, {"text": "x"})
    slow = {"inputs": [{"text": "abc"}], "options": {"seconds": 0.2}}
    with ThreadPoolExecutor(200) as pool:
        answers = [pool.submit(post, client, letters, slow) for _ in range(200)]
        while not any(device.interactive for device in engine.snapshot().devices):
            time.sleep(0.001)
        # Answered while predictions are under way, so nothing blocks the loop.
        assert client.get("/health").status_code == 200
        assert not all(answer.done() for answer in answers)
        assert [answer.result() for answer in answers] == [(200, {"outputs": [{"letters": 3}]})] * 200


def test_health_ready_domains_and_telemetry(app: FastAPI, client: TestClient, letters: str) -> None:
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/ready").json() == {"status": "ready"}
    (domain,) = client.get("/domains").json()["domains"]
    assert domain["name"] == letters
    assert domain["models"][0]["task"] == "counting"
    post(client, letters, {"text": "x"})
    telemetry = client.get("/telemetry").json()
    assert telemetry["models"][0]["requests"] == 1
    assert telemetry["resident"][0]["name"] == letters
    assert telemetry["devices"][0]["interactive"] == 0


def test_not_ready_is_an_error_in_words(letters: str, engine: runtime.Engine) -> None:
    with TestClient(api.build(engine, ready=lambda: False)) as client:
        response = client.get("/ready", headers={"accept-language": "zh-CN"})
        assert only_error((response.status_code, response.json()), 503)["code"] == "models-loading"
        assert "retry-after" in response.headers
        assert response.headers["content-language"] == "zh"
        assert client.get("/health").status_code == 200


def test_the_description_is_precise(client: TestClient, letters: str) -> None:
    description = client.get("/openapi.json").json()
    schemas = description["components"]["schemas"]
    route = description["paths"][f"/{letters}/predict"]["post"]
    shapes = route["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    names = [shape["$ref"].rsplit("/", 1)[1] for shape in shapes]
    assert schemas[names[0]]["examples"] == [{"text": "Grüße"}]
    assert schemas[names[0]]["properties"]["text"]["maxLength"] == 1000
    assert schemas[names[1]]["properties"]["inputs"]["maxItems"] == 1000
    assert set(route["responses"]) == {"200", "400", "413", "415", "422", "500", "503"}
    assert route["responses"]["422"]["content"]["application/json"]["schema"]["$ref"].endswith("/Errors")
    assert "/{domain}/predict" not in description["paths"]


def test_the_documentation_needs_no_outside_host(app: FastAPI) -> None:
    with TestClient(Starlette(routes=[Mount("/api", app)])) as client:
        page = client.get("/api/docs")
        assert page.status_code == 200
        assert not re.search(r"(https?:)?//[a-z]", page.text.replace("http://testserver", ""))
        assert '"validatorUrl": null' in page.text
        files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(files) == 3
        for file in [*files, "/api/openapi.json"]:
            assert client.get(file).status_code == 200


def test_the_real_domains_are_described() -> None:
    with TestClient(api.build(ready=lambda: True)) as client:
        paths = client.get("/openapi.json").json()["paths"]
        assert {f"/{name}/predict" for name in catalogue.DOMAINS} <= set(paths)


def test_customer_service_answers() -> None:
    with TestClient(api.build()) as client:
        status, one = post(client, "customer_service", {"question": "How do I return an item?"})
        assert status == 200
        assert one["outcome"] in {"answer", "clarify", "not_covered", "hand_over"}
        body = {"inputs": [{"question": "How do I return an item?"}] * 2, "options": {"knowledge": "shop"}}
        status, both = post(client, "customer_service", body)
        assert status == 200
        assert [output["id"] for output in both["outputs"]] == [one["id"]] * 2
        # A batch of two is summed in another order than a batch of one.
        assert [output["confidence"] for output in both["outputs"]] == pytest.approx([one["confidence"]] * 2, abs=0.02)
