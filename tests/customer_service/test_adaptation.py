"""What is learned from the phrasings of a base: only where it helps, for that base alone, and gone with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import adaptation, classifier
from bigmodel_apps.customer_service import shelf as shelves
from bigmodel_apps.customer_service.adaptation import Views
from bigmodel_apps.customer_service.classifier import FACTS, Classifier
from bigmodel_apps.customer_service.index import Index
from bigmodel_apps.customer_service.knowledge import Entry, Knowledge, sample
from bigmodel_apps.customer_service.learned import Learned
from bigmodel_apps.customer_service.questions import paraphrases
from bigmodel_apps.customer_service.schema import Input, Options, Output
from bigmodel_apps.customer_service.shelf import shelf
from bigmodel_apps.customer_service.vectors import QueuedEncoder, Store, fill
from bigmodel_apps.problems import Cancelled

MODEL = "customer-service-hybrid"
ENCODER = shelves.encoder_of(MODEL)
ANN = "a" * 32


def with_paraphrases(entries: int = 60, phrasings: int = 5) -> Knowledge:
    """A sample tenant whose entries hold paraphrases as well, and a name in the place of the answer: a table of intents."""
    more: dict[str | None, list[str]] = {}
    for question in paraphrases("bank", "en", "tuning") + paraphrases("bank", "en", "heldout"):
        more.setdefault(question.expected, []).append(question.text)
    return Knowledge(
        "bank",
        tuple(
            replace(
                entry,
                questions=(*entry.questions, *more[entry.id])[:phrasings],
                answer=entry.id.replace("-", " "),
            )
            for entry in sample("bank", "en").entries[:entries]
        ),
    )


@pytest.fixture(scope="module")
def encoder() -> QueuedEncoder:
    return QueuedEncoder(ENCODER)


def dense(knowledge: Knowledge, encoder: QueuedEncoder) -> tuple[Index, Store]:
    index = Index(knowledge)
    store: Store = {}
    fill(index, encoder, store)
    return index, store


@pytest.fixture(scope="module")
def learned(encoder: QueuedEncoder) -> tuple[Index, Learned]:
    index, store = dense(with_paraphrases(), encoder)
    return index, adaptation.learn(index, encoder, store, Views(index, encoder))


def test_the_report_says_how_much_it_helped(learned: tuple[Index, Learned]) -> None:
    (report,) = learned[1].reports
    assert report.entries == 60
    assert report.asked > 50
    assert report.before is not None
    assert report.after is not None
    assert "en" in learned[1].adapted
    assert report.used
    assert report.after > report.before


def test_without_several_phrasings_nothing_is_tried(encoder: QueuedEncoder) -> None:
    cases = {
        "few-phrasings": sample("shop", "en"),
        "few-entries": with_paraphrases(entries=4),
        "passages": Knowledge("", (Entry("p", ("Heading",), "Text.", "doc", "en", passage=True),)),
    }
    for reason, knowledge in cases.items():
        index, store = dense(knowledge, encoder)
        found = adaptation.learn(index, encoder, store, Views(index, encoder))
        assert [report.reason for report in found.reports] == [reason]
        assert not found.adapted
        assert index.search(["How do I pay?"], encoder, top=1)[0].calibrated is None


def test_labels_without_meaning_are_not_learned(encoder: QueuedEncoder) -> None:
    """Phrasings dealt out at random: cross-validation sees that nothing can be learned."""
    given = with_paraphrases()
    texts = [text for entry in given.entries for text in entry.questions]
    np.random.default_rng(0).shuffle(texts)
    size = len(texts) // len(given.entries)
    mixed = Knowledge(
        "",
        tuple(
            Entry(f"e{number}", tuple(texts[number * size :][:size]), "Yes.", "faq", "en")
            for number in range(len(given.entries))
        ),
    )
    index, store = dense(mixed, encoder)
    (report,) = adaptation.learn(index, encoder, store, Views(index, encoder)).reports
    assert report.after is not None
    assert report.after < 0.3


def test_what_was_learned_orders_the_entries_and_says_how_sure(
    learned: tuple[Index, Learned], encoder: QueuedEncoder
) -> None:
    index, found = learned
    adaptation.attach(index, encoder.identity, found)
    asked = [entry.questions[0] for entry in index.knowledge.entries]
    strangers = ["What is the capital of France?", "Tell me a joke about penguins", "Who won the football match?"]
    hits = index.search([*asked, *strangers], encoder, top=3)
    right = [hit.entries[0] is entry for hit, entry in zip(hits, index.knowledge.entries, strict=False)]
    assert np.mean(right) > 0.95
    sure = np.array([hit.calibrated for hit in hits], dtype=np.float64)
    assert ((sure >= 0) & (sure <= 1)).all()
    assert np.median(sure[: len(asked)]) > 0.8
    assert sure[len(asked) :].max() < 0.3
    for hit in hits:
        for score, shares in zip(hit.scores, hit.shares, strict=True):
            assert "adapted" in shares
            assert sum(shares.values()) == pytest.approx(score, abs=1e-4)
    lexical = index.search(asked, None, top=3)
    assert all(hit.calibrated is None for hit in lexical)


def test_it_is_the_same_after_a_restart(learned: tuple[Index, Learned], tmp_path: Path) -> None:
    index, found = learned
    adaptation.save(tmp_path / "a.safetensors", index.knowledge, found)
    again = adaptation.load(tmp_path / "a.safetensors", index.knowledge)
    assert again is not None
    assert again.reports == found.reports
    assert again.adapted.keys() == found.adapted.keys()
    for language, adapted in found.adapted.items():
        views = np.random.default_rng(1).normal(size=(3, len(adapted.classifier.axes))).astype(np.float32)
        judged, rejudged = (one.classifier.judge(views) for one in (adapted, again.adapted[language]))
        assert np.array_equal(judged.scores, rejudged.scores)
        assert np.array_equal(judged.facts, rejudged.facts)
        assert np.array_equal(adapted.confidence, again.adapted[language].confidence)


def test_other_knowledge_does_not_take_it_over(learned: tuple[Index, Learned], tmp_path: Path) -> None:
    index, found = learned
    adaptation.save(tmp_path / "a.safetensors", index.knowledge, found)
    assert adaptation.load(tmp_path / "a.safetensors", with_paraphrases(phrasings=6)) is None
    assert adaptation.load(tmp_path / "none.safetensors", index.knowledge) is None


def test_learning_can_be_cancelled_and_says_how_far_it_is(encoder: QueuedEncoder) -> None:
    index, store = dense(with_paraphrases(), encoder)
    with pytest.raises(Cancelled):
        adaptation.learn(index, encoder, store, Views(index, encoder), cancelled=lambda: True)
    seen: list[tuple[int, int]] = []
    adaptation.learn(
        index, encoder, store, Views(index, encoder), progress=lambda done, total: seen.append((done, total))
    )
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


def test_names_tell_entries_apart() -> None:
    entries = [
        Entry("card_arrival", ("a",), "Wait.", "s", "en"),
        Entry("q17", ("b",), "See our help page.", "s", "en"),
        Entry("lost-card-2", ("c",), "See our help page.", "s", "en"),
    ]
    assert adaptation.names(entries) == [(0, "card arrival"), (0, "Wait."), (2, "lost card")]


def test_judges_find_separable_classes_and_know_a_stranger() -> None:
    generator = np.random.default_rng(3)
    centres = np.eye(8, 30, dtype=np.float32)
    labels = np.repeat(np.arange(8), 6)
    views = (centres[labels] + 0.1 * generator.normal(size=(48, 30))).astype(np.float32)
    fitted = classifier.fit(views, labels, lambda: None)
    asked = (centres + 0.1 * generator.normal(size=centres.shape)).astype(np.float32)
    stranger = np.eye(30, dtype=np.float32)[[20]]
    judged = fitted.judge(np.concatenate([asked, stranger]))
    assert judged.scores.shape == (9, 8)
    assert judged.facts.shape == (9, len(FACTS))
    assert judged.scores[:8].argmax(axis=1).tolist() == list(range(8))
    nearest = judged.facts[:, FACTS.index("nearest")]
    assert nearest[8] < nearest[:8].min()
    again = Classifier.of(fitted.tensors()).judge(asked)
    assert again.scores == pytest.approx(judged.scores[:8], abs=1e-3)


def test_a_base_in_the_workspace_learns_keeps_and_forgets() -> None:
    given = with_paraphrases()
    name = shelves.keep(given, MODEL, ANN).id
    key = shelves.open_for(name, MODEL, ANN)
    shelf.wait(key, ENCODER)
    (report,) = shelf.get(key).learned[ENCODER]
    assert report.asked > 0
    files = list((workspace.home() / "vectors").rglob(f"{name}.learned.safetensors"))
    assert len(files) == 1
    output: Output = runtime.predict(
        "customer_service", [Input(question=given.entries[3].questions[0])], options=Options(knowledge=key)
    )[0]
    assert output.id == given.entries[3].id
    assert output.engine.startswith("adapted")
    shelf.close(key)
    changed = files[0].stat().st_mtime_ns
    shelf.wait(shelves.open_for(name, MODEL, ANN), ENCODER)
    assert shelf.get(key).learned[ENCODER] == (report,)
    assert files[0].stat().st_mtime_ns == changed  # read, not learned again
    shelves.delete(name, ANN)
    assert not files[0].exists()
