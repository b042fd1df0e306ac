"""The page of image diagnosis as a person sees it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from bigmodel_apps.locales import LANGUAGES, Language, message
from tests.e2e.conftest import JOBS_DONE, settle
from tests.vision.made import dataset, written

pytestmark = pytest.mark.e2e
Visit = Callable[..., Page]

MILLISECONDS = 60_000


def done(page: Page) -> Page:
    """The page after its background work."""
    page.wait_for_timeout(600)
    settle(page)
    page.wait_for_function(JOBS_DONE, timeout=MILLISECONDS)
    return settle(page)


def drop(page: Page, file: Path) -> Page:
    """Open the button of own images and drop a file."""
    page.locator(".st-key-diagnosis-own button").first.click()
    page.locator("[class*='st-key-diagnosis-file'] input[type=file]").first.set_input_files(file)
    page.wait_for_timeout(600)
    settle(page)
    page.keyboard.press("Escape")
    return settle(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cold_deep_link_opens_a_drawn_patient_with_the_verdict_above_the_fold(
    visit: Visit, language: Language
) -> None:
    page = visit(f"/diagnosis?lang={language}")
    verdict = page.get_by_test_id("stHeading").nth(1)
    expect(verdict).to_contain_text(message("diagnosis-class-pneumonia", language), timeout=MILLISECONDS)
    box = verdict.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 720
    expect(page.get_by_text(message("diagnosis-notice", language)).first).to_be_visible()


def test_a_new_patient_is_another_picture(visit: Visit) -> None:
    page = visit("/diagnosis")
    picture = page.locator("[data-testid='stImage'] img").first
    expect(picture).to_be_visible(timeout=MILLISECONDS)
    before = picture.get_attribute("src")
    page.locator(".st-key-diagnosis-new button").click()
    done(page)
    assert picture.get_attribute("src") != before


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_kind_of_image_gets_no_probability(visit: Visit, tmp_path: Path, language: Language) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    Image.fromarray(noise).save(file := tmp_path / "noise.png")
    page = drop(visit(f"/diagnosis?lang={language}"), file)
    expect(page.get_by_text(message("diagnosis-state-unknown-kind", language)).first).to_be_visible(
        timeout=MILLISECONDS
    )
    expect(page.get_by_test_id("stProgress")).to_have_count(0)


def test_a_dicom_file_loses_its_patient_and_can_be_taken_along(visit: Visit, tmp_path: Path) -> None:
    (file := tmp_path / "x.dcm").write_bytes(written(dataset(PatientName="Muster^Erika", PatientID="4711")))
    page = drop(visit("/diagnosis"), file)
    download = page.locator(".st-key-diagnosis-gone-download button")
    expect(download).to_be_visible(timeout=MILLISECONDS)
    assert "Erika" not in page.content()
    with page.expect_download() as taken:
        download.click()
    content = taken.value.path().read_bytes()
    assert b"Erika" not in content
    assert b"4711" not in content
    assert pydicom.dcmread(io.BytesIO(content)).pixel_array.size
    with page.expect_download() as taken:
        page.locator(".st-key-diagnosis-report button").click()
    report = taken.value.path().read_text(encoding="utf-8")
    assert message("diagnosis-notice", "en") in report
    assert "Erika" not in report


def test_a_batch_is_read_measured_and_taken_along(visit: Visit) -> None:
    page = visit("/diagnosis?view=data")
    page.locator("[class*='st-key-diagnosis-batch-load-sample'] label").first.click()
    done(page)
    page.locator(".st-key-diagnosis-batch-read button").click()
    done(page)
    download = page.locator(".st-key-diagnosis-batch-csv button")
    expect(download).to_be_visible(timeout=MILLISECONDS)
    with page.expect_download() as taken:
        download.click()
    rows = list(csv.DictReader(io.StringIO(taken.value.path().read_text("utf-8-sig"))))
    assert len(rows) > 100
    assert all(message("diagnosis-notice", "en") in row["notice"] for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_measurements_give_a_risk_that_follows_them(visit: Visit, language: Language) -> None:
    page = visit(f"/diagnosis?view=measurements&lang={language}")
    verdict = page.get_by_test_id("stHeading").nth(1)
    expect(verdict).to_be_visible(timeout=MILLISECONDS)
    box = verdict.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 720
    before = verdict.inner_text()
    page.locator(".st-key-diagnosis-risk-sample button").last.click()
    expect(verdict).not_to_have_text(before, timeout=MILLISECONDS)


def test_pasted_rows_are_scored_and_taken_along(visit: Visit) -> None:
    page = visit("/diagnosis?view=measurements")
    page.locator(".st-key-diagnosis-risk-how button").last.click()
    done(page)
    text = page.locator(".st-key-diagnosis-rows-pasted textarea")
    text.fill("name,mean radius,mean texture\n=one,14.1,19.3\ntwo,20,25")
    text.press("Control+Enter")
    done(page)
    with page.expect_download() as taken:
        page.locator(".st-key-diagnosis-rows-csv button").click()
    rows = list(csv.DictReader(io.StringIO(taken.value.path().read_text("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=one", "two"]
    assert float(rows[0]["risk"]) < float(rows[1]["risk"])
    assert rows[0]["notice"] == message("diagnosis-notice", "en")
