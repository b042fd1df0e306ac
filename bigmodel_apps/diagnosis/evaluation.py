"""Named protocols of the domain, and the evidence that they write; see `xray_protocols` and `further_protocols`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bigmodel_apps import evidence
from bigmodel_apps.diagnosis import shelf
from bigmodel_apps.evidence import Evidence
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime.device import choose

Report = Callable[[int, int], None]

DOMAIN = "diagnosis"
SEED = 7
_WITHOUT_DATA = ("measurements",)
_WEIGHTS = {"xray": shelf.XRAY, "cells": shelf.CELLS, "generator": shelf.GENERATOR}
_USED = {"pneumonia": ("xray",), "kinds": ("xray",), "gallery": ("xray", "generator"), "cells": ("cells",)}


def names() -> tuple[str, ...]:
    """All protocols."""
    return tuple(name for home in _homes() for name in home.PROTOCOLS)


def run(name: str, data: Path | None = None, report: Report | None = None) -> Evidence:
    """Run one protocol.

    Args:
        data: Folder of the public sets.
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
        weights={one: weights_hash(one) for one in _USED.get(name, ())},
        seed=SEED,
    )


def weights_hash(name: str) -> str:
    """Of weights that ship."""
    return evidence.hash_files(_WEIGHTS[name].glob("*.safetensors"))


def _homes() -> tuple[Any, ...]:
    from bigmodel_apps.diagnosis import further_protocols, xray_protocols

    return xray_protocols, further_protocols
