"""Named protocols that measure the readers of sentiment, and write evidence; see `english_protocols` and
`chinese_protocols`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bigmodel_apps import evidence
from bigmodel_apps.evidence import Dataset, Evidence, Metric
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime.device import choose

Report = Callable[[int, int], None]

DOMAIN = "sentiment"
SEED = 7
_SHIPPED = Path(__file__).parent / "weights"
_WITHOUT_DATA = ("colloquial",)


def names() -> tuple[str, ...]:
    """All protocols, those of English first."""
    from bigmodel_apps.sentiment import chinese_protocols, english_protocols

    return (*english_protocols.PROTOCOLS, *chinese_protocols.PROTOCOLS)


def run(name: str, data: Path | None = None, report: Report | None = None, *, start: Path | None = None) -> Evidence:
    """Run one protocol.

    Args:
        data: Folder of the public sets.
        report: Called with (parts done, parts in total).
        start: For ``blitzer-loo``: folder with the weights after the first stage of training.

    Raises:
        InputError: No such protocol, or its data is missing.
    """
    from bigmodel_apps.sentiment import chinese_protocols, english_protocols

    english = name in english_protocols.PROTOCOLS
    if name not in names():
        details = {"name": name, "known": ", ".join(names())}
        raise InputError(Problem("protocol-unknown", field="protocol", details=details))
    home = english_protocols if english else chinese_protocols

    def measure() -> tuple[list[Metric], list[Dataset]]:
        if name == "blitzer-loo":
            return english_protocols.blitzer_loo(data, report, start)
        return home.PROTOCOLS[name](data, report)

    # The Chinese reader asks the English one about glosses.
    used = (*(() if english else ("chinese",)), "english", "lexical")
    return evidence.measured(
        DOMAIN,
        name,
        measure,
        home.DESCRIPTIONS[name],
        precision=choose().dtype,
        data=name not in _WITHOUT_DATA,
        weights={folder: weights_hash(folder) for folder in used},
        seed=SEED,
    )


def weights_hash(folder: str) -> str:
    """Of the files that ship in a folder of weights."""
    return evidence.hash_files((_SHIPPED / folder).glob("*.safetensors"))
