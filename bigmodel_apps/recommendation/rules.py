"""What a shop's owner wants of every list, and what somebody liked or dismissed. Kept in the workspace by owner and shop;
the next list follows them, without a fit.

Items are kept by id, so that rules outlive a refit and a new catalogue.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bigmodel_apps import workspace
from bigmodel_apps.recommendation.interactions import Codes, Items
from bigmodel_apps.recommendation.lists import Limits
from bigmodel_apps.recommendation.schema import MOST_HISTORY, MOST_K, Rules
from bigmodel_apps.workspace import Dataset

DOMAIN = "recommendation"
KIND = "recommendation-rules"
ANYBODY = ""
"""In the place of a user's id: whoever types a history."""

_changing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Taste:
    """What somebody said of items, the newest last: liked ones continue the history, dismissed ones are not shown."""

    liked: tuple[str, ...] = ()
    dismissed: tuple[str, ...] = ()


def of(owner: str, shop: str) -> Rules:
    """The rules of a shop; none at first."""
    return Rules.model_validate(_content(owner, shop)[1].get("rules", {}))


def keep(owner: str, shop: str, rules: Rules) -> None:
    """Replace the rules of a shop.

    Raises:
        InputError: ``workspace-full``.
    """
    with _changing:
        _write(owner, shop, {"rules": rules.model_dump(mode="json")})


def taste(owner: str, shop: str, user: str = ANYBODY) -> Taste:
    """What was said for a user of a shop; nothing at first."""
    kept = _content(owner, shop)[1].get("tastes", {}).get(user, {})
    return Taste(tuple(kept.get("liked", ())), tuple(kept.get("dismissed", ())))


def like(owner: str, shop: str, item: str, user: str = ANYBODY) -> Taste:
    """Somebody likes an item; it is dismissed no longer."""
    return _say(owner, shop, user, item, liked=True)


def dismiss(owner: str, shop: str, item: str, user: str = ANYBODY) -> Taste:
    """Somebody does not want to see an item; it is liked no longer."""
    return _say(owner, shop, user, item, liked=False)


def take_back(owner: str, shop: str, item: str | None = None, user: str = ANYBODY) -> Taste:
    """Forget what was said of an item, or of all items."""
    return _say(owner, shop, user, item, liked=None)


def forget(owner: str, shop: str) -> None:
    """Forget rules and tastes of a shop."""
    with _changing:
        dataset, _ = _content(owner, shop)
        if dataset is not None:
            workspace.default().datasets.delete(dataset.id, owner)


def limits(rules: Rules | None, catalogue: Items, places: Mapping[str, int], dismissed: Sequence[str] = ()) -> Limits:
    """Rules as places in a catalogue; ids that it does not have count nothing.

    Args:
        places: Of the catalogue's items by id.
        dismissed: Ids of further items that may not be shown.
    """
    rules = rules or Rules()
    hidden = np.zeros(len(catalogue), dtype=bool)
    hidden[[places[id] for id in (*rules.exclude, *rules.out_of_stock, *dismissed) if id in places]] = True
    pinned = np.array([places[id] for id in dict.fromkeys(rules.pin) if id in places], dtype=np.int32)
    groups, most = _quotas(rules, catalogue)
    return Limits(hidden, pinned, groups, most)


def category_names(catalogue: Items, language: str) -> list[str]:
    """The categories of a catalogue as a language names them, sorted; empty where none is known."""
    names = catalogue.categories.get(language, next(iter(catalogue.categories.values()), np.zeros(0, dtype=object)))
    return sorted({str(name) for name in names if name})


def _quotas(rules: Rules, catalogue: Items) -> tuple[Codes | None, Codes]:
    """For each item the number of its category, and for each category how many of it are allowed."""
    if not catalogue.categories or (rules.most_per_category is None and not rules.quotas):
        return None, np.zeros(0, dtype=np.int32)
    by_language = list(catalogue.categories.values())
    first = by_language[0].astype(str)
    names, places = np.unique(first, return_inverse=True)
    groups: Codes = np.where(first == "", -1, places).astype(np.int32)
    most = np.full(len(names), rules.most_per_category or MOST_K, dtype=np.int32)
    for quota in rules.quotas:
        for column in by_language:
            for group in np.unique(groups[column == quota.category]):
                if group >= 0:
                    most[group] = quota.most
    return groups, most


def _say(owner: str, shop: str, user: str, item: str | None, *, liked: bool | None) -> Taste:
    with _changing:
        _, content = _content(owner, shop)
        kept = content.get("tastes", {}).get(user, {})
        left = {
            name: [one for one in kept.get(name, ()) if item is not None and one != item]
            for name in ("liked", "dismissed")
        }
        if liked is not None and item is not None:
            left["liked" if liked else "dismissed"].append(item)
        tastes = {name: ids[-MOST_HISTORY:] for name, ids in left.items()}
        _write(owner, shop, {"tastes": {**content.get("tastes", {}), user: tastes}})
    return Taste(tuple(tastes["liked"]), tuple(tastes["dismissed"]))


def _content(owner: str, shop: str) -> tuple[Dataset | None, dict[str, Any]]:
    """The data set that holds rules and tastes of a shop, and what is in it."""
    for dataset in workspace.default().datasets.list(owner, DOMAIN, KIND):
        if dataset.owner == owner and dataset.meta["shop"] == shop:
            return dataset, json.loads(workspace.default().datasets.content(dataset.id, owner))
    return None, {}


def _write(owner: str, shop: str, changes: Mapping[str, Any]) -> None:
    dataset, content = _content(owner, shop)
    packed = json.dumps({**content, **changes}, ensure_ascii=False).encode()
    if dataset is None:
        workspace.default().datasets.add(owner, DOMAIN, KIND, "rules", packed, {"shop": shop})
    else:
        workspace.default().datasets.update(dataset.id, owner, packed, dataset.meta)
