"""Text burned into a picture, suspected: glyph-like marks in a row along the borders.

A warning, not a guarantee: what is not found may still be there, so nothing here is ever called clean.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from bigmodel_apps.vision.pictures import Pixels, grey, shrunk

SIDE = 1_024
"""Pixels of the longer side that are looked at; larger pictures are reduced."""

_COARSE = 8
_AROUND = 4  # coarse pixels to either side
_SMALLEST = 96
_BORDER = 0.25
_CONTRAST = 0.30
_EDGE = 0.15
_MARKS = 4
_AREA = 6  # pixels of a mark
_TOO_MANY = 1_500  # that is noise or a halftone


def suspected(pixels: Pixels) -> bool:
    """Whether four or more marks of the size, sharpness and spacing of characters stand in a row near a border.

    Args:
        pixels: In [0, 1], shape (h, w) or (h, w, 3). Below 96 pixels a side no text could be read; False.
    """
    if min(pixels.shape[:2]) < _SMALLEST:
        return False
    image = shrunk(grey(pixels), SIDE)
    apart = image - _background(image)
    return any(
        _in_a_row(sign * apart[part] > _CONTRAST, image[part]) for part in _borders(*image.shape) for sign in (1, -1)
    )


def _borders(height: int, width: int) -> list[tuple[slice, slice]]:
    rows, columns, whole = round(height * _BORDER), round(width * _BORDER), slice(None)
    return [
        (slice(rows), whole), (slice(height - rows, None), whole),
        (whole, slice(columns)), (whole, slice(width - columns, None)),
    ]  # fmt: skip


def _background(image: Pixels) -> Pixels:
    """The level around each pixel: a coarse median along columns, then along rows, which thin strokes do not move."""
    coarse = image[::_COARSE, ::_COARSE]
    for axis in (0, 1):
        # ndimage's median filter takes ten times as long for so few pixels.
        padded = np.pad(coarse, [(_AROUND, _AROUND) if place == axis else (0, 0) for place in (0, 1)], mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1, axis=axis)
        coarse = np.partition(windows, _AROUND, axis=-1)[..., _AROUND]
    height, width = image.shape
    return coarse.repeat(_COARSE, axis=0)[:height].repeat(_COARSE, axis=1)[:, :width]


def _in_a_row(mask: npt.NDArray[np.bool_], part: Pixels) -> bool:
    if np.count_nonzero(mask) < _MARKS * _AREA:
        return False
    labels, found = ndimage.label(mask, structure=np.ones((3, 3)))
    if not _MARKS <= found <= _TOO_MANY:
        return False
    boxes = ndimage.find_objects(labels)
    areas = np.bincount(labels.ravel())[1:]
    marks = [
        (box[0].start, box[0].stop, box[1].start, box[1].stop)
        for box, area in zip(boxes, areas, strict=True)
        if _is_mark(box, int(area)) and _is_sharp(part, box)
    ]
    return _longest_row(sorted(marks, key=lambda mark: mark[2])) >= _MARKS


def _is_mark(box: tuple[slice, slice], area: int) -> bool:
    height, width = box[0].stop - box[0].start, box[1].stop - box[1].start
    return 6 <= height <= 64 and 1 <= width <= 1.6 * height and area / (height * width) >= 0.12 and area >= _AREA


def _is_sharp(part: Pixels, box: tuple[slice, slice]) -> bool:
    """Whether brightness jumps within a pixel or two, as at the edge of a drawn stroke and hardly in tissue."""
    patch = part[max(0, box[0].start - 1) : box[0].stop + 1, max(0, box[1].start - 1) : box[1].stop + 1]
    steps = np.abs(np.diff(patch, axis=1)).max(axis=1)
    return float(np.median(steps)) > _EDGE


def _longest_row(marks: list[tuple[int, int, int, int]]) -> int:
    """How many marks, from left to right, follow one another on one line with the gaps of writing."""
    longest = [1] * len(marks)
    for place, (top, bottom, left, _) in enumerate(marks):
        height = bottom - top
        for before in range(place):
            other_top, other_bottom, _, other_right = marks[before]
            other = other_bottom - other_top
            level = abs(bottom - other_bottom) <= 0.35 * max(height, other) or abs(top - other_top) <= 0.35 * max(
                height, other
            )
            if level and 0.45 <= height / other <= 2.2 and -1 <= left - other_right <= 1.2 * max(height, other):
                longest[place] = max(longest[place], longest[before] + 1)
    return max(longest, default=0)
