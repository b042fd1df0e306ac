"""What stands out, where no label says what fraud is: how rare each input is, added up.

Each input adds -log of the share of rows that are at least as extreme on its suspicious side (ECOD: Li et al., TKDE 2022,
with sides named instead of guessed). The sum splits exactly into inputs. It ranks; it is no probability of fraud.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps.problems import Problem, Unavailable

Floats = npt.NDArray[np.float64]

FILE = "outliers.json"

HIGH = re.compile(
    r"amount|customer_amount_ratio|customer_unusual_(count|max)|customer_count_1[hd]|customer_new_terminals_1d"
    r"|terminal_amount_ratio|terminal_count_1h"
)
"""Inputs that are suspicious when high."""

LOW = re.compile(r"customer_gap_hours|customer_hour_share|customer_visit_share")
"""Inputs that are suspicious when low."""

LABELS = re.compile(r"\w+_(risk_\w+|frauds\w*|run\w*|fraud_(age|amount)\w*|legitimate_age\w*)")
"""Inputs made of labels: there are none."""

_OWN = re.compile(r"(customer|terminal)_\w+|weekend|night")
_POINTS = 2_000
_PART = 0.5
_TOP = 0.99


class Outliers:
    """The shares of rows beyond each value, input by input. Stands where a `Detector` has its trees.

    Args:
        names: Of the inputs, (d,).
        points: For each input the values at evenly spaced shares of rows, (d, p); empty where it does not count.
        middle: Taken away from the sum, so that one row in a hundred is above 0.
    """

    def __init__(self, names: Sequence[str], points: Sequence[Floats], middle: float) -> None:
        self.names, self.points, self.middle = tuple(names), tuple(points), middle
        self.shift = 0.0

    @property
    def nbytes(self) -> int:
        """Memory of the tables."""
        return sum(points.nbytes for points in self.points)

    def log_odds(self, features: npt.NDArray[Any]) -> Floats:
        """How much rows stand out, shape (n,): above 0 for the top hundredth of those it was fitted on."""
        return self.contributions(features).sum(axis=1)

    def contributions(self, features: npt.NDArray[Any]) -> Floats:
        """What each input adds, and last the base: shape (n, d + 1)."""
        found = np.zeros((len(features), len(self.names) + 1))
        for place, (name, points) in enumerate(zip(self.names, self.points, strict=True)):
            if len(points):
                found[:, place] = _surprise(name, points, np.asarray(features[:, place], dtype=np.float64))
        found[:, -1] = -self.middle
        return found

    def gain(self) -> Floats:
        """How much each input counts overall, shape (d,): alike, since each is measured by its own shares of rows."""
        counted = np.array([len(points) > 0 for points in self.points], dtype=np.float64)
        return counted / max(counted.sum(), 1.0)

    def save(self, folder: Path) -> None:
        """Write as JSON."""
        written = {"names": self.names, "points": [points.tolist() for points in self.points], "middle": self.middle}
        (folder / FILE).write_text(json.dumps(written), encoding="utf-8")


def fit(values: npt.NDArray[Any], names: Sequence[str]) -> Outliers:
    """Learn how values are spread: inputs of shape (n, d), called `names`.

    Numbers of the source's own, such as V1 to V28, count on both sides.
    """
    points = []
    for place, name in enumerate(names):
        known = np.sort(values[:, place][np.isfinite(values[:, place])])
        if _side(name) and len(known) and known[0] < known[-1]:
            points.append(known[np.unique(np.linspace(0, len(known) - 1, min(_POINTS, len(known))).astype(np.int64))])
        else:
            points.append(np.zeros(0))
    raw = Outliers(names, points, 0.0)
    sums = raw.log_odds(values)
    return Outliers(names, points, float(np.quantile(sums, _TOP)) if len(sums) else 0.0)


def load(folder: Path) -> Outliers:
    """Read what `Outliers.save` wrote.

    Raises:
        Unavailable: It is missing or damaged.
    """
    try:
        written = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Outliers(
            written["names"], [np.array(one, dtype=np.float64) for one in written["points"]], written["middle"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise Unavailable(Problem("fraud-model-damaged", field=folder.name)) from None


def _side(name: str) -> str:
    """``high``, ``low``, ``both``, or nothing where an input is left out."""
    if HIGH.fullmatch(name):
        return "high"
    if LOW.fullmatch(name):
        return "low"
    return "" if LABELS.fullmatch(name) or _OWN.fullmatch(name) else "both"


def _surprise(name: str, points: Floats, values: Floats) -> Floats:
    """-log of the share of rows at least as extreme, at least half a row of the table; 0 where there is no value."""
    side = _side(name)
    above = (len(points) - np.searchsorted(points, values, side="left") + _PART) / (len(points) + _PART)
    below = (np.searchsorted(points, values, side="right") + _PART) / (len(points) + _PART)
    share = {"high": above, "low": below, "both": np.minimum(1.0, 2 * np.minimum(above, below))}[side]
    return np.where(np.isfinite(values), -np.log(np.minimum(share, 1.0)), 0.0)
