"""The text beside an edited one: negate, swap a name, change a word, or write freely, and see what moves."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from bigmodel_apps.problems import InputError
from bigmodel_apps.sentiment import edits
from bigmodel_apps.sentiment.explanation import word_spans
from bigmodel_apps.sentiment.schema import MAX_TEXT, Output
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import percent, t
from bigmodel_apps.ui.problems import attempt, guard
from pages.sentiment.looks import confidence, headline

EDITED = "sentiment-edited"
_OF = "sentiment.edited-of"
_OLD, _NEW = "sentiment-edit-old", "sentiment-edit-new"
_WORDS = 60


def compare(text: str, output: Output, judge: Callable[[str], Output]) -> None:
    """Both texts with their verdicts. A new text is first shown negated, where that can be done."""
    if st.session_state.get(_OF) != text:
        st.session_state[_OF] = text
        st.session_state[EDITED] = _negated(text)
    with st.container(border=True, key="sentiment-compare", gap="small"):
        _tools(text)
        left, right = st.columns(2, gap="medium")
        with left:
            st.markdown(f"{t('sentiment-compare-before')} {headline(output)} · {percent(confidence(output))}")
            with st.container(height=110, border=False):
                st.markdown(escape(text))
        with right:
            above = st.container()
            edited = (
                st.text_area(
                    t("sentiment-compare-edited"),
                    max_chars=MAX_TEXT,
                    key=EDITED,
                    height=92,
                    label_visibility="collapsed",
                    persist_state="session",
                )
                or ""
            ).strip()
            with above, guard():
                _verdict(text, edited, output, judge)


def _verdict(text: str, edited: str, output: Output, judge: Callable[[str], Output]) -> None:
    if not edited or edited == text.strip():
        st.markdown(t("sentiment-compare-same"))
        return
    after = judge(edited)
    moved = round(100 * edits.change(output, after).positive)
    icon = ":material/trending_up:" if moved > 0 else ":material/trending_down:"
    if moved:
        change = t("sentiment-compare-moved", points=abs(moved), more=str(moved > 0).lower())
    else:
        icon, change = ":material/trending_flat:", t("sentiment-compare-unmoved")
    st.markdown(
        f"{t('sentiment-compare-after')} {headline(after)} · {percent(confidence(after))} :gray[{icon} {change}]"
    )


def _tools(text: str) -> None:
    """What can be done to the text with one click."""
    name = edits.first_name(text)
    words = list(dict.fromkeys(text[start:end] for start, end in word_spans(text)))[:_WORDS]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{t('sentiment-compare')}**", width="content")
        st.space("stretch")
        st.button(
            t("sentiment-edit-negate"),
            icon=":material/block:",
            key="sentiment-edit-negate",
            on_click=attempt,
            args=(_set, text, lambda: edits.negate(text).after),
        )
        st.menu_button(
            t("sentiment-edit-name"),
            [other for other in name[2] if other != text[name[0] : name[1]]] if name else [t("sentiment-edit-no-name")],
            icon=":material/badge:",
            key="sentiment-edit-name",
            disabled=name is None,
            help=None if name else t("sentiment-edit-no-name"),
            on_click=attempt,
            args=(_swap, text),
        )
        with st.popover(t("sentiment-edit-word"), icon=":material/find_replace:", key="sentiment-edit-word"):
            st.selectbox(t("sentiment-edit-old"), words, format_func=str, key=_OLD)
            st.text_input(t("sentiment-edit-new"), max_chars=60, key=_NEW)
            st.button(
                t("sentiment-edit-apply"),
                type="primary",
                key="sentiment-edit-apply",
                on_click=attempt,
                args=(_replace, text),
            )
        st.button(
            t("sentiment-edit-reset"),
            icon=":material/undo:",
            type="tertiary",
            key="sentiment-edit-reset",
            on_click=_set,
            args=(text, lambda: text),
        )


def _negated(text: str) -> str:
    try:
        return edits.negate(text).after
    except InputError:
        return text


def _set(text: str, edit: Callable[[], str]) -> None:
    st.session_state[EDITED] = edit()
    st.session_state[_OF] = text


def _swap(text: str) -> None:
    chosen = st.session_state["sentiment-edit-name"]
    _set(text, lambda: edits.swap_name(text, chosen)[0].after)


def _replace(text: str) -> None:
    old, new = st.session_state[_OLD] or "", (st.session_state[_NEW] or "").strip()
    _set(text, lambda: edits.change_word(text, old, new).after)
