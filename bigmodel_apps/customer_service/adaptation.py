"""Learns from the phrasings of one knowledge base, when it has several an entry, and only where that helps.

Cross-fitting decides and calibrates. Each of three folds takes out a third of the entries, and a third of the phrasings
of those that stay; the phrasings taken out are then asked. Those of entries that stayed show whether the right entry
comes first, by plain retrieval and with what was learned; those of entries that went show what a question looks like
that the base does not cover. A logistic regression over both gives the confidence.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import safe_open
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bigmodel_apps.customer_service import classifier
from bigmodel_apps.customer_service.classifier import Classifier, Labels
from bigmodel_apps.customer_service.index import Array, Index, dense_text
from bigmodel_apps.customer_service.knowledge import Entry, Knowledge
from bigmodel_apps.customer_service.learned import (
    Adapted,
    Learned,
    Reason,
    Report,
    confidence_facts,
    mix,
)
from bigmodel_apps.customer_service.scores import standardise
from bigmodel_apps.customer_service.vectors import QueuedEncoder, Store, fill
from bigmodel_apps.customer_service.vectors import digest as digest_of
from bigmodel_apps.problems import Cancelled
from bigmodel_apps.text.language import Language

_VERSION = 1  # of the recipe: what an earlier one learned is learned again
_FOLDS = 3
# Fewer cannot be cross-fitted, more would take minutes.
_ENTRIES, _PHRASINGS = range(6, 1_001), 20_000
# Half of the entries must have so many phrasings: with fewer, one word of a rare wording weighs too much.
_PHRASINGS_AN_ENTRY = 4
_ASKED = 500
# Weights of what was learned among which cross-fitting chooses.
_SHARES = (0.5, 0.8, 0.95, 1.0)
_SEED = 5


class Views:
    """Views of what can be learned from in a base, by the text as the encoder is given it."""

    def __init__(self, index: Index, encoder: QueuedEncoder) -> None:
        texts = [
            dense_text(text, language, encoder)
            for language in index.knowledge.languages()
            if not _obstacle(entries := index.entries(language))
            for text in (*_phrasings(entries), *(name for _, name in names(entries)))
        ]
        distinct = list(dict.fromkeys(texts))
        self._places = {text: place for place, text in enumerate(distinct)}
        self._views = encoder.views(distinct) if distinct else np.zeros((0, 0), dtype=np.float32)

    def __getitem__(self, texts: Sequence[str]) -> Array:
        return self._views[[self._places[text] for text in texts]]

    def lend(self, encoder: QueuedEncoder, store: Store) -> int:
        """Put vectors of these texts into the store, which spares the encoder a second reading: they are the first third
        of the views, where stored texts and questions are read alike. Returns how many the store lacked."""
        if not encoder.symmetric:
            return 0
        missing = {digest_of(text): place for text, place in self._places.items() if digest_of(text) not in store}
        for digest, place in missing.items():
            store[digest] = self._views[place, : self._views.shape[1] // 3].astype(np.float16)
        return len(missing)


def learn(
    index: Index,
    encoder: QueuedEncoder,
    store: Store,
    views: Views,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Learned:
    """Learn from every language of a dense index. The index is not changed; see `attach`.

    Args:
        index: Its texts are all in the store.
        encoder: Whose vectors are in the store.
        store: Vectors by the digest of their text.
        views: Of this index and this encoder.
        progress: Called with (phrasings learned from, phrasings in total); a fold counts its own.
        cancelled: Polled between steps.

    Raises:
        Cancelled, Unavailable
    """
    reports, adapted = [], {}
    for language in index.knowledge.languages():
        entries = index.entries(language)
        reason = _obstacle(entries)
        if reason:
            phrasings = len(_phrasings(entries))
            reports.append(Report(language, reason, len(entries), phrasings))
            continue
        report, found = _Base(entries, language, encoder, store, views, progress, cancelled).learn()
        reports.append(report)
        if report.used:
            adapted[language] = found
    return Learned(tuple(reports), adapted)


def attach(index: Index, encoder: str, learned: Learned) -> None:
    """Use in `index` what was learned with this encoder."""
    for language, adapted in learned.adapted.items():
        index.adapt(encoder, language, adapted)


def _obstacle(entries: Sequence[Entry]) -> Reason | None:
    """Why these entries cannot be learned from; None when they can."""
    if any(entry.passage for entry in entries):
        return "passages"
    if 2 * sum(len(entry.questions) >= _PHRASINGS_AN_ENTRY for entry in entries) < len(entries):
        return "few-phrasings"
    if len(entries) < _ENTRIES.start:
        return "few-entries"
    if len(entries) >= _ENTRIES.stop or len(_phrasings(entries)) > _PHRASINGS:
        return "too-large"
    return None


def _phrasings(entries: Sequence[Entry]) -> list[str]:
    return [text for entry in entries for text in entry.questions]


def names(entries: Sequence[Entry]) -> list[tuple[int, str]]:
    """What else tells the entries apart: their ids in words and their answers, with the place of the entry.

    An id without letters ("q17") says nothing, and neither does an answer that several entries give.
    """
    found = []
    for place, entry in enumerate(entries):
        words = "".join(letter if letter.isalnum() else " " for letter in entry.id).split()
        spoken = " ".join(word for word in words if not any(letter.isdigit() for letter in word))
        texts = dict.fromkeys(text for text in (spoken, entry.answer) if sum(map(str.isalpha, text)) > 2)
        found += [(place, text) for text in texts]
    owners: dict[str, set[int]] = {}
    for place, text in found:
        owners.setdefault(text, set()).add(place)
    return [(place, text) for place, text in found if len(owners[text]) == 1]


@dataclass(frozen=True, slots=True)
class _Fold:
    """Which entries stay, and phrasings by number: those to learn from, those to ask, those of entries that went."""

    stay: npt.NDArray[np.bool_]
    learned: Labels
    asked: Labels
    orphans: Labels


def _folds(labels: Labels, entries: int) -> Iterator[_Fold]:
    generator = np.random.default_rng(_SEED)
    of_entry = generator.permutation(entries) % _FOLDS
    of_phrasing = np.full(len(labels), -1)
    for entry in range(entries):
        places = np.flatnonzero(labels == entry)
        if len(places) > 1:
            of_phrasing[places] = generator.permutation(len(places)) % _FOLDS
    for fold in range(_FOLDS):
        stays, out = of_entry[labels] != fold, of_phrasing == fold
        asked, orphans = (generator.permutation(np.flatnonzero(rows))[:_ASKED] for rows in (stays & out, ~stays))
        yield _Fold(of_entry != fold, np.flatnonzero(stays & ~out), asked, orphans)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Phrasings that were asked in one fold.

    Attributes:
        expected: Place of the entry among those that stayed; -1 where it went.
        plain, learned: Scores, phrasings × entries that stayed.
        judged: `classifier.FACTS` of each.
    """

    expected: Labels
    plain: Array
    learned: Array
    judged: Array

    def right(self, share: float) -> Array:
        """Whether the right entry comes first with this share, for phrasings whose entry stayed."""
        return self.answered(share)[self.expected >= 0]

    def answered(self, share: float) -> Array:
        """Whether the right entry comes first, for all phrasings; nothing is right for those whose entry went."""
        return (mix(self.plain, self.learned, share).argmax(axis=1) == self.expected).astype(np.float32)

    def facts(self, share: float) -> Array:
        """What the confidence is made of, phrasings × `learned.CONFIDENCE`."""
        return confidence_facts(self.judged, self.learned, mix(self.plain, self.learned, share))


class _Base:
    """The entries of one language and the views of their phrasings."""

    def __init__(
        self,
        entries: Sequence[Entry],
        language: Language,
        encoder: QueuedEncoder,
        store: Store,
        views: Views,
        progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._started = time.perf_counter()
        self._entries, self._language, self._store = entries, language, store
        self._cancelled, self._progress = cancelled, progress
        self._texts = _phrasings(entries)
        self._labels = np.repeat(np.arange(len(entries)), [len(entry.questions) for entry in entries])
        named = names(entries)
        self._name_labels = np.array([place for place, _ in named], dtype=np.intp)
        self._encoder = encoder
        self._views = views[[dense_text(text, language, encoder) for text in self._texts]]
        self._name_views = views[[dense_text(text, language, encoder) for _, text in named]]
        self._done, self._total = 0, 0

    def learn(self) -> tuple[Report, Adapted]:
        """Cross-fit, choose the share, calibrate, and fit on everything."""
        folds = list(_folds(self._labels, len(self._entries)))
        self._total = sum(len(fold.learned) for fold in folds) + len(self._texts)
        found = [self._ask(fold) for fold in folds]
        right = {share: np.concatenate([of_fold.right(share) for of_fold in found]) for share in (0.0, *_SHARES)}
        best = max(_SHARES, key=lambda share: (right[share].mean(), share))
        fitted = self._fit(np.arange(len(self._texts)), np.arange(len(self._entries)))
        before, after = right[0.0], right[best]
        better = (after - before).mean() > (after - before).std() / np.sqrt(len(after))
        report = Report(
            language=self._language,
            reason="better" if better else "no-gain",
            entries=len(self._entries),
            phrasings=len(self._texts),
            asked=len(after),
            before=float(before.mean()),
            after=float(after.mean()),
            share=best,
            seconds=round(time.perf_counter() - self._started, 1),
        )
        facts = np.concatenate([of_fold.facts(best) for of_fold in found])
        answered = np.concatenate([of_fold.answered(best) for of_fold in found])
        return report, Adapted(fitted, best, _calibrate(facts, answered))

    def _ask(self, fold: _Fold) -> _Asked:
        """Ask the phrasings taken out, of a base and of what was learned without them."""
        kept = np.flatnonzero(fold.stay)
        phrasings: dict[int, list[str]] = {entry: [] for entry in kept.tolist()}
        for row in fold.learned:
            phrasings[int(self._labels[row])].append(self._texts[row])
        entries = [replace(self._entries[entry], questions=tuple(texts)) for entry, texts in phrasings.items()]
        index = Index(Knowledge("", tuple(entries)))
        fill(index, self._encoder, self._store)
        rows = np.concatenate([fold.asked, fold.orphans])
        self._check()
        views = self._views[rows]
        texts, width = [self._texts[row] for row in rows], views.shape[1] // 3
        plain = index.plain_scores(texts, views[:, :width], self._encoder.identity)
        judgement = self._fit(fold.learned, kept).judge(views)
        expected = np.where(fold.stay, np.cumsum(fold.stay) - 1, -1)[self._labels[rows]]
        return _Asked(expected, plain, standardise(judgement.scores), judgement.facts)

    def _fit(self, rows: Labels, kept: Labels) -> Classifier:
        number = np.full(len(self._entries), -1)
        number[kept] = np.arange(len(kept))
        named = number[self._name_labels] >= 0
        views = np.concatenate([self._views[rows], self._name_views[named]])
        labels = np.concatenate([number[self._labels[rows]], number[self._name_labels[named]]])
        fitted = classifier.fit(views, labels, self._check)
        self._done += len(rows)
        if self._progress:
            self._progress(self._done, self._total)
        return fitted

    def _check(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled


def _calibrate(facts: Array, right: Array) -> Array:
    """Coefficients with the bias last; phrasings of entries that stayed weigh as much as those of entries that went."""
    scaler = StandardScaler().fit(facts)
    model = LogisticRegression(class_weight="balanced", max_iter=500).fit(scaler.transform(facts), right)
    coefficients = model.coef_[0] / scaler.scale_
    return np.append(coefficients, model.intercept_[0] - float(coefficients @ scaler.mean_)).astype(np.float32)


def digest(knowledge: Knowledge) -> str:
    """Names what can be learned from a base: its entries, in order, and the recipe."""
    content = [_VERSION, *((entry.id, entry.digest, entry.language) for entry in knowledge.entries)]
    return sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def load(file: Path, knowledge: Knowledge) -> Learned | None:
    """What was learned from exactly this knowledge; None where nothing was, or from something else."""
    if not file.is_file():
        return None
    with safe_open(file, framework="numpy") as opened:
        about = json.loads(opened.metadata()["about"])
        if about["digest"] != digest(knowledge):
            return None
        tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - not a mapping
    reports = tuple(Report(**report) for report in about["reports"])
    adapted = {}
    for report in reports:
        if report.used:
            own = {name.partition(".")[2]: t for name, t in tensors.items() if name.startswith(f"{report.language}.")}
            confidence = own.pop("confidence")
            adapted[report.language] = Adapted(Classifier.of(own), report.share or 1.0, confidence)
    return Learned(reports, adapted)


def save(file: Path, knowledge: Knowledge, learned: Learned) -> None:
    """Write, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
    tensors = {
        f"{language}.{name}": tensor
        for language, adapted in learned.adapted.items()
        for name, tensor in {**adapted.classifier.tensors(), "confidence": adapted.confidence}.items()
    }
    about = {"digest": digest(knowledge), "reports": [asdict(report) for report in learned.reports]}
    save_file(tensors or {"none": np.zeros(1, dtype=np.float32)}, temporary, metadata={"about": json.dumps(about)})
    temporary.replace(file)
