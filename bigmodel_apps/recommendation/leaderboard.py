"""An honest leaderboard on somebody's own data: what each way of recommending finds of choices that none has seen.

Held out are the last choices of all where times are known, else some of each user's by chance. Chance and popularity are
always among the systems; every term stands alone as well as in the blend, and each is compared with the blend on the same
users.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from bigmodel_apps import measures
from bigmodel_apps.measures import Estimate
from bigmodel_apps.recommendation import lists, ranking
from bigmodel_apps.recommendation.interactions import Codes, Flags, Floats
from bigmodel_apps.recommendation.recommender import Recommender
from bigmodel_apps.recommendation.splits import SEED, Split
from bigmodel_apps.recommendation.terms import Report, Stop, step

OURS, RANDOM, ALONE = "ours", "random", "term-"
"""Names of systems: the blend, chance, and before the name of a term that stands alone. Messages ``system-<name>``."""

MOST_USERS = 5_000
"""Users who are asked for; of more, as many are drawn."""

LEAST_USERS = 20
"""Fewer users with something held out say nothing worth showing."""

_AT_ONCE = 256
_DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """How one system does; means over the users asked for, whose lists hold `ranking.K` items.

    Attributes:
        system: See `OURS`, `RANDOM` and `ALONE`.
        ndcg, recall: See `ranking.Figures`.
        hit_rate: The share of lists that hold at least one item that was held out.
        coverage: The share of the items on offer that stand in at least one list.
        novelty: Bits; see `ranking.novelty`.
        diversity: Within a list; see `ranking.diversity`.
        difference: nDCG of the blend less that of this system, on the same users; None for the blend.
        p: Of McNemar's exact test on which lists hold a hit; None for the blend.
    """

    system: str
    ndcg: Estimate
    recall: Estimate
    hit_rate: Estimate
    coverage: float
    novelty: float
    diversity: float
    difference: Estimate | None = None
    p: float | None = None

    @property
    def clear(self) -> bool:
        """Whether the interval of the difference leaves 0 out."""
        return self.difference is not None and not self.difference.low <= 0 <= self.difference.high


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """Systems on the same users.

    Attributes:
        rows: The best by nDCG first.
        users: Asked for.
        choices: Held out of them.
        items: On offer: those that somebody chose before.
        kind: Whether by ``time`` or by ``chance``.
        boundary: The second from which on everything is held out, of a split by time.
    """

    rows: tuple[Standing, ...]
    users: int
    choices: int
    items: int
    kind: Literal["time", "chance"]
    boundary: int | None = None

    def of(self, system: str) -> Standing | None:
        """The row of a system."""
        return next((row for row in self.rows if row.system == system), None)

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Leaderboard:
        """From `to_json`."""

        def row_of(written: Mapping[str, Any]) -> Standing:
            values: dict[str, Any] = {
                name: Estimate(**value) if isinstance(value, Mapping) else value for name, value in written.items()
            }
            return Standing(**values)

        rows = tuple(row_of(written) for written in kept["rows"])
        return cls(**{**kept, "rows": rows})


def measure(
    recommender: Recommender,
    split: Split,
    *,
    seed: int = SEED,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Leaderboard:
    """Ask every system for the users of a split.

    Args:
        recommender: Fitted on ``split.train``, with popularity among its terms.

    Raises:
        Cancelled: By `cancelled`.
        ValueError: The split asks for nobody.
    """
    if not len(split.users):
        raise ValueError("a leaderboard of nobody")
    rows = np.sort(np.random.default_rng(seed).permutation(len(split.users))[:MOST_USERS])
    histories = [split.histories[row] for row in rows]
    held = [split.held[row] for row in rows]
    matrix = split.train.matrix()
    counts = np.asarray(matrix.sum(axis=0)).ravel().astype(np.int32)
    known, users = counts > 0, int((np.diff(matrix.indptr) > 0).sum())
    vectors = lists.vectors(matrix, split.train.catalogue)
    found: dict[str, list[Codes]] = {RANDOM: _by_chance(histories, known, seed)}
    names = [OURS, *(f"{ALONE}{term.name}" for term in recommender.terms)]
    for place, name in enumerate(names):
        weights = None if name == OURS else {name.removeprefix(ALONE): 1.0}
        found[name] = []
        for start in range(0, len(histories), _AT_ONCE):
            part = histories[start : start + _AT_ONCE]
            found[name] += [one.items for one in recommender.recommend(part, ranking.K, weights=weights, allowed=known)]
            done = place * len(histories) + start + len(part)
            step(done, len(names) * len(histories), report, cancelled)
    figures = {name: ranking.measure(given, held) for name, given in found.items()}
    ours = figures[OURS]
    standings = []
    for name, figure in figures.items():
        compared = name != OURS
        standings.append(
            Standing(
                system=name,
                ndcg=_mean(figure.ndcg),
                recall=_mean(figure.recall),
                hit_rate=measures.share(figure.precision > 0, draws=_DRAWS),
                coverage=ranking.coverage(found[name], int(known.sum())),
                novelty=float(np.nanmean(ranking.novelty(found[name], counts, users))),
                diversity=float(np.nanmean(ranking.diversity(found[name], vectors))),
                difference=_mean(ours.ndcg - figure.ndcg) if compared else None,
                p=measures.compare(figure.precision > 0, ours.precision > 0).p if compared else None,
            )
        )
    standings.sort(key=lambda row: -row.ndcg.value)
    choices = sum(map(len, held))
    return Leaderboard(tuple(standings), len(held), choices, int(known.sum()), split.kind, split.boundary)


def _mean(values: Floats) -> Estimate:
    return measures.mean(values, draws=_DRAWS)


def _by_chance(histories: Sequence[Codes], known: Flags, seed: int) -> list[Codes]:
    """Items on offer that a user has not chosen, each as likely as any other."""
    random = np.random.default_rng(seed)
    offered = np.flatnonzero(known).astype(np.int32)
    found = []
    for history in histories:
        drawn = random.choice(offered, min(len(offered), ranking.K + len(history)), replace=False)
        found.append(drawn[~np.isin(drawn, history)][: ranking.K])
    return found
