"""A file from the user: read once, its problems in words, and what was there before stays until it is replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, t
from bigmodel_apps.ui.problems import show

T = TypeVar("T")


@dataclass(frozen=True)
class Upload(Generic[T]):
    """A file that was read: its name, what the parser made of it, and an id that no other upload has."""

    name: str
    value: T
    id: str


def upload(
    label: str,
    parse: Callable[[bytes, str], T],
    *,
    key: str,
    types: Sequence[str],
    max_mb: int = 50,
    help: str,
) -> Upload[T] | None:
    """An uploader and the last file that could be read.

    Args:
        label: Translated; what to drop here.
        parse: Content and file name to a value; raises `InputError`. Called once a file.
        key: Unique in the app.
        types: File extensions without the dot.
        max_mb: Largest file in megabytes.
        help: Translated; more about the format.

    Returns:
        The last file that `parse` accepted in this session, until the user removes it; None before that.
    """
    kept, seen, problems, removed = f"{key}.kept", f"{key}.seen", f"{key}.problems", f"{key}.removed"
    times: int = st.session_state.get(removed, 0)
    widget = f"{key}-{times}" if times else key  # a new key empties the widget: there is no other way

    def changed() -> None:
        held: Upload[T] | None = st.session_state.get(kept)
        if st.session_state[widget] is None and held is not None and held.id == st.session_state.get(seen):
            del st.session_state[kept]  # its cross was clicked

    file = st.file_uploader(
        label,
        type=list(types),
        key=widget,
        on_change=changed,
        help=help,
        max_upload_size=max_mb,
    )
    if current() != "en":  # what the widget says of itself is English, whatever the page's language
        listed = t("list-separator").join(kind.upper() for kind in types)
        st.caption(t("upload-widget", types=listed, size=max_mb))
    if file is not None and st.session_state.get(seen) != file.file_id:
        st.session_state[seen] = file.file_id
        st.session_state[problems] = ()
        try:
            with st.spinner(t("upload-reading")):
                st.session_state[kept] = Upload(file.name, parse(file.getvalue(), file.name), file.file_id)
        except InputError as error:
            st.session_state[problems] = error.problems
    found: tuple[Problem, ...] = st.session_state.get(problems, ()) if file is not None else ()
    result: Upload[T] | None = st.session_state.get(kept)
    show(found, title=t("upload-refused"))
    if result is None or (file is not None and file.file_id == result.id):
        return result  # the widget names it, with a cross that removes it

    def remove() -> None:
        st.session_state.pop(kept, None)
        st.session_state[removed] = times + 1

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("upload-kept" if found else "upload-in-use", name=escape(result.name)), width="content")
        st.button(t("upload-remove"), key=f"{key}-remove", icon=":material/close:", type="tertiary", on_click=remove)
    return result
