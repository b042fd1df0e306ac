"""Figures, dates and contact points of a text, written the same way in English and Chinese.

"thirty days", "30 days" and "三十天" are one fact, "30 hours" is another. What a composed answer must not get wrong is
compared by these facts, exactly; see `support`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bigmodel_apps.text.segmentation import normalize

# --- Contact points -------------------------------------------------------------------------------------------------

# Written so that a person still understands them: hxxps, evil[.]example, evil (dot) com, name [at] host.
_DOT = re.compile(r"\s*[\[({]\s*(?:\.|dot|点)\s*[\])}]\s*|\s+dot\s+(?=[a-z]{2,8}\b)")
_AT = re.compile(r"\s*[\[({]\s*(?:@|at)\s*[\])}]\s*")
_HAN_OR_SPACE = r"\s\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_CONTACT = re.compile(
    rf"""
      (?:javascript|vbscript|data|mailto|tel|sms|file|ftp|hxxps?|https?|wss?|weixin|intent|market|itms-apps):[^{_HAN_OR_SPACE}]+
    | [\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)*                                       # e-mail
    | (?<![\w@])@[a-z_][\w.]{{2,}}                                               # handle
    | (?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.)+(?:[a-z]{{2,24}}|xn--[a-z0-9-]+)(?::\d+)?(?:/[^{_HAN_OR_SPACE}]*)?
    | (?:[\w-]+\.)+(?:中国|公司|网络|在线|商店|集团)                                # a Chinese domain
    | \d{{1,3}}(?:\.\d{{1,3}}){{3}}(?::\d+)?(?:/[^{_HAN_OR_SPACE}]*)?              # IP address
    | (?<![\w.])(?!\d{{4}}-\d{{1,2}}-\d{{1,2}}\b)\+?\(?\d(?:[ ().-]{{0,2}}\d){{6,}}  # telephone, account, card
    | (?<=[^a-z])(?:(?:call|dial|phone|ring|text|sms|拨打|致电|热线|电话|短信|号码)[^\d\n]{{0,12}})(?P<short>\d{{3,}})
    | (?:微信|qq|电报|telegram|whatsapp|wechat|skype|discord|signal)\s*(?:号码|号|群|id|at)?\s*[:是为]?\s*[a-z0-9_-]{{4,}}
    """,
    re.VERBOSE,
)
_TRAILING = ".,;:!?)]}>'\"*_`~|"


def contacts(text: str) -> frozenset[str]:
    """Ways to leave the conversation: addresses, e-mails, handles, telephone and account numbers, in one spelling."""
    folded = _plain(text)
    return frozenset(_spelling(match["short"] or match[0]) for match in _CONTACT.finditer(f" {folded}"))


def without_contacts(text: str) -> str:
    """The text with an ellipsis for each contact point. Only for what nobody shall act on: it is folded if it has any."""
    folded = _plain(text)
    hidden = _CONTACT.sub("…", f" {folded}").strip()
    return hidden if hidden != folded.strip() else text


def _plain(text: str) -> str:
    return _AT.sub("@", _DOT.sub(".", normalize(text)))


def _spelling(contact: str) -> str:
    contact = re.sub(r"\A(?:https?|hxxps?)://|\A(?:mailto|tel|sms):", "", contact).removeprefix("www.")
    if not re.search(r"[a-z@\u3400-\u9fff]", contact) and contact.count(".") != 3:
        return re.sub(r"\D", "", contact)
    return contact.rstrip(_TRAILING).rstrip("/")


# --- Figures --------------------------------------------------------------------------------------------------------

_ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred")
_WORDS = {word: place for place, word in enumerate(_ONES, 1)} | {
    word: place * 10 for place, word in enumerate(_TENS, 2)
}
_DIGITS = {"零": 0, "〇": 0, "两": 2, "半": 0} | {digit: place for place, digit in enumerate("一二三四五六七八九", 1)}
_POWERS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_TIMES = {"thousand": 1_000, "k": 1_000, "million": 1_000_000, "千": 1_000, "万": 10_000, "亿": 100_000_000}
# One name for each unit that changes what a figure says.
_UNITS = {
    "percent": r"%|percent\b|per cent\b|个百分点",
    "workday": r"(?:working|business|work|week)[ -]?days?\b|个?工作日",
    "second": r"seconds?\b|secs?\b|秒钟?",
    "minute": r"minutes?\b|mins?\b|分钟",
    "hour": r"hours?\b|hrs?\b|个?(?:小时|钟头)",
    "day": r"(?:(?:calendar|full|consecutive)[ -])?days?\b|个?(?:自然|日历)日|天",
    "week": r"weeks?\b|个?(?:星期|礼拜)|周(?!一|二|三|四|五|六|日|末|年)",
    "month": r"months?\b|个月",
    "year": r"years?\b|年(?!\d|[零〇一二三四五六七八九十])",
    "usd": r"usd\b|(?:us )?dollars?\b|美元",
    "eur": r"eur\b|euros?\b|欧元",
    "gbp": r"gbp\b|pounds?\b|英镑",
    "cny": r"cny\b|rmb\b|yuan\b|人民币|元|块钱?",
}
_SYMBOLS = {"$": "usd", "€": "eur", "£": "gbp", "¥": "cny"}
_UNIT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items())
_HAN_NUMBER = "[零〇一二两三四五六七八九十百千万亿半]"
_FIGURE = re.compile(
    rf"(?P<symbol>[$€£¥])?\s?(?P<number>\d+(?:[.,]\d+)*)(?:\s?(?P<times>thousand|million|k(?![a-z])|[千万亿]))?"
    rf"(?:[ -]?(?:{_UNIT}))?"
)
_SPELT = re.compile(
    rf"\b(?P<number>(?:(?:{'|'.join(word for word in _WORDS if word.endswith('ty'))})-)?(?:{'|'.join(_WORDS)}))\b"
    rf"(?:[ -](?:{_UNIT}))?"
)
_HAN_FIGURE = re.compile(
    rf"(?P<share>百分之)?(?P<number>{_HAN_NUMBER}+)(?:{_UNIT}|(?P<measure>[个次件倍折成份张笔位条种级人]))?"
)
_ARTICLE = re.compile(rf"(?:\b(?:a|an|per|each|every|one)\s|每)(?:{_UNIT})")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = re.compile(
    rf"\b(?P<name>{'|'.join(month for month in _MONTHS if month not in ('may', 'march'))})\b"
    r"|(?<=\d )(?P<after>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|march)\b"
    r"|\b(?P<before>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|march)\b(?=\.? \d)"
    rf"|(?<!\d)(?P<number>\d{{1,2}}|{_HAN_NUMBER}{{1,2}})月(?!内|薪|费)"
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HAN_DAYS = "一二三四五六日"
_DAY = re.compile(rf"\b(?P<name>{'|'.join(_DAYS)})s?\b|(?:周|星期|礼拜)(?P<han>[一二三四五六日天])")


def facts(text: str, *, required: bool = False) -> frozenset[str]:
    """What a text says in figures, dates and contact points.

    Args:
        text: Any text.
        required: For the text that has to be supported: only the most exact form of each figure, and not a lone "one".
            Otherwise, for the text that supports: each figure with its unit and without it.
    """
    plain = _plain(text)
    found = {f"contact {contact}" for contact in contacts(text)}
    plain = _CONTACT.sub(" ", f" {plain}")
    for match in _MONTH.finditer(plain):
        name, number = match["name"] or match["after"] or match["before"], match["number"]
        found.add(f"month {_place(_MONTHS, name) if name else int(number) if number[0].isdigit() else _han(number)}")
    plain = _MONTH.sub(lambda match: " " if match["number"] else match[0], plain)
    for pattern in (_FIGURE, _SPELT, _HAN_FIGURE):
        for match in pattern.finditer(plain):
            found |= _figure(match, required)
    if not required:
        found |= {f"1 {_unit(match)}" for match in _ARTICLE.finditer(plain)}
    for match in _DAY.finditer(plain):
        day = _place(_DAYS, match["name"]) if match["name"] else _HAN_DAYS.index(match["han"].replace("天", "日")) + 1
        found.add(f"weekday {day}")
    return frozenset(found)


def without_facts(text: str) -> str:
    """The text, folded, with a space for each figure and contact point."""
    plain = _CONTACT.sub(" ", f" {_plain(text)}")
    for pattern in (_FIGURE, _SPELT, _HAN_FIGURE):
        plain = pattern.sub(lambda match: " " if _figure(match, False) else match[0], plain)
    return plain


def _place(names: Sequence[str], name: str) -> int:
    return next(place for place, full in enumerate(names, 1) if full.startswith(name[:3]))


def _figure(match: re.Match[str], required: bool) -> set[str]:
    groups = match.groupdict()
    unit = _SYMBOLS.get(groups.get("symbol") or "") or ("percent" if groups.get("share") else _unit(match))
    number = match["number"]
    if number[0].isdigit():
        values = _values(number)
        if groups.get("times"):
            values = [value * _TIMES[groups["times"] or ""] for value in values]
    elif match.re is _SPELT:
        values = [Decimal(sum(_WORDS[part] for part in number.split("-")))]
    else:
        if not unit and not groups.get("measure"):  # 一下, 十分, 万一: no figure
            return set()
        values = [_han(number)]
    if required and not number[0].isdigit() and not unit and values == [1]:
        return set()
    if unit == "year" and values[0] >= 1900:  # 2026年 is a date
        unit = ""
    exact = {f"{_text(value)} {unit}".strip() for value in values}
    return exact if required else exact | {_text(value) for value in values}


def _unit(match: re.Match[str]) -> str:
    return next((name for name in _UNITS if match[name]), "")


def _values(number: str) -> list[Decimal]:
    """1,000 and 12.50 are one number; 12.05.2026 and 3,4 are several."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number):
        number = number.replace(",", "")
    if re.fullmatch(r"\d+(\.\d+)?", number):
        return [Decimal(number)]
    return [Decimal(part) for part in re.split("[.,]", number)]


def _han(number: str) -> Decimal:
    total = section = digit = 0
    for character in number:
        if character in _DIGITS:
            digit = _DIGITS[character]
            continue
        power = _POWERS[character]
        if power >= 10_000:
            total, section, digit = (total + section + digit or 1) * power, 0, 0
        else:
            section, digit = section + (digit or 1) * power, 0
    return Decimal(total + section + digit) + (Decimal("0.5") if "半" in number else 0)


def _text(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"
