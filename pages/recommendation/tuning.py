"""The sliders next to a list: difference, popularity, the newest choices, titles. Views share their positions."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps.recommendation.lists import NEXT, TEXT, Settings
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.ui.language import t

LENGTHS = (5, 10, 20, 50)

_KEY = "recommendation-set"
_NAMES = ("diversity", "penalty", "recency", "text", "length", "seen")
_MOST_WEIGHT = 2.0


def settings(shop: Shop) -> Settings:
    """The sliders, side by side as far as there is room, and what they are set to. Weights start where the blend has them."""
    with st.grid(4, min_column_width=110, gap=("xxsmall", "small"), key=f"{_KEY}-grid"):
        diversity = _slider(shop, "diversity", 0.0, 1.0)
        penalty = _slider(shop, "penalty", 0.0, 1.0)
        recency = _weight(shop, NEXT, "recency")
        text = _weight(shop, TEXT, "text")
    kept = st.session_state
    length = int(kept.get(_key(shop, "length")) or Settings().k)
    return Settings(length, diversity, penalty, recency, text, bool(kept.get(_key(shop, "seen"))))


def more(shop: Shop) -> None:
    """How long the list is, whether what was chosen may come back, and the way back to the start."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{_KEY}-more"):
        st.segmented_control(
            t("recommendation-set-length"),
            LENGTHS,
            default=Settings().k,
            required=True,
            format_func={length: t("recommendation-length-of", count=length) for length in LENGTHS}.__getitem__,
            key=_key(shop, "length"),
            persist_state="session",
            label_visibility="collapsed",
        )
        st.toggle(
            t("recommendation-set-seen"),
            key=_key(shop, "seen"),
            persist_state="session",
            help=t("recommendation-set-seen-help"),
        )
        back(shop)


def back(shop: Shop) -> None:
    """The button that puts everything back where it started."""
    st.button(
        t("recommendation-set-back"),
        icon=":material/undo:",
        type="tertiary",
        key=f"{_KEY}-back",
        on_click=reset,
        args=(shop,),
    )


def reset(shop: Shop) -> None:
    """Everything back to where it started; for callbacks."""
    for name in _NAMES:
        st.session_state.pop(_key(shop, name), None)


def put(shop: Shop, *, diversity: float, penalty: float) -> None:
    """Move two of the sliders; for callbacks."""
    st.session_state[_key(shop, "diversity")] = diversity
    st.session_state[_key(shop, "penalty")] = penalty


def changed(settings: Settings) -> bool:
    """Whether the order is not the model's alone."""
    return settings != Settings(k=settings.k, seen=settings.seen)


def _key(shop: Shop, name: str) -> str:
    return f"{_KEY}-{name}-{shop.base}"


def _slider(shop: Shop, name: str, value: float, most: float) -> float:
    return float(
        st.slider(
            t(f"recommendation-set-{name}"),
            0.0,
            most,
            value,
            0.05,
            key=_key(shop, name),
            persist_state="session",
            help=t(f"recommendation-set-{name}-help"),
        )
    )


def _weight(shop: Shop, term: str, name: str) -> float | None:
    """The weight of a term; None where it is the blend's own, or the shop has no such term."""
    if term not in {one.name for one in shop.recommender.terms}:
        return None
    own = round(float(shop.recommender.weights.get(term, 0.0)), 2)
    given = _slider(shop, name, own, max(_MOST_WEIGHT, 2 * own))
    return None if abs(given - own) < 0.005 else given
