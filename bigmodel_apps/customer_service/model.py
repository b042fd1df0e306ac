"""Question in, outcome out: encode, search, weigh the evidence, decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bigmodel_apps.customer_service.confidence import Confidence
from bigmodel_apps.customer_service.index import FEATURES, Hit
from bigmodel_apps.customer_service.intents import Lean, asks_for_person, in_context, leans, small_talk
from bigmodel_apps.customer_service.schema import Candidate, Citation, Input, Options, Outcome, Output
from bigmodel_apps.customer_service.shelf import shelf
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.text.encoder import SentenceEncoder
from bigmodel_apps.text.language import detect

# Between this share of the threshold and the threshold itself we ask "did you mean".
CLARIFY_FROM = 0.5

# A question that is this sure of its own answer needs no context.
_SURE_ALONE = 0.5
# A follow-up's two searches are compared over so many entries; an entry among the first few of both is about both.
_COMPARED, _NEAR = 64, 3
_UNKNOWN = FEATURES.index("unknown_share")


class CustomerServiceModel:
    """Hybrid retrieval with a calibrated confidence.

    Args:
        path: Folder of the confidence model.
        _device: Not needed: the encoder computes, the rest is arrays.
        encoder: The shared sentence encoder.
    """

    batches = True

    def __init__(self, path: Path, _device: Device, *, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
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
        found = self._find([item for item in inputs if not _is_small_talk(item)], options)
        return [
            _courtesy(item) if _is_small_talk(item) else self._output(item.question, *next(found), options)
            for item in inputs
        ]

    def _find(self, inputs: Sequence[Input], options: Options) -> Iterator[tuple[Hit, float]]:
        """The hit and its confidence for each question; a follow-up is searched alone and in its context."""
        alone = [item.question for item in inputs]
        contextual = [in_context(item.question, item.history) for item in inputs]
        texts = alone + [text for text, question in zip(contextual, alone, strict=True) if text != question]
        encoder = self._encoder if options.engine == "hybrid" else None
        top = max(options.top, _COMPARED) if len(texts) > len(alone) else options.top
        hits = shelf.get(options.knowledge).search(texts, encoder, top) if texts else []
        found = [(hit, float(confidence)) for hit, confidence in zip(hits, self._confidence(hits), strict=True)]
        in_contexts = iter(found[len(alone) :])
        for question, text, own in zip(alone, contextual, found, strict=False):
            yield own if text == question else resolve(leans(question), own, next(in_contexts))

    def _output(self, question: str, hit: Hit, confidence: float, options: Options) -> Output:
        outcome = decide(question, confidence, options.threshold)
        best = hit.entries[0]
        start, end = hit.sentence
        answered = outcome == "answer"
        return Output(
            outcome=outcome,
            id=best.id,
            answer=best.answer if answered else None,
            confidence=confidence,
            candidates=[
                Candidate(id=entry.id, score=score, question=None if entry.passage else entry.questions[0])
                for entry, score in zip(hit.entries[: options.top], hit.scores, strict=False)
            ],
            citations=[Citation(source=best.source, text=best.answer[start:end], start=start, end=end)]
            if answered
            else [],
            engine=" + ".join(hit.shares),
            shares=dict(hit.shares),
            language=hit.language,
        )


def resolve(lean: Lean | None, alone: tuple[Hit, float], contextual: tuple[Hit, float]) -> tuple[Hit, float]:
    """Which of the two searches of a follow-up to believe, and how sure that is.

    The question alone wins where it is sure of its answer, and where none of its words is known: "and for pizza?"
    is not about delivery. A pronoun then takes the context. Otherwise the best entries of both compete by the sum of
    their scores in both searches; what the question alone brings up and the context puts among its first is as sure as
    the context is.
    """
    (own, own_confidence), (joint, joint_confidence) = alone, contextual
    if own_confidence >= _SURE_ALONE or own.features[_UNKNOWN] == 1:
        return alone
    if lean == "pronoun" or own.language != joint.language:
        return contextual
    scores = [dict(zip(hit.entries, hit.scores, strict=True)) for hit in (own, joint)]
    lows = [min(of.values()) for of in scores]

    def total(hit: Hit) -> float:
        return sum(of.get(hit.entries[0], low) for of, low in zip(scores, lows, strict=True))

    if total(joint) >= total(own):
        return contextual
    near = own.entries[0] in joint.entries[:_NEAR]
    return own, max(own_confidence, joint_confidence) if near else own_confidence


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


def decide(question: str, confidence: float, threshold: float) -> Outcome:
    """The outcome: a wish to talk to a person comes first, then the confidence against the threshold."""
    if asks_for_person(question):
        return "hand_over"
    if confidence >= threshold:
        return "answer"
    return "clarify" if confidence >= CLARIFY_FROM * threshold else "not_covered"
