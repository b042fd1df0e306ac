"""A reader of sentiment small enough to see through: it counts words of praise and of blame, and knows no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bigmodel_apps.problems import Cancelled
from bigmodel_apps.sentiment.schema import AspectVerdict, Input, Options, Output
from bigmodel_apps.text.language import detect

PRAISE = ("good", "great", "love", "best", "perfect", "好", "喜欢", "不错", "满意", "赞")
BLAME = ("bad", "awful", "broken", "late", "crash", "worst", "refund", "差", "慢", "坏", "失望", "退款", "闪退")


def read(text: str, options: Options) -> Output:
    """One verdict: the more frequent kind of word, surer the more it is ahead."""
    plain = text.lower()
    praise, blame = (sum(plain.count(word) for word in words) for words in (PRAISE, BLAME))
    positive = (praise + 0.5) / (praise + blame + 1)
    opinion = 0.9 if praise + blame else 0.1
    confidence = max(positive, 1 - positive) if praise + blame else 0.8
    polarity = "neutral" if not praise + blame else "positive" if positive > 0.5 else "negative"
    label = polarity if confidence >= options.unsure_below else "unsure"
    aspects = [
        AspectVerdict(
            start=0,
            end=len(text),
            label=label,
            positive=positive,
            opinion=opinion,
            confidence=confidence,
            aspect=aspect.name,
            term=term,
            term_start=plain.index(term),
            term_end=plain.index(term) + len(term),
        )
        for aspect in options.aspects
        for term in (aspect.name, *aspect.terms)
        if term in plain
    ]
    language = options.language if options.language != "auto" else detect(text)
    return Output(
        label=label,
        positive=positive,
        opinion=opinion,
        confidence=confidence,
        language=language,
        aspects=aspects,
        engine="counting",
    )


class Reader:
    """Reads as `bulk.Predict` asks, and remembers what it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(
        self,
        inputs: Sequence[Input],
        options: Options,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool] | None,
    ) -> list[Output]:
        outputs = []
        for place, given in enumerate(inputs):
            if cancelled is not None and cancelled():
                raise Cancelled
            outputs.append(read(given.text, options))
            self.texts.append(given.text)
            progress(place + 1, len(inputs))
        return outputs
