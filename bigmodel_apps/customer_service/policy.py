"""What a threshold costs: of a hundred customers, how many get a wrong answer, how many reach a person, how many leave.

The threshold trades coverage for risk (El-Yaniv and Wiener, "On the Foundations of Noise-free Selective
Classification", JMLR 2010). Which trade is right depends on what a wrong answer costs, and a bank pays more for one
than a shop, so the costs are the user's to set and the best threshold follows from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STEPS = 101


@dataclass(frozen=True, slots=True)
class Costs:
    """What each outcome costs, in any one unit.

    Attributes:
        wrong: An answer that does not answer the question.
        hand_over: A question that a person answers.
        unanswered: A question that the knowledge covers, and that goes away without an answer.
        handed_over: Share of the customers without an answer who ask for a person.
        uncovered: Share of all questions that the knowledge does not answer.
    """

    wrong: float
    hand_over: float
    unanswered: float
    handed_over: float = 0.5
    uncovered: float = 0.25


PRESETS: Mapping[str, Costs] = {
    "bank": Costs(wrong=50, hand_over=5, unanswered=3),
    "shop": Costs(wrong=6, hand_over=4, unanswered=5),
    "helpdesk": Costs(wrong=15, hand_over=10, unanswered=4),
}
"""Starting points in the order of strictness that a reader expects: what they assume is stated beside them."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Questions whose right entry is known, answered by a model.

    Attributes:
        confidences: Shape (n,).
        right: Whether the best entry answers the question, shape (n,); False where nothing does.
        covered: Whether the knowledge answers the question, shape (n,).
    """

    confidences: Array
    right: Flags
    covered: Flags


@dataclass(frozen=True, slots=True)
class Shares:
    """Of all questions, at each threshold: shape (`STEPS`,) each.

    Attributes:
        thresholds: From 0 to 1.
        answered_right, answered_wrong: Given an answer.
        refused: Covered by the knowledge, and not answered.
        refused_uncovered: Not covered, and rightly not answered.
        coverage: Share of the covered questions that is answered.
        risk: Share wrong of the answers given to covered questions; 0 where none is given.
        cost: Of a hundred questions.
    """

    thresholds: Array
    answered_right: Array
    answered_wrong: Array
    refused: Array
    refused_uncovered: Array
    coverage: Array
    risk: Array
    cost: Array

    @property
    def cheapest(self) -> float:
        """The threshold that costs least; of equals the highest."""
        return float(self.thresholds[len(self.cost) - 1 - int(self.cost[::-1].argmin())])

    def at(self, threshold: float) -> int:
        """Place of the nearest threshold."""
        return int(np.abs(self.thresholds - threshold).argmin())


def weigh(judged: Judged, costs: Costs) -> Shares:
    """Shares and cost at every threshold, with covered and uncovered questions mixed as `costs.uncovered` says.

    Where no uncovered questions were judged, all questions count as covered.

    Raises:
        ValueError: No covered question was judged.
    """
    if not judged.covered.any():
        raise ValueError("no covered question")
    thresholds = np.linspace(0, 1, STEPS)
    answered = judged.confidences[None, :] >= thresholds[:, None]
    outside = ~judged.covered
    uncovered = costs.uncovered if outside.any() else 0.0
    inside = 1 - uncovered
    given = answered[:, judged.covered]
    right = (given & judged.right[judged.covered]).mean(axis=1)
    wrong = given.mean(axis=1) - right
    false_alarm = answered[:, outside].mean(axis=1) if outside.any() else np.zeros(STEPS)
    refused, refused_uncovered = inside * (1 - right - wrong), uncovered * (1 - false_alarm)
    answered_wrong = inside * wrong + uncovered * false_alarm
    person = (refused + refused_uncovered) * costs.handed_over
    cost = 100 * (
        costs.wrong * answered_wrong + costs.hand_over * person + costs.unanswered * refused * (1 - costs.handed_over)
    )
    coverage = right + wrong
    risk = np.divide(wrong, coverage, out=np.zeros(STEPS), where=coverage > 0)
    return Shares(thresholds, inside * right, answered_wrong, refused, refused_uncovered, coverage, risk, cost)


def edited(costs: Costs, **changes: float) -> Costs:
    """Costs with some changed; negative ones become 0, shares are kept within 0 and 1."""
    kept = {name: max(0.0, value) for name, value in changes.items()}
    for name in ("handed_over", "uncovered"):
        if name in kept:
            kept[name] = min(1.0, kept[name])
    return replace(costs, **kept)
