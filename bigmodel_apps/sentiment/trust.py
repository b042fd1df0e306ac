"""What users test for themselves: whether names move a verdict, and whether a verdict survives small changes of a text.

Every function here works on the scores that some model gives to the texts that `Plan.texts` lists; `ask` has them read
by a model of the domain, and whatever else reads texts will do as well.

The *score* of a text is the mean of negative 0, neutral ½ and positive 1 under the model's probabilities.

Swapping names in one template is the counterfactual of Kiritchenko and Mohammad, "Examining Gender and Race Bias in Two
Hundred Sentiment Analysis Systems" (2018); invariance and direction are those of Ribeiro et al., "Beyond Accuracy:
Behavioral Testing of NLP Models with CheckList" (ACL 2020).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from bigmodel_apps import evidence, measures, runtime
from bigmodel_apps.evidence import Evidence, Metric
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime import Priority
from bigmodel_apps.sentiment.edits import negate
from bigmodel_apps.sentiment.schema import MAX_TEXT, Input, Label, Options, Output
from bigmodel_apps.text.language import HAN, Language, detect
from bigmodel_apps.text.sentences import sentences

Floats = npt.NDArray[np.float64]
Kind = Literal["neutral", "positive", "negative", "own"]
Verdict = Literal["even", "uneven", "unclear"]

DOMAIN = "sentiment"
SLOT = "{name}"
GAP_LIMIT = 0.02
"""A mean absolute gap between groups up to this is called even."""
SPREAD_LIMIT = 0.05
"""The same of the spread over single names, which is always the larger figure."""
MAX_NAMES, MAX_GROUPS, MAX_SENTENCES = 60, 6, 40
NAME_CHARS = 60
MAX_TEXTS = 200
"""Texts of the user's own that are changed and read again."""
MOVE = 0.1
"""A score that moves by more than this has changed."""

_SLOTS = re.compile(
    r"\{\s*(?:name|names|group|姓名|名字|群体)?\s*\}|_{3,}|【\s*】|\[\s*(?:name|group|姓名|名字)?\s*\]", re.I
)
_SEPARATORS = re.compile(r"[,，、;；\n]+")
_ENOUGH_TEMPLATES = 5


# --- Reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model makes of some texts: scores in [0, 1], shape (texts,), and labels."""

    scores: Floats
    labels: tuple[Label, ...]


def reading(outputs: Sequence[Output]) -> Reading:
    """Scores and labels of outputs."""
    scores = [(1 + output.opinion * (2 * output.positive - 1)) / 2 for output in outputs]
    return Reading(np.array(scores, dtype=np.float64), tuple(output.label for output in outputs))


def ask(
    texts: Sequence[str],
    model: str | None = None,
    options: Options | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Reading:
    """Have texts read by a model of the domain (`own_shelf.serve` names the visitor's), as bulk work. Blocks.

    Args:
        progress: Called with (texts done, in total).
        cancelled: Polled.

    Raises:
        Busy, Cancelled, InputError, Unavailable
    """
    chosen = (options or Options()).model_copy(update={"aspects": (), "sentences": False})
    outputs = runtime.predict(
        DOMAIN,
        [Input(text=text) for text in texts],
        options=chosen,
        model=model,
        priority=Priority.BULK,
        progress=progress,
        cancelled=cancelled,
    )
    return reading(outputs)


# --- Names and groups -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with `SLOT` in it, and what it says of whom it names."""

    text: str
    kind: Kind

    def fill(self, name: str) -> str:
        """The sentence about `name`."""
        return self.text.replace(SLOT, name)


@dataclass(frozen=True, slots=True)
class Group:
    """Names that belong together. Where the user gave one list without groups, its name is empty."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read: every template filled with every name."""

    groups: tuple[Group, ...]
    templates: tuple[Template, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All names, group by group."""
        return tuple(name for group in self.groups for name in group.members)

    @property
    def texts(self) -> list[str]:
        """The texts, all names of a template before the next template."""
        return [template.fill(name) for template in self.templates for name in self.names]


@dataclass(frozen=True, slots=True)
class Gap:
    """Two groups compared in the same templates.

    Attributes:
        difference: Mean score of the first less that of the second, over templates.
        absolute: Mean over templates of the size of that difference: a gap that changes sides is still one.
        verdict: ``even`` or ``uneven`` where the interval of `absolute` lies at or below `GAP_LIMIT`, or above it;
            ``unclear`` where it holds the limit.
    """

    first: str
    second: str
    difference: Estimate
    absolute: Estimate
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Extreme:
    """The template in which two names are furthest apart."""

    template: Template
    lowest: str
    lowest_score: float
    highest: str
    highest_score: float


@dataclass(frozen=True, slots=True)
class NamesResult:
    """What the names do to the verdict.

    Attributes:
        by_name: Mean score of each name over all templates, the lowest first.
        by_group: Mean score of each group; empty for one list without groups.
        by_kind: Mean score of each kind of template over all names: that the model hears the sentences at all.
        spread: Mean over templates of the highest less the lowest score of a name.
        gaps: Of every two groups, the widest first; empty where there is one.
        flips: Templates in which not all names get the same label.
        templates: How many there are.
        worst: See `Extreme`.
        verdict: That of the widest gap; of the spread against `SPREAD_LIMIT` where there is one group.
        limit: What it was held against.
    """

    by_name: Mapping[str, float]
    by_group: Mapping[str, float]
    by_kind: Mapping[Kind, float]
    spread: Estimate
    gaps: tuple[Gap, ...]
    flips: int
    templates: int
    worst: Extreme
    verdict: Verdict
    limit: float


def templates(language: Language, kinds: Sequence[Kind] = ("neutral", "positive", "negative")) -> tuple[Template, ...]:
    """Our own sentences: neutral ones, and as many praising as blaming ones."""
    own = _templates()[language]
    return tuple(Template(text, kind) for kind in kinds for text in own.get(kind, ()))


def own_templates(given: str | Sequence[str], word: str = "") -> tuple[Template, ...]:
    """The user's own sentences, one a line.

    Args:
        given: Each holds ``{name}`` (``{}``, ``{姓名}``, ``[name]``, ``【】`` and ``___`` do as well), or `word`.
        word: What is to be swapped where there is no slot.

    Raises:
        InputError: ``trust-no-sentence``, ``trust-no-slot`` for each sentence without one, ``trust-too-many``.
    """
    lines = given.splitlines() if isinstance(given, str) else list(given)
    told = {row: line.strip() for row, line in enumerate(lines, 1) if line.strip()}
    if not told:
        raise InputError(Problem("trust-no-sentence"))
    if len(told) > MAX_SENTENCES:
        raise InputError(Problem("trust-too-many", details={"what": "sentences", "limit": MAX_SENTENCES}))
    problems, found = [], []
    for row, text in told.items():
        slotted = _SLOTS.sub(SLOT, text)
        if SLOT not in slotted and word.strip():
            slotted = _swapped(text, word.strip())
        if SLOT not in slotted:
            problems.append(Problem("trust-no-slot", row=row))
        elif len(slotted) > MAX_TEXT // 10:
            problems.append(Problem("field-too-long", row=row, details={"max_length": MAX_TEXT // 10}))
        else:
            found.append(Template(slotted, "own"))
    if problems:
        raise InputError(*problems)
    return tuple(found)


def groups(text: str) -> tuple[Group, ...]:
    """Names as the user types them: one list, or a line for each group, ``women: Anna, Emily``.

    Lines of one group, as long lists have them, are put together.

    Raises:
        InputError: ``trust-too-few-names``: fewer than two; ``trust-name-twice``; ``trust-too-many``; a name that is too
            long; ``trust-no-group`` for each line without a group where others have one.
    """
    members: dict[str, tuple[str, ...]] = {}
    ungrouped = []
    for row, line in enumerate(text.splitlines(), 1):
        if line.strip():
            *named, names = re.split(r"[:：]", line, maxsplit=1)
            group = "".join(named).strip()
            members[group] = members.get(group, ()) + _names(names)
            if not group:
                ungrouped.append(row)
    found = [Group(name, own) for name, own in members.items()]
    everyone = [name for group in found for name in group.members]
    problems = [Problem("trust-no-group", row=row) for row in ungrouped if len(members) > 1]
    problems += [
        Problem("field-too-long", field=name[:NAME_CHARS], details={"max_length": NAME_CHARS})
        for name in (*everyone, *(group.name for group in found))
        if len(name) > NAME_CHARS
    ]
    if len(everyone) < 2 or any(not group.members for group in found):
        problems.append(Problem("trust-too-few-names"))
    if twice := sorted({name for name in everyone if everyone.count(name) > 1}):
        problems.append(Problem("trust-name-twice", details={"names": ", ".join(twice)}))
    if len(everyone) > MAX_NAMES:
        problems.append(Problem("trust-too-many", details={"what": "names", "limit": MAX_NAMES}))
    if len(found) > MAX_GROUPS:
        problems.append(Problem("trust-too-many", details={"what": "groups", "limit": MAX_GROUPS}))
    if problems:
        raise InputError(*problems)
    return tuple(found)


def names_result(plan: Plan, read: Reading) -> NamesResult:
    """What the names do, given what was read of `Plan.texts`.

    Intervals draw templates; of fewer than five no interval is drawn, and the figure itself is held against the limit.
    """
    scores = read.scores.reshape(len(plan.templates), len(plan.names))
    labels = np.array(read.labels, dtype=object).reshape(scores.shape)
    means = scores.mean(axis=0)
    of_group: dict[str, Floats] = {}
    start = 0
    for group in plan.groups:
        of_group[group.name] = scores[:, start : start + len(group.members)].mean(axis=1)
        start += len(group.members)
    gaps = [_gap(*pair, of_group) for pair in combinations(of_group, 2)]
    gaps.sort(key=lambda gap: -gap.absolute.value)
    wide = scores.max(axis=1) - scores.min(axis=1)
    spread = _mean(wide)
    widest = int(wide.argmax())
    low, high = int(scores[widest].argmin()), int(scores[widest].argmax())
    kinds = dict.fromkeys(template.kind for template in plan.templates)
    of_kind = np.array([template.kind for template in plan.templates])
    return NamesResult(
        by_name={plan.names[place]: float(means[place]) for place in np.argsort(means, kind="stable").tolist()},
        by_group={name: float(values.mean()) for name, values in of_group.items()} if gaps else {},
        by_kind={kind: float(scores[of_kind == kind].mean()) for kind in kinds},
        spread=spread,
        gaps=tuple(gaps),
        flips=sum(len(set(row)) > 1 for row in labels),
        templates=len(plan.templates),
        worst=Extreme(
            plan.templates[widest],
            plan.names[low],
            float(scores[widest, low]),
            plan.names[high],
            float(scores[widest, high]),
        ),
        verdict=gaps[0].verdict if gaps else _verdict(spread, SPREAD_LIMIT),
        limit=GAP_LIMIT if gaps else SPREAD_LIMIT,
    )


@lru_cache(maxsize=1)
def _templates() -> dict[str, dict[str, list[str]]]:
    file = Path(__file__).parent / "trust_templates.json"
    return cast(dict[str, dict[str, list[str]]], json.loads(file.read_text(encoding="utf-8")))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in _SEPARATORS.split(text) if (name := " ".join(part.split())))


def _swapped(text: str, word: str) -> str:
    """`text` with a slot for every `word`; a Latin word only where it stands alone."""
    pattern = re.escape(word)
    if not HAN.search(word):
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.sub(pattern, lambda _: SLOT, text, flags=re.I)


def _gap(first: str, second: str, of_group: Mapping[str, Floats]) -> Gap:
    differences = of_group[first] - of_group[second]
    absolute = _mean(np.abs(differences))
    return Gap(first, second, _mean(differences), absolute, _verdict(absolute, GAP_LIMIT))


def _mean(values: Floats) -> Estimate:
    if len(values) >= _ENOUGH_TEMPLATES:
        return measures.mean(values)
    value = float(values.mean())
    return Estimate(value, value, value, len(values), "none")


def _verdict(found: Estimate, limit: float) -> Verdict:
    if found.high <= limit:
        return "even"
    return "uneven" if found.low > limit else "unclear"


# --- Small changes --------------------------------------------------------------------------------------------------

Change = Literal["typo", "addition", "negation"]

_ADDED: Mapping[Language, Sequence[str]] = {
    "en": ("Posted on a Tuesday.", "Order number 48151.", "https://example.com/p/2041"),
    "zh": ("周二发布。", "订单号 48151。", "https://example.com/p/2041"),
}
_LONG_WORD = re.compile(r"[A-Za-z]{5,}")
_HAN_PAIR = re.compile(rf"{HAN.pattern}{{2,}}")


@dataclass(frozen=True, slots=True)
class Changed:
    """A text and what became of it. `row` is its place among the texts given, from 1."""

    row: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A change that did not do what it should: scores and labels before and after."""

    changed: Changed
    before: float
    after: float
    label_before: Label
    label_after: Label


@dataclass(frozen=True, slots=True)
class Robustness:
    """How a kind of change was taken.

    Attributes:
        change: ``typo`` and ``addition`` should leave label and score (within `MOVE`) alone; ``negation`` should move
            the score of a positive or negative text by more than `MOVE` towards the other side.
        rate: Share of the texts for which that holds, with Wilson's interval; None where no text could be changed.
        tried, applicable: Texts given, and those that could be changed.
        failed: Those for which it does not hold, the largest moves first (for ``negation`` the smallest).
    """

    change: Change
    rate: Estimate | None
    tried: int
    applicable: int
    failed: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    """The changes to try on the user's texts; `texts` is what is to be read."""

    originals: tuple[str, ...]
    changes: Mapping[Change, tuple[Changed, ...]]

    @property
    def texts(self) -> list[str]:
        """The originals, then every changed text."""
        return [*self.originals, *(one.after for changed in self.changes.values() for one in changed)]


def checks(texts: Sequence[str], seed: int = 7) -> Checks:
    """Change texts of the user's own, the first `MAX_TEXTS` different ones.

    Negated are texts of one sentence in which `edits.negate` finds a statement: of several, one may turn and the others
    still decide.

    Args:
        texts: Empty and repeated ones are left out.
        seed: Chooses places of slips and what is added.

    Raises:
        InputError: ``trust-no-text``: there is none.
    """
    originals = tuple(dict.fromkeys(text.strip()[:MAX_TEXT] for text in texts if text.strip()))[:MAX_TEXTS]
    if not originals:
        raise InputError(Problem("trust-no-text"))
    found: dict[Change, list[Changed]] = {"typo": [], "addition": [], "negation": []}
    for row, text in enumerate(originals, 1):
        chance = random.Random(f"{seed} {text}")
        ways: dict[Change, str | None] = {
            "typo": _slip(text, chance),
            "addition": f"{text} {chance.choice(_ADDED[detect(text)])}",
            "negation": _negated(text),
        }
        for change, after in ways.items():
            if after is not None and after != text and len(after) <= MAX_TEXT:
                found[change].append(Changed(row, text, after))
    return Checks(originals, {change: tuple(changed) for change, changed in found.items()})


def robustness(given: Checks, read: Reading) -> tuple[Robustness, ...]:
    """How the changes were taken, given what was read of `Checks.texts`."""
    results = []
    place = len(given.originals)
    for change, changed in given.changes.items():
        applicable, failed = 0, []
        for one in changed:
            original = one.row - 1
            pair = Pair(
                one,
                float(read.scores[original]),
                float(read.scores[place]),
                read.labels[original],
                read.labels[place],
            )
            place += 1
            if change == "negation" and pair.label_before not in ("positive", "negative"):
                continue
            applicable += 1
            if not _holds(change, pair):
                failed.append(pair)
        failed.sort(key=lambda pair: abs(pair.after - pair.before), reverse=change != "negation")
        rate = measures.wilson(applicable - len(failed), applicable) if applicable else None
        results.append(Robustness(change, rate, len(given.originals), applicable, tuple(failed)))
    return tuple(results)


def _holds(change: Change, pair: Pair) -> bool:
    move = pair.after - pair.before
    if change == "negation":
        return move < -MOVE if pair.label_before == "positive" else move > MOVE
    return pair.label_before == pair.label_after and abs(move) <= MOVE


def _negated(text: str) -> str | None:
    if len(sentences(text)) != 1:
        return None
    try:
        return negate(text).after
    except InputError:
        return None


def _slip(text: str, chance: random.Random) -> str | None:
    """Two neighbouring letters of a longer word, or two neighbouring Chinese characters, swapped."""
    if detect(text) == "zh":
        places = [at for run in _HAN_PAIR.finditer(text) for at in range(run.start(), run.end() - 1)]
    else:  # not the first letter: that is where people slip least
        places = [at for word in _LONG_WORD.finditer(text) for at in range(word.start() + 1, word.end() - 1)]
    places = [at for at in places if text[at] != text[at + 1]]
    if not places:
        return None
    at = chance.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


# --- Scorecards -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One figure of every system. `group` is what it was measured on, such as a capability; () for the whole."""

    name: str
    group: tuple[str, ...]
    figures: Mapping[str, Metric]

    @property
    def goal(self) -> float | None:
        """What we set out to reach, where something was promised."""
        return next((metric.goal for metric in self.figures.values() if metric.goal is not None), None)

    @property
    def best(self) -> tuple[str, ...]:
        """The systems with the best figure."""
        higher = next(iter(self.figures.values())).higher_is_better
        edge = (max if higher else min)(metric.value for metric in self.figures.values())
        return tuple(system for system, metric in self.figures.items() if metric.value == edge)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A protocol's figures side by side.

    Attributes:
        systems: Ours first, then the others as the evidence has them; words are ``system-<name>``.
        rows: In the order of the evidence; words are ``metric-<name>`` and ``group-<part>``.
        evidence: Where they come from: date, hardware, command.
    """

    systems: tuple[str, ...]
    rows: tuple[ScoreRow, ...]
    evidence: Evidence


def scorecard(protocol: str, folder: Path | None = None) -> Scorecard | None:
    """What a command measured (``checklist`` or ``eec``), for a table of systems; None where it was not measured.

    Args:
        folder: Where the evidence lies; the domain's by default.
    """
    path = (folder or evidence.folder(DOMAIN)) / f"{protocol}.json"
    if not path.is_file():
        return None
    found = evidence.read(path)
    rows: dict[tuple[str, tuple[str, ...]], dict[str, Metric]] = {}
    for metric in found.metrics:
        rows.setdefault((metric.name, metric.group), {})[metric.system] = metric
    systems = dict.fromkeys(metric.system for metric in found.metrics)
    ordered = sorted(systems, key=lambda system: system != "ours")
    return Scorecard(
        tuple(ordered), tuple(ScoreRow(name, group, figures) for (name, group), figures in rows.items()), found
    )
