"""A simulated week at a sample tenant's desk: our own questions, answered now by the real model.

Simulated are the customers, the times at which they ask and how often they ask the same: a few topics that the
knowledge does not cover come up again and again, and some entries are asked for in many words. The answers are the
model's, and so is the time that each took. There are no thumbs, no ratings and no agents, since nobody was there to judge or to help.

The conversations belong to the visitor who loads them and stand at a desk of the visitor's own, beside the tenant's:
nobody else reads them, and they are never taken for a conversation that somebody leads.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import conversation, journal
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.customer_service.questions import out_of_scope, paraphrases
from bigmodel_apps.customer_service.schema import Input, Options, Output
from bigmodel_apps.customer_service.shelf import DOMAIN, keys_of, open_for
from bigmodel_apps.problems import Cancelled
from bigmodel_apps.text.language import Language
from bigmodel_apps.workspace.conversations import Said

QUESTIONS = 200
UNCOVERED, COLLOQUIAL = 0.25, 0.25
"""Shares of the questions that the tenant's knowledge does not answer, and that avoid the knowledge's words."""

_SEED = 20
_DAYS = 7
_CONVERSATION = (1, 1, 1, 2, 2, 3)
# Questions a working day: few at night, most before noon and in the afternoon.
_HOURS = (1, 0, 0, 0, 0, 0, 1, 3, 6, 10, 12, 10, 7, 9, 11, 10, 8, 7, 6, 6, 5, 4, 3, 2)


def desk(tenant: str, owner: str) -> str:
    """Where a visitor's simulated conversations stand."""
    return keys_of(tenant, owner)[1]


def desks(owner: str) -> list[str]:
    """All of a visitor's desks with simulated conversations."""
    return [desk(tenant, owner) for tenant in TENANTS]


def load(
    tenant: str,
    language: Language,
    model: str,
    owner: str,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    now: datetime | None = None,
) -> int:
    """Ask `QUESTIONS` questions and store them as the week before `now`, instead of those loaded before. Blocks.

    Returns:
        Number of questions.

    Raises:
        InputError, Cancelled, Unavailable, Busy: Nothing was stored, and what was loaded before stays.
    """
    moment = now or datetime.now(UTC)
    draw = random.Random(_SEED)
    options = Options(knowledge=open_for(tenant, model, owner))
    asked = _questions(tenant, language, draw)
    answered: list[tuple[str, Output, float]] = []
    for text in asked:
        if cancelled is not None and cancelled():
            raise Cancelled
        started = time.perf_counter()
        output: Output = runtime.predict(DOMAIN, [Input(question=text)], options=options, model=model)[0]
        answered.append((text, output, (time.perf_counter() - started) * 1000))
        if progress is not None:
            progress(len(answered), len(asked))
    conversations: list[list[Said]] = []
    while answered:
        size = draw.choice(_CONVERSATION)
        part, answered = answered[:size], answered[size:]
        conversations.append(_conversation(part, _moment(moment, draw), draw, options, model))
    workspace.default().conversations.replay(owner, DOMAIN, desk(tenant, owner), conversations)
    return len(asked)


def remove(owner: str) -> None:
    """Delete all of a visitor's simulated conversations."""
    for name in desks(owner):
        workspace.default().conversations.clear(owner, DOMAIN, name)


def _questions(tenant: str, language: Language, draw: random.Random) -> list[str]:
    outside = out_of_scope(tenant, language)
    near, far = ([question.text for question in outside[kind]] for kind in ("near", "far"))
    asked = draw.sample(far, min(len(far), round(QUESTIONS * UNCOVERED / 4)))
    draw.shuffle(near)
    often = [1 / (place + 3) for place in range(len(near))]
    asked += draw.choices(near, often, k=round(QUESTIONS * UNCOVERED) - len(asked))
    # Entry by entry, so that some entries are asked for in all four colloquial ways.
    colloquial: dict[str | None, list[str]] = {}
    for question in paraphrases(tenant, language, "tuning"):
        colloquial.setdefault(question.expected, []).append(question.text)
    ways = [text for entry in draw.sample(list(colloquial), len(colloquial)) for text in colloquial[entry]]
    asked += ways[: round(QUESTIONS * COLLOQUIAL)]
    plain = [question.text for question in paraphrases(tenant, language, "heldout")]
    asked += draw.sample(plain, min(len(plain), QUESTIONS - len(asked)))
    draw.shuffle(asked)
    return asked


def _moment(now: datetime, draw: random.Random) -> datetime:
    """A moment in the last week, an hour before `now` at the latest, so that a conversation is over by then."""
    hour = draw.choices(range(24), _HOURS)[0]
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=draw.randrange(_DAYS))
    found = midnight + timedelta(hours=hour, minutes=draw.randrange(60), seconds=draw.randrange(60))
    return found if found <= now - timedelta(hours=1) else found - timedelta(days=1)


def _conversation(
    part: list[tuple[str, Output, float]], began: datetime, draw: random.Random, options: Options, model: str
) -> list[Said]:
    said: list[Said] = []
    at = began
    for text, output, milliseconds in part:
        meta = journal.meta(output, options, model, milliseconds, output.kind, simulated=True)
        reply = conversation.wording(text, output)
        said.append(Said("customer", text, at, {"simulated": True}))
        said.append(Said("assistant", reply, at + timedelta(milliseconds=milliseconds), meta))
        at += timedelta(seconds=draw.randrange(20, 180))
    return said
