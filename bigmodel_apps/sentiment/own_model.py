"""Answers with a model of the user's own labels, on top of the model that ships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bigmodel_apps.problems import InputError, Problem, Unavailable
from bigmodel_apps.runtime.contracts import Model
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.sentiment import head as heads
from bigmodel_apps.sentiment.head import Array, Head, Reading
from bigmodel_apps.sentiment.own_shelf import shelf
from bigmodel_apps.sentiment.schema import Input, Options, Output, OwnVerdict
from bigmodel_apps.sentiment.scoring import CLASSES, Scores
from bigmodel_apps.sentiment.verdict import readable
from bigmodel_apps.text.encoder import SentenceEncoder
from bigmodel_apps.text.gloss import gloss
from bigmodel_apps.text.language import detect

ENGINE = "own-labels"

_TINY = 1e-6
_BEGINNING, _END = 300, 100


class OwnLabelsModel:
    """The model of `Options.own`, or the one in its folder.

    Its verdict is ``Output.own``. Where its classes are polarities, they are the output's label and confidence too;
    sentences and aspects are always judged by the model that ships.

    Args:
        path: Folder that ``train sentiment --own`` wrote; None in the application, where options name what is open.
        sentiment: The model that ships.
        encoder: The shared encoder.
    """

    batches = True

    def __init__(self, path: Path | None, _device: Device, *, sentiment: Model, encoder: SentenceEncoder) -> None:
        self._head = heads.load(path) if path is not None else None
        self._sentiment, self._encoder = sentiment, encoder

    @property
    def nbytes(self) -> int:
        """Bytes of the head that it holds, or of those that are open."""
        return self._head.nbytes if self._head is not None else shelf.nbytes

    def cost(self, given: Input) -> int:
        """Length by which the engine sorts."""
        return len(given.text)

    def predict(self, inputs: Sequence[Input], options: Options) -> list[Output]:
        """One output an input.

        Raises:
            InputError: ``own-model-unknown``.
            Unavailable: ``own-encoder-changed``: the head was trained on other views.
        """
        head = shelf.get(options.own) if options.own else self._head
        if head is None:
            raise InputError(Problem("own-model-unknown", field="own"))
        if head.identity != self._encoder.identity:
            raise Unavailable(Problem("own-encoder-changed", details={"encoder": head.encoder}))
        outputs: Sequence[Output] = self._sentiment.predict(inputs, options)
        texts = tuple(readable(given.text) for given in inputs)
        views = self._encoder.views([dense_text(text, self._encoder.reads_chinese) for text in texts])
        scores = head.scores(Reading(texts, views, shipped_scores(outputs)))
        return [_merged(output, row, head, options) for output, row in zip(outputs, scores, strict=True)]


def dense_text(text: str, reads_chinese: bool) -> str:
    """A text as the encoder is given it: glossed where it is Chinese and the encoder reads none, and of a long one the
    beginning and the end, where reviews say what they are about and what they think of it."""
    read = gloss(text) if detect(text) == "zh" and not reads_chinese else text
    return read if len(read) <= _BEGINNING + _END else f"{read[:_BEGINNING]} {read[-_END:]}"


def shipped_scores(outputs: Sequence[Output]) -> Scores:
    """Log-probabilities of `scoring.CLASSES`, shape (outputs, 3)."""
    positive = np.clip([output.positive for output in outputs], _TINY, 1 - _TINY)
    opinion = np.clip([output.opinion for output in outputs], _TINY, 1 - _TINY)
    shares = np.stack([opinion * (1 - positive), 1 - opinion, opinion * positive], axis=1)
    return np.log(shares).astype(np.float32)


def _merged(output: Output, scores: Array, head: Head, options: Options) -> Output:
    shares = np.exp(scores.astype(np.float64))
    ranked = np.argsort(-shares, kind="stable").tolist()
    confidence = min(1.0, float(shares[ranked[0]]))
    unsure = confidence < options.unsure_below
    changes: dict[str, object] = {
        "own": OwnVerdict(
            label=head.classes[ranked[0]],
            unsure=unsure,
            confidence=confidence,
            shares={head.classes[place]: min(1.0, float(shares[place])) for place in ranked},
        ),
        "engine": ENGINE,
    }
    told = head.polarities
    if told is not None:
        share = dict(zip(told, shares.tolist(), strict=True))
        polar = share["positive"] + share["negative"]
        changes |= {
            "label": "unsure" if unsure else told[ranked[0]],
            "positive": min(1.0, share["positive"] / max(polar, _TINY)),
            "confidence": confidence,
        }
        if len(told) == len(CLASSES):
            changes["opinion"] = min(1.0, polar)
    return output.model_copy(update=changes)
