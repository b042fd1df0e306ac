"""Many pictures at once: a ZIP, a folder, or several files, with labels from folder names or from a table beside them.

Nothing is unpacked to disk and no name is followed as a path. Sizes that a ZIP states are summed before anything is
unpacked, and `zipfile` unpacks no more of an entry than is stated. One picture is in memory at a time.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal, NoReturn

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import MIB, decode, read_table
from bigmodel_apps.vision import reading
from bigmodel_apps.vision.pictures import Limits, Picture

LabelledBy = Literal["folders", "table"]

_TABLES = (".csv", ".tsv", ".xlsx")
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz")
_SILENT = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", re.I)
_UNSAFE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|[\x00-\x1f\x7f]")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED, _UTF8 = 0x1, 0x800
_ZIP = b"PK\x03\x04"
_LABEL_NAMES = ("label", "class", "diagnosis", "target", "finding", "标签", "类别", "诊断")
_FOUND_SHARE = 0.5
_MAX_CLASSES = 50


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much is taken; what is larger is refused.

    Attributes:
        max_bytes: Of a ZIP.
        max_unpacked: Of all that it states to hold.
        max_entries: Of files in it.
        image: Of each picture.
    """

    max_bytes: int = 1024 * MIB
    max_unpacked: int = 4096 * MIB
    max_entries: int = 20_000
    image: Limits = field(default_factory=lambda: Limits(max_frames=1))


DEFAULT_LIMITS = ArchiveLimits()


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that may be a picture.

    Attributes:
        name: Path within the collection, with ``/``.
        size: Bytes.
        label: What a folder or a table calls it; None where neither does.
    """

    name: str
    size: int
    label: str | None = None


@dataclass(frozen=True, eq=False)
class Collection:
    """Files that may be pictures, in the order of their names.

    Attributes:
        name: Of the ZIP or folder.
        labelled_by: Where labels come from; None where there are none.
        left_out: What was not taken, and why.
        fingerprint: The same for the same files.
        content: Bytes of an entry, by its name.
    """

    name: str
    entries: tuple[Entry, ...]
    labelled_by: LabelledBy | None
    left_out: tuple[Problem, ...]
    limits: ArchiveLimits
    fingerprint: str
    content: Callable[[str], bytes]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in use, sorted."""
        return tuple(sorted({entry.label for entry in self.entries if entry.label is not None}))

    def read(self, entry: Entry) -> Picture:
        """The picture of an entry, the first of several.

        Raises:
            InputError: It is none, or is damaged; says why and names the entry.
        """
        return reading.read(self.content(entry.name), entry.name, self.limits.image)[0]


def open_zip(data: bytes, name: str, limits: ArchiveLimits = DEFAULT_LIMITS) -> Collection:
    """The pictures of a ZIP.

    Raises:
        InputError: ``image-archive-…``: it is none, is damaged, too large, a bomb, or holds no pictures.
    """
    if len(data) > limits.max_bytes:
        _refuse("image-archive-too-large", name, limit=limits.max_bytes // MIB)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except Exception as error:  # damaged directories raise struct.error, NotImplementedError, UnicodeDecodeError, …
        raise InputError(Problem("image-archive-damaged", field=name)) from error
    found: dict[str, zipfile.ZipInfo] = {}
    left_out = []
    for info in infos:
        if info.is_dir():
            continue
        path = _named(info)
        if info.flag_bits & _ENCRYPTED:
            left_out.append(Problem("image-archive-encrypted", field=path))
        elif info.compress_type not in _METHODS:
            left_out.append(Problem("image-archive-method", field=path))
        elif path in found:
            left_out.append(Problem("image-archive-twice", field=path))
        else:
            found[path] = info
    sizes = {path: info.file_size for path, info in found.items()}
    # Packed anew, the same files are still the same; `zipfile` checks these sums when it unpacks.
    stamp = _stamp((path, info.file_size, info.CRC) for path, info in sorted(found.items()))
    return _collected(name, sizes, lambda path: archive.read(found[path]), left_out, limits, stamp)


def open_folder(path: Path, limits: ArchiveLimits = DEFAULT_LIMITS) -> Collection:
    """The pictures of a folder and of those below it; links are not followed.

    Raises:
        InputError: ``image-not-found``; as `open_zip`.
    """
    if not path.is_dir():
        _refuse("image-not-found", path.name)
    files = {
        each.relative_to(path).as_posix(): each
        for each in sorted(path.rglob("*"))
        if each.is_file() and not each.is_symlink()
    }
    states = {name: each.stat() for name, each in files.items()}
    stamp = _stamp((name, state.st_size, state.st_mtime_ns) for name, state in states.items())
    sizes = {name: state.st_size for name, state in states.items()}
    return _collected(path.name, sizes, lambda name: files[name].read_bytes(), [], limits, stamp)


def of_files(files: Sequence[tuple[str, bytes]], name: str, limits: ArchiveLimits = DEFAULT_LIMITS) -> Collection:
    """Several files, such as pictures and a table of labels chosen together.

    Raises:
        InputError: As `open_zip`.
    """
    contents = dict(files)
    left_out = [Problem("image-archive-twice", field=each) for each, _ in files[len(contents) :]]
    sizes = {each: len(data) for each, data in contents.items()}
    stamp = _stamp((each, len(data), zlib.crc32(data)) for each, data in sorted(contents.items()))
    return _collected(name, sizes, contents.__getitem__, left_out, limits, stamp)


def opened(files: Sequence[tuple[str, bytes]], limits: ArchiveLimits = DEFAULT_LIMITS) -> Collection:
    """Files as somebody drops them: a ZIP, or pictures and perhaps a table of their labels.

    Raises:
        InputError: As `open_zip`.
    """
    (name, data), *more = files
    if not more and (name.lower().endswith(".zip") or (data[:4] == _ZIP and not name.lower().endswith(_TABLES))):
        return open_zip(data, name, limits)
    return of_files(files, name, limits)


def _stamp(parts: Iterable[tuple[str, int, int]]) -> str:
    """One text for names, sizes and sums of files."""
    return hashlib.sha256(repr(list(parts)).encode()).hexdigest()


def _refuse(code: str, name: str, **details: str | int | float) -> NoReturn:
    raise InputError(Problem(code, field=name, details=details))


def _named(info: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: without the mark of UTF-8, `zipfile` takes any bytes for code page 437."""
    if info.flag_bits & _UTF8 or info.filename.isascii():
        return info.filename
    try:
        return decode(info.filename.encode("cp437"))[0]
    except (UnicodeDecodeError, UnicodeEncodeError):
        return info.filename


def _collected(
    name: str,
    sizes: Mapping[str, int],
    content: Callable[[str], bytes],
    left_out: list[Problem],
    limits: ArchiveLimits,
    stamp: str,
) -> Collection:
    if len(sizes) > limits.max_entries:
        _refuse("image-archive-too-many", name, count=len(sizes), limit=limits.max_entries)
    if sum(sizes.values()) > limits.max_unpacked:
        _refuse("image-archive-bomb", name, limit=limits.max_unpacked // MIB)
    images, tables = [], []
    for path, size in sorted(sizes.items()):
        suffix = PurePosixPath(path).suffix.lower()
        if _UNSAFE.search(path):
            left_out.append(Problem("image-archive-unsafe-name", field=_shown(path)))
        elif _SILENT.search(path) or not size:
            continue
        elif suffix in _ARCHIVES:
            left_out.append(Problem("image-archive-nested", field=path))
        elif size > limits.image.max_bytes:
            left_out.append(Problem("image-too-large", field=path, details={"limit": limits.image.max_bytes // MIB}))
        elif suffix in _TABLES:
            tables.append(path)
        else:
            images.append(Entry(path, size))
    if not images:
        raise InputError(Problem("image-archive-empty", field=name), *left_out[:20])

    def careful(path: str) -> bytes:
        try:
            return content(path)
        except Exception as error:  # damaged archives raise BadZipFile, zlib.error, EOFError, ValueError …
            raise InputError(Problem("image-archive-entry-damaged", field=path)) from error

    entries, labelled_by = _labelled(images, tables, careful, left_out)
    return Collection(name, tuple(entries), labelled_by, tuple(left_out), limits, stamp, careful)


def _shown(path: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", "\N{REPLACEMENT CHARACTER}", path)[:200]


# --- Labels ----------------------------------------------------------------------------------------------------------


def _labelled(
    images: list[Entry], tables: Iterable[str], content: Callable[[str], bytes], left_out: list[Problem]
) -> tuple[list[Entry], LabelledBy | None]:
    for path in tables:
        try:
            labels = _from_table(read_table(content(path), path).frame, images)
        except InputError as error:
            left_out.extend(replace(problem, field=path) for problem in error.problems[:1])
            continue
        if labels is None:
            left_out.append(Problem("image-archive-table-unfit", field=path))
            continue
        return [replace(image, label=labels.get(image.name)) for image in images], "table"
    parents = {image.name: PurePosixPath(image.name).parent.name for image in images}
    if 1 < len(set(parents.values()) - {""}) <= _MAX_CLASSES:
        return [replace(image, label=parents[image.name] or None) for image in images], "folders"
    return images, None


def _from_table(frame: Any, images: list[Entry]) -> dict[str, str] | None:
    """Labels by the name of the picture, from the column that names files and the one that is called a label."""
    by_key = {key: image.name for image in images for key in _keys(image.name)}
    columns = {column: frame[column].astype("string").fillna("").str.strip() for column in frame.columns}
    found = {column: [by_key.get(value.replace("\\", "/")) for value in values] for column, values in columns.items()}
    files = max(found, key=lambda column: sum(name is not None for name in found[column]), default=None)
    if files is None or sum(name is not None for name in found[files]) < _FOUND_SHARE * len(frame):
        return None
    others = [column for column in columns if column != files and 1 < columns[column].nunique() <= _MAX_CLASSES]
    named = [column for column in others if any(part in str(column).casefold() for part in _LABEL_NAMES)]
    chosen = (named or others)[:1] if len(named or others) == 1 or named else []
    if not chosen:
        return None
    return {name: label for name, label in zip(found[files], columns[chosen[0]], strict=True) if name and label}


def _keys(name: str) -> Iterator[str]:
    """What a table may call a file: its path, its name, either without the ending."""
    path = PurePosixPath(name)
    yield from (name, path.name, path.with_suffix("").as_posix(), path.stem)
