"""Files of this visitor: read once, without what they say of anybody, for every view of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import MIB
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.problems import show
from bigmodel_apps.ui.upload import uploads
from bigmodel_apps.vision import dicom, reading
from bigmodel_apps.vision.pictures import Picture

UPLOAD = "diagnosis-file"
TYPES = ("png", "jpg", "jpeg", "webp", "tif", "tiff", "gif", "dcm")

_MAX_MB = 64
_MAX_BYTES = 128 * MIB  # of what all files of a visitor together take in memory, where they stay


@dataclass(frozen=True, eq=False)
class Opened:
    """A file.

    Attributes:
        pictures: Its frames or pages.
        clean: Of a DICOM file: the file without its patient.
    """

    name: str
    pictures: tuple[Picture, ...]
    clean: bytes | None


@dataclass(frozen=True, eq=False)
class Files:
    """What was dropped together: what could be read, and why the rest could not."""

    opened: tuple[Opened, ...]
    problems: tuple[Problem, ...] = ()


def own_images() -> tuple[Opened, ...]:
    """A button with the uploader behind it, and the files dropped last; none without any.

    Like every key, `UPLOAD` may be drawn once a run; a file that was dropped in one view is there in the others.
    """
    with st.popover(t("diagnosis-own-images"), icon=":material/upload_file:", key="diagnosis-own"):
        found = uploads(
            t("diagnosis-upload"), _read, key=UPLOAD, types=TYPES, max_mb=_MAX_MB, help=t("diagnosis-upload-help")
        )
        if found is not None:
            show(found.value.problems, title=t("upload-refused"))
    return found.value.opened if found is not None else ()


def _read(files: Sequence[tuple[str, bytes]]) -> Files:
    """Read files; those that cannot be read are named, unless none can.

    Raises:
        InputError: What is wrong with each, where none can be read.
    """
    opened: list[Opened] = []
    problems: list[Problem] = []
    room = _MAX_BYTES
    for name, content in files:
        try:
            pictures = reading.read(content, name)
            clean = dicom.deidentified(content).content if pictures[0].kind == "dicom" else None
            room -= sum(one.pixels.nbytes + (one.source.values.nbytes if one.source else 0) for one in pictures)
            room -= len(clean or b"")
            if room < 0 and opened:
                details = {"limit": _MAX_BYTES // MIB}
                problems.append(Problem("diagnosis-upload-too-much", field=name, details=details))
                break
            opened.append(Opened(name, tuple(pictures), clean))
        except InputError as error:
            problems += [replace(problem, field=name) for problem in error.problems]
    if not opened:
        raise InputError(*problems)
    return Files(tuple(opened), tuple(problems))
