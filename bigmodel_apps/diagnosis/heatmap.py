"""Where in an image the evidence for a class lies, and whether that map deserves belief.

The network's logits are means of evidence over positions (Zhou et al., CVPR 2016), so the map is no approximation: its
mean is the log-odds. It has as many cells as the network's last layer, and no more; a smooth picture of it would claim a
precision that it has not.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import softmax
from scipy.stats import spearmanr
from torch import nn

from bigmodel_apps.diagnosis import verdict
from bigmodel_apps.diagnosis.network import Classifier, Floats, Network, Pixels
from bigmodel_apps.problems import Problem

DELETED = 0.2
"""Share of the cells that the deletion test covers."""

_RANDOM_DRAWS = 12
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Evidence for one class against the others.

    Attributes:
        cells: Log-odds that each position adds, shape (h', w'), divided by the number of cells: they add up to the
            log-odds less what the network says without any evidence.
        place: Of the class.
        notes: ``diagnosis-map-empty`` where there is no evidence at all, ``diagnosis-map-broken`` where it was no number.
    """

    cells: Floats
    place: int
    notes: tuple[Problem, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to see."""
        return bool(self.notes)

    def scaled(self) -> Floats:
        """From -1 to 1 by the largest evidence either way; all 0 where there is none."""
        most = float(np.abs(self.cells).max(initial=0.0))
        return self.cells / most if most > _LEAST else np.zeros_like(self.cells)


@dataclass(frozen=True, slots=True)
class Deletion:
    """What covering cells does to the log-odds of the map's class.

    Attributes:
        heaviest: Fall when the heaviest cells are covered.
        random: Mean fall when as many cells drawn at random are.
        cells: How many are covered.
        probability: Of the class, with nothing covered.
        without_heaviest: The same with the heaviest cells covered.
        without_random: Mean with cells drawn at random covered.
        passed: Whether the map knows better than chance.
    """

    heaviest: float
    random: float
    cells: int
    probability: float
    without_heaviest: float
    without_random: float

    @property
    def passed(self) -> bool:
        """Whether covering what the map names costs more than covering anything."""
        return self.heaviest > self.random


def of(maps: Floats, place: int, temperature: float = 1.0) -> HeatMap:
    """The map of one image.

    Args:
        maps: `Answers.maps` of it, shape (classes, h', w').
        place: Of the class, among the classes.
    """
    with np.errstate(invalid="ignore"):
        others = np.delete(maps, place, axis=0).mean(axis=0)
        cells = (maps[place] - others) / temperature / maps[0].size
    if not np.isfinite(cells).all():
        return HeatMap(np.zeros_like(cells), place, (Problem("diagnosis-map-broken"),))
    if np.abs(cells).max(initial=0.0) <= _LEAST:
        return HeatMap(np.zeros_like(cells), place, (Problem("diagnosis-map-empty"),))
    return HeatMap(cells, place)


def deletion(
    classifier: Classifier, image: Pixels, heat: HeatMap, *, prevalence: float | None = None, seed: int = 7
) -> Deletion:
    """Cover the heaviest cells, and cells drawn at random, with the image's mean, and ask again.

    Args:
        image: As the classifier reads it, shape (side, side) or (side, side, 3).
        prevalence: Of the last class, for the probabilities; equal shares when None.
    """
    cells = max(1, round(DELETED * heat.cells.size))
    order = np.argsort(-heat.cells.ravel(), kind="stable")
    generator = np.random.default_rng(seed)
    chosen = [order[:cells], *(generator.permutation(heat.cells.size)[:cells] for _ in range(_RANDOM_DRAWS))]
    images = np.stack([image, *(_covered(image, heat.cells.shape, some) for some in chosen)])
    logits = classifier.read(images).logits.mean(axis=0) / classifier.temperature
    odds = _odds(logits, heat.place)
    falls = odds[0] - odds[1:]
    chances = softmax(logits + np.log(verdict.priors(logits.shape[1], prevalence)), axis=1)[:, heat.place]
    return Deletion(
        heaviest=float(falls[0]),
        random=float(falls[1:].mean()),
        cells=cells,
        probability=float(chances[0]),
        without_heaviest=float(chances[1]),
        without_random=float(chances[2:].mean()),
    )


def randomised(classifier: Classifier, image: Pixels, heat: HeatMap, *, seed: int = 7) -> float:
    """Rank correlation of the map with that of networks whose weights were drawn anew (Adebayo et al., NeurIPS 2018).

    Near 0 the map shows what was learned; near ±1 it would show the image's edges, whatever was learned. NaN for an empty
    map.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        drawn = tuple(_drawn(one) for one in classifier.members)
    other = Classifier(drawn, classifier.groups, classifier.classes, classifier.side)
    maps = other.read(image[None], maps=True).maps
    assert maps is not None
    again = of(maps[0], heat.place)
    if heat.empty or again.empty:
        return float("nan")
    return float(spearmanr(heat.cells.ravel(), again.cells.ravel()).statistic)


def _odds(logits: Floats, place: int) -> Floats:
    return np.asarray(logits[:, place] - np.delete(logits, place, axis=1).mean(axis=1))


def _covered(image: Pixels, grid: tuple[int, ...], cells: npt.NDArray[np.intp]) -> Pixels:
    """The image with some cells of the grid, numbered row by row, set to its mean."""
    hidden = np.zeros(grid[0] * grid[1], dtype=bool)
    hidden[cells] = True
    rows = np.arange(image.shape[0]) * grid[0] // image.shape[0]
    columns = np.arange(image.shape[1]) * grid[1] // image.shape[1]
    covered = image.copy()
    covered[hidden.reshape(grid[0], grid[1])[rows][:, columns]] = image.mean(axis=(0, 1))
    return covered


def _drawn(network: Network) -> Network:
    """A copy whose convolutions and head are drawn anew."""
    fresh = copy.deepcopy(network)
    for module in fresh.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            module.reset_parameters()
    return fresh
