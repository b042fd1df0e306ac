"""What is written with an answer is read again, whatever an older message lacks."""

from __future__ import annotations

import json
import uuid

import pytest

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import journal
from bigmodel_apps.customer_service.journal import Turn
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.customer_service.schema import Candidate, Input, Options, Output
from bigmodel_apps.customer_service.shelf import DOMAIN

MODEL = "customer-service-hybrid"


@pytest.fixture
def desk() -> str:
    """A desk that no other test reads."""
    return uuid.uuid4().hex


def output(outcome: str = "answer", **given: object) -> Output:
    values = {
        "id": "returns",
        "answer": "Within 30 days.",
        "confidence": 0.9,
        "candidates": [Candidate(id="returns", score=1.0, question="How do I return something?")],
        "citations": [],
        "engine": "words",
        "shares": {},
        "language": "en",
    }
    return Output.model_validate({"outcome": outcome, **values, **given})


def say(conversation: str, question: str, *, owner: str = "a" * 32, **given: object) -> int:
    store = workspace.default().conversations
    store.say(conversation, owner, "customer", question)
    meta = journal.meta(output(**given), Options(threshold=0.6), MODEL, 12.34)
    return store.say(conversation, owner, "assistant", "…", meta).number


def start(desk: str, owner: str = "a" * 32) -> str:
    return workspace.default().conversations.start(owner, DOMAIN, desk).id


def read(desk: str) -> list[Turn]:
    return journal.turns(DOMAIN, [desk])


def test_a_real_answer_is_read_as_it_was_written(desk: str) -> None:
    options = Options(knowledge="shop", threshold=0.4)
    made: Output = runtime.predict(DOMAIN, [Input(question="Where is my parcel?")], options=options)[0]
    store, conversation = workspace.default().conversations, start(desk)
    store.say(conversation, "a" * 32, "customer", "Where is my parcel?")
    number = store.say(conversation, "a" * 32, "assistant", "…", journal.meta(made, options, MODEL, 20.06)).number
    (turn,) = read(desk)
    assert (turn.question, turn.number, turn.conversation) == ("Where is my parcel?", number, conversation)
    assert (turn.outcome, turn.entry, turn.confidence) == (made.outcome, made.id, made.confidence)
    assert (turn.threshold, turn.milliseconds, turn.model, turn.kind) == (0.4, 20.1, MODEL, "knowledge")
    assert turn.candidates == tuple((candidate.id, candidate.question) for candidate in made.candidates)
    assert (turn.handed_over, turn.helped, turn.simulated, turn.verdict) == (False, False, False, None)


def test_the_key_of_a_private_base_is_not_written() -> None:
    meta = journal.meta(output(), Options(knowledge="base~secret"), MODEL, 1)
    assert meta["knowledge"] == "base"
    assert "secret" not in json.dumps(meta)


def test_verdict_and_choice_are_read(desk: str) -> None:
    store, conversation = workspace.default().conversations, start(desk)
    first, second = say(conversation, "One?"), say(conversation, "Two?", outcome="clarify")
    store.annotate(first, "a" * 32, journal.verdict("bad", "wrong", "It is not."))
    store.annotate(second, "a" * 32, journal.chosen("returns"))
    one, two = read(desk)
    assert (one.verdict, one.reason, one.comment, one.helped) == ("bad", "wrong", "It is not.", False)
    assert (two.verdict, two.helped) == (None, True)


def test_asking_a_suggested_question_next_is_a_choice(desk: str) -> None:
    conversation = start(desk)
    say(conversation, "Give back?", outcome="clarify")
    say(conversation, "How do I return something?")
    say(conversation, "Give back?", outcome="clarify")
    say(conversation, "Something else?")
    assert [turn.helped for turn in read(desk)] == [True, False, False, False]


def test_a_ticket_and_the_replies_belong_to_the_question_before(desk: str) -> None:
    owner, conversation = "a" * 32, start(desk)
    store = workspace.default()
    say(conversation, "Do you sell boats?", outcome="not_covered")
    say(conversation, "A person, please", outcome="hand_over")
    ticket = store.tickets.open(conversation, owner, "asked", {})
    store.conversations.say(conversation, owner, "customer", "Are you there?", {"to": "agent"})
    store.tickets.reply(ticket.number, [desk], "Kim", "We sell boats from May.")
    store.tickets.close(ticket.number, [desk])
    say(conversation, "Thanks. And oars?", outcome="answer")
    boats, person, oars = read(desk)
    assert (boats.handed_over, boats.replies) == (True, ("We sell boats from May.",))
    assert (person.handed_over, person.replies) == (False, ())
    assert (oars.handed_over, oars.replies) == (False, ())


@pytest.mark.parametrize(
    "meta",
    [
        {},
        {"output": None},
        {"output": {}},
        {"output": {"outcome": "sings"}},
        {"output": "answer"},
    ],
)
def test_a_message_without_an_outcome_is_no_turn(desk: str, meta: dict[str, object]) -> None:
    store, conversation = workspace.default().conversations, start(desk)
    store.say(conversation, "a" * 32, "customer", "One?")
    store.say(conversation, "a" * 32, "assistant", "…", meta)
    assert read(desk) == []


def test_what_is_missing_or_odd_is_none(desk: str) -> None:
    store, conversation = workspace.default().conversations, start(desk)
    store.say(conversation, "a" * 32, "customer", "能退货吗？")
    odd = {"output": {"outcome": "answer", "id": 3, "confidence": "high"}, "milliseconds": True, "verdict": "meh"}
    store.say(conversation, "a" * 32, "assistant", "…", odd)
    (turn,) = read(desk)
    assert (turn.entry, turn.confidence, turn.milliseconds, turn.verdict, turn.candidates) == (None,) * 4 + ((),)
    assert turn.language == "zh"


def test_desks_are_the_tenants_and_the_own_bases() -> None:
    mine, other = uuid.uuid4().hex, uuid.uuid4().hex
    datasets = workspace.default().datasets
    own = datasets.add(mine, DOMAIN, "knowledge", "own", b"{}")
    shared = datasets.add(other, DOMAIN, "knowledge", "shared", b"{}", shared=True)
    assert journal.desks(mine) == [*TENANTS, own.id]
    assert shared.id in journal.desks(other)
