"""The contract: somebody in, items with their reasons out."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from bigmodel_apps.problems import InputError, from_validation
from bigmodel_apps.recommendation import shelf
from bigmodel_apps.recommendation.model import RecommendationModel, outputs
from bigmodel_apps.recommendation.schema import Input, Options
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.runtime.device import Device

CPU = Device("cpu", "cpu", "float32", "")


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    return shelf.shops.put(shop.key, shop)


def test_each_input_has_its_output(open_shop: Shop) -> None:
    model = RecommendationModel(None, CPU)
    known = [str(id) for id in open_shop.interactions.user_ids[:70]]
    found = model.predict([Input(user=id) for id in known], Options(shop=open_shop.key, k=3))
    alone = model.predict([Input(user=known[42])], Options(shop=open_shop.key, k=3))[0]
    assert [item.id for item in found[42].items] == [item.id for item in alone.items]
    assert found[42].items[0].score == pytest.approx(alone.items[0].score)
    assert not alone.unknown
    assert not alone.popular
    assert model.nbytes > 0


def test_a_user_is_their_history(open_shop: Shop) -> None:
    history = [str(open_shop.catalogue.ids[item]) for item in open_shop.histories[7]]
    options = Options(shop=open_shop.key)
    by_name, by_history = outputs(
        open_shop, [Input(user=str(open_shop.interactions.user_ids[7])), Input(history=history)], options
    )
    assert by_name == by_history


def test_shares_and_rest_sum_to_the_score_however_many_are_named(open_shop: Shop) -> None:
    user = str(open_shop.interactions.user_ids[9])
    for because in (0, 1, 50):
        for item in outputs(open_shop, [Input(user=user)], Options(because=because, popularity_penalty=0.4))[0].items:
            assert len(item.because) <= because
            assert sum(one.share for one in item.because) + item.rest == pytest.approx(item.score, abs=1e-6)
            assert [abs(one.share) for one in item.because] == sorted(
                (abs(o.share) for o in item.because), reverse=True
            )


def test_removing_an_item_is_a_history_without_it(open_shop: Shop) -> None:
    history = open_shop.histories[11]
    ids = [str(open_shop.catalogue.ids[item]) for item in history]
    shorter = outputs(open_shop, [Input(history=ids[1:])], Options(k=5))[0]
    np.testing.assert_allclose(
        [item.score for item in shorter.items],
        open_shop.recommender.scores([history[1:]])[0][[open_shop.places[item.id] for item in shorter.items]],
    )


def test_what_is_unknown_is_named_and_counts_nothing(open_shop: Shop) -> None:
    nobody, half = outputs(
        open_shop, [Input(user="谁 ?"), Input(user="谁 ?", history=["thing 1", "没有", "没有"])], Options(k=4)
    )
    assert nobody.unknown == ["谁 ?"]
    assert nobody.popular
    assert len(nobody.items) == 4
    assert all(not item.because for item in nobody.items)
    assert half.unknown == ["谁 ?", "没有"]
    assert not half.popular
    assert half.items == outputs(open_shop, [Input(history=["thing 1"])], Options(k=4))[0].items


def test_titles_follow_the_language(open_shop: Shop) -> None:
    english, chinese = (
        outputs(open_shop, [Input(history=["thing 1"])], Options(language=language))[0].items[0]
        for language in ("en", "zh")
    )
    assert english.id == chinese.id
    assert english.title.startswith("Thing ")
    assert chinese.title.startswith("第")


def test_neither_user_nor_history_is_a_problem() -> None:
    with pytest.raises(ValidationError) as caught:
        Input()
    assert from_validation(caught.value)[0].code == "recommendation-user-or-history"


def test_a_shop_that_is_not_open_is_named() -> None:
    with pytest.raises(InputError) as caught:
        shelf.prepare(Options(shop="gone"), "recommendation-blend")
    assert caught.value.problems[0].code == "recommendation-shop-unknown"
