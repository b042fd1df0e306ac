"""One's own classes in the page: images in, a model trained, its report, in use and back; the models and their cards."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.diagnosis import corrections, gallery, own, own_fitting
from bigmodel_apps.diagnosis.model import Draw
from bigmodel_apps.diagnosis.schema import Output
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui.highlight import escape
from pages.diagnosis import own_view
from tests.diagnosis.test_own import files

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    """Only this domain, and few passes over the images."""
    every = dict(DOMAINS)
    DOMAINS.clear()
    DOMAINS["diagnosis"] = every["diagnosis"]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("_PASSES", 100), ("_LEAST_EPOCHS", 3), ("_COPIES", 1), ("_CHOSEN_BY", 8), ("_DRAWS", 50)):
            patch.setattr(own_fitting, name, value)
        yield
    DOMAINS.clear()
    DOMAINS.update(every)


def open_page(language: Language = "en", view: str = "own-classes") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240)
    app.query_params["lang"] = language
    app.query_params["view"] = view
    app.run()
    app.switch_page("pages/diagnosis/page.py").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    parts = (*app.subheader, *app.markdown, *app.caption, *app.warning, *app.error, *app.success)
    return "\n".join(str(element.value) for element in parts)


def whose(app: AppTest) -> str:
    return str(app.session_state["owner.id"])


def packed(*more: tuple[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in (*files(), *more):
            archive.writestr(name, data)
    return stream.getvalue()


def finish(app: AppTest, kind: str) -> None:
    """Until the job of a kind is over."""
    deadline = time.monotonic() + 120
    while any(job.unfinished for job in jobs.list(whose(app), kind)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    app.run()
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_and_teaches(language: Language) -> None:
    app = open_page(language)
    text = shown(app)
    assert message("diagnosis-own-title", language) in text
    assert message("diagnosis-own-versions-empty", language) in text
    assert message("diagnosis-challenge-empty", language) in text
    assert app.button(key=f"{own_view.TRAIN}-start").disabled
    assert app.button(key=f"{own_view.CHALLENGE}-start").disabled


def test_a_class_that_is_too_small_is_named_before_anything_is_read() -> None:
    app = open_page()
    app.file_uploader(key=own_view.UPLOAD).set_value(
        ("discs.zip", packed(("rare/1.png", b"x")), "application/zip")
    ).run()
    assert not app.exception
    assert "rare" in shown(app)
    assert app.button(key=f"{own_view.TRAIN}-start").disabled


def test_a_model_is_trained_put_in_use_and_rolled_back() -> None:
    app = open_page()
    app.file_uploader(key=own_view.UPLOAD).set_value(("discs.zip", packed(), "application/zip")).run()
    app.button(key=f"{own_view.TRAIN}-start").click().run()
    finish(app, own_view.TRAIN)
    (version,) = own.versions(whose(app))
    assert message("own-done", "en", name=escape("discs.zip")) in shown(app)
    report = next(one for one in app.expander if one.label == message("own-report", "en"))
    assert report is not None
    app.session_state[f"diagnosis-own-report-{version.id}"] = True
    app.run()
    assert not app.exception
    assert not app.error
    assert message("diagnosis-own-persons", "en") in shown(app)
    app.button(key=f"diagnosis-own-use-{version.id}").click().run()
    assert own.deployed(whose(app)) is not None
    assert message("diagnosis-own-answers", "en", name=escape("discs.zip")) in shown(app)
    app.button(key="diagnosis-own-roll-back").click().run()
    assert not app.exception
    assert own.deployed(whose(app)) is None


def test_corrections_make_a_challenger_that_waits() -> None:
    app = open_page()
    said = Output(
        verdict="answer", label="normal", probabilities={"normal": 0.9, "pneumonia": 0.1}, interval=None, threshold=None,
        heatmap=None, heatmap_class=None, distance=0.5, distances={}, engine="diagnosis-xray", notes=[], notice="",
    )  # fmt: skip
    app.session_state["owner.id"] = "challenger-of-the-page"
    for picture in gallery.draw([Draw(1, 7_000 + number) for number in range(8)]):
        corrections.keep(picture, said, "pneumonia", whose(app))
    app.run()
    app.button(key=f"{own_view.CHALLENGE}-start").click().run()
    finish(app, own_view.CHALLENGE)
    assert message("diagnosis-challenge-done", "en") in shown(app)
    assert message("diagnosis-own-of-corrections", "en") in shown(app)
    assert len(own.versions(whose(app))) == 1
    assert own.deployed(whose(app)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_models_and_their_cards(language: Language) -> None:
    app = open_page(language, "model")
    text = shown(app)
    for name in DOMAINS["diagnosis"].models:
        assert message(f"model-name-{name}", language) in text
    assert message("diagnosis-model-explain", language) in text
    labels = [one.label for one in app.expander]
    assert message("diagnosis-card-xray", language) in labels
