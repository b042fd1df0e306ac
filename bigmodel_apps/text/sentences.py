"""Sentences of English and Chinese text, as places in the text."""

from __future__ import annotations

import re

_CLOSERS = "”’\"'」』）)】》〉］]"
# A place where a sentence may end: a line end, or terminal marks with the quotes and brackets that close after them.
_STOP = re.compile(
    r"(?P<line>[\n\r\u2028\u2029\f\v])"
    rf"|(?P<mark>[。！？｡!?]+|…{{2,}}|(?P<soft>…|\.{{2,}})|(?P<dot>\.))(?P<close>[{re.escape(_CLOSERS)}]*)"
)
# Han, kana, full-width forms and Chinese punctuation: scripts that put no space between sentences.
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003134f“‘]")
# The look-behind and the bound keep the search linear in hostile text.
_ADDRESS = re.compile(
    r"(?:https?://|www\.|(?<![\w.+-])[\w.+-]{1,64}@)[^\s\u2018-\u201f\u2e80-\u9fff\uff00-\uffef<>\"]+", re.IGNORECASE
)
_QUOTED = re.compile(
    r"「[^「」\n]{0,200}」|『[^『』\n]{0,200}』|“[^“”\n]{0,200}”|（[^（）\n]{0,200}）|《[^《》\n]{0,200}》"
)
_ABBREVIATION = re.compile(
    "mr|mrs|ms|dr|prof|rev|gen|sen|rep|st|jr|sr|hon|capt|lt|col|sgt|vs|viz|cf|al|eg|ie|e[.]g|i[.]e|approx|resp|incl|excl|vol"
    "|dept|est|ext|tel|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thur?|fri"
)
# These are words as well, or end sentences: only a number after them shows the abbreviation.
_BEFORE_NUMBER = re.compile("nos?|pp?|art|min|max|mar|ch|sec|figs?|eq")
_LAST_WORD = re.compile(r"[A-Za-zÀ-ɏ.]*\Z")
_LIST_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})")


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences stand: ``text[start:end]``, without the white space around them, in order.

    A line end always ends a sentence. ``。！？`` and ``……`` end one, unless they stand inside a quotation or bracket
    (then its end does, where it closes with such a mark); ``.``, ``!``, ``?`` and ``…`` need white space and no lower
    case letter after them. Abbreviations, initials, list numbers, decimals and addresses hold no ends. Between the
    spans lies nothing but white space.
    """
    shut = [(match.start(), match.end()) for match in _QUOTED.finditer(text)]
    shut += [(match.start(), match.start() + len(match[0].rstrip(".,;:!?)"))) for match in _ADDRESS.finditer(text)]
    shut.sort()
    spans: list[tuple[int, int]] = []
    start = 0
    nearest = 0
    for stop in _STOP.finditer(text):
        while nearest < len(shut) and shut[nearest][1] < stop.end():
            nearest += 1
        inside = any(begin < stop.start() and stop.end() < end for begin, end in shut[nearest : nearest + 3])
        if not inside and (stop["line"] or _ends(text, start, stop)):
            _append(spans, text, start, stop.end())
            start = stop.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _ends(text: str, start: int, stop: re.Match[str]) -> bool:
    after = text[stop.end() : stop.end() + 1]
    if not after:
        return True
    mark = stop["mark"]
    if mark[-1] in "。！？｡" or mark.startswith("……"):
        # 「好！」，他说 goes on after the quotation.
        return not (stop["close"] and after in "，、；：,;:的")
    if not after.isspace():
        # Half-width marks in Chinese text: 很好.下次再来
        return not stop["soft"] and bool(_CHINESE.match(after)) and _follows_chinese(text, stop.start())
    following = text[stop.end() : stop.end() + 40].lstrip()
    if following[:1].islower():
        return False
    return not (stop["dot"] and _is_abbreviation(text[max(start, stop.start() - 32) : stop.start()], following))


def _follows_chinese(text: str, place: int) -> bool:
    return place > 0 and bool(_CHINESE.match(text[place - 1]))


def _is_abbreviation(before: str, following: str) -> bool:
    """Whether the full stop between the last characters of the sentence and what follows belongs to its last word."""
    if len(before) < 16 and _LIST_NUMBER.fullmatch(before.strip()):
        return True
    match = _LAST_WORD.search(before)
    word = match[0] if match else ""
    bare = word.lstrip(".").lower()
    if _ABBREVIATION.fullmatch(bare) or (_BEFORE_NUMBER.fullmatch(bare) and following[:1].isdigit()):
        return True
    # Initials ("J. Smith", "J. R. R. Tolkien"); "I." alone is a word, "U.S." may end a sentence.
    return len(word) == 1 and word.isupper() and word != "I" and following[:1].isupper()
