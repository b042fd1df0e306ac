"""What a report says, without how it looks: sections of texts, figures, tables, charts and notes.

All texts are plain and in the report's language; whoever renders them escapes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bigmodel_apps.evidence import Metric
from bigmodel_apps.locales import Language

Meaning = Literal["primary", "good", "bad", "unsure", "neutral", "series-1", "series-2", "series-3"]
"""What a colour stands for, the same everywhere."""


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Measured figures as a table: a row a metric and group, a column a system."""

    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in words. Every row is as long as `columns`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a chart of intervals or bars.

    Attributes:
        shown: The value in words.
        goal: What was aimed at, as an upright tick.
    """

    label: str
    value: float
    shown: str
    low: float | None = None
    high: float | None = None
    goal: float | None = None
    meaning: Meaning = "primary"


@dataclass(frozen=True, slots=True)
class Intervals:
    """Points with their intervals, one row each.

    Attributes:
        title: The finding or the question.
        axis: What is measured.
        share: Whether the axis is in percent.
    """

    title: str
    axis: str
    points: tuple[Point, ...]
    share: bool = True


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from zero, one row each. Attributes as in `Intervals`."""

    title: str
    axis: str
    points: tuple[Point, ...]
    share: bool = True


@dataclass(frozen=True, slots=True)
class Series:
    """A line of a chart.

    Attributes:
        name: Stands beside its end.
        x, y: Equally long, ascending in x.
        low, high: Bounds of y, as long; or none.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    meaning: Meaning = "primary"


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines with their bands over common axes. Attributes as in `Intervals`."""

    title: str
    x_axis: str
    y_axis: str
    series: tuple[Series, ...]
    share: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of one stretch of time with its interval.

    Attributes:
        start, end: First and last day.
        solid: Whether it rests on enough to be trusted; drawn hollow where not.
    """

    start: date
    end: date
    value: float
    low: float
    high: float
    solid: bool = True


@dataclass(frozen=True, slots=True)
class Course:
    """A figure over time. `name` stands beside its end."""

    name: str
    readings: tuple[Reading, ...]
    meaning: Meaning = "primary"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days to point at, the last one included, with a word above them."""

    name: str
    start: date
    end: date
    meaning: Meaning = "unsure"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Figures over time with their intervals, and the stretches that stand out. Attributes as in `Intervals`."""

    title: str
    y_axis: str
    courses: tuple[Course, ...]
    stretches: tuple[Stretch, ...] = ()
    share: bool = True


@dataclass(frozen=True, slots=True)
class Notes:
    """Small print, one line each."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A command to repeat."""

    text: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A small picture: PNG in base64, and what it shows."""

    png: str
    caption: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """Small pictures side by side."""

    shots: tuple[Shot, ...]


Block = Text | Figures | Table | Intervals | Bars | Lines | Timeline | Notes | Code | Pictures


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, or none, and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A document.

    Attributes:
        lead: The finding in a sentence or two.
        facts: What, on what, when and with what; one short line each.
        one_page: Whether it is laid out for one sheet of A4. Whoever writes it keeps the tables short.
    """

    title: str
    language: Language
    lead: str
    sections: tuple[Section, ...]
    facts: tuple[str, ...] = ()
    one_page: bool = False
