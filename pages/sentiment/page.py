"""Sentiment: type a text, see what it thinks."""

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.sentiment.schema import Input
from bigmodel_apps.ui.header import header
from bigmodel_apps.ui.language import percent, t

header("sentiment")
text = st.text_area(t("sentiment-text"), t("sentiment-sample"), max_chars=20_000, key="sentiment-text")
if text.strip():
    output = runtime.predict("sentiment", [Input(text=text)])[0]
    st.markdown(t(f"sentiment-label-{output.label}"))
    st.caption(t("sentiment-miniature", confidence=percent(output.confidence)))
