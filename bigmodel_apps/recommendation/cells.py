"""Ratings, quantities, prices and Unix times out of cells as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bigmodel_apps.dates import coded_texts, texts_of
from bigmodel_apps.recommendation.interactions import Flags, Floats, Ints

_PLAIN = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?$"
# A currency before or behind; what a rating is out of ("4 / 5"); stars behind it.
_AROUND = r"^[\p{Sc}\p{L}\s]*?([+-]?\s*[\d.,' ]*\d)\s*(?:/\s*\d+)?[\p{Sc}\p{L}\s★*]*$"
_NOTHING = ("", "nan", "null", "none", "n/a", "na", "-", "?", "无", "未评分")
_LARGEST = 1e12
# Seconds from 1973 to 2286, or milliseconds; a number of ten digits may be something else, a column of them hardly.
_UNIX = r"^(\d{9,10}|\d{13})(\.0*)?$"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a column.

    Attributes:
        values: Shape (rows,); NaN where `missing` or `unreadable`.
        missing: Shape (rows,). Cells that are empty or say that there is nothing.
        unreadable: Shape (rows,). Cells that hold something that is no number, or an endless one.
    """

    values: Floats
    missing: Flags
    unreadable: Flags


def read_numbers(column: pd.Series[Any]) -> Numbers:
    """Read a column of texts or numbers.

    ``1,234.5`` and ``1.234,5`` are the same; a single comma before three digits separates thousands, any other one stands
    before decimals.
    """
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        missing = np.isnan(numbers)
        wrong = ~missing & ~(np.abs(numbers) <= _LARGEST)
        return Numbers(np.where(wrong, np.nan, numbers), missing, wrong)
    codes, texts = coded_texts(column)
    cells = pc.utf8_normalize(pa.array(texts, pa.large_string()), "NFKC")
    found = np.full(len(texts), np.nan)
    plain = pc.match_substring_regex(cells, _PLAIN).to_numpy(zero_copy_only=False)
    found[plain] = cells.filter(pa.array(plain)).cast(pa.float64()).to_numpy()
    missing = pc.is_in(pc.utf8_lower(cells), pa.array(_NOTHING, pa.large_string())).to_numpy(zero_copy_only=False)
    rest = np.flatnonzero(~plain & ~missing)
    parts = pc.extract_regex(cells.take(pa.array(rest)), _AROUND.replace("(", "(?P<number>", 1))
    for place, part in zip(rest, parts.to_pylist(), strict=True):
        if part is not None:
            found[place] = _number(part["number"])
    found[~(np.abs(found) <= _LARGEST)] = np.nan
    return Numbers(found[codes], missing[codes], (np.isnan(found) & ~missing)[codes])


def read_unix(column: pd.Series[Any]) -> Ints | None:
    """Seconds since 1970-01-01 of a column that holds Unix times and nothing else, in seconds or milliseconds, shape
    (rows,); None for any other. Most files of ratings have such a column, and it is read at once."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype) or column.empty:
        return None
    if pd.api.types.is_integer_dtype(column.dtype) and not column.isna().any():
        counts = column.to_numpy(dtype=np.int64)
    else:
        cells = pa.array(texts_of(column), pa.large_string())
        if not pc.all(pc.match_substring_regex(cells, _UNIX)).as_py():
            return None
        counts = pc.replace_substring_regex(cells, r"\..*", "").cast(pa.int64()).to_numpy()
    counts = np.where(counts >= 10**12, counts // 1_000, counts)
    return counts if counts.min() >= 10**8 and counts.max() < 10**10 else None


def _number(text: str) -> float:
    """A number with marks in it; NaN where they make none."""
    digits = text.replace(" ", "").replace("'", "")
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and (point > comma or (point < 0 and (digits.count(",") > 1 or len(digits) - comma == 4))):
        digits = digits.replace(",", "")
    elif comma >= 0:
        digits = digits.replace(".", "").replace(",", ".")
    elif digits.count(".") > 1:
        digits = digits.replace(".", "")
    try:
        return float(digits)
    except ValueError:
        return float("nan")
