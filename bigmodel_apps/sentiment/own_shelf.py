"""The models of users' own labels that are open in this process.

A model is asked by a key that holds its id and a digest of its owner's: nobody else can name it, and only `serve` and
`open_version`, which know the owner, open it. Whoever calls `serve` at every rerun follows a switch of the champion.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from bigmodel_apps import workspace
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.sentiment.schema import Options, Output
from bigmodel_apps.sentiment.verdict import right_share
from bigmodel_apps.workspace import Version
from bigmodel_apps.workspace.shelf import Shelf

if TYPE_CHECKING:  # it brings scikit-learn, which a prediction without own labels does without
    from bigmodel_apps.sentiment.head import Head

DOMAIN = "sentiment"
MODEL = "sentiment-own-labels"
"""Spec of the model that answers with what `Options.own` names."""

WEIGHTS_FILE = "own.safetensors"

shelf: Shelf[Head] = Shelf("own-model-unknown", "own", 256 * 2**20)
"""Open heads, under `key_of`."""


def key_of(id: str, owner: str) -> str:
    """The key of an owner's version."""
    return f"{id}~{blake2b(owner.encode(), digest_size=16, person=b'own-labels').hexdigest()}"


def open_version(id: str, owner: str) -> tuple[str, Head]:
    """Open one version, whether it is in use or not: to try it, or to compare it.

    Returns:
        The key for `Options.own`, and the head.

    Raises:
        InputError: It is not this owner's.
        Unavailable: Its files are damaged.
    """
    from bigmodel_apps.sentiment import head

    registry = workspace.default().registry
    registry.get(id, owner)  # before the shelf: it may be deleted and still open
    key = key_of(id, owner)
    return key, shelf.open(key, lambda: head.load(registry.folder(id, owner)))


def deployed(owner: str) -> Version | None:
    """The version that this owner uses, whether it can be opened or not; None for the model that ships."""
    return workspace.default().registry.deployed(owner, DOMAIN)


def serve(owner: str, options: Options | None = None) -> tuple[str | None, Options, Version | None]:
    """What answers this owner now. Call it before every prediction: it costs one look into the workspace.

    Returns:
        ``model`` and ``options`` for `runtime.predict("sentiment", …)`, and the version that is in use. Where the owner
        uses the model that ships, the first and the last are None and the options are as they were given.

    Raises:
        Unavailable: The version's files are damaged.
    """
    given = options or Options()
    version = deployed(owner)
    if version is None:
        return None, given, None
    key, _ = open_version(version.id, owner)
    return MODEL, given.model_copy(update={"own": key}), version


def how_often_right(output: Output, options: Options) -> tuple[float, int] | None:
    """Of texts that the judges of an own model had not seen, and of which it was as sure: the share it judged rightly,
    and how many they were.

    Args:
        output: Its verdict.
        options: Under which it was asked; they name it.

    Returns:
        None where it learned from too few texts of this language to say.
    """
    if output.own is None:
        return None
    return right_share(shelf.get(options.own).calibration, output.language, output.own.confidence)


def delete(id: str, owner: str) -> None:
    """Delete a version.

    Raises:
        InputError: It is not this owner's, or it is in use.
    """
    workspace.default().registry.delete(id, owner)
    shelf.close(key_of(id, owner))


def prepare(options: Options, model: str) -> None:
    """Runs on the caller's thread before texts are queued: what the options name must be open.

    Raises:
        InputError: ``own-model-unknown``; also where another model is asked, which would answer without it.
    """
    if options.own:
        if model.partition("@")[0] != MODEL:
            raise InputError(Problem("own-model-unknown", field="own"))
        shelf.get(options.own)
