"""Question in, outcome out: encode, search, weigh the evidence, decide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bigmodel_apps.customer_service.confidence import Confidence
from bigmodel_apps.customer_service.index import Hit
from bigmodel_apps.customer_service.intents import asks_for_person, in_context
from bigmodel_apps.customer_service.schema import Candidate, Citation, Input, Options, Outcome, Output
from bigmodel_apps.customer_service.shelf import shelf
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.text.encoder import SentenceEncoder

# Between this share of the threshold and the threshold itself we ask "did you mean".
CLARIFY_FROM = 0.5


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
        questions = [in_context(item.question, item.history) for item in inputs]
        hits = shelf.get(options.knowledge).search(questions, self._encoder, options.top)
        confidences = self._confidence(hits)
        return [
            self._output(item.question, hit, float(confidence), options)
            for item, hit, confidence in zip(inputs, hits, confidences, strict=True)
        ]

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
                for entry, score in zip(hit.entries, hit.scores, strict=True)
            ],
            citations=[Citation(source=best.source, text=best.answer[start:end], start=start, end=end)]
            if answered
            else [],
            engine=" + ".join(hit.shares),
            shares=dict(hit.shares),
            language=hit.language,
        )


def decide(question: str, confidence: float, threshold: float) -> Outcome:
    """The outcome: a wish to talk to a person comes first, then the confidence against the threshold."""
    if asks_for_person(question):
        return "hand_over"
    if confidence >= threshold:
        return "answer"
    return "clarify" if confidence >= CLARIFY_FROM * threshold else "not_covered"
