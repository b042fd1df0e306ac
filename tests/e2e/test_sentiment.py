"""The sentiment page as a person sees it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bigmodel_apps.locales import message
from tests.e2e.conftest import JOBS_DONE, WAIT_MILLISECONDS, settle

pytestmark = pytest.mark.e2e
Visit = Callable[..., Page]

JOB_MILLISECONDS = 300_000

REVIEWS = [
    ("2026-01-05", "北京", "物流很快，包装也好，非常满意。"),
    ("2026-01-06", "上海", "东西是坏的，客服不理人，太差了。"),
    ("2026-01-07", "北京", "质量太差，用了两天就坏了，很失望。"),
    ("2026-01-08", "上海", "味道很好，下次还会买，推荐。"),
    ("2026-01-09", "上海", ""),
    ("2026-01-10", "北京", "=HYPERLINK(1) 包装破了，很生气。"),
]


def done(page: Page) -> Page:
    """The page after its background work."""
    page.wait_for_timeout(600)
    settle(page)
    page.wait_for_function(JOBS_DONE, timeout=JOB_MILLISECONDS)
    return settle(page)


def verdict(page: Page) -> str:
    return page.locator(".st-key-sentiment-verdict").inner_text()


def test_a_cold_deep_link_opens_in_chinese_with_a_verdict_above_the_fold(visit: Visit) -> None:
    page = visit("/sentiment?lang=zh")
    answered = page.locator(".st-key-sentiment-verdict")
    expect(answered).to_contain_text(message("sentiment-confidence", "zh", confidence="")[:3], timeout=60_000)
    box = answered.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 720
    assert "page not found" not in page.inner_text("body").lower()


def test_an_edit_moves_the_verdict_beside_the_original(visit: Visit) -> None:
    page = visit("/sentiment")
    page.locator(".st-key-sentiment-text textarea").fill("I love this soup, it is wonderful.")
    page.locator(".st-key-sentiment-judge button").first.click()
    done(page)
    assert message("sentiment-label-positive", "en") in verdict(page)
    edited = page.locator(".st-key-sentiment-edited textarea")
    edited.fill("I hate this soup, it is awful.")
    edited.press("Control+Enter")
    done(page)
    compared = page.locator(".st-key-sentiment-compare").inner_text()
    assert message("sentiment-label-negative", "en") in compared
    assert message("sentiment-label-positive", "en") in compared
    page.locator(".st-key-sentiment-edit-negate button").first.click()
    done(page)
    expect(edited).not_to_have_value("I hate this soup, it is awful.")


@pytest.mark.parametrize(
    "text",
    [
        "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">",
        "[click](javascript:alert(1)) ![x](http://example.invalid/a.png)",
    ],
)
def test_hostile_texts_run_nothing(visit: Visit, text: str) -> None:
    page = visit("/sentiment")
    page.locator(".st-key-sentiment-text textarea").fill(text)
    page.locator(".st-key-sentiment-judge button").first.click()
    done(page)
    assert "owned" not in page.title()
    assert page.locator("[data-testid='stMain'] a[href^='javascript']").count() == 0
    assert page.locator("[data-testid='stMain'] img[src*='example.invalid']").count() == 0


def test_a_gbk_table_is_scored_filtered_and_downloaded(visit: Visit, tmp_path: Path) -> None:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("日期", "门店", "评论内容"))
    writer.writerows(REVIEWS)
    file = tmp_path / "评论.csv"
    file.write_bytes(table.getvalue().encode("gbk"))
    page = visit("/sentiment?view=data&lang=zh")
    page.locator(".st-key-sentiment-upload input[type=file]").set_input_files(file)
    done(page)
    expect(page.locator(".st-key-sentiment-report")).to_contain_text("5", timeout=30_000)
    body = page.inner_text("body")
    assert "gb" in body.lower()
    page.locator(".st-key-sentiment-score button").click()
    done(page)
    count = page.get_by_text(message("sentiment-results-count", "zh", shown=5, rows=5))
    expect(count).to_be_visible(timeout=60_000)
    page.locator(".st-key-sentiment-results-filters input").first.fill("包装")
    expect(page.get_by_text(message("sentiment-results-count", "zh", shown=2, rows=5))).to_be_visible(timeout=30_000)
    done(page)
    with page.expect_download() as download:
        page.locator(".st-key-sentiment-results-csv button").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(rows) == 3
    assert "sentiment" in rows[0]
    # What a spreadsheet would compute is text there.
    assert not any(cell.startswith("=") for row in rows for cell in row)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bad_file_is_refused_in_words(visit: Visit, tmp_path: Path, language: str) -> None:
    bad = tmp_path / "picture.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    page = visit(f"/sentiment?view=data&lang={language}")
    page.locator(".st-key-sentiment-upload input[type=file]").set_input_files(bad)
    expect(page.get_by_test_id("stAlert").first).to_contain_text("picture.csv", timeout=30_000)
    assert "Traceback" not in page.inner_text("body")


def test_two_browsers_see_their_own_tables(visit: Visit, tmp_path: Path) -> None:
    mine = tmp_path / "mine-alone.csv"
    mine.write_text("text\nThe soup was good.\nThe soup was bad.\n")
    page = visit("/sentiment?view=data")
    page.locator(".st-key-sentiment-upload input[type=file]").set_input_files(mine)
    page.locator(".st-key-sentiment-score button").click()
    done(page)
    chosen = page.locator(".st-key-sentiment-table")
    expect(chosen).to_be_visible(timeout=WAIT_MILLISECONDS)
    assert "mine-alone" in _selected(chosen)
    assert visit("/sentiment?view=data").locator(".st-key-sentiment-table").count() == 0


def _selected(box: Locator) -> str:
    """What a selectbox shows, which is text or the value of its field."""
    return box.inner_text() + "".join(field.input_value() for field in box.locator("input").all())


def test_trends_and_the_matrix_of_a_sample(visit: Visit) -> None:
    page = visit("/sentiment?view=model")
    # The quickest reader: three hundred texts wait for it.
    quick = page.locator(".st-key-sentiment-model-sentiment-lexical")
    quick.locator("button").first.click(timeout=WAIT_MILLISECONDS)
    expect(quick).to_have_count(0, timeout=WAIT_MILLISECONDS)  # it is in use
    views = page.locator(".st-key-sentiment-view button")
    views.nth(2).click()
    done(page)
    expect(page.get_by_text(message("trends-hollow", "en", least=10))).to_be_visible(timeout=WAIT_MILLISECONDS)
    views.nth(3).click()
    done(page)
    cell = page.locator(".st-key-sentiment-aspects-cell")
    expect(cell).to_be_visible(timeout=WAIT_MILLISECONDS)
    before = cell.inner_text()
    cells = page.locator(".st-key-sentiment-aspects-chart .mark-rect.view_1_marks path")
    expect(cells.first).to_be_attached()
    cells.first.click()
    done(page)
    expect(cell).not_to_have_text(before)
    assert message("sentiment-label-positive", "en") in cell.inner_text()
