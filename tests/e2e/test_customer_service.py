"""The customer-service page as a person sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bigmodel_apps.customer_service.questions import samples
from bigmodel_apps.locales import message
from tests.e2e.conftest import settle

pytestmark = pytest.mark.e2e
Visit = Callable[..., Page]


def ask(page: Page, question: str) -> Page:
    field = page.locator(".st-key-customer-service-question textarea")
    field.fill(question)
    field.press("Enter")
    page.wait_for_timeout(300)
    return settle(page)


def verdict(page: Page) -> str:
    return page.locator(".st-key-customer-service-verdict").inner_text()


def test_the_result_is_above_the_fold_on_a_projector(visit: Visit) -> None:
    page = visit("/customer-service")
    answered = page.locator(".st-key-customer-service-verdict")
    expect(answered).to_contain_text(message("cs-outcome-answer", "en"), timeout=60_000)
    box = answered.bounding_box()
    assert box is not None
    assert box["y"] + 150 < 720


def test_the_input_and_the_verdict_of_an_answer_are_above_the_fold(visit: Visit) -> None:
    page = ask(visit("/customer-service"), "How many days do I have to return something?")
    page.get_by_test_id("stMain").evaluate("element => element.scrollTo(0, 0)")
    badge = (
        page.locator(".st-key-customer-service-verdict").get_by_text(message("cs-outcome-answer", "en")).bounding_box()
    )
    field = page.locator(".st-key-customer-service-question textarea").bounding_box()
    transcript = page.locator(".st-key-customer-service-transcript").bounding_box()
    assert badge is not None
    assert field is not None
    assert transcript is not None
    assert transcript["y"] <= badge["y"]
    assert field["y"] + field["height"] <= 720


def test_a_sample_is_one_click_away(visit: Visit) -> None:
    page = visit("/customer-service?lang=zh")
    page.get_by_test_id("stPills").or_(page.get_by_test_id("stButtonGroup")).get_by_text("学生优惠").click()
    page.wait_for_timeout(300)
    settle(page)
    expect(page.locator(".st-key-customer-service-transcript")).to_contain_text(samples("shop", "zh")["学生优惠"])
    assert message("cs-outcome-answer", "zh") in verdict(page)


@pytest.mark.parametrize(
    "question",
    [
        "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">",
        "[click](javascript:alert(1)) ![x](http://example.invalid/a.png)",
        "\u202egnp.exe\u202c re\u200bfund مرحبا",
    ],
)
def test_hostile_questions_run_nothing(visit: Visit, question: str) -> None:
    page = ask(visit("/customer-service"), question)
    assert "owned" not in page.title()
    assert page.locator("main a[href^='javascript']").count() == 0
    assert "Confidence" in verdict(page)


def test_a_hostile_document_is_shown_as_text(visit: Visit, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.csv"
    hostile.write_text(
        "question,answer\nHow do I reset it?,\"<script>document.title='owned'</script>"
        "<a href='http://example.invalid'>Press</a> the [red](http://example.invalid) button :material/home: $x$.\"\n"
    )
    page = visit("/customer-service?view=data")
    page.locator(".st-key-customer-service-upload input[type=file]").set_input_files(hostile)
    page.locator(".st-key-customer-service-index-start button").click()
    page.locator(".st-key-customer-service-ask-own button").click(timeout=60_000)
    page.wait_for_timeout(500)
    settle(page)
    ask(page, "How do I reset it?")
    expect(page.locator(".st-key-customer-service-verdict")).to_contain_text("<script>document.title='owned'</script>")
    assert "[red](http://example.invalid)" in verdict(page)
    assert "owned" not in page.title()
    assert page.locator(".st-key-customer-service-verdict a").count() == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bad_file_is_refused_in_words(visit: Visit, tmp_path: Path, language: str) -> None:
    bad = tmp_path / "picture.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    page = visit(f"/customer-service?view=data&lang={language}")
    page.locator(".st-key-customer-service-upload input[type=file]").set_input_files(bad)
    alert = page.get_by_test_id("stAlert").first
    expect(alert).to_contain_text("picture.csv", timeout=30_000)
    assert "Traceback" not in page.inner_text("body")


def test_two_browsers_see_their_own_uploads(visit: Visit, tmp_path: Path) -> None:
    mine = tmp_path / "mine-alone.csv"
    mine.write_text("question,answer\nWhat is the word?,Swordfish.\n")
    page = visit("/customer-service?view=data")
    page.locator(".st-key-customer-service-upload input[type=file]").set_input_files(mine)
    page.locator(".st-key-customer-service-index-start button").click()
    expect(page.locator(".st-key-customer-service-ask-own")).to_be_visible(timeout=60_000)
    other = visit("/customer-service?view=data")
    assert "mine-alone" not in other.inner_text("body")
