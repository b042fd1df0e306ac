"""Users' text as Markdown that shows exactly that text, with marked spans."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bigmodel_apps.ui.palette import MARKDOWN, Meaning

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
# Links, emoji short codes and typographic arrows are found in the finished text, where a backslash no longer protects
# it. A directive without effect around one character splits that text: at ":", "@", the dot of "www.", and between the
# characters of arrows, dashes and comparisons.
_SPLIT = re.compile(r":(?=[/\w+-])|@|(?<=www)\.|[<>~=-](?=[<>=-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of a text, and what they mean."""

    start: int
    end: int
    meaning: Meaning = "primary"


def escape(text: str) -> str:
    """Markdown that shows `text` literally, wherever Streamlit takes Markdown.

    Markdown, HTML, LaTeX, directives (``:red[…]``), icons, emoji short codes, links, images and typographic
    replacements all stay text. Line breaks inside are kept; control characters are dropped.
    """
    return mark(text, ())


def mark(text: str, spans: Iterable[Span]) -> str:
    """Like `escape`, with a coloured background behind each span.

    Spans outside the text are cut; where two overlap, the earlier one keeps the shared characters.
    """
    parts: list[tuple[str, Meaning | None]] = []
    position = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        start, end = max(span.start, position), min(span.end, len(text))
        if start >= end:
            continue
        parts.append((text[position:start], None))
        parts.append((text[start:end], span.meaning))
        position = end
    parts.append((text[position:], None))

    marked: list[str] = []
    at_line_start = True
    for part, meaning in parts:
        for number, line in enumerate(_lines(part)):
            if number:
                marked.append("\\\n")
                at_line_start = True
            if not line:
                continue
            shown = _line(line, at_line_start)
            marked.append(
                f":{MARKDOWN.get(meaning, 'violet')}-background[{shown}]" if meaning and line.strip() else shown
            )
            at_line_start = False
    # A paragraph neither begins nor ends with a line break.
    return re.sub(r"\A(\\\n|\s)+|(\\\n|\s)+\Z", "", "".join(marked))


def _lines(text: str) -> list[str]:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")).split("\n")


def _line(line: str, at_line_start: bool) -> str:
    indent = len(line) - len(line.lstrip(" ")) if at_line_start else 0
    pieces, position = ["\N{NO-BREAK SPACE}" * indent], indent
    for match in _SPLIT.finditer(line, indent):
        pieces.append(_backslash(line[position : match.start()]))
        pieces.append(f":color[\\{match.group()}]")
        position = match.end()
    pieces.append(_backslash(line[position:]))
    return "".join(pieces)


def _backslash(text: str) -> str:
    return _PUNCTUATION.sub(lambda match: "\\" + match.group(), text)
