"""Named protocols that measure the readers of sentiment, and write evidence; see `english_protocols` and
`chinese_protocols`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from bigmodel_apps import evidence
from bigmodel_apps.evidence import Evidence
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime.device import choose
from bigmodel_apps.sentiment.protocol import Protocol, Report

DOMAIN = "sentiment"
SEED = 7
_SHIPPED = Path(__file__).parent / "weights"


def protocols() -> Mapping[str, Protocol]:
    """All of them, by name."""
    from bigmodel_apps.sentiment import chinese_protocols, english_protocols

    return {**english_protocols.PROTOCOLS, **chinese_protocols.PROTOCOLS}


def run(name: str, data: Path | None = None, report: Report | None = None) -> Evidence:
    """Run one protocol.

    Args:
        data: Folder of the public sets.
        report: Called with (parts done, parts in total).

    Raises:
        InputError: No such protocol, or its data is missing.
    """
    known = protocols()
    if name not in known:
        raise InputError(
            Problem("protocol-unknown", field="protocol", details={"name": name, "known": ", ".join(known)})
        )
    protocol = known[name]
    started = time.perf_counter()
    metrics, datasets = protocol.run(data, report or (lambda _done, _total: None))
    command = f"python -m bigmodel_apps evaluate {DOMAIN} --protocol {name}"
    return Evidence(
        domain=DOMAIN,
        protocol=name,
        description=dict(protocol.description),
        metrics=tuple(metrics),
        datasets=tuple(datasets),
        command=command + (" --data FOLDER" if protocol.data else ""),
        date=evidence.today(),
        seconds=round(time.perf_counter() - started, 1),
        hardware=evidence.hardware(choose().dtype),
        code_version=evidence.code_version(),
        code_sha256=evidence.hash_code(DOMAIN),
        weights={folder: weights_hash(folder) for folder in protocol.weights},
        seed=SEED,
    )


def weights_hash(folder: str) -> str:
    """Of the files that ship in a folder of weights."""
    return evidence.hash_files((_SHIPPED / folder).glob("*.safetensors"))
