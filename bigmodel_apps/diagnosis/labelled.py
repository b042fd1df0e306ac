"""Labelled pictures of a user's own as images to learn from: read, brought to one size, and looked through for what is wrong.

A file's small square is all that is kept of it: 28 × 28 in grey or 40 × 40 in colour, as the networks that ship read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bigmodel_apps.diagnosis.datasets import Images
from bigmodel_apps.diagnosis.gate import chroma
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.vision.archives import Collection, Entry
from bigmodel_apps.vision.pictures import Picture, square

LEAST = 20
"""Different images of each class: twelve or more are learned from, at least four set the confidence, four are held out."""

MOST = 5_000
"""Images that are read; of more, as many of each class as their share."""

MOST_CLASSES = 20
GREY_SIDE, COLOUR_SIDE = 28, 40
SEED = 7

LEARN, SET, HELD_OUT = 0, 1, 2
"""Parts: weights are learned on the first, confidence and gate are set on the second, figures are taken on the third."""

_SHARES = (0.6, 0.2)
_LOOKED_AT = 24  # pictures, to tell grey from colour
_COLOURED, _COLOURED_SHARE = 0.02, 0.1
_NAMED = 200  # files left out that are named

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]
Places = npt.NDArray[np.int64]


class Corrected(Protocol):
    """A picture with what its owner says it is."""

    @property
    def picture(self) -> Picture:
        """Without its patient."""

    @property
    def label(self) -> str:
        """Name of a class."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Images to learn from.

    Attributes:
        name: Of the file that they came in.
        images: Of one size; `Images.sources` are digests of their pixels, so that copies stay together.
        classes: Sorted by name.
        names: Of the files, one an image; empty for a correction.
        parts: Of each image, where it was decided before (`SET` …); else -1.
        corrected: Which images are corrections, or have their label from one, shape (n,).
        left_out: Files that do not count, and why.
    """

    name: str
    images: Images
    classes: tuple[str, ...]
    names: tuple[str, ...]
    parts: Places
    corrected: npt.NDArray[np.bool_]
    left_out: tuple[Problem, ...] = ()

    @property
    def corrections(self) -> int:
        """How many of the images are corrections."""
        return int(self.corrected.sum())

    def counts(self) -> dict[str, int]:
        """Images by class."""
        found = np.bincount(self.images.labels, minlength=len(self.classes))
        return {name: int(count) for name, count in zip(self.classes, found, strict=True)}

    @property
    def sha256(self) -> str:
        """Of pixels and labels, in whatever order."""
        pairs = sorted(zip(self.images.sources.tolist(), self.images.labels.tolist(), strict=True))
        return sha256(repr((self.classes, pairs)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """What a collection holds, before any picture is opened.

    Attributes:
        counts: Files by label.
        unlabelled: Files without one.
        read: How many would be read.
        obstacles: What has to be mended first.
    """

    counts: dict[str, int]
    unlabelled: int
    read: int
    obstacles: tuple[Problem, ...] = field(default=())


def look(collection: Collection) -> Found:
    """What a collection holds by the labels of its files."""
    counts = dict(sorted(Counter(entry.label for entry in collection.entries if entry.label is not None).items()))
    unlabelled = sum(entry.label is None for entry in collection.entries)
    return Found(counts, unlabelled, len(_chosen(collection.entries)), obstacles(counts))


def obstacles(counts: dict[str, int]) -> tuple[Problem, ...]:
    """What is in the way of learning from so many images of each class; names the classes."""
    if len(counts) < 2:
        details: dict[str, str | int | float] = {"found": len(counts), "label": next(iter(counts), "–")}
        return (Problem("diagnosis-own-one-class", details=details),)
    if len(counts) > MOST_CLASSES:
        return (Problem("diagnosis-own-many-classes", details={"found": len(counts), "limit": MOST_CLASSES}),)
    return tuple(
        Problem("diagnosis-own-class-small", details={"label": label, "images": found, "least": LEAST})
        for label, found in counts.items()
        if found < LEAST
    )


def read(collection: Collection, progress: Progress | None = None, cancelled: Stop | None = None) -> Labelled:
    """Read the labelled files of a collection.

    Raises:
        InputError: What `obstacles` says, of the files that could be read; what was left out is said with it.
        Cancelled
    """
    found = look(collection)
    if found.obstacles:
        raise InputError(*found.obstacles)
    entries = _chosen(collection.entries)
    colour = _coloured(collection, entries)
    side = COLOUR_SIDE if colour else GREY_SIDE
    squares, labels, names, left_out = [], [], [], list(collection.left_out)
    for row, entry in enumerate(entries):
        if cancelled is not None and cancelled():
            raise Cancelled
        try:
            squares.append(small(collection.read(entry), side, colour=colour))
            labels.append(str(entry.label))
            names.append(entry.name)
        except InputError as error:
            left_out.extend(replace(problem, field=problem.field or entry.name) for problem in error.problems[:1])
        if progress is not None:
            progress(row + 1, len(entries))
    return clean(collection.name, squares, labels, names, left_out)


def clean(
    name: str, squares: Sequence[npt.NDArray[np.uint8]], labels: Sequence[str], names: Sequence[str],
    left_out: Sequence[Problem] = (),
) -> Labelled:  # fmt: skip
    """Images that may be learned from: copies count once, and what is called one thing here and another there not at all.

    Raises:
        InputError: What `obstacles` says of the rest.
    """
    problems = list(left_out)
    first: dict[str, int] = {}
    conflicting: set[str] = set()
    for row, pixels in enumerate(squares):
        digest = digest_of(pixels)
        at = first.setdefault(digest, row)
        if at == row:
            continue
        code: str = "diagnosis-own-copy"
        details: dict[str, str | int | float] = {"other": names[at]}
        if labels[at] != labels[row]:
            conflicting.add(digest)
            code = "diagnosis-own-conflict"
            details |= {"label": labels[row], "says": labels[at]}
        problems.append(Problem(code, field=names[row], details=details))
    kept = [(digest, row) for digest, row in first.items() if digest not in conflicting]
    classes = tuple(sorted(set(labels)))
    counts = Counter(labels[row] for _, row in kept)
    in_the_way = obstacles({label: counts[label] for label in classes})
    if in_the_way:
        raise InputError(*in_the_way, *problems[:20])
    number = {label: place for place, label in enumerate(classes)}
    images = Images(
        np.stack([squares[row] for _, row in kept]),
        np.array([number[labels[row]] for _, row in kept], dtype=np.int64),
        np.array([digest for digest, _ in kept]),
    )
    undecided, none = np.full(len(kept), -1, dtype=np.int64), np.zeros(len(kept), dtype=bool)
    told = tuple(names[row] for _, row in kept)
    return Labelled(name, images, classes, told, undecided, none, tuple(problems[:_NAMED]))


def with_corrections(given: Labelled, corrected: Sequence[Corrected]) -> Labelled:
    """The same with corrections of its classes; where a correction is of an image that is there, it counts."""
    side, colour = given.images.pixels.shape[1], given.images.pixels.ndim == 4
    number = {label: place for place, label in enumerate(given.classes)}
    found: dict[str, tuple[npt.NDArray[np.uint8], int]] = {}
    for one in corrected:
        if one.label in number:
            pixels = small(one.picture, side, colour=colour)
            found.setdefault(digest_of(pixels), (pixels, number[one.label]))
    if not found:
        return given
    labels, by_correction = given.images.labels.copy(), given.corrected.copy()
    for row, digest in enumerate(given.images.sources.tolist()):
        if digest in found:
            labels[row], by_correction[row] = found.pop(digest)[1], True
    if not found:
        return replace(given, images=replace(given.images, labels=labels), corrected=by_correction)
    images = Images(
        np.concatenate([given.images.pixels, *(pixels[None] for pixels, _ in found.values())]),
        np.concatenate([labels, np.array([label for _, label in found.values()], dtype=np.int64)]),
        np.concatenate([given.images.sources, np.array(list(found), dtype=np.str_)]),
    )
    return replace(
        given,
        images=images,
        names=(*given.names, *("" for _ in found)),
        parts=np.concatenate([given.parts, np.full(len(found), -1, dtype=np.int64)]),
        corrected=np.concatenate([by_correction, np.ones(len(found), dtype=bool)]),
    )


def split(given: Labelled, seed: int = SEED) -> Places:
    """Which part each image is of, shape (n,): by class, and as it was where it was decided before."""
    parts = given.parts.copy()
    generator = np.random.default_rng(seed)
    for place in range(len(given.classes)):
        rows = generator.permutation(np.flatnonzero((given.images.labels == place) & (parts < 0)))
        learn, some = (round(share * len(rows)) for share in _SHARES)
        parts[rows[:learn]], parts[rows[learn : learn + some]], parts[rows[learn + some :]] = LEARN, SET, HELD_OUT
    return parts


def small(picture: Picture, side: int, *, colour: bool) -> npt.NDArray[np.uint8]:
    """The middle square of a picture as bytes, shape (side, side) or (side, side, 3)."""
    found = square(picture.pixels if colour else picture.grey, side)
    if colour and found.ndim == 2:
        found = np.repeat(found[..., None], 3, axis=2)
    return np.asarray(found * 255 + 0.5, dtype=np.uint8)


def digest_of(pixels: npt.NDArray[np.uint8]) -> str:
    """The same for the same pixels."""
    return sha256(pixels.tobytes()).hexdigest()[:32]


def _chosen(entries: Sequence[Entry]) -> list[Entry]:
    """The labelled files, in the order of their names; of too many, evenly chosen ones of each class."""
    labelled = [entry for entry in entries if entry.label is not None]
    if len(labelled) <= MOST:
        return labelled
    share = MOST / len(labelled)
    kept: list[Entry] = []
    for label in sorted({str(entry.label) for entry in labelled}):
        of_class = [entry for entry in labelled if entry.label == label]
        wanted = min(len(of_class), max(LEAST, round(share * len(of_class))))
        kept += [of_class[place] for place in np.linspace(0, len(of_class) - 1, wanted).astype(int)]
    return kept


def _coloured(collection: Collection, entries: Sequence[Entry]) -> bool:
    """Whether some of the pictures have colour, by a look at a few of them."""
    some = [entries[place] for place in np.unique(np.linspace(0, len(entries) - 1, _LOOKED_AT).astype(int))]
    found = []
    for entry in some:
        try:
            found.append(chroma(collection.read(entry).pixels) > _COLOURED)
        except InputError:
            continue  # it will be named when it is read
    return bool(found) and float(np.mean(found)) > _COLOURED_SHARE
