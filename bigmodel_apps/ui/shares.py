"""What a score is made of, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from bigmodel_apps.ui import odds, palette
from bigmodel_apps.ui.palette import Meaning

_ROW_PIXELS, _AXIS_PIXELS = 36, 64


class Share(NamedTuple):
    """A row of the chart of shares: what adds it, how much, and how the bar looks."""

    label: str
    value: float
    meaning: Meaning


def share_bars(rows: Sequence[Share], title: str, of: str) -> alt.LayerChart | alt.FacetChart:
    """What each part adds to a score, one bar a part from 0, its name above it and its value at its end.

    Args:
        title: Translated; of the axis.
        of: Translated; what a row is, for the tooltip.
    """
    frame = pd.DataFrame(
        {
            "row": place,
            "label": row.label,
            "zero": 0.0,
            "value": row.value,
            "shown": odds.signed(row.value),
            "meaning": row.meaning,
            "quiet": "neutral",
        }
        for place, row in enumerate(rows)
    )
    low, high = min(0.0, float(frame["value"].min())), max(0.0, float(frame["value"].max()))
    room = 0.2 * max(high - low, 1e-6)
    scale = alt.Scale(domain=[low - (room if low < 0 else 0.02 * room), high + room], nice=False, zero=False)
    axis = alt.Axis(grid=False, tickCount=4, format="+~r", domain=False, labelFlush=True)
    base = alt.Chart(frame).encode(
        y=alt.Y("row:O", title=None, axis=None),
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("label:N", title=of),
            alt.Tooltip("shown:N", title=title),
        ],
    )
    end = alt.X("value:Q", title=title, scale=scale, axis=axis)
    return alt.layer(
        base.mark_bar(height=9, yOffset=9, cornerRadius=2).encode(x=end, x2="zero:Q"),
        base.mark_text(align="left", baseline="middle", dy=-7, limit=330).encode(
            x=alt.value(2), text="label:N", color=palette.by_meaning("quiet")
        ),
        base.transform_filter("datum.value >= 0")
        .mark_text(align="left", dx=5, dy=9, fontWeight="bold")
        .encode(x=end, text="shown:N"),
        base.transform_filter("datum.value < 0")
        .mark_text(align="right", dx=-5, dy=9, fontWeight="bold")
        .encode(x=end, text="shown:N"),
        height=_AXIS_PIXELS + _ROW_PIXELS * len(frame),
    )
