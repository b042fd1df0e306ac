"""Which model answers, what each is, whether it can be had, how quick it has been, and the model cards."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.diagnosis import own, shelf
from bigmodel_apps.ui.language import number, t
from bigmodel_apps.ui.models import card, choice, short_name
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, show_attempted
from pages.diagnosis.choices import DOMAIN

_ENOUGH = 20  # requests, before times of a few stand for all
_CARDS = {"xray": shelf.XRAY, "cells": shelf.CELLS, "generator": shelf.GENERATOR}


def model_view() -> None:
    """The view."""
    show_attempted()
    in_use()
    st.caption(t("diagnosis-model-explain"))
    choice(DOMAIN, lambda name: (name,), short_name)
    speed()
    for name, folder in _CARDS.items():
        card(folder, "card", t(f"diagnosis-card-{name}"), key=f"diagnosis-card-{name}")


def in_use() -> None:
    """The way back from a model of the visitor's own, which the page names above its views."""
    if own.deployed(owner()) is not None:
        st.button(
            t("diagnosis-model-shipped"),
            icon=":material/undo:",
            key="diagnosis-model-shipped",
            on_click=attempt,
            args=(own.deploy, owner(), None),
        )


def speed() -> None:
    """How long answers took since this server was started, by model."""
    found = [
        one
        for one in runtime.engine().snapshot().models
        if one.name.startswith("diagnosis-") and one.p50_ms is not None and one.requests >= _ENOUGH
    ]
    for one in found:
        st.caption(
            t(
                "diagnosis-model-speed",
                name=short_name(one.name),
                p50=number(one.p50_ms or 0.0),
                p95=number(one.p95_ms or 0.0),
                requests=one.requests,
            )
        )
