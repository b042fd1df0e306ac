"""Simulated shoppers and viewers, who choose from our own catalogues. Every choice is drawn, none is real.

A shopper lives one to three *lifestyles* (``samples/habits.json``), from which the taste for kinds of products follows, and
has a style and a purse, which decide within a kind. Orders come with the months and stop when a shopper is lost. The first
product of an order is due again (what is used up), follows from the last order, or is to the taste; further ones go with
those before, or are to the taste. Viewers have tastes for genres and for recent or older titles, watch in phases, start a
series at its beginning, and rate.

What nobody but the simulator knows, such as every taste, is returned beside the choices, for tests and as a ceiling.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.recommendation import samples
from bigmodel_apps.recommendation.interactions import DAY, Floats, Interactions, Ints, Names

Report = Callable[[int, int], None]

MOST_PEOPLE, MOST_DAYS = 200_000, 3_660

_USUAL = 3.0
"""Of the digits that say how a kind sells in each month."""

_EVERYBODY = 0.12
"""Share of a shopper's taste that all shoppers have in common."""

_STYLES = 4
_MONTHLY = np.array((0.85, 0.85, 0.95, 1.0, 1.0, 0.95, 0.85, 0.85, 0.95, 1.0, 1.3, 1.5))
"""Orders in a month against the usual, from January on."""

_HOURLY = np.array([1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3, 4, 5, 5, 6, 5, 4, 4, 4, 5, 6, 8, 10, 9, 6, 3])
_LARGEST_ORDER = 9
_TRIES = 4


def _checked(world: Any, people: str) -> None:
    """Raises:
    InputError: Too few or too many people or days, or a first day that is none.
    """
    for name, most in ((people, MOST_PEOPLE), ("days", MOST_DAYS)):
        if getattr(world, name) < 1:
            raise InputError(Problem("field-too-small", field=name, details={"ge": 1}))
        if getattr(world, name) > most:
            raise InputError(Problem("field-too-large", field=name, details={"le": most}))
    try:
        np.datetime64(world.start, "D")
    except ValueError:
        problem = Problem("recommendation-date-unreadable", field="start", details={"value": world.start})
        raise InputError(problem) from None


@dataclass(frozen=True, slots=True)
class Shop:
    """What is simulated of a shop.

    Attributes:
        days: How many, from `start` (ISO 8601) on.
        orders: Of an active shopper a month, on average.
        together: Share of an order's further products that go with those before it.
        follow: Share of the orders that begin with what follows from the last one.
        again: Share of the orders that begin with a product that is due again, where one is.
        launched: Share of the products that come into the catalogue during the second half of the time.
        seed: Equal shops have equal orders.
    """

    shoppers: int = 4_000
    days: int = 365
    start: str = "2025-11-01"
    orders: float = 1.0
    together: float = 0.4
    follow: float = 0.35
    again: float = 0.5
    launched: float = 0.06
    seed: int = 6

    def __post_init__(self) -> None:
        _checked(self, "shoppers")
        for name in ("together", "follow", "again", "launched"):
            if not 0 <= getattr(self, name) <= 1:
                code, details = (
                    ("field-too-small", {"ge": 0}) if getattr(self, name) < 0 else ("field-too-large", {"le": 1})
                )
                raise InputError(Problem(code, field=name, details=details))


@dataclass(frozen=True, slots=True)
class Library:
    """What is simulated of a library of films, series and courses; fields as of `Shop`.

    Attributes:
        titles: That a viewer watches, on average.
    """

    viewers: int = 1_500
    days: int = 365
    start: str = "2025-11-01"
    titles: float = 24.0
    seed: int = 8

    def __post_init__(self) -> None:
        _checked(self, "viewers")


SAMPLE_SHOP = Shop()
"""The shop that the page opens with; its last day is 2026-10-31."""

SAMPLE_FILMS = Library()

UPLOAD = Shop(shoppers=600, days=270, start="2026-02-01", orders=1.4, seed=21)
"""Behind `samples.upload_csv`."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What the simulator knows of each person.

    Attributes:
        names: Of the lifestyles, or of the genres.
        mix: How much of each makes a person, shape (people, names); rows sum to 1.
        preferences: How likely each item is when a person chooses freely, out of season, shape (people, items).
        launched: Seconds from which each item can be chosen, shape (items,).
    """

    names: tuple[str, ...]
    mix: Floats
    preferences: Floats
    launched: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """``samples/habits.json``, over kinds in the order of the catalogue.

    Attributes:
        kinds: Names, shape (kinds,).
        of: Place of each product's kind, shape (items,).
        lifestyles: By name: taste for each kind; rows of `tastes`, shape (lifestyles, kinds).
        together: How likely a kind is beside another one in an order, shape (kinds, kinds).
        follow: How likely a kind is in the order after, likewise.
        seasons: How each sells in each month against the usual, shape (12, kinds).
    """

    kinds: Names
    of: Ints
    lifestyles: tuple[str, ...]
    tastes: Floats
    together: Floats
    follow: Floats
    seasons: Floats


@cache
def habits() -> Habits:
    """Read once a process.

    Raises:
        KeyError: A habit names a kind that no product has.
    """
    told = json.loads((samples.FOLDER / "habits.json").read_text(encoding="utf-8"))
    column = samples.table(samples.SHOP)["kind"].tolist()
    kinds = list(dict.fromkeys(column))
    place = {kind: number for number, kind in enumerate(kinds)}

    def weights(rows: Mapping[str, Mapping[str, float]], names: list[str]) -> Floats:
        found = np.zeros((len(names), len(kinds)))
        at = {name: number for number, name in enumerate(names)}
        for name, row in rows.items():
            for kind, weight in row.items():
                found[at[name], place[kind]] = weight
        return found

    tastes = weights(told["lifestyles"], list(told["lifestyles"]))
    seasons = np.ones((12, len(kinds)))
    for kind, digits in told["seasons"].items():
        seasons[:, place[kind]] = np.array([int(digit) for digit in digits]) / _USUAL
    return Habits(
        kinds=np.array(kinds, dtype=object),
        of=np.array([place[kind] for kind in column]),
        lifestyles=tuple(told["lifestyles"]),
        tastes=tastes / tastes.sum(axis=1, keepdims=True),
        together=weights(told["goes_with"], kinds),
        follow=weights(told["leads_to"], kinds),
        seasons=seasons,
    )


def simulate_shop(
    shop: Shop | None = None, *, report: Report | None = None, cancelled: Callable[[], bool] | None = None
) -> tuple[Interactions, Truth]:
    """Draw the orders of a shop; amounts are money, a basket is an order.

    Args:
        report: Called with (orders a shopper so far, at most).

    Raises:
        Cancelled: `cancelled` said so.
    """
    shop = shop or SAMPLE_SHOP
    people, calendar, choosing = (np.random.default_rng(one) for one in np.random.SeedSequence(shop.seed).spawn(3))
    known = habits()
    items = samples.catalogue(samples.SHOP)
    assert items.prices is not None
    mix = _mixed(len(known.lifestyles), shop.shoppers, people)
    tastes = mix @ known.tastes
    tastes = (1 - _EVERYBODY) * tastes + _EVERYBODY * tastes.mean(axis=0)
    within = _within_kinds(known.of, items.prices, shop.shoppers, people)
    late = np.flatnonzero(people.random(len(items)) < shop.launched)
    launched = np.zeros(len(items))
    launched[late] = people.uniform(0.5, 0.95, len(late)) * shop.days

    orders = _Orders.drawn(shop, calendar)
    lasts = np.array([float(days or 0) for days in samples.table(samples.SHOP)["lasts_days"].tolist()])
    chooser = _Chooser(shop, known, tastes, within, launched, lasts, choosing)
    last = int(orders.number.max(initial=0)) + 1
    parts = []
    for number in range(last):
        if cancelled is not None and cancelled():
            raise Cancelled
        parts.append(chooser.order(orders, np.flatnonzero(orders.number == number)))
        if report is not None:
            report(number + 1, last)
    of, chosen = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    by_order = np.argsort(of, kind="stable")  # orders are numbered in order of time
    of, chosen = of[by_order], chosen[by_order]
    more = (lasts[chosen] > 0) & (choosing.random(len(chosen)) < 0.25)
    begin = int(np.datetime64(shop.start, "D").astype(np.int64))
    made = Interactions(
        users=orders.shoppers[of].astype(np.int32),
        items=chosen.astype(np.int32),
        user_ids=_named("shopper", shop.shoppers),
        catalogue=items,
        seconds=begin * DAY + orders.seconds[of],
        amounts=np.round(items.prices[chosen] * (1 + more), 2),
        baskets=of,
        rows=np.arange(1, len(of) + 1),
        simulated=True,
    )
    choice = tastes[:, known.of] * within
    truth = Truth(
        known.lifestyles,
        mix,
        choice / choice.sum(axis=1, keepdims=True),
        ((begin + launched) * DAY).astype(np.int64),
    )
    return made, truth


def _mixed(names: int, people: int, generator: np.random.Generator) -> Floats:
    """Each person made of one to three, in different parts."""
    count = generator.choice((1, 2, 3), people, p=(0.25, 0.45, 0.3))
    order = np.argsort(generator.random((people, names)), axis=1)
    parts = generator.gamma(2.0, size=(people, 3)) * (np.arange(3) < count[:, None])
    mix = np.zeros((people, names))
    np.put_along_axis(mix, order[:, :3], parts / parts.sum(axis=1, keepdims=True), axis=1)
    return mix


def _within_kinds(of: Ints, prices: Floats, people: int, generator: np.random.Generator) -> Floats:
    """How likely a person takes each product when choosing its kind, shape (people, items): style, purse, and what sells."""
    items = len(of)
    log = np.log(prices)
    count = np.bincount(of)
    centred = log - (np.bincount(of, weights=log) / count)[of]
    spread = np.sqrt(np.bincount(of, weights=centred**2) / count)[of]
    dear = centred / np.maximum(spread, 1e-9)
    sells = generator.normal(0, 0.8, items)
    styles = generator.normal(0, 1, (items, _STYLES))
    own = generator.normal(0, 1, (people, _STYLES))
    purse = generator.normal(-0.35, 0.5, people)
    utility = sells + own @ styles.T / np.sqrt(_STYLES) * 1.2 + purse[:, None] * dear
    weight = np.exp(utility - utility.max(axis=1, keepdims=True))
    total = np.zeros((people, int(of.max()) + 1))
    for kind in range(total.shape[1]):
        total[:, kind] = weight[:, of == kind].sum(axis=1)
    return weight / total[:, of]


@dataclass(frozen=True, slots=True, eq=False)
class _Orders:
    """Orders in order of time: whose, when (seconds from the first day), how many products, and which of the shopper's."""

    shoppers: Ints
    seconds: Ints
    sizes: Ints
    number: Ints
    months: Ints

    @classmethod
    def drawn(cls, shop: Shop, generator: np.random.Generator) -> _Orders:
        # A third were there before the first day; the others join as time goes by. Each may be lost at any time.
        joined = np.where(generator.random(shop.shoppers) < 0.35, 0.0, generator.uniform(0, shop.days, shop.shoppers))
        stays = np.minimum(generator.exponential(320, shop.shoppers), shop.days - joined)
        pace = shop.orders * generator.gamma(1.6, 1 / 1.6, shop.shoppers) / 30.4
        count = 1 + generator.poisson(pace * stays * _MONTHLY.max())
        whose = np.repeat(np.arange(shop.shoppers), count)
        days = joined[whose] + generator.random(len(whose)) * stays[whose]
        first = np.r_[True, whose[1:] != whose[:-1]]
        arrives = first & (joined[whose] > 0)  # who joins does so with an order
        days[arrives] = joined[whose[arrives]]
        begin = np.datetime64(shop.start, "D")
        months = (begin + days.astype(np.int64)).astype("datetime64[M]").astype(np.int64) % 12
        kept = first | (generator.random(len(whose)) < (_MONTHLY / _MONTHLY.max())[months])
        whose, days, months = whose[kept], days[kept], months[kept]
        hours = generator.choice(24, len(whose), p=_HOURLY / _HOURLY.sum())
        seconds = days.astype(np.int64) * DAY + hours * 3_600 + generator.integers(3_600, size=len(whose))
        sizes = np.minimum(1 + generator.poisson(1.5, len(whose)), _LARGEST_ORDER)
        order = np.lexsort((whose, seconds))
        whose = whose[order]
        by_shopper = np.argsort(whose, kind="stable")
        starts = np.searchsorted(whose[by_shopper], whose[by_shopper])
        number = np.empty(len(whose), dtype=np.int64)
        number[by_shopper] = np.arange(len(whose)) - starts
        return cls(whose, seconds[order], sizes[order], number, months[order])


class _Chooser:
    """Fills orders, one of each shopper at a time, and remembers what everybody has."""

    def __init__(
        self,
        shop: Shop,
        known: Habits,
        tastes: Floats,
        within: Floats,
        launched: Floats,
        lasts: Floats,
        generator: np.random.Generator,
    ) -> None:
        self._shop, self._known, self._tastes, self._generator = shop, known, tastes, generator
        self._launched, self._lasts = launched, lasts
        self._by_kind = np.argsort(known.of, kind="stable")
        self._ends = np.cumsum(np.bincount(known.of))
        self._cumulated = within[:, self._by_kind].cumsum(axis=1)
        self._used = np.flatnonzero(lasts)
        self._place = np.full(len(lasts), -1)
        self._place[self._used] = np.arange(len(self._used))
        self._bought = np.full((len(tastes), len(self._used)), np.inf)
        self._owned = np.zeros((len(tastes), len(lasts)), dtype=bool)
        self._last_kind = np.full(len(tastes), -1)

    def order(self, orders: _Orders, rows: Ints) -> tuple[Ints, Ints]:
        """The orders and items chosen in `rows`, no shopper twice among them."""
        basket = np.full((len(rows), _LARGEST_ORDER), -1)
        shoppers, days = orders.shoppers[rows], orders.seconds[rows] / DAY
        for slot in range(int(orders.sizes[rows].max(initial=0))):
            at = np.flatnonzero(orders.sizes[rows] > slot)
            who, when = shoppers[at], days[at]
            free = self._tastes[who] * self._known.seasons[orders.months[rows[at]]]
            if slot == 0:
                table, before, share = self._known.follow, self._last_kind[who], self._shop.follow
            else:
                table, share = self._known.together, self._shop.together
                before = np.where(basket[at, slot - 1] >= 0, self._known.of[basket[at, slot - 1]], -1)
            tied = table[before] * (free > 0) * (before >= 0)[:, None]
            use = (self._generator.random(len(at)) < share) & (tied.sum(axis=1) > 0)
            kinds = self._drawn(np.where(use[:, None], tied, free))
            found = self._within(who, when, kinds, basket[at])
            if slot == 0:
                due = self._due(who, when)
                found = np.where(due >= 0, due, found)
            basket[at, slot] = found
            self._remember(who, when, found)
        self._keep_last(shoppers, basket)
        taken = basket >= 0
        return np.repeat(rows, taken.sum(axis=1)), basket[taken]

    def _drawn(self, weights: Floats) -> Ints:
        """A column for each row, as likely as its weight."""
        cumulated = weights.cumsum(axis=1)
        level = self._generator.random(len(weights)) * cumulated[:, -1]
        return (cumulated <= level[:, None]).sum(axis=1)

    def _within(self, who: Ints, when: Floats, kinds: Ints, basket: Ints) -> Ints:
        """An item of each kind that the shopper may take, -1 where several tries found none."""
        found = np.full(len(who), -1)
        begins = np.r_[0, self._ends[:-1]]
        for _ in range(_TRIES):
            left = np.flatnonzero(found < 0)
            cumulated = self._cumulated[who[left]]
            end = np.take_along_axis(cumulated, self._ends[kinds[left], None] - 1, axis=1)[:, 0]
            begin = end - 1.0  # within a kind, weights sum to 1
            level = begin + self._generator.random(len(left)) * (end - begin)
            places = np.clip(
                (cumulated <= level[:, None]).sum(axis=1), begins[kinds[left]], self._ends[kinds[left]] - 1
            )
            item = self._by_kind[places]
            fits = (
                (self._launched[item] <= when[left])
                & (~self._owned[who[left], item] | (self._lasts[item] > 0))
                & (basket[left] != item[:, None]).all(axis=1)
            )
            found[left[fits]] = item[fits]
        return found

    def _due(self, who: Ints, when: Floats) -> Ints:
        """For some of the shoppers a product that must be used up by now, -1 for the others."""
        waited = when[:, None] - self._bought[who]
        due = (waited > 0.7 * self._lasts[self._used]).astype(np.float64)
        again = (self._generator.random(len(who)) < self._shop.again) & (due.sum(axis=1) > 0)
        chosen = self._drawn(np.where(again[:, None], due, 1.0))
        return np.where(again, self._used[chosen], -1)

    def _remember(self, who: Ints, when: Floats, items: Ints) -> None:
        taken = items >= 0
        who, when, items = who[taken], when[taken], items[taken]
        self._owned[who, items] = True
        used = self._lasts[items] > 0
        self._bought[who[used], self._place[items[used]]] = when[used]

    def _keep_last(self, shoppers: Ints, basket: Ints) -> None:
        """Any product of the order may be the one that the next order follows from."""
        taken = basket >= 0
        some = np.flatnonzero(taken.any(axis=1))
        slot = self._drawn(taken[some].astype(np.float64))
        self._last_kind[shoppers[some]] = self._known.of[basket[some, slot]]


def simulate_films(library: Library | None = None) -> tuple[Interactions, Truth]:
    """Draw what viewers watch and how they rate it, 1 to 5; a basket is what is watched in a row."""
    library = library or SAMPLE_FILMS
    generator = np.random.default_rng(library.seed)
    columns, items = samples.table(samples.FILMS), samples.catalogue(samples.FILMS)
    genres = list(dict.fromkeys(columns["genre"].tolist()))
    of = np.array([genres.index(genre) for genre in columns["genre"].tolist()])
    people, count = library.viewers, len(items)
    mix = _mixed(len(genres), people, generator)
    share = 0.85 * mix + 0.15 / len(genres)
    known = {one: place for place, one in enumerate(columns["id"].tolist())}
    before = np.array([known.get(one, -1) for one in columns["follows"].tolist()])

    years = columns["year"].astype(np.float64)
    age = (years - years.mean()) / years.std()
    quality = generator.normal(0, 0.6, count)
    styles, own = generator.normal(0, 1, (count, _STYLES)), generator.normal(0, 1, (people, _STYLES))
    appeal = own @ styles.T / np.sqrt(_STYLES) + generator.normal(0.1, 0.4, people)[:, None] * age
    preference = (
        share[:, of] / np.bincount(of)[of] * np.exp(0.7 * quality + generator.normal(0, 0.7, count) + 0.8 * appeal)
    )
    preference /= preference.sum(axis=1, keepdims=True)

    # The k highest of log-weights with Gumbel noise are k drawn without replacement (Kool et al., ICML 2019).
    sizes = np.clip(generator.lognormal(np.log(library.titles) - 0.2, 0.65, people).astype(np.int64), 3, count // 2)
    noisy = np.log(preference) + generator.gumbel(size=preference.shape)
    # A phase: how early a genre's turn comes for a viewer. Parts of a series are watched after the one before.
    phase = generator.random((people, len(genres)))[:, of] + 0.35 * generator.random((people, count))
    ranked = np.argsort(-noisy, axis=1)
    watched = np.zeros((people, count), dtype=bool)
    np.put_along_axis(watched, ranked, np.arange(count) < sizes[:, None], axis=1)
    parts = np.flatnonzero(before >= 0)  # rows are in the order of the series
    for later in parts[::-1]:
        watched[:, before[later]] |= watched[:, later]
    for later in parts:
        watched[:, later] |= watched[:, before[later]] & (generator.random(people) < 0.55)
        phase[:, later] = phase[:, before[later]] + 1e-3
    users, chosen = np.nonzero(watched)
    order = np.lexsort((phase[users, chosen], users))
    users, chosen = users[order], chosen[order]
    seconds, sessions = _watching(library, users, generator)
    liking = 3.5 + 0.55 * quality[chosen] + 0.75 * appeal[users, chosen] + generator.normal(0, 0.35, people)[users]
    ratings = np.clip(np.round(liking + generator.normal(0, 0.5, len(users))), 1, 5)
    at = np.lexsort((np.arange(len(users)), seconds))
    made = Interactions(
        users=users[at].astype(np.int32),
        items=chosen[at].astype(np.int32),
        user_ids=_named("viewer", people),
        catalogue=items,
        seconds=seconds[at],
        ratings=ratings[at].astype(np.float32),
        baskets=sessions[at],
        rows=np.arange(1, len(at) + 1),
        simulated=True,
    )
    return made, Truth(tuple(genres), mix, preference, np.zeros(count, dtype=np.int64))


def _watching(library: Library, users: Ints, generator: np.random.Generator) -> tuple[Ints, Ints]:
    """When each title is watched, in the given order of a viewer's titles, and in which session."""
    begin = int(np.datetime64(library.start, "D").astype(np.int64))
    starts = np.r_[True, (users[1:] != users[:-1])] | (generator.random(len(users)) < 0.6)
    session = np.cumsum(starts) - 1
    whose = users[starts]
    joined = generator.uniform(0, 0.7, int(users.max()) + 1)
    part = joined[whose] + generator.random(len(whose)) * (1 - joined[whose])
    days = (np.sort(whose + part) - whose) * library.days  # sorted within each viewer
    evening = np.clip(generator.normal(20.5, 1.5, len(whose)), 8, 23.5) * 3_600
    begins = np.minimum(days.astype(np.int64), library.days - 1) * DAY + evening.astype(np.int64)
    # Two sessions of a viewer on one day stay in their order.
    for place in np.flatnonzero((whose[1:] == whose[:-1]) & (begins[1:] <= begins[:-1])) + 1:
        begins[place] = begins[place - 1] + 60
    rank = np.arange(len(users)) - np.flatnonzero(starts)[session]
    return begin * DAY + begins[session] + rank, session


def _named(word: str, count: int) -> Names:
    return np.array([f"{word}-{number:04d}" for number in range(1, count + 1)], dtype=object)
