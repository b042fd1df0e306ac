"""The in-process back end: one worker thread, one priority queue, micro-batches.

How the worker chooses its next batch:

* The head of the interactive queue goes before bulk. After `BULK_AFTER` interactive batches in a row for which bulk
  had to wait, one bulk batch runs.
* The batch is filled with waiting requests of the same priority, model and options, up to `MAX_BATCH` inputs; bulk up
  to `CAREFUL_BATCH` while anybody has asked lately, who would wait for it. It never waits for company: what was queued
  while the worker was busy forms the next batch.
* A request with more inputs than fit runs in several batches and queues behind the others after each, so an
  interactive request waits for one bulk batch at most.
* Of bulk requests the one runs next that has had the least time since it came, so two large files advance together,
  and a slow model does not slow a quick one.
* If a batch fails, each of its requests runs again alone, and only the guilty one gets the exception.

A model that is not resident is loaded on a thread of its own; its requests wait aside, the others go on.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, Future, wait
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar

from bigmodel_apps.problems import Busy, Cancelled
from bigmodel_apps.runtime.contracts import DeviceStats, ModelStats, Priority, Progress, Telemetry
from bigmodel_apps.runtime.residency import Held, Residency

T = TypeVar("T")

MAX_BATCH, CAREFUL_BATCH = 64, 32
BULK_AFTER = 8

_SORTED = 4096  # inputs of one request that are sorted by cost at a time, so that sorting never blocks the worker
_WINDOW = 1024  # requests over which times are kept
_LATELY = 30.0  # seconds
_POLL = 0.1  # seconds between two looks at `cancelled`


class _Request:
    """One submission. Only the worker touches it once it is queued, but for `stop` and reading `left`."""

    def __init__(
        self,
        model: str,
        inputs: list[Any],
        options: Any = None,
        priority: Priority = Priority.INTERACTIVE,
        function: Callable[[Any], Any] | None = None,
    ) -> None:
        self.model = model
        self.options = options
        self.priority = priority
        self.function = function
        self.future: Future[Any] = Future()
        self.created = time.perf_counter()
        self.waited = 0.0
        self.computed = 0.0
        self.ahead = 0.0  # seconds that those which waited when it came had each had
        self.left = 1 if function else len(inputs)  # not yet answered
        self.stop = False
        self._inputs = inputs
        self._outputs: list[Any] = [None] * len(inputs)
        self._sorted: list[int] = []
        self._next = 0

    @property
    def served(self) -> float:
        """Seconds that it has had, and is not behind in."""
        return self.ahead + self.computed

    def joins(self, other: _Request) -> bool:
        return self.function is None and self.model == other.model and self.options == other.options

    def start(self) -> bool:
        """Whether there is work to do; settles the future of a request that nobody waits for any more."""
        if self.future.running():
            if self.stop:
                self.fail(Cancelled())
            return not self.stop
        if self.future.done() and not self.future.cancelled():
            return False
        self.waited = time.perf_counter() - self.created
        return self.future.set_running_or_notify_cancel()

    def take(self, count: int, cost: Callable[[Any], float] | None) -> list[int]:
        """Places of up to `count` inputs of similar cost that have not run yet."""
        if not self._sorted:
            places = range(self._next, min(self._next + _SORTED, len(self._inputs)))
            self._next = places.stop
            self._sorted = list(places)
            if cost is not None:
                with suppress(Exception):  # the model will say better what is wrong with an input
                    self._sorted = sorted(places, key=lambda place: cost(self._inputs[place]))
        taken, self._sorted = self._sorted[:count], self._sorted[count:]
        return taken

    def inputs(self, places: list[int]) -> list[Any]:
        return [self._inputs[place] for place in places]

    def answer(self, places: list[int], outputs: Iterable[Any], seconds: float) -> None:
        """Keep the outputs of one batch, which took `seconds`."""
        for place, output in zip(places, outputs, strict=True):
            self._outputs[place] = output
        self.left -= len(places)
        self.computed += seconds

    def finish(self, result: Any = None) -> None:
        self.left = 0
        self.future.set_result(result if self.function else self._outputs)

    def fail(self, error: BaseException) -> None:
        if self.future.running() or self.start():
            self.left = 0
            self.future.set_exception(error)

    def abandon(self) -> None:
        """Nobody waits any more. From any thread."""
        self.future.cancel()
        self.stop = True  # second: a request that the worker sees stopped is either cancelled or running


_Piece = tuple[_Request, list[int]]


class _Record:
    """What is remembered of one model's service."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.times: deque[tuple[float, float, float]] = deque(maxlen=_WINDOW)  # total, wait, compute in seconds

    def summary(self, name: str) -> ModelStats:
        total, waited, computed = (
            (sorted(column) for column in zip(*self.times, strict=True)) if self.times else [[]] * 3
        )
        return ModelStats(
            name,
            requests=self.counts["requests"],
            inputs=self.counts["inputs"],
            errors=self.counts["errors"],
            mean_batch=self.counts["inputs"] / max(1, self.counts["batches"]),
            p50_ms=_quantile(total, 0.50),
            p95_ms=_quantile(total, 0.95),
            p99_ms=_quantile(total, 0.99),
            wait_ms=_quantile(waited, 0.50),
            compute_ms=_quantile(computed, 0.50),
        )


class Engine:
    """Serves the models of one device from one thread. Implements `contracts.Backend`.

    Args:
        residency: Which models there are and how they are loaded; the catalogue's by default. Closed with the engine.
        capacity: Interactive inputs that may wait before `Busy`. A larger single request is accepted by an empty queue.
        bulk_capacity: Bulk requests that may wait before `Busy`.
    """

    def __init__(self, residency: Residency | None = None, *, capacity: int = 512, bulk_capacity: int = 64) -> None:
        self.residency = residency or Residency()
        self._capacity = capacity
        self._bulk_capacity = bulk_capacity
        self._changed = threading.Condition()
        self._queues: dict[Priority, deque[_Request]] = {priority: deque() for priority in Priority}
        self._loading: dict[str, list[_Request]] = {}
        self._records: dict[str, _Record] = {}
        self._rate: float | None = None
        self._at_work: list[_Request] = []
        self._streak = 0
        self._asked = -_LATELY
        self._closed = False
        self._process = os.getpid()
        self._worker = threading.Thread(target=self._work, name="engine", daemon=True)
        self._worker.start()
        # Before the interpreter takes torch apart under the worker.
        atexit.register(self._stop, 5.0)

    def submit(
        self, model: str, inputs: Sequence[Any], *, options: Any = None, priority: Priority = Priority.INTERACTIVE
    ) -> Future[list[Any]]:
        """See `Backend.submit`."""
        return self._enqueue(_Request(model, list(inputs), options, priority)).future

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
        """See `Backend.predict`."""
        if threading.current_thread() is self._worker:
            raise RuntimeError("a model must call the models it uses directly: the engine cannot wait for itself")
        if cancelled is not None and cancelled():
            raise Cancelled
        request = self._enqueue(_Request(model, list(inputs), options, priority))
        total = request.left
        try:
            while progress is not None or cancelled is not None:
                finished = bool(wait([request.future], timeout=_POLL).done)
                if progress is not None and not (finished and request.future.exception()):
                    progress(total - request.left, total)
                if finished:
                    break
                if cancelled is not None and cancelled():
                    raise Cancelled
            outputs: list[Any] = request.future.result()
            return outputs
        except CancelledError:
            raise Cancelled from None
        finally:
            request.abandon()

    def call(self, model: str, function: Callable[[Any], T], *, priority: Priority = Priority.INTERACTIVE) -> Future[T]:
        """See `Backend.call`."""
        return self._enqueue(_Request(model, [], priority=priority, function=function)).future

    def snapshot(self) -> Telemetry:
        """See `Backend.snapshot`."""
        device = self.residency.device
        with self._changed:
            models = tuple(record.summary(name) for name, record in self._records.items())
            depth = Counter[Priority]()
            for requests in (self._at_work, *self._queues.values(), *self._loading.values()):
                for request in requests:
                    depth[request.priority] += request.left
            stats = DeviceStats(
                device=device.torch_name if device else None,
                name=device.name if device else None,
                dtype=device.dtype if device else None,
                interactive=depth[Priority.INTERACTIVE],
                bulk=depth[Priority.BULK],
                loading=tuple(self._loading),
                rate=self._rate,
            )
        return Telemetry(models, (stats,), self.residency.resident())

    def close(self, timeout: float = 30.0) -> None:
        """See `Backend.close`. Waits `timeout` seconds for the batch at work."""
        self._stop(timeout)
        atexit.unregister(self._stop)
        self.residency.close()

    def _stop(self, timeout: float) -> None:
        if self._process != os.getpid():
            return
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._worker.join(timeout)
        self._drain()

    def _drain(self) -> None:
        with self._changed:
            waiting = [request for queue in (*self._queues.values(), *self._loading.values()) for request in queue]
            for queue in self._queues.values():
                queue.clear()
            self._loading.clear()
        for request in waiting:
            request.future.cancel()
            request.fail(Cancelled())

    # On any thread.

    def _enqueue(self, request: _Request) -> _Request:
        self.residency.spec(request.model)  # unknown names fail here, not on the worker
        hash(request.options)  # and so do options that could change while they wait
        if self._process != os.getpid():
            raise RuntimeError("the engine did not survive the fork: create one in this process")
        if not request.left:
            request.start()
            request.finish()
            return request
        with self._changed:
            if self._closed:
                raise RuntimeError("the engine is closed")
            self._refuse_when_full(request)
            queue = self._queues[request.priority]
            rivals = [*queue, *(other for other in self._at_work if other.priority is request.priority)]
            request.ahead = min((other.served for other in rivals), default=0.0)
            queue.append(request)
            if request.priority is Priority.INTERACTIVE:
                self._asked = time.monotonic()
            self._changed.notify_all()
        return request

    def _refuse_when_full(self, request: _Request) -> None:
        queue = self._loading.get(request.model, self._queues[request.priority])
        waiting = [other for other in queue if other.priority is request.priority and not other.future.done()]
        inputs = sum(other.left for other in waiting)
        if request.priority is Priority.BULK:
            full = len(waiting) >= self._bulk_capacity
        else:
            full = bool(waiting) and inputs + request.left > self._capacity
        if full:
            # Nobody knows how long loading takes; a queue takes as long as the last batches say.
            seconds = inputs / self._rate if self._rate and request.model not in self._loading else 5.0
            raise Busy(min(max(seconds, 1.0), 600.0))

    # On the worker.

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not any(self._queues.values()):
                    self._changed.wait()
                if self._closed:
                    break
                head = self._head()
            if head is None:
                continue
            with self.residency.use(head.model) as held:
                if held is None:
                    self._set_aside(head.model)
                    continue
                if error := _try(self._run, held, head):  # of a call, or of a model whose attributes raise
                    for request in (head, *self._at_work):
                        self._fail(request, error)
        self._drain()

    def _head(self) -> _Request | None:
        """The request whose turn it is. Lock held."""
        for queue in self._queues.values():
            while queue and (queue[0].stop or queue[0].future.done()):
                queue.popleft().start()
        interactive, bulk = self._queues[Priority.INTERACTIVE], self._queues[Priority.BULK]
        if bulk and (not interactive or self._streak >= BULK_AFTER):
            head = min(bulk, key=lambda request: request.served)
            bulk.remove(head)
            bulk.appendleft(head)
            return head
        return interactive[0] if interactive else None

    def _run(self, held: Held, head: _Request) -> None:
        with self._changed:
            careful = head.priority is Priority.BULK and time.monotonic() < self._asked + _LATELY
            limit = CAREFUL_BATCH if careful else MAX_BATCH
            batch = self._collect(head, limit if held.model.batches else 1)
            self._at_work = [request for request, _ in batch]
            if head.priority is Priority.BULK or not self._queues[Priority.BULK]:
                self._streak = 0
            else:
                self._streak += 1
        if head.function is None:
            self._run_batch(held, batch)
        elif batch:
            head.finish(head.function(held.model))
        with self._changed:
            # Behind the others, so that requests of many batches take turns.
            self._queues[head.priority].extend(request for request in self._at_work if not request.future.done())
            self._at_work = []

    def _collect(self, head: _Request, limit: int) -> list[tuple[_Request, int]]:
        """Take from the queue what runs with `head`: requests, and how many inputs of each. Lock held."""
        queue = self._queues[head.priority]
        batch: list[tuple[_Request, int]] = []
        passed: list[_Request] = []
        while queue and limit:
            request = queue.popleft()
            if request is head or request.joins(head):
                if request.start():
                    batch.append((request, min(limit, request.left)))
                    limit -= batch[-1][1]
            else:
                passed.append(request)
            if request.function is not None and request.model == head.model:
                break  # what was queued after a call must see what the call changes
        queue.extendleft(reversed(passed))
        return batch

    def _run_batch(self, held: Held, batch: list[tuple[_Request, int]]) -> None:
        cost = getattr(held.model, "cost", None)
        pieces = [(request, request.take(count, cost)) for request, count in batch]
        error = _try(self._predict, held, pieces)
        for piece in pieces if error else ():
            # Alone it may well succeed, unless it was alone already.
            guilty = error if len(pieces) == 1 else _try(self._predict, held, [piece])
            if guilty:
                self._fail(piece[0], guilty)

    def _predict(self, held: Held, pieces: list[_Piece]) -> None:
        """Call the model once and give each request its outputs; raises before any request has changed."""
        if not pieces:
            return
        inputs = [value for request, places in pieces for value in request.inputs(places)]
        started = time.perf_counter()
        outputs = list(held.model.predict(inputs, pieces[0][0].options))
        ended = time.perf_counter()
        if len(outputs) != len(inputs):
            raise RuntimeError(f"{held.name} returned {len(outputs)} outputs for {len(inputs)} inputs")
        remaining = iter(outputs)
        for request, places in pieces:
            request.answer(places, islice(remaining, len(places)), ended - started)
        finished = [request for request, _ in pieces if not request.left]
        with self._changed:
            rate = len(inputs) / max(ended - started, 1e-6)
            self._rate = rate if self._rate is None else 0.8 * self._rate + 0.2 * rate
            record = self._record(held.name)
            record.counts.update(batches=1, inputs=len(inputs), requests=len(finished))
            for request in finished:
                if request.priority is Priority.INTERACTIVE:
                    record.times.append((ended - request.created, request.waited, request.computed))
        for request in finished:
            request.finish()

    def _fail(self, request: _Request, error: BaseException) -> None:
        if not request.future.done():
            with self._changed:
                self._record(request.model).counts.update(requests=1, errors=1)
            request.fail(error)

    def _record(self, model: str) -> _Record:
        return self._records.setdefault(model, _Record())

    def _set_aside(self, model: str) -> None:
        with self._changed:
            new = model not in self._loading
            waiting = self._loading.setdefault(model, [])
            for priority, queue in self._queues.items():
                waiting.extend(request for request in queue if request.model == model)
                self._queues[priority] = deque(request for request in queue if request.model != model)
        if new:
            threading.Thread(target=self._load, args=(model,), name=f"load-{model}", daemon=True).start()

    # On a thread of its own.

    def _load(self, model: str) -> None:
        """Load, then give the requests that waited their places back."""
        failure = _try(self.residency.load, model)
        with self._changed:
            waiting = self._loading.pop(model, [])
            if failure is None:
                for request in reversed(waiting):
                    self._queues[request.priority].appendleft(request)
                self._changed.notify_all()
        if failure is not None:
            for request in waiting:
                self._fail(request, failure)
        elif self._closed:
            self.residency.close()


def _try(function: Callable[..., object], *arguments: Any) -> BaseException | None:
    """What `function` raised. Whatever a model does, and be it `SystemExit`, belongs to its request."""
    try:
        function(*arguments)
    except BaseException as error:
        return error
    return None


def _quantile(ordered: list[float], share: float) -> float | None:
    """Nearest-rank quantile of sorted seconds, in milliseconds."""
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
