from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bigmodel_apps
from bigmodel_apps.catalogue import ModelSpec, Source
from bigmodel_apps.problems import Busy, Cancelled
from bigmodel_apps.runtime.contracts import Priority
from bigmodel_apps.runtime.engine import BULK_AFTER, Engine
from bigmodel_apps.runtime.residency import Residency

from .backend_contract import BULK, BackendContract, gate, hold
from .models import CONTRACT, CPU, PATIENCE, FailsOnce, Gate, GatedLoad, Rude, Slow, TinyBert, catalogue, spec

__all__ = ["gate"]

Build = Callable[..., Engine]
ROOT = str(Path(bigmodel_apps.__file__).parents[1])


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    engines: list[Engine] = []

    def build(*specs: ModelSpec, **options: Any) -> Engine:
        models = {**CONTRACT, **catalogue(*specs)}
        engines.append(Engine(Residency(models, CPU, tmp_path / "home"), **options))
        return engines[-1]

    yield build
    for engine in engines:
        engine.close()


@pytest.fixture
def backend(build: Build, gate: Gate) -> Engine:
    # `gate` is asked for so that it opens before the engine is closed.
    return build()


class TestInProcess(BackendContract):
    """The engine keeps the contract."""


def test_models_run_on_the_one_worker_thread(backend: Engine) -> None:
    clients = [threading.Thread(target=backend.predict, args=("probe", [n])) for n in range(8)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(PATIENCE)
    threads = backend.call("probe", lambda model: model.threads | {threading.get_ident()}).result(PATIENCE)
    assert len(threads) == 1


def test_one_bulk_batch_runs_after_eight_interactive_ones(backend: Engine, gate: Gate) -> None:
    hold(backend, gate)
    bulk = [backend.submit("probe", [1], options=n, priority=BULK) for n in range(2)]
    interactive = [backend.submit("probe", [n], options=n) for n in range(20)]
    gate.open()
    first = interactive[0].result(PATIENCE)[0].call
    assert [future.result(PATIENCE)[0].call - first for future in bulk] == [BULK_AFTER, 2 * BULK_AFTER + 1]


def test_bulk_requests_take_turns(backend: Engine, gate: Gate) -> None:
    hold(backend, gate)
    large = backend.submit("probe", range(320), options="large", priority=BULK)
    small = backend.submit("probe", range(64), options="small", priority=BULK)
    gate.open()
    calls = [sorted({seen.call for seen in future.result(PATIENCE)}) for future in (large, small)]
    assert calls[1][0] == calls[0][0] + 1
    assert calls[1][-1] < calls[0][-1]


def test_a_slow_model_does_not_slow_a_quick_one(build: Build, gate: Gate) -> None:
    backend = build(spec("slow", Slow))
    backend.predict("slow", [1])
    hold(backend, gate)
    slow = backend.submit("slow", range(320), priority=BULK)
    quick = backend.submit("probe", range(320), priority=BULK)
    gate.open()
    quick.result(PATIENCE)
    done = backend.call("slow", lambda model: model.calls).result(PATIENCE) - 1
    assert not slow.done()
    assert done <= 3


def test_a_bulk_request_that_comes_later_has_no_claim_to_the_time_before(build: Build, gate: Gate) -> None:
    backend = build(spec("slow", Slow))
    first = backend.submit("slow", range(320), options="first", priority=BULK)
    while backend.call("slow", lambda model: model.calls).result(PATIENCE) < 3:
        pass
    second = backend.submit("slow", range(160), options="second", priority=BULK)
    calls = [{seen.call for seen in future.result(PATIENCE)} for future in (first, second)]
    assert any(min(calls[1]) < call < max(calls[1]) for call in calls[0])


def test_micro_batches_are_sorted_by_length(backend: Engine) -> None:
    texts = ["x" * (n * 37 % 101) for n in range(100)]
    backend.predict("probe", texts, priority=BULK)
    lengths = backend.call("probe", lambda model: model.lengths).result(PATIENCE)
    assert [length for batch in lengths for length in batch] == sorted(map(len, texts))


def test_a_batch_fills_up_with_part_of_a_large_request(backend: Engine, gate: Gate) -> None:
    hold(backend, gate)
    futures = [backend.submit("probe", range(size)) for size in (40, 40)]
    gate.open()
    first, second = ([seen.size for seen in future.result(PATIENCE)] for future in futures)
    assert first == [64] * 40
    assert second == [64] * 24 + [16] * 16


@pytest.mark.parametrize(("options", "error"), [("exit", SystemExit), ("short", RuntimeError), ("nothing", TypeError)])
def test_a_model_that_breaks_the_contract_fails_its_request_only(build: Build, options: str, error: type) -> None:
    engine = build(spec("rude", Rude))
    with pytest.raises(error):
        engine.predict("rude", [1, 2], options=options)
    assert [seen.value for seen in engine.predict("rude", [1, 2])] == [2, 4]


def test_a_model_whose_attributes_raise_does_not_stop_the_service(build: Build) -> None:
    engine = build(spec("rude", Rude))
    engine.call("rude", lambda model: setattr(model, "offset", 1)).result(PATIENCE)
    for priority in Priority:
        with pytest.raises(RuntimeError, match="no attributes today"):
            engine.predict("rude", [1], priority=priority)
    assert engine.predict("probe", [1])[0].value == 2


def test_loading_one_model_does_not_hold_up_another(build: Build, tmp_path: Path) -> None:
    loading = Gate(tmp_path / "slow")
    (loading.folder / "weights").touch()
    engine = build(spec("slow", GatedLoad, Source("repository", str(loading.folder))))
    engine.predict("probe", [1])
    slow = [engine.submit("slow", [n]) for n in range(3)]
    loading.wait_until_reached()
    assert engine.predict("probe", [1])[0].value == 2
    assert engine.snapshot().devices[0].loading == ("slow",)
    late, bulk = engine.submit("slow", [3]), engine.submit("slow", [4], priority=BULK)
    assert slow[1].cancel()
    loading.open()
    assert [future.result(PATIENCE) for future in (slow[0], slow[2], late, bulk)] == [[0], [2], [3], [4]]
    assert slow[1].cancelled()


def test_requests_for_a_model_being_loaded_do_not_fill_the_queue_of_others(build: Build, tmp_path: Path) -> None:
    loading = Gate(tmp_path / "slow")
    (loading.folder / "weights").touch()
    engine = build(spec("slow", GatedLoad, Source("repository", str(loading.folder))), capacity=4)
    waiting = engine.submit("slow", [1, 2, 3, 4])
    loading.wait_until_reached()
    with pytest.raises(Busy):
        engine.submit("slow", [5])
    assert engine.predict("probe", [1, 2, 3])[2].value == 6
    loading.open()
    assert waiting.result(PATIENCE) == [1, 2, 3, 4]


def test_a_failed_load_fails_its_requests_and_is_tried_again(build: Build, tmp_path: Path) -> None:
    (tmp_path / "weights").touch()
    engine = build(spec("flaky", FailsOnce, Source("repository", str(tmp_path))))
    with pytest.raises(OSError, match="hiccuped"):
        engine.predict("flaky", [1])
    assert engine.predict("flaky", [1]) == [1]


def test_closing_while_a_model_is_loaded_cancels_its_requests(build: Build, tmp_path: Path) -> None:
    loading = Gate(tmp_path / "slow")
    (loading.folder / "weights").touch()
    engine = build(spec("slow", GatedLoad, Source("repository", str(loading.folder))))
    waiting = engine.submit("slow", [1])
    loading.wait_until_reached()
    engine.close()
    assert waiting.cancelled()
    loading.open()


def test_closing_midway_through_a_large_request_is_told_to_its_caller(backend: Engine, gate: Gate) -> None:
    large = backend.submit("single", [gate, 1, 2])
    gate.wait_until_reached()
    closing = threading.Thread(target=backend.close)
    closing.start()
    while not backend._closed:
        pass
    gate.open()
    closing.join(PATIENCE)
    with pytest.raises(Cancelled):
        large.result(PATIENCE)


def test_the_bulk_queue_is_limited_in_requests(build: Build, gate: Gate) -> None:
    engine = build(bulk_capacity=2)
    hold(engine, gate)
    for _ in range(2):
        engine.submit("probe", range(1000), priority=BULK)
    with pytest.raises(Busy):
        engine.submit("probe", [1], priority=BULK)
    gate.open()


def test_waiting_for_the_engine_on_its_own_thread_is_refused(backend: Engine) -> None:
    with pytest.raises(RuntimeError, match="directly"):
        backend.call("probe", lambda model: backend.predict("probe", [1])).result(PATIENCE)


def test_time_in_the_queue_and_time_computing_are_told_apart(backend: Engine, gate: Gate) -> None:
    backend.predict("single", [1])
    hold(backend, gate)
    waiting = backend.submit("single", [2])
    gate.open()
    waiting.result(PATIENCE)
    stats = next(each for each in backend.snapshot().models if each.name == "single")
    assert stats.p99_ms is not None
    assert stats.wait_ms is not None
    assert stats.compute_ms is not None
    assert stats.compute_ms < stats.wait_ms <= stats.p99_ms


def test_a_real_transformer_gives_the_same_vectors_in_any_batch(build: Build, tiny_bert: Path) -> None:
    engine = build(spec("bert", TinyBert, Source("repository", str(tiny_bert))))
    inputs = [[1 + (n * 7 + place) % 50 for place in range(1 + n % 13)] for n in range(80)]
    alone = [engine.predict("bert", [tokens])[0] for tokens in inputs]
    np.testing.assert_allclose(engine.predict("bert", inputs, priority=BULK), alone, atol=1e-5)
    (resident,) = engine.snapshot().resident
    assert resident.nbytes > 10_000


def run(script: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    preamble = f"""
import sys
sys.path.insert(0, {ROOT!r})
import os, threading
from pathlib import Path
from bigmodel_apps.catalogue import ModelSpec, Source
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.runtime.engine import Engine
from bigmodel_apps.runtime.residency import Residency

class Echo:
    batches = True
    nbytes = 1
    def __init__(self, path, device): pass
    def predict(self, inputs, options):
        threading.Event().wait(options or 0)
        return inputs

models = {{"echo": ModelSpec("echo", "test", "__main__:Echo", (Source("code"),))}}
engine = Engine(Residency(models, Device("cpu", 0, "float32", "test"), Path({str(cwd)!r})))
"""
    return subprocess.run(
        [sys.executable, "-c", preamble + script], check=False, capture_output=True, text=True, timeout=60
    )


def test_a_plain_process_serves_quietly_and_exits(tmp_path: Path) -> None:
    done = run("print(engine.predict('echo', [1, 2]))\nengine.submit('echo', [3], options=0.2)\n", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[1, 2]\n", "")


def test_a_forked_child_is_told_to_make_its_own_engine(tmp_path: Path) -> None:
    script = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)  # Python finds forking with threads unwise: that is the point
engine.predict("echo", [1])
child = os.fork()
if not child:
    try:
        engine.predict("echo", [1])
    except RuntimeError as error:
        print(error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
print(engine.predict("echo", [2]))
"""
    done = run(script, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "fork" in done.stdout
    assert "[2]" in done.stdout
