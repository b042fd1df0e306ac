"""Pictures of every page and view: ``python -m tests.e2e.screenshots OUT_DIR [HOME]``.

Each page and view in both languages and both themes at 1280×720, and each page once on a phone (390×844).
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.locales import LANGUAGES
from tests.e2e.conftest import JOBS_DONE, ROOT, WAIT_MILLISECONDS, launch, serving, settle

SCREEN, PHONE = (1280, 720), (390, 844)


def addresses(page: Page, server: str) -> Iterator[tuple[str, str]]:
    """Name and address of every page and of its views, read off the pages themselves."""
    yield "overview", "/?"
    for domain in DOMAINS.values():
        if not (ROOT / domain.page).is_file():
            continue
        page.goto(f"{server}/{domain.url_path}")
        settle(page)
        views = page.locator(f".st-key-{domain.url_path}-view button")
        yield domain.url_path, f"/{domain.url_path}?"
        view = ""
        for position in range(1, views.count()):
            views.nth(position).click()
            page.wait_for_url(partial(_view_changed, view))
            settle(page)
            view = _view(page.url)
            yield f"{domain.url_path}-{view}", f"/{domain.url_path}?view={view}&"


def _view(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("view", [""])[0]


def _view_changed(last: str, url: str) -> bool:
    return _view(url) not in ("", last)


def take(browser: Browser, url: str, file: Path, size: tuple[int, int], scheme: str) -> None:
    """One picture of what is above the fold, and one of the whole page where it is longer."""
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="en-GB",
    )
    page.goto(url)
    settle(page)
    page.wait_for_function(JOBS_DONE, timeout=WAIT_MILLISECONDS)
    settle(page)
    page.wait_for_timeout(500)  # charts fade in
    page.screenshot(path=file)
    height = page.get_by_test_id("stMain").evaluate("element => element.scrollHeight")
    if height > size[1]:
        page.set_viewport_size({"width": size[0], "height": height + 20})
        page.wait_for_timeout(500)
        page.screenshot(path=file.with_stem(f"{file.stem}-whole"))
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("home", type=Path, nargs="?", help="workspace to show; an empty one by default")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as empty, sync_playwright() as playwright:
        browser = launch(playwright)
        with serving(arguments.home or Path(empty)) as server:
            places = list(addresses(browser.new_page(), server))
            for (name, path), language, scheme in itertools.product(places, LANGUAGES, ("light", "dark")):
                file = arguments.out / f"{name}.{language}.{scheme}.png"
                take(browser, f"{server}{path}lang={language}", file, SCREEN, scheme)
            for name, path in places:
                take(browser, f"{server}{path}lang=zh", arguments.out / f"{name}.phone.png", PHONE, "light")
        browser.close()


if __name__ == "__main__":
    main()
