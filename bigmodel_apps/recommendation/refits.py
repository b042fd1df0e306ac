"""New choices count at once, without a fit; a refit learns from them in the background, and is put in use when it is better.

What is added to a shop stands in the workspace of whoever added it. `serve` gives the shop with these choices in the
histories and with the owner's champion as its model, so the next list follows both.

A refit is judged on days that neither side has learned from: *twins* of the challenger and of the champion are fitted on what
came before them, the champion's on the choices alone that it knew. Where the challenger's twin finds clearly more, the
challenger, fitted on everything, becomes champion; else it waits beside it, to be put in use by hand. `roll_back` returns to
what was in use before.
"""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bigmodel_apps import evidence, measures, workspace
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.recommendation import fitting, leaderboard, ranking, shelf, splits
from bigmodel_apps.recommendation import recommender as recommenders
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import DAY, Interactions, Ints
from bigmodel_apps.recommendation.learning import candidates, part
from bigmodel_apps.recommendation.recommender import Recommender
from bigmodel_apps.recommendation.shelf import SAMPLE, Shop
from bigmodel_apps.recommendation.splits import Split
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Job, Stop
from bigmodel_apps.workspace import Dataset, Deployment, Version
from bigmodel_apps.workspace.database import NAME_CHARS

Progress = Callable[[int, int], None]
Verdict = Literal["better", "worse", "same"]

DOMAIN = "recommendation"
KIND = "recommendation-refit"
"""Of the jobs."""

CHOICES = "recommendation-choices"
"""Of the data sets with added choices."""

MOST_ADDED = 100_000
_MOST_USERS = 5_000
_DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Added:
    """One choice that was added: by whom, of what, and when, in seconds since 1970-01-01."""

    user: str
    item: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How one twin does on the held-out part."""

    ndcg: Estimate
    hit_rate: Estimate
    coverage: float


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a refit.

    Attributes:
        interactions, users: That the challenger learned from.
        new: Of the interactions, those that the champion has not learned from.
        added: How many added choices there were.
        test_users: With something new in the held-out part.
        kind, boundary: See `splits.Split`; the day from which on everything is held out.
        challenger, champion: Of the twins.
        difference: nDCG of the challenger less that of the champion, on the same users.
        verdict: Whether the interval of the difference leaves 0 out.
        swapped: Whether the challenger was put in use.
        rival: Name of the version in use at the time; None for the model that the shop came with.
    """

    interactions: int
    users: int
    new: int
    added: int
    test_users: int
    kind: Literal["time", "chance"]
    boundary: date | None
    challenger: Figures
    champion: Figures
    difference: Estimate
    verdict: Verdict
    swapped: bool
    rival: str | None


# --- New choices ------------------------------------------------------------------------------------------------------


def add(owner: str, shop: str, user: str, items: Sequence[str], *, seconds: int | None = None) -> int:
    """Somebody, known or new, chose some items. The next list knows it.

    Args:
        seconds: When; now by default.

    Returns:
        How many choices were added to the shop so far.

    Raises:
        InputError: ``recommendation-user-empty``; ``recommendation-item-unknown``: the shop has no such item, and then
            nothing is added; ``recommendation-too-many-added``; ``workspace-full``.
    """
    name = user.strip()
    if not name:
        raise InputError(Problem("recommendation-user-empty", field="user"))
    places = _base(owner, shop).places
    if unknown := [id for id in items if id not in places]:
        raise InputError(*(Problem("recommendation-item-unknown", details={"item": id[:40]}) for id in unknown))
    moment = int(datetime.now(UTC).timestamp()) if seconds is None else seconds
    with _changing:
        dataset, kept = _kept(owner, shop)
        kept = [*kept, *(Added(name, id, moment) for id in items)]
        if len(kept) > MOST_ADDED:
            raise InputError(Problem("recommendation-too-many-added", details={"limit": MOST_ADDED}))
        content = json.dumps([[one.user, one.item, one.seconds] for one in kept], ensure_ascii=False).encode()
        if dataset is None:
            workspace.default().datasets.add(owner, DOMAIN, CHOICES, "choices", content, {"shop": shop})
        else:
            workspace.default().datasets.update(dataset.id, owner, content, dataset.meta)
    return len(kept)


def added(owner: str, shop: str = SAMPLE) -> list[Added]:
    """The choices that were added to a shop, in the order in which they were."""
    return _kept(owner, shop)[1]


def forget(owner: str, shop: str) -> None:
    """Forget the choices that were added to a shop, and its versions; a refit that is at it is cancelled."""
    for job in jobs.list(owner, KIND):
        if job.unfinished and job.about["shop"] == shop:
            jobs.cancel(job.id, owner)
    with _changing:
        dataset, _ = _kept(owner, shop)
        if dataset is not None:
            workspace.default().datasets.delete(dataset.id, owner)
        registry = workspace.default().registry
        registry.deploy(owner, _domain(shop), None)
        for version in registry.versions(owner, _domain(shop)):
            registry.delete(version.id, owner)


def with_added(interactions: Interactions, choices: Sequence[Added]) -> Interactions:
    """Interactions and added choices of items that the catalogue has, in order of time; unknown users are new ones."""
    places = {str(id): place for place, id in enumerate(interactions.catalogue.ids)}
    known = [one for one in choices if one.item in places]
    if not known:
        return interactions
    users = {str(id): place for place, id in enumerate(interactions.user_ids)}
    for one in known:
        users.setdefault(one.user, len(users))
    n, more = len(interactions), len(known)
    seconds = None
    order = np.arange(n + more)
    if interactions.seconds is not None:
        moments = np.array([one.seconds for one in known], dtype=np.int64)
        seconds = np.concatenate([interactions.seconds, moments])
        order = np.argsort(seconds, kind="stable")
        seconds = seconds[order]

    def joined(column: Any, values: Any) -> Any:
        return None if column is None else np.concatenate([column, np.asarray(values, dtype=column.dtype)])[order]

    prices = interactions.catalogue.prices
    items = np.array([places[one.item] for one in known], dtype=np.int32)
    worth = np.zeros(more) if prices is None else np.nan_to_num(prices[items])
    last_basket = 0 if interactions.baskets is None or not n else int(interactions.baskets.max()) + 1
    liked = None if interactions.ratings is None or not n else float(np.max(interactions.ratings))
    return replace(
        interactions,
        users=joined(interactions.users, [users[one.user] for one in known]),
        items=joined(interactions.items, items),
        user_ids=np.array(list(users), dtype=object),
        seconds=seconds,
        ratings=joined(interactions.ratings, np.full(more, liked if liked is not None else 0.0)),
        amounts=joined(interactions.amounts, worth),
        baskets=joined(interactions.baskets, last_basket + np.arange(more)),
        rows=np.zeros(0, dtype=np.int64),
    )


# --- What answers -----------------------------------------------------------------------------------------------------


def serve(owner: str, shop: str = SAMPLE) -> tuple[Shop, Version | None]:
    """A shop with the owner's added choices and champion; call it at every rerun: both are followed.

    Its key, for `Options.shop`, is one that only the owner's session can make; that of the shop itself where nothing was
    added or changed.

    Raises:
        InputError: ``recommendation-shop-unknown``.
        Unavailable: The version's files are damaged.
    """
    base = _base(owner, shop)
    choices, version = added(owner, shop), deployed(owner, shop)
    if version is None and not choices:
        return base, None
    digest = sha256(json.dumps([dataclasses.astuple(one) for one in choices]).encode()).hexdigest()[:16]
    key = shelf.key_of(f"{shop}+{version.id if version else ''}+{digest}", owner)

    def load() -> Shop:
        recommender = base.recommender if version is None else _open(version, owner)
        whole = with_added(base.interactions, choices)
        return Shop(key, replace(whole, catalogue=recommender.catalogue), recommender, parent=base)

    return shelf.shops.open(key, load), version


# --- The life of a version --------------------------------------------------------------------------------------------


def start(owner: str, shop: str = SAMPLE, *, name: str = "") -> Job:
    """Refit in the background, or the job that is at it already; its result is the id of the version.

    Raises:
        InputError: ``recommendation-shop-unknown``.
        Busy: The owner has too many unfinished jobs.
    """
    base = _base(owner, shop)
    with _starting:
        for job in jobs.list(owner, KIND):
            if job.unfinished and job.about["shop"] == shop:
                return job

        def work(progress: Progress, cancelled: Stop) -> str:
            return train(base, owner, name, report=progress, cancelled=cancelled).id

        return jobs.start(owner, KIND, work, name, {"shop": shop})


def train(
    shop: Shop,
    owner: str,
    name: str = "",
    *,
    report: Progress | None = None,
    cancelled: Stop | None = None,
) -> Version:
    """Refit a shop with what its owner added, and put the result in use where it is better. Blocks; run it as a job.

    Args:
        shop: As the shelf or `bulk` has it, not as `serve` does.
        name: What to call the version; the day by default.
        report: Called with (thousandths done, 1,000).

    Where another version was put in use meanwhile, the result waits beside it.

    Raises:
        InputError: ``recommendation-too-few-to-measure``; ``workspace-full``; what is wrong with the name;
            ``dataset-not-found``: the shop was deleted meanwhile.
        Cancelled: Nothing was kept.
    """
    started = time.perf_counter()
    version, choices = deployed(owner, shop.key), added(owner, shop.key)
    champion = shop.recommender if version is None else _open(version, owner)
    seen = _seen(version)
    recommender, found = fit(
        shop.interactions,
        choices,
        champion,
        seen,
        version.name if version else None,
        report=report,
        cancelled=cancelled,
    )
    if cancelled is not None and cancelled():
        raise Cancelled
    registry = workspace.default().registry
    title = (name.strip() or datetime.now(UTC).date().isoformat())[:NAME_CHARS]
    with _changing:
        _base(owner, shop.key)  # it may be deleted
        served = deployed(owner, shop.key)
        unchanged = (served and served.id) == (version and version.id)
        found = replace(found, swapped=found.swapped and unchanged)
        recipe = _recipe(shop, choices, recommender, found, time.perf_counter() - started)
        kept = registry.add(owner, _domain(shop.key), title, recipe, partial(_write, recommender))
        registry.deploy(owner, _domain(shop.key), kept.id, "champion" if found.swapped else "challenger")
    return kept


def fit(
    interactions: Interactions,
    choices: Sequence[Added],
    champion: Recommender,
    seen: int = 0,
    rival: str | None = None,
    *,
    report: Progress | None = None,
    cancelled: Stop | None = None,
) -> tuple[Recommender, Report]:
    """Refit and judge, without a workspace.

    Args:
        interactions: Of the shop, without what was added.
        choices: What was added.
        champion: In use now; its recipe makes its twin.
        seen: How many of the choices it has learned from.

    Returns:
        The challenger, fitted on everything, and what came of the comparison.

    Raises:
        InputError: ``recommendation-too-few-to-measure``.
        Cancelled: By `cancelled`.
    """
    whole = with_added(interactions, choices)
    split = splits.held_out(whole)
    if len(split.users) < leaderboard.LEAST_USERS:
        details = {"users": len(split.users), "least": leaderboard.LEAST_USERS}
        raise InputError(Problem("recommendation-too-few-to-measure", details=details))
    before = with_added(interactions, choices[:seen])
    recipe = fitting.tune(
        split.train, candidates=candidates(whole.catalogue), report=part(report, 0.0, 0.4), cancelled=cancelled
    )
    twin = fitting.fit(split.train, recipe, report=part(report, 0.4, 0.55), cancelled=cancelled)
    known = _as_known(before, whole, split)
    rival_twin = fitting.fit(known, _recipe_of(champion), report=part(report, 0.55, 0.7), cancelled=cancelled)
    compared = _compared(twin, rival_twin, split)
    challenger = fitting.fit(whole, recipe, report=part(report, 0.7, 1.0), cancelled=cancelled)
    return challenger, Report(
        interactions=len(whole),
        users=int(challenger.facts["users"]),
        new=len(whole) - len(before),
        added=len(choices),
        boundary=None
        if split.boundary is None
        else date.fromordinal(date(1970, 1, 1).toordinal() + split.boundary // DAY),
        kind=split.kind,
        rival=rival,
        **compared,
    )


def versions(owner: str, shop: str = SAMPLE) -> list[Version]:
    """The owner's versions for a shop, the newest first."""
    return workspace.default().registry.versions(owner, _domain(shop))


def deployed(owner: str, shop: str = SAMPLE) -> Version | None:
    """The version that this owner uses for a shop; None for the model that the shop came with."""
    return workspace.default().registry.deployed(owner, _domain(shop))


def challenger(owner: str, shop: str = SAMPLE) -> Version | None:
    """The newest version that was not put in use."""
    return workspace.default().registry.deployed(owner, _domain(shop), "challenger")


def deploy(owner: str, id: str | None, shop: str = SAMPLE) -> Deployment:
    """Put a version in use, or the model that the shop came with (None); pages follow at their next rerun."""
    if id is not None:
        _open(workspace.default().registry.get(id, owner), owner)  # damaged files are found now
    with _changing:
        return workspace.default().registry.deploy(owner, _domain(shop), id)


def roll_back(owner: str, shop: str = SAMPLE) -> Version | None:
    """Return to what was in use before; None for the shop's own. Raises `InputError` ``nothing-to-roll-back``."""
    with _changing:
        return workspace.default().registry.roll_back(owner, _domain(shop))


def delete(id: str, owner: str) -> None:
    """Delete a version. Raises `InputError` where it is not this owner's, or in use."""
    workspace.default().registry.delete(id, owner)


def report_of(version: Version) -> Report:
    """What came of a refit, also after a restart."""
    about: dict[str, Any] = dict(version.run.recipe.report)
    for name in ("challenger", "champion"):
        figures = about[name]
        about[name] = Figures(Estimate(**figures["ndcg"]), Estimate(**figures["hit_rate"]), figures["coverage"])
    about["difference"] = Estimate(**about["difference"])
    about["boundary"] = date.fromisoformat(about["boundary"]) if about["boundary"] else None
    return Report(**about)


# --- Measuring --------------------------------------------------------------------------------------------------------


def _compared(twin: Recommender, rival: Recommender, split: Split) -> dict[str, Any]:
    """The fields of a `Report` that come from the held-out part."""
    rows = np.sort(np.random.default_rng(splits.SEED).permutation(len(split.users))[:_MOST_USERS])
    histories, held = [split.histories[row] for row in rows], [split.held[row] for row in rows]
    offered = np.bincount(split.train.items, minlength=len(split.train.catalogue)) > 0
    measured = []
    for recommender in (twin, rival):
        lists = [one.items for one in recommender.recommend(histories, ranking.K, allowed=offered)]
        figures = ranking.measure(lists, held)
        measured.append(
            (
                figures.ndcg,
                Figures(
                    measures.mean(figures.ndcg, draws=_DRAWS),
                    measures.share(figures.precision > 0, draws=_DRAWS),
                    ranking.coverage(lists, int(offered.sum())),
                ),
            )
        )
    (ours, challenger_figures), (theirs, champion_figures) = measured
    difference = measures.mean(ours - theirs, draws=_DRAWS)
    clear = not difference.low <= 0 <= difference.high
    verdict: Verdict = ("better" if difference.value > 0 else "worse") if clear else "same"
    return {
        "test_users": len(rows),
        "challenger": challenger_figures,
        "champion": champion_figures,
        "difference": difference,
        "verdict": verdict,
        "swapped": verdict == "better",
    }


def _as_known(before: Interactions, whole: Interactions, split: Split) -> Interactions:
    """What the champion knew of the part to learn from, users as in the whole."""
    if split.boundary is not None and before.seconds is not None:
        return replace(before.take(before.seconds < split.boundary), user_ids=whole.user_ids)
    if len(before) == len(whole):
        return split.train
    # By chance: pairs of the part to learn from that the champion had.
    pairs = _pairs(before)
    return split.train.take(np.isin(_pairs(split.train), pairs))


def _pairs(interactions: Interactions) -> Ints:
    return interactions.users.astype(np.int64) * len(interactions.catalogue) + interactions.items


def _recipe_of(recommender: Recommender) -> Recipe:
    """How a recommender was made; where its facts do not say, with the parameters that stand where nothing was tuned."""
    known = recommender.facts.get("recipe", {}).get("terms", {})
    return Recipe(known or fitting.DEFAULT.terms, dict(recommender.weights))


# --- Storage ----------------------------------------------------------------------------------------------------------

_starting = threading.Lock()
_changing = threading.Lock()  # held while what is added, kept or in use changes


def _base(owner: str, shop: str) -> Shop:
    """The shop as the shelf has it; a file of the owner's is opened again after a restart."""
    if shop in (shelf.SAMPLE, shelf.FILMS):
        return shelf.open_shop(shop)
    id = shop.partition("~")[0]
    if shop != shelf.key_of(id, owner):
        raise InputError(Problem("recommendation-shop-unknown", field="shop"))
    if shelf.shops.has(shop):
        return shelf.open_shop(shop)
    from bigmodel_apps.recommendation import bulk

    return bulk.open_result(id, owner).shop


def _kept(owner: str, shop: str) -> tuple[Dataset | None, list[Added]]:
    for dataset in workspace.default().datasets.list(owner, DOMAIN, CHOICES):
        if dataset.owner == owner and dataset.meta["shop"] == shop:
            content = json.loads(workspace.default().datasets.content(dataset.id, owner))
            return dataset, [Added(*one) for one in content]
    return None, []


def _seen(version: Version | None) -> int:
    return 0 if version is None else int(version.run.recipe.report["added"])


def _open(version: Version, owner: str) -> Recommender:
    registry = workspace.default().registry
    registry.get(version.id, owner)  # it may be deleted
    return recommenders.load(registry.folder(version.id, owner))


def _write(recommender: Recommender, folder: Path) -> None:
    recommenders.save(recommender, folder)


def _recipe(
    shop: Shop, choices: Sequence[Added], recommender: Recommender, found: Report, seconds: float
) -> workspace.Recipe:
    digest = sha256(repr([dataclasses.astuple(one) for one in choices]).encode())
    for column in (shop.interactions.users, shop.interactions.items):
        digest.update(np.ascontiguousarray(column).tobytes())
    figures = [("ours", found.challenger), ("champion", found.champion)]
    metrics = [
        evidence.Metric(
            name=name, value=one.value, low=one.low, high=one.high, interval=one.interval, n=one.n, system=system
        )
        for system, figure in figures
        for name, one in (("ndcg-10", figure.ndcg), ("hit-rate-10", figure.hit_rate))
    ]
    report = asdict(found) | {"boundary": found.boundary.isoformat() if found.boundary else None}
    return workspace.Recipe(
        data={"name": shop.key, "rows": found.interactions, "added": len(choices), "sha256": digest.hexdigest()},
        code_version=evidence.code_version(),
        seed=splits.SEED,
        parameters=json.loads(
            json.dumps({"weights": dict(recommender.weights), "recipe": recommender.facts.get("recipe", {})})
        ),
        metrics=[metric.model_dump(mode="json", exclude_defaults=True) for metric in metrics],
        report=json.loads(json.dumps(report)),
        seconds=round(seconds, 1),
    )


def _domain(shop: str) -> str:
    """Versions of each shop have aliases of their own."""
    return DOMAIN if shop == SAMPLE else f"{DOMAIN}/{shop}"
