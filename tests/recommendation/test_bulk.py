"""A file is fitted as a job, kept, found again after a restart, and forgotten."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest

from bigmodel_apps import runtime
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.recommendation import bulk, fitting, ledger, refits, rules, shelf
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import Interactions
from bigmodel_apps.recommendation.schema import Input, Options, Rules
from bigmodel_apps.runtime import jobs

RECIPE = Recipe({"ease": {"penalty": 20.0}, "popularity": {}}, {"ease": 0.9, "popularity": 0.1}, {"blend": 0.5})


def as_csv(interactions: Interactions, rows: int | None = None) -> bytes:
    catalogue = interactions.catalogue
    frame = pd.DataFrame(
        {
            "shopper": interactions.user_ids[interactions.users],
            "product id": catalogue.ids[interactions.items],
            "title": catalogue.titles["en"][interactions.items],
            "category": catalogue.categories["en"][interactions.items],
            "time": pd.to_datetime(interactions.seconds, unit="s"),
        }
    )
    return frame.iloc[:rows].to_csv(index=False).encode()


@pytest.fixture
def owner() -> str:
    return uuid4().hex


@pytest.fixture
def prepared(interactions: Interactions) -> bulk.Prepared:
    return bulk.prepare(ledger.open_table(as_csv(interactions), "orders.csv"))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is `fitting`'s; here it answers at once."""
    monkeypatch.setattr(fitting, "tune", lambda *_args, **_given: RECIPE)


def test_a_file_becomes_a_shop_that_answers(owner: str, prepared: bulk.Prepared, interactions: Interactions) -> None:
    assert prepared.unmeasured is None
    dataset = bulk.keep(owner, prepared)
    assert bulk.keep(owner, prepared).id == dataset.id
    assert [one.id for one in bulk.unfinished(owner)] == [dataset.id]
    with pytest.raises(InputError) as caught:
        bulk.open_result(dataset.id, owner)
    assert caught.value.problems[0].code == "recommendation-table-unfinished"
    job = bulk.start(dataset.id, owner)
    while jobs.get(job.id, owner).unfinished:
        time.sleep(0.02)
    assert jobs.collect(job.id, owner).result == dataset.id
    assert [one.id for one in bulk.finished(owner)] == [dataset.id]
    result = bulk.open_result(dataset.id, owner)
    assert result.report.usable == len(interactions)
    assert result.leaderboard is not None
    assert result.leaderboard.of("random") is not None
    assert result.shop.recommender.facts["recipe"]["figures"] == {"blend": 0.5}
    user = str(interactions.user_ids[0])
    (output,) = runtime.predict("recommendation", [Input(user=user)], options=Options(shop=result.key))
    assert output.items[0].title.startswith("Thing")

    shelf.shops.close(result.key)  # as after a restart
    again = bulk.open_result(dataset.id, owner)
    assert again.report == result.report
    assert again.leaderboard == result.leaderboard
    assert again.columns == result.columns
    for one, other in zip(again.shop.histories, result.shop.histories, strict=True):
        np.testing.assert_array_equal(one, other)

    shelf.shops.close(result.key)
    assert refits.serve(owner, result.key)[0].key == result.key
    with pytest.raises(InputError):
        refits.serve(uuid4().hex, f"{dataset.id}~somebody")
    rules.keep(owner, result.key, Rules(exclude=("thing 1",)))
    refits.add(owner, result.key, user, ["thing 3"])
    served = refits.serve(owner, result.key)[0]
    assert served.key != result.key
    started = threading.Event()

    def wait(_progress: object, cancelled: Callable[[], bool]) -> None:
        started.set()
        while not cancelled():
            time.sleep(0.01)
        raise Cancelled

    refit = jobs.start(owner, refits.KIND, wait, about={"shop": result.key})
    assert started.wait(10)
    bulk.delete(dataset.id, owner)
    while jobs.get(refit.id, owner).unfinished:
        time.sleep(0.02)
    assert jobs.collect(refit.id, owner).state == "cancelled"
    assert not bulk.mine(owner)
    assert not shelf.shops.has(result.key)
    assert not shelf.shops.has(served.key)
    assert rules.of(owner, result.key) == Rules()
    assert not refits.added(owner, result.key)


def test_it_is_its_owners_alone(owner: str, prepared: bulk.Prepared) -> None:
    dataset = bulk.keep(owner, prepared)
    for call in (bulk.start, bulk.fit, bulk.open_result, bulk.delete):
        with pytest.raises(InputError) as caught:
            call(dataset.id, uuid4().hex)
        assert caught.value.problems[0].code == "dataset-not-found"


def test_what_was_tuned_is_kept_where_the_rest_is_stopped(
    owner: str, prepared: bulk.Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = bulk.keep(owner, prepared)
    stops = iter([False] * 3)
    with pytest.raises(Cancelled):
        bulk.fit(dataset.id, owner, cancelled=lambda: next(stops, True))
    assert [one.id for one in bulk.unfinished(owner)] == [dataset.id]

    def again(*_args: object, **_given: object) -> Recipe:
        raise AssertionError("it was tuned before")

    monkeypatch.setattr(fitting, "tune", again)
    steps: list[int] = []
    result = bulk.fit(dataset.id, owner, lambda done, _total: steps.append(done))
    assert steps == sorted(steps)
    assert steps[-1] == 1_000
    assert result.shop.recommender.weights == RECIPE.weights


def test_a_small_file_recommends_without_a_leaderboard(owner: str, interactions: Interactions) -> None:
    found = bulk.prepare(ledger.open_table(as_csv(interactions, 40), "few.csv"))
    assert found.unmeasured is not None
    assert found.unmeasured.code == "recommendation-too-few-to-measure"
    result = bulk.fit(bulk.keep(owner, found).id, owner)
    assert result.leaderboard is None
    assert result.unmeasured == found.unmeasured
    assert len(result.shop.recommender.recommend(result.shop.histories[:1])[0].items)


def test_a_file_that_is_read_otherwise_is_another_entry(owner: str, interactions: Interactions, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(as_csv(interactions))
    table = ledger.open_table(file, file.name)
    first = bulk.keep(owner, bulk.prepare(table))
    columns = bulk.prepare(table).ledger.columns
    second = bulk.keep(owner, bulk.prepare(table, columns.__class__(columns.user, columns.item)))
    assert first.id != second.id
