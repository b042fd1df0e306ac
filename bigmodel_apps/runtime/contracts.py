"""What the engine room promises: a model, a back end, and what a back end tells about itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Called with (inputs done, inputs in total)."""


class Priority(IntEnum):
    """A person waits for `INTERACTIVE`; nobody watches the single input of `BULK`."""

    INTERACTIVE = 0
    BULK = 1


class Model(Protocol):
    """What a loader of the catalogue returns.

    A model is called on the worker thread of its device and nowhere else, so it needs no lock. It may call the
    models that its spec `uses` directly; it must never wait for the engine.

    A model may also have ``cost(input) -> int``, cheap and monotonic in the work that the input makes (its length,
    say): the engine sorts inputs by it, so that a micro-batch pads little.
    """

    @property
    def batches(self) -> bool:
        """Whether `predict` may get several inputs at a time. Otherwise it gets one."""

    @property
    def nbytes(self) -> int:
        """Memory of the weights, without that of the models it uses."""

    def predict(self, inputs: Sequence[Any], options: Any) -> Sequence[Any]:
        """One output an input, in the same order. Raising fails these inputs only."""


class Backend(Protocol):
    """Where predictions are computed. `tests/runtime/backend_contract.py` is the definition that counts."""

    def submit(
        self, model: str, inputs: Sequence[Any], *, options: Any = None, priority: Priority = Priority.INTERACTIVE
    ) -> Future[list[Any]]:
        """Queue a request; the Future holds one output an input, in the same order.

        Requests batch together when model and options are equal. A Future may be cancelled until it runs.

        Raises:
            Busy: The queue is full.
            InputError: No such model.

        The Future raises `Unavailable` when the model cannot be loaded, `Cancelled` when the back end closes midway,
        or what the model raised on this request's inputs.
        """

    def predict(
        self,
        model: str,
        inputs: Sequence[Any],
        *,
        options: Any = None,
        priority: Priority = Priority.INTERACTIVE,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Any]:
        """`submit` and wait. `progress` and `cancelled` are called on the caller's thread, about ten times a second.

        Raises:
            Cancelled: `cancelled` returned true, or the back end closed.
        """

    def call(self, model: str, function: Callable[[Any], T], *, priority: Priority = Priority.INTERACTIVE) -> Future[T]:
        """Run a short function with the resident model between two batches, to swap an index, say.

        Requests queued later with the same priority see what it changed.
        """

    def snapshot(self) -> Telemetry:
        """What happened so far and what is resident now."""

    def close(self) -> None:
        """Finish the batch at work, cancel what waits, release the models. Later requests raise `RuntimeError`."""


@dataclass(frozen=True, slots=True)
class ModelStats:
    """How a model has served since the process started.

    Times are milliseconds over the last 1,024 interactive requests, None before the first: `p50_ms`, `p95_ms` and
    `p99_ms` from submission to answer; `wait_ms` and `compute_ms` are medians of its two parts.
    `mean_batch` counts inputs a call of the model, over both priorities.
    """

    name: str
    requests: int
    inputs: int
    errors: int
    mean_batch: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    wait_ms: float | None
    compute_ms: float | None


@dataclass(frozen=True, slots=True)
class DeviceStats:
    """The queue in front of a device: inputs waiting, models being loaded, inputs a second of the recent batches.

    `device` is None until the first model is loaded.
    """

    device: str | None
    name: str | None
    dtype: str | None
    interactive: int
    bulk: int
    loading: tuple[str, ...]
    rate: float | None


@dataclass(frozen=True, slots=True)
class Resident:
    """A model in memory. `users` counts the batch at work and the resident models that share it."""

    name: str
    nbytes: int
    device: str
    dtype: str
    users: int
    source: str


@dataclass(frozen=True, slots=True)
class Telemetry:
    """A back end at one moment."""

    models: tuple[ModelStats, ...]
    devices: tuple[DeviceStats, ...]
    resident: tuple[Resident, ...]
