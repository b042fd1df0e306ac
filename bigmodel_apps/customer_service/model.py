"""Question in, outcome out: encode, search, weigh the evidence, decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bigmodel_apps.customer_service.confidence import Confidence
from bigmodel_apps.customer_service.explanation import matches
from bigmodel_apps.customer_service.index import FEATURES, Hit, Index
from bigmodel_apps.customer_service.intents import asks_for_person, in_context, leans, small_talk
from bigmodel_apps.customer_service.knowledge import Entry
from bigmodel_apps.customer_service.reader import READ, Reader
from bigmodel_apps.customer_service.schema import Candidate, Citation, Input, Options, Outcome, Output
from bigmodel_apps.customer_service.shelf import shelf
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.text.encoder import SentenceEncoder
from bigmodel_apps.text.language import detect
from bigmodel_apps.text.segmentation import normalize
from bigmodel_apps.text.sentences import sentences

# Between this share of the threshold and the threshold itself we ask "did you mean".
CLARIFY_FROM = 0.5

# A question that is this sure of its own answer needs no context.
_SURE_ALONE = 0.95
# A follow-up's two searches are compared over so many entries; an entry among the first few of both is about both.
_COMPARED, _NEAR = 64, 3
_UNKNOWN = FEATURES.index("unknown_share")


class CustomerServiceModel:
    """Hybrid retrieval, a reader that ranks what was found, and a calibrated confidence.

    Args:
        path: Folder of the confidence model for lexical search alone.
        _device: Not needed: the encoders compute, the rest is arrays.
        encoder: Of the dense vectors.
        reader: Compares the question with the candidates.
    """

    batches = True

    def __init__(self, path: Path, _device: Device, *, encoder: SentenceEncoder, reader: Reader) -> None:
        self._encoder = encoder
        self._reader = reader
        self._confidence = Confidence.load(path)

    @property
    def nbytes(self) -> int:
        """Bytes of the confidence model; indexes are counted by the shelf."""
        return self._confidence.nbytes

    def cost(self, question: Input) -> int:
        """Length by which the engine sorts."""
        return len(question.question)

    def predict(self, inputs: Sequence[Input], options: Options | None = None) -> list[Output]:
        """One output a question."""
        options = options or Options()
        learned = options.engine == "hybrid" and shelf.get(options.knowledge).has_learned(self._encoder.identity)
        courtesies = [_is_small_talk(item) for item in inputs]
        asked = [learned or not courtesy for courtesy in courtesies]
        found = self._find([item for item, is_asked in zip(inputs, asked, strict=True) if is_asked], options)
        return [
            self._output(item, courtesy, next(found), options) if is_asked else _courtesy(item)
            for item, courtesy, is_asked in zip(inputs, courtesies, asked, strict=True)
        ]

    def _find(self, inputs: Sequence[Input], options: Options) -> Iterator[tuple[Hit, float]]:
        """The hit and its confidence for each question; a follow-up is searched alone and in its context."""
        alone = [item.question for item in inputs]
        contextual = [in_context(item.question, item.history) for item in inputs]
        texts = alone + [text for text, question in zip(contextual, alone, strict=True) if text != question]
        encoder = self._encoder if options.engine == "hybrid" else None
        top = max(options.top, READ, _COMPARED if len(texts) > len(alone) else 0)
        index = shelf.get(options.knowledge)
        found = self._judge(texts, index.search(texts, encoder, top), index, options) if texts else []
        in_contexts = iter(found[len(alone) :])
        for question, text, own in zip(alone, contextual, found, strict=False):
            yield own if text == question else resolve(question, own, next(in_contexts))

    def _judge(
        self, questions: Sequence[str], hits: Sequence[Hit], index: Index, options: Options
    ) -> list[tuple[Hit, float]]:
        """How sure each hit is: as learned from its base, by the reader, or by words alone where no encoder may run."""
        found = {place: (hit, hit.calibrated) for place, hit in enumerate(hits) if hit.calibrated is not None}
        rest = [place for place in range(len(hits)) if place not in found]
        left = [hits[place] for place in rest]
        if options.engine == "hybrid":
            sizes = [index.size(hit.language) for hit in left]
            judged = self._reader.judge([questions[place] for place in rest], left, sizes)
        else:
            judged = [(hit, float(sure)) for hit, sure in zip(left, self._confidence(left), strict=True)]
        found |= dict(zip(rest, judged, strict=True))
        return [found[place] for place in range(len(hits))]

    def _output(self, item: Input, courtesy: bool, found: tuple[Hit, float], options: Options) -> Output:
        """What comes of a hit; a courtesy is answered as a question where the base has learned an answer to it."""
        hit, confidence = found
        if courtesy and confidence < options.threshold:
            return _courtesy(item)
        best = hit.entries[0]
        stored = normalize(item.question) in map(normalize, best.questions)
        outcome = decide(item.question, confidence, options.threshold, adrift=_adrift(item) and not stored)
        start, end = hit.sentence
        answered = outcome == "answer"
        return Output(
            outcome=outcome,
            id=best.id,
            answer=best.answer if answered else None,
            confidence=confidence,
            candidates=[
                Candidate(
                    id=entry.id,
                    score=score,
                    question=None if entry.passage else entry.questions[0],
                    phrasing=None if entry.passage else phrasing,
                )
                for entry, phrasing, score in zip(
                    hit.entries[: options.top], hit.phrasings, hit.odds or hit.scores, strict=False
                )
            ],
            citations=[Citation(source=best.source, text=best.answer[start:end], start=start, end=end)]
            if answered
            else [],
            engine=" + ".join(hit.shares[0]),
            shares=dict(hit.shares[0]),
            language=hit.language,
        )


def resolve(question: str, alone: tuple[Hit, float], contextual: tuple[Hit, float]) -> tuple[Hit, float]:
    """What a follow-up means, and how sure that is.

    The question alone wins where it is sure of its answer, and where none of its words is known: "and for pizza?" is
    not about delivery. Otherwise the entry with the highest sum of its scores in both searches is meant. Where it is
    among the first of the search in context, that says how sure it is, because the context was answered there.

    Args:
        question: As it was asked.
        alone, contextual: The hit and its confidence for the question as it is, and with what it leans on.
    """
    (own, own_confidence), (joint, joint_confidence) = alone, contextual
    if own_confidence >= _SURE_ALONE or own.features[_UNKNOWN] == 1:
        return alone
    if own.language != joint.language:
        return contextual
    scores = [dict(zip(hit.entries, hit.scores, strict=True)) for hit in (own, joint)]
    lows = [min(of.values()) for of in scores]

    def total(entry: Entry) -> float:
        return sum(of.get(entry, low) for of, low in zip(scores, lows, strict=True))

    meant = max((*joint.entries, *own.entries), key=total)
    near = meant in joint.entries[:_NEAR]
    confidence = joint_confidence if near else min(own_confidence, joint_confidence)
    if meant == own.entries[0]:
        return own, max(own_confidence, confidence)
    return (_first(joint, meant, question) if meant in joint.entries else _first(own, meant, question)), confidence


def _first(hit: Hit, entry: Entry, question: str) -> Hit:
    """The hit with this candidate before the others."""
    place = hit.entries.index(entry)
    if place == 0:
        return hit
    order = [place, *(other for other in range(len(hit.entries)) if other != place)]
    spans = sentences(entry.answer) or [(0, len(entry.answer))]
    return replace(
        hit,
        entries=tuple(hit.entries[other] for other in order),
        scores=tuple(hit.scores[other] for other in order),
        shares=tuple(hit.shares[other] for other in order),
        phrasings=tuple(hit.phrasings[other] for other in order),
        evidence=hit.evidence[order],
        sentence=max(spans, key=lambda span: len(matches(question, entry.answer[slice(*span)]))),
        odds=tuple(hit.odds[other] for other in order[: len(hit.odds)]) if place < len(hit.odds) else (),
    )


def _is_small_talk(item: Input) -> bool:
    return small_talk(item.question) is not None and not asks_for_person(item.question)


def _courtesy(item: Input) -> Output:
    return Output(
        outcome="not_covered",
        kind="small_talk",
        id=None,
        answer=None,
        confidence=0.0,
        candidates=[],
        citations=[],
        engine="",
        shares={},
        language=detect(item.question),
    )


def _adrift(item: Input) -> bool:
    """Whether the question points back ("is there a fee for that?") and nothing was said before."""
    return leans(item.question) in ("pronoun", "swap") and in_context(item.question, item.history) == item.question


def decide(question: str, confidence: float, threshold: float, *, adrift: bool = False) -> Outcome:
    """The outcome: a wish to talk to a person comes first, then the confidence against the threshold.

    What a question means that is `adrift` is asked, however likely the guess.
    """
    if asks_for_person(question):
        return "hand_over"
    if confidence >= threshold:
        return "clarify" if adrift else "answer"
    return "clarify" if confidence >= CLARIFY_FROM * threshold else "not_covered"
