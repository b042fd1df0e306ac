"""The lexical floor: features, clauses, and the shipped weights."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps import evidence
from bigmodel_apps.sentiment import lexical_training
from bigmodel_apps.sentiment.lexical import BUCKETS, LexicalScorer, clause, features
from bigmodel_apps.sentiment.verdict import calibration

WEIGHTS = evidence.PACKAGE / "sentiment" / "weights" / "lexical"


@pytest.fixture(scope="module")
def shipped() -> LexicalScorer:
    return LexicalScorer(WEIGHTS)


def test_a_feature_counts_once_and_lies_in_the_weights() -> None:
    for text, language in (("good good good!", "en"), ("很好很好", "zh"), ("", "en"), ("🙂", "zh")):
        found = features(text, language)  # type: ignore[arg-type]
        assert len(set(found.tolist())) == len(found)
        assert ((found >= 0) & (found < BUCKETS)).all()
    assert len(features("good good good!", "en")) == 4  # good, !, good good, good !


@pytest.mark.parametrize("negated", ["isn't good", "is n't good", "is not good", "ISN’T GOOD"])
def test_contracted_negations_are_one_feature(negated: str) -> None:
    assert features(negated, "en").tolist() == features("is not good", "en").tolist()


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("The food was great, but the service was slow.", "service", "the service was slow"),
        ("The food was great, but the service was slow.", "food", "The food was great"),
        ("屏幕很清楚，就是电池不行。", "电池", "电池不行"),
        ("wifi", "wifi", "wifi"),
    ],
)
def test_clause(text: str, term: str, expected: str) -> None:
    start = text.index(term)
    assert clause(text, (start, start + len(term))) == expected


def test_scores_are_log_probabilities_and_do_not_depend_on_the_batch(shipped: LexicalScorer) -> None:
    texts = ["I love it!", "", "这家酒店太差了", "a\x00b", "x" * 20_000, "很好用 and cheap"]
    scores = shipped.scores(texts)
    assert scores.shape == (6, 3)
    assert np.allclose(np.exp(scores).sum(axis=1), 1, atol=1e-5)
    assert np.allclose(scores[2], shipped.scores([texts[2]])[0], atol=1e-6)


def test_no_texts(shipped: LexicalScorer) -> None:
    assert shipped.scores([]).shape == (0, 3)


def test_plain_praise_and_complaint_in_both_languages(shipped: LexicalScorer) -> None:
    labels = shipped.scores(
        ["An excellent, lovely film.", "Dull, awful and a waste of money.", "非常满意，推荐！", "质量太差，退货了。"]
    ).argmax(axis=1)
    assert labels.tolist() == [2, 0, 2, 0]


def test_an_aspect_is_judged_by_its_clause(shipped: LexicalScorer) -> None:
    text = "The food was excellent, but the service was awful."
    spans = [(4, 8), (text.index("service"), text.index("service") + 7)]
    assert shipped.aspect_scores([text, text], spans).argmax(axis=1).tolist() == [2, 0]


def test_its_calibration_covers_both_languages() -> None:
    facts = calibration(WEIGHTS)
    for language in ("en", "zh"):
        assert sum(of.n for of in facts[language]) > 500
        assert facts[language][-1].right / facts[language][-1].n > facts[language][0].right / facts[language][0].n


def test_temperature_undoes_a_scale() -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(4_000, 3))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([generator.choice(3, p=row) for row in shares])
    assert lexical_training.temperature(logits * 3, labels) == pytest.approx(3, rel=0.1)


def test_fit_learns_words_and_their_order() -> None:
    texts = ["not bad", "bad", "good", "not good", "the table"] * 4
    weights, bias = lexical_training.fit(texts, [2, 0, 2, 0, 1] * 4, "en")
    found = [
        int((weights[features(text, "en")].sum(axis=0) / len(features(text, "en")) ** 0.5 + bias).argmax())
        for text in texts[:5]
    ]
    assert found == [2, 0, 2, 0, 1]
