"""What things are called, as vectors: things alike by name, and a term that works before anybody has chosen a thing.

Three views of a title: its words and pairs of words, its character n-grams (both weighed by how rare they are: Spärck Jones, 1972) and,
where the shared encoder is there, its meaning. A Chinese title is read in Chinese and through its glosses in English, so
a title finds its neighbours whichever of the two languages either is written in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from bigmodel_apps import runtime
from bigmodel_apps.problems import Busy, Unavailable
from bigmodel_apps.recommendation.interactions import Codes, Floats, Interactions, Items, Singles, histories_matrix
from bigmodel_apps.recommendation.terms import Arrays, Report, Stop, step
from bigmodel_apps.runtime.contracts import Priority
from bigmodel_apps.text.gloss import gloss
from bigmodel_apps.text.language import HAN, detect
from bigmodel_apps.text.segmentation import Hashes, character_hashes, word_hashes

ENCODER = "minilm-l6"
WORDS, CHARACTERS, MEANING = 0.5, 0.2, 0.3
"""What the three views weigh in a similarity; without the encoder the first two are scaled up to 1."""

MOST_ITEMS = 5_000
"""Of a catalogue with a regression: 100 MB."""

_DESCRIBED = 0.5  # a word of a description counts so much of one in a title
_PAIR = np.uint64(0x9E3779B97F4A7C15)
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Text:
    """What is written about one thing.

    Attributes:
        titles: In one language or in both.
        category, description: Joined over the languages; may be empty.
    """

    titles: tuple[str, ...]
    category: str = ""
    description: str = ""


def texts(items: Items) -> list[Text]:
    """What a catalogue says of each of its things; where a title stands under both languages, it counts once."""

    def joined(columns: Sequence[npt.NDArray[np.object_]], item: int) -> str:
        return " ".join(dict.fromkeys(str(column[item]) for column in columns))

    titles, categories, descriptions = (
        list(columns.values()) for columns in (items.titles, items.categories, items.descriptions)
    )
    return [
        Text(
            tuple(dict.fromkeys(title for column in titles if (title := str(column[item]).strip()))),
            joined(categories, item),
            joined(descriptions, item),
        )
        for item in range(len(items))
    ]


def encode(
    read: Sequence[Text],
    progress: Report | None = None,
    cancelled: Stop | None = None,
) -> Singles:
    """Unit vectors of the shared encoder, shape (len(read), dimension): of several titles their middle; zero without any.

    Chinese is read through its glosses. Equal titles run once. Not to be called on the engine's own thread.

    Raises:
        Unavailable, Busy, Cancelled: See `runtime.predict`.
    """
    rows: dict[str, list[int]] = {}
    for place, text in enumerate(read):
        for title in text.titles:
            rows.setdefault(gloss(title) if detect(title) == "zh" else title.lower(), []).append(place)
    rows.pop("", None)
    found = runtime.engine().predict(
        ENCODER, list(rows), options="text", priority=Priority.BULK, progress=progress, cancelled=cancelled
    )
    sums = np.zeros((len(read), len(found[0]) if found else 0), dtype=np.float32)
    for vector, places in zip(found, rows.values(), strict=True):
        np.add.at(sums, places, vector)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.divide(sums, lengths, where=lengths > 0, out=np.zeros_like(sums))


@dataclass(frozen=True, eq=False)
class Vectors:
    """Titles as a `Titles` compares them: the product of two rows is their similarity.

    Attributes:
        features: Of words and characters, shape (n, features).
        meaning: Of the encoder, shape (n, dimension); no columns without it.
    """

    features: sparse.csr_matrix
    meaning: Floats

    def __len__(self) -> int:
        return int(self.features.shape[0])

    @cached_property
    def _by_feature(self) -> sparse.csr_matrix:
        """Which rows hold a feature, shape (features, n): a few rows are then compared with all in time of their own."""
        return self.features.T.tocsr()

    def take(self, rows: npt.NDArray[Any] | slice) -> Vectors:
        """Some rows."""
        return Vectors(self.features[rows], self.meaning[rows])

    def similarity(self, others: Vectors) -> Floats:
        """Of each with each of the others, shape (n, others), in [-1, 1]; 1 for equal titles."""
        lexical = np.asarray((self.features @ others._by_feature).toarray(), dtype=np.float64)
        return lexical + self.meaning @ others.meaning.T if self.meaning.shape[1] else lexical

    def weighed(self, weights: sparse.csr_matrix) -> Vectors:
        """Weighted sums of rows. Args: weights: Shape (m, n)."""
        return Vectors((weights @ self.features).tocsr(), np.asarray(weights @ self.meaning))


class Titles:
    """The term ``text``: how similar a thing's title is to those of the history.

    Either the mean similarity or, with a ridge, what a regression on titles makes of the history: what many titles of the
    catalogue share then tells less. The regression holds a matrix of items × items, so catalogues of more than `MOST_ITEMS`
    have the mean.

    Args:
        columns: Hashes of the features that occur, ascending, shape (features,).
        rarity: Their weights, shape (features,).
        middle: Mean of the encoder's vectors, which is taken from each: what all titles share tells nothing; shape
            (dimension,), (0,) without the encoder.
        vectors: Of the catalogue, in its order.
        ridge: Of the regression; 0 for the mean.
    """

    name = "text"

    def __init__(self, columns: Hashes, rarity: Floats, middle: Singles, vectors: Vectors, ridge: float = 0.0) -> None:
        self.vectors = vectors
        self._columns, self._rarity, self._middle, self._ridge = columns, rarity, middle, ridge
        self._weights = _regression(vectors, ridge) if ridge and len(vectors) <= MOST_ITEMS else None

    @property
    def reads_meaning(self) -> bool:
        """Whether the encoder took part."""
        return bool(len(self._middle))

    @property
    def nbytes(self) -> int:
        """Memory of the vectors; features are held by row and by column."""
        features = self.vectors.features
        held = 2 * (features.data.nbytes + features.indices.nbytes) + features.indptr.nbytes
        return int(held + self.vectors.meaning.nbytes)

    @classmethod
    def fit(
        cls,
        interactions: Interactions,
        *,
        ridge: float = 0.0,
        meaning: bool = False,
        report: Report | None = None,
        cancelled: Stop | None = None,
    ) -> Titles:
        """See `terms.Kind`; nothing is learned from choices.

        Args:
            ridge: See the class.
            meaning: Whether the shared encoder takes part, where it is there; see `encode`.
        """
        read = texts(interactions.catalogue)
        if not meaning:
            step(0, 1, report, cancelled)
            return cls.of(read, ridge=ridge)
        try:
            return cls.of(read, encode(read, report, cancelled), ridge)
        except (Unavailable, Busy):
            return cls.of(read, ridge=ridge)

    @classmethod
    def of(cls, read: Sequence[Text], meaning: Singles | None = None, ridge: float = 0.0) -> Titles:
        """Args:
        read: What is written about each thing of the catalogue; see `texts`.
        meaning: See `encode`; None where the encoder does not take part.
        """
        hashed = [_hashed(text) for text in read]
        seen = np.concatenate([np.zeros(0, np.uint64), *(np.unique(np.concatenate(kinds)) for kinds in hashed)])
        columns, counts = np.unique(seen, return_counts=True)
        rarity = np.log((1 + len(read)) / (1 + counts)) + 1
        middle = np.zeros(0, dtype=np.float32) if meaning is None or not len(meaning) else meaning.mean(axis=0)
        empty = Vectors(sparse.csr_matrix((0, len(columns))), np.zeros((0, len(middle))))
        vectors = cls(columns, rarity, middle, empty)._vectors(hashed, meaning)
        return cls(columns, rarity, middle, vectors, ridge)

    def read(self, read: Sequence[Text], meaning: Singles | None = None) -> Vectors:
        """Vectors of things that the catalogue does not hold. `meaning`: see `encode`; needed where `reads_meaning`."""
        return self._vectors([_hashed(text) for text in read], meaning)

    def similar(self, item: int) -> Floats:
        """Similarity of every thing of the catalogue to one of it, shape (items,)."""
        return self.vectors.take(np.array([item])).similarity(self.vectors)[0]

    def scores(self, histories: Sequence[Codes]) -> Floats:
        """See `terms.Term`."""
        found = np.zeros((len(histories), len(self.vectors)))
        if self._weights is not None:
            for row, history in zip(found, histories, strict=True):
                row += self._weights[history].sum(axis=0, dtype=np.float64) / max(len(history), 1)
            return found
        for start in range(0, len(histories), _AT_ONCE):
            some = histories[start : start + _AT_ONCE]
            sizes = np.maximum([len(history) for history in some], 1)
            middle = self.vectors.weighed(sparse.diags(1 / sizes) @ histories_matrix(some, len(self.vectors)))
            lexical = (self.vectors.features @ middle.features.T.toarray()).T
            found[start : start + _AT_ONCE] = lexical + middle.meaning @ self.vectors.meaning.T
        return found

    def shares(self, history: Codes) -> Floats:
        """See `terms.Term`; nothing is left for the last row."""
        if self._weights is not None:
            each = self._weights[history].astype(np.float64)
        else:
            each = self.vectors.take(history).similarity(self.vectors)
        return np.vstack([each / max(len(history), 1), np.zeros((1, len(self.vectors)))])

    def arrays(self) -> Arrays:
        """See `terms.Term`."""
        features = self.vectors.features
        return {
            "columns": self._columns.view(np.int64),
            "rarity": self._rarity,
            "middle": self._middle,
            "ridge": np.array(self._ridge),
            "data": features.data.astype(np.float32),
            "indices": features.indices.astype(np.int32),
            "starts": features.indptr.astype(np.int64),
            "meaning": self.vectors.meaning.astype(np.float32),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Titles:
        """See `terms.Term`."""
        columns = np.asarray(arrays["columns"]).view(np.uint64)
        parts = np.asarray(arrays["data"], np.float64), np.asarray(arrays["indices"]), np.asarray(arrays["starts"])
        features = sparse.csr_matrix(parts, shape=(len(parts[2]) - 1, len(columns)))
        vectors = Vectors(features, np.asarray(arrays["meaning"], np.float64))
        middle = np.asarray(arrays["middle"], np.float32)
        return cls(columns, np.asarray(arrays["rarity"]), middle, vectors, float(arrays["ridge"].item()))

    def _vectors(self, hashed: Sequence[tuple[Hashes, Hashes, Hashes]], meaning: Singles | None) -> Vectors:
        share = 1 - MEANING if self.reads_meaning else 1.0
        words, characters = (share * weight / (WORDS + CHARACTERS) for weight in (WORDS, CHARACTERS))
        of_words = self._rows([(title, described) for title, described, _ in hashed], (1.0, _DESCRIBED))
        of_characters = self._rows([(grams,) for _, _, grams in hashed], (1.0,))
        meant = np.zeros((len(hashed), len(self._middle)))
        if self.reads_meaning and meaning is not None:
            meant += meaning
            meant[meaning.any(axis=1)] -= self._middle
            lengths = np.linalg.norm(meant, axis=1, keepdims=True)
            meant *= np.sqrt(MEANING) / np.where(lengths > 0, lengths, 1)
        return Vectors((np.sqrt(words) * of_words + np.sqrt(characters) * of_characters).tocsr(), meant)

    def _rows(self, hashed: Sequence[tuple[Hashes, ...]], weights: tuple[float, ...]) -> sparse.csr_matrix:
        """Known features of each text, the heaviest of a feature's weights times its rarity; rows of length 1, or 0."""
        sizes = [[len(kind) for kind in kinds] for kinds in hashed]
        every = np.concatenate([np.zeros(0, np.uint64), *(kind for kinds in hashed for kind in kinds)])
        rows = np.repeat(np.arange(len(hashed)), [sum(each) for each in sizes])
        weight = np.repeat(np.tile(weights, len(hashed)), [size for each in sizes for size in each])
        places = np.searchsorted(self._columns, every)
        known = places < len(self._columns)
        known[known] = self._columns[places[known]] == every[known]
        rows, places, weight = rows[known], places[known], weight[known]
        order = np.lexsort((-weight, places, rows))
        rows, places, weight = rows[order], places[order], weight[order]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (places[1:] != places[:-1])
        rows, places = rows[first], places[first]
        values = weight[first] * self._rarity[places]
        lengths = np.sqrt(np.bincount(rows, weights=values * values, minlength=len(hashed)))
        return sparse.csr_matrix((values / lengths[rows], (rows, places)), shape=(len(hashed), len(self._columns)))


def _regression(vectors: Vectors, ridge: float) -> Singles:
    """(K + ridge)⁻¹ K, K being the similarities: what each title of a history adds to the score of each."""
    similar = vectors.similarity(vectors)
    regular = similar.copy()
    regular[np.diag_indices_from(regular)] += ridge
    return linalg.solve(regular, similar, assume_a="pos", overwrite_a=True, overwrite_b=True).astype(np.float32)


def text_of(title: str, category: str = "", description: str = "") -> Text:
    """What somebody typed about a thing."""
    return Text((title.strip(),) if title.strip() else (), category, description)


def _hashed(text: Text) -> tuple[Hashes, Hashes, Hashes]:
    """Words of title and category, words of the description, characters of the title; Chinese with its glosses."""
    grams = [character_hashes(title, detect(title)) for title in text.titles]
    return (
        _words(" ".join((*text.titles, text.category))),
        _words(text.description),
        np.concatenate([np.zeros(0, np.uint64), *grams]),
    )


def _words(text: str) -> Hashes:
    """Words and pairs of neighbours; Chinese ones with their glosses."""
    found = []
    for part in (text, gloss(text, wide=True) if HAN.search(text) else ""):
        words = word_hashes(part)
        found += [words, words[:-1] * _PAIR ^ words[1:]]
    return np.unique(np.concatenate(found))
