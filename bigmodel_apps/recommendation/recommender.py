"""A blend of terms: scores of every item for any history, and exact shares of what they rest on.

Each term's scores are standardised over the items of the catalogue, for each history on its own, and added with the
blend's weights. Mean and scale are those of the sum over the history, so shares stay exact: they sum to the score. A
history that tells the terms nothing, such as an empty one, is scored by popularity.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from bigmodel_apps.problems import Problem, Unavailable
from bigmodel_apps.recommendation.interactions import Codes, Flags, Floats, Interactions, Items, Names
from bigmodel_apps.recommendation.terms import Term, kind

LONGEST = 500
"""Items of a history that are looked at, the newest."""

FILE, ARRAYS = "model.json", "model.safetensors"

_AT_ONCE = 4_000_000  # scores held at a time


@dataclass(frozen=True, slots=True, eq=False)
class Recommended:
    """The best items for a history.

    Attributes:
        items: Places in the catalogue, the best first, shape (k,).
        scores: Shape (k,).
    """

    items: Codes
    scores: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Why some items score as they do.

    Attributes:
        shares: What each item of the history adds, shape (len(history), items asked about); signed.
        rest: What does not come from a single item of the history (popularity, say), by term, each shape (items asked
            about,).
        scores: Shape (items asked about,): the sum of both.
    """

    shares: Floats
    rest: Mapping[str, Floats]
    scores: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Recommender:
    """Fitted terms and their weights.

    Attributes:
        catalogue: The items, in the order of every term.
        counts: How many users of those learned from chose each item, shape (items,).
        weights: By name of the term; a term without one counts nothing.
        facts: Recipe, rows, dates, figures on the validation part: what the card and the page show.
    """

    catalogue: Items
    terms: tuple[Term, ...]
    weights: Mapping[str, float]
    counts: Codes
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Memory of the terms."""
        return sum(array.nbytes for term in self.terms for array in term.arrays().values())

    def scores(self, histories: Sequence[Codes], weights: Mapping[str, float] | None = None) -> Floats:
        """Of every item, shape (histories, items).

        Args:
            weights: In the place of the blend's own.
        """
        weights = self.weights if weights is None else weights
        histories = [history[-LONGEST:] for history in histories]
        total = np.zeros((len(histories), len(self.catalogue)))
        told = np.zeros(len(histories), dtype=bool)
        for term in self.terms:
            if weight := weights.get(term.name, 0.0):
                raw, says = standardised(term.scores(histories))
                total += weight * raw
                told |= says
        total[~told] = self._popular()
        return total

    def _popular(self) -> Floats:
        return standardised(np.log1p(self.counts)[None])[0][0]

    def recommend(
        self,
        histories: Sequence[Codes],
        k: int = 10,
        *,
        weights: Mapping[str, float] | None = None,
        seen: bool = False,
        allowed: Flags | None = None,
    ) -> list[Recommended]:
        """The best k items for each history; fewer where no more may be shown.

        Args:
            seen: Whether items of the history may come back.
            allowed: Which items may be shown, shape (items,); all by default.
        """
        found: list[Recommended] = []
        at_once = max(1, _AT_ONCE // max(len(self.catalogue), 1))
        for start in range(0, len(histories), at_once):
            part = histories[start : start + at_once]
            scores = self.scores(part, weights)
            if allowed is not None:
                scores[:, ~allowed] = -np.inf
            if not seen:
                for row, history in zip(scores, part, strict=True):
                    row[history] = -np.inf
            found += [top(row, k) for row in scores]
        return found

    def explain(self, history: Codes, items: Codes, weights: Mapping[str, float] | None = None) -> Shares:
        """What the scores of some items rest on."""
        weights = self.weights if weights is None else weights
        history = history[-LONGEST:]
        shares = np.zeros((len(history), len(items)))
        rest: dict[str, Floats] = {}
        for term in self.terms:
            if weight := weights.get(term.name, 0.0):
                raw = term.shares(history)
                scale = _scale(raw.sum(axis=0)[None])[0, 0]
                if scale > 0:
                    standard = weight * (raw[:, items] - raw.mean(axis=1, keepdims=True)) / scale
                    shares += standard[:-1]
                    rest[term.name] = standard[-1]
        if not rest:
            rest["popularity"] = self._popular()[items]
        scores = shares.sum(axis=0) + sum(rest.values(), start=np.zeros(len(items)))
        return Shares(shares, rest, scores)


def standardised(raw: Floats) -> tuple[Floats, Flags]:
    """Scores with mean 0 and deviation 1 in every row, shape (histories, items), and which rows tell items apart; 0 in
    the others."""
    scale = _scale(raw)
    tells = scale[:, 0] > 0
    found = np.zeros_like(raw)
    np.divide(raw - raw.mean(axis=1, keepdims=True), scale, out=found, where=scale > 0)
    return found, tells


def _scale(raw: Floats) -> Floats:
    """Deviation of every row, shape (rows, 1); 0 where it is nothing but rounding."""
    scale = raw.std(axis=1, keepdims=True) if raw.shape[1] else np.zeros((len(raw), 1))
    largest = np.abs(raw).max(axis=1, keepdims=True, initial=0)
    scale[scale <= 1e-9 * largest] = 0
    return scale


def top(scores: Floats, k: int) -> Recommended:
    """The best k of one history's scores, shape (items,); -inf is never among them. Equal ones in the catalogue's order."""
    k = min(k, int(np.isfinite(scores).sum()))
    if not k:
        return Recommended(np.zeros(0, dtype=np.int32), np.zeros(0))
    best = np.argpartition(-scores, k - 1)[:k]
    least = scores[best].min()
    best = np.flatnonzero(scores >= least)  # ties at the edge: the first of the catalogue
    best = best[np.lexsort((best, -scores[best]))][:k]
    return Recommended(best.astype(np.int32), scores[best])


def save(recommender: Recommender, folder: Path) -> None:
    """Write arrays as safetensors and the rest as JSON; equal models give equal files."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        f"{term.name}/{name}": np.ascontiguousarray(array).reshape(array.shape)
        for term in recommender.terms
        for name, array in term.arrays().items()
    }
    catalogue = recommender.catalogue
    arrays["counts"] = recommender.counts
    if catalogue.prices is not None:
        arrays["prices"] = catalogue.prices
    save_file(arrays, folder / ARRAYS)
    written = {
        "terms": [term.name for term in recommender.terms],
        "weights": dict(recommender.weights),
        "facts": dict(recommender.facts),
        "ids": catalogue.ids.tolist(),
        **{
            name: {language: column.tolist() for language, column in getattr(catalogue, name).items()}
            for name in ("titles", "categories", "descriptions")
        },
    }
    (folder / FILE).write_text(json.dumps(written, ensure_ascii=False) + "\n", encoding="utf-8")


def load(folder: Path) -> Recommender:
    """Read what `save` wrote.

    Raises:
        Unavailable: A file is missing or damaged.
    """
    try:
        written = json.loads((folder / FILE).read_text(encoding="utf-8"))
        arrays = load_file(folder / ARRAYS)
        columns = {
            name: {language: _names(column) for language, column in written[name].items()}
            for name in ("titles", "categories", "descriptions")
        }
        terms = [
            kind(name).from_arrays(
                {key.removeprefix(f"{name}/"): array for key, array in arrays.items() if key.startswith(f"{name}/")}
            )
            for name in written["terms"]
        ]
        return Recommender(
            catalogue=Items(_names(written["ids"]), prices=arrays.get("prices"), **columns),
            terms=tuple(terms),
            weights=written["weights"],
            counts=arrays["counts"],
            facts=written["facts"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError):
        raise Unavailable(Problem("recommendation-model-damaged", field=folder.name)) from None


def _names(column: Sequence[str]) -> Names:
    return np.array(column, dtype=object)


def fit_plain(interactions: Interactions, penalty: float = 200.0) -> Recommender:
    """EASE alone: the floor of every blend, in one call."""
    from bigmodel_apps.recommendation import fitting

    return fitting.fit(interactions, fitting.Recipe({"ease": {"penalty": penalty}}, {"ease": 1.0}))
