"""The Chinese reader: how a text is read, and what the weights that ship make of it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.evidence import PACKAGE
from bigmodel_apps.sentiment import datasets
from bigmodel_apps.sentiment.chinese import BUCKETS, ChineseScorer, clauses, features, normal, tokens, views
from bigmodel_apps.sentiment.chinese_network import Lexicon, batches, quantised, restored
from bigmodel_apps.sentiment.datasets import NEGATIVE, NEUTRAL, POSITIVE
from bigmodel_apps.sentiment.readers import reader

WEIGHTS = PACKAGE / "sentiment" / "weights" / "chinese"
LEAST_COLLOQUIAL = 0.80
"""Share of the short everyday texts whose polarity must be right."""


@pytest.fixture(scope="module")
def scorer() -> ChineseScorer:
    return chinese_reader()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＶＰＮ　很好用！！！！", "vpn 很好用!!"),
        ("這家店真的太太太太差了", "这家店真的太太差了"),
        ("\ufeff 第一行\r\n第二行 ", "第一行 第二行"),
        ("。。。。。。", "。。"),
    ],
)
def test_normal(text: str, expected: str) -> None:
    assert normal(text) == expected


@given(st.text())
def test_normal_text_has_no_runs_and_no_blanks_but_spaces(text: str) -> None:
    read = normal(text)
    assert not re.search(r"(.)\1{2,}", read, re.DOTALL)
    assert all(sign == " " for sign in read if sign.isspace())
    assert "".join(tokens(read)) == "".join(read.split())


@given(st.text(alphabet="好坏不很的a1，。! 貓\u3000😀"))
def test_features_are_places_in_the_weights(text: str) -> None:
    read = normal(text)
    found = features(read, tokens(read))
    assert (np.diff(found) > 0).all()
    assert ((found >= 0) & (found < BUCKETS)).all()


@given(st.data())
def test_clauses_make_up_the_text_and_never_cut_a_span(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="屏幕好但是差除了，。! ", min_size=1, max_size=30))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = clauses(text, (start, end))
    assert "".join(text[first:last] for first, last in found) == text
    assert sum(first <= start and end <= last for first, last in found) == 1
    own, before, after, whole = views(text, (start, end))
    assert text[start:end] in own
    assert own in before
    assert own in after
    assert whole == text


def test_a_clause_that_only_names_the_aspect_takes_in_the_next() -> None:
    assert views("音质嘛，听个响而已", (0, 2))[0] == "音质嘛，"
    assert views("电池：半天就没电，屏幕很好", (0, 2))[0] == "电池：半天就没电，"


def test_eight_bits_are_close() -> None:
    matrix = np.random.default_rng(0).normal(size=(1_000, 8)).astype(np.float32)
    tensors = quantised("matrix", matrix)
    assert tensors["matrix"].dtype == np.int8
    assert np.abs(restored("matrix", tensors) - matrix).max() < np.abs(matrix).max() / 127
    small = matrix[:3]
    assert np.allclose(restored("small", quantised("small", small)), small, atol=1e-2)


def test_a_lexicon_ships_and_comes_back() -> None:
    lexicon = Lexicon("words", ("", "", "好", "不好"), ("", "", "好"), 3, np.eye(4, 2, dtype=np.float32))
    back = Lexicon.of(lexicon.tensors(), "words")
    assert (back.words, back.characters, back.learned) == (lexicon.words, lexicon.characters, 3)
    row = back.row(["好", "不好", "陌生"])
    assert row.words.tolist() == [2, 3, 1]
    assert row.characters.tolist() == [[2, 0, 0, 0], [1, 2, 0, 0], [1, 1, 0, 0]]
    assert len(back.row([]).words) == 1
    long = back.row(["好"] * 500 + ["不好"] * 500, 30)
    assert long.words.tolist() == [2] * 20 + [3] * 10


@given(st.lists(st.integers(1, 40), max_size=50), st.integers(1, 8), st.integers(1, 100))
def test_batches_hold_every_row_once(lengths: list[int], most_rows: int, most_words: int) -> None:
    found = list(batches(lengths, most_rows, most_words))
    assert sorted(np.concatenate(found).tolist() if found else []) == list(range(len(lengths)))
    for places in found:
        longest = max(lengths[place] for place in places)
        assert len(places) == 1 or (len(places) <= most_rows and len(places) * longest <= most_words)


# What ships


def test_weights_are_small() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= 15_000_000


def test_scores_are_log_probabilities_and_do_not_depend_on_the_batch(scorer: ChineseScorer) -> None:
    texts = ["房间很脏，再也不来了。", "😀", "", "老板人好，菜也好吃，" * 60, "a", "今天星期三。"]
    together = scorer.scores(texts)
    assert together.shape == (6, 3)
    assert together.dtype == np.float32
    assert np.allclose(np.exp(together).sum(axis=1), 1, atol=1e-4)
    alone = np.concatenate([scorer.scores([text]) for text in texts])
    assert np.allclose(together, alone, atol=2e-2)
    assert scorer.scores([]).shape == (0, 3)
    assert scorer.aspect_scores([], []).shape == (0, 3)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("這間酒店環境很好，服務一流", "这间酒店环境很好，服务一流"),
        ("太差了！！！！！！", "太差了!!"),
        ("电池续航　很短", "电池续航 很短"),
    ],
)
def test_what_reads_alike_is_judged_alike(scorer: ChineseScorer, one: str, other: str) -> None:
    first, second = scorer.scores([one, other])
    assert np.allclose(first, second, atol=2e-2)


def test_an_aspect_is_judged_by_what_is_said_of_it(scorer: ChineseScorer) -> None:
    text = "屏幕非常清晰，就是电池太差了。"
    screen, battery = scorer.aspect_scores([text, text], [(0, 2), (9, 11)])
    assert screen.argmax() == POSITIVE
    assert battery.argmax() == NEGATIVE


def test_polarity_of_short_everyday_texts(scorer: ChineseScorer) -> None:
    rows = [row for row in datasets.own("colloquial.zh", "held_out") if row.label != NEUTRAL]
    assert len(rows) >= 100
    scores = scorer.scores([row.text for row in rows])
    right = (scores[:, POSITIVE] > scores[:, NEGATIVE]) == [row.label == POSITIVE for row in rows]
    assert right.mean() >= LEAST_COLLOQUIAL


def test_factual_texts_are_neutral_and_opinions_are_not(scorer: ChineseScorer) -> None:
    called = {
        name: scorer.scores([row.text for row in datasets.own(f"{name}.zh", "held_out")]).argmax(axis=1) == NEUTRAL
        for name in ("factual", "opinions")
    }
    assert called["factual"].mean() >= 0.70
    assert called["opinions"].mean() <= 0.10


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_scored(text: str) -> None:
    scorer = chinese_reader()
    assert np.isfinite(scorer.scores([text])).all()
    assert np.isfinite(scorer.aspect_scores([f"好{text}"], [(0, 1)])).all()


def chinese_reader() -> ChineseScorer:
    found = reader("sentiment-chinese")
    assert isinstance(found, ChineseScorer)
    return found
