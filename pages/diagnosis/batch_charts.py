"""Charts of a batch: what the report draws, drawn to be looked at, with the threshold in use upon it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from bigmodel_apps.reporting.document import Bars, Lines
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.language import number, percent
from bigmodel_apps.ui.palette import Meaning

Chart = alt.LayerChart | alt.FacetChart

_ROW_PIXELS, _AXIS_PIXELS, _CELL_PIXELS, _LINES_PIXELS = 34, 60, 85, 260
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_NAMED_AT = 0.62
"""Where on its way a line of comparison bears its name: clear of the corners in which curves meet."""


class Mark(NamedTuple):
    """A point to look at: where it is, and what it says."""

    x: float
    y: float
    words: str


def bars(found: Bars) -> Chart:
    """One bar a row, labelled with what it says."""
    rows = pd.DataFrame(
        {"row": point.label, "value": point.value, "shown": point.shown, "meaning": point.meaning}
        for point in found.points
    )
    scale = alt.Scale(domain=[0, max(2.6 * float(rows["value"].max()), 1e-6)])  # room for the words
    base = alt.Chart(rows).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=190)),
        x=alt.X("value:Q", title=None, axis=None, scale=scale),
        color=palette.by_meaning("meaning"),
    )
    return alt.layer(
        base.mark_bar(opacity=0.7, cornerRadius=2),
        base.mark_text(align="left", dx=6, fontWeight="bold").encode(text="shown:N"),
        height=_ROW_PIXELS * len(rows),
    )


def lines(found: Lines, marks: Sequence[Mark] = (), *, dots: bool = False) -> Chart:
    """A curve with its band beside dashed lines to compare it with.

    Args:
        marks: Points upon it.
        dots: Whether it is points with their intervals, not a course.
    """
    x_axis, y_axis = alt.Axis(format="~%", values=_TICKS), alt.Axis(format="~%", tickCount=5)
    highest = max(max((*one.y, *one.high)) for one in found.series)
    top = 1.0 if highest > 0.5 else max(1.15 * highest, 1e-3)  # small risks are not to lie flat on the axis
    x = alt.X("x:Q", title=found.x_axis, axis=x_axis, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("y:Q", title=found.y_axis, axis=y_axis, scale=alt.Scale(domain=[0, top], nice=False, clamp=True))
    layers = []
    for one in found.series:
        rows = pd.DataFrame({"x": one.x, "y": one.y, "meaning": one.meaning, "name": one.name})
        rows["said_x"], rows["said_y"] = rows["x"].map(percent), rows["y"].map(percent)
        tips = [alt.Tooltip("said_x:N", title=found.x_axis), alt.Tooltip("said_y:N", title=found.y_axis)]
        base = alt.Chart(rows).encode(x=x, y=y, color=palette.by_meaning("meaning"))
        if not one.low:
            named = rows.iloc[[0]].assign(
                x=_NAMED_AT, y=float(np.interp(_NAMED_AT, one.x, one.y)), words=one.name
            )  # a line of comparison is straight
            words = alt.Chart(named).encode(x=x, y=y, color=palette.by_meaning("meaning"))
            layers += [
                base.mark_line(strokeDash=[5, 4], strokeWidth=1.5),
                words.mark_text(align="left", baseline="top", dx=6, dy=6).encode(text="words:N"),
            ]
            continue
        rows["low"], rows["high"] = one.low, one.high
        bounded = alt.Chart(rows).encode(
            x=x, y=alt.Y("low:Q", title=found.y_axis), y2="high:Q", color=palette.by_meaning("meaning")
        )
        if dots:
            layers += [
                bounded.mark_rule(strokeWidth=2, opacity=0.6),
                base.mark_point(filled=True, size=80, opacity=1).encode(tooltip=tips),
            ]
        else:
            layers += [
                bounded.mark_area(opacity=0.18, line=False, clip=True),
                base.mark_line(strokeWidth=2.5, clip=True).encode(tooltip=tips),
            ]
    if marks:
        layers += _marked(marks, x, y)
    return alt.layer(*layers, height=_LINES_PIXELS)


def _marked(marks: Sequence[Mark], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Diamonds with their words, written to the side on which there is room."""
    rows = pd.DataFrame(marks).assign(meaning="unsure")
    layers = []
    for part, left in ((rows[rows["x"] <= 0.5], True), (rows[rows["x"] > 0.5], False)):
        if len(part):
            base = alt.Chart(part).encode(x=x, y=y, color=palette.by_meaning("meaning"))
            words = base.mark_text(align="left" if left else "right", dx=10 if left else -10, dy=12, fontWeight="bold")
            layers += [
                base.mark_point(filled=True, shape="diamond", size=170, opacity=1),
                words.encode(text="words:N"),
            ]
    return layers


def confusion(names: Sequence[str], counts: npt.NDArray[np.int64], known: str, called: str) -> Chart:
    """Counts by known class (rows) and by what was said (columns), with the share of its row; right ones are good.

    Args:
        names: Of the classes, in the order of both sides.
        counts: Shape (classes, classes).
        known, called: Titles of the sides.
    """
    rows = []
    for place, name in enumerate(names):
        total = max(int(counts[place].sum()), 1)
        for other, said in enumerate(names):
            count = int(counts[place, other])
            meaning: Meaning = "good" if place == other else "bad"
            rows.append(
                {
                    "known": name, "called": said, "count": number(count), "share": percent(count / total),
                    "strength": 0.04 + 0.18 * count / total, "meaning": meaning,
                }
            )  # fmt: skip
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("called:N", sort=None, title=called, axis=alt.Axis(orient="bottom", labelAngle=0, labelLimit=100)),
        y=alt.Y("known:N", sort=None, title=known, axis=alt.Axis(labelAngle=-90, labelAlign="center", labelLimit=80)),
    )
    words = base.encode(color=palette.by_meaning("meaning"))
    return alt.layer(
        base.mark_rect(cornerRadius=4).encode(
            color=palette.by_meaning("meaning"), opacity=alt.Opacity("strength:Q", scale=None, legend=None)
        ),
        words.mark_text(fontSize=20, fontWeight="bold", dy=-9).encode(text="count:N"),
        words.mark_text(fontSize=13, fontWeight="bold", dy=13).encode(text="share:N"),
        height=_AXIS_PIXELS + _CELL_PIXELS * len(names),
    )


def histogram(chances: npt.NDArray[np.float64], x_axis: str, y_axis: str, bins: int = 20) -> Chart:
    """How many images have which probability."""
    counts, edges = np.histogram(chances, bins=bins, range=(0, 1))
    rows = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": counts, "meaning": "primary"})
    base = alt.Chart(rows).encode(
        x=alt.X("low:Q", title=x_axis, axis=alt.Axis(format="~%", tickCount=5), scale=alt.Scale(domain=[0, 1])),
        x2="high:Q",
        y=alt.Y("count:Q", title=y_axis, axis=alt.Axis(tickCount=4, tickMinStep=1)),
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("low:Q", title=x_axis, format=".0%"),
            alt.Tooltip("count:Q", title=y_axis),
        ],
    )
    return alt.layer(base.mark_bar(opacity=0.8), height=_LINES_PIXELS - 60)
