"""Measurements: what properties of a biopsy's cell nuclei say of breast cancer, for one biopsy or for many."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from bigmodel_apps.diagnosis import measurements
from bigmodel_apps.diagnosis.measurements import KINDS, MEANS, PROPERTIES, Sample, name_of
from bigmodel_apps.ui.language import number, t
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.diagnosis import risk_card
from pages.diagnosis.biopsies_part import biopsies_part

HOW, SAMPLE = "diagnosis-risk-how", "diagnosis-risk-sample"

_WAYS = ("sliders", "table", "rows")
_CLEARED = "diagnosis-risk.cleared"


def measurements_view() -> None:
    """The view."""
    show_attempted()
    with st.container(horizontal=True, vertical_alignment="center"):
        how = st.segmented_control(
            t("diagnosis-risk-how"),
            _WAYS,
            default=_WAYS[0],
            required=True,
            format_func=lambda way: t(f"diagnosis-risk-how-{way}"),
            key=HOW,
            persist_state="session",
            label_visibility="collapsed",
        )
        sample = _sample() if how != "rows" else None
    if sample is None:
        biopsies_part()
    else:
        left, right = st.columns([2, 3] if how == "sliders" else [5, 6], gap="medium")
        with left:
            given = _sliders() if how == "sliders" else _table(sample)
            at = risk_card.prevalence()
        with right, guard():
            if given:
                risk_card.card(given, at)
                _known(sample, given)
            else:
                st.info(t("diagnosis-risk-nothing"), icon=":material/edit:")
    st.caption(t("diagnosis-risk-about"))


def slider(name: str) -> str:
    """Key of the slider of a measurement."""
    return f"diagnosis-risk-{name.replace(' ', '-')}"


def _sample() -> Sample:
    """The biopsy to start from."""
    found = measurements.samples()
    if slider(MEANS[0]) not in st.session_state:
        _fill(found[1])
    place = st.pills(
        t("diagnosis-risk-samples"),
        range(len(found)),
        format_func=lambda one: number(one + 1),
        default=1,
        required=True,
        key=SAMPLE,
        persist_state="session",
        on_change=_chosen,
        label_visibility="collapsed",
    )
    return found[place]


def _chosen() -> None:
    _fill(measurements.samples()[st.session_state[SAMPLE]])


def _fill(sample: Sample) -> None:
    """Put the sliders and the table where a biopsy has them."""
    for name in MEANS:
        st.session_state[slider(name)] = sample.values[name]
    st.session_state[_CLEARED] = 0


def _known(sample: Sample, given: dict[str, float]) -> None:
    """What the biopsy was in truth, or that it was changed."""
    known = t("diagnosis-risk-malignant" if sample.malignant else "diagnosis-risk-benign")
    same = given.items() <= sample.values.items()
    st.caption(t("diagnosis-risk-sample-known" if same else "diagnosis-risk-sample-moved", known=known))


def _sliders() -> dict[str, float]:
    """The ten means, from well below to well above what training held."""
    model, given = measurements.adapted(MEANS), {}
    with st.grid(2, min_column_width=110, gap=("xxsmall", "small"), key="diagnosis-risk-grid"):
        for place, name in enumerate(MEANS):
            low, high = float(model.lowest[place]), float(model.highest[place])
            step = 10.0 ** math.floor(math.log10((high - low) / 50))
            given[name] = st.slider(
                _property(PROPERTIES[place]).capitalize(),
                max(0.0, low - (high - low) / 4),
                high + (high - low) / 4,
                step=step,
                format=f"%.{max(0, -math.floor(math.log10(step)))}f",
                key=slider(name),
                persist_state="session",
                help=t("diagnosis-risk-range", low=number(low), high=number(high)),
            )
    return given


def _table(sample: Sample) -> dict[str, float]:
    """Any of the thirty: a row a property, a column a kind; what is empty was not measured."""
    cleared: int = st.session_state.get(_CLEARED, 0)
    columns = {kind: t(f"diagnosis-kind-{kind}") for kind in KINDS}
    frame = pd.DataFrame(
        {
            columns[kind]: [None if cleared else sample.values[name_of(kind, one)] for one in PROPERTIES]
            for kind in KINDS
        },
        index=pd.Index(list(map(_property, PROPERTIES)), name=t("diagnosis-risk-property")),
        dtype="float64",
    )
    edited = st.data_editor(
        frame,
        column_config={
            title: st.column_config.NumberColumn(title, min_value=0.0, format="%.4g", width=84)
            for title in columns.values()
        },
        key=f"diagnosis-risk-table-{st.session_state.get(SAMPLE)}-{cleared}",
        alt=t("diagnosis-risk-how-table"),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("diagnosis-risk-table-help"))
        st.button(t("diagnosis-risk-clear"), icon=":material/backspace:", key="diagnosis-risk-clear", on_click=_clear)
    return {
        name_of(kind, one): float(value)
        for kind, title in columns.items()
        for one, value in zip(PROPERTIES, edited[title], strict=True)
        if value is not None and not math.isnan(value)
    }


def _property(name: str) -> str:
    return t(f"diagnosis-property-{name.replace(' ', '-')}")


def _clear() -> None:
    st.session_state[_CLEARED] = st.session_state.get(_CLEARED, 0) + 1
