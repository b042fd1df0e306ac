"""What holds of every term: shares sum to scores, arrays make it again, fitting can be watched and stopped."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bigmodel_apps.problems import Cancelled
from bigmodel_apps.recommendation import ease
from bigmodel_apps.recommendation.interactions import Codes, Interactions
from bigmodel_apps.recommendation.terms import KINDS, Term, kind

PARAMETERS: dict[str, dict[str, Any]] = {
    "ease": {"penalty": 30.0, "reach": 5.0},
    "als": {"size": 8, "rounds": 4},
    "neighbours": {"nearest": 12},
    "next": {"nearest": 20},
    "popularity": {"half_life": 30.0},
}


@pytest.fixture(scope="module", params=PARAMETERS)
def term(request: pytest.FixtureRequest, interactions: Interactions) -> Term:
    return kind(request.param).fit(interactions, **PARAMETERS[request.param])


def some(interactions: Interactions) -> list[Codes]:
    empty = np.zeros(0, dtype=np.int32)
    return [empty, np.array([3], dtype=np.int32), *interactions.histories()[:20]]


def test_the_name_is_the_one_it_is_found_by(term: Term) -> None:
    assert KINDS[term.name][1] == type(term).__name__


def test_shares_sum_to_scores(term: Term, interactions: Interactions) -> None:
    histories = some(interactions)
    scores = term.scores(histories)
    assert scores.shape == (len(histories), len(interactions.catalogue))
    for history, row in zip(histories, scores, strict=True):
        shares = term.shares(history)
        assert shares.shape == (len(history) + 1, len(interactions.catalogue))
        np.testing.assert_allclose(shares.sum(axis=0), row, atol=1e-9)


def test_a_history_is_scored_the_same_alone_and_among_others(term: Term, interactions: Interactions) -> None:
    histories = some(interactions)
    together = term.scores(histories)
    for history, row in zip(histories, together, strict=True):
        np.testing.assert_allclose(term.scores([history])[0], row, atol=1e-9)


def test_arrays_make_it_again(term: Term, interactions: Interactions) -> None:
    again = kind(term.name).from_arrays(term.arrays())
    histories = some(interactions)
    np.testing.assert_array_equal(again.scores(histories), term.scores(histories))


def test_nobody_asks_for_nothing(term: Term, interactions: Interactions) -> None:
    assert term.scores([]).shape == (0, len(interactions.catalogue))


def test_nothing_is_learned_from_nothing(term: Term, interactions: Interactions) -> None:
    fitted = kind(term.name).fit(interactions.take(slice(0, 0)), **PARAMETERS[term.name])
    scores = fitted.scores([np.array([1, 2], dtype=np.int32)])
    assert np.isfinite(scores).all()
    assert np.ptp(scores) == pytest.approx(0, abs=1e-6)


def test_fitting_tells_how_far_it_is_and_stops_when_asked(term: Term, interactions: Interactions) -> None:
    seen: list[tuple[int, int]] = []
    kind(term.name).fit(interactions, report=lambda done, total: seen.append((done, total)), **PARAMETERS[term.name])
    assert seen[-1][0] == seen[-1][1]
    assert seen == sorted(seen)
    with pytest.raises(Cancelled):
        kind(term.name).fit(interactions, cancelled=lambda: True, **PARAMETERS[term.name])


def test_no_term_of_another_name() -> None:
    with pytest.raises(KeyError):
        kind("no such")


def test_an_item_that_is_new_to_ease_changes_nothing(
    interactions: Interactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a catalogue that is too large, the most chosen items are modelled as if there were no others."""
    monkeypatch.setattr(ease, "MOST_ITEMS", 40)
    fitted = ease.Ease.fit(interactions, penalty=30.0)
    assert len(fitted.modelled) == 40
    counts = np.bincount(np.unique(interactions.users * 60 + interactions.items) % 60, minlength=60)
    outside = np.setdiff1d(np.arange(60, dtype=np.int32), fitted.modelled)
    assert counts[fitted.modelled].min() >= counts[outside].max()
    history = np.concatenate([fitted.modelled[:3], outside[:2]])
    scores = fitted.scores([history, fitted.modelled[:3]])
    np.testing.assert_array_equal(scores[0], scores[1])
    assert not scores[:, outside].any()
    np.testing.assert_allclose(fitted.shares(history).sum(axis=0), scores[0], atol=1e-9)
