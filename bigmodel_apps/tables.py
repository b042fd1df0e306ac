"""One reader for every table that a user brings: CSV and its relatives, XLSX, Parquet, JSON and JSON lines.

What a file is, is decided by its content; its name only breaks ties. Text may be UTF-8 (with or without a byte order
mark), UTF-16, GB18030 with its subset GBK, Big5, or Windows-1252 as the last resort. Nothing is half-read in silence:
a row that cannot be used is named in the report, and a file beyond the limits is refused with the limit.

Cells come as text from everything but Parquet, which has types of its own; an empty cell is ``""``.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import datetime
import io
import itertools
import json
import math
import re
import tempfile
import unicodedata
import zipfile
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Literal, NoReturn, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bigmodel_apps.problems import InputError, Problem

Format = Literal["csv", "xlsx", "parquet", "json"]

MIB = 2**20

_BLOCK_BYTES = 256 * 1024
_CHUNK_ROWS = 50_000
_NAMED_ROWS = 1_000
_CELL_CHARS = 32_767
_TITLE_CHARS = 60
_FORMULA_ROWS = 10
_JSON_SUFFIXES = {".json", ".jsonl", ".ndjson"}
_CSV_SUFFIXES = {".csv", ".tsv", ".tab", ".txt"}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a table is read; what is larger is refused.

    Attributes:
        max_bytes: Size of the file.
        max_unpacked_bytes: Size of what a compressed file (XLSX, Parquet) unpacks to.
        max_rows: Usable rows.
        max_columns: Columns.
        max_line_bytes: Length of one line of text. Memory stays bounded by it.
        max_cell_chars: Length of one cell; at most 131,072, where the csv module stops.
    """

    max_bytes: int = 200 * MIB
    max_unpacked_bytes: int = 1024 * MIB
    max_rows: int = 1_000_000
    max_columns: int = 1_000
    max_line_bytes: int = 1_000_000
    max_cell_chars: int = 100_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class TableReport:
    """How a table was read, and what was left out.

    Attributes:
        name: Name of the file.
        format: What its content is.
        encoding: Of text files.
        delimiter: Of CSV with two or more columns.
        sheet: Of workbooks.
        rows: Rows in the frame.
        columns: Columns in the frame.
        skipped: Rows that were left out and why, the first 1,000 of them.
        skipped_rows: How many rows were left out.
        duplicate_rows: Rows in the frame that repeat an earlier one; they are kept.
        empty_rows: Rows without any text, which were left out.
        notes: What was mended, such as columns without a name.
    """

    name: str
    format: Format
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    rows: int
    columns: int
    skipped: list[Problem]
    skipped_rows: int
    duplicate_rows: int
    empty_rows: int
    notes: list[Problem]


@dataclass(frozen=True, slots=True)
class Table:
    """A table and how it was read.

    Attributes:
        frame: Columns with unique, stripped names; index 0, 1, 2, ….
        report: See `TableReport`.
        row_numbers: Shape (rows,). For each row of the frame its number in the file: 1 is the first row below the
            header, and empty and skipped rows count, so that "row 12" means the same to the user.
    """

    frame: pd.DataFrame
    report: TableReport
    row_numbers: npt.NDArray[np.int64]


def read_table(
    source: Path | bytes | BinaryIO, name: str, *, limits: Limits = DEFAULT_LIMITS, sheet: str | None = None
) -> Table:
    """Read a table of any supported format.

    Args:
        source: File, content, or a binary stream (read from its start when it can seek).
        name: What the user calls the file.
        limits: See `Limits`.
        sheet: Sheet of a workbook; the first visible one that is not empty when not given.

    Raises:
        InputError: The file cannot be used as it is; says why.
    """
    try:
        with _opened(source, limits) as stream:
            head = stream.read(_BLOCK_BYTES)
            stream.seek(0)
            match _format(head, stream, PurePath(name).suffix.lower()):
                case "xlsx":
                    rows = _read_workbook(stream, sheet, limits)
                case "parquet":
                    return _read_parquet(stream, name, limits)
                case "json":
                    rows = _decoded(_read_json, stream, head, limits)
                case _:
                    rows = _decoded(_read_csv, stream, head, limits)
        return rows.table(name)
    except InputError as error:
        # Problems of the file as a whole carry its name.
        raise InputError(
            *(p if p.row is not None or p.field is not None else replace(p, field=name) for p in error.problems)
        ) from error


def _refuse(code: str, *, row: int | None = None, field: str | None = None, **details: str | int | float) -> NoReturn:
    raise InputError(Problem(code, row=row, field=field, details=details))


@contextlib.contextmanager
def _opened(source: Path | bytes | BinaryIO, limits: Limits) -> Iterator[BinaryIO]:
    """A seekable stream at its start, no longer than the limit."""
    if isinstance(source, Path):
        try:
            stream = cast(BinaryIO, source.open("rb"))
        except FileNotFoundError:
            _refuse("table-not-found")
        except OSError as error:
            _refuse("table-unreadable", reason=error.strerror or type(error).__name__)
        with stream, _opened(stream, limits) as opened:
            yield opened
    elif isinstance(source, bytes):
        with _opened(io.BytesIO(source), limits) as opened:
            yield opened
    elif source.seekable():
        size = source.seek(0, io.SEEK_END)
        source.seek(0)
        if size > limits.max_bytes:
            _refuse("table-too-large", limit=limits.max_bytes / MIB, size=size / MIB)
        yield source
    else:
        with tempfile.SpooledTemporaryFile(max_size=8 * MIB) as spool:
            while block := source.read(_BLOCK_BYTES):
                spool.write(block)
                if spool.tell() > limits.max_bytes:
                    _refuse("table-too-large", limit=limits.max_bytes / MIB, size=spool.tell() / MIB)
            spool.seek(0)
            yield cast(BinaryIO, spool)


# --- What is it? ---------------------------------------------------------------------------------------------------

# Files that users mistake for tables, by their first bytes. The message `problem-table-not-text` words the kinds.
_MAGIC = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"\x1f\x8b\x08", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"SQLite format 3", "database"),
    (b"ARROW1", "arrow"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_JSON_START = re.compile(r'\s*(\[\s*([\[{\]"\d]|$)|\{\s*(["}]|$))')


def _format(head: bytes, stream: BinaryIO, suffix: str) -> Format:
    if not head.strip():
        _refuse("table-empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(stream)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_OLE):
        content = stream.read()
        stream.seek(0)
        if is_encrypted_office(content):
            _refuse("table-workbook-encrypted")
        _refuse("table-not-text", kind="old-office")
    if is_binary(head):
        _refuse("table-not-text", kind=next((kind for magic, kind in _MAGIC if head.startswith(magic)), "binary"))
    start = head[:4096].decode(marked_encoding(head) or "utf-8", "ignore")
    if suffix in _JSON_SUFFIXES:
        return "json"
    if not _JSON_START.match(start) or (suffix in _CSV_SUFFIXES and not _ends_like_json(stream)):
        return "csv"
    return "json"


def _ends_like_json(stream: BinaryIO) -> bool:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 64))
    end = stream.read().replace(b"\0", b"").rstrip()
    stream.seek(0)
    return end.endswith((b"]", b"}"))


def _zipped(stream: BinaryIO) -> Format:
    try:
        parts = archive_parts(stream)
    except zipfile.BadZipFile:
        _refuse("table-workbook-corrupt")
    if "xl/workbook.xml" in parts:
        return "xlsx"
    kinds = {"word/document.xml": "docx", "xl/workbook.bin": "old-office", "content.xml": "opendocument"}
    _refuse("table-not-text", kind=next((kind for part, kind in kinds.items() if part in parts), "archive"))


def archive_parts(stream: BinaryIO) -> dict[str, int]:
    """Names and unpacked sizes of the parts of a ZIP container (XLSX, DOCX). The stream is left at its start.

    `zipfile` never unpacks more of a part than the size stated here, so checking the sum keeps bombs out.

    Raises:
        zipfile.BadZipFile: It is none, or is damaged.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts: Counter[str] = Counter()
            for part in archive.infolist():
                parts[part.filename] += part.file_size
            return parts
    except Exception as error:  # damaged directories raise struct.error, NotImplementedError, UnicodeDecodeError, …
        raise zipfile.BadZipFile(str(error)) from error
    finally:
        stream.seek(0)


def is_encrypted_office(content: bytes) -> bool:
    """Whether an OLE container holds an encrypted XLSX or DOCX."""
    return "EncryptedPackage".encode("utf-16-le") in content


# --- Text ----------------------------------------------------------------------------------------------------------

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SAMPLE_BYTES = 64 * 1024


def decode(data: bytes) -> tuple[str, str]:
    """Text of unknown encoding, and the encoding that was used.

    Tried in this order: byte order mark; UTF-8; UTF-16 without a mark; GB18030 or Big5, whichever yields the
    characters that people use; Windows-1252. UTF-8 with a damaged place is refused and not read as something else.

    Raises:
        UnicodeDecodeError: It is no text, or is damaged at `start`.
    """
    encoding = marked_encoding(data) or "utf-8"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise
        legacy = _legacy_encoding(data, error.start)
        if legacy is None:
            raise
        return data.decode(legacy), legacy


def is_binary(head: bytes) -> bool:
    """Whether a file that starts with `head` is no text in any encoding that `decode` knows."""
    if any(head.startswith(magic) for magic, _ in _MAGIC):
        return True
    sample = head[:_SAMPLE_BYTES]
    return marked_encoding(head) is None and len(_CONTROL.findall(sample)) > max(2, 0.02 * len(sample))


def marked_encoding(head: bytes) -> str | None:
    """The encoding that a byte order mark states, or UTF-16 where the pattern of zero bytes gives it away."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[: 4096 - len(head) % 2] if len(head) < 4096 else head[:4096]
    zeros = (sample[::2].count(0), sample[1::2].count(0))
    if len(sample) < 4 or max(zeros) < 0.02 * len(sample) or min(zeros) > 0:
        return None
    encoding = "utf-16-le" if zeros[1] else "utf-16-be"
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    return None if "\ufffd" in text or _UNSEEN.search(text) else encoding


# Lead and trail bytes of the characters in daily use: level 1 of GB 2312 and of Big5, and the punctuation of each.
_DAILY = {
    "gb18030": re.compile(rb"[\xa1\xa3\xb0-\xd7][\xa1-\xfe]"),
    "big5hkscs": re.compile(rb"[\xa1\xa4-\xc6][\x40-\x7e\xa1-\xfe]"),
}


def _legacy_encoding(data: bytes, damage: int) -> str | None:
    """Which older encoding `data` has, judged by the lines around the first place that is not UTF-8."""
    first = max(0, damage - _SAMPLE_BYTES)
    start = data.find(b"\n", first, damage) + 1 if first else 0
    sample = data[start : damage + _SAMPLE_BYTES]
    lenient = sample.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    if sum(character > "\x7f" for character in lenient) > 2 * broken:
        return None  # more of it is UTF-8 than not
    shares = {encoding: _daily_share(sample, encoding) for encoding in _DAILY}
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] >= 0.75:
        return best
    candidates = [encoding for encoding, share in shares.items() if share >= 0.3]
    if candidates:
        from charset_normalizer import from_bytes

        match = from_bytes(sample, cp_isolation=[*candidates, "cp1252"]).best()
        return match.encoding if match else None
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return None
    return None if _UNSEEN.search(text) else "cp1252"


def _daily_share(sample: bytes, encoding: str) -> float:
    """Share in [0, 1] of the characters beyond ASCII that are in daily use, were the sample of this encoding."""
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeDecodeError:
        return 0.0
    counts = Counter(character for character in text if character > "\x7f")
    daily = sum(
        n for character, n in counts.items() if _DAILY[encoding].fullmatch(character.encode(encoding, "ignore"))
    )
    return daily / max(1, counts.total())


class _UndecodableError(Exception):
    def __init__(self, line: int, error: UnicodeDecodeError) -> None:
        super().__init__(line)
        self.line = line
        self.error = error


def _decoded(read: Callable[[BinaryIO, str, Limits], _Rows], stream: BinaryIO, head: bytes, limits: Limits) -> _Rows:
    """Read text in its encoding: the marked one or UTF-8, and an older one from the first place that is not UTF-8."""
    encoding = marked_encoding(head) or "utf-8"
    try:
        return read(stream, encoding, limits)
    except _UndecodableError as undecodable:
        legacy = None
        if encoding == "utf-8":
            legacy = _legacy_encoding(undecodable.error.object, undecodable.error.start)
        if legacy is None:
            _refuse("table-encoding", line=undecodable.line, encoding=encoding.upper().removesuffix("-SIG"))
        stream.seek(0)
        try:
            return read(stream, legacy, limits)
        except _UndecodableError as again:
            _refuse("table-encoding", line=again.line, encoding=legacy.upper())


def _lines(stream: BinaryIO, encoding: str, max_line_bytes: int) -> Iterator[list[str]]:
    """Lines with their ends, a block at a time. Memory is bounded by the block and the longest line allowed."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    rest = ""
    done = 0
    while True:
        block = stream.read(_BLOCK_BYTES)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, "ignore").count("\n")
            raise _UndecodableError(done + before + 1, error) from error
        if "\0" in text:
            _refuse("table-nul", line=done + text[: text.index("\0")].count("\n") + 1)
        rest += text
        cut = len(rest)
        if block:
            # A lone \r at the very end may be half of \r\n.
            cut = rest.rfind("\n") + 1 or rest.rfind("\r", 0, -1) + 1
        lines = io.StringIO(rest[:cut], newline="").readlines()
        rest = rest[cut:]
        if 4 * max(map(len, lines), default=0) > max_line_bytes or 4 * len(rest) > max_line_bytes:
            for number, line in enumerate([*lines, rest], done + 1):
                if len(line.encode(encoding)) > max_line_bytes:
                    _refuse("table-line-too-long", line=number, limit=max_line_bytes)
        if lines:
            yield lines
        if not block:
            return
        done += len(lines)


# --- Rows ----------------------------------------------------------------------------------------------------------


class _Rows:
    """Rows of text on their way into a frame: checks each, names the bad ones, keeps the good ones compactly."""

    def __init__(self, format: Format, header: Iterable[str], limits: Limits, **origin: str | None) -> None:
        self.format: Format = format
        self.limits = limits
        self.origin = origin
        self.header: list[str] = []
        self.unnamed: list[str] = []
        self.notes: list[Problem] = []
        self.skipped: list[Problem] = []
        self.skipped_rows = 0
        self.empty_rows = 0
        self._rows: list[Sequence[str]] = []
        self._numbers = array("q")
        self._chunks: list[list[pa.Array]] = []
        for name in header:
            self.add_column(name)

    def note_title(self, above: Sequence[Sequence[str]]) -> None:
        """Say which rows above the header were taken for a title."""
        titles = [" ".join(filter(None, map(str.strip, row))) for row in above]
        if any(titles):
            title = next(filter(None, titles))
            shown = title if len(title) <= _TITLE_CHARS else title[: _TITLE_CHARS - 1] + "…"
            self.notes.append(Problem("table-title", details={"title": shown, "header": len(above) + 1}))

    def add_column(self, name: str) -> None:
        """Name one more column; rows so far have it empty."""
        self._flush()
        position = len(self.header) + 1
        if position > self.limits.max_columns:
            _refuse("table-too-many-columns", limit=self.limits.max_columns)
        name = name.strip()
        unique = name or f"column {position}"
        taken = set(self.header)
        copies = itertools.count(2)
        while unique in taken:
            unique = f"{name or f'column {position}'} ({next(copies)})"
        if not name:
            self.unnamed.append(unique)
        elif unique != name:
            self.notes.append(Problem("table-column-duplicate", field=name, details={"renamed": unique}))
        self.header.append(unique)

    def add(self, row: list[str], number: int) -> None:
        text = "".join(row)
        if not text or text.isspace():
            self.empty_rows += 1
            return
        width = len(self.header)
        if len(row) != width:
            while len(row) > width and not row[-1]:
                row.pop()
            if len(row) != width:
                self.skip(Problem("table-row-fields", number, details={"found": len(row), "expected": width}))
                return
        if len(text) > self.limits.max_cell_chars:
            for name, cell in zip(self.header, row, strict=True):
                if len(cell) > self.limits.max_cell_chars:
                    limit = self.limits.max_cell_chars
                    self.skip(Problem("table-cell-too-long", number, name, {"limit": limit}))
                    return
        self._rows.append(row)
        self._numbers.append(number)
        if len(self._rows) == _CHUNK_ROWS:
            self._flush()

    def skip(self, problem: Problem) -> None:
        self.skipped_rows += 1
        if len(self.skipped) < _NAMED_ROWS:
            self.skipped.append(problem)

    def _flush(self) -> None:
        if len(self._numbers) > self.limits.max_rows:
            _refuse("table-too-many-rows", limit=self.limits.max_rows)
        if self._rows:
            self._chunks.append([pa.array(column, pa.large_string()) for column in zip(*self._rows, strict=True)])
            self._rows.clear()

    def table(self, name: str) -> Table:
        self._flush()
        if not self._chunks:
            self.refuse_no_rows()
        columns = {}
        for position, column in enumerate(self.header):
            pieces = [
                chunk[position] if position < len(chunk) else pa.array([""] * len(chunk[0]), pa.large_string())
                for chunk in self._chunks
            ]
            if column in self.unnamed:
                if not any(pc.max(pc.binary_length(piece)).as_py() for piece in pieces):
                    continue  # spreadsheets write trailing separators for columns that were once used
                self.notes.append(Problem("table-column-unnamed", details={"renamed": column}))
            if self.format == "csv":
                pieces = [_unescaped(piece) for piece in pieces]
            columns[column] = pa.chunked_array(pieces)
        self._chunks.clear()
        frame = pa.table(columns).to_pandas()
        return self.finish(name, frame, np.array(self._numbers, dtype=np.int64))

    def refuse_no_rows(self) -> NoReturn:
        found = {problem.details.get("found", 0) for problem in self.skipped}
        if len(found) == 1 and self.skipped_rows > 1 and int(found.pop()) > len(self.header):
            # Every row in the same way: what is wrong stands above them.
            details = {"first": self.header[0], **self.skipped[0].details}
            raise InputError(Problem("table-header-narrow", details=details))
        raise InputError(Problem("table-no-usable-rows" if self.skipped else "table-no-rows"), *self.skipped[:20])

    def finish(self, name: str, frame: pd.DataFrame, numbers: npt.NDArray[np.int64]) -> Table:
        report = TableReport(
            name=name,
            format=self.format,
            encoding=self.origin.get("encoding"),
            delimiter=self.origin.get("delimiter"),
            sheet=self.origin.get("sheet"),
            rows=len(frame),
            columns=len(frame.columns),
            skipped=self.skipped,
            skipped_rows=self.skipped_rows,
            duplicate_rows=int(frame.duplicated().sum()),
            empty_rows=self.empty_rows,
            notes=self.notes,
        )
        return Table(frame, report, numbers)


_LEAD_ROWS = 50
_MOST_TITLES = 5


def _header_place(rows: Sequence[Sequence[str]]) -> int:
    """Which of a table's first rows is the header: the first that is not empty, but for a title above it.

    A title fills at most half as many cells as the header below it, which has a short name, no number, for each of at
    least as many columns as most rows have. Where that is in doubt, the first row stands.
    """
    filled = [[place for place, cell in enumerate(row) if cell.strip()] for row in rows]
    places = [place for place, cells in enumerate(filled) if cells]
    if len(places) < 4:
        return places[0] if places else 0
    widths = {place: filled[place][-1] + 1 for place in places}
    counts = Counter(widths[place] for place in places[1:])
    usual = max(counts, key=lambda width: (counts[width], width))
    if widths[places[0]] < usual:
        for rank, place in enumerate(places[1 : 1 + min(_MOST_TITLES, len(places) - 3)], 1):
            names = rows[place][: widths[place]]
            above = max(len(filled[other]) for other in places[:rank])
            if len(names) >= usual and 2 * above <= len(names) and _are_names(names):
                return place
    return places[0]


def _are_names(cells: Sequence[str]) -> bool:
    names = [cell.strip() for cell in cells]
    return len(set(names)) == len(names) and all(
        name and len(name) <= _TITLE_CHARS and not name[0].isdigit() and not _NUMBER.fullmatch(name) for name in names
    )


# --- CSV -----------------------------------------------------------------------------------------------------------

_DELIMITERS = ",\t;|"
_BLANK = f"{_DELIMITERS} \r\n"
_STATED_DELIMITER = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
# NUL never reaches the parser (`_lines` refuses it), so a table of one column is never cut.
_NO_DELIMITER = "\0"


class _RecordLines:
    """Lines on their way to the csv parser; remembers those of the current record and can give them again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.record.append(line)
        return line

    def give_again(self) -> None:
        """All lines of the record but its first."""
        self._again.extendleft(reversed(self.record[1:]))
        del self.record[1:]


def _read_csv(stream: BinaryIO, encoding: str, limits: Limits) -> _Rows:
    blocks = _lines(stream, encoding, limits.max_line_bytes)
    first = next(blocks, [])
    delimiter = None
    line = 1
    if first and (stated := _STATED_DELIMITER.fullmatch(first[0])):
        delimiter = stated[1]
        first = first[1:]
        line = 2
    if delimiter is None or delimiter in '"\r\n':
        delimiter = _sniff_delimiter(first)
    place = _header_place(_first_records(first, delimiter))
    above: list[list[str]] = []
    lines = _RecordLines(itertools.chain(first, itertools.chain.from_iterable(blocks)))
    # strict: a quoting mistake is an error of its row and never guessed around.
    reader = csv.reader(lines, delimiter=delimiter or _NO_DELIMITER, strict=True)
    rows: _Rows | None = None
    number = 0
    while True:
        try:
            for record in reader:
                if rows is None:
                    if len(above) >= place and "".join(record).strip(_BLANK):
                        rows = _Rows("csv", map(_unescape, record), limits, encoding=encoding, delimiter=delimiter)
                        rows.note_title(above)
                    else:
                        above.append(record)
                else:
                    number += 1
                    if delimiter == "\t" and len(lines.record) > 1 and _holds_rows(record):
                        lines.give_again()
                        rows.skip(Problem("table-quote-stray", number, details={"line": line}))
                    else:
                        rows.add(record, number)
                line += len(lines.record)
                lines.record.clear()
            break
        except csv.Error as error:
            number += rows is not None
            problem = _quoting_problem(error, number, line, lines, limits)
            if rows is None or problem.code == "table-quote-unclosed":
                raise InputError(problem) from error
            rows.skip(problem)
            line += len(lines.record)
            lines.record.clear()
    if rows is None:
        _refuse("table-empty")
    return rows


def _holds_rows(record: list[str]) -> bool:
    """Whether a cell swallowed whole rows: tab-separated text is often written without any quoting."""
    return any("\t" in cell and "\n" in cell for cell in record)


def _quoting_problem(error: csv.Error, number: int, line: int, lines: _RecordLines, limits: Limits) -> Problem:
    too_long = "field limit" in str(error)
    if "end of data" in str(error) or (too_long and len(lines.record) > 1):
        code = "table-quote-unclosed"
    elif too_long:
        code = "table-cell-too-long"
    else:
        code = "table-quote-misplaced"
        # The quote that opened the cell may be a stray one, and the lines below it rows of their own.
        lines.give_again()
    return Problem(code, number or None, None, {"line": line, "limit": limits.max_cell_chars})


def _first_records(lines: list[str], delimiter: str | None) -> list[list[str]]:
    """The first records as far as they can be parsed."""
    records: list[list[str]] = []
    with contextlib.suppress(csv.Error):  # the reading itself will name it
        for record in itertools.islice(
            csv.reader(lines, delimiter=delimiter or _NO_DELIMITER, strict=True), _LEAD_ROWS
        ):
            records.append(record)
    return records


def _sniff_below_title(lines: list[str]) -> str | None:
    """The delimiter under which a title stands above a header, and nearly all rows below are as wide as it.

    One column of sentences with commas is not such a table: a space follows most commas, and few have as many.
    """
    for delimiter in "\t;|,":
        records = _first_records(lines, delimiter)
        place = _header_place(records)
        header = records[place] if records else []
        below = [len(record) for record in records[place + 1 :] if any(record)]
        alike = below.count(len(header))
        spaced = any(cell.startswith(" ") for cell in header)
        if any(map(any, records[:place])) and not spaced and alike >= 3 and alike >= 0.9 * len(below):
            return delimiter
    return None


def _sniff_delimiter(lines: list[str]) -> str | None:
    """The delimiter that the header holds and under which most of the first rows have as many fields as the header."""
    best: tuple[float, int] = (0.0, 0)
    found = None
    for delimiter in _DELIMITERS:
        widths = []
        try:
            for record in csv.reader(lines, delimiter=delimiter):
                if any(record):
                    widths.append(len(record))
                if len(widths) == 200:
                    break
        except csv.Error:
            pass  # the reading itself will name it
        if widths and widths[0] > 1:
            agreement = widths[1:].count(widths[0]) / max(1, len(widths) - 1)
            if found is None or (agreement, widths[0]) > best:
                best, found = (agreement, widths[0]), delimiter
    if found is None or best[0] < 0.5:
        found = _sniff_below_title(lines) or found
    return found


_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")
_NUMBER = re.compile(r"\s*[+-]?(\d+(,\d{3})*(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*%?")


def _is_formula(text: str) -> bool:
    return bool(_FORMULA.match(text)) and not _NUMBER.fullmatch(text.lstrip("'"))


def _escape(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _is_formula(value) else value


def _unescape(text: str) -> str:
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def _unescaped(cells: pa.Array) -> pa.Array:
    """Cells as they were before `to_csv_bytes` put an apostrophe before what a spreadsheet would compute."""
    if not pc.any(pc.starts_with(cells, "'")).as_py():
        return cells
    return pa.array(map(_unescape, cells.to_pylist()), pa.large_string())


def to_csv_bytes(frame: pd.DataFrame) -> bytes:
    """CSV that spreadsheets open as it is meant: UTF-8 with a byte order mark, text quoted, no formula executed.

    A text that a spreadsheet would compute (``=``, ``+``, ``-``, ``@`` or their full-width forms, also after white
    space, or a leading tab or line end) gets an apostrophe in front, unless it is a number; so does one that starts
    with apostrophes followed by such a text. `read_table` takes that apostrophe away again, so a frame of texts comes
    back as it was, but for rows without any text and white space around column names.
    """
    escaped = frame.rename(columns=_escape)
    for position, dtype in enumerate(frame.dtypes):
        if not pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_datetime64_any_dtype(dtype):
            escaped.isetitem(position, frame.iloc[:, position].astype(object).map(_escape).array)
    text = escaped.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    return text.encode("utf-8-sig", "replace")


def to_xlsx_bytes(frame: pd.DataFrame) -> bytes:
    """A workbook of one sheet, every text a text: no spreadsheet computes one, whatever it begins with.

    Control characters, which no workbook can hold, become ``�``; a cell of more than 32,767 characters, the most that
    one can hold, ends with ``…``.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()

    def cell(value: Any) -> Any:
        if isinstance(value, str):
            text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value).encode("utf-8", "replace").decode()
            made = WriteOnlyCell(sheet, text if len(text) <= _CELL_CHARS else text[: _CELL_CHARS - 1] + "…")
            made.data_type = "s"
            return made
        if pd.isna(value):
            return None
        return value.item() if isinstance(value, np.generic) else value

    sheet.append([cell(str(name)) for name in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        sheet.append([cell(value) for value in row])
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


# --- JSON ----------------------------------------------------------------------------------------------------------

_JSON_SPACE = re.compile(r"[ \t\r\n]*")
_decoder = json.JSONDecoder()


def _read_json(stream: BinaryIO, encoding: str, limits: Limits) -> _Rows:
    start = codecs.getincrementaldecoder(encoding)("ignore").decode(stream.read(4 * _BLOCK_BYTES)).lstrip()
    stream.seek(0)
    first_line, _, more = start.partition("\n")
    if more.strip() and isinstance(_parsed(first_line), dict):
        return _read_json_lines(stream, encoding, limits)
    text = _whole_text(stream, encoding)
    rows = _Rows("json", (), limits, encoding=encoding)
    if start.startswith("["):
        for number, record in enumerate(_elements(text), 1):
            _add_record(rows, record, number)
        return rows
    record, end = _value(text, _after_space(text, 0))
    if _after_space(text, end) < len(text):
        _refuse_json(text, end)
    if not isinstance(record, dict):
        _refuse("table-json-shape")
    if record and all(isinstance(column, (list, dict)) for column in record.values()):
        _add_columns(rows, record)
    else:
        _add_record(rows, record, 1)
    return rows


def _whole_text(stream: BinaryIO, encoding: str) -> str:
    content = stream.read()
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _UndecodableError(content.count(b"\n", 0, error.start) + 1, error) from error


def _read_json_lines(stream: BinaryIO, encoding: str, limits: Limits) -> _Rows:
    rows = _Rows("json", (), limits, encoding=encoding)
    lines = itertools.chain.from_iterable(_lines(stream, encoding, limits.max_line_bytes))
    for number, line in enumerate(lines, 1):
        if line.isspace():
            rows.empty_rows += 1
            continue
        record = _parsed(line)
        if isinstance(record, dict):
            _add_record(rows, record, number)
        else:
            rows.skip(Problem("table-json-line", number))
    return rows


def _parsed(text: str) -> Any:
    """The value of a JSON text; None where it is none (a line that holds null is as useless)."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _value(text: str, position: int) -> tuple[Any, int]:
    try:
        return _decoder.raw_decode(text, position)
    except json.JSONDecodeError as error:
        _refuse_json(text, error.pos)
    except (ValueError, RecursionError):  # numbers of thousands of digits, thousands of brackets
        _refuse_json(text, position)


def _refuse_json(text: str, position: int) -> NoReturn:
    line_start = text.rfind("\n", 0, position) + 1
    _refuse("table-json", line=text.count("\n", 0, position) + 1, position=position - line_start + 1)


def _elements(text: str) -> Iterator[Any]:
    """The elements of a JSON list one by one, so that memory holds the text and one record."""
    position = _after_space(text, text.index("[") + 1)
    mark = text[position : position + 1]
    if mark == "]":
        position = _after_space(text, position + 1)
    while mark != "]":
        value, position = _value(text, position)
        yield value
        position = _after_space(text, position)
        mark = text[position : position + 1]
        if mark not in (",", "]"):
            _refuse_json(text, position)
        position = _after_space(text, position + 1)
    if position < len(text):
        _refuse_json(text, position)


def _after_space(text: str, position: int) -> int:
    match = _JSON_SPACE.match(text, position)
    return match.end() if match else position


def _add_columns(rows: _Rows, columns: Mapping[str, Any]) -> None:
    """Columns by name, each a list or, as pandas writes it, an object of index and value."""
    lists = {name: list(column.values()) if isinstance(column, dict) else column for name, column in columns.items()}
    lengths = {len(column) for column in lists.values()}
    if len(lengths) > 1:
        _refuse("table-json-lengths", shortest=min(lengths), longest=max(lengths))
    for number, values in enumerate(zip(*lists.values(), strict=True), 1):
        _add_record(rows, dict(zip(lists, values, strict=True)), number)


def _add_record(rows: _Rows, record: Any, number: int) -> None:
    if not isinstance(record, dict):
        rows.skip(Problem("table-json-not-object", number))
        return
    texts = {}
    for name, value in record.items():
        if isinstance(value, (list, dict)):
            rows.skip(Problem("table-nested", number, name))
            return
        texts[_text(name).strip() or "?"] = _text(value)
    if list(texts) != rows.header:
        known = set(rows.header)
        for name in texts:
            if name not in known:
                rows.add_column(name)
        rows.add([texts.get(name, "") for name in rows.header], number)
    else:
        rows.add(list(texts.values()), number)


def _text(value: object) -> str:
    """A cell's value as a person would write it: 3 rather than 3.0, dates without midnight."""
    match value:
        case None:
            return ""
        case str():
            # JSON can hold half a surrogate pair, which is no character.
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case bool():
            return "true" if value else "false"
        case float():
            if math.isnan(value):
                return ""
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.datetime():
            return value.isoformat(" ", "seconds")
        case datetime.time():
            return value.isoformat("seconds")
        case _:
            return str(value)


# --- Workbooks -----------------------------------------------------------------------------------------------------


def _read_workbook(stream: BinaryIO, sheet: str | None, limits: Limits) -> _Rows:
    from openpyxl import load_workbook

    if sum(archive_parts(stream).values()) > limits.max_unpacked_bytes:
        _refuse("table-unpacked-too-large", limit=limits.max_unpacked_bytes / MIB)
    try:
        workbook = load_workbook(stream, read_only=True, data_only=True)
        sheets = {page.title: page for page in workbook.worksheets}
        if sheet is not None:
            if sheet not in sheets:
                _refuse("table-sheet-missing", sheet=sheet, sheets=", ".join(sheets))
            rows = _read_sheet(sheets[sheet], limits)
        else:
            visible = [page for page in sheets.values() if page.sheet_state == "visible"]
            rows = next(filter(None, (_read_sheet(page, limits) for page in visible)), None)
    except InputError:
        raise
    except Exception as error:  # openpyxl lets KeyError, ValueError, ParseError, BadZipFile and more through
        raise InputError(Problem("table-workbook-corrupt")) from error
    if rows is None:
        _refuse("table-empty")
    return rows


def _read_sheet(sheet: Any, limits: Limits) -> _Rows | None:
    """The rows below the header; None for an empty sheet."""
    sheet.reset_dimensions()  # files state dimensions that are wrong, or far too large
    texts = map(_trimmed, sheet.iter_rows(values_only=True))
    blank = 0
    lead: list[list[str]] = []
    for row in texts:
        if row or lead:
            lead.append(row)
        else:
            blank += 1
        if len(lead) == _LEAD_ROWS:
            break
    if not lead:
        return None
    place = _header_place(lead)
    above: list[list[str]] = [*([] for _ in range(blank)), *lead[:place]]
    rows = _Rows("xlsx", lead[place], limits, sheet=sheet.title)
    rows.note_title(above)
    for number, row in enumerate(itertools.chain(lead[place + 1 :], texts), 1):
        row.extend([""] * (len(rows.header) - len(row)))
        rows.add(row, number)
    unsaved = [number - len(above) - 1 for number in _unsaved_formulas(sheet) if number > len(above) + 1]
    if unsaved:
        named = [str(number) for number in dict.fromkeys(unsaved)]
        shown = ", ".join(named[:_FORMULA_ROWS]) + (", …" if len(named) > _FORMULA_ROWS else "")
        rows.notes.append(Problem("table-formula-unsaved", details={"count": len(unsaved), "rows": shown}))
    return rows


def _trimmed(cells: Iterable[object]) -> list[str]:
    # Excel keeps 15 digits; the rest is how 0.1 + 0.2 is stored.
    row = [_text(float(f"{cell:.15g}") if isinstance(cell, float) else cell) for cell in cells]
    while row and not row[-1]:
        row.pop()
    return row


_UNSAVED = re.compile(rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_CELL_ROW = re.compile(rb'\br="[A-Z]+(\d+)"')


def _unsaved_formulas(sheet: Any) -> Iterator[int]:
    """Row in the sheet of each formula whose result the file does not hold: programs write them so.

    A result that is the empty text (``t="str"``) is one.
    """
    rest = b""
    with sheet._get_source() as part:  # openpyxl tells a formula or its result, never both
        while block := part.read(_BLOCK_BYTES):
            rest += block
            end = 0
            for cell in _UNSAVED.finditer(rest):
                end = cell.end()
                if b't="str"' not in cell[1] and (row := _CELL_ROW.search(cell[1])):
                    yield int(row[1])
            rest = rest[max(rest.rfind(b"<c ", end), end, len(rest) - MIB) :]


# --- Parquet -------------------------------------------------------------------------------------------------------


def _read_parquet(stream: BinaryIO, name: str, limits: Limits) -> Table:
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(stream)
        schema = file.schema_arrow.remove_metadata()
        _check_parquet(file.metadata, schema, limits)
        # Dictionaries keep a small file with long repeated texts small until their length is known.
        texts = [column.name for column in schema if _is_text(column.type)]
        file = parquet.ParquetFile(stream, read_dictionary=texts)
        batches = []
        unpacked = 0
        for batch in file.iter_batches(batch_size=_CHUNK_ROWS):
            unpacked += sum(_unpacked_bytes(column) for column in batch.columns)
            if unpacked > limits.max_unpacked_bytes:
                _refuse("table-unpacked-too-large", limit=limits.max_unpacked_bytes / MIB)
            batches.append(batch)
        arrow = pa.Table.from_batches(batches, file.schema_arrow).replace_schema_metadata(None)
        return _parquet_table(arrow, name, limits)
    except InputError:
        raise
    except Exception as error:  # damaged files surface as ArrowInvalid, OSError, UnicodeDecodeError, …
        raise InputError(Problem("table-parquet-corrupt")) from error


def _check_parquet(metadata: Any, schema: pa.Schema, limits: Limits) -> None:
    if metadata.num_rows > limits.max_rows:
        _refuse("table-too-many-rows", limit=limits.max_rows)
    if metadata.num_rows == 0 or len(schema) == 0:
        _refuse("table-no-rows")
    if len(schema) > limits.max_columns:
        _refuse("table-too-many-columns", limit=limits.max_columns)
    for column in schema:
        type = _value_type(column.type)
        if pa.types.is_nested(type) or pa.types.is_binary(type) or pa.types.is_large_binary(type):
            _refuse("table-column-type", field=column.name, type=str(type))


def _value_type(type: pa.DataType) -> pa.DataType:
    return type.value_type if pa.types.is_dictionary(type) else type


def _is_text(type: pa.DataType) -> bool:
    return bool(pa.types.is_string(_value_type(type)) or pa.types.is_large_string(_value_type(type)))


def _unpacked_bytes(column: pa.Array) -> int:
    if not (pa.types.is_dictionary(column.type) and _is_text(column.type)):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary).take(column.indices)
    return int(column.indices.nbytes + (pc.sum(lengths).as_py() or 0))


def _parquet_table(arrow: pa.Table, name: str, limits: Limits) -> Table:
    rows = _Rows("parquet", (), limits)
    keep = np.ones(arrow.num_rows, dtype=bool)
    blank = np.ones(arrow.num_rows, dtype=bool)
    columns: dict[str, pa.ChunkedArray] = {}
    for column, values in zip(arrow.column_names, arrow.columns, strict=True):
        if column == "__index_level_0__":
            continue  # how pandas stores the index of a frame
        rows.add_column(column)
        if pa.types.is_dictionary(values.type):
            values = values.cast(values.type.value_type)
        if _is_text(values.type):
            values = pc.fill_null(values.cast(pa.large_string()), "")
            too_long = pc.utf8_length(values).to_numpy() > limits.max_cell_chars
            for row in np.flatnonzero(too_long & keep):
                details = {"limit": limits.max_cell_chars}
                rows.skip(Problem("table-cell-too-long", int(row) + 1, rows.header[-1], details))
            keep &= ~too_long
            blank &= pc.equal(pc.utf8_trim_whitespace(values), "").to_numpy()
        else:
            blank &= pc.is_null(values).to_numpy()
            if pa.types.is_decimal(values.type):
                values = values.cast(pa.float64())
            elif pa.types.is_date(values.type):
                values = values.cast(pa.timestamp("ms"))
        columns[rows.header[-1]] = values
    rows.empty_rows = int((blank & keep).sum())
    keep &= ~blank
    if not keep.any():
        rows.refuse_no_rows()
    frame = pa.table(columns).filter(pa.array(keep)).to_pandas()
    return rows.finish(name, frame, np.flatnonzero(keep).astype(np.int64) + 1)


# --- Columns -------------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")


def guess_column(table: Table | pd.DataFrame, wanted: Mapping[str, Sequence[str]]) -> dict[str, str | None]:
    """Which column holds what, by the names that people give to columns.

    Names are compared without case, width (full or half), spaces and punctuation: first as a whole, then Latin
    synonyms as words of a longer name ("customer id" in ``targetCustomerId``) and Chinese ones as a part of it. The
    order of the synonyms is their rank; no column is given twice.

    Args:
        table: Where the columns are.
        wanted: For each thing wanted the names it goes by, best first; its own name counts too.

    Returns:
        A column, or None, for each thing wanted.
    """
    frame = table.frame if isinstance(table, Table) else table
    words = {str(column): _words(str(column)) for column in frame.columns}
    found: dict[str, str | None] = dict.fromkeys(wanted)
    for whole in (True, False):
        for name, synonyms in wanted.items():
            if found[name] is None:
                free = {column: parts for column, parts in words.items() if column not in found.values()}
                found[name] = _match([_words(synonym) for synonym in (name, *synonyms)], free, whole)
    return found


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFKC", name))]


def _match(synonyms: list[list[str]], columns: Mapping[str, list[str]], whole: bool) -> str | None:
    for synonym in filter(None, synonyms):
        joined = "".join(synonym)
        fitting = [
            column
            for column, words in columns.items()
            if "".join(words) == joined or (not whole and (_holds(words, synonym) or _holds_text(words, joined)))
        ]
        if fitting:
            return min(fitting, key=len)
    return None


def _holds(words: list[str], part: list[str]) -> bool:
    return any(words[start : start + len(part)] == part for start in range(len(words) - len(part) + 1))


def _holds_text(words: list[str], part: str) -> bool:
    return not part.isascii() and part in "".join(words)
