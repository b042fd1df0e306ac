"""A conversation at a desk: the model answers, a person takes over, and each message is stored before it is shown.

A desk is a knowledge base. The desks of the sample tenants are served by everybody who opens the inbox of this
server, the desk of an own base by its owner alone (`journal.desks`).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import ValidationError

from bigmodel_apps import locales, runtime, workspace
from bigmodel_apps.customer_service import journal
from bigmodel_apps.customer_service.intents import asks_for_person, small_talk, upset
from bigmodel_apps.customer_service.knowledge import Entry
from bigmodel_apps.customer_service.schema import MAX_QUESTION, Input, Options, Output, Turn
from bigmodel_apps.customer_service.shelf import DOMAIN, open_for, shelf
from bigmodel_apps.problems import InputError, from_validation
from bigmodel_apps.text.language import Language, detect
from bigmodel_apps.workspace import Message, Ticket
from bigmodel_apps.workspace.conversations import Overtaken

Reason = Literal["asked", "offered", "chosen"]
Notice = Literal["waiting", "joined", "closed", "withdrawn"]

_REMEMBERED = 20
# A mean of fewer waits than these says nothing, and last month's says little about today.
_WAITS, _OF_THE_LAST = 3, timedelta(days=7)


def question(text: str, history: Sequence[Message] = ()) -> Input:
    """What the model is given.

    Raises:
        InputError: Empty, or too long.
    """
    turns = [
        Turn(role="customer" if message.role == "customer" else "assistant", text=message.text)
        for message in history[-_REMEMBERED:]
        if message.role in ("customer", "assistant")
    ]
    try:
        return Input(question=text, history=turns)
    except ValidationError as error:
        raise InputError(*from_validation(error)) from None


def ask(id: str, owner: str, text: str) -> Message:
    """Store what a customer says to the assistant.

    Raises:
        InputError: Empty or too long; nothing is stored.
    """
    return workspace.default().conversations.say(id, owner, "customer", question(text).question)


def tell(id: str, owner: str, text: str) -> Message:
    """Store what a customer says to the person who serves, or will serve, the conversation."""
    return workspace.default().conversations.say(id, owner, "customer", text, {"to": "agent"})


def unanswered(messages: Sequence[Message]) -> bool:
    """Whether the last message is a question that the assistant owes an answer."""
    return bool(messages) and messages[-1].role == "customer" and messages[-1].meta.get("to") != "agent"


def answer(id: str, owner: str, options: Options, model: str) -> Message:
    """Answer the last question of a conversation, and store the answer with all that led to it.

    Returns:
        The answer. Where another tab was first, or the conversation went on, the last message as it is now: an answer
        that comes late is dropped.

    Raises:
        InputError, Busy, Unavailable: The question stays, and may be answered later.
    """
    store = workspace.default().conversations
    *before, asked = messages = store.messages(id, owner)
    if not unanswered(messages):
        return asked
    given = question(asked.text, before)
    started = time.perf_counter()
    output: Output = runtime.predict(DOMAIN, [given], options=options, model=model)[0]
    milliseconds = (time.perf_counter() - started) * 1000
    meta = journal.meta(output, options, model, milliseconds, output.kind)
    try:
        return store.say(id, owner, "assistant", wording(asked.text, output), meta, after=asked.number)
    except Overtaken:
        return store.messages(id, owner)[-1]


def answer_again(messages: Sequence[Message], options: Options, model: str) -> Output:
    """What the last question would be answered with other options; nothing is stored.

    Raises:
        InputError, Busy, Unavailable
    """
    place = max(place for place, message in enumerate(messages) if message.role == "customer")
    given = question(messages[place].text, messages[:place])
    again: Output = runtime.predict(DOMAIN, [given], options=options, model=model)[0]
    return again


def wording(asked: str, output: Output) -> str:
    """What the assistant says, in the language of the question."""
    talk = small_talk(asked) if output.kind == "small_talk" else None
    if talk:
        return locales.message(f"conversation-talk-{talk}", output.language)
    return output.answer or locales.message(f"cs-say-{output.outcome}", detect(asked))


def output_of(message: Message) -> Output | None:
    """What an assistant's message was made of; None for any other."""
    stored = message.meta.get("output")
    return Output.model_validate(stored) if stored else None


def offers_person(messages: Sequence[Message]) -> bool:
    """Whether the assistant should offer a person: after two refusals in a row, and to somebody who is upset."""
    last = next((message for message in reversed(messages) if message.role == "customer"), None)
    if last is not None and upset(last.text):
        return True
    outputs = [output for message in messages if (output := output_of(message)) and output.kind == "knowledge"]
    return len(outputs) > 1 and all(output.outcome == "not_covered" for output in outputs[-2:])


# --- Hand-over ----------------------------------------------------------------------------------------------------


def hand_over(id: str, owner: str, reason: Reason, language: Language) -> Ticket:
    """Open a ticket for a conversation, unless it has an open one, and tell the customer so in `language`."""
    store = workspace.default()
    ticket = store.tickets.of(id, owner)
    if ticket is not None and ticket.state != "closed":
        return ticket
    summary = summarise(store.conversations.messages(id, owner), language)
    ticket = store.tickets.open(id, owner, reason, summary)
    wait = average_wait(ticket.desk)
    meta = {"notice": "waiting", "ticket": ticket.number} | ({"seconds": wait} if wait is not None else {})
    store.conversations.say(id, owner, "notice", notice(meta, language), meta)
    return ticket


def summarise(messages: Sequence[Message], language: Language) -> dict[str, Any]:
    """What the agent needs to know first, taken from the conversation as it stands: no model writes here.

    Returns:
        ``question`` (the last one that is neither courtesy nor wish for a person), ``outcome``, ``entry`` (the best
        entry's id), ``sources`` (the candidates' ids, best first) and ``language``; what there is none of is left out.
    """
    asked = ""
    found: dict[str, Any] = {}
    for message in messages:
        if message.role == "customer":
            asked = message.text
            continue
        output = output_of(message)
        if output is not None and output.kind == "knowledge" and not asks_for_person(asked):
            found = {
                "question": asked,
                "outcome": output.outcome,
                "entry": output.id,
                "sources": [candidate.id for candidate in output.candidates],
            }
    return found | {"language": detect(found["question"]) if found else language}


def average_wait(desk: str) -> float | None:
    """Mean seconds from hand-over to an agent in the last week; None where too few were taken to say."""
    since = datetime.now(UTC) - _OF_THE_LAST
    waits = [
        (ticket.taken_at - ticket.created_at).total_seconds()
        for ticket in workspace.default().tickets.list(DOMAIN, [desk])
        if ticket.taken_at and ticket.created_at >= since
    ]
    return sum(waits) / len(waits) if len(waits) >= _WAITS else None


def notice(meta: Mapping[str, Any], language: Language) -> str:
    """The words of a notice."""
    kind: Notice = meta["notice"]
    if kind == "waiting" and "seconds" in meta:
        wait = locales.duration(meta["seconds"], language)
        return locales.message("conversation-transfer-about", language, wait=wait)
    return locales.message(f"conversation-notice-{kind}", language, agent=meta.get("agent", ""))


def withdraw(ticket: Ticket, owner: str, language: Language) -> None:
    """The customer goes back to the assistant."""
    store = workspace.default()
    store.tickets.withdraw(ticket.number, owner)
    meta = {"notice": "withdrawn", "ticket": ticket.number}
    store.conversations.say(ticket.conversation, owner, "notice", notice(meta, language), meta)


def take(number: int, desks: Collection[str], agent: str) -> Ticket:
    """An agent begins to serve a ticket, and the customer reads who.

    Raises:
        InputError: As `Tickets.take` does.
    """
    tickets = workspace.default().tickets
    waiting = tickets.get(number, desks).state == "waiting"
    ticket = tickets.take(number, desks, agent)
    if waiting:
        _note(ticket, desks, "joined")
    return ticket


def reply(number: int, desks: Collection[str], agent: str, text: str) -> Message:
    """An agent says something; takes the ticket first if nobody has. An empty reply takes nothing."""
    if text.strip():
        take(number, desks, agent)
    return workspace.default().tickets.reply(number, desks, agent, text)


def close(number: int, desks: Collection[str]) -> Ticket:
    """An agent settles a ticket; the next question is answered by the assistant again."""
    tickets = workspace.default().tickets
    is_open = tickets.get(number, desks).state != "closed"
    ticket = tickets.close(number, desks)
    if is_open:
        _note(ticket, desks, "closed")
    return ticket


def _note(ticket: Ticket, desks: Collection[str], kind: Notice) -> None:
    meta = {"notice": kind, "ticket": ticket.number, "agent": ticket.agent}
    language: Language = ticket.summary.get("language", "en")
    workspace.default().tickets.note(ticket.number, desks, notice(meta, language), meta)


# --- What the agent can say ---------------------------------------------------------------------------------------


def entries(desk: str, ids: Sequence[str], language: Language, owner: str, model: str) -> list[Entry]:
    """Entries of a desk's knowledge in the order of `ids`, those in `language` where there are such.

    Raises:
        InputError: The knowledge base is gone.
    """
    known: dict[str, Entry] = {}
    for entry in shelf.get(open_for(desk, model, owner)).knowledge.entries:
        if entry.id not in known or entry.language == language:
            known[entry.id] = entry
    return [known[id] for id in ids if id in known]


def suggestions(desk: str, messages: Sequence[Message], owner: str, model: str) -> list[Entry]:
    """Entries that may answer what the customer said last, best first; none for a courtesy.

    Raises:
        InputError, Busy, Unavailable
    """
    places = [place for place, message in enumerate(messages) if message.role == "customer"]
    asked = next((place for place in reversed(places) if not asks_for_person(messages[place].text)), None)
    if asked is None:
        return []
    given = question(messages[asked].text[:MAX_QUESTION], messages[:asked])
    options = Options(knowledge=open_for(desk, model, owner))
    output: Output = runtime.predict(DOMAIN, [given], options=options, model=model)[0]
    return entries(desk, [candidate.id for candidate in output.candidates], output.language, owner, model)
