"""DICOM without the patient: a new file is made of the pixels and of a short list of harmless elements.

The way follows the Basic Application Level Confidentiality Profile (DICOM PS3.15, Annex E) but turns it round: nothing is
looked for and cleaned, everything is dropped but `_KEPT`, whose values must come from closed lists or be numbers. Pixels
are decoded and written anew, so that comments inside compressed frames, overlays in unused bits and whatever follows the
pixels go too. Lookup tables are applied, sequences never copied. The file that results is a Secondary Capture image, the
class that asks for the least about patient and device (PS3.3, A.8).

What pixels show stays: text burned into them is warned of (`bigmodel_apps.vision.burned_in`), not removed.
"""

from __future__ import annotations

import io
import logging
import math
import re
import uuid
import warnings
import zlib
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pydicom
from pydicom import Dataset, uid
from pydicom.datadict import dictionary_keyword, dictionary_VR, keyword_dict
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import generate_frames
from pydicom.pixels.processing import apply_color_lut
from pydicom.pixels.utils import pixel_array
from pydicom.tag import BaseTag

from bigmodel_apps.locales import message
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.vision import burned_in
from bigmodel_apps.vision.pictures import (
    DEFAULT_LIMITS,
    Limits,
    Picture,
    Pixels,
    Removed,
    Values,
    Why,
    Window,
    shrunk,
    windowed,
)

Uids = MutableMapping[str, str]
"""Old UIDs to new ones, so that the files of one study stay together; hold it for as long as that is wanted."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Complaints of pydicom about malformed values quote them, and logs are no place for a patient's name.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
logging.getLogger("pydicom").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")

_MODALITIES = _words(
    "AR AU BDUS BI BMD CR CT DG DX ECG ES EPS FA GM IO IVOCT IVUS LP LS MG MR NM OAM OCT OP OPM OPT OT PT PX RF RG RTIMAGE"
    " SC SM SRF TG US VA XA XC"
)
_BODY_PARTS = _words(
    "ABDOMEN ANKLE ARM BREAST CHEST CLAVICLE COCCYX CSPINE ELBOW EXTREMITY EYE FEMUR FOOT HAND HEAD HEART HIP JAW KNEE LEG"
    " LSPINE NECK PELVIS SHOULDER SKULL SPINE TSPINE WRIST"
)
_VIEWS = _words("AP PA LL RL LAT LATERAL RLD LLD RLO LLO CC MLO ML LM XCC")
_KEPT = {
    "Modality": _MODALITIES,
    "BodyPartExamined": _BODY_PARTS,
    "ViewPosition": _VIEWS,
    "ImageLaterality": _words("L R B U"),
    "BurnedInAnnotation": _words("YES NO"),
    "LossyImageCompression": _words("00 01"),
}
_READ = frozenset(
    keyword_dict[keyword]
    for keyword in _words(
        "SamplesPerPixel PhotometricInterpretation PlanarConfiguration NumberOfFrames Rows Columns BitsAllocated BitsStored"
        " HighBit PixelRepresentation PixelData WindowCenter WindowWidth VOILUTFunction RescaleIntercept RescaleSlope"
        " RescaleType SpecificCharacterSet SOPClassUID PixelSpacing InstanceNumber PixelPaddingValue PixelAspectRatio"
        " RedPaletteColorLookupTableDescriptor GreenPaletteColorLookupTableDescriptor BluePaletteColorLookupTableDescriptor"
        " RedPaletteColorLookupTableData GreenPaletteColorLookupTableData BluePaletteColorLookupTableData"
    )
)
"""Elements that are used up or written anew as numbers or fixed terms, so they do not count as removed."""

_PALETTE, _INVERTED = "PALETTE COLOR", "MONOCHROME1"
_GREY = frozenset((_INVERTED, "MONOCHROME2"))
_COLOUR = frozenset(("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"))
_PLUGINS = {  # the decoder that is safest with broken frames where there is a choice
    uid.JPEGBaseline8Bit: "pillow",
    uid.JPEGExtended12Bit: "pillow",
    uid.JPEG2000: "pillow",
    uid.JPEG2000Lossless: "pillow",
    uid.RLELossless: "pydicom",
    uid.JPEGLossless: "gdcm",
    uid.JPEGLosslessSV1: "gdcm",
    uid.JPEGLSLossless: "gdcm",
    uid.JPEGLSNearLossless: "gdcm",
}
_SECONDARY = "1.2.840.10008.5.1.4.1.1.7"
_METHOD = "Allow-list after PS3.15 Annex E; text in pixels is not removed"
_ANONYMOUS = "ANONYMOUS"
_MAX_WINDOWS = 8
_LARGEST = 1e6  # no window or scale needs more, and a longer number might be somebody's
_PREAMBLE = 132


@dataclass(frozen=True, slots=True)
class Deidentified:
    """A file without what may name a patient.

    Attributes:
        content: The new DICOM file, Explicit VR Little Endian.
        removed: What went, in the order of the file.
        notes: What is to be known, such as that text may be burned in.
    """

    content: bytes
    removed: tuple[Removed, ...]
    notes: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Stored values to the file's own units, and the windows in these."""

    slope: float
    intercept: float
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class _Clean:
    """What is taken from a file, all of it.

    Attributes:
        stored: uint8 or uint16, shape (frames, h, w) grey, high values bright, or uint8 (frames, h, w, 3) RGB.
        bits: How many of each stored value count.
        terms: Values from closed lists, by keyword.
        numbers: Numbers, by keyword.
        uids: New ones of study, series and image.
    """

    stored: npt.NDArray[Any]
    bits: int
    scale: _Scale
    terms: dict[str, str]
    numbers: dict[str, list[float]]
    facts: dict[str, str | int]
    notes: tuple[Problem, ...]
    removed: tuple[Removed, ...]
    uids: tuple[str, ...]


def is_dicom(data: bytes) -> bool:
    """Whether it is DICOM: marked so after the preamble, or beginning with an element of its first groups."""
    return data[128:_PREAMBLE] == b"DICM" or (
        len(data) > _PREAMBLE and data[:2] in (b"\x02\x00", b"\x08\x00") and data[3:4] == b"\x00"
    )


def deidentified(data: bytes, uids: Uids | None = None, limits: Limits = DEFAULT_LIMITS) -> Deidentified:
    """A new file with the same pixels and no patient.

    Args:
        uids: See `Uids`; fresh ones by default.

    Raises:
        InputError: ``image-dicom-…`` says what cannot be read; ``image-too-many-pixels``.
    """
    clean = _cleaned(data, {} if uids is None else uids, limits)
    return Deidentified(_written(clean), clean.removed, clean.notes)


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Picture]:
    """The frames of a file, of which nothing is looked at but what `deidentified` keeps.

    Raises:
        InputError: As `deidentified` does.
    """
    clean = _cleaned(data, {}, limits)
    frames, height, width = clean.stored.shape[:3]
    pictures = []
    for frame, stored in enumerate(clean.stored[: limits.max_frames]):
        source, pixels = None, stored.astype(np.float32)
        if clean.stored.ndim == 4:
            pixels = shrunk(pixels / 255, limits.max_side)
        else:
            values = shrunk(pixels * clean.scale.slope + clean.scale.intercept, limits.max_side).astype(np.float32)
            source = Values(values, clean.scale.windows)
            pixels = windowed(values, clean.scale.windows[0])
        pictures.append(
            Picture(pixels, "dicom", frame, frames, (width, height), clean.facts, clean.notes, clean.removed, source)
        )
    return pictures


# --- From the file -------------------------------------------------------------------------------------------------


def _cleaned(data: bytes, uids: Uids, limits: Limits) -> _Clean:
    try:
        dataset = _parsed(data, limits)
        return _taken(dataset, uids, limits, _removed(data, dataset))
    except InputError:
        raise
    except Exception:  # a parser and six decoders of hostile bytes: each fails in its own ways, and may quote the file
        raise InputError(Problem("image-dicom-corrupt")) from None


def _refuse(code: str, **details: str | int | float) -> NoReturn:
    raise InputError(Problem(code, details=details))


def _parsed(data: bytes, limits: Limits) -> Dataset:
    if data[128:_PREAMBLE] == b"DICM":
        data = _inflated(data, limits)
    dataset = pydicom.dcmread(io.BytesIO(data), force=True)
    if "TransferSyntaxUID" not in dataset.file_meta:
        implicit, little = dataset.original_encoding
        if not little:
            syntax = uid.ExplicitVRBigEndian
        else:
            syntax = uid.ImplicitVRLittleEndian if implicit else uid.ExplicitVRLittleEndian
        dataset.file_meta.TransferSyntaxUID = syntax
    return dataset


def _inflated(data: bytes, limits: Limits) -> bytes:
    """A deflated file (PS3.5 A.5) unpacked as far as the limit: pydicom would unpack all that a bomb holds."""
    if data[_PREAMBLE : _PREAMBLE + 8] != b"\x02\x00\x00\x00UL\x04\x00":
        meta = len(data)  # no length of the header: what is deflated cannot be told from it
    else:
        meta = _PREAMBLE + 12 + int.from_bytes(data[_PREAMBLE + 8 : _PREAMBLE + 12], "little")
    deflated = uid.DeflatedExplicitVRLittleEndian.encode()
    header = data[: min(meta, _PREAMBLE + 4096)]
    if deflated not in header:
        return data
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    content = unpacker.decompress(data[meta:], limits.max_bytes * 4)
    if unpacker.unconsumed_tail or not content:
        _refuse("image-dicom-corrupt")
    plain = uid.ExplicitVRLittleEndian.encode().ljust(len(deflated), b"\0")
    return header.replace(deflated, plain) + content


def _taken(dataset: Dataset, uids: Uids, limits: Limits, removed: tuple[Removed, ...]) -> _Clean:
    height, width = (_whole(dataset, keyword, 1, 65_535) for keyword in ("Rows", "Columns"))
    frames = _whole(dataset, "NumberOfFrames", 1, 100_000, 1)
    if "PixelData" not in dataset or height is None or width is None or frames is None:
        _refuse("image-dicom-no-pixels")
    if height * width > limits.max_pixels or height * width * frames > limits.max_total:
        _refuse("image-too-many-pixels", limit=round(limits.max_pixels / 1e6))
    if min(height, width) < limits.min_side:
        _refuse("image-too-small", width=width, height=height, limit=limits.min_side)
    photometric = str(dataset.get("PhotometricInterpretation", "")).strip()
    notes: list[Problem] = []
    if photometric in _GREY:
        stored, bits, scale = _grey(dataset, photometric, notes, (frames, height, width))
    elif photometric in _COLOUR or photometric == _PALETTE:
        stored, bits = _coloured(dataset, photometric, (frames, height, width)), 8
        scale = _Scale(1, 0, ())
    else:
        _refuse("image-dicom-photometric")
    terms = _terms(dataset)
    facts: dict[str, str | int] = {"bits": bits, "photometric": photometric, "modality": terms.get("Modality", "OT")}
    facts |= {
        name: terms[word]
        for name, word in (("view", "ViewPosition"), ("body_part", "BodyPartExamined"))
        if word in terms
    }
    if age := _age_group(dataset):
        facts["age_group"] = age
    if terms.get("BurnedInAnnotation") == "YES":
        notes.append(Problem("image-burned-in-declared"))
    elif any(burned_in.suspected(_shown(stored[at], scale)) for at in {0, frames // 2, frames - 1}):
        notes.append(Problem("image-burned-in-suspected"))
    if frames > limits.max_frames:
        notes.append(Problem("image-frames-left-out", details={"frames": frames, "limit": limits.max_frames}))
    if max(height, width) > limits.max_side:
        notes.append(Problem("image-shrunk", details={"side": limits.max_side}))
    return _Clean(
        stored, bits, scale, terms, _numbers(dataset), facts, tuple(notes), removed,
        tuple(_renamed(dataset, keyword, uids) for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")),
    )  # fmt: skip


def _decoded(dataset: Dataset, shape: tuple[int, int, int]) -> npt.NDArray[Any]:
    """All frames, shape (frames, h, w) or (frames, h, w, 3); colour as RGB."""
    syntax = uid.UID(str(dataset.file_meta.TransferSyntaxUID))
    if syntax.is_compressed:
        twelve = syntax == uid.JPEGExtended12Bit and dataset.get("BitsStored") != 8
        if syntax not in _PLUGINS or twelve:
            _refuse("image-dicom-compression", name="?" if syntax.name == str(syntax) else syntax.name)
        for frame in generate_frames(dataset.PixelData, number_of_frames=shape[0]):
            if not _honest(frame, dataset, syntax):
                _refuse("image-dicom-corrupt")
    pixels = pixel_array(dataset, decoding_plugin=_PLUGINS.get(syntax, ""), allow_excess_frames=False)
    samples = (3,) if pixels.shape[-1:] == (3,) and dataset.get("SamplesPerPixel") == 3 else ()
    return pixels.reshape(*shape, *samples)


def _grey(
    dataset: Dataset, photometric: str, notes: list[Problem], shape: tuple[int, int, int]
) -> tuple[npt.NDArray[Any], int, _Scale]:
    """Stored values without a sign, high ones bright, and what they mean."""
    allocated = _whole(dataset, "BitsAllocated", 1, 16)
    bits = _whole(dataset, "BitsStored", 1, 16, allocated)
    if allocated is None or bits is None or bits > allocated:
        _refuse("image-dicom-bits")
    signed = _whole(dataset, "PixelRepresentation", 0, 1, 0) == 1
    high_bit = _whole(dataset, "HighBit", bits - 1, 15, bits - 1) or bits - 1
    stored = _decoded(dataset, shape)
    if stored.ndim != 3:
        _refuse("image-dicom-corrupt")
    # Bits beyond those stored may hold overlays (retired, PS3.5 8.1.2), and overlays may hold anything.
    pattern = (stored.astype(np.int32) >> (high_bit + 1 - bits)) & ((1 << bits) - 1)
    offset = 1 << (bits - 1) if signed else 0
    values = pattern ^ offset if signed else pattern  # two's complement, moved up to begin at 0
    lookup, little = dataset.get("ModalityLUTSequence"), dataset.original_encoding[1] is not False
    if lookup:
        values, offset, slope, intercept = _looked_up(values - offset, lookup[0], little), 0, 1.0, 0.0
        notes.append(Problem("image-dicom-table-applied"))
    else:
        slope, intercept = _rescale(dataset)
    intercept -= slope * offset
    windows = _windows(dataset)
    if not windows and (shaping := dataset.get("VOILUTSequence")):
        values, slope, intercept = _looked_up((values * slope + intercept).round(), shaping[0], little), 1.0, 0.0
        notes.append(Problem("image-dicom-table-applied"))
        lookup = shaping
    if lookup:
        bits = max(8, int(values.max()).bit_length())
    top = (1 << bits) - 1
    padding = _whole(dataset, "PixelPaddingValue", -(1 << 15), (1 << 16) - 1)
    if not windows:
        windows = (_whole_range(values, slope, intercept, None if lookup or padding is None else padding + offset),)
        notes.append(Problem("image-dicom-window-guessed"))
    elif len(windows) > 1:
        notes.append(Problem("image-dicom-windows", details={"count": len(windows)}))
    if photometric == _INVERTED:  # the same picture with high values bright: values and windows mirrored
        values = top - values
        mirror = slope * top + 2 * intercept
        windows = tuple(
            Window(mirror + (window.shape == "linear") - window.centre, window.width, window.shape)
            for window in windows
        )
    bits = max(8, bits)
    return values.astype(np.uint8 if bits <= 8 else np.uint16), bits, _Scale(slope, intercept, windows)


def _looked_up(values: npt.NDArray[Any], table: Dataset, little: bool) -> npt.NDArray[np.int32]:
    """Values through a lookup table (PS3.3 C.11.1.1.1), its ends for those beyond it.

    pydicom's own counts places in eight bits where the entries have eight (`apply_voi`).
    """
    entries, first = int(table.LUTDescriptor[0]) or 1 << 16, int(table.LUTDescriptor[1])
    data = table.LUTData
    if isinstance(data, bytes):
        data = np.frombuffer(data, "u1" if len(data) <= entries + 1 else f"{'><'[little]}u2")
    found = np.asarray(data, dtype=np.int32)[:entries]
    return found[np.clip(values - first, 0, len(found) - 1).astype(np.intp)]


def _whole_range(values: npt.NDArray[Any], slope: float, intercept: float, padding: int | None) -> Window:
    shown = values if padding is None else values[values != padding]
    low, high = (float(bound(shown)) * slope + intercept if shown.size else 0.0 for bound in (np.min, np.max))
    low, high = min(low, high), max(low, high)
    return Window((low + high + 1) / 2, max(high - low + 1, 2.0))


def _coloured(dataset: Dataset, photometric: str, shape: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    stored = _decoded(dataset, shape)
    if photometric == _PALETTE:
        if stored.ndim != 3:
            _refuse("image-dicom-corrupt")
        stored = apply_color_lut(stored, dataset)[..., :3]
        bits = 8 * stored.dtype.itemsize
    else:
        bits = _whole(dataset, "BitsStored", 1, 16) or 0
    if stored.ndim != 4 or not 8 <= bits <= 16:
        _refuse("image-dicom-bits")
    return ((stored.astype(np.int32) & ((1 << bits) - 1)) >> (bits - 8)).astype(np.uint8)


def _shown(stored: npt.NDArray[Any], scale: _Scale) -> Pixels:
    """A frame as it is drawn, reduced to what looking for text takes."""
    values = shrunk(stored.astype(np.float32), burned_in.SIDE)
    if stored.ndim == 3:
        return values / np.float32(255)
    return windowed(values * np.float32(scale.slope) + np.float32(scale.intercept), scale.windows[0])


# --- Frames that say of themselves how large they are --------------------------------------------------------------


def _honest(frame: bytes, dataset: Dataset, syntax: uid.UID) -> bool:
    """Whether a compressed frame is no larger than the file says it is; decoders reserve what the frame says."""
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    if syntax == uid.RLELossless:
        size = rows * columns * -(-int(dataset.BitsAllocated) // 8) * int(dataset.SamplesPerPixel)
        return _run_lengths(frame, size + 64) <= size + 64  # segments are padded to even lengths
    if syntax in (uid.JPEG2000, uid.JPEG2000Lossless):
        place = frame.find(b"\xff\x51")  # SIZ (ISO 15444-1, A.5.1)
        found = [int.from_bytes(frame[place + at : place + at + 4], "big") for at in (10, 6, 18, 14)]
        return place >= 0 and [found[0] - found[2], found[1] - found[3]] == [rows, columns]
    return _jpeg_size(frame) == (rows, columns)


def _jpeg_size(frame: bytes) -> tuple[int, int] | None:
    """Lines and samples a line in the frame header (ITU-T T.81, B.2.2; T.87 for JPEG-LS)."""
    place = 2
    while place + 9 <= len(frame) and frame[place] == 0xFF:
        marker = frame[place + 1]
        if (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)) or marker == 0xF7:
            return int.from_bytes(frame[place + 5 : place + 7], "big"), int.from_bytes(
                frame[place + 7 : place + 9], "big"
            )
        place += 1 if marker == 0xFF else 2 + int.from_bytes(frame[place + 2 : place + 4], "big")
    return None


def _run_lengths(frame: bytes, most: int) -> int:
    """How many bytes a frame of run lengths (PS3.5, Annex G) unpacks to, counted no further than `most` needs."""
    header = np.frombuffer(frame[:64], dtype="<u4")
    starts = [int(start) for start in header[1 : 1 + min(int(header[0]), 15)]]
    total = 0
    for start, end in zip(starts, [*starts[1:], len(frame)], strict=True):
        place = start
        while place < end and total <= most:
            head = frame[place]
            place, unpacked = (place + head + 2, head + 1) if head < 128 else (place + 2, 257 - head)
            total += unpacked if head != 128 else 0
            place -= head == 128  # a byte that means nothing
    return total


# --- Elements ------------------------------------------------------------------------------------------------------


def _whole(dataset: Dataset, keyword: str, low: int, high: int, default: int | None = None) -> int | None:
    """A whole number in a range, the default where there is none; None where it is something else."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return default
    try:
        found = int(value)
    except (TypeError, ValueError):
        return None
    return found if low <= found <= high else None


def _reals(dataset: Dataset, keyword: str) -> list[float]:
    """Finite numbers of an element; none where any is something else."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return []
    try:
        found = [
            float(part) for part in (value if isinstance(value, Sequence) and not isinstance(value, str) else [value])
        ]
    except (TypeError, ValueError):
        return []
    return found if all(math.isfinite(number) and abs(number) < _LARGEST for number in found) else []


def _functional(dataset: Dataset, macro: str) -> Iterator[Dataset]:
    """Items of a macro of enhanced multi-frame files: those for all frames, then those of each (PS3.3 C.7.6.16)."""
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for item in dataset.get(groups) or ():
            yield from item.get(macro) or ()


def _rescale(dataset: Dataset) -> tuple[float, float]:
    for place in (dataset, *_functional(dataset, "PixelValueTransformationSequence")):
        slope, intercept = _reals(place, "RescaleSlope"), _reals(place, "RescaleIntercept")
        if slope and intercept and slope[0]:
            return slope[0], intercept[0]
    return 1.0, 0.0


def _windows(dataset: Dataset) -> tuple[Window, ...]:
    for place in (dataset, *_functional(dataset, "FrameVOILUTSequence")):
        centres, widths = _reals(place, "WindowCenter"), _reals(place, "WindowWidth")
        function = str(place.get("VOILUTFunction", "LINEAR"))
        exact = function == "LINEAR_EXACT"  # (x - c) / w + 1/2, which is a linear window half a step on
        found = [
            Window(centre + 0.5, width + 1)
            if exact
            else Window(centre, width, "sigmoid" if function == "SIGMOID" else "linear")
            for centre, width in zip(centres, widths, strict=False)
            if width > 0
        ]
        if found:
            return tuple(found[:_MAX_WINDOWS])
    return ()


def _terms(dataset: Dataset) -> dict[str, str]:
    found = {keyword: str(dataset.get(keyword, "")).strip().upper() for keyword in _KEPT}
    return {keyword: value for keyword, value in found.items() if value in _KEPT[keyword]}


def _numbers(dataset: Dataset) -> dict[str, list[float]]:
    found = {}
    spacing = _reals(dataset, "PixelSpacing") or next(
        (values for item in _functional(dataset, "PixelMeasuresSequence") if (values := _reals(item, "PixelSpacing"))),
        [],
    )
    if len(spacing) == 2 and min(spacing) > 0:
        found["PixelSpacing"] = spacing
    ratio = _reals(dataset, "PixelAspectRatio")
    if len(ratio) == 2 and all(part in range(1, 10_000) for part in ratio):
        found["PixelAspectRatio"] = ratio
    instance = _whole(dataset, "InstanceNumber", 0, 99_999)
    if instance is not None:
        found["InstanceNumber"] = [instance]
    return found


def _age_group(dataset: Dataset) -> str | None:
    """Infant below one year, adult from 18; nothing finer is kept."""
    years: float | None = None
    if match := re.fullmatch(r"(\d{3})([DWMY])", str(dataset.get("PatientAge", "")).strip()):
        years = int(match[1]) / {"D": 365.25, "W": 52.18, "M": 12, "Y": 1}[match[2]]
    else:
        days = [_day(str(dataset.get(keyword, ""))) for keyword in ("PatientBirthDate", "StudyDate")]
        if days[0] and days[1]:
            years = (days[1] - days[0]).days / 365.25
    if years is None or not 0 <= years <= 130:
        return None
    return "infant" if years < 1 else "child" if years < 18 else "adult"


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _renamed(dataset: Dataset, keyword: str, uids: Uids) -> str:
    """A new UID of the form 2.25 (PS3.5 B.2), the same one for the same old one."""
    old = str(dataset.get(keyword, "")).strip()
    new = f"2.25.{uuid.uuid4().int}"
    return uids.setdefault(old, new) if old else new


# --- What goes -----------------------------------------------------------------------------------------------------


def _removed(data: bytes, dataset: Dataset) -> tuple[Removed, ...]:
    found = []
    if data[128:_PREAMBLE] == b"DICM" and any(data[:128]):
        found.append(Removed("", "Preamble", "header"))
    terms = _terms(dataset)
    for tag in sorted((*dataset.file_meta.keys(), *dataset.keys())):
        if tag in _READ or (tag.group == 2 and tag.element in (0, 1, 2, 0x10, 0x12, 0x13)):
            continue
        keyword = "" if tag.is_private else dictionary_keyword(tag) if _known(tag) else ""
        if keyword not in terms:
            found.append(Removed(str(tag).replace(" ", ""), keyword, _why(tag, keyword, _vr(dataset, tag))))
    return tuple(found)


def _known(tag: BaseTag) -> bool:
    try:
        return bool(dictionary_VR(tag))
    except KeyError:
        return False


def _vr(dataset: Dataset, tag: BaseTag) -> str:
    """As the file says, else as the dictionary does; without reading the value."""
    element = (dataset.file_meta if tag.group == 2 else dataset).get_item(tag)
    return str(getattr(element, "VR", None) or (dictionary_VR(tag) if _known(tag) else "UN"))


_BY_VR: dict[str, Why] = {
    "SQ": "nested", "PN": "person", "UI": "uid", "DA": "date", "DT": "date", "TM": "date",
    **dict.fromkeys(("AE", "LO", "LT", "SH", "ST", "UC", "UR", "UT"), "text"),
    **dict.fromkeys(("OB", "OD", "OF", "OL", "OV", "OW", "UN"), "bytes"),
}  # fmt: skip
_PLACES = re.compile("Institution|Address|Location|Country|Region|Telephone|Department|Telecom")
_DEVICES = re.compile("Device|Manufacturer|Serial|Software|Station|Detector|Plate|Gantry|Equipment|Scanner|Cassette")


def _why(tag: BaseTag, keyword: str, vr: str) -> Why:
    if tag.is_private:
        return "private"
    if tag.group == 2:
        return "header"
    if 0x5000 <= tag.group <= 0x50FF:
        return "curve"
    if 0x6000 <= tag.group <= 0x60FF:
        return "overlay"
    if keyword == "IconImageSequence":
        return "thumbnail"
    if tag.group == 0x0010 and vr != "SQ":
        return "patient"
    if vr in ("UI", "PN", "SQ", "DA", "DT", "TM"):
        return _BY_VR[vr]
    if _PLACES.search(keyword):
        return "place"
    if _DEVICES.search(keyword):
        return "device"
    return _BY_VR.get(vr, "not-needed")


# --- To the new file -----------------------------------------------------------------------------------------------


def _written(clean: _Clean) -> bytes:
    study, series, instance = clean.uids
    frames, height, width = clean.stored.shape[:3]
    colour, deep = clean.stored.ndim == 4, clean.stored.dtype == np.uint16
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.ImageType = ["DERIVED", "SECONDARY"]
    dataset.SOPClassUID = _SECONDARY + ("" if frames == 1 else ".4" if colour else ".3" if deep else ".2")
    dataset.SOPInstanceUID = instance
    for keyword in (
        "StudyDate",
        "StudyTime",
        "AccessionNumber",
        "ReferringPhysicianName",
        "PatientBirthDate",
        "PatientSex",
    ):
        setattr(dataset, keyword, "")
    dataset.Modality = "OT"
    dataset.ConversionType = "WSD"
    dataset.PatientName = dataset.PatientID = _ANONYMOUS
    dataset.DeidentificationMethod = _METHOD
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, series
    dataset.StudyID, dataset.SeriesNumber, dataset.InstanceNumber = "", None, None
    dataset.PatientOrientation = ""
    dataset.ImageComments = " ".join(message("diagnosis-notice", language) for language in ("en", "zh"))
    for keyword, value in clean.terms.items():
        setattr(dataset, keyword, value)
    for keyword, numbers in clean.numbers.items():
        setattr(dataset, keyword, [_decimal(number) for number in numbers])
    dataset.SamplesPerPixel = 3 if colour else 1
    dataset.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        dataset.PlanarConfiguration = 0
    if frames > 1:
        dataset.NumberOfFrames = frames
        dataset.FrameIncrementPointer = keyword_dict["PageNumberVector"]
        dataset.PageNumberVector = list(range(1, frames + 1))
    dataset.Rows, dataset.Columns = height, width
    dataset.BitsAllocated = 16 if deep else 8
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = clean.bits, clean.bits - 1, 0
    if not colour:
        windows = clean.scale.windows
        dataset.WindowCenter = [_decimal(window.centre) for window in windows]
        dataset.WindowWidth = [_decimal(window.width) for window in windows]
        dataset.VOILUTFunction = "SIGMOID" if windows[0].shape == "sigmoid" else "LINEAR"
        dataset.RescaleIntercept, dataset.RescaleSlope = _decimal(clean.scale.intercept), _decimal(clean.scale.slope)
        dataset.RescaleType = "US"
        dataset.PresentationLUTShape = "IDENTITY"
    pixels = clean.stored.astype("<u2" if deep else "u1").tobytes()
    dataset.add_new(keyword_dict["PixelData"], "OW" if deep else "OB", pixels + b"\0" * (len(pixels) % 2))
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, dataset, enforce_file_format=True)
    return stream.getvalue()


def _decimal(number: float) -> str:
    """As a decimal string: at most 16 characters (PS3.5, 6.2)."""
    for digits in range(12, 0, -1):
        text = f"{number:.{digits}g}"
        if len(text) <= 16:
            return text
    return "0"
