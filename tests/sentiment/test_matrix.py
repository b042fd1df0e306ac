"""The matrix counts each text once an aspect, and its quotes are the texts behind the counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from bigmodel_apps import measures
from bigmodel_apps.sentiment import bulk
from bigmodel_apps.sentiment.matrix import cell_quotes, matrix
from bigmodel_apps.sentiment.results import Filter, Result, select
from bigmodel_apps.sentiment.schema import Aspect, Options
from bigmodel_apps.tables import read_table
from tests.sentiment.reader import Reader

OPTIONS = Options(aspects=(Aspect(name="room", terms=("房间",)), Aspect(name="pool"), Aspect(name="lift")))
LINES = [
    *(f"The room was good {n}" for n in range(12)),
    *(f"房间很差 {n}" for n in range(6)),
    *(f"A room, room and room, all blue {n}" for n in range(3)),
    *["The pool was awful"] * 5,
    *(f"Nothing of that {n}" for n in range(4)),
]


@pytest.fixture(scope="module")
def result() -> Result:
    start = date(2026, 1, 1)
    rows = (f'{start + timedelta(days=n)},{"ab"[n % 2]},"{text}"' for n, text in enumerate(LINES))
    table = bulk.prepare(read_table(("date,group,text\n" + "\n".join(rows)).encode(), "x.csv"))
    return bulk.score(bulk.keep("matrix", table, OPTIONS, "counting", "1").id, "matrix", Reader())


def test_counts_shares_and_net_sentiment(result: Result) -> None:
    found = matrix(result)
    assert [(line.aspect, line.n) for line in found.lines] == [("room", 21), ("pool", 5)]
    assert (found.texts, found.mentioning) == (30, 26)
    room = found.line("room")
    assert room is not None
    assert dict(room.counts) == {"positive": 12, "negative": 6, "neutral": 3, "unsure": 0}
    assert room.shares["positive"] == measures.wilson(12, 21)
    assert room.net is not None
    share = measures.wilson(12, 18)
    assert (room.net.value, room.net.low, room.net.high, room.net.n) == (
        pytest.approx(1 / 3),
        pytest.approx(2 * share.low - 1),
        pytest.approx(2 * share.high - 1),
        18,
    )
    assert room.enough
    pool = found.line("pool")
    assert pool is not None
    assert not pool.enough
    assert found.line("lift") is None


def test_a_text_counts_once_by_its_surest_mention(result: Result) -> None:
    again = result.mentions[:1].assign(label="negative", confidence=0.99)
    more = replace(result, mentions=pd.concat([result.mentions, again]))
    line = matrix(more).line("room")
    assert line is not None
    assert line.n == 21
    assert (line.counts["positive"], line.counts["negative"]) == (11, 7)


def test_quotes_are_the_texts_of_the_cell_each_wording_once(result: Result) -> None:
    found = cell_quotes(result, "pool", "negative")
    assert [(quote.text, quote.label) for quote in found] == [("The pool was awful", "negative")]
    rooms = cell_quotes(result, "room", "negative", most=4)
    assert len(rooms) == 4
    assert all("房间很差" in quote.text[quote.start : quote.end] for quote in rooms)
    assert len(cell_quotes(result, "room", "negative", most=4, skip=4)) == 2
    assert cell_quotes(result, "lift", "negative") == []


def test_the_matrices_of_the_groups_add_up_to_that_of_the_whole(result: Result) -> None:
    whole = matrix(result).lines[0].counts
    assert result.groups == ("a", "b")
    parts = [matrix(select(result, Filter(groups=(group,)))) for group in result.groups]
    for label, count in whole.items():
        assert sum(line.counts[label] for part in parts if (line := part.line("room"))) == count


def test_nothing_mentioned_is_an_empty_matrix(result: Result) -> None:
    found = matrix(select(result, Filter(contains="Nothing")))
    assert (found.lines, found.mentioning, found.texts) == ((), 0, 4)
