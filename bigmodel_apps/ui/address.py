"""Choices that a link carries: ``?lang=zh&view=evidence`` opens in Chinese at the evidence.

Streamlit's own ``bind="query-params"`` writes the *label* of an option into the address, which a translated interface
cannot use. So the choices that belong into a link are kept here: the address first, then what the session remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st


def chosen(parameter: str, options: Sequence[str], default: str, *, scope: str = "") -> str:
    """The value of `parameter` in the address, else the one remembered in this session for `scope`, else `default`."""
    remembered = _key(parameter, scope)
    if (in_address := st.query_params.get(parameter, "")) in options:
        st.session_state[remembered] = in_address
        return in_address
    value: str = st.session_state.get(remembered, default)
    return value if value in options else default


def keep(parameter: str, value: str, *, scope: str = "") -> None:
    """Choose `value`, in the address and for this session."""
    st.session_state[_key(parameter, scope)] = st.query_params[parameter] = value


def stay(parameter: str, value: str, *, scope: str = "") -> None:
    """Write `value` into the address again, which a switch of pages empties, if it was chosen and is no mere default."""
    if st.session_state.get(_key(parameter, scope)) == value and st.query_params.get(parameter) != value:
        st.query_params[parameter] = value


def switch(
    label: str,
    parameter: str,
    options: Sequence[str],
    default: str,
    words: Callable[[str], str],
    *,
    scope: str = "",
) -> str:
    """A segmented control whose choice stays in the address over reruns, page switches and reloads.

    Args:
        label: Read by screen readers only.
        parameter: Name in the address.
        options: Values as they appear in the address.
        default: Chosen where neither the address nor the session says otherwise; kept out of the address until then.
        words: Value to translated label.
        scope: Whose choice it is, where several pages share `parameter`.

    Returns:
        The chosen value.
    """
    widget = f"{scope or 'app'}-{parameter}"
    value = chosen(parameter, options, default, scope=scope)
    stay(parameter, value, scope=scope)
    st.session_state[widget] = value
    st.segmented_control(
        label,
        options,
        format_func=words,
        key=widget,
        required=True,
        on_change=lambda: keep(parameter, st.session_state[widget], scope=scope),
        label_visibility="collapsed",
    )
    return value


def _key(parameter: str, scope: str) -> str:
    return f"address.{scope}.{parameter}"
