"""A trained classifier with its gate and its reference, and what they say of pictures."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bigmodel_apps.diagnosis import verdict
from bigmodel_apps.diagnosis.gate import FARTHEST, Gate, chroma
from bigmodel_apps.diagnosis.network import Answers, Classifier, Floats, Pixels
from bigmodel_apps.diagnosis.verdict import Reference, Verdicts, Wanted
from bigmodel_apps.vision import pictures
from bigmodel_apps.vision.pictures import Picture

POSITIVE = 1
"""Place of the class that prevalence and sensitivity are about, where there are two."""


@dataclass(frozen=True, eq=False)
class Reader:
    """What ``train diagnosis`` makes, and what answers."""

    engine: str
    classifier: Classifier
    gate: Gate
    reference: Reference

    @property
    def nbytes(self) -> int:
        """Memory of the weights."""
        return self.classifier.nbytes + self.gate.components.nbytes + self.gate.whitening.nbytes

    def save(self, folder: Path) -> None:
        """Write to a folder."""
        self.classifier.save(folder)
        self.gate.save(folder)
        self.reference.save(folder)


@dataclass(frozen=True, eq=False)
class Read:
    """What a reader says of n pictures.

    Attributes:
        images: What the networks saw, shape (n, side, side) or (n, side, side, 3).
        distances: By name, each of shape (n,); above 1 the kind is unknown.
        distance: The largest of them, shape (n,).
    """

    images: Pixels
    answers: Answers
    distances: dict[str, Floats]
    distance: Floats
    verdicts: Verdicts


def load(folder: Path) -> Reader:
    """Read what `Reader.save` wrote.

    Raises:
        Unavailable: It is damaged.
    """
    classifier = Classifier.load(folder)
    engine = str(classifier.facts.get("engine", folder.name))
    return Reader(engine, classifier, Gate.load(folder), Reference.load(folder))


@functools.lru_cache(maxsize=8)
def shipped(folder: Path) -> Reader:
    """A reader of the repository, read once."""
    return load(folder)


def seen(reader: Reader, some: Sequence[Picture]) -> Pixels:
    """Pictures as the networks see them: the middle square, in the networks' size and colours."""
    side, colour = reader.classifier.side, reader.classifier.channels == 3
    shape = (len(some), side, side, 3) if colour else (len(some), side, side)
    found = np.empty(shape, dtype=np.float32)
    for row, picture in enumerate(some):
        square = pictures.square(picture.pixels if colour else picture.grey, side)
        found[row] = square[..., None] if colour and square.ndim == 2 else square
    return found


def read(reader: Reader, some: Sequence[Picture], wanted: Wanted, *, maps: bool = False) -> Read:
    """Read pictures and decide.

    Args:
        maps: Whether to keep the evidence maps, for `heatmap.of`.

    Raises:
        InputError: What is wanted does not fit the reader; see `verdict.judge`.
    """
    images = seen(reader, some)
    answers = reader.classifier.read(images, maps=maps)
    side = reader.classifier.side
    distances = reader.gate.distances(images, answers.features, np.array([chroma(one.pixels) for one in some]))
    # A picture of fewer pixels than half of what the networks read is made up to a large part.
    distances["size"] = np.array([min(side / 2 / max(min(one.size), 1), FARTHEST) for one in some])
    distance = np.max(list(distances.values()), axis=0)
    logits = answers.logits / reader.classifier.temperature
    return Read(images, answers, distances, distance, verdict.judge(logits, distance, reader.reference, wanted))
