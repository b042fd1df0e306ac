"""How opinions change over time: shares with intervals, the stretches where they shift, and what drives a shift.

Three questions of a `Result`, each one function: `trend` counts labels by day, week or month; `shifts` tests where a
share departs from what it is the rest of the time; `drivers` says which words, aspects and groups a shift is made of,
with quotes. Rows without a date are in none of them (`Trend.undated` counts them).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from bigmodel_apps import measures
from bigmodel_apps.measures import Estimate
from bigmodel_apps.sentiment import scan
from bigmodel_apps.sentiment.results import LABELS, Quote, Result, quotes
from bigmodel_apps.sentiment.schema import Label
from bigmodel_apps.text.segmentation import words

Grain = Literal["day", "week", "month"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
Measure = Literal["negative", "positive"]

LEAST = 10
"""Periods with fewer rows are drawn hollow, and no shift has fewer."""
LEAST_CHANGE = 0.05
"""A shift moves the mean leaning by at least so much."""
ROWS = 20_000
"""So many rows, evenly spread, are tested for shifts; the shares of a shift are those of all rows."""
LEVEL = scan.LEVEL
"""False-alarm rate of `shifts` on a whole table in which nothing changes."""
PERIODS = 1_500
"""A trend of more is drawn by the next coarser grain; one by month, of 200 years at most, is always drawn."""
GROUPS = 20
"""So many groups, the largest, are scanned one by one; the rows of all others together."""

_ENOUGH = 0.6
_PERIODS, _DAYS, _WEEKS, _MONTHS = 100, 100, 120, 120
_TEXTS = 20_000
_PRIOR = 100.0
_WORDS, _QUOTES = 10, 5
_Z, _LEAST_TEXTS = 1.25, 3


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a week from Monday or a month.

    Attributes:
        start, end: Its first and last day.
        n: Rows in it; `counts` has them by label.
        positive, negative: Their shares of all rows, 95 % Wilson intervals; None where there is no row.
    """

    start: date
    end: date
    n: int
    counts: Mapping[Label, int]
    positive: Estimate | None
    negative: Estimate | None

    @property
    def enough(self) -> bool:
        """Whether it has `LEAST` rows; draw it hollow where not."""
        return self.n >= LEAST

    def share(self, measure: Measure) -> Estimate | None:
        """`positive` or `negative`."""
        return self.positive if measure == "positive" else self.negative


@dataclass(frozen=True, slots=True)
class Trend:
    """All periods from the first to the last with a row, empty ones between them included."""

    grain: Grain
    periods: tuple[Period, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of time in which texts lean another way than in the rest of the time.

    Attributes:
        measure: Of which label the shares are that describe it.
        group: Where; None for all groups together, ``""`` for the rows of no group, or of none of the `GROUPS` largest.
        start, end: First and last day; exact to the period that was scanned (`scanned`).
        inside, outside: The share in it and in the rest of the time, of the same group.
        change: Inside less outside, with Newcombe's interval. Since the stretch was picked for its change, this
            interval is somewhat too far from 0.
        leaning: By how much the mean leaning (`shifts`) differs, in [-1, 1].
        p: Chance of a stretch as clear as this one anywhere in a table without shifts; see `scan`.
    """

    measure: Measure
    group: str | None
    start: date
    end: date
    inside: Estimate
    outside: Estimate
    change: Estimate
    leaning: float
    p: float
    scanned: Grain

    @property
    def worse(self) -> bool:
        """Whether it is a turn for the worse."""
        return self.leaning < 0


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a shift is made of.

    Attributes:
        word: As most texts write it.
        z: Log-odds ratio over its standard deviation (Monroe, Colaresi and Quinn, Political Analysis 2008), from
            1.25; a word with less than 2 in few texts may be there by chance.
        inside, outside: In how many of the compared texts it stands.
    """

    word: str
    z: float
    inside: int
    outside: int


@dataclass(frozen=True, slots=True)
class Moved:
    """How the share of one aspect or group differs between a shift and the rest of the time.

    Attributes:
        change: Inside less outside, with Newcombe's interval.
        p: Two-proportion z, corrected by Holm for all that were compared.
    """

    name: str
    inside: Estimate
    outside: Estimate
    change: Estimate
    p: float


@dataclass(frozen=True, slots=True)
class Drivers:
    """What a shift is made of.

    Attributes:
        label: The texts that lean this way, whether surely or not, were compared.
        words: More frequent in them during the shift than otherwise, the clearest first.
        aspects: Share of all rows that judge the aspect so, those that moved most first.
        groups: Share of the shift's measure in each group, in the same time, those that moved most first.
        quotes: Rows during the shift that hold the most of these words, pointing at one.
        texts: How many such texts were compared, during the shift and otherwise; at most 20,000 a side,
            spread evenly.
    """

    label: Label
    words: tuple[Word, ...]
    aspects: tuple[Moved, ...]
    groups: tuple[Moved, ...]
    quotes: tuple[Quote, ...]
    texts: tuple[int, int]


def trend(result: Result, grain: Grain | None = None, group: str | None = None) -> Trend:
    """Labels over time.

    Args:
        grain: By default the finest under which most periods have `LEAST` rows; a coarser one where it would make more
            than `PERIODS`. The returned one says which.
        group: Of this group alone.
    """
    rows = result.rows if group is None else result.rows[result.rows["group"] == group]
    dated = rows[rows["date"].notna()]
    chosen = grain or suited_grain(result)
    if dated.empty:
        return Trend(chosen, (), len(rows))
    span = (dated["date"].max() - dated["date"].min()).days + 1
    if chosen == "day" and span > PERIODS:
        chosen = "week"
    if chosen == "week" and span > 7 * PERIODS:
        chosen = "month"
    places, starts = _periods(dated["date"], chosen)
    counts = {
        label: np.bincount(places[(dated["label"] == label).to_numpy()], minlength=len(starts)) for label in LABELS
    }
    periods = []
    for place, start in enumerate(starts):
        of_period = {label: int(counts[label][place]) for label in LABELS}
        n = sum(of_period.values())
        positive, negative = (measures.wilson(of_period[label], n) if n else None for label in ("positive", "negative"))
        periods.append(Period(start, _after(start, chosen) - timedelta(days=1), n, of_period, positive, negative))
    return Trend(chosen, tuple(periods), len(rows) - len(dated))


def suited_grain(result: Result) -> Grain:
    """The finest grain under which most periods have `LEAST` rows; a coarse one where none has."""
    days = result.rows["date"].dropna()
    if days.empty:
        return "day"
    found = {}
    for grain in GRAINS:
        places, starts = _periods(days, grain)
        found[grain] = len(starts)
        if len(starts) <= _PERIODS and (np.bincount(places) >= LEAST).mean() >= _ENOUGH:
            return grain
    return next((grain for grain in reversed(GRAINS) if found[grain] >= 3), "day")


def by_group(result: Result, grain: Grain | None = None, most: int = 5) -> dict[str, Trend]:
    """The trend of each of the largest groups, over the grain that suits the whole."""
    chosen = grain or suited_grain(result)
    return {group: trend(result, chosen, group) for group in result.groups[:most]}


def shifts(result: Result, measure: Measure = "negative", draws: int = scan.DRAWS) -> list[Shift]:
    """Those of `shifts_by_measure` in one measure."""
    return shifts_by_measure(result, draws)[measure]


def shifts_by_measure(result: Result, draws: int = scan.DRAWS) -> dict[Measure, list[Shift]]:
    """Where texts lean another way than in the rest of the time, in order of time; the same stretches in each measure.

    What is tested is the mean *leaning*, each row's ``positive`` in [0, 1]: it makes use of how sure the reader is and
    of rows that are unsure, so it sees what the share of a label, which is the measure and describes what was found, is
    too coarse for. The test is `scan`: on a table without shifts it finds one in `LEVEL` of all tables, over all
    stretches and groups together. Scanned by day up to 100 days, by week up to 120 weeks, otherwise by month, or by as
    many of the months that have rows as make at most 120 steps; a stretch is at most half of the steps. Stretches with
    fewer than `LEAST` rows, and changes below `LEAST_CHANGE`, are not looked for.
    """
    rows = result.rows[result.rows["date"].notna()]
    measures_: tuple[Measure, ...] = get_args(Measure)
    if len(rows) < 2 * LEAST:
        return {measure: [] for measure in measures_}
    span = (rows["date"].max() - rows["date"].min()).days + 1
    grain: Grain = "day" if span <= _DAYS else "week" if span <= 7 * _WEEKS else "month"
    places, starts = _periods(rows["date"], grain)
    ends = [_after(start, grain) - timedelta(days=1) for start in starts]
    if grain == "month" and len(starts) > _MONTHS:  # stretches grow with the square of the steps: one slip of the pen
        held, places = np.unique(places, return_inverse=True)  # in a year makes thousands of empty months
        size = -(-len(held) // _MONTHS)
        places = places // size
        starts = [starts[month] for month in held[::size]]
        ends = [ends[held[min(first + size, len(held)) - 1]] for first in range(0, len(held), size)]
    names, groups = _scanned_groups(result, rows)
    tested = np.linspace(0, len(rows) - 1, min(len(rows), ROWS)).astype(int)
    found = scan.scan(
        rows["positive"].to_numpy()[tested],
        groups[tested],
        places[tested],
        least_rows=LEAST,
        least_change=LEAST_CHANGE,
        draws=draws,
    )
    first, last = rows["date"].min().date(), rows["date"].max().date()
    shifts_: dict[Measure, list[Shift]] = {measure: [] for measure in measures_}
    for one, measure in product(_merged(found), measures_):
        hits = (rows["label"] == measure).to_numpy()
        concerned = np.ones(len(rows), dtype=bool) if one.group is None else groups == one.group
        during = concerned & (places >= one.start) & (places < one.stop)
        others = concerned & ~during
        inside, outside = ((int(hits[part].sum()), int(part.sum())) for part in (during, others))
        shifts_[measure].append(
            Shift(
                measure,
                None if one.group is None else names[one.group],
                max(first, starts[one.start]),
                min(last, ends[one.stop - 1]),
                measures.wilson(*inside),
                measures.wilson(*outside),
                measures.difference(*inside, *outside),
                one.change,
                one.p,
                grain,
            )
        )
    return {measure: sorted(those, key=lambda shift: shift.start) for measure, those in shifts_.items()}


def drivers(result: Result, shift: Shift) -> Drivers:
    """Which words, aspects and groups a shift is made of, with quotes.

    Words are compared by the log-odds ratio with an informative Dirichlet prior, which is the frequency of each word in
    the whole table (Monroe, Colaresi and Quinn 2008): among the texts that lean as the shift does, its own against all
    others (against the others of any leaning where few lean so). A text counts once, however often it repeats a
    word. Words describe; they are not corrected for how many there are.
    """
    label: Label = "negative" if shift.worse else "positive"
    rows = result.rows[result.rows["date"].notna()]
    during = ((rows["date"] >= pd.Timestamp(shift.start)) & (rows["date"] <= pd.Timestamp(shift.end))).to_numpy()
    concerned = _concerned(result, rows, shift.group)
    leaning = rows["positive"].to_numpy()
    labelled = leaning < 0.5 if shift.worse else leaning > 0.5
    inside = rows[during & concerned & labelled]
    outside = rows[~(during & concerned) & labelled]
    if len(outside) < LEAST:
        outside = rows[~(during & concerned)]
    inside, outside = _spread(inside), _spread(outside)
    found = _words(inside["text"], outside["text"], _spread(rows)["text"])
    moved_aspects = _aspects(result, rows.index, during, concerned, label)
    moved_groups = _moved(
        {
            name: ((rows["group"] == name).to_numpy() & during, (rows["group"] == name).to_numpy() & ~during)
            for name in result.groups[:GROUPS]
        },
        (rows["label"] == shift.measure).to_numpy(),
    )
    return Drivers(
        label,
        tuple(found),
        tuple(moved_aspects),
        tuple(moved_groups),
        tuple(_quotes(result, inside, [word.word for word in found])),
        (len(inside), len(outside)),
    )


# --- Periods -------------------------------------------------------------------------------------------------------


def _periods(days: pd.Series[Any], grain: Grain) -> tuple[npt.NDArray[np.int64], list[date]]:
    """The place of each day's period, and the first day of every period from the first to the last."""
    numbers = days.to_numpy().astype("datetime64[D]")
    if grain == "month":
        months = numbers.astype("datetime64[M]").astype(np.int64)
        first, last = int(months.min()), int(months.max())
        return months - first, [date(1970 + month // 12, month % 12 + 1, 1) for month in range(first, last + 1)]
    step = 7 if grain == "week" else 1
    # 1 January 1970 was a Thursday.
    counted = (numbers.astype(np.int64) + (3 if grain == "week" else 0)) // step
    first, last = int(counted.min()), int(counted.max())
    offset = 3 if grain == "week" else 0
    return counted - first, [date(1970, 1, 1) + timedelta(days=n * step - offset) for n in range(first, last + 1)]


def _after(start: date, grain: Grain) -> date:
    """The first day of the next period."""
    if grain == "month":
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return start + timedelta(days=7 if grain == "week" else 1)


def _scanned_groups(result: Result, rows: pd.DataFrame) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The groups that are scanned, and the place of each row's; ``""`` for what belongs to none of them."""
    largest = result.groups[:GROUPS]
    codes, found = pd.factorize(rows["group"].where(rows["group"].isin(largest), ""))
    return [str(name) for name in found], codes.astype(np.int64)


def _concerned(result: Result, rows: pd.DataFrame, group: str | None) -> npt.NDArray[np.bool_]:
    if group is None:
        return np.ones(len(rows), dtype=bool)
    if group:
        return (rows["group"] == group).to_numpy()
    return ~rows["group"].isin(result.groups[:GROUPS]).to_numpy()


def _merged(found: Sequence[scan.Found]) -> list[scan.Found]:
    """Stretches of one group that touch and go the same way are one."""
    whole: list[scan.Found] = []
    for one in sorted(found, key=lambda one: (one.group is not None, one.group or 0, one.start)):
        last = whole[-1] if whole else None
        if last and last.group == one.group and last.stop == one.start and (last.change > 0) == (one.change > 0):
            rows = last.rows + one.rows
            change = (last.change * last.rows + one.change * one.rows) / rows
            whole[-1] = scan.Found(one.group, last.start, one.stop, rows, change, max(last.p, one.p))
        else:
            whole.append(one)
    return whole


# --- Drivers -------------------------------------------------------------------------------------------------------


def _spread(rows: pd.DataFrame) -> pd.DataFrame:
    """At most so many rows as words are counted in, evenly spread."""
    if len(rows) <= _TEXTS:
        return rows
    return rows.iloc[np.linspace(0, len(rows) - 1, _TEXTS).astype(int)]


def _words(inside: Iterable[str], outside: Iterable[str], whole: Iterable[str]) -> list[Word]:
    """Words by their log-odds ratio with an informative Dirichlet prior, those of the inside first."""
    shown: dict[str, Counter[str]] = defaultdict(Counter)
    counts = [_counted(texts, shown) for texts in (inside, outside, whole)]
    within, without, everywhere = counts
    n_in, n_out, n_all = (sum(counter.values()) for counter in counts)
    found = []
    for term, count in within.items():
        if count < _LEAST_TEXTS:
            continue
        other = without[term]
        prior = _PRIOR * everywhere[term] / n_all if everywhere[term] else _PRIOR / n_all
        odds = [
            math.log((hits + prior) / max(total + _PRIOR - hits - prior, 1e-9))
            for hits, total in ((count, n_in), (other, n_out))
        ]
        z = (odds[0] - odds[1]) / math.sqrt(1 / (count + prior) + 1 / (other + prior))
        if z >= _Z:
            found.append(Word(shown[term].most_common(1)[0][0], z, count, other))
    return sorted(found, key=lambda word: -word.z)[:_WORDS]


def _counted(texts: Iterable[str], shown: dict[str, Counter[str]]) -> Counter[str]:
    """In how many texts each term stands; `shown` gets how the terms are written."""
    counts: Counter[str] = Counter()
    for text in texts:
        terms = {}
        for word in words(text):
            written = text[word.start : word.end].lower()
            if len(written) > 1 or not written.isascii():
                terms[word.term] = written
        counts.update(terms.keys())
        for term, written in terms.items():
            shown[term][written] += 1
    return counts


def _aspects(
    result: Result,
    places: pd.Index[Any],
    during: npt.NDArray[np.bool_],
    concerned: npt.NDArray[np.bool_],
    label: Label,
) -> list[Moved]:
    said = result.mentions[result.mentions["label"] == label]
    inside, outside = during & concerned, ~during & concerned
    found = []
    for name in result.aspects:
        hits = places.isin(said["place"][said["aspect"] == name])
        found += _moved({name: (inside, outside)}, hits, correct=False)
    return _holm(found)


def _moved(
    parts: Mapping[str, tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]],
    hits: npt.NDArray[np.bool_],
    *,
    correct: bool = True,
) -> list[Moved]:
    """How the share of hits differs between the two parts of each name; parts of too few rows are left out."""
    found = []
    for name, (inside, outside) in parts.items():
        counts = int(hits[inside].sum()), int(inside.sum()), int(hits[outside].sum()), int(outside.sum())
        if min(counts[1], counts[3]) < LEAST:
            continue
        found.append(
            Moved(
                name,
                measures.wilson(*counts[:2]),
                measures.wilson(*counts[2:]),
                measures.difference(*counts),
                _two_proportions(*counts),
            )
        )
    return _holm(found) if correct else found


def _two_proportions(hits: int, n: int, other_hits: int, other_n: int) -> float:
    """P value of the two-proportion z, two-sided, pooled."""
    pooled = (hits + other_hits) / (n + other_n)
    variance = pooled * (1 - pooled) * (1 / n + 1 / other_n)
    z = abs(hits / n - other_hits / other_n) / math.sqrt(variance) if variance else 0.0
    return float(2 * ndtr(-z))


def _holm(found: Sequence[Moved]) -> list[Moved]:
    """P values corrected by Holm (Scandinavian Journal of Statistics 1979); those that moved most first."""
    corrected: dict[str, float] = {}
    highest = 0.0
    for place, one in enumerate(sorted(found, key=lambda one: one.p)):
        highest = max(highest, min(1.0, (len(found) - place) * one.p))
        corrected[one.name] = highest
    moved = [Moved(one.name, one.inside, one.outside, one.change, corrected[one.name]) for one in found]
    return sorted(moved, key=lambda one: -abs(one.change.value))


def _quotes(result: Result, inside: pd.DataFrame, wanted: Sequence[str]) -> list[Quote]:
    """The rows with the most of the words, surest first, each text once, pointing at the clearest word in it."""
    texts = inside.drop_duplicates("text")
    plain = texts["text"].str.lower()
    held = sum((plain.str.contains(word, regex=False).astype(int) for word in wanted), pd.Series(0, index=texts.index))
    order = pd.DataFrame({"held": held, "confidence": texts["confidence"]})
    chosen = order.sort_values(["held", "confidence"], ascending=False, kind="stable").index[:_QUOTES]
    spans = []
    for text in texts["text"].loc[chosen].tolist():
        word = next((word for word in wanted if word in text.lower()), "")
        start = text.lower().find(word) if word else 0
        spans.append((start, start + len(word)) if word else (0, len(text)))
    return quotes(result, list(chosen), spans)
