"""Gradient-boosted trees (LightGBM: Ke et al., NeurIPS 2017), several of them averaged, and their exact contributions.

Frauds sit in the far tail of the amounts, which bins of equal share blur: `Recipe.max_bin` is therefore high.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from bigmodel_apps.problems import Cancelled, Problem, Unavailable
from bigmodel_apps.runtime.device import cores

Floats = npt.NDArray[np.float64]
Report = Callable[[int, int], None]
Stop = Callable[[], bool]

_FILES = "trees-*.txt"
# A row's path is followed through all trees: blocks of rows keep what is written in the cache.
_ROWS_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """How trees are grown.

    Attributes:
        rounds: Trees of each booster.
        bags: Boosters; each sees its own share of rows and inputs, and their log-odds are averaged.
        leaves: At most, of a tree.
        min_rows: Fewest rows of a leaf.
        rows, inputs: Share that each tree sees.
        l2: Penalty on leaf values.
        max_bin: Bins of an input.
        negatives: Share of the legitimate rows that is trained on; the log-odds are put back for the rest.
    """

    rounds: int = 100
    bags: int = 1
    learning_rate: float = 0.06
    leaves: int = 15
    min_rows: int = 20
    rows: float = 0.8
    inputs: float = 0.7
    l2: float = 1.0
    max_bin: int = 4_095
    negatives: float = 1.0


class Trees:
    """Trained boosters over the same inputs.

    Args:
        boosters: At least one.
        shift: Added to the log-odds: what training on a share of the legitimate rows took away.
    """

    def __init__(self, boosters: Sequence[lightgbm.Booster], shift: float = 0.0) -> None:
        self.boosters = tuple(boosters)
        self.shift = shift

    @property
    def nbytes(self) -> int:
        """About the memory of the trees: the length of their text."""
        return sum(len(booster.model_to_string()) for booster in self.boosters)

    def log_odds(self, features: npt.NDArray[Any]) -> Floats:
        """Log-odds of fraud, shape (n,), of inputs of shape (n, d)."""
        found = np.zeros(len(features))
        for start in range(0, len(features), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            for booster in self.boosters:
                found[rows] += booster.predict(features[rows], raw_score=True, num_threads=cores())
        return found / len(self.boosters) + self.shift

    def contributions(self, features: npt.NDArray[Any]) -> Floats:
        """Shapley values of the log-odds (TreeSHAP: Lundberg et al., Nature Machine Intelligence 2020).

        Returns:
            Shape (n, d + 1): what each input adds, and last the base. Rows sum to `log_odds` up to rounding.
        """
        if not len(features):
            return np.zeros((0, features.shape[1] + 1))
        found = np.zeros((len(features), features.shape[1] + 1))
        for booster in self.boosters:
            found += booster.predict(features, pred_contrib=True, num_threads=cores())
        found /= len(self.boosters)
        found[:, -1] += self.shift
        return found

    def gain(self) -> Floats:
        """Share of each input in what the splits gained, shape (d,)."""
        total = sum(booster.feature_importance("gain") for booster in self.boosters)
        return np.asarray(total / max(float(np.sum(total)), 1e-12), dtype=np.float64)

    def save(self, folder: Path) -> None:
        """Write each booster as text. The shift is the caller's to keep."""
        for number, booster in enumerate(self.boosters):
            (folder / _FILES.replace("*", str(number))).write_text(booster.model_to_string(), encoding="utf-8")


def load(folder: Path, shift: float = 0.0) -> Trees:
    """Read what `Trees.save` wrote.

    Raises:
        Unavailable: There is nothing, or it is damaged.
    """
    files = sorted(folder.glob(_FILES), key=lambda file: int(file.stem.partition("-")[2]))
    try:
        boosters = [lightgbm.Booster(model_str=file.read_text(encoding="utf-8")) for file in files]
    except (OSError, ValueError, lightgbm.basic.LightGBMError):
        boosters = []
    if not boosters:
        raise Unavailable(Problem("fraud-model-damaged", field=folder.name))
    return Trees(boosters, shift)


def fit(
    features: npt.NDArray[Any],
    fraud: npt.NDArray[Any],
    recipe: Recipe,
    *,
    names: Sequence[str],
    seed: int = 7,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Trees:
    """Grow trees.

    Args:
        features: Inputs, shape (n, d); NaN where one does not exist.
        fraud: Truth values, shape (n,).
        names: Of the inputs, (d,).
        report: Called with (trees grown, in total).
        cancelled: Polled after every tree.

    Raises:
        Cancelled: By `cancelled`.
    """
    truth = np.asarray(fraud, dtype=bool)
    # LightGBM's text takes no names with blanks, quotes or Chinese; whoever needs names keeps their own.
    written = [name if re.fullmatch(r"\w+", name, re.ASCII) else f"_{place}" for place, name in enumerate(names)]
    total = recipe.rounds * recipe.bags
    boosters = []
    for bag in range(recipe.bags):
        kept = _kept(truth, recipe.negatives, seed + bag)

        def watch(environment: Any, before: int = bag * recipe.rounds) -> None:
            if cancelled is not None and cancelled():
                raise Cancelled
            if report is not None:
                report(before + environment.iteration + 1, total)

        boosters.append(
            lightgbm.train(
                {
                    "objective": "binary",
                    "learning_rate": recipe.learning_rate,
                    "num_leaves": recipe.leaves,
                    "min_data_in_leaf": recipe.min_rows,
                    "min_sum_hessian_in_leaf": 1e-3,
                    "bagging_fraction": recipe.rows,
                    "bagging_freq": 1,
                    "feature_fraction": recipe.inputs,
                    "lambda_l2": recipe.l2,
                    "max_bin": recipe.max_bin,
                    "min_data_in_bin": 1,
                    "bin_construct_sample_cnt": len(truth),
                    "seed": seed + bag,
                    "num_threads": cores(),
                    "deterministic": True,
                    "force_col_wise": True,
                    "verbosity": -1,
                },
                lightgbm.Dataset(features[kept], truth[kept].astype(np.float32), feature_name=written),
                recipe.rounds,
                callbacks=[watch],
            )
        )
    return Trees(boosters, float(np.log(recipe.negatives)))


def _kept(truth: npt.NDArray[np.bool_], negatives: float, seed: int) -> slice | npt.NDArray[np.int64]:
    """Rows to train on: all frauds, and a share of the rest."""
    if negatives >= 1:
        return slice(None)
    return np.flatnonzero(truth | (np.random.default_rng(seed).random(len(truth)) < negatives))
