"""Work that outlives a rerun: a thread a job, with progress, time left, cancel and a result that waits for its owner.

Pages use the process-wide `start`, `get`, `list`, `cancel` and `collect` of this module.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from bigmodel_apps.problems import Busy, Cancelled, InputError, Problem
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.failures import problems_of

T = TypeVar("T")
State = Literal["queued", "running", "done", "failed", "cancelled"]
Stop = Callable[[], bool]
Work = Callable[[Progress, Stop], Any]
"""Called with ``progress(done, total)`` and ``cancelled() -> bool``; `progress` raises `Cancelled` once cancelled."""

_POLL = 0.1


@dataclass(frozen=True, slots=True)
class Job:
    """A job at one moment.

    Attributes:
        title: What it works on, such as a file name.
        about: What else the page that started it wants to know when it shows the outcome.
        rate: Steps a second over the recent past; None before it is known.
        eta: Seconds left at that rate.
        problems: Why it failed.
    """

    id: str
    owner: str
    kind: str
    title: str
    about: Mapping[str, Any] = field(default_factory=dict)
    state: State = "queued"
    done: int = 0
    total: int = 0
    rate: float | None = None
    eta: float | None = None
    result: Any = None
    problems: tuple[Problem, ...] = ()
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished: datetime | None = None

    @property
    def problem(self) -> Problem | None:
        """The first reason why it failed."""
        return self.problems[0] if self.problems else None

    @property
    def unfinished(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("queued", "running")


@dataclass(eq=False)
class _Entry:
    """A job and what it takes to run it. `job` is replaced as a whole, by the job's own thread only."""

    job: Job
    work: Work | None
    # (seconds, steps done) of the last reports; the rate is taken over them.
    marks: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=50))
    stop: threading.Event = field(default_factory=threading.Event)
    forget: threading.Event = field(default_factory=threading.Event)

    def set(self, **changes: Any) -> None:
        self.job = replace(self.job, **changes)

    def report(self, done: int, total: int) -> None:
        if self.stop.is_set():
            raise Cancelled
        rate = eta = None
        self.marks.append((time.monotonic(), done))
        seconds, steps = (last - first for first, last in zip(self.marks[0], self.marks[-1], strict=True))
        if seconds > 0 and steps > 0:
            rate = steps / seconds
            eta = (total - done) / rate
        self.set(done=done, total=total, rate=rate, eta=eta)


class Jobs:
    """The jobs of a process. Thread-safe.

    Args:
        running: Jobs that run at a time; the others wait.
        per_owner: Unfinished jobs of one owner before `Busy`.
        keep: Seconds for which a finished job that nobody collected is kept.
    """

    def __init__(self, *, running: int = 4, per_owner: int = 8, keep: float = 3600.0) -> None:
        self._slots = threading.Semaphore(running)
        self._per_owner = per_owner
        self._keep = keep
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    def start(self, owner: str, kind: str, work: Work, title: str = "", about: Mapping[str, Any] | None = None) -> Job:
        """Run `work` in the background.

        Raises:
            Busy: The owner has too many unfinished jobs.
        """
        job = Job(uuid.uuid4().hex, owner, kind, title, dict(about or {}))
        entry = _Entry(job, work)
        with self._lock:
            unfinished = [other.job for other in self._of(owner) if other.job.unfinished]
            if len(unfinished) >= self._per_owner:
                raise Busy(min((other.eta for other in unfinished if other.eta is not None), default=10.0))
            self._entries[job.id] = entry
        threading.Thread(target=self._live, args=(entry,), name=f"job-{kind}", daemon=True).start()
        return job

    def get(self, id: str, owner: str) -> Job:
        """A job of this owner.

        Raises:
            InputError: There is no such job, or no longer.
        """
        return self._entry(id, owner).job

    def list(self, owner: str, kind: str | None = None) -> tuple[Job, ...]:
        """The owner's jobs, newest first."""
        with self._lock:
            return tuple(entry.job for entry in reversed(self._of(owner)) if kind in (None, entry.job.kind))

    def cancel(self, id: str, owner: str) -> None:
        """Ask a job to stop. It is ``cancelled`` once its work has noticed."""
        self._entry(id, owner).stop.set()

    def stopping(self, id: str, owner: str) -> bool:
        """Whether an unfinished job was asked to stop and has not noticed yet."""
        entry = self._entry(id, owner)
        return entry.job.unfinished and entry.stop.is_set()

    def collect(self, id: str, owner: str) -> Job:
        """Take a finished job with its result, and forget it here. An unfinished job is returned and kept."""
        entry = self._entry(id, owner)
        job = entry.job
        if not job.unfinished:
            self._forget(entry)
        return job

    def _of(self, owner: str) -> tuple[_Entry, ...]:
        return tuple(entry for entry in self._entries.values() if entry.job.owner == owner)

    def _entry(self, id: str, owner: str) -> _Entry:
        with self._lock:
            entry = self._entries.get(id)
        if entry is None or entry.job.owner != owner:
            raise InputError(Problem("job-not-found"))
        return entry

    def _forget(self, entry: _Entry) -> None:
        with self._lock:
            self._entries.pop(entry.job.id, None)
        entry.forget.set()

    def _live(self, entry: _Entry) -> None:
        self._run(entry)
        entry.forget.wait(self._keep)
        self._forget(entry)

    def _run(self, entry: _Entry) -> None:
        # The entry must not keep the work: its closure may hold a whole uploaded table.
        work, entry.work = entry.work, None
        outcome: dict[str, Any] = {"state": "cancelled"}
        try:
            while not self._slots.acquire(timeout=0.1):
                if entry.stop.is_set():
                    return
            try:
                if work is not None and not entry.stop.is_set():
                    entry.set(state="running")
                    outcome = {"result": work(entry.report, entry.stop.is_set), "state": "done"}
            finally:
                self._slots.release()
        except Exception as error:
            problems = problems_of(error)
            if problems != (Cancelled.problem,):
                outcome = {"problems": problems, "state": "failed"}
        finally:
            entry.set(eta=None, finished=datetime.now(UTC), **outcome)


def in_background(function: Callable[[], T]) -> Future[T]:
    """Run a short function on a thread of its own, which the process does not wait for at its end."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except Exception as error:
            future.set_exception(error)

    threading.Thread(target=run, name="background", daemon=True).start()
    return future


def result_of(future: Future[T], cancelled: Callable[[], bool] | None = None) -> T:
    """The result of a future, for work that can be cancelled.

    Raises:
        Cancelled: `cancelled`, polled about ten times a second, returned true; or the future was cancelled.
    """
    try:
        while not future.done():
            if cancelled is not None and cancelled():
                future.cancel()
                raise Cancelled
            wait([future], timeout=_POLL)
        return future.result()
    except CancelledError:
        raise Cancelled from None


default = Jobs()
start = default.start
get = default.get
cancel = default.cancel
collect = default.collect
list = default.list
