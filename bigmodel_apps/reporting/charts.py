"""Charts as inline SVG: no script, no style of their own (the page's classes colour them), one question each."""

from __future__ import annotations

import datetime
import itertools
import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bigmodel_apps.locales import Language, date, number, percent
from bigmodel_apps.reporting.document import Bars, Course, Intervals, Lines, Point, Series, Timeline
from bigmodel_apps.reporting.markup import escaped

_WIDTH = 720.0
_FONT = 13.0
_LABELS = 230.0
_ROW = 32.0
_AXIS = 44.0
_TOP = 8.0
_LINES_HEIGHT = 250.0
_TICKS = 5
_DATES = 6
# Colour is never the only carrier: further lines are dashed, each in its own way.
_DASHES = ("", "7 4", "2 3", "9 3 2 3", "1 5")


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values to places on one axis, with round ticks that hold all values."""

    low: float
    high: float
    start: float
    end: float
    step: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + place * self.step for place in range(count + 1)]


_Mark = Callable[[Point, _Scale, float], list[str]]
"""Draws one row: its point, the scale across, and the height of its middle."""


def scale(values: Sequence[float], start: float, end: float) -> _Scale:
    """A scale from the round number below the values to the one above them."""
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    rough = span / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return _Scale(first * step, max(last, first + 1) * step, start, end, step)


def intervals(chart: Intervals, language: Language) -> str:
    """Points with their intervals; a row each."""
    bounds = [bound for p in chart.points for bound in (p.value, p.low, p.high, p.goal) if bound is not None]
    return _rows(chart, scale(bounds, _LABELS, _WIDTH - 60), language, _interval)


def bars(chart: Bars, language: Language) -> str:
    """Bars from zero; a row each."""
    values = [bound for p in chart.points for bound in (p.value, p.low, p.high, p.goal) if bound is not None]
    return _rows(chart, scale([0.0, *values], _LABELS, _WIDTH - 60), language, _bar)


def lines(chart: Lines, language: Language) -> str:
    """Lines with their bands; names beside their ends."""
    names = min(160.0, 24 + max(width(one.name) for one in chart.series))
    across = scale([x for one in chart.series for x in (0.0, *one.x)], 56, _WIDTH - names)
    up = scale([y for one in chart.series for y in (0.0, *one.y, *one.high)], _LINES_HEIGHT - _AXIS, 30)
    parts = []
    for tick in up.ticks:
        parts.append(f'<path class="grid" d="M{across.start:.1f} {up(tick):.1f}H{across.end:.1f}"/>')
        parts.append(_text(across.start - 6, up(tick) + 4, _tick(tick, chart.share, language), "tick", "end"))
    for tick in across.ticks:
        parts.append(_text(across(tick), up.start + 18, _tick(tick, chart.share, language), "tick", "middle"))
    parts.append(f'<path class="axis" d="M{across.start:.1f} {up.start:.1f}H{across.end:.1f}"/>')
    parts.append(_text((across.start + across.end) / 2, _LINES_HEIGHT - 6, chart.x_axis, "tick", "middle"))
    parts.append(_text(0, 12, chart.y_axis, "tick", "start"))
    for one in chart.series:
        parts.append(_band(one, across, up))
    for number_, one in enumerate(chart.series):
        points = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in zip(one.x, one.y, strict=True))
        dash = f' stroke-dasharray="{_DASHES[number_ % len(_DASHES)]}"' if number_ else ""
        parts.append(f'<polyline class="line {one.meaning}" points="{points}"{dash}/>')
    for one, height in zip(chart.series, apart([up(one.y[-1]) for one in chart.series]), strict=True):
        name = shortened(one.name, names - 12)
        parts.append(_text(across.end + 8, height + 4, name, f"name {one.meaning}", "start"))
    return _figure(chart.title, _LINES_HEIGHT, parts)


def timeline(chart: Timeline, language: Language) -> str:
    """Readings with their intervals over the calendar, joined where they follow one another; stretches behind them."""
    names = min(160.0, 24 + max(width(course.name) for course in chart.courses))
    readings = [reading for course in chart.courses for reading in course.readings]
    first, last = min(reading.start for reading in readings), max(reading.end for reading in readings)
    left, right = 56.0, _WIDTH - names
    days = (last - first).days + 1

    def across(day: datetime.date) -> float:
        return left + (day - first).days / days * (right - left)

    up = scale([0.0, *(reading.high for reading in readings)], _LINES_HEIGHT - _AXIS + 12, 40)
    parts = []
    for stretch in chart.stretches:
        start = across(max(first, stretch.start))
        end = across(min(last, stretch.end) + datetime.timedelta(days=1))
        size = f'width="{max(end - start, 2):.1f}" height="{up.start - up.end:.1f}"'
        parts.append(f'<rect class="stretch {stretch.meaning}" x="{start:.1f}" y="{up.end:.1f}" {size}/>')
        middle = min(max((start + end) / 2, left + width(stretch.name) / 2), _WIDTH - width(stretch.name) / 2)
        parts.append(_text(middle, up.end - 6, stretch.name, f"name {stretch.meaning}", "middle"))
    for tick in up.ticks:
        parts.append(f'<path class="grid" d="M{left:.1f} {up(tick):.1f}H{right:.1f}"/>')
        parts.append(_text(left - 6, up(tick) + 4, _tick(tick, chart.share, language), "tick", "end"))
    starts = sorted({reading.start for reading in readings})
    for day in starts[:: -(-len(starts) // _DATES)]:
        parts.append(_text(across(day), up.start + 18, date(day, language), "tick", "start"))
        parts.append(f'<path class="axis" d="M{across(day):.1f} {up.start:.1f}v5"/>')
    parts.append(f'<path class="axis" d="M{left:.1f} {up.start:.1f}H{right:.1f}"/>')
    parts.append(_text(0, 12, chart.y_axis, "tick", "start"))
    for place, course in enumerate(chart.courses):
        parts += _course(
            course, across, up, 4.0 * (place - (len(chart.courses) - 1) / 2), _DASHES[place % len(_DASHES)]
        )
    ends = [up(course.readings[-1].value) for course in chart.courses]
    for course, height in zip(chart.courses, apart(ends), strict=True):
        parts.append(
            _text(right + 12, height + 4, shortened(course.name, names - 16), f"name {course.meaning}", "start")
        )
    return _figure(chart.title, _LINES_HEIGHT, parts)


def _course(course: Course, across: Callable[[datetime.date], float], up: _Scale, aside: float, dash: str) -> list[str]:
    """The line, then the intervals and marks on it. `aside`: how far these are moved, so that courses do not hide one
    another."""
    places = [
        (across(reading.start) + across(reading.end + datetime.timedelta(days=1))) / 2 + aside
        for reading in course.readings
    ]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    parts, points = [], []
    for place, (x, reading) in enumerate(zip(places, course.readings, strict=True)):
        points.append(f"{x:.1f},{up(reading.value):.1f}")
        following = course.readings[place + 1].start if place + 1 < len(places) else None
        if following != reading.end + datetime.timedelta(days=1):  # the line does not bridge what was not read
            parts.append(f'<polyline class="line {course.meaning}" points="{" ".join(points)}"{dashed}/>')
            points = []
    for x, reading in zip(places, course.readings, strict=True):
        bounds = f"M{x:.1f} {up(reading.low):.1f}V{up(reading.high):.1f}"
        parts.append(f'<path class="range {course.meaning}" d="{bounds}"/>')
        kind = "mark" if reading.solid else "hollow"
        parts.append(f'<circle class="{kind} {course.meaning}" cx="{x:.1f}" cy="{up(reading.value):.1f}" r="4"/>')
    return parts


def apart(heights: Sequence[float], least: float = 16.0) -> list[float]:
    """Heights moved down where two are closer than `least`, in the order given."""
    moved = list(heights)
    order = sorted(range(len(moved)), key=lambda place: moved[place])
    for upper, lower in itertools.pairwise(order):
        moved[lower] = max(moved[lower], moved[upper] + least)
    return moved


def width(text: str) -> float:
    """About how wide a text is drawn, by its wide and narrow characters."""
    return _FONT * sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.56 for character in text)


def shortened(text: str, room: float) -> str:
    """The text, cut with an ellipsis where it would be wider than `room`."""
    if width(text) <= room:
        return text
    while text and width(text) > room - _FONT:
        text = text[:-1]
    return text.rstrip() + "…"


def _rows(chart: Intervals | Bars, across: _Scale, language: Language, mark: _Mark) -> str:
    height = _TOP + _ROW * len(chart.points) + _AXIS
    bottom = height - _AXIS + 4
    parts = []
    for tick in across.ticks:
        parts.append(f'<path class="grid" d="M{across(tick):.1f} 4V{bottom:.1f}"/>')
        parts.append(_text(across(tick), bottom + 16, _tick(tick, chart.share, language), "tick", "middle"))
    parts.append(_text((across.start + across.end) / 2, height - 6, chart.axis, "tick", "middle"))
    for place, point in enumerate(chart.points):
        middle = _ROW * (place + 0.5) + _TOP
        parts.append(_text(0, middle + 4, shortened(point.label, _LABELS - 16), "label", "start"))
        parts += mark(point, across, middle)
        if point.goal is not None:
            parts.append(f'<path class="goal" d="M{across(point.goal):.1f} {middle - 9:.1f}v18"/>')
    return _figure(chart.title, height, parts)


def _interval(point: Point, across: _Scale, middle: float) -> list[str]:
    parts = []
    if point.low is not None and point.high is not None:
        ends = f"M{across(point.low):.1f} {middle:.1f}H{across(point.high):.1f}"
        parts.append(f'<path class="range {point.meaning}" d="{ends}"/>')
    x = across(point.value)
    shape = (
        f'<circle class="mark {point.meaning}" cx="{x:.1f}" cy="{middle:.1f}" r="5"/>'
        if point.meaning == "primary"
        else f'<path class="mark {point.meaning}" d="M{x:.1f} {middle - 6:.1f}l6 6l-6 6l-6 -6z"/>'
    )
    return [*parts, shape, _text(x, middle - 9, point.shown, f"value {point.meaning}", "middle")]


def _bar(point: Point, across: _Scale, middle: float) -> list[str]:
    start, end = sorted((across(0), across(point.value)))
    far = end
    parts = [
        f'<rect class="mark {point.meaning}" x="{start:.1f}" y="{middle - 7:.1f}" width="{end - start:.1f}" height="14"/>'
    ]
    if point.low is not None and point.high is not None:
        far = max(far, across(point.high))
        ends = f"M{across(point.low):.1f} {middle:.1f}H{across(point.high):.1f}"
        parts.append(f'<path class="whisker" d="{ends}"/>')
    return [*parts, _text(far + 6, middle + 4, point.shown, f"value {point.meaning}", "start")]


def _band(one: Series, across: _Scale, up: _Scale) -> str:
    if not one.low:
        return ""
    above = [f"{across(x):.1f},{up(y):.1f}" for x, y in zip(one.x, one.high, strict=True)]
    below = [f"{across(x):.1f},{up(y):.1f}" for x, y in zip(one.x, one.low, strict=True)]
    return f'<polygon class="band {one.meaning}" points="{" ".join((*above, *reversed(below)))}"/>'


def _tick(value: float, share: bool, language: Language) -> str:
    rounded = round(value, 9) + 0.0
    return percent(rounded, language) if share else number(rounded, language)


def _text(x: float, y: float, text: str, classes: str, anchor: str) -> str:
    return f'<text class="{classes}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escaped(text)}</text>'


def _figure(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="img" aria-label="{escaped(title)}">{"".join(parts)}</svg>'
    )
