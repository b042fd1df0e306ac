"""The protocol ``drift``: how soon a drift is seen, and how often one is seen that is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from bigmodel_apps.evidence import Dataset, Metric
from bigmodel_apps.fraud import datasets, drift, features, trees
from bigmodel_apps.fraud.drift import KINDS, Kind, Watch
from bigmodel_apps.fraud.simulator import World, simulate
from bigmodel_apps.fraud.transactions import FRAUD, Transactions
from bigmodel_apps.fraud.trees import Recipe, Trees

Report = Callable[[int, int], None]
Protocol = Callable[[Path | None, Report | None], tuple[list[Metric], list[Dataset]]]

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "drift": {
        "en": "Eight inputs that are about a transaction and its day, the hour and the score are watched in windows of seven "
        "days against days 21 to 104; limits come from those days alone, for one false alarm a year. The score is that of "
        "trees grown on days 41 to 97. False alarms: times that any column goes over its limit, for 100 days without "
        "drift. Delay: days from an injected drift (amounts × 1.3; a tenth of the transactions moved to the night, or to "
        "terminals nobody has seen; weak: amounts × 1.1, 3 %) to the first alarm, the first day counted as 1; on the handbook's "
        "set once, on five banks of our simulator with 1,500 cards the mean. A drift that was never seen counts to the last "
        "day. April's rate of fraud: days from the first of May until the higher rate is known, the label delay of seven days "
        "included; the rate's false alarms are those of July to September against May and June.",
        "zh": "以七天为窗口，将描述单笔交易及当天情况的八项输入、时刻与评分，与第 21 至 104 天比较；限值只由这些天得出，按每年一次误报设定。"
        "评分来自在第 41 至 97 天上训练的树模型。误报：无漂移时每 100 天内任一列越限的次数。延迟：从注入漂移（金额 × 1.3；十分之一的交易"
        "移到夜间或从未出现过的终端；弱漂移：金额 × 1.1、3 %）到首次告警的天数，首日计为 1；手册数据集一次，我们的模拟器生成五家银行"
        "（1,500 张卡）取平均。从未发现的按到最后一天计。四月的欺诈率：从五月一日起到得知欺诈率升高的天数，含七天标签延迟；欺诈率的误报"
        "为七至九月相对五、六月。",
    },
}

_REFERENCE, _LEARN = (20, 104), (40, 97)
_START = 130
_WEAK: Mapping[Kind, float] = {"amounts": 1.1, "night": 0.03, "terminals": 0.03}
_BANKS = 5
_APRIL, _MAY_AND_JUNE = (0, 30), (30, 91)
_RECIPE = Recipe(rounds=60, negatives=0.2)


def seen(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Delays and false alarms on the public set and on banks of our own."""
    public = datasets.handbook(data)
    steps = _Steps(report, 2 + len(KINDS) + _BANKS * (1 + 2 * len(KINDS)))
    metrics = _rate(public)
    steps.done()
    metrics += _watched("published", [public], [_START], {}, steps)
    banks = [simulate(World(customers=1_500, terminals=3_000, seed=seed)) for seed in range(1, _BANKS + 1)]
    metrics += _watched("simulated", banks, [_START + seed for seed in range(_BANKS)], _WEAK, steps)
    return metrics, [datasets.described(data, datasets.RAW, "Handbook, simulated transactions", len(public))]


PROTOCOLS: Mapping[str, Protocol] = {"drift": seen}


class _Steps:
    """Reports one part after the other."""

    def __init__(self, report: Report | None, total: int) -> None:
        self._report, self._total, self._done = report, total, 0

    def done(self) -> None:
        self._done += 1
        if self._report is not None:
            self._report(self._done, self._total)


def _rate(public: Transactions) -> list[Metric]:
    """April against the months after it, and those among one another."""
    first = int(public.days[0])
    april, later = (
        drift.watch_rate(public, range(first + begin, first + end)) for begin, end in (_APRIL, _MAY_AND_JUNE)
    )
    metrics = [
        Metric(name="fraud-share", value=round(watch.reference, 5), group=("published", group))
        for watch, group in ((april, "april"), (later, "may-june"))
    ]
    if len(april.alarms):
        known = int(april.alarms[0]) - (first + _APRIL[1]) + 1
        metrics.append(_days("drift-delay", known, 1, "published", "fraud-rate"))
    metrics.append(_alarms(len(later.alarms), len(later.days), "published", "fraud-rate"))
    return metrics


def _watched(
    name: str, banks: list[Transactions], starts: list[int], weak: Mapping[Kind, float], steps: _Steps
) -> list[Metric]:
    """False alarms without drift, and the delay of each drift, over some banks."""
    quiet, days = 0, 0
    delays: dict[tuple[Kind, str], list[int]] = {}
    for bank, start in zip(banks, starts, strict=True):
        grown = _grown(bank)
        watch = _watch(bank, grown)
        quiet, days = quiet + len(watch.alarms), days + len(watch.days)
        steps.done()
        begin = int(bank.days[0]) + start
        cases = [(kind, "", None) for kind in KINDS] + [(kind, "weak", strength) for kind, strength in weak.items()]
        for kind, group, strength in cases:
            watch = _watch(drift.inject(bank, kind, begin, strength), grown)
            delays.setdefault((kind, group), []).append(_delay(watch, begin))
            steps.done()
    metrics = [_alarms(quiet, days, name, "inputs")]
    for (kind, group), found in delays.items():
        groups = (f"drift-{kind}", group) if group else (f"drift-{kind}",)
        metrics.append(_days("drift-delay", float(np.mean(found)), len(found), name, *groups))
    return metrics


def _delay(watch: Watch, begin: int) -> int:
    """Days until a drift is seen; a column that is over its limit already on the day before does not count."""
    before = watch.days == begin - 1
    already = watch.over[before].any(axis=0) if before.any() else np.zeros(len(watch.names), dtype=bool)
    later = watch.days[(watch.over & ~already).any(axis=1) & (watch.days >= begin)]
    return int(later[0] if len(later) else watch.days[-1]) - begin + 1


def _watch(bank: Transactions, grown: Trees) -> Watch:
    values = features.compute(bank)
    names, columns = drift.columns(bank, features.NAMES, values, grown.log_odds(values))
    first = int(bank.days[0])
    return drift.watch(names, columns, bank.days, range(first + _REFERENCE[0], first + _REFERENCE[1]))


def _grown(bank: Transactions) -> Trees:
    first = int(bank.days[0])
    rows = bank.between(first + _LEARN[0], _LEARN[1] - _LEARN[0])
    learned = features.compute(bank.take(slice(0, rows.stop)))[rows]
    return trees.fit(learned, bank.fraud[rows] == FRAUD, _RECIPE, names=features.NAMES)


def _days(name: str, value: float, n: int, *group: str) -> Metric:
    return Metric(name=name, value=round(value, 2), unit="count", n=n, group=group, higher_is_better=False)


def _alarms(alarms: int, days: int, *group: str) -> Metric:
    value = round(100 * alarms / days, 2)
    return Metric(name="drift-false-alarms", value=value, unit="count", n=days, group=group, higher_is_better=False)
