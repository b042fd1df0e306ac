"""What the product is for, one live card a domain, and where each stage of the life cycle is found."""

from pathlib import Path

import streamlit as st

from bigmodel_apps.catalogue import DOMAINS, DomainSpec, load
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.problems import guard

ROOT = Path(__file__).parents[2]
STAGES = {
    "data": ":material/database:",
    "preprocessing": ":material/rule:",
    "training": ":material/model_training:",
    "optimisation": ":material/tune:",
    "evaluation": ":material/fact_check:",
    "deployment": ":material/rocket_launch:",
    "feedback": ":material/forum:",
    "again": ":material/replay:",
}


@st.fragment(parallel=True)
@guard()
def miniature(domain: DomainSpec) -> None:
    """The domain's own live result. Runs beside the page, so a model that still loads holds nothing up."""
    with st.skeleton(height=160):
        load(domain.miniature)()


def card(domain: DomainSpec) -> None:
    """Name, purpose, live result, and the way there."""
    with st.container(border=True, height="stretch"):
        st.subheader(t(f"domain-{domain.url_path}-name"), icon=domain.icon, anchor=False)
        st.markdown(t(f"domain-{domain.url_path}-purpose"))
        miniature(domain)
        st.space("stretch")
        st.page_link(
            domain.page, label=t("overview-open"), icon=":material/arrow_forward:", icon_position="right", help=""
        )


def stage(name: str, icon: str) -> None:
    """One stage: what it is, and where in the application it is found."""
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.markdown(f"{icon} **{t(f'stage-{name}')}**")
        st.caption(t(f"stage-{name}-place"))


st.title(t("product"), anchor=False)
st.markdown(t("overview-purpose"))

domains = [domain for domain in DOMAINS.values() if (ROOT / domain.page).is_file()]
if domains:
    with st.grid(min(len(domains), 2), min_column_width=320):
        for domain in domains:
            card(domain)

st.subheader(t("overview-life-cycle"), anchor=False)
with st.grid(4, min_column_width=200):
    for name, icon in STAGES.items():
        stage(name, icon)
