"""Which of our two languages a text is written in."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["en", "zh"]

HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003134f]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")


def han_share(text: str) -> float:
    """Share of Chinese in [0, 1]: two Han characters weigh as much as one Latin word (a Chinese word's usual length)."""
    han = len(HAN.findall(text)) / 2
    latin = len(_LATIN_WORD.findall(text))
    return han / (han + latin) if han or latin else 0.0


def detect(text: str) -> Language:
    """``zh`` where at least 30 % of the words are Chinese: "我的 VPN client 连不上" is Chinese with borrowed words."""
    return "zh" if han_share(text) >= 0.3 else "en"
