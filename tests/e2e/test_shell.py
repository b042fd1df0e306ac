"""What only a browser shows: cold deep links, reloads, themes, overflow, hostile text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.locales import LANGUAGES, Language, message
from tests.e2e.conftest import ROOT, serving, settle

pytestmark = pytest.mark.e2e

PATHS = ["/", *(f"/{domain.url_path}" for domain in DOMAINS.values() if (ROOT / domain.page).is_file())]
Visit = Callable[..., Page]


@pytest.mark.parametrize("path", PATHS)
def test_a_cold_deep_link_shows_the_whole_app_in_its_language(path: str, tmp_path: Path, browser: Browser) -> None:
    """The first request that a server sees is a link into the middle of the app."""
    with serving(tmp_path) as address:
        page = browser.new_page(locale="en-GB")
        page.goto(f"{address}{path}?lang=zh")
        settle(page)
        sidebar = page.get_by_test_id("stSidebar")
        expect(sidebar).to_contain_text(message("status-title", "zh"))
        if len(PATHS) > 1:
            expect(sidebar).to_contain_text(message("overview-name", "zh"))
        expect(page).to_have_title(re.compile(message("product", "zh")))
        assert "lang=zh" in page.url
        expect(page.get_by_role("dialog")).to_have_count(0)  # "Page not found"
        page.close()


def test_the_language_is_kept_over_pages_and_reloads(visit: Visit) -> None:
    page = visit("/")
    page.locator(".st-key-app-lang").get_by_text("中文").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(message("product", "zh"))
    for path in PATHS[1:]:
        page.locator(f"[data-testid='stSidebarNavLink'][href$='{path}']").click()
        settle(page)
        expect(page).to_have_url(re.compile(rf"{path}\?.*lang=zh"))
        expect(page.get_by_test_id("stSidebar")).to_contain_text(message("status-title", "zh"))
    page.reload()
    settle(page)
    expect(page.get_by_test_id("stSidebar")).to_contain_text(message("status-title", "zh"))
    assert "lang=zh" in page.url


def test_the_language_of_the_browser_is_the_default(visit: Visit) -> None:
    page = visit("/", locale="zh-CN")
    expect(page.get_by_role("heading", level=1)).to_contain_text(message("product", "zh"))
    assert "lang=" not in page.url


@pytest.mark.parametrize(("scheme", "colour"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(17, 20, 28)")])
def test_the_theme_follows_the_system(scheme: str, colour: str, visit: Visit) -> None:
    page = visit("/", color_scheme=scheme)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", colour)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_overflows_on_a_phone(path: str, language: Language, visit: Visit) -> None:
    page = visit(f"{path}?lang={language}", width=390, height=844)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_status_panel_opens_and_updates(visit: Visit) -> None:
    page = visit("/")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).not_to_contain_text(message("status-waiting", "en"))
    sidebar.get_by_text(message("status-title", "en"), exact=True).click()
    expect(sidebar).to_contain_text(message("status-waiting", "en"))


HOSTILE = (
    "**bold** _it_ ~~no~~ `code` [link](https://evil.example) ![image](https://evil.example/x.png)",
    "https://evil.example www.evil.example someone@evil.example mailto:a@evil.example",
    "<script>alert(1)</script> <b>bold</b> <!-- hidden --> &amp; &#65;",
    "$x^2$ and $$y$$ cost $5 and $6",
    ':red[red] :blue-background[blue] :green-badge[badge] :small[small] :color[c]{foreground="red"}',
    ":material/home: :tada: :streamlit: 🎉",
    "a -> b <- c <-> d -- e >= f <= g ~= h --- i",
    "# heading",
    "> quote",
    "- list",
    "1. list",
    "| a | b |\n|---|---|\n| c | d |",
    "```\ncode\n```",
    "first\n\nthird\n    indented",
    "[x]: https://evil.example\n[x]",
    "ends with a backslash \\",
    "]() } { [^1] [[wiki]]",
)


def test_hostile_text_is_shown_as_typed(tmp_path: Path, browser: Browser) -> None:
    script = tmp_path / "hostile.py"
    script.write_text(
        "import json, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "import streamlit as st\n"
        "from bigmodel_apps.ui.highlight import Span, escape, mark\n"
        f"for number, text in enumerate({HOSTILE!r}):\n"
        "    with st.container(key=f'plain-{number}'):\n"
        "        st.markdown(escape(text))\n"
        "    with st.container(key=f'marked-{number}'):\n"
        "        st.markdown(mark(text, [Span(3, len(text), 'good')]))\n"
    )
    with serving(tmp_path, ("-m", "streamlit", "run", str(script))) as address:
        page = browser.new_page()
        page.goto(address)
        settle(page)
        for number, text in enumerate(HOSTILE):
            for kind in ("plain", "marked"):
                shown = page.locator(f".st-key-{kind}-{number} [data-testid='stMarkdownContainer']")
                assert shown.inner_text().replace("\xa0", " ").rstrip() == text
                assert shown.locator("a, img, code, em, strong, del, h1, li, table, svg, .katex").count() == 0
        page.close()
