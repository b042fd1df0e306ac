"""The sample sets are whole, bilingual and dated, and read like any user's file."""

from __future__ import annotations

from datetime import date

import pytest

from bigmodel_apps.sentiment import bulk, samples
from bigmodel_apps.sentiment.columns import Columns
from bigmodel_apps.text.language import detect


@pytest.mark.parametrize("name", samples.NAMES)
def test_a_sample_is_read_as_any_file_is(name: str) -> None:
    found = bulk.prepare(samples.table(name))
    assert found.columns == Columns("text", "date", "language", "group")
    report = found.report
    assert (report.rows, report.usable, report.left_out, report.problems) == (300, 300, 0, ())
    assert (report.dated, report.groups, report.ambiguous_dates) == (300, 3, 0)
    assert (report.first, report.last) == (date(2025, 11, 1), date(2026, 10, 31))
    assert report.duplicates <= 5
    assert min(report.languages["en"], report.languages["zh"]) >= 100
    frame = samples.table(name).frame
    assert frame["id"].is_unique
    assert set(frame["rating"]) == {"1", "2", "3", "4", "5"}


@pytest.mark.parametrize("name", samples.NAMES)
def test_texts_to_try_are_in_the_language_asked_for(name: str) -> None:
    for language in ("en", "zh"):
        found = samples.texts(name, language, 4)  # type: ignore[arg-type]
        assert len(set(found)) == 4
        assert sum(detect(text) == language for text in found) >= 3


def test_an_unknown_sample() -> None:
    with pytest.raises(KeyError):
        samples.path("../schema")
