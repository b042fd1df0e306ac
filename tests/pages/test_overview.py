"""The shell and the overview, run in-process from `app.py`."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps.catalogue import DOMAINS, DomainSpec
from bigmodel_apps.locales import LANGUAGES, Language, message

ROOT = Path(__file__).parents[2]
WITH_PAGE = [domain for domain in DOMAINS.values() if (ROOT / domain.page).is_file()]


def open_app(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def words(app: AppTest) -> str:
    """Everything that the page says, in order."""
    shown = (*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.page_link)
    return "\n".join(str(element.value) for element in shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_says_what_the_product_is_for(language: Language) -> None:
    app = open_app(lang=language)
    assert not app.exception
    assert app.title[0].value == message("product", language)
    assert message("overview-purpose", language) in words(app)


def test_opens_in_the_language_of_the_browser() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.context = {"locale": "zh-Hans-CN"}
    app.run()
    assert app.title[0].value == message("product", "zh")
    assert "lang" not in app.query_params


def test_language_switches_in_place_and_enters_the_address() -> None:
    app = open_app()
    app.segmented_control(key="app-lang").set_value("zh").run()
    assert not app.exception
    assert app.title[0].value == message("product", "zh")
    assert app.query_params["lang"] == "zh"
    app.segmented_control(key="app-lang").set_value("en").run()
    assert app.title[0].value == message("product", "en")
    assert app.query_params["lang"] == "en"


def test_an_unknown_language_is_ignored() -> None:
    assert open_app(lang="tlh").title[0].value == message("product", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_domain_has_a_card(language: Language) -> None:
    app = open_app(lang=language)
    titles = [subheader.value for subheader in app.subheader]
    for domain in WITH_PAGE:
        assert message(f"domain-{domain.url_path}-name", language) in titles
        assert message(f"domain-{domain.url_path}-purpose", language) in words(app)
    assert len(app.page_link) == len(WITH_PAGE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_life_cycle_names_a_place_for_every_stage(language: Language) -> None:
    shown = words(open_app(lang=language))
    stages = ("data", "preprocessing", "training", "optimisation", "evaluation", "deployment", "feedback", "again")
    places = [shown.index(f"**{message(f'stage-{stage}', language)}**") for stage in stages]
    assert places == sorted(places)
    for stage in stages:
        assert message(f"stage-{stage}-place", language) in shown


@pytest.mark.parametrize("domain", WITH_PAGE, ids=lambda domain: domain.name)
def test_every_page_opens_and_keeps_the_language(domain: DomainSpec) -> None:
    app = open_app(lang="zh")
    app.switch_page(domain.page).run()
    assert not app.exception
    assert message("view-evidence", "zh") in app.segmented_control(key=f"{domain.url_path}-view").options


def test_status_opens_on_demand() -> None:
    app = open_app()
    assert not app.sidebar.expander(key="status").markdown
    app.session_state["status"] = True
    app.run()
    assert not app.exception
    panel = app.sidebar.expander(key="status")
    assert message("status-waiting", "en") in "".join(element.value for element in panel.markdown)
