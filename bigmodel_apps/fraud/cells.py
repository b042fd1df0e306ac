"""Amounts and fraud labels out of cells as people write them, in both languages.

An amount may carry a currency, separators of thousands, a sign before or behind, brackets for a negative, and 万 or 亿.
``1,234`` is one thousand or one and a bit. The other cells of the column tell which; where they do not, the comma
separates thousands, and the reading says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bigmodel_apps.dates import coded_texts
from bigmodel_apps.fraud.schema import MAX_AMOUNT
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, UNKNOWN, Floats, Marks

Decimal = Literal[".", ","]

_CODES = (
    *("aed", "aud", "brl", "cad", "chf", "cny", "cnh", "czk", "dkk", "eur", "gbp", "hkd", "huf", "idr", "ils", "inr"),
    *("jpy", "krw", "mop", "mxn", "myr", "nok", "nzd", "php", "pln", "rub", "sar", "sek", "sgd", "thb", "try", "twd"),
    *("uah", "usd", "vnd", "zar"),
)
_CURRENCIES: Mapping[str, str] = {
    **{code: code.upper() for code in _CODES},
    "$": "USD",
    "us$": "USD",
    "美元": "USD",
    "€": "EUR",
    "欧元": "EUR",
    "£": "GBP",
    "英镑": "GBP",
    "日元": "JPY",
    "¥": "CNY",
    "cn¥": "CNY",
    "元": "CNY",
    "圆": "CNY",
    "人民币": "CNY",
    "rmb": "CNY",
    "円": "JPY",
    "jp¥": "JPY",
    "hk$": "HKD",
    "港元": "HKD",
    "港币": "HKD",
    "nt$": "TWD",
    "a$": "AUD",
    "c$": "CAD",
    "₩": "KRW",
    "₹": "INR",
}
_CURRENCY = "|".join(map(re.escape, sorted(_CURRENCIES, key=len, reverse=True)))
_SCALES = {"": 1.0, "万": 1e4, "亿": 1e8}
_GROUPED = "|".join(
    rf"\d{{1,3}}(?:{mark}\d{{2,3}})*{mark}\d{{3}}(?:{cents}\d*)?"
    for mark, cents in ((",", r"\."), (r"\.", ","), ("'", "[.,]"), (" ", "[.,]"))
)
_AMOUNT = re.compile(
    rf"(?P<before>[+-]?)\s*(?:{_CURRENCY})?\s*(?P<sign>[+-]?)\s*(?P<digits>\d+(?:[.,]\d*)?|[.,]\d+|{_GROUPED})"
    rf"\s*(?P<scale>[万亿]?)\s*(?:{_CURRENCY})?\s*(?P<behind>[+-]?)"
)
_PLAIN, _PLAIN_EITHER = r"^[+-]?\d+(\.\d+)?$", r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
_EXPONENT = re.compile(r"[+-]?\d+(\.\d*)?e[+-]?\d{1,2}")
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")

FRAUD_WORDS = frozenset(
    (
        *("1", "true", "yes", "y", "fraud", "frauds", "fraudulent", "is fraud", "bad", "chargeback", "confirmed fraud"),
        *("confirmed", "scam", "stolen", "positive", "欺诈", "是", "盗刷", "诈骗", "异常", "有", "欺诈交易", "真"),
    )
)
LEGITIMATE_WORDS = frozenset(
    (
        *(
            "0",
            "false",
            "no",
            "n",
            "legit",
            "legitimate",
            "genuine",
            "normal",
            "good",
            "ok",
            "valid",
            "clean",
            "negative",
        ),
        *(
            "non-fraud",
            "non fraud",
            "nonfraud",
            "not fraud",
            "no fraud",
            "not_fraud",
            "正常",
            "否",
            "合法",
            "非欺诈",
            "假",
        ),
        *("无", "正常交易", "非盗刷"),
    )
)
UNKNOWN_WORDS = frozenset(
    (
        "",
        "unknown",
        "na",
        "n/a",
        "nan",
        "null",
        "none",
        "?",
        "-",
        "-1",
        "pending",
        "open",
        "未知",
        "待定",
        "待核实",
        "不详",
    )
)


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amounts of a column.

    Attributes:
        values: Shape (rows,); NaN where `missing` or `unreadable`.
        missing: Shape (rows,). Empty cells.
        unreadable: Shape (rows,). Cells that hold something that is no amount.
        decimal: The mark before cents, by which ambiguous cells were read.
        ambiguous: How many cells would be another amount with the other mark.
        certain: Whether the column itself, or the caller, says which mark it is.
        currencies: Rows by the currency that they state, in ISO 4217 where it is a well-known one.
    """

    values: Floats
    missing: npt.NDArray[np.bool_]
    unreadable: npt.NDArray[np.bool_]
    decimal: Decimal = "."
    ambiguous: int = 0
    certain: bool = True
    currencies: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a column.

    Attributes:
        marks: `FRAUD`, `LEGITIMATE` or `UNKNOWN`, shape (rows,).
        unreadable: Shape (rows,). Cells that hold something that is no label; they are `UNKNOWN`.
    """

    marks: Marks
    unreadable: npt.NDArray[np.bool_]


def read_amounts(values: pd.Series[Any], decimal: Decimal | None = None) -> Amounts:
    """Read a column of amounts.

    Args:
        values: Texts or numbers.
        decimal: The mark before cents; from the column when None: by the cells that can be read in one way only (the
            more frequent way where they disagree), else the point.
    """
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        wrong = np.isinf(numbers) | (np.abs(numbers) > MAX_AMOUNT)
        return Amounts(np.where(wrong, np.nan, numbers), np.isnan(numbers), wrong)
    codes, texts = coded_texts(values)
    rows = np.bincount(codes, minlength=len(texts))
    cells = pa.array(texts, pa.large_string())
    # Most cells of most files are plain numbers; they are read at once.
    plain, either = (
        pc.match_substring_regex(cells, shape).to_numpy(zero_copy_only=False) for shape in (_PLAIN, _PLAIN_EITHER)
    )
    found = np.full(len(texts), np.nan)
    found[plain] = cells.filter(pa.array(plain)).cast(pa.float64()).to_numpy()
    dotted = plain & ~either & pc.match_substring(cells, ".").to_numpy(zero_copy_only=False)
    said: dict[str, int] = {".": int(rows[dotted].sum()), ",": 0}
    currencies: dict[str, int] = {}
    others = {place: _Amount(texts[place]) for place in np.flatnonzero(~plain)}
    for place, cell in others.items():
        either[place] = cell.either
        if cell.says:
            said[cell.says] += int(rows[place])
        if cell.currency:
            currencies[cell.currency] = currencies.get(cell.currency, 0) + int(rows[place])
    certain = True
    if decimal is None:
        decimal = "," if said[","] > said["."] else "."
        certain = not (either.any() and bool(said[","]) == bool(said["."]))
    if decimal == ",":
        found[plain & either] *= 1000
    for place, cell in others.items():
        found[place] = cell.value(decimal)
    found[np.abs(found) > MAX_AMOUNT] = np.nan
    empty = np.asarray(texts == "", dtype=bool)
    return Amounts(
        found[codes],
        empty[codes],
        (np.isnan(found) & ~empty)[codes],
        decimal,
        int(rows[either].sum()),
        certain,
        currencies,
    )


def read_labels(values: pd.Series[Any], fraud: str | None = None) -> Labels:
    """Read a column of labels.

    Args:
        values: Texts, numbers or truth values.
        fraud: The value that means fraud, all others being legitimate but for those that mean "unknown"; the words
            that people use when None.
    """
    codes, texts = coded_texts(values)
    plain = [" ".join(unicodedata.normalize("NFKC", text).casefold().split()) for text in texts]
    # "t" and "f" are true and false, or target and fraud: only together are they clear.
    pair = set(plain) - UNKNOWN_WORDS == {"t", "f"}
    named = " ".join(unicodedata.normalize("NFKC", fraud).casefold().split()) if fraud is not None else None
    marks = np.full(len(texts), UNKNOWN, dtype=np.int8)
    wrong = np.zeros(len(texts), dtype=bool)
    for place, text in enumerate(plain):
        word = text.removesuffix(".0") if text in ("1.0", "0.0", "-1.0") else text
        if named is not None and named in (text, word):
            marks[place] = FRAUD
        elif word in UNKNOWN_WORDS:
            continue
        elif named is not None:
            marks[place] = LEGITIMATE
        elif word in FRAUD_WORDS or (pair and word == "t"):
            marks[place] = FRAUD
        elif word in LEGITIMATE_WORDS or (pair and word == "f"):
            marks[place] = LEGITIMATE
        else:
            wrong[place] = True
    return Labels(marks[codes], wrong[codes])


class _Amount:
    """One text that is no plain number.

    Attributes:
        says: The mark that it uses before cents, where it shows.
        either: Whether its one mark may as well separate thousands.
        currency: In ISO 4217; empty where none is stated.
    """

    def __init__(self, text: str) -> None:
        self.says: Decimal | None = None
        self.either = False
        self.currency = ""
        self._digits = ""
        self._factor = 1.0
        plain = unicodedata.normalize("NFKC", text).casefold().strip().replace("−", "-").replace("’", "'")
        if _EXPONENT.fullmatch(plain):
            self._digits, self._factor = "1", float(plain)
            return
        bracketed = plain.startswith("(") and plain.endswith(")")
        match = _AMOUNT.fullmatch(plain[1:-1].strip() if bracketed else plain)
        signs = (match["before"] + match["sign"] + match["behind"]) if match else ""
        if not match or len(signs) + bracketed > 1:
            return
        self._digits = match["digits"]
        self._factor = _SCALES[match["scale"]] * (-1.0 if bracketed or signs == "-" else 1.0)
        if stated := re.search(_CURRENCY, plain):
            self.currency = _CURRENCIES[stated[0]]
        marks = [character for character in self._digits if character in ".,"]
        self.either = bool(_EITHER.fullmatch(self._digits))
        if marks and not self.either:
            # One mark twice separates thousands; the last of two kinds stands before cents.
            repeated = len(marks) > 1 and len(set(marks)) == 1
            self.says = "," if (marks[-1] == ",") != repeated else "."

    def value(self, decimal: Decimal) -> float:
        """The amount, NaN where it is none; `decimal` matters to a text that may be either."""
        if not self._digits:
            return float("nan")
        mark = self.says or decimal
        thousands = "," if mark == "." else "."
        whole, _, cents = re.sub(rf"[{thousands}' ]", "", self._digits).partition(mark)
        return self._factor * float(f"{whole or 0}.{cents or 0}")
