"""What is said about each aspect: counts by label, net sentiment and quotes.

A text counts once for an aspect, however often it mentions it: by its surest mention.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bigmodel_apps import measures
from bigmodel_apps.measures import Estimate
from bigmodel_apps.sentiment.results import LABELS, Quote, Result, quotes
from bigmodel_apps.sentiment.schema import Label

LEAST = 10
"""An aspect judged by fewer texts has no net sentiment worth a colour; draw it hollow."""


@dataclass(frozen=True, slots=True)
class Line:
    """One aspect.

    Attributes:
        n: Texts that mention it; `counts` has them by label.
        shares: Share of each label among them, with Wilson intervals.
        net: (positive - negative) / (positive + negative), in [-1, 1]; texts that are neutral or unsure about it do
            not count. Its interval is Wilson's of the positive share p, as net = 2 p - 1. None where no text judges it.
    """

    aspect: str
    n: int
    counts: Mapping[Label, int]
    shares: Mapping[Label, Estimate]
    net: Estimate | None

    @property
    def enough(self) -> bool:
        """Whether `LEAST` texts judge it."""
        return self.net is not None and self.net.n >= LEAST


@dataclass(frozen=True, slots=True)
class Matrix:
    """One line an aspect, the most mentioned first.

    Attributes:
        texts: Rows of the result.
        mentioning: Of these, rows that mention any aspect.
    """

    lines: tuple[Line, ...]
    texts: int
    mentioning: int

    def line(self, aspect: str) -> Line | None:
        """The line of an aspect, if any text mentions it."""
        return next((line for line in self.lines if line.aspect == aspect), None)


def matrix(result: Result) -> Matrix:
    """Aspect by sentiment. Filter the result first to see a part of it."""
    said = _once(result.mentions)
    table = pd.crosstab(said["aspect"], said["label"]).reindex(columns=list(LABELS), fill_value=0)
    lines = [_line(str(aspect), {label: int(counts[label]) for label in LABELS}) for aspect, counts in table.iterrows()]
    lines.sort(key=lambda line: (-line.n, line.aspect))
    return Matrix(tuple(lines), len(result.rows), int(said["place"].nunique()))


def cell_quotes(result: Result, aspect: str, label: Label, most: int = 20, skip: int = 0) -> list[Quote]:
    """The texts behind a cell, the surest first, each wording once; `Quote.start` and `end` point at the clause."""
    said = _once(result.mentions)
    chosen = said[((said["aspect"] == aspect) & (said["label"] == label)).to_numpy()]
    chosen = chosen.assign(text=result.rows["text"].loc[chosen["place"]].to_numpy()).drop_duplicates("text")
    shown = chosen.sort_values("confidence", ascending=False, kind="stable").iloc[skip : skip + most]
    return quotes(result, shown["place"].tolist(), list(zip(shown["start"], shown["end"], strict=True)))


def _once(mentions: pd.DataFrame) -> pd.DataFrame:
    """One mention a text and aspect: the surest."""
    surest = mentions.sort_values("confidence", ascending=False, kind="stable")
    return surest.drop_duplicates(["place", "aspect"])


def _line(aspect: str, counts: Mapping[Label, int]) -> Line:
    n = sum(counts.values())
    judged = counts["positive"] + counts["negative"]
    net = None
    if judged:
        positive = measures.wilson(counts["positive"], judged)
        net = Estimate(2 * positive.value - 1, 2 * positive.low - 1, 2 * positive.high - 1, judged, positive.interval)
    return Line(aspect, n, counts, {label: measures.wilson(count, n) for label, count in counts.items()}, net)
