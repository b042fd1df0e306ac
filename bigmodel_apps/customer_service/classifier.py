"""Which entry does a question mean, learned from the phrasings of one knowledge base; and does it mean any of them?

The encoder stays as it is. From its views of a text (`SentenceEncoder.views`) three judges are fitted:

1. logistic regression on the principal axes of the views;
2. logistic regression after a linear map that draws phrasings of one entry together and pushes those of others apart
   (Khosla et al., "Supervised Contrastive Learning", 2020);
3. the nearest phrasings under the same map.

Their log-probabilities are added. What the judges say of a question (how sure, how close, how familiar) is what a
confidence is made of; `adaptation` fits it on entries and phrasings that the judges have not seen. Everything set here
was chosen on CLINC150, training and validation rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

Array = npt.NDArray[np.float32]
Labels = npt.NDArray[np.intp]

FACTS = (
    "log_odds",
    "energy_axes",
    "energy_map",
    "highest_map",
    "nearest",
    "nearest_centre",
    "neighbour_mass",
    "length_kept",
)
"""Facts about a judged question: log-odds of the best entry; free energy of the two regressions (Liu et al.,
"Energy-based Out-of-distribution Detection", 2020) and the highest logit of the second; cosine with the nearest
phrasing and with the nearest mean of an entry; log of the neighbours' weights; how much of its length the map keeps."""

_DIMENSIONS = 384
_PENALTY = 30.0  # scikit-learn's C
_ITERATIONS = {"axes": 100, "map": 40}
_TOLERANCE = 1e-5
_BATCH = 512
_STEPS, _PHRASINGS_A_STEP = 60, 100
_RATE, _TEMPERATURE = 1e-3, 0.1
_NEIGHBOURS, _NEIGHBOUR_WIDTH, _NEIGHBOUR_WEIGHT, _NEIGHBOUR_FLOOR = 20, 0.05, 0.3, 1e-3
_ROWS_AT_ONCE = 256
_SEED = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of some questions: scores (questions × entries, sums of log-probabilities), and facts in the order of `FACTS`."""

    scores: Array
    facts: Array


@dataclass(frozen=True, slots=True)
class Classifier:
    """The fitted judges.

    Attributes:
        axes: Principal axes of the views, shape (width of the views, dimensions).
        axes_weights, axes_bias: First regression, shapes (entries, dimensions) and (entries,).
        map: The learned map, shape of `axes`.
        map_weights, map_bias: Second regression.
        phrasings: Unit vectors of the phrasings under the map, shape (phrasings, dimensions).
        labels: Which entry each phrasing belongs to.
        centres: Unit vectors of the entries' means under the map, shape (entries, dimensions).
    """

    axes: Array
    axes_weights: Array
    axes_bias: Array
    map: Array
    map_weights: Array
    map_bias: Array
    phrasings: Array
    labels: Labels
    centres: Array

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays by name, for a file. Row by row: a file format that writes memory as it lies mixes up any other."""
        return {field.name: np.ascontiguousarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def of(cls, tensors: Mapping[str, npt.NDArray[Any]]) -> Classifier:
        """Inverse of `tensors`."""
        return cls(**{field.name: tensors[field.name] for field in fields(cls)})

    def judge(self, views: Array) -> Judgement:
        """What the judges say of questions, given their views (questions × width)."""
        parts = [self._judge(views[start : start + _ROWS_AT_ONCE]) for start in range(0, len(views), _ROWS_AT_ONCE)]
        return Judgement(
            np.concatenate([part.scores for part in parts]), np.concatenate([part.facts for part in parts])
        )

    def _judge(self, views: Array) -> Judgement:
        along, mapped = views @ self.axes, views @ self.map
        unit = _unit(mapped)
        first = along @ self.axes_weights.T + self.axes_bias
        second = unit @ self.map_weights.T + self.map_bias
        near, mass = self._neighbours(unit)
        energies = np.logaddexp.reduce(first, axis=1), np.logaddexp.reduce(second, axis=1)
        scores = first - energies[0][:, None] + second - energies[1][:, None]
        scores += _NEIGHBOUR_WEIGHT * np.log(mass / mass.sum(axis=1, keepdims=True) + _NEIGHBOUR_FLOOR)
        best = np.exp((scores.max(axis=1) - np.logaddexp.reduce(scores / 2, axis=1) * 2) / 2)
        facts = (
            np.log(best / (1 - best + 1e-6)),
            *energies,
            second.max(axis=1),
            near,
            (unit @ self.centres.T).max(axis=1),
            np.log(mass.sum(axis=1) + 1e-6),
            np.log(np.linalg.norm(mapped, axis=1) / np.linalg.norm(along, axis=1)),
        )
        return Judgement(scores.astype(np.float32), np.stack(facts, axis=1).astype(np.float32))

    def _neighbours(self, unit: Array) -> tuple[Array, npt.NDArray[np.float64]]:
        """The highest cosine of each question, and the weight that each entry has among its nearest phrasings."""
        cosines = unit @ self.phrasings.T
        count = min(_NEIGHBOURS, cosines.shape[1])
        nearest = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        rows = np.arange(len(unit))[:, None]
        mass = np.zeros((len(unit), len(self.axes_bias)))
        np.add.at(mass, (rows, self.labels[nearest]), np.exp((cosines[rows, nearest] - 1) / _NEIGHBOUR_WIDTH))
        return cosines.max(axis=1), mass


def fit(views: Array, labels: Labels, check: Callable[[], None]) -> Classifier:
    """Fit the judges.

    Args:
        views: Of the phrasings, shape (phrasings, width).
        labels: Which entry each belongs to, 0 … entries - 1, each at least once; three entries or more.
        check: Called between steps; raises to stop.
    """
    # The views' second moments, not centred: their common direction is also what a foreign question lacks.
    _, vectors = np.linalg.eigh((views.T @ views).astype(np.float64))
    axes = np.ascontiguousarray(vectors[:, ::-1][:, :_DIMENSIONS], dtype=np.float32)
    check()
    mapping = _contrast(views, labels, axes, check)
    phrasings = _unit(views @ mapping)
    sums = np.zeros((int(labels.max()) + 1, phrasings.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, phrasings)
    check()
    axes_weights, axes_bias = _regress(views @ axes, labels, "axes")
    check()
    map_weights, map_bias = _regress(phrasings, labels, "map")
    return Classifier(
        axes, axes_weights, axes_bias, mapping, map_weights, map_bias, phrasings, labels, centres=_unit(sums)
    )


def _regress(inputs: Array, labels: Labels, which: str) -> tuple[Array, Array]:
    model = LogisticRegression(C=_PENALTY, max_iter=_ITERATIONS[which], tol=_TOLERANCE)
    model.fit(inputs.astype(np.float64), labels)
    return np.ascontiguousarray(model.coef_, dtype=np.float32), model.intercept_.astype(np.float32)


def _contrast(views: Array, labels: Labels, start: Array, check: Callable[[], None]) -> Array:
    """The linear map by supervised contrastive loss, from `start`; phrasings without a partner in the batch only repel."""
    import torch

    generator = torch.Generator().manual_seed(_SEED)
    inputs, entries = torch.from_numpy(views), torch.from_numpy(labels)
    mapping = torch.from_numpy(start.copy()).requires_grad_(True)
    optimizer = torch.optim.Adam([mapping], lr=_RATE)
    for _ in range(_STEPS + len(views) // _PHRASINGS_A_STEP):
        check()
        chosen = torch.randperm(len(views), generator=generator)[:_BATCH]
        itself = torch.eye(len(chosen), dtype=torch.bool)
        unit = torch.nn.functional.normalize(inputs[chosen] @ mapping, dim=-1)
        partners = (entries[chosen][:, None] == entries[chosen][None]) & ~itself
        logits = (unit @ unit.T / _TEMPERATURE).masked_fill(itself, -1e4)
        logs = logits - torch.logsumexp(logits, dim=1, keepdim=True)
        loss = -((logs * partners).sum(1) / partners.sum(1).clamp(min=1)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return np.asarray(mapping.detach().numpy(), dtype=np.float32)


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)
