"""The document reader: every format, what is broken or hostile in it, and passages with exact places."""

from __future__ import annotations

import io
import itertools
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.text.documents import Document, DocumentLimits, Page, clean_text, passages, read_document


def refusal(source: bytes | Path, name: str = "x.txt", **options: Any) -> str:
    """The code that a document is refused with; it must have words and carry the name."""
    with pytest.raises(InputError) as caught:
        read_document(source, name, **options)
    (problem,) = caught.value.problems
    assert problem.field == name
    for language in LANGUAGES:
        assert describe(problem, language)
    return problem.code


def outline(document: Document) -> list[tuple[int, str]]:
    return [
        (heading.level, page.text[heading.start : heading.end]) for page in document.pages for heading in page.headings
    ]


# --- PDF -----------------------------------------------------------------------------------------------------------

CHARACTERS = "我们七天内退货运费由承担。"


def pdf(*pages: list[str], title: str = "") -> bytes:
    """A PDF whose pages show these lines: Latin in Helvetica, Chinese in a font with a map to Unicode."""
    codes = "".join(f"<{index + 1:04x}> <{ord(c):04x}>\n" for index, c in enumerate(CHARACTERS))
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange "
        f"{len(CHARACTERS)} beginbfchar\n{codes}endbfchar endcmap end"
    )
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{8 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Han /Encoding /Identity-H "
        "/DescendantFonts [5 0 R] /ToUnicode 6 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Han /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
        f"<< /Title ({title}) >>",
    ]
    for number, lines in enumerate(pages):
        shown = []
        for line in lines:
            if line.isascii():
                shown.append(f"/F1 11 Tf ({line}) Tj 0 -14 Td")
            else:
                text = "".join(f"{CHARACTERS.index(c) + 1:04x}" for c in line)
                shown.append(f"/F2 11 Tf <{text}> Tj 0 -14 Td")
        content = f"BT 50 780 Td {' '.join(shown)} ET"
        bodies.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {9 + 2 * number} 0 R >>"
        )
        bodies.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(bodies) + 1} /Root 1 0 R /Info 7 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def encrypted(content: bytes, user: str, algorithm: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt(user, "owner", algorithm=algorithm)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_pdf_pages_title_and_chinese() -> None:
    document = read_document(pdf(["Returns"], ["七天内退货。", "运费由我们承担。"], title="Policy"), "policy.pdf")
    assert (document.format, document.title, document.name) == ("pdf", "Policy", "policy.pdf")
    assert document.pages == [Page(1, "Returns"), Page(2, "七天内退货。\n运费由我们承担。")]
    assert [passage.page for passage in passages(document)] == [1, 2]


def test_pdf_lines_that_were_broken_to_fit_are_joined() -> None:
    lines = [
        "You may return any item within seven days after it was deliv-",
        "ered to you, provided that the seal is not broken and that the",
        "parcel holds everything that it held when it left our warehouse.",
        "The fee is 5 yuan.",
        "- first, open the app and choose the order that you want to see",
        "- second, press the button",
    ]
    (page,) = read_document(pdf(lines), "x.pdf").pages
    assert page.text == (
        "You may return any item within seven days after it was delivered to you, provided that the seal is not broken "
        "and that the parcel holds everything that it held when it left our warehouse. The fee is 5 yuan.\n"
        "- first, open the app and choose the order that you want to see\n- second, press the button"
    )


def test_pdf_without_text_looks_scanned() -> None:
    assert refusal(pdf([], []), "scan.pdf") == "document-no-text"
    document = read_document(pdf(["Text"], []), "x.pdf")
    assert document.problems == [Problem("document-page-no-text", details={"page": 2})]
    assert describe(document.problems[0], "en").startswith("Page 2")


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_encrypted_pdf_opens_only_with_the_empty_password(algorithm: str) -> None:
    content = pdf(["Hello there"])
    assert refusal(encrypted(content, "secret", algorithm), "x.pdf") == "document-encrypted"
    assert read_document(encrypted(content, "", algorithm), "x.pdf").pages[0].text == "Hello there"


def test_corrupt_pdf_and_too_many_pages() -> None:
    content = pdf(["a"], ["b"], ["c"])
    assert refusal(b"%PDF-1.7 nothing more", "x.pdf") == "document-corrupt"
    assert refusal(content, "x.pdf", limits=DocumentLimits(max_pages=2)) == "document-too-many-pages"
    assert refusal(content, "x.pdf", limits=DocumentLimits(max_chars=2)) == "document-too-long"


# --- DOCX ----------------------------------------------------------------------------------------------------------


def docx_bytes(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_docx_in_document_order() -> None:
    source = docx.Document()
    source.core_properties.title = "Handbook"
    source.add_heading("Returns", 1)
    source.add_paragraph("Within 7 days.\tFree.")
    table = source.add_table(2, 3)
    for row, cells in zip(table.rows, (["Kind", "Fee", "Days"], ["Books", "0", "7"]), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.rows[1].cells[1].merge(table.rows[1].cells[2])
    source.add_heading("退款", 2)
    paragraph = source.add_paragraph("三天内")
    paragraph.add_run("看不见").font.hidden = True
    paragraph.add_run("退款。")
    document = read_document(docx_bytes(source), "handbook.docx")
    assert (document.format, document.title) == ("docx", "Handbook")
    assert document.pages[0].text == (
        "Returns\n\nWithin 7 days. Free.\n\nKind | Fee | Days\nBooks | 0 7\n\n退款\n\n三天内退款。"
    )
    assert outline(document) == [(1, "Returns"), (2, "退款")]
    assert [(p.heading, p.text) for p in passages(document)][1] == ("Returns › 退款", "三天内退款。")


def test_docx_content_controls_insertions_and_deletions() -> None:
    source = docx.Document()
    source.add_paragraph("before")
    body = source.element.body
    body.insert(
        1,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>inside</w:t></w:r>"
            "<w:ins><w:r><w:t> new</w:t></w:r></w:ins><w:del><w:r><w:delText> old</w:delText></w:r></w:del>"
            "</w:p></w:sdtContent></w:sdt>"
        ),
    )
    assert read_document(docx_bytes(source), "x.docx").pages[0].text == "before\n\ninside new"


def test_docx_table_of_contents_is_left_out() -> None:
    source = docx.Document()
    source.styles.add_style("toc 1", 1)
    source.add_paragraph("Returns ..... 3", style="toc 1")
    source.add_heading("Returns", 1)
    source.add_paragraph("Text")
    assert read_document(docx_bytes(source), "x.docx").pages[0].text == "Returns\n\nText"


def test_broken_and_foreign_office_files() -> None:
    source = docx.Document()
    source.add_paragraph("text")
    content = docx_bytes(source)
    assert refusal(content[: len(content) // 2], "x.docx") == "document-corrupt"
    assert refusal(docx_bytes(docx.Document()), "x.docx") == "document-empty"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    assert refusal(ole, "x.doc") == "document-old-word"
    assert refusal(ole + "EncryptedPackage".encode("utf-16-le"), "x.docx") == "document-encrypted"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
    assert refusal(stream.getvalue(), "x.docx") == "document-unsupported"


def test_docx_bomb_is_refused_before_it_unpacks() -> None:
    stream = io.BytesIO(docx_bytes(docx.Document()))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/zeros.bin", bytes(20_000_000))
    assert len(stream.getvalue()) < 100_000
    limits = DocumentLimits(max_unpacked_bytes=10**7)
    assert refusal(stream.getvalue(), "x.docx", limits=limits) == "document-unpacked-too-large"


def test_docx_that_nests_deeply() -> None:
    source = docx.Document()
    paragraph = source.add_paragraph()._p
    for _ in range(150):
        inner = OxmlElement("w:smartTag")
        paragraph.append(inner)
        paragraph = inner
    paragraph.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>deep</w:t></w:r>"))
    assert read_document(docx_bytes(source), "x.docx").pages[0].text == "deep"


# --- Markdown ------------------------------------------------------------------------------------------------------


def test_markdown() -> None:
    source = """---
title: "Shop rules"
---
# Shop rules

Free over *99* yuan,
see [rates](https://a.b) and ![a chart](x.png) &amp; `code`.

送货上门，
不收**运费**。

Fees
----

- one
  - two

    more
- three

| Kind | Days |
|---|---|
| Books | 7 |

```
x = 1
```

<div hidden>no</div>
<p>yes</p><script>no()</script>

> quoted<br>line
"""
    document = read_document(source.encode(), "rules.md")
    assert (document.format, document.title) == ("md", "Shop rules")
    assert document.pages[0].text == (
        "Shop rules\n\nFree over 99 yuan, see rates and a chart & code.\n\n送货上门，不收运费。\n\nFees\n\n"
        "one\ntwo\nmore\nthree\n\nKind | Days\nBooks | 7\n\nx = 1\n\nyes\n\nquoted\nline"
    )
    assert outline(document) == [(1, "Shop rules"), (2, "Fees")]
    # The title of the document is no news to anyone.
    assert [passage.heading for passage in passages(document)] == ["", "Fees"]


# --- HTML ----------------------------------------------------------------------------------------------------------

HTML = """<!doctype html><html><head><meta charset="{charset}"><title>退货 &amp; 换货</title><style>a{{}}</style></head>
<body><h1>退货<br>政策</h1><p>One<br>two <b>Be</b>st</p><script>no()</script><!-- no --><p hidden>no</p>
<div style="Display : none"><h2>no</h2></div><span aria-hidden="true">no</span>
<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>
<table><tr><th>K</th><th>V</th></tr><tr><td><p>x</p></td><td>1</td></tr></table>
<table><tr><td><h3>Layout</h3>text</td></tr></table><pre>l1
l2</pre>tail</body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "big5", "none"])
def test_html(charset: str) -> None:
    source = HTML.format(charset=charset)
    source = source.replace("货", "貨").replace("换", "換") if charset == "big5" else source
    document = read_document(source.encode("utf-8" if charset == "none" else charset), "x.html")
    assert document.title == ("退貨 & 換貨" if charset == "big5" else "退货 & 换货")
    assert document.pages[0].text.replace("退貨", "退货") == (
        "退货 政策\n\nOne\ntwo Best\n\na\nb\nc\n\nK | V\nx | 1\n\nLayout\n\ntext\n\nl1\nl2\n\ntail"
    )
    assert [level for level, _ in outline(document)] == [1, 3]


def test_html_is_known_by_its_content() -> None:
    assert read_document(b"\n<!-- x --><!DOCTYPE html><p>hi</p>", "page.txt").format == "html"
    assert refusal(b"<html><body><script>x</script></body></html>", "x.html") == "document-empty"


@pytest.mark.parametrize("piece", [b"<div>", b"<table><tr><td>", b"<ul><li>", b"<b><i>", b"<p hidden>", b"<h1>"])
def test_html_that_nests_deeply(piece: bytes) -> None:
    document = read_document(b"<p>start</p>" + piece * 3_000 + b"end", "x.html")
    assert document.pages[0].text.startswith("start")


# --- TXT -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_txt_encodings(encoding: str) -> None:
    text = "七天内可以退货。\n\n运费由我们承担，三天内到账。"
    assert read_document(text.encode(encoding), "x.txt").pages == [Page(1, text)]


def test_txt_lines_are_joined_only_where_they_were_broken_to_fit() -> None:
    wrapped = (
        "We will refund the price of the item to the card that you paid with\n"
        "within three working days after the parcel has reached our warehouse\n"
        "in Ningbo. Parcels from abroad take longer, as customs have to clear\n"
        "them first.\n\nSecond paragraph\nwith a short line.\n"
    )
    first, second = read_document(wrapped.encode(), "x.txt").pages[0].text.split("\n\n")
    assert "\n" not in first
    assert second == "Second paragraph\nwith a short line."
    listed = "怎么退货？\n在订单页点击退货，填写原因后提交。\n多久到账？\n三天。\n运费多少？\n满 99 元包邮。"
    assert read_document(listed.encode(), "x.txt").pages[0].text == listed


def test_txt_refusals(tmp_path: Path) -> None:
    assert refusal(b"") == "document-empty"
    assert refusal(" \u200b\n".encode()) == "document-empty"
    assert refusal(bytes(range(256)) * 4) == "document-unsupported"
    assert refusal(b"\x89PNG\r\n\x1a\n") == "document-unsupported"
    assert refusal("好".encode() * 50 + b"\n\xff") == "document-encoding"
    assert refusal(b"x" * 11, limits=DocumentLimits(max_bytes=10)) == "document-too-large"
    assert refusal(b"x" * 11, limits=DocumentLimits(max_chars=10)) == "document-too-long"
    assert refusal(tmp_path / "none.txt") == "document-not-found"
    assert refusal(tmp_path) == "document-unreadable"
    path = tmp_path / "a.txt"
    path.write_bytes(b"hello")
    assert read_document(path, "a.txt").title == "a"


# --- Clean text ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\r\nb\rc\u2028d\x85e\x0cf", "a\nb\nc\nd\ne\nf"),
        ("a\u200bb\ufeffc\u2060d\u00ade", "abcde"),
        ("pay\u202e001\u202c now \u2066x\u2069", "pay001 now x"),
        ("a\x00b\x1bc\td", "abc\td"),
        ("a\u00a0b\u2009c\u3000d", "a b c\u3000d"),
        ("👩\u200d💻 ❤\ufe0f\u200d🔥", "👩\u200d💻 ❤\ufe0f\u200d🔥"),
        ("a\u200db 中\u200d文 👩\u200dx", "ab 中文 👩x"),
        ("e\u0301 e\u200d\u0301 ＡＢ，", "é é ＡＢ，"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("plain", "plain"),
    ],
)
def test_clean_text(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@settings(max_examples=300, deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("e\u0301\u200d\u200b\ufe0f👩💻\u202e\r\n\u00a0"))))
def test_cleaning_is_final_and_keeps_nfc(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)
    clean.encode()


# --- Passages ------------------------------------------------------------------------------------------------------


def weight(text: str) -> float:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return wide + (len(text) - wide) * 0.4


def test_short_paragraphs_share_a_passage_but_never_across_headings() -> None:
    source = "# A\n\nOne.\n\nTwo.\n\n## B\n\nThree.\n\n# C\n\nFour."
    found = passages(read_document(source.encode(), "Doc.md"))
    # The first heading is the title of the document, which is left out above its own text.
    assert [(p.heading, p.text) for p in found] == [("", "One.\n\nTwo."), ("B", "Three."), ("C", "Four.")]


@pytest.mark.parametrize(
    ("sentence", "least", "most"),
    [
        ("The parcel number {} is sent to you within four days. ", 55, 125),
        ("第 {} 号包裹将在四天之内寄出并且送到您的手中。", 115, 250),
    ],
)
def test_long_paragraphs_are_cut_between_sentences_with_one_of_overlap(sentence: str, least: int, most: int) -> None:
    text = "".join(sentence.format(number) for number in range(60)).strip()
    document = read_document(text.encode(), "x.md")
    found = passages(document)
    for passage in found[:-1]:
        chinese = sum(unicodedata.east_asian_width(character) in "WF" for character in passage.text)
        size = chinese or len(passage.text.split())
        assert least <= size <= most
        assert passage.text.endswith((".", "。"))
    for before, after in itertools.pairwise(found):
        shared = text[after.start : before.end]
        assert len(shared.rstrip(".。").split("." if text.isascii() else "。")) == 1
        assert shared
    assert found[0].start == 0
    assert found[-1].end == len(text)


def test_a_sentence_without_end_is_cut_after_words() -> None:
    found = passages(read_document(("word " * 500).encode(), "x.md"))
    assert all(weight(passage.text) <= 245 for passage in found)
    assert " ".join(passage.text for passage in found).split() == ["word"] * 500
    giant = passages(read_document(b"x" * 5_000, "x.md"))
    assert "".join(passage.text for passage in giant) == "x" * 5_000


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.one_of(st.characters(), st.sampled_from(list("。.,，！? \n\n#-中文字ab")))).flatmap(
        lambda text: st.integers(1, 40).map(lambda times: text * times)
    ),
    st.sampled_from(["x.md", "x.txt", "x.html"]),
)
def test_passages_have_exact_places_and_hold_everything_but_headings(text: str, name: str) -> None:
    try:
        document = read_document(text.encode("utf-8", "replace"), name)
    except InputError:
        return
    (page,) = document.pages
    left = list(page.text)
    for heading in page.headings:
        left[heading.start : heading.end] = [" "] * (heading.end - heading.start)
    for passage in passages(document):
        assert page.text[passage.start : passage.end] == passage.text == passage.text.strip()
        assert len(passage.text) <= 613
        left[passage.start : passage.end] = [" "] * (passage.end - passage.start)
    assert not "".join(left).strip()


# --- Hostile bytes -------------------------------------------------------------------------------------------------


def survives(content: bytes, name: str) -> None:
    try:
        passages(read_document(content, name))
    except InputError as error:
        for problem in error.problems:
            for language in LANGUAGES:
                assert describe(problem, language)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"# a\n", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
    ),
    st.binary(max_size=300),
    st.sampled_from(["x.txt", "x.md", "x.html", "x.pdf", "x.docx"]),
)
def test_arbitrary_bytes_raise_nothing_but_input_errors(start: bytes, content: bytes, name: str) -> None:
    survives(start + content, name)


def sample_docx() -> bytes:
    source = docx.Document()
    source.add_heading("A", 1)
    source.add_paragraph("text")
    return docx_bytes(source)


SAMPLES = [sample_docx(), pdf(["Hello", "七天内"], ["x"], title="T"), encrypted(pdf(["Hello"]), "", "RC4-128")]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_damaged_files_raise_nothing_but_input_errors(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(damaged), "x")
