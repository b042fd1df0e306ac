"""The English reader as it ships."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps import evidence
from bigmodel_apps.sentiment.english import EnglishScorer, _near
from bigmodel_apps.sentiment.readers import reader
from bigmodel_apps.sentiment.verdict import calibration
from bigmodel_apps.text.encoder import SentenceEncoder

WEIGHTS = evidence.PACKAGE / "sentiment" / "weights" / "english"


@pytest.fixture(scope="module")
def shipped() -> EnglishScorer:
    found = reader("sentiment-english")
    assert isinstance(found, EnglishScorer)
    return found


def test_adapter_and_head_are_small() -> None:
    assert sum(file.stat().st_size for file in WEIGHTS.glob("*.safetensors")) <= 8_000_000


def test_plain_cases(shipped: EnglishScorer) -> None:
    texts = {
        "The staff could not have been kinder.": 2,
        "I want my money back.": 0,
        "I don't think this is a good kettle.": 0,
        "It wasn't bad at all.": 2,
        "The shop opens at nine.": 1,
        "Which platform does the train to Leeds leave from?": 1,
    }
    assert shipped.scores(list(texts)).argmax(axis=1).tolist() == list(texts.values())


def test_a_text_is_read_alike_in_any_company(shipped: EnglishScorer) -> None:
    texts = ["Lovely.", "A dreadful evening, and cold food on top of it. " * 6, "It is blue.", "Lovely."]
    together = shipped.scores(texts)
    assert np.allclose(together[0], together[3])
    for place, text in enumerate(texts):
        assert np.allclose(np.exp(shipped.scores([text])[0]), np.exp(together[place]), atol=0.03)
    assert shipped.scores([]).shape == (0, 3)


def test_one_pass_judges_everything_that_is_asked_about(shipped: EnglishScorer) -> None:
    text = "The noodles were wonderful, but the waiter was rude to us."
    spans = [(4, 11), (36, 42)]
    assert shipped.aspect_scores([text, text], spans).argmax(axis=1).tolist() == [2, 0]
    assert shipped.aspect_scores([], []).shape == (0, 3)


def test_far_into_a_long_text_what_stands_around_the_term_is_read(shipped: EnglishScorer) -> None:
    text = "We walked on along the coast road. " * 100 + "The soup was awful. " + "Then we drove home. " * 100
    start = text.index("soup")
    near, span = _near(text, (start, start + 4))
    assert near[slice(*span)] == "soup"
    assert len(near) <= 810
    assert shipped.aspect_scores([text], [(start, start + 4)]).argmax() == 0


def test_its_calibration_says_more_of_surer_verdicts() -> None:
    rows = calibration(WEIGHTS)["en"]
    assert sum(of.n for of in rows) > 1_000
    assert rows[-1].right / rows[-1].n > 0.95 > rows[0].right / rows[0].n


def test_the_encoder_gives_spans_before_the_whole() -> None:
    from bigmodel_apps.sentiment import english_training

    encoder: SentenceEncoder = english_training.base()
    text = "the soup was lovely"
    whole = encoder.summaries([text])
    parts = encoder.summaries([text, text, text], [(4, 8), (13, 19), (100, 105)])
    assert whole.shape == (1, 768)
    assert parts.shape == (3, 1152)
    assert np.allclose(parts[:, 384:], whole[0], atol=1e-5)
    assert not np.allclose(parts[0, :384], parts[1, :384])
    assert not parts[2, :384].any()
