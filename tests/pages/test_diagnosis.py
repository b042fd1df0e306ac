"""The page of image diagnosis: a drawn patient and the verdict, in both languages."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from bigmodel_apps import runtime
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.diagnosis import corrections, gallery
from bigmodel_apps.diagnosis.batch import class_name
from bigmodel_apps.diagnosis.checks import Checks
from bigmodel_apps.diagnosis.heatmap import Deletion
from bigmodel_apps.diagnosis.schema import Input
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.reporting.diagnosis import from_output
from bigmodel_apps.reporting.document import Shot
from bigmodel_apps.reporting.html import to_html
from pages.diagnosis.checks import in_words
from pages.diagnosis.opened import UPLOAD
from tests.vision import made
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


def open_page(language: Language = "en", view: str = "try", model: str = "") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240)
    app.query_params["lang"] = language
    app.query_params["view"] = view
    app.session_state["owner.id"] = uuid.uuid4().hex
    if model:
        app.session_state["address.diagnosis.model"] = model
    app.run()
    app.switch_page("pages/diagnosis/page.py").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    parts = (*app.subheader, *app.markdown, *app.caption, *app.warning, *app.error)
    return "\n".join(str(element.value) for element in parts).replace("\\", "")  # users' text is escaped


def drop(app: AppTest, *files: tuple[str, bytes]) -> None:
    uploader = app.file_uploader(key=UPLOAD)
    for name, content in files:
        uploader.upload(name, content)
    uploader.run()


def files(app: AppTest) -> Any:
    """The pills that choose a file."""
    return next(one for one in app.pills if str(one.key).startswith("diagnosis-which-"))


def asked(app: AppTest) -> Any:
    """The pills that ask what the verdict should have been."""
    return next(one for one in app.pills if str(one.key).startswith("diagnosis-correct-"))


def radiograph(seed: int = 0) -> bytes:
    return encoded(Image.fromarray((made.radiograph(seed=seed) >> 4).astype(np.uint8)), "PNG")


def chest(place: int = 0) -> npt.NDArray[np.uint16]:
    """A drawn patient, enlarged, in 12 bits."""
    (picture,) = gallery.draw([gallery.SAMPLES[place]])
    return np.kron(picture.pixels * 4095, np.ones((4, 4))).astype(np.uint16)


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


def test_a_sensitivity_moves_the_threshold_and_says_what_it_costs() -> None:
    app = open_page()
    app.select_slider(key="diagnosis-sensitivity").set_value(0.99).run()
    assert not app.exception
    assert not app.error
    assert "of held-out images" in shown(app).lower()
    app.slider(key="diagnosis-prevalence").set_value(0.05).run()
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_heat_map_is_tested_beside_it(language: Language) -> None:
    app = open_page(language)
    text = shown(app)
    assert app.segmented_control(key="diagnosis-map-class").value == "pneumonia"
    assert message("diagnosis-checks", language) in text
    assert "10" in text
    app.segmented_control(key="diagnosis-map-class").set_value("normal").run()
    assert not app.exception
    assert app.segmented_control(key="diagnosis-map-class").value == "normal"
    grid = message("diagnosis-map-grid", language, rows=7, columns=7, name=class_name("normal", language))
    assert grid in shown(app)


def test_a_correction_is_kept_shown_and_taken_back() -> None:
    app = open_page()
    owner = app.session_state["owner.id"]
    asked(app).set_value("normal").run()
    assert not app.exception
    (kept,) = corrections.listed(owner)
    assert (kept.label, kept.said, kept.engine) == ("normal", "pneumonia", "diagnosis-xray")
    app.pills(key="diagnosis-patient").set_value(0).run()
    assert asked(app).value is None
    app.pills(key="diagnosis-patient").set_value(gallery.FIRST).run()
    assert asked(app).value == "normal"
    app.button(key=f"diagnosis-correction-delete-{kept.id}").click().run()
    assert not app.exception
    assert corrections.count(owner) == 0


def test_several_files_of_which_one_is_none() -> None:
    app = open_page()
    drop(app, ("a.png", radiograph()), ("b.png", b"\x89PNG\r\n\x1a\nnothing"), ("c.png", radiograph(seed=1)))
    assert not app.exception
    assert "b.png" in shown(app)
    assert "c.png, 64 × 48" in shown(app)  # the one that was dropped last
    files(app).set_value(0).run()
    assert "a.png, 64 × 48" in shown(app)
    drop(app, ("d.png", radiograph(seed=2)))
    assert "d.png, 64 × 48" in shown(app)
    app.button(key="diagnosis-back").click().run()
    assert not app.exception
    assert message("diagnosis-nobody", "en") in shown(app)


def test_where_a_file_departs_from_the_training_images_is_said() -> None:
    app = open_page()
    file = written(dataset(chest(), PatientAge="045Y", BodyPartExamined="CHEST", ViewPosition="LL"))
    drop(app, ("lateral.dcm", file))
    text = shown(app)
    assert message("diagnosis-departs-children", "en") in text
    for said in ("this is an adult", "112 × 112 pixels were reduced to 28 × 28", "a view LL"):
        assert said in text


def test_too_much_for_one_visitor_are_left_out_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.diagnosis.opened._MAX_BYTES", 16_000)
    app = open_page()
    drop(app, ("a.png", radiograph()), ("b.png", radiograph(seed=1)))
    assert not app.exception
    assert "b.png" in shown(app)
    assert "in memory" in shown(app)


def test_what_no_map_of_cells_knows_is_said_of_drawn_patients() -> None:
    app = open_page(model="diagnosis-cells")
    assert message("diagnosis-no-cells", "en") in shown(app)
    assert not app.error
    assert not [one for one in app.slider if one.key == "diagnosis-prevalence"]


def test_a_model_out_of_reach_is_one_calm_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    app = open_page(model="diagnosis-vit")
    assert not app.exception
    assert not app.error
    assert len(app.info) == 1


def test_the_report_of_an_image_says_what_it_is_not() -> None:
    (picture,) = gallery.draw([gallery.SAMPLES[gallery.FIRST]])
    (output,) = runtime.predict("diagnosis", [Input.of(picture)])
    report = from_output(output, "one image", "en", remarks=["Prevalence 50 %."], shots=[Shot("AAAA", "The image")])
    page = to_html(report).decode()
    assert message("diagnosis-notice", "en") in page
    assert "Prevalence 50 %." in page
    assert "data:image/png;base64,AAAA" in page


def test_a_class_of_ones_own_reads_plainly_in_a_report() -> None:
    found = Checks(Deletion(1.0, 0.1, 10, 0.9, 0.4, 0.8), 0.25)
    deletion, randomised = in_words(found, class_name("type-2_b*", "en"), "en")
    assert "“type-2_b*” from 90% to 40%" in deletion
    assert "0.25" in randomised
    assert "no map to compare" in in_words(replace(found, correlation=float("nan")), "x", "en")[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_images_stand_side_by_side(language: Language) -> None:
    app = open_page(language, "compare")
    assert not app.error
    assert message("diagnosis-compare-none", language) in shown(app)
    assert len(app.get("image")) == 2
    app.slider(key="diagnosis-compare-zoom").set_value(4.0).run()
    app.segmented_control(key="diagnosis-compare-window").set_value("own").run()
    assert message("diagnosis-compare-relative", language) in shown(app)
    app.toggle(key="diagnosis-compare-ask").set_value(True).run()
    assert not app.exception
    assert not app.error


def test_files_of_one_patient_side_by_side_in_their_own_units() -> None:
    app = open_page(view="compare")
    some = [written(dataset(chest(seed), PatientName="Muster^Erika")) for seed in range(5)]
    drop(app, *((f"{place}.dcm", one) for place, one in enumerate(some)))
    assert not app.exception
    assert len(app.get("image")) == 4
    app.segmented_control(key="diagnosis-compare-window").set_value("own").run()
    assert message("diagnosis-compare-units", "en", bits=12) in shown(app)
    assert "Erika" not in shown(app)
    app.pills(key="diagnosis-compare-which-5").set_value([2]).run()
    assert message("diagnosis-compare-one", "en") in "\n".join(one.value for one in app.info)
    assert not app.exception
