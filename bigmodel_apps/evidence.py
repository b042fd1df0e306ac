"""Evidence: what an evaluation measured, how, on what, when and where. Written by a command, read by pages and reports.

A figure that a user sees is read from one of these files or computed on the spot; none is typed by hand.
"""

from __future__ import annotations

import math
import platform
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

PACKAGE = Path(__file__).parent
CLASS = "class:"
"""Stands in a group before the name of a user's class, which is shown as it is: the words of our groups are not meant."""

SHARED: Mapping[str, tuple[str, ...]] = {"diagnosis": ("vision",)}
"""Packages beside its own that a domain's figures depend on; the text tools where a domain names none."""


class Metric(BaseModel):
    """One measured figure.

    Attributes:
        name: Message id suffix: shown as the message ``metric-<name>``.
        value: The figure.
        low, high: Bounds of its interval, where one was computed.
        interval: What the bounds are, for example ``bootstrap-95``.
        unit: ``share`` (0–1), ``ms``, ``s``, ``per-second``, ``MB``, ``ratio``, ``count`` or ``score``.
        n: Number of observations behind it.
        group: What it was measured on (tenant, language, split, `CLASS` with a name); () for the whole.
        system: Which system it belongs to; the message ``system-<name>``.
        goal: What we set out to reach, where something was promised.
        higher_is_better: How to read it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    interval: str | None = None
    unit: str = "share"
    n: int | None = None
    group: tuple[str, ...] = ()
    system: str = "ours"
    goal: float | None = None
    higher_is_better: bool = True


class Dataset(BaseModel):
    """What was measured on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    rows: int
    sha256: str
    licence: str
    source: str = Field(description="Where a user can obtain it.")
    notes: str = ""


class Hardware(BaseModel):
    """What it was measured with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    processor: str
    cores: int
    memory_gb: float
    accelerator: str | None = None
    precision: str = "float32"


class Evidence(BaseModel):
    """One run of one protocol."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    domain: str
    protocol: str
    description: dict[str, str] = Field(description="The protocol in words, by language.")
    metrics: tuple[Metric, ...]
    datasets: tuple[Dataset, ...]
    command: str
    date: str
    seconds: float
    hardware: Hardware
    code_version: str = Field(description="Git revision, with + where files differed from it.")
    code_sha256: str = Field(description="Hash of the domain's code and of the shared tools that it builds on.")
    weights: dict[str, str] = Field(default_factory=dict, description="Hash of every weights file used, by name.")
    seed: int | None = None

    def write(self, path: Path | None = None) -> Path:
        """Write to `path`, or to the domain's ``evidence`` folder."""
        path = path or folder(self.domain) / f"{self.protocol}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(indent=1, exclude_defaults=True) + "\n", encoding="utf-8")
        return path

    def figures(self) -> dict[str, float]:
        """Every value under its name, group and system: what the command line prints."""
        return {" ".join((metric.name, *metric.group, metric.system)): metric.value for metric in self.metrics}

    def find(self, name: str, *group: str, system: str = "ours") -> Metric | None:
        """The metric of that name, group and system."""
        return next((m for m in self.metrics if (m.name, m.group, m.system) == (name, group, system)), None)


def measured(
    domain: str,
    protocol: str,
    run: Callable[[], tuple[Iterable[Metric], Iterable[Dataset]]],
    description: Mapping[str, str],
    *,
    precision: str,
    data: bool,
    weights: Mapping[str, str] | None = None,
    seed: int | None = None,
) -> Evidence:
    """Run a protocol and say with what, when and where.

    Args:
        run: The protocol itself.
        precision: Of the device that it runs on.
        data: Whether it needs a folder of a public set.
    """
    started = time.perf_counter()
    metrics, datasets = run()
    command = f"python -m bigmodel_apps evaluate {domain} --protocol {protocol}"
    return Evidence(
        domain=domain,
        protocol=protocol,
        description=dict(description),
        metrics=tuple(metrics),
        datasets=tuple(datasets),
        command=command + (" --data FOLDER" if data else ""),
        date=today(),
        seconds=round(time.perf_counter() - started, 1),
        hardware=hardware(precision),
        code_version=code_version(),
        code_sha256=hash_code(domain),
        weights=dict(weights or {}),
        seed=seed,
    )


def folder(domain: str) -> Path:
    """Where the evidence of a domain lies."""
    return PACKAGE / domain / "evidence"


def read(path: Path) -> Evidence:
    """Read one file."""
    return Evidence.model_validate_json(path.read_text(encoding="utf-8"))


def read_all(domain: str) -> list[Evidence]:
    """Everything measured about a domain, by protocol name."""
    return [read(path) for path in sorted(folder(domain).glob("*.json"))]


def today() -> str:
    """The date in UTC, ISO 8601."""
    return datetime.now(UTC).date().isoformat()


@lru_cache(maxsize=1)
def hardware(precision: str = "float32", accelerator: str | None = None) -> Hardware:
    """This machine."""
    import psutil

    return Hardware(
        processor=_processor(),
        cores=psutil.cpu_count(logical=True) or 1,
        memory_gb=round(psutil.virtual_memory().total / 2**30, 1),
        accelerator=accelerator,
        precision=precision,
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


@lru_cache(maxsize=1)
def code_version() -> str:
    """Git revision of the working tree, or ``unknown`` outside a repository."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=PACKAGE, capture_output=True, text=True, check=True, timeout=10
        ).stdout.strip()

    try:
        return git("rev-parse", "--short=12", "HEAD") + ("+" if git("status", "--porcelain") else "")
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def hash_files(paths: Iterable[Path]) -> str:
    """One SHA-256 over the contents of the files, in the order of their names."""
    digest = sha256()
    for path in sorted(paths):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def hash_code(domain: str) -> str:
    """Hash of the code that a domain's figures depend on: its own and that of the shared tools that it builds on."""
    packages = (domain, *SHARED.get(domain, ("text",)))
    return hash_files(path for package in packages for path in (PACKAGE / package).glob("*.py"))


def compare(fresh: Evidence, stored: Evidence, tolerance: float = 0.01) -> list[str]:
    """Where a fresh run departs from the stored one by more than `tolerance`; one line a metric."""
    known: dict[tuple[str, tuple[str, ...], str], float] = {
        (m.name, m.group, m.system): m.value for m in stored.metrics
    }
    return [
        f"{m.name} {m.group} {m.system}: {m.value} now, {known.get((m.name, m.group, m.system))} stored"
        for m in fresh.metrics
        if abs(m.value - known.get((m.name, m.group, m.system), math.inf)) > tolerance
    ]
