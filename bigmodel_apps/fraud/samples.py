"""A file to try the page with: the card log of a small simulated bank, labelled, as somebody would bring it."""

from __future__ import annotations

import functools

import pandas as pd

from bigmodel_apps.fraud.simulator import World, simulate
from bigmodel_apps.fraud.transactions import Transactions

NAME = "simulated-cards.csv"
WORLD = World(customers=250, terminals=500, days=90, start="2026-07-01", seed=11)


@functools.cache
def content() -> bytes:
    """The file, CSV in UTF-8."""
    return as_csv(simulate(WORLD))


def as_csv(transactions: Transactions) -> bytes:
    """Transactions that name cards and terminals, with the columns that such logs have."""
    assert transactions.customers is not None
    assert transactions.terminals is not None
    columns = {
        "transaction_id": transactions.ids,
        "time": pd.to_datetime(transactions.seconds, unit="s"),
        "card": transactions.customer_names[transactions.customers],
        "merchant": transactions.terminal_names[transactions.terminals],
        "amount": transactions.amounts,
        **{f"segment_{name}": column for name, column in transactions.segments.items()},
        "is_fraud": transactions.fraud,
    }
    return pd.DataFrame(columns).to_csv(index=False, float_format="%.2f").encode()
