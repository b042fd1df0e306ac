"""The table reader: what people bring, what is broken in it, and what is hostile."""

from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps import tables
from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import Limits, Table, decode, guess_column, read_table, to_csv_bytes


def rows(table: Table) -> list[list[Any]]:
    return table.frame.to_numpy().tolist()


def refusal(source: Path | bytes | Any, name: str = "table.csv", **options: Any) -> Problem:
    """The first problem that a file is refused with; every one of them must have words."""
    with pytest.raises(InputError) as caught:
        read_table(source, name, **options)
    for problem in caught.value.problems:
        for language in LANGUAGES:
            assert describe(problem, language)
    return caught.value.problems[0]


def noted(problems: list[Problem]) -> list[tuple[str, int | None]]:
    for problem in problems:
        for language in LANGUAGES:
            assert describe(problem, language)
    return [(problem.code, problem.row) for problem in problems]


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, content in sheets.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(frame: pd.DataFrame | pa.Table) -> bytes:
    stream = io.BytesIO()
    if isinstance(frame, pd.DataFrame):
        frame.to_parquet(stream)
    else:
        pq.write_table(frame, stream)
    return stream.getvalue()


# --- Sources -------------------------------------------------------------------------------------------------------


def test_reads_paths_bytes_and_streams_alike(tmp_path: Path) -> None:
    content = "id,问题\n1,怎么退货？\n2,运费多少？\n".encode()
    path = tmp_path / "faq.csv"
    path.write_bytes(content)

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: Any) -> int:
            raise io.UnsupportedOperation("seek")

    half_read = io.BytesIO(content)
    half_read.read(5)
    for source in (content, path, half_read, Pipe(content)):
        table = read_table(source, "faq.csv")
        assert list(table.frame.columns) == ["id", "问题"]
        assert rows(table) == [["1", "怎么退货？"], ["2", "运费多少？"]]
        assert (table.report.format, table.report.encoding, table.report.delimiter) == ("csv", "utf-8", ",")
        assert (table.report.rows, table.report.columns, table.report.name) == (2, 2, "faq.csv")


def test_missing_file_and_folder_are_problems(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv") == Problem("table-not-found", field="table.csv")
    assert refusal(tmp_path).code == "table-unreadable"


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b",,\n,,\n"])
def test_empty_files(content: bytes) -> None:
    assert refusal(content).code == "table-empty"


def test_header_only_and_no_usable_rows() -> None:
    assert refusal(b"a,b\n").code == "table-no-rows"
    assert refusal(b"a,b\n\n,\n").code == "table-no-rows"
    with pytest.raises(InputError) as caught:
        read_table(b"a,b\n1\n1,2,3\n", "x.csv")
    assert noted(list(caught.value.problems)) == [
        ("table-no-usable-rows", None),
        ("table-row-fields", 1),
        ("table-row-fields", 2),
    ]


# --- What is it? ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n1 0 obj", "pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "image"),
        (b"\x1f\x8b\x08" + bytes(64), "archive"),
        (bytes(range(256)) * 8, "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-office"),
    ],
)
def test_binary_files_named_csv_say_what_they_look_like(content: bytes, kind: str) -> None:
    problem = refusal(content)
    assert (problem.code, problem.details["kind"]) == ("table-not-text", kind)


def test_content_decides_not_the_name() -> None:
    frame = pd.DataFrame({"text": ["好", "bad"]})
    records = frame.to_json(orient="records", force_ascii=False).encode()
    for content, format in (
        (workbook(Data=[["text"], ["好"], ["bad"]]), "xlsx"),
        (parquet(frame), "parquet"),
        (records, "json"),
        (to_csv_bytes(frame), "csv"),
    ):
        for name in ("upload.csv", "upload", "upload.xlsx"):
            table = read_table(content, name)
            assert table.report.format == format
            assert rows(table) == [["好"], ["bad"]]


def test_csv_that_starts_like_json_or_like_a_zip_archive_is_csv() -> None:
    assert rows(read_table(b"[1],b\n1,2\n", "x.csv")) == [["1", "2"]]
    assert rows(read_table(b"PK,b\n1,2\n", "x.csv")) == [["1", "2"]]


def test_other_zip_archives_are_named() -> None:
    for part, kind in (("word/document.xml", "docx"), ("content.xml", "opendocument"), ("photo.jpg", "archive")):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(part, "x")
        assert refusal(stream.getvalue()).details["kind"] == kind


# --- Encodings -----------------------------------------------------------------------------------------------------

CHINESE = "编号,评论\n1,这家店的服务很好，下次还会再来。\n2,物流太慢了，等了两个星期！\n"
TRADITIONAL = "編號,評論\n1,這家店的服務很好，下次還會再來。\n2,物流太慢了，等了兩個星期！\n"


@pytest.mark.parametrize(
    ("text", "encoding", "reported"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-32", "utf-32"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        ("姓名,年龄\n张三,30\n", "gbk", "gb18030"),
        ("text,n\n你好,1\n", "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "gbk", "gb18030"),
        ("name,price\nCafé crème,3 €\nGrüße,2\n", "cp1252", "cp1252"),
        ("niño,año\nMañana,1\n", "cp1252", "cp1252"),
    ],
)
def test_encodings(text: str, encoding: str, reported: str) -> None:
    table = read_table(text.encode(encoding), "x.csv")
    assert table.report.encoding == reported
    assert [list(table.frame.columns), *rows(table)] == list(csv.reader(io.StringIO(text)))


def test_older_encoding_that_shows_only_late_in_the_file() -> None:
    content = b"id,text\n" + b"1,plain words\n" * 60_000 + "2,物流太慢了，不推荐\n".encode("gbk")
    table = read_table(content, "x.csv")
    assert table.report.encoding == "gb18030"
    assert rows(table)[-1] == ["2", "物流太慢了，不推荐"]


def test_damaged_utf8_is_named_and_not_misread() -> None:
    content = ("id,text\n" + "1,服务很好\n" * 500).encode() + b"2,\xe6\x9c\n" + "3,很好\n".encode()
    problem = refusal(content)
    assert (problem.code, problem.details["line"]) == ("table-encoding", 502)


def test_text_with_marks_for_another_encoding_is_refused() -> None:
    assert refusal(b"\xff\xfea,b\nc").code == "table-encoding"


def test_nul_bytes() -> None:
    problem = refusal(b"a,b\n" + b"1,2\n" * 400 + b"3,\0004\n")
    assert (problem.code, problem.details["line"]) == ("table-nul", 402)


def test_decode_reports_the_place_of_damage() -> None:
    assert decode("你好，世界".encode("gbk")) == ("你好，世界", "gb18030")
    with pytest.raises(UnicodeDecodeError):
        decode("好".encode() * 50 + b"\xff")


# --- CSV -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_with_full_width_and_foreign_punctuation_in_cells(delimiter: str) -> None:
    content = [
        ["问题", "答案", "备注"],
        ["运费多少？", "满 99 元包邮；不满，收 8 元", "a,b;c|d\te"],
        ["x", "1，2，3", "、"],
    ]
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(content)
    table = read_table(stream.getvalue().encode(), "x.csv")
    assert table.report.delimiter == delimiter
    assert [list(table.frame.columns), *rows(table)] == content


def test_delimiter_stated_in_the_first_line() -> None:
    table = read_table(b"sep=;\na;b\n1,5;2\n", "x.csv")
    assert (table.report.delimiter, rows(table)) == (";", [["1,5", "2"]])


def test_one_column_of_text_with_commas() -> None:
    table = read_table("评论\n很好,便宜\n还行;一般\n".encode(), "x.csv")
    assert (table.report.delimiter, rows(table)) == (None, [["很好,便宜"], ["还行;一般"]])


TITLED = [
    ["Customer feedback – Q3 2025"],
    [],
    ["id", "date", "region", "text"],
    *[[str(n), f"2025-07-{n + 1:02d}", "EMEA", f"It broke after {n} days"] for n in range(8)],
]


def as_csv(content: list[list[str]], delimiter: str, width: int) -> bytes:
    return "".join(delimiter.join([*row, *[""] * (width - len(row))]) + "\n" for row in content).encode()


@pytest.mark.parametrize(
    "content",
    [
        workbook(S=TITLED),
        workbook(S=[[], ["", "Report"], ["Made by", "Sales"], *TITLED[2:]]),
        as_csv(TITLED, ",", 4),
        *(as_csv(TITLED, delimiter, 0) for delimiter in ",;\t|"),
        as_csv([["Feedback, third quarter"], *TITLED[1:]], ";", 0),
        b"sep=;\n" + as_csv(TITLED, ";", 0),
    ],
)
def test_a_title_above_the_header_is_left_out_and_said_so(content: bytes) -> None:
    table = read_table(content, "x")
    assert (list(table.frame.columns), table.report.rows, table.report.skipped) == (TITLED[2], 8, [])
    assert (rows(table)[0], table.row_numbers.tolist()) == (TITLED[3], list(range(1, 9)))
    (note,) = table.report.notes
    assert noted([note]) == [("table-title", None)]
    assert note.details["header"] == (
        4 if "Sales" in str(note.details["title"]) or note.details["title"] == "Report" else 3
    )


@pytest.mark.parametrize(
    "content",
    [
        [["text"], *[["fine", "1", "2"]] * 8],
        [["a", "b", "c"], *[["1", "x", "2", "y"]] * 8],  # row names without a name of their own
        [["text"], *[[f"It is good number {n}", "and a long one", "1"] for n in range(8)]],
    ],
)
def test_a_header_that_is_too_narrow_for_every_row_is_one_problem(content: list[list[str]]) -> None:
    with pytest.raises(InputError) as caught:
        read_table(workbook(S=content), "x.xlsx")
    (problem,) = caught.value.problems
    assert noted([problem]) == [("table-header-narrow", None)]
    assert problem.details == {"first": content[0][0], "found": len(content[1]), "expected": len(content[0])}


def test_sentences_with_commas_are_no_table_below_a_title() -> None:
    texts = ["Good, cheap, quick", "Bad, dear, slow", "Fine, fair, late", "Old, torn, grey", "New, red, soft"]
    table = read_table("\n".join(["Review", *texts]).encode(), "x.csv")
    assert rows(table) == [[text] for text in texts]


def test_rows_with_the_wrong_number_of_fields_are_named_and_the_rest_kept() -> None:
    table = read_table(b'a,b\n1,"x\ny"\n2\n3,z,\n\n4,5,6\n , \n7,8\n', "x.csv")
    assert rows(table) == [["1", "x\ny"], ["3", "z"], ["7", "8"]]
    assert noted(table.report.skipped) == [("table-row-fields", 2), ("table-row-fields", 5)]
    assert table.report.skipped[1].details == {"found": 3, "expected": 2}
    assert (table.report.skipped_rows, table.report.empty_rows) == (2, 2)
    assert table.row_numbers.tolist() == [1, 3, 7]


def test_skipped_rows_are_all_counted_but_not_all_named() -> None:
    table = read_table(b"a,b\n1,2\n" + b"1\n" * 5000, "x.csv")
    assert (len(table.report.skipped), table.report.skipped_rows) == (1000, 5000)


def test_quote_that_never_closes_names_its_row() -> None:
    short = refusal(b'a,b\n1,2\n2,"open\n3,4\n5,6\n')
    assert (short.code, short.row, short.details["line"]) == ("table-quote-unclosed", 2, 3)
    long = refusal(b'a,b\n1,2\n2,"open\n' + b"3,4\n" * 100_000)
    assert (long.code, long.row, long.details["line"]) == ("table-quote-unclosed", 2, 3)
    header = refusal(b'a,"b\n1,2\n')
    assert (header.code, header.row, header.details["line"]) == ("table-quote-unclosed", None, 1)


def test_text_after_a_closing_quote_costs_only_its_row() -> None:
    table = read_table(b'a,b\n1,"he said "hello" to me"\n2,fine\n3,5" disk\n', "x.csv")
    assert noted(table.report.skipped) == [("table-quote-misplaced", 1)]
    assert rows(table) == [["2", "fine"], ["3", '5" disk']]
    assert refusal(b'"a"x,b\n1,2\n').code == "table-quote-misplaced"


def test_a_stray_quote_does_not_swallow_the_rows_below_it() -> None:
    table = read_table(b'a,b\n1,x\n2,"stray\n3,y\n4,z\n5,"later" one\n6,"w"\n', "x.csv")
    assert rows(table) == [["1", "x"], ["3", "y"], ["4", "z"], ["6", "w"]]
    assert noted(table.report.skipped) == [("table-quote-misplaced", 2), ("table-quote-misplaced", 5)]
    assert [problem.details["line"] for problem in table.report.skipped] == [3, 6]


def test_tab_separated_text_without_quoting_keeps_its_rows() -> None:
    table = read_table(b'a\tb\n1\t"one\n2\ttwo\n3\tthree"\n4\t"four"\n5\t"two\nlines"\n', "x.tsv")
    assert rows(table) == [["2", "two"], ["3", 'three"'], ["4", "four"], ["5", "two\nlines"]]
    assert noted(table.report.skipped) == [("table-quote-stray", 1)]


def test_many_stray_quotes_take_linear_time() -> None:
    stray = b'1,"x\n' + b"2,y\n" * 200
    table = read_table(b"a,b\n" + stray * 500 + b'3,"z"\n', "x.csv")
    assert (table.report.rows, table.report.skipped_rows) == (100_001, 500)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_quoted_line_ends(end: str) -> None:
    table = read_table(f'a,b{end}1,"x{end}y"{end}2,z'.encode(), "x.csv")
    assert rows(table) == [["1", f"x{end}y"], ["2", "z"]]


def test_duplicate_and_empty_column_names() -> None:
    table = read_table(b" a ,a,,a (2),,\n1,2,3,4,,\n", "x.csv")
    assert list(table.frame.columns) == ["a", "a (2)", "column 3", "a (2) (2)"]
    assert [code for code, _ in noted(table.report.notes)] == [
        "table-column-duplicate",
        "table-column-duplicate",
        "table-column-unnamed",
    ]


def test_duplicate_rows_are_counted_and_kept() -> None:
    table = read_table(b"a\n1\n1\n2\n1\n", "x.csv")
    assert (table.report.rows, table.report.duplicate_rows) == (4, 2)


# --- Limits --------------------------------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A gigabyte on one line, made as it is read; remembers how much was asked for."""

    size = 10**9

    def __init__(self, start: bytes) -> None:
        self.start = start
        self.place = 0
        self.delivered = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.place = offset + (self.size if whence == io.SEEK_END else 0)
        return self.place

    def read(self, size: int = -1) -> bytes:
        assert 0 <= size <= 2**20, "the reader must not ask for everything"
        block = (self.start[self.place :] + b"x" * size)[:size]
        self.place += len(block)
        self.delivered += len(block)
        return block


@pytest.mark.parametrize("start", [b"a,b\n1,2\n", b'a,b\n1,2\n2,"'])
def test_a_gigabyte_without_a_line_end_is_refused_early(start: bytes) -> None:
    endless = Endless(start)
    problem = refusal(endless, limits=Limits(max_bytes=2 * 10**9))
    assert (problem.code, problem.details["line"]) == ("table-line-too-long", 3)
    assert endless.delivered < 3_000_000


def test_size_limit_for_files_and_pipes(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 1000)
    limits = Limits(max_bytes=1000)
    assert refusal(path, limits=limits).code == "table-too-large"

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert refusal(Pipe(path.read_bytes()), limits=limits).code == "table-too-large"


def test_row_limit_is_exact_for_every_format() -> None:
    frame = pd.DataFrame({"a": [str(number) for number in range(11)]})
    files = [
        to_csv_bytes(frame),
        workbook(S=[["a"], *frame.to_numpy().tolist()]),
        parquet(frame),
        frame.to_json(orient="records").encode(),
        frame.to_json(orient="records", lines=True).encode(),
    ]
    for content in files:
        assert read_table(content, "x", limits=Limits(max_rows=11)).report.rows == 11
        assert refusal(content, "x", limits=Limits(max_rows=10)).code == "table-too-many-rows"


def test_cell_and_column_limits_for_every_format() -> None:
    frame = pd.DataFrame({"a": ["x" * 50, "ok"], "b": ["1", "2"]})
    files = [
        to_csv_bytes(frame),
        workbook(S=[["a", "b"], *frame.to_numpy().tolist()]),
        parquet(frame),
        frame.to_json(orient="records").encode(),
    ]
    for content in files:
        table = read_table(content, "x", limits=Limits(max_cell_chars=49))
        assert [(p.code, p.row, p.field) for p in table.report.skipped] == [("table-cell-too-long", 1, "a")]
        assert rows(table) == [["ok", "2"]]
        assert refusal(content, "x", limits=Limits(max_columns=1)).code == "table-too-many-columns"


def test_a_cell_beyond_what_the_csv_module_takes() -> None:
    table = read_table(b"a,b\n" + b"x" * 200_000 + b",1\nok,2\n", "x.csv")
    assert noted(table.report.skipped) == [("table-cell-too-long", 1)]
    assert rows(table) == [["ok", "2"]]


# --- XLSX ----------------------------------------------------------------------------------------------------------


def test_workbook_values_become_the_text_a_person_would_write() -> None:
    moment = datetime.datetime(2026, 11, 3, 14, 5)
    content = workbook(
        S=[
            ["n", "f", "d", "m", "t", "b", "x"],
            [13800138000, 0.1 + 0.2, datetime.date(2026, 11, 3), moment, datetime.time(9, 30), True, None],
            [3.0, -2.5, None, None, None, False, "=1+1"],
        ]
    )
    assert rows(read_table(content, "x.xlsx")) == [
        ["13800138000", "0.3", "2026-11-03", "2026-11-03 14:05:00", "09:30:00", "true", ""],
        ["3", "-2.5", "", "", "", "false", ""],
    ]


def test_formula_cells_give_their_stored_value() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(S=[["a"], ["=1+1"]]))) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            # openpyxl never computes; Excel stores the result beside the formula.
            new.writestr(
                part,
                old.read(part)
                .replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
                .replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"),
            )
    assert rows(read_table(stream.getvalue(), "x.xlsx")) == [["2"]]


def test_formulas_without_a_saved_result_are_named_by_row() -> None:
    content = workbook(S=[["a", "b"], ["x", "=1+1"], ["y", "2"], ["=A1&A2", '=HYPERLINK("http://a.example/","<b>")']])
    table = read_table(content, "x.xlsx")
    assert (rows(table), table.report.empty_rows) == ([["x", ""], ["y", "2"]], 1)
    (note,) = table.report.notes
    assert noted([note]) == [("table-formula-unsaved", None)]
    assert note.details == {"count": 3, "rows": "1, 3"}
    many = read_table(workbook(S=[["a", "b"], *[["x", "=1"]] * 9000]), "x.xlsx").report.notes[0].details
    assert many == {"count": 9000, "rows": "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …"}


def test_a_formula_whose_result_is_the_empty_text_has_one() -> None:
    stream = io.BytesIO()
    content = io.BytesIO(workbook(S=[["a", "b"], ["x", "=1+1"]]))
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(b'<c r="B2">', b'<c r="B2" t="str">'))
    table = read_table(stream.getvalue(), "x.xlsx")
    assert (rows(table), table.report.notes) == ([["x", ""]], [])


def test_sheets() -> None:
    content = workbook(
        Empty=[], Erste=[[], ["a", "b"], ["1"], [None, None], ["2", "3", "4"], ["5", "6"]], 问答=[["q"], ["?"]]
    )
    table = read_table(content, "x.xlsx")
    assert (table.report.sheet, rows(table)) == ("Erste", [["1", ""], ["5", "6"]])
    assert noted(table.report.skipped) == [("table-row-fields", 3)]
    assert (table.report.empty_rows, table.row_numbers.tolist()) == (1, [1, 4])
    assert rows(read_table(content, "x.xlsx", sheet="问答")) == [["?"]]
    missing = refusal(content, "x.xlsx", sheet="Nowhere")
    assert (missing.code, missing.details["sheets"]) == ("table-sheet-missing", "Empty, Erste, 问答")
    assert refusal(workbook(Empty=[]), "x.xlsx").code == "table-empty"


def test_encrypted_and_corrupt_workbooks() -> None:
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    assert refusal(encrypted, "x.xlsx").code == "table-workbook-encrypted"
    content = workbook(S=[["a"], ["b"]])
    assert refusal(content[: len(content) // 2], "x.xlsx").code == "table-workbook-corrupt"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<nonsense")
    assert refusal(stream.getvalue(), "x.xlsx").code == "table-workbook-corrupt"


def test_workbook_bomb_is_refused_before_it_unpacks() -> None:
    stream = io.BytesIO(workbook(S=[["a"], ["b"]]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(20_000_000))
    assert len(stream.getvalue()) < 100_000
    assert refusal(stream.getvalue(), limits=Limits(max_unpacked_bytes=10**7)).code == "table-unpacked-too-large"


def test_a_lone_cell_in_the_last_corner_does_not_fill_the_sheet() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["A2"] = "b"
    book.active["XFD20000"] = "far"
    stream = io.BytesIO()
    book.save(stream)
    table = read_table(stream.getvalue(), "x.xlsx")
    assert (rows(table), noted(table.report.skipped)) == ([["b"]], [("table-row-fields", 19_999)])


# --- JSON ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        '[{"text": "好", "n": 1}, {"text": "bad", "n": 2.5}]',
        '{"text": ["好", "bad"], "n": [1, 2.5]}',
        '{"text": {"0": "好", "1": "bad"}, "n": {"0": 1, "1": 2.5}}',
        '{"text": "好", "n": 1}\n\n{"text": "bad", "n": 2.5}\n',
        ' [\n {"text": "好",\n "n": 1.0},\n {"n": 2.5, "text": "bad"}\n]\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_json_shapes(content: str, encoding: str) -> None:
    table = read_table(content.encode(encoding), "x.json")
    assert table.report.format == "json"
    assert rows(table) == [["好", "1"], ["bad", "2.5"]]


def test_json_values_and_late_fields() -> None:
    records = [{"a": None, "b": True}, {"a": "x", "c": 1e300}, {}, {"b": float("nan"), " c ": "\ud800"}]
    table = read_table(json.dumps(records).encode(), "x.json")
    assert list(table.frame.columns) == ["a", "b", "c"]
    assert rows(table) == [["", "true", ""], ["x", "", "1e+300"], ["", "", "?"]]
    assert (table.report.empty_rows, table.row_numbers.tolist()) == (1, [1, 2, 4])


def test_json_problems_name_their_row() -> None:
    table = read_table(b'[{"a": 1}, {"a": [1]}, 5, {"a": {"b": 1}}]', "x.json")
    assert noted(table.report.skipped) == [("table-nested", 2), ("table-json-not-object", 3), ("table-nested", 4)]
    lines = read_table(b'{"a": 1}\n{"a": 2\n[3]\n{"a": 4}\n', "x.jsonl")
    assert noted(lines.report.skipped) == [("table-json-line", 2), ("table-json-line", 3)]
    assert rows(lines) == [["1"], ["4"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'[{"a": 1},\n {"a" 2}]', "table-json"),
        (b'[{"a": 1}', "table-json"),
        (b'[{"a": 1}] x', "table-json"),
        (b'{"a": 1} x', "table-json"),
        (b"[1,]", "table-json"),
        (b"hello", "table-json"),
        (b"5", "table-json-shape"),
        (b"[]", "table-no-rows"),
        (b"{}", "table-no-rows"),
        (b"[1, 2]", "table-no-usable-rows"),
        (b'{"a": [1, 2], "b": [1]}', "table-json-lengths"),
        (b"[" * 100_000, "table-json"),
        (b'[{"a": ' + b"9" * 10_000 + b"}]", "table-json"),
    ],
)
def test_json_refusals(content: bytes, code: str) -> None:
    assert refusal(content, "x.json").code == code


def test_json_error_says_where() -> None:
    problem = refusal(b'[{"a": 1},\n {"a" 2}]', "x.json")
    assert (problem.details["line"], problem.details["position"]) == (2, 7)


# --- Parquet -------------------------------------------------------------------------------------------------------


def test_parquet_keeps_numbers_and_dates() -> None:
    frame = pd.DataFrame(
        {
            "n": [1, 2, 3],
            "when": pd.to_datetime(["2026-11-03", "2026-11-04", "2026-11-05"]),
            "text": ["好", None, "x"],
            "kind": pd.Categorical(["a", "b", "a"]),
        },
        index=[7, 8, 9],
    )
    table = read_table(parquet(frame), "x.parquet")
    assert list(table.frame.columns) == ["n", "when", "text", "kind"]
    assert table.frame["n"].tolist() == [1, 2, 3]
    assert table.frame["when"].dt.day.tolist() == [3, 4, 5]
    assert table.frame["text"].tolist() == ["好", "", "x"]
    assert table.frame["kind"].tolist() == ["a", "b", "a"]
    assert table.frame.index.tolist() == [0, 1, 2]


def test_parquet_refusals() -> None:
    assert refusal(b"PAR1" + bytes(100)).code == "table-parquet-corrupt"
    nested = refusal(parquet(pa.table({"a": [[1, 2]], "b": ["x"]})))
    assert (nested.code, nested.field) == ("table-column-type", "a")
    assert refusal(parquet(pa.table({"a": [b"\x00"]}))).code == "table-column-type"
    assert refusal(parquet(pa.table({"a": pa.array([], pa.string())}))).code == "table-no-rows"


def test_parquet_that_repeats_one_long_text_is_refused_before_it_unpacks() -> None:
    content = parquet(pa.table({"a": pa.DictionaryArray.from_arrays([0] * 100_000, ["x" * 50_000])}))
    assert len(content) < 1_000_000
    assert refusal(content, limits=Limits(max_unpacked_bytes=10**8)).code == "table-unpacked-too-large"


# --- Columns -------------------------------------------------------------------------------------------------------

WANTED = {
    "id": ("编号",),
    "text": ("review", "comment", "content", "评论", "内容"),
    "label": ("sentiment", "标签", "情感"),
    "customer": ("customer id", "user id", "客户"),
}


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["ID", "Review", "Label"], ["ID", "Review", "Label", None]),
        (["ＩＤ", "评论", "标签"], ["ＩＤ", "评论", "标签", None]),
        (["用户评论内容", "情感标签", "客户编号"], ["客户编号", "用户评论内容", "情感标签", None]),
        (["CUSTOMER_ID", "TX_ID"], ["TX_ID", None, None, "CUSTOMER_ID"]),
        (["customerId", "reviewText", "video", "idea"], [None, "reviewText", None, "customerId"]),
        (["x", "y"], [None, None, None, None]),
        (["comment", "review"], [None, "review", None, None]),
    ],
)
def test_guess_column(columns: list[str], found: list[str | None]) -> None:
    guessed = guess_column(pd.DataFrame(columns=columns), WANTED)
    assert list(guessed.values()) == found
    assert list(guessed) == list(WANTED)


# --- Writing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("＝1", "'＝1"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=1", "''=1"),
        ("-3.5", "-3.5"),
        ("+1,000.5", "+1,000.5"),
        ("-1e-5", "-1e-5"),
        ("a=b", "a=b"),
        ("it's", "it's"),
    ],
)
def test_no_formula_survives_writing(cell: str, written: str) -> None:
    content = to_csv_bytes(pd.DataFrame({"a": [cell], "=b": ["x"]}))
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))) == [["a", "'=b"], [written, "x"]]
    table = read_table(content, "x.csv")
    assert table.frame["a"].tolist() == [cell]


def test_numbers_dates_and_gaps_are_written_as_they_are() -> None:
    frame = pd.DataFrame({"n": [-1, 2], "f": [-3.5, None], "b": [True, False], "o": ["x", None]})
    assert to_csv_bytes(frame) == b'\xef\xbb\xbf"n","f","b","o"\r\n-1,-3.5,True,"x"\r\n2,"",False,""\r\n'


# --- Properties ----------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NAMES = TEXT.filter(lambda name: name.strip() == name != "")
FEW = settings(max_examples=60, deadline=None)


@st.composite
def frames(
    draw: st.DrawFn, cells: st.SearchStrategy[str] = TEXT, names: st.SearchStrategy[str] = NAMES
) -> pd.DataFrame:
    columns = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    row = st.lists(cells, min_size=len(columns), max_size=len(columns)).filter(lambda row: "".join(row).strip())
    return pd.DataFrame(draw(st.lists(row, min_size=1, max_size=8)), columns=columns, dtype="str")


@FEW
@given(frames())
def test_any_frame_survives_writing_and_reading(frame: pd.DataFrame) -> None:
    table = read_table(to_csv_bytes(frame), "x.csv")
    pd.testing.assert_frame_equal(table.frame, frame)
    assert not table.report.skipped


# Daily characters, so that text without a mark shows which encoding it is.
DAILY = st.text(
    "的一是不了人我在有他中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家可里后小么心多天而能好",
    max_size=12,
)


@FEW
@given(
    frames(DAILY, DAILY.filter(lambda name: len(name) > 3)),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.sampled_from(",\t;|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_frames_survive_every_encoding_delimiter_and_line_end(
    frame: pd.DataFrame, encoding: str, delimiter: str, end: str
) -> None:
    content = frame.to_csv(index=False, sep=delimiter, lineterminator=end).encode(encoding)
    table = read_table(content, "x.csv")
    pd.testing.assert_frame_equal(table.frame, frame)
    assert table.report.encoding == encoding


@FEW
@given(frames())
def test_any_frame_survives_json_and_parquet(frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(read_table(parquet(frame), "x").frame, frame)
    for lines in (False, True):
        content = frame.to_json(orient="records", lines=lines).encode()
        pd.testing.assert_frame_equal(read_table(content, "x.json").frame, frame)


def survives(content: bytes, name: str) -> None:
    try:
        read_table(content, name)
    except InputError as error:
        for problem in error.problems:
            for language in LANGUAGES:
                assert describe(problem, language)


STARTS = st.sampled_from(
    [b"", b"a,b\n", b'a,b\n"', b"PK\x03\x04", b"PAR1", b"[", b"{", b'{"a": 1}\n', b"\xff\xfe", b"sep=;\n"]
)


@settings(max_examples=300, deadline=None)
@given(STARTS, st.binary(max_size=200), st.sampled_from(["x.csv", "x.xlsx", "x.json", "x"]))
def test_arbitrary_bytes_raise_nothing_but_input_errors(start: bytes, content: bytes, name: str) -> None:
    survives(start + content, name)


@settings(max_examples=300, deadline=None)
@given(st.text("a1,;|\t\r\n\"'[]{}:= 中", max_size=40), st.sampled_from(["x.csv", "x.json"]))
def test_arbitrary_punctuation_raises_nothing_but_input_errors(text: str, name: str) -> None:
    survives(text.encode(), name)


WORKBOOK = workbook(S=[["a", "b"], ["x", 1], ["y", datetime.date(2026, 11, 3)]])
PARQUET = parquet(pd.DataFrame({"a": ["x", "y"], "b": [1.5, 2]}))


@settings(max_examples=120, deadline=None)
@given(st.sampled_from([WORKBOOK, PARQUET]), st.data())
def test_damaged_files_raise_nothing_but_input_errors(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(damaged[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else damaged), "x")


def test_two_bytes_that_big5_reads_as_a_letter_with_an_accent_apart() -> None:
    """Big5-HKSCS decodes 88 A3 to two characters, of which the second has no code of its own."""
    with pytest.raises(InputError):
        read_table(b"\x88\xa3", "x.csv")


def test_a_workbook_computes_nothing_and_holds_what_it_can() -> None:
    texts = ["=1+1", "+1", "@x", "plain", "a\x07b", "x" * 40_000, ""]
    frame = pd.DataFrame({"=name": texts, "n": [1.5, 2, 3, 4, 5, 6, None]})
    table = read_table(tables.to_xlsx_bytes(frame), "x.xlsx")
    assert list(table.frame.columns) == ["=name", "n"]
    assert table.frame["=name"].tolist() == ["=1+1", "+1", "@x", "plain", "a\ufffdb", "x" * 32_766 + "…"]
    assert table.frame["n"].tolist() == ["1.5", "2", "3", "4", "5", "6"]
