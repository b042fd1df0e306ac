"""Named protocols of the domain, and the evidence that they write; see `model_protocols`, `data_protocols` and
`drift_protocol`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bigmodel_apps import evidence
from bigmodel_apps.evidence import Evidence
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime.device import choose

Report = Callable[[int, int], None]

DOMAIN = "fraud"
SEED = 7
_SHIPPED = Path(__file__).parent / "weights"
_WITHOUT_DATA = ("sample",)


def names() -> tuple[str, ...]:
    """All protocols."""
    from bigmodel_apps.fraud import data_protocols, drift_protocol, model_protocols

    return (*model_protocols.PROTOCOLS, *data_protocols.PROTOCOLS, *drift_protocol.PROTOCOLS)


def run(name: str, data: Path | None = None, report: Report | None = None) -> Evidence:
    """Run one protocol.

    Args:
        data: Folder of the public set.
        report: Called with (parts done, parts in total).

    Raises:
        InputError: No such protocol, or its data is missing.
    """
    from bigmodel_apps.fraud import data_protocols, drift_protocol, model_protocols

    if name not in names():
        details = {"name": name, "known": ", ".join(names())}
        raise InputError(Problem("protocol-unknown", field="protocol", details=details))
    homes: tuple[Any, ...] = (model_protocols, data_protocols, drift_protocol)
    home = next(module for module in homes if name in module.PROTOCOLS)
    return evidence.measured(
        DOMAIN,
        name,
        lambda: home.PROTOCOLS[name](data, report),
        home.DESCRIPTIONS[name],
        precision=choose().dtype,
        data=name not in _WITHOUT_DATA,
        weights={"bank": weights_hash()} if name in _WITHOUT_DATA else None,
        seed=SEED,
    )


def weights_hash() -> str:
    """Of the detector that ships."""
    folder = _SHIPPED / "bank"
    return evidence.hash_files([*folder.glob("trees-*.txt"), *folder.glob("*.safetensors"), *folder.glob("model.json")])
