"""The reader that ships, on a small knowledge base of the tests' own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps import runtime
from bigmodel_apps.customer_service.index import Hit, Index
from bigmodel_apps.customer_service.knowledge import Entry, Knowledge, read
from bigmodel_apps.customer_service.reader import FEATURES, READ, Pairs, Reader, ordered, rank
from bigmodel_apps.customer_service.vectors import QueuedEncoder, fill

TABLE = """id,question,answer
refund,How long do refunds take?,Refunds reach your card within 5 working days. We send an e-mail once the money has left.
cancel,How do I cancel an order?,Open My Orders and tap Cancel. This works until the parcel is packed.
hours,When is the shop open?,The shop opens at 9 in the morning and closes at 6 in the evening.
gift,Do you wrap gifts?,We wrap gifts for 12 yuan. Add a card for free.
refund,退款需要多久？,退款将在 5 个工作日内退回您的银行卡。款项转出后我们会发送邮件。
cancel,怎样取消订单？,打开“我的订单”，点击“取消”。包裹打包之前都可以取消。
hours,门店几点营业？,门店早上 9 点开门，晚上 6 点关门。
gift,可以礼品包装吗？,礼品包装收费 12 元，贺卡免费。
"""


def judged(questions: Sequence[str], knowledge: Knowledge) -> list[tuple[Hit, float]]:
    index = Index(knowledge)
    encoder = QueuedEncoder("minilm-l6-service")
    fill(index, encoder, {})
    hits = index.search(questions, encoder, READ)
    sizes = [index.size(hit.language) for hit in hits]

    def judge(reader: Reader) -> list[tuple[Hit, float]]:
        return reader.judge(questions, hits, sizes)

    return runtime.engine().call("customer-service-reader", judge).result()


@pytest.fixture(scope="module")
def shop() -> Knowledge:
    return read([("faq.csv", TABLE.encode())])


@pytest.mark.parametrize(
    ("covered", "near"),
    [
        ("when will the money be back on my card", "can the money go to the card of a friend instead"),
        ("what time do you close tonight", "is there parking near the shop"),
        ("钱什么时候退到卡里", "能退到我朋友的卡里吗"),
    ],
)
def test_a_covered_question_is_surer_than_its_neighbour(shop: Knowledge, covered: str, near: str) -> None:
    (_, sure), (_, unsure) = judged([covered, near], shop)
    assert sure > unsure + 0.1


def test_the_sentence_that_answers_is_pointed_at(shop: Knowledge) -> None:
    hit, _ = judged(["how much is gift wrapping"], shop)[0]
    start, end = hit.sentence
    assert hit.entries[0].id == "gift"
    assert "12 yuan" in hit.entries[0].answer[start:end]


def test_one_entry_and_signs_alone(shop: Knowledge) -> None:
    alone = Knowledge("one", shop.entries[:1])
    for hit, confidence in judged(["refund", "???", "😀", "12"], alone):
        assert len(hit.entries) == 1
        assert 0 <= confidence <= 1


@settings(max_examples=25, deadline=None)
@given(text=st.text(min_size=1, max_size=60))
def test_any_text_gets_a_confidence(text: str) -> None:
    hit, confidence = judged([text], read([("faq.csv", TABLE.encode())]))[0]
    assert 0 <= confidence <= 1
    assert np.isfinite(hit.odds).all()


def hit_of(entries: Sequence[Entry]) -> Hit:
    size = len(entries)
    return Hit(
        entries=tuple(entries),
        scores=tuple(float(size - place) for place in range(size)),
        shares=tuple({"words": float(place)} for place in range(size)),
        phrasings=tuple(entry.questions[0] if entry.questions else None for entry in entries),
        evidence=np.arange(size * 6, dtype=np.float32).reshape(size, 6),
        features=np.zeros(1, dtype=np.float32),
        sentence=(0, 1),
        language="en",
        encoder="x",
    )


def pairs_of(scores: Sequence[float]) -> Pairs:
    features = np.zeros((len(scores), len(FEATURES)), dtype=np.float32)
    features[:, 0] = scores
    return Pairs(features, tuple((place, place + 2) for place in range(len(scores))))


WEIGHTS = {name: np.eye(1, len(FEATURES) + 1, dtype=np.float32)[0] for name in ("en-faq", "en-passage")}


def test_entries_are_put_in_the_reader_s_order_and_everything_goes_along() -> None:
    entries = [Entry(name, (f"{name}?",), f"{name} is so.", "f", "en") for name in "abc"]
    found = rank(entries, pairs_of([0.1, 3.0, 1.0]), 3, WEIGHTS)
    hit = ordered(hit_of(entries), found)
    assert [entry.id for entry in hit.entries] == ["b", "c", "a"]
    assert hit.odds == pytest.approx((3.0, 1.0, 0.1))
    assert hit.scores == (2.0, 1.0, 3.0)
    assert hit.phrasings == ("b?", "c?", "a?")
    assert [shares["words"] for shares in hit.shares] == [1.0, 2.0, 0.0]
    assert hit.evidence[0, 0] == 6
    assert hit.sentence == (1, 3)
    assert found.leads[1] == pytest.approx(2.0)


def test_passages_keep_the_order_of_retrieval() -> None:
    entries = [Entry(name, (), f"{name} is so.", "f", "en", passage=True) for name in "ab"]
    found = rank(entries, pairs_of([0.1, 3.0]), 2, WEIGHTS)
    assert found.order == (0, 1)
    assert found.leads[1] == pytest.approx(-2.9)


def test_candidates_that_were_not_read_follow() -> None:
    entries = [Entry(str(number), ("q",), "So it is.", "f", "en") for number in range(READ + 2)]
    hit = ordered(hit_of(entries), rank(entries, pairs_of([float(n) for n in range(READ)]), 9, WEIGHTS))
    assert [entry.id for entry in hit.entries] == ["4", "3", "2", "1", "0", "5", "6"]
    assert hit.odds == (4.0, 3.0, 2.0, 1.0, 0.0, -1.0, -2.0)
