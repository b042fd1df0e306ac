"""Which column of a user's table holds the texts, the dates, the groups and the languages.

Told by the names that people give to columns, in both languages, and by what the cells hold: a name alone never makes
a column of numbers the texts, and a column with a name of its own is found by its content.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from bigmodel_apps.dates import Order, read_dates
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import guess_column
from bigmodel_apps.text.language import HAN

Role = Literal["text", "date", "language", "group"]
How = Literal["name", "content"]

NAMES: Mapping[Role, Sequence[str]] = {
    "text": (
        *("review", "reviews", "review text", "comment", "comments", "feedback", "content", "message", "body", "tweet"),
        *(
            "post",
            "answer",
            "verbatim",
            "opinion",
            "sentence",
            "评论",
            "评论内容",
            "评价",
            "评价内容",
            "内容",
            "文本",
            "留言",
        ),
        *("反馈", "意见", "正文", "点评", "描述"),
    ),
    "date": (
        *("day", "time", "timestamp", "datetime", "created at", "created", "posted", "published", "when", "submitted"),
        *("日期", "时间", "评论时间", "评论日期", "发布时间", "创建时间", "下单时间"),
    ),
    "language": ("lang", "locale", "语言", "语种"),
    "group": (
        *("segment", "branch", "store", "shop", "region", "platform", "category", "product", "channel", "version"),
        *(
            "location",
            "city",
            "country",
            "team",
            "department",
            "source",
            "device",
            "brand",
            "分组",
            "组别",
            "门店",
            "分店",
        ),
        *(
            "店铺",
            "地区",
            "区域",
            "城市",
            "平台",
            "渠道",
            "产品",
            "商品",
            "品牌",
            "类别",
            "类目",
            "版本",
            "部门",
            "来源",
            "设备",
        ),
    ),
}
MAX_GROUPS = 50
"""A column with more different values is no grouping."""

LANGUAGES: Mapping[str, str] = {
    **dict.fromkeys(("en", "eng", "english", "英文", "英语"), "en"),
    **dict.fromkeys(
        ("zh", "zho", "chi", "cn", "chinese", "mandarin", "中文", "汉语", "简体中文", "简体", "繁体中文"), "zh"
    ),
}
_OTHER_LANGUAGES = frozenset(
    (
        *(
            "ar",
            "de",
            "es",
            "fr",
            "hi",
            "id",
            "it",
            "ja",
            "ko",
            "ms",
            "nl",
            "pl",
            "pt",
            "ru",
            "sv",
            "th",
            "tr",
            "uk",
            "vi",
        ),
        *("german", "french", "spanish", "japanese", "korean", "italian", "russian", "portuguese", "mixed", "other"),
        *("unknown", "日语", "日文", "韩语", "法语", "德语", "西班牙语", "俄语", "混合", "其他"),
    )
)
# A verdict, an identifier or a mark is no grouping.
_NOT_GROUPS = ("id", "rating", "stars", "score", "label", "sentiment", "评分", "星级", "标签", "情感", "编号", "序号")
_SAMPLE = 2_000
_FREE_TEXT = 12.0


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands in which column. Correct a guess with `dataclasses.replace`.

    Attributes:
        text, date, language, group: Names of columns; None where there is no such column. No texts are ``""``, which
            `check` refuses.
        order: How ``03/05/2026`` is read; from the dates themselves when None.
    """

    text: str
    date: str | None = None
    language: str | None = None
    group: str | None = None
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """The columns as found, and for each that was found whether its name or its content gave it away."""

    columns: Columns
    how: Mapping[Role, How]


@dataclass(frozen=True, slots=True)
class _Profile:
    """What a column holds: shares in [0, 1] of its filled cells, number of different ones, length of the median one."""

    filled: int
    distinct: int
    numbers: float
    dates: float
    languages: float
    width: float

    @property
    def is_text(self) -> bool:
        return bool(self.filled) and max(self.numbers, self.dates, self.languages) < 0.5


def guess(frame: pd.DataFrame) -> Guess:
    """Find the columns of a table; those that were found also where none holds texts, so that only that is asked."""
    profiles = {str(name): _profile(frame[name]) for name in frame.columns}
    how: dict[Role, How] = {}
    text = _text(profiles, how)
    found: dict[Role, str | None] = {"date": None, "language": None, "group": None}
    fits = {"date": _is_date, "language": _is_language, "group": _is_group}
    for role in ("date", "language", "group"):
        free = [name for name in profiles if name != text and name not in found.values()]
        found[role] = _named(role, [name for name in free if fits[role](name, profiles[name])], how)
        if found[role] is None:
            content = [name for name in free if fits[role](name, profiles[name]) and profiles[name].numbers < 0.5]
            if content:
                found[role] = min(content, key=lambda name: profiles[name].distinct) if role == "group" else content[0]
                how[role] = "content"
    return Guess(Columns(text, found["date"], found["language"], found["group"]), how)


def check(columns: Columns, frame: pd.DataFrame) -> Columns:
    """The columns, if the table has them.

    Raises:
        InputError: ``sentiment-no-text-column``, which names the columns there are; ``sentiment-column-unknown``, or
            ``sentiment-column-twice`` where two roles share one.
    """
    if not columns.text:
        raise InputError(Problem("sentiment-no-text-column", details={"columns": ", ".join(map(str, frame.columns))}))
    roles: dict[Role, str] = {}
    for role in NAMES:
        name = getattr(columns, role)
        if name is None:
            continue
        if name not in frame.columns:
            names = ", ".join(map(str, frame.columns))
            raise InputError(Problem("sentiment-column-unknown", field=name, details={"columns": names}))
        if name in roles.values():
            raise InputError(Problem("sentiment-column-twice", field=name))
        roles[role] = name
    return replace(columns)


def language_code(value: str) -> str:
    """``en`` or ``zh`` for what people write into a column of languages (``zh-CN``, ``English``); else ``""``."""
    plain = value.strip().casefold()
    return LANGUAGES.get(plain) or LANGUAGES.get(plain.replace("_", "-").split("-")[0], "")


def _text(profiles: Mapping[str, _Profile], how: dict[Role, How]) -> str:
    free = {name: profile for name, profile in profiles.items() if profile.is_text}
    if len(profiles) == 1 and len(free) == 1:
        return next(iter(free))
    named = _named("text", list(free), how)
    longest = max(free, key=lambda name: free[name].width, default=None)
    if longest is not None and (named is None or free[longest].width > 8 * max(1.0, free[named].width)):
        # "comment type" is no text beside a column of paragraphs.
        named = longest if free[longest].width >= _FREE_TEXT else None
        if named:
            how["text"] = "content"
        else:
            how.pop("text", None)
    return named or ""


def _named(role: Role, candidates: Sequence[str], how: dict[Role, How]) -> str | None:
    found = guess_column(pd.DataFrame(columns=list(candidates)), {role: NAMES[role]})[role]
    if found is not None:
        how[role] = "name"
    return found


def _is_date(_name: str, profile: _Profile) -> bool:
    return bool(profile.filled) and profile.dates >= 0.6


def _is_language(_name: str, profile: _Profile) -> bool:
    return bool(profile.filled) and profile.languages >= 0.9


def _is_group(name: str, profile: _Profile) -> bool:
    repeated = profile.distinct <= max(5, profile.filled // 5)
    verdict = guess_column(pd.DataFrame(columns=[name]), {"id": _NOT_GROUPS})["id"] is not None
    short = profile.width <= 30 and profile.dates < 0.5
    return (
        not verdict and short and repeated and 2 <= profile.distinct <= MAX_GROUPS and profile.distinct < profile.filled
    )


def _profile(column: pd.Series[Any]) -> _Profile:
    texts = column.dropna().astype(str).str.strip()
    texts = texts[texts != ""]
    if texts.empty:
        return _Profile(0, 0, 0.0, 0.0, 0.0, 0.0)
    sample = texts.iloc[np.linspace(0, len(texts) - 1, min(len(texts), _SAMPLE)).astype(int)]
    numeric = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    numbers = 1.0 if numeric else float(pd.to_numeric(sample.str.rstrip("%"), errors="coerce").notna().mean())
    dates = read_dates(column.dropna() if pd.api.types.is_datetime64_any_dtype(column.dtype) else sample)
    languages = sample.map(lambda text: bool(language_code(text)) or text.casefold() in _OTHER_LANGUAGES)
    known = sample.map(lambda text: bool(language_code(text)))
    return _Profile(
        len(texts),
        int(texts.nunique()),
        numbers,
        float(1 - np.isnat(dates.days).mean()),
        float(languages.mean()) if known.any() else 0.0,
        float(sample.map(_width).median()),
    )


def _width(text: str) -> float:
    """Characters, Chinese ones twice."""
    return len(text) + len(HAN.findall(text))
