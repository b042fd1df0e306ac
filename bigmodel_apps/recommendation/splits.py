"""Parts to learn from and parts to measure on: by time where times are known, else by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from bigmodel_apps.recommendation.interactions import Codes, Flags, Interactions, Ints

SEED = 7


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What is learned from, and what is then asked for.

    Attributes:
        train: Users and catalogue keep their places.
        users: Who is asked for: places of users with a history in `train` and a new item held out, shape (u,).
        histories: Their items in `train`, the oldest first.
        held: For each the different items held out that are new to them and that somebody in `train` chose, in order of
            time.
        kind: How it was split.
        boundary: The second from which on everything is held out, of a split by time.
    """

    train: Interactions
    users: Ints
    histories: list[Codes]
    held: list[Codes]
    kind: Literal["time", "chance"]
    boundary: int | None = None


def held_out(interactions: Interactions, share: float = 0.2, seed: int = SEED) -> Split:
    """The last choices of all, by time where the choices are of different times; else some of each user's by chance."""
    seconds = interactions.seconds
    if seconds is not None and len(seconds) and seconds[0] != seconds[-1]:
        return temporal(interactions, share)
    return seeded(interactions, share, seed)


def temporal(interactions: Interactions, share: float = 0.2) -> Split:
    """The last choices of all are held out, from a moment on: nothing is learned from the future.

    Args:
        share: Of the choices, about.

    Raises:
        ValueError: Times are unknown.
    """
    if interactions.seconds is None:
        raise ValueError("a split by time needs times")
    place = min(int(len(interactions) * (1 - share)), len(interactions) - 1)
    return at(interactions, int(interactions.seconds[place]))


def at(interactions: Interactions, boundary: int) -> Split:
    """As `temporal`, from a given second on."""
    assert interactions.seconds is not None
    return split(interactions, interactions.seconds >= boundary, "time", boundary)


def seeded(interactions: Interactions, share: float = 0.2, seed: int = SEED) -> Split:
    """Of each user's different items that share is held out, by chance; of a single one never."""
    pairs = interactions.users.astype(np.int64) * max(len(interactions.catalogue), 1) + interactions.items
    different, first = np.unique(pairs, return_index=True)
    users = interactions.users[first]
    drawn = np.random.default_rng(seed).random(len(different))
    order = np.lexsort((drawn, users))
    counts = np.bincount(users, minlength=len(interactions.user_ids))
    starts = np.cumsum(counts) - counts
    ranks = np.arange(len(order)) - starts[users[order]]
    # Rounded up, so that a share of few items is one of them, but never all.
    held = different[order][ranks < np.minimum(np.ceil(share * counts), counts - 1)[users[order]]]
    return split(interactions, np.isin(pairs, held), "chance")


def among(split: Split, kept: Flags) -> Split:
    """The same over the kept items alone, shape (items,), and without users whom that leaves nothing."""
    places = (np.cumsum(kept) - 1).astype(np.int32)
    histories = [places[history[kept[history]]] for history in split.histories]
    held = [places[items[kept[items]]] for items in split.held]
    rows = [row for row in range(len(held)) if len(held[row]) and len(histories[row])]
    return Split(
        split.train.among(kept),
        split.users[rows],
        [histories[row] for row in rows],
        [held[row] for row in rows],
        split.kind,
        split.boundary,
    )


def split(
    interactions: Interactions, held: Flags, kind: Literal["time", "chance"], boundary: int | None = None
) -> Split:
    """Hold out the given choices, shape (n,)."""
    train, rest = interactions.take(~held), interactions.take(held)
    known = np.zeros(len(interactions.catalogue), dtype=bool)
    known[train.items] = True
    histories, later = train.histories(), rest.histories()
    users, wanted = [], []
    for user, (history, items) in enumerate(zip(histories, later, strict=True)):
        if len(history) and len(items):
            new = items[known[items] & ~np.isin(items, history)]
            if len(new):
                users.append(user)
                wanted.append(new)
    return Split(train, np.array(users, dtype=np.int64), [histories[user] for user in users], wanted, kind, boundary)
