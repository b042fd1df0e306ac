"""Whatever steps time takes, replayed transactions get the inputs and scores that they got at once, and the same queue."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps.fraud import shelf
from bigmodel_apps.fraud.replay import Replay
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.transactions import DAY, FRAUD, Transactions


@pytest.fixture(scope="module")
def scored(bank: Transactions, detector: Detector) -> Bank:
    return shelf.score_bank("replayed", bank, detector, first_test_day=bank.days[0] + 30)


@settings(deadline=None, max_examples=8)
@given(st.lists(st.floats(0, 40), max_size=6), st.integers(1, 3))
def test_steps_of_any_length_end_where_one_step_does(scored: Bank, steps: list[float], days: int) -> None:
    start = (scored.last_day - days) * DAY + 7 * 3_600
    replay = Replay(scored, start)
    arrived = [replay.advance(seconds).arrived for seconds in steps]
    arrived.append(replay.to(replay.until).arrived)
    assert replay.done
    first = int(np.searchsorted(scored.transactions.seconds, start))
    assert np.concatenate(arrived).tolist() == list(range(first, len(scored.transactions)))
    assert replay.scores == pytest.approx(scored.scores, abs=1e-9)
    expected = scored.queue(scored.last_day)
    assert replay.queue.cards.tolist() == expected.cards.tolist()
    assert replay.queue.bands.tolist() == expected.bands.tolist()


class CardsBefore:
    """Stands in for a model of card histories: looks at the inputs of the row before."""

    base = 0.0

    def log_odds(
        self, values: np.ndarray, transactions: Transactions, at: np.ndarray | slice = slice(None)
    ) -> np.ndarray:
        assert len(values) == len(transactions)
        places = np.arange(len(values))[at]
        return np.log1p(values[np.maximum(places - 1, 0), 0]) - np.log1p(values[places, 0])


def test_a_model_of_histories_sees_the_rows_before(bank: Transactions, detector: Detector) -> None:
    joined = replace(detector, sequence=CardsBefore(), weight=0.5)  # type: ignore[arg-type]
    scored = shelf.score_bank("histories", bank, joined, first_test_day=bank.days[0] + 30)
    replay = Replay(scored, scored.last_day * DAY)
    for seconds in (5, 1, 30):
        replay.advance(seconds)
    assert replay.done
    assert replay.scores == pytest.approx(scored.scores, abs=1e-9)


def test_only_what_has_come_is_seen(scored: Bank) -> None:
    noon = scored.last_day * DAY + 12 * 3_600
    replay = Replay(scored, noon)
    assert len(replay.seen) == len(replay.scores) == int((scored.transactions.seconds < noon).sum())
    assert (scored.transactions.seconds[replay.queue.tops] < noon).all()
    assert not replay.done
    step = replay.advance(0.5)  # half a second at an hour a second
    assert step.now == noon + 1_800
    assert (
        (scored.transactions.seconds[step.arrived] >= noon) & (scored.transactions.seconds[step.arrived] < step.now)
    ).all()


def test_the_queue_moves_and_begins_anew_at_midnight(scored: Bank) -> None:
    evening = scored.last_day * DAY - 3_600
    replay = Replay(scored, evening, speed=600)
    step = replay.advance(3)
    ranks = {int(card): rank for rank, card in enumerate(step.queue.cards)}
    assert set(step.before) <= set(ranks)
    assert not step.new_day
    step = replay.advance(10)
    assert step.new_day
    assert step.before == {}
    assert (scored.transactions.days[step.queue.tops] == scored.last_day).all()
    replay.speed = 86_400
    assert replay.advance(5).now == replay.until
    assert len(replay.advance(5).arrived) == 0


def test_what_was_caught_is_counted_by_cards(scored: Bank) -> None:
    day = max(
        range(scored.last_day - 20, scored.last_day),
        key=lambda day: int((scored.truth[scored.day(day)] == FRAUD).sum()),
    )
    replay = Replay(scored, day * DAY, (day + 1) * DAY)
    assert replay.caught(100) == (0, 0)
    replay.to(replay.until)
    places = scored.day(day)
    customers = scored.transactions.customers
    assert customers is not None
    cards = np.unique(customers[places[scored.truth[places] == FRAUD]])
    there = cards[np.isin(cards, replay.queue.cards)]
    assert replay.caught(len(replay.queue)) == (len(there), len(there))
    assert replay.caught(1)[0] == int(replay.queue.cards[0] in there)
