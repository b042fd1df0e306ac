"""Single transactions continue a bank's history: what they get is what the whole table would give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from bigmodel_apps.fraud import scoring, shelf
from bigmodel_apps.fraud.model import FraudModel, transactions_of
from bigmodel_apps.fraud.schema import Input, Options
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, Transactions
from bigmodel_apps.problems import InputError, from_validation
from bigmodel_apps.runtime.device import Device

CPU = Device("cpu", 0, "float32", "test")
OPTIONS = Options(bank="small")


@pytest.fixture(scope="module")
def model(detector: Detector, tmp_path_factory: pytest.TempPathFactory) -> FraudModel:
    folder = tmp_path_factory.mktemp("model")
    scoring.save(detector, folder)
    return FraudModel(folder, CPU)


@pytest.fixture(scope="module", autouse=True)
def opened(bank: Transactions, detector: Detector) -> Iterator[None]:
    shelf.banks.put("small", shelf.score_bank("small", bank, detector, first_test_day=int(bank.days[0])))
    yield
    shelf.banks.close("small")


def asked(bank: Transactions, place: int, days_later: float = 1.0, factor: float = 1.0) -> Input:
    """A transaction of the same card and terminal as one of the bank, after the bank's last."""
    assert bank.customers is not None
    assert bank.terminals is not None
    time = np.datetime64(int(bank.seconds[-1] + 86_400 * days_later), "s")
    return Input(
        amount=round(float(bank.amounts[place]) * factor, 2),
        time=str(time),
        customer=str(bank.customer_names[bank.customers[place]]),
        terminal=str(bank.terminal_names[bank.terminals[place]]),
    )


def test_it_is_what_the_whole_table_gives(bank: Transactions, detector: Detector, model: FraudModel) -> None:
    item = asked(bank, 10, factor=6.0)
    history = shelf.banks.get("small").transactions
    new = transactions_of([item], history)
    whole = replace(
        history,
        **{
            name: np.concatenate([getattr(history, name), getattr(new, name)])
            for name in ("ids", "seconds", "amounts", "customers", "terminals", "fraud", "scenario", "rows")
        },
        segments={},
    )
    expected = scoring.score(detector, scoring.inputs(whole, detector.settings, detector.names).values)[-1]
    assert model.predict([item], OPTIONS)[0].score == pytest.approx(expected, abs=1e-12)


def test_transactions_of_a_batch_do_not_see_each_other(bank: Transactions, model: FraudModel) -> None:
    items = [asked(bank, 10, 1.0 + number / 1_000, factor) for number, factor in enumerate((1, 8, 8, 8))]
    items += [asked(bank, place) for place in (11, 500)]
    together = model.predict(items, OPTIONS)
    alone = [model.predict([item], OPTIONS)[0] for item in items]
    assert [output.score for output in together] == [output.score for output in alone]
    texts = [[[reason.text for reason in output.reasons or []] for output in outputs] for outputs in (together, alone)]
    assert texts[0] == texts[1]


def test_reasons_and_base_add_up(bank: Transactions, model: FraudModel) -> None:
    for output in model.predict([asked(bank, place, factor=9.0) for place in (3, 30, 300)], OPTIONS):
        assert output.reasons is not None
        total = output.base + sum(reason.share for reason in output.reasons)
        assert 1 / (1 + np.exp(-total)) == pytest.approx(output.score, abs=1e-9)
        shares = [abs(reason.share) for reason in output.reasons]
        assert shares == sorted(shares, reverse=True)
    silent = model.predict([asked(bank, 3)], Options(bank="small", reasons=False))
    assert silent[0].reasons is None


def test_a_card_and_a_terminal_that_nobody_knows(model: FraudModel) -> None:
    found = model.predict(
        [Input(amount=5, time="2026-08-01T12:00:00"), Input(amount=5, time="2026-08-01 12:00")], OPTIONS
    )
    assert found[0].score == found[1].score
    assert 0 <= found[0].score <= 1


def test_labels_and_offsets_are_read() -> None:
    found = transactions_of(
        [
            Input(amount=1, time="2026-08-01T12:00:00+08:00", fraud=True, customer="a"),
            Input(amount=1, time="2026-08-01T04:00:00", fraud=False, customer="a"),
        ]
    )
    assert found.seconds[0] == found.seconds[1]
    assert found.fraud.tolist() == [FRAUD, LEGITIMATE]
    assert found.customers is not None
    assert found.customers[0] == found.customers[1]


@pytest.mark.parametrize("time", ["yesterday", "2026-02-30T00:00:00", "9999999999"])
def test_a_time_that_is_none_is_said(time: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Input(amount=1, time=time)
    (problem,) = from_validation(caught.value)
    assert (problem.code, problem.field) == ("fraud-time-not-iso", "time")
    assert problem.details["value"] == time


@pytest.mark.parametrize("amount", [-1, float("nan"), float("inf"), 1e13])
def test_an_amount_that_is_none_is_refused(amount: float) -> None:
    with pytest.raises(ValidationError):
        Input(amount=amount, time="2026-08-01T12:00:00")


def test_what_is_not_open_is_said(bank: Transactions, model: FraudModel) -> None:
    for options, code in (
        (Options(bank="nobody's"), "fraud-bank-unknown"),
        (Options(bank="small", own="nobody's"), "own-model-unknown"),
    ):
        with pytest.raises(InputError) as caught:
            shelf.prepare(options, "fraud-trees")
        assert caught.value.problems[0].code == code
        with pytest.raises(InputError):
            model.predict([asked(bank, 3)], options)


def test_a_model_of_the_callers_own_answers(bank: Transactions, detector: Detector, model: FraudModel) -> None:
    shelf.detectors.put("mine", replace(detector, engine="mine", intercept=-2.0))
    try:
        own, shipped = (model.predict([asked(bank, 3)], Options(bank="small", own=key))[0] for key in ("mine", None))
        assert own.engine == "mine"
        assert own.score < shipped.score
    finally:
        shelf.detectors.close("mine")
