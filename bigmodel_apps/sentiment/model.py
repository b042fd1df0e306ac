"""Texts in, verdicts out: each text, sentence and aspect to the reader of its language, all of a batch at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.runtime import sources
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.sentiment.aspects import Mention, mentions
from bigmodel_apps.sentiment.routing import NothingToRead, by_language, has_words, weight, worded
from bigmodel_apps.sentiment.schema import MAX_TEXT, Aspect, AspectVerdict, Input, Options, Output, Scored
from bigmodel_apps.sentiment.scoring import Scorer, Scores, Span
from bigmodel_apps.sentiment.verdict import (
    Verdict,
    calibration,
    combined,
    parts,
    readable,
    ribbon,
    right_share,
    verdicts,
)
from bigmodel_apps.text.language import HAN, Language, detect


class SentimentModel:
    """Two readers, one a language; they may be the same.

    Args:
        _path: Its readers have the weights.
        _device: That of its readers.
        english: Reads English.
        chinese: Reads Chinese.
    """

    batches = True
    nbytes = 0

    def __init__(self, _path: Path | None, _device: Device, *, english: Scorer, chinese: Scorer) -> None:
        self._readers: dict[Language, Scorer] = {"en": english, "zh": chinese}
        self._nothing = NothingToRead()

    def reader(self, language: Language) -> Scorer:
        """The reader of a language."""
        return self._readers[language]

    def cost(self, item: Input) -> int:
        """Length by which the engine sorts, the Chinese texts behind the English ones: a batch has few readers."""
        return len(item.text) + (MAX_TEXT if HAN.search(item.text, 0, 100) else 0)

    def predict(self, inputs: Sequence[Input], options: Options | None = None) -> list[Output]:
        """One output a text."""
        options = options or Options()
        batch = _Batch(self._readers, self._nothing, options)
        plans = [batch.plan(item) for item in inputs]
        batch.read()
        rows = [batch.row(asked) for plan in plans for asked in (plan.whole, *plan.sentences, *plan.aspects)]
        found = iter(verdicts(np.stack(rows), options.unsure_below) if rows else ())
        outputs = []
        for item, plan in zip(inputs, plans, strict=True):
            label, positive, opinion, confidence = next(found)
            outputs.append(
                Output(
                    label=label,
                    positive=positive,
                    opinion=opinion,
                    confidence=confidence,
                    language=plan.language,
                    sentences=[Scored(start=a, end=b, **next(found)._asdict()) for a, b in plan.spans],
                    aspects=[_aspect(item.text, mention, next(found)) for mention in plan.found],
                    engine="+".join(dict.fromkeys(read.scorer.engine for read, _, _ in plan.whole)),
                )
            )
        return outputs


def how_often_right(output: Output, model: str) -> tuple[float, int] | None:
    """Of held-out texts that the reader of `output` was as sure of: the share it judged rightly, and how many they were.

    Args:
        output: A verdict on a text in one language.
        model: Name of the spec that gave it.

    Returns:
        None where the weights say nothing of it, and where two readers answered together.
    """
    keyword = {"en": "english", "zh": "chinese"}[output.language]
    spec = MODELS[dict(MODELS[model].uses)[keyword]]
    if "+" in output.engine or output.engine == NothingToRead.engine or spec.sources[0].kind == "hub":
        return None
    path = sources.resolve(spec).path
    return right_share(calibration(path), output.language, output.confidence) if path else None


class _Reading:
    """What one reader reads for a batch: each text once, in one call."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        self._texts: dict[str, int] = {}
        self._aspects: dict[tuple[str, Span], int] = {}
        self._rows: Scores = np.zeros((0, 3), dtype=np.float32)

    def text(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))

    def aspect(self, text: str, span: Span) -> int:
        """Aspects are numbered from -1 downwards."""
        return -1 - self._aspects.setdefault((text, span), len(self._aspects))

    def read(self) -> None:
        found = []
        if self._texts:
            found.append(self.scorer.scores(list(self._texts)))
        if self._aspects:
            texts, spans = zip(*self._aspects, strict=True)
            found.append(self.scorer.aspect_scores(texts, spans)[::-1])  # so that -1 is the first
        self._rows = np.concatenate(found) if found else self._rows

    def row(self, place: int) -> Scores:
        return self._rows[place]


Asked = list[tuple[_Reading, int, float]]
"""Rows of readings that make one verdict, and the weight of each."""


class _Plan(NamedTuple):
    """What is read for one input."""

    language: Language
    whole: Asked
    spans: list[Span]
    sentences: list[Asked]
    found: list[Mention]
    aspects: list[Asked]


class _Batch:
    def __init__(self, readers: dict[Language, Scorer], nothing: Scorer, options: Options) -> None:
        self._options = options
        self._readings = {id(scorer): _Reading(scorer) for scorer in (*readers.values(), nothing)}
        self._of = {language: self._readings[id(scorer)] for language, scorer in readers.items()}
        self._nothing = self._readings[id(nothing)]

    def plan(self, item: Input) -> _Plan:
        text, options = readable(item.text), self._options
        forced = None if options.language == "auto" else options.language
        spoken: dict[Language, str] = {forced: text} if forced else by_language(text)
        language = next(iter(spoken))
        only = language if forced or len(spoken) == 1 else None
        whole = [asked for name, said in spoken.items() for asked in self._text(said, name)]
        spans = ribbon(text) if options.sentences else []
        sentences = [self._text(text[a:b], forced or detect(text[a:b])) for a, b in spans]
        aspects = options.aspects if item.aspects is None else tuple(Aspect(name=name) for name in item.aspects)
        found = mentions(text, aspects) if aspects else []
        return _Plan(language, whole, spans, sentences, found, [self._aspect(text, one, only) for one in found])

    def read(self) -> None:
        for reading in self._readings.values():
            reading.read()

    def row(self, asked: Asked) -> Scores:
        if len(asked) == 1:
            return asked[0][0].row(asked[0][1])
        rows = np.stack([reading.row(place) for reading, place, _ in asked])
        return combined(rows, np.array([length for _, _, length in asked]))

    def _text(self, text: str, language: Language) -> Asked:
        if not has_words(text):
            return [(self._nothing, self._nothing.text(""), 1.0)]
        reading = self._of[language]
        said = worded(text, language)
        limit = reading.scorer.max_characters
        if len(said) <= limit:
            return [(reading, reading.text(said), weight(said))]
        pieces = [said[start:end] for start, end in parts(said, limit)]
        return [(reading, reading.text(piece), weight(piece)) for piece in pieces if has_words(piece)]

    def _aspect(self, text: str, mention: Mention, language: Language | None) -> Asked:
        """An aspect is judged in the sentence that speaks of it."""
        start, end = mention.sentence
        language = language or detect(text[start:end])
        reading = self._of[language]
        limit = reading.scorer.max_characters
        if end - start > limit:
            start = max(start, mention.start - limit // 2)
            end = min(end, start + limit)
        before, after = worded(text[start : mention.start], language), worded(text[mention.end : end], language)
        term = text[mention.start : mention.end]
        return [(reading, reading.aspect(before + term + after, (len(before), len(before) + len(term))), 1.0)]


def _aspect(text: str, mention: Mention, verdict: Verdict) -> AspectVerdict:
    start, end = mention.clause
    return AspectVerdict(
        **verdict._asdict(),
        start=start,
        end=end,
        aspect=mention.aspect,
        term=text[mention.start : mention.end],
        term_start=mention.start,
        term_end=mention.end,
    )
