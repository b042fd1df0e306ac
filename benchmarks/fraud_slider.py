"""How long a changed cost takes to become a new curve, at 300,000 transactions: in the library, and in a browser.

The browser is Debian's Chromium, driven by playwright (requirements-dev.txt).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from benchmarks import _common as common
from bigmodel_apps.evidence import Metric
from bigmodel_apps.fraud.money import Curve, Rule, Term

ROWS, CHANGES, CLICKS = 300_000, 100, 25
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
            "Building: sorting and adding up once, when the file is opened. Page: from the click on a cost to the "
            f"last stroke of the redrawn curve, {CLICKS} times, over a simulated bank that reports on "
            "as many transactions.",
            "zh": f"{ROWS:,} 笔交易，评分互不相同。曲线：从改动规则到得出最佳阈值、先前所选阈值处的结果以及可绘制的曲线，"
            f"连续 {CHANGES} 种不同规则。构建：打开文件时排序并累加一次。页面：从点击成本到曲线重绘的最后一笔，"
            f"共 {CLICKS} 次，模拟银行的报告期有同样多的交易。",
        },
        [*curve(), *page()],
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


# What is drawn into a chart is seen at the strokes on its canvas, or at its changed nodes where it is SVG.
_WATCH = """
window.drawn = 0;
const inChart = node => node && node.closest && node.closest("[data-testid='stVegaLiteChart']");
const stroke = CanvasRenderingContext2D.prototype.stroke;
CanvasRenderingContext2D.prototype.stroke = function (...given) {
  if (inChart(this.canvas)) window.drawn = performance.now();
  return stroke.apply(this, given);
};
new MutationObserver(changes => {
  if (changes.some(change => inChart(change.target))) window.drawn = performance.now();
}).observe(document, {childList: true, subtree: true, attributes: true});
for (const event of ["pointerdown", "keydown"])
  document.addEventListener(event, () => { window.begun = performance.now(); }, true);
"""
_SETTLED = "window.drawn > window.begun && performance.now() - window.drawn > 400"
_QUIET = "[data-testid='stApp'][data-test-connection-state='CONNECTED'][data-test-script-state='notRunning']"


def page() -> list[Metric]:
    """The page's part: one click or key at a time, each waited for."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("the browser half needs chromium on the PATH")
    metrics = []
    with common.server("benchmarks._money_page", wait=600) as (address, _, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
        view.add_init_script(_WATCH)
        view.goto(f"{address}/fraud?view=money")
        more = view.locator(".st-key-fraud-money-refused-legitimate [data-testid='stNumberInputStepUp']")
        slider = view.locator(".st-key-fraud-threshold input")
        more.wait_for(timeout=300_000)
        changes: dict[str, Callable[[int], None]] = {
            "cost": lambda _: more.click(),
            "threshold": lambda number: slider.press("ArrowLeft" if number % 2 else "ArrowRight"),
        }
        for name, change in changes.items():
            seconds = []
            for number in range(CLICKS):
                view.wait_for_selector(_QUIET)
                view.wait_for_timeout(300)
                change(number)
                view.wait_for_function(_SETTLED, timeout=60_000)
                seconds.append(float(view.evaluate("(window.drawn - window.begun) / 1000")))
            p50, p95 = common.percentiles(seconds)
            metrics += [
                common.figure("slider-page", p50, "ms", name, "p50", goal=GOAL_MS, n=CLICKS),
                common.figure("slider-page", p95, "ms", name, "p95", n=CLICKS),
            ]
        browser.close()
    return metrics
