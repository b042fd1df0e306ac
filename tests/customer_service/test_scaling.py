from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from bigmodel_apps.customer_service import scaling
from bigmodel_apps.customer_service.scaling import Scaling


def _answers(seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    log_odds = chance.normal(size=4_000)
    return log_odds, chance.random(4_000) < expit(2 * log_odds - 1)


def test_the_scale_that_made_the_answers_is_found() -> None:
    found = scaling.fit(*_answers())
    assert found.scale == pytest.approx(2, abs=0.2)
    assert found.offset == pytest.approx(-1, abs=0.15)


def test_how_the_odds_were_scaled_before_does_not_matter() -> None:
    """So a tenant that an earlier scale has seen can be left out of the next."""
    log_odds, right = _answers()
    one, other = scaling.fit(log_odds, right), scaling.fit(3 * log_odds - 2, right)
    np.testing.assert_allclose(one(expit(log_odds)), other(expit(3 * log_odds - 2)), atol=1e-3)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.floats(0.1, 5), st.floats(-5, 5))
def test_order_is_kept_and_confidences_stay_shares(values: list[float], scale: float, offset: float) -> None:
    found = Scaling(scale, offset)(np.array(values))
    assert ((found >= 0) & (found <= 1)).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
