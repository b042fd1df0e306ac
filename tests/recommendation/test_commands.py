"""The command line: a file in, a model out; JSON lines in, one line out per row."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bigmodel_apps import cli
from bigmodel_apps.recommendation.interactions import Interactions
from bigmodel_apps.recommendation.schema import Output


def run(*argv: str, lines: str = "") -> tuple[int, list[dict[str, Any]]]:
    out = io.BytesIO()
    code = cli.main([*argv], io.BytesIO(lines.encode()), out)
    return code, [json.loads(line) for line in out.getvalue().decode().splitlines()]


@pytest.fixture(scope="module")
def trained(interactions: Interactions, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The model that ``train`` made of a file and a file of items, and what it printed."""
    folder = tmp_path_factory.mktemp("commands")
    ids, titles = interactions.catalogue.ids, interactions.catalogue.titles["zh"]
    rows = zip(interactions.users, interactions.items, interactions.seconds, strict=True)  # type: ignore[arg-type]
    choices = "\n".join(f"{interactions.user_ids[user]},{ids[item]},{second}" for user, item, second in rows)
    (folder / "choices.csv").write_text(f"user_id,item_id,timestamp\n{choices}\n", encoding="utf-8")
    things = "\n".join(f"{id}\t{title}" for id, title in zip(ids, titles, strict=True))
    (folder / "items.tsv").write_text(f"id\ttitle\n{things}\n", encoding="utf-8")
    code, (facts,) = run(
        *("train", "recommendation", "--data", str(folder / "choices.csv"), "--items", str(folder / "items.tsv")),
        *("--out", str(folder / "model"), "--no-tune"),
    )
    assert code == 0
    return folder / "model", facts


def test_train_says_what_it_learned_from_and_how_well(
    interactions: Interactions, trained: tuple[Path, dict[str, Any]]
) -> None:
    _, facts = trained
    assert facts["rows"] == len(interactions)
    assert facts["held_out"]["ours"]["ndcg"] > facts["held_out"]["random"]["ndcg"]
    assert "problems" not in facts


def test_predict_answers_each_line_with_the_trained_model(trained: tuple[Path, dict[str, Any]]) -> None:
    lines = '{"user": "user 3"}\n{"history": ["thing 1", "没有"]}\n\n{"user": "nobody"}\n{}\n{"history": 3}\n'
    code, answers = run("predict", "recommendation", "--model", str(trained[0]), "--k", "4", lines=lines)
    assert code == 1
    known, history, blank, nobody, empty, wrong = answers
    for answer in (known, history, nobody):
        assert len(Output.model_validate(answer).items) == 4
    assert known["items"][0]["title"].startswith("第")
    assert known["items"][0]["because"][0].keys() == {"id", "share"}
    assert history["unknown"] == ["没有"]
    assert nobody["popular"]
    assert [one["error"]["row"] for one in (blank, empty, wrong)] == [3, 5, 6]


def test_a_list_may_be_diverse(trained: tuple[Path, dict[str, Any]]) -> None:
    line = '{"user": "user 3"}\n'
    plain, diverse = (
        run("predict", "recommendation", "--model", str(trained[0]), *more, lines=line)[1][0]
        for more in ((), ("--diversity", "0.9", "--because", "0"))
    )
    assert [item["id"] for item in plain["items"]] != [item["id"] for item in diverse["items"]]
    assert all(not item["because"] for item in diverse["items"])


@pytest.mark.parametrize("more", [("--k", "0"), ("--diversity", "2"), ("--because", "-1"), ("--shop", "nowhere")])
def test_what_cannot_be_set_is_said(more: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    code, answers = run("predict", "recommendation", *more, lines='{"history": []}\n')
    assert code == 1
    assert capsys.readouterr().err.strip() or answers[0]["error"]["message"]


def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "one.csv"
    file.write_text("user,item\nann,a\nann,b\n", encoding="utf-8")
    code, answers = run("train", "recommendation", "--data", str(file), "--out", str(tmp_path / "model"))
    assert (code, answers) == (1, [])
    assert "ann" in capsys.readouterr().err


def test_a_damaged_model_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = run("predict", "recommendation", "--model", str(tmp_path), lines='{"history": []}\n')
    assert code == 1
    assert capsys.readouterr().err.strip()
