"""Several images of one patient side by side: one zoom and one window for all of them, the verdict under each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bigmodel_apps import runtime
from bigmodel_apps.diagnosis import gallery
from bigmodel_apps.diagnosis.schema import Input, Options, Output
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, t
from bigmodel_apps.ui.palette import MARKDOWN
from bigmodel_apps.ui.problems import guard
from bigmodel_apps.vision.pictures import Picture, Window, framed
from pages.diagnosis.choices import DOMAIN, serving
from pages.diagnosis.looks import class_word, departures, probabilities, verdict_line
from pages.diagnosis.opened import Opened, own_images

_MOST = 4
_SIDE, _WIDTH = 512, 260  # pixels of a view, and on the page where there is room
_ZOOM = 8.0
_KEY = "diagnosis-compare"
_WINDOWS = ("file", "whole", "own")
_STEPS = 200


@dataclass(frozen=True, eq=False)
class _Named:
    """A picture and what it is called here."""

    name: str
    picture: Picture


@dataclass(frozen=True)
class _Place:
    """What of each picture is seen: how much it is magnified, and where."""

    zoom: float = 1.0
    across: float = 0.5
    down: float = 0.5


def compare_view() -> None:
    """The view."""
    with guard():
        some = _chosen()
        if some:
            _beside(some)


def _chosen() -> list[_Named]:
    """The pictures to be compared: of the visitor's files, or two drawn patients."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ways, own = st.container(width="content"), st.container(width="content")
        with own:
            files = own_images()
        if not files:
            ways.caption(t("diagnosis-compare-none"))
            drawn = gallery.draw([gallery.SAMPLES[0], gallery.SAMPLES[gallery.FIRST]])
            return [_Named(t("diagnosis-file-word", number=place + 1), one) for place, one in enumerate(drawn)]
        every = _named(files)
        with ways:
            places = st.pills(
                t("diagnosis-compare-which", most=_MOST),
                range(len(every)),
                selection_mode="multi",
                default=list(range(min(len(every), _MOST))),
                format_func=lambda place: every[place].name,
                key=f"{_KEY}-which-{len(every)}",
            )
    if len(places) < 2:
        st.info(t("diagnosis-compare-one"), icon=":material/view_column:")
    return [every[place] for place in sorted(places)[:_MOST]]


def _named(files: Sequence[Opened]) -> list[_Named]:
    """Every picture of every file."""
    found = []
    for file in files:
        for picture in file.pictures:
            several = len(file.pictures) > 1
            name = t("diagnosis-compare-frame", file=file.name, frame=picture.frame + 1) if several else file.name
            found.append(_Named(escape(name), picture))
    return found


@st.fragment
@guard()
def _beside(some: Sequence[_Named]) -> None:
    """The pictures, what is seen of them, and the verdicts. A fragment: zoom and window rerun nothing else."""
    place, windowed, seen = _controls([one.picture for one in some])
    model, options = serving(Options(language=current(), heatmap=False))
    read = windowed if seen else [one.picture for one in some]
    outputs: list[Output] = runtime.predict(DOMAIN, [Input.of(one) for one in read], options=options, model=model)
    if len(some) > 1:
        _together(some, outputs)
    for column, one, shown, output in zip(st.columns(len(some)), some, windowed, outputs, strict=True):
        with column:
            _panel(one, shown, place, output)


def _panel(one: _Named, shown: Picture, place: _Place, output: Output) -> None:
    pixels = framed(shown.pixels, _SIDE, place.zoom, place.across, place.down)
    st.image(pixels, width=_WIDTH, alt=one.name)
    st.caption(one.name)
    st.markdown(f"**{verdict_line(output)}**")
    probabilities(output)
    if output.notes:
        label = t("diagnosis-compare-notes", count=len(output.notes))
        with st.expander(label, icon=":material/info:", type="compact"):
            departures(output)


def _together(some: Sequence[_Named], outputs: Sequence[Output]) -> None:
    """Whether the verdicts agree, first, as it is what several images are looked at for."""
    said = [class_word(one.label) if one.label else t("diagnosis-state-unknown-kind") for one in outputs]
    if len(set(said)) == 1:
        st.markdown(f":{MARKDOWN['good']}[:material/check: {t('diagnosis-compare-same')}]")
        return
    verdicts = t("list-separator").join(
        t("diagnosis-compare-verdict", name=one.name, verdict=word) for one, word in zip(some, said, strict=True)
    )
    st.markdown(f":{MARKDOWN['unsure']}[:material/compare: {t('diagnosis-compare-differ', verdicts=verdicts)}]")


# --- What is seen -------------------------------------------------------------------------------------------------


def _controls(pictures: Sequence[Picture]) -> tuple[_Place, list[Picture], bool]:
    """Zoom and window, the same for all, and whether verdicts are on what is seen.

    Returns:
        The place, the pictures as windowed, and that.
    """
    with st.container(border=True):
        *places, window = st.columns([2, 2, 2, 5], gap="medium")
        place = _place(places)
        with window:
            way = st.segmented_control(
                t("diagnosis-compare-window"),
                _WINDOWS,
                default=_WINDOWS[0],
                required=True,
                format_func={name: t(f"diagnosis-compare-window-{name}") for name in _WINDOWS}.__getitem__,
                key=f"{_KEY}-window",
            )
        if way == "file":
            return place, list(pictures), False
        *ranges, ask = st.columns([3, 3, 5], gap="medium", vertical_alignment="center")
        shown = [one.between(*one.range) for one in pictures] if way == "whole" else _windowed(pictures, ranges)
        seen = ask.toggle(t("diagnosis-compare-ask"), key=f"{_KEY}-ask", help=t("diagnosis-compare-ask-help"))
    return place, shown, seen


def _place(columns: Sequence[DeltaGenerator]) -> _Place:
    first, *rest = columns
    zoom = first.slider(
        t("diagnosis-compare-zoom"),
        1.0,
        _ZOOM,
        1.0,
        0.5,
        format="%.1f×",
        key=f"{_KEY}-zoom",
        help=t("diagnosis-compare-scale"),
    )
    whole = zoom == 1
    across, down = (
        column.slider(
            t(f"diagnosis-place-{name}"), 0.0, 1.0, 0.5, 0.01, format="percent", key=f"{_KEY}-{name}", disabled=whole
        )
        for column, name in zip(rest, ("across", "down"), strict=True)
    )
    return _Place() if whole else _Place(zoom, across, down)


def _windowed(pictures: Sequence[Picture], columns: Sequence[DeltaGenerator]) -> list[Picture]:
    """In the files' own units where all of them have some, else in shares of each picture's range."""
    ranges = [one.range for one in pictures]
    sources = [one.source for one in pictures if one.source is not None]
    if len(sources) == len(pictures):
        bits = max(int(one.facts.get("bits", 8)) for one in pictures)
        st.caption(t("diagnosis-compare-units", bits=bits))
        low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
        level, width = _level_and_width(low, high, sources[0].windows[0], columns)
        return [one.between(level - width / 2, level + width / 2) for one in pictures]
    st.caption(t("diagnosis-compare-relative"))
    level, width = _level_and_width(0.0, 1.0, None, columns)
    return [
        one.between(low + (level - width / 2) * (high - low), low + (level + width / 2) * (high - low))
        for one, (low, high) in zip(pictures, ranges, strict=True)
    ]


def _level_and_width(
    low: float, high: float, window: Window | None, columns: Sequence[DeltaGenerator]
) -> tuple[float, float]:
    """Two sliders, beginning at a file's own window, in its units; at the whole range, in shares, without one."""
    step = (high - low) / _STEPS or 1.0
    level, width = (window.centre, window.width) if window is not None else ((low + high) / 2, high - low)
    ends = {"level": (low, low + step * _STEPS, level), "width": (step, step * _STEPS, width)}
    first, second = (
        column.slider(
            t(f"diagnosis-range-{name}"),
            least,
            most,
            min(max(value, least), most),
            step,
            format="percent" if window is None else "%.0f",
            key=f"{_KEY}-{name}-{low:g}-{high:g}",
        )
        for column, (name, (least, most, value)) in zip(columns, ends.items(), strict=True)
    )
    return first, second
