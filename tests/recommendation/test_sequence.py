"""The transformer over the order of choices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.problems import Cancelled
from bigmodel_apps.recommendation import fitting, recommender, sequence
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import Interactions, Items
from bigmodel_apps.recommendation.sequence import Sequence, windows

ITEMS = 12


def circle(users: int = 60, each: int = 6) -> Interactions:
    """Everybody goes round in the same circle, from somewhere."""
    starts = np.random.default_rng(1).integers(ITEMS, size=users)
    items = ((starts[:, None] + np.arange(each)) % ITEMS).astype(np.int32).ravel()
    return Interactions(
        np.repeat(np.arange(users, dtype=np.int32), each),
        items,
        np.arange(users).astype(str).astype(object),
        Items.untitled(np.arange(ITEMS).astype(str).astype(object)),
    )


@pytest.fixture(scope="module")
def fitted() -> Sequence:
    return Sequence.fit(circle(120), width=16, epochs=40)


def test_it_learns_what_comes_next_and_not_only_what_goes_together(fitted: Sequence) -> None:
    histories = [np.array([(start + step) % ITEMS for step in range(3)], dtype=np.int32) for start in range(ITEMS)]
    scores = fitted.scores(histories)
    assert (scores.argmax(axis=1) == (np.arange(ITEMS) + 3) % ITEMS).mean() > 0.8
    assert (fitted.scores([history[::-1] for history in histories]) != scores).any()


def test_an_empty_history_tells_nothing_and_a_long_one_counts_by_its_end(fitted: Sequence) -> None:
    assert not fitted.scores([np.zeros(0, np.int32)]).any()
    long = np.resize(np.arange(ITEMS, dtype=np.int32), 130)
    assert fitted.scores([long]) == pytest.approx(fitted.scores([long[-sequence.LENGTH :]]), abs=1e-4)


def test_all_of_a_score_stands_in_the_last_row(fitted: Sequence) -> None:
    history = np.array([2, 3], dtype=np.int32)
    shares = fitted.shares(history)
    assert not shares[:-1].any()
    assert shares.sum(axis=0) == pytest.approx(fitted.scores([history])[0])


def test_written_and_read_it_scores_the_same(fitted: Sequence) -> None:
    again = Sequence.from_arrays(fitted.arrays())
    histories = [np.array([5, 6, 7], dtype=np.int32), np.array([1], dtype=np.int32)]
    assert again.scores(histories) == pytest.approx(fitted.scores(histories))


def test_in_a_blend_it_is_saved_with_the_others(tmp_path: Path) -> None:
    recipe = Recipe({"ease": {"penalty": 5.0}, "sequence": {"width": 8, "epochs": 1}}, {"ease": 0.5, "sequence": 0.5})
    blend = fitting.fit(circle(), recipe)
    recommender.save(blend, tmp_path)
    history = [np.array([3, 4], dtype=np.int32)]
    assert recommender.load(tmp_path).scores(history) == pytest.approx(blend.scores(history), abs=1e-6)
    shares = blend.explain(history[0], np.arange(ITEMS, dtype=np.int32))
    assert shares.scores == pytest.approx(blend.scores(history)[0], abs=1e-6)


def test_equal_seeds_give_equal_networks_and_a_large_catalogue_is_drawn_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequence, "DRAWN", 4)
    first, second = (Sequence.fit(circle(20), width=8, epochs=2, seed=3) for _ in range(2))
    history = [np.array([0, 1], dtype=np.int32)]
    assert (first.scores(history) == second.scores(history)).all()


def test_windows_follow_first_choices_and_overlap_by_one() -> None:
    items = np.array([0, 1, 0, 2, 3, 4, 1], dtype=np.int32)
    users = np.array([0, 0, 0, 0, 0, 0, 1], dtype=np.int32)
    found = windows(
        Interactions(
            users, items, np.array(["a", "b"], object), Items.untitled(np.arange(5).astype(str).astype(object))
        ),
        2,
    )
    assert [run.tolist() for run in found] == [[0, 1, 2], [2, 3, 4]]


def test_nobody_with_two_choices_is_no_reason_to_fail() -> None:
    one = circle(3, 1)
    assert np.isfinite(Sequence.fit(one, width=8, epochs=2).scores([np.array([1], np.int32)])).all()


def test_it_says_how_far_it_is_and_stops_when_told() -> None:
    reports: list[tuple[int, int]] = []
    Sequence.fit(circle(10), width=8, epochs=2, report=lambda done, total: reports.append((done, total)))
    assert reports[0][0] == 0
    assert reports[-1][0] == reports[-1][1]
    with pytest.raises(Cancelled):
        Sequence.fit(circle(10), width=8, epochs=2, cancelled=lambda: True)
