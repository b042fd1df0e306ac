"""Readers of the public simulated set of the Fraud Detection Handbook, which is never part of the project.

Each takes the folder that holds both parts (``--data``), and says which file is missing and where to obtain it.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow.parquet

from bigmodel_apps.evidence import Dataset
from bigmodel_apps.fraud.features import BOOK
from bigmodel_apps.fraud.transactions import Floats, Ints, Transactions
from bigmodel_apps.problems import InputError, Problem

RAW = "handbook_raw/transactions.parquet"
TRANSFORMED = "handbook_transformed/features_2018-06-11_2018-09-14.parquet"
_SOURCES = {
    RAW: "github.com/Fraud-Detection-Handbook/simulated-data-raw",
    TRANSFORMED: "github.com/Fraud-Detection-Handbook/simulated-data-transformed",
}
_WINDOWS = [f"{days}DAY_WINDOW" for days in (1, 7, 30)]
_PUBLISHED = (
    *("TX_AMOUNT", "TX_DURING_WEEKEND", "TX_DURING_NIGHT"),
    *(f"CUSTOMER_ID_{kind}_{window}" for window in _WINDOWS for kind in ("NB_TX", "AVG_AMOUNT")),
    *(f"TERMINAL_ID_{kind}_{window}" for window in _WINDOWS for kind in ("NB_TX", "RISK")),
)
"""What the set calls the inputs of `features.BOOK`."""


def handbook(data: Path | None) -> Transactions:
    """All 1,754,155 transactions from 2018-04-01 to 2018-09-30, in the order of the file."""
    table = pyarrow.parquet.read_table(file(data, RAW))

    def column(name: str, kind: str) -> np.ndarray:
        return table[name].to_numpy().astype(kind)

    customers, terminals = column("CUSTOMER_ID", "int32"), column("TERMINAL_ID", "int32")
    return Transactions(
        ids=column("TRANSACTION_ID", "U").astype(object),
        seconds=column("TX_DATETIME", "datetime64[s]").astype(np.int64),
        amounts=column("TX_AMOUNT", "float64"),
        customers=customers,
        terminals=terminals,
        fraud=column("TX_FRAUD", "int8"),
        scenario=column("TX_FRAUD_SCENARIO", "int8"),
        rows=np.arange(1, table.num_rows + 1),
        customer_names=_names(int(customers.max()) + 1),
        terminal_names=_names(int(terminals.max()) + 1),
        simulated=True,
    )


def handbook_inputs(data: Path | None) -> tuple[Ints, Floats]:
    """The inputs as published, for the days from 2018-06-11 to 2018-09-14.

    Returns:
        Places in `handbook`, shape (n,), and values in the order of `features.BOOK`, shape (n, 15), of float32.
    """
    table = pyarrow.parquet.read_table(file(data, TRANSFORMED), columns=["TRANSACTION_ID", *_PUBLISHED])
    values = np.column_stack([table[name].to_numpy().astype(np.float64) for name in _PUBLISHED])
    assert values.shape[1] == len(BOOK)
    # A transaction's number is its rank in time, which is its place.
    return table["TRANSACTION_ID"].to_numpy().astype(np.int64), values


def described(data: Path | None, path: str, name: str, rows: int) -> Dataset:
    """What evidence says of a file, given as a path below the folder."""
    digest = sha256(file(data, path).read_bytes()).hexdigest()
    return Dataset(name=name, rows=rows, sha256=digest, licence="none stated", source=_SOURCES[path])


def file(data: Path | None, path: str) -> Path:
    """A file below the folder.

    Raises:
        InputError: It is not there; the problem says where to obtain it.
    """
    if data is None or not (data / path).is_file():
        details = {"file": path, "source": _SOURCES[path]}
        raise InputError(Problem("protocol-data-missing", field="data", details=details))
    return data / path


def _names(count: int) -> np.ndarray:
    return np.array([str(number) for number in range(count)], dtype=object)
