"""What the engine is doing, folded into the side bar. Costs nothing while it is folded."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.runtime.contracts import Telemetry
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import number, t
from bigmodel_apps.ui.problems import guard

_SECONDS = 2


@st.fragment
def status() -> None:
    """The folded panel; draws itself where it is called."""
    panel = st.expander(t("status-title"), icon=":material/monitor_heart:", key="status", on_change="rerun")
    if panel.open:
        with panel:
            _live()


@st.fragment(run_every=_SECONDS)
@guard()
def _live() -> None:
    draw(runtime.engine().snapshot())


def draw(telemetry: Telemetry) -> None:
    """Device and precision, models in memory, waiting inputs, response times."""
    for device in telemetry.devices:
        if device.device is None:
            st.caption(t("status-no-model"))
        else:
            st.markdown(f"**{t('status-device')}**  \n{escape(device.name or device.device)} · {device.dtype}")
        waiting = t("status-waiting-counts", interactive=device.interactive, bulk=device.bulk)
        st.markdown(f"**{t('status-waiting')}**  \n{waiting}")
        if device.loading:
            st.markdown(f"**{t('status-loading')}**  \n{escape(', '.join(device.loading))}")
    if telemetry.resident:
        lines = [f"{escape(held.name)} · {t('megabytes', size=held.nbytes / 1e6)}" for held in telemetry.resident]
        st.markdown("  \n".join((f"**{t('status-resident')}**", *lines)))
    timed = [stats for stats in telemetry.models if stats.p50_ms is not None and stats.p95_ms is not None]
    if timed:
        lines = [
            f"{escape(stats.name)} · "
            + t("status-response-times", p50=number(stats.p50_ms or 0.0), p95=number(stats.p95_ms or 0.0))
            for stats in timed
        ]
        st.markdown("  \n".join((f"**{t('status-response')}**", *lines)), help=t("status-response-help"))
