"""Readers of the public sets, on small files of our own; and what a missing file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bigmodel_apps.problems import InputError
from bigmodel_apps.sentiment import datasets
from bigmodel_apps.sentiment.datasets import NEGATIVE, POSITIVE


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_sst2_keeps_quotation_marks_and_labels(tmp_path: Path) -> None:
    written(tmp_path, "sst2/dev.tsv", 'sentence\tlabel\nan " odd " film \t1\nit \'s dull \t0\n')
    rows = datasets.sst2(tmp_path)
    assert [(row.text, row.label) for row in rows] == [('an " odd " film', POSITIVE), ("it 's dull", NEGATIVE)]


def test_reviews_may_hold_line_ends(tmp_path: Path) -> None:
    written(
        tmp_path, "multidomain_blitzer/books/test-labeled.tsv", 'sentence\tlabel\n"Title\n\tBody of it."\t1\nBad\t0\n'
    )
    rows = datasets.blitzer(tmp_path, "books")
    assert [(row.text, row.label, row.group) for row in rows] == [
        ("Title Body of it.", POSITIVE, "books"),
        ("Bad", NEGATIVE, "books"),
    ]


def test_held_out_sentences_share_no_phrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "_HELD_OUT_SENTENCES", 2)
    sentences = [f"the {word} lamp stood in {word} light all evening" for word in ("red", "blue", "green", "grey")]
    phrases = [" ".join(sentence.split()[start : start + 3]) for sentence in sentences for start in range(5)]
    body = "".join(f"{text} \t{place % 2}\n" for place, text in enumerate([*sentences, *phrases, "unrelated words"]))
    written(tmp_path, "sst2/train_full.tsv", "sentence\tlabel\n" + body)
    split = datasets.sst2_split(tmp_path)
    assert len(split.held_out) == 2
    assert "unrelated words" in {row.text for row in split.train}
    for held in split.held_out:
        assert not any(f" {row.text} " in f" {held.text} " for row in split.train)


def test_aspects_stand_where_they_are_named(tmp_path: Path) -> None:
    text = "The $T$ was n't bad , but ( sadly ) pricey .\nwine list\nPositive\n$T$ ?\nwifi\nneutral\n"
    written(tmp_path, "absa_semeval14/Restaurants_Test_Gold.xml.seg", text)
    rows = datasets.aspects(tmp_path, "restaurants")
    assert rows[0].text == "The wine list wasn't bad, but (sadly) pricey."
    assert [row.text[slice(*row.span)] for row in rows] == ["wine list", "wifi"]


def test_a_missing_file_names_itself_and_its_source(tmp_path: Path) -> None:
    for folder in (None, tmp_path):
        with pytest.raises(InputError) as caught:
            datasets.sst2(folder)
        problem = caught.value.problems[0]
        assert problem.code == "protocol-data-missing"
        assert problem.details["file"] == "sst2/dev.tsv"
        assert "SST-2" in str(problem.details["source"])


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("i do n't know , it 's fine .", "i don't know, it's fine."),
        ("`` good '' -lrb- sort of -rrb- !", '"good" (sort of)!'),
        ("", ""),
    ],
)
def test_detokenised(tokens: str, text: str) -> None:
    assert datasets.detokenised(tokens) == text


def test_own_corpora_keep_their_parts_apart() -> None:
    for language in ("en", "zh"):
        for name in ("opinions", "factual"):
            train = {row.text for row in datasets.own(f"{name}.{language}")}
            held = {row.text for row in datasets.own(f"{name}.{language}", "held_out")}
            assert train
            assert held
            assert not train & held


def test_own_aspect_rows_name_what_they_ask_about() -> None:
    rows = datasets.own_aspects("en")
    assert len(rows) > 500
    assert all(row.text[slice(*row.span)].strip() for row in rows)


@pytest.mark.data
def test_the_public_sets_are_as_described(data: Path) -> None:
    sentiment = data / "sentiment"
    assert len(datasets.sst2(sentiment)) == 872
    assert len(datasets.blitzer(sentiment, "kitchen")) == 2_000
    assert len(datasets.aspects(sentiment, "restaurants")) == 1_120
    assert len(datasets.equity(sentiment)) == 8_640
    assert len(datasets.checklist(sentiment)) == 17_413
