"""From scores to a list: rules, difference, the penalty for popularity, and shares that still sum up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.recommendation import lists, ranking, rules
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.schema import Quota, Rules
from bigmodel_apps.recommendation.shelf import Shop


def made(shop: Shop, history: np.ndarray, settings: Settings | None = None, given: Rules | None = None) -> lists.Made:
    limits = [rules.limits(given, shop.catalogue, shop.places)]
    return lists.make(shop.recommender, [history], settings, limits, shop.vectors)[0]


def test_without_anything_set_it_is_what_the_model_says(shop: Shop) -> None:
    histories = shop.histories[:20]
    for found, plain in zip(
        lists.make(shop.recommender, histories), shop.recommender.recommend(histories), strict=True
    ):
        np.testing.assert_array_equal(found.items, plain.items)
        np.testing.assert_allclose(found.scores, plain.scores)


def test_no_item_of_the_history_comes_back_unless_asked(shop: Shop) -> None:
    history = shop.histories[0]
    assert not np.isin(history, made(shop, history, Settings(k=200)).items).any()
    assert np.isin(history, made(shop, history, Settings(k=200, seen=True)).items).all()


def test_nobody_gets_what_is_popular(shop: Shop) -> None:
    nothing = np.zeros(0, dtype=np.int32)
    found = made(shop, nothing)
    assert found.popular
    assert shop.recommender.counts[found.items].tolist() == sorted(shop.recommender.counts)[::-1][:10]
    why = lists.explain(shop.recommender, nothing, found.items)
    np.testing.assert_allclose(why.rest[lists.POPULARITY], found.scores)


@given(
    user=st.integers(0, 159),
    penalty=st.sampled_from([0.0, 0.3, 1.0]),
    diversity=st.sampled_from([0.0, 0.6]),
    length=st.integers(0, 8),
)
@settings(max_examples=40, deadline=None)
def test_shares_sum_to_the_score(shop: Shop, user: int, penalty: float, diversity: float, length: int) -> None:
    history = shop.histories[user][:length]
    given = Settings(k=5, popularity_penalty=penalty, diversity=diversity)
    found = made(shop, history, given)
    why = lists.explain(shop.recommender, history, found.items, given)
    total = why.shares.sum(axis=0) + sum(why.rest.values())
    np.testing.assert_allclose(total, found.scores, atol=1e-9)
    np.testing.assert_allclose(why.scores, found.scores, atol=1e-9)
    assert (lists.PENALTY in why.rest) == (penalty > 0)


def test_the_penalty_makes_lists_newer_and_diversity_more_different(shop: Shop) -> None:
    def figures(given: Settings) -> tuple[float, float]:
        found = [made(shop, history, given).items for history in shop.histories[:40]]
        new = ranking.novelty(found, shop.recommender.counts, len(shop.histories))
        return float(new.mean()), float(ranking.diversity(found, shop.vectors).mean())

    plain = figures(Settings())
    assert figures(Settings(popularity_penalty=1.0))[0] > plain[0]
    steps = [figures(Settings(diversity=value))[1] for value in (0.0, 0.3, 0.6, 0.9)]
    assert steps == sorted(steps)
    assert steps[-1] > plain[1] + 0.1


def test_rules_hold_in_every_list(shop: Shop) -> None:
    history = shop.histories[3]
    plain = made(shop, history).items
    ids = [str(shop.catalogue.ids[item]) for item in plain]
    given = Rules(exclude=(ids[0],), out_of_stock=(ids[1], "gone"), pin=(ids[9], ids[0], "gone"), most_per_category=2)
    for diversity in (0.0, 0.5):
        found = made(shop, history, Settings(diversity=diversity), given)
        shown = [str(shop.catalogue.ids[item]) for item in found.items]
        assert shown[0] == ids[9]  # what is pinned and excluded is excluded
        assert found.pinned.tolist() == [True] + [False] * 9
        assert not {ids[0], ids[1]} & set(shown)
        names = shop.catalogue.categories["en"][found.items]
        assert max(np.unique(names.astype(str), return_counts=True)[1]) <= 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_quota_goes_by_the_name_in_any_language(shop: Shop, language: str) -> None:
    history = shop.histories[3]
    names = shop.catalogue.categories[language]
    first = str(names[made(shop, history).items[0]])
    found = made(shop, history, None, Rules(quotas=(Quota(category=first, most=0),)))
    assert first not in names[found.items]
    assert len(found.items) == 10


def test_a_pinned_item_counts_for_its_quota(shop: Shop) -> None:
    item = int(made(shop, shop.histories[3]).items[0])
    names = shop.catalogue.categories["en"]
    same = [str(id) for id in shop.catalogue.ids[names == names[item]]]
    pin = next(id for id in same if shop.places[id] not in shop.histories[3])
    found = made(shop, shop.histories[3], None, Rules(pin=(pin,), quotas=(Quota(category=str(names[item]), most=1),)))
    assert [str(shop.catalogue.ids[one]) for one in found.items if names[one] == names[item]] == [pin]


@given(
    user=st.integers(0, 159),
    k=st.integers(1, 30),
    most=st.one_of(st.none(), st.integers(1, 4)),
    quota=st.integers(0, 3),
    pins=st.lists(st.integers(0, 59), max_size=5),
    hidden=st.sets(st.integers(0, 59), max_size=20),
    diversity=st.sampled_from([0.0, 0.5, 1.0]),
)
@settings(max_examples=60, deadline=None)
def test_any_rules_hold(
    shop: Shop, user: int, k: int, most: int | None, quota: int, pins: list[int], hidden: set[int], diversity: float
) -> None:
    names = shop.catalogue.categories["en"]
    ids = shop.catalogue.ids
    given = Rules(
        exclude=tuple(str(ids[item]) for item in hidden),
        pin=tuple(str(ids[item]) for item in pins),
        most_per_category=most,
        quotas=(Quota(category="Kind 1", most=quota),),
    )
    history = shop.histories[user]
    found = made(shop, history, Settings(k=k, diversity=diversity), given)
    assert len(found.items) == len(set(found.items.tolist())) <= k
    assert not {*hidden, *history.tolist()} & set(found.items.tolist())
    allowed = [item for item in dict.fromkeys(pins) if item not in hidden and item not in history][:k]
    assert found.items[: len(allowed)].tolist() == allowed
    for name in set(names):
        free = [
            item for item, pinned in zip(found.items, found.pinned, strict=True) if names[item] == name and not pinned
        ]
        limit = quota if name == "Kind 1" else most
        taken = sum(names[item] == name for item in allowed)
        assert limit is None or len(free) <= max(0, limit - taken)
    # Nothing that would have fitted was left out.
    if len(found.items) < k and most is None:
        rest = set(range(60)) - hidden - set(history.tolist()) - set(found.items.tolist())
        assert all(names[item] == "Kind 1" for item in rest)


def test_a_diverse_list_is_that_of_the_definition(shop: Shop) -> None:
    history, balance = shop.histories[4], 0.5
    scores = shop.recommender.scores([history])[0]
    pool = [item for item in np.argsort(-scores, kind="stable") if item not in history]
    relevance = (scores - scores[pool[-1]]) / (scores[pool[0]] - scores[pool[-1]])
    chosen: list[int] = []
    while len(chosen) < 10:
        closest = [max((float(shop.vectors[i] @ shop.vectors[j]) for j in chosen), default=0.0) for i in pool]
        worth = [(1 - balance) * relevance[i] - balance * max(c, 0) for i, c in zip(pool, closest, strict=True)]
        chosen.append(pool.pop(int(np.argmax(worth))))
    assert made(shop, history, Settings(diversity=balance)).items.tolist() == chosen


def test_vectors_are_of_length_one_and_know_categories(shop: Shop) -> None:
    np.testing.assert_allclose(np.linalg.norm(shop.vectors, axis=1), 1, atol=1e-5)
    cosines = shop.vectors @ shop.vectors.T
    kinds = shop.catalogue.categories["en"]
    same = kinds[:, None] == kinds[None, :]
    assert cosines[same].min() > cosines[~same].mean()


def test_a_catalogue_of_two_items_has_vectors() -> None:
    from scipy import sparse

    from bigmodel_apps.recommendation.interactions import Items

    items = Items.untitled(np.array(["a", "b"], dtype=object))
    found = lists.vectors(sparse.csr_matrix(np.array([[1.0, 0.0]], dtype=np.float32)), items)
    assert found.shape[0] == 2
    assert np.isfinite(found).all()
