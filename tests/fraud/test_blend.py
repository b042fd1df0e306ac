"""What validation days decide."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.fraud import blend
from bigmodel_apps.fraud.scoring import limits, probability


def drawn(slope: float, intercept: float) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(3)
    told = generator.normal(-4, 2, 40_000)
    return told, generator.random(40_000) < probability(slope * told + intercept)


def test_calibration_finds_what_the_scores_were_stretched_by() -> None:
    told, fraud = drawn(0.5, -1.0)
    slope, intercept = blend.calibrate(told, fraud)
    assert (slope, intercept) == (pytest.approx(0.5, abs=0.06), pytest.approx(-1.0, abs=0.25))
    assert probability(slope * told + intercept).mean() == pytest.approx(fraud.mean(), rel=0.02)


def test_calibration_without_frauds_stays_sane() -> None:
    slope, intercept = blend.calibrate(np.linspace(-5, -1, 50), np.zeros(50))
    assert slope > 0
    assert np.isfinite(intercept)


def test_a_sequence_model_counts_only_where_it_helps() -> None:
    generator = np.random.default_rng(0)
    fraud = generator.random(5_000) < 0.05
    one, other = (generator.normal(2 * fraud, 1) for _ in range(2))
    weight, found = blend.choose([(one, other, fraud)])
    assert weight > 0.2
    assert found[weight] == max(found.values())
    noise = generator.normal(size=5_000)
    assert blend.choose([(one, noise, fraud)])[0] == 0


def test_bands_are_reached_by_no_more_than_their_share_of_legitimate_ones() -> None:
    generator = np.random.default_rng(0)
    scores = np.round(generator.random(10_000), 2)  # many ties
    fraud = generator.random(10_000) < 0.01
    for name, share in (("guarded", 0.05), ("elevated", 0.02), ("high", 0.01)):
        assert (scores[~fraud] >= limits(scores, fraud)[name]).mean() <= share
