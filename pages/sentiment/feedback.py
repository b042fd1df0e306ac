"""“This is wrong, it is …”: one click keeps a correction, from which one's own labels are learned."""

from __future__ import annotations

from hashlib import blake2b

import streamlit as st

from bigmodel_apps.sentiment import corrections
from bigmodel_apps.sentiment.schema import Output
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt
from pages.sentiment.looks import LOOKS, word


def correction(text: str, output: Output, place: str) -> None:
    """The labels that a text may have; the one chosen is kept in the workspace, and shown when one comes back.

    Args:
        text: As it was judged.
        output: Its verdict.
        place: Where it is asked; unique on the page.
    """
    key = f"sentiment-correct-{place}-{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}"
    options = corrections.choices(owner())
    given = next((said.label for said in corrections.listed(owner()) if said.text == text), None)
    st.session_state.setdefault(key, given if given in options else None)
    with st.container(horizontal=True, vertical_alignment="center", key=f"sentiment-correct-{place}"):
        st.caption(t("sentiment-correct"), width="content")
        st.pills(
            t("sentiment-correct"),
            options,
            format_func=label_word,
            key=key,
            label_visibility="collapsed",
            on_change=attempt,
            args=(_keep, key, text, output),
        )


def label_word(label: str) -> str:
    """A label in words: ours translated, the user's own as it is."""
    return word(label) if label in LOOKS else escape(label)


def _keep(key: str, text: str, output: Output) -> None:
    label = st.session_state[key]
    if label is None:
        known = [said.id for said in corrections.listed(owner()) if said.text == text]
        corrections.delete(owner(), known)
        st.toast(t("sentiment-correct-taken-back"), icon=":material/undo:")
        return
    corrections.give(owner(), text, label, output)
    st.toast(t("sentiment-correct-kept"), icon=":material/inbox:")
