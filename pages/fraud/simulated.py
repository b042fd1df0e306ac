"""A bank of one's own to simulate: how large, and how much of each kind of fraud."""

from __future__ import annotations

import uuid
from dataclasses import replace

import streamlit as st

from bigmodel_apps.fraud import shelf
from bigmodel_apps.fraud.simulator import SAMPLE, World, simulate
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Stop, Work
from bigmodel_apps.ui import address
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from pages.fraud import opened
from pages.fraud.opened import SIMULATE

_KEY = "fraud-world"
_RATES = ("terminal_rate", "customer_rate", "takeover_rate", "testing_rate")
_PARTS = 1_000


def panel() -> None:
    """The sliders, folded, and the button that draws the bank in the background."""
    panel = st.expander(t("world-title"), icon=":material/casino:", key=_KEY, on_change="rerun")
    if not panel.open:
        return
    with panel:
        st.caption(t("world-explain"))
        world = sliders()
        job = newest(SIMULATE)
        start(
            SIMULATE,
            t("world-start", transactions=2 * world.customers * world.days),
            lambda: _work(world),
            title=t("world-name"),
        )
        done = outcome(job)
        if done is not None and done.result in opened.simulated_keys():
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f":material/check_circle: {t('world-done')}", width="content")
                st.button(
                    t("fraud-result-queue"),
                    icon=":material/arrow_forward:",
                    key=f"{_KEY}-queue",
                    on_click=_to_queue,
                    args=(done.result,),
                )


def sliders() -> World:
    """Size and rates; the start values are those of the sample bank, whose detector scores it."""
    world = SAMPLE
    with st.grid(3, min_column_width=200):
        customers = st.slider(t("world-customers"), 200, 3_000, world.customers, 100, key=f"{_KEY}-customers")
        terminals = st.slider(t("world-terminals"), 200, 6_000, world.terminals, 100, key=f"{_KEY}-terminals")
        seed = st.number_input(t("world-seed"), 0, 10_000, world.seed + 1, key=f"{_KEY}-seed")
        limit = st.slider(t("world-large"), 100.0, 400.0, float(world.large_amount or 220.0), 10.0, key=f"{_KEY}-large")
        rates = {
            name: st.slider(
                t(f"world-rate-{name.removesuffix('_rate')}"),
                0.0,
                30.0,
                round(10_000 * getattr(world, name), 1),
                0.5,
                key=f"{_KEY}-{name}",
            )
            / 10_000
            for name in _RATES
        }
    return replace(world, customers=customers, terminals=terminals, seed=int(seed or 0), large_amount=limit, **rates)


def _work(world: World) -> Work:
    key = shelf.key_of(uuid.uuid4().hex, owner())

    def work(progress: Progress, cancelled: Stop) -> str:
        drawn = simulate(world, report=_half(progress, 0), cancelled=cancelled)
        shelf.banks.put(
            key, shelf.score_bank(key, drawn, shelf.shipped(), report=_half(progress, 1), cancelled=cancelled)
        )
        return key

    return work


def _half(progress: Progress, half: int) -> Progress:
    return lambda done, total: progress(int(_PARTS * (half + done / max(1, total)) / 2), _PARTS)


def _to_queue(key: str) -> None:
    opened.show(key)
    address.keep("view", "queue", scope="fraud")
