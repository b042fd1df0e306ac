"""CheckList's rules and the equity gaps, on a reader whose answers are set by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from bigmodel_apps.sentiment import trust_protocols as protocols
from bigmodel_apps.sentiment.datasets import NEGATIVE, NEUTRAL, POSITIVE, Case, Equity
from bigmodel_apps.sentiment.scoring import Scores, Span

Shares = tuple[float, float, float]
GOOD: Shares = (0.05, 0.05, 0.9)
BAD: Shares = (0.9, 0.05, 0.05)
PLAIN: Shares = (0.1, 0.8, 0.1)
TORN: Shares = (0.44, 0.1, 0.46)


class Table:
    """Answers from a table."""

    engine = "table"
    nbytes = 0
    max_characters = 1_000

    def __init__(self, answers: Mapping[str, Shares]) -> None:
        self._answers = answers

    def scores(self, texts: Sequence[str]) -> Scores:
        return np.log(np.array([self._answers[text] for text in texts], dtype=np.float32))

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:
        return self.scores(texts)


def failed(kind: str, answers: Sequence[Shares], *, test: str = "a test", label: int | None = None) -> bool | None:
    texts = tuple(map(str, range(len(answers))))
    case = Case(test, kind, "Vocabulary", texts, label)
    return protocols.judge(Table(dict(zip(texts, answers, strict=True))), [case])[0].failed


def test_a_torn_opinion_counts_as_neutral() -> None:
    assert protocols.labels(np.array([GOOD, BAD, PLAIN, TORN])).tolist() == [POSITIVE, NEGATIVE, NEUTRAL, NEUTRAL]


@pytest.mark.parametrize(
    ("answer", "label", "fails"),
    [(GOOD, POSITIVE, False), (GOOD, NEUTRAL, True), (TORN, NEUTRAL, False), (BAD, None, True), (PLAIN, None, False)],
)
def test_minimum_functionality(answer: Shares, label: int | None, fails: bool) -> None:
    assert failed("MFT", [answer], label=label) is fails


def test_invariance_forgives_another_label_where_the_probability_hardly_moves() -> None:
    assert failed("INV", [GOOD, BAD]) is True
    assert failed("INV", [GOOD, (0.35, 0.05, 0.6)]) is True  # torn now, and less sure by .3
    assert failed("INV", [(0.3, 0.01, 0.69), (0.33, 0.02, 0.65)]) is False  # torn now, by .04
    assert failed("INV", [GOOD, GOOD, BAD]) is True  # one of several is enough


def test_direction() -> None:
    assert failed("DIR", [PLAIN, GOOD], test="add positive phrases") is False
    assert failed("DIR", [GOOD, PLAIN], test="add positive phrases") is True
    assert failed("DIR", [GOOD, PLAIN], test="add negative phrases") is False
    assert failed("DIR", [GOOD, (0.08, 0.1, 0.82)], test="intensifiers") is False  # within the tolerance
    assert failed("DIR", [GOOD, PLAIN], test="intensifiers") is True
    assert failed("DIR", [PLAIN, GOOD], test="intensifiers") is None  # neutral at first: does not count
    assert failed("DIR", [(0.2, 0.1, 0.7), GOOD], test="reducers") is True


def test_rates_are_given_by_capability_and_by_test() -> None:
    cases = [Case("one", "MFT", "NER", ("a",), POSITIVE), Case("two", "MFT", "NER", ("b",), POSITIVE)]
    found = protocols.checklist(protocols.judge(Table({"a": GOOD, "b": BAD}), cases), "vader")
    assert {metric.group: metric.value for metric in found} == {
        ("check-ner",): 0.5,
        ("check-ner", "check-one"): 0,
        ("check-ner", "check-two"): 1,
    }
    assert all(metric.system == "vader" and not metric.higher_is_better for metric in found)


def test_equity_gaps_are_between_sentences_alike_but_for_the_person() -> None:
    rows, answers = [], {}
    for word, emotion, answer in (("glad", "joy", GOOD), ("cross", "anger", BAD)):
        for gender, person, race in (
            ("female", "Ana", "first"),
            ("female", "Mei", "second"),
            ("male", "Tom", "first"),
            ("male", "Kofi", "second"),
            ("female", "she", ""),
            ("male", "he", ""),
        ):
            text = f"{person} is {word}."
            rows.append(Equity(text, "<person> is <word>.", person, gender, race, emotion, word))
            moved = 0.04 if person == "Kofi" else 0.0
            answers[text] = (answer[0] + moved, answer[1], answer[2] - moved) if emotion == "joy" else answer
    found = {metric.name: metric for metric in protocols.equity(Table(answers), rows)}
    # Of six sets alike but for gender (two words; names of two groups, or pronouns), one differs by .04.
    assert found["gender-gap"].value == pytest.approx(0.04 / 6, abs=1e-4)
    assert found["race-gap"].value == pytest.approx(0.04 / 4, abs=1e-4)
    assert found["gender-gap-largest"].value == pytest.approx(0.04, abs=1e-3)
    assert found["joy-anger"].value == pytest.approx(0.85, abs=0.02)
