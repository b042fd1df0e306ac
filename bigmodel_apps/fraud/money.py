"""What a threshold earns: every transaction at or above it is refused, and each outcome brings or costs money.

The default `Rule` is that of scikit-learn's example "Post-tuning the decision threshold for cost-sensitive learning": a
refused fraud brings 50, an accepted one costs its amount, a refused legitimate transaction costs 5, an accepted one
earns 2 % of its amount. Money depends on a rule only through sums of counts and amounts above a threshold, so a `Curve`
sorts once and keeps those: any change of the rule is answered by a few multiplications.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps import measures
from bigmodel_apps.fraud.transactions import UNKNOWN
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import InputError, Problem

if TYPE_CHECKING:
    from bigmodel_apps.fraud.shelf import Bank

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Term:
    """What one outcome brings: `fixed`, in money, and `share` of the amount."""

    fixed: float = 0.0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """What each outcome of a decision brings; negative where it costs. `review` is the work on every alert."""

    refused_fraud: Term = Term(fixed=50.0)
    accepted_fraud: Term = Term(share=-1.0)
    refused_legitimate: Term = Term(fixed=-5.0)
    accepted_legitimate: Term = Term(share=0.02)
    review: float = 0.0


@dataclass(frozen=True, slots=True)
class Point:
    """What one threshold does.

    Attributes:
        threshold: Transactions with at least this score are refused; infinite where none is.
        alerts: Transactions refused.
        caught: Frauds among them; where probabilities stand for labels, their sum.
        frauds: All frauds.
        refused, lost: Amounts of the legitimate transactions refused, and of the frauds accepted.
        money: What all transactions bring together.
        gain: `money` less what refusing none brings.
    """

    threshold: float
    alerts: int
    caught: float
    frauds: float
    refused: float
    lost: float
    money: float
    gain: float

    @property
    def precision(self) -> float | None:
        """Share of the alerts that are frauds; None without alerts."""
        return self.caught / self.alerts if self.alerts else None

    @property
    def recall(self) -> float | None:
        """Share of the frauds that are refused; None without frauds."""
        return self.caught / self.frauds if self.frauds else None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A curve thinned for drawing, thresholds descending; arrays of shape (m,).

    Attributes:
        alerts_per_day: Transactions refused a day, on average.
    """

    thresholds: Floats
    alerts: Ints
    alerts_per_day: Floats
    money: Floats
    gain: Floats
    precision: Floats
    recall: Floats


@dataclass(frozen=True, slots=True)
class Choice:
    """A threshold chosen on some days and what it does on others.

    Attributes:
        chosen: On the days on which it was chosen.
        reported: On the later days: the honest figure.
        hindsight: The best threshold of those later days, which nobody knew.
        none: What refusing none would have brought on the later days.
    """

    chosen: Point
    reported: Point
    hindsight: Point
    none: Point


class Curve:
    """Money against threshold. Sorts once, O(n log n); every question after that is O(n) multiplications or less.

    Args:
        scores: Shape (n,), in any order; higher is more suspicious.
        amounts: Shape (n,).
        fraud: `FRAUD`, `LEGITIMATE` or `UNKNOWN`, or the probabilities of fraud, whose sums then stand for counts: an
            expectation where there are no labels. Shape (n,). Rows whose label is unknown are left out.
        days: The days that the rows span, for alerts a day.

    Raises:
        InputError: ``money-no-labels``: no row is left.
    """

    def __init__(self, scores: Floats, amounts: Floats, fraud: npt.NDArray[Any], *, days: int = 1) -> None:
        told = np.asarray(fraud, dtype=np.float64)
        known = told != UNKNOWN
        if not known.any():
            raise InputError(Problem("money-no-labels"))
        scores, amounts, told = np.asarray(scores, dtype=np.float64)[known], np.asarray(amounts)[known], told[known]
        order = np.argsort(-scores, kind="stable")
        ranked = scores[order]
        # Rows of equal score are refused together: a threshold lies behind the last of them.
        ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
        sums = np.stack([told, 1 - told, told * amounts, (1 - told) * amounts])[:, order].cumsum(axis=1)[:, ends]
        self.thresholds: Floats = np.concatenate([[math.inf], ranked[ends]])
        """Every threshold that differs from its neighbours in what it refuses, descending; infinite: none. Shape (m,)."""
        self.alerts: Ints = np.concatenate([[0], ends + 1])
        """Transactions refused at each, shape (m,)."""
        # Refused at each threshold: frauds, legitimate transactions, amount of frauds, of legitimate ones.
        self._sums: Floats = np.concatenate([np.zeros((4, 1)), sums], axis=1)
        self.days = max(1, days)

    def __len__(self) -> int:
        return int(self.alerts[-1])

    def money(self, rule: Rule | None = None) -> Floats:
        """What every threshold brings, shape (m,)."""
        return self._accepted(rule or Rule()) + self._gain(rule or Rule())

    def at(self, threshold: float, rule: Rule | None = None) -> Point:
        """What one threshold brings."""
        # Ascending for the search: so many are above or equal.
        place = len(self.thresholds) - int(np.searchsorted(self.thresholds[::-1], threshold, side="left"))
        return self._point(max(0, place - 1), rule or Rule(), threshold)

    def best(self, rule: Rule | None = None, *, alerts: float | None = None) -> Point:
        """The threshold that brings most.

        Args:
            alerts: So many transactions can be looked at in all, at most; any number by default.
        """
        gain = self._gain(rule or Rule())
        last = len(gain) if alerts is None else int(np.searchsorted(self.alerts, alerts, side="right"))
        return self._point(int(gain[:last].argmax()), rule or Rule())

    def capacity(self, alerts: float, rule: Rule | None = None) -> Point:
        """The lowest threshold that raises at most so many alerts in all."""
        return self._point(int(np.searchsorted(self.alerts, alerts, side="right")) - 1, rule or Rule())

    def drawn(self, rule: Rule | None = None, points: int = 400) -> Drawn:
        """The curve at about so many thresholds, the denser the fewer alerts, with both ends and the best one."""
        rule = rule or Rule()
        gain = self._gain(rule)
        wanted = np.geomspace(1, len(self) + 1, points) - 1
        places = np.unique([*np.searchsorted(self.alerts, wanted, side="right") - 1, len(gain) - 1, int(gain.argmax())])
        alerts, caught = self.alerts[places], self._sums[0, places]
        with np.errstate(invalid="ignore", divide="ignore"):
            precision, recall = caught / alerts, caught / self._sums[0, -1]
        return Drawn(
            thresholds=self.thresholds[places],
            alerts=alerts,
            alerts_per_day=alerts / self.days,
            money=gain[places] + self._accepted(rule),
            gain=gain[places],
            precision=precision,
            recall=recall,
        )

    def _accepted(self, rule: Rule) -> float:
        """What refusing none brings."""
        frauds, legitimate, lost, spent = self._sums[:, -1]
        fraud, other = rule.accepted_fraud, rule.accepted_legitimate
        return float(fraud.fixed * frauds + fraud.share * lost + other.fixed * legitimate + other.share * spent)

    def _gain(self, rule: Rule) -> Floats:
        return np.asarray(_weights(rule) @ self._sums)

    def _point(self, place: int, rule: Rule, threshold: float | None = None) -> Point:
        caught, _, kept, refused = self._sums[:, place].tolist()
        frauds, _, total, _ = self._sums[:, -1].tolist()
        gain = float(_weights(rule) @ self._sums[:, place])
        return Point(
            threshold=float(self.thresholds[place]) if threshold is None else threshold,
            alerts=int(self.alerts[place]),
            caught=caught,
            frauds=frauds,
            refused=refused,
            lost=total - kept,
            money=self._accepted(rule) + gain,
            gain=gain,
        )


@dataclass(frozen=True, slots=True)
class Halves:
    """Days on which a threshold is chosen, and later ones on which it is reported; the detector learned from neither.

    Attributes:
        chosen_on, reported_on: First and last day of each, days since 1970-01-01.
    """

    earlier: Curve
    later: Curve
    chosen_on: tuple[int, int]
    reported_on: tuple[int, int]


def halves(bank: Bank) -> Halves:
    """The days of a bank that its detector did not learn from, halved.

    Between the halves lies the label delay: the day on which the threshold was chosen, later labels were not known.

    Raises:
        InputError: ``money-no-labels``.
    """
    first, last = min(bank.first_test_day, bank.last_day), bank.last_day
    middle = first + (last - first + 1) // 2
    until = max(first + 1, middle - bank.detector.settings.delay_days)
    return Halves(_curve(bank, first, until), _curve(bank, middle, last + 1), (first, until - 1), (middle, last))


def _curve(bank: Bank, first: int, until: int) -> Curve:
    span = bank.transactions.between(first, until - first)
    return Curve(bank.scores[span], bank.transactions.amounts[span], bank.truth[span], days=until - first)


def choose(earlier: Curve, later: Curve, rule: Rule | None = None, *, alerts_per_day: float | None = None) -> Choice:
    """The best threshold of earlier days, and what it brings on later ones, on which nothing was chosen.

    Args:
        alerts_per_day: Transactions that can be looked at a day, on average; any number by default.
    """
    chosen = earlier.best(rule, alerts=None if alerts_per_day is None else alerts_per_day * earlier.days)
    return Choice(
        chosen=chosen,
        reported=later.at(chosen.threshold, rule),
        hindsight=later.best(rule, alerts=None if alerts_per_day is None else alerts_per_day * later.days),
        none=later.at(math.inf, rule),
    )


def interval(
    scores: Floats,
    amounts: Floats,
    fraud: npt.NDArray[Any],
    clusters: npt.NDArray[Any],
    threshold: float,
    rule: Rule | None = None,
) -> Estimate:
    """The gain of a threshold over refusing none, with a 95 % bootstrap interval over clusters such as cards.

    Args:
        scores, amounts, fraud: As of `Curve`; rows with an unknown label are left out.
        clusters: What each row belongs to, shape (n,).
    """
    told = np.asarray(fraud, dtype=np.float64)
    known = told != UNKNOWN
    told, paid = told[known], np.asarray(amounts)[known]
    a, b, c, d = _weights(rule or Rule())
    gains = np.where(np.asarray(scores)[known] >= threshold, told * (a + c * paid) + (1 - told) * (b + d * paid), 0.0)
    names, numbers = np.unique(np.asarray(clusters)[known], return_inverse=True)
    of_cluster = np.bincount(numbers, weights=gains, minlength=len(names))
    found = measures.bootstrap(lambda weights: float(weights @ of_cluster), np.arange(len(names)))
    return Estimate(found.value, found.low, found.high, int(known.sum()))


def _weights(rule: Rule) -> Floats:
    """What refusing adds for a fraud, a legitimate transaction, and a unit of amount of each, shape (4,)."""
    refused, accepted = (rule.refused_fraud, rule.refused_legitimate), (rule.accepted_fraud, rule.accepted_legitimate)
    fixed = [yes.fixed - no.fixed - rule.review for yes, no in zip(refused, accepted, strict=True)]
    share = [yes.share - no.share for yes, no in zip(refused, accepted, strict=True)]
    return np.array([*fixed, *share])
