"""The live result on the overview: the first example, judged by the resident model now."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.sentiment.schema import Input, Output
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, percent, t
from pages.sentiment.choices import DOMAIN
from pages.sentiment.examples import EXAMPLES
from pages.sentiment.looks import coloured


def draw() -> None:
    """The text, the verdict on it, and how sure we are."""
    text = next(iter(EXAMPLES[current()].values()))
    output: Output = runtime.predict(DOMAIN, [Input(text=text)])[0]
    st.markdown(f":material/format_quote: {escape(text)}")
    st.markdown(coloured(output.label))
    st.caption(t("sentiment-miniature", confidence=percent(output.confidence)))
