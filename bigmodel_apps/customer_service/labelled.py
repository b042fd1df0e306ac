"""Questions with the entry that should answer them: a visitor's own file, or the sample tenants' held-out questions."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pandas as pd

from bigmodel_apps.customer_service import bulk
from bigmodel_apps.customer_service.questions import Question, out_of_scope, paraphrases
from bigmodel_apps.customer_service.schema import MAX_QUESTION
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import DEFAULT_LIMITS, Table, guess_column, read_table
from bigmodel_apps.text.documents import clean_text
from bigmodel_apps.text.language import Language

MAX_QUESTIONS = 20_000
COLUMNS = {
    "question": bulk.COLUMNS["question"],
    "expected_id": (
        *("expected_id", "expected", "entry id", "answer id", "entry", "gold", "label", "id"),
        *("期望编号", "正确编号", "答案编号", "条目编号", "编号", "条目", "标签"),
    ),
}

_NAMED_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Labelled:
    """Questions to judge by.

    Attributes:
        name: What the file, or the sample, is called.
        questions: Without an expected entry where the knowledge has no answer.
        rows: Number of each question's row in the file.
        problems: What was wrong with the first hundred rows that were left out.
        left_out: How many rows were left out.
    """

    name: str
    questions: tuple[Question, ...]
    rows: tuple[int, ...]
    problems: tuple[Problem, ...] = ()
    left_out: int = 0

    @property
    def refusals(self) -> int:
        """Questions that should not be answered."""
        return sum(question.expected is None for question in self.questions)

    def frame(self) -> pd.DataFrame:
        """The questions as a table that `read` reads again."""
        return pd.DataFrame(
            {
                "question": [question.text for question in self.questions],
                "expected_id": [question.expected or "" for question in self.questions],
            }
        )


def read(content: bytes | Path, name: str) -> Table:
    """Read a file of labelled questions, up to `MAX_QUESTIONS` rows.

    Raises:
        InputError
    """
    return read_table(content, name, limits=replace(DEFAULT_LIMITS, max_rows=MAX_QUESTIONS))


def columns(table: Table) -> dict[str, str | None]:
    """Which columns hold the ``question`` and the ``expected_id``, as far as their names tell."""
    return guess_column(table, COLUMNS)


def label(table: Table, question: str, expected: str, known: Container[str]) -> Labelled:
    """The questions of a table, those that cannot be judged left out and named by their row.

    Args:
        question: Column of the questions.
        expected: Column of the entries' ids; an empty cell says that the question should not be answered.
        known: Ids of the knowledge base.

    Raises:
        InputError: One column for both, or no row that can be used.
    """
    if question == expected:
        raise InputError(Problem("labelled-one-column", field=question))
    problems = [*table.report.notes, *table.report.skipped]
    own = 0
    kept: dict[int, Question] = {}
    first: dict[str, int] = {}
    texts = table.frame[[question, expected]].fillna("").astype(str)
    for number, raw, raw_id in zip(table.row_numbers, texts.iloc[:, 0], texts.iloc[:, 1], strict=True):
        row, text, identifier = int(number), clean_text(raw).strip(), clean_text(raw_id).strip()
        problem = None
        if not text:
            problem = Problem("labelled-question-empty", row=row, field=question)
        elif len(text) > MAX_QUESTION:
            problem = Problem("field-too-long", row=row, field=question, details={"max_length": MAX_QUESTION})
        elif identifier and identifier not in known:
            problem = Problem("labelled-id-unknown", row=row, field=expected, details={"id": identifier})
        elif text in first:
            same = (kept[first[text]].expected or "") == identifier
            code = "labelled-duplicate" if same else "labelled-contradiction"
            problem = Problem(code, row=row, field=question, details={"first": first[text]})
        if problem is not None:
            own += 1
            problems.append(problem)
            continue
        kept[row], first[text] = Question(text, identifier or None), row
    named = tuple(islice(problems, _NAMED_PROBLEMS))
    if not kept:
        raise InputError(*named or [Problem("labelled-none")])
    return Labelled(table.report.name, tuple(kept.values()), tuple(kept), named, table.report.skipped_rows + own)


def sample(tenant: str, language: Language, name: str) -> Labelled:
    """A tenant's held-out questions, and questions that it does not answer.

    Args:
        name: What to call them, in the visitor's language.
    """
    outside = out_of_scope(tenant, language)
    questions = (*paraphrases(tenant, language, "heldout"), *outside["near"], *outside["far"])
    return Labelled(name, questions, tuple(range(1, len(questions) + 1)))
