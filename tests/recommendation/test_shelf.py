"""Shops are written and opened again; the sample shops answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps.problems import Unavailable
from bigmodel_apps.recommendation import samples, shelf, storage
from bigmodel_apps.recommendation.interactions import Interactions
from bigmodel_apps.recommendation.shelf import Shop


def same(one: Interactions, other: Interactions) -> None:
    for name in ("users", "items", "user_ids", "seconds", "ratings", "amounts", "baskets"):
        first, second = getattr(one, name), getattr(other, name)
        assert (first is None) == (second is None)
        if first is not None:
            np.testing.assert_array_equal(first, second)
            assert first.dtype == second.dtype
    np.testing.assert_array_equal(one.catalogue.ids, other.catalogue.ids)
    assert one.catalogue.titles.keys() == other.catalogue.titles.keys()
    assert one.simulated == other.simulated


def test_interactions_come_back_from_bytes_and_equal_ones_are_equal_bytes(interactions: Interactions) -> None:
    content = storage.pack(interactions)
    assert content == storage.pack(interactions)
    back = storage.unpack(content)
    same(back, interactions)
    np.testing.assert_array_equal(back.catalogue.titles["zh"], interactions.catalogue.titles["zh"])
    np.testing.assert_array_equal(back.catalogue.prices, interactions.catalogue.prices)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"nonsense"])
def test_damaged_bytes_are_named(content: bytes) -> None:
    with pytest.raises(Unavailable) as caught:
        storage.unpack(content)
    assert caught.value.problem.code == "recommendation-model-damaged"


def test_a_shop_comes_back_from_its_folder(shop: Shop, tmp_path: Path) -> None:
    shelf.save(shop, tmp_path)
    back = shelf.load(tmp_path)
    same(back.interactions, shop.interactions)
    for one, other in zip(
        back.recommender.recommend(shop.histories), shop.recommender.recommend(shop.histories), strict=True
    ):
        np.testing.assert_array_equal(one.items, other.items)
    (tmp_path / shelf.CHOICES_FILE).unlink()
    with pytest.raises(Unavailable):
        shelf.load(tmp_path)


def test_keys_are_the_owners() -> None:
    assert shelf.key_of("file", "me") != shelf.key_of("file", "you")
    assert shelf.key_of("file", "me") == shelf.key_of("file", "me")


@pytest.mark.parametrize(("key", "name"), [(shelf.SAMPLE, samples.SHOP), (shelf.FILMS, samples.FILMS)])
def test_what_ships_is_what_the_simulator_draws_and_the_recipe_says(key: str, name: str) -> None:
    found = shelf.open_shop(key)
    drawn = samples.interactions(name)
    same(found.interactions, drawn)
    for texts in ("titles", "categories", "descriptions"):
        for language, column in getattr(drawn.catalogue, texts).items():
            np.testing.assert_array_equal(getattr(found.catalogue, texts)[language], column)
    assert found.recommender.weights == samples.recipe(name).weights
    assert found.recommender.facts["recipe"]["terms"] == samples.recipe(name).terms


@pytest.mark.parametrize("key", [shelf.SAMPLE, shelf.FILMS])
def test_the_sample_shops_open_and_say_that_they_are_simulated(key: str) -> None:
    found = shelf.open_shop(key)
    assert found is shelf.open_shop(key)
    assert found.simulated
    assert found.key == found.base == key
    assert len(found.histories) == len(found.interactions.user_ids)
    assert len(found.recommender.recommend(found.histories[:1])[0].items) == 10
    assert found.nbytes > 0
