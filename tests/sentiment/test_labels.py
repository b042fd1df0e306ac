"""Labelled texts: what is read, what is left out and why, and how they are split."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.sentiment import labels
from bigmodel_apps.sentiment.labels import Labelled
from bigmodel_apps.tables import read_table
from bigmodel_apps.workspace import Correction


def of(rows: list[tuple[str, str]], header: tuple[str, str] = ("text", "label")) -> Labelled:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return labels.label(labels.read(out.getvalue().encode(), "labels.csv"), *header)


def codes(problems: tuple[Problem, ...]) -> list[str]:
    assert all(describe(problem, language) for problem in problems for language in LANGUAGES)
    return [problem.code for problem in problems]


def many(label: str, count: int, word: str = "text") -> list[tuple[str, str]]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [(f"{word} {letters[n % 26]}{letters[n // 26]} {label}", label) for n in range(count)]


def test_texts_and_labels_come_back_with_their_rows() -> None:
    found = of([*many("praise", 8), *many("complaint", 9), *many("问题", 8, "文字")])
    assert found.classes == ("complaint", "praise", "问题")
    assert found.counts == {"complaint": 9, "praise": 8, "问题": 8}
    assert found.rows == tuple(range(1, 26))
    assert found.languages == {"en": 17, "zh": 8}
    assert (found.obstacles, found.problems, found.notes, found.polarities) == ((), (), (), None)


@pytest.mark.parametrize("header", [("review", "sentiment"), ("评论", "情感"), ("Text", "Class"), ("content", "gold")])
def test_columns_are_told_by_their_names(header: tuple[str, str]) -> None:
    table = read_table(f"id,{header[0]},{header[1]}\n1,fine,a\n".encode(), "x.csv")
    assert labels.columns(table) == {"text": header[0], "label": header[1]}


def test_one_column_cannot_be_both() -> None:
    with pytest.raises(InputError) as caught:
        labels.label(read_table(b"text,label\na,b\n", "x.csv"), "text", "text")
    assert codes(caught.value.problems) == ["own-one-column"]


def test_rows_without_text_or_label_are_named() -> None:
    found = of([("", "good"), ("a", ""), ("x" * 20_001, "good"), ("b", "y" * 101), *many("good", 8), *many("bad", 8)])
    assert codes(found.problems) == ["own-text-empty", "own-label-empty", "field-too-long", "field-too-long"]
    assert [(problem.row, problem.field) for problem in found.problems] == [
        (1, "text"),
        (2, "label"),
        (3, "text"),
        (4, "label"),
    ]
    assert (found.left_out, len(found.texts), found.obstacles) == (4, 16, ())


def test_a_repeated_row_is_left_out_and_contradicting_ones_all_are() -> None:
    rows = [("Fine  thing", "good"), ("fine thing", "good"), ("Odd", "good"), ("odd", "bad"), ("ODD", "good")]
    found = of([*rows, *many("good", 8), *many("bad", 8)])
    assert [(problem.code, problem.row) for problem in found.problems] == [
        ("own-duplicate", 2),
        ("own-conflict", 3),
        ("own-conflict", 4),
        ("own-conflict", 5),
    ]
    codes(found.problems)
    assert found.problems[0].details == {"first": 1}
    assert dict(found.problems[2].details) == {"label": "bad", "other": "good", "first": 3}
    assert found.texts[0] == "Fine  thing"
    assert "Odd" not in found.texts
    assert found.left_out == 4


def test_spellings_that_differ_in_form_are_one_class_and_said_so() -> None:
    rows = [*many("Positive", 8), *many("positive ", 3, "b"), *many("POSI_TIVE", 1, "c"), *many("Negative", 8)]
    found = of(rows)
    assert found.counts == {"Negative": 8, "Positive": 12}
    assert codes(found.notes) == ["own-label-merged"]
    assert found.notes[0].details == {"label": "Positive", "variants": "POSI_TIVE, positive"}


def test_polarities_by_several_names_are_one_class_unless_others_stand_beside_them() -> None:
    rows = [*many("positive", 8), *many("pos", 3, "b"), *many("差评", 9), *many("neg", 1, "c")]
    found = of(rows)
    assert (found.classes, found.polarities) == (("差评", "positive"), ("negative", "positive"))
    assert sorted(codes(found.notes)) == ["own-label-merged", "own-label-merged"]
    mixed = of([*rows, *many("question", 8)])
    assert mixed.polarities is None
    assert "pos" in mixed.classes


@pytest.mark.parametrize(
    ("rare", "similar"),
    [("delivrey", True), ("deliver", True), ("delivery2", False), ("dilivory", False), ("refund", False)],
)
def test_a_rare_label_that_is_a_slip_of_a_common_one_is_pointed_out(rare: str, similar: bool) -> None:
    found = of([*many("delivery", 50), *many("quality", 50, "b"), *many(rare, 8, "c")])
    assert len(found.classes) == 3
    assert ("own-label-similar" in codes(found.notes)) == similar


def test_a_slip_of_a_polaritys_name_is_pointed_out_however_frequent() -> None:
    rows = [*many("positive", 9), *many("positve", 12, "b"), *many("negative", 9), *many("negativ", 9, "c")]
    found = of([*rows, *many("neg", 8, "d"), *many("netural", 8), *many("满意", 8, "e"), *many("不满意", 8, "f")])
    similar = {note.details["rare"]: note.details["common"] for note in found.notes if "rare" in note.details}
    assert similar == {"positve": "positive", "negativ": "negative", "netural": "neutral"}
    same = {note.details["label"]: note.details["other"] for note in found.notes if "other" in note.details}
    assert same == {"neg": "negative", "不满意": "negative", "满意": "positive"}
    codes(found.notes)


def test_what_the_reader_of_the_file_noted_is_told() -> None:
    content = "Feedback,,\nid,text,label\n" + "".join(
        f"{n},{text},{label}\n" for n, (text, label) in enumerate([*many("good", 8), *many("bad", 8, "b")])
    )
    found = labels.label(labels.read(content.encode(), "labels.csv"), "text", "label")
    assert (codes(found.notes), found.rows[0], found.obstacles) == (["table-title"], 1, ())
    both = labels.combine(found, [correction("New one.", "good")], "both")
    assert codes(both.notes) == ["table-title"]


def test_an_obstacle_agrees_with_the_counts_and_says_what_does_not_count() -> None:
    found = of([*many("good", 20), *[(f"Order {n} is late.", "bad") for n in range(20)], *many("odd", 1)])
    assert found.counts == {"bad": 20, "good": 20, "odd": 1}
    bad, odd = found.obstacles
    assert (bad.details["texts"], bad.details["rows"], odd.details["texts"]) == (20, 1, 1)
    assert describe(bad, "en").startswith("“bad” has 20 texts, but only 1 of them count")
    assert describe(odd, "en").startswith("“odd” has 1 text and needs 8.")
    assert "有 20 条文本，但只有 1 条计入" in describe(bad, "zh")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (many("good", 20), ["own-one-class"]),
        ([*many("good", 20), *many("bad", 7)], ["own-class-too-small"]),
        ([*many("good", 7), *many("bad", 7)], ["own-class-too-small", "own-class-too-small"]),
        ([row for name in range(31) for row in many(f"c{name}", 8)], ["own-too-many-classes"]),
        ([("", "a")], ["own-no-rows"]),
    ],
)
def test_what_cannot_be_learned_from_says_why(rows: list[tuple[str, str]], expected: list[str]) -> None:
    found = of(rows)
    assert codes(found.obstacles) == expected
    with pytest.raises(InputError):
        found.check()


def test_texts_that_differ_in_digits_alone_do_not_make_a_class() -> None:
    found = of([*many("good", 20), *[(f"Order {n} is late.", "bad") for n in range(20)]])
    assert codes(found.obstacles) == ["own-class-too-small"]


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        (("neg", "pos"), ("negative", "positive")),
        (("差评", "中评", "好评"), ("negative", "neutral", "positive")),
        (("0", "1"), ("negative", "positive")),
        (("-1", "0", "1"), ("negative", "neutral", "positive")),
        (("-1.0", "1.0"), ("negative", "positive")),
        (("1", "2", "3", "4", "5"), None),
        (("positive", "neutral"), None),
        (("positive", "negative", "question"), None),
        (("positive", "good"), None),
    ],
)
def test_classes_are_told_to_be_polarities(classes: tuple[str, ...], expected: tuple[str, ...] | None) -> None:
    assert labels.polarities(classes) == expected


def test_polarities_stand_from_negative_to_positive() -> None:
    assert of([*many("好评", 8), *many("中评", 8), *many("差评", 8)]).classes == ("差评", "中评", "好评")


def correction(text: str, label: str) -> Correction:
    return Correction("id", "sentiment", text, label, "positive", 0.6, "own", datetime.now(UTC))


def test_a_correction_overrules_the_row_and_takes_its_classes_name() -> None:
    upload = of([("Not bad.", "差评"), *many("好评", 8), *many("差评", 8)])
    found = labels.combine(upload, [correction("not bad.", "positive"), correction("New one.", "negative")], "both")
    told = dict(zip(found.texts, (found.classes[label] for label in found.labels), strict=True))
    assert (told["not bad."], told["New one."]) == ("好评", "差评")
    assert [(problem.code, problem.row) for problem in found.problems] == [("own-corrected", 1)]
    codes(found.problems)
    assert (found.left_out, found.rows[-1], found.classes) == (1, None, ("差评", "好评"))


def test_corrections_alone_can_be_learned_from() -> None:
    given = [correction(text, label) for text, label in (*many("positive", 8), *many("negative", 8))]
    found = labels.combine(None, given, "corrections")
    assert (found.obstacles, found.polarities, set(found.rows)) == ((), ("negative", "positive"), {None})


def test_the_split_is_stratified_seeded_and_keeps_near_copies_on_one_side() -> None:
    rows = [
        *many("good", 40),
        *many("bad", 80, "b"),
        *[(f"{text} {n}!", "bad") for n in (1, 2) for text, _ in many("bad", 20, "b")],
    ]
    found = of(rows)
    sides = labels.split(found, seed=7)
    assert sorted([*sides.learn, *sides.held_out]) == list(range(len(found.texts)))
    assert not set(found.clusters[sides.learn]) & set(found.clusters[sides.held_out])
    counts = Counter(found.classes[label] for label in found.labels[sides.held_out])
    assert counts["good"] == 10
    assert 20 <= counts["bad"] <= 40
    again = labels.split(found, seed=7)
    assert np.array_equal(sides.held_out, again.held_out)
    assert not np.array_equal(sides.held_out, labels.split(found, seed=8).held_out)


def test_a_text_keeps_its_side_whatever_the_order_of_the_rows() -> None:
    rows = [*many("good", 40), *many("bad", 40, "b")]
    first, second = of(rows), of(rows[::-1])
    held = [{found.texts[place] for place in labels.split(found, 7).held_out} for found in (first, second)]
    assert held[0] == held[1]


def test_folds_hold_every_class_and_no_cluster_twice() -> None:
    found = of([*many("good", 9), *many("bad", 30, "b")])
    fold = labels.folds(found.labels, found.clusters, 3, 7)
    for number in range(3):
        assert set(found.labels[fold == number]) == {0, 1}
        assert set(found.labels[fold != number]) == {0, 1}


def test_labels_may_be_numbers_with_gaps(tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": [f"t{letter}" for letter in "abcdefghi"], "label": [1.0, None, *[0.0, 1.0] * 3, 0.0]})
    frame.to_parquet(tmp_path / "x.parquet")
    found = labels.label(labels.read(tmp_path / "x.parquet", "x.parquet"), "text", "label")
    assert found.polarities == ("negative", "positive")
    assert [(problem.code, problem.row) for problem in found.problems] == [("own-label-empty", 2)]


def test_a_class_of_near_copies_of_another_is_in_every_fold() -> None:
    rows = [(f"same words {letter}{mark}", label) for letter in "abcdefgh" for mark, label in (("!", "x"), ("?", "y"))]
    found = of([*rows, *many("y", 8)])
    assert found.obstacles == ()
    fold = labels.folds(found.labels, found.clusters, 3, 7)
    for number in range(3):
        assert set(found.labels[fold != number]) == {0, 1}


cells = st.text(max_size=40)
small_labels = st.sampled_from(["good", "Good ", "bad", "neg", "好评", "", "1", "１", "‮bad", "=1+1"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(cells, small_labels | cells), min_size=1, max_size=60))
def test_whatever_is_in_the_cells_each_row_is_used_or_named(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([("text", "label"), *rows])
    try:
        table = labels.read(out.getvalue().encode("utf-8", "replace"), "x.csv")
    except InputError:
        return
    if list(table.frame.columns) != ["text", "label"]:
        return
    found = labels.label(table, "text", "label")
    assert len(found.texts) + found.left_out == table.report.rows + table.report.skipped_rows
    assert set(found.rows).isdisjoint({problem.row for problem in found.problems})
    assert len(found.labels) == len(found.clusters) == len(found.texts) == len(set(found.texts))
    assert set(found.labels.tolist()) == set(range(len(found.classes)))
    codes((*found.problems, *found.notes, *found.obstacles))
    if not found.obstacles:
        sides = labels.split(found, 7)
        for side in (sides.learn, sides.held_out):
            assert set(found.labels[side].tolist()) == set(range(len(found.classes)))


def test_a_file_of_too_many_rows_is_refused(tmp_path: Path) -> None:
    content = "text,label\n" + "\n".join(f"t{n},a" for n in range(labels.MAX_ROWS + 1))
    with pytest.raises(InputError) as caught:
        labels.read(content.encode(), "big.csv")
    assert codes(caught.value.problems) == ["table-too-many-rows"]
