from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigmodel_apps.customer_service.policy import PRESETS, Costs, Judged, edited, weigh

# Four covered questions, the surest wrong answer at .7; two uncovered ones.
JUDGED = Judged(
    confidences=np.array([0.9, 0.8, 0.7, 0.3, 0.6, 0.1]),
    right=np.array([True, True, False, True, False, False]),
    covered=np.array([True, True, True, True, False, False]),
)


def test_shares_by_hand() -> None:
    shares = weigh(JUDGED, Costs(wrong=10, hand_over=4, unanswered=2, handed_over=0.5, uncovered=0.5))
    half = shares.at(0.5)
    assert shares.coverage[half] == pytest.approx(3 / 4)
    assert shares.risk[half] == pytest.approx(1 / 3)
    assert shares.answered_right[half] == pytest.approx(0.5 * 2 / 4)
    assert shares.answered_wrong[half] == pytest.approx(0.5 * 1 / 4 + 0.5 * 1 / 2)
    assert shares.refused[half] == pytest.approx(0.5 * 1 / 4)
    assert shares.refused_uncovered[half] == pytest.approx(0.5 * 1 / 2)
    person = (0.125 + 0.25) * 0.5
    assert shares.cost[half] == pytest.approx(100 * (10 * 0.375 + 4 * person + 2 * 0.125 * 0.5))


def test_a_dearer_mistake_raises_the_cheapest_threshold() -> None:
    cheap = weigh(JUDGED, Costs(wrong=0, hand_over=4, unanswered=4)).cheapest
    dear = weigh(JUDGED, Costs(wrong=100, hand_over=4, unanswered=4)).cheapest
    assert cheap < 0.3 < 0.7 < dear


def test_the_presets_differ_in_strictness() -> None:
    generator = np.random.default_rng(3)
    covered = generator.random(2_000) < 0.8
    confidences = generator.random(2_000)
    right = covered & (generator.random(2_000) < confidences)
    cheapest = {name: weigh(Judged(confidences, right, covered), costs).cheapest for name, costs in PRESETS.items()}
    assert cheapest["bank"] > cheapest["helpdesk"] > cheapest["shop"]


def test_without_uncovered_questions_all_are_covered() -> None:
    shares = weigh(Judged(np.array([0.2, 0.8]), np.array([True, False]), np.array([True, True])), PRESETS["shop"])
    assert shares.refused_uncovered.tolist() == [0.0] * len(shares.thresholds)


def test_nothing_covered_is_refused() -> None:
    with pytest.raises(ValueError, match="no covered"):
        weigh(Judged(np.array([0.5]), np.array([False]), np.array([False])), PRESETS["bank"])


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), min_size=1, max_size=30), st.floats(0, 1))
def test_shares_add_up_to_one(rows: list[tuple[float, bool, bool]], uncovered: float) -> None:
    covered = np.array([row[2] for row in rows])
    covered[0] = True
    judged = Judged(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]) & covered, covered)
    shares = weigh(judged, Costs(5, 3, 1, uncovered=uncovered))
    total = shares.answered_right + shares.answered_wrong + shares.refused + shares.refused_uncovered
    np.testing.assert_allclose(total, 1)
    assert (np.diff(shares.coverage) <= 1e-12).all()


def test_edited_costs_stay_sensible() -> None:
    assert edited(PRESETS["bank"], wrong=-1, uncovered=3) == Costs(0, 5, 3, uncovered=1.0)
