"""New choices act at once; a refit is judged on what neither side has seen, swaps in where it is better, and goes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.recommendation import fitting, refits, shelf
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import DAY, Interactions
from bigmodel_apps.recommendation.popularity import Popularity
from bigmodel_apps.recommendation.refits import Added
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.runtime import jobs

GOOD = Recipe({"ease": {"penalty": 20.0}, "popularity": {}}, {"ease": 1.0, "popularity": 0.0}, {"blend": 0.5})
BAD = Recipe({"popularity": {}}, {"popularity": -1.0})


@pytest.fixture
def owner() -> str:
    return uuid4().hex


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is `fitting`'s; here it answers at once."""
    monkeypatch.setattr(fitting, "tune", lambda *_args, **_given: GOOD)


@pytest.fixture
def base(shop: Shop, owner: str) -> Iterator[Shop]:
    """A shop of the owner's whose model shows what nobody wants."""
    key = shelf.key_of(f"shop-{uuid4().hex}", owner)
    yield shelf.shops.put(key, replace(shop, key=key, recommender=fitting.fit(shop.interactions, BAD)))
    shelf.shops.close(key)


def test_what_is_added_counts_at_once(owner: str, base: Shop) -> None:
    served, version = refits.serve(owner, base.key)
    assert served is base
    assert version is None
    assert refits.add(owner, base.key, " 新 顾客 ", ["thing 4", "thing 5"], seconds=1_900_000_000) == 2
    assert refits.add(owner, base.key, "user 3", ["thing 7"]) == 3
    served, version = refits.serve(owner, base.key)
    assert version is None
    assert served.key != base.key
    assert served.base == base.base == base.key
    assert served.vectors is base.vectors
    assert served.nbytes < base.nbytes
    assert served.recommender is base.recommender
    history = served.history("新 顾客")
    assert history is not None
    assert [str(served.catalogue.ids[item]) for item in history] == ["thing 4", "thing 5"]
    assert refits.serve(owner, base.key)[0] is served
    with pytest.raises(InputError) as caught:  # though it is open
        refits.serve(uuid4().hex, base.key)
    assert caught.value.problems[0].code == "recommendation-shop-unknown"
    refits.forget(owner, base.key)
    assert refits.serve(owner, base.key)[0] is base


def test_what_cannot_be_added_is_named(owner: str, base: Shop) -> None:
    for user, items, code in (("  ", ["thing 4"], "user-empty"), ("ann", ["thing 4", "gone"], "item-unknown")):
        with pytest.raises(InputError) as caught:
            refits.add(owner, base.key, user, items)
        assert caught.value.problems[0].code == f"recommendation-{code}"
    assert not refits.added(owner, base.key)
    with pytest.raises(InputError) as caught:
        refits.add(owner, "somebody's~key", "ann", [])
    assert caught.value.problems[0].code == "recommendation-shop-unknown"


def test_added_choices_stand_in_order_of_time(interactions: Interactions) -> None:
    middle = int(interactions.seconds[100])  # type: ignore[index]
    found = refits.with_added(interactions, [Added("user 0", "thing 1", middle), Added("new", "gone", 1)])
    assert len(found) == len(interactions) + 1
    assert found.seconds is not None
    assert (np.diff(found.seconds) >= 0).all()
    assert len(found.user_ids) == len(interactions.user_ids)
    place = int(np.searchsorted(found.seconds, middle, side="right")) - 1
    assert (found.users[place], found.items[place]) == (0, 1)
    assert refits.with_added(interactions, []) is interactions


def test_without_times_they_come_last(interactions: Interactions) -> None:
    found = refits.with_added(replace(interactions, seconds=None), [Added("new", "thing 2", 5)])
    assert found.seconds is None
    assert (found.users[-1], found.items[-1]) == (len(interactions.user_ids), 2)


def test_a_better_refit_swaps_in_and_can_be_taken_back(owner: str, base: Shop) -> None:
    refits.add(owner, base.key, "user 3", ["thing 7"])
    job = refits.start(owner, base.key, name="Autumn")
    assert refits.start(owner, base.key).id == job.id
    while jobs.get(job.id, owner).unfinished:
        time.sleep(0.02)
    done = jobs.collect(job.id, owner)
    assert done.state == "done", done.problems
    champion = refits.deployed(owner, base.key)
    assert champion is not None
    assert champion.id == done.result
    assert champion.name == "Autumn"
    report = refits.report_of(champion)
    assert report.verdict == "better"
    assert report.swapped
    assert report.difference.low > 0
    assert report.challenger.ndcg.value > report.champion.ndcg.value
    assert (report.added, report.new, report.rival) == (1, 1, None)
    assert report.interactions == len(base.interactions) + 1
    served, version = refits.serve(owner, base.key)
    assert version == champion
    assert served.recommender.weights == GOOD.weights
    assert served.history("user 3") is not None
    with pytest.raises(InputError):
        refits.delete(champion.id, owner)
    assert refits.roll_back(owner, base.key) is None
    assert refits.serve(owner, base.key)[0].recommender is base.recommender
    with pytest.raises(InputError):
        refits.roll_back(owner, base.key)
    refits.delete(champion.id, owner)
    assert not refits.versions(owner, base.key)


def test_a_refit_that_is_no_better_waits_beside_it(owner: str, base: Shop) -> None:
    good = shelf.shops.put(base.key, replace(base, recommender=fitting.fit(base.interactions, GOOD)))
    kept = refits.train(good, owner)
    report = refits.report_of(kept)
    assert report.verdict == "same"
    assert not report.swapped
    assert report.difference.value == 0
    assert refits.deployed(owner, base.key) is None
    waiting = refits.challenger(owner, base.key)
    assert waiting is not None
    assert waiting.id == kept.id
    refits.deploy(owner, kept.id, base.key)
    again = refits.train(good, owner, "second")
    assert refits.report_of(again).rival == kept.name


def test_a_refit_judged_against_what_is_no_longer_in_use_waits(
    owner: str, base: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = refits.train(base, owner, "first")
    refits.deploy(owner, None, base.key)
    fit = refits.fit

    def meanwhile(*args: Any, **given: Any) -> Any:
        found = fit(*args, **given)
        refits.deploy(owner, first.id, base.key)
        return found

    monkeypatch.setattr(refits, "fit", meanwhile)
    second = refits.train(base, owner, "second")
    report = refits.report_of(second)
    assert report.verdict == "better"
    assert not report.swapped
    champion, waiting = refits.deployed(owner, base.key), refits.challenger(owner, base.key)
    assert champion is not None
    assert waiting is not None
    assert (champion.id, waiting.id) == (first.id, second.id)


def test_nothing_is_kept_for_a_shop_that_was_deleted_meanwhile(
    owner: str, base: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = refits.fit

    def meanwhile(*args: Any, **given: Any) -> Any:
        found = fit(*args, **given)
        shelf.shops.close(base.key)
        refits.forget(owner, base.key)
        return found

    monkeypatch.setattr(refits, "fit", meanwhile)
    with pytest.raises(InputError) as caught:
        refits.train(base, owner)
    assert caught.value.problems[0].code == "dataset-not-found"
    assert not refits.versions(owner, base.key)


def test_one_choice_of_today_does_not_make_a_file_of_another_year_old(interactions: Interactions) -> None:
    late = refits.with_added(interactions, [Added("user 3", "thing 7", int(interactions.seconds[-1]) + 700 * DAY)])  # type: ignore[index]
    before, after = (Popularity.fit(one, half_life=20.0).values for one in (interactions, late))
    assert np.abs(np.delete(after - before, 7)).max() < 0.2
    assert 0 < after[7] - before[7] < np.log(2)


def test_by_chance_where_there_are_no_times(interactions: Interactions) -> None:
    timeless = replace(interactions, seconds=None)
    champion = fitting.fit(timeless, BAD)
    for choices in ([], [Added("user 1", "thing 3", 5)]):
        _, report = refits.fit(timeless, choices, champion)
        assert report.kind == "chance"
        assert report.boundary is None
        assert report.verdict == "better"


def test_too_little_to_judge_and_cancelling(interactions: Interactions) -> None:
    few = interactions.take(slice(0, 60))
    with pytest.raises(InputError) as caught:
        refits.fit(few, [], fitting.fit(few, GOOD))
    assert caught.value.problems[0].code == "recommendation-too-few-to-measure"
    with pytest.raises(Cancelled):
        refits.fit(interactions, [], fitting.fit(interactions, GOOD), cancelled=lambda: True)
