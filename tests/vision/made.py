"""DICOM files and pictures that tests make themselves."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom
from PIL import Image, ImageDraw, ImageFont
from pydicom import Dataset, uid
from pydicom.dataset import FileMetaDataset

CR = "1.2.840.10008.5.1.4.1.1.1"


def radiograph(width: int = 64, height: int = 48, seed: int = 0) -> npt.NDArray[np.uint16]:
    """Soft blobs in 12 bits, as smooth as tissue."""
    generator = np.random.default_rng(seed)
    rows, columns = np.mgrid[0 : 1 : 1j * height, 0 : 1 : 1j * width]
    values = np.zeros((height, width))
    for _ in range(6):
        row, column, spread = generator.uniform(0.1, 0.9), generator.uniform(0.1, 0.9), generator.uniform(0.1, 0.4)
        values += np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / spread**2)
    values += generator.normal(0, 0.01, values.shape)
    return ((values - values.min()) / np.ptp(values) * 4095).astype(np.uint16)


def dataset(pixels: npt.NDArray[Any] | None = None, **elements: Any) -> Dataset:
    """An image of 12 bits in 16, shape (h, w) or (frames, h, w), with whatever else is wanted."""
    pixels = radiograph() if pixels is None else pixels
    found = Dataset()
    found.SpecificCharacterSet = "ISO_IR 192"
    found.SOPClassUID, found.SOPInstanceUID = CR, "1.2.826.0.1.3680043.9.1.1"
    found.StudyInstanceUID, found.SeriesInstanceUID = "1.2.826.0.1.3680043.9.1.2", "1.2.826.0.1.3680043.9.1.3"
    found.Modality, found.PhotometricInterpretation, found.SamplesPerPixel = "CR", "MONOCHROME2", 1
    if pixels.ndim == 3:
        found.NumberOfFrames = len(pixels)
    found.Rows, found.Columns = pixels.shape[-2:]
    found.BitsAllocated = 8 * pixels.dtype.itemsize
    found.BitsStored = 12 if pixels.dtype.itemsize == 2 else 8
    found.HighBit, found.PixelRepresentation = found.BitsStored - 1, int(pixels.dtype.kind == "i")
    found.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    found["PixelData"].VR = "OW"
    for keyword, value in elements.items():
        setattr(found, keyword, value)
    return found


def written(found: Dataset, syntax: uid.UID = uid.ExplicitVRLittleEndian) -> bytes:
    """As a file."""
    if not hasattr(found, "file_meta"):
        found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = syntax
    found.file_meta.MediaStorageSOPClassUID = found.SOPClassUID
    found.file_meta.MediaStorageSOPInstanceUID = found.SOPInstanceUID
    if syntax == uid.ExplicitVRBigEndian and found.BitsAllocated == 16:
        found.PixelData = np.frombuffer(found.PixelData, "<u2").astype(">u2").tobytes()
    stream = io.BytesIO()
    pydicom.dcmwrite(
        stream,
        found,
        enforce_file_format=True,
        implicit_vr=syntax == uid.ImplicitVRLittleEndian,
        little_endian=syntax != uid.ExplicitVRBigEndian,
    )
    return stream.getvalue()


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    """A picture as a file of a format."""
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def annotated(pixels: npt.NDArray[Any], text: str, size: int, place: tuple[int, int], fill: int = 255) -> Image.Image:
    """A grey picture with text drawn into it."""
    image = Image.fromarray((pixels / max(1, pixels.max()) * 255).astype(np.uint8))
    ImageDraw.Draw(image).text(place, text, fill=fill, font=ImageFont.load_default(size))
    return image
