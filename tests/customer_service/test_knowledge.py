from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.customer_service import knowledge as bases
from bigmodel_apps.customer_service.evaluation import overlaps
from bigmodel_apps.customer_service.knowledge import LANGUAGES, TENANTS, Knowledge, read, sample
from bigmodel_apps.customer_service.questions import out_of_scope, paraphrases, samples
from bigmodel_apps.problems import InputError
from bigmodel_apps.text.language import detect

FAQ = "id,question,answer\na,How do I pay?,By card.\na,Can I pay by card?,By card.\nb,Where are you?,In town.\n"


def codes(error: InputError) -> list[str]:
    return [problem.code for problem in error.problems]


def test_rows_that_share_an_id_are_phrasings() -> None:
    found = read([("faq.csv", FAQ.encode())])
    assert [(entry.id, entry.questions) for entry in found.entries] == [
        ("a", ("How do I pay?", "Can I pay by card?")),
        ("b", ("Where are you?",)),
    ]
    assert (found.report.rows, found.report.entries, found.report.phrasings) == (3, 2, 3)


def test_a_title_above_the_header_is_told() -> None:
    content = "Help,\nquestion,answer\nHow do I pay?,By card.\nWhere are you?,Here.\n"
    found = read([("faq.csv", content.encode())])
    assert ([problem.code for problem in found.report.problems], found.report.left_out) == (["table-title"], 0)
    assert found.report.entries == 2


def test_gbk_with_chinese_column_names() -> None:
    found = read([("问答.csv", "编号,问题,答案\n1,怎么退货？,三十天内可以退货。\n".encode("gbk"))])
    assert found.entries[0].answer == "三十天内可以退货。"
    assert found.languages() == ("zh",)
    assert "gb" in found.report.encodings[0].lower()


def test_xlsx_and_json() -> None:
    frame = pd.DataFrame({"Question": ["How?"], "Answer": ["So."]})
    workbook = io.BytesIO()
    frame.to_excel(workbook, index=False)
    assert read([("faq.xlsx", workbook.getvalue())]).entries[0].answer == "So."
    assert read([("faq.json", b'[{"question": "How?", "answer": "So."}]')]).entries[0].answer == "So."


def test_one_id_with_two_answers_is_refused_with_both_rows() -> None:
    with pytest.raises(InputError) as caught:
        read([("faq.csv", (FAQ + "b,Where?,At sea.\n").encode())])
    problem = caught.value.problems[0]
    assert (problem.code, problem.row, problem.details["first"]) == ("knowledge-two-answers", 4, 3)


def test_one_id_may_have_an_answer_in_each_language() -> None:
    found = read([("faq.csv", FAQ.encode()), ("faq.zh.csv", "id,question,answer\na,怎么付款？,刷卡。\n".encode())])
    assert found.languages() == ("en", "zh")


def test_the_same_id_in_two_files_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        read([("one.csv", FAQ.encode()), ("two.csv", b"id,question,answer\nb,Where?,At sea.\n")])
    assert codes(caught.value) == ["knowledge-id-twice"]


def test_missing_column_names_what_there_is() -> None:
    with pytest.raises(InputError) as caught:
        read([("faq.csv", b"question,notes\nHow?,x\n")])
    assert codes(caught.value) == ["knowledge-column-missing"]
    assert caught.value.problems[0].details == {"column": "answer", "columns": "question, notes"}


def test_empty_cells_are_named_and_the_rest_is_kept() -> None:
    found = read([("faq.csv", b"question,answer\nHow?,So.\n,So.\nWhy?,\nHow?,So.\n")])
    assert len(found.entries) == 2  # without an id every row is an entry of its own
    assert [(p.code, p.row, p.field) for p in found.report.problems] == [
        ("knowledge-cell-empty", 2, "question"),
        ("knowledge-cell-empty", 3, "answer"),
    ]


def test_nothing_usable_is_refused() -> None:
    with pytest.raises(InputError):
        read([("faq.csv", b"question,answer\n,\n")])


def test_documents_become_passages_with_a_source() -> None:
    found = read([("rules.md", b"# Returns\n\nSend it back within 30 days.\n\n# Fees\n\nA refund is free.\n")])
    assert all(entry.passage for entry in found.entries)
    assert any("Returns" in entry.source for entry in found.entries)
    assert "Send it back within 30 days." in found.entries[0].answer


def test_a_folder_mixes_tables_and_documents(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(FAQ)
    (tmp_path / "rules.txt").write_text("Parcels leave at noon.")
    found = bases.folder(tmp_path)
    assert {entry.passage for entry in found.entries} == {True, False}
    with pytest.raises(InputError):
        bases.folder(tmp_path / "missing")


def test_packing_keeps_everything() -> None:
    found = read([("faq.csv", (FAQ + ",,\nc,,empty\n").encode()), ("rules.txt", b"Parcels leave at noon.")])
    again = bases.unpack(bases.pack(found))
    assert again == found
    assert again.report == found.report


rows = st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=8)


@given(rows)
def test_any_table_is_read_or_refused_with_problems(cells: list[tuple[str, str, str]]) -> None:
    frame = pd.DataFrame(cells, columns=["id", "question", "answer"])
    content = frame.to_csv(index=False).encode("utf-8", "surrogatepass")
    try:
        found = read([("faq.csv", content)])
    except InputError as error:
        assert error.problems
    else:
        keys = [(entry.id, entry.language) for entry in found.entries]
        assert len(keys) == len(set(keys))
        assert all(entry.answer.strip() and entry.questions for entry in found.entries)


# Our own tenants


@pytest.mark.parametrize("tenant", TENANTS)
def test_tenants_have_the_same_entries_in_both_languages(tenant: str) -> None:
    english, chinese = (sample(tenant, language) for language in LANGUAGES)
    assert [entry.id for entry in english.entries] == [entry.id for entry in chinese.entries]
    assert len(english.entries) == 60
    for found in (english, chinese):
        assert found.report.problems == ()
        assert len({entry.answer for entry in found.entries}) == 60


@pytest.mark.parametrize("tenant", TENANTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_paraphrases_are_four_an_entry_and_share_few_words(tenant: str, language: str) -> None:
    found: Knowledge = sample(tenant, language)  # type: ignore[arg-type]
    seen: set[str] = set()
    for split in ("heldout", "tuning"):
        asked = paraphrases(tenant, language, split)  # type: ignore[arg-type]
        assert sorted(question.expected or "" for question in asked) == sorted(
            entry.id for entry in found.entries for _ in range(4)
        )
        assert overlaps(found, asked, language).mean() <= 0.3  # type: ignore[arg-type]
        texts = {question.text for question in asked}
        assert len(texts) == 240
        assert not texts & seen
        seen |= texts
    for kind, questions in out_of_scope(tenant, language).items():  # type: ignore[arg-type]
        assert len({question.text for question in questions}) == 60, kind
    assert len(samples(tenant, language)) == 4  # type: ignore[arg-type]
    assert all(detect(question) == language for question in samples(tenant, language).values())  # type: ignore[arg-type]


def test_a_folder_with_two_tables_without_ids_and_other_files(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("question,answer\nHow?,So.\n")
    (tmp_path / ".DS_Store").write_bytes(bytes(range(256)))
    (tmp_path / "logo.png").write_bytes(b"\x89PNG")
    assert [entry.id for entry in bases.folder(tmp_path).entries] == ["one.csv#1", "two.csv#1"]


def test_many_bad_rows_are_counted_and_the_first_hundred_named() -> None:
    found = read([("faq.csv", b"question,answer\nHow?,So.\n" + b"Why?,\n" * 500)])
    assert (found.report.left_out, len(found.report.problems)) == (500, 100)
