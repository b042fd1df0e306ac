"""Time of one answer for one user, at 1,000 and 10,000 entries."""

from __future__ import annotations

import time
from collections.abc import Sequence

from benchmarks import _common as common
from bigmodel_apps import runtime
from bigmodel_apps.customer_service.schema import Input, Options
from bigmodel_apps.customer_service.shelf import shelf

COUNT = 300


def main(argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    metrics = []
    for entries in (1_000, 10_000):
        key = f"file-benchmark-{entries}"
        shelf.put(key, common.knowledge(entries))
        shelf.build_vectors(key, common.ENCODER)
        options = Options(knowledge=key)
        times = []
        for question in common.questions(COUNT):
            begun = time.perf_counter()
            runtime.predict("customer_service", [Input(question=question)], options=options)
            times.append(time.perf_counter() - begun)
        p50, p95 = common.percentiles(times[20:])
        metrics.append(common.figure("answer-p50", p50, "ms", f"entries-{entries}", n=COUNT - 20))
        metrics.append(common.figure("answer-p95", p95, "ms", f"entries-{entries}", goal=80, n=COUNT - 20))
    common.keep(
        "answers",
        {
            "en": "One user asks held-out questions one after the other; time from the question to the answer in the process.",
            "zh": "单个用户逐条提出留出问题，计从提问到作答的进程内时间。",
        },
        metrics,
        started,
    )
