"""What can go wrong with what a user gives us, as data: a code, a place and the values that the message needs.

Nothing below the edge (page, REST, command line) words a message. The edge translates a `Problem` with
`bigmodel_apps.locales.describe(problem, language)`, which looks up the message ``problem-<code>``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes:
        code: Kebab-case; the message is ``problem-<code>`` in every catalogue.
        row: 1-based data row (the header is not counted) or page, where there is one.
        field: Column, form field or file name.
        details: Values for the message's placeholders.
    """

    code: str
    row: int | None = None
    field: str | None = None
    details: Mapping[str, str | int | float] = dataclasses.field(default_factory=dict)


class InputError(Exception):
    """The user's input cannot be used as it is. Carries every problem found, not only the first."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("an InputError needs at least one problem")
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


class Unavailable(Exception):
    """A model, file or endpoint is out of reach; `problem` says why in one line."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Busy(Exception):
    """The queue is full. Try again in `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"busy, try again in {retry_after:.0f} s")
        self.retry_after = retry_after
        self.problem = Problem("busy", details={"seconds": max(1, round(retry_after))})


class Cancelled(Exception):
    """The user stopped the work."""

    problem = Problem("cancelled")


# pydantic's error types that users of a form, a file or the API meet; the rest share one general message.
_VALIDATION_CODES = {
    "missing": "field-missing",
    "string_type": "field-not-text",
    "string_too_short": "field-empty",
    "string_too_long": "field-too-long",
    "extra_forbidden": "field-unknown",
    "json_invalid": "not-json",
    "json_type": "not-json",
    "too_long": "list-too-long",
    "list_type": "field-not-list",
    "model_type": "not-an-object",
    "model_attributes_type": "not-an-object",
    "dict_type": "not-an-object",
    "literal_error": "field-not-allowed",
    "less_than_equal": "field-too-large",
    "greater_than_equal": "field-too-small",
    "time_unreadable": "fraud-time-not-iso",  # of validators of ours
    "nobody": "recommendation-user-or-history",
    "image_or_path": "diagnosis-image-or-path",
}


def from_validation(error: ValidationError | Iterable[Mapping[str, Any]], row: int | None = None) -> list[Problem]:
    """Turn pydantic's validation errors into problems of one input row."""
    errors = error.errors(include_url=False) if isinstance(error, ValidationError) else error
    problems = []
    for item in errors:
        details: dict[str, str | int | float] = {
            name: value for name, value in (item.get("ctx") or {}).items() if isinstance(value, (str, int, float))
        }
        code = _VALIDATION_CODES.get(item["type"], "field-invalid")
        place = ".".join(str(part) for part in item["loc"]) or None
        problems.append(Problem(code, row=row, field=place, details=details))
    return problems
