"""The protocol of MovieLens 100k: split and measures are recommenders', and its evidence holds what was promised."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps import evidence
from bigmodel_apps.evidence import Dataset
from bigmodel_apps.problems import InputError
from bigmodel_apps.recommendation import datasets, model_protocols, ranking, sar
from bigmodel_apps.recommendation.interactions import DAY, Interactions


@pytest.fixture(scope="module")
def rated(interactions: Interactions) -> Interactions:
    """With ratings and rows of a file in another order."""
    random = np.random.default_rng(2)
    ratings = random.integers(1, 6, len(interactions)).astype(np.float32)
    return replace(interactions, ratings=ratings, rows=random.permutation(len(interactions)) + 1)


def test_of_every_item_three_quarters_are_learned_from(rated: Interactions) -> None:
    # One choice of each pair alone, as in a file of ratings.
    pairs = rated.users.astype(np.int64) * 60 + rated.items
    once = rated.take(np.sort(np.unique(pairs, return_index=True)[1]))
    split = model_protocols.by_item(once, 42)
    counts = np.bincount(once.items, minlength=60)
    assert np.bincount(split.train.items, minlength=60).tolist() == np.round(0.75 * counts).tolist()
    assert sum(map(len, split.held)) <= len(once) - len(split.train)
    # The order of time has no part in it: the same rows in another order are split the same.
    other = model_protocols.by_item(once.take(np.argsort(once.rows)), 42)
    assert set(other.train.rows) == set(split.train.rows)
    assert set(model_protocols.by_item(once, 43).train.rows) != set(split.train.rows)


def test_sar_by_hand(rated: Interactions) -> None:
    part = rated.take(slice(0, 0))
    few = replace(
        part,
        users=np.array([0, 0, 1], dtype=np.int32),
        items=np.array([0, 1, 1], dtype=np.int32),
        seconds=np.array([0, 30 * DAY, 30 * DAY]),
        ratings=np.array([4, 5, 2], dtype=np.float32),
    )
    # Items 0 and 1 share one of two users; the rating of 4 is a half-life old.
    found = sar.scores(few)
    assert found[:2, :2].tolist() == [[4 / 2 + 5 / 2, 4 / 2 / 2 + 5], [2 / 2, 2]]
    with pytest.raises(ValueError, match="ratings"):
        sar.scores(replace(few, ratings=None))


def test_a_missing_file_is_named_with_its_source(tmp_path: Path) -> None:
    for folder in (None, tmp_path):
        with pytest.raises(InputError) as caught:
            model_protocols.ml_100k(folder)
        assert caught.value.problems[0].code == "protocol-data-missing"
        assert caught.value.problems[0].details["file"] == datasets.RATINGS


def test_every_protocol_is_described() -> None:
    assert set(model_protocols.DESCRIPTIONS) == set(model_protocols.PROTOCOLS)


def test_the_protocol_on_a_small_set(rated: Interactions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "ml_100k", lambda _data: rated)
    described = Dataset(name="small", rows=len(rated), sha256="", licence="", source="")
    monkeypatch.setattr(datasets, "described", lambda *_about: described)
    candidates = {
        "ease": [{"penalty": 20.0, "reach": 0.0}, {"penalty": 20.0, "reach": 5.0}],
        "als": [{"size": 4, "rounds": 2}],
        "neighbours": [{}],
        "next": [{}],
        "popularity": [{}],
    }
    monkeypatch.setattr(model_protocols, "FILM_CANDIDATES", candidates)
    seen: list[tuple[int, int]] = []
    metrics, _ = model_protocols.ml_100k(None, lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (1_000, 1_000)
    found = {(metric.name, metric.system, metric.group): metric for metric in metrics}
    assert len(found) == len(metrics)
    ours = found["ndcg-10", "ours", ()]
    assert ours.low is not None
    assert ours.low <= ours.value
    assert ours.value > found["ndcg-10", "popularity", ()].value > found["ndcg-10", "random", ()].value
    assert found["ndcg-gain", "ours", ("over-random",)].value == pytest.approx(
        ours.value - found["ndcg-10", "random", ()].value, abs=2e-4
    )
    assert sum(m.value for m in metrics if m.name == "blend-weight") == pytest.approx(1, abs=1e-3)


def test_the_evidence_holds_what_was_promised() -> None:
    stored = evidence.read(evidence.folder("recommendation") / "ml-100k.json")
    for name, goal in model_protocols.GOALS.items():
        found = stored.find(name)
        assert found is not None
        assert found.goal == goal
        assert found.value <= goal if name == "fit-seconds" else found.value >= goal
    for name, value in model_protocols.PUBLISHED_SAR.items():
        check = stored.find(name, system="sar")
        assert check is not None
        assert check.value == value


@pytest.mark.data
def test_measures_are_those_of_the_published_table(data: Path) -> None:
    """SAR computed by us comes out as published, to four places."""
    split = model_protocols.by_item(datasets.ml_100k(data / "recommendation" / "ml-100k"), model_protocols.SEED)
    assert len(split.train) == 75_066
    assert sum(map(len, split.held)) == 24_934
    assert len(split.users) == 943
    lists = model_protocols._best(sar.scores(split.train)[split.users], split)
    figures = model_protocols.accuracy(ranking.measure(lists, split.held), "sar")
    assert {metric.name: metric.value for metric in figures} == model_protocols.PUBLISHED_SAR


@pytest.mark.data
def test_online_retail_is_filtered_as_stated(data: Path) -> None:
    split = datasets.online_retail_split(data / "recommendation" / "online-retail")
    assert len(np.unique(split.train.users)) == 3_612
    assert len(split.train.catalogue) == 2_923
    assert len(split.users) == 1_752
