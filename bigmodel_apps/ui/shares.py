"""What a score is made of, as bars."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from bigmodel_apps.ui import odds, palette
from bigmodel_apps.ui.palette import Meaning

_ROW_PIXELS, _LINE_PIXELS, _AXIS_PIXELS = 36, 23, 64


class Share(NamedTuple):
    """A row of the chart of shares: what adds it, how much, and how the bar looks."""

    label: str
    value: float
    meaning: Meaning


def share_bars(rows: Sequence[Share], title: str, of: str, *, compact: bool = False) -> alt.LayerChart | alt.FacetChart:
    """What each part adds to a score, one bar a part from 0, its value at its end, its name above it or beside it.

    Args:
        title: Translated; of the axis.
        of: Translated; what a row is, for the tooltip.
        compact: Whether names stand beside the bars: for many parts with short names.
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
    room = (0.3 if compact else 0.2) * max(high - low, 1e-6)
    scale = alt.Scale(domain=[low - (room if low < 0 else 0.02 * room), high + room], nice=False, zero=False)
    axis = alt.Axis(
        grid=False,
        tickCount=4,
        labelExpr="datum.value == 0 ? '0' : format(datum.value, '+~r')",
        domain=False,
        labelFlush=True,
    )
    # A row's number keeps apart parts of the same name; the axis shows the name.
    labels = [row.label for row in rows]
    names = alt.Axis(labelExpr=f"{json.dumps(labels)}[datum.value]", labelLimit=200, ticks=False, domain=False)
    down, line = (0, _LINE_PIXELS) if compact else (9, _ROW_PIXELS)
    base = alt.Chart(frame).encode(
        y=alt.Y("row:O", title=None, axis=names if compact else None),
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("label:N", title=of),
            alt.Tooltip("shown:N", title=title),
        ],
    )
    end = alt.X("value:Q", title=title, scale=scale, axis=axis)
    layers = [
        base.mark_bar(height=9, yOffset=down, cornerRadius=2).encode(x=end, x2="zero:Q"),
        base.transform_filter("datum.value >= 0")
        .mark_text(align="left", dx=5, dy=down, fontWeight="bold")
        .encode(x=end, text="shown:N"),
        base.transform_filter("datum.value < 0")
        .mark_text(align="right", dx=-5, dy=down, fontWeight="bold")
        .encode(x=end, text="shown:N"),
    ]
    if not compact:
        layers.append(
            base.mark_text(align="left", baseline="middle", dy=-7, limit=330).encode(
                x=alt.value(2), text="label:N", color=palette.by_meaning("quiet")
            )
        )
    return alt.layer(*layers, height=_AXIS_PIXELS + line * len(frame))
