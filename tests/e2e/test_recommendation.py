"""The recommendation page as a person sees it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.recommendation import samples
from tests.e2e.conftest import JOBS_DONE, settle

pytestmark = pytest.mark.e2e
Visit = Callable[..., Page]

JOB_MILLISECONDS = 300_000
CHART = "[data-testid='stVegaLiteChart']"


def done(page: Page) -> Page:
    """The page after its background work."""
    page.wait_for_timeout(600)
    settle(page)
    page.wait_for_function(JOBS_DONE, timeout=JOB_MILLISECONDS)
    return settle(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cold_deep_link_opens_a_list_with_its_first_reason_above_the_fold(visit: Visit, language: Language) -> None:
    page = visit(f"/recommendation?lang={language}")
    verdict = page.locator(".st-key-recommendation-try-verdict h3")
    expect(verdict).to_be_visible(timeout=120_000)
    chart = page.locator(f".st-key-recommendation-try-why {CHART}")
    expect(chart).to_be_visible()
    for part in (verdict, chart):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] < 620
    assert "page not found" not in page.inner_text("body").lower()


def test_taking_a_choice_out_makes_another_list_at_once(visit: Visit) -> None:
    page = visit("/recommendation")
    verdict = page.locator(".st-key-recommendation-try-verdict")
    expect(verdict.locator("h3")).to_be_visible(timeout=120_000)
    before = verdict.inner_text()
    page.locator(".st-key-recommendation-history-sample button").last.click()
    expect(verdict).not_to_have_text(before, timeout=30_000)


def test_a_file_is_fitted_compared_and_handed_on(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / samples.UPLOAD_NAME
    file.write_bytes(samples.upload_csv("zh"))
    page = visit("/recommendation?view=data&lang=zh")
    page.locator(".st-key-recommendation-upload input[type=file]").set_input_files(file)
    expect(page.locator(".st-key-recommendation-data-report")).to_be_visible(timeout=60_000)
    page.locator(".st-key-recommendation-data-fit button").click()
    done(page)
    result = page.locator(".st-key-recommendation-data-result")
    expect(result.locator(CHART)).to_be_visible(timeout=JOB_MILLISECONDS)
    expect(result).to_contain_text(message("recommendation-result-try", "zh"))
    with page.expect_download() as download:
        page.locator(".st-key-recommendation-data-lists-file button").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    users = {line.split(",")[2] for line in samples.upload_csv("zh").decode().splitlines()[1:]}
    assert {row["user"] for row in rows} == users
    assert all(row["title"] for row in rows)
    page.locator(".st-key-recommendation-data-to-try button").click()
    done(page)
    expect(page.locator(".st-key-recommendation-try-verdict h3")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_one_user_is_refused_in_words(visit: Visit, tmp_path: Path, language: Language) -> None:
    bad = tmp_path / "mine.csv"
    bad.write_text("user,item\nAnna,blue\nAnna,red\n")
    page = visit(f"/recommendation?view=data&lang={language}")
    page.locator(".st-key-recommendation-upload input[type=file]").set_input_files(bad)
    said = message("problem-recommendation-one-user", language, rows=2, name="Anna")
    expect(page.get_by_text(said)).to_be_visible(timeout=30_000)


def test_another_assignment_moves_what_the_simulated_test_sees(visit: Visit) -> None:
    page = visit("/recommendation?view=experiment")
    again = page.locator(".st-key-recommendation-experiment-again button").first
    expect(again).to_be_visible(timeout=JOB_MILLISECONDS)
    seen = page.locator(".st-key-recommendation-experiment-difference")
    before = seen.inner_text()
    again.click()
    expect(seen).not_to_have_text(before, timeout=30_000)


def test_a_choice_that_is_added_is_in_the_next_list_and_a_refit_is_compared(visit: Visit) -> None:
    page = visit("/recommendation?view=model")
    page.locator(".st-key-recommendation-model-new button").first.click()
    form = page.locator(".st-key-recommendation-model-new-form")
    form.get_by_label(message("recommendation-new-user", "en")).fill("Zoë")
    form.get_by_role("combobox").click()
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    done(page)
    page.locator(".st-key-recommendation-model-add button").click()
    expect(page.get_by_text(message("recommendation-refit-new", "en", count=1))).to_be_visible(timeout=30_000)
    page.keyboard.press("Escape")
    page.locator(".st-key-recommendation-model-refit button").click()
    done(page)
    version = page.locator(".st-key-recommendation-model-version-1")
    expect(version).to_be_visible(timeout=JOB_MILLISECONDS)
    expect(version.locator("[data-testid='stDataFrame']")).to_be_visible()
