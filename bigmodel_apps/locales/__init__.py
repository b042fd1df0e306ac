"""Every sentence of the interface, in every language, from Fluent catalogues.

A catalogue is the folder of one language; its ``*.ftl`` files (one an area, the same names in every language) form one
bundle, read once a process. Numbers, shares and dates are worded here too, so that a page, a report and the REST door
write them the same way: three significant digits, thousands separators.

An unknown id or a missing value raises `KeyError`; nothing half-worded reaches a user.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Literal, get_args

from babel import Locale
from babel.dates import format_date, format_datetime
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentFloat, FluentInt, FluentNumber
from fluent.syntax import ast

from bigmodel_apps.problems import Problem

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_LOCALES: Mapping[Language, str] = {"en": "en-GB", "zh": "zh-CN"}
_MOMENTS: Mapping[Language, str] = {"en": "d MMM y, HH:mm", "zh": "y年M月d日 HH:mm"}
_ROWS_NAMED = 5
_SIGNIFICANT = {"minimumSignificantDigits": 1, "maximumSignificantDigits": 3}


@dataclass(frozen=True)
class _Catalogue:
    bundle: FluentBundle
    ids: frozenset[str]
    locale: Locale


@cache
def _catalogue(language: Language) -> _Catalogue:
    bundle = FluentBundle([_LOCALES[language]], use_isolating=False)
    ids: set[str] = set()
    for path in sorted((Path(__file__).parent / language).glob("*.ftl")):
        resource = FluentResource(path.read_text(encoding="utf-8"))
        ids |= {entry.id.name for entry in resource.body if isinstance(entry, ast.Message)}
        bundle.add_resource(resource)
    for name in ids:
        bundle.get_message(name)  # compiles it now: the bundle is only read afterwards, so threads may share it
    return _Catalogue(bundle, frozenset(ids), Locale.parse(_LOCALES[language], sep="-"))


def catalogue_ids(language: Language) -> frozenset[str]:
    """The ids of all messages of one language."""
    return _catalogue(language).ids


def message(id: str, language: Language, /, **values: Any) -> str:
    """The message `id` with its placeholders filled.

    Floats get three significant digits (``NUMBER($x, style: "percent")`` in the catalogue makes them a share), whole
    numbers stay exact, both with thousands separators.

    Raises:
        KeyError: The catalogue has no such message, or `values` lacks one of its placeholders.
    """
    catalogue = _catalogue(language)
    if id not in catalogue.ids:
        raise KeyError(id)
    pattern = catalogue.bundle.get_message(id).value
    if pattern is None:
        raise KeyError(f"{id} has only attributes")
    text, errors = catalogue.bundle.format_pattern(pattern, {name: _fluent(value) for name, value in values.items()})
    if errors:
        raise KeyError(f"{id} ({language}): {errors[0]}")
    return str(text)


def describe(problem: Problem, language: Language) -> str:
    """One problem in words: where it is, what it is and how to mend it. Plain text, not Markdown."""
    text = message(f"problem-{problem.code}", language, **problem.details)
    if problem.row is not None and problem.field is not None:
        return message("problem-in-cell", language, row=problem.row, field=problem.field, text=text)
    if problem.row is not None:
        return message("problem-in-row", language, row=problem.row, text=text)
    if problem.field is not None:
        return message("problem-in-field", language, field=problem.field, text=text)
    return text


def describe_all(problems: Iterable[Problem], language: Language) -> list[str]:
    """Problems in words, those that differ in nothing but their row as one with the first rows; plain text."""
    alike: dict[object, list[Problem]] = {}
    for problem in problems:
        key = (problem.code, problem.field, tuple(sorted(problem.details.items())), problem.row is None)
        alike.setdefault(key, []).append(problem)
    return [_described(found, language) for found in alike.values()]


def _described(alike: Sequence[Problem], language: Language) -> str:
    first = alike[0]
    rows = list(dict.fromkeys(problem.row for problem in alike if problem.row is not None))
    if len(rows) < 2:
        return describe(first, language)
    named = message("list-separator", language).join(number(row, language) for row in rows[:_ROWS_NAMED])
    if len(rows) > _ROWS_NAMED:
        named = message("problem-rows-first", language, rows=named, count=len(rows))
    text = message(f"problem-{first.code}", language, **first.details)
    if first.field is None:
        return message("problem-in-rows", language, rows=named, text=text)
    return message("problem-in-cells", language, rows=named, field=first.field, text=text)


def negotiate(*candidates: str | None) -> Language:
    """The language of the first candidate that names one of ours, else English.

    A candidate is a BCP-47 tag (``zh``, ``zh-Hant-TW``, ``en_GB``) or a whole ``Accept-Language`` header.
    """
    for candidate in candidates:
        for tag in _by_preference(candidate or ""):
            primary = tag.replace("_", "-").split("-")[0].lower()
            if primary in LANGUAGES:
                return primary
    return "en"


def number(value: float, language: Language) -> str:
    """A whole number exactly, any other with three significant digits: 12,345 but 0.873."""
    return _three_digits(value).format(_catalogue(language).locale)


def percent(share: float, language: Language) -> str:
    """A share between 0 and 1 as a percentage with three significant digits: 87.3%."""
    return _three_digits(float(share), style="percent").format(_catalogue(language).locale)


def date(value: datetime.date, language: Language) -> str:
    """A calendar day: 3 Nov 2026, 2026年11月3日."""
    return format_date(value, "medium", locale=_catalogue(language).locale)


def moment(value: datetime.datetime, language: Language, timezone: datetime.tzinfo | None = None) -> str:
    """A day and time to the minute, in `timezone` (UTC where none is given): 3 Nov 2026, 14:05."""
    return format_datetime(value, _MOMENTS[language], tzinfo=timezone, locale=_catalogue(language).locale)


def duration(seconds: float, language: Language) -> str:
    """A length of time in the two units that matter: 45 s, 3 min, 1 h 20 min."""
    whole = max(1, round(seconds))
    if whole < 60:
        return message("duration-seconds", language, seconds=whole)
    if whole < 3600:
        return message("duration-minutes", language, minutes=round(whole / 60))
    return message("duration-hours", language, hours=whole // 3600, minutes=whole % 3600 // 60)


def _three_digits(value: Real | float, **options: Any) -> FluentNumber:
    if isinstance(value, Integral):
        return FluentInt(int(value), **options)
    # Babel words a zero of three significant digits as "0.0".
    digits = _SIGNIFICANT if value else {"maximumFractionDigits": 0}
    return FluentFloat(float(value), **digits, **options)


def _fluent(value: Any) -> Any:
    return _three_digits(value) if isinstance(value, Real) else value


def _by_preference(header: str) -> list[str]:
    ranked = []
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        quality = parameters.strip().removeprefix("q=") if parameters else "1"
        try:
            weight = float(quality)
        except ValueError:
            weight = 0.0
        if tag and weight > 0:
            ranked.append((weight, tag.strip()))
    return [tag for _, tag in sorted(ranked, key=lambda item: -item[0])]
