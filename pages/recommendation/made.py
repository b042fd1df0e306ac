"""The list for a person, once for what it depends on, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bigmodel_apps.recommendation import lists, rules
from bigmodel_apps.recommendation.interactions import Codes
from bigmodel_apps.recommendation.lists import Made, Settings
from bigmodel_apps.recommendation.recommender import Shares
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.ui import odds
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from pages.recommendation import opened
from pages.recommendation.person import Person


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A list and its reasons.

    Attributes:
        shares: Of the items of the list, in its order.
    """

    made: Made
    shares: Shares

    def history(self, who: Person) -> Codes:
        """The items of the history that shares are of, the newest `LONGEST`."""
        return who.history[len(who.history) - len(self.shares.shares) :]

    def because(self, place: int) -> list[tuple[int, float]]:
        """Places in the history and their shares of an item of the list, the heaviest first."""
        shares = self.shares.shares[:, place]
        return [(int(at), float(shares[at])) for at in np.argsort(-np.abs(shares), kind="stable") if shares[at]]


def make(shop: Shop, who: Person, settings: Settings) -> Shown:
    """The list with the rules of the shop and the taste of the person, as they are now."""
    kept = rules.of(owner(), shop.base)
    limits = rules.limits(kept, shop.catalogue, shop.places, who.taste.dismissed)
    (found,) = lists.make(shop.recommender, [who.history], settings, [limits], shop.vectors)
    return Shown(found, lists.explain(shop.recommender, who.history, found.items, settings))


def reason(shop: Shop, who: Person, shown: Shown, place: int, most: int = 2) -> str:
    """Why an item stands in the list, in a line. Plain text."""
    if shown.made.pinned[place]:
        return t("recommendation-because-pinned")
    history = shown.history(who)
    raising = [(at, share) for at, share in shown.because(place) if share > 0][:most]
    rest = {name: float(values[place]) for name, values in shown.shares.rest.items()}
    parts = [f"{odds.signed(share)} {opened.title(shop, int(history[at]))}" for at, share in raising]
    term = max(rest, key=rest.__getitem__, default=lists.POPULARITY)
    if not parts or rest.get(term, 0.0) > raising[0][1]:
        parts.insert(0, f"{odds.signed(rest.get(term, 0.0))} {term_word(term)}")
    return " · ".join(parts[:most])


def heaviest(shown: Shown, place: int) -> int | None:
    """The place in the history of what raises an item of the list most; None where nothing of it does."""
    return next((at for at, share in shown.because(place) if share > 0), None)


def term_word(name: str) -> str:
    """What a term of the blend is called; the penalty too. Plain text."""
    return t(f"recommendation-term-{name}")
