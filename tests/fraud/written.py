"""Transactions written out by hand, for tests whose answers are told by looking."""

from __future__ import annotations

import numpy as np

from bigmodel_apps.fraud.transactions import Transactions


def written(rows: list[tuple[int, int, int, float, int]], **more: object) -> Transactions:
    """From (second, customer, terminal, amount, label) in order of time."""
    seconds, customers, terminals, amounts, fraud = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.array([]) for _ in range(5))
    )
    n = len(rows)
    return Transactions(
        ids=np.array([f"t{i}" for i in range(n)], dtype=object),
        seconds=seconds.astype(np.int64),
        amounts=amounts.astype(np.float64),
        customers=customers.astype(np.int32),
        terminals=terminals.astype(np.int32),
        fraud=fraud.astype(np.int8),
        scenario=np.full(n, -1, dtype=np.int8),
        rows=np.arange(1, n + 1),
        customer_names=np.array([f"C{i}" for i in range(int(customers.max(initial=0)) + 1)], dtype=object),
        terminal_names=np.array([f"T{i}" for i in range(int(terminals.max(initial=0)) + 1)], dtype=object),
        **more,  # type: ignore[arg-type]
    )
