"""Hybrid retrieval over one knowledge base: dense vectors, words, character n-grams and, for Chinese, glosses.

Each retriever's scores are standardised over its own best candidates and added with fixed weights (a linear score
fusion; Bruch et al., "An Analysis of Fusion Functions for Hybrid Retrieval", 2023). The weights were chosen on the
tuning questions of the sample tenants, see `evaluation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bigmodel_apps.customer_service.knowledge import Entry, Knowledge
from bigmodel_apps.customer_service.learned import Adapted, Judged, Report
from bigmodel_apps.customer_service.scores import standardise
from bigmodel_apps.text.bm25 import BM25
from bigmodel_apps.text.gloss import gloss
from bigmodel_apps.text.language import HAN, Language, detect
from bigmodel_apps.text.segmentation import Hashes, character_hashes, word_hashes
from bigmodel_apps.text.sentences import sentences

Array = npt.NDArray[np.float32]

# Weight of each retriever by the language of the entries. "dense" counts once for each field that an entry has: its
# stored questions, its answer, its closest sentence.
WEIGHTS: Mapping[Language, Mapping[str, float]] = {
    "en": {"dense": 1.0, "words": 0.5, "characters": 0.5},
    "zh": {"dense": 1.0, "characters": 2.0, "gloss": 2.0},
}

# A confidence must mean the same for five entries and for five thousand, so margins are of cosines and covers, not of
# standardised scores. What is left of the size is the last feature; beyond what the fit has seen it stays constant.
_LARGE = 60
FEATURES = (
    "dense_question",
    "dense_answer",
    "dense_margin",
    "word_cover",
    "character_cover",
    "gloss_cover",
    "cover_margin",
    "unknown_share",
    "dense_agrees",
    "lexical_agrees",
    "log_words",
    "log_entries",
)
# What the words alone say about each candidate, for the reader.
COVERS = ("words", "characters", "gloss")
EVIDENCE = ("word_cover", "character_cover", "gloss_cover", "lead", "unknown_share", "log_words")


@dataclass(frozen=True, slots=True)
class Hit:
    """What retrieval found for one question.

    Attributes:
        entries: Best entries, best first.
        scores: Their fused scores: weighted sums of standard deviations above the mean of the candidates.
        shares: The part of each score that each retriever gave; they sum to it.
        phrasings: The stored phrasing of each entry that is closest to the question; None for a passage.
        evidence: For the reader: entries × `EVIDENCE`.
        features: For the confidence model, in the order of `FEATURES`.
        sentence: The span of the best entry's answer that is closest to the question.
        language: Of the entries searched.
        encoder: Identity of the encoder whose vectors took part; None for lexical search alone.
        odds: Log-odds that each entry answers, where a reader has put them in order; of those that it did not read they
            only say the order.
        calibrated: Probability that the first entry answers, as learned from this knowledge base; None where nothing
            was learned from it and the shipped confidence model decides.
    """

    entries: tuple[Entry, ...]
    scores: tuple[float, ...]
    shares: tuple[Mapping[str, float], ...]
    phrasings: tuple[str | None, ...]
    evidence: Array
    features: Array
    sentence: tuple[int, int]
    language: Language
    encoder: str | None
    odds: tuple[float, ...] = ()
    calibrated: float | None = None


class Encoder(Protocol):
    """What retrieval needs of `text.encoder.SentenceEncoder`."""

    @property
    def identity(self) -> str:
        """Names the weights."""

    @property
    def reads_chinese(self) -> bool:
        """Whether it is given Chinese as it is."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Array:
        """Unit vectors, shape (len(texts), dimension)."""

    def views(self, texts: Sequence[str]) -> Array:
        """The query vectors and two more of earlier layers beside each, shape (len(texts), 3 * dimension)."""


def dense_text(text: str, language: Language, encoder: Encoder) -> str:
    """What the encoder is given: the text, or its English gloss where the encoder reads no Chinese."""
    return gloss(text) if language == "zh" and not encoder.reads_chinese else text


class _Vectors:
    """Vectors of the entries of one language: phrasings, whole answers, and the answers' sentences."""

    def __init__(self, part: _Part, vectors: Mapping[str, Array]) -> None:
        self._asked = np.array([place for place, entry in enumerate(part.entries) if entry.questions], dtype=np.intp)
        phrasings = [part.entries[place].questions for place in self._asked]
        self.question, self._question_starts = self._stack(phrasings, vectors)
        self.answer, _ = self._stack([(entry.answer,) for entry in part.entries], vectors)
        self.sentence, self._sentence_starts = self._stack(
            [tuple(text for text, _ in part.windows(entry)) for entry in part.entries], vectors
        )

    @staticmethod
    def _stack(groups: Sequence[Sequence[str]], vectors: Mapping[str, Array]) -> tuple[Array, npt.NDArray[np.intp]]:
        starts = np.cumsum([0, *(len(group) for group in groups)])[:-1]
        dimension = len(next(iter(vectors.values())))
        rows = [vectors[text] for group in groups for text in group]
        return np.stack(rows) if rows else np.zeros((0, dimension), dtype=np.float32), starts

    @property
    def dimension(self) -> int:
        return self.question.shape[1]

    @property
    def nbytes(self) -> int:
        return self.question.nbytes + self.answer.nbytes + self.sentence.nbytes

    def similarities(self, queries: Array) -> _Similarities:
        """Cosines of the queries with every entry."""
        every = queries @ self.sentence.T
        answer = queries @ self.answer.T
        sentence = np.maximum.reduceat(every, self._sentence_starts, axis=1)
        question, fused = answer.copy(), standardise(answer) + standardise(sentence)
        asked = queries @ self.question.T
        if len(self._asked):
            question[:, self._asked] = np.maximum.reduceat(asked, self._question_starts, axis=1)
            fused[:, self._asked] += standardise(question[:, self._asked])
        starts = np.full(len(self.answer) + 1, asked.shape[1], dtype=np.intp)
        starts[self._asked] = self._question_starts
        return _Similarities(question, answer, sentence, fused, asked, starts, every, self._sentence_starts)


@dataclass(frozen=True, slots=True)
class _Similarities:
    """Cosines, queries × entries: with the best phrasing (the answer where there is none), the answer, and the best
    sentence; the sum of the standardised fields; and the cosines with every phrasing and every sentence."""

    question: Array
    answer: Array
    sentence: Array
    fused: Array
    every_phrasing: Array
    phrasing_starts: npt.NDArray[np.intp]
    every_sentence: Array
    sentence_starts: npt.NDArray[np.intp]

    @property
    def mean(self) -> Array:
        return (self.question + self.answer + self.sentence) / np.float32(3)

    def phrasings(self, query: int, entry: int) -> Array:
        """Cosine of the query with each stored phrasing of one entry that has some."""
        start = int(self.phrasing_starts[entry])
        later = self.phrasing_starts[entry + 1 :]
        return self.every_phrasing[query, start : int(later[later > start].min(initial=self.every_phrasing.shape[1]))]

    def sentences(self, query: int, entry: int) -> Array:
        """Cosine of the query with each sentence of one entry."""
        end = self.sentence_starts[entry + 1] if entry + 1 < len(self.sentence_starts) else None
        return self.every_sentence[query, self.sentence_starts[entry] : end]


class _Part:
    """The entries of one language with their lexical indexes."""

    def __init__(self, entries: Sequence[Entry], language: Language, cache: dict[str, tuple[Hashes, ...]]) -> None:
        self.entries = list(entries)
        self.language = language
        features = [self._lexical(entry, cache) for entry in self.entries]
        self.words = BM25([feature[0] for feature in features])
        self.characters = BM25([feature[1] for feature in features])
        self.gloss = BM25([feature[2] for feature in features]) if language == "zh" else None
        self.vectors: dict[str, _Vectors] = {}
        self.adapted: dict[str, Adapted] = {}

    def _lexical(self, entry: Entry, cache: dict[str, tuple[Hashes, ...]]) -> tuple[Hashes, ...]:
        if entry.digest not in cache:
            found: tuple[Hashes, ...] = (word_hashes(entry.text), character_hashes(entry.text, self.language))
            if self.language == "zh":
                found += (word_hashes(gloss(entry.text, wide=True)),)
            cache[entry.digest] = found
        return cache[entry.digest]

    @staticmethod
    def windows(entry: Entry) -> list[tuple[str, tuple[int, int]]]:
        """Units of support: sentences of an FAQ answer, pairs of sentences of a passage (its facts lean on each other)."""
        spans = sentences(entry.answer) or [(0, len(entry.answer))]
        reach = 2 if entry.passage else 1
        found = []
        for number in range(max(len(spans) - reach + 1, 1)):
            start, end = spans[number][0], spans[min(number + reach, len(spans)) - 1][1]
            found.append((entry.answer[start:end], (start, end)))
        return found

    def phrasing(self, question: str, entry: int, dense: _Similarities | None, query: int) -> str | None:
        """The stored phrasing of an entry that is closest to the question: by vectors, or by shared characters."""
        stored = self.entries[entry].questions
        if len(stored) < 2:
            return stored[0] if stored else None
        if dense:
            return stored[int(dense.phrasings(query, entry).argmax())]
        return stored[int(_shared(question, [(text, (0, 0)) for text in stored], self.language).argmax())]

    def texts(self) -> list[str]:
        """Every text whose vector `attach` needs, without repeats."""
        needed: dict[str, None] = {}
        for entry in self.entries:
            for text in (*entry.questions, entry.answer, *(text for text, _ in self.windows(entry))):
                needed[text] = None
        return list(needed)


class Index:
    """A searchable knowledge base. Lexical from the start; dense once `attach` has been given its vectors.

    Args:
        knowledge: What to index.
        previous: An earlier index of the same knowledge base; entries that did not change are taken over.

    Attributes:
        reused: Number of entries taken over.
        encoders: Names of the encoder specs whose vectors are in.
        learned: What came of learning from the phrasings, by encoder spec; absent while it is not known.
    """

    def __init__(self, knowledge: Knowledge, previous: Index | None = None) -> None:
        self.knowledge = knowledge
        self.encoders: set[str] = set()
        self.learned: dict[str, tuple[Report, ...]] = {}
        self._lexical_cache: dict[str, tuple[Hashes, ...]] = dict(previous._lexical_cache) if previous else {}
        digests = {entry.digest for entry in knowledge.entries}
        self.reused = len(digests & self._lexical_cache.keys())
        self._parts = {
            language: _Part(
                [entry for entry in knowledge.entries if entry.language == language], language, self._lexical_cache
            )
            for language in knowledge.languages()
        }
        self._lexical_cache = {digest: self._lexical_cache[digest] for digest in digests}

    def __len__(self) -> int:
        return len(self.knowledge.entries)

    @property
    def nbytes(self) -> int:
        """Bytes of postings and vectors."""
        lexical = sum(
            index.nbytes
            for part in self._parts.values()
            for index in (part.words, part.characters, part.gloss)
            if index
        )
        dense = sum(v.nbytes for part in self._parts.values() for v in part.vectors.values())
        return lexical + dense + sum(a.nbytes for part in self._parts.values() for a in part.adapted.values())

    def texts(self) -> dict[Language, list[str]]:
        """The texts whose vectors `attach` needs."""
        return {language: part.texts() for language, part in self._parts.items()}

    def attach(self, encoder: str, vectors: Mapping[Language, Mapping[str, Array]]) -> None:
        """Make the index dense for one encoder. `vectors` maps each text of `texts()` to its unit vector."""
        for language, part in self._parts.items():
            part.vectors = part.vectors | {encoder: _Vectors(part, vectors[language])}

    def is_dense(self, encoder: str) -> bool:
        """Whether the vectors of this encoder are in."""
        return all(encoder in part.vectors for part in self._parts.values())

    def size(self, language: Language) -> int:
        """Number of entries of one language."""
        return len(self._parts[language].entries)

    def entries(self, language: Language) -> list[Entry]:
        """The entries of one language, in the order of an adapted classifier's classes."""
        return list(self._parts[language].entries)

    def has_learned(self, encoder: str) -> bool:
        """Whether something that was learned with this encoder is in use."""
        return any(encoder in part.adapted for part in self._parts.values())

    def adapt(self, encoder: str, language: Language, adapted: Adapted) -> None:
        """Use what was learned from the entries of one language, wherever the vectors of this encoder take part."""
        part = self._parts[language]
        part.adapted = part.adapted | {encoder: adapted}

    def search(self, questions: Sequence[str], encoder: Encoder | None, top: int) -> list[Hit]:
        """The best entries for each question, in the order of the questions.

        A question is searched in the entries of its own language where the knowledge has it, in the other ones
        otherwise: a Chinese question is then glossed, an English one meets the glosses of the Chinese entries.

        Args:
            questions: Not empty.
            encoder: Encodes the questions; None, or vectors not attached yet: lexical search alone.
            top: Number of entries to return.
        """
        members: dict[Language, list[int]] = {}
        texts = list(questions)
        for place, question in enumerate(questions):
            language = detect(question)
            if language not in self._parts:
                texts[place] = gloss(question, wide=True) if language == "zh" else question
                language = next(iter(self._parts))
            elif language == "en" and HAN.search(question):  # "cancel my 订单" meets English entries by the gloss
                texts[place] = gloss(question)
            members.setdefault(language, []).append(place)
        hits: dict[int, Hit] = {}
        for language, places in members.items():
            part, routed = self._parts[language], [texts[place] for place in places]
            stored = part.vectors.get(encoder.identity) if encoder else None
            dense = name = judgement = None
            if encoder and stored:
                readable = [dense_text(text, language, encoder) for text in routed]
                adapted, name = part.adapted.get(encoder.identity), encoder.identity
                if adapted:
                    views = encoder.views(readable)
                    judgement, queries = adapted.judge(views), views[:, : stored.dimension]
                else:
                    queries = encoder.encode(readable, query=True)
                dense = stored.similarities(queries)
            hits.update(zip(places, self._search_part(part, routed, dense, judgement, name, top), strict=True))
        return [hits[place] for place in range(len(questions))]

    def _search_part(
        self,
        part: _Part,
        questions: Sequence[str],
        dense: _Similarities | None,
        judgement: Judged | None,
        encoder: str | None,
        top: int,
    ) -> list[Hit]:
        raw, covers, unknown, counts = self._lexical_scores(part, questions)
        standard = {name: standardise(scores) for name, scores in raw.items()}
        if dense is not None:
            standard["dense"] = dense.fused
        weights = WEIGHTS[part.language]
        parts = {name: np.float32(weight) * standard[name] for name, weight in weights.items() if name in standard}
        lexical = _total((scores for name, scores in parts.items() if name != "dense"), raw["words"])
        sure: Sequence[float | None] = [None] * len(questions)
        if judgement is not None:
            plain = _total(parts.values(), raw["words"])
            fused = judgement.mix(plain)
            sure = judgement.calibrated(fused).tolist()
            parts = judgement.parts(parts)
        else:
            fused = _total(parts.values(), raw["words"])

        hits = []
        for row, text in enumerate(questions):
            order = _best(fused[row], max(top, 2))
            first = int(order[0])
            best = part.entries[first]
            dense_features = (
                (
                    float(dense.question[row, first]),
                    float(max(dense.answer[row, first], dense.sentence[row, first])),
                    _margin(dense.mean[row], first),
                    float(dense.mean[row].argmax() == first),
                )
                if dense
                else (0.0, 0.0, 0.0, 0.0)
            )
            features = {
                "dense_question": dense_features[0],
                "dense_answer": dense_features[1],
                "dense_margin": dense_features[2],
                "word_cover": covers["words"][row, first],
                "character_cover": covers["characters"][row, first],
                "gloss_cover": covers["gloss"][row, first] if "gloss" in covers else 0.0,
                "cover_margin": float(np.mean([_margin(cover[row], first) for cover in covers.values()])),
                "unknown_share": unknown[row],
                "dense_agrees": dense_features[3],
                "lexical_agrees": float(lexical[row].argmax() == first),
                "log_words": np.log1p(counts[row]),
                "log_entries": np.log(min(len(part.entries), _LARGE)),
            }
            kept = order[:top]
            gap = fused[row, kept] - fused[row, order[0]]
            gap[0] = fused[row, order[0]] - fused[row, order[1]] if len(order) > 1 else 0.0
            evidence = np.stack(
                [
                    *(covers[name][row, kept] if name in covers else np.zeros(len(kept)) for name in COVERS),
                    gap,
                    np.full(len(kept), unknown[row]),
                    np.full(len(kept), np.log1p(counts[row])),
                ],
                axis=1,
            ).astype(np.float32)
            windows = part.windows(best)
            support = _shared(text, windows, part.language)
            if dense:
                support += dense.sentences(row, first)
            closest = int(support.argmax())
            hits.append(
                Hit(
                    entries=tuple(part.entries[index] for index in order[:top]),
                    scores=tuple(float(fused[row, index]) for index in order[:top]),
                    shares=tuple({name: float(scores[row, index]) for name, scores in parts.items()} for index in kept),
                    phrasings=tuple(part.phrasing(text, index, dense, row) for index in kept),
                    evidence=evidence,
                    features=np.array([features[name] for name in FEATURES], dtype=np.float32),
                    sentence=windows[closest][1],
                    language=part.language,
                    encoder=encoder,
                    calibrated=sure[row],
                )
            )
        return hits

    def plain_scores(self, questions: Sequence[str], queries: Array, encoder: str) -> Array:
        """Fused scores of every entry without what was learned: questions × entries of a base in one language.

        Args:
            questions: In that language.
            queries: Their vectors.
            encoder: Identity of the encoder that they come from; its vectors are in.
        """
        (part,) = self._parts.values()
        raw, *_ = self._lexical_scores(part, questions)
        standard = {name: standardise(scores) for name, scores in raw.items()}
        standard["dense"] = part.vectors[encoder].similarities(queries).fused
        weights = WEIGHTS[part.language]
        return _total((np.float32(weight) * standard[name] for name, weight in weights.items()), raw["words"])

    def _lexical_scores(
        self, part: _Part, questions: Sequence[str]
    ) -> tuple[dict[str, Array], dict[str, Array], list[float], list[int]]:
        """Scores by retriever; scores as shares of a full match; share of unknown words; number of words."""
        words = [word_hashes(question) for question in questions]
        queries = {"words": words, "characters": [character_hashes(question, part.language) for question in questions]}
        indexes = {"words": part.words, "characters": part.characters}
        if part.gloss is not None:
            queries["gloss"] = [word_hashes(gloss(question, wide=True)) for question in questions]
            indexes["gloss"] = part.gloss
        raw = {name: index.score(queries[name]) for name, index in indexes.items()}
        covers = {
            name: scores / np.array([[max(indexes[name].full_match(query), 1e-6)] for query in queries[name]])
            for name, scores in raw.items()
        }
        return raw, covers, [part.words.unknown_share(query) for query in words], [len(query) for query in words]


def _total(parts: Iterable[Array], like: Array) -> Array:
    total = np.zeros_like(like, dtype=np.float32)
    for part in parts:
        total += part
    return total


def _best(scores: Array, count: int) -> npt.NDArray[np.intp]:
    """Places of the `count` highest scores, best first, ties by place."""
    if len(scores) > 4 * count:
        candidates = np.sort(np.argpartition(-scores, count)[: count + 1])
        return candidates[np.argsort(-scores[candidates], kind="stable")][:count]
    return np.argsort(-scores, kind="stable")[:count]


def _margin(scores: Array, chosen: int) -> float:
    """How far the chosen entry is above the best other one (negative where it is not the best)."""
    if len(scores) == 1:
        return float(scores[0])
    others = np.delete(scores, chosen)
    return float(scores[chosen] - others.max())


def _shared(question: str, windows: Sequence[tuple[str, tuple[int, int]]], language: Language) -> Array:
    """Share of the question's character n-grams that each window holds."""
    query = set(character_hashes(question, language).tolist())
    held = [len(query & set(character_hashes(text, language).tolist())) for text, _ in windows]
    return np.array(held, dtype=np.float32) / np.float32(max(len(query), 1))
