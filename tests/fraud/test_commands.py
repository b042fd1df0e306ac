"""The command line: a file or JSON lines in, one line out per row in the same order."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bigmodel_apps import cli
from bigmodel_apps.fraud import ranking, scoring
from bigmodel_apps.fraud.schema import Output
from bigmodel_apps.fraud.transactions import FRAUD, Transactions


def run(*argv: str, lines: str = "") -> tuple[int, list[dict[str, Any]]]:
    out = io.BytesIO()
    code = cli.main([*argv], io.BytesIO(lines.encode()), out)
    return code, [json.loads(line) for line in out.getvalue().decode().splitlines()]


def table(bank: Transactions) -> pd.DataFrame:
    """With the columns of the public set."""
    return pd.DataFrame(
        {
            "TRANSACTION_ID": np.arange(len(bank)),
            "TX_DATETIME": pd.to_datetime(bank.seconds, unit="s"),
            "CUSTOMER_ID": bank.customers,
            "TERMINAL_ID": bank.terminals,
            "TX_AMOUNT": bank.amounts,
            "TX_TIME_SECONDS": bank.seconds - bank.seconds[0],
            "TX_TIME_DAYS": bank.days - bank.days[0],
            "TX_FRAUD": bank.fraud,
            "TX_FRAUD_SCENARIO": bank.scenario,
        }
    )


@pytest.fixture(scope="module")
def trained(bank: Transactions, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
    """A file, the model that ``train`` made of its days 20 to 40, and what it printed."""
    folder = tmp_path_factory.mktemp("commands")
    file, model = folder / "transactions.parquet", folder / "model"
    table(bank).to_parquet(file)
    start = str(np.datetime64(int(bank.days[0]) + 20, "D"))
    code, (facts,) = run(
        *("train", "fraud", "--data", str(file), "--out", str(model)),
        *("--train-start", start, "--train-days", "20", "--delay-days", "7"),
    )
    assert code == 0
    return file, model, facts


def test_train_writes_a_model_and_says_what_it_learned_from(
    bank: Transactions, trained: tuple[Path, Path, dict[str, Any]]
) -> None:
    _, model, facts = trained
    rows = bank.between(int(bank.days[0]) + 20, 20)
    assert facts["rows"] == rows.stop - rows.start
    assert facts["frauds"] == int((bank.fraud[rows] == FRAUD).sum())
    found = scoring.load(model)
    # Neither the label's scenario nor the running time may be an input.
    assert not [name for name in found.names if name.startswith("TX_")]
    assert (model / "card.md").is_file()


def test_predict_scores_a_file_in_its_order(
    bank: Transactions, trained: tuple[Path, Path, dict[str, Any]], tmp_path: Path
) -> None:
    _, model, _ = trained
    shuffled = table(bank).sample(frac=1, random_state=1).reset_index(drop=True)
    file = tmp_path / "shuffled.csv"
    shuffled.to_csv(file, index=False)
    code, lines = run("predict", "fraud", "--model", str(model), "--file", str(file), "--reasons", "7")
    assert code == 0
    assert len(lines) == len(shuffled)
    scores = np.array([line["score"] for line in lines])
    later = (shuffled["TX_TIME_DAYS"] >= 47).to_numpy()
    fraud = shuffled["TX_FRAUD"].to_numpy() == 1
    assert ranking.average_precision(fraud[later], scores[later]) > 5 * fraud[later].mean()
    explained = [place for place, line in enumerate(lines) if line["reasons"] is not None]
    assert len(explained) == 7
    assert min(scores[explained]) >= np.sort(scores)[-7]
    assert all(Output.model_validate(line) for line in lines)


def test_labels_are_used_only_as_far_as_the_delay_allows(
    bank: Transactions, trained: tuple[Path, Path, dict[str, Any]], tmp_path: Path
) -> None:
    _, model, _ = trained
    whole = table(bank)
    hidden = whole.copy()
    last = whole["TX_DATETIME"].max()
    hidden["TX_FRAUD"] = (
        hidden["TX_FRAUD"].astype(object).where(whole["TX_DATETIME"] <= last - pd.Timedelta("7D"), None)
    )
    files = [tmp_path / "whole.csv", tmp_path / "hidden.csv"]
    for frame, file in zip((whole, hidden), files, strict=True):
        frame.to_csv(file, index=False)
    outputs = [run("predict", "fraud", "--model", str(model), "--file", str(file), "--reasons", "0") for file in files]
    assert outputs[0] == outputs[1]


def test_json_lines_are_read_together(trained: tuple[Path, Path, dict[str, Any]]) -> None:
    _, model, _ = trained
    usual = [
        {"amount": 20, "time": f"2026-07-{day:02}T10:00:00", "customer": "c", "terminal": "t"} for day in range(1, 21)
    ]
    last = {"amount": 150, "time": "2026-07-21T10:00:00", "customer": "c", "terminal": "t"}
    lines = "".join(json.dumps(item) + "\n" for item in [last, *usual])  # not in order of time
    code, found = run("predict", "fraud", "--model", str(model), lines=lines)
    assert code == 0
    assert len(found) == 21
    alone = run("predict", "fraud", "--model", str(model), lines=json.dumps(last) + "\n")[1][0]
    assert found[0]["score"] != alone["score"]  # it is compared with what the card spent before
    assert [reason for reason in found[0]["reasons"] if reason["code"] == "habit"]


def test_bad_lines_and_rows_are_said_where_they_stand(
    trained: tuple[Path, Path, dict[str, Any]], tmp_path: Path
) -> None:
    _, model, _ = trained
    good = json.dumps({"amount": 20, "time": "2026-07-01T10:00:00"})
    lines = f'{good}\nnonsense\n{{"amount": -2, "time": "2026-07-01T10:00:00"}}\n{{"amount": 2, "time": "tomorrow"}}\n{good}\n'
    code, found = run("predict", "fraud", "--model", str(model), "--lang", "en", lines=lines)
    assert code == 1
    assert [line.get("error", {}).get("row") for line in found] == [None, 2, 3, 4, None]
    assert "tomorrow" in found[3]["error"]["message"]
    file = tmp_path / "some.csv"
    file.write_text("time,amount,card\n2026-07-01 10:00,20,a\n2026-07-01 11:00,many,a\n2026-07-01 12:00,30,a\n")
    code, found = run("predict", "fraud", "--model", str(model), "--file", str(file))
    assert code == 1
    assert ["error" in line for line in found] == [False, True, False]
    assert found[1]["error"]["row"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--train-start", "soon"], "soon"),
        (["--train-start", "2030-01-01"], ""),
        (["--train-days", "0"], ""),
        (["--delay-days", "-1"], ""),
    ],
)
def test_wrong_options_are_said(
    trained: tuple[Path, Path, dict[str, Any]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    file, _, _ = trained
    code, lines = run("train", "fraud", "--data", str(file), "--out", str(tmp_path), *arguments)
    assert (code, lines) == (1, [])
    captured = capsys.readouterr().err
    assert said in captured
    assert "Traceback" not in captured


def test_a_missing_file_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, lines = run("train", "fraud", "--data", str(tmp_path / "no.csv"), "--out", str(tmp_path))
    assert (code, lines) == (1, [])
    assert "Traceback" not in capsys.readouterr().err
