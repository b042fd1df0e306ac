"""Charts of figures with their intervals, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from bigmodel_apps.measures import Estimate
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.language import number, percent, t
from bigmodel_apps.ui.palette import Meaning

Chart = alt.LayerChart | alt.FacetChart

_ROW_PIXELS, _AXIS_PIXELS = 40, 56


class Row(NamedTuple):
    """A row of a chart of figures: its label, the figure, and what it means."""

    label: str
    found: Estimate
    meaning: Meaning = "primary"


def figures(rows: Sequence[Row], title: str, *, share: bool = True, zero: bool = True) -> Chart:
    """Points with their intervals and values.

    Args:
        title: Of the axis.
        share: Whether the figures are shares, shown in percent.
        zero: Whether the axis starts at 0.
    """
    shown = percent if share else number
    frame = pd.DataFrame(
        {
            "row": row.label,
            "value": row.found.value,
            "low": row.found.low,
            "high": row.found.high,
            "shown": shown(rounded(row.found.value)),
            "n": row.found.n,
            "meaning": row.meaning,
        }
        for row in rows
    )
    low, high = min(0.0, float(frame["low"].min())), max(float(frame["high"].max()), 1e-6)
    scale = alt.Scale(domain=[low, high * 1.12], nice=False) if zero else alt.Scale(zero=False, padding=24)
    x = alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(format="~%" if share else "~r", tickCount=5))
    base = alt.Chart(frame).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=220)),
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("row:N", title=t("evidence-system")),
            alt.Tooltip("shown:N", title=title),
            alt.Tooltip("n:Q", title=t("evidence-n")),
        ],
    )
    return alt.layer(
        base.mark_rule(strokeWidth=3, opacity=0.45).encode(x=alt.X("low:Q", title=title, scale=scale), x2="high:Q"),
        base.mark_point(filled=True, size=110, opacity=1).encode(x=x),
        base.mark_text(dy=-13, fontWeight="bold").encode(x=x, text="shown:N"),
        height=_AXIS_PIXELS + _ROW_PIXELS * len(frame),
    )


def rounded(value: float) -> float:
    """To four places, so that no figure pretends to more."""
    return round(value, 4)


def bounded(found: Estimate, *, share: bool = True) -> str:
    """A figure with its interval, in words."""
    shown = percent if share else number
    value, low, high = (shown(rounded(one)) for one in (found.value, found.low, found.high))
    return t("recommendation-bounded", value=value, low=low, high=high)
