"""Colour by meaning. The hues live in `.streamlit/config.toml`, so that charts follow the theme in the browser at once.

Streamlit hands ``chartCategoricalColors`` to every chart as its categorical range; a scale whose domain lists the
meanings in the same order therefore gives each meaning its hue in both themes.
"""

from __future__ import annotations

from typing import Literal, get_args

import altair as alt
from altair.utils import schemapi

# A chart is checked as a whole when it is drawn; checking each of its parts as it is made takes as long again.
schemapi.disable_debug_mode()

Meaning = Literal["primary", "good", "bad", "unsure", "neutral", "series-1", "series-2", "series-3"]
MEANINGS: tuple[Meaning, ...] = get_args(Meaning)

MARKDOWN: dict[Meaning, Literal["blue", "green", "red", "yellow", "gray", "violet"]] = {
    "primary": "blue",
    "good": "green",
    "bad": "red",
    "unsure": "yellow",
    "neutral": "gray",
    "series-1": "violet",
}
"""Names of the same hues in badges, coloured text and backgrounds."""


def by_meaning(field: str) -> alt.Color:
    """Colour of a mark by a column that holds meanings. No legend: label the marks."""
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=list(MEANINGS)), legend=None)
