from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bigmodel_apps.problems import InputError
from bigmodel_apps.workspace import Ticket, Workspace
from bigmodel_apps.workspace.conversations import Overtaken, Said
from tests.workspace.conftest import code

DOMAIN = "customer_service"


def ticket(store: Workspace, owner: str = "ann", desk: str = "shop") -> Ticket:
    conversation = store.conversations.start(owner, DOMAIN, desk)
    return store.tickets.open(conversation.id, owner, "chosen", {"question": "?"})


def test_messages_come_back_in_order_with_their_meta(store: Workspace, file: Path) -> None:
    conversation = store.conversations.start("ann", DOMAIN, "shop")
    first = store.conversations.say(conversation.id, "ann", "customer", "  How?  ")
    second = store.conversations.say(conversation.id, "ann", "assistant", "So.", {"output": {"id": "a", "n": [1, 2]}})
    assert (first.text, first.meta, second.meta["output"]) == ("How?", {}, {"id": "a", "n": [1, 2]})
    assert datetime.now(UTC) - first.created_at < timedelta(minutes=1)
    assert store.conversations.messages(conversation.id, "ann") == [first, second]
    assert store.conversations.messages(conversation.id, "ann", after=first.number) == [second]
    assert Workspace(f"sqlite:///{file}").conversations.messages(conversation.id, "ann") == [first, second]


def test_the_latest_conversation_is_the_owners_own_at_these_desks(store: Workspace) -> None:
    assert store.conversations.latest("ann", DOMAIN, "shop") is None
    shop = store.conversations.start("ann", DOMAIN, "shop")
    store.conversations.start("bob", DOMAIN, "shop")
    bank = store.conversations.start("ann", DOMAIN, "bank")
    store.conversations.start("ann", "fraud", "shop")
    assert store.conversations.latest("ann", DOMAIN, "shop") == shop
    assert store.conversations.latest("ann", DOMAIN, "shop", "bank") == bank
    assert store.conversations.latest("ann", DOMAIN, "elsewhere") is None
    assert store.conversations.latest("ann", DOMAIN) is None


def test_a_conversation_is_its_owners_alone(store: Workspace) -> None:
    conversation = store.conversations.start("ann", DOMAIN, "shop")
    said = store.conversations.say(conversation.id, "ann", "customer", "secret")
    opened = store.tickets.open(conversation.id, "ann", "chosen", {})
    for attempt in (
        lambda: store.conversations.messages(conversation.id, "bob"),
        lambda: store.conversations.say(conversation.id, "bob", "customer", "x"),
        lambda: store.conversations.annotate(said.number, "bob", {}),
        lambda: store.conversations.annotate(10**6, "ann", {}),
        lambda: store.conversations.delete(conversation.id, "bob"),
        lambda: store.tickets.open(conversation.id, "bob", "chosen", {}),
        lambda: store.tickets.of(conversation.id, "bob"),
        lambda: store.tickets.withdraw(opened.number, "bob"),
        lambda: store.tickets.rate(opened.number, "bob", 5),
        lambda: store.conversations.messages("no such", "ann"),
    ):
        with pytest.raises(InputError) as caught:
            attempt()
        assert code(caught) == "conversation-not-found"
    with pytest.raises(ValueError, match="owner"):
        store.conversations.start("", DOMAIN, "shop")


@pytest.mark.parametrize("role", ["customer", "agent", "assistant", "notice"])
def test_an_empty_message_is_refused_and_only_people_are_cut_short(store: Workspace, role: str) -> None:
    conversation = store.conversations.start("ann", DOMAIN, "shop")
    with pytest.raises(InputError) as caught:
        store.conversations.say(conversation.id, "ann", role, " \n ")  # type: ignore[arg-type]
    assert code(caught) == "message-empty"
    if role in ("customer", "agent"):
        with pytest.raises(InputError) as caught:
            store.conversations.say(conversation.id, "ann", role, "x" * 4_001)  # type: ignore[arg-type]
        assert code(caught) == "message-too-long"
        assert store.conversations.messages(conversation.id, "ann") == []
    else:
        assert len(store.conversations.say(conversation.id, "ann", role, "x" * 20_000).text) == 20_000  # type: ignore[arg-type]


def test_a_response_is_stored_while_nothing_else_was_said(store: Workspace) -> None:
    conversation = store.conversations.start("ann", DOMAIN, "shop")
    asked = store.conversations.say(conversation.id, "ann", "customer", "How?")
    notice = store.conversations.say(conversation.id, "ann", "notice", "Closed.")

    def answer(name: str) -> bool:
        try:
            store.conversations.say(conversation.id, "ann", "assistant", name, after=asked.number)
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(answer, [f"answer {n}" for n in range(8)])) == 1
    first, second, said = store.conversations.messages(conversation.id, "ann")
    assert (first, second, said.role) == (asked, notice, "assistant")


def test_messages_count_in_bytes_with_their_meta_and_a_full_workspace_takes_no_question(file: Path) -> None:
    store = Workspace(f"sqlite:///{file}", quota=100)
    conversation = store.conversations.start("ann", DOMAIN, "shop")
    store.conversations.say(conversation.id, "ann", "customer", " 能退货吗？ ")
    store.conversations.say(conversation.id, "ann", "assistant", "能。", {"output": "é"})
    assert store.usage("ann") == len("能退货吗？{}能。".encode()) + len('{"output": "\\u00e9"}') == 43
    for text, meta in (("x" * 56, {}), ("x", {"to": "x" * 50})):
        with pytest.raises(InputError) as caught:
            store.conversations.say(conversation.id, "ann", "customer", text, meta)
        assert code(caught) == "workspace-full"
    assert len(store.conversations.messages(conversation.id, "ann")) == 2
    store.conversations.say(conversation.id, "ann", "customer", "x" * 55)
    assert store.usage("ann") == 100
    other = store.conversations.start("bob", DOMAIN, "shop")
    store.conversations.say(other.id, "bob", "customer", "x" * 98)
    store.close()


def test_replayed_conversations_replace_those_before_or_leave_them(file: Path) -> None:
    store = Workspace(f"sqlite:///{file}", quota=100)
    moment = datetime.now(UTC)
    store.conversations.replay("ann", DOMAIN, "shop", [[Said("customer", "x" * 98, moment, {})]])
    for text, expected in ((" ", "message-empty"), ("y" * 99, "workspace-full")):
        with pytest.raises(InputError) as caught:
            store.conversations.replay("ann", DOMAIN, "shop", [[Said("customer", text, moment, {})]])
        assert code(caught) == expected
        ((_, messages),) = store.conversations.at_desks(DOMAIN, ["shop"])
        assert [message.text for message in messages] == ["x" * 98]
    store.conversations.replay("ann", DOMAIN, "shop", [[Said("customer", "y" * 98, moment, {})]])
    ((_, messages),) = store.conversations.at_desks(DOMAIN, ["shop"])
    assert [message.text for message in messages] == ["y" * 98]
    store.close()


def test_notes_on_a_message_add_up(store: Workspace) -> None:
    conversation = store.conversations.start("ann", DOMAIN, "shop")
    said = store.conversations.say(conversation.id, "ann", "assistant", "So.", {"threshold": 0.5})
    store.conversations.annotate(said.number, "ann", {"verdict": "good"})
    changed = store.conversations.annotate(said.number, "ann", {"verdict": "bad", "reason": "wrong"})
    assert changed.meta == {"threshold": 0.5, "verdict": "bad", "reason": "wrong"}


def test_deleting_takes_messages_and_tickets_along_and_reset_all_that_is_ones_own(store: Workspace, file: Path) -> None:
    opened = ticket(store)
    store.conversations.say(opened.conversation, "ann", "customer", "x" * 100)
    other = ticket(store, "bob")
    assert store.usage("ann") == len("x" * 100 + "{}")
    store.conversations.delete(opened.conversation, "ann")
    assert [one.number for one in store.tickets.list(DOMAIN, ["shop"])] == [other.number]
    kept = ticket(store)
    store.conversations.say(kept.conversation, "ann", "customer", "hello")
    store.reset("ann")
    assert store.usage("ann") == 0
    with sqlite3.connect(file) as connection:
        owners = connection.execute("SELECT owner FROM conversations").fetchall()
        assert owners == [("bob",)]
        assert connection.execute("SELECT count(*) FROM messages").fetchone() == (0,)


def test_those_who_serve_desks_read_what_was_said_there(store: Workspace) -> None:
    for owner, desk in (("ann", "shop"), ("bob", "bank"), ("cat", "shop")):
        conversation = store.conversations.start(owner, DOMAIN, desk)
        store.conversations.say(conversation.id, owner, "customer", f"{owner} at {desk}")
    texts = [said.text for _, messages in store.conversations.at_desks(DOMAIN, ["shop"]) for said in messages]
    assert texts == ["ann at shop", "cat at shop"]
    assert store.conversations.at_desks(DOMAIN, []) == []
    assert store.conversations.at_desks(DOMAIN, ["shop"], datetime.now(UTC) + timedelta(minutes=1)) == []
    assert len(store.conversations.at_desks(DOMAIN, ["shop"], datetime.now(UTC) - timedelta(minutes=1))) == 2


def test_a_ticket_from_opening_to_rating(store: Workspace) -> None:
    opened = ticket(store)
    assert (opened.state, opened.agent, opened.rating, opened.taken_at) == ("waiting", "", None, None)
    assert store.tickets.open(opened.conversation, "ann", "again", {}) == opened
    taken = store.tickets.take(opened.number, ["shop"], "  Kim   Lee ")
    assert (taken.state, taken.agent) == ("active", "Kim Lee")
    assert taken.taken_at is not None
    said = store.tickets.reply(opened.number, ["shop"], "Kim Lee", "Hello")
    assert (said.role, said.meta) == ("agent", {"agent": "Kim Lee", "ticket": opened.number})
    with pytest.raises(InputError) as caught:
        store.tickets.rate(opened.number, "ann", 5)
    assert code(caught) == "ticket-not-closed"
    closed = store.tickets.close(opened.number, ["shop"])
    assert closed.state == "closed"
    assert store.tickets.close(opened.number, ["shop"]) == closed
    for rating in (0, 6):
        with pytest.raises(InputError) as caught:
            store.tickets.rate(opened.number, "ann", rating)
        assert code(caught) == "rating-out-of-range"
    assert (
        store.tickets.rate(opened.number, "ann", 4, " good ").rating,
        store.tickets.of(opened.conversation, "ann").comment,
    ) == (4, "good")  # type: ignore[union-attr]
    again = store.tickets.open(opened.conversation, "ann", "chosen", {})
    assert again.number > opened.number
    assert store.tickets.of(opened.conversation, "ann") == again


def test_a_closed_ticket_takes_no_reply(store: Workspace) -> None:
    opened = ticket(store)
    store.tickets.withdraw(opened.number, "ann")
    for attempt in (
        lambda: store.tickets.take(opened.number, ["shop"], "Kim"),
        lambda: store.tickets.reply(opened.number, ["shop"], "Kim", "Hello"),
    ):
        with pytest.raises(InputError) as caught:
            attempt()
        assert code(caught) == "ticket-closed"


def test_a_reply_that_is_refused_takes_no_ticket(store: Workspace) -> None:
    opened = ticket(store)
    for agent, text, expected in (("Kim", "  ", "message-empty"), (" ", "Hello", "agent-name-missing")):
        with pytest.raises(InputError) as caught:
            store.tickets.reply(opened.number, ["shop"], agent, text)
        assert code(caught) == expected
        assert store.tickets.get(opened.number, ["shop"]).state == "waiting"


def test_another_desk_knows_nothing_of_a_ticket(store: Workspace) -> None:
    opened = ticket(store)
    for attempt in (
        lambda: store.tickets.get(opened.number, ["bank"]),
        lambda: store.tickets.transcript(opened.number, ["bank"]),
        lambda: store.tickets.take(opened.number, [], "Kim"),
        lambda: store.tickets.reply(opened.number, ["bank"], "Kim", "Hello"),
        lambda: store.tickets.note(opened.number, ["bank"], "Hello", {}),
        lambda: store.tickets.close(opened.number, ["bank"]),
        lambda: store.tickets.close(10**6, ["shop"]),
        lambda: store.tickets.withdraw(10**6, "ann"),
        lambda: store.tickets.rate(10**6, "ann", 5),
    ):
        with pytest.raises(InputError) as caught:
            attempt()
        assert code(caught) == "ticket-not-found"
    assert store.tickets.list(DOMAIN, ["bank"]) == []


def test_of_many_agents_at_once_one_takes_a_ticket(store: Workspace) -> None:
    opened = ticket(store)

    def take(name: str) -> str:
        try:
            return store.tickets.take(opened.number, ["shop"], name).agent
        except InputError as error:
            assert error.problems[0].code == "ticket-taken"
            return ""

    with ThreadPoolExecutor(8) as pool:
        won = [name for name in pool.map(take, [f"agent {n}" for n in range(16)]) if name]
    assert len(won) == 1
    assert store.tickets.get(opened.number, ["shop"]).agent == won[0]


def test_tickets_are_listed_by_state_the_newest_first_and_a_desk_can_be_given_up(store: Workspace) -> None:
    first, second, elsewhere = ticket(store), ticket(store, "bob"), ticket(store, desk="bank")
    store.tickets.take(first.number, ["shop"], "Kim")
    assert [one.number for one in store.tickets.list(DOMAIN, ["shop"])] == [second.number, first.number]
    assert [one.number for one in store.tickets.list(DOMAIN, ["shop", "bank"], "waiting")] == [
        elsewhere.number,
        second.number,
    ]
    store.tickets.close_desk("shop")
    assert store.tickets.list(DOMAIN, ["shop"], "active") == store.tickets.list(DOMAIN, ["shop"], "waiting") == []
    assert store.tickets.get(elsewhere.number, ["bank"]).state == "waiting"


def test_a_notice_stands_in_the_transcript_of_both_sides(store: Workspace) -> None:
    opened = ticket(store)
    note = store.tickets.note(opened.number, ["shop"], "Kim has joined.", {"notice": "joined"})
    assert note.role == "notice"
    assert store.tickets.transcript(opened.number, ["shop"]) == [note]
    assert store.conversations.messages(opened.conversation, "ann") == [note]
