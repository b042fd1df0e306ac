"""Interactions as bytes: how a user's file is kept, in the workspace and beside a model."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from bigmodel_apps.problems import Problem, Unavailable
from bigmodel_apps.recommendation.interactions import Interactions, Items

_CHOICES, _ITEMS, _USERS, _ABOUT = "choices.parquet", "items.parquet", "users.parquet", "about.json"
_COLUMNS = ("users", "items", "seconds", "ratings", "amounts", "baskets", "rows")
_TEXTS = ("titles", "categories", "descriptions")


def pack(interactions: Interactions) -> bytes:
    """All of it, the catalogue included."""
    catalogue = interactions.catalogue
    choices = {
        name: column
        for name in _COLUMNS
        if (column := getattr(interactions, name)) is not None and len(column) == len(interactions)
    }
    items: dict[str, Any] = {"ids": catalogue.ids}
    if catalogue.prices is not None:
        items["prices"] = catalogue.prices
    for name in _TEXTS:
        for language, column in getattr(catalogue, name).items():
            items[f"{name}/{language}"] = column
    content = io.BytesIO()
    parts = {
        _CHOICES: _written(choices),
        _ITEMS: _written(items),
        _USERS: _written({"ids": interactions.user_ids}),
        _ABOUT: json.dumps({"simulated": interactions.simulated}).encode(),
    }
    with zipfile.ZipFile(content, "w") as archive:  # stored, as parquet packs already; equal contents give equal bytes
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return content.getvalue()


def unpack(content: bytes) -> Interactions:
    """What was packed.

    Raises:
        Unavailable: ``recommendation-model-damaged``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            choices, items, users = (_read(archive.read(name)) for name in (_CHOICES, _ITEMS, _USERS))
            about = json.loads(archive.read(_ABOUT))
        texts: dict[str, dict[str, Any]] = {name: {} for name in _TEXTS}
        for name, column in items.items():
            kind, _, language = name.partition("/")
            if kind in texts:
                texts[kind][language] = column
        catalogue = Items(items["ids"], prices=items.get("prices"), **texts)
        rows = choices.pop("rows", np.zeros(0, dtype=np.int64))
        found: dict[str, Any] = {name: choices.get(name) for name in _COLUMNS if name != "rows"}
        return Interactions(
            **found, user_ids=users["ids"], catalogue=catalogue, rows=rows, simulated=bool(about["simulated"])
        )
    except (zipfile.BadZipFile, pa.ArrowException, OSError, ValueError, KeyError, TypeError):
        raise Unavailable(Problem("recommendation-model-damaged")) from None


def _written(columns: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(
        pa.table({name: pa.array(column) for name, column in columns.items()}), stream, compression="zstd"
    )
    return stream.getvalue()


def _read(content: bytes) -> dict[str, Any]:
    table = parquet.read_table(io.BytesIO(content))
    return {
        name: np.array(table[name].to_pylist(), dtype=object)
        if pa.types.is_string(table[name].type)
        else table[name].to_numpy()
        for name in table.column_names
    }
