"""A file of questions answered in one go."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from pydantic import ValidationError

from bigmodel_apps import runtime
from bigmodel_apps.customer_service.schema import Input, Options, Output
from bigmodel_apps.problems import InputError, Problem, from_validation
from bigmodel_apps.runtime import Priority
from bigmodel_apps.tables import Table, guess_column

COLUMNS = {"question": ("question", "questions", "query", "text", "message", "q", "问题", "提问", "问", "文本", "内容")}


def question_column(table: Table) -> str:
    """The column that holds the questions: by its name, or the only one there is.

    Raises:
        InputError: It cannot be told.
    """
    found = guess_column(table.frame, COLUMNS)["question"]
    if found is None and len(table.frame.columns) == 1:
        found = str(table.frame.columns[0])
    if found is None:
        columns = ", ".join(map(str, table.frame.columns))
        raise InputError(Problem("questions-column-missing", field="question", details={"columns": columns}))
    return found


def answer_table(
    table: Table,
    options: Options,
    model: str,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Answer every question of a table, as bulk work that interactive questions overtake.

    Returns:
        The table with the columns ``outcome``, ``id``, ``answer`` and ``confidence`` added, empty in rows that could
        not be asked; and what was wrong with those rows.

    Raises:
        InputError, Cancelled, Unavailable
    """
    column = question_column(table)
    inputs: dict[int, Input] = {}
    problems: list[Problem] = []
    for place, text in enumerate(table.frame[column].astype(str)):
        try:
            inputs[place] = Input(question=text)
        except ValidationError as error:
            problems += from_validation(error, row=int(table.row_numbers[place]))
    outputs: list[Output] = runtime.predict(
        "customer_service",
        list(inputs.values()),
        options=options,
        model=model,
        priority=Priority.BULK,
        progress=progress,
        cancelled=cancelled,
    )
    answered = pd.DataFrame(
        {
            "outcome": [output.outcome for output in outputs],
            "id": [output.id for output in outputs],
            "answer": [output.answer or "" for output in outputs],
            "confidence": [round(output.confidence, 4) for output in outputs],
        },
        index=list(inputs),
    )
    answered = answered.rename(columns={name: f"{name}_answered" for name in answered if name in table.frame})
    frame = pd.concat([table.frame, answered.reindex(table.frame.index)], axis=1)
    return frame, problems
