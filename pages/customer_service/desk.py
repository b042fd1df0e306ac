"""What the views of those who serve a desk share with the customer's: who may look, and what was said."""

from __future__ import annotations

import hmac
import os

import streamlit as st

from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.problems import attempt, show_attempted
from bigmodel_apps.workspace import Message
from pages.customer_service.choices import own_knowledge

CODE = "BIGMODEL_APPS_AGENT_CODE"
_FIELD = "customer-service-agent-code"
_ADMITTED = "customer-service.admitted"


def admitted() -> bool:
    """Whether this session may read what customers write; asks for the code of the installation where it has one."""
    expected = os.environ.get(CODE, "")
    if not expected or st.session_state.get(_ADMITTED) == expected:
        return True
    show_attempted()
    st.caption(t("desk-code-explain"))
    with st.form("customer-service-code", width=400):
        st.text_input(t("desk-code"), type="password", key=_FIELD, autocomplete="off")
        st.form_submit_button(t("desk-code-enter"), on_click=attempt, args=(_admit, expected))
    return False


def _admit(expected: str) -> None:
    if not hmac.compare_digest(st.session_state[_FIELD].encode(), expected.encode()):
        raise InputError(Problem("agent-code-wrong"))
    st.session_state[_ADMITTED] = expected


def is_strangers(desk: str) -> bool:
    """Whether the knowledge of a desk is somebody else's, who shares it."""
    own = own_knowledge().get(desk)
    return desk not in TENANTS and (own is None or not own.owner)


def words(message: Message) -> None:
    """What was said as the customer read it: the words of a chat model, where one worded the answer."""
    composed = message.meta.get("composed")
    st.markdown(escape(str(composed or message.text)))
    if composed:
        st.caption(f":material/edit_note: {t('conversation-composed')}")
