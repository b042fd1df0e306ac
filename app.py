"""The door: language, navigation and status around the chosen page. Run it with ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.ui.language import switcher, t
from bigmodel_apps.ui.problems import guard
from bigmodel_apps.ui.status import status

ROOT = Path(__file__).parent
ICON = ROOT / "bigmodel_apps" / "ui" / "icon.svg"


def pages() -> list[st.Page]:
    """The overview and every domain of the catalogue that has a page, titled in the current language."""
    overview = st.Page("pages/overview/page.py", title=t("overview-name"), icon=":material/home:", default=True)
    domains = [
        st.Page(
            domain.page,
            title=t(f"domain-{domain.url_path}-name"),
            icon=domain.icon,
            url_path=domain.url_path,
            help=t(f"domain-{domain.url_path}-promise"),
        )
        for domain in DOMAINS.values()
        if (ROOT / domain.page).is_file()
    ]
    return [overview, *domains]


# Before the navigation: without an icon of our own the browser fetches the page's from a web font host.
st.set_page_config(page_icon=ICON, layout="wide", initial_sidebar_state=240)
st.logo(str(ICON), size="large")
page = st.navigation(pages())
st.set_page_config(page_title=f"{page.title} · {t('product')}")
with st.sidebar:
    switcher()
    status()
with guard():
    page.run()
