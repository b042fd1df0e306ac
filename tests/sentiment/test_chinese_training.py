"""The Chinese reader is learned from rows; here from a few of the tests' own."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.sentiment import chinese_patterns, datasets
from bigmodel_apps.sentiment import chinese_training as training
from bigmodel_apps.sentiment.chinese import Judged, log_probabilities
from bigmodel_apps.sentiment.datasets import NEGATIVE, NEUTRAL, POSITIVE, Labelled
from bigmodel_apps.sentiment.scoring import Scores, Span

GOOD, BAD, PLAIN = ("好吃", "干净", "满意", "喜欢"), ("难吃", "太脏", "失望", "讨厌"), ("三楼", "周一", "两张", "蓝色")
THINGS = ("房间", "早餐", "手机", "衣服", "苹果", "老板", "快递", "价格")
MEANT = {word: np.ones(4, dtype=np.float32) for word in (*GOOD, *THINGS)}


class Glosses:
    """Reads two of the words that glosses of the rows hold."""

    max_characters = 100

    def scores(self, texts: Sequence[str]) -> Scores:
        polar = np.array([("clean" in text) - ("dirty" in text) for text in texts], dtype=np.float32)
        return log_probabilities(Judged(3 * polar, np.abs(polar)))

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:
        return self.scores([text[start:end] for text, (start, end) in zip(texts, spans, strict=True)])


def rows(group: str = "own") -> list[Labelled]:
    found = []
    for label, said in ((POSITIVE, GOOD), (NEGATIVE, BAD), (NEUTRAL, PLAIN)):
        for number, word in enumerate(said):
            found += [Labelled(f"{thing}{word}，第{number}次", label, group) for thing in THINGS]
    return found


def test_learning_separates_the_classes_and_repeats_itself() -> None:
    every = rows()
    held = every[::4]
    inside = [row for row in every if row not in held]
    once, again = (
        training.learn(inside, held, MEANT, Glosses(), members=("words", "characters"), epochs=2) for _ in range(2)
    )
    for name, tensor in once.tensors().items():
        assert np.array_equal(tensor, again.tensors()[name]), name
    found = log_probabilities(training.judge(once, training.read(row.text for row in held)))
    assert (found.argmax(axis=1) == [row.label for row in held]).mean() >= 0.8


def test_rows_without_neutral_ones_are_enough() -> None:
    polar = [row for row in rows() if row.label != NEUTRAL]
    learned = training.learn(polar[::2], polar[1::2], {}, Glosses(), members=())
    found = log_probabilities(training.judge(learned, training.read(row.text for row in polar)))
    assert (np.exp(found[:, NEUTRAL]) < 1e-6).all()
    assert ((found[:, POSITIVE] > found[:, NEGATIVE]) == [row.label == POSITIVE for row in polar]).mean() >= 0.9


def test_cancelling_stops_and_writes_nothing() -> None:
    with pytest.raises(Cancelled):
        training.learn(rows()[::2], rows()[1::2], {}, Glosses(), members=("words",), epochs=1, cancelled=lambda: True)


def test_copies_are_left_out_whatever_their_signs() -> None:
    found = training.unique(
        [Labelled("很好！", 2), Labelled("很好", 2), Labelled("……", 0), Labelled("很 差", 0)], [training.key("很差。")]
    )
    assert [row.text for row in found] == ["很好！"]


def test_the_split_keeps_every_row_on_one_side() -> None:
    every = rows() + rows("help")
    inside, held = training.split(every)
    assert len(inside) + len(held) == len(every)
    assert held
    assert training.split(every) == (inside, held)


def test_what_is_kept_for_measuring_is_not_learned_from(tmp_path: Path) -> None:
    folder = tmp_path / "chinese_reviews"
    folder.mkdir()
    kept = datasets.own("colloquial.zh", "held_out")[0].text
    with gzip.open(folder / "online10_minus_chn_eval.csv.gz", "wt", encoding="utf-8") as file:
        file.write(f"cat,label,review\n水果,1,苹果很甜\n水果,1,{kept}\n酒店,0,床太硬\n")
    (folder / "chnsenticorp_train_dedup.tsv").write_text("label\ttext\n0\t床太硬！\n", encoding="utf-8")
    found = training.material(tmp_path)
    assert [row.text for row in found if row.group in ("水果", "酒店", "chnsenticorp")] == ["床太硬！", "苹果很甜"]
    names = [training.key(row.text) for row in found]
    assert len(set(names)) == len(names)
    held_out = {
        training.key(row.text)
        for name in ("opinions", "factual", "colloquial")
        for row in datasets.own(f"{name}.zh", "held_out")
    }
    assert not held_out & set(names)


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        training.material(tmp_path)
    assert caught.value.problems[0].details["file"].startswith("chinese_reviews/")


def test_aspect_rows_of_our_own_name_their_aspect() -> None:
    for row in training.aspect_rows():
        assert 0 <= row.span[0] < row.span[1] <= len(row.text)
    assert {row.label for row in training.aspect_rows()} == {NEGATIVE, NEUTRAL, POSITIVE}


def test_patterns_do_not_contradict_each_other() -> None:
    found = chinese_patterns.rows()
    labels: dict[str, int] = {}
    for row in found:
        assert labels.setdefault(row.text, row.label) == row.label, row.text
    assert {"太好吃了", "一点也不干净", "不贵", "不是不好吃，是太好吃了"} <= set(labels)
    assert (labels["太好吃了"], labels["一点也不干净"], labels["不贵"]) == (POSITIVE, NEGATIVE, POSITIVE)
    assert found == chinese_patterns.rows()
