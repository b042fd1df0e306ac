"""One session scores 100,000 questions, another indexes 10,000 entries; a third asks. How long does it wait?"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from benchmarks import _common as common
from bigmodel_apps import runtime
from bigmodel_apps.customer_service.schema import Input, Options
from bigmodel_apps.customer_service.shelf import shelf
from bigmodel_apps.problems import Cancelled
from bigmodel_apps.runtime import Priority

ROWS, ENTRIES, ASKED = 100_000, 10_000, 200


def main(argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    runtime.preload()
    enough = threading.Event()
    done: dict[str, int] = {"rows": 0, "texts": 0}
    key = "file-benchmark-mixed"
    shelf.drop(key)

    def score() -> None:
        inputs = [Input(question=question) for question in common.questions(ROWS)]
        with suppress(Cancelled):
            runtime.predict(
                "customer_service",
                inputs,
                options=Options(),
                priority=Priority.BULK,
                progress=lambda rows, _: done.update(rows=rows),
                cancelled=enough.is_set,
            )

    def index() -> None:
        shelf.put(key, common.knowledge(ENTRIES))
        with suppress(Cancelled):
            shelf.build_vectors(key, common.ENCODER, lambda texts, _: done.update(texts=texts), enough.is_set)

    workers = [threading.Thread(target=work) for work in (score, index)]
    for worker in workers:
        worker.start()
    while not (done["rows"] and done["texts"]):  # both are at work
        time.sleep(0.05)
    times = []
    for question in common.questions(ASKED):
        begun = time.perf_counter()
        runtime.predict("customer_service", [Input(question=question)])
        times.append(time.perf_counter() - begun)
        time.sleep(0.05)
    at_work = all(worker.is_alive() for worker in workers)
    enough.set()
    for worker in workers:
        worker.join()
    shelf.drop(key)
    p50, p95 = common.percentiles(times)
    metrics = [
        common.figure("answer-p50", p50, "ms", n=ASKED),
        common.figure("answer-p95", p95, "ms", goal=500, n=ASKED),
        common.figure("both-at-work", float(at_work), "count", higher=True),
        common.figure("rows-scored", done["rows"], "count", higher=True),
        common.figure("texts-encoded", done["texts"], "count", higher=True),
    ]
    common.keep(
        "mixed_load",
        {
            "en": f"While one job answers {ROWS:,} questions and another indexes {ENTRIES:,} entries, a third user asks {ASKED} questions.",
            "zh": f"一个任务在回答 {ROWS:,} 个问题，另一个在为 {ENTRIES:,} 条建立索引，同时第三个用户提出 {ASKED} 个问题。",
        },
        metrics,
        started,
    )
