"""The page of image diagnosis: a drawn patient and the verdict, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.locales import LANGUAGES, Language, message

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def only_this_domain() -> Iterator[None]:
    """The overview, where the app opens, would load every domain."""
    every = dict(DOMAINS)
    DOMAINS.clear()
    DOMAINS["diagnosis"] = every["diagnosis"]
    yield
    DOMAINS.clear()
    DOMAINS.update(every)


def open_page(language: Language = "en", view: str = "try") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240)
    app.query_params["lang"] = language
    app.query_params["view"] = view
    app.run()
    app.switch_page("pages/diagnosis/page.py").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    parts = (*app.subheader, *app.markdown, *app.caption, *app.warning, *app.error)
    return "\n".join(str(element.value) for element in parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_on_a_patient_who_does_not_exist(language: Language) -> None:
    app = open_page(language)
    text = shown(app)
    assert message("diagnosis-nobody", language) in text
    assert message("diagnosis-notice", language) in text
    assert not app.error


def test_a_new_patient_is_drawn() -> None:
    app = open_page()
    app.button(key="diagnosis-new").click().run()
    assert not app.exception
    assert not app.error
    assert app.session_state["diagnosis-seed"] == 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence(language: Language) -> None:
    app = open_page(language, "evidence")
    assert not app.error
