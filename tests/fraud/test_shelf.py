"""Banks have keys of their owners', and show no label before its time."""

from __future__ import annotations

import numpy as np

from bigmodel_apps.fraud import scoring, shelf
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.transactions import UNKNOWN, Transactions


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
