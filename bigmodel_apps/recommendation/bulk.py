"""A file of choices fitted as a job that survives a closed browser and a restarted server.

The way of a file, each step one function:

1. ``ledger.open_table`` reads it, `prepare` finds its columns and says what is in it. Let the user correct
   ``prepared.ledger.columns`` and call it again; it fits nothing.
2. `keep` puts what was read into the workspace of its owner. The same file and columns give the same entry again.
3. `start` fits it in a background job (`runtime.jobs`, kind `KIND`). What was tuned is kept as soon as it is, so after
   whatever stopped it `start` goes on from there. `unfinished` lists what can be continued.
4. `open_result` gives the `Result`: the shop that every view of the page looks at, also under `Result.key` on the shelf.
   `finished` lists results, `delete` forgets one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bigmodel_apps import __version__, evidence, workspace
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.recommendation import balance, leaderboard, learning, refits, rules, shelf, splits, storage
from bigmodel_apps.recommendation import ledger as ledgers
from bigmodel_apps.recommendation import recommender as recommenders
from bigmodel_apps.recommendation.columns import Columns, ItemColumns
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import Interactions
from bigmodel_apps.recommendation.leaderboard import Leaderboard
from bigmodel_apps.recommendation.learning import Fitted
from bigmodel_apps.recommendation.ledger import Ledger, Report
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Job, Stop
from bigmodel_apps.tables import Table
from bigmodel_apps.workspace import Dataset
from bigmodel_apps.workspace.shelf import Shelf

Progress = Callable[[int, int], None]

DOMAIN = "recommendation"
KIND = "recommendation-table"
"""Of the data sets, of the jobs and, in the registry, of the models of files."""

_NAMED_KEPT = 200


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file whose columns are known, and whether there is enough in it to measure (`unmeasured` says why not)."""

    table: Table
    items: Table | None
    ledger: Ledger
    unmeasured: Problem | None


@dataclass(frozen=True, slots=True)
class Result:
    """A fitted file.

    Attributes:
        id, name: Of the data set.
        key: Of the shop on the shelf, for `Options.shop`.
        report: How the file was read.
        columns, item_columns: What stood where.
        leaderboard: None where too little could be held out; `unmeasured` says so.
        fitted_at: UTC.
        seconds: That fitting took.
    """

    id: str
    name: str
    key: str
    shop: Shop
    report: Report
    columns: Columns
    item_columns: ItemColumns | None
    leaderboard: Leaderboard | None
    unmeasured: Problem | None
    fitted_at: datetime
    seconds: float


def prepare(
    table: Table,
    columns: Columns | None = None,
    *,
    items: Table | None = None,
    item_columns: ItemColumns | None = None,
    now: datetime | None = None,
) -> Prepared:
    """Read the interactions.

    Raises:
        InputError: See `ledger.read`.
    """
    found = ledgers.read(table, columns, items=items, item_mapping=item_columns, now=now)
    users = len(splits.held_out(found.interactions).users)
    unmeasured = None
    if users < leaderboard.LEAST_USERS:
        details = {"users": users, "least": leaderboard.LEAST_USERS}
        unmeasured = Problem("recommendation-too-few-to-measure", details=details)
    return Prepared(table, items, found, unmeasured)


def keep(owner: str, prepared: Prepared) -> Dataset:
    """What was read of a file in the workspace, waiting to be fitted, or as it is there already.

    Raises:
        InputError: ``workspace-full``.
    """
    read = prepared.ledger
    content = storage.pack(read.interactions)
    known = {"source": hashlib.sha256(content).hexdigest(), "identity": __version__}
    for dataset in mine(owner):
        if {part: dataset.meta[part] for part in known} == known:
            return dataset
    meta = {
        **known,
        "rows": read.report.usable,
        "columns": asdict(read.columns),
        "item_columns": asdict(read.item_columns) if read.item_columns else None,
        "report": _report_json(read.report),
        "unmeasured": asdict(prepared.unmeasured) if prepared.unmeasured else None,
        "recipe": None,
        "leaderboard": None,
        "version": None,
        "done": False,
    }
    return workspace.default().datasets.add(
        owner, DOMAIN, KIND, read.report.name, content, json.loads(json.dumps(meta))
    )


def start(id: str, owner: str) -> Job:
    """Fit a kept file in the background, or the job that is at it already.

    The job's result is the id of the data set. Cancel it with `runtime.jobs.cancel`.

    Raises:
        InputError: ``dataset-not-found``.
        Busy: The owner has too many unfinished jobs.
    """
    dataset = _table(id, owner)
    with _starting:
        for job in jobs.list(owner, KIND):
            if job.unfinished and job.about["table"] == id:
                return job
        return jobs.start(owner, KIND, partial(_work, id, owner), dataset.name, {"table": id})


def fit(id: str, owner: str, progress: Progress | None = None, cancelled: Stop | None = None) -> Result:
    """Fit a kept file, and keep the model. Blocks; pages use `start`.

    Args:
        progress: Called with (thousandths done, 1,000).
        cancelled: Polled between the steps.

    Raises:
        Cancelled: What was tuned is kept.
        InputError: ``dataset-not-found``; ``workspace-full``.
    """
    dataset = _table(id, owner)
    if dataset.meta["done"]:
        return open_result(id, owner)
    started = time.perf_counter()
    interactions = _interactions(dataset, owner)
    given = dataset.meta["recipe"]
    found = learning.learn(
        interactions,
        Recipe(**given) if given else None,
        tuned=lambda recipe: _remember(id, owner, recipe=asdict(recipe)),
        report=progress,
        cancelled=cancelled,
    )
    if cancelled is not None and cancelled():
        raise Cancelled
    seconds = round(time.perf_counter() - started, 1)
    version = _keep_model(dataset, owner, found, seconds)
    dataset = _remember(
        id,
        owner,
        done=True,
        version=version,
        leaderboard=found.leaderboard.to_json() if found.leaderboard else None,
        fitted_at=datetime.now(UTC).isoformat(),
        seconds=seconds,
    )
    key = shelf.key_of(id, owner)
    return _result(dataset, shelf.shops.put(key, Shop(key, interactions, found.recommender)))


def mine(owner: str) -> list[Dataset]:
    """The owner's kept files, the newest first; ``meta["done"]`` says whether one is fitted."""
    found = workspace.default().datasets.list(owner, DOMAIN, KIND)
    return [dataset for dataset in found if dataset.owner == owner]


def finished(owner: str) -> list[Dataset]:
    """The owner's fitted files, the newest first."""
    return [dataset for dataset in mine(owner) if dataset.meta["done"]]


def unfinished(owner: str) -> list[Dataset]:
    """The owner's files that wait to be fitted or continued and at which no job is, the newest first."""
    busy = {job.about["table"] for job in jobs.list(owner, KIND) if job.unfinished}
    return [dataset for dataset in mine(owner) if not dataset.meta["done"] and dataset.id not in busy]


def open_result(id: str, owner: str) -> Result:
    """A fitted file, also after a restart.

    Raises:
        InputError: ``dataset-not-found``; ``recommendation-table-unfinished`` before it is fitted.
        Unavailable: Its model is damaged.
    """
    dataset = _table(id, owner)
    if not dataset.meta["done"]:
        raise InputError(Problem("recommendation-table-unfinished", field=dataset.name))

    def load() -> Shop:
        recommender = recommenders.load(workspace.default().registry.folder(dataset.meta["version"], owner))
        interactions = replace(_interactions(dataset, owner), catalogue=recommender.catalogue)
        return Shop(shelf.key_of(id, owner), interactions, recommender)

    return _result(dataset, shelf.shops.open(shelf.key_of(id, owner), load))


def delete(id: str, owner: str) -> None:
    """Forget a file, its model, and what was said of, added to and measured of its shop; jobs at it are cancelled.

    Raises:
        InputError: ``dataset-not-found``.
    """
    dataset, key = _table(id, owner), shelf.key_of(id, owner)
    for job in jobs.list(owner, KIND):
        if job.unfinished and job.about["table"] == id:
            jobs.cancel(job.id, owner)
    workspace.default().datasets.delete(id, owner)
    if dataset.meta["version"]:
        workspace.default().registry.delete(dataset.meta["version"], owner)
    kept: tuple[Shelf[Any], ...] = (shelf.shops, balance.kept)
    for held in kept:  # closed before what it holds is forgotten, so that no refit finds it again
        held.close(key)
        held.close_below(f"{key}+")  # with what was added, or with another model
    rules.forget(owner, key)
    refits.forget(owner, key)


_starting = threading.Lock()


def _work(id: str, owner: str, progress: Progress, cancelled: Stop) -> str:
    fit(id, owner, progress, cancelled)
    return id


def _interactions(dataset: Dataset, owner: str) -> Interactions:
    return storage.unpack(workspace.default().datasets.content(dataset.id, owner))


def _remember(id: str, owner: str, **changes: Any) -> Dataset:
    datasets = workspace.default().datasets
    meta = {**datasets.get(id, owner).meta, **json.loads(json.dumps(changes))}
    return datasets.update(id, owner, datasets.content(id, owner), meta)


def _keep_model(dataset: Dataset, owner: str, found: Fitted, seconds: float) -> str:
    """Record the run and keep what it wrote."""

    def write(folder: Path) -> None:
        recommenders.save(found.recommender, folder)

    recipe = workspace.Recipe(
        data={"name": dataset.name, "rows": dataset.rows, "sha256": dataset.meta["source"]},
        code_version=evidence.code_version(),
        seed=splits.SEED,
        parameters=json.loads(json.dumps(asdict(found.recipe))),
        metrics=[],
        report=json.loads(json.dumps(dict(found.recommender.facts))),
        seconds=seconds,
    )
    return workspace.default().registry.add(owner, KIND, dataset.name, recipe, write).id


def _result(dataset: Dataset, shop: Shop) -> Result:
    meta = dataset.meta
    return Result(
        id=dataset.id,
        name=dataset.name,
        key=shop.key,
        shop=shop,
        report=_report_read(meta["report"]),
        columns=Columns(**meta["columns"]),
        item_columns=ItemColumns(**meta["item_columns"]) if meta["item_columns"] else None,
        leaderboard=Leaderboard.from_json(meta["leaderboard"]) if meta["leaderboard"] else None,
        unmeasured=Problem(**meta["unmeasured"]) if meta["unmeasured"] else None,
        fitted_at=datetime.fromisoformat(meta["fitted_at"]),
        seconds=meta["seconds"],
    )


def _report_json(report: Report) -> dict[str, Any]:
    kept = asdict(replace(report, problems=report.problems[:_NAMED_KEPT]))
    return kept | {name: kept[name].isoformat() for name in ("first", "last") if kept[name] is not None}


def _report_read(kept: Mapping[str, Any]) -> Report:
    known = {field.name: kept[field.name] for field in dataclasses.fields(Report)}
    for name in ("problems", "notes"):
        known[name] = tuple(Problem(**problem) for problem in kept[name])
    for name in ("per_user", "per_item"):
        known[name] = {int(at): value for at, value in kept[name].items()}
    for name in ("first", "last"):
        known[name] = date.fromisoformat(kept[name]) if kept[name] else None
    return Report(**known)


def _table(id: str, owner: str) -> Dataset:
    dataset = workspace.default().datasets.get(id, owner)
    if dataset.kind != KIND or dataset.owner != owner:
        raise InputError(Problem("dataset-not-found"))
    return dataset
