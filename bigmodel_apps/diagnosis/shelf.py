"""What is open in this process: the readers that ship, models of the users' own, and whether files may be named."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from bigmodel_apps.diagnosis import scoring
from bigmodel_apps.diagnosis.schema import Options
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.workspace.shelf import Shelf

WEIGHTS = Path(__file__).parent / "weights"
XRAY, CELLS, GENERATOR = WEIGHTS / "xray", WEIGHTS / "cells", WEIGHTS / "generator"

OURS = ("diagnosis-xray", "diagnosis-cells")
"""Specs whose model answers with what `Options.own` names."""

readers: Shelf[Reader] = Shelf("own-model-unknown", "own", 256 * 2**20)
"""Models of the users' own, under `key_of`."""

_paths_allowed = False


def key_of(id: str, owner: str) -> str:
    """The key of an owner's model: nobody else can make it."""
    return f"{id}~{blake2b(owner.encode(), digest_size=16, person=b'diagnosis').hexdigest()}"


def allow_paths() -> None:
    """Inputs may name files of this machine: for the command line, whose user may read them anyway."""
    global _paths_allowed
    _paths_allowed = True


def paths_allowed() -> bool:
    """Whether `schema.Input.path` is followed; a server must never read files for whoever asks."""
    return _paths_allowed


def xray() -> Reader:
    """The reader of chest X-rays that ships."""
    return scoring.shipped(XRAY)


def reader_of(model: str, own: str | None = None) -> Reader:
    """Whose networks and gate stand behind an answer: a model of the visitor's own, or the one of a spec.

    Raises:
        InputError: ``own-model-unknown``: no model is open under `own`.
    """
    if own:
        return readers.get(own)
    return scoring.shipped(CELLS) if model == "diagnosis-cells" else xray()


def prepare(options: Options, model: str) -> None:
    """Runs on the caller's thread before images are queued: what the options name must be open.

    Raises:
        InputError: ``own-model-unknown``; also where a model of the hub is asked, which would answer without it.
    """
    if options.own:
        if model.partition("@")[0] not in OURS:
            raise InputError(Problem("own-model-unknown", field="own"))
        readers.get(options.own)
