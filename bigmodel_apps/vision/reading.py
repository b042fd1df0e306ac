"""Any file as pictures: PNG, JPEG, WebP, TIFF, GIF and DICOM, told apart by content and never by name.

Nothing is decoded before the file's own header says that it is no larger than the limits. What a file says beside its
picture (EXIF with its positions, comments, DICOM elements) does not get past this module; what was there is named.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import MIB
from bigmodel_apps.vision import burned_in, dicom
from bigmodel_apps.vision.pictures import DEFAULT_LIMITS, Kind, Limits, Picture, Pixels, Removed, Why, shrunk

_KINDS: dict[str, Kind] = {"PNG": "png", "JPEG": "jpeg", "MPO": "jpeg", "WEBP": "webp", "TIFF": "tiff", "GIF": "gif"}
_OPENED = ("PNG", "JPEG", "WEBP", "TIFF", "GIF")
_TURNED = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}  # EXIF 0x0112, clockwise
_DEPTHS = (8, 10, 12, 14, 16)
_GREY_TOLERANCE = 4 / 255
_EMBEDDED = {
    "xmp": "XMP",
    "XML:com.adobe.xmp": "XMP",
    "comment": "Comment",
    "photoshop": "Photoshop",
    "icc_profile": "ICC",
}


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[Picture]:
    """As `read`.

    Raises:
        InputError: ``image-not-found``, ``image-unreadable``, and what `read` says.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(limits.max_bytes + 1)
    except FileNotFoundError:
        raise InputError(Problem("image-not-found", field=path.name)) from None
    except OSError as error:
        details = {"reason": error.strerror or type(error).__name__}
        raise InputError(Problem("image-unreadable", field=path.name, details=details)) from None
    return read(data, path.name, limits)


def read(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> list[Picture]:
    """The pictures of a file: its frames or pages in order, at least one.

    Args:
        name: Of the file, for problems.

    Raises:
        InputError: The file cannot be used as it is; says why.
    """
    try:
        if not data:
            _refuse("image-empty")
        if len(data) > limits.max_bytes:
            _refuse("image-too-large", limit=limits.max_bytes // MIB)
        return dicom.read(data, limits) if dicom.is_dicom(data) else _read_plain(data, limits)
    except InputError as error:
        raise InputError(*(replace(problem, field=name) for problem in error.problems)) from error


def _refuse(code: str, **details: str | int | float) -> NoReturn:
    raise InputError(Problem(code, details=details))


def _read_plain(data: bytes, limits: Limits) -> list[Picture]:
    try:
        with Image.open(io.BytesIO(data), formats=_OPENED) as image:
            return list(_pictures(image, limits))
    except InputError:
        raise
    except UnidentifiedImageError:
        _refuse("image-unsupported")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse("image-too-many-pixels", limit=round(limits.max_pixels / 1e6))
    except Exception as error:  # decoders of hostile bytes: each fails in its own ways
        raise InputError(Problem("image-corrupt")) from error


def _pictures(image: Image.Image, limits: Limits) -> Iterator[Picture]:
    kind = _KINDS[image.format or ""]
    _check(image, limits)
    # JPEGs of phones hold further pictures, such as a depth map, behind the one that is meant.
    frames = 1 if kind == "jpeg" else getattr(image, "n_frames", 1)
    notes: list[Problem] = []
    if frames > 1 and kind != "tiff":
        notes.append(Problem("image-animated", details={"frames": frames}))
    elif frames > limits.max_frames:
        notes.append(Problem("image-frames-left-out", details={"frames": frames, "limit": limits.max_frames}))
    for frame in range(min(frames, limits.max_frames) if kind == "tiff" else 1):
        if frame:
            image.seek(frame)
            _check(image, limits)
        yield _picture(image, kind, frame, frames, notes, limits)


def _check(image: Image.Image, limits: Limits) -> None:
    """Look at the size that the header gives, before anything is decoded."""
    if image.width * image.height > limits.max_pixels:
        _refuse("image-too-many-pixels", limit=round(limits.max_pixels / 1e6))
    if min(image.size) < limits.min_side:
        _refuse("image-too-small", width=image.width, height=image.height, limit=limits.min_side)


def _picture(
    image: Image.Image, kind: Kind, frame: int, frames: int, of_file: list[Problem], limits: Limits
) -> Picture:
    notes = list(of_file)
    facts: dict[str, str | int] = {"mode": image.mode}
    removed = tuple(_metadata(image))
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    if isinstance(orientation, int) and 1 < orientation <= 8:
        facts["turned"] = _TURNED.get(orientation, 0)
        notes.append(Problem("image-turned", details={"degrees": _TURNED.get(orientation, 0)}))
    image.load()
    upright = ImageOps.exif_transpose(image)
    pixels = shrunk(_numbers(upright, notes, facts), limits.max_side)
    if max(upright.size) > limits.max_side:
        notes.append(Problem("image-shrunk", details={"side": limits.max_side}))
    if burned_in.suspected(pixels):
        notes.append(Problem("image-burned-in-suspected"))
    return Picture(_uncoloured(pixels), kind, frame, frames, upright.size, facts, tuple(notes), removed)


def _metadata(image: Image.Image) -> Iterator[Removed]:
    """What stands beside the picture, by the names that its standards give."""
    exif = image.getexif()
    for block in (None, ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo):
        for tag in exif if block is None else exif.get_ifd(block):
            name = ExifTags.GPSTAGS.get(tag) if block is ExifTags.IFD.GPSInfo else ExifTags.TAGS.get(tag)
            if tag not in (ExifTags.Base.Orientation, *ExifTags.IFD) and image.format != "TIFF":
                yield Removed("EXIF", name or "", _exif_why(name or "", block is ExifTags.IFD.GPSInfo))
    for key, block_name in _EMBEDDED.items():
        if image.info.get(key):
            yield Removed(block_name, "", "text" if block_name != "ICC" else "not-needed")
    for key in getattr(image, "text", None) or ():
        if key not in _EMBEDDED:
            yield Removed("PNG text", "", "text")


def _exif_why(name: str, position: bool) -> Why:
    if position:
        return "place"
    if "Date" in name or ("Time" in name and "Exposure" not in name):
        return "date"
    if any(part in name for part in ("Artist", "Owner", "Author", "Copyright")):
        return "person"
    if any(part in name for part in ("Make", "Model", "Serial", "Software", "Lens")):
        return "device"
    return "text" if any(part in name for part in ("Description", "Comment", "Maker")) else "not-needed"


def _numbers(image: Image.Image, notes: list[Problem], facts: dict[str, str | int]) -> Pixels:
    """Any mode to float32 in [0, 1], shape (h, w) or (h, w, 3)."""
    mode = image.mode
    if mode.startswith("I;16"):
        values = np.asarray(image).astype(np.float32)
        bits = next(depth for depth in _DEPTHS if values.max() < 1 << depth)
        facts["bits"] = bits
        if bits < 16:
            notes.append(Problem("image-depth-guessed", details={"bits": bits}))
        return values / np.float32((1 << bits) - 1)
    if mode in ("I", "F"):
        return _stretched(np.asarray(image).astype(np.float64), notes)
    facts["bits"] = 8 if mode != "1" else 1
    if mode == "CMYK":
        notes.append(Problem("image-cmyk"))
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        if layered.getchannel("A").getextrema()[0] != 255:
            notes.append(Problem("image-transparent"))
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), layered)
    image = image.convert("L" if mode in ("1", "L") and image.mode == mode else "RGB")
    return np.asarray(image).astype(np.float32) / np.float32(255)


def _stretched(values: npt.NDArray[Any], notes: list[Problem]) -> Pixels:
    """Numbers of no known range, from their lowest to their highest; what is not finite becomes the lowest."""
    finite = np.isfinite(values)
    if not finite.any():
        _refuse("image-corrupt")
    low, high = float(values[finite].min()), float(values[finite].max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    else:
        notes.append(Problem("image-range-stretched", details={"low": low, "high": high}))
    filled = np.where(finite, values, low)
    return ((filled - low) / max(high - low, 1e-12)).astype(np.float32)


def _uncoloured(pixels: Pixels) -> Pixels:
    """Grey where red, green and blue are the same but for what compression does."""
    if pixels.ndim == 2 or float(np.ptp(pixels, axis=-1).max()) > _GREY_TOLERANCE:
        return pixels
    return pixels.mean(axis=-1, dtype=np.float32)
