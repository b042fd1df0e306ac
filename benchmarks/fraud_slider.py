"""How long a changed cost takes to become a new curve, at 300,000 transactions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks import _common as common
from bigmodel_apps.evidence import Metric
from bigmodel_apps.fraud.money import Curve, Rule, Term

ROWS, CHANGES = 300_000, 100
GOAL_MS = 200.0
_FRAUD_SHARE = 0.0084


def main(_argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    common.keep(
        "fraud_slider",
        {
            "en": f"{ROWS:,} transactions with as many different scores. Curve: from the changed rule to the best threshold, "
            f"the point of the threshold chosen before and a curve ready to be drawn, {CHANGES} different rules in a row. "
            "Building: sorting and adding up once, when the file is opened.",
            "zh": f"{ROWS:,} 笔交易，评分互不相同。曲线：从改动规则到得出最佳阈值、先前所选阈值处的结果以及可绘制的曲线，"
            f"连续 {CHANGES} 种不同规则。构建：打开文件时排序并累加一次。",
        },
        curve(),
        started,
        domain="fraud",
    )


def curve() -> list[Metric]:
    """The library's part: no page, no browser."""
    generator = np.random.default_rng(0)
    fraud = (generator.random(ROWS) < _FRAUD_SHARE).astype(np.int8)
    scores = 1 / (1 + np.exp(-generator.normal(4 * fraud - 5, 1.5)))
    amounts = generator.gamma(1.6, 34, ROWS).round(2)
    begun = time.perf_counter()
    built = Curve(scores, amounts, fraud, days=30)
    building = time.perf_counter() - begun
    chosen = built.best().threshold
    seconds = []
    for number in range(CHANGES):
        rule = replace(Rule(), refused_fraud=Term(fixed=float(number)), review=number / 10)
        begun = time.perf_counter()
        built.best(rule)
        built.at(chosen, rule)
        built.drawn(rule)
        seconds.append(time.perf_counter() - begun)
    p50, p95 = common.percentiles(seconds)
    return [
        common.figure("slider-curve", p50, "ms", "p50", n=CHANGES),
        common.figure("slider-curve", p95, "ms", "p95", goal=GOAL_MS, n=CHANGES),
        common.figure("slider-building", 1_000 * building, "ms"),
    ]
