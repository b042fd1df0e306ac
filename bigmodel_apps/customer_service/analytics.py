"""What happened at the desks: how many asked what, what became of it, how long it took, how content they were.

Shares have Wilson intervals (Wilson, JASA 1927), which hold for few questions and near 0 and 1; means have bootstrap
intervals. Every figure says how many it rests on, and below `LEAST` there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Literal, get_args

import numpy as np

from bigmodel_apps import measures, workspace
from bigmodel_apps.customer_service import journal
from bigmodel_apps.customer_service.journal import Turn
from bigmodel_apps.measures import Estimate, wilson
from bigmodel_apps.workspace import Ticket

Period = Literal["today", "week", "month", "all"]
PERIODS: tuple[Period, ...] = get_args(Period)
Fate = Literal["answer", "clarify", "not_covered", "hand_over", "small_talk"]
FATES: tuple[Fate, ...] = get_args(Fate)
Grain = Literal["hour", "day", "week"]

LEAST = 10
"""Fewer than this give no share and no time."""

_DAYS: Mapping[Period, int] = {"week": 7, "month": 30}
_HOURS_UP_TO, _DAYS_UP_TO = timedelta(days=2), timedelta(days=70)


@dataclass(frozen=True, slots=True)
class Records:
    """What was read of some desks.

    Attributes:
        turns: The oldest first.
        tickets: The newest first.
        replied: When a person first replied, by the ticket's number.
    """

    turns: tuple[Turn, ...]
    tickets: tuple[Ticket, ...] = ()
    replied: Mapping[int, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """Lengths of time in seconds: median, a high quantile, and how many they rest on."""

    median: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """Questions in one stretch of time that met one fate. `start` has the reader's time zone."""

    start: datetime
    fate: Fate
    count: int


def since(period: Period, now: datetime) -> datetime | None:
    """The beginning of a period. `now` has the reader's time zone; "today" begins at the reader's midnight."""
    if period == "all":
        return None
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if period == "today" else now - timedelta(days=_DAYS[period])


def read(domain: str, desks: Collection[str], since: datetime | None = None) -> Records:
    """All that happened at these desks."""
    store = workspace.default()
    tickets = store.tickets.list(domain, desks)
    conversations = store.conversations.at_desks(domain, desks, since)
    spoken: dict[Any, datetime] = {}
    for _, messages in conversations:
        for message in messages:
            if message.role == "agent":
                spoken.setdefault(message.meta.get("ticket"), message.created_at)
    opened = tuple(ticket for ticket in tickets if since is None or ticket.created_at >= since)
    replied = {ticket.number: spoken[ticket.number] for ticket in opened if ticket.number in spoken}
    return Records(tuple(journal.turns_of(conversations, tickets)), opened, replied)


def fate(turn: Turn) -> Fate:
    """What became of a question."""
    return "small_talk" if turn.kind == "small_talk" else turn.outcome


def share(turns: Sequence[Turn], holds: Callable[[Turn], bool]) -> Estimate | None:
    """The share of questions of which something holds; None for too few questions."""
    return wilson(sum(map(holds, turns)), len(turns)) if len(turns) >= LEAST else None


def fates(turns: Sequence[Turn]) -> dict[Fate, tuple[int, Estimate | None]]:
    """How many questions met each fate, and their share; fates that none met are left out."""
    counts = {name: sum(fate(turn) == name for turn in turns) for name in FATES}
    enough = len(turns) >= LEAST
    return {name: (count, wilson(count, len(turns)) if enough else None) for name, count in counts.items() if count}


def over_time(turns: Sequence[Turn], zone: tzinfo = UTC) -> tuple[Grain, list[Bucket]]:
    """Questions by hour, day or week, whichever suits the time that they span."""
    if not turns:
        return "day", []
    span = turns[-1].asked_at - turns[0].asked_at
    grain: Grain = "hour" if span <= _HOURS_UP_TO else "day" if span <= _DAYS_UP_TO else "week"
    counts: dict[tuple[datetime, Fate], int] = {}
    for turn in turns:
        place = _start(turn.asked_at.astimezone(zone), grain), fate(turn)
        counts[place] = counts.get(place, 0) + 1
    found = [Bucket(start, name, count) for (start, name), count in counts.items()]
    return grain, sorted(found, key=lambda bucket: (bucket.start, FATES.index(bucket.fate)))


def hand_over(records: Records) -> Estimate | None:
    """The share of conversations that a person was asked to take over; None for too few conversations."""
    conversations = {turn.conversation for turn in records.turns}
    handed = {ticket.conversation for ticket in records.tickets} & conversations
    return wilson(len(handed), len(conversations)) if len(conversations) >= LEAST else None


def waits(records: Records) -> Times | None:
    """From the hand-over to a person's first reply: median and 90th percentile."""
    replied = records.replied or {}
    return _times(
        [(replied[t.number] - t.created_at).total_seconds() for t in records.tickets if t.number in replied], 0.9
    )


def closings(records: Records) -> Times | None:
    """From the hand-over to its end: median and 90th percentile."""
    return _times([(t.closed_at - t.created_at).total_seconds() for t in records.tickets if t.closed_at], 0.9)


def responses(turns: Sequence[Turn]) -> Times | None:
    """How long the model took: median and 95th percentile."""
    return _times([turn.milliseconds / 1000 for turn in turns if turn.milliseconds is not None], 0.95)


def satisfaction(tickets: Sequence[Ticket]) -> Estimate | None:
    """The mean rating of closed tickets, 1 to 5; None for too few ratings."""
    ratings = [ticket.rating for ticket in tickets if ticket.rating is not None]
    return measures.mean(np.array(ratings)) if len(ratings) >= LEAST else None


def thumbs(turns: Sequence[Turn]) -> Estimate | None:
    """The share of thumbs that point up; None for too few thumbs."""
    return share([turn for turn in turns if turn.verdict], lambda turn: turn.verdict == "good")


def _start(moment: datetime, grain: Grain) -> datetime:
    if grain == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


def _times(seconds: Sequence[float], high: float) -> Times | None:
    if len(seconds) < LEAST:
        return None
    return Times(float(np.median(seconds)), float(np.quantile(seconds, high)), len(seconds))
