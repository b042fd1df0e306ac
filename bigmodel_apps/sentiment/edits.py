"""Small edits that show what a verdict hangs on: negate, swap a name, change a word; simple rules in both languages."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.sentiment.schema import Output
from bigmodel_apps.text.language import HAN, Language, detect

Kind = Literal["negate", "name", "word"]


class Edit(NamedTuple):
    """An edited text. ``after[start:end]`` is what is new; where something was only left out, nothing."""

    after: str
    start: int
    end: int


class Change(NamedTuple):
    """What an edit did to the verdict: differences after minus before."""

    label: bool
    positive: float
    opinion: float


# Names that should not matter to a verdict, each group of counterparts together.
NAMES: dict[Language, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("Emily", "Anne", "Katie", "Sarah", "Lakisha", "Ebony", "Fatima", "Mei"),
        ("Greg", "Brad", "John", "Peter", "Jamal", "Darnell", "Mohammed", "Wei"),
        ("France", "Germany", "Canada", "Japan", "China", "Mexico", "Nigeria", "Afghanistan", "Iraq"),
        ("French", "German", "Canadian", "Japanese", "Chinese", "Mexican", "Nigerian", "Afghan", "Iraqi"),
        ("London", "Paris", "New York", "Tokyo", "Shanghai", "Lagos", "Kabul", "Baghdad"),
    ),
    "zh": (
        ("王芳", "李娜", "张敏", "刘洋", "古丽", "卓玛", "安娜"),
        ("张伟", "王强", "李军", "刘波", "买买提", "扎西", "约翰"),
        ("法国", "德国", "加拿大", "日本", "美国", "墨西哥", "尼日利亚", "阿富汗"),
        ("北京", "上海", "广州", "成都", "河南", "东北", "新疆", "西藏"),
    ),
}

_BE = r"is|are|was|were|am|has been|have been|will|would|can|could|should|must|does|did|do"
_NEGATED = re.compile(rf"\b(?P<verb>{_BE}|has|have|had)(?:\s+not|n['’]t)\b", re.IGNORECASE)
_IRREGULAR = re.compile(r"\b(?P<verb>won['’]t|can['’]t|cannot)(?!\w)", re.IGNORECASE)
_REGULAR = {"won't": "will", "can't": "can", "cannot": "can"}
_NEVER = re.compile(r"\bnever\s+", re.IGNORECASE)
_VERB = re.compile(rf"\b(?:{_BE})\b(?!\s+not\b|n['’]t)", re.IGNORECASE)
# Verbs of opinion, for sentences without an auxiliary; the past of most is regular.
_PLAIN = re.compile(
    r"\b(?P<verb>love|like|enjoy|recommend|hate|dislike|adore|want|work|trust|look|feel|taste|need|help|deserve)"
    r"(?P<form>s|d|ed)?\b",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(
    r"\b(?P<word>good|great|excellent|bad|terrible|awful|nice|friendly|helpful|happy|clean|tasty|delicious|fast|slow"
    r"|rude|dirty|expensive|cheap|wonderful|amazing|perfect|fresh|comfortable|useful|boring|funny)\b",
    re.IGNORECASE,
)

_ZH_UNDO = (
    ("不是", "是"), ("没有", "有"), ("不太", "很"), ("不够", "很"), ("并不", ""), ("从不", "总是"), ("不怎么", "很"),
)  # fmt: skip
# Words that hold 不 or 没 and are no negation.
_ZH_WHOLE = re.compile(
    "不错|不但|不仅|不过|不管|不同|不少|不断|不得不|差不多|不好意思|没准|要不|对不起|了不起|不愧|不一会"
    "|一尘不染|赞不绝口|爱不释手|无微不至|必不可少|美不胜收|名不虚传|恋恋不舍|络绎不绝|不可思议"
)
_ZH_NOT = re.compile(r"[并从]?[不没](?=[\u3400-\u9fff])")
_ZH_VERY = re.compile("非常|特别|十分|相当|真的很|真的|真是太|太|很|挺|超级|超|真")
_ZH_VERB = re.compile(
    "(?<![就只但可于还要])是|喜欢|满意|推荐|值得|会|能|可以|应该|想|建议|好吃|好用|好看|干净|方便|热情|舒服|漂亮|便宜|新鲜|好|快|差"
)


def negate(text: str) -> Edit:
    """Say the opposite of the first statement that a simple rule understands, or take its "not" away.

    Raises:
        InputError: ``edit-no-place``: no such statement.
    """
    edit = _negate_chinese(text) if detect(text) == "zh" else _negate_english(text)
    return edit or _nowhere("negate")


def swap_name(text: str, new: str | None = None) -> list[Edit]:
    """The first known name in `text`, replaced by `new` or by each of its counterparts.

    Raises:
        InputError: ``edit-no-place``: no known name.
    """
    found = first_name(text)
    if found is None:
        return [_nowhere("name")]
    start, end, group = found
    others = [new] if new else [name for name in group if name != text[start:end]]
    return [_replaced(text, start, end, name) for name in others]


def first_name(text: str) -> tuple[int, int, tuple[str, ...]] | None:
    """Where the first known name stands, and the group it belongs to."""
    found = []
    for language, groups in NAMES.items():
        for group in groups:
            for name in group:
                pattern = re.escape(name) if language == "zh" else rf"\b{re.escape(name)}\b"
                if match := re.search(pattern, text):
                    found.append((match.start(), match.end(), group))
    return min(found, default=None)


def change_word(text: str, old: str, new: str) -> Edit:
    """Replace `old` where it first stands: as a whole word, or as characters where it is Chinese.

    Raises:
        InputError: ``edit-no-place``: it is not in the text.
    """
    old = old.strip()
    bounded = old if not old or HAN.search(old) else rf"(?<!\w){re.escape(old)}(?!\w)"
    found = re.search(bounded, text, re.IGNORECASE) if old else None
    return _replaced(text, found.start(), found.end(), new) if found else _nowhere("word")


def change(before: Output, after: Output) -> Change:
    """The difference that an edit made."""
    return Change(before.label != after.label, after.positive - before.positive, after.opinion - before.opinion)


def _nowhere(kind: Kind) -> Edit:
    raise InputError(Problem("edit-no-place", field="text", details={"edit": kind}))


def _replaced(text: str, start: int, end: int, new: str) -> Edit:
    after = text[:start] + new + text[end:]
    if start == 0 and text[:1].isupper():
        after = after[:1].upper() + after[1:]
    return Edit(after, start, start + len(new))


def _negate_english(text: str) -> Edit | None:
    undo = [found for pattern in (_NEGATED, _IRREGULAR, _NEVER) if (found := pattern.search(text))]
    do = [found for pattern in (_VERB, _PLAIN) if (found := pattern.search(text))]
    first = min([*undo, *do], key=lambda found: (found.start(), found not in undo), default=None)
    if first is None:
        adjective = _ADJECTIVE.search(text)
        return (
            _replaced(text, adjective.start(), adjective.end(), f"not {adjective['word'].lower()}")
            if adjective
            else None
        )
    if first in undo:
        verb = first["verb"] if "verb" in first.re.groupindex else ""
        return _replaced(text, *first.span(), _REGULAR.get(verb.lower().replace("’", "'"), verb))
    if first.re is _VERB:
        at = first.start() + len(first[0].split()[0])
        return Edit(f"{text[:at]} not{text[at:]}", at + 1, at + 4)
    helper = {"s": "does", "d": "did", "ed": "did"}.get((first["form"] or "").lower(), "do")
    return _replaced(text, *first.span(), f"{helper} not {first['verb'].lower()}")


def _negate_chinese(text: str) -> Edit | None:
    whole = [found.span() for found in _ZH_WHOLE.finditer(text)]
    for found in _ZH_NOT.finditer(text):
        if any(start < found.end() <= end for start, end in whole):
            continue
        at = found.start()
        for old, new in _ZH_UNDO:
            if text.startswith(old, at):
                return _replaced(text, at, at + len(old), new)
        return _replaced(text, at, found.end(), "")
    fine, very, verb = (re.search(pattern, text) for pattern in ("不错", _ZH_VERY, _ZH_VERB))
    if fine:
        return _replaced(text, *fine.span(), "不好")
    if very and (verb is None or very.start() <= verb.start()):
        return _replaced(text, *very.span(), "不")
    return _replaced(text, verb.start(), verb.start(), "不") if verb else None
