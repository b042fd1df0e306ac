"""Classifiers of users' own images: read, learned, kept in their workspace, put in use, rolled back.

A page, in this order: `labelled.look` at a collection, run `train` as a job, draw `report_of` of the version; `deploy`,
`roll_back`, `delete`. Predictions follow through `serve`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from bigmodel_apps import evidence, workspace
from bigmodel_apps.diagnosis import labelled, own_corrections, scoring, shelf, training
from bigmodel_apps.diagnosis.datasets import Images
from bigmodel_apps.diagnosis.labelled import HELD_OUT, Corrected, Labelled, Progress, Stop
from bigmodel_apps.diagnosis.own_fitting import SEED, Fitted, Mistake, Report, Rival, Stages, fit
from bigmodel_apps.diagnosis.schema import Options
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.evidence import Metric
from bigmodel_apps.measures import Comparison, Estimate
from bigmodel_apps.problems import Cancelled, InputError, Problem, Unavailable
from bigmodel_apps.vision.archives import Collection
from bigmodel_apps.workspace import Deployment, Version
from bigmodel_apps.workspace.database import NAME_CHARS

DOMAIN = "diagnosis"
KIND = "diagnosis-own"
"""Of the jobs."""

MODEL = "diagnosis-xray"
"""Spec of the model that answers with what `Options.own` names."""

_FILE = "images.safetensors"


@dataclass(frozen=True, slots=True)
class Choice:
    """A version that may answer.

    Attributes:
        key: For `Options.own`; `open_key` opens it.
        title: What its owner calls it.
        model: Spec to ask.
    """

    key: str
    title: str
    model: str


# --- Training --------------------------------------------------------------------------------------------------------


def train(
    collection: Collection,
    owner: str,
    name: str = "",
    *,
    corrected: Sequence[Corrected] = (),
    seed: int = SEED,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Version:
    """Read, learn, measure, and keep the result as a version of the owner's, as challenger. Nothing is put in use yet.

    Blocks; run it as a job.

    Args:
        name: What to call it; the collection's name by default.
        corrected: To be learned from as well, as far as their classes are among those of the collection.
        progress: Called with (images done, in total), each image counting once for every stage.

    Raises:
        InputError: `labelled.obstacles`; ``workspace-full``; what is wrong with the name.
        Cancelled: Nothing was kept.
    """
    count = labelled.look(collection).read

    stage = _stages(count, progress)
    given = labelled.with_corrections(labelled.read(collection, stage(0), cancelled), corrected)
    return keep(owner, name or collection.name, given, seed, stage, cancelled)


def challenge(
    owner: str,
    model: str,
    corrected: Sequence[Corrected],
    *,
    seed: int = SEED,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Version:
    """A challenger of what is in use, from corrections; kept and not put in use. Blocks; run it as a job.

    A model of the owner's own images learns from these once more, with the corrections, and what was held out stays held
    out. Of a model that ships the heads move; see `own_corrections`.

    Args:
        model: That answers where no version of the owner's is in use.
        progress: Called with (steps done, in total).

    Raises:
        InputError: ``diagnosis-own-few-corrections``; ``diagnosis-own-nothing-new``; ``workspace-full``.
        Cancelled: Nothing was kept.
    """
    version = deployed(owner)
    if version is not None and report_of(version).made_of == "folder":
        before = images_of(version, owner)
        given = labelled.with_corrections(before, corrected)
        _check_new(given, before)
        return keep(owner, version.name, given, seed, _stages(len(given.images), progress), cancelled)
    base = own_corrections.base_of(model if version is None else report_of(version).base)
    given = own_corrections.images(base, corrected)
    if version is not None:
        _check_new(given, images_of(version, owner))
    with alone(cancelled):
        fitted = own_corrections.fit(
            base, given, rival(owner), seed=seed, stage=_stages(1_000, progress), cancelled=cancelled
        )
    return added(owner, date.today().isoformat(), fitted, seed)


def _check_new(given: Labelled, before: Labelled) -> None:
    """What is in use learned from the same images already."""
    if given.sha256 == before.sha256:
        raise InputError(Problem("diagnosis-own-nothing-new"))


def _stages(size: int, progress: Progress | None) -> Stages:
    """Progress of the four stages, reading, heads, tuning and measuring, each as long as `size`."""

    def stage(before: int) -> Progress | None:
        return None if progress is None else lambda done, of: progress(before * size + done * size // of, 4 * size)

    return stage


def keep(owner: str, name: str, given: Labelled, seed: int, stage: Stages, cancelled: Stop | None = None) -> Version:
    """Learn from images and keep what comes of it; see `train`. `stage` gives the progress of stages 1 to 3."""
    champion = rival(owner)
    with alone(cancelled):
        fitted = fit(given, champion, seed=seed, stage=stage, cancelled=cancelled)
    if cancelled is not None and cancelled():
        raise Cancelled
    return added(owner, name, fitted, seed)


def added(owner: str, name: str, fitted: Fitted, seed: int) -> Version:
    """Keep what was trained, as challenger."""
    registry = workspace.default().registry
    version = registry.add(owner, DOMAIN, name.strip()[:NAME_CHARS], _recipe(fitted, seed), partial(_write, fitted))
    registry.deploy(owner, DOMAIN, version.id, "challenger")
    return version


# --- What answers ----------------------------------------------------------------------------------------------------


def serve(owner: str, options: Options, model: str) -> tuple[str, Options, Version | None]:
    """What answers this owner now; call it before every prediction.

    Args:
        model: That answers where no version of the owner's is in use.

    Returns:
        ``model`` and ``options`` for `runtime.predict("diagnosis", …)`, and the version that is in use, else None.

    Raises:
        Unavailable: The version's files are damaged.
    """
    version = deployed(owner)
    if version is None:
        return model, options, None
    key, reader = open_version(version.id, owner)
    return MODEL, fitting(options, reader).model_copy(update={"own": key}), version


def fitting(options: Options, reader: Reader) -> Options:
    """The same without what a reader of other classes cannot follow."""
    classes = reader.classifier.classes
    update: dict[str, Any] = {}
    if options.heatmap_class not in classes:
        update["heatmap_class"] = None
    if len(classes) != 2:
        update |= {"prevalence": None, "sensitivity": None}
    return options.model_copy(update=update)


def open_version(id: str, owner: str) -> tuple[str, Reader]:
    """Open one version, whether it is in use or not.

    Returns:
        The key for `Options.own`, and the reader.

    Raises:
        InputError: It is not this owner's.
        Unavailable: Its files are damaged.
    """
    registry = workspace.default().registry
    registry.get(id, owner)  # before the shelf: it may be deleted and still open
    key = shelf.key_of(id, owner)
    return key, shelf.readers.open(key, lambda: scoring.load(registry.folder(id, owner)))


def open_key(key: str, owner: str) -> Reader:
    """Open what a key names, which was kept since. Raises as `open_version` does."""
    return open_version(key.partition("~")[0], owner)[1]


def choices(owner: str) -> list[Choice]:
    """The owner's versions as something that may be asked, the newest first."""
    return [Choice(shelf.key_of(one.id, owner), one.name, MODEL) for one in versions(owner)]


def versions(owner: str) -> list[Version]:
    """The owner's versions, the newest first."""
    return workspace.default().registry.versions(owner, DOMAIN)


def deployed(owner: str) -> Version | None:
    """The version that this owner uses; None for the models that ship."""
    return workspace.default().registry.deployed(owner, DOMAIN)


def deploy(owner: str, id: str | None) -> Deployment:
    """Put a version in use, or the models that ship (None); pages follow at their next rerun."""
    if id is not None:
        open_version(id, owner)  # damaged files are found now
    return workspace.default().registry.deploy(owner, DOMAIN, id)


def roll_back(owner: str) -> Version | None:
    """Return to what was in use before; None for the models that ship. Raises ``nothing-to-roll-back``."""
    return workspace.default().registry.roll_back(owner, DOMAIN)


def delete(id: str, owner: str) -> None:
    """Delete a version with its images. Raises `InputError` where it is not this owner's, or in use."""
    workspace.default().registry.delete(id, owner)
    shelf.readers.close(shelf.key_of(id, owner))


def rival(owner: str) -> Rival | None:
    """What is in use, with what it learned from; None for the models that ship."""
    version = deployed(owner)
    if version is None:
        return None
    given = images_of(version, owner)
    return Rival(open_version(version.id, owner)[1], frozenset(given.images.sources[given.parts != HELD_OUT].tolist()))


@contextmanager
def alone(cancelled: Stop | None = None) -> Iterator[None]:
    """One training at a time: a second one would slow both down, and share the first one's random numbers."""
    while not _training.acquire(timeout=0.2):
        if cancelled is not None and cancelled():
            raise Cancelled
    try:
        yield
    finally:
        _training.release()


_training = threading.Lock()

# --- The run, as the workspace keeps it ------------------------------------------------------------------------------


def report_of(version: Version) -> Report:
    """What came of the training of a version, also after a restart."""
    recipe = version.run.recipe
    about: dict[str, Any] = dict(recipe.report)
    about["classes"] = tuple(about["classes"])
    about["metrics"] = tuple(Metric(**facts) for facts in recipe.metrics)
    about["comparisons"] = {
        system: Comparison(**(facts | {"difference": Estimate(**facts["difference"])}))
        for system, facts in about["comparisons"].items()
    }
    about["confusion"] = tuple(tuple(row) for row in about["confusion"])
    about["mistakes"] = tuple(Mistake(**facts) for facts in about["mistakes"])
    return Report(**about, seconds=recipe.seconds)


def images_of(version: Version, owner: str) -> Labelled:
    """The small squares that a version was learned from and measured on.

    Raises:
        InputError: It is not this owner's.
        Unavailable: Its files are damaged.
    """
    folder = workspace.default().registry.folder(version.id, owner)
    try:
        with safe_open(folder / _FILE, framework="np") as opened:
            about = json.loads(opened.metadata()["about"])
            pixels, labels, parts, corrected = map(opened.get_tensor, ("pixels", "labels", "parts", "corrected"))
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        raise Unavailable(Problem("diagnosis-model-damaged", field=_FILE)) from None
    sources = np.array([labelled.digest_of(one) for one in pixels])
    images = Images(pixels, labels.astype(np.int64), sources)
    return Labelled(
        version.name,
        images,
        tuple(about["classes"]),
        tuple(about["names"]),
        parts.astype(np.int64),
        corrected.astype(bool),
    )


def _write(fitted: Fitted, folder: Path) -> None:
    fitted.reader.save(folder)
    given = fitted.given
    about = {"classes": given.classes, "names": given.names}
    tensors: dict[str, npt.NDArray[Any]] = {
        "pixels": np.ascontiguousarray(given.images.pixels),
        "labels": given.images.labels.astype(np.int16),
        "parts": given.parts.astype(np.int8),
        "corrected": given.corrected.astype(np.uint8),
    }
    save_file(tensors, folder / _FILE, metadata={"about": json.dumps(about, ensure_ascii=False)})
    facts = fitted.reader.classifier.facts
    training.write_cards(folder, "own", {**facts, "classes": ", ".join(given.classes)})


def _recipe(fitted: Fitted, seed: int) -> workspace.Recipe:
    given, report, facts = fitted.given, fitted.report, fitted.reader.classifier.facts
    about = asdict(report)
    for name in ("metrics", "seconds"):
        del about[name]
    return workspace.Recipe(
        data={
            "name": given.name,
            "rows": len(given.images),
            "corrections": given.corrections,
            "left_out": len(given.left_out),
            "counts": given.counts(),
            "sha256": given.sha256,
        },
        code_version=evidence.code_version(),
        seed=seed,
        parameters=json.loads(json.dumps({name: facts[name] for name in ("base", "method", "losses", "recipe")})),
        metrics=[metric.model_dump(mode="json", exclude_defaults=True) for metric in report.metrics],
        report=json.loads(json.dumps(about)),
        seconds=report.seconds,
    )
