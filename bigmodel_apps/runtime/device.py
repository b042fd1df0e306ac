"""Which device computes, in which precision, on how many threads. Imports torch only when asked."""

from __future__ import annotations

import functools
import json
import logging
import math
import os
import platform
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import threadpoolctl

from bigmodel_apps.problems import InputError, Problem, Unavailable
from bigmodel_apps.workspace import home as workspace_home

Kind = Literal["cuda", "mps", "cpu"]

_LOG = logging.getLogger(__name__)
_choosing = threading.Lock()
_DTYPES = {"fp32": "float32", "bf16": "bfloat16"}
# Tokens in one call: a short question alone, and a micro-batch of paragraphs.
_WORKLOADS = {"tiny": 16, "large": 512}
# At least so many rounds; more while time remains, since a busy neighbour easily spoils all of a few short ones.
_ROUNDS, _MOST_ROUNDS, _SECONDS = 3, 100, 0.4
# Half the precision must buy a clear gain on full batches and cost a single question next to nothing: the two are level
# there on many CPUs, and noise must not decide what all batches run in.
_GAIN = {"tiny": 0.8, "large": 1.2}


@dataclass(frozen=True, slots=True)
class Device:
    """Where models live.

    Attributes:
        dtype: Name of a torch dtype: ``float32`` or ``bfloat16``.
        name: What the maker calls it, for display.
    """

    kind: Kind
    index: int
    dtype: str
    name: str

    @property
    def torch_name(self) -> str:
        """What torch calls it: ``cuda:0``, ``mps``, ``cpu``."""
        return f"cuda:{self.index}" if self.kind == "cuda" else self.kind


def choose() -> Device:
    """The device of this process, detected once."""
    with _choosing:  # two measurements at a time would spoil each other
        return _detect_once()


@functools.cache
def _detect_once() -> Device:
    return detect(workspace_home())


def detect(home: Path) -> Device:
    """Choose the device (CUDA, then MPS, then the CPU) and its precision, and set torch's thread count.

    Precision is measured once a machine and remembered in ``<home>/device.json``. ``BIGMODEL_APPS_DEVICE`` (``cpu``,
    ``cuda:1``, ``mps``) and ``BIGMODEL_APPS_PRECISION`` (``fp32``, ``bf16``) override.

    Raises:
        Unavailable: The device that the environment names is not there.
        InputError: The environment names something that is neither a device nor a precision.
    """
    import torch

    precision = os.environ.get("BIGMODEL_APPS_PRECISION", "")
    if precision and precision not in _DTYPES:
        raise InputError(Problem("precision-unknown", details={"value": precision}))
    kind, index = _named_device(torch) or _best_device(torch)
    _limit_threads(torch)
    name = torch.cuda.get_device_name(index) if kind == "cuda" else _cpu_name()
    device = Device(kind, index, _DTYPES.get(precision, "float32"), name)
    return device if precision else Device(kind, index, _remembered_dtype(torch, device, home), name)


@functools.cache
def cores() -> int:
    """How many cores this process may keep busy: those it sees, or fewer where its container is allowed fewer.

    ``OMP_NUM_THREADS`` overrides: threads that wait for one another on cores that others use are slower than one.
    """
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    seen = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return min(seen, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):
        return seen


def empty_cache(device: Device) -> None:
    """Hand freed memory back to the device, so that another model or process can have it."""
    if device.kind == "cpu":
        return
    import torch

    if device.kind == "cuda":
        with torch.cuda.device(device.index):
            torch.cuda.empty_cache()
    else:
        torch.mps.empty_cache()


def measure(torch_name: str) -> dict[str, dict[str, float]]:
    """Milliseconds of a transformer block's matrix products (width 384, as in a small encoder).

    Returns:
        ``{"tiny": {"float32": ms, "bfloat16": ms}, "large": {…}}``, the best of some rounds in turns, so that a
        neighbour on a shared machine slows both. A precision that the device lacks is left out.
    """
    import torch
    from torch.nn import functional

    def block(tokens: int, dtype: torch.dtype) -> Any:
        generator = torch.Generator().manual_seed(0)
        hidden, up, down = (
            torch.randn(shape, generator=generator).to(torch_name, dtype)
            for shape in ((tokens, 384), (1536, 384), (384, 1536))
        )

        def run() -> float:
            started = time.perf_counter()
            attention = torch.softmax(hidden @ hidden.T / math.sqrt(384), dim=-1) @ hidden
            inner = functional.gelu(functional.linear(attention, up))
            functional.linear(inner, down).sum().item()  # .item() waits for the device
            return (time.perf_counter() - started) * 1000

        return run

    timings: dict[str, dict[str, float]] = {}
    with torch.inference_mode():
        for workload, tokens in _WORKLOADS.items():
            best: dict[str, float] = {}
            timings[workload] = best
            blocks = {dtype: block(tokens, getattr(torch, dtype)) for dtype in _DTYPES.values()}
            started = time.perf_counter()
            for turn in range(_MOST_ROUNDS):
                for dtype, run in blocks.items():
                    try:
                        elapsed = run()
                    except (RuntimeError, TypeError):
                        continue
                    if turn:  # the first turn warms up
                        best[dtype] = min(elapsed, best.get(dtype, elapsed))
                if turn >= _ROUNDS and time.perf_counter() - started > _SECONDS:
                    break
    return timings


def _remembered_dtype(torch: Any, device: Device, home: Path) -> str:
    capability = torch.backends.cpu.get_cpu_capability() if device.kind == "cpu" else ""
    key = " | ".join((device.torch_name, device.name, capability, f"torch {torch.__version__}"))
    file = home / "device.json"
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        dtype = known[key]["dtype"]
        if dtype in _DTYPES.values():
            return str(dtype)
    except (OSError, ValueError, KeyError, TypeError):
        known = {}
    timings = measure(device.torch_name)
    faster = all(
        timings[size].get("bfloat16", math.inf) * gain <= timings[size]["float32"] for size, gain in _GAIN.items()
    )
    dtype = "bfloat16" if faster else "float32"
    entry = {"dtype": dtype, "milliseconds": timings}
    try:
        home.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps({**known, key: entry}, indent=2), encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        _LOG.warning("cannot remember the precision of %s: %s", device.torch_name, error)
    return dtype


def _named_device(torch: Any) -> tuple[Kind, int] | None:
    wanted = os.environ.get("BIGMODEL_APPS_DEVICE", "")
    if not wanted:
        return None
    kind, _, number = wanted.partition(":")
    if kind not in ("cuda", "mps", "cpu") or not (number or "0").isdecimal():
        raise InputError(Problem("device-unknown", details={"value": wanted}))
    index = int(number or 0)
    count = {"cuda": torch.cuda.device_count, "mps": lambda: int(torch.backends.mps.is_available()), "cpu": lambda: 1}
    if index >= count[kind]():
        raise Unavailable(Problem("device-missing", details={"value": wanted}))
    return cast(Kind, kind), index


def _best_device(torch: Any) -> tuple[Kind, int]:
    if torch.cuda.is_available():
        return "cuda", 0
    return ("mps", 0) if torch.backends.mps.is_available() else ("cpu", 0)


def _limit_threads(torch: Any) -> None:
    # NumPy's BLAS keeps its threads spinning after a product, on the cores that torch wants next: a question took 115 ms
    # instead of 20 on two cores. The products of retrieval are small; one thread computes them as fast.
    threadpoolctl.threadpool_limits(1, user_api="blas")
    # torch counts the cores that it sees; a container may be allowed fewer, and then its threads fight each other.
    if cores() < torch.get_num_threads():
        torch.set_num_threads(cores())


def _cpu_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
