"""What users own: their data sets, feedback and conversations, in one SQLite file in the home folder."""

from __future__ import annotations

import functools
import threading
from pathlib import Path

from bigmodel_apps.workspace.cases import Case
from bigmodel_apps.workspace.conversations import Conversation, Message, Ticket
from bigmodel_apps.workspace.corrections import Correction
from bigmodel_apps.workspace.places import home
from bigmodel_apps.workspace.registry import Deployment, Recipe, Run, Version
from bigmodel_apps.workspace.store import Dataset, Feedback, Workspace

__all__ = [
    "Case",
    "Conversation",
    "Correction",
    "Dataset",
    "Deployment",
    "Feedback",
    "Message",
    "Recipe",
    "Run",
    "Ticket",
    "Version",
    "Workspace",
    "default",
    "home",
]

_opening = threading.Lock()


def default() -> Workspace:
    """The workspace of this process, opened on first use."""
    with _opening:
        return _open(home())


@functools.cache
def _open(folder: Path) -> Workspace:
    return Workspace(f"sqlite:///{folder / 'workspace.sqlite'}")
