"""The Chinese protocols, on small sets in the public ones' form, and the evidence that was written."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps import evidence
from bigmodel_apps.locales import LANGUAGES, catalogue_ids
from bigmodel_apps.problems import InputError
from bigmodel_apps.sentiment import chinese_protocols as protocols
from bigmodel_apps.sentiment.datasets import NEGATIVE, POSITIVE, Labelled


@pytest.fixture
def data(tmp_path: Path) -> Path:
    reviews = tmp_path / "chinese_reviews"
    reviews.mkdir()
    rows = [
        "1\t房间很干净，服务也好",
        "0\t太脏了，再也不来",
        "1\t值得推荐",
        "0\t失望，不值这个价",
        "0\t键盘松动，客服不理人",
    ]
    (reviews / "chnsenticorp_validation.tsv").write_text("label\ttext\n" + "\n".join(rows) + "\n", encoding="utf-8")
    phone = tmp_path / "aspects_chinese_phone"
    phone.mkdir()
    for part in ("test", "train"):
        lines = ["$T$ 很 清 晰", "屏 幕", "Positive", "可 惜 $T$ 太 差", "电 池", "Negative"]
        (phone / f"phone.{part}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with gzip.open(reviews / "online10_minus_chn_eval.csv.gz", "wt", encoding="utf-8") as file:
        file.write("cat,label,review\n水果,1,很甜\n")
    (reviews / "chnsenticorp_train_dedup.tsv").write_text("label\ttext\n1\t很好\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["chnsenticorp", "colloquial", "neutral-zh", "aspects-zh"])
def test_a_protocol_gives_figures_with_intervals_and_its_data(name: str, data: Path) -> None:
    metrics, found = protocols.PROTOCOLS[name](data, None)
    assert all(len(dataset.sha256) == 64 and dataset.rows > 0 for dataset in found)
    assert {"ours", "char-lr"} <= {metric.system for metric in metrics}
    keys = [(metric.name, metric.group, metric.system) for metric in metrics]
    assert len(set(keys)) == len(keys)
    for metric in metrics:
        assert metric.low is not None
        assert metric.high is not None
        assert 0 <= metric.low <= metric.value <= metric.high <= 1
        for language in LANGUAGES:
            used = {f"metric-{metric.name}", f"system-{metric.system}", *(f"group-{part}" for part in metric.group)}
            assert used <= catalogue_ids(language)


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        protocols.PROTOCOLS["chnsenticorp"](tmp_path, None)


def test_every_category_has_a_name() -> None:
    names = {f"group-{name}" for name in (*protocols.CATEGORIES.values(), "mean", "worst")}
    assert all(names <= catalogue_ids(language) for language in LANGUAGES)


def test_the_baseline_learns_from_other_rows() -> None:
    inside = [Labelled(f"{thing}{word}", label) for thing in "书房手衣" for word, label in (("很好", 2), ("很差", 0))]
    scores = protocols._regression(inside, [Labelled("床很好", POSITIVE), Labelled("床很差", NEGATIVE)])
    assert (scores[:, POSITIVE] > scores[:, NEGATIVE]).tolist() == [True, False]
    assert np.allclose(np.exp(scores).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", ["chnsenticorp", "colloquial", "neutral-zh", "aspects-zh"])
def test_what_was_promised_is_on_record(name: str) -> None:
    stored = evidence.read(evidence.folder("sentiment") / f"{name}.json")
    assert stored.protocol == name
    assert [metric for metric in stored.metrics if metric.goal is not None]
