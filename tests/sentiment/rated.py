"""A result of labels that are known already, such as the ratings of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from bigmodel_apps.sentiment.columns import Columns
from bigmodel_apps.sentiment.results import MENTION_COLUMNS, Report, Result
from bigmodel_apps.sentiment.schema import Label


def from_labels(
    texts: Sequence[str],
    labels: Sequence[Label],
    dates: Sequence[Any] | None = None,
    groups: Sequence[str] | None = None,
    name: str = "",
) -> Result:
    """Rows that are as sure as can be of these labels."""
    places = np.arange(len(texts))
    days = pd.to_datetime(pd.Series(list(dates))) if dates is not None else pd.Series(pd.NaT, index=places)
    rows = pd.DataFrame(
        {
            "row": places + 1,
            "text": list(texts),
            "date": days.astype("datetime64[s]"),
            "group": list(groups) if groups is not None else [""] * len(places),
            "language": "",
            "label": list(labels),
            "positive": np.where(
                np.array(labels) == "positive", 1.0, np.where(np.array(labels) == "negative", 0.0, 0.5)
            ),
            "opinion": np.where(np.isin(labels, ("positive", "negative")), 1.0, 0.0),
            "confidence": 1.0,
            "engine": "",
            "own": "",
            "own_confidence": float("nan"),
            "duplicate": False,
        },
        index=places,
    )
    dated = rows["date"].dropna()
    report = Report(
        rows=len(rows),
        usable=len(rows),
        dated=len(dated),
        first=dated.min().date() if len(dated) else None,
        last=dated.max().date() if len(dated) else None,
        groups=int((pd.Series(rows["group"].unique()) != "").sum()),
    )
    mentions = pd.DataFrame({name: [] for name in MENTION_COLUMNS})
    original = pd.DataFrame({"text": list(texts)}, index=places)
    return Result(name, rows, mentions, original, Columns("text"), report)
