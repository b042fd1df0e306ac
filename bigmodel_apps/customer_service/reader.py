"""Does a retrieved entry answer the question? A reader that compares the two word by word, in context.

Similarity of whole texts cannot tell a question that the knowledge answers from its neighbour that it does not: both
are about the same thing. What tells them apart is the word without a counterpart. The reader therefore looks for the
closest token of the entry for every token of the question (late interaction: Khattab and Zaharia, "ColBERT", SIGIR
2020), in the stored phrasing, in the answer and in its closest sentence, weighs rare words more, and checks that what
is asked for (a time, a place, a number, a person) stands there at all. A logistic model of these readings ranks the
candidates; a second one turns the best candidate's score and its lead into the confidence. Both are fitted on the
project's own corpus, see `reading`.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import safe_open

from bigmodel_apps.customer_service.index import EVIDENCE, Array, Hit, dense_text
from bigmodel_apps.customer_service.knowledge import Entry
from bigmodel_apps.text.encoder import AdaptedEncoder, Tokens
from bigmodel_apps.text.language import Language
from bigmodel_apps.text.segmentation import STOP_WORDS
from bigmodel_apps.text.sentences import sentences

WEIGHTS_FILE = "reader.safetensors"
READ = 5
"""Candidates read for each question."""

_PARTS = ("question", "answer", "entry", "sentence", "reverse")
_OF_PART = ("mean", "least", "second_least", "missing")
FEATURES = (
    *EVIDENCE,
    "cosine_question",
    "cosine_answer",
    "cosine_sentence",
    *(f"{part}_{name}" for part in _PARTS for name in _OF_PART),
    "sought",
    "sought_found",
    "numbers_missing",
)
LEADS = ("score", "lead", "unknown_share", "log_words", "log_entries")
"""What the confidence is made of."""

_LARGE = 60
_MISSING = 0.5  # a token whose closest counterpart is farther than this has none
_CACHE_BYTES = 96 * 2**20
_LITTLE = 0.05


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one question.

    Attributes:
        order: Places of the candidates in the hit, best first.
        scores: Log-odds that the candidate answers, in that order.
        leads: For the confidence, in the order of `LEADS`.
        regime: Language of the best candidate, and whether it is an FAQ entry or a passage.
        sentence: The span of the best candidate's answer that meets most of the question.
    """

    order: tuple[int, ...]
    scores: tuple[float, ...]
    leads: Array
    regime: str
    sentence: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text read token by token; `sentence` is the number of the sentence that each token stands in."""

    tokens: Tokens
    sentence: npt.NDArray[np.intp]
    rare: Array

    @property
    def vectors(self) -> Array:
        return self.tokens.vectors.astype(np.float32)


class Reader:
    """Reads the candidates that retrieval found.

    Args:
        path: Folder with ``reader.safetensors``.
        _device: Not needed: the encoder computes, the rest is arrays.
        encoder: The adapted encoder that the weights were fitted with.

    Raises:
        ValueError: The weights were fitted with another encoder.
    """

    batches = True

    def __init__(self, path: Path, _device: object, *, encoder: AdaptedEncoder) -> None:
        with safe_open(path / WEIGHTS_FILE, framework="numpy") as file:
            about = json.loads(file.metadata()["about"])
            self._weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        if about["encoder"] != encoder.identity:
            raise ValueError("the reader was fitted with another encoder")
        self.tokens = TokenReader(encoder)

    @property
    def nbytes(self) -> int:
        """Bytes of the weights and of the texts that it remembers."""
        return sum(weights.nbytes for weights in self._weights.values()) + self.tokens.nbytes

    def judge(self, questions: Sequence[str], hits: Sequence[Hit], sizes: Sequence[int]) -> list[tuple[Hit, float]]:
        """The hits with their candidates in the reader's order, and the probability that the first one answers.

        Args:
            questions: As they were searched.
            hits: Their candidates, at least one each.
            sizes: Number of entries of the searched language.
        """
        read = self.tokens.read(questions, hits)
        readings = [
            rank(hit.entries, pairs, size, self._weights) for hit, pairs, size in zip(hits, read, sizes, strict=True)
        ]
        return [(ordered(hit, found), self._confidence(found)) for hit, found in zip(hits, readings, strict=True)]

    def _confidence(self, found: Reading) -> float:
        return float(1 / (1 + np.exp(-log_odds(found.leads, self._weights[f"confidence-{found.regime}"]))))


def log_odds(features: Array, coefficients: Array) -> float:
    """What a logistic model with the bias last makes of features, shape (n,)."""
    return float(features @ coefficients[:-1] + coefficients[-1])


@dataclass(frozen=True, slots=True)
class Pairs:
    """A question beside its candidates.

    Attributes:
        features: Candidates × `FEATURES`.
        sentences: For each candidate the span of the answer that meets most of the question.
    """

    features: Array
    sentences: tuple[tuple[int, int], ...]


def rank(entries: Sequence[Entry], pairs: Pairs, size: int, weights: Mapping[str, Array]) -> Reading:
    """Rank candidates.

    Args:
        entries: The candidates in the order of retrieval.
        pairs: What was read of them.
        size: Number of entries that were searched.
        weights: ``<regime>``: coefficients with the bias last.
    """
    regimes = [regime(entry) for entry in entries[: len(pairs.features)]]
    scores = np.array([log_odds(row, weights[name]) for row, name in zip(pairs.features, regimes, strict=True)])
    # What retrieval finds in documents, its order finds better than a reader fitted on a few documents.
    order = np.arange(len(scores)) if entries[0].passage else np.argsort(-scores, kind="stable")
    best = int(order[0])
    lead = float(scores[best] - scores[order[1]]) if len(order) > 1 else 0.0
    facts = dict(zip(FEATURES, pairs.features[best], strict=True))
    leads = [float(scores[best]), lead, facts["unknown_share"], facts["log_words"], np.log(min(size, _LARGE))]
    return Reading(
        tuple(order.tolist()),
        tuple(scores[order].tolist()),
        np.array(leads, dtype=np.float32),
        regimes[best],
        pairs.sentences[best],
    )


def ordered(hit: Hit, found: Reading) -> Hit:
    """The hit with its candidates as the reader ranks them; those that it did not read keep their place after them."""
    order = (*found.order, *range(len(found.order), len(hit.entries)))
    unread = range(1, len(order) - len(found.order) + 1)
    return replace(
        hit,
        entries=tuple(hit.entries[place] for place in order),
        scores=tuple(hit.scores[place] for place in order),
        shares=tuple(hit.shares[place] for place in order),
        phrasings=tuple(hit.phrasings[place] for place in order),
        evidence=hit.evidence[list(order)],
        sentence=found.sentence,
        odds=(*found.scores, *(min(found.scores) - number for number in unread)),
    )


def regime(entry: Entry) -> str:
    """Entries of each language, and passages of documents, are read by coefficients of their own."""
    return f"{entry.language}-{'passage' if entry.passage else 'faq'}"


class TokenReader:
    """Texts as tokens in context, those of entries remembered: they are read for one question after another.

    Args:
        encoder: Of the tokens.

    Called from the device's worker alone.
    """

    def __init__(self, encoder: AdaptedEncoder) -> None:
        self._encoder = encoder
        self._stop = {encoder.token_id(word) for word in STOP_WORDS["en"] if encoder.token_id(word) is not None}
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, _Text] = OrderedDict()
        self._bytes = 0

    @property
    def nbytes(self) -> int:
        """Bytes of the texts that it remembers."""
        return self._bytes

    def read(self, questions: Sequence[str], hits: Sequence[Hit]) -> list[Pairs]:
        """Each question beside the first `READ` candidates of its hit."""
        asked = [dense_text(text, hit.language, self._encoder) for text, hit in zip(questions, hits, strict=True)]
        read = self._encoder.read(asked)
        wanted: dict[bytes, list[str]] = {}
        for hit in hits:
            for entry, phrasing in zip(hit.entries[:READ], hit.phrasings, strict=False):
                for parts in (_sentences(entry), [phrasing] if phrasing else []):
                    if parts:
                        wanted[_digest(parts)] = [dense_text(text, hit.language, self._encoder) for text in parts]
        texts = self._texts(wanted)
        found = []
        for question, tokens, hit in zip(questions, read, hits, strict=True):
            rows, spans = [], []
            for place, entry in enumerate(hit.entries[:READ]):
                phrasing = hit.phrasings[place]
                answer = texts[_digest(_sentences(entry))]
                stored = texts[_digest([phrasing])] if phrasing else None
                row, sentence = self._compare(question, tokens, stored, answer, entry)
                rows.append(np.concatenate([hit.evidence[place], row]))
                spans.append(_spans(entry)[sentence])
            found.append(Pairs(np.stack(rows).astype(np.float32), tuple(spans)))
        return found

    def _texts(self, wanted: Mapping[bytes, list[str]]) -> dict[bytes, _Text]:
        with self._lock:
            found = {digest: self._kept[digest] for digest in wanted if digest in self._kept}
            for digest in found:
                self._kept.move_to_end(digest)
        new = [digest for digest in wanted if digest not in found]
        read = self._encoder.read([" . ".join(wanted[digest]) for digest in new]) if new else []
        for digest, tokens in zip(new, read, strict=True):
            found[digest] = self._text(tokens, wanted[digest])
        with self._lock:
            for digest in new:
                self._kept[digest] = found[digest]
                self._bytes += found[digest].tokens.vectors.nbytes
            while self._bytes > _CACHE_BYTES:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= dropped.tokens.vectors.nbytes
        return found

    def _text(self, tokens: Tokens, parts: Sequence[str]) -> _Text:
        ends = np.cumsum([len(part) + len(" . ") for part in parts])
        sentence = np.searchsorted(ends, [start for start, _ in tokens.spans], side="right")
        return _Text(tokens, np.minimum(sentence, len(parts) - 1), self._rare(tokens))

    def _rare(self, tokens: Tokens) -> Array:
        """How much a token tells: little for stop words and single signs."""
        return np.array(
            [
                _LITTLE if token in self._stop or not self._encoder.is_word(token) else 1.0
                for token in tokens.ids.tolist()
            ],
            dtype=np.float32,
        )

    def _compare(
        self, question: str, asked: Tokens, stored: _Text | None, answer: _Text, entry: Entry
    ) -> tuple[Array, int]:
        """`FEATURES` after the evidence, and the number of the closest sentence."""
        query, weights = asked.vectors.astype(np.float32), self._rare(asked)
        if not len(query):
            return np.zeros(len(FEATURES) - len(EVIDENCE), dtype=np.float32), 0
        to_answer = query @ answer.vectors.T if len(answer.tokens.ids) else np.zeros((len(query), 1), dtype=np.float32)
        to_stored = query @ stored.vectors.T if stored and len(stored.tokens.ids) else to_answer
        sentence, cosine = _closest(query, weights, to_answer, answer)
        sought, found = _sought(question, entry, sentence)
        in_sentence = answer.sentence == sentence if len(answer.tokens.ids) else np.ones(1, dtype=bool)
        reverse, reverse_weights = (stored, stored.rare) if stored and len(stored.tokens.ids) else (None, None)
        row = np.array(
            [
                _cosine(query, stored.vectors if stored else answer.vectors),
                _cosine(query, answer.vectors),
                cosine,
                *_readings(to_stored.max(axis=1), weights),
                *_readings(to_answer.max(axis=1), weights),
                *_readings(np.maximum(to_stored.max(axis=1), to_answer.max(axis=1)), weights),
                *_readings(to_answer[:, in_sentence].max(axis=1), weights),
                *(
                    _readings(to_stored.max(axis=0), reverse_weights)
                    if reverse is not None and reverse_weights is not None
                    else _readings(to_answer.max(axis=1), weights)
                ),
                sought,
                found,
                _numbers_missing(question, entry),
            ],
            dtype=np.float32,
        )
        return row, sentence


def _spans(entry: Entry) -> list[tuple[int, int]]:
    return sentences(entry.answer) or [(0, len(entry.answer))]


def _sentences(entry: Entry) -> list[str]:
    return [entry.answer[start:end] for start, end in _spans(entry)]


def _digest(parts: Sequence[str]) -> bytes:
    return blake2b("\0".join(parts).encode(), digest_size=16).digest()


def _cosine(first: Array, second: Array) -> float:
    if not len(first) or not len(second):
        return 0.0
    one, other = first.mean(axis=0), second.mean(axis=0)
    return float(one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-6))


def _closest(query: Array, weights: Array, similarities: Array, answer: _Text) -> tuple[int, float]:
    """The sentence of the answer that meets most of the question, and its cosine with the question."""
    if not len(answer.tokens.ids):
        return 0, 0.0
    count = int(answer.sentence.max()) + 1
    met = [
        float((similarities[:, answer.sentence == number].max(axis=1) * weights).sum())
        if (answer.sentence == number).any()
        else -1.0
        for number in range(count)
    ]
    best = int(np.argmax(met))
    return best, _cosine(query, answer.vectors[answer.sentence == best])


def _readings(closest: Array, weights: Array) -> tuple[float, float, float, float]:
    """Weighted mean, the least met token that tells something, the mean of the two least, the share without a counterpart."""
    told = np.sort(closest[weights > _LITTLE]) if (weights > _LITTLE).any() else np.sort(closest)
    return (
        float((closest * weights).sum() / weights.sum()),
        float(told[0]),
        float(told[:2].mean()),
        float((told < _MISSING).mean()),
    )


_SOUGHT: Mapping[Language, Sequence[tuple[re.Pattern[str], re.Pattern[str]]]] = {
    "en": tuple(
        (re.compile(asked, re.IGNORECASE), re.compile(given))
        for asked, given in (
            (
                r"\b(how (much|many|long|old|far|high|deep|often|big|large|tall|wide|heavy|fast)|what (percentage|share|fee|price|number|amount|age|temperature))\b|\bhow soon\b",
                r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|sixty|hundred|thousand|million|half|twice|once|daily|weekly|monthly|yearly|free|none|no)\b",
            ),
            (
                r"\bwhen\b|\bwhat (year|date|day|time|month)\b|\b(which|in what) (year|century|month)\b|\bsince when\b",
                r"\d|\b(January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|century|spring|summer|autumn|winter|morning|evening|night|noon|midnight|day|week|month|year|once|after|before|until)",
            ),
            (
                r"\bwho(se|m)?\b",
                r"(?<![.!?] )(?<!^)\b[A-Z][a-z]+|\b(manager|staff|team|owner|keeper|officer|desk|customer|member|doctor|nurse|king|queen|emperor|engineer|committee|court|company|people|parents|volunteers?)\b",
            ),
            (
                r"\bwhere\b|\b(which|what) (city|country|place|town|river|region|building|room|page|menu|office)\b",
                r"(?<![.!?] )(?<!^)\b[A-Z][a-z]+|\b(in|at|on|under|near|from|beside|behind)\b",
            ),
            (
                r"\bwhy\b|\bwhat (caused?|reason)",
                r"\b(because|since|so that|due to|owing|caused?|as a result|therefore|reason|in order|to (avoid|keep|prevent|protect)|for)\b",
            ),
        )
    ),
    "zh": tuple(
        (re.compile(asked), re.compile(given))
        for asked, given in (
            (
                r"多少|几[个次天年月日名位种条人层张份元块小岁点只座米公里]|多[长久大高远深重快宽]|百分之几|占比",
                r"[0-9０-９]|[一二两三四五六七八九十百千万亿半]|免费|不限|每[天日周月年]",
            ),
            (
                r"什么时候|何时|哪[一]?年|哪[一]?[天日月]|几[点时]|几号|多会儿|啥时候|哪个世纪",
                r"[0-9０-９]|年|月|日|号|世纪|周[一二三四五六日末]|星期|小时|分钟|之前|之后|以后|每",
            ),
            (r"谁|哪位|何人|什么人", r"[\u4e00-\u9fff]·[\u4e00-\u9fff]|人|员|家|师|者|长|王|帝|方|公司|部|客服|团队"),
            (
                r"哪里|哪儿|何处|什么地方|在哪|哪个(城市|国家|地方|省|州|港|菜单|页面)|哪座",
                r"在|于|位于|处|市|国|省|州|港|街|路|页|中心|馆|门口|首页|菜单|入口|[「“《>＞]",
            ),
            (r"为什么|为何|怎么会|原因|为啥", r"因为|由于|因此|所以|以免|为了|导致|使得|才|避免|原因|防止"),
        )
    ),
}


def _sought(question: str, entry: Entry, sentence: int) -> tuple[float, float]:
    """Whether the question asks for a kind of thing, and whether the closest sentence holds one that the question lacks."""
    text = _sentences(entry)[min(sentence, len(_sentences(entry)) - 1)]
    kinds = [given for asked, given in _SOUGHT[entry.language] if asked.search(question)]
    if not kinds:
        return 0.0, 0.0
    held = [any(match[0] not in question for match in given.finditer(text)) for given in kinds]
    return 1.0, float(np.mean(held))


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def _numbers_missing(question: str, entry: Entry) -> float:
    """Share of the question's numbers that the entry does not hold."""
    numbers = _NUMBER.findall(question)
    return sum(number not in entry.text for number in numbers) / len(numbers) if numbers else 0.0
