"""The report of a fitted shop says what its leaderboard and its lists say, and every customer's list is safe to open."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from bigmodel_apps.locales import LANGUAGES, Language, message, number
from bigmodel_apps.recommendation import bulk, ease, fitting, ledger, lists, titles
from bigmodel_apps.recommendation.bulk import Result
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.schema import Rules
from bigmodel_apps.reporting import recommendation, to_html, to_json
from tests.reporting.test_reports import HOSTILE, opened

SEEN = HOSTILE.replace("\ud800", "").replace("\0", "").replace('"', "'")
"""Text that a page must not run."""


@pytest.fixture(scope="module")
def result() -> Result:
    """Sixty people in two camps, with hostile names, a formula among the titles, and two rows that cannot be used."""
    random = np.random.default_rng(5)
    lines = ["who,what,when,title"]
    for place in range(900):
        user = int(random.integers(60))
        item = int(random.integers(12)) + 12 * (user % 2)
        title = "=1+1" if item == 3 else f"Thing {item}"
        lines.append(f'"{user} {SEEN}",i{item},2026-{1 + place // 150:02}-{1 + place % 28:02},{title}')
    lines += [",i1,2026-02-01,Thing 1", "somebody,i2,never,Thing 2"]
    kept = bulk.keep("reco-report", bulk.prepare(ledger.open_table("\n".join(lines).encode(), "my shop.csv")))
    return bulk.fit(kept.id, "reco-report")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_the_leaderboard_lists_and_what_was_left_out(result: Result, language: Language) -> None:
    report = recommendation.from_result(result, language)
    content = to_html(report)
    page = opened(content)
    found = result.leaderboard
    assert found is not None
    assert "<script" not in content.decode().split("<body>")[1]
    for line in (
        recommendation.headline(found, language),
        recommendation.how_measured(found, language),
        recommendation.lead_in_words(found, language),
        recommendation.blend_in_words(result.shop.recommender, language),
        message("recommendation-left-recommendation-user-missing", language, count=1),
    ):
        assert line in page.text
    for row in found.rows:
        assert number(round(row.ndcg.value, 4), language) in page.text
    assert message("rr-simulated", language) not in page.text
    assert report.one_page
    assert to_json(report)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_large_catalogue_goes_without_is_said(
    result: Result, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = result.shop.interactions
    recipe = Recipe({"ease": {}, "text": {"ridge": 3.0}}, {"ease": 0.8, "text": 0.2}, {"blend": 0.5})
    assert not recommendation.limits_in_words(fitting.fit(chosen, recipe), language)
    for module, name, limit in ((ease, "MOST_ITEMS", 21), (fitting, "MOST_SEARCHED", 17), (titles, "MOST_ITEMS", 13)):
        monkeypatch.setattr(module, name, limit)
    fitted = fitting.fit(chosen, recipe)
    said = recommendation.limits_in_words(fitted, language)
    assert [str(limit) in line for limit, line in zip((21, 17, 13), said, strict=True)] == [True] * 3
    page = opened(to_html(recommendation.from_shop(replace(result.shop, recommender=fitted), language, "Shop")))
    assert all(line in page.text for line in said)


def test_shares_in_the_report_are_those_of_the_score(result: Result) -> None:
    shop = result.shop
    user = int(np.argmax([len(history) for history in shop.histories]))
    table = recommendation.examples(shop, "en")
    (made,) = lists.make(shop.recommender, [shop.histories[user]], Settings(k=3))
    assert [row[2] for row in table.rows[:3]] == [shop.catalogue.title(int(item), "en") for item in made.items]


def test_a_list_for_every_customer_holds_nothing_chosen_and_no_formula(result: Result) -> None:
    content = recommendation.lists_csv(result.shop, "en", 5)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    users = {row["user"] for row in rows}
    assert len(users) == len(result.shop.histories)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in (row["title"], row["user"]))
    names = result.shop.interactions.user_ids
    for user, history in enumerate(result.shop.histories):
        chosen = {str(result.shop.catalogue.ids[item]) for item in history}
        own = [row for row in rows if row["user"].lstrip("'") == str(names[user]).lstrip("'")]
        assert not chosen & {row["item"] for row in own}
        assert [row["rank"] for row in own] == [str(rank + 1) for rank in range(len(own))]


def test_lists_for_everybody_obey_the_rules(result: Result) -> None:
    ids = [str(id) for id in result.shop.catalogue.ids]
    found = recommendation.lists_frame(result.shop, "en", 5, Rules(exclude=(ids[0], ids[1]), pin=(ids[2],)))
    assert not {ids[0], ids[1]} & set(found["item"])
    unseen = [user for user, history in enumerate(result.shop.histories) if 2 not in history]
    first = found[found["rank"] == 1].set_index("user")["item"]
    assert all(first[result.shop.interactions.user_ids[user]] == ids[2] for user in unseen)
