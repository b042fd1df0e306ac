"""The first line of a page: icon, name, a promise; beside it which model answers, on which device."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps import catalogue, runtime
from bigmodel_apps.ui import address, models
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.models import MODEL


def header(domain: str, model: str | None = None, title: str | None = None) -> None:
    """Draw the line for a domain of the catalogue.

    Its messages are ``domain-<address>-name`` and ``domain-<address>-promise``.

    Args:
        domain: Name in the catalogue.
        model: Name of the model spec that answers; the domain's first by default.
        title: Of a model of the visitor's own that stands on it, as Markdown; the short name of the spec by default.
    """
    spec = catalogue.DOMAINS[domain]
    address.stay(MODEL, models.chosen(domain), scope=spec.url_path)
    name = model or spec.models[0]
    title = title or models.short_name(name)
    device = next((held.device for held in runtime.engine().snapshot().resident if held.name == name), None)
    with st.container(horizontal=True, vertical_alignment="center", key="page-header"):
        st.title(t(f"domain-{spec.url_path}-name"), icon=spec.icon, anchor=False, width="content")
        st.caption(t(f"domain-{spec.url_path}-promise"), width="content")
        st.space("stretch")
        st.badge(
            t("header-model", model=title, device=device.upper()) if device else t("header-model-cold", model=title),
            icon=":material/memory:",
            color="gray",
            help=t("header-model-help"),
        )
