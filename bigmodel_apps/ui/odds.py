"""Log-odds, which add up, for readers of chances."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np

_CHANCES = (0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)


def chance(log_odds: float) -> float:
    """Log-odds as a chance."""
    return float(1 / (1 + np.exp(-log_odds)))


def signed(value: float) -> str:
    """A difference with its sign, two places after the point."""
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{abs(value):.2f}"


def axis(ends: Sequence[float]) -> tuple[alt.Scale, alt.Axis]:
    """Scale and axis for values that lie at `ends`: even in log-odds, on which shares add up, labelled as chances."""
    low, high = float(min(ends)), float(max(ends))
    room = 0.14 * (high - low + 1.0)
    ticks = [float(np.log(one / (1 - one))) for one in _CHANCES]
    labels = alt.Axis(
        values=[tick for tick in ticks if low - room <= tick <= high + room],
        labelExpr="format(1 / (1 + exp(-datum.value)), '.2~%')",
        labelOverlap=True,
        grid=False,
        ticks=True,
    )
    return alt.Scale(domain=[low - room, high + room], nice=False, zero=False), labels
