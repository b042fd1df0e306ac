"""The shops that are open in this process: interactions with the model that was fitted on them.

`SAMPLE` is the simulated shop that the page opens on, `FILMS` the simulated film club. A file of a user's becomes a shop
under a key that only its owner's session can make (`key_of`); `bulk` puts it here.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from bigmodel_apps.problems import Problem, Unavailable
from bigmodel_apps.recommendation import lists, storage
from bigmodel_apps.recommendation import recommender as recommenders
from bigmodel_apps.recommendation.interactions import Codes, Interactions, Items, Singles
from bigmodel_apps.recommendation.lookup import Lookup
from bigmodel_apps.recommendation.recommender import Recommender
from bigmodel_apps.recommendation.schema import Options
from bigmodel_apps.workspace.shelf import Shelf

SAMPLE, FILMS = "sample", "films"
CHOICES_FILE = "choices.zip"
WEIGHTS = Path(__file__).parent / "weights"
"""What ships of the sample shops, a folder each: ``train recommendation --sample NAME --out FOLDER`` makes it again."""


@dataclass(frozen=True, eq=False)
class Shop:
    """A catalogue, who chose what, and the model that was fitted on it.

    Attributes:
        key: For `Options.shop`.
        interactions: All of them, also those that came after the fit; its catalogue is the recommender's.
        recommender: Fitted on them, or on those that were there at its fit.
        parent: The shop that this is a view of, with added choices or another model; None for a shop itself.
    """

    key: str
    interactions: Interactions
    recommender: Recommender
    parent: Shop | None = None

    @property
    def base(self) -> str:
        """Key of the shop itself, which stays the same whatever is added to it: rules and tastes are kept under it."""
        return self.key if self.parent is None else self.parent.base

    @property
    def catalogue(self) -> Items:
        """The items."""
        return self.recommender.catalogue

    @property
    def simulated(self) -> bool:
        """Whether its users were drawn by a simulator."""
        return self.interactions.simulated

    @functools.cached_property
    def histories(self) -> list[Codes]:
        """See `Interactions.histories`."""
        return self.interactions.histories()

    @functools.cached_property
    def lookup(self) -> Lookup:
        """Finds items by what somebody types."""
        return self.parent.lookup if self.parent is not None else Lookup(self.catalogue, self.recommender.counts)

    @functools.cached_property
    def places(self) -> dict[str, int]:
        """Places of the items by id."""
        if self.parent is not None:
            return self.parent.places
        return {str(id): place for place, id in enumerate(self.catalogue.ids)}

    @functools.cached_property
    def users(self) -> dict[str, int]:
        """Places of the users by id."""
        return {str(id): place for place, id in enumerate(self.interactions.user_ids)}

    @functools.cached_property
    def vectors(self) -> Singles:
        """See `lists.vectors`; a few added choices do not change what items are like."""
        return (
            self.parent.vectors
            if self.parent is not None
            else lists.vectors(self.interactions.matrix(), self.catalogue)
        )

    @property
    def nbytes(self) -> int:
        """About its memory, without what it shares with its parent."""
        shared = self.parent is not None and self.parent.recommender is self.recommender
        return (0 if shared else self.recommender.nbytes) + 60 * len(self.interactions) + 1_000 * len(self.catalogue)

    def history(self, user: str) -> Codes | None:
        """What a user chose; None for one who is not known."""
        place = self.users.get(user)
        return None if place is None else self.histories[place]


shops: Shelf[Shop] = Shelf("recommendation-shop-unknown", "shop", 2 * 2**30)


def open_shop(key: str | None = None) -> Shop:
    """The shop of a key; the sample shop by default.

    Raises:
        InputError: ``recommendation-shop-unknown``.
    """
    if key is None or key in (SAMPLE, FILMS):
        name = key or SAMPLE
        return shops.open(name, lambda: _sample(name))
    return shops.get(key)


def key_of(id: str, owner: str) -> str:
    """The key of an owner's file: nobody else can make it."""
    return f"{id}~{blake2b(owner.encode(), digest_size=16, person=b'shop').hexdigest()}"


def save(shop: Shop, folder: Path) -> None:
    """Write a shop so that `load` opens it without its file: the model, and who chose what."""
    recommenders.save(shop.recommender, folder)
    (folder / CHOICES_FILE).write_bytes(storage.pack(shop.interactions))


def load(folder: Path) -> Shop:
    """The shop that `save` wrote; its key is the folder.

    Raises:
        Unavailable: ``recommendation-model-damaged``.
    """
    recommender = recommenders.load(folder)
    try:
        interactions = storage.unpack((folder / CHOICES_FILE).read_bytes())
    except OSError:
        raise Unavailable(Problem("recommendation-model-damaged", field=folder.name)) from None
    return Shop(str(folder), replace(interactions, catalogue=recommender.catalogue), recommender)


def prepare(options: Options, model: str) -> None:
    """Runs on the caller's thread before anything is queued: what the options name must be open. A model that ``train``
    wrote, which is named ``<model>@<folder>``, brings its own shop."""
    if options.shop is not None or "@" not in model:
        open_shop(options.shop)


def warm_up(_model: str) -> None:
    """Open the sample shop before the first visitor."""
    open_shop()


def _sample(name: str) -> Shop:
    return replace(load(WEIGHTS / name), key=name)
