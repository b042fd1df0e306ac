from __future__ import annotations

import pytest

from bigmodel_apps.customer_service import shelf as shelves
from bigmodel_apps.customer_service.bulk import answer_table, question_column
from bigmodel_apps.customer_service.schema import Options
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.tables import read_table

MODEL = "customer-service-hybrid"


@pytest.fixture(autouse=True)
def open_shop() -> None:
    shelves.open_for("shop", MODEL)


def test_every_row_comes_back_in_order_and_bad_ones_are_named() -> None:
    table = read_table(b"n,question\n1,How do I return a jacket?\n2," + b"x" * 3_000 + b"\n3,gift card\n", "q.csv")
    frame, problems = answer_table(table, Options(), MODEL)
    assert list(frame["n"]) == ["1", "2", "3"]
    assert frame["outcome"].notna().tolist() == [True, False, True]
    assert [(problem.code, problem.row) for problem in problems] == [("field-too-long", 2)]


def test_progress_and_cancel() -> None:
    table = read_table(("question\n" + "gift card\n" * 300).encode(), "q.csv")
    seen: list[tuple[int, int]] = []
    answer_table(table, Options(), MODEL, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (300, 300)
    with pytest.raises(Cancelled):
        answer_table(table, Options(), MODEL, cancelled=lambda: True)


def test_the_question_column() -> None:
    assert question_column(read_table("提问,备注\n怎么退货,x\n".encode("gbk"), "q.csv")) == "提问"
    assert question_column(read_table(b"whatever\nhow?\n", "q.csv")) == "whatever"
    with pytest.raises(InputError):
        question_column(read_table(b"one,two\n1,2\n", "q.csv"))


def test_a_column_called_answer_is_kept() -> None:
    frame, _ = answer_table(read_table(b"question,answer\ngift card,mine\n", "q.csv"), Options(), MODEL)
    assert frame["answer"].tolist() == ["mine"]
    assert "answer_answered" in frame
