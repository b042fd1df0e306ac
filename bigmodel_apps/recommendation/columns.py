"""Which column of a user's table names who chose, what, when, and how it was liked.

Well-known public files are recognised as a whole, also those without a header. In any other, columns are told by the
names that people give them, in both languages, and by what the cells hold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd

from bigmodel_apps.dates import Order, is_zone, read_moments, texts_of
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.recommendation.cells import read_numbers, read_unix
from bigmodel_apps.tables import Table, guess_column

Role = Literal["user", "item", "time", "rating", "basket", "quantity", "amount", "price", "title", "category"]
ItemRole = Literal["item", "title", "category", "price", "description"]
How = Literal["schema", "name", "content"]

ROLES: tuple[Role, ...] = (
    *("user", "item", "time", "rating", "basket"),
    *("quantity", "amount", "price", "title", "category"),
)
ITEM_ROLES: tuple[ItemRole, ...] = ("item", "title", "category", "price", "description")

NAMES: Mapping[Role, Sequence[str]] = {
    "user": (
        *("user id", "user", "customer id", "customer", "reviewer id", "visitor id", "member id", "client id"),
        *("shopper id", "shopper", "account id", "buyer id", "buyer", "person id", "member", "client", "reviewer"),
        *("visitor", "viewer", "reader", "listener", "household id", "session id", "用户编号", "用户", "用户名"),
        *("客户编号", "客户号", "客户", "顾客", "会员号", "会员", "买家", "账号", "读者", "观众"),
    ),
    "item": (
        *("item id", "item", "product id", "parent asin", "asin", "stock code", "sku", "movie id", "book id", "isbn"),
        *(
            "song id",
            "track id",
            "artist id",
            "article id",
            "course id",
            "video id",
            "game id",
            "content id",
            "good id",
        ),
        *("product", "movie", "film", "book", "article", "business id", "goods id", "goods", "course", "product code"),
        *("物品编号", "物品", "商品编号", "商品编码", "商品号", "商品", "产品编号", "产品", "货号", "电影", "影片"),
        *("图书", "书名", "课程", "文章", "歌曲", "视频", "名称"),
    ),
    "time": (
        *("timestamp", "unix review time", "review time", "invoice date", "order date", "purchase date", "event time"),
        *("date time", "datetime", "created at", "ordered at", "bought at", "viewed at", "time", "date", "t dat"),
        *("时间戳", "下单时间", "购买时间", "评分时间", "评价时间", "浏览时间", "购买日期", "订单日期", "时间", "日期"),
    ),
    "rating": (
        *("rating", "overall", "stars", "star rating", "score", "review score", "book rating", "weight", "plays"),
        *("评分", "打分", "星级", "分数", "评价分"),
    ),
    "basket": (
        *("basket id", "basket", "invoice no", "invoice", "order id", "order no", "order number", "transaction id"),
        *("session id", "receipt id", "receipt", "ticket", "订单号", "订单编号", "小票号", "发票号", "交易号", "会话"),
    ),
    "quantity": ("quantity", "qty", "units", "pieces", "数量", "件数", "购买数量"),
    "amount": (
        *("amount", "total", "revenue", "sales", "line total", "total price", "spend", "value", "payment"),
        *("金额", "总价", "总额", "实付", "支付金额", "成交金额"),
    ),
    "price": ("unit price", "price", "item price", "sale price", "单价", "价格", "售价"),
    "title": (
        *("title", "item title", "item name", "product title", "product name", "description", "movie title", "name"),
        *("book title", "商品名称", "产品名称", "商品名", "标题", "名称", "描述"),
    ),
    "category": (
        *(
            "category",
            "main category",
            "categories",
            "genre",
            "genres",
            "department",
            "product type",
            "type",
            "section",
        ),
        *("类别", "分类", "类目", "品类", "类型"),
    ),
}
ITEM_NAMES: Mapping[ItemRole, Sequence[str]] = {
    "item": ("id", *NAMES["item"], "编号", "编码"),
    "title": NAMES["title"],
    "category": NAMES["category"],
    "price": NAMES["price"],
    "description": ("description", "details", "summary", "overview", "text", "描述", "简介", "详情", "介绍"),
}
_SAMPLE = 2_000
# Share of a column's filled cells that have to be readable: of one with the right name, and of one without.
_SOME, _LEAST = 0.02, 0.9
_MOST_LEVELS = 21
"""A column of ratings without a name has at most so many different values: half steps from 0 to 10."""

_RENAMED = ("table-column-duplicate", "table-column-unnamed")
_FEW = 100
# Files of Amazon's ratings alone name the item first or the user first; ids of users begin with A and are longer.
_AMAZON_ITEM, _AMAZON_USER = re.compile(r"[0-9A-Z]{10}"), re.compile(r"A[0-9A-Z]{11,20}")


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands in which column. Correct a guess with `dataclasses.replace`.

    Attributes:
        user, item: Names of columns; ``""`` where there is none, which `check` refuses.
        time, rating, basket, quantity, amount, price, title, category: Names of columns; None where there is none.
        order: How ``03/05/2026`` is read; from the column when None.
        zone: Zone of the clock, such as ``Asia/Shanghai`` or ``+08:00``; the most frequent one in the column when None.
        liked_from: Ratings below it are no choice; all ratings are choices when None.
        numbered: Whether items whose id does not begin with a digit are left out: postage, fees, adjustments.
    """

    user: str = ""
    item: str = ""
    time: str | None = None
    rating: str | None = None
    basket: str | None = None
    quantity: str | None = None
    amount: str | None = None
    price: str | None = None
    title: str | None = None
    category: str | None = None
    order: Order | None = None
    zone: str | None = None
    liked_from: float | None = None
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class ItemColumns:
    """What stands in which column of a file of items; `item` is ``""`` where none names them."""

    item: str = ""
    title: str | None = None
    category: str | None = None
    price: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """The columns as found.

    Attributes:
        how: For each role that was found what gave it away.
        schema: Key in `SCHEMAS` of the public file that this is; the message is ``recommendation-schema-<key>``.
    """

    columns: Columns
    how: Mapping[Role, How] = field(default_factory=dict)
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """A well-known file: its columns, compared without case, and those that give it away."""

    columns: Columns
    needs: tuple[str, ...]


# The title of a review is none of an item.
SCHEMAS: Mapping[str, Schema] = {
    "movielens": Schema(
        Columns("userId", "movieId", "timestamp", "rating", title="title", category="genres"),
        ("userId", "movieId", "rating", "timestamp"),
    ),
    "online-retail": Schema(
        Columns(
            *("Customer ID", "StockCode", "InvoiceDate"),
            basket="Invoice",
            quantity="Quantity",
            price="Price",
            title="Description",
            numbered=True,
        ),
        ("Customer ID", "StockCode", "Invoice", "Quantity"),
    ),
    "online-retail-2011": Schema(
        Columns(
            *("CustomerID", "StockCode", "InvoiceDate"),
            basket="InvoiceNo",
            quantity="Quantity",
            price="UnitPrice",
            title="Description",
            numbered=True,
        ),
        ("CustomerID", "StockCode", "InvoiceNo", "Quantity"),
    ),
    "amazon-2018": Schema(
        Columns("reviewerID", "asin", "unixReviewTime", "overall"), ("reviewerID", "asin", "overall")
    ),
    "amazon-2023": Schema(
        Columns("user_id", "parent_asin", "timestamp", "rating"), ("user_id", "parent_asin", "rating", "timestamp")
    ),
}
HEADERLESS = ("user", "item", "rating", "time")
"""What the columns of MovieLens' ``u.data`` and ``ratings.dat`` and of Amazon's files of ratings alone are called here."""

C = TypeVar("C", Columns, ItemColumns)


def with_header(table: Table, names: Sequence[str] | None = None) -> Table:
    """A table whose file has no header, which took its first row for one, with that row put back; others as they are.

    A header has none where two cells or more are numbers: nobody calls columns so. Columns that ``::`` separates are
    taken apart.

    Args:
        names: Of the columns; ``column 1`` and so on by default.
    """
    frame, report = table.frame, table.report
    renamed = {str(note.details["renamed"]): note.field or "" for note in report.notes if note.code in _RENAMED}
    header = [renamed.get(str(name), str(name)) for name in frame.columns]
    if len(header) == 1 and header[0].count("::") >= 2:
        parts = [header[0].split("::"), *frame.iloc[:, 0].astype(str).str.split("::").tolist()]
        wide = max(map(len, parts))
        frame = pd.DataFrame([one + [""] * (wide - len(one)) for one in parts])
    elif sum(_is_number(name) for name in header) >= 2:
        frame = pd.concat([pd.DataFrame([header], columns=frame.columns), frame], ignore_index=True)
    else:
        return table
    given = names if names is not None and len(names) == frame.shape[1] else ()
    if given and all(_AMAZON_ITEM.fullmatch(cell) for cell in frame.iloc[:_FEW, 0].astype(str)):
        given = (given[1], given[0], *given[2:]) if _AMAZON_USER.fullmatch(str(frame.iloc[0, 1])) else given
    frame.columns = pd.Index([given[place] if given else f"column {place + 1}" for place in range(frame.shape[1])])
    notes = [note for note in report.notes if note.code not in _RENAMED]
    # Row 1 of a file without a header is its first line.
    numbers = np.concatenate([[1], table.row_numbers + 1])
    return Table(frame, replace(report, rows=len(frame), columns=frame.shape[1], notes=notes), numbers)


def guess(frame: pd.DataFrame) -> Guess:
    """Find the columns of a table; those that were found also where none names users, so that only that is asked."""
    for key, schema in SCHEMAS.items():
        known = _as_schema(schema, frame)
        if known is not None:
            how: dict[Role, How] = {role: "schema" for role in ROLES if getattr(known, role)}
            return Guess(known, how, key)
    return _by_names(frame)


def guess_items(frame: pd.DataFrame) -> ItemColumns:
    """Find the columns of a file of items: by their names, else its first column names them and its second one is the
    title."""
    names = [str(name) for name in frame.columns]
    found = guess_column(frame, {str(role): synonyms for role, synonyms in ITEM_NAMES.items()})
    if found["item"] is None:
        free = [name for name in names if name not in found.values()]
        found["item"] = free[0] if free else None
    if found["title"] is None:
        found["title"] = next((name for name in names[:3] if name not in found.values()), None)
    if found["title"] is None and found["description"] is not None:
        found |= {"title": found["description"], "description": None}
    return ItemColumns(found["item"] or "", *(found[role] for role in ITEM_ROLES[1:]))


def check(columns: C, frame: pd.DataFrame) -> C:
    """The columns, if the table has them.

    Raises:
        InputError: ``recommendation-no-user-column`` or ``recommendation-no-item-column``, which name the columns there
            are; ``recommendation-column-unknown``, ``recommendation-column-twice`` where two roles share one,
            ``recommendation-zone-unknown``.
    """
    names = ", ".join(map(str, frame.columns))
    roles: Sequence[str] = ROLES if isinstance(columns, Columns) else ITEM_ROLES
    problems = [
        Problem(f"recommendation-no-{role}-column", details={"columns": names})
        for role in ("user", "item")
        if getattr(columns, role, None) == ""
    ]
    wanted = [getattr(columns, role) for role in roles if getattr(columns, role)]
    known = set(map(str, frame.columns))
    problems += [
        Problem("recommendation-column-unknown", field=name, details={"columns": names})
        for name in dict.fromkeys(wanted)
        if name not in known
    ]
    # What items are called may be all that names them.
    shared = {columns.item} if columns.title == columns.item else set()
    problems += [
        Problem("recommendation-column-twice", field=name)
        for name in dict.fromkeys(wanted)
        if wanted.count(name) > 1 + (name in shared)
    ]
    if isinstance(columns, Columns) and columns.zone is not None and not is_zone(columns.zone):
        problems.append(Problem("recommendation-zone-unknown", details={"zone": columns.zone}))
    if problems:
        raise InputError(*problems)
    return columns


def _as_schema(schema: Schema, frame: pd.DataFrame) -> Columns | None:
    """The schema's columns as this table spells them, without those that it lacks; None where it is another file."""
    spelled = {str(name).casefold(): str(name) for name in frame.columns}
    if any(name.casefold() not in spelled for name in schema.needs):
        return None
    found: dict[str, Any] = {}
    for item in fields(Columns):
        value = getattr(schema.columns, item.name)
        found[item.name] = spelled.get(value.casefold()) if item.name in ROLES and value else value
    return Columns(**found)


# --- By names and content ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Profile:
    """What a sample of a column's filled cells holds: shares in [0, 1], and counts of different ones in it."""

    filled: int
    distinct: int
    numbers: float
    moments: float
    long: float


def _by_names(frame: pd.DataFrame) -> Guess:
    profiles = {str(name): _profile(frame[name]) for name in frame.columns}
    held = {name: profile for name, profile in profiles.items() if profile.filled}
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

    numeric = [name for name, profile in held.items() if profile.numbers >= _SOME]
    times = [name for name, profile in held.items() if profile.moments >= _SOME]
    named("time", times)
    for role in ("rating", "quantity", "price", "amount"):
        named(role, numeric)
    named("user", list(held))
    named("item", list(held))
    named("basket", list(held))
    if "user" not in taken and "basket" in taken:  # an order stands for a user where no user is named
        taken["user"], how["user"] = taken.pop("basket"), how.pop("basket")
    named("title", [name for name, profile in held.items() if profile.numbers < _LEAST])
    named("category", list(held))
    by_content("time", [name for name in times if held[name].moments >= _LEAST and _tells_time(held[name])])
    levels = [n for n in numeric if held[n].numbers >= _LEAST and held[n].distinct <= _MOST_LEVELS < held[n].filled]
    if "user" not in taken or "item" not in taken:
        by_content("rating", levels)
        by_content("user", list(held))
        by_content("item", list(held))
    if "item" not in taken and "title" in taken:  # items that are known by their title alone
        taken["item"], how["item"] = taken.pop("title"), how.pop("title")
    columns = Columns(
        taken.get("user", ""),
        taken.get("item", ""),
        **{role: taken.get(role) for role in ROLES[2:]},  # type: ignore[arg-type]
    )
    return Guess(columns, how)


def _tells_time(profile: _Profile) -> bool:
    """Whether cells that can be read as moments are likely to be some: numbers of five digits are often something else."""
    return profile.numbers < _LEAST or profile.long >= _LEAST


def _profile(column: pd.Series[Any]) -> _Profile:
    sample = column.iloc[np.linspace(0, len(column) - 1, min(len(column), _SAMPLE)).astype(int)]
    texts = texts_of(sample)
    filled = sample[texts != ""]
    if filled.empty:
        return _Profile(0, 0, 0.0, 0.0, 0.0)
    numbers = read_numbers(filled)
    unix = read_unix(filled)
    moments = read_moments(filled) if unix is None else None
    shown = texts[texts != ""]
    return _Profile(
        filled=len(filled),
        distinct=int(pd.Series(shown).nunique()),
        numbers=float((~numbers.missing & ~numbers.unreadable).mean()),
        moments=1.0 if moments is None else float((~(moments.missing | moments.unreadable)).mean()),
        long=float(np.mean([len(text.partition(".")[0]) >= 8 for text in shown])),
    )


def _is_number(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(re.fullmatch(r"[+-]?\d+([.,]\d+)?", plain))
