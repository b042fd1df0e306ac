"""The live result on the overview: the first sample, judged by the resident model now."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.sentiment.schema import Input, Output
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import percent, t


def draw() -> None:
    """The sample, its label, and how sure we are."""
    text = t("sentiment-sample")
    output: Output = runtime.predict("sentiment", [Input(text=text)])[0]
    st.markdown(f":material/format_quote: {escape(text)}")
    st.markdown(f":material/sentiment_satisfied: {t(f'sentiment-label-{output.label}')}")
    st.caption(t("sentiment-miniature", confidence=percent(output.confidence)))
