"""Banks are opened once, forgotten when there are too many, and show no label before its time."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import pytest

from bigmodel_apps.fraud import scoring, shelf
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.shelf import Shelf
from bigmodel_apps.fraud.transactions import UNKNOWN, Transactions
from bigmodel_apps.problems import InputError


@dataclass
class Sized:
    nbytes: int


def test_the_least_recently_used_is_closed() -> None:
    held: Shelf[Sized] = Shelf("fraud-bank-unknown", "bank", 100)
    for key in "abc":
        held.put(key, Sized(40))
        if key == "b":
            held.get("a")
    assert held.get("a")
    with pytest.raises(InputError) as caught:
        held.get("b")
    assert caught.value.problems[0].code == "fraud-bank-unknown"
    held.put("huge", Sized(1_000))  # one is always kept
    assert held.get("huge")
    held.close("huge")
    with pytest.raises(InputError):
        held.get("huge")


def test_two_callers_at_once_load_once() -> None:
    held: Shelf[Sized] = Shelf("fraud-bank-unknown", "bank", 100)
    loads, gate = [], threading.Event()

    def load() -> Sized:
        loads.append(1)
        gate.wait(5)
        return Sized(1)

    callers = [threading.Thread(target=held.open, args=("a", load)) for _ in range(4)]
    for caller in callers:
        caller.start()
    gate.set()
    for caller in callers:
        caller.join()
    assert len(loads) == 1


def test_keys_are_the_owners() -> None:
    assert shelf.key_of("file", "me") != shelf.key_of("file", "you")
    assert shelf.key_of("file", "me") == shelf.key_of("file", "me")


def test_a_bank_knows_no_label_before_its_time(bank: Transactions, detector: Detector) -> None:
    found = shelf.score_bank("small", bank, detector, first_test_day=int(bank.days[30]))
    first_unknown = found.last_day - detector.settings.delay_days + 1
    known = found.transactions.fraud[bank.days < first_unknown]
    np.testing.assert_array_equal(known, bank.fraud[bank.days < first_unknown])
    assert (found.transactions.fraud[bank.days >= first_unknown] == UNKNOWN).all()
    np.testing.assert_array_equal(found.truth, bank.fraud)
    places = found.day(found.last_day)
    assert (bank.days[places] == found.last_day).all()
    assert places[-1] == len(bank) - 1
    np.testing.assert_array_equal(found.bands, scoring.band(detector, found.scores))
    contributions = found.contributions(places)
    sums = contributions.base + contributions.shares.sum(axis=1)
    np.testing.assert_allclose(scoring.probability(sums), found.scores[places], atol=1e-9)


def test_the_sample_bank_opens_with_the_detector_that_ships() -> None:
    found = shelf.open_bank()
    assert found is shelf.open_bank(shelf.SAMPLE)
    assert found.transactions.simulated
    assert found.detector is shelf.shipped()
    later = found.transactions.between(found.first_test_day, 60)
    fraud = found.truth[later] == 1
    assert found.scores[later][fraud].mean() > 20 * found.scores[later][~fraud].mean()
