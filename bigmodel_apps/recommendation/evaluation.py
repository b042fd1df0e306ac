"""Named protocols of the domain, and the evidence that they write; see `model_protocols`, `item_protocols` and
`shop_protocols`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from bigmodel_apps import evidence
from bigmodel_apps.evidence import Evidence
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime.device import choose

Report = Callable[[int, int], None]

DOMAIN = "recommendation"
SEED = 7
_HOMES = ("model_protocols", "item_protocols", "shop_protocols")
_WITHOUT_DATA = ("shop", "shop-next")


def _homes() -> list[Any]:
    return [import_module(f"bigmodel_apps.{DOMAIN}.{name}") for name in _HOMES]


def names() -> tuple[str, ...]:
    """All protocols."""
    return tuple(name for home in _homes() for name in home.PROTOCOLS)


def run(name: str, data: Path | None = None, report: Report | None = None) -> Evidence:
    """Run one protocol.

    Args:
        data: Folder of the public set.
        report: Called with (parts done, parts in total).

    Raises:
        InputError: No such protocol, or its data is missing.
    """
    if name not in names():
        details = {"name": name, "known": ", ".join(names())}
        raise InputError(Problem("protocol-unknown", field="protocol", details=details))
    home = next(module for module in _homes() if name in module.PROTOCOLS)
    return evidence.measured(
        DOMAIN,
        name,
        lambda: home.PROTOCOLS[name](data, report),
        home.DESCRIPTIONS[name],
        precision=choose().dtype,
        data=name not in _WITHOUT_DATA,
        seed=SEED,
    )
