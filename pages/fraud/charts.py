"""Charts that several views draw: what a score is made of, and figures with their intervals."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from bigmodel_apps.fraud.schema import Reason
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.transactions import Ints
from bigmodel_apps.measures import Estimate
from bigmodel_apps.ui import odds, palette
from bigmodel_apps.ui.language import percent, t
from bigmodel_apps.ui.palette import Meaning

Chart = alt.LayerChart | alt.FacetChart

_STEP_PIXELS, _ROW_PIXELS, _AXIS_PIXELS = 50, 40, 56
_SHOWN = 5
_LINE_WIDTH = 58


class Row(NamedTuple):
    """A row of a chart of figures: its label, the figure, and what it means."""

    label: str
    found: Estimate
    meaning: Meaning


def made_of(reasons: Sequence[Reason], base: float) -> Chart:
    """From the chance before anything is known to the score, one step a reason; what raises it and what lowers it.

    The reasons beyond the first five are one step.
    """
    steps = [(reason.text, reason.share) for reason in reasons[:_SHOWN]]
    if len(reasons) > _SHOWN:
        steps.append((t("alert-others", count=len(reasons) - _SHOWN), sum(one.share for one in reasons[_SHOWN:])))
    ends = np.cumsum([base, *(share for _, share in steps)])
    rows = pd.DataFrame(
        [
            {
                "row": place,
                "text": wrapped(text),
                "start": ends[place],
                "end": ends[place + 1],
                "shown": odds.signed(share),
                "chance": percent(odds.chance(ends[place + 1])),
                "meaning": "bad" if share > 0 else "good",
                "quiet": "neutral",
            }
            for place, (text, share) in enumerate(steps)
        ]
    )
    scale, labels = odds.axis(ends.tolist())
    title = t("alert-axis")
    y = alt.Y("row:O", title=None, axis=None)
    drawn = alt.Chart(rows).encode(
        y=y,
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("text:N", title=t("alert-reason")),
            alt.Tooltip("shown:N", title=t("alert-share")),
            alt.Tooltip("chance:N", title=t("alert-chance-then")),
        ],
    )
    x = alt.X("start:Q", title=title, scale=scale, axis=labels)
    ends_at = alt.X("end:Q", title=title, scale=scale, axis=labels)
    raised, lowered = "datum.end >= datum.start", "datum.end < datum.start"
    return alt.layer(
        drawn.mark_bar(height=8, yOffset=15, cornerRadius=2).encode(x=x, x2="end:Q"),
        drawn.mark_text(align="left", baseline="middle", dy=-7, lineBreak="\n", lineHeight=14).encode(
            x=alt.value(0), text="text:N", color=palette.by_meaning("quiet")
        ),
        drawn.transform_filter(raised)
        .mark_text(align="left", dx=5, dy=15, fontWeight="bold")
        .encode(x=ends_at, text="shown:N"),
        drawn.transform_filter(lowered)
        .mark_text(align="right", dx=-5, dy=15, fontWeight="bold")
        .encode(x=ends_at, text="shown:N"),
        height=_AXIS_PIXELS + _STEP_PIXELS * len(rows),
    )


def history(bank: Bank, places: Ints, place: int) -> Chart:
    """What a card paid over time; the transaction looked at is a larger diamond."""
    transactions = bank.transactions
    rows = pd.DataFrame(
        {
            "when": pd.to_datetime(transactions.seconds[places], unit="s"),
            "amount": transactions.amounts[places],
            "score": [percent(round(float(score), 4)) for score in bank.scores[places]],
            "which": np.where(places == place, "this", "other"),
            "meaning": np.where(places == place, "bad", "neutral"),
        }
    )
    this, other = "datum.which == 'this'", "datum.which == 'other'"
    base = alt.Chart(rows).encode(
        x=alt.X("when:T", title=None, axis=alt.Axis(format=t("trends-format-day"), tickCount=5)),
        y=alt.Y("amount:Q", title=t("queue-column-amount"), axis=alt.Axis(tickCount=4)),
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("when:T", title=t("alert-column-time"), format="%Y-%m-%d %H:%M"),
            alt.Tooltip("amount:Q", title=t("queue-column-amount"), format=",.2f"),
            alt.Tooltip("score:N", title=t("queue-column-score")),
        ],
    )
    return alt.layer(
        base.transform_filter(other).mark_point(size=36, opacity=0.8),
        base.transform_filter(this).mark_point(size=140, shape="diamond", filled=True, opacity=1),
        height=170,
    )


def figures(rows: Sequence[Row], title: str, *, marks: Sequence[float] = (), top: float | None = None) -> Chart:
    """Shares with their intervals, one row each, labelled; `marks` are drawn as ticks across all rows."""
    frame = pd.DataFrame(
        {
            "row": row.label,
            "value": row.found.value,
            "low": row.found.low,
            "high": row.found.high,
            "shown": percent(row.found.value),
            "n": row.found.n,
            "meaning": row.meaning,
        }
        for row in rows
    )
    highest = float(frame["high"].max())
    scale = alt.Scale(domain=[0, top if top is not None else max(1.15 * highest, 1e-6)], clamp=True)
    x = alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(format="~%", tickCount=5))
    base = alt.Chart(frame).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=200)),
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("row:N", title=t("evidence-group")),
            alt.Tooltip("shown:N", title=title),
            alt.Tooltip("n:Q", title=t("evidence-n")),
        ],
    )
    layers = [
        base.mark_rule(strokeWidth=3, opacity=0.45).encode(x=alt.X("low:Q", title=title, scale=scale), x2="high:Q"),
        base.mark_point(filled=True, size=110, opacity=1).encode(x=x),
        base.mark_text(dy=-13, fontWeight="bold").encode(x=x, text="shown:N"),
    ]
    if marks:
        lines = pd.DataFrame({"at": list(marks), "meaning": "neutral"})
        layers.append(
            alt.Chart(lines)
            .mark_rule(strokeDash=[4, 3])
            .encode(x=alt.X("at:Q", title=title, scale=scale), color=palette.by_meaning("meaning"))
        )
    return alt.layer(*layers, height=_AXIS_PIXELS + _ROW_PIXELS * len(rows))


def wrapped(text: str, width: int = _LINE_WIDTH) -> str:
    """A text in lines of about equal length, each at most `width` Latin letters wide; a Chinese character is two."""
    widths = [2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text]
    lines, start = [], 0
    total = sum(widths)
    room = total / max(1, -(-total // width)) * 1.1
    used, space = 0.0, -1
    for place, (character, one) in enumerate(zip(text, widths, strict=True)):
        if used + one > room and place > start:
            end = space + 1 if space >= start else place
            lines.append(text[start:end].strip())
            used, start = float(sum(widths[end:place])), end
        used += one
        if character == " " or one == 2:
            space = place
    return "\n".join([*lines, text[start:].strip()])
