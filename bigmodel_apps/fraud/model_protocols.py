"""Named protocols that measure detectors.

- ``handbook``: four test folds of the handbook's protocol on its public set, everything chosen on four validation folds.
- ``sample``: the detector that ships, on the days of the simulated sample bank that it has not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from sklearn.ensemble import IsolationForest

from bigmodel_apps.evidence import Dataset, Metric
from bigmodel_apps.fraud import blend, datasets, logistic, ranking, scoring, sequence, shelf, trees, unsupervised
from bigmodel_apps.fraud.features import BOOK, Settings
from bigmodel_apps.fraud.ranking import Figures, Fold
from bigmodel_apps.fraud.schema import BANDS
from bigmodel_apps.fraud.scoring import Inputs
from bigmodel_apps.fraud.transactions import FRAUD, Floats, Ints, Transactions, day_of
from bigmodel_apps.fraud.trees import Recipe
from bigmodel_apps.measures import calibration_error

Report = Callable[[int, int], None]
Protocol = Callable[[Path | None, Report | None], tuple[list[Metric], list[Dataset]]]

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "handbook": {
        "en": "The Fraud Detection Handbook's protocol on its simulated set. Four test weeks from 2018-08-08 on; each model "
        "learns from the 60 days that end a label delay of 7 days before its test week (systems marked 7 days: from 7 days). "
        "Cards whose fraud is known are left out. Average precision and AUC are over all transactions of a week; card precision: "
        "of the 100 highest cards a day, the share with a fraud; its ceiling is what a perfect ranking reaches. Recall: of a "
        "scenario's frauds, the share among the 700 highest scores of a week. Frauds at a compromised terminal are unrevealed while "
        "no label of it has arrived: nothing tells them from other transactions, so they rank by chance and bound the AUC. Means of the four weeks; the range is one "
        "standard deviation either way. Recipe, share of the sequence model and inputs were chosen on four weeks that start "
        "14 days earlier each, shown as validation. Systems called published are the book's own table.",
        "zh": "在《欺诈检测手册》的模拟数据集上按其方案评测。自 2018-08-08 起的四个测试周；每个模型用截至测试周前 7 天（标签延迟）的 60 天数据训练"
        "（标明 7 天的系统只用 7 天）。已知有欺诈的卡不再计入。平均精确率与 AUC 按一周全部交易计算；卡片精确率：每天评分最高的 100 张卡中"
        "确有欺诈的比例，其上限为完美排序所能达到的值。召回率：某一情形的欺诈中，位于一周最高 700 个评分之内的比例。被盗用的终端在首个标签到达之前，其欺诈与正常交易无从区分，排序只能凭偶然，AUC 因此有上限。数值为四周均值，范围为正负一个标准差。"
        "训练设置、序列模型占比与输入均在各早 14 天的四个验证周上选定。标为“公开”的系统取自该书的表格。",
    },
    "sample": {
        "en": "The detector that ships, on the days of the simulated sample bank after those that it learned from and the "
        "label delay; known cards are left out as in the handbook's protocol. Calibration error: mean distance between score and share of "
        "frauds, over ten bins of equal size. Everything here is simulated by our own simulator.",
        "zh": "随附模型在模拟样例银行上、训练期与标签延迟之后各日的结果；已知有欺诈的卡按手册方案不再计入。校准误差：评分与欺诈占比之差的均值，"
        "分为十个等量区间。数据全部由我们自己的模拟器生成。",
    },
}

TEST_STARTS = tuple(day_of("2018-07-25") + 7 * number for number in range(4))
VALIDATION_STARTS = tuple(start - 14 for start in TEST_STARTS)
HISTORY_DAYS = 60
ALERTS = 100
GOALS = {"average-precision": 0.745, "card-precision": 0.311, "auc": 0.88}

CANDIDATES: Mapping[str, Recipe] = {
    "one": Recipe(negatives=0.3),
    "small": Recipe(rounds=200, leaves=7, inputs=0.5, min_rows=60, negatives=0.3),
}
"""Recipes among which the validation weeks choose."""

PUBLISHED: Mapping[str, tuple[float, float, float]] = {
    "published-logistic": (0.868, 0.623, 0.297),
    "published-forest": (0.870, 0.678, 0.299),
    "published-xgboost": (0.872, 0.694, 0.304),
    "published-balanced-bagging": (0.879, 0.680, 0.305),
    "published-mlp": (0.876, 0.675, 0.303),
    "published-lstm": (0.876, 0.665, 0.297),
    "published-lstm-attention": (0.874, 0.667, 0.295),
}
"""AUC, average precision and card precision at 100 in the book's chapters 5 to 7: means of the same four weeks."""

_SEED = 7


def handbook(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Choose on the validation weeks, then measure on the test weeks."""
    transactions = datasets.handbook(data)
    inputs = scoring.inputs(transactions, Settings())
    done, total = 0, len(VALIDATION_STARTS) * (len(CANDIDATES) + 1) + len(TEST_STARTS) * 5

    def step() -> None:
        nonlocal done
        done += 1
        if report is not None:
            report(done, total)

    weeks = [_Week(transactions, inputs, Fold(start)) for start in VALIDATION_STARTS]
    scored: dict[str, list[Floats]] = {}
    for name, recipe in CANDIDATES.items():
        scored[name] = []
        for week in weeks:
            scored[name].append(week.trees(recipe))
            step()
    precision = {
        name: float(np.mean([w.precision(s) for w, s in zip(weeks, found, strict=True)]))
        for name, found in scored.items()
    }
    best = max(precision, key=lambda name: precision[name])
    histories = []
    for week in weeks:
        histories.append(week.sequence())
        step()
    weight, by_weight = blend.choose(
        [(one, other, week.fraud) for one, other, week in zip(scored[best], histories, weeks, strict=True)]
    )
    metrics = [
        Metric(
            name="average-precision",
            value=round(value, 4),
            n=len(weeks),
            group=("validation",),
            system=f"recipe-{name}",
        )
        for name, value in precision.items()
    ]
    metrics += [
        Metric(
            name="blend-precision",
            value=round(value, 4),
            n=len(weeks),
            group=("validation", f"share-{100 * share:.0f}"),
        )
        for share, value in by_weight.items()
    ]

    found: dict[str, list[Figures]] = {}
    for start in TEST_STARTS:
        week = _Week(transactions, inputs, Fold(start))
        grown = week.trees(CANDIDATES[best])
        step()
        ordered = week.sequence()
        step()
        systems = {
            "ours": blend.mixed(grown, ordered, weight),
            "trees": grown,
            "sequence": ordered,
            "logistic": week.logistic(),
            "trees-book-inputs": week.trees(CANDIDATES[best], names=BOOK),
        }
        step()
        systems["trees-book-inputs-7"] = week.trees(CANDIDATES[best], names=BOOK, days=7)
        step()
        systems |= week.unlabelled()
        step()
        for system, scores in systems.items():
            found.setdefault(system, []).append(ranking.measure(transactions, week.at, scores, ALERTS))
    for system, figures in found.items():
        metrics += _averaged(system, figures)
    metrics += [
        Metric(name=name, value=value, n=len(TEST_STARTS), group=("test",), system=system)
        for system, values in PUBLISHED.items()
        for name, value in zip(("auc", "average-precision", "card-precision"), values, strict=True)
    ]
    return metrics, [datasets.described(data, datasets.RAW, "Handbook, transactions", len(transactions))]


class _Week:
    """One fold: what a model may learn from, and what it is tested on."""

    def __init__(self, transactions: Transactions, inputs: Inputs, fold: Fold) -> None:
        self._transactions, self._inputs, self._fold = transactions, inputs, fold
        self.at = ranking.tested(transactions, fold)
        self.fraud = transactions.fraud[self.at] == FRAUD

    def precision(self, scores: Floats) -> float:
        """Average precision."""
        return ranking.average_precision(self.fraud, scores)

    def trees(self, recipe: Recipe, names: Sequence[str] | None = None, days: int = HISTORY_DAYS) -> Floats:
        """Log-odds of boosted trees."""
        rows, labels = self._rows(days)
        places = [self._inputs.names.index(name) for name in names or self._inputs.names]
        grown = trees.fit(
            self._inputs.values[rows][:, places], labels, recipe, names=names or self._inputs.names, seed=_SEED
        )
        return grown.log_odds(self._inputs.values[self.at][:, places])

    def sequence(self) -> Floats:
        """Log-odds of the model of card histories."""
        rows, labels = self._rows(HISTORY_DAYS)
        values = self._inputs.values
        model = sequence.fit(values, self._transactions, rows, labels, names=self._inputs.names, seed=_SEED)
        return model.log_odds(values, self._transactions, self.at)

    def logistic(self) -> Floats:
        """Log-odds of logistic regression."""
        rows, labels = self._rows(HISTORY_DAYS)
        return logistic.fit(self._inputs.values[rows], labels).log_odds(self._inputs.values[self.at])

    def unlabelled(self) -> dict[str, Floats]:
        """What detectors without labels say: ours, and an isolation forest over the same inputs."""
        rows, _ = self._rows(HISTORY_DAYS)
        values, names = self._inputs.values, self._inputs.names
        ours = unsupervised.fit(values[rows], names)
        counted = [place for place, points in enumerate(ours.points) if len(points)]
        known = np.nan_to_num(values[rows][:, counted])
        forest = IsolationForest(n_estimators=100, random_state=_SEED).fit(known)
        isolated = -forest.score_samples(np.nan_to_num(values[self.at][:, counted]))
        return {"outliers": ours.log_odds(values[self.at]), "isolation-forest": isolated}

    def _rows(self, days: int) -> tuple[Ints, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        found = self._transactions.between(self._fold.learned_until - days, days)
        rows = np.arange(found.start, found.stop)
        return rows, self._transactions.fraud[rows] == FRAUD


def _averaged(system: str, figures: Sequence[Figures]) -> list[Metric]:
    """Means over the weeks, with one standard deviation either way."""
    columns: dict[tuple[str, tuple[str, ...]], list[float]] = {
        ("average-precision", ("test",)): [one.average_precision for one in figures],
        ("auc", ("test",)): [one.auc for one in figures],
        ("card-precision", ("test",)): [one.card_precision for one in figures],
        ("card-precision-achieved", ("test",)): [one.card_precision / one.ceiling for one in figures],
    }
    if system == "ours":
        columns[("card-precision-ceiling", ("test",))] = [one.ceiling for one in figures]
        columns[("auc-ceiling", ("test",))] = [one.auc_ceiling for one in figures]
    columns[("auc-revealed", ("test",))] = [one.auc_revealed for one in figures]
    for scenario in figures[0].recall:
        columns[("recall-at-alerts", ("test", scenario))] = [one.recall.get(scenario, np.nan) for one in figures]
    made = []
    for (name, group), values in columns.items():
        mean, spread = float(np.nanmean(values)), float(np.nanstd(values))
        made.append(
            Metric(
                name=name,
                value=round(mean, 4),
                low=round(mean - spread, 4),
                high=round(mean + spread, 4),
                interval="one-deviation",
                n=sum(one.rows for one in figures),
                group=group,
                system=system,
                goal=GOALS.get(name) if system == "ours" and group == ("test",) else None,
            )
        )
    return made


def sample(_data: Path | None = None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """The shipped detector on the test days of the sample bank."""
    bank = shelf.open_bank()
    if report is not None:
        report(1, 2)
    truth = bank.truth
    labelled = replace(bank.transactions, fraud=truth)
    detector = bank.detector
    first = bank.first_test_day
    fold = Fold(first - detector.settings.delay_days - 7, 7, detector.settings.delay_days, bank.last_day + 1 - first)
    at = ranking.tested(labelled, fold)
    fraud = truth[at] == FRAUD
    figures = ranking.measure(labelled, at, bank.scores[at], ALERTS // 5)
    metrics = [
        Metric(
            name=name, value=round(value, 4), n=len(at), group=("test",), higher_is_better=name != "calibration-error"
        )
        for name, value in (
            ("average-precision", figures.average_precision),
            ("auc", figures.auc),
            ("card-precision-20", figures.card_precision),
            ("card-precision-20-ceiling", figures.ceiling),
            ("calibration-error", calibration_error(bank.scores[at], fraud)),
        )
    ]
    metrics += [
        Metric(name="recall-at-alerts", value=round(value, 4), n=figures.frauds[name], group=("test", name))
        for name, value in figures.recall.items()
    ]
    for place, name in enumerate(BANDS[1:], 1):
        reached = bank.bands[at] >= place
        metrics += [
            Metric(
                name="false-positive-rate",
                value=round(float(reached[~fraud].mean()), 4),
                n=int((~fraud).sum()),
                group=(name,),
                higher_is_better=False,
            ),
            Metric(name="recall", value=round(float(reached[fraud].mean()), 4), n=int(fraud.sum()), group=(name,)),
        ]
    if report is not None:
        report(2, 2)
    digest = sha256(labelled.seconds.tobytes() + labelled.amounts.tobytes() + truth.tobytes()).hexdigest()
    described = Dataset(
        name="Simulated sample bank",
        rows=len(labelled),
        sha256=digest,
        licence="Apache-2.0",
        source="bigmodel_apps.fraud.simulator.sample_bank()",
        notes="Simulated.",
    )
    return metrics, [described]


PROTOCOLS: Mapping[str, Protocol] = {"handbook": handbook, "sample": sample}
"""By name: called with the folder of the public set and with a report of (parts done, parts in total)."""
