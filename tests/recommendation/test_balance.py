"""What settings give and cost, measured without what they are measured on."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.recommendation import balance, fitting, lists, ranking
from bigmodel_apps.recommendation.balance import Point
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import DAY, Interactions, Items
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.shelf import Shop

RECIPE = Recipe({"ease": {"penalty": 20.0}}, {"ease": 1.0})


def drawn(users: int = 60, choices: int = 900) -> Interactions:
    """Two groups of people with twenty items each; the head of each group's items is popular."""
    random = np.random.default_rng(1)
    who = random.integers(0, users, choices)
    items = 20 * (who % 2) + np.minimum(random.exponential(5, choices).astype(int), 19)
    return Interactions(
        users=who.astype(np.int32),
        items=items.astype(np.int32),
        user_ids=np.array([str(user) for user in range(users)], dtype=object),
        catalogue=Items.untitled(np.array([str(item) for item in range(40)], dtype=object)),
        seconds=np.arange(choices, dtype=np.int64) * DAY // 8,
    )


@pytest.fixture(scope="module")
def rehearsal() -> balance.Rehearsal:
    return balance.rehearse(drawn(), RECIPE)


def test_nothing_is_learned_from_what_it_is_measured_on(rehearsal: balance.Rehearsal) -> None:
    split = rehearsal.split
    assert split.boundary is not None
    assert split.train.seconds is not None
    assert split.train.seconds.max() < split.boundary
    assert (rehearsal.recommender.counts == np.asarray(split.train.matrix().sum(axis=0)).ravel()).all()


def test_a_point_is_what_the_measures_say_of_the_lists(rehearsal: balance.Rehearsal) -> None:
    settings = Settings(k=5, diversity=0.3)
    point = balance.measure(rehearsal, settings)
    split = rehearsal.split
    made = [one.items for one in lists.make(rehearsal.recommender, split.histories, settings, None, rehearsal.vectors)]
    assert point.ndcg.value == pytest.approx(ranking.measure(made, split.held, 5).ndcg.mean())
    assert point.ndcg.low <= point.ndcg.value <= point.ndcg.high
    assert point.coverage == ranking.coverage(made, 40)
    assert point.diversity == pytest.approx(np.nanmean(ranking.diversity(made, rehearsal.vectors)))


def test_scores_are_kept_only_where_they_are_asked_for(
    rehearsal: balance.Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = balance.rehearse(drawn(), RECIPE, scored=False)
    assert plain.scores is None
    assert balance.measure(plain, Settings()) == balance.measure(rehearsal, Settings())
    assert rehearsal.scores is not None
    assert rehearsal.nbytes - plain.nbytes == rehearsal.scores.nbytes
    assert plain.nbytes > plain.split.train.users.nbytes + plain.vectors.nbytes
    monkeypatch.setattr(balance, "_CELLS", 200)
    assert len(balance.rehearse(drawn(), RECIPE).split.users) == 5


def test_the_settings_do_what_they_are_called(rehearsal: balance.Rehearsal) -> None:
    plain = balance.measure(rehearsal, Settings())
    assert balance.measure(rehearsal, Settings(diversity=0.8)).diversity > plain.diversity
    assert balance.measure(rehearsal, Settings(popularity_penalty=0.8)).novelty > plain.novelty


def test_a_sweep_counts_its_progress_and_can_be_cancelled(rehearsal: balance.Rehearsal) -> None:
    done: list[tuple[int, int]] = []
    points = balance.sweep(rehearsal, Settings(k=3), report=lambda *at: done.append(at))
    assert done[-1] == (len(points), len(balance.STEPS) ** 2)
    assert points[0].settings == Settings(k=3)
    with pytest.raises(Cancelled):
        balance.sweep(rehearsal, Settings(), cancelled=lambda: True)


def test_what_was_found_is_kept_until_the_model_changes() -> None:
    interactions = drawn()
    shop = Shop("balance-test", interactions, fitting.fit(interactions, RECIPE))
    assert balance.of(shop) is None
    found = balance.find(shop)
    assert balance.of(shop) is found
    assert balance.of(Shop("balance-test", interactions, fitting.fit(interactions, RECIPE))) is None
    balance.kept.close("balance-test")


def test_where_nobody_chose_anything_new_nothing_is_measured() -> None:
    one = drawn(users=1, choices=1)
    with pytest.raises(InputError) as raised:
        balance.rehearse(one, RECIPE)
    assert raised.value.problems[0].code == "recommendation-nothing-held-out"


def test_the_front_is_what_no_other_point_beats() -> None:
    def point(ndcg: float, coverage: float) -> Point:
        return Point(Settings(), Estimate(ndcg, ndcg, ndcg, 1), coverage, 0.0, 0.0)

    points = [point(0.3, 0.2), point(0.2, 0.4), point(0.2, 0.3), point(0.1, 0.4), point(0.1, 0.9), point(0.3, 0.2)]
    assert balance.front(points, "coverage").tolist() == [True, True, False, False, True, True]
