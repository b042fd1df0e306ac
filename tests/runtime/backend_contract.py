"""What every `Backend` must do. Inherit from `BackendContract` and provide the fixture `backend`.

The back end must serve `models.CONTRACT` with its default capacity. The tests see batches only through what the models
return and hold the worker only through files, so they also suit a back end in other processes.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bigmodel_apps.problems import Busy, Cancelled, InputError, Unavailable
from bigmodel_apps.runtime.contracts import Backend, Priority

from .models import PATIENCE, Gate

BULK, INTERACTIVE = Priority.BULK, Priority.INTERACTIVE


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    gate = Gate(tmp_path / "gate")
    yield gate
    gate.open()


def hold(backend: Backend, gate: Gate) -> None:
    """Keep the worker at the gate, so that what comes next has to wait."""
    backend.submit("probe", [gate], options="hold")
    gate.wait_until_reached()


class BackendContract:
    """The suite. Names of tests say what is promised."""

    capacity = 512

    def test_keeps_the_order_whatever_the_lengths(self, backend: Backend) -> None:
        texts = ["x" * random.Random(seed).randrange(40) for seed in range(300)]
        for priority in Priority:
            assert [seen.value for seen in backend.predict("probe", texts, priority=priority)] == list(map(len, texts))

    def test_answers_no_inputs_with_no_outputs(self, backend: Backend) -> None:
        assert backend.predict("probe", []) == []
        assert backend.submit("probe", [], priority=BULK).result(PATIENCE) == []

    def test_batches_what_waited_when_model_and_options_are_equal(self, backend: Backend, gate: Gate) -> None:
        hold(backend, gate)
        futures = [backend.submit("probe", [n], options=("a", "b")[n % 2]) for n in range(7)]
        gate.open()
        seen = [future.result(PATIENCE)[0] for future in futures]
        assert [each.value for each in seen] == [2 * n for n in range(7)]
        assert {(each.options, each.size) for each in seen} == {("a", 4), ("b", 3)}
        assert len({each.call for each in seen}) == 2

    def test_never_batches_across_models_or_priorities(self, backend: Backend, gate: Gate) -> None:
        backend.predict("single", [0])
        hold(backend, gate)
        futures = [
            backend.submit("probe", [1]),
            backend.submit("single", [1]),
            backend.submit("probe", [1], priority=BULK),
        ]
        gate.open()
        assert [future.result(PATIENCE)[0].size for future in futures] == [1, 1, 1]

    def test_gives_a_model_that_does_not_batch_one_input_at_a_time(self, backend: Backend) -> None:
        for priority in Priority:
            assert {seen.size for seen in backend.predict("single", range(9), priority=priority)} == {1}

    def test_limits_batches(self, backend: Backend) -> None:
        assert max(seen.size for seen in backend.predict("probe", range(200))) <= 64
        assert max(seen.size for seen in backend.predict("probe", range(200), priority=BULK)) <= 32  # somebody asks

    def test_bulk_alone_runs_in_full_batches(self, backend: Backend) -> None:
        assert max(seen.size for seen in backend.predict("probe", range(200), priority=BULK)) == 64

    def test_runs_interactive_before_bulk(self, backend: Backend, gate: Gate) -> None:
        hold(backend, gate)
        bulk = backend.submit("probe", range(100), priority=BULK)
        interactive = backend.submit("probe", [1])
        gate.open()
        assert interactive.result(PATIENCE)[0].call < min(seen.call for seen in bulk.result(PATIENCE))

    def test_interactive_overtakes_a_bulk_request_under_way(self, backend: Backend, gate: Gate) -> None:
        backend.predict("probe", [0])
        bulk = backend.submit("probe", [gate, *range(500)], priority=BULK)
        gate.wait_until_reached()
        interactive = backend.submit("probe", [1])
        gate.open()
        calls = [seen.call for seen in bulk.result(PATIENCE)]
        assert interactive.result(PATIENCE)[0].call == min(calls) + 1
        assert max(calls) > min(calls) + 10

    def test_bulk_does_not_starve(self, backend: Backend, gate: Gate) -> None:
        hold(backend, gate)
        bulk = backend.submit("probe", [1], priority=BULK)
        interactive = [backend.submit("probe", [n], options=n) for n in range(50)]
        gate.open()
        last = max(future.result(PATIENCE)[0].call for future in interactive)
        assert bulk.result(PATIENCE)[0].call < last

    def test_one_bad_request_fails_alone(self, backend: Backend, gate: Gate) -> None:
        hold(backend, gate)
        futures = [backend.submit("probe", inputs) for inputs in ([1, 2], [3, None], [5])]
        gate.open()
        assert [seen.value for seen in futures[0].result(PATIENCE)] == [2, 4]
        with pytest.raises(ValueError, match="cannot double nothing"):
            futures[1].result(PATIENCE)
        assert [seen.value for seen in futures[2].result(PATIENCE)] == [10]

    def test_a_cancelled_request_never_runs(self, backend: Backend, gate: Gate) -> None:
        hold(backend, gate)
        futures = [backend.submit("probe", [n]) for n in range(3)]
        assert futures[1].cancel()
        gate.open()
        assert [futures[n].result(PATIENCE)[0].size for n in (0, 2)] == [2, 2]
        with pytest.raises(CancelledError):
            futures[1].result(PATIENCE)

    def test_cancelling_between_chunks_stops_the_rest(self, backend: Backend, tmp_path: Path) -> None:
        gates = [Gate(tmp_path / str(n)) for n in range(300)]
        gates[0].open()
        before = backend.call("single", lambda model: model.calls).result(PATIENCE)
        with pytest.raises(Cancelled):
            backend.predict("single", gates, priority=BULK, cancelled=(tmp_path / "1" / "reached").exists)
        gates[1].open()
        after = backend.call("single", lambda model: model.calls, priority=BULK).result(PATIENCE)
        assert after - before == 2

    def test_cancelled_before_it_starts(self, backend: Backend) -> None:
        before = backend.call("probe", lambda model: model.calls).result(PATIENCE)
        with pytest.raises(Cancelled):
            backend.predict("probe", [1], cancelled=lambda: True)
        assert backend.call("probe", lambda model: model.calls).result(PATIENCE) == before

    def test_a_waiting_predict_can_be_cancelled(self, backend: Backend, gate: Gate) -> None:
        hold(backend, gate)
        looks = iter([False, True])
        with pytest.raises(Cancelled):
            backend.predict("probe", [1], cancelled=lambda: next(looks))

    def test_progress_comes_to_the_caller_and_ends_at_the_total(self, backend: Backend) -> None:
        reports: list[tuple[int, int]] = []
        threads: set[int] = set()

        def progress(done: int, total: int) -> None:
            reports.append((done, total))
            threads.add(threading.get_ident())

        backend.predict("probe", range(100), priority=BULK, progress=progress)
        assert reports == sorted(reports)
        assert reports[-1] == (100, 100)
        assert threads == {threading.get_ident()}

    def test_what_progress_raises_stops_the_work(self, backend: Backend, gate: Gate) -> None:
        def progress(done: int, total: int) -> None:
            raise LookupError("the page is gone")

        with pytest.raises(LookupError):
            backend.predict("probe", [gate], priority=BULK, progress=progress)

    def test_a_full_queue_is_busy_and_says_until_when(self, backend: Backend, gate: Gate) -> None:
        backend.predict("probe", range(10))
        hold(backend, gate)
        filling = backend.submit("probe", range(self.capacity))
        with pytest.raises(Busy) as caught:
            backend.submit("probe", [1])
        assert 1 <= caught.value.retry_after <= 600
        bulk = backend.submit("probe", [1], priority=BULK)
        gate.open()
        assert len(filling.result(PATIENCE)) == self.capacity
        assert bulk.result(PATIENCE)
        assert backend.predict("probe", [1])[0].value == 2

    def test_an_idle_back_end_takes_a_request_beyond_its_capacity(self, backend: Backend) -> None:
        assert len(backend.predict("probe", range(self.capacity + 100))) == self.capacity + 100

    def test_call_runs_between_batches_and_later_requests_see_it(self, backend: Backend, gate: Gate) -> None:
        def shift(model: Any) -> str:
            model.offset += 100
            return "shifted"

        hold(backend, gate)
        before = backend.submit("probe", [1])
        shifting = backend.call("probe", shift)
        after = backend.submit("probe", [1])
        gate.open()
        assert [future.result(PATIENCE)[0].value for future in (before, after)] == [2, 102]
        assert shifting.result(PATIENCE) == "shifted"

    def test_a_failing_call_fails_alone(self, backend: Backend) -> None:
        with pytest.raises(AttributeError):
            backend.call("probe", lambda model: model.no_such_thing).result(PATIENCE)
        assert backend.predict("probe", [1])[0].value == 2

    def test_unknown_models_are_refused_at_once(self, backend: Backend) -> None:
        with pytest.raises(InputError) as caught:
            backend.submit("nobody", [1])
        assert caught.value.problems[0].code == "model-unknown"

    def test_a_model_out_of_reach_is_unavailable_every_time(self, backend: Backend) -> None:
        for _ in range(2):
            with pytest.raises(Unavailable) as caught:
                backend.predict("missing", [1])
            assert caught.value.problem.code == "model-unreachable"

    def test_options_must_be_hashable(self, backend: Backend) -> None:
        with pytest.raises(TypeError):
            backend.submit("probe", [1], options=[])

    def test_sixteen_threads_get_exactly_what_serial_calls_get(self, backend: Backend) -> None:
        def client(number: int) -> list[tuple[tuple[Any, ...], list[int]]]:
            generator = random.Random(number)
            answers = []
            for _ in range(25):
                texts = tuple("abcdefgh"[: generator.randrange(8)] * generator.randrange(30) for _ in range(4))
                options, priority = generator.randrange(3), generator.choice(list(Priority))
                answers.append(((texts, options), backend.predict("hashes", texts, options=options, priority=priority)))
            return answers

        with ThreadPoolExecutor(16) as pool:
            concurrent = [answer for answers in pool.map(client, range(16)) for answer in answers]
        assert len(concurrent) == 400
        for (texts, options), outputs in concurrent[::7]:
            assert outputs == [backend.predict("hashes", [text], options=options)[0] for text in texts]

    def test_snapshot_counts_what_was_served(self, backend: Backend) -> None:
        backend.predict("probe", [1])
        backend.predict("probe", range(40), priority=BULK)
        with pytest.raises(ValueError, match="nothing"):
            backend.predict("probe", [None])
        snapshot = backend.snapshot()
        stats = next(each for each in snapshot.models if each.name == "probe")
        assert (stats.requests, stats.inputs, stats.errors) == (3, 41, 1)
        assert stats.mean_batch == pytest.approx(41 / 3)
        assert stats.p50_ms is not None
        assert stats.p99_ms is not None
        assert stats.p50_ms <= stats.p99_ms
        assert stats.wait_ms is not None
        assert stats.compute_ms is not None
        assert [(each.name, each.nbytes) for each in snapshot.resident] == [("probe", 8)]
        assert sum(device.interactive + device.bulk for device in snapshot.devices) == 0

    def test_snapshot_shows_what_waits(self, backend: Backend, gate: Gate) -> None:
        hold(backend, gate)
        backend.submit("probe", [1, 2])
        backend.submit("probe", range(70), priority=BULK)
        (device,) = backend.snapshot().devices
        assert (device.interactive, device.bulk) == (3, 70)

    def test_close_cancels_what_waits_and_refuses_what_comes(self, backend: Backend, gate: Gate) -> None:
        hold(backend, gate)
        waiting = [backend.submit("probe", [1], priority=priority) for priority in Priority]
        errors: list[Exception] = []

        def client() -> None:
            try:
                backend.predict("probe", [1], priority=BULK)
            except (Cancelled, RuntimeError) as error:
                errors.append(error)

        thread = threading.Thread(target=client)
        thread.start()
        closing = threading.Thread(target=backend.close)
        closing.start()
        gate.open()
        closing.join(PATIENCE)
        thread.join(PATIENCE)
        assert not closing.is_alive()
        assert not thread.is_alive()
        assert errors
        assert all(future.cancelled() or future.result() for future in waiting)
        with pytest.raises(RuntimeError):
            backend.submit("probe", [1])
        backend.close()
