"""Labelled questions: what is read, what is left out, and what is said about it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.customer_service import labelled
from bigmodel_apps.customer_service.questions import Question
from bigmodel_apps.problems import InputError
from bigmodel_apps.tables import read_table, to_csv_bytes

KNOWN = {"pay", "open"}


def read(content: str | bytes) -> labelled.Labelled:
    table = labelled.read(content if isinstance(content, bytes) else content.encode(), "q.csv")
    found = labelled.columns(table)
    return labelled.label(table, str(found["question"]), str(found["expected_id"]), KNOWN)


def test_rows_become_questions_and_an_empty_id_means_no_answer() -> None:
    found = read("question,expected_id\nHow to pay?,pay\nWho are you?,\n")
    assert found.questions == (Question("How to pay?", "pay"), Question("Who are you?", None))
    assert (found.rows, found.refusals, found.problems) == ((1, 2), 1, ())


def test_a_title_above_the_header_is_told() -> None:
    found = read("Trial,\nquestion,expected_id\nHow to pay?,pay\nWho are you?,\nWho am I?,\n")
    assert ([problem.code for problem in found.problems], found.left_out) == (["table-title"], 0)
    assert found.questions[0] == Question("How to pay?", "pay")


def test_what_cannot_be_judged_is_named_by_its_row() -> None:
    found = read(
        "question,expected_id\nHow to pay?,pay\nX?,gone\n,pay\nHow to pay?,pay\nHow to pay?,open\n" + "y" * 3000 + ",\n"
    )
    assert [(problem.code, problem.row) for problem in found.problems] == [
        ("labelled-id-unknown", 2),
        ("labelled-question-empty", 3),
        ("labelled-duplicate", 4),
        ("labelled-contradiction", 5),
        ("field-too-long", 6),
    ]
    assert found.left_out == 5
    assert found.rows == (1,)


def test_the_same_words_in_other_white_space_are_the_same_question() -> None:
    found = read("question,expected_id\nHow to pay?,pay\n How to\u00a0pay? ,pay\n")
    assert [problem.code for problem in found.problems] == ["labelled-duplicate"]


def test_chinese_names_in_gbk() -> None:
    table = labelled.read("提问,期望编号\n怎么付款？,pay\n".encode("gbk"), "q.csv")
    assert labelled.columns(table) == {"question": "提问", "expected_id": "期望编号"}


def test_nothing_usable_is_refused_with_every_reason() -> None:
    with pytest.raises(InputError) as caught:
        read("question,expected_id\nX?,gone\nY?,lost\n")
    assert [problem.row for problem in caught.value.problems] == [1, 2]
    table = labelled.read(b"question,expected_id\nX?,pay\n", "q.csv")
    with pytest.raises(InputError, match="labelled-one-column"):
        labelled.label(table, "question", "question", KNOWN)


def test_more_than_the_limit_is_refused() -> None:
    content = "question,expected_id\n" + "".join(f"q {n},\n" for n in range(labelled.MAX_QUESTIONS + 1))
    with pytest.raises(InputError, match="table-too-many-rows"):
        labelled.read(content.encode(), "q.csv")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sample_is_read_again_as_it_was_written(language: str) -> None:
    found = labelled.sample("shop", language, "sample")  # type: ignore[arg-type]
    assert (len(found.questions), found.refusals) == (360, 120)
    known = {question.expected for question in found.questions}
    again = labelled.label(read_table(to_csv_bytes(found.frame()), "s.csv"), "question", "expected_id", known)
    assert again.questions == found.questions


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)


@given(st.lists(st.tuples(TEXTS, st.sampled_from(["", "pay", "open", "gone"])), max_size=12))
def test_every_row_is_kept_or_counted(rows: list[tuple[str, str]]) -> None:
    frame = pd.DataFrame([("How to pay?", "pay"), *rows], columns=["question", "expected_id"])
    table = read_table(to_csv_bytes(frame), "q.csv")
    found = labelled.label(table, "question", "expected_id", KNOWN)
    assert len(found.questions) + found.left_out == len(table.frame) + table.report.skipped_rows
    assert len({question.text for question in found.questions}) == len(found.questions)
