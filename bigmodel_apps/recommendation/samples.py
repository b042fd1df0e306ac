"""Two bilingual catalogues that ship, and simulated people who choose from them: a shop and a library of films.

Both catalogues were written for this project; every product, film, series and course in them is invented.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.recommendation.interactions import Interactions, Items, Names

if TYPE_CHECKING:
    from bigmodel_apps.recommendation.fitting import Recipe

FOLDER = Path(__file__).parent / "samples"
SHOP, FILMS = "shop", "films"
NAMES = (SHOP, FILMS)
"""The words for them are the messages ``recommendation-sample-<name>``."""

CURRENCY = "EUR"
"""Of all prices and amounts of the shop."""

UPLOAD_NAME = "simulated-orders.csv"
UPLOAD_COLUMNS: Mapping[Language, tuple[str, ...]] = {
    "en": ("order_id", "order_time", "customer", "product_id", "title", "category", "price", "quantity"),
    "zh": ("订单号", "下单时间", "客户", "商品编号", "商品名称", "类别", "单价", "数量"),
}
"""Headers of the file to try the page with, as exports of shops have them."""

_GROUPED_BY = {SHOP: "category", FILMS: "genre"}


@cache
def table(name: str) -> Mapping[str, Names]:
    """The columns of a catalogue, as text, each shape (items,). Shared by all callers: do not change them.

    Raises:
        KeyError: There is no such catalogue.
    """
    if name not in NAMES:
        raise KeyError(name)
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: np.array([row[column] for row in rows], dtype=object) for column in rows[0]}


@cache
def catalogue(name: str) -> Items:
    """The catalogue in both languages; the shop's with prices.

    Raises:
        KeyError: There is no such catalogue.
    """
    columns = table(name)
    groups = columns[_GROUPED_BY[name]]
    return Items(
        ids=columns["id"],
        titles={language: columns[f"title_{language}"] for language in LANGUAGES},
        categories={language: _worded(groups, language) for language in LANGUAGES},
        prices=columns["price"].astype(np.float64) if "price" in columns else None,
        descriptions={language: columns[f"description_{language}"] for language in LANGUAGES},
    )


def _worded(groups: Names, language: Language) -> Names:
    words = {group: message(f"recommendation-category-{group}", language) for group in dict.fromkeys(groups.tolist())}
    return np.array([words[group] for group in groups.tolist()], dtype=object)


@cache
def interactions(name: str) -> Interactions:
    """A year of simulated choices from the catalogue. Shared by all callers: do not change its arrays.

    Raises:
        KeyError: There is no such catalogue.
    """
    from bigmodel_apps.recommendation import simulator

    if name == SHOP:
        return simulator.simulate_shop(simulator.SAMPLE_SHOP)[0]
    if name == FILMS:
        return simulator.simulate_films(simulator.SAMPLE_FILMS)[0]
    raise KeyError(name)


def recipe(name: str) -> Recipe:
    """What its recommender is made of: chosen by `shop_protocols.choose`, and kept.

    Raises:
        KeyError: There is no such catalogue.
    """
    from bigmodel_apps.recommendation.fitting import Recipe

    kept = json.loads((FOLDER / "recipes.json").read_text(encoding="utf-8"))
    return Recipe(**kept[name])


@cache
def upload_csv(language: Language = "en") -> bytes:
    """A file to try the page with: order lines of a small simulated shop as somebody would bring them, CSV in UTF-8."""
    from bigmodel_apps.recommendation import simulator

    found = simulator.simulate_shop(simulator.UPLOAD)[0]
    items = found.catalogue
    assert found.seconds is not None
    assert found.amounts is not None
    assert found.baskets is not None
    assert items.prices is not None
    prices = items.prices[found.items]
    columns = [
        found.baskets + 10_001,
        pd.to_datetime(found.seconds, unit="s"),
        found.user_ids[found.users],
        items.ids[found.items],
        items.titles[language][found.items],
        items.categories[language][found.items],
        prices,
        np.round(found.amounts / prices).astype(np.int64),
    ]
    named = dict(zip(UPLOAD_COLUMNS[language], columns, strict=True))
    return pd.DataFrame(named).to_csv(index=False, float_format="%.2f").encode()
