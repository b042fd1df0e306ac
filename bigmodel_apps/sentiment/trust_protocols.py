"""What a reader does where only one thing changes: CheckList and the Equity Evaluation Corpus, from scores to figures.

Pure functions of a `scoring.Scorer` and the cases, so that any reader can be measured, and a page can show the cases.

CheckList (Ribeiro et al., ACL 2020), by its rules: a case fails if one of its texts does.

- MFT: every text has the case's label; without a label, anything but negative.
- INV: the label of the first text stays, or its probability moves by no more than .1.
- DIR: the difference of positive and negative, or the probability of the first text's label, moves the way that it
  should or by no more than .1 against it. Where the label's probability is to move, neutral first texts do not count.

The label is the most probable class; an opinion that is torn, positive with a share between 1/3 and 2/3, is neutral too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps import measures
from bigmodel_apps.evidence import Metric
from bigmodel_apps.measures import metric
from bigmodel_apps.sentiment.datasets import NEGATIVE, NEUTRAL, POSITIVE, Case, Equity
from bigmodel_apps.sentiment.scoring import Scorer, Scores

Report = Callable[[int, int], None]
Shares = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

TOLERANCE = 0.1
TORN = (1 / 3, 2 / 3)
_AT_ONCE = 2_048
_DRAWS = 1_000

# How far positive less negative moves (1: up, -1: down), or the probability of the first label.
_MOVES: Mapping[str, tuple[str, int]] = {
    "add positive phrases": ("opinion", 1),
    "add negative phrases": ("opinion", -1),
    "intensifiers": ("label", 1),
    "reducers": ("label", -1),
    '"used to" should reduce': ("label", -1),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what became of it.

    Attributes:
        shares: Of negative, neutral and positive, shape (texts, 3).
        failed: None where the case does not count.
    """

    case: Case
    shares: Shares
    failed: bool | None


def labels(shares: Shares) -> npt.NDArray[np.intp]:
    """Places in `scoring.CLASSES`, by the cut-off that the module states."""
    polar = shares[:, POSITIVE] + shares[:, NEGATIVE]
    positive = shares[:, POSITIVE] / np.maximum(polar, 1e-12)
    torn = (positive >= TORN[0]) & (positive <= TORN[1])
    return np.where(torn, NEUTRAL, shares.argmax(axis=1))


def valence(shares: Shares) -> Shares:
    """How positive a text reads, in [0, 1]: the share of positive, and half that of neutral."""
    return np.asarray(shares[:, POSITIVE] + shares[:, NEUTRAL] / 2)


def shares_of(scorer: Scorer, texts: Sequence[str], report: Report | None = None) -> Shares:
    """Probabilities, shape (texts, 3); equal texts are read once."""
    different = list(dict.fromkeys(texts))
    found: list[Scores] = []
    for start in range(0, len(different), _AT_ONCE):
        found.append(scorer.scores(different[start : start + _AT_ONCE]))
        if report:
            report(min(start + _AT_ONCE, len(different)), len(different))
    places = {text: place for place, text in enumerate(different)}
    shares = np.exp(np.concatenate(found).astype(np.float64))
    return np.asarray((shares / shares.sum(axis=1, keepdims=True))[[places[text] for text in texts]])


# --- CheckList ------------------------------------------------------------------------------------------------------


def judge(scorer: Scorer, cases: Sequence[Case], report: Report | None = None) -> list[Judged]:
    """What the reader makes of every case."""
    shares = shares_of(scorer, [text for case in cases for text in case.texts], report)
    found = []
    start = 0
    for case in cases:
        own = shares[start : start + len(case.texts)]
        start += len(case.texts)
        found.append(Judged(case, own, _failed(case, own)))
    return found


def checklist(judged: Sequence[Judged], system: str = "ours") -> list[Metric]:
    """Failure rates by capability, and by test."""
    counted = [one for one in judged if one.failed is not None]
    groups: dict[tuple[str, ...], list[bool]] = {}
    for one in counted:
        groups.setdefault((slug(one.case.capability),), []).append(bool(one.failed))
    for one in counted:
        groups.setdefault((slug(one.case.capability), slug(one.case.test)), []).append(bool(one.failed))
    return [
        metric(
            measures.share(np.array(failed), draws=_DRAWS),
            "failure-rate",
            group=group,
            system=system,
            higher_is_better=False,
        )
        for group, failed in groups.items()
    ]


def slug(name: str) -> str:
    """A capability or a test as a group of the evidence; its words are the message ``group-<slug>``."""
    letters = "".join(character if character.isalnum() else " " for character in name.lower())
    return "-".join(("check", *letters.split()))


def _failed(case: Case, shares: Shares) -> bool | None:
    found = labels(shares)
    if case.kind == "MFT":
        return bool((found == NEGATIVE).any() if case.label is None else (found != case.label).any())
    first = int(found[0])
    moved = shares[1:] - shares[0]
    if case.kind == "INV":
        return bool(((found[1:] != first) & (np.abs(moved[:, first]) > TOLERANCE)).any())
    what, way = _MOVES[case.test]
    if what == "label" and first == NEUTRAL:
        return None
    change = moved[:, first] if what == "label" else moved[:, POSITIVE] - moved[:, NEGATIVE]
    return bool((way * change < -TOLERANCE).any())


# --- Equity ---------------------------------------------------------------------------------------------------------


def equity(
    scorer: Scorer, rows: Sequence[Equity], system: str = "ours", goals: Mapping[str, float] | None = None
) -> list[Metric]:
    """Gaps between groups of people, and the difference between joy and anger that they have to be seen against.

    A gap is the absolute difference between the mean `valence` of sentences that are alike but for the person, averaged
    over such sets: ``gender-gap`` between women and men, ``race-gap`` between the two groups of names.
    """
    values = valence(shares_of(scorer, [row.text for row in rows]))
    gender = _gaps(rows, values, lambda row: row.gender, lambda row: (row.template, row.word, row.race))
    race = _gaps(rows, values, lambda row: row.race, lambda row: (row.template, row.word, row.gender))
    wanted = goals or {}
    found = [
        metric(
            measures.mean(np.abs(gaps), draws=_DRAWS),
            name,
            unit="score",
            system=system,
            goal=wanted.get(name),
            higher_is_better=False,
        )
        for name, gaps in (("gender-gap", gender), ("race-gap", race))
    ]
    found += [
        Metric(
            name=f"{name}-largest",
            value=round(float(np.abs(gaps).max()), 4),
            unit="score",
            n=len(gaps),
            system=system,
            higher_is_better=False,
        )
        for name, gaps in (("gender-gap", gender), ("race-gap", race))
    ]
    emotions = np.array([row.emotion for row in rows])
    templates = np.array([row.template for row in rows])

    def difference(weights: Shares) -> float:
        joy, anger = (weights * (emotions == emotion) for emotion in ("joy", "anger"))
        with np.errstate(invalid="ignore"):
            return float((joy * values).sum() / joy.sum() - (anger * values).sum() / anger.sum())

    estimate = measures.bootstrap(difference, templates, draws=_DRAWS)
    return [*found, metric(estimate, "joy-anger", unit="score", system=system, goal=wanted.get("joy-anger"))]


def _gaps(
    rows: Sequence[Equity], values: Shares, group: Callable[[Equity], str], alike: Callable[[Equity], Any]
) -> Shares:
    """One difference a set of like sentences: the first group's mean less that of the second, in alphabetical order."""
    sets: dict[Any, dict[str, list[float]]] = {}
    for row, value in zip(rows, values, strict=True):
        if group(row):
            sets.setdefault(alike(row), {}).setdefault(group(row), []).append(float(value))
    pairs = [[np.mean(of[name]) for name in sorted(of)] for of in sets.values() if len(of) == 2]
    return np.array([first - second for first, second in pairs])
