"""The domain's doors: the command line and REST, answered by the models that ship."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from bigmodel_apps import api, cli
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.sentiment.schema import MAX_TEXT

KEYS = {"label", "positive", "confidence", "language", "aspects", "engine"}


def predict(lines: list[Any], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    source = "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines)
    out = io.BytesIO()
    code = cli.main(["predict", "sentiment", *arguments], io.BytesIO(source.encode()), out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(api.build()) as client:
        yield client


def test_one_line_out_for_each_line_in() -> None:
    code, found = predict(
        [
            {"text": "An excellent film, I loved every minute."},
            {"text": "质量很差，太让人失望了。"},
            {"text": "The food was great but the staff were rude", "aspects": ["food", "staff"]},
        ]
    )
    assert code == 0
    assert all(set(line) >= KEYS for line in found)
    assert [line["language"] for line in found] == ["en", "zh", "en"]
    assert found[0]["positive"] > 0.8 > 0.2 > found[1]["positive"]
    assert [one["aspect"] for one in found[2]["aspects"]] == ["food", "staff"]
    assert found[2]["aspects"][0]["positive"] > found[2]["aspects"][1]["positive"]


def test_bad_lines_are_named_and_the_others_answered() -> None:
    bad = [
        {"text": "  "},
        {"text": "x" * (MAX_TEXT + 1)},
        {"text": 7},
        {},
        {"text": "good", "extra": 1},
        "not json",
        "",
        {"text": "good", "aspects": [""]},
    ]
    code, found = predict([*bad, {"text": "good"}])
    assert code == 1
    assert [line.get("error", {}).get("row") for line in found] == [*range(1, 9), None]
    assert found[0]["error"]["field"] == "text"
    assert "20,000" in found[1]["error"]["message"]
    assert found[-1]["label"]


def test_hostile_texts_are_answered() -> None:
    texts = [
        "字" * MAX_TEXT,
        "good. " * 3333,
        "\u202e\u200b\u0007bad",
        "😀" * 900,
        "123 456",
        "<script>alert(1)</script>",
    ]
    code, found = predict([{"text": text} for text in texts], "--sentences")
    assert code == 0
    assert len(found) == len(texts)
    assert [found[place]["engine"] for place in (3, 4)] == [found[1]["engine"], "nothing"]
    assert all(0 <= line["positive"] <= 1 for line in found)


def test_the_options_of_the_command_line() -> None:
    text = {"text": "菜很好吃，但是服务员态度很差。"}
    _, [found] = predict([text], "--aspects", "restaurant", "--sentences", "--lang", "zh")
    assert {one["aspect"] for one in found["aspects"]} >= {"菜品", "服务"}
    assert len(found["sentences"]) == 1
    _, [found] = predict([text], "--aspects", "味道=菜,服务员", "--unsure-below", "1")
    assert [one["aspect"] for one in found["aspects"]] == ["味道", "服务员"]
    assert found["label"] == "unsure"
    _, [found] = predict([text], "--unsure-below", "0", "--language", "en")
    assert found["language"] == "en"
    assert found["label"] != "unsure"


@pytest.mark.parametrize("arguments", [("--unsure-below", "2"), ("--aspects", "x" * 61)])
def test_options_that_cannot_be(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, found = predict([{"text": "good"}], *arguments)
    assert (code, found) == (1, [])
    assert capsys.readouterr().err.strip()


@pytest.mark.parametrize("model", DOMAINS["sentiment"].models[:1])
def test_rest_answers_as_the_command_line_does(client: TestClient, model: str) -> None:
    body = {"text": "The food was great but the staff were rude", "aspects": ["food"]}
    _, [line] = predict([body], "--model", model)
    one = client.post("/sentiment/predict", json=body)
    assert one.status_code == 200
    assert one.json()["label"] == line["label"]
    many = client.post("/sentiment/predict", json={"inputs": [body, body], "options": {"unsure_below": 1}})
    assert [output["label"] for output in many.json()["outputs"]] == ["unsure", "unsure"]


def test_rest_names_what_is_wrong_in_the_readers_language(client: TestClient) -> None:
    body = {"inputs": [{"text": "good"}, {"text": ""}]}
    answer = client.post("/sentiment/predict", json=body, headers={"Accept-Language": "zh"})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["row"], error["field"]) == (2, "text")
    assert "第 2 行" in error["message"]
    assert client.post("/sentiment/predict", json={"text": "x" * (MAX_TEXT + 1)}).status_code == 422
