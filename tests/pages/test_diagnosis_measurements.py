"""The measurements view: one biopsy by sliders or a table, many by a file or pasted rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.diagnosis import biopsies, measurements
from bigmodel_apps.diagnosis.measurements import MEANS
from bigmodel_apps.locales import LANGUAGES, Language, message, percent
from pages.diagnosis.biopsies_part import PASTED, UPLOAD
from pages.diagnosis.biopsies_part import SAMPLE as OUR_SAMPLE
from pages.diagnosis.measurements_view import HOW, SAMPLE, slider
from pages.diagnosis.risk_card import PREVALENCE

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


def open_view(language: Language = "en", how: str | None = None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = language
    app.query_params["view"] = "measurements"
    app.session_state["diagnosis-view"] = "measurements"
    if how is not None:
        app.session_state[HOW] = how
    app.run()
    app.switch_page("pages/diagnosis/page.py").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    parts = (*app.subheader, *app.markdown, *app.caption, *app.warning, *app.info, *app.error)
    return "\n".join(str(element.value) for element in parts)


def risk_of(place: int, names: tuple[str, ...], prevalence: float | None = None) -> str:
    values = measurements.samples()[place].values
    return percent(measurements.risk({name: values[name] for name in names}, prevalence).probability, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_on_a_biopsy_with_its_risk_and_the_notice(language: Language) -> None:
    app = open_view(language)
    assert not app.error
    assert risk_of(1, MEANS) in shown(app)
    assert message("diagnosis-notice", language) in shown(app)
    assert len(app.get("download_button")) == 2


def test_another_biopsy_moves_the_sliders_and_a_slider_moves_the_risk() -> None:
    app = open_view()
    app.pills(key=SAMPLE).set_value(4).run()
    assert app.slider(key=slider("mean radius")).value == measurements.samples()[4].values["mean radius"]
    before = shown(app)
    assert risk_of(4, MEANS) in before
    app.slider(key=slider("mean texture")).set_value(10.0).run()
    assert shown(app) != before
    assert message("diagnosis-risk-sample-moved", "en", known=message("diagnosis-risk-malignant", "en")) in shown(app)


def test_what_lies_outside_is_said() -> None:
    app = open_view()
    radius = app.slider(key=slider("mean radius"))
    radius.set_value(radius.max).run()
    assert "Outside what the model has seen: Mean radius" in shown(app)


def test_the_prevalence_moves_the_risk() -> None:
    app = open_view()
    app.slider(key=PREVALENCE).set_value(0.05).run()
    assert risk_of(1, MEANS, 0.05) in shown(app)


def test_any_of_thirty_measurements() -> None:
    app = open_view(how="table")
    assert risk_of(1, measurements.NAMES) in shown(app)
    app.button(key="diagnosis-risk-clear").click().run()
    assert message("diagnosis-risk-nothing", "en") in shown(app)
    app.pills(key=SAMPLE).set_value(0).run()
    assert risk_of(0, measurements.NAMES) in shown(app)


def test_many_biopsies_of_our_sample_are_read_and_can_be_taken_along() -> None:
    app = open_view(how="rows")
    assert message("diagnosis-rows-empty", "en") in shown(app)
    app.toggle(key=OUR_SAMPLE).set_value(True).run()
    assert not app.exception
    assert not app.error
    assert len(app.dataframe[0].value) == 40
    assert "40 biopsies" in shown(app)


def test_pasted_rows_and_what_is_wrong_in_them() -> None:
    app = open_view(how="rows")
    app.text_area(key=PASTED).set_value("mean radius,mean texture\n14.1,19.3\nwide,20").run()
    assert len(app.dataframe[0].value) == 1
    assert "wide" in shown(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file(language: Language) -> None:
    app = open_view(language, "rows")
    app.file_uploader(key=UPLOAD).upload("b.csv", biopsies.sample_csv(language), "text/csv").run()
    assert not app.error
    assert len(app.dataframe[0].value) == 40


def test_a_file_of_something_else_is_refused_in_words() -> None:
    app = open_view(how="rows")
    app.file_uploader(key=UPLOAD).upload("b.csv", b"colour,name\nred,x\n", "text/csv").run()
    assert not app.exception
    assert "No column is a measurement" in shown(app)
