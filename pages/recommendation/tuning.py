"""The sliders next to a list: difference, popularity, the newest choices, titles. Views share their positions."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps.recommendation.lists import NEXT, TEXT, Settings
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.ui.language import t

LENGTHS = (5, 10, 20, 50)

_KEY = "recommendation-set"
_MOST_WEIGHT = 2.0


def settings(shop: Shop, *, length: int = 10) -> Settings:
    """The sliders in a row, and what they are set to. Weights start where the blend has them."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{_KEY}-row"):
        diversity = _slider(shop, "diversity", 0.0, 1.0)
        penalty = _slider(shop, "penalty", 0.0, 1.0)
        recency = _weight(shop, NEXT, "recency")
        text = _weight(shop, TEXT, "text")
        with st.popover(t("recommendation-set-more"), icon=":material/tune:", key=f"{_KEY}-more"):
            k = st.segmented_control(
                t("recommendation-set-length"),
                LENGTHS,
                default=length,
                required=True,
                key=f"{_KEY}-length-{shop.key}",
                persist_state="session",
            )
            seen = st.toggle(
                t("recommendation-set-seen"),
                key=f"{_KEY}-seen-{shop.key}",
                persist_state="session",
                help=t("recommendation-set-seen-help"),
            )
            st.button(
                t("recommendation-set-back"), icon=":material/undo:", key=f"{_KEY}-back", on_click=reset, args=(shop,)
            )
    return Settings(int(k or length), diversity, penalty, recency, text, seen)


def reset(shop: Shop) -> None:
    """All sliders back to where they started."""
    for name in ("diversity", "penalty", "recency", "text", "length", "seen"):
        st.session_state.pop(f"{_KEY}-{name}-{shop.key}", None)


def changed(settings: Settings) -> bool:
    """Whether the order is not the model's alone."""
    return settings != Settings(k=settings.k, seen=settings.seen)


def _slider(shop: Shop, name: str, value: float, most: float) -> float:
    return float(
        st.slider(
            t(f"recommendation-set-{name}"),
            0.0,
            most,
            value,
            0.05,
            key=f"{_KEY}-{name}-{shop.key}",
            persist_state="session",
            help=t(f"recommendation-set-{name}-help"),
            width=118,
        )
    )


def _weight(shop: Shop, term: str, name: str) -> float | None:
    """The weight of a term; None where it is the blend's own, or the shop has no such term."""
    if term not in {one.name for one in shop.recommender.terms}:
        return None
    own = round(float(shop.recommender.weights.get(term, 0.0)), 2)
    given = _slider(shop, name, own, max(_MOST_WEIGHT, 2 * own))
    return None if abs(given - own) < 0.005 else given


def put(shop: Shop, *, diversity: float, penalty: float) -> None:
    """Move two of the sliders; for callbacks."""
    st.session_state[f"{_KEY}-diversity-{shop.key}"] = diversity
    st.session_state[f"{_KEY}-penalty-{shop.key}"] = penalty
