"""Text from outside inside HTML and SVG."""

from __future__ import annotations

import html
import re

# What no HTML text may hold: control characters, and marks that turn the direction of all that follows.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")


def escaped(text: str) -> str:
    """The text, so that it is shown and never read as markup."""
    return html.escape(_UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text))
