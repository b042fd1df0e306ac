"""A picture as the rest of the program sees it: numbers in [0, 1], what is known of it, and what was taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.special import expit

from bigmodel_apps.problems import Problem
from bigmodel_apps.tables import MIB

Pixels: TypeAlias = npt.NDArray[np.float32]
Kind = Literal["png", "jpeg", "webp", "tiff", "gif", "dicom"]
Why = Literal[
    "patient", "person", "date", "place", "device", "uid", "text", "private", "overlay", "curve", "thumbnail", "nested",
    "bytes", "header", "not-needed",
]  # fmt: skip
"""Why an element was removed; the message is ``diagnosis-removed-<why>``."""

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601, as Pillow turns colour into grey


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read.

    Attributes:
        max_bytes: Of the file; larger ones are refused.
        max_pixels: Of one frame by the file's own header; larger ones are refused before anything is decoded.
        max_total: Pixels of all frames that a DICOM file holds; more are refused.
        min_side: Pictures narrower or lower than this are refused: there is nothing to see in them.
        max_side: Longer ones are shrunk to it after decoding, and a note says so.
        max_frames: Frames of one file that become pictures; a note says how many were left out.
    """

    max_bytes: int = 64 * MIB
    max_pixels: int = 50_000_000
    max_total: int = 100_000_000
    min_side: int = 16
    max_side: int = 2_048
    max_frames: int = 32


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Removed:
    """Something that a file said beside its picture and that went; never its value, which may name somebody.

    Attributes:
        tag: ``(0010,0010)`` of DICOM, the name of the block (``EXIF``) of other files.
        name: What the standard calls it; empty for private elements, whose names are anybody's text.
        why: See `Why`.
    """

    tag: str
    name: str
    why: Why


@dataclass(frozen=True, slots=True)
class Window:
    """A range of a picture's own values that is drawn from black to white, in a straight line or a sigmoid."""

    centre: float
    width: float
    shape: Literal["linear", "sigmoid"] = "linear"


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """What a picture was windowed from: high values are bright.

    Attributes:
        values: In the units of the file after its rescale (Hounsfield in CT), float32, shape (h, w).
        windows: Those that the file suggests, or the range of its values; the first one is applied.
    """

    values: Pixels
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One frame of a file.

    Attributes:
        pixels: float32 in [0, 1], window applied; shape (h, w) where it is grey, (h, w, 3) RGB where it has colour.
        kind: Of the file, by its content.
        frame: Which one of the file, from 0.
        frames: How many the file has.
        size: Width and height in the file, after turning; `pixels` are fewer where it is larger than what is kept.
        facts: What is known of it and names nobody: ``bits``, ``mode`` or ``photometric``, ``modality``, ``view``,
            ``body_part``, ``age_group`` (``infant``, ``child``, ``adult``), ``turned`` (degrees, by EXIF).
        notes: What is to be known of it: turned, flattened, animated, burned-in text suspected …
        removed: What the file said beside its picture; gone.
        source: What it was windowed from; None where a file holds finished grey or colour.
    """

    pixels: Pixels
    kind: Kind
    frame: int
    frames: int
    size: tuple[int, int]
    facts: Mapping[str, str | int] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    removed: tuple[Removed, ...] = ()
    source: Values | None = None

    @property
    def colour(self) -> bool:
        """Whether it has colour."""
        return self.pixels.ndim == 3

    @property
    def grey(self) -> Pixels:
        """As grey, shape (h, w)."""
        return grey(self.pixels)

    def windowed(self, window: Window) -> Picture:
        """The same picture with another window; itself where its file holds no more than it shows."""
        return self if self.source is None else replace(self, pixels=windowed(self.source.values, window))

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest of its values: of `source`, in its units, or of `pixels` where there is none."""
        values = self.pixels if self.source is None else self.source.values
        return float(values.min()), float(values.max())

    def between(self, low: float, high: float) -> Picture:
        """The same picture with one of its values drawn black and a higher one white; see `range`."""
        values = self.pixels if self.source is None else self.source.values
        scaled = (values - np.float32(low)) / np.float32(max(high - low, 1e-12))
        return replace(self, pixels=np.clip(scaled, 0, 1))

    def image(self) -> Image.Image:
        """To draw or to save: mode L or RGB, 8 bits."""
        return Image.fromarray((self.pixels * 255 + 0.5).astype(np.uint8))


def grey(pixels: Pixels) -> Pixels:
    """Luma (ITU-R BT.601) of RGB; grey as it is. Shapes (h, w, 3) or (h, w) to (h, w)."""
    return pixels if pixels.ndim == 2 else pixels @ _LUMA


def square(pixels: Pixels, side: int) -> Pixels:
    """The middle square, resized to (`side`, `side`): how MedMNIST's pictures were made (Yang et al., 2023).

    Bicubic with antialiasing, cut to [0, 1].
    """
    height, width = pixels.shape[:2]
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    return np.clip(resized(pixels[top : top + edge, left : left + edge], side, side), 0, 1)


def framed(
    pixels: Pixels, side: int, zoom: float = 1.0, across: float = 0.5, down: float = 0.5
) -> npt.NDArray[np.uint8]:
    """A square view of a picture, black where it ends: pixels stay squares when magnified and are averaged when not.

    Args:
        pixels: In [0, 1], shape (h, w) or (h, w, 3).
        side: Of the view, in pixels.
        zoom: 1 shows the whole picture.
        across, down: Where, from 0 (left, top) to 1.

    Returns:
        Shape (side, side) or (side, side, 3).
    """
    found = shrunk(pixels, round(side * zoom))
    height, width = found.shape[:2]
    edge = max(height, width) / zoom
    left, top = (
        (length - edge) * (place if length > edge else 0.5) for length, place in ((width, across), (height, down))
    )
    image = Image.fromarray((found * 255 + 0.5).astype(np.uint8))
    box = (left, top, left + edge, top + edge)
    return np.asarray(image.transform((side, side), Image.Transform.EXTENT, box, Image.Resampling.NEAREST))


def resized(values: Pixels, width: int, height: int) -> Pixels:
    """Bicubic with antialiasing, which may overshoot; shape (h, w) or (h, w, 3)."""
    if values.shape[:2] == (height, width):
        return values
    if values.ndim == 3:
        return np.stack([resized(values[..., channel], width, height) for channel in range(3)], axis=-1)
    image = Image.fromarray(np.ascontiguousarray(values))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))


def shrunk(values: Pixels, side: int) -> Pixels:
    """The same where neither side is longer than `side`, else averaged down to it; within the range of `values`."""
    height, width = values.shape[:2]
    longest = max(height, width)
    if longest <= side:
        return values
    new = max(1, round(width * side / longest)), max(1, round(height * side / longest))
    planes = [values] if values.ndim == 2 else [np.ascontiguousarray(values[..., channel]) for channel in range(3)]
    small = [np.asarray(Image.fromarray(plane).resize(new, Image.Resampling.BOX)) for plane in planes]
    return small[0] if values.ndim == 2 else np.stack(small, axis=-1)


def windowed(values: Pixels, window: Window) -> Pixels:
    """Values to [0, 1] by a window (DICOM PS3.3 C.11.2.1.2.1 and C.11.2.1.3.1)."""
    if window.shape == "sigmoid":
        return expit(4 * (values - window.centre) / window.width).astype(np.float32)
    width = max(window.width - 1, float(np.finfo(np.float32).eps))
    return np.clip((values - (window.centre - 0.5)) / width + 0.5, 0, 1).astype(np.float32)
