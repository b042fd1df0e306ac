"""Titles as vectors, and the term that they make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.recommendation import titles
from bigmodel_apps.recommendation.interactions import Interactions, Items
from bigmodel_apps.recommendation.titles import Text, Titles, text_of

ENGLISH = ["Blue enamel mug", "Red enamel mug", "Garden hose, 20 m", "Dog lead", "Tea towel with birds"]


def catalogue() -> Items:
    names = np.array(ENGLISH, dtype=object)
    return Items(np.arange(5).astype(str).astype(object), {"en": names, "zh": names})


def term() -> Titles:
    return Titles.of(titles.texts(catalogue()))


def test_a_title_is_nearest_to_itself_then_to_what_shares_words() -> None:
    similar = term().similar(0)
    assert similar[0] == pytest.approx(1)
    assert np.argsort(-similar)[:2].tolist() == [0, 1]
    assert similar.max() <= 1 + 1e-9


def test_a_title_that_stands_under_both_languages_counts_once() -> None:
    assert titles.texts(catalogue())[0] == Text(("Blue enamel mug",))


def test_a_chinese_title_finds_english_neighbours_and_the_other_way_round() -> None:
    english = term()
    assert int(np.argmax(english.vectors.similarity(english.read([text_of("给狗用的牵引绳 dog")])))) == 3
    chinese = Titles.of([text_of("搪瓷杯"), text_of("浇花水管"), text_of("狗")])
    assert int(np.argmax(chinese.vectors.similarity(chinese.read([text_of("dog")])))) == 2


def test_scores_are_the_mean_similarity_and_shares_sum_to_them() -> None:
    found = term()
    history = np.array([0, 3], dtype=np.int32)
    scores = found.scores([history, np.array([], dtype=np.int32)])
    assert scores[0] == pytest.approx((found.similar(0) + found.similar(3)) / 2)
    assert not scores[1].any()
    assert found.shares(history).sum(axis=0) == pytest.approx(scores[0], abs=1e-9)


def test_a_ridge_makes_a_regression_of_it_in_catalogues_that_are_small_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    read, history = titles.texts(catalogue()), np.array([0, 3], dtype=np.int32)
    found, mean = Titles.of(read, ridge=2.0), term()
    kernel = mean.vectors.similarity(mean.vectors)
    expected = np.linalg.solve(kernel + 2 * np.eye(5), kernel)[history].sum(axis=0) / 2
    assert found.scores([history])[0] == pytest.approx(expected, abs=1e-6)
    assert found.shares(history).sum(axis=0) == pytest.approx(found.scores([history])[0], abs=1e-9)
    monkeypatch.setattr(titles, "MOST_ITEMS", 4)
    assert Titles.of(read, ridge=2.0).scores([history]) == pytest.approx(mean.scores([history]))


def test_the_encoder_adds_meaning_and_what_all_titles_share_tells_nothing() -> None:
    shared = np.array([1.0, 0, 0])
    own = np.array([[0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1], [0, -1, 0]])
    meaning = (shared + own).astype(np.float32)
    meaning /= np.linalg.norm(meaning, axis=1, keepdims=True)
    found = Titles.of(titles.texts(catalogue()), meaning)
    assert found.reads_meaning
    assert found.similar(2)[3] < term().similar(2)[3]
    again = found.read([text_of(ENGLISH[1])], meaning[1:2])
    assert float(found.vectors.similarity(again)[1, 0]) == pytest.approx(1)


def test_written_and_read_it_scores_the_same() -> None:
    meaning = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    for found in (term(), Titles.of(titles.texts(catalogue()), meaning, ridge=2.0)):
        again = Titles.from_arrays(found.arrays())
        history = [np.array([1, 2], dtype=np.int32)]
        assert again.scores(history) == pytest.approx(found.scores(history), abs=1e-6)
        text = [text_of("blue mug")]
        same = (
            one.vectors.similarity(one.read(text, meaning[:1] if one.reads_meaning else None)) for one in (found, again)
        )
        assert next(same) == pytest.approx(next(same), abs=1e-6)


def test_a_catalogue_without_titles_says_nothing() -> None:
    nobody = Interactions(
        np.zeros(2, np.int32),
        np.array([0, 1], np.int32),
        np.array(["u"], object),
        Items.untitled(np.array(["a", "b"], object)),
    )
    found = Titles.fit(nobody)
    assert not found.scores([np.array([0], np.int32)]).any()
    assert found.read([text_of("a mug")]).features.nnz == 0


def test_titles_that_are_equal_are_encoded_once_and_chinese_through_glosses(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Engine:
        def predict(self, _name: str, texts: list[str], **_options: object) -> list[np.ndarray]:
            asked.extend(texts)
            return [np.eye(3, dtype=np.float32)[place % 3] for place in range(len(texts))]

    monkeypatch.setattr(titles.runtime, "engine", Engine)
    vectors = titles.encode([text_of("Mug"), text_of("mug"), Text(("dog", "狗")), text_of("")])
    assert asked == ["mug", "dog"]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0])


@settings(max_examples=60)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6), st.text(max_size=30))
def test_any_text_is_a_title(names: list[str], other: str) -> None:
    found = Titles.of([text_of(name) for name in names])
    similar = found.vectors.similarity(found.read([text_of(other)]))
    assert np.isfinite(similar).all()
    assert (np.abs(similar) <= 1 + 1e-6).all()
