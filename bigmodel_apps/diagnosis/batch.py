"""Many images read as a job: scores of each, kept for their owner, and measured where classes are known.

The way of a batch, each step one function:

1. ``vision.archives`` opens a ZIP, a folder or loose files.
2. `keep` notes it in the workspace of its owner: names, labels and sizes. The images themselves are never stored, only
   what was said of them and a small copy without anything beside its pixels.
3. `start` reads them in a background job (`runtime.jobs`, kind `KIND`) and keeps what is done every `KEPT_EVERY` images.
   After whatever stopped it, the same files given again go on from there.
4. `open_result` gives the `Result`; `match` says which label means which class where that could not be told; `scored`
   gives those with known classes, for ``diagnosis.measuring``; `scored_file` is what to hand on.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from bigmodel_apps import runtime, tables, workspace
from bigmodel_apps.diagnosis import own as own_models
from bigmodel_apps.diagnosis import samples, shelf
from bigmodel_apps.diagnosis.measuring import Scored, matching
from bigmodel_apps.diagnosis.schema import Input, Options, Output
from bigmodel_apps.locales import LANGUAGES, Language, catalogue_ids, message
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.contracts import Priority
from bigmodel_apps.runtime.jobs import Job, Stop
from bigmodel_apps.vision.archives import Collection
from bigmodel_apps.vision.pictures import Picture, square
from bigmodel_apps.workspace import Dataset
from bigmodel_apps.workspace.database import NAME_CHARS
from bigmodel_apps.workspace.shelf import Shelf

Progress = Callable[[int, int], None]
Ask = Callable[[Sequence[Picture]], Sequence[Output]]
"""Pictures to verdicts."""

DOMAIN = "diagnosis"
KIND = "diagnosis-batch"
"""Of the data sets and of the jobs."""

DEFAULT_MODEL = "diagnosis-xray"
PART = 64
KEPT_EVERY = 512
THUMB = 112
_PROBLEMS_KEPT = 500
_ROW_BYTES = 1_000
_COLUMNS = {
    "name": pa.string(), "label": pa.string(), "verdict": pa.string(), "predicted": pa.string(),
    "probabilities": pa.list_(pa.float64()), "low": pa.list_(pa.float64()), "high": pa.list_(pa.float64()),
    "distance": pa.float64(), "width": pa.int32(), "height": pa.int32(), "kind": pa.string(), "thumb": pa.binary(),
}  # fmt: skip
_SCHEMA = pa.schema(list(_COLUMNS.items()))


@dataclass(frozen=True, eq=False)
class Result:
    """A batch that was read.

    Attributes:
        id, name: Of the data set.
        rows: One an image that could be read: ``name``, ``label``, ``verdict``, ``predicted``, ``probabilities`` (in
            the order of `classes`; None where the kind is unknown), ``low``, ``high``, ``distance``, ``width``,
            ``height``, ``kind``, ``thumb`` (PNG).
        classes: Of the model.
        labels: Those of the files.
        classes_of: Which class each label means, where that could be told.
        left_out: Files that could not be read, and why; the first `_PROBLEMS_KEPT`.
        refused: How many files could not be read.
        model, engine: What answered.
        scored_at: UTC.
        simulated: Whether it is our sample, whose images were drawn.
    """

    id: str
    name: str
    rows: pd.DataFrame
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    classes_of: Mapping[str, str]
    left_out: tuple[Problem, ...]
    refused: int
    model: str
    engine: str
    coverage: float
    scored_at: datetime
    simulated: bool

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        return _ROW_BYTES * len(self.rows) + int(self.rows["thumb"].map(len).sum())

    def counts(self) -> dict[str, int]:
        """Images by verdict."""
        found = self.rows["verdict"].value_counts()
        return {state: int(found.get(state, 0)) for state in ("answer", "unsure", "unknown_kind")}


def keep(
    owner: str, collection: Collection, *, model: str = DEFAULT_MODEL, own: str | None = None, coverage: float = 0.9
) -> Dataset:
    """Note a collection, or find what was noted of the same files for the same model.

    Args:
        model: Name of a spec; `own`: key of a model of the owner's own.

    Raises:
        InputError: ``workspace-full``.
    """
    known = {"source": collection.fingerprint, "model": model, "own": own, "coverage": coverage}
    for dataset in mine(owner):
        if {part: dataset.meta[part] for part in known} == known:
            return dataset
    meta = {
        **known,
        "rows": len(collection.entries),
        "next": 0,
        "classes": [],
        "labels": list(collection.labels),
        "engine": "",
        "left_out": [asdict(problem) for problem in collection.left_out[:_PROBLEMS_KEPT]],
        "refused": len(collection.left_out),
        "done": False,
    }
    return workspace.default().datasets.add(owner, DOMAIN, KIND, collection.name[:NAME_CHARS], _packed([]), meta)


def start(id: str, owner: str, collection: Collection) -> Job:
    """Read a noted collection in the background, or the job that is at it already. Its result is the id.

    Raises:
        InputError: ``dataset-not-found``; ``diagnosis-batch-other-files``.
        Busy: The owner has too many unfinished jobs.
    """
    dataset = _batch(id, owner)
    _check(dataset, collection)
    with _starting:
        for job in jobs.list(owner, KIND):
            if job.unfinished and job.about["batch"] == id:
                return job
        return jobs.start(owner, KIND, partial(_work, id, owner, collection), dataset.name, {"batch": id})


def score(
    id: str,
    owner: str,
    collection: Collection,
    ask: Ask | None = None,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Result:
    """Read a noted collection from where it was left. Blocks; pages use `start`.

    Args:
        ask: By default the model that was chosen, as bulk work that people's requests overtake.

    Raises:
        Cancelled: What is done is kept.
        InputError: ``dataset-not-found``; ``diagnosis-batch-other-files``; ``diagnosis-batch-nothing-read``.
        Unavailable
    """
    dataset = _batch(id, owner)
    _check(dataset, collection)
    if dataset.meta["done"]:
        return open_result(id, owner)
    meta = dict(dataset.meta)
    rows = _unpacked(workspace.default().datasets.content(id, owner))
    asking = ask or partial(_ask, owner, meta)
    entries, at = collection.entries, int(meta["next"])
    problems = list(meta["left_out"])
    while at < len(entries):
        if cancelled is not None and cancelled():
            _store(id, owner, rows, meta, at, problems)
            raise Cancelled
        part, read = entries[at : at + PART], []
        for entry in part:
            try:
                read.append((entry, collection.read(entry)))
            except InputError as error:
                problems.extend(asdict(problem) for problem in error.problems[:1])
                meta["refused"] += 1
        for (entry, picture), output in zip(
            read, asking([picture for _, picture in read]) if read else (), strict=True
        ):
            if output.probabilities and not meta["classes"]:
                meta["classes"] = list(output.probabilities)
            meta["engine"] = output.engine
            rows.append(_row(entry.name, entry.label, picture, output))
        at += len(part)
        if at % KEPT_EVERY < PART and at < len(entries):
            _store(id, owner, rows, meta, at, problems)
        if progress is not None:
            progress(at, len(entries))
    if not meta["classes"] and ask is None and meta["model"] in shelf.OURS:
        meta["classes"] = list(shelf.reader_of(meta["model"], meta["own"]).classifier.classes)  # none was named
    if not rows:
        workspace.default().datasets.delete(id, owner)
        raise InputError(Problem("diagnosis-batch-nothing-read", field=dataset.name), *map(_problem, problems[:20]))
    meta |= {"done": True, "scored_at": datetime.now(UTC).isoformat()}
    _store(id, owner, rows, meta, at, problems)
    return open_result(id, owner)


def mine(owner: str) -> list[Dataset]:
    """The owner's batches, the newest first; ``meta["done"]`` says whether one is finished."""
    found = workspace.default().datasets.list(owner, DOMAIN, KIND)
    return [dataset for dataset in found if dataset.owner == owner]


def finished(owner: str) -> list[Dataset]:
    """The owner's finished batches, the newest first."""
    return [dataset for dataset in mine(owner) if dataset.meta["done"]]


def unfinished(owner: str) -> list[Dataset]:
    """Batches at which no job is and that go on when their files are given again, the newest first."""
    busy = {job.about["batch"] for job in jobs.list(owner, KIND) if job.unfinished}
    return [dataset for dataset in mine(owner) if not dataset.meta["done"] and dataset.id not in busy]


def open_result(id: str, owner: str) -> Result:
    """A finished batch.

    Raises:
        InputError: ``dataset-not-found``; ``diagnosis-batch-unfinished``.
    """
    dataset = _batch(id, owner)
    meta = dataset.meta
    if not meta["done"]:
        raise InputError(Problem("diagnosis-batch-unfinished", field=dataset.name))
    return _results.open(id, lambda: _opened(dataset))


def match(id: str, owner: str, classes_of: Mapping[str, str]) -> None:
    """Say which class each label of a finished batch means; labels that are not named mean none of them.

    Raises:
        InputError: ``dataset-not-found``.
    """
    dataset = _batch(id, owner)
    known = {label: name for label, name in classes_of.items() if name in dataset.meta["classes"]}
    content = workspace.default().datasets.content(id, owner)
    workspace.default().datasets.update(id, owner, content, {**dataset.meta, "classes_of": known})
    _results.close(id)


def delete(id: str, owner: str) -> None:
    """Forget a batch; a job at it is cancelled.

    Raises:
        InputError: ``dataset-not-found``.
    """
    _batch(id, owner)
    for job in jobs.list(owner, KIND):
        if job.unfinished and job.about["batch"] == id:
            jobs.cancel(job.id, owner)
    workspace.default().datasets.delete(id, owner)
    _results.close(id)


def scored(result: Result, positive: str | None = None, classes_of: Mapping[str, str] | None = None) -> Scored:
    """The images whose class is known and that were given probabilities.

    Args:
        positive: The class that is asked about; the last one by default.
        classes_of: Which class each label means; as could be told when None.

    Raises:
        InputError: ``diagnosis-batch-no-labels``: no label means a class.
    """
    meant = result.classes_of if classes_of is None else classes_of
    number = {name: place for place, name in enumerate(result.classes)}
    known = {label: number[name] for label, name in meant.items() if name in number}
    has = result.rows["label"].isin(list(known)) & result.rows["probabilities"].notna()
    if not has.any():
        labels = ", ".join(result.labels) or "–"
        raise InputError(
            Problem("diagnosis-batch-no-labels", details={"labels": labels, "classes": ", ".join(result.classes)})
        )
    rows = result.rows[has]
    return Scored(
        places=np.flatnonzero(has.to_numpy()),
        truth=np.array([known[label] for label in rows["label"]], dtype=np.int64),
        probabilities=np.stack([np.asarray(values, dtype=np.float64) for values in rows["probabilities"]]),
        classes=result.classes,
        positive=number[positive] if positive in number else len(result.classes) - 1,
    )


def scored_frame(result: Result, language: Language) -> pd.DataFrame:
    """One row an image and one a file that could not be read, with the notice in each."""
    rows = result.rows
    columns: dict[str, Any] = {
        "file": rows["name"],
        "label": rows["label"],
        "verdict": [message(f"diagnosis-state-{state.replace('_', '-')}", language) for state in rows["verdict"]],
        "class": rows["predicted"],
    }
    for place, name in enumerate(result.classes):
        for kind, column in (("probability", "probabilities"), ("low", "low"), ("high", "high")):
            columns[f"{kind}_{name}"] = [
                None if values is None else round(float(values[place]), 6) for values in rows[column]
            ]
    columns |= {
        "distance": rows["distance"].round(4), "width": rows["width"].astype("Int64"),
        "height": rows["height"].astype("Int64"), "kind": rows["kind"],
        "left_out": "",
    }  # fmt: skip
    frame = pd.DataFrame(columns)
    left = pd.DataFrame(
        {
            "file": [problem.field or "" for problem in result.left_out],
            "left_out": [
                message(f"problem-{problem.code}", language, **problem.details) for problem in result.left_out
            ],
        }
    )
    joined = pd.concat([frame, left], ignore_index=True) if len(left) else frame
    notice = message("diagnosis-notice", language)
    if result.simulated:
        notice += " " + message("diagnosis-batch-simulated", language)
    return joined.assign(engine=result.engine, notice=notice)


def scored_file(result: Result, language: Language) -> bytes:
    """`scored_frame` as CSV that spreadsheets open without computing anything."""
    return tables.to_csv_bytes(scored_frame(result, language))


def without_names(result: Result) -> Result:
    """The same with numbers in place of the names of files, which may say who somebody is."""
    numbers = [str(place + 1) for place in range(len(result.rows))]
    left_out = tuple(replace(problem, field=None) for problem in result.left_out)
    return replace(result, name="images", rows=result.rows.assign(name=numbers), left_out=left_out)


def class_name(name: str, language: Language) -> str:
    """A class as the interface calls it, or as the model does."""
    slug = name.replace("_", "-").replace(" ", "-")
    known = f"diagnosis-class-{slug}" in catalogue_ids(language)
    return message(f"diagnosis-class-{slug}", language) if known else name


# --- Reading ---------------------------------------------------------------------------------------------------------

_starting = threading.Lock()
_results: Shelf[Result] = Shelf("dataset-not-found", "id", 256 * 2**20)  # by id; whose it is was asked before


def _opened(dataset: Dataset) -> Result:
    meta, content = dataset.meta, workspace.default().datasets.content(dataset.id, dataset.owner)
    rows = pd.DataFrame(_unpacked(content), columns=list(_COLUMNS))
    classes = tuple(meta["classes"])
    guessed = matching(meta["labels"], classes, *_named(classes))
    meant = meta.get("classes_of", guessed)  # what was said counts, even if it is that no label means any class
    return Result(
        dataset.id, dataset.name, rows, classes, tuple(meta["labels"]), meant,
        tuple(map(_problem, meta["left_out"])), meta["refused"], meta["model"], meta["engine"], meta["coverage"],
        datetime.fromisoformat(meta["scored_at"]), samples.is_sample(meta["source"], meta["rows"]),
    )  # fmt: skip


def _work(id: str, owner: str, collection: Collection, progress: Progress, cancelled: Stop) -> str:
    score(id, owner, collection, None, progress, cancelled)
    return id


def _ask(owner: str, meta: Mapping[str, Any], pictures: Sequence[Picture]) -> list[Output]:
    if meta["own"]:
        own_models.open_key(meta["own"], owner)  # nothing is open after a restart
    options = Options(coverage=meta["coverage"], heatmap=False, own=meta["own"])
    inputs = [Input.of(picture) for picture in pictures]
    return runtime.predict(DOMAIN, inputs, options=options, model=meta["model"], priority=Priority.BULK)


def _row(name: str, label: str | None, picture: Picture, output: Output) -> dict[str, Any]:
    """One row of `_COLUMNS`; the small copy holds pixels alone."""
    stream = io.BytesIO()
    side = min(THUMB, *picture.pixels.shape[:2])
    small = square(picture.pixels, side)
    Picture(small, picture.kind, 0, 1, (side, side)).image().save(stream, "PNG")
    bounds = list((output.interval or {}).values())
    return {
        "name": name, "label": label, "verdict": output.verdict, "predicted": output.label,
        "probabilities": list(output.probabilities.values()) if output.probabilities else None,
        "low": [low for low, _ in bounds] or None, "high": [high for _, high in bounds] or None,
        "distance": output.distance, "width": picture.size[0], "height": picture.size[1], "kind": picture.kind,
        "thumb": stream.getvalue(),
    }  # fmt: skip


def _store(
    id: str, owner: str, rows: list[dict[str, Any]], meta: dict[str, Any], at: int, problems: list[dict[str, Any]]
) -> None:
    meta |= {"next": at, "left_out": problems[:_PROBLEMS_KEPT]}
    workspace.default().datasets.update(id, owner, _packed(rows), meta)


def _packed(rows: list[dict[str, Any]]) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), stream, compression="zstd")
    return stream.getvalue()


def _unpacked(content: bytes) -> list[dict[str, Any]]:
    return parquet.read_table(io.BytesIO(content)).to_pylist()


def _batch(id: str, owner: str) -> Dataset:
    dataset = workspace.default().datasets.get(id, owner)
    if dataset.kind != KIND or dataset.owner != owner:
        raise InputError(Problem("dataset-not-found"))
    return dataset


def _check(dataset: Dataset, collection: Collection) -> None:
    if dataset.meta["source"] != collection.fingerprint:
        raise InputError(Problem("diagnosis-batch-other-files", field=dataset.name))


def _problem(kept: Mapping[str, Any]) -> Problem:
    return Problem(**kept)


def _named(classes: Sequence[str]) -> list[list[str]]:
    """The classes as the interface calls them, in each language."""
    return [[class_name(name, language) for name in classes] for language in LANGUAGES]
