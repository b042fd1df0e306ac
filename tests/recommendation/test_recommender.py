"""Blends: shares sum to the score, removing equals folding in anew, what is saved comes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.problems import Unavailable
from bigmodel_apps.recommendation import fitting, recommender
from bigmodel_apps.recommendation.interactions import Interactions
from bigmodel_apps.recommendation.recommender import Recommender, top
from tests.recommendation.conftest import small_shop

RECIPE = fitting.Recipe(
    {
        "ease": {"penalty": 30.0, "reach": 5.0},
        "als": {"size": 8, "rounds": 4},
        "neighbours": {},
        "next": {},
        "popularity": {},
    },
    {"ease": 0.5, "als": 0.3, "neighbours": 0.1, "next": 0.2, "popularity": 0.1},
)
FITTED = fitting.fit(small_shop(), RECIPE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 59), unique=True, max_size=30))
def test_shares_sum_to_the_score(items: list[int]) -> None:
    history = np.array(items, dtype=np.int32)
    found = FITTED.recommend([history], 10)[0]
    assert not np.isin(found.items, history).any()
    shares = FITTED.explain(history, found.items)
    summed = shares.shares.sum(axis=0) + sum(shares.rest.values(), start=np.zeros(len(found.items)))
    np.testing.assert_allclose(summed, found.scores, atol=1e-6)
    np.testing.assert_allclose(shares.scores, found.scores, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 59), unique=True, min_size=2, max_size=20), st.data())
def test_removing_an_item_equals_folding_in_without_it(items: list[int], data: st.DataObject) -> None:
    """The list after "remove" is that of somebody who never chose it, and of an additive term it loses just its share."""
    history = np.array(items, dtype=np.int32)
    place = data.draw(st.integers(0, len(items) - 1))
    rest = np.delete(history, place)
    fresh = fitting.fit(small_shop(), RECIPE)
    np.testing.assert_allclose(FITTED.scores([rest]), fresh.scores([rest]), atol=1e-9)
    ease = next(term for term in FITTED.terms if term.name == "ease")
    np.testing.assert_allclose(
        ease.scores([history])[0] - ease.shares(history)[place], ease.scores([rest])[0], atol=1e-9
    )


def test_nothing_chosen_is_popularity(interactions: Interactions) -> None:
    alone = fitting.fit(interactions, fitting.Recipe({"ease": {"penalty": 30.0}}, {"ease": 1.0}))
    empty = np.zeros(0, dtype=np.int32)
    found = alone.recommend([empty])[0]
    assert found.items.tolist() == np.argsort(-alone.counts, kind="stable")[:10].tolist()
    shares = alone.explain(empty, found.items)
    assert list(shares.rest) == ["popularity"]
    np.testing.assert_allclose(shares.scores, found.scores)
    # Somebody whose only item says nothing is nobody known either.
    unknown = replace(alone, weights={})
    np.testing.assert_allclose(unknown.scores([np.array([1], dtype=np.int32)]), alone.scores([empty]))


def test_only_what_is_allowed_and_new(interactions: Interactions) -> None:
    history = interactions.histories()[0]
    allowed = np.zeros(60, dtype=bool)
    allowed[:5] = True
    allowed[history] = True
    found = FITTED.recommend([history], 100, allowed=allowed)[0].items
    assert set(found) == set(np.flatnonzero(allowed)) - set(history)
    assert set(FITTED.recommend([history], 100, allowed=allowed, seen=True)[0].items) == set(np.flatnonzero(allowed))
    assert len(FITTED.recommend([history], 5, allowed=np.zeros(60, dtype=bool))[0].items) == 0


def test_many_histories_are_answered_in_parts(interactions: Interactions, monkeypatch: pytest.MonkeyPatch) -> None:
    histories = interactions.histories()
    whole = FITTED.recommend(histories, 5)
    monkeypatch.setattr(recommender, "_AT_ONCE", 200)
    for one, other in zip(FITTED.recommend(histories, 5), whole, strict=True):
        assert one.items.tolist() == other.items.tolist()


def test_equal_scores_keep_the_catalogues_order() -> None:
    assert top(np.array([1.0, 2.0, 1.0, 1.0, -np.inf]), 3).items.tolist() == [1, 0, 2]
    assert top(np.full(4, -np.inf), 3).items.tolist() == []


def test_what_is_saved_comes_back(interactions: Interactions, tmp_path: Path) -> None:
    recommender.save(FITTED, tmp_path / "first")
    again = recommender.load(tmp_path / "first")
    histories = interactions.histories()[:10]
    np.testing.assert_array_equal(again.scores(histories), FITTED.scores(histories))
    assert again.catalogue.title(3, "zh") == FITTED.catalogue.title(3, "zh")
    assert again.facts == FITTED.facts
    assert again.nbytes == FITTED.nbytes > 0
    recommender.save(again, tmp_path / "second")
    for name in (recommender.FILE, recommender.ARRAYS):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


@pytest.mark.parametrize("name", [recommender.FILE, recommender.ARRAYS])
def test_damaged_files_are_named(name: str, tmp_path: Path) -> None:
    recommender.save(FITTED, tmp_path)
    for damage in (b"", b"{", b"\x00" * 100):
        (tmp_path / name).write_bytes(damage)
        with pytest.raises(Unavailable) as caught:
            recommender.load(tmp_path)
        assert caught.value.problem.code == "recommendation-model-damaged"
    (tmp_path / name).unlink()
    with pytest.raises(Unavailable):
        recommender.load(tmp_path)


def test_ease_alone_in_one_call(interactions: Interactions) -> None:
    found = recommender.fit_plain(interactions, penalty=30.0)
    assert isinstance(found, Recommender)
    assert [term.name for term in found.terms] == ["ease"]
