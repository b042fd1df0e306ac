"""The live result on the overview: a patient of the gallery, who does not exist."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.diagnosis import gallery
from bigmodel_apps.diagnosis.schema import Input, Options
from bigmodel_apps.ui.language import current, t
from pages.diagnosis.looks import verdict_line


def draw() -> None:
    """The image and its verdict."""
    (picture,) = gallery.draw([gallery.SAMPLES[gallery.FIRST]])
    options = Options(language=current(), heatmap=False)
    (output,) = runtime.predict("diagnosis", [Input.of(picture)], options=options)
    left, right = st.columns([1, 3], vertical_alignment="center")
    left.image(picture.image(), width=84)
    right.markdown(verdict_line(output))
    st.caption(t("diagnosis-miniature"))
