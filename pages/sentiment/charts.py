"""Charts that several views draw: shares of verdicts with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from bigmodel_apps import measures
from bigmodel_apps.sentiment.results import LABELS
from bigmodel_apps.sentiment.schema import Label
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.language import percent, t
from bigmodel_apps.ui.palette import Meaning
from pages.sentiment.looks import LOOKS, word

_ROW_PIXELS, _AXIS_PIXELS = 36, 52


def label_shares(counts: Mapping[Label, int]) -> alt.LayerChart | alt.FacetChart:
    """A bar and its Wilson interval for each label, labelled with share and count. There is at least one text."""
    named = [(word(label), LOOKS[label][1], counts.get(label, 0)) for label in LABELS]
    return _shares(named, sum(counts.values()))


def class_shares(counts: Mapping[str, int], n: int) -> alt.LayerChart | alt.FacetChart:
    """The same for classes of one's own, of `n` texts."""
    return _shares([(name, "primary", count) for name, count in counts.items()], n)


def _shares(counts: Sequence[tuple[str, Meaning, int]], n: int) -> alt.LayerChart | alt.FacetChart:
    rows: list[dict[str, str | float]] = []
    highest = 0.0
    for name, meaning, count in counts:
        found = measures.wilson(count, n)
        rows.append(
            {
                "row": name,
                "value": found.value,
                "low": found.low,
                "high": found.high,
                "shown": t("sentiment-share-count", share=percent(found.value), count=count),
                "meaning": meaning,
            }
        )
        highest = max(highest, found.high)
    title = t("st-share-axis")
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("row:N", sort=None, title=None, axis=alt.Axis(labelLimit=160)), color=palette.by_meaning("meaning")
    )
    x = alt.X(
        "value:Q", title=title, axis=alt.Axis(format="~%", tickCount=5), scale=alt.Scale(domain=[0, 1.8 * highest])
    )
    return alt.layer(
        base.mark_bar(opacity=0.35).encode(x=x),
        base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q", title=title), x2="high:Q"),
        base.mark_text(align="left", dx=8, fontWeight="bold").encode(x=alt.X("high:Q", title=title), text="shown:N"),
        height=_AXIS_PIXELS + _ROW_PIXELS * len(rows),
    )
