"""The sample bank: scores a second, reasons for a queue, and how long training takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks import _common as common
from bigmodel_apps.fraud import reasons, scoring, shelf, simulator, training

ROUNDS, QUEUE = 5, 500


def main(argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    bank = shelf.open_bank()
    detector, values, transactions = bank.detector, bank.features, bank.transactions
    top = np.argsort(-bank.scores, kind="stable")[:QUEUE]

    scoring_seconds = _best(lambda: detector.trees.log_odds(values))
    contribution_seconds = _best(lambda: bank.contributions(top))
    worded_seconds = _best(lambda: reasons.explain(detector, values, transactions, top, "en"), 2)
    found = bank.contributions(top)
    told = scoring.log_odds(detector, values, transactions, top)
    error = float(np.abs(found.base + found.shares.sum(axis=1) - told).max())

    window = training.window(simulator.sample_bank())
    begun = time.perf_counter()
    training.detector(simulator.sample_bank(), window)
    training_seconds = time.perf_counter() - begun

    metrics = [
        common.figure(
            "tree-scoring",
            len(values) / scoring_seconds,
            "per-second",
            goal=500_000,
            higher=True,
            n=len(values),
        ),
        common.figure("contributions", 1_000 * contribution_seconds, "ms", f"queue-{QUEUE}", goal=1_000, n=QUEUE),
        common.figure("reasons", 1_000 * worded_seconds, "ms", f"queue-{QUEUE}", n=QUEUE),
        common.figure("additivity-digits", -float(np.log10(max(error, 1e-16))), "score", goal=9, higher=True, n=QUEUE),
        common.figure("training-time", training_seconds, "s", goal=60, n=detector.facts["rows"]),
    ]
    common.keep(
        "fraud",
        {
            "en": f"The simulated sample bank: {len(transactions):,} transactions, {values.shape[1]} inputs, the detector "
            f"that ships. Best of {ROUNDS} rounds. Scoring: trees, inputs given. Contributions and worded reasons: the "
            f"{QUEUE} highest scores. Additivity: decimal digits to which base and contributions sum to the log-odds. "
            "Training: from transactions to a detector, rehearsal and calibration included.",
            "zh": f"模拟样例银行：{len(transactions):,} 笔交易、{values.shape[1]} 个输入、随附模型。取 {ROUNDS} 轮最佳。评分：输入已给定时的提升树。"
            f"贡献与文字理由：评分最高的 {QUEUE} 笔。可加性：基准与贡献之和与对数几率一致的十进制位数。训练：从交易到模型，包含预演与校准。",
        },
        metrics,
        started,
        domain="fraud",
    )


def _best(run: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Seconds of the quickest round."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return min(times)
