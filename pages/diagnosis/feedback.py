"""“It should be …”: one click keeps a correction, from which a new version can learn."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from bigmodel_apps.diagnosis import corrections
from bigmodel_apps.diagnosis.corrections import Correction
from bigmodel_apps.diagnosis.schema import Output
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, guard
from bigmodel_apps.vision.pictures import Picture
from pages.diagnosis.looks import class_word

_SHOWN = 20


def correction(picture: Picture, output: Output, classes: Sequence[str]) -> None:
    """The classes that an image may be of; the one chosen is kept in the workspace, and shown when the image comes back.

    Args:
        classes: Of the model that answered.
    """
    image, found = corrections.key_of(picture), corrections.listed(owner())
    key = f"diagnosis-correct-{image}"
    given = next((one.label for one in found if one.key == image), None)
    st.session_state[key] = given if given in classes else None
    with st.container(horizontal=True, vertical_alignment="center", key="diagnosis-correct"):
        st.caption(t("diagnosis-correct"), width="content")
        st.pills(
            t("diagnosis-correct"),
            classes,
            format_func=class_word,
            key=key,
            label_visibility="collapsed",
            width="content",
            on_change=attempt,
            args=(_keep, key, picture, output),
        )
        if found:
            with st.popover(
                t("diagnosis-corrections", count=len(found)), icon=":material/inbox:", key="diagnosis-corrections"
            ):
                _list(found)


@guard()
def _list(found: Sequence[Correction]) -> None:
    """The newest corrections with their images, each to be deleted."""
    st.caption(t("diagnosis-corrections-help", side=corrections.SIDE))
    for one in found[:_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.image(corrections.picture(one.id, owner()).image(), width=44)
            said = class_word(one.said) if one.said else t("diagnosis-state-unknown-kind")
            st.markdown(t("diagnosis-correction-line", said=said, label=class_word(one.label)), width="stretch")
            st.button(
                t("diagnosis-correction-delete"),
                icon=":material/delete:",
                type="tertiary",
                key=f"diagnosis-correction-delete-{one.id}",
                on_click=attempt,
                args=(corrections.delete, [one.id], owner()),
            )
    if len(found) > _SHOWN:
        st.caption(t("diagnosis-corrections-more", count=len(found) - _SHOWN))
    st.button(
        t("diagnosis-corrections-delete-all"),
        icon=":material/delete_sweep:",
        key="diagnosis-corrections-delete-all",
        on_click=attempt,
        args=(corrections.delete, [one.id for one in found], owner()),
    )


def _keep(key: str, picture: Picture, output: Output) -> None:
    label = st.session_state[key]
    if label is None:
        given = corrections.of(picture, owner())
        corrections.delete([given.id] if given is not None else [], owner())
        st.toast(t("diagnosis-correct-taken-back"), icon=":material/undo:")
        return
    corrections.keep(picture, output, label, owner())
    st.toast(t("diagnosis-correct-kept"), icon=":material/inbox:")
