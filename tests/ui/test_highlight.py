"""What a user typed is shown as typed. The browser has the last word: tests/e2e/test_shell.py."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bigmodel_apps.ui.highlight import Span, escape, mark

MARKUP = "*_`#>|~[]()!\\<>&$:@-+=.'\"{}/ \n\t1aA中"
texts = st.one_of(st.text(), st.text(alphabet=MARKUP))
# The same characters as those that Streamlit's browser code turns into links and arrows.
SPLIT = re.compile(r":color\[(\\[!-/:-@\[-`{-~])\]")
BACKGROUND = re.compile(r":[a-z]+-background\[((?:\\.|:color\[\\.\]|[^\]\\])*)\]", re.DOTALL)


def read(markdown: str) -> str:
    """The text that a CommonMark reader sees; fails where it sees anything but text and line breaks."""
    tokens = (
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(SPLIT.sub(r"\1", markdown))
    )
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    text = ""
    for token in (child for block in tokens for child in block.children or []):
        assert token.type in ("text", "hardbreak", "text_special"), token
        text += "\n" if token.type == "hardbreak" else token.content
    return text


def plain(text: str) -> str:
    """`text` without what a page cannot show: control characters, and white space at the end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Zl", "Zp"))
    return "\n".join(re.sub(r"[ \xa0]+", " ", line).strip(" ") for line in kept.split("\n")).strip()


@given(texts)
def test_escape_is_read_as_the_text(text: str) -> None:
    assert plain(read(escape(text))) == plain(text)


@given(texts, st.lists(st.tuples(st.integers(-2, 40), st.integers(-2, 40)), max_size=4))
def test_mark_changes_no_character(text: str, places: list[tuple[int, int]]) -> None:
    marked = mark(text, [Span(start, end, "good") for start, end in places])
    assert plain(read(BACKGROUND.sub(r"\1", marked))) == plain(text)


def test_mark_puts_a_background_behind_the_span() -> None:
    assert mark("Open from 9 to 5.", [Span(10, 16, "good")]) == r"Open from :green-background[9 to 5]\."


def test_mark_reopens_the_background_after_a_line_break() -> None:
    assert mark("ab\ncd", [Span(1, 4)]) == "a:blue-background[b]\\\n:blue-background[c]d"


def test_overlapping_spans_share_nothing() -> None:
    assert mark("abcd", [Span(0, 3, "good"), Span(1, 4, "bad")]) == ":green-background[abc]:red-background[d]"


def test_links_and_arrows_are_split() -> None:
    for hostile in ("https://x.org", "www.x.org", "a@x.org", "a -> b", "a <-> b", "a >= b", "a -- b"):
        assert ":color[" in escape(hostile)
