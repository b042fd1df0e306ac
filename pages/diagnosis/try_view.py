"""One image and its verdict: a patient who does not exist, or a file of one's own."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.diagnosis import gallery
from bigmodel_apps.diagnosis.model import Draw
from bigmodel_apps.diagnosis.schema import Input, Options
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, number, t
from bigmodel_apps.ui.problems import guard
from bigmodel_apps.vision import reading
from bigmodel_apps.vision.pictures import Picture
from pages.diagnosis.choices import DOMAIN, answering
from pages.diagnosis.looks import class_word, verdict_line

_SEED = "diagnosis-seed"
_PATIENT = "diagnosis-patient"
_WIDTH = 260


def try_view() -> None:
    """The view."""
    file = st.file_uploader(t("diagnosis-upload"), key="diagnosis-file")
    with guard():
        picture = reading.read(file.getvalue(), file.name)[0] if file is not None else _patient()
        options = Options(language=current())
        (output,) = runtime.predict(DOMAIN, [Input.of(picture)], options=options, model=answering())
        left, right = st.columns([1, 2], gap="medium")
        left.image(picture.image(), width=_WIDTH)
        with right:
            st.subheader(verdict_line(output), anchor=False)
            for name, share in (output.probabilities or {}).items():
                st.progress(share, text=f"{class_word(name)}: {number(share)}")
            for note in output.notes:
                st.caption(escape(note.text))
            st.caption(t("diagnosis-distance", distance=number(output.distance)))
    st.warning(t("diagnosis-notice"), icon=":material/warning:")


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
