"""The catalogues that ship: complete in both languages, no doubles, habits that name what exists."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest

from bigmodel_apps.locales import LANGUAGES, Language
from bigmodel_apps.recommendation import columns, ledger, samples, simulator

HAN = re.compile(r"[㐀-鿿]")


@pytest.mark.parametrize(("name", "least", "groups"), [("shop", 590, 14), ("films", 230, 15)])
def test_a_catalogue_is_complete_in_both_languages(name: str, least: int, groups: int) -> None:
    items = samples.catalogue(name)
    assert len(items) >= least
    assert len(set(items.ids)) == len(items)
    for language in LANGUAGES:
        assert len(set(items.titles[language])) == len(items)
        assert len(set(items.categories[language])) == groups
        assert all(len(text) >= 2 for text in items.titles[language])
        assert all(text.strip() == text and text for text in items.descriptions[language])
    assert all(HAN.search(text) for text in items.titles["zh"])
    assert all(HAN.search(text) for text in items.descriptions["zh"])
    assert not any(HAN.search(text) for text in items.titles["en"])
    assert not any(HAN.search(text) for text in items.descriptions["en"])


@pytest.mark.parametrize("name", samples.NAMES)
def test_chinese_is_set_as_chinese(name: str) -> None:
    items = samples.catalogue(name)
    for text in [*items.titles["zh"], *items.descriptions["zh"]]:
        assert not re.search(r"[,;!?](?!\d)", text), text  # full-width punctuation
        assert not re.search(r"[㐀-鿿][A-Za-z0-9]", text), text  # a space between Chinese and Latin
        assert not re.search(r"[A-Za-z0-9][㐀-鿿]", text), text
    assert all(text.endswith("。") for text in items.descriptions["zh"])


def test_prices_are_of_a_shop() -> None:
    prices = samples.catalogue(samples.SHOP).prices
    assert prices is not None
    assert prices.min() >= 2
    assert prices.max() < 400
    assert (np.round(prices, 2) == prices).all()
    assert samples.catalogue(samples.FILMS).prices is None


def test_products_of_a_kind_are_of_one_category_and_enough_to_choose_from() -> None:
    columns = samples.table(samples.SHOP)
    of: dict[str, set[str]] = {}
    for kind, category in zip(columns["kind"], columns["category"], strict=True):
        of.setdefault(kind, set()).add(category)
    assert all(len(categories) == 1 for categories in of.values())
    assert np.unique(columns["kind"].astype(str), return_counts=True)[1].min() >= 4


def test_habits_speak_of_every_kind() -> None:
    habits = simulator.habits()
    assert (habits.tastes.sum(axis=0) > 0).all()
    assert np.allclose(habits.tastes.sum(axis=1), 1)
    assert habits.seasons.shape == (12, len(habits.kinds))
    assert (habits.seasons.max(axis=0) > 0).all()


def test_a_series_is_told_in_order() -> None:
    columns = samples.table(samples.FILMS)
    place = {one: number for number, one in enumerate(columns["id"])}
    followed = [(number, place[before]) for number, before in enumerate(columns["follows"]) if before]
    assert len(followed) >= 30
    for later, earlier in followed:
        assert earlier < later
        assert columns["genre"][earlier] == columns["genre"][later]
        assert int(columns["year"][earlier]) <= int(columns["year"][later])


@pytest.mark.parametrize("name", samples.NAMES)
def test_a_sample_is_simulated_and_says_so(name: str) -> None:
    found = samples.interactions(name)
    assert found.simulated
    assert found.catalogue is samples.catalogue(name)
    assert samples.interactions(name) is found


@pytest.mark.parametrize("call", [samples.table, samples.catalogue, samples.interactions, samples.recipe])
def test_another_name_is_unknown(call: object) -> None:
    with pytest.raises(KeyError):
        call("cars")  # type: ignore[operator]


@pytest.mark.parametrize("name", samples.NAMES)
def test_a_recipe_ships_with_every_sample(name: str) -> None:
    recipe = samples.recipe(name)
    assert set(recipe.terms) == set(recipe.weights)
    assert sum(recipe.weights.values()) == pytest.approx(1, abs=1e-3)
    assert recipe.figures["blend"] >= max(value for term, value in recipe.figures.items() if term != "blend")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_to_try_is_what_people_bring(language: Language) -> None:
    rows = list(csv.reader(io.StringIO(samples.upload_csv(language).decode())))
    assert tuple(rows[0]) == samples.UPLOAD_COLUMNS[language]
    lines = [dict(zip(samples.UPLOAD_COLUMNS["en"], row, strict=True)) for row in rows[1:]]
    assert 3_000 < len(lines) < 20_000
    times = [line["order_time"] for line in lines]
    assert times == sorted(times)
    assert all(int(line["quantity"]) >= 1 and float(line["price"]) > 0 for line in lines)
    assert bool(HAN.search(lines[0]["title"])) == (language == "zh")
    assert samples.UPLOAD_NAME.startswith("simulated")
    table = ledger.open_table(samples.upload_csv(language), samples.UPLOAD_NAME)
    guessed = columns.guess(table.frame).columns
    roles = ("basket", "time", "user", "item", "title", "category", "price", "quantity")
    assert tuple(getattr(guessed, role) for role in roles) == samples.UPLOAD_COLUMNS[language]
