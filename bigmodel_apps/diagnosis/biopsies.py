"""A table of biopsies of the user's own: which column holds which measurement, and the risk of each row.

A cell may be empty: the row is then read by a model of what it has. Nothing of a table is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from bigmodel_apps import tables
from bigmodel_apps.diagnosis import measurements
from bigmodel_apps.diagnosis.measurements import KINDS, NAMES, PROPERTIES, Floats
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import Limits, Table

LIMITS = Limits(max_bytes=20 * tables.MIB, max_rows=50_000, max_columns=200)
MAX_PATTERNS = 200
"""Different sets of measurements in one table: each takes a model of its own."""

SAMPLE_NAME = "biopsies.csv"
_SAMPLE_ROWS = 40

_KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "mean": ("mean", "average", "avg", "1", ""),
    "error": ("error", "se", "standarderror", "stderr", "2"),
    "worst": ("worst", "largest", "max", "3"),
}
_NOT_A_LETTER = re.compile(r"[\W_]+")

Ints = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Biopsies:
    """A table that was read.

    Attributes:
        columns: Measurement to the column that holds it, in the order of the data set.
        unused: Columns that hold none.
    """

    table: Table
    columns: Mapping[str, str]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class Scored:
    """Risks of rows.

    Attributes:
        frame: A row a biopsy: ``row`` (its number in the file), ``name`` (of the first column that is no measurement; or
            empty), ``measured`` (how many measurements), ``risk``, ``low``, ``high``, ``heaviest`` (the measurement that
            adds most, either way), ``beyond`` (measurements outside what the model has seen).
        left_out: Rows without a risk, and why.
    """

    frame: pd.DataFrame
    left_out: tuple[Problem, ...]
    prevalence: float


def label(name: str, language: Language) -> str:
    """A measurement in words."""
    kind, property = parts(name)
    word = message(f"diagnosis-property-{property.replace(' ', '-')}", language)
    return message(f"diagnosis-measure-{kind}", language, property=word)


def parts(name: str) -> tuple[str, str]:
    """Kind and property of a measurement."""
    place = NAMES.index(name)
    return KINDS[place // len(PROPERTIES)], PROPERTIES[place % len(PROPERTIES)]


def read(content: bytes, name: str) -> Biopsies:
    """Read a table of any format and find its measurements.

    Raises:
        InputError: It cannot be read, or no column is a measurement (``diagnosis-measurement-columns``).
    """
    found = tables.read_table(content, name, limits=LIMITS)
    known: dict[str, str] = {}
    for column in map(str, found.frame.columns):
        measurement = _aliases().get(_plain(column))
        if measurement is not None:
            known.setdefault(measurement, column)
    if not known:
        example = ", ".join(measurements.MEANS[:3])
        raise InputError(Problem("diagnosis-measurement-columns", field=name, details={"example": example}))
    ordered = {each: known[each] for each in NAMES if each in known}
    unused = tuple(column for column in map(str, found.frame.columns) if column not in ordered.values())
    return Biopsies(found, ordered, unused)


def score(biopsies: Biopsies, prevalence: float | None = None) -> Scored:
    """The risk of each row; a row that cannot be read is left out and named.

    Raises:
        InputError: ``diagnosis-measurement-prevalence``.
    """
    names = tuple(biopsies.columns)
    measurements.checked(dict.fromkeys(names, 0.0), prevalence)
    values, bad = _values(biopsies)
    asked = measurements.shipped().prevalence if prevalence is None else prevalence
    numbers = biopsies.table.row_numbers
    named = biopsies.table.frame[biopsies.unused[0]].astype(str).to_numpy() if biopsies.unused else ""
    frame = pd.DataFrame({"row": numbers, "name": named, "measured": np.isfinite(values).sum(axis=1)})
    frame = frame.assign(risk=np.nan, low=np.nan, high=np.nan, heaviest="", beyond="")
    damaged = np.isin(numbers, list(bad))
    problems, taken = list(bad.values()), 0
    for given, rows in _patterns(values, ~damaged):
        if not given.any() or taken == MAX_PATTERNS:
            code = "diagnosis-measurement-patterns" if given.any() else "diagnosis-measurement-none"
            problems += [Problem(code, row=int(row), details={"limit": MAX_PATTERNS}) for row in numbers[rows]]
            continue
        taken += 1
        some = tuple(np.array(names)[given].tolist())
        found = _read(values[rows][:, given], some, asked)
        frame.loc[rows, list(found)] = pd.DataFrame(found, index=rows)
    problems.sort(key=lambda problem: problem.row or 0)
    return Scored(frame[frame["risk"].notna()].reset_index(drop=True), tuple(problems), asked)


def _values(biopsies: Biopsies) -> tuple[Floats, dict[int, Problem]]:
    """Shape (rows, measurements), NaN where a cell is empty; and what is wrong with a row, by its number."""
    values = np.full((len(biopsies.table.frame), len(biopsies.columns)), np.nan)
    problems: dict[int, Problem] = {}
    for place, column in enumerate(biopsies.columns.values()):
        cells = biopsies.table.frame[column].astype(object).where(biopsies.table.frame[column].notna(), "").astype(str)
        texts = cells.str.strip()
        values[:, place] = pd.to_numeric(texts.map(_dotted), errors="coerce")
        wrong = (texts != "") & ~(np.isfinite(values[:, place]) & (values[:, place] >= 0))
        for row in np.flatnonzero(wrong):
            number = int(biopsies.table.row_numbers[row])
            details = {"value": texts.iloc[row][:40]}
            problems.setdefault(
                number, Problem("diagnosis-measurement-not-usable", row=number, field=column, details=details)
            )
        values[wrong, place] = np.nan
    return values, problems


def _patterns(values: Floats, usable: npt.NDArray[np.bool_]) -> Iterator[tuple[npt.NDArray[np.bool_], Ints]]:
    """Which measurements are given together, shape (d,), and the rows of each such set; the most frequent first."""
    rows = np.flatnonzero(usable)
    found, which, counts = np.unique(np.isfinite(values[rows]), axis=0, return_inverse=True, return_counts=True)
    for place in np.argsort(-counts, kind="stable"):
        yield found[place], rows[which.ravel() == place]


def _read(values: Floats, names: tuple[str, ...], prevalence: float) -> dict[str, object]:
    """Columns of `Scored.frame` of rows that have the same measurements, shape (n, len(names))."""
    model = measurements.adapted(names)
    odds, reach = model.log_odds(values) + model.shift(prevalence), model.reach(values)
    heaviest = np.abs(model.shares(values)).argmax(axis=1)
    outside = model.outside(values)
    return {
        "risk": expit(odds),
        "low": expit(odds - reach),
        "high": expit(odds + reach),
        "heaviest": np.array(names)[heaviest],
        "beyond": ["; ".join(np.array(names)[row]) for row in outside],
    }


@cache
def _aliases() -> Mapping[str, str]:
    """How people name the columns, letters only, to the measurement."""
    found: dict[str, str] = {}
    for name in NAMES:
        kind, property = parts(name)
        for language in LANGUAGES:
            found[_plain(label(name, language))] = name
        for word in _KIND_WORDS[kind]:
            found.setdefault(_plain(f"{property}{word}"), name)
            found.setdefault(_plain(f"{word}{property}"), name)
    return found


def _plain(text: str) -> str:
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _dotted(text: str) -> str:
    """A number with a decimal comma as one with a point."""
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


# --- The sample ------------------------------------------------------------------------------------------------------


def sample_csv(language: Language) -> bytes:
    """Biopsies of the test part, one of them with a gap, named as the page names them."""
    known = measurements.table()
    _, tested = measurements.split(known.malignant)
    rows = tested[:_SAMPLE_ROWS]
    frame = pd.DataFrame(known.values[rows], columns=[label(name, language) for name in NAMES]).astype(object)
    frame.iloc[1, len(PROPERTIES) :] = ""
    frame.insert(0, message("diagnosis-rows-column-name", language), [str(row + 1) for row in rows])
    return tables.to_csv_bytes(frame)
