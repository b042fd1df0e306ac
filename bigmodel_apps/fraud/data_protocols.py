"""Named protocols that measure what models are trained on: the inputs, and the simulator.

- ``features``: inputs of the handbook's public set against their definitions, and against those published.
- ``simulator``: our simulated bank against the public set.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import ks_2samp

from bigmodel_apps.evidence import Dataset, Metric
from bigmodel_apps.fraud import datasets, features, reference
from bigmodel_apps.fraud.simulator import PUBLISHED, simulate
from bigmodel_apps.fraud.transactions import DAY, FRAUD, SCENARIOS, Floats, Ints, Transactions

Report = Callable[[int, int], None]
Protocol = Callable[[Path | None, Report | None], tuple[list[Metric], list[Dataset]]]

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "features": {
        "en": "All inputs of the handbook's simulated set, computed at once; speed: per second of one thread's processor "
        "time. Agreement with the definitions: the largest "
        "relative difference (absolute below 1) to a naive float64 reference, over 300 random transactions and 100 "
        "frauds, as decimal digits. Agreement with the published file, which holds float32: transactions in which one of "
        "the fifteen inputs differs by more than 1e-5, relatively; they are named in the notes. Such a one is explained "
        "where the customer has another transaction in the same second: the published order of the two is not recorded.",
        "zh": "一次性计算手册模拟数据集的全部输入；速度按单线程处理器时间计。与定义的一致程度：对 300 笔随机交易与 100 笔欺诈交易，与朴素 float64 参考实现的"
        "最大相对差（小于 1 时取绝对差），以十进制位数表示。与公开文件（float32）的一致程度：十五项输入中有一项相对差超过 1e-5 的交易数，"
        "其编号列于备注；若该客户在同一秒还有另一笔交易，则差异可解释：公开数据未记录两者的先后。",
    },
    "simulator": {
        "en": "Four banks of our simulator with the published settings, beside the handbook's set. Distances of two "
        "distributions: Kolmogorov-Smirnov, the mean of the four. Beside it stands chance: the mean distance between two "
        "of our own banks. Shares of frauds: of all transactions, the mean of the four, and its deviation relative to the "
        "published share.",
        "zh": "按公开设置用我们的模拟器生成四家银行，并与手册数据集比较。两个分布之间的距离：Kolmogorov-Smirnov，取四家的平均。旁边给出"
        "随机水平：我们自己的两家银行之间的平均距离。欺诈占比：占全部交易的比例，取四家的平均，以及相对公开占比的偏差。",
    },
}

_RELATIVE = 1e-5
_MOST_DIGITS = 16.0
_CHECKED, _CHECKED_FRAUDS, _SEED = 300, 100, 7
_RAMP_UP = 30
_BANKS, _SAMPLE = 4, 250_000


def inputs(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Agreement with the definitions and with the published file, and speed."""
    transactions = datasets.handbook(data)
    rows, published = datasets.handbook_inputs(data)
    started = time.process_time()
    found = features.compute(transactions)
    seconds = time.process_time() - started
    metrics = [
        Metric(
            name="input-rate",
            value=round(len(transactions) / seconds),
            unit="per-second",
            n=len(transactions),
            goal=100_000,
        )
    ]
    if report is not None:
        report(1, 3)
    random = np.random.default_rng(_SEED)
    chosen = np.concatenate(
        [
            random.choice(len(transactions), _CHECKED, replace=False),
            random.choice(np.flatnonzero(transactions.fraud == FRAUD), _CHECKED_FRAUDS, replace=False),
        ]
    )
    expected = np.array([reference.inputs(transactions, int(row)) for row in chosen])
    for group, columns in (("handbook-inputs", slice(0, 15)), ("added-inputs", slice(15, None))):
        metrics.append(
            Metric(
                name="agreeing-digits",
                value=round(agreeing_digits(found[chosen, columns], expected[:, columns]), 1),
                unit="score",
                n=len(chosen),
                group=(group,),
                goal=9,
            )
        )
    if report is not None:
        report(2, 3)
    apart = np.flatnonzero(differing(found[rows, :15], published).any(axis=1))
    tied = apart[ties(transactions)[rows[apart]]]
    for name, count, goal in (("rows-apart", len(apart), None), ("rows-unexplained", len(apart) - len(tied), 0)):
        metrics.append(
            Metric(
                name=name,
                value=count,
                unit="count",
                n=len(rows),
                group=("published",),
                goal=goal,
                higher_is_better=False,
            )
        )
    if report is not None:
        report(3, 3)
    named = ", ".join(str(number) for number in rows[apart])
    described = datasets.described(data, datasets.TRANSFORMED, "Handbook, inputs", len(rows))
    return metrics, [
        datasets.described(data, datasets.RAW, "Handbook, transactions", len(transactions)),
        described.model_copy(update={"notes": f"Apart: transactions {named}." if named else ""}),
    ]


def agreeing_digits(found: Floats, expected: Floats) -> float:
    """-log10 of the largest difference, relative where the expected value is above 1; 0 where one alone is missing."""
    if not np.array_equal(np.isnan(found), np.isnan(expected)):
        return 0.0
    difference = np.abs(found - expected) / np.maximum(1, np.abs(expected))
    return float(min(_MOST_DIGITS, -np.log10(max(float(np.nanmax(difference)), 10**-_MOST_DIGITS))))


def differing(found: Floats, published: Floats) -> npt.NDArray[np.bool_]:
    """Where values are further apart than single precision explains, shape (n, d)."""
    return np.abs(found - published) > _RELATIVE * np.maximum(np.abs(published), 1e-6)


def ties(transactions: Transactions) -> npt.NDArray[np.bool_]:
    """Which transactions share their second with another one of the same customer, shape (n,)."""
    assert transactions.customers is not None
    keys = transactions.customers * np.int64(1 << 40) + transactions.seconds
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return counts[inverse] > 1


TOLERANCES: Mapping[str, float] = {
    "amount": 0.02,
    "time-of-day": 0.005,
    "customer-pace": 0.03,
    "terminal-pace": 0.06,
    "gap": 0.02,
    "fraud-amount": 0.05,
}
"""Largest distance of each distribution that still counts as the same: about as large as between two of our own banks,
whose towns are laid out differently."""

SHARE_TOLERANCE = 0.05
"""Largest relative deviation of a share of frauds."""


def simulator(data: Path | None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Distances of distributions, and shares of frauds."""
    published = datasets.handbook(data)
    banks = []
    for seed in range(_BANKS):
        banks.append(simulate(replace(PUBLISHED, seed=seed)))
        if report is not None:
            report(seed + 1, _BANKS + 1)
    metrics = compared(published, banks)
    if report is not None:
        report(_BANKS + 1, _BANKS + 1)
    return metrics, [datasets.described(data, datasets.RAW, "Handbook, transactions", len(published))]


def compared(published: Transactions, banks: Sequence[Transactions]) -> list[Metric]:
    """How far some of our banks are from a published one on average, and from one another (``chance``)."""
    theirs, *ours = (distributions(bank) for bank in (published, *banks))
    metrics = []
    for name, goal in TOLERANCES.items():
        from_theirs = [_distance(theirs[name], one[name]) for one in ours]
        from_another = [_distance(one[name], other[name]) for one, other in combinations(ours, 2)]
        for system, found, wanted in (("ours", from_theirs, goal), ("chance", from_another, None)):
            metrics.append(
                Metric(
                    name="distribution-distance",
                    value=round(float(np.mean(found)), 4),
                    unit="score",
                    n=len(theirs[name]),
                    group=(name,),
                    system=system,
                    goal=wanted,
                    higher_is_better=False,
                )
            )
    expected, *shares = (fraud_shares(bank) for bank in (published, *banks))
    for name, theirs_share in expected.items():
        share = float(np.mean([found[name] for found in shares]))
        metrics += [
            Metric(name="fraud-share", value=round(share, 6), group=(name,), n=len(banks[0])),
            Metric(
                name="fraud-share", value=round(theirs_share, 6), group=(name,), system="published", n=len(published)
            ),
            Metric(
                name="fraud-share-deviation",
                value=round(abs(share / theirs_share - 1), 4),
                group=(name,),
                goal=SHARE_TOLERANCE,
                higher_is_better=False,
            ),
        ]
    return metrics


def _distance(one: Floats, other: Floats) -> float:
    return float(ks_2samp(one[:: 1 + len(one) // _SAMPLE], other[:: 1 + len(other) // _SAMPLE]).statistic)


def distributions(bank: Transactions) -> dict[str, Floats]:
    """Samples by name, of the distributions that `TOLERANCES` names.

    Amounts of the legitimate and of the frauds, seconds of the day, transactions a day of each customer and of each
    terminal, hours between a customer's transactions.
    """
    assert bank.customers is not None
    assert bank.terminals is not None
    days = np.ptp(bank.days) + 1
    order = np.argsort(bank.customers, kind="stable")
    same = np.diff(bank.customers[order]) == 0
    return {
        "amount": bank.amounts[bank.fraud != FRAUD],
        "time-of-day": (bank.seconds % DAY).astype(np.float64),
        "customer-pace": _pace(bank.customers, int(days)),
        "terminal-pace": _pace(bank.terminals, int(days)),
        "gap": np.diff(bank.seconds[order])[same] / 3_600,
        "fraud-amount": bank.amounts[bank.fraud == FRAUD],
    }


def _pace(owners: npt.NDArray[np.int32], days: int) -> Floats:
    return np.bincount(owners) / days


def fraud_shares(bank: Transactions) -> dict[str, float]:
    """Share of frauds among all transactions by scenario, in all, and on the first days and after them."""
    day: Ints = bank.days - bank.days[0]
    fraud = bank.fraud == FRAUD
    found = {SCENARIOS[number]: float((bank.scenario == number).mean()) for number in (1, 2, 3)}
    return found | {
        "all": float(fraud.mean()),
        "first-month": float(fraud[day < _RAMP_UP].mean()),
        "later-months": float(fraud[day >= _RAMP_UP].mean()),
    }


PROTOCOLS: Mapping[str, Protocol] = {"features": inputs, "simulator": simulator}
"""By name: called with the folder of the public sets and with a report of (parts done, parts in total)."""
