from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import pytest

from bigmodel_apps.problems import Busy, Cancelled, InputError, Problem, Unavailable
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Job, Jobs

from .models import Gate, wait_for

Stop = Callable[[], bool]


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path / "gate")


def finished(jobs: Any, job: Job) -> Job:
    wait_for(lambda: not jobs.get(job.id, job.owner).unfinished)
    found: Job = jobs.get(job.id, job.owner)
    return found


def test_a_job_reports_progress_and_keeps_its_result(gate: Gate) -> None:
    mine = Jobs()

    def work(progress: Progress, cancelled: Stop) -> str:
        for done in range(3):
            progress(done, 4)
            threading.Event().wait(0.01)
        gate.pass_through()
        return "the result"

    job = mine.start("ann", "predict", work, "reviews.csv")
    assert job.state in ("queued", "running")
    gate.wait_until_reached()
    seen = mine.get(job.id, "ann")
    assert (seen.state, seen.done, seen.total, seen.title, seen.result) == ("running", 2, 4, "reviews.csv", None)
    assert seen.rate is not None
    assert seen.eta is not None
    assert seen.eta == pytest.approx(2 / seen.rate)
    gate.open()
    seen = finished(mine, job)
    assert (seen.state, seen.result, seen.problem, seen.eta) == ("done", "the result", None, None)
    assert seen.finished is not None
    assert seen.finished >= seen.created
    assert mine.collect(job.id, "ann").result == "the result"
    assert mine.list("ann") == ()


def test_owners_see_only_their_own_jobs_newest_first() -> None:
    mine = Jobs()
    first, second, third = (
        mine.start(owner, kind, lambda *_: 0) for owner, kind in (("a", "x"), ("a", "y"), ("b", "x"))
    )
    assert [job.id for job in mine.list("a")] == [second.id, first.id]
    assert [job.id for job in mine.list("a", "x")] == [first.id]
    for act in (mine.get, mine.cancel, mine.collect):
        with pytest.raises(InputError) as caught:
            act(third.id, "a")
        assert caught.value.problems[0].code == "job-not-found"


def test_cancelling_by_the_flag_by_progress_and_before_the_start(gate: Gate) -> None:
    mine = Jobs(running=2)

    def watches(progress: Progress, cancelled: Stop) -> None:
        wait_for(cancelled)
        raise Cancelled

    def reports(progress: Progress, cancelled: Stop) -> None:
        while True:
            progress(1, 2)

    running = [mine.start("ann", "k", work) for work in (watches, reports)]
    for job in running:
        wait_for(lambda job=job: mine.get(job.id, "ann").state == "running")
    waiting = mine.start("ann", "k", lambda *_: gate.pass_through())
    for job in (waiting, *running):
        assert not mine.stopping(job.id, "ann")
        mine.cancel(job.id, "ann")
        seen = finished(mine, job)
        assert not mine.stopping(job.id, "ann")
        assert (seen.state, seen.problem) == ("cancelled", None)
    assert not (gate.folder / "reached").exists()


@pytest.mark.parametrize(
    ("error", "codes"),
    [
        (InputError(Problem("a", row=1), Problem("b")), ["a", "b"]),
        (Unavailable(Problem("model-unreachable")), ["model-unreachable"]),
        (Busy(3), ["busy"]),
    ],
)
def test_our_own_errors_keep_their_problems(error: Exception, codes: list[str]) -> None:
    mine = Jobs()

    def work(progress: Progress, cancelled: Stop) -> None:
        raise error

    seen = finished(mine, mine.start("ann", "k", work))
    assert seen.state == "failed"
    assert [problem.code for problem in seen.problems] == codes
    assert seen.problem == seen.problems[0]


def test_the_unexpected_is_logged_under_the_reference_that_the_owner_sees(caplog: pytest.LogCaptureFixture) -> None:
    mine = Jobs()
    with caplog.at_level(logging.ERROR):
        seen = finished(mine, mine.start("ann", "k", lambda *_: 1 / 0))
    assert seen.problem is not None
    assert seen.problem.code == "unexpected"
    assert str(seen.problem.details["reference"]) in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_closing_engine_counts_as_cancelled() -> None:
    def work(progress: Progress, cancelled: Stop) -> None:
        raise CancelledError

    mine = Jobs()
    assert finished(mine, mine.start("ann", "k", work)).state == "cancelled"


def test_at_most_so_many_run_and_the_rest_wait_their_turn(gate: Gate) -> None:
    mine = Jobs(running=1, per_owner=3)
    first = mine.start("ann", "k", lambda *_: gate.pass_through())
    gate.wait_until_reached()
    others = [mine.start("ann", "k", lambda *_: 1) for _ in range(2)]
    assert {mine.get(job.id, "ann").state for job in others} == {"queued"}
    with pytest.raises(Busy):
        mine.start("ann", "k", lambda *_: 1)
    mine.start("bob", "k", lambda *_: 1)
    gate.open()
    assert [finished(mine, job).state for job in (first, *others)] == ["done"] * 3


class Table:
    """Something large that a job works on."""


@pytest.mark.parametrize("keep", [3600.0, 0.0])
def test_memory_is_given_back_after_collection_or_in_time(keep: float) -> None:
    mine = Jobs(keep=keep)
    table, result = Table(), Table()
    alive = [weakref.ref(table), weakref.ref(result)]

    def start(table: Table, result: Table) -> Job:
        def work(progress: Progress, cancelled: Stop) -> Table:
            assert table is not None
            return result

        return mine.start("ann", "k", work)

    job = start(table, result)
    del table, result
    if keep:
        wait_for(lambda: not mine.get(job.id, "ann").unfinished)
        gc.collect()
        assert [each() is None for each in alive] == [True, False]  # the input goes at once, the result waits
        mine.collect(job.id, "ann")
    wait_for(lambda: not mine.list("ann"))
    gc.collect()
    wait_for(lambda: all(each() is None for each in alive))


def test_an_unfinished_job_is_not_collected(gate: Gate) -> None:
    mine = Jobs()
    job = mine.start("ann", "k", lambda *_: gate.pass_through())
    assert mine.collect(job.id, "ann").unfinished
    assert mine.list("ann")
    gate.open()


def test_the_jobs_of_the_process_are_functions_of_the_module() -> None:
    job = jobs.start("a visitor", "k", lambda *_: 42)
    assert finished(jobs, job).result == 42
    assert [each.id for each in jobs.list("a visitor")] == [job.id]
    assert jobs.collect(job.id, "a visitor").result == 42


def test_what_a_job_is_about_stays_with_it() -> None:
    mine = Jobs()
    job = mine.start("ann", "k", lambda *_: 1, "a.csv", {"upload": "1"})
    assert (finished(mine, job).about, job.title) == ({"upload": "1"}, "a.csv")


def test_waiting_for_a_future_can_be_cancelled() -> None:
    assert jobs.result_of(jobs.in_background(lambda: 42), lambda: False) == 42
    with pytest.raises(ZeroDivisionError):
        jobs.result_of(jobs.in_background(lambda: 1 // 0))
    endless: Future[int] = Future()
    with pytest.raises(Cancelled):
        jobs.result_of(endless, lambda: True)
    assert endless.cancelled()
    with pytest.raises(Cancelled):
        jobs.result_of(endless)
