"""Documents that users bring, as plain text with headings: PDF, DOCX, Markdown, HTML and TXT.

The text of a page is ours: white space is tidied, blocks are separated by an empty line, one line a table row or list
item. Headings and passages are places in exactly that text.
"""

from __future__ import annotations

import io
import itertools
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from statistics import quantiles
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import MIB, archive_parts, decode, is_binary, is_encrypted_office
from bigmodel_apps.text.language import HAN
from bigmodel_apps.text.sentences import sentences

if TYPE_CHECKING:
    from markdown_it.token import Token

Format = Literal["pdf", "docx", "md", "html", "txt"]


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How much of a document is read; what is larger is refused."""

    max_bytes: int = 50 * MIB
    max_unpacked_bytes: int = 250 * MIB
    max_pages: int = 5_000
    max_chars: int = 50_000_000


DEFAULT_LIMITS = DocumentLimits()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level (1 is the highest) and its place in the text of the page."""

    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a PDF, or the whole of any other document. `number` counts from 1."""

    number: int
    text: str
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What was read. `problems` names what could not be read, by page, while the rest could."""

    name: str
    title: str
    format: Format
    pages: list[Page]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that can stand alone: ``page.text[start:end] == text``.

    Attributes:
        document: Name of the document.
        page: Number of the page.
        heading: The headings above it, highest first, joined by `` › ``; empty where there are none.
    """

    document: str
    page: int
    heading: str
    text: str
    start: int
    end: int


def read_document(source: Path | bytes, name: str, *, limits: DocumentLimits = DEFAULT_LIMITS) -> Document:
    """Read a document; its content, not its name, decides the format where it can.

    Raises:
        InputError: The document cannot be used as it is; says why.
    """
    try:
        content = _content(source, limits)
        match _format(content, PurePath(name).suffix.lower()):
            case "pdf":
                document = _read_pdf(content, limits)
            case "docx":
                document = _read_docx(content, limits)
            case "html":
                document = _read_html(content)
            case "md":
                document = _read_markdown(_decode(content))
            case _:
                document = _read_txt(_decode(content))
        length = sum(len(page.text) for page in document.pages)
        if length == 0:
            _refuse("document-no-text" if document.format == "pdf" else "document-empty")
        if length > limits.max_chars:
            _refuse("document-too-long", limit=limits.max_chars)
        return replace(document, name=name, title=document.title or PurePath(name).stem)
    except InputError as error:
        raise InputError(*(replace(problem, field=name) for problem in error.problems)) from error


def _refuse(code: str, **details: str | int | float) -> NoReturn:
    raise InputError(Problem(code, details=details))


def _content(source: Path | bytes, limits: DocumentLimits) -> bytes:
    if isinstance(source, Path):
        try:
            with source.open("rb") as stream:
                source = stream.read(limits.max_bytes + 1)
        except FileNotFoundError:
            _refuse("document-not-found")
        except OSError as error:
            _refuse("document-unreadable", reason=error.strerror or type(error).__name__)
    if len(source) > limits.max_bytes:
        _refuse("document-too-large", limit=limits.max_bytes / MIB)
    if not source.strip():
        _refuse("document-empty")
    return source


_HTML_START = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", re.I | re.S)


def _format(content: bytes, suffix: str) -> Format:
    head = content[: 64 * 1024]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "docx"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _refuse("document-encrypted" if is_encrypted_office(content) else "document-old-word")
    if is_binary(head):
        _refuse("document-unsupported")
    if suffix in (".html", ".htm", ".xhtml") or _HTML_START.match(head.removeprefix(b"\xef\xbb\xbf")[:4096]):
        return "html"
    return "md" if suffix in (".md", ".markdown") else "txt"


# --- Clean text ----------------------------------------------------------------------------------------------------

_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"[\xa0\u1680\u2000-\u200a\u202f\u205f]")
# Controls; soft hyphen; zero-width and invisible characters; bidirectional marks, embeddings, overrides and isolates;
# tags (which smuggle unseen text); non-characters.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_EMOJI = r"[\u00a9\u00ae\u203c\u2049\u2122-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_STRAY_JOINER = re.compile(rf"(?<!{_EMOJI})(?<!{_EMOJI}\ufe0f)\u200d|\u200d(?!{_EMOJI})")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def clean_text(text: str) -> str:
    r"""Text as a reader sees it, in Unicode's composed form (NFC): nothing unseen, one kind of line end and space.

    Line ends of every kind become ``\n``; no-break and other wide or thin spaces become a space (the ideographic one
    stays, as do full-width forms). Removed are controls, zero-width characters, soft hyphens, bidirectional controls
    and tag characters, which can hide or reorder what a model reads. The zero-width joiner stays where it makes one
    emoji out of several (👩‍💻) and goes everywhere else. Halves of surrogate pairs become ``�``. Cleaning twice
    changes nothing more.
    """
    if not text.isascii():
        text = _SPACES.sub(" ", _SURROGATE.sub("\ufffd", text))
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _STRAY_JOINER.sub("", text))


_BLANKS = re.compile(r"[ \t]+")


def _tidy(text: str) -> str:
    """Clean text without empty lines, and without runs of blanks or blanks at the ends of lines."""
    lines = (_BLANKS.sub(" ", line).strip() for line in clean_text(text).split("\n"))
    return "\n".join(line for line in lines if line)


class _Text:
    """The text of a page in the making, block by block."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self.title = ""

    def add(self, text: str, level: int = 0) -> None:
        """Add a block; one with a level is a heading, and the first of them the title."""
        text = _tidy(text)
        if not text:
            return
        if level:
            text = text.replace("\n", " ")
            self.title = self.title or text
            self._headings.append(Heading(level, self._length, self._length + len(text)))
        self._parts.append(text)
        self._length += len(text) + 2

    def add_table(self, rows: Iterable[Iterable[str]]) -> None:
        """Add a block with one line a row, its cells separated by `` | ``."""
        lines = (" | ".join(filter(None, (_tidy(cell).replace("\n", " ") for cell in row))) for row in rows)
        self.add("\n".join(lines))

    def page(self) -> Page:
        return Page(1, "\n\n".join(self._parts), tuple(self._headings))


# --- TXT -----------------------------------------------------------------------------------------------------------


def _decode(content: bytes) -> str:
    try:
        return decode(content)[0]
    except UnicodeDecodeError as error:
        _refuse("document-encoding", line=content.count(b"\n", 0, error.start) + 1)


def _read_txt(source: str) -> Document:
    text = _Text()
    for block in _unwrapped(source):
        text.add(block)
    return Document("", "", "txt", [text.page()])


_SENTENCE_ENDS = (*"。.：:！？!?；;", "……")
_ITEM = re.compile(r"([-–—*•·●○■□▪◦➢✓]|\(?\d{1,3}[.)、．]|（?[一二三四五六七八九十]{1,3}[）、])\s*\S")


def _unwrapped(text: str) -> Iterator[str]:
    """Paragraphs, with the lines joined that were only broken to fit the width of a page.

    Text counts as wrapped where half of its lines come near the same right edge and many of those stop in the middle
    of a sentence. Then a line goes on in the next one unless it stops well before the edge or a list item follows.
    """
    lines = [_BLANKS.sub(" ", line).strip() for line in clean_text(text).split("\n")]
    edge = _right_edge([line for line in lines if line])
    block = ""
    for line, following in itertools.pairwise([*lines, ""]):
        block += line
        if not following:
            if block:
                yield block
            block = ""
        elif line:
            near = 0.9 if line.endswith(_SENTENCE_ENDS) else 0.7
            if edge and _width(line) >= near * edge and not _ITEM.match(following):
                hyphenated = line[-1] == "-" and line[-2:-1].islower() and following[0].islower()
                block = block[:-1] if hyphenated else block + _glue(line[-1], following[0])
            else:
                block += "\n"


def _right_edge(lines: list[str]) -> float:
    """Width at which the lines were broken, in Latin letters; 0 where they were not."""
    if len(lines) < 4:
        return 0.0
    edge = quantiles(map(_width, lines), n=10)[-1]
    full = [line for line in lines if _width(line) >= 0.85 * edge]
    unfinished = sum(not line.endswith(_SENTENCE_ENDS) for line in full)
    return edge if 40 <= edge <= 160 and len(full) >= len(lines) / 2 and unfinished >= len(full) / 3 else 0.0


def _width(line: str) -> int:
    return len(line) + len(HAN.findall(line))


def _glue(before: str, after: str) -> str:
    """What stands between two pieces of a broken line: nothing between Chinese characters, else a space."""
    east_asian = ("W", "F")
    wide = unicodedata.east_asian_width(before) in east_asian and unicodedata.east_asian_width(after) in east_asian
    return "" if wide else " "


# --- PDF -----------------------------------------------------------------------------------------------------------


def _read_pdf(content: bytes, limits: DocumentLimits) -> Document:
    from pypdf import PdfReader

    pages = []
    problems = []
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            _refuse("document-encrypted")
        count = len(reader.pages)
        if count > limits.max_pages:
            _refuse("document-too-many-pages", limit=limits.max_pages)
        title = _tidy(reader.metadata.title or "") if reader.metadata else ""
        length = 0
        for number in range(1, count + 1):
            try:
                raw = reader.pages[number - 1].extract_text()
            except Exception:  # one damaged page, font or stream must not cost the others
                problems.append(Problem("document-page-unreadable", details={"page": number}))
                continue
            page = _Text()
            for block in _unwrapped(raw):
                page.add(block)
            pages.append(replace(page.page(), number=number))
            length += len(pages[-1].text)
            if length > limits.max_chars:
                _refuse("document-too-long", limit=limits.max_chars)
            if not pages[-1].text:
                problems.append(Problem("document-page-no-text", details={"page": number}))
    except InputError:
        raise
    except Exception as error:  # pypdf lets KeyError, TypeError, RecursionError and more through
        raise InputError(Problem("document-corrupt")) from error
    if not pages:
        _refuse("document-corrupt")
    return Document("", title, "pdf", pages, problems)


# --- DOCX ----------------------------------------------------------------------------------------------------------

_STYLE_LEVEL = re.compile(r"(?:heading|标题) ?([1-9])|title|标题", re.IGNORECASE)


def _read_docx(content: bytes, limits: DocumentLimits) -> Document:
    try:
        parts = archive_parts(io.BytesIO(content))
    except zipfile.BadZipFile:
        _refuse("document-corrupt")
    if "word/document.xml" not in parts:
        _refuse("document-unsupported")
    if sum(parts.values()) > limits.max_unpacked_bytes:
        _refuse("document-unpacked-too-large", limit=limits.max_unpacked_bytes / MIB)
    try:
        return _docx_document(content)
    except Exception as error:  # python-docx lets KeyError, ValueError, XMLSyntaxError and more through
        raise InputError(Problem("document-corrupt")) from error


def _docx_document(content: bytes) -> Document:
    import docx
    from docx.oxml.ns import qn

    document = docx.Document(io.BytesIO(content))
    styles = {style.style_id: style.name or "" for style in document.styles}
    text = _Text()
    queue = [document.element.body]
    while queue:
        block: Any = queue.pop()
        if block.tag == qn("w:p"):
            style = styles.get(block.style or "", "")
            if not style.lower().startswith("toc "):  # a table of contents repeats the headings
                text.add(_docx_text(block), _style_level(style))
        elif block.tag == qn("w:tbl"):
            rows = block.iterchildren(qn("w:tr"))
            text.add_table([_docx_text(cell) for cell in row.iterchildren(qn("w:tc"))] for row in rows)
        elif block.tag != qn("w:sectPr"):
            queue.extend(reversed(block))  # content controls and the like hold blocks of their own
    return Document("", _tidy(document.core_properties.title) or text.title, "docx", [text.page()])


def _style_level(name: str) -> int:
    match = _STYLE_LEVEL.fullmatch(name.strip())
    return int(match[1] or 1) if match else 0


def _docx_text(element: Any) -> str:
    """Text of a paragraph or cell as a reader sees it: with insertions and text boxes, without what is hidden."""
    from docx.oxml.ns import qn

    text = {qn("w:t"), qn("m:t")}
    marks = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:p"): "\n", qn("w:noBreakHyphen"): "-"}
    fallback = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
    hidden = f"{qn('w:rPr')}/{qn('w:vanish')}"
    pieces: list[str] = []
    queue = [element]
    while queue:
        node = queue.pop()
        # Text boxes stand in the file twice, the second time for old programs.
        if node.tag == fallback or (node.tag == qn("w:r") and node.find(hidden) is not None):
            continue
        if node.tag in text:
            pieces.append(node.text or "")
        else:
            pieces.append(marks.get(node.tag, ""))
            queue.extend(reversed(node))
    return "".join(pieces)


# --- Markdown ------------------------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?\r?\n)?---[ \t]*\r?\n", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.*?)[\"']?[ \t\r]*$", re.MULTILINE)


def _read_markdown(source: str) -> Document:
    from markdown_it import MarkdownIt

    title = ""
    if front := _FRONT_MATTER.match(source):
        source = source[front.end() :]
        stated = _FRONT_TITLE.search(front[1] or "")
        title = _tidy(stated[1]) if stated else ""
    text = _Text()
    _add_tokens(text, MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source))
    return Document("", title or text.title, "md", [text.page()])


def _add_tokens(text: _Text, tokens: list[Token]) -> None:
    level = 0
    items: list[str] | None = None
    rows: list[list[str]] = []
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
            case "heading_close":
                level = 0
            case "bullet_list_open" | "ordered_list_open" if token.level == 0:
                items = []
            case "bullet_list_close" | "ordered_list_close" if token.level == 0:
                text.add("\n".join(items or ()))
                items = None
            case "table_open":
                rows = []
            case "tr_open":
                rows.append([])
            case "table_close":
                text.add_table(rows)
                rows = []
            case "inline":
                content = _inline_text(token.children or [])
                if rows:
                    rows[-1].append(content)
                elif items is not None and not level:
                    items.append(content)
                else:
                    text.add(content, level)
            case "fence" | "code_block":
                if items is None:
                    text.add(token.content)
                else:
                    items.append(token.content)
            case "html_block":
                add_html = text.add if items is None else items.append
                add_html(_html_fragment(token.content))


def _inline_text(tokens: list[Token]) -> str:
    text = ""
    broken = False
    for token in tokens:
        content = ""
        match token.type:
            case "text" | "code_inline" | "text_special":
                content = token.content
            case "image":
                content = _inline_text(token.children or [])
            case "hardbreak":
                content = "\n"
            case "html_inline" if token.content.lower().startswith("<br"):
                content = "\n"
            case "softbreak":
                broken = True
        if content:
            text += _glue(text[-1], content[0]) + content if broken and text else content
            broken = False
    return text


# --- HTML ----------------------------------------------------------------------------------------------------------

_UNREAD = ["script", "style", "noscript", "template", "svg", "math", "iframe", "object", "head", "select", "canvas"]
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_LISTS = ["ul", "ol", "dl", "menu"]
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|dialog|dir|div|dt|fieldset|figcaption|figure|footer"
    "|form|header|hgroup|hr|html|li|main|nav|p|section|summary|table|tbody|td|tfoot|th|thead|tr|ul|ol|dl|menu"
)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WHITE_SPACE = re.compile(r"[ \t\r\n\f]+")
# Stands for a line break that the page asks for, as against those of its source; `clean_text` makes a line end of it.
_BREAK = "\u2028"


def _read_html(content: bytes) -> Document:
    from bs4.dammit import EncodingDetector

    declared = EncodingDetector.find_declared_encoding(content, is_html=True)
    source = _decode_declared(content, declared) if declared else None
    text = _Text()
    title = _add_html(text, _decode(content) if source is None else source)
    return Document("", title or text.title, "html", [text.page()])


def _decode_declared(content: bytes, declared: str) -> str | None:
    try:
        # Pages that declare GB 2312 use all of GBK.
        return content.decode("gb18030" if declared.lower() in ("gb2312", "gbk") else declared)
    except (LookupError, ValueError):
        return None


def _add_html(text: _Text, source: str) -> str:
    """Add what a page shows, block by block; returns its title."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(source, "lxml")
    title = _tidy(_html_text(soup.title)).replace("\n", " ") if soup.title else ""
    _add_elements(text, soup, _prepare(soup))
    return title


def _prepare(soup: Any) -> set[int]:
    """Take out what is not shown; returns the ids of the tables that lay out blocks rather than hold data."""
    layouts: set[int] = set()
    queue: list[tuple[Any, Any]] = [(soup, None)]
    while queue:
        parent, table = queue.pop()
        for child in parent.find_all(True, recursive=False):
            if child.name in _UNREAD or _is_hidden(child):
                child.extract()
                continue
            if child.name == "br":
                child.replace_with(_BREAK)
                continue
            if table is not None and (child.name == "table" or child.name in _HEADINGS):
                layouts.add(id(table))
            queue.append((child, child if child.name == "table" else table))
    return layouts


def _is_hidden(tag: Any) -> bool:
    return (
        "hidden" in tag.attrs
        or tag.attrs.get("aria-hidden") == "true"
        or bool(_HIDING_STYLE.search(str(tag.attrs.get("style", ""))))
    )


def _html_text(element: Any) -> str:
    return _WHITE_SPACE.sub(" ", element.get_text())


def _add_elements(text: _Text, root: Any, layouts: set[int]) -> None:
    from bs4.element import NavigableString, PreformattedString

    block: list[str] = []
    lists = 0

    def close() -> None:
        # Inside a list a block is a line of it.
        if lists:
            block.append(_BREAK)
        else:
            text.add("".join(block))
            block.clear()

    # Pages nest deeper than Python's stack: what is still to visit, and None with the name of what is to be left.
    queue: list[tuple[Any, str]] = [(root, "")]
    while queue:
        node, name = queue.pop()
        if node is None:
            lists -= name in _LISTS
            close()
        elif isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):  # comments and declarations
                block.append(_WHITE_SPACE.sub(" ", node))
        elif node.name in _HEADINGS and not lists:
            close()
            text.add(_html_text(node), int(node.name[1]))
        elif node.name == "pre":
            close()
            block.append(node.get_text().replace("\n", _BREAK))
            close()
        elif node.name == "table" and not lists and id(node) not in layouts:
            close()
            text.add_table([_html_text(cell) for cell in row.find_all(["td", "th"])] for row in node.find_all("tr"))
        else:
            if _BLOCK.fullmatch(node.name):
                close()
                lists += node.name in _LISTS
                queue.append((None, node.name))
            queue.extend((child, "") for child in reversed(node.contents))
    close()


def _html_fragment(source: str) -> str:
    text = _Text()
    _add_html(text, source)
    return text.page().text


# --- Passages ------------------------------------------------------------------------------------------------------

# Weight of a passage, where a Chinese character or mark weighs 1 and any other 0.4, so that an English word with its
# space weighs about 2.3: passages hold about 60 to 120 words or 120 to 250 characters.
_ENOUGH = 130
_MOST = 245
_NARROW = 0.4
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003134f]")
_CLAUSE_ENDS = "，、；：,;:）) \n"

_Span = tuple[int, int]


def passages(document: Document) -> list[Passage]:
    """Cut a document into passages of about 60 to 120 English words or 120 to 250 Chinese characters.

    No passage crosses a heading or a page. Short paragraphs under one heading share a passage; a paragraph that is too
    long for one is cut between sentences, and each part starts with the last sentence of the one before.
    """
    found = []
    trail: list[tuple[int, str]] = []

    def add_section(page: Page, start: int, end: int) -> None:
        heading = " › ".join(text for _, text in trail if text != document.title)
        for begin, stop in _pack(page.text, _paragraphs(page.text, start, end)):
            found.append(Passage(document.name, page.number, heading, page.text[begin:stop], begin, stop))

    for page in document.pages:
        start = 0
        for heading in page.headings:
            add_section(page, start, heading.start)
            trail = [above for above in trail if above[0] < heading.level]
            trail.append((heading.level, page.text[heading.start : heading.end]))
            start = heading.end
        add_section(page, start, len(page.text))
    return found


def _weight(text: str, span: _Span) -> float:
    piece = text[span[0] : span[1]]
    wide = 0 if piece.isascii() else len(_WIDE.findall(piece))
    return wide + (len(piece) - wide) * _NARROW


def _paragraphs(text: str, start: int, end: int) -> Iterator[_Span]:
    while start < end:
        stop = text.find("\n\n", start, end)
        stop = end if stop < 0 else stop
        if text[start:stop].strip():
            yield start, stop
        start = stop + 2


def _pack(text: str, paragraphs: Iterable[_Span]) -> Iterator[_Span]:
    """Short paragraphs together, long ones in parts."""
    open_span: _Span | None = None
    for span in paragraphs:
        if open_span is not None:
            together = (open_span[0], span[1])
            if _weight(text, open_span) < _ENOUGH and _weight(text, together) <= _MOST:
                open_span = together
                continue
            yield open_span
        open_span = span
        if _weight(text, span) > _MOST:
            yield from _windows(text, span)
            open_span = None
    if open_span is not None:
        yield open_span


def _windows(text: str, paragraph: _Span) -> Iterator[_Span]:
    """Parts of about the same weight, cut between sentences, overlapping by one sentence where that leaves room."""
    offset = paragraph[0]
    pieces = [
        piece
        for start, end in sentences(text[offset : paragraph[1]])
        for piece in _fitting(text, (offset + start, offset + end))
    ]
    weights = [_weight(text, piece) for piece in pieces]
    target = sum(weights) / math.ceil(sum(weights) / _MOST)
    first = 0
    weight = 0.0
    for position, piece_weight in enumerate(weights):
        if weight and (weight >= target or weight + piece_weight > _MOST):
            yield pieces[first][0], pieces[position - 1][1]
            first = position
            weight = 0.0
            if weights[position - 1] <= _MOST / 3 and weights[position - 1] + piece_weight <= _MOST:
                first = position - 1
                weight = weights[position - 1]
        weight += piece_weight
    if pieces:
        yield pieces[first][0], pieces[-1][1]


def _fitting(text: str, sentence: _Span) -> Iterator[_Span]:
    """A sentence whole, or, where it is too heavy for one passage, cut after clauses or words."""
    start, end = sentence
    reach = int(_MOST / _NARROW) + 1
    while end - start >= reach or _weight(text, (start, end)) > _MOST:
        stop = start
        weight = 0.0
        while weight <= _MOST - 1:
            weight += 1 if _WIDE.match(text[stop]) else _NARROW
            stop += 1
        cut = max(text.rfind(mark, (start + stop) // 2, stop) for mark in _CLAUSE_ENDS) + 1 or stop
        yield start, start + len(text[start:cut].rstrip())
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end
