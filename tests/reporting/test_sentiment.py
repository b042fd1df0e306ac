"""The report of a scored table says what its trends and its matrix say, on one page, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from bigmodel_apps.locales import LANGUAGES, Language, message, percent
from bigmodel_apps.reporting import to_html, to_json
from bigmodel_apps.reporting.sentiment import (
    aspects_in_words,
    from_result,
    headline,
    most_frequent,
    quote_in_words,
    shift_in_words,
)
from bigmodel_apps.sentiment import bulk, samples, trends
from bigmodel_apps.sentiment import matrix as matrices
from bigmodel_apps.sentiment.matrix import Line, Matrix, matrix
from bigmodel_apps.sentiment.results import Filter, Quote, Result, select
from bigmodel_apps.sentiment.schema import Aspect, Label, Options
from tests.reporting.test_reports import HOSTILE, opened
from tests.sentiment.reader import Reader

SEEN = HOSTILE.replace("\ud800", "")  # no table holds half a character


@pytest.fixture(scope="module")
def scored() -> Result:
    """The shop's reviews as the counting reader judges their aspects, with their ratings for labels."""
    options = Options(
        aspects=(Aspect(name="delivery", terms=("快递", "courier")), Aspect(name="客服", terms=("service",)))
    )
    prepared = bulk.prepare(samples.table("shop"))
    result = bulk.score(bulk.keep("report", prepared, options, "counting", "1").id, "report", Reader())
    ratings = samples.table("shop").frame["rating"].astype(int)
    labels: list[Label] = ["negative" if n < 3 else "positive" if n > 3 else "neutral" for n in ratings]
    leaning = (ratings - 1).to_numpy() / 4
    return replace(result, rows=result.rows.assign(label=labels, positive=leaning))


@pytest.mark.parametrize(("language", "both"), [("en", "positive, negative"), ("zh", "正面、负面")])
def test_of_a_tie_all_labels_are_named(language: Language, both: str) -> None:
    assert most_frequent({"positive": 2, "negative": 2, "neutral": 1, "unsure": 0}, language).lower() == both
    one = most_frequent({"positive": 2, "negative": 1, "neutral": 1, "unsure": 0}, language)
    assert one == message("sentiment-label-positive", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_the_finding_the_charts_the_matrix_and_what_was_left_out(
    scored: Result, language: Language
) -> None:
    report = from_result(scored, language, date(2026, 11, 3))
    content = to_html(report)
    page = opened(content)
    (shift,) = trends.shifts(scored)
    assert report.one_page
    assert report.lead == headline(scored, [shift], language)
    assert shift_in_words(shift, language) in page.text
    assert "South" in page.text
    assert percent(shift.inside.value, language) in page.text
    assert page.tags.count("svg") == 2
    assert content.decode().count('class="stretch') == 1
    for line in matrix(scored).lines:
        assert line.aspect in page.text
    assert message("st-how-intervals", language, least=10) in page.text
    assert message("st-expected-unknown", language) in page.text  # a reader that counts words has no held-out texts
    assert to_json(report)


def test_words_and_quotes_of_the_shift_are_there(scored: Result) -> None:
    page = opened(to_html(from_result(scored, "en")))
    (shift,) = trends.shifts(scored)
    found = trends.drivers(scored, shift)
    assert all(word.word in page.text for word in found.words[:5])
    assert quote_in_words(found.quotes[0], "en") in page.text


def test_what_was_filtered_is_said(scored: Result) -> None:
    part = select(scored, Filter(groups=("North",)))
    text = opened(to_html(from_result(part, "en"))).text
    assert f"Filtered: {len(part.rows)} of 300 texts." in text
    assert "no stretch stands out" in text


def test_a_table_without_dates_groups_and_aspects(scored: Result) -> None:
    bare = replace(scored, rows=scored.rows.assign(date=None, group="").astype({"date": "datetime64[s]"}))
    bare = replace(bare, mentions=bare.mentions[:0])
    page = opened(to_html(from_result(bare, "en")))
    assert page.tags.count("svg") == 1
    assert "too few dated texts" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_row_of_hostile_text_makes_a_page(scored: Result, language: Language) -> None:
    one = replace(scored, rows=scored.rows[:1].assign(text=SEEN, group=SEEN), mentions=scored.mentions[:0], name=SEEN)
    content = to_html(from_result(one, language))
    opened(content)
    assert b"<script" not in content


def judged(aspect: str, positive: int, negative: int, unsure: int = 0) -> Line:
    return matrices._line(aspect, {"positive": positive, "neutral": 0, "negative": negative, "unsure": unsure})


@pytest.mark.parametrize(
    ("lines", "english", "chinese"),
    [
        ([("a", 15, 5), ("b", 5, 15)], "Best liked: a. Most disliked: b.", "评价最好：a。评价最差：b。"),
        ([("a", 18, 2), ("b", 15, 5)], "Best liked: a. Least liked: b.", "评价最好：a。好评相对最少：b。"),
        ([("a", 5, 15), ("b", 2, 18)], "Least disliked: a. Most disliked: b.", "差评最少：a。评价最差：b。"),
        (
            [("a", 15, 5), ("b", 12, 8), ("c", 0, 0, 18), ("d", 0, 11, 12)],
            "Best liked: a. Least liked: b. Mostly unsure, so not ranked: c, d.",
            "评价最好：a。好评相对最少：b。多数不确定、未作排名：c、d。",
        ),
        (
            [("a", 15, 5), ("b", 0, 1, 9)],
            "What is said about which aspect? Mostly unsure, so not ranked: b.",
            "各评价维度的评价如何？多数不确定、未作排名：b。",
        ),
        ([("a", 15, 5), ("b", 0, 0, 9)], "What is said about which aspect?", "各评价维度的评价如何？"),
    ],
)
def test_worst_is_said_below_zero_and_what_is_mostly_unsure_is_named(
    lines: list[tuple[str, int, int]], english: str, chinese: str
) -> None:
    found = Matrix(tuple(judged(*line) for line in lines), 99, 99)
    assert aspects_in_words(found, "en") == english
    assert aspects_in_words(found, "zh") == chinese


def test_a_quote_is_cut_around_what_it_points_at() -> None:
    text = "word " * 100 + "the needle is here" + " word" * 100
    start = text.index("needle")
    found = quote_in_words(Quote(7, text, start, start + 6, "negative", 0.9, date(2026, 3, 5), "South"), "en", 60)
    assert "needle" in found
    assert found.startswith("“…word")
    assert found.endswith("…” (South · 5 Mar 2026 · row 7)")
    assert len(re.findall("word", found)) < 20
