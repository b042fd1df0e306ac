"""Trees find what is there, add up, survive a file, and stop when told to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.fraud import trees
from bigmodel_apps.fraud.trees import Recipe
from bigmodel_apps.problems import Cancelled, Unavailable

NAMES = ("amount", "noise", "missing")
RECIPE = Recipe(rounds=30, bags=2, max_bin=255)


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(1)
    values = np.column_stack([generator.gamma(2, 20, 4_000), generator.random(4_000), np.full(4_000, np.nan)])
    return values, (values[:, 0] > 120) | (generator.random(4_000) < 0.002)


@pytest.fixture(scope="module")
def grown(rows: tuple[np.ndarray, np.ndarray]) -> trees.Trees:
    return trees.fit(*rows, RECIPE, names=NAMES)


def test_the_tail_is_found(grown: trees.Trees, rows: tuple[np.ndarray, np.ndarray]) -> None:
    values, _ = rows
    found = grown.log_odds(values)
    assert found[values[:, 0] > 130].min() > found[values[:, 0] < 110].max()
    assert grown.gain().argmax() == 0
    assert grown.gain().sum() == pytest.approx(1)


def test_contributions_add_up(grown: trees.Trees, rows: tuple[np.ndarray, np.ndarray]) -> None:
    values = rows[0][:200]
    found = grown.contributions(values)
    assert found.shape == (200, len(NAMES) + 1)
    np.testing.assert_allclose(found.sum(axis=1), grown.log_odds(values), atol=1e-9)
    assert not found[:, 2].any()  # an input without values decides nothing
    assert len(set(found[:, -1])) == 1
    assert grown.contributions(values[:0]).shape == (0, len(NAMES) + 1)


def test_a_file_keeps_every_bit(grown: trees.Trees, rows: tuple[np.ndarray, np.ndarray], tmp_path: Path) -> None:
    grown.save(tmp_path)
    again = trees.load(tmp_path, grown.shift)
    np.testing.assert_array_equal(again.log_odds(rows[0]), grown.log_odds(rows[0]))


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    for text in (None, "no trees"):
        if text:
            (tmp_path / "trees-0.txt").write_text(text)
        with pytest.raises(Unavailable) as caught:
            trees.load(tmp_path)
        assert caught.value.problem.code == "fraud-model-damaged"


def test_fewer_legitimate_rows_leave_the_probability(rows: tuple[np.ndarray, np.ndarray]) -> None:
    values, fraud = rows
    some = trees.fit(values, fraud, Recipe(rounds=200, max_bin=255, negatives=0.2), names=NAMES)
    probability = 1 / (1 + np.exp(-some.log_odds(values)))
    assert probability.mean() == pytest.approx(fraud.mean(), rel=0.1)


def test_columns_may_be_called_anything(rows: tuple[np.ndarray, np.ndarray], tmp_path: Path) -> None:
    odd = trees.fit(*rows, Recipe(rounds=3, max_bin=255), names=('a "b": [c], {d}', "金额（元）", "x\ny"))
    odd.save(tmp_path)
    np.testing.assert_array_equal(trees.load(tmp_path).log_odds(rows[0]), odd.log_odds(rows[0]))


def test_it_can_be_stopped(rows: tuple[np.ndarray, np.ndarray]) -> None:
    seen: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        trees.fit(*rows, RECIPE, names=NAMES, report=lambda *at: seen.append(at), cancelled=lambda: len(seen) >= 5)
    assert seen == [(number, 60) for number in range(1, 6)]
