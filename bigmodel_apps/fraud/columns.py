"""Which column of a user's table holds the amounts, the times, the cards, the merchants and the labels.

Well-known public files are recognised as a whole. In any other, columns are told by the names that people give them, in
both languages, and by what the cells hold: a name alone never makes a column of words the amounts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from bigmodel_apps.dates import Order, is_zone, read_clock, read_moments, texts_of
from bigmodel_apps.fraud.cells import Decimal, read_amounts, read_labels
from bigmodel_apps.fraud.transactions import UNKNOWN
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import guess_column

Role = Literal["time", "clock", "amount", "customer", "terminal", "id", "fraud", "scenario"]
How = Literal["schema", "name", "content"]
Unit = Literal["seconds", "minutes", "hours", "days"]

SECONDS: Mapping[Unit, int] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
MAX_SEGMENTS = 50
"""A column with more different values is no segment."""

MAX_NUMBERS = 200
"""More further numbers are not taken, the first ones of the file are."""

NAMES: Mapping[Role, Sequence[str]] = {
    "time": (
        *("transaction time", "transaction date", "transaction datetime", "tx datetime", "tx time", "datetime"),
        *("timestamp", "date time", "trans date trans time", "auth time", "created at", "posted at", "date", "time"),
        *(
            "交易时间",
            "交易日期",
            "交易日期时间",
            "消费时间",
            "支付时间",
            "刷卡时间",
            "下单时间",
            "发生时间",
            "时间",
            "日期",
        ),
    ),
    "clock": ("time", "transaction time", "time of day", "clock", "hour", "交易时间", "时间", "时刻"),
    "amount": (
        *("transaction amount", "tx amount", "amount", "amt", "transaction value", "value", "total", "sum", "price"),
        *("交易金额", "消费金额", "支付金额", "付款金额", "金额", "交易额", "总额"),
    ),
    "customer": (
        *("customer id", "customer", "card id", "card number", "card no", "cc num", "card", "pan", "account id"),
        *("account number", "account", "cardholder", "client id", "client", "user id", "user", "payer", "sender"),
        *("客户号", "客户编号", "客户", "卡号", "银行卡号", "持卡人", "账号", "账户", "用户", "付款方", "付款账号"),
    ),
    "terminal": (
        *(
            "terminal id",
            "terminal",
            "merchant id",
            "merchant name",
            "merchant",
            "pos id",
            "pos",
            "shop",
            "store",
            "payee",
        ),
        *("beneficiary", "counterparty", "recipient", "receiver", "终端号", "终端编号", "终端", "商户号", "商户编号"),
        *("商户名称", "商户", "商家", "店铺", "收款方", "收款账号", "对方账号", "交易对手"),
    ),
    "id": (
        *(
            "transaction id",
            "tx id",
            "trans num",
            "transaction number",
            "transaction no",
            "trans id",
            "reference",
            "id",
        ),
        *("order id", "交易号", "交易编号", "交易流水号", "流水号", "订单号", "编号", "序号"),
    ),
    "fraud": (
        *("tx fraud", "is fraud", "fraud", "fraud flag", "fraud label", "is fraudulent", "fraudulent", "chargeback"),
        *("class", "label", "target", "是否欺诈", "是否盗刷", "欺诈", "欺诈标签", "盗刷", "标签"),
    ),
    "scenario": ("tx fraud scenario", "fraud scenario"),
}
_UNITS: Mapping[str, Sequence[str]] = {
    "hours": ("step", "hour", "hours", "小时"),
    "minutes": ("minute", "minutes", "min", "分钟"),
    "days": ("day", "days", "天"),
}
_KINDS = (
    *("category", "type", "brand", "country", "city", "region", "state", "lat", "long", "latitude", "longitude", "age"),
    *(
        "amount",
        "limit",
        "balance",
        "count",
        "类别",
        "类型",
        "品牌",
        "国家",
        "城市",
        "地区",
        "省份",
        "年龄",
        "余额",
        "额度",
    ),
)
_FEW, _SMALL = 5, 50
_SAMPLE = 2_000
# Share of cells that can be read: of a column that its content gives away, and of one with the right name.
_LEAST, _SOME = 0.6, 0.02
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands in which column. Correct a guess with `dataclasses.replace`.

    Attributes:
        time, amount: Names of columns; ``""`` where there is none, which `check` refuses.
        clock: Times of day, where `time` holds days only.
        customer, terminal, id, fraud, scenario: Names of columns; None where there is no such column.
        numbers: Further numeric inputs.
        segments: Columns of few values by which results are compared.
        order: How ``03/05/2026`` is read; from the column when None.
        zone: Zone of the bank's clock, such as ``Asia/Shanghai`` or ``+08:00``; the most frequent one in the column
            when None. Times that state no zone are on that clock already.
        unit: Where `time` holds numbers counted from a start that the file does not state: in what they are counted.
        decimal: The mark before cents; from the column when None.
        fraud_value: Which value means fraud; by the words that people use when None.
    """

    time: str = ""
    amount: str = ""
    customer: str | None = None
    terminal: str | None = None
    id: str | None = None
    fraud: str | None = None
    scenario: str | None = None
    clock: str | None = None
    numbers: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    order: Order | None = None
    zone: str | None = None
    unit: Unit | None = None
    decimal: Decimal | None = None
    fraud_value: str | None = None


ROLES: tuple[Role, ...] = ("time", "amount", "customer", "terminal", "id", "fraud", "scenario", "clock")


@dataclass(frozen=True, slots=True)
class Guess:
    """The columns as found.

    Attributes:
        how: For each role that was found what gave it away.
        schema: Key in `SCHEMAS` of the public file that this is; the message is ``fraud-schema-<key>``.
    """

    columns: Columns
    how: Mapping[Role, How] = field(default_factory=dict)
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """A well-known file: the columns that give it away beside those named in `columns`, compared without case."""

    columns: Columns
    needs: tuple[str, ...]


# What a file says after the transaction (balances, flags of the bank) is not known when it is scored, and left out.
SCHEMAS: Mapping[str, Schema] = {
    "handbook": Schema(
        Columns(
            *("TX_DATETIME", "TX_AMOUNT", "CUSTOMER_ID", "TERMINAL_ID", "TRANSACTION_ID", "TX_FRAUD"),
            scenario="TX_FRAUD_SCENARIO",
        ),
        ("TX_DATETIME", "TX_AMOUNT", "CUSTOMER_ID", "TERMINAL_ID"),
    ),
    "ulb": Schema(
        Columns("Time", "Amount", fraud="Class", numbers=tuple(f"V{n}" for n in range(1, 29)), unit="seconds"),
        ("Time", "Amount", *(f"V{n}" for n in range(1, 29))),
    ),
    "sparkov": Schema(
        Columns(
            *("trans_date_trans_time", "amt", "cc_num", "merchant", "trans_num", "is_fraud"),
            segments=("category", "gender", "state"),
            numbers=("city_pop",),
        ),
        ("trans_date_trans_time", "amt", "cc_num", "merchant"),
    ),
    "paysim": Schema(
        Columns(
            *("step", "amount", "nameOrig", "nameDest", None, "isFraud"),
            segments=("type",),
            numbers=("oldbalanceOrg", "oldbalanceDest"),
            unit="hours",
        ),
        ("step", "amount", "nameOrig", "nameDest", "oldbalanceOrg"),
    ),
    "ieee": Schema(
        Columns(
            *("TransactionDT", "TransactionAmt", "card1", None, "TransactionID", "isFraud"),
            segments=("ProductCD", "card4", "card6"),
            numbers=tuple(f"C{n}" for n in range(1, 15)),
            unit="seconds",
        ),
        ("TransactionDT", "TransactionAmt", "card1", "ProductCD"),
    ),
}


def guess(frame: pd.DataFrame) -> Guess:
    """Find the columns of a table; those that were found also where none holds amounts, so that only that is asked."""
    for key, schema in SCHEMAS.items():
        known = _as_schema(schema, frame)
        if known is not None:
            how: dict[Role, How] = {role: "schema" for role in ROLES if getattr(known, role)}
            return Guess(known, how, key)
    return _by_names(frame)


def check(columns: Columns, frame: pd.DataFrame) -> Columns:
    """The columns, if the table has them.

    Raises:
        InputError: ``fraud-no-amount-column`` or ``fraud-no-time-column``, which name the columns there are;
            ``fraud-column-unknown``, ``fraud-column-twice`` where two roles share one, ``fraud-zone-unknown``.
    """
    names = ", ".join(map(str, frame.columns))
    problems = []
    if not columns.time:
        problems.append(Problem("fraud-no-time-column", details={"columns": names}))
    if not columns.amount:
        problems.append(Problem("fraud-no-amount-column", details={"columns": names}))
    wanted = [getattr(columns, role) for role in ROLES if getattr(columns, role)]
    wanted += [*columns.numbers, *columns.segments]
    known = set(map(str, frame.columns))
    problems += [
        Problem("fraud-column-unknown", field=name, details={"columns": names})
        for name in dict.fromkeys(wanted)
        if name not in known
    ]
    problems += [Problem("fraud-column-twice", field=name) for name in dict.fromkeys(wanted) if wanted.count(name) > 1]
    if columns.zone is not None and not is_zone(columns.zone):
        problems.append(Problem("fraud-zone-unknown", details={"zone": columns.zone}))
    if problems:
        raise InputError(*problems)
    return replace(columns, numbers=columns.numbers[:MAX_NUMBERS])


def _as_schema(schema: Schema, frame: pd.DataFrame) -> Columns | None:
    """The schema's columns as this table spells them, without those that it lacks; None where it is another file."""
    spelled = {str(name).casefold(): str(name) for name in frame.columns}
    if any(name.casefold() not in spelled for name in schema.needs):
        return None
    found: dict[str, Any] = {}
    for item in fields(Columns):
        value = getattr(schema.columns, item.name)
        if item.name in ROLES:
            found[item.name] = (
                spelled.get(value.casefold(), "" if item.name in ("time", "amount") else None) if value else value
            )
        elif item.name in ("numbers", "segments"):
            found[item.name] = tuple(spelled[name.casefold()] for name in value if name.casefold() in spelled)
        else:
            found[item.name] = value
    return Columns(**found)


# --- By names and content ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Profile:
    """What a sample of a column's filled cells holds: shares in [0, 1], and the number of different ones in it."""

    filled: int
    distinct: int
    amounts: float
    moments: float
    days_only: float
    clocks: float
    labels: float
    digits: float
    numeric: bool
    counted: bool


def _by_names(frame: pd.DataFrame) -> Guess:
    profiles = {str(name): _profile(frame[name]) for name in frame.columns}
    how: dict[Role, How] = {}
    taken: dict[Role, str] = {}

    def named(role: Role, candidates: Sequence[str]) -> None:
        free = [name for name in candidates if name not in taken.values()]
        found = guess_column(pd.DataFrame(columns=free), {role: NAMES[role]})[role]
        if found is not None:
            taken[role], how[role] = found, "name"

    def by_content(role: Role, candidates: Sequence[str]) -> None:
        free = [name for name in candidates if name not in taken.values()]
        if role not in taken and free:
            taken[role], how[role] = free[0], "content"

    held = {name: profile for name, profile in profiles.items() if profile.filled}
    times = [name for name, profile in held.items() if profile.moments >= _SOME]
    counted = [name for name, profile in held.items() if profile.counted]
    # A column of dates is the time before one of numbers from a start is, and one with times of day before one without.
    named("time", [name for name in times if held[name].days_only < 1])
    if "time" not in taken:
        named("time", times)
    if "time" not in taken:
        by_content("time", [name for name in times if held[name].moments >= _LEAST and not held[name].numeric])
    unit: Unit | None = None
    if "time" not in taken:
        named("time", counted)
        if "time" not in taken:
            steps = guess_column(pd.DataFrame(columns=counted), {"step": _UNITS["hours"]})["step"]
            by_content("time", [steps] if steps else [])
        unit = _unit(taken["time"]) if "time" in taken else None
    if "time" in taken and unit is None and held[taken["time"]].days_only == 1:
        named("clock", [name for name, profile in held.items() if profile.clocks >= _LEAST])
    named("fraud", [name for name, profile in held.items() if profile.labels >= _SOME and profile.distinct <= 6])
    amounts = [name for name, profile in held.items() if profile.amounts >= _SOME]
    named("amount", amounts)
    for role in ("customer", "terminal"):
        named(role, [name for name, profile in held.items() if _identifies(role, name, profile)])
    named("id", [name for name, profile in held.items() if profile.distinct > _MOSTLY * profile.filled])
    named("scenario", [name for name, profile in held.items() if profile.amounts >= _LEAST and profile.distinct <= 6])
    by_content(
        "amount",
        [
            name
            for name in amounts
            if not held[name].counted and held[name].distinct > 2 and held[name].moments < _LEAST
        ],
    )
    free = {name: profile for name, profile in held.items() if name not in taken.values()}
    columns = Columns(
        taken.get("time", ""),
        taken.get("amount", ""),
        **{role: taken.get(role) for role in ROLES[2:]},  # type: ignore[arg-type]
        numbers=tuple(name for name, profile in free.items() if _is_number(profile))[:MAX_NUMBERS],
        segments=tuple(name for name, profile in free.items() if _is_segment(profile)),
        unit=unit,
    )
    return Guess(columns, how)


def _identifies(role: Role, name: str, profile: _Profile) -> bool:
    """Whether a column may name cards or merchants: not their kind, and not how many there are of them.

    Few different ones are enough where the name says so and they look like numbers: the statement of a single card.
    """
    kind = guess_column(pd.DataFrame(columns=[name]), {"kind": _KINDS})["kind"] is not None
    said = _plain(name) in map(_plain, NAMES[role]) and profile.digits >= _MOSTLY
    return not kind and (profile.distinct > _FEW or profile.filled < _SMALL or said)


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def _is_number(profile: _Profile) -> bool:
    # What counts up with the rows is a number of the row or a time, and no property of a transaction.
    return profile.amounts >= 0.9 and profile.moments < _LEAST and profile.distinct > 2 and not profile.counted


def _is_segment(profile: _Profile) -> bool:
    few = 2 <= profile.distinct <= MAX_SEGMENTS and profile.distinct <= max(5, profile.filled // 10)
    return few and not _is_number(profile) and profile.moments < _LEAST and profile.clocks < _LEAST


def _unit(name: str) -> Unit:
    found = guess_column(pd.DataFrame(columns=[name]), _UNITS)
    return next((unit for unit in ("hours", "minutes", "days") if found[unit]), "seconds")


def _profile(column: pd.Series[Any]) -> _Profile:
    sample = column.iloc[np.linspace(0, len(column) - 1, min(len(column), _SAMPLE)).astype(int)]
    texts = texts_of(sample)
    filled = sample[texts != ""]
    if filled.empty:
        return _Profile(0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, numeric=False, counted=False)
    amounts = read_amounts(filled)
    moments = read_moments(filled)
    clocks, wrong = read_clock(filled)
    labels = read_labels(filled)
    read = ~(moments.missing | moments.unreadable)
    numbers = amounts.values[~amounts.unreadable]
    plain = bool(pd.api.types.is_numeric_dtype(column.dtype)) or not bool(amounts.currencies)
    steps = np.diff(numbers)
    return _Profile(
        filled=len(filled),
        distinct=int(pd.Series(texts[texts != ""]).nunique()),
        amounts=float((~amounts.unreadable & ~amounts.missing).mean()),
        moments=float(read.mean()),
        days_only=moments.days_only / max(1, int(read.sum())),
        clocks=float((~wrong).mean()) if clocks.any() else 0.0,
        labels=float((labels.marks != UNKNOWN).mean()),
        digits=float(np.mean([any(map(str.isdigit, text)) for text in texts if text])),
        numeric=plain and len(numbers) == len(filled),
        counted=plain and len(numbers) > 2 and bool((numbers >= 0).all() and (steps >= 0).all() and steps.any()),
    )
