"""Indexing 10,000 entries: until the first (lexical) answer, until the vectors are in, and again after ten changes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from benchmarks import _common as common
from bigmodel_apps import runtime
from bigmodel_apps.customer_service.knowledge import Knowledge
from bigmodel_apps.customer_service.schema import Input, Options
from bigmodel_apps.customer_service.shelf import shelf

ENTRIES, CHANGED = 10_000, 10


def main(argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    runtime.preload()
    key = "file-benchmark-indexing"
    shelf.drop(key)
    given = common.knowledge(ENTRIES)
    begun = time.perf_counter()
    shelf.put(key, given)
    runtime.predict("customer_service", [Input(question="gift card")], options=Options(knowledge=key))
    first = time.perf_counter() - begun
    shelf.build_vectors(key, common.ENCODER)
    whole = time.perf_counter() - begun

    changed = tuple(replace(entry, answer=entry.answer + " New since today.") for entry in given.entries[:CHANGED])
    begun = time.perf_counter()
    index = shelf.put(key, Knowledge(given.name, (*changed, *given.entries[CHANGED:]), given.report))
    shelf.build_vectors(key, common.ENCODER)
    again = time.perf_counter() - begun
    metrics = [
        common.figure("first-answer", first, "s", goal=10, n=ENTRIES),
        common.figure("index-rate", ENTRIES / whole, "per-second", higher=True, n=ENTRIES),
        common.figure("reindex", again, "s", n=CHANGED),
        common.figure("taken-over", index.reused, "count", higher=True, n=ENTRIES),
        common.figure("index-memory", index.nbytes / 1e6, "MB", n=ENTRIES),
    ]
    shelf.drop(key)
    common.keep(
        "indexing",
        {
            "en": f"{ENTRIES:,} FAQ entries. The first answer is lexical; the rate includes all vectors; then {CHANGED} answers change.",
            "zh": f"{ENTRIES:,} 条问答。首个回答为词法检索；速率包含全部向量；随后改动 {CHANGED} 条答案。",
        },
        metrics,
        started,
    )
