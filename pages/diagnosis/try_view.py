"""One image and its verdict: a patient who does not exist, or a file of one's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.diagnosis import gallery
from bigmodel_apps.diagnosis.model import Draw
from bigmodel_apps.diagnosis.schema import Input, Options, Output
from bigmodel_apps.reporting.diagnosis import removed_table
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.problems import guard
from bigmodel_apps.ui.upload import Upload, upload
from bigmodel_apps.vision import dicom, reading
from bigmodel_apps.vision.pictures import Picture
from pages.diagnosis.choices import DOMAIN, answering
from pages.diagnosis.looks import class_word, overlaid, verdict_line

TYPES = ("png", "jpg", "jpeg", "webp", "tif", "tiff", "gif", "dcm")
UPLOAD = "diagnosis-file"

_SEED = "diagnosis-seed"
_PATIENT = "diagnosis-patient"
_WIDTH = 300
_MAX_MB = 64
_EVEN = 0.5


def try_view() -> None:
    """The view."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        choice, shown = st.container(), st.container()  # the picture stands above the way to another one
        pictures = _uploaded()
        with choice:
            picture = _patient() if not pictures else pictures[_frame(len(pictures))]
    with right, guard():
        options = _options()
        (output,) = runtime.predict(DOMAIN, [Input.of(picture)], options=options, model=answering())
        _verdict(output)
        opacity = _map_settings(output)
        notes = [note.text for note in output.notes]
        if notes:
            st.caption("  \n".join(f":material/info: {escape(note)}" for note in notes))
        with shown:
            st.image(overlaid(picture, output, opacity), width=_WIDTH)
            if output.heatmap is not None and opacity > 0:
                rows, columns = np.shape(output.heatmap)
                st.caption(
                    t("diagnosis-map-grid", rows=rows, columns=columns, name=class_word(output.heatmap_class or ""))
                )
    _removed(picture)
    st.warning(t("diagnosis-notice"), icon=":material/warning:")


def _uploaded() -> list[Picture]:
    """The pictures of the file dropped last; none without one."""
    found: Upload[tuple[list[Picture], bytes]] | None = upload(
        t("diagnosis-upload"),
        lambda content, name: (reading.read(content, name), content),
        key=UPLOAD,
        types=TYPES,
        max_mb=_MAX_MB,
        help=t("diagnosis-upload-help"),
    )
    return found.value[0] if found is not None else []


def _frame(frames: int) -> int:
    """Which picture of a file, from 0."""
    if frames == 1:
        return 0
    return int(st.number_input(t("diagnosis-frame", frames=frames), 1, frames, 1, key="diagnosis-frame")) - 1


def _patient() -> Picture:
    """The patient of the gallery that this visitor looks at."""
    places = range(len(gallery.SAMPLES))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.pills(
            t("diagnosis-patients"), places, format_func=lambda one: number(one + 1), default=1, key=_PATIENT
        )
        st.button(t("diagnosis-new-patient"), icon=":material/casino:", on_click=_next, key="diagnosis-new")
    seed = st.session_state.get(_SEED)
    chosen = Draw(seed % 2, seed) if place is None and seed is not None else gallery.SAMPLES[place or 0]
    st.caption(t("diagnosis-nobody"))
    return gallery.draw([chosen])[0]


def _next() -> None:
    """A seed that nobody has seen, in the place of the samples."""
    st.session_state[_SEED] = st.session_state.get(_SEED, len(gallery.SAMPLES) - 1) + 1
    st.session_state[_PATIENT] = None


def _options() -> Options:
    """What the verdict takes for granted: how many of those asked about are ill, and how much may stay unanswered."""
    with st.container(horizontal=True):
        prevalence = st.slider(
            t("diagnosis-prevalence"),
            0.01,
            0.99,
            _EVEN,
            0.01,
            format="percent",
            key="diagnosis-prevalence",
            help=t("diagnosis-prevalence-help"),
        )
        coverage = st.slider(
            t("diagnosis-coverage"),
            0.5,
            1.0,
            0.9,
            0.05,
            format="percent",
            key="diagnosis-coverage",
            help=t("diagnosis-coverage-help"),
        )
    return Options(
        language=current(),
        coverage=coverage,
        prevalence=None if prevalence == _EVEN else prevalence,
        heatmap_class=st.session_state.get("diagnosis-map-class"),
    )


def _verdict(output: Output) -> None:
    """The verdict in words, the probabilities with their range, or what it is that is not known."""
    st.subheader(verdict_line(output), anchor=False)
    for name, share in (output.probabilities or {}).items():
        low, high = (output.interval or {})[name]
        text = t(
            "diagnosis-probability", name=class_word(name), share=percent(share), low=percent(low), high=percent(high)
        )
        st.progress(share, text=text)
    if output.verdict == "unknown_kind":
        strange = [t(f"diagnosis-distance-{name}") for name, found in output.distances.items() if found > 1]
        st.markdown(t("diagnosis-strange", what=t("list-separator").join(strange)))
    farthest = max(output.distances, key=lambda name: output.distances[name])
    what = t(f"diagnosis-distance-{farthest}")
    st.caption(t("diagnosis-distance", distance=number(output.distance), farthest=what))


def _map_settings(output: Output) -> float:
    """For which class the map is drawn, and how opaque; 0 where there is none."""
    if output.heatmap is None:
        return 0.0
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            t("diagnosis-map-class"),
            list(output.probabilities or {}),
            format_func=class_word,
            key="diagnosis-map-class",
        )
        return st.slider(t("diagnosis-map-opacity"), 0.0, 1.0, 0.4, 0.05, key="diagnosis-map-opacity", width=220)


def _removed(picture: Picture) -> None:
    """What the file said beside its picture and that is gone, and the file without it."""
    if not picture.removed:
        return
    with st.expander(t("diagnosis-gone-title", count=len(picture.removed)), icon=":material/shield_person:"):
        found = removed_table(picture.removed, current())
        st.dataframe(pd.DataFrame(found.rows, columns=list(found.columns)), hide_index=True, alt=t("dr-removed"))
        kept: Upload[tuple[list[Picture], bytes]] | None = st.session_state.get(f"{UPLOAD}.kept")
        if picture.kind == "dicom" and kept is not None:
            st.download_button(
                t("diagnosis-gone-download"),
                lambda: dicom.deidentified(kept.value[1]).content,
                "image.dcm",
                "application/dicom",
                icon=":material/download:",
                key="diagnosis-gone-download",
                on_click="ignore",
            )
