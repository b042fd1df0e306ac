"""Inputs of 1.75 million simulated transactions: ours beside pandas' rolling windows, the stream, and the simulator."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks import _common as common
from bigmodel_apps.fraud.features import BOOK, NAMES, Settings, Stream, compute
from bigmodel_apps.fraud.simulator import PUBLISHED, simulate
from bigmodel_apps.fraud.transactions import FRAUD, Transactions

STREAMED, WARM_UP = 300, 20
DAYS, DELAY = (1, 7, 30), 7


def main(argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    begun = time.process_time()
    bank = simulate(PUBLISHED)
    drawn = time.process_time() - begun

    begun = time.process_time()
    book = compute(bank, Settings(added=False))
    ours = time.process_time() - begun
    begun = time.process_time()
    everything = compute(bank)
    both = time.process_time() - begun
    pandas, agree = {}, {}
    for way in ("group-by-group", "at-once"):
        begun = time.process_time()
        theirs = rolling(bank, at_once=way == "at-once")
        pandas[way] = time.process_time() - begun
        agree[way] = int((np.abs(book - theirs) <= 1e-6 * np.maximum(1, np.abs(theirs))).all(axis=1).sum())

    cut = len(bank) - STREAMED
    stream = Stream(bank.take(slice(0, cut)))
    seconds = []
    for row in range(cut, len(bank)):
        new = bank.take(slice(row, row + 1))
        begun = time.process_time()
        found = stream.update(new)
        seconds.append(time.process_time() - begun)
        assert np.array_equal(found[0], everything[row], equal_nan=True)
    p50, p95 = common.percentiles(seconds[WARM_UP:])
    metrics = [
        common.figure("simulated", drawn, "s", goal=30, n=len(bank)),
        common.figure("computed", ours, "s", "handbook-inputs", n=len(bank)),
        *(common.figure("pandas-rolling", value, "s", way, n=len(bank)) for way, value in pandas.items()),
        *(
            common.figure("rows-that-agree", value, "count", way, higher=True, n=len(bank))
            for way, value in agree.items()
        ),
        common.figure("faster", pandas["group-by-group"] / ours, "ratio", "group-by-group", goal=25, higher=True),
        common.figure("faster", pandas["at-once"] / ours, "ratio", "at-once", higher=True),
        common.figure(
            "input-rate", len(bank) / ours, "per-second", "handbook-inputs", goal=100_000, higher=True, n=len(bank)
        ),
        common.figure(
            "input-rate", len(bank) / both, "per-second", "all-inputs", goal=100_000, higher=True, n=len(bank)
        ),
        common.figure("stream-update-p50", p50, "ms", n=STREAMED),
        common.figure("stream-update-p95", p95, "ms", n=STREAMED),
    ]
    common.keep(
        "fraud_features",
        {
            "en": f"A simulated bank of {len(bank):,} transactions. The handbook's {len(BOOK)} inputs beside the same "
            "windows by pandas' rolling in the same run: group by group, as the book has it, and all groups in one call. "
            f"All {len(NAMES)} inputs. One transaction at a time in a stream behind the whole history. Times are of one "
            "thread's processor, which other work on the machine leaves alone.",
            "zh": f"模拟银行共 {len(bank):,} 笔交易。手册的 {len(BOOK)} 项输入，与同一次运行中用 pandas "
            f"rolling 计算的相同窗口比较（按书中方式逐组计算，或一次调用计算所有组）。全部 {len(NAMES)} 项输入。"
            "在完整历史之后以数据流方式逐笔计算。时间为单线程的处理器时间，不受机器上其他任务影响。",
        },
        metrics,
        started,
        domain="fraud",
    )


def rolling(bank: Transactions, *, at_once: bool) -> npt.NDArray[np.float64]:
    """The handbook's inputs as pandas has them: time-based rolling windows over each customer and each terminal.

    Args:
        at_once: All groups in one call of ``groupby(...).rolling``, instead of group by group as the book does.
    """
    frame = pd.DataFrame(
        {
            "time": pd.to_datetime(bank.seconds, unit="s"),
            "amount": bank.amounts,
            "customer": bank.customers,
            "terminal": bank.terminals,
            "fraud": (bank.fraud == FRAUD).astype(np.float64),
        }
    )
    columns = {
        "amount": frame["amount"],
        "weekend": (frame["time"].dt.weekday >= 5).astype(np.float64),
        "night": (frame["time"].dt.hour <= 6).astype(np.float64),
    }
    windows = _at_once if at_once else _group_by_group
    of_customers = windows(frame, "customer", "amount", DAYS)
    # A window that ended a delay ago is the difference of two that end now.
    of_terminals = windows(frame, "terminal", "fraud", (DELAY, *(DELAY + days for days in DAYS)))
    for days in DAYS:
        columns[f"customer_count_{days}d"] = of_customers[f"count {days}"]
        columns[f"customer_mean_{days}d"] = of_customers[f"sum {days}"] / of_customers[f"count {days}"]
        matured, frauds = (
            of_terminals[f"{kind} {DELAY + days}"] - of_terminals[f"{kind} {DELAY}"] for kind in ("count", "sum")
        )
        columns[f"terminal_count_{days}d"] = matured
        columns[f"terminal_risk_{days}d"] = (frauds / matured).fillna(0)
    return np.column_stack([columns[name] for name in BOOK])


def _group_by_group(frame: pd.DataFrame, owner: str, of: str, lengths: Sequence[int]) -> pd.DataFrame:
    parts = []
    for _, group in frame.groupby(owner):
        values = group.set_index("time")[of]
        columns = {}
        for days in lengths:
            window = values.rolling(f"{days}D")
            columns[f"count {days}"], columns[f"sum {days}"] = window.count(), window.sum()
        parts.append(pd.DataFrame(columns).set_index(group.index))
    return pd.concat(parts).sort_index()


def _at_once(frame: pd.DataFrame, owner: str, of: str, lengths: Sequence[int]) -> pd.DataFrame:
    columns = {}
    for days in lengths:
        window = frame.groupby(owner).rolling(f"{days}D", on="time")[of]
        columns[f"count {days}"], columns[f"sum {days}"] = window.count().to_numpy(), window.sum().to_numpy()
    # Rows come back by group, in the order of time within each.
    return pd.DataFrame(columns, index=np.argsort(frame[owner].to_numpy(), kind="stable")).sort_index()
