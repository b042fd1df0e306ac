"""A simulated bank: who spends how much, when and where, and five ways of fraud. Every row is drawn, none is real.

The bank and the scenarios 1 to 3 follow the published description of the simulator in "Reproducible Machine Learning for
Credit Card Fraud Detection" (Le Borgne et al., 2022, chapter 3); scenarios 4 and 5 are ours:

1. ``large-amount``: every amount over a limit.
2. ``terminal``: everything at a compromised terminal, for 28 days.
3. ``customer``: a third of what the compromised customers of a day spend in 14 days is multiplied by five.
4. ``takeover``: a thief spends on the card for three days, in the small hours and at terminals anywhere.
5. ``card-testing``: four cards are tried one after the other at one terminal, in bursts of tiny amounts.

A later scenario overrides the label of an earlier one. Random numbers are drawn for all rows of a kind at once, from
streams of their own for the bank, its transactions and each scenario: changing one rate leaves the rest as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from bigmodel_apps.fraud.transactions import (
    DAY,
    FRAUD,
    LEGITIMATE,
    SCENARIOS,
    Floats,
    Ints,
    Transactions,
    day_of,
)
from bigmodel_apps.problems import Cancelled, InputError, Problem

Report = Callable[[int, int], None]

REGIONS = ("north-west", "north-east", "south-west", "south-east")
CARDS = ("debit", "credit", "premium")
AGES = ("18-29", "30-44", "45-59", "60-plus")
"""Values of the segments ``region`` (of the home), ``card`` (by spending) and ``age`` (of whom the last is taken over
twice as often)."""

MAX_ROWS = 10_000_000
_SIDE = 100.0
_NOON, _SPREAD = 43_200, 20_000
_TERMINAL_DAYS, _CUSTOMER_DAYS, _TAKEOVER_DAYS = 28, 14, 3
_CARDS_AT_ONCE = 4
_LARGE, _TERMINAL, _CUSTOMER, _TAKEOVER, _TESTING = range(1, len(SCENARIOS))


@dataclass(frozen=True, slots=True)
class World:
    """What is simulated.

    Attributes:
        start: First day, ISO 8601.
        radius: How far a customer goes to a terminal; the town measures 100 by 100.
        large_amount: Amounts over it are frauds (scenario 1); None leaves the scenario out.
        terminal_rate: Share of the terminals that are compromised anew each day (2).
        customer_rate: Share of the customers who are compromised anew each day (3).
        takeover_rate: Share of the customers who are taken over anew each day (4).
        testing_rate: Share of the customers whose cards are tested each day (5).
        seed: Equal worlds have equal transactions.
    """

    customers: int = 5_000
    terminals: int = 10_000
    days: int = 183
    start: str = "2018-04-01"
    radius: float = 5.0
    large_amount: float | None = 220.0
    terminal_rate: float = 2 / 10_000
    customer_rate: float = 3 / 5_000
    takeover_rate: float = 1 / 5_000
    testing_rate: float = 1 / 5_000
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("customers", 1), ("terminals", 1), ("days", 2)):
            if getattr(self, name) < least:
                raise InputError(Problem("field-too-small", field=name, details={"ge": least}))
        for name in ("terminal_rate", "customer_rate", "takeover_rate", "testing_rate"):
            if getattr(self, name) < 0:
                raise InputError(Problem("field-too-small", field=name, details={"ge": 0}))
            if getattr(self, name) > 1:
                raise InputError(Problem("field-too-large", field=name, details={"le": 1}))
        try:
            day_of(self.start)
        except ValueError:
            problem = Problem("fraud-date-unreadable", field="start", details={"value": self.start})
            raise InputError(problem) from None
        # Customers spend twice a day on average.
        if 2 * self.customers * self.days > MAX_ROWS:
            most = MAX_ROWS // (2 * self.days)
            raise InputError(Problem("field-too-large", field="customers", details={"le": most}))


PUBLISHED = World(takeover_rate=0.0, testing_rate=0.0)
"""As the published set was made: 5,000 customers, 10,000 terminals, 183 days, three scenarios."""

SAMPLE = World(customers=1_500, terminals=3_000, days=150, start="2026-06-04", seed=4)
"""The bank that the page opens with; its last day is 2026-10-31."""


@dataclass(frozen=True, slots=True)
class Places:
    """Who and what the bank consists of; customers and terminals in the order of their codes.

    Attributes:
        homes: Where customers live, shape (customers, 2).
        terminals: Where terminals stand, shape (terminals, 2).
        means: Mean amount of each customer; the standard deviation is half of it.
        rates: Transactions of each customer a day, on average.
        segments: For each customer, by segment, a place in its values.
    """

    homes: Floats
    terminals: Floats
    means: Floats
    rates: Floats
    segments: dict[str, tuple[tuple[str, ...], Ints]]


@dataclass(slots=True)
class _Rows:
    """Transactions while they are drawn; `days` count from the first."""

    customers: Ints
    days: Ints
    times: Ints
    amounts: Floats
    terminals: Ints
    scenario: npt.NDArray[np.int8]


def sample_bank() -> Transactions:
    """The bank that the page opens with."""
    return simulate(SAMPLE)


def simulate(
    world: World | None = None, *, report: Report | None = None, cancelled: Callable[[], bool] | None = None
) -> Transactions:
    """Draw the transactions of a bank, in order of time; see `simulate_bank`."""
    return simulate_bank(world, report=report, cancelled=cancelled)[0]


def simulate_bank(
    world: World | None = None, *, report: Report | None = None, cancelled: Callable[[], bool] | None = None
) -> tuple[Transactions, Places]:
    """Draw a bank and its transactions.

    Args:
        report: Called with (parts done, parts in total).
        cancelled: Asked between the parts.

    Raises:
        Cancelled: `cancelled` said so.
    """
    world = world or World()
    generators = np.random.SeedSequence(world.seed).spawn(2 + len(SCENARIOS))
    bank, legitimate, *scenarios = (np.random.default_rng(sequence) for sequence in generators)
    places = _bank(world, bank)
    rows = _spending(world, places, legitimate)
    draws: list[Callable[[World, Places, _Rows, np.random.Generator], _Rows]]
    draws = [_large_amounts, _compromised_terminals, _compromised_customers, _takeovers, _card_tests]
    for done, (draw, generator) in enumerate(zip(draws, scenarios, strict=False), 1):
        if cancelled is not None and cancelled():
            raise Cancelled
        rows = draw(world, places, rows, generator)
        if report is not None:
            report(done, len(draws))
    return _finished(world, places, rows), places


# --- The bank -------------------------------------------------------------------------------------------------------


def _bank(world: World, generator: np.random.Generator) -> Places:
    homes = generator.uniform(0, _SIDE, (world.customers, 2))
    means = generator.uniform(5, 100, world.customers)
    rates = generator.uniform(0, 4, world.customers)
    terminals = generator.uniform(0, _SIDE, (world.terminals, 2))
    ages = generator.choice(len(AGES), world.customers, p=(0.22, 0.28, 0.27, 0.23))
    east, south = (homes > _SIDE / 2).T
    segments = {
        "region": (REGIONS, 2 * south + east.astype(np.int64)),
        "card": (CARDS, np.digitize(means, (40, 80))),
        "age": (AGES, ages),
    }
    return Places(homes, terminals, means, rates, segments)


def _spending(world: World, places: Places, generator: np.random.Generator) -> _Rows:
    """What customers spend. Times outside of the day are dropped, negative amounts drawn again from (0, twice the mean)."""
    counts = generator.poisson(places.rates[:, None], (world.customers, world.days)).ravel()
    cells = np.repeat(np.arange(len(counts)), counts)
    times = generator.normal(_NOON, _SPREAD, len(cells)).astype(np.int64)
    cells, times = cells[kept := (times > 0) & (times < DAY)], times[kept]
    customers, days = np.divmod(cells, world.days)
    means = places.means[customers]
    amounts = generator.normal(means, means / 2)
    again = amounts < 0
    amounts[again] = generator.uniform(0, 2 * means[again])
    begin, reach = _reach(world, places)
    count = np.diff(begin)[customers]
    chosen = begin[customers] + (generator.random(len(customers)) * count).astype(np.int64)
    return _Rows(customers, days, times, np.round(amounts, 2), reach[chosen], np.zeros(len(customers), dtype=np.int8))


def _reach(world: World, places: Places) -> tuple[Ints, Ints]:
    """Terminals within the radius of each customer, one customer after the other, and where each begins.

    Who has none within it goes to the nearest.
    """
    tree = cKDTree(places.terminals)
    near = tree.query_ball_point(places.homes, world.radius, return_sorted=True)
    nearest = tree.query(places.homes)[1]
    lists = [found or [int(nearest[customer])] for customer, found in enumerate(near)]
    return np.cumsum([0, *map(len, lists)]), np.concatenate([np.array(found, dtype=np.int64) for found in lists])


# --- The scenarios --------------------------------------------------------------------------------------------------


def _large_amounts(world: World, _places: Places, rows: _Rows, _generator: np.random.Generator) -> _Rows:
    if world.large_amount is not None:
        rows.scenario[rows.amounts > world.large_amount] = _LARGE
    return rows


def _compromised_terminals(world: World, _places: Places, rows: _Rows, generator: np.random.Generator) -> _Rows:
    compromised = np.zeros((world.terminals, world.days), dtype=bool)
    for day, drawn in _drawn(world, world.terminals, world.terminal_rate, generator):
        compromised[drawn, day : day + _TERMINAL_DAYS] = True
    rows.scenario[compromised[rows.terminals, rows.days]] = _TERMINAL
    return rows


def _compromised_customers(world: World, _places: Places, rows: _Rows, generator: np.random.Generator) -> _Rows:
    # Rows are still sorted by customer, then by day: those of a customer and some days are a slice.
    cells = rows.customers * world.days + rows.days
    for day, drawn in _drawn(world, world.customers, world.customer_rate, generator):
        last = min(day + _CUSTOMER_DAYS, world.days)
        low = np.searchsorted(cells, drawn * world.days + day)
        high = np.searchsorted(cells, drawn * world.days + last)
        pooled = np.concatenate([np.arange(begin, end) for begin, end in zip(low, high, strict=True)])
        hit = generator.choice(pooled, len(pooled) // 3, replace=False)
        rows.amounts[hit] = np.round(5 * rows.amounts[hit], 2)
        rows.scenario[hit] = _CUSTOMER
    return rows


def _takeovers(world: World, places: Places, rows: _Rows, generator: np.random.Generator) -> _Rows:
    weights = np.where(places.segments["age"][1] == len(AGES) - 1, 2.0, 1.0)
    drawn = [
        (np.repeat(customers, _TAKEOVER_DAYS), np.tile(day + np.arange(_TAKEOVER_DAYS), len(customers)))
        for day, customers in _drawn(world, world.customers, world.takeover_rate, generator, weights)
    ]
    if not drawn:
        return rows
    customers, days = (np.concatenate(column) for column in zip(*drawn, strict=True))
    count = np.where(days < world.days, generator.poisson(4, len(days)), 0)
    customers, days = np.repeat(customers, count), np.repeat(days, count)
    means = places.means[customers]
    return _added(
        rows,
        customers,
        days,
        times=np.clip(generator.normal(3 * 3_600, 5_400, len(days)), 1, DAY - 1).astype(np.int64),
        amounts=np.maximum(generator.normal(1.5 * means, means / 2), 1),
        terminals=generator.integers(world.terminals, size=len(days)),
        scenario=_TAKEOVER,
    )


def _card_tests(world: World, _places: Places, rows: _Rows, generator: np.random.Generator) -> _Rows:
    counts = _counts(world, world.customers * world.testing_rate / _CARDS_AT_ONCE, generator)
    # Each event has a terminal, where its cards are tried one after the other.
    events = np.repeat(np.arange(len(counts)), counts)
    terminals, begins = (
        generator.integers(world.terminals, size=len(events)),
        generator.integers(DAY // 2, size=len(events)),
    )
    tries = 4 + generator.poisson(4, (len(events), _CARDS_AT_ONCE)).ravel()
    event = np.repeat(np.repeat(np.arange(len(events)), _CARDS_AT_ONCE), tries)
    cards = np.repeat(generator.integers(world.customers, size=len(tries)), tries)
    gaps = np.cumsum(generator.exponential(40, len(event)))
    since = gaps - gaps[np.searchsorted(event, event)]
    return _added(
        rows,
        cards,
        events[event],
        times=(1 + begins[event] + since).astype(np.int64),
        amounts=generator.uniform(0.5, 3, len(event)),
        terminals=terminals[event],
        scenario=_TESTING,
    )


def _counts(world: World, expected: float, generator: np.random.Generator) -> Ints:
    """So many a day: the whole part of `expected`, and one more as often as its fraction says; none on the last day."""
    # Rounded, since 3 / 5,000 * 5,000 is less than 3.
    whole, fraction = divmod(round(expected, 9), 1)
    return int(whole) + (generator.random(world.days - 1) < fraction).astype(np.int64)


def _drawn(
    world: World, size: int, rate: float, generator: np.random.Generator, weights: Floats | None = None
) -> list[tuple[int, Ints]]:
    """For each day the customers or terminals that are drawn, `rate * size` of them; days without any are left out."""
    shares = weights / weights.sum() if weights is not None else None
    counts = _counts(world, rate * size, generator)
    return [
        (day, np.asarray(generator.choice(size, count, replace=False, p=shares)))
        for day, count in enumerate(counts.tolist())
        if count
    ]


def _added(
    rows: _Rows, customers: Ints, days: Ints, *, times: Ints, amounts: Floats, terminals: Ints, scenario: int
) -> _Rows:
    """Rows and further ones of a scenario."""
    marks = np.full(len(days), scenario, dtype=np.int8)
    return _Rows(
        np.concatenate([rows.customers, customers]),
        np.concatenate([rows.days, days]),
        np.concatenate([rows.times, times]),
        np.concatenate([rows.amounts, np.round(amounts, 2)]),
        np.concatenate([rows.terminals, terminals]),
        np.concatenate([rows.scenario, marks]),
    )


def _finished(world: World, places: Places, rows: _Rows) -> Transactions:
    seconds = (day_of(world.start) + rows.days) * DAY + rows.times
    order = np.argsort(seconds, kind="stable")
    customers = rows.customers[order]
    return Transactions(
        ids=_names("", np.arange(len(order))),
        seconds=seconds[order],
        amounts=rows.amounts[order],
        customers=customers.astype(np.int32),
        terminals=rows.terminals[order].astype(np.int32),
        fraud=np.where(rows.scenario[order] > 0, FRAUD, LEGITIMATE).astype(np.int8),
        scenario=rows.scenario[order],
        rows=np.arange(1, len(order) + 1),
        customer_names=_names("C", np.arange(world.customers)),
        terminal_names=_names("T", np.arange(world.terminals)),
        segments={
            name: np.array(values, dtype=object)[of_customer[customers]]
            for name, (values, of_customer) in places.segments.items()
        },
        simulated=True,
    )


def _names(prefix: str, numbers: Ints) -> npt.NDArray[np.object_]:
    return np.array([f"{prefix}{number}" for number in numbers.tolist()], dtype=object)
