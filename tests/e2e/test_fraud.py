"""The fraud page as a person sees it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bigmodel_apps.fraud import samples
from bigmodel_apps.locales import LANGUAGES, Language, message
from tests.e2e.conftest import JOBS_DONE, settle

pytestmark = pytest.mark.e2e
Visit = Callable[..., Page]

JOB_MILLISECONDS = 300_000


def done(page: Page) -> Page:
    """The page after its background work."""
    page.wait_for_timeout(600)
    settle(page)
    page.wait_for_function(JOBS_DONE, timeout=JOB_MILLISECONDS)
    return settle(page)


def alert(page: Page) -> Locator:
    return page.locator(".st-key-fraud-alert")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cold_deep_link_opens_the_queue_with_its_first_alert_above_the_fold(visit: Visit, language: Language) -> None:
    page = visit(f"/fraud?lang={language}")
    buttons = page.locator(".st-key-fraud-decide")
    expect(buttons).to_contain_text(message("fraud-decision-fraud", language), timeout=120_000)
    box = buttons.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 720
    assert "page not found" not in page.inner_text("body").lower()
    expect(alert(page).locator("[data-testid='stVegaLiteChart']")).to_be_visible()


def test_a_decision_stays_in_other_views(visit: Visit) -> None:
    page = visit("/fraud")
    expect(alert(page)).to_be_visible(timeout=120_000)
    page.locator(".st-key-fraud-decide-legitimate button").click()
    done(page)
    chosen = page.locator(".st-key-fraud-decide-legitimate button[kind='primary']")
    expect(chosen).to_be_visible()
    views = page.locator(".st-key-fraud-view button")
    views.last.click()
    done(page)
    expect(page.get_by_text(message("fraud-train-start", "en", count=1))).to_be_visible()
    views.first.click()
    done(page)
    expect(chosen).to_be_visible(timeout=60_000)


def test_the_alert_opens_its_parts(visit: Visit) -> None:
    page = visit("/fraud")
    expect(alert(page)).to_be_visible(timeout=120_000)
    for part in ("similar", "terminal", "card", "numbers"):
        page.locator(f".st-key-fraud-alert-{part} summary").click()
        done(page)
        expect(page.locator(f".st-key-fraud-alert-{part} [data-testid='stDataFrame']")).to_be_visible(timeout=60_000)


def test_a_cost_redraws_the_curve(visit: Visit) -> None:
    page = visit("/fraud?view=money")
    headline = page.locator(".st-key-fraud-money-headline h3")
    expect(headline).to_be_visible(timeout=120_000)
    before = headline.inner_text()
    cost = page.locator(".st-key-fraud-money-refused-legitimate input")
    cost.fill("40")
    cost.press("Enter")
    expect(headline).not_to_have_text(before, timeout=30_000)


def test_another_amount_is_scored_beside_the_first(visit: Visit) -> None:
    page = visit("/fraud?view=what-if")
    both = page.locator(".st-key-fraud-what-if-both")
    expect(both).to_be_visible(timeout=120_000)
    before = both.inner_text()
    amount = page.locator("[class*='st-key-fraud-what-if-'][class*='-amount'] input")
    amount.fill("1.50")
    amount.press("Enter")
    expect(both).not_to_have_text(before, timeout=30_000)
    expect(page.get_by_text(message("what-if-moved", "en"))).to_be_visible()


def test_time_passes_and_the_queue_moves(visit: Visit) -> None:
    page = visit("/fraud?view=live")
    facts = page.locator(".st-key-fraud-live-facts")
    expect(facts).to_contain_text("08:00", timeout=120_000)
    page.locator(".st-key-fraud-live-play button").click()
    expect(facts).not_to_contain_text("08:00", timeout=30_000)
    page.locator(".st-key-fraud-live-play button").click()


def test_a_file_is_scored_measured_and_handed_on(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / samples.NAME
    file.write_bytes(samples.content())
    page = visit("/fraud?view=data&lang=zh")
    page.locator(".st-key-fraud-upload input[type=file]").set_input_files(file)
    expect(page.locator(".st-key-fraud-data-report")).to_be_visible(timeout=60_000)
    page.locator(".st-key-fraud-data-score button").click()
    done(page)
    result = page.locator(".st-key-fraud-data-result")
    expect(result).to_be_visible(timeout=JOB_MILLISECONDS)
    expect(result).to_contain_text(message("fraud-engine-own", "zh"))
    with page.expect_download() as download:
        page.locator(".st-key-fraud-data-scored-file button").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(rows) == len(samples.content().splitlines())
    assert "fraud_score" in rows[0]
    page.locator(".st-key-fraud-data-to-queue button").click()
    done(page)
    expect(alert(page)).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_without_amounts_is_refused_in_words(visit: Visit, tmp_path: Path, language: Language) -> None:
    bad = tmp_path / "names.csv"
    bad.write_text("name,colour\nAnna,blue\nBen,red\n")
    page = visit(f"/fraud?view=data&lang={language}")
    page.locator(".st-key-fraud-upload input[type=file]").set_input_files(bad)
    missing = message("list-separator", language).join(
        message(f"fraud-column-{role}", language) for role in ("time", "amount")
    )
    expect(page.get_by_text(message("table-columns-needed", language, missing=missing))).to_be_visible(timeout=30_000)
