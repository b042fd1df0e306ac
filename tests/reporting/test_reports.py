"""Reports: self-contained, escaped, in both languages, with every figure that the evidence has."""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps import evidence
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.evidence import Metric
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.reporting import (
    Bars,
    Code,
    Course,
    Figures,
    Intervals,
    Lines,
    Notes,
    Point,
    Reading,
    Report,
    Section,
    Series,
    Stretch,
    Table,
    Text,
    Timeline,
    charts,
    figures_csv,
    from_evidence,
    html,
    to_html,
    to_json,
)
from bigmodel_apps.tables import read_table
from bigmodel_apps.ui.palette import MEANINGS

ROOT = Path(__file__).parents[2]
DAY = date(2026, 3, 5)
HOSTILE = '<script>alert(1)</script><img src="http://x.test/a.png" onerror="a()">&\u202e"\x00\ud800'
VOID = {"meta", "circle", "path", "polyline", "polygon", "rect"}
LOADING = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use", "foreignObject", "a"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; fails on tags that do not match."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.text = ""
        self._open: list[str] = []
        self.feed(content.decode("utf-8"))
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def opened(content: bytes) -> Page:
    """A page that loads nothing, runs nothing and links nowhere."""
    page = Page(content)
    assert content.startswith(b"<!DOCTYPE html>")
    assert not LOADING & set(page.tags)
    assert not {name for name in page.names if name.startswith("on") or name in ("src", "href", "style", "xlink:href")}
    style = re.search(r"<style>(.*?)</style>", content.decode(), re.DOTALL)
    assert style
    assert not re.search(r"url\(|@import|https?:", style[1])
    return page


def everything(text: str, language: Language) -> Report:
    points = (Point(text, 0.5, text, 0.4, 0.6, 0.55), Point(text, 0.2, text, meaning="neutral"))
    series = tuple(Series(text, (0.5, 1.0), (0.1, 0.2), (0.05, 0.1), (0.2, 0.3)) for _ in range(3))
    readings = (
        Reading(DAY, DAY, 0.5, 0.4, 0.6),
        Reading(DAY + timedelta(days=2), DAY + timedelta(days=8), 0, 0, 1, False),
    )
    courses = tuple(Course(text, readings, meaning) for meaning in ("good", "bad"))
    blocks = (
        Text((text,)),
        Figures((Metric(name="recall-at-1", value=0.5, low=0.4, high=0.6, n=3, group=(text,)),)),
        Table((text,), ((text,),)),
        Intervals(text, text, points),
        Bars(text, text, points, share=False),
        Lines(text, text, text, series),
        Timeline(text, text, courses, (Stretch(text, DAY, DAY + timedelta(days=3)),)),
        Notes((text,)),
        Code(text),
    )
    return Report(text, language, text, (Section(text, blocks),), facts=(text,), one_page=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_evidence_becomes_a_page_with_every_figure(domain: str, language: Language) -> None:
    for item in evidence.read_all(domain):
        page = opened(to_html(from_evidence(item, language)))
        assert item.description[language] in page.text
        assert item.command in page.text
        for metric in item.metrics:
            assert message(f"metric-{metric.name}", language) in page.text
        assert page.tags.count("svg") == len({metric.name for metric in item.metrics})
        assert page.text.count(message("report-intervals", language)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_from_outside_are_shown_and_never_read(language: Language) -> None:
    content = to_html(everything(HOSTILE, language))
    page = opened(content)
    assert page.text.count("<script>alert(1)</script>") >= 15
    assert b"<script" not in content
    assert not set("\x00\u202e") & set(page.text)
    assert f'lang="{language}"'.encode() in content


@given(st.text(max_size=40))
def test_any_text_makes_a_page(text: str) -> None:
    page = opened(to_html(everything(text, "en")))
    shown = text.replace("\r\n", "\n")
    if shown.isprintable():
        assert shown in page.text


def test_a_page_states_that_nothing_may_be_loaded() -> None:
    content = to_html(everything("x", "en")).decode()
    assert "default-src 'none'" in content
    assert "prefers-color-scheme: dark" in content
    assert "size: A4" in content


@pytest.mark.parametrize(("mode", "hues"), [("light", html.LIGHT), ("dark", html.DARK)])
def test_colours_are_those_of_the_pages(mode: str, hues: dict[str, str]) -> None:
    themes = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    assert tuple(hues) == MEANINGS
    assert list(hues.values()) == themes[mode]["chartCategoricalColors"]


def test_json_holds_the_whole_report() -> None:
    body = json.loads(to_json(everything(HOSTILE, "zh")))
    assert body["language"] == "zh"
    kinds = [block["kind"] for block in body["sections"][0]["blocks"]]
    assert kinds == ["text", "figures", "table", "intervals", "bars", "lines", "timeline", "notes", "code"]
    assert body["sections"][0]["blocks"][1]["metrics"][0]["value"] == 0.5
    assert body["sections"][0]["blocks"][5]["series"][0]["x"] == [0.5, 1.0]
    assert body["sections"][0]["blocks"][6]["courses"][0]["readings"][0]["start"] == "2026-03-05"


def test_figures_as_csv_are_read_again_and_run_no_formula() -> None:
    metrics = (Metric(name="=1+1", value=0.5, low=0.4, high=0.6, n=3, group=("en", "heldout")),)
    content = figures_csv(metrics)
    assert b'"=1+1"' not in content
    row = read_table(content, "f.csv").frame.iloc[0]
    assert (row["name"], row["value"], row["group"], row["goal"]) == ("=1+1", "0.5", "en/heldout", "")


finite = st.floats(-1e9, 1e9).map(lambda value: round(value, 6))


@given(st.lists(finite, min_size=1, max_size=8))
def test_a_scale_holds_its_values_between_round_ticks(values: list[float]) -> None:
    found = charts.scale(values, 0, 100)
    assert all(-1e-3 <= found(value) <= 100 + 1e-3 for value in values)
    assert 2 <= len(found.ticks) <= 8


def test_ticks_by_hand() -> None:
    assert charts.scale([0.0, 1.0], 0, 1).ticks == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert charts.scale([3.0, 41.0], 0, 1).ticks == pytest.approx([0, 10, 20, 30, 40, 50])
    assert len(charts.scale([0.5], 0, 1).ticks) >= 2


def test_a_timeline_draws_every_reading_and_the_unsure_ones_hollow() -> None:
    drawn = charts.timeline(everything("x", "en").sections[0].blocks[6], "en")  # type: ignore[arg-type]
    assert drawn.count("<circle") == 4
    assert drawn.count('class="hollow') == 2
    assert drawn.count('class="stretch') == 1
    assert "5 Mar 2026" in drawn


@given(st.lists(st.floats(0, 200), min_size=1, max_size=6))
def test_names_at_the_ends_of_lines_do_not_overlap(heights: list[float]) -> None:
    moved = sorted(charts.apart(heights))
    assert all(below - above >= 16 - 1e-9 for above, below in itertools.pairwise(moved))


def test_long_labels_are_cut_by_their_width() -> None:
    assert charts.shortened("short", 200) == "short"
    assert charts.shortened("x" * 100, 130).endswith("…")
    assert len(charts.shortened("字" * 100, 130)) < len(charts.shortened("x" * 100, 130))
