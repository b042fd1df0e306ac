"""What is written down with every answer, and how it is read again for those who serve a desk.

The customer's message comes first; the assistant's message after it carries what `meta` returns, and later what
`verdict` and `chosen` return. Reading is tolerant: whatever an older message lacks is None, and a message without an
outcome is no turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args

from bigmodel_apps import workspace
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.customer_service.schema import Options, Outcome, Output
from bigmodel_apps.customer_service.shelf import DOMAIN, KIND
from bigmodel_apps.text.language import Language, detect
from bigmodel_apps.workspace.conversations import Conversation, Message, Ticket

Kind = Literal["knowledge", "small_talk"]
Verdict = Literal["good", "bad"]

_OUTCOMES: tuple[str, ...] = get_args(Outcome)
_VERDICTS: tuple[str, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what was made of it.

    Attributes:
        desk: Where it was asked: a tenant, or the id of a knowledge base.
        number: Of the assistant's message.
        asked_at: UTC.
        entry: The best entry's id, whether it was shown or not.
        candidates: Ids of the entries that might have answered, best first, to their stored questions.
        milliseconds: How long the customer waited; None where it was not measured.
        reason, comment: Why the verdict is bad, as far as the customer said.
        helped: A "did you mean" was followed: the customer chose one of the candidates.
        handed_over: A person was asked for before the next question.
        replies: What a person answered then.
        simulated: The question was not asked by a customer, nor at this time.
    """

    desk: str
    conversation: str
    number: int
    question: str
    asked_at: datetime
    language: Language
    outcome: Outcome
    kind: Kind = "knowledge"
    entry: str | None = None
    confidence: float | None = None
    threshold: float | None = None
    candidates: tuple[tuple[str, str | None], ...] = ()
    milliseconds: float | None = None
    model: str | None = None
    verdict: Verdict | None = None
    reason: str = ""
    comment: str = ""
    helped: bool = False
    handed_over: bool = False
    replies: tuple[str, ...] = ()
    simulated: bool = False


def meta(
    output: Output,
    options: Options,
    model: str,
    milliseconds: float,
    kind: Kind = "knowledge",
    *,
    simulated: bool = False,
) -> dict[str, Any]:
    """What goes into the meta of the assistant's message. JSON values only.

    The key of a private knowledge base is a secret, so only the base's id is written.
    """
    found: dict[str, Any] = {
        "output": output.model_dump(mode="json"),
        "threshold": options.threshold,
        "model": model,
        "knowledge": options.knowledge.partition("~")[0],
        "milliseconds": round(milliseconds, 1),
        "kind": kind,
    }
    return found | {"simulated": True} if simulated else found


def verdict(value: Verdict, reason: str = "", comment: str = "") -> dict[str, Any]:
    """What a thumb adds to the meta of the assistant's message."""
    return {"verdict": value, "reason": reason, "comment": comment}


def chosen(entry: str) -> dict[str, Any]:
    """What choosing an entry after "did you mean" adds to the meta of the assistant's message."""
    return {"chosen": entry}


def desks(owner: str) -> list[str]:
    """The desks that a visitor serves: the sample tenants, which everybody does, and the visitor's own bases."""
    own = workspace.default().datasets.list(owner, DOMAIN, KIND)
    return [*TENANTS, *(dataset.id for dataset in own if dataset.owner)]


def turns(domain: str, desks: Collection[str], since: datetime | None = None) -> list[Turn]:
    """Every question asked at these desks with what was made of it, the oldest first.

    Args:
        domain: Of the conversations.
        desks: Those that the reader serves, see `desks`.
        since: Leave out what is older.
    """
    store = workspace.default()
    return turns_of(store.conversations.at_desks(domain, desks, since), store.tickets.list(domain, desks))


def turns_of(conversations: Sequence[tuple[Conversation, Sequence[Message]]], tickets: Sequence[Ticket]) -> list[Turn]:
    """The questions of conversations that were read, the oldest first. `tickets` are at least those of them."""
    handed: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        handed.setdefault(ticket.conversation, []).append(ticket)
    found = [
        turn
        for conversation, messages in conversations
        for turn in _handed_over(list(_turns(conversation, messages)), messages, handed.get(conversation.id, ()))
    ]
    return sorted(found, key=lambda turn: (turn.asked_at, turn.number))


def _turns(conversation: Conversation, messages: Sequence[Message]) -> Iterator[Turn]:
    asked: Message | None = None
    followed = [message for message in messages if message.role == "customer"]
    for message in messages:
        if message.role == "customer":
            asked = message
        elif message.role == "assistant" and asked is not None:
            turn = _turn(conversation, asked, message)
            if turn is not None:
                then = next((later.text for later in followed if later.number > message.number), None)
                named = {question for _, question in turn.candidates if question is not None}
                yield replace(turn, helped=turn.helped or then in named) if turn.outcome == "clarify" else turn
                asked = None


def _turn(conversation: Conversation, asked: Message, said: Message) -> Turn | None:
    meta = said.meta
    output = _mapping(meta.get("output"))
    if output.get("outcome") not in _OUTCOMES:
        return None
    judged = meta.get("verdict")
    return Turn(
        desk=conversation.desk.partition("~")[0],
        conversation=conversation.id,
        number=said.number,
        question=asked.text,
        asked_at=asked.created_at,
        # The output's language is that of the entries that were searched; the customer's own may be another.
        language=detect(asked.text),
        outcome=output["outcome"],
        kind="small_talk" if meta.get("kind", output.get("kind")) == "small_talk" else "knowledge",
        entry=_text(output.get("id")),
        confidence=_number(output.get("confidence")),
        threshold=_number(meta.get("threshold")),
        candidates=tuple(
            (str(candidate["id"]), _text(candidate.get("question")))
            for candidate in map(_mapping, output.get("candidates") or ())
            if candidate.get("id") is not None
        ),
        milliseconds=_number(meta.get("milliseconds")),
        model=_text(meta.get("model")),
        verdict=judged if judged in _VERDICTS else None,
        reason=_text(meta.get("reason")) or "",
        comment=_text(meta.get("comment")) or "",
        helped=bool(meta.get("chosen")),
        simulated=meta.get("simulated") is True,
    )


def _handed_over(found: list[Turn], messages: Sequence[Message], tickets: Sequence[Ticket]) -> list[Turn]:
    """Give each ticket, and what a person said, to the question before it: "a person, please" is no question."""
    asked = [place for place, turn in enumerate(found) if turn.outcome != "hand_over" and turn.kind == "knowledge"]
    for ticket in tickets:
        place = next((place for place in reversed(asked) if found[place].asked_at <= ticket.created_at), None)
        if place is not None:
            found[place] = replace(found[place], handed_over=True)
    for message in messages:
        if message.role == "agent":
            place = next((place for place in reversed(asked) if found[place].number < message.number), None)
            if place is not None:
                found[place] = replace(found[place], handed_over=True, replies=(*found[place].replies, message.text))
    return found


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
