"""Simulated shoppers and viewers: seeded, in order, and true to the habits that they were drawn with."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.recommendation import samples, simulator
from bigmodel_apps.recommendation.interactions import DAY, Interactions
from bigmodel_apps.recommendation.simulator import Library, Shop, Truth, simulate_films, simulate_shop

SMALL = Shop(shoppers=600, seed=3)


@pytest.fixture(scope="module")
def shop() -> tuple[Interactions, Truth]:
    return simulate_shop(SMALL)


@pytest.fixture(scope="module")
def films() -> tuple[Interactions, Truth]:
    return simulate_films(Library(viewers=300, seed=3))


def kinds(made: Interactions) -> np.ndarray:
    habits = simulator.habits()
    return habits.kinds[habits.of[made.items]]


def months(made: Interactions) -> np.ndarray:
    assert made.seconds is not None
    return made.seconds.astype("datetime64[s]").astype("datetime64[M]").astype(int) % 12 + 1


def test_orders_are_in_order_of_time_and_say_that_they_are_simulated(shop: tuple[Interactions, Truth]) -> None:
    made, _ = shop
    assert made.simulated
    assert made.seconds is not None
    assert made.baskets is not None
    assert made.amounts is not None
    assert (np.diff(made.seconds) >= 0).all()
    assert (np.diff(made.baskets) >= 0).all()
    begin = np.datetime64(SMALL.start, "D").astype(int) * DAY
    assert begin <= made.seconds[0]
    assert made.seconds[-1] < begin + SMALL.days * DAY
    prices = made.catalogue.prices
    assert prices is not None
    assert set(np.round(made.amounts / prices[made.items], 6)) <= {1.0, 2.0}
    for basket in np.unique(made.baskets)[:200]:
        rows = made.baskets == basket
        assert len(set(made.users[rows])) == 1
        assert len(set(made.seconds[rows])) == 1
        assert len(set(made.items[rows])) == rows.sum()  # a product once an order


def test_equal_worlds_have_equal_choices(shop: tuple[Interactions, Truth]) -> None:
    again, other = simulate_shop(SMALL)[0], simulate_shop(replace(SMALL, seed=4))[0]
    assert np.array_equal(shop[0].items, again.items)
    assert np.array_equal(shop[0].seconds, again.seconds)
    assert len(other) != len(again) or not np.array_equal(other.items, again.items)


def test_tastes_decide(shop: tuple[Interactions, Truth]) -> None:
    made, truth = shop
    assert np.allclose(truth.mix.sum(axis=1), 1)
    assert np.allclose(truth.preferences.sum(axis=1), 1)
    dog, cat = (truth.mix[:, truth.names.index(name)] for name in ("dog", "cat"))
    names = kinds(made)
    bought = np.bincount(made.users[names == "dog-food"], minlength=SMALL.shoppers) > 0
    assert bought[dog > 0.5].mean() > 0.6
    assert bought[(dog == 0) & (cat > 0.5)].mean() < 0.25


def test_seasons_decide(shop: tuple[Interactions, Truth]) -> None:
    made, _ = shop
    names, month = kinds(made), months(made)
    assert np.isin(month[names == "christmas"], (10, 11, 12)).all()
    assert not np.isin(month[names == "lunar"], (6,)).any()
    summer = np.isin(month, (5, 6, 7, 8))
    assert (names[summer] == "watering").mean() > 3 * (names[~summer] == "watering").mean()


def test_what_is_used_up_is_bought_again_and_nothing_else(shop: tuple[Interactions, Truth]) -> None:
    made, _ = shop
    lasts = np.array([days != "" for days in samples.table(samples.SHOP)["lasts_days"]])
    pairs = made.users.astype(np.int64) * len(made.catalogue) + made.items
    counts = np.unique(pairs, return_counts=True)
    again = lasts[counts[0] % len(made.catalogue)]
    assert counts[1][~again].max() == 1
    assert counts[1][again].mean() > 1.2
    plain = simulate_shop(replace(SMALL, again=0.0))[0]
    fresh = np.unique(plain.users.astype(np.int64) * len(plain.catalogue) + plain.items, return_counts=True)[1]
    assert fresh.mean() < counts[1].mean()


def test_products_go_together_where_habits_say_so(shop: tuple[Interactions, Truth]) -> None:
    def with_filters(made: Interactions) -> float:
        names = kinds(made)
        assert made.baskets is not None
        beans, filters = (set(made.baskets[names == kind].tolist()) for kind in ("coffee-brewing", "coffee-filters"))
        return len(beans & filters) / len(beans)

    assert with_filters(simulate_shop(replace(SMALL, together=0.9))[0]) > 1.5 * with_filters(
        simulate_shop(replace(SMALL, together=0.0))[0]
    )


def test_a_product_is_not_bought_before_it_is_launched() -> None:
    made, truth = simulate_shop(replace(SMALL, launched=0.3))
    assert made.seconds is not None
    assert (made.seconds >= truth.launched[made.items] - DAY).all()
    begin = np.datetime64(SMALL.start, "D").astype(int) * DAY
    assert 0.2 < (truth.launched > begin).mean() < 0.4
    none = simulate_shop(replace(SMALL, launched=0.0))[1]
    assert (none.launched == begin).all()


def test_viewers_rate_and_watch_a_series_from_its_beginning(films: tuple[Interactions, Truth]) -> None:
    made, truth = films
    assert made.simulated
    assert made.ratings is not None
    assert made.seconds is not None
    assert set(np.unique(made.ratings)) == {1, 2, 3, 4, 5}
    assert 3 < made.ratings.mean() < 4.5
    assert (np.diff(made.seconds) >= 0).all()
    pairs = made.users.astype(np.int64) * len(made.catalogue) + made.items
    assert len(np.unique(pairs)) == len(pairs)
    columns = samples.table(samples.FILMS)
    place = {one: number for number, one in enumerate(columns["id"])}
    when = dict(zip(pairs.tolist(), made.seconds.tolist(), strict=True))
    checked = 0
    for later, before in enumerate(columns["follows"]):
        if before:
            for user in np.unique(made.users[made.items == later]).tolist():
                first = when[user * len(made.catalogue) + place[before]]
                assert first < when[user * len(made.catalogue) + later]
                checked += 1
    assert checked > 100
    # Genres of one's own are watched more than others.
    genre = np.array([truth.names.index(one) for one in columns["genre"]])
    own = truth.mix[made.users, genre[made.items]] > 0
    assert own.mean() > 0.4


def test_films_are_drawn_alike_again() -> None:
    again = [simulate_films(Library(viewers=50, seed=1))[0] for _ in range(2)]
    assert np.array_equal(again[0].items, again[1].items)
    assert np.array_equal(again[0].seconds, again[1].seconds)


def test_the_sample_shop() -> None:
    begun = time.perf_counter()
    made, _ = simulate_shop(simulator.SAMPLE_SHOP)
    assert time.perf_counter() - begun < 10  # about one second; other work may be going on
    assert 45_000 < len(made) < 75_000
    assert len(made.user_ids) == 4_000
    assert made.seconds is not None
    assert str(np.datetime64(int(made.seconds[-1]), "s"))[:10] == "2026-10-31"
    density = made.matrix().nnz / (len(made.user_ids) * len(made.catalogue))
    assert 0.01 < density < 0.03


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"shoppers": 0}, "shoppers"),
        ({"shoppers": 10_000_000}, "shoppers"),
        ({"days": 0}, "days"),
        ({"start": "soon"}, "start"),
        ({"together": 1.5}, "together"),
        ({"again": -0.1}, "again"),
    ],
)
def test_a_world_that_cannot_be(change: dict[str, float | str], field: str) -> None:
    with pytest.raises(InputError) as error:
        replace(SMALL, **change)  # type: ignore[arg-type]
    assert error.value.problems[0].field == field


def test_one_shopper_and_one_viewer() -> None:
    assert len(simulate_shop(Shop(shoppers=1, days=1))[0]) >= 1
    assert len(simulate_films(Library(viewers=1, days=1))[0]) >= 3


def test_progress_and_cancel() -> None:
    seen: list[tuple[int, int]] = []
    simulate_shop(replace(SMALL, shoppers=50), report=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, seen[-1][1] + 1))
    with pytest.raises(Cancelled):
        simulate_shop(SMALL, cancelled=lambda: True)
