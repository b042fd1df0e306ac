"""Protocols of the inputs and of the simulator: what they compute, and on the public set what they find."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.fraud import data_protocols, datasets
from bigmodel_apps.fraud.features import Settings, compute
from bigmodel_apps.fraud.simulator import simulate
from bigmodel_apps.fraud.transactions import Transactions, day_of
from bigmodel_apps.problems import InputError
from tests.fraud.conftest import WORLD

MISSING = float("nan")


def test_agreeing_digits() -> None:
    expected = np.array([[200.0, MISSING, 0.5]])
    assert data_protocols.agreeing_digits(expected.copy(), expected) == 16
    assert data_protocols.agreeing_digits(np.array([[200.02, MISSING, 0.5]]), expected) == pytest.approx(4)
    assert data_protocols.agreeing_digits(np.array([[200.0, MISSING, 0.501]]), expected) == pytest.approx(3)
    assert data_protocols.agreeing_digits(np.array([[200.0, 1.0, 0.5]]), expected) == 0


def test_single_precision_does_not_count_as_different() -> None:
    values = np.array([[123.456789, 0.0, 1 / 3]])
    published = values.astype(np.float32).astype(np.float64)
    assert not data_protocols.differing(values, published).any()
    assert data_protocols.differing(values + np.array([0.01, 0, 0]), published).tolist() == [[True, False, False]]
    assert data_protocols.differing(values + np.array([0, 0.01, 0]), published).tolist() == [[False, True, False]]


def test_ties_are_of_the_same_customer(bank: Transactions) -> None:
    part = replace(
        bank.take(slice(0, 4)),
        seconds=np.array([5, 5, 5, 6]),
        customers=np.array([1, 2, 1, 1], dtype=np.int32),
    )
    assert data_protocols.ties(part).tolist() == [True, False, True, False]


def test_a_bank_is_as_close_to_another_as_chance_has_it_and_far_from_a_different_one(bank: Transactions) -> None:
    banks = [simulate(replace(WORLD, seed=seed)) for seed in (2, 3)]
    found = {
        (metric.name, *metric.group, metric.system): metric.value for metric in data_protocols.compared(bank, banks)
    }
    assert found["distribution-distance", "time-of-day", "ours"] < 0.02
    late = replace(bank, seconds=bank.seconds + 3 * 3_600)
    other = {
        (metric.name, *metric.group, metric.system): metric.value for metric in data_protocols.compared(late, banks)
    }
    assert other["distribution-distance", "time-of-day", "ours"] > 0.15
    assert other["distribution-distance", "time-of-day", "chance"] < 0.02
    assert found["fraud-share", "all", "published"] == pytest.approx(float((bank.fraud == 1).mean()), abs=1e-6)


def test_a_missing_file_is_named_with_its_source(tmp_path: Path) -> None:
    for protocol in data_protocols.PROTOCOLS.values():
        for folder in (None, tmp_path):
            with pytest.raises(InputError) as error:
                protocol(folder, None)
            assert error.value.problems[0].details["file"] == datasets.RAW


def test_every_protocol_is_described() -> None:
    assert set(data_protocols.DESCRIPTIONS) == set(data_protocols.PROTOCOLS)


@pytest.mark.data
def test_three_days_equal_the_published_inputs(data: Path) -> None:
    bank = datasets.handbook(data / "fraud")
    rows, published = datasets.handbook_inputs(data / "fraud")
    first = day_of("2018-06-11")
    # The longest look back is 30 days and the delay of 7.
    start = bank.between(first - 38, 1).start
    found = compute(bank.take(slice(start, bank.between(first, 3).stop)), Settings(added=False))
    asked = rows < bank.between(first, 3).stop
    assert asked.sum() > 25_000
    apart = data_protocols.differing(found[rows[asked] - start], published[asked]).any(axis=1)
    assert data_protocols.ties(bank)[rows[asked][apart]].all()
    assert apart.sum() <= 5


@pytest.mark.data
@pytest.mark.slow
def test_all_inputs_equal_their_definitions_and_the_published_ones(data: Path) -> None:
    metrics, described = data_protocols.inputs(data / "fraud")
    found = {(metric.name, *metric.group): metric for metric in metrics}
    assert found["agreeing-digits", "handbook-inputs"].value >= 9
    assert found["agreeing-digits", "added-inputs"].value >= 9
    assert found["rows-unexplained", "published"].value == 0
    assert described[1].notes.count(",") + 1 == found["rows-apart", "published"].value
