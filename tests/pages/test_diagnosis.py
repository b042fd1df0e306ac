"""The page of image diagnosis: a drawn patient and the verdict, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.locales import LANGUAGES, Language, message
from pages.diagnosis.opened import UPLOAD
from tests.vision.made import dataset, encoded, written

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
def test_a_dicom_file_loses_its_patient_before_anything_is_shown(language: Language) -> None:
    app = open_page(language)
    file = written(dataset(PatientName="Muster^Erika", PatientID="4711"))
    app.file_uploader(key=UPLOAD).upload("erika.dcm", file, "application/dicom").run()
    assert not app.exception
    assert not app.error
    assert any("PatientName" in str(cell) for table in app.dataframe for cell in table.value.to_numpy().ravel())
    assert "Erika" not in shown(app)
    assert app.get("download_button")


def test_noise_is_no_kind_that_is_known_and_gets_no_probability() -> None:
    app = open_page()
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8))
    app.file_uploader(key=UPLOAD).upload("noise.png", encoded(noise, "PNG"), "image/png").run()
    assert message("diagnosis-state-unknown-kind", "en") in shown(app)
    assert not app.get("progress")


def test_what_is_no_image_is_refused_in_words() -> None:
    app = open_page()
    before = shown(app)
    app.file_uploader(key=UPLOAD).upload("broken.png", b"\x89PNG\r\n\x1a\nnothing", "image/png").run()
    assert not app.exception
    assert "TIFF or DICOM" in shown(app)  # what it should have been
    assert "TIFF or DICOM" not in before
    assert message("diagnosis-nobody", "en") in shown(app)  # what was there stays


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence(language: Language) -> None:
    app = open_page(language, "evidence")
    assert not app.error
