"""Whose data this is."""

from __future__ import annotations

import re
import uuid

import streamlit as st

_COOKIE = "bma_browser"


def owner() -> str:
    """The id under which this visitor owns uploads, models and feedback.

    The cookie that the server sets keeps it over visits; without it (plain ``streamlit run``) it lasts a session.
    """
    cookie = str(st.context.cookies.get(_COOKIE, ""))
    if re.fullmatch(r"[A-Za-z0-9_-]{24,64}", cookie):
        return cookie
    return str(st.session_state.setdefault("owner.id", uuid.uuid4().hex))
