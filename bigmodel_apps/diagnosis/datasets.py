"""Readers of the public image sets, which are never part of the project.

Each takes the folder that holds both (``--data``), and says which file is missing and where to obtain it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from bigmodel_apps.evidence import Dataset
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.vision import reading
from bigmodel_apps.vision.pictures import Picture, square

Part = Literal["train", "val", "test"]

XRAYS = "pneumoniamnist/pneumoniamnist.npz"
CELLS = "bccd_crops/bccd_crops40.npz"
XRAY_CLASSES = ("normal", "pneumonia")
CELL_CLASSES = ("platelets", "red-cell", "white-cell")

_ABOUT = {
    XRAYS: ("PneumoniaMNIST, 28 x 28", "CC-BY-4.0", "doi.org/10.5281/zenodo.10519652"),
    CELLS: ("BCCD, cells cut out, 40 x 40", "MIT", "github.com/Shenggan/BCCD_Dataset"),
}


@dataclass(frozen=True, slots=True)
class Images:
    """Labelled images.

    Attributes:
        pixels: uint8, shape (n, h, w) grey or (n, h, w, 3).
        labels: Places in the classes, shape (n,).
        sources: What each was cut out of, shape (n,); images of one source belong together.
    """

    pixels: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    sources: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def scaled(self) -> npt.NDArray[np.float32]:
        """In [0, 1]."""
        return scaled(self.pixels)

    def take(self, which: npt.NDArray[np.bool_]) -> Images:
        """Some of them."""
        return Images(self.pixels[which], self.labels[which], self.sources[which])


def xrays(data: Path | None, part: Part) -> Images:
    """PneumoniaMNIST (Yang et al., Scientific Data 2023): chest X-rays of children, 28 x 28, grey."""
    return _read(data, XRAYS, part)


def cells(data: Path | None, part: Part) -> Images:
    """Single blood cells cut out of the BCCD microscope pictures, 40 x 40, in colour."""
    return _read(data, CELLS, part)


def scaled(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Bytes to numbers in [0, 1]."""
    return np.divide(pixels, 255, dtype=np.float32)


def leaks(data: Path | None) -> dict[str, int]:
    """Training images of which an exact copy is in validation; the test part is not opened."""
    train = {one.tobytes() for one in xrays(data, "train").pixels}
    val = {one.tobytes() for one in xrays(data, "val").pixels}
    return {"train_val": len(train & val)}


def folder(path: Path, *, most_side: int = 64) -> tuple[Images, tuple[str, ...]]:
    """Images of a user's own: a folder for each class, files of any kind that `vision.reading` opens.

    Returns:
        Images of equal size, grey unless one has colour, and the names of the classes.

    Raises:
        InputError: There are no two classes, or a file cannot be read.
    """
    named = [
        (inner.name, file)
        for inner in sorted(path.iterdir() if path.is_dir() else [])
        if inner.is_dir()
        for file in sorted(inner.iterdir())
        if file.is_file() and not file.name.startswith(".")
    ]
    classes = tuple(sorted({name for name, _ in named}))
    if len(classes) < 2:
        raise InputError(Problem("diagnosis-no-classes", field="data", details={"found": len(classes)}))
    pictures = [reading.read(file.read_bytes(), file.name)[0] for _, file in named]
    labels = np.array([classes.index(name) for name, _ in named], dtype=np.int64)
    return together(pictures, labels, most_side=most_side), classes


def together(some: Sequence[Picture], labels: npt.NDArray[np.int64], *, most_side: int = 64) -> Images:
    """Pictures of any size as images of one: the middle square, of the usual size but no more than `most_side`."""
    side = int(np.clip(np.median([min(one.size) for one in some]), 28, most_side)) // 4 * 4
    colour = any(one.colour for one in some)
    squares = [square(one.pixels if colour else one.grey, side) for one in some]
    if colour:
        squares = [np.repeat(one[..., None], 3, axis=2) if one.ndim == 2 else one for one in squares]
    pixels = (np.stack(squares) * 255 + 0.5).astype(np.uint8)
    return Images(pixels, labels, np.arange(len(labels)).astype(np.str_))


def held_out(images: Images, share: float, seed: int) -> tuple[Images, Images]:
    """Split by class: images to learn from, and the share that is held out."""
    generator = np.random.default_rng(seed)
    chosen = np.zeros(len(images), dtype=bool)
    for label in np.unique(images.labels):
        places = generator.permutation(np.flatnonzero(images.labels == label))
        chosen[places[: max(1, round(share * len(places)))]] = True
    return images.take(~chosen), images.take(chosen)


def described(data: Path | None, path: str, rows: int, notes: str = "") -> Dataset:
    """What evidence says of a file, given as a path below the folder."""
    name, licence, source = _ABOUT[path]
    digest = sha256(file(data, path).read_bytes()).hexdigest()
    return Dataset(name=name, rows=rows, sha256=digest, licence=licence, source=source, notes=notes)


def file(data: Path | None, path: str) -> Path:
    """A file below the folder.

    Raises:
        InputError: It is not there; the problem says where to obtain it.
    """
    if data is None or not (data / path).is_file():
        raise InputError(
            Problem("protocol-data-missing", field="data", details={"file": path, "source": _ABOUT[path][2]})
        )
    return data / path


def _read(data: Path | None, path: str, part: Part) -> Images:
    try:
        with np.load(file(data, path), allow_pickle=False) as opened:
            pixels, labels = opened[f"{part}_images"], opened[f"{part}_labels"].ravel().astype(np.int64)
            known = f"{part}_source" in opened.files
            sources = opened[f"{part}_source"] if known else np.arange(len(labels)).astype(np.str_)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile):
        raise InputError(Problem("diagnosis-data-damaged", field=path)) from None
    return Images(pixels, labels, sources)
