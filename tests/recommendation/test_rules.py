"""Rules and tastes are kept by owner and shop, and act at once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from bigmodel_apps.recommendation import rules
from bigmodel_apps.recommendation.model import outputs
from bigmodel_apps.recommendation.rules import Taste
from bigmodel_apps.recommendation.schema import Input, Options, Quota, Rules
from bigmodel_apps.recommendation.shelf import Shop


@pytest.fixture
def owner() -> str:
    return uuid4().hex


def test_rules_are_kept_by_owner_and_shop(owner: str) -> None:
    given = Rules(exclude=("a",), pin=("b 货",), quotas=(Quota(category="茶", most=1),), most_per_category=3)
    rules.keep(owner, "sample", given)
    assert rules.of(owner, "sample") == given
    assert rules.of(owner, "films") == rules.of(uuid4().hex, "sample") == Rules()
    rules.keep(owner, "sample", Rules())
    assert rules.of(owner, "sample") == Rules()


def test_likes_and_dismissals_exclude_one_another(owner: str) -> None:
    rules.like(owner, "sample", "a", "ann")
    rules.like(owner, "sample", "b", "ann")
    assert rules.dismiss(owner, "sample", "a", "ann") == Taste(("b",), ("a",))
    assert rules.like(owner, "sample", "b", "ann") == Taste(("b",), ("a",))
    assert rules.taste(owner, "sample", "bob") == rules.taste(owner, "sample") == Taste()
    rules.keep(owner, "sample", Rules(exclude=("x",)))  # one does not forget the other
    assert rules.taste(owner, "sample", "ann") == Taste(("b",), ("a",))
    assert rules.take_back(owner, "sample", "b", "ann") == Taste((), ("a",))
    assert rules.take_back(owner, "sample", user="ann") == Taste()
    rules.forget(owner, "sample")
    assert rules.of(owner, "sample") == Rules()


def test_a_like_continues_the_history_and_a_dismissal_hides(shop: Shop) -> None:
    user = str(shop.interactions.user_ids[2])
    before = outputs(shop, [Input(user=user)], Options())[0]
    first, second = before.items[0].id, before.items[1].id
    after = outputs(shop, [Input(user=user, history=[first], dismissed=[second])], Options(because=50))[0]
    shown = [item.id for item in after.items]
    assert first not in shown
    assert second not in shown
    assert any(because.id == first for item in after.items for because in item.because)


def test_categories_are_named(shop: Shop) -> None:
    assert rules.category_names(shop.catalogue, "zh")[0] == "第 1 类"
    assert len(rules.category_names(shop.catalogue, "en")) == 6
