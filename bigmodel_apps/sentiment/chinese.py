"""The Chinese reader: our own, trained from nothing on reviews, so that it needs no download.

Two kinds of judges read a text. A linear one weighs its n-grams, of characters and of words, by how much more often
they stand in reviews of one kind (naive Bayes as features of a logistic regression: Wang and Manning, ACL 2012). Small
networks read its words in order, see `chinese_network`. A text as a whole is also read by the English reader, as a
dictionary words it (`text.gloss`): it knows kinds of things that no Chinese review here is about. What they say is
pooled with weights fitted on texts held out from all of them (stacking: Wolpert, Neural Networks 1992), once for
whether there is an opinion and once for which.

What a text thinks of one thing in it is read from the clause around the thing, its neighbours, and the text.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import rjieba
from safetensors import safe_open

from bigmodel_apps.sentiment.chinese_network import Networks
from bigmodel_apps.sentiment.scoring import Scorer, Scores, Span
from bigmodel_apps.text.encoder import Place
from bigmodel_apps.text.gloss import gloss
from bigmodel_apps.text.segmentation import character_hashes
from bigmodel_apps.text.simplified import simplified

Floats = npt.NDArray[np.floating]

WEIGHTS_FILE = "chinese.safetensors"
BUCKETS = 1 << 19
CHARACTERS = (1, 2, 3, 4)

_PAIR = 0x9E3779B1
_WORD_SALT = 0x5BD1E995
_REPEATED = re.compile(r"(.)\1{2,}", re.DOTALL)
_BLANK = re.compile(r"\s+")
_CLAUSE_END = re.compile(
    r"[,，.。;；!！?？~～…:：、()（）\s]+"
    r"|(?=但是|但|不过|可是|然而|可惜|只是|就是|而且|虽然|尽管|虽说|除了|好在|倒是|却|除)"
)
_LEAST_CLAUSE = 2


POOLS: Mapping[int, tuple[str, str]] = {2: ("polar", "opinion"), 3: ("polar-glossed", "opinion-glossed")}
"""By the number of judges: names of the weights by which they are pooled."""

_GLOSSED = 300  # characters


class Judged(NamedTuple):
    """What one judge says of texts: log-odds of positive against negative, and of an opinion against none."""

    polar: npt.NDArray[np.float32]
    opinion: npt.NDArray[np.float32]


class ChineseScorer:
    """See the module.

    Args:
        path: Folder with ``chinese.safetensors``.
        device: Where the networks compute.
        english: Reads glosses.
    """

    engine = "chinese"
    max_characters = 1_000

    def __init__(self, path: Path, device: Place, *, english: Scorer) -> None:
        self._english = english
        with safe_open(path / WEIGHTS_FILE, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        self._linear = tensors["linear.weights"].astype(np.float32)
        self._bias = tensors["linear.bias"].astype(np.float32)
        self._pool = {name: tensors[f"pool.{name}"].astype(np.float64) for pools in POOLS.values() for name in pools}
        self._part = {name: tensors[f"part.{name}"].astype(np.float64) for name in ("polar", "opinion")}
        self._networks = Networks(tensors, device.torch_name)

    @property
    def nbytes(self) -> int:
        """Bytes of the weights in memory."""
        return self._linear.nbytes + self._networks.nbytes

    def scores(self, texts: Sequence[str]) -> Scores:
        """See `scoring.Scorer`."""
        return log_probabilities(self.judged(texts, whole=True))

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:
        """See `scoring.Scorer`."""
        cut = [views(text, span) for text, span in zip(texts, spans, strict=True)]
        wanted = list(dict.fromkeys(view for of_one in cut for view in of_one))
        judged = self.judged(wanted)
        at = {view: place for place, view in enumerate(wanted)}
        places = np.array([[at[view] for view in of_one] for of_one in cut], dtype=np.intp).reshape(-1, VIEWS)
        return log_probabilities(parted(Judged(judged.polar[places], judged.opinion[places]), self._part))

    def judged(self, texts: Sequence[str], *, whole: bool = False) -> Judged:
        """What all judges say together; glosses are read of a `whole` text alone, since a clause has too few words."""
        read = [normal(text) for text in texts]
        cut = [tokens(text) for text in read]
        linear = linear_judgement(
            [features(text, words) for text, words in zip(read, cut, strict=True)], self._linear, self._bias
        )
        judges = [linear, Judged(*self._networks.judged(cut))]
        return pooled([*judges, gloss_judgement(read, self._english)] if whole else judges, self._pool)


def normal(text: str) -> str:
    """`text` as it is read: NFKC (half-width), lower case, simplified, one sign at most twice in a row."""
    folded = simplified(unicodedata.normalize("NFKC", text).lower())
    return _REPEATED.sub(r"\1\1", _BLANK.sub(" ", folded)).strip("\ufeff ")


def tokens(read: str) -> list[str]:
    """Words and punctuation of a normal text, in order."""
    return [word for word in rjieba.cut(read) if word.strip()]


def features(read: str, words: Sequence[str]) -> npt.NDArray[np.intp]:
    """Places in the linear weights, each once: n-grams of 1 to 4 characters, words and pairs of words."""
    of_words = np.array([_number(word) for word in words], dtype=np.uint64)
    pairs = (of_words[:-1] * np.uint64(_PAIR) + of_words[1:]) & np.uint64(0xFFFFFFFF)
    found = np.concatenate([character_hashes(read, "zh", CHARACTERS), of_words ^ np.uint64(_WORD_SALT), pairs])
    return np.unique((found ^ (found >> np.uint64(32))) % np.uint64(BUCKETS)).astype(np.intp)


def linear_judgement(found: Sequence[npt.NDArray[np.intp]], weights: Scores, bias: Scores) -> Judged:
    """The linear judge; `weights` of shape (`BUCKETS`, 2) and `bias` of shape (2,): polar and opinion."""
    odds = np.tile(bias, (len(found), 1))
    for place, at in enumerate(found):
        odds[place] += weights[at].sum(axis=0) / np.sqrt(max(len(at), 1))
    return Judged(odds[:, 0], odds[:, 1])


def gloss_judgement(read: Sequence[str], english: Scorer) -> Judged:
    """The English reader, about the dictionary's words for normal texts."""
    negative, neutral, positive = english.scores([gloss(text[:_GLOSSED]) for text in read]).T
    return Judged(positive - negative, np.logaddexp(negative, positive) - neutral)


def pooled(judges: Sequence[Judged], pool: Mapping[str, npt.NDArray[np.float64]]) -> Judged:
    """What linear judge and networks say together, with the glosses' if there is a third."""
    polar, opinion = (pool[name] for name in POOLS[len(judges)])
    return Judged(
        (signed(*(judge.polar for judge in judges)) @ polar).astype(np.float32),
        (opinions(judges) @ opinion).astype(np.float32),
    )


def signed(*odds: Floats) -> npt.NDArray[np.float64]:
    """Columns that the pool of polarity weighs, the last one for its bias."""
    return np.stack([*odds, np.ones_like(odds[0])], axis=-1).astype(np.float64)


def opinions(judges: Sequence[Judged]) -> npt.NDArray[np.float64]:
    """Columns that the pool of opinion weighs: a polarity that is plain speaks for an opinion as well."""
    return signed(*(judge.opinion for judge in judges), *(np.abs(judge.polar) for judge in judges))


def log_probabilities(judged: Judged) -> Scores:
    """As `scoring.Scores`."""
    polar, opinion = judged.polar.astype(np.float64), judged.opinion.astype(np.float64)
    there = -np.logaddexp(0, -opinion)
    rows = [there - np.logaddexp(0, polar), -np.logaddexp(0, opinion), there - np.logaddexp(0, -polar)]
    return np.stack(rows, axis=1).astype(np.float32)


# What a text thinks of one thing in it

VIEWS = 4


def views(text: str, span: Span) -> tuple[str, str, str, str]:
    """What is read for a span: its clause, the clause and the one before, the clause and the next one, the text."""
    bounds = clauses(text, span)
    own = next(place for place, (start, end) in enumerate(bounds) if start <= span[0] < max(end, start + 1))
    first, last = max(own - 1, 0), min(own + 1, len(bounds) - 1)
    start, end = bounds[own]
    return text[start:end], text[bounds[first][0] : end], text[start : bounds[last][1]], text


def clauses(text: str, span: Span) -> list[Span]:
    """Where the text falls into clauses; a span is never cut, and a clause that names only it takes in the next."""
    ends = [0]
    for found in _CLAUSE_END.finditer(text):
        at = found.end()
        inside = span[0] < at < span[1]
        alone = ends[-1] <= span[0] and text[ends[-1] : at].strip(" ,，:：。!！") == text[span[0] : span[1]]
        if not inside and not alone and at - ends[-1] >= _LEAST_CLAUSE and at < len(text):
            ends.append(at)
    return list(zip(ends, [*ends[1:], len(text)], strict=True))


def parted(judged: Judged, part: dict[str, npt.NDArray[np.float64]]) -> Judged:
    """What the views of spans say together; `judged` of shape (spans, `VIEWS`)."""
    polar, opinion = part_columns(judged)
    return Judged((polar @ part["polar"]).astype(np.float32), (opinion @ part["opinion"]).astype(np.float32))


def part_columns(judged: Judged) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Columns that the pools of spans weigh: polarity counts as far as its view holds an opinion."""
    weighed = judged.polar / (1 + np.exp(-np.clip(judged.opinion, -30, 30)))
    ones = np.ones((len(judged.polar), 1))
    polar = np.concatenate([judged.polar, weighed, ones], axis=1)
    opinion = np.concatenate([judged.opinion, np.abs(judged.polar), ones], axis=1)
    return polar.astype(np.float64), opinion.astype(np.float64)


@lru_cache(maxsize=200_000)
def _number(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))
