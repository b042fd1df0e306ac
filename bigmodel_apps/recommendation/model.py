"""Somebody in, a list of items out, with what each rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from bigmodel_apps.recommendation import lists, rules, shelf
from bigmodel_apps.recommendation.interactions import Codes
from bigmodel_apps.recommendation.lists import Made, Settings
from bigmodel_apps.recommendation.recommender import LONGEST
from bigmodel_apps.recommendation.schema import Because, Input, Options, Output, Recommendation
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.runtime.device import Device

ENGINE = "blend"

_TOGETHER = 64


class RecommendationModel:
    """The blend of a shop, as the engine calls it.

    Args:
        path: Folder that ``train recommendation`` wrote; None in the application, where options name what is open.
    """

    batches = True

    def __init__(self, path: Path | None, _device: Device) -> None:
        self._shop = shelf.load(path) if path is not None else None

    @property
    def nbytes(self) -> int:
        """Bytes of the shop that it holds, or of those that are open."""
        return self._shop.nbytes if self._shop is not None else shelf.shops.nbytes

    def predict(self, inputs: Sequence[Input], options: Options | None = None) -> list[Output]:
        """One output an input."""
        options = options or Options()
        shop = self._shop if self._shop is not None and options.shop is None else shelf.open_shop(options.shop)
        return [
            output
            for start in range(0, len(inputs), _TOGETHER)
            for output in outputs(shop, inputs[start : start + _TOGETHER], options)
        ]


def settings_of(options: Options) -> Settings:
    """What the options say of a list."""
    return Settings(
        options.k, options.diversity, options.popularity_penalty, options.recency, options.text, options.seen
    )


def outputs(shop: Shop, inputs: Sequence[Input], options: Options) -> list[Output]:
    """A list for each input, all scored at once."""
    histories, unknown = [], []
    for one in inputs:
        history, missing = history_of(shop, one)
        histories.append(history)
        unknown.append(missing)
    settings = settings_of(options)
    limits = rules.limits(options.rules, shop.catalogue, shop.places)
    made = lists.make(
        shop.recommender,
        histories,
        settings,
        [limits.without(codes(shop, one.dismissed)[0]) if one.dismissed else limits for one in inputs],
        shop.vectors if settings.diversity else None,
    )
    return [
        Output(
            items=_items(shop, history, found, settings, options), unknown=missing, popular=found.popular, engine=ENGINE
        )
        for history, missing, found in zip(histories, unknown, made, strict=True)
    ]


def history_of(shop: Shop, given: Input) -> tuple[Codes, list[str]]:
    """What somebody chose, each item at its last time, and the ids that are not known."""
    known = shop.history(given.user) if given.user is not None else None
    unknown = [given.user] if given.user is not None and known is None else []
    places, missing = codes(shop, given.history or ())
    if known is None or not len(known):
        return places, unknown + missing
    return np.concatenate([known[~np.isin(known, places)], places]), unknown + missing


def codes(shop: Shop, ids: Iterable[str]) -> tuple[Codes, list[str]]:
    """Items by id, in the given order and each at its last place, and the ids that the catalogue does not have."""
    found: dict[int, None] = {}
    unknown: dict[str, None] = {}
    for id in ids:
        if (place := shop.places.get(id)) is None:
            unknown[id] = None
        else:
            found.pop(place, None)
            found[place] = None
    return np.array(list(found), dtype=np.int32), list(unknown)


def _items(shop: Shop, history: Codes, made: Made, settings: Settings, options: Options) -> list[Recommendation]:
    if not len(made.items):
        return []
    why = lists.explain(shop.recommender, history, made.items, settings)
    looked_at = history[-LONGEST:]
    found = []
    for column, (item, pinned) in enumerate(zip(made.items.tolist(), made.pinned.tolist(), strict=True)):
        shares = why.shares[:, column]
        heaviest = np.argsort(-np.abs(shares), kind="stable")[: options.because]
        heaviest = heaviest[shares[heaviest] != 0]
        score = float(why.scores[column])
        found.append(
            Recommendation(
                id=str(shop.catalogue.ids[item]),
                title=shop.catalogue.title(item, options.language),
                score=score,
                because=[
                    Because(id=str(shop.catalogue.ids[looked_at[row]]), share=float(shares[row])) for row in heaviest
                ],
                rest=score - float(shares[heaviest].sum()),
                pinned=pinned,
            )
        )
    return found
