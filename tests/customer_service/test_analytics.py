"""Figures of the desks, checked against hand-made records, and a simulated week that is the model's own work."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bigmodel_apps import measures, runtime, workspace
from bigmodel_apps.customer_service import analytics, gaps, journal, replay
from bigmodel_apps.customer_service.analytics import Records
from bigmodel_apps.customer_service.journal import Turn
from bigmodel_apps.customer_service.questions import out_of_scope, paraphrases
from bigmodel_apps.customer_service.schema import Input, Options, Output
from bigmodel_apps.customer_service.shelf import DOMAIN
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.workspace import Ticket
from bigmodel_apps.workspace.conversations import Said

MODEL = "customer-service-hybrid"
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
ASKED = 100


def turns(count: int, **given: object) -> list[Turn]:
    made = Turn("shop", "c", 1, "One?", NOON, "en", "answer")
    return [
        replace(made, number=number, conversation=f"c{number}", **given)  # type: ignore[arg-type]
        for number in range(count)
    ]


def ticket(number: int, *, wait: float | None = None, rating: int | None = None) -> Ticket:
    closed = NOON + timedelta(seconds=10 * wait) if wait is not None else None
    return Ticket(number, f"c{number}", DOMAIN, "shop", "closed", "", {}, "Kim", rating, "", NOON, NOON, closed)


def test_fates_count_and_few_questions_give_no_share() -> None:
    asked = [*turns(6), *turns(3, outcome="not_covered"), *turns(1, kind="small_talk", outcome="not_covered")]
    found = analytics.fates(asked)
    assert {fate: count for fate, (count, _) in found.items()} == {"answer": 6, "not_covered": 3, "small_talk": 1}
    assert found["answer"][1] == measures.wilson(6, 10)
    assert all(share is None for _, share in analytics.fates(asked[:9]).values())
    assert analytics.fates([]) == {}


def test_thumbs_responses_and_ratings() -> None:
    judged = [*turns(8, verdict="good"), *turns(4, verdict="bad"), *turns(50)]
    assert analytics.thumbs(judged) == measures.wilson(8, 12)
    assert analytics.thumbs(judged[4:9]) is None
    timed = [turn for n in range(1, 102) for turn in turns(1, milliseconds=float(n))]
    found = analytics.responses([*timed, *turns(5)])
    assert found is not None
    assert (found.median, found.high, found.n) == (pytest.approx(0.051), pytest.approx(0.096), 101)
    assert analytics.responses(turns(50)) is None
    rated = [ticket(n, rating=4 if n % 2 else 5) for n in range(10)]
    rating = analytics.satisfaction([*rated, ticket(10)])
    assert rating is not None
    assert (rating.value, rating.n) == (4.5, 10)
    assert rating.low < 4.5 < rating.high
    assert analytics.satisfaction(rated[:9]) is None


def test_hand_over_and_its_times() -> None:
    tickets = tuple(ticket(n, wait=n) for n in range(10))
    records = Records(
        tuple(turns(40)), (*tickets, ticket(99)), {t.number: NOON + timedelta(seconds=t.number) for t in tickets}
    )
    assert analytics.hand_over(records) == measures.wilson(10, 40)
    waits, closings = analytics.waits(records), analytics.closings(records)
    assert waits is not None
    assert closings is not None
    assert (waits.median, waits.high, waits.n) == (4.5, pytest.approx(8.1), 10)
    assert (closings.median, closings.n) == (45, 10)
    assert analytics.waits(Records(records.turns, tickets)) is None


@pytest.mark.parametrize(
    ("hours", "grain", "count"), [((0, 1, 1, 30), "hour", 3), ((0, 24, 72), "day", 3), ((0, 24 * 100), "week", 2)]
)
def test_time_is_cut_as_fits(hours: Sequence[int], grain: str, count: int) -> None:
    asked = [turn for hour in hours for turn in turns(1, asked_at=NOON + timedelta(hours=hour))]
    found, buckets = analytics.over_time(asked)
    assert found == grain
    assert len(buckets) == count
    assert sum(bucket.count for bucket in buckets) == len(hours)
    assert [bucket.start for bucket in buckets] == sorted(bucket.start for bucket in buckets)


def test_days_are_the_readers() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    late = [turn for day in range(4) for turn in turns(1, asked_at=NOON.replace(hour=20) + timedelta(days=day))]
    _, buckets = analytics.over_time(late, shanghai)
    assert [bucket.start.day for bucket in buckets] == [4, 5, 6, 7]
    assert analytics.over_time([], shanghai) == ("day", [])
    now = datetime(2026, 11, 4, 1, tzinfo=shanghai)
    assert analytics.since("today", now) == datetime(2026, 11, 4, tzinfo=shanghai)
    assert analytics.since("week", now) == now - timedelta(days=7)
    assert analytics.since("all", now) is None


def test_records_are_read_from_the_store() -> None:
    owner, desk = uuid.uuid4().hex, uuid.uuid4().hex
    store = workspace.default()
    conversation = store.conversations.start(owner, DOMAIN, desk).id
    store.conversations.say(conversation, owner, "customer", "Do you sell boats?")
    made: Output = runtime.predict(DOMAIN, [Input(question="Do you sell boats?")])[0]
    store.conversations.say(conversation, owner, "assistant", "No.", journal.meta(made, Options(), MODEL, 3))
    opened = store.tickets.open(conversation, owner, "asked", {})
    assert analytics.read(DOMAIN, [desk]).replied == {}
    reply = store.tickets.reply(opened.number, [desk], "Kim", "We do.")
    found = analytics.read(DOMAIN, [desk])
    assert [turn.question for turn in found.turns] == ["Do you sell boats?"]
    assert found.replied == {opened.number: reply.created_at}
    later = datetime.now(UTC) + timedelta(seconds=1)
    assert analytics.read(DOMAIN, [desk], later) == Records((), (), {})


def test_a_reply_counts_for_the_ticket_that_it_answers() -> None:
    owner, desk = uuid.uuid4().hex, uuid.uuid4().hex
    store = workspace.default()
    conversation = store.conversations.start(owner, DOMAIN, desk).id
    given_up = store.tickets.open(conversation, owner, "asked", {})
    store.tickets.withdraw(given_up.number, owner)
    opened = store.tickets.open(conversation, owner, "asked", {})
    first = store.tickets.reply(opened.number, [desk], "Kim", "Hello.")
    store.tickets.reply(opened.number, [desk], "Kim", "Still here?")
    assert analytics.read(DOMAIN, [desk]).replied == {opened.number: first.created_at}


# --- A simulated week ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def owner() -> str:
    mine = uuid.uuid4().hex
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "QUESTIONS", ASKED)
        assert replay.load("shop", "en", MODEL, mine, now=NOON) == ASKED
    return mine


def test_a_simulated_week_is_answered_by_the_model(owner: str) -> None:
    asked = journal.turns(DOMAIN, replay.desks(owner))
    assert len(asked) == ASKED
    assert all(turn.simulated for turn in asked)
    assert {turn.desk for turn in asked} == {"shop"}
    assert all(NOON - timedelta(days=7) < turn.asked_at < NOON for turn in asked)
    outside = out_of_scope("shop", "en")
    covered = (*paraphrases("shop", "en", "heldout"), *paraphrases("shop", "en", "tuning"))
    known = {question.text for question in (*covered, *outside["near"], *outside["far"])}
    assert {turn.question for turn in asked} <= known
    for turn in asked[::40]:
        output: Output = runtime.predict(DOMAIN, [Input(question=turn.question)], model=MODEL)[0]
        assert (turn.outcome, turn.entry) == (output.outcome, output.id)
        assert turn.confidence == pytest.approx(output.confidence, abs=1e-3)
        assert turn.milliseconds is not None
        assert turn.milliseconds > 0
    assert len({turn.conversation for turn in asked}) < len(asked)
    for _, group in itertools.groupby(asked, key=lambda turn: turn.asked_at.date()):
        assert len(list(group)) > 5


def test_nobody_else_sees_a_simulated_week(owner: str) -> None:
    other = uuid.uuid4().hex
    tenants = [*journal.desks(other), *replay.desks(other)]
    assert not any(turn.simulated for turn in journal.turns(DOMAIN, tenants))
    assert not any(turn.simulated for turn in journal.turns(DOMAIN, journal.desks(owner)))
    assert workspace.default().conversations.latest(owner, DOMAIN, "shop") is None


def test_a_simulated_week_has_gaps(owner: str) -> None:
    asked = gaps.unsettled(journal.turns(DOMAIN, replay.desks(owner)), owner)
    found = gaps.find(asked, MODEL, owner)
    assert sum(len(gap.turns) for gap in found) == len(asked) > 20
    assert all(gap.simulated for gap in found)
    assert max(len(gap.turns) for gap in found) > 1


def test_loading_again_replaces_and_removing_leaves_nothing(owner: str) -> None:
    before = journal.turns(DOMAIN, replay.desks(owner))
    with pytest.raises(Cancelled):
        replay.load("shop", "en", MODEL, owner, cancelled=lambda: True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "QUESTIONS", 4)
        patch.setattr(workspace.default(), "quota", 1_000)
        with pytest.raises(InputError, match="workspace-full"):
            replay.load("shop", "en", MODEL, owner)
    assert journal.turns(DOMAIN, replay.desks(owner)) == before
    replay.remove(owner)
    assert journal.turns(DOMAIN, replay.desks(owner)) == []


def test_conversations_are_stored_with_their_times_or_not_at_all() -> None:
    mine, desk = uuid.uuid4().hex, uuid.uuid4().hex
    store = workspace.default().conversations
    berlin = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    said = [Said("customer", "One?", berlin, {}), Said("assistant", "Two.", berlin + timedelta(seconds=1), {"x": 1})]
    with pytest.raises(InputError, match="message-empty"):
        store.replay(mine, DOMAIN, desk, [said, [Said("customer", " ", berlin, {})]])
    assert store.at_desks(DOMAIN, [desk]) == []
    (conversation,) = store.replay(mine, DOMAIN, desk, [said])
    assert conversation.created_at == berlin
    ((read, messages),) = store.at_desks(DOMAIN, [desk])
    assert read == conversation
    assert [(message.text, message.created_at) for message in messages] == [
        ("One?", berlin),
        ("Two.", berlin + timedelta(seconds=1)),
    ]
    store.clear(uuid.uuid4().hex, DOMAIN, desk)
    assert len(store.at_desks(DOMAIN, [desk])) == 1
    store.clear(mine, DOMAIN, desk)
    assert store.at_desks(DOMAIN, [desk]) == []
