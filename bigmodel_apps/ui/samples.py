"""Sample pills: one click fills an input, and the first sample is there when the page opens."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import t


def samples(target: str, texts: Sequence[str], labels: Sequence[str] | None = None) -> None:
    """Pills that write a sample into the widget with key `target`. Call it above that widget.

    The widget opens with the first sample. A sample that the user left unchanged changes with `texts`, so it follows
    the language; what the user typed stays.

    Args:
        target: Key of a text widget, whose value is kept over page switches (``persist_state="session"``).
        texts: The samples.
        labels: What the pills say, where the samples are too long for a pill.
    """
    chosen, pills = f"{target}.sample", f"{target}-samples"
    last: tuple[int, str] | None = st.session_state.get(chosen)
    if target not in st.session_state or (last and st.session_state[target] == last[1]):
        index = last[0] if last and last[0] < len(texts) else 0
        st.session_state[target] = texts[index]
        st.session_state[chosen] = (index, texts[index])
    text = st.session_state[target]
    st.session_state[pills] = texts.index(text) if text in texts else None

    def fill() -> None:
        index = st.session_state[pills]
        if index is not None:
            st.session_state[target] = texts[index]
            st.session_state[chosen] = (index, texts[index])

    st.pills(
        t("samples-label"),
        range(len(texts)),
        format_func=lambda index: escape((labels or texts)[index]),
        key=pills,
        on_change=fill,
        label_visibility="collapsed",
    )
