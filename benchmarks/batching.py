"""Sixteen clients at once: the engine's micro-batches against the same model behind a lock, in one run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from benchmarks import _common as common
from bigmodel_apps import runtime
from bigmodel_apps.customer_service.schema import Input, Options

CLIENTS, EACH, ROUNDS = 16, 40, 3


def main(argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    runtime.preload()
    options = Options()
    model = runtime.engine().call(common.MODEL, lambda resident: resident).result()
    lock = threading.Lock()

    def behind_a_lock(question: Input) -> None:
        with lock:
            model.predict([question], options)

    def through_the_engine(question: Input) -> None:
        runtime.predict("customer_service", [question], options=options)

    rates: dict[str, list[float]] = {"lock": [], "engine": []}
    for _ in range(ROUNDS):  # in turns, so that a busy neighbour slows both
        rates["lock"].append(_rate(behind_a_lock))
        rates["engine"].append(_rate(through_the_engine))
    lock_rate, engine_rate = (sorted(rates[name])[ROUNDS // 2] for name in ("lock", "engine"))
    requests = CLIENTS * EACH
    metrics = [
        common.figure("throughput", lock_rate, "per-second", "lock", higher=True, n=requests),
        common.figure("throughput", engine_rate, "per-second", "engine", higher=True, n=requests),
        common.figure("speed-up", engine_rate / lock_rate, "ratio", goal=3, higher=True, n=ROUNDS),
    ]
    common.keep(
        "batching",
        {
            "en": f"{CLIENTS} clients, each asking {EACH} questions one after the other; median of {ROUNDS} alternating rounds.",
            "zh": f"{CLIENTS} 个客户端各自逐条提出 {EACH} 个问题；{ROUNDS} 轮交替测量取中位数。",
        },
        metrics,
        started,
    )


def _rate(ask: Callable[[Input], None]) -> float:
    asked = [Input(question=question) for question in common.questions(CLIENTS * EACH)]
    shares = [asked[client::CLIENTS] for client in range(CLIENTS)]

    def client(mine: list[Input]) -> None:
        for question in mine:
            ask(question)

    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, shares))
    return len(asked) / (time.perf_counter() - begun)
