"""A file of questions answered in one go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
from pydantic import ValidationError

from bigmodel_apps import runtime
from bigmodel_apps.customer_service.schema import Input, Options, Output
from bigmodel_apps.problems import InputError, Problem, from_validation
from bigmodel_apps.runtime import Priority
from bigmodel_apps.tables import Table, guess_column

_CHUNK = 5_000
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
    texts = table.frame[question_column(table)].astype(str)
    problems: list[Problem] = []
    parts: list[pd.DataFrame] = []
    for start in range(0, len(texts), _CHUNK):  # a million rows' inputs and outputs at once would be gigabytes
        inputs: dict[int, Input] = {}
        for place in range(start, min(start + _CHUNK, len(texts))):
            try:
                inputs[place] = Input(question=texts.iloc[place])
            except ValidationError as error:
                problems += from_validation(error, row=int(table.row_numbers[place]))
        outputs: list[Output] = runtime.predict(
            "customer_service",
            list(inputs.values()),
            options=options,
            model=model,
            priority=Priority.BULK,
            progress=partial(_report, progress, start, len(texts)),
            cancelled=cancelled,
        )
        parts.append(
            pd.DataFrame(
                {
                    "outcome": [output.outcome for output in outputs],
                    "id": [output.id for output in outputs],
                    "answer": [output.answer or "" for output in outputs],
                    "confidence": [round(output.confidence, 4) for output in outputs],
                },
                index=list(inputs),
            )
        )
    _report(progress, len(texts), len(texts), 0, 0)
    answered = pd.concat(parts)
    answered = answered.rename(columns={name: f"{name}_answered" for name in answered if name in table.frame})
    frame = pd.concat([table.frame, answered.reindex(table.frame.index)], axis=1)
    return frame, problems


def _report(progress: Callable[[int, int], None] | None, before: int, total: int, done: int, _: int) -> None:
    if progress:
        progress(before + done, total)
