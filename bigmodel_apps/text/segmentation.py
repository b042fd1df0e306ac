"""Text to lexical features in Chinese and English: words, and character n-grams.

Features are 64-bit hashes, so that indexes are plain arrays and Chinese needs no vocabulary file. Chinese words
come from rjieba (jieba's dictionary in Rust), English ones are Snowball stems.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import rjieba
import snowballstemmer

from bigmodel_apps.text.language import HAN, Language

Hashes = npt.NDArray[np.uint64]

RUN = re.compile(rf"(?P<han>{HAN.pattern}+)|(?:(?!{HAN.pattern})[^\W_])+")
_SPACE_AND_PUNCTUATION = re.compile(r"[\W_]+")

# Words that carry the form of a question and not its subject.
STOP_WORDS: dict[Language, frozenset[str]] = {
    "en": frozenset(
        [
            "a",
            "about",
            "all",
            "also",
            "am",
            "an",
            "and",
            "any",
            "are",
            "as",
            "at",
            "be",
            "because",
            "been",
            "before",
            "being",
            "but",
            "by",
            "can",
            "could",
            "did",
            "do",
            "does",
            "doing",
            "for",
            "from",
            "get",
            "had",
            "has",
            "have",
            "having",
            "he",
            "her",
            "here",
            "hers",
            "him",
            "his",
            "how",
            "i",
            "if",
            "in",
            "into",
            "is",
            "it",
            "its",
            "just",
            "me",
            "more",
            "most",
            "my",
            "no",
            "nor",
            "not",
            "now",
            "of",
            "off",
            "on",
            "once",
            "only",
            "or",
            "other",
            "our",
            "out",
            "over",
            "own",
            "please",
            "same",
            "she",
            "should",
            "so",
            "some",
            "such",
            "than",
            "that",
            "the",
            "their",
            "them",
            "then",
            "there",
            "these",
            "they",
            "this",
            "those",
            "through",
            "to",
            "too",
            "under",
            "until",
            "up",
            "very",
            "was",
            "we",
            "were",
            "what",
            "when",
            "where",
            "which",
            "while",
            "who",
            "whom",
            "why",
            "will",
            "with",
            "would",
            "you",
            "your",
            "s",
            "t",
            "m",
            "re",
            "ve",
            "ll",
            "d",
            "don",
            "doesn",
            "isn",
            "can't",
        ]
    ),
    "zh": frozenset(
        [
            "的",
            "了",
            "是",
            "在",
            "有",
            "和",
            "与",
            "及",
            "也",
            "都",
            "就",
            "而",
            "或",
            "被",
            "把",
            "让",
            "给",
            "对",
            "从",
            "到",
            "向",
            "往",
            "为",
            "由",
            "以",
            "于",
            "等",
            "吗",
            "呢",
            "吧",
            "啊",
            "呀",
            "哦",
            "嘛",
            "么",
            "着",
            "过",
            "地",
            "得",
            "之",
            "其",
            "这",
            "那",
            "这个",
            "那个",
            "这些",
            "那些",
            "我",
            "你",
            "您",
            "他",
            "她",
            "它",
            "我们",
            "你们",
            "您们",
            "他们",
            "咱们",
            "自己",
            "一个",
            "一下",
            "一些",
            "什么",
            "怎么",
            "怎样",
            "怎么办",
            "如何",
            "哪",
            "哪里",
            "哪儿",
            "哪个",
            "哪些",
            "谁",
            "多少",
            "几",
            "为什么",
            "为何",
            "是否",
            "能",
            "能否",
            "可以",
            "会",
            "要",
            "想",
            "请",
            "请问",
            "没",
            "没有",
            "不",
            "不是",
            "还",
            "还是",
            "又",
            "再",
            "很",
            "太",
            "最",
            "更",
            "吗",
            "如果",
            "但",
            "但是",
            "因为",
            "所以",
            "时候",
        ]
    ),
}


def normalize(text: str) -> str:
    """Full-width to half-width (NFKC), lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def folded(text: str) -> str:
    """As `normalize`, and as long as `text`, so that a place in one is a place in the other.

    Where NFKC changes the length (ligatures, "㎡"), each character is folded alone or kept.
    """
    whole = normalize(text)
    if len(whole) == len(text):
        return whole
    return "".join(one if len(one := normalize(character)) == 1 else character for character in text)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Snowball's stem of an English word in lower case."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=400_000)
def _hash(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Word:
    """A content word and where it stands in the text: ``text[start:end]``."""

    term: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Content words with their places, English ones stemmed, stop words left out."""
    for run in RUN.finditer(folded(text)):
        if run["han"]:
            position = run.start()
            for word in rjieba.cut(run[0]):
                if word not in STOP_WORDS["zh"]:
                    yield Word(word, position, position + len(word))
                position += len(word)
        elif run[0] not in STOP_WORDS["en"]:
            yield Word(stem(run[0]), run.start(), run.end())


def word_hashes(text: str) -> Hashes:
    """Hashes of the content words; long Chinese words bring their parts too, so that 信用卡账单 meets 账单."""
    terms: list[int] = []
    for run in RUN.finditer(normalize(text)):
        if run["han"]:
            terms.extend(_hash(word) for word in rjieba.cut_for_search(run[0]) if word not in STOP_WORDS["zh"])
        elif run[0] not in STOP_WORDS["en"]:
            terms.append(_hash(stem(run[0])))
    return np.array(terms, dtype=np.uint64)


def character_hashes(text: str, language: Language, sizes: tuple[int, ...] = ()) -> Hashes:
    """Hashes of character n-grams of these sizes; by default 1 and 2 for Chinese, 3 to 5 (with word boundaries) else.

    One polynomial hash over the code points, by arrays: ten million n-grams a second.
    """
    folded = _SPACE_AND_PUNCTUATION.sub(" ", normalize(text)).strip()
    if not folded:
        return np.zeros(0, dtype=np.uint64)
    points = np.frombuffer(f" {folded} ".encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    sizes = sizes or ((1, 2) if language == "zh" else (3, 4, 5))
    return np.concatenate([_ngrams(points, size, drop_spaces=language == "zh") for size in sizes])


def _ngrams(points: Hashes, size: int, *, drop_spaces: bool) -> Hashes:
    if len(points) < size:
        return np.zeros(0, dtype=np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(points, size)
    if drop_spaces:
        windows = windows[(windows != ord(" ")).all(axis=1)]
    value = np.full(len(windows), size, dtype=np.uint64)
    for column in range(size):
        value = (value ^ windows[:, column]) * np.uint64(0x9E3779B97F4A7C15)
        value ^= value >> np.uint64(29)
    return value
