from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.customer_service.index import FEATURES, WEIGHTS, Array, Index
from bigmodel_apps.customer_service.knowledge import Entry, Knowledge, KnowledgeReport, read, sample
from bigmodel_apps.customer_service.vectors import Store, fill

REPORT = KnowledgeReport(0, 0, 0, 0, 0, 0, {}, ())


class HashEncoder:
    """A real, deterministic encoder in small: a text is the normalised count of its hashed words."""

    identity = "hash"
    reads_chinese = False
    encoded = 0

    def encode(self, texts: list[str], *, query: bool = False) -> Array:
        self.encoded += len(texts)
        vectors = np.full((len(texts), 64), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace("?", " ").replace(".", " ").split():
                vectors[row, sum(map(ord, word)) % 64] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def dense(knowledge: Knowledge) -> tuple[Index, HashEncoder]:
    index, encoder, store = Index(knowledge), HashEncoder(), {}
    fill(index, encoder, store)
    return index, encoder


def test_a_stored_question_finds_its_entry() -> None:
    for language in ("en", "zh"):
        knowledge = sample("shop", language)  # type: ignore[arg-type]
        index, encoder = dense(knowledge)
        for with_vectors in (encoder, None):
            hits = index.search([entry.questions[0] for entry in knowledge.entries], with_vectors, top=3)
            found = [hit.entries[0].id for hit in hits]
            assert sum(a == b.id for a, b in zip(found, knowledge.entries, strict=True)) >= 58


def test_the_question_chooses_the_language_of_the_answer() -> None:
    index, encoder = dense(sample("bank"))
    english, chinese = index.search(["I lost my card", "银行卡丢了怎么办"], encoder, top=1)
    assert (english.language, chinese.language) == ("en", "zh")
    assert english.entries[0].language == "en"
    assert chinese.entries[0].id == english.entries[0].id == "card-lost"


def test_a_chinese_question_reaches_english_knowledge_and_the_other_way_round() -> None:
    english, _ = dense(sample("bank", "en"))
    chinese, encoder = dense(sample("bank", "zh"))
    assert "card-lost" in {entry.id for entry in english.search(["银行卡丢了"], encoder, top=3)[0].entries}
    hit = chinese.search(["overdraft interest"], encoder, top=3)[0]
    assert hit.language == "zh"
    assert any("透支" in entry.text for entry in hit.entries)


def test_shares_sum_to_the_score() -> None:
    index, encoder = dense(sample("helpdesk"))
    for hit in index.search(["My laptop is slow", "年假能结转吗"], encoder, top=2):
        for shares, score in zip(hit.shares, hit.scores, strict=True):
            assert sum(shares.values()) == pytest.approx(score, rel=1e-4, abs=1e-4)
            assert set(shares) == set(WEIGHTS[hit.language])
        assert hit.features.shape == (len(FEATURES),)
        assert np.isfinite(hit.features).all()
        assert list(hit.scores) == sorted(hit.scores, reverse=True)


def test_the_quoted_sentence_is_part_of_the_answer_and_about_the_question() -> None:
    found = read(
        [
            (
                "faq.csv",
                b"id,question,answer\na,Pay,We are open on Monday. You can pay by card. Bring a bag.\nb,Go,Left.\n",
            )
        ]
    )
    index, encoder = dense(found)
    for with_vectors in (encoder, None):
        hit = index.search(["can I pay by card"], with_vectors, top=1)[0]
        start, end = hit.sentence
        assert hit.entries[0].answer[start:end].strip() == "You can pay by card."


def test_a_batch_gives_what_single_questions_give() -> None:
    index, encoder = dense(sample("shop"))
    questions = ["refund?", "退款要多久", "gift card", "x", "？？", "student discount please"]
    together = index.search(questions, encoder, top=3)
    for question, hit in zip(questions, together, strict=True):
        alone = index.search([question], encoder, top=3)[0]
        assert [entry.id for entry in hit.entries] == [entry.id for entry in alone.entries]
        assert hit.features == pytest.approx(alone.features, abs=1e-4)


def test_one_entry_is_enough() -> None:
    index, encoder = dense(Knowledge("one", (Entry("a", (), "Only this.", "x.txt", "en", passage=True),), REPORT))
    for with_vectors in (encoder, None):
        hit = index.search(["anything?"], with_vectors, top=5)[0]
        assert [entry.id for entry in hit.entries] == ["a"]
        assert np.isfinite(hit.features).all()


def test_reindexing_touches_only_what_changed() -> None:
    before = sample("shop", "en")
    first, encoder = dense(before)
    store: Store = {}
    fill(first, encoder, store)
    changed = before.entries[0].__class__(
        before.entries[0].id, ("A brand new question?",), "A brand new answer.", "s", "en"
    )
    second = Index(Knowledge("shop", (changed, *before.entries[1:]), REPORT), first)
    assert second.reused == 59
    encoder.encoded = 0
    encoded, needed = fill(second, encoder, store)
    assert encoded == encoder.encoded == 2  # the question; the answer and its only sentence are one text
    assert needed <= store.keys()
    fresh = Index(Knowledge("shop", (changed, *before.entries[1:]), REPORT))
    asked = ["brand new", "refund timing", "gift card"]
    for taken_over, rebuilt in zip(second.search(asked, None, 3), fresh.search(asked, None, 3), strict=True):
        assert taken_over.scores == pytest.approx(rebuilt.scores)


def test_entries_with_and_without_questions_mix() -> None:
    found = read(
        [("faq.csv", b"question,answer\nHow do I pay?,By card.\n"), ("a.txt", b"Parcels leave at noon every day.")]
    )
    index, encoder = dense(found)
    assert index.search(["when do parcels leave"], encoder, top=2)[0].entries[0].passage
    assert not index.search(["how can I pay"], encoder, top=2)[0].entries[0].passage
