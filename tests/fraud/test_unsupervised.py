"""Outliers without labels: what is rare on the suspicious side, exactly split into inputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.fraud import features, ranking, unsupervised
from bigmodel_apps.fraud.transactions import FRAUD, Floats, Transactions
from bigmodel_apps.problems import Unavailable

NAMES = ("amount", "customer_gap_hours", "terminal_risk_7d", "V1", "night")


def test_only_the_suspicious_side_counts_and_labels_do_not() -> None:
    generator = np.random.default_rng(0)
    values = generator.normal(size=(2_000, 5))
    found = unsupervised.fit(values, NAMES)
    odd = np.array([[9, 0, 9, 0, 9], [-9, 0, 0, 0, 0], [0, -9, 0, 0, 0], [0, 9, 0, 0, 0], [0, 0, 0, -9, 0.0]])
    shares = found.contributions(odd)
    assert shares[0, 0] > 5 > 1 > shares[1, 0]  # a large amount, not a small one
    assert shares[2, 1] > 5 > 1 > shares[3, 1]  # a short gap, not a long one
    assert shares[4, 3] > 5  # a number of the source's own on either side
    assert not shares[:, [2, 4]].any()
    np.testing.assert_allclose(shares.sum(axis=1), found.log_odds(odd))
    assert (found.log_odds(values) > 0).mean() == pytest.approx(0.01, abs=0.002)


def test_missing_values_do_not_stand_out() -> None:
    values = np.random.default_rng(0).normal(size=(500, 5))
    found = unsupervised.fit(values, NAMES)
    nothing = found.contributions(np.full((1, 5), np.nan))
    assert not nothing[:, :-1].any()


def test_it_beats_chance_on_the_small_bank(bank: Transactions, inputs: Floats) -> None:
    found = unsupervised.fit(inputs, features.NAMES).log_odds(inputs)
    fraud = bank.fraud == FRAUD
    assert ranking.average_precision(fraud, found) > 3 * fraud.mean()


def test_a_file_keeps_it(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(500, 5))
    found = unsupervised.fit(values, NAMES)
    found.save(tmp_path)
    np.testing.assert_array_equal(unsupervised.load(tmp_path).log_odds(values), found.log_odds(values))
    with pytest.raises(Unavailable):
        unsupervised.load(tmp_path / "nowhere")
