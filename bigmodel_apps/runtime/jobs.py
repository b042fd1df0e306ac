"""Work that outlives a rerun: a thread a job, with progress, time left, cancel and a result that waits for its owner.

Pages use the process-wide `start`, `get`, `list`, `cancel` and `collect` of this module.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from bigmodel_apps.problems import Busy, Cancelled, InputError, Problem
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.failures import problems_of

State = Literal["queued", "running", "done", "failed", "cancelled"]
Work = Callable[[Progress, Callable[[], bool]], Any]
"""Called with ``progress(done, total)`` and ``cancelled() -> bool``; `progress` raises `Cancelled` once cancelled."""

_UNFINISHED: tuple[State, ...] = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Job:
    """A job at one moment.

    Attributes:
        rate: Steps a second over the recent past; None before it is known.
        eta: Seconds left at that rate.
        problems: Why it failed.
    """

    id: str
    owner: str
    kind: str
    title: str
    state: State
    done: int
    total: int
    rate: float | None
    eta: float | None
    result: Any
    problems: tuple[Problem, ...]
    created: datetime
    finished: datetime | None

    @property
    def problem(self) -> Problem | None:
        """The first reason why it failed."""
        return self.problems[0] if self.problems else None

    @property
    def unfinished(self) -> bool:
        """Whether it waits or runs."""
        return self.state in _UNFINISHED


@dataclass(eq=False)
class _Entry:
    owner: str
    kind: str
    title: str
    work: Work | None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: State = "queued"
    done: int = 0
    total: int = 0
    # (seconds, steps done) of the last reports; the rate is taken over them.
    marks: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=50))
    result: Any = None
    problems: tuple[Problem, ...] = ()
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished: datetime | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    forget: threading.Event = field(default_factory=threading.Event)

    def view(self) -> Job:
        rate = eta = None
        marks = tuple(self.marks)
        if len(marks) > 1 and marks[-1][0] > marks[0][0] and marks[-1][1] > marks[0][1]:
            rate = (marks[-1][1] - marks[0][1]) / (marks[-1][0] - marks[0][0])
            eta = (self.total - self.done) / rate if self.state == "running" else None
        return Job(
            self.id, self.owner, self.kind, self.title, self.state, self.done, self.total, rate, eta, self.result,
            self.problems, self.created, self.finished,
        )  # fmt: skip


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

    def start(self, owner: str, kind: str, work: Work, title: str = "") -> Job:
        """Run `work` in the background.

        Raises:
            Busy: The owner has too many unfinished jobs.
        """
        entry = _Entry(owner, kind, title, work)
        with self._lock:
            unfinished = [job for job in self._views(owner) if job.unfinished]
            if len(unfinished) >= self._per_owner:
                raise Busy(min((job.eta for job in unfinished if job.eta is not None), default=10.0))
            self._entries[entry.id] = entry
            job = entry.view()  # before it can have a result, which the caller would keep in memory
        threading.Thread(target=self._live, args=(entry,), name=f"job-{kind}", daemon=True).start()
        return job

    def get(self, id: str, owner: str) -> Job:
        """A job of this owner.

        Raises:
            InputError: There is no such job, or no longer.
        """
        return self._entry(id, owner).view()

    def list(self, owner: str, kind: str | None = None) -> tuple[Job, ...]:
        """The owner's jobs, newest first."""
        with self._lock:
            return tuple(job for job in reversed(self._views(owner)) if kind in (None, job.kind))

    def cancel(self, id: str, owner: str) -> None:
        """Ask a job to stop. It is ``cancelled`` once its work has noticed."""
        self._entry(id, owner).stop.set()

    def collect(self, id: str, owner: str) -> Job:
        """Take a finished job with its result, and forget it here. An unfinished job is returned and kept."""
        entry = self._entry(id, owner)
        job = entry.view()
        if not job.unfinished:
            self._forget(entry)
        return job

    def _views(self, owner: str) -> tuple[Job, ...]:
        return tuple(entry.view() for entry in self._entries.values() if entry.owner == owner)

    def _entry(self, id: str, owner: str) -> _Entry:
        with self._lock:
            entry = self._entries.get(id)
        if entry is None or entry.owner != owner:
            raise InputError(Problem("job-not-found"))
        return entry

    def _forget(self, entry: _Entry) -> None:
        with self._lock:
            self._entries.pop(entry.id, None)
        entry.forget.set()

    def _live(self, entry: _Entry) -> None:
        self._run(entry)
        entry.forget.wait(self._keep)
        self._forget(entry)

    def _run(self, entry: _Entry) -> None:
        # The entry must not keep the work: its closure may hold a whole uploaded table.
        work, entry.work = entry.work, None
        state: State = "cancelled"
        try:
            while not self._slots.acquire(timeout=0.1):
                if entry.stop.is_set():
                    return
            try:
                if work is None or entry.stop.is_set():
                    return
                entry.state = "running"
                entry.result = work(lambda done, total: self._report(entry, done, total), entry.stop.is_set)
                state = "done"
            finally:
                self._slots.release()
        except Exception as error:  # noqa: BLE001
            entry.problems = problems_of(error)
            state = "failed"
            if entry.problems == (Cancelled.problem,):
                entry.problems, state = (), "cancelled"
        finally:
            entry.finished = datetime.now(UTC)
            entry.state = state  # last: whoever sees it also sees the result

    @staticmethod
    def _report(entry: _Entry, done: int, total: int) -> None:
        if entry.stop.is_set():
            raise Cancelled
        entry.done, entry.total = done, total
        entry.marks.append((time.monotonic(), done))


_jobs = Jobs()
start = _jobs.start
get = _jobs.get
cancel = _jobs.cancel
collect = _jobs.collect
list = _jobs.list
