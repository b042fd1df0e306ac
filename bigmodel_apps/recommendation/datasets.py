"""Readers of the public sets that are measured on, which are never part of the project.

Each takes the folder of its set (``--data``), and says which file is missing and where to obtain it.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet

from bigmodel_apps.evidence import Dataset
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.recommendation.interactions import Interactions, Items, Names
from bigmodel_apps.recommendation.splits import Split, at

RATINGS, FILMS = "u.data", "u.item"
PURCHASES = "online_retail.parquet"
RETAIL_BOUNDARY = int(np.datetime64("2011-10-01", "s").astype(np.int64))
LEAST_CUSTOMERS = 5

_SOURCES = {
    RATINGS: "grouplens.org/datasets/movielens/100k",
    FILMS: "grouplens.org/datasets/movielens/100k",
    PURCHASES: "archive.ics.uci.edu/dataset/352/online+retail",
}
_LICENCES = {
    RATINGS: "MovieLens terms: research, no redistribution, no commercial use",
    FILMS: "MovieLens terms: research, no redistribution, no commercial use",
    PURCHASES: "CC BY 4.0",
}


def ml_100k(data: Path | None) -> Interactions:
    """All 100,000 ratings of MovieLens 100k in order of time; `Interactions.rows` is the order of the file."""
    names = ["user", "item", "rating", "seconds"]
    table = pd.read_csv(file(data, RATINGS), sep="\t", names=names)
    films = pd.read_csv(file(data, FILMS), sep="|", header=None, usecols=[0, 1], encoding="latin-1")
    titles = _names(films[1])
    order = np.argsort(table["seconds"].to_numpy(), kind="stable")
    rows = table.iloc[order]
    users = np.unique(table["user"])
    return Interactions(
        users=np.searchsorted(users, rows["user"]).astype(np.int32),
        items=(rows["item"].to_numpy() - 1).astype(np.int32),
        user_ids=_names(users),
        catalogue=Items(_names(films[0]), {"en": titles, "zh": titles}),
        seconds=rows["seconds"].to_numpy().astype(np.int64),
        ratings=rows["rating"].to_numpy().astype(np.float32),
        rows=order + 1,
    )


def online_retail(data: Path | None) -> Interactions:
    """The purchases of known customers in Online Retail, in order of time: not cancelled, of a positive quantity, of
    codes that start with a digit. Baskets are invoices, amounts are money; a title is the description seen most."""
    columns = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]
    table = pyarrow.parquet.read_table(file(data, PURCHASES), columns=columns).to_pandas()
    table["row"] = np.arange(1, len(table) + 1)
    invoices, codes = table["InvoiceNo"].astype(str), table["StockCode"].astype(str)
    kept = table[
        table["CustomerID"].notna()
        & ~invoices.str.startswith("C")
        & (table["Quantity"] > 0)
        & codes.str[:1].str.isdigit().astype(bool)
    ].sort_values("InvoiceDate", kind="stable")
    users, user_ids = pd.factorize(kept["CustomerID"].astype(np.int64).astype(str), sort=True)
    items, ids = pd.factorize(kept["StockCode"].astype(str), sort=True)
    described = kept["Description"].astype(str).str.strip()
    counted = pd.DataFrame({"item": items, "title": described}).value_counts().reset_index()
    titles = _names(counted.drop_duplicates("item").sort_values("item")["title"])
    return Interactions(
        users=users.astype(np.int32),
        items=items.astype(np.int32),
        user_ids=_names(user_ids),
        catalogue=Items(_names(ids), {"en": titles, "zh": titles}),
        seconds=kept["InvoiceDate"].to_numpy().astype("datetime64[s]").astype(np.int64),
        amounts=(kept["Quantity"] * kept["UnitPrice"]).to_numpy().astype(np.float64),
        baskets=pd.factorize(kept["InvoiceNo"].astype(str))[0].astype(np.int64),
        rows=kept["row"].to_numpy(),
    )


def online_retail_kept(data: Path | None) -> Interactions:
    """The purchases of items that at least 5 customers bought before 2011-10-01."""
    interactions = online_retail(data)
    assert interactions.seconds is not None
    before = interactions.take(interactions.seconds < RETAIL_BOUNDARY)
    counts = np.asarray(before.matrix().sum(axis=0)).ravel()
    return interactions.among(counts >= LEAST_CUSTOMERS)


def online_retail_split(data: Path | None) -> Split:
    """Purchases before and from 2011-10-01 on, over the items that at least 5 customers bought before."""
    return at(online_retail_kept(data), RETAIL_BOUNDARY)


def described(data: Path | None, path: str, name: str, rows: int, notes: str = "") -> Dataset:
    """What evidence says of a file, given as a path below the folder."""
    digest = sha256(file(data, path).read_bytes()).hexdigest()
    return Dataset(name=name, rows=rows, sha256=digest, licence=_LICENCES[path], source=_SOURCES[path], notes=notes)


def file(data: Path | None, path: str) -> Path:
    """A file below the folder.

    Raises:
        InputError: It is not there; the problem says where to obtain it.
    """
    if data is None or not (data / path).is_file():
        details = {"file": path, "source": _SOURCES[path]}
        raise InputError(Problem("protocol-data-missing", field="data", details=details))
    return data / path


def _names(column: object) -> Names:
    return np.array(pd.Series(column).astype(str).tolist(), dtype=object)
