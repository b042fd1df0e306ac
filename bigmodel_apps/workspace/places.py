"""Where the house writes."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """The folder for everything that is written while the house runs; created when missing.

    ``BIGMODEL_APPS_HOME`` names it. Otherwise it is ``var`` beside the package in a checkout, and ``var`` in the
    working folder for an installed package.
    """
    named = os.environ.get("BIGMODEL_APPS_HOME")
    if named:
        folder = Path(named).expanduser()
    else:
        checkout = Path(__file__).resolve().parents[2]
        folder = (checkout if (checkout / "app.py").is_file() else Path.cwd()) / "var"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()
