"""A scored table: what each row says, how to narrow it down, quote it and hand it on.

Trends, the matrix and the report read nothing but a `Result`, so that whatever was filtered is what they show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from bigmodel_apps import tables
from bigmodel_apps.dates import Order
from bigmodel_apps.locales import Language
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.sentiment.aspects import names_in
from bigmodel_apps.sentiment.columns import Columns
from bigmodel_apps.sentiment.schema import Label, Options

LABELS: tuple[Label, ...] = ("positive", "negative", "neutral", "unsure")
XLSX_ROWS = 100_000
"""A workbook of more rows takes minutes to write; hand on CSV instead."""

MENTION_COLUMNS = (
    *("place", "aspect", "term", "label", "positive", "opinion", "confidence"),
    *("start", "end", "term_start", "term_end"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a table holds and what was left out. Rows are counted in the file, without its header.

    Attributes:
        rows: Rows in the file, those that no reader could use included.
        usable: Rows that have or will get a verdict.
        duplicates: Usable rows whose text repeats an earlier one but for case, width and spaces. They are kept.
        empty: Rows without a text.
        too_long: Rows whose text is longer than `schema.MAX_TEXT` characters; they get no verdict.
        skipped: Rows that the table reader could not use, such as those with too many fields.
        problems: The rows left out, named, the first 1,000 of them; and what was mended in the header.
        dated: Usable rows with a day.
        unreadable_dates: Usable rows whose date is no date; they are in no trend.
        ambiguous_dates: Rows such as 03/05/2026, read in `order`; ask the user unless `order_certain`.
        first, last: The days between which the dated rows lie.
        groups: Number of groups.
        languages: Usable rows by the language that the file states, ``""`` where it states none of ours.
        other_languages: Usable rows for which the file states a language other than English and Chinese. They are
            read all the same, and their verdicts are worth little.
        encoding: Of a text file.
    """

    rows: int = 0
    usable: int = 0
    duplicates: int = 0
    empty: int = 0
    too_long: int = 0
    skipped: int = 0
    problems: tuple[Problem, ...] = ()
    dated: int = 0
    unreadable_dates: int = 0
    ambiguous_dates: int = 0
    order: Order | None = None
    order_certain: bool = True
    first: date | None = None
    last: date | None = None
    groups: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    other_languages: int = 0
    encoding: str | None = None

    @property
    def left_out(self) -> int:
        """Rows without a verdict."""
        return self.rows - self.usable


@dataclass(frozen=True, slots=True)
class Result:
    """A scored table, or what is left of it after `select`.

    Attributes:
        name: Of the file.
        rows: One row a usable row of the file, in its order; the index is the place in `original`. Columns: ``row``
            (its number in the file), ``text``, ``date`` (datetime64, NaT where there is none), ``group`` (``""``
            where there is none), ``language`` (``en`` or ``zh``), ``label``, ``positive``, ``opinion``,
            ``confidence`` (see `schema.Output`), ``engine``, ``own`` and ``own_confidence`` (the class that a model of
            the user's own labels gave where its classes are no polarities, else ``""``), ``duplicate`` (repeats an
            earlier row).
        mentions: One row an aspect's mention. ``place`` is the index of its row; the others are fields of
            `schema.AspectVerdict`, places counted in ``text``.
        original: The file's own columns, with the rows that got no verdict.
        columns: What stood where.
        report: What was left out.
        options, model: How it was scored, and the name of the model.
    """

    name: str
    rows: pd.DataFrame
    mentions: pd.DataFrame
    original: pd.DataFrame
    columns: Columns
    report: Report
    options: Options = field(default_factory=Options)
    model: str = ""

    @property
    def engines(self) -> tuple[str, ...]:
        """Which readers answered, the most frequent first."""
        return tuple(map(str, self.rows["engine"].value_counts().index))

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, the largest first."""
        counts = self.rows["group"].value_counts()
        return tuple(str(name) for name in counts.index if name and counts[name])

    @property
    def own_labels(self) -> tuple[str, ...]:
        """The user's own classes that are no polarities, the most frequent first."""
        counts = self.rows["own"].value_counts()
        return tuple(str(name) for name in counts.index if name)

    @property
    def aspects(self) -> tuple[str, ...]:
        """Names of the aspects that some row mentions, the most frequent first."""
        return tuple(map(str, self.mentions["aspect"].value_counts().index))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows to keep; what is None or empty asks nothing.

    Attributes:
        labels, own, languages, groups: Any of these.
        since, until: Days, both included; rows without a day are left out where one is given.
        least, most: Bounds of the confidence, both included.
        contains: Text that stands in the row's, whatever its case. No pattern.
        aspect: Mentioned by the row.
        aspect_labels: And judged so there.
    """

    labels: tuple[Label, ...] = ()
    own: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    least: float | None = None
    most: float | None = None
    contains: str = ""
    aspect: str | None = None
    aspect_labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A row in its own words: ``text[start:end]`` is what to point at."""

    row: int
    text: str
    start: int
    end: int
    label: Label
    confidence: float
    date: date | None
    group: str


def select(result: Result, wanted: Filter) -> Result:
    """The rows that a filter keeps, with their mentions; rows may be none."""
    rows, mentions = result.rows, result.mentions
    keep = np.ones(len(rows), dtype=bool)
    for column, values in (
        *(("label", wanted.labels), ("own", wanted.own)),
        *(("language", wanted.languages), ("group", wanted.groups)),
    ):
        if values:
            keep &= rows[column].isin(values).to_numpy()
    if wanted.since is not None:
        keep &= (rows["date"] >= pd.Timestamp(wanted.since)).to_numpy()
    if wanted.until is not None:
        keep &= (rows["date"] < pd.Timestamp(wanted.until) + pd.Timedelta(days=1)).to_numpy()
    if wanted.least is not None:
        keep &= (rows["confidence"] >= wanted.least).to_numpy()
    if wanted.most is not None:
        keep &= (rows["confidence"] <= wanted.most).to_numpy()
    if wanted.contains:
        keep &= rows["text"].str.contains(wanted.contains, case=False, regex=False).to_numpy(dtype=bool)
    if wanted.aspect is not None or wanted.aspect_labels:
        named = np.ones(len(mentions), dtype=bool)
        if wanted.aspect is not None:
            named &= (mentions["aspect"] == wanted.aspect).to_numpy()
        if wanted.aspect_labels:
            named &= mentions["label"].isin(wanted.aspect_labels).to_numpy()
        keep &= rows.index.isin(mentions["place"].to_numpy()[named])
    kept = rows[keep]
    return replace(result, rows=kept, mentions=mentions[mentions["place"].isin(kept.index)])


def quotes(result: Result, places: Sequence[int], spans: Sequence[tuple[int, int]] | None = None) -> list[Quote]:
    """Rows by their index, with what to point at in each; the whole text by default."""
    rows = result.rows.loc[list(places)]
    found = []
    for number, row in enumerate(rows.to_dict("records")):
        start, end = spans[number] if spans is not None else (0, len(row["text"]))
        day = None if pd.isna(row["date"]) else row["date"].date()
        found.append(
            Quote(row["row"], row["text"], start, end, row["label"], float(row["confidence"]), day, row["group"])
        )
    return found


def frame(result: Result) -> pd.DataFrame:
    """The file's own columns with ours beside them, for a table on the page or a download.

    Added: ``sentiment``, ``positive``, ``opinion``, ``confidence``, ``language`` and, where there are, ``own_label`` with
    ``own_confidence``, and ``aspects`` (``room: positive; breakfast: negative``). One that the file has already gets the suffix ``_scored``, as
    often as it takes.
    Rows of the file that could not be scored are there with ours empty, unless the result was narrowed down.
    """
    rows = result.rows
    places = result.original.index if len(rows) == result.report.usable else rows.index
    added: dict[str, Any] = {
        "sentiment": rows["label"].astype(str),
        **{name: rows[name].astype(float).round(4) for name in ("positive", "opinion", "confidence")},
        "language": rows["language"].astype(str),
    }
    if result.own_labels:
        added["own_label"] = rows["own"].astype(str)
        added["own_confidence"] = rows["own_confidence"].astype(float).round(4)
    if len(result.mentions):
        said = result.mentions["aspect"].astype(str) + ": " + result.mentions["label"].astype(str)
        added["aspects"] = (
            said.groupby(result.mentions["place"].to_numpy()).agg("; ".join).reindex(rows.index, fill_value="")
        )
    table = result.original.loc[places]
    named = {_free(name, table.columns): values for name, values in added.items()}
    return pd.concat([table, pd.DataFrame(named, index=rows.index).reindex(places)], axis=1)


def _free(name: str, taken: pd.Index[Any]) -> str:
    while name in taken:
        name = f"{name}_scored"
    return name


def in_language(result: Result, language: Language) -> Result:
    """The same with the aspects that ship called as in `language`; they are judged the same in both."""
    names = names_in(result.options.aspects, language)
    if all(name == other for name, other in names.items()):
        return result
    aspects = tuple(
        aspect.model_copy(update={"name": names.get(aspect.name, aspect.name)}) for aspect in result.options.aspects
    )
    return replace(
        result,
        mentions=result.mentions.assign(aspect=result.mentions["aspect"].map(lambda name: names.get(name, name))),
        options=result.options.model_copy(update={"aspects": aspects}),
    )


def download(result: Result, format: Literal["csv", "xlsx"] = "csv") -> bytes:
    """`frame` as a file that spreadsheets open without computing anything.

    Raises:
        InputError: ``sentiment-workbook-too-long``: more than `XLSX_ROWS` rows for a workbook.
    """
    if format == "csv":
        return tables.to_csv_bytes(frame(result))
    if len(result.rows) > XLSX_ROWS:
        raise InputError(Problem("sentiment-workbook-too-long", details={"limit": XLSX_ROWS}))
    return tables.to_xlsx_bytes(frame(result))
