"""What benchmarks share: a knowledge base of any size, percentiles, a server, and the file that keeps the figures."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bigmodel_apps import evidence
from bigmodel_apps.customer_service.knowledge import TENANTS, Entry, Knowledge, KnowledgeReport, sample
from bigmodel_apps.customer_service.questions import paraphrases
from bigmodel_apps.evidence import Evidence, Metric

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
MODEL, ENCODER = "customer-service-hybrid", "minilm-l6-service"


def knowledge(entries: int) -> Knowledge:
    """The sample tenants' English entries, repeated for as many branches as it takes, each with texts of its own."""
    base = [entry for tenant in TENANTS for entry in sample(tenant, "en").entries]
    made = []
    for number in range(entries):
        entry, branch = base[number % len(base)], number // len(base)
        made.append(
            Entry(
                f"{entry.id}-{branch}",
                tuple(f"{question} (branch {branch})" for question in entry.questions),
                f"{entry.answer} Ask for branch {branch}.",
                "benchmark",
                "en",
            )
        )
    return Knowledge(f"benchmark-{entries}", tuple(made), KnowledgeReport(entries, entries, entries, 0, 0, 0, {}, ()))


def questions(count: int) -> list[str]:
    """Held-out questions of the tenants in a fixed shuffled order, repeated as often as needed, each time numbered."""
    texts = [question.text for tenant in TENANTS for question in paraphrases(tenant, "en", "heldout")]
    order = np.random.default_rng(0).permutation(len(texts))
    return [f"{texts[order[n % len(texts)]]} {n // len(texts) or ''}".strip() for n in range(count)]


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    p50, p95 = np.quantile(np.array(seconds) * 1000, (0.5, 0.95))
    return float(p50), float(p95)


def figure(
    name: str,
    value: float,
    unit: str,
    *group: str,
    goal: float | None = None,
    higher: bool = False,
    n: int | None = None,
) -> Metric:
    """One figure, and a line on the screen."""
    print(
        f"{name} {' '.join(group)}: {value:.4g} {unit}" + (f" (goal {goal:g})" if goal is not None else ""), flush=True
    )
    return Metric(name=name, value=round(value, 4), unit=unit, group=group, goal=goal, higher_is_better=higher, n=n)


def keep(
    name: str,
    description: dict[str, str],
    metrics: Sequence[Metric],
    started: float,
    *,
    domain: str = "customer_service",
) -> None:
    """Write ``results/<name>.json``; `domain` is the one whose code was measured."""
    from bigmodel_apps import runtime

    dtypes = {model.dtype for model in runtime.resident()} or {"float32"}
    Evidence(
        domain="benchmarks",
        protocol=name,
        description=description,
        metrics=tuple(metrics),
        datasets=(),
        command=f"python -m bigmodel_apps bench {name}",
        date=evidence.today(),
        seconds=round(time.perf_counter() - started, 1),
        hardware=evidence.hardware(dtypes.pop()),
        code_version=evidence.code_version(),
        code_sha256=evidence.hash_code(domain),
    ).write(RESULTS / f"{name}.json")


@contextmanager
def server(*module: str, wait: float = 120.0) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """A server of its own with an empty workspace: (address, process, seconds from start to ready).

    Args:
        module: What Python runs before ``--port``; the application as it is by default.
        wait: Seconds within which it has to be ready.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home, (Path(home) / "log").open("wb") as log:
        # The precision was measured once before, as on any machine that has started the app before.
        known = Path(os.environ.get("BIGMODEL_APPS_HOME", ROOT / "var")) / "device.json"
        if known.is_file():
            (Path(home) / "device.json").write_bytes(known.read_bytes())
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *(module or ("bigmodel_apps", "serve")), "--port", str(port)],
            cwd=ROOT,
            env=os.environ | {"BIGMODEL_APPS_HOME": home},
            stdout=log,
            stderr=log,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            while time.perf_counter() - started < wait:
                try:
                    with urllib.request.urlopen(f"{address}/api/ready", timeout=5):
                        break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.1)
            else:
                raise RuntimeError("the server did not become ready")
            yield address, process, time.perf_counter() - started
        finally:
            process.terminate()
            process.wait(20)
