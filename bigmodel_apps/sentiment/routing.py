"""Which reader a text goes to: languages told apart inside a text, and texts that nobody can read."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from bigmodel_apps.sentiment.scoring import Scores, Span
from bigmodel_apps.sentiment.verdict import UNKNOWN
from bigmodel_apps.text.language import HAN, Language, detect

_HAN, _LATIN = HAN.pattern[1:-1], "A-Za-zÀ-ɏ"
# A run of one script reaches to where the other begins.
_RUN = re.compile(rf"(?:\A[^{_LATIN}{_HAN}]+)?(?:[{_HAN}][^{_LATIN}]*|[{_LATIN}][^{_HAN}]*)")
_LATIN_WORD = re.compile(f"[{_LATIN}]+")
_LEAST_WORDS, _LEAST_HAN = 3, 5

# What pictures say, for readers that know words alone.
_PICTURES: dict[str, dict[Language, str]] = {
    picture: {"en": english, "zh": chinese}
    for pictures, english, chinese in (
        ("😀😃😄😁😊🙂☺😺🥳😸", "happy", "开心"),
        ("😍🥰😘❤💕💖💗💓💞💘🧡💛💚💙💜🤍♥😻🫶", "love it", "喜欢"),
        ("👍👏🙌💯🏆🌟⭐🤩🎉🔥💪🥇", "great", "很棒"),
        ("😋🤤", "delicious", "好吃"),
        ("😎👌🆗✅", "good", "不错"),
        ("😂🤣😆", "laughing", "笑"),
        ("😢😭😿💔😞😔☹🙁😥😓", "sad", "难过"),
        ("😡😠🤬👿😤", "angry", "生气"),
        ("👎🚮❌", "bad", "差评"),
        ("🤮🤢💩🤧", "disgusting", "恶心"),
        ("😒🙄😑😐😕😖😣😩😫", "annoying", "烦"),
        ("😱😨😰", "shocking", "可怕"),
    )
    for picture in pictures
}
_PICTURE = re.compile(f"[{''.join(_PICTURES)}]+")


class NothingToRead:
    """The scorer of texts without a word of either language: it does not know."""

    engine = "nothing"
    nbytes = 0
    max_characters = 20_000

    def scores(self, texts: Sequence[str]) -> Scores:
        """Every class as likely as the others."""
        return np.tile(UNKNOWN, (len(texts), 1))

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:  # noqa: ARG002
        """As `scores`."""
        return self.scores(texts)


def worded(text: str, language: Language) -> str:
    """`text` with a word for each kind of emoji in it."""
    if text.isascii() or not _PICTURE.search(text):
        return text

    def say(found: re.Match[str]) -> str:
        return f" {' '.join(dict.fromkeys(_PICTURES[picture][language] for picture in found[0]))} "

    return _PICTURE.sub(say, text)


def has_words(text: str) -> bool:
    """Whether there is anything in `text` that a reader of English or Chinese could read."""
    return bool(_LATIN_WORD.search(text) or HAN.search(text) or _PICTURE.search(text))


def by_language(text: str) -> dict[Language, str]:
    """The English and the Chinese of a text, the longer one first.

    One entry, the text itself, where only one language speaks: a run of at least three English words or five
    Chinese characters counts as speaking, anything shorter as borrowed by what stands around it.
    """
    if text.isascii() or not HAN.search(text):
        return {"en": text}
    if not _LATIN_WORD.search(text):
        return {"zh": text}
    groups: list[tuple[Language | None, list[str]]] = []
    for run in _RUN.findall(text):
        speaks = _speaks(run)
        if groups and groups[-1][0] == speaks:
            groups[-1][1].append(run)
        else:
            groups.append((speaks, [run]))
    if {"en", "zh"} - {speaks for speaks, _ in groups}:
        return {detect(text): text}
    spoken: dict[Language, list[str]] = {"en": [], "zh": []}
    for place, (speaks, runs) in enumerate(groups):
        if speaks is None and len(runs) == 1:
            speaks = groups[place - 1 if place else 1][0]
        spoken[speaks or detect("".join(runs))] += runs
    joined: dict[Language, str] = {language: " ".join(runs) for language, runs in spoken.items()}
    return dict(sorted(joined.items(), key=lambda item: -weight(item[1])))


def weight(text: str) -> float:
    """Length in words: two Chinese characters count as one."""
    return max(len(HAN.findall(text)) / 2 + len(_LATIN_WORD.findall(text)), 0.5)


def _speaks(run: str) -> Language | None:
    if HAN.search(run):
        return "zh" if len(HAN.findall(run)) >= _LEAST_HAN else None
    return "en" if len(_LATIN_WORD.findall(run)) >= _LEAST_WORDS else None
