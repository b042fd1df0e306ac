"""A file from the user: read once, its problems in words, and what was there before stays until it is replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

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
    return _upload(label, lambda files: parse(files[0][1], files[0][0]), key, types, max_mb, help, several=False)


def uploads(
    label: str,
    parse: Callable[[Sequence[tuple[str, bytes]]], T],
    *,
    key: str,
    types: Sequence[str],
    max_mb: int = 50,
    help: str,
) -> Upload[T] | None:
    """The same for files that are dropped together and read as one; named after the first and how many there are.

    Args:
        parse: Names and contents to a value; raises `InputError`. Called once for the same files.
        max_mb: Largest of the files in megabytes.
    """
    return _upload(label, parse, key, types, max_mb, help, several=True)


def _upload(
    label: str,
    parse: Callable[[Sequence[tuple[str, bytes]]], T],
    key: str,
    types: Sequence[str],
    max_mb: int,
    help: str,
    several: bool,
) -> Upload[T] | None:
    kept, seen, problems, removed = f"{key}.kept", f"{key}.seen", f"{key}.problems", f"{key}.removed"
    times: int = st.session_state.get(removed, 0)
    widget = f"{key}-{times}" if times else key  # a new key empties the widget: there is no other way

    def changed() -> None:
        held: Upload[T] | None = st.session_state.get(kept)
        if not st.session_state[widget] and held is not None and held.id == st.session_state.get(seen):
            del st.session_state[kept]  # its cross was clicked

    shown = partial(st.file_uploader, label, list(types), key=widget, on_change=changed, help=help)
    given: Any = shown(accept_multiple_files=several, max_upload_size=max_mb)
    files = given if isinstance(given, list) else [given] if given is not None else []
    if current() != "en":  # what the widget says of itself is English, whatever the page's language
        listed = t("list-separator").join(kind.upper() for kind in types)
        st.caption(t("upload-widget", types=listed, size=max_mb))
    id = _id_of([file.file_id for file in files])
    if files and st.session_state.get(seen) != id:
        st.session_state[seen] = id
        st.session_state[problems] = ()
        try:
            with st.spinner(t("upload-reading")):
                value = parse([(file.name, file.getvalue()) for file in files])
                st.session_state[kept] = Upload(_name_of([file.name for file in files]), value, id)
        except InputError as error:
            st.session_state[problems] = error.problems
    found: tuple[Problem, ...] = st.session_state.get(problems, ()) if files else ()
    result: Upload[T] | None = st.session_state.get(kept)
    show(found, title=t("upload-refused"))
    if result is None or (files and id == result.id):
        return result  # the widget names it, with a cross that removes it

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("upload-kept" if found else "upload-in-use", name=escape(result.name)), width="content")
        st.button(
            t("upload-remove"),
            key=f"{key}-remove",
            icon=":material/close:",
            type="tertiary",
            on_click=forget,
            args=(key,),
        )
    return result


def forget(key: str) -> None:
    """Forget what was read and empty the widget, as if the user had removed every file. For callbacks.

    Args:
        key: Of `upload` or `uploads`.
    """
    st.session_state.pop(f"{key}.kept", None)
    st.session_state[f"{key}.removed"] = st.session_state.get(f"{key}.removed", 0) + 1


def _id_of(ids: Sequence[str]) -> str:
    """One id for files together; that of the file where it is one."""
    return ids[0] if len(ids) == 1 else hashlib.sha256("\n".join(ids).encode()).hexdigest()


def _name_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else t("upload-several", name=names[0], more=len(names) - 1)
