"""A gap becomes an entry or a phrasing, what that changed is measured, and it can be taken back exactly."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import gaps, knowledge, revision, shelf
from bigmodel_apps.customer_service.gaps import Gap
from bigmodel_apps.customer_service.journal import Turn
from bigmodel_apps.customer_service.knowledge import Knowledge
from bigmodel_apps.customer_service.questions import paraphrases
from bigmodel_apps.customer_service.revision import MorePhrasings, NewEntry
from bigmodel_apps.customer_service.schema import Input, Options, Output
from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.text.language import detect

MODEL = "customer-service-hybrid"
FAQ = """id,question,answer
pay,How can I pay?,You can pay by card or in cash.
pay,Which means of payment do you take?,You can pay by card or in cash.
open,When do you open?,We open at nine.
open,What are your opening hours?,We open at nine.
park,Where can I park?,There is a car park behind the house.
"""
BOATS = ("Do you rent out boats?", "Can I rent a boat from you?", "Is it possible to rent a boat?")
ANSWER = "Yes, boats can be rented at the pier from May to October."


def faq() -> Knowledge:
    return knowledge.read([("faq.csv", FAQ.encode())], "faq.csv")


def gap(desk: str, *questions: str) -> Gap:
    turns = tuple(
        Turn(desk, "c", number, question, datetime(2026, 11, 3, tzinfo=UTC), detect(question), "not_covered")
        for number, question in enumerate(questions, 1)
    )
    return Gap(f"{desk}-1", desk, turns[0].language, turns, turns[0], None, 0.0, "not_covered")


@pytest.fixture
def owner() -> str:
    return uuid.uuid4().hex


def content(base: str, owner: str) -> Knowledge:
    return knowledge.unpack(workspace.default().datasets.content(base, owner))


def ask(base: str, owner: str, question: str) -> Output:
    options = Options(knowledge=shelf.open_for(base, MODEL, owner))
    found: Output = runtime.predict("customer_service", [Input(question=question)], options=options, model=MODEL)[0]
    return found


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Do you rent out boats, and how much is it?", "do-you-rent-out-boats-and"),
        ("What's new?", "whats-new"),
        ("Pay", "pay-2"),
        ("能租船吗？", "faq-4"),
        ("？！", "faq-4"),
    ],
)
def test_an_id_is_proposed_that_is_free(question: str, expected: str) -> None:
    assert revision.slug(question, faq()) == expected


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (NewEntry("boats", " ", (), ANSWER), ["gap-question-empty"]),
        (NewEntry("boats", "Boats?", (), "\n"), ["gap-answer-empty"]),
        (NewEntry("", "Boats?", (), ANSWER), ["gap-id-empty"]),
        (NewEntry("pay", "Boats?", (), ANSWER), ["gap-id-taken"]),
        (NewEntry("", "", (), ""), ["gap-question-empty", "gap-answer-empty", "gap-id-empty"]),
        (NewEntry("boats", "Boats?", (), "x" * 20_001), ["field-too-long"]),
        (NewEntry("boats", "Boats?", ("x" * 2_001,), ANSWER), ["field-too-long"]),
        (NewEntry("x" * 81, "Boats?", (), ANSWER), ["field-too-long"]),
        (MorePhrasings("boats", "en", BOATS), ["gap-entry-missing"]),
        (MorePhrasings("pay", "zh", BOATS), ["gap-entry-missing"]),
        (MorePhrasings("pay", "en", ()), ["gap-phrasings-empty"]),
        (MorePhrasings("pay", "en", ("How can I pay?", " ")), ["gap-phrasings-empty"]),
    ],
)
def test_what_stands_in_the_way_is_named(change: revision.Change, codes: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        change.check(faq())
    assert [problem.code for problem in caught.value.problems] == codes


@pytest.mark.parametrize(
    "change",
    [
        NewEntry("boats", BOATS[0], (*BOATS[1:], BOATS[1], " "), ANSWER),
        MorePhrasings("pay", "en", ("How can I pay?", *BOATS)),
        NewEntry("pay", "能租船吗？", ("可以租船吗？",), "可以，五月至十月在码头租船。"),
    ],
)
def test_what_was_done_can_be_taken_back_exactly(change: revision.Change) -> None:
    before = faq()
    change.check(before)
    after = change.apply(before)
    assert after != before
    assert set(BOATS) <= {text for entry in after.entries for text in entry.questions} or "zh" in after.languages()
    assert after.report.entries == len(after.entries)
    assert sum(after.report.languages.values()) == len(after.entries)
    restored = revision.taken_back(change.record(before), after)
    assert knowledge.pack(restored) == knowledge.pack(before)


def test_an_own_base_gets_the_entry_and_loses_it_again(owner: str) -> None:
    base = shelf.keep(faq(), MODEL, owner).id
    before = content(base, owner)
    asked_in_vain = gap(base, *BOATS)
    refused = [ask(base, owner, question) for question in BOATS]
    change = NewEntry("boats", BOATS[0], BOATS[1:2], ANSWER)
    done = revision.approve(change, asked_in_vain, base, MODEL, owner)
    assert (done.base, done.copied) == (base, "")
    assert ask(base, owner, BOATS[2]).answer == ANSWER
    assert gaps.closed(owner) == {1: "answered", 2: "answered", 3: "answered"}

    assert done.retest is not None
    assert done.retest.check == "phrasings"
    assert [row.question for row in done.retest.asked] == list(BOATS)
    assert [row.stored for row in done.retest.asked] == [True, True, False]
    for row, made in zip(done.retest.asked, refused, strict=True):
        assert row.before == (made.outcome, made.id, pytest.approx(made.confidence, abs=1e-3))
    assert all(row.after[:2] == ("answer", "boats") for row in done.retest.asked)
    others = done.retest.before.asked.questions
    assert [q.text for q in others if q.expected] == [
        "Which means of payment do you take?",
        "What are your opening hours?",
    ]
    assert any(q.expected is None for q in others)
    assert {before.name for before, _ in done.retest.rows()} >= {"recall-at-1", "refused"}

    assert revision.undo(base, MODEL, owner) == base
    assert knowledge.pack(content(base, owner)) == knowledge.pack(before)
    assert ask(base, owner, BOATS[2]).id != "boats"
    assert gaps.closed(owner) == {}
    with pytest.raises(InputError, match="gap-nothing-to-undo"):
        revision.undo(base, MODEL, owner)


def test_a_held_out_phrasing_is_not_there_while_it_is_asked(owner: str) -> None:
    base = shelf.keep(faq(), MODEL, owner).id
    done = revision.approve(NewEntry("boats", BOATS[0], (), ANSWER), gap(base, *BOATS), base, MODEL, owner)
    assert done.retest is not None
    asked = done.retest.before.asked.questions[0].text
    whole = ask(base, owner, asked)
    reduced = done.retest.before.sides[0]
    assert float(reduced.confidences[0]) < whole.confidence
    assert not any(key.startswith("file-") for key in shelf.shelf._indexes)


@pytest.mark.slow
def test_a_sample_stays_and_its_copy_has_the_entry(owner: str) -> None:
    asked_in_vain = gap("shop", *BOATS)
    assert revision.targets("shop", owner) == ["shop"]
    done = revision.approve(NewEntry("boats", BOATS[0], BOATS[1:], ANSWER), asked_in_vain, "shop", MODEL, owner)
    assert (done.copied, done.name) == ("shop", "shop + 1")
    assert ask(done.base, owner, BOATS[0]).answer == ANSWER
    assert ask("shop", owner, BOATS[0]).id != "boats"
    assert done.retest is not None
    assert done.retest.check == "heldout"
    assert len(done.retest.before.asked.questions) == len(done.retest.after.asked.questions) == 360
    heldout = {question.text for question in paraphrases("shop", "en", "heldout")}
    assert heldout <= {question.text for question in done.retest.before.asked.questions}
    comparison = done.retest.comparison
    assert 0 <= comparison.p <= 1
    assert comparison.first_only + comparison.second_only <= done.retest.changed

    assert revision.targets("shop", owner) == [done.base, "shop"]
    more = MorePhrasings("boats", "en", ("Boats for hire?",))
    again = revision.approve(
        more,
        asked_in_vain,
        done.base,
        MODEL,
        owner,
        cancelled=lambda: len(workspace.default().datasets.get(done.base, owner).meta["changes"]) == 2,
    )
    assert (again.base, again.copied, again.retest) == (done.base, "", None)
    meta = workspace.default().datasets.get(done.base, owner).meta
    assert meta["origin"] == "shop"
    assert revision.checks(content(done.base, owner), meta["origin"], "en")[1] == "heldout"
    revision.undo(done.base, MODEL, owner)
    revision.undo(done.base, MODEL, owner)
    assert content(done.base, owner).entries == knowledge.sample("shop").entries


def test_without_several_phrasings_the_stored_questions_are_asked(owner: str) -> None:
    single = knowledge.read([("faq.csv", b"question,answer\nWhere can I park?,You can park behind the house.\n")])
    base = shelf.keep(single, MODEL, owner).id
    done = revision.approve(NewEntry("boats", BOATS[0], (), ANSWER), gap(base, *BOATS), base, MODEL, owner)
    assert done.retest is not None
    assert done.retest.check == "stored"
    found = done.retest.after.find("recall-at-1", "a")
    assert found is not None
    assert found.value == 1


def test_nothing_is_changed_by_what_cannot_be_done(owner: str) -> None:
    base = shelf.keep(faq(), MODEL, owner).id
    before = workspace.default().datasets.get(base, owner)
    asked_in_vain = gap(base, *BOATS)
    with pytest.raises(InputError, match="gap-id-taken"):
        revision.approve(NewEntry("pay", BOATS[0], (), ANSWER), asked_in_vain, base, MODEL, owner)
    with pytest.raises(Cancelled):
        revision.approve(
            NewEntry("boats", BOATS[0], (), ANSWER), asked_in_vain, base, MODEL, owner, cancelled=lambda: True
        )
    shelf.share(base, owner, True)
    with pytest.raises(InputError, match="dataset-not-yours"):
        revision.approve(NewEntry("boats", BOATS[0], (), ANSWER), asked_in_vain, base, MODEL, uuid.uuid4().hex)
    after = workspace.default().datasets.get(base, owner)
    assert (after.sha256, after.meta) == (before.sha256, before.meta)
    assert gaps.closed(owner) == {}


def test_what_was_changed_meanwhile_is_not_overwritten(owner: str) -> None:
    base = shelf.keep(faq(), MODEL, owner).id
    theirs = NewEntry("bikes", "Do you rent out bikes?", (), "Yes, at the station.").apply(faq())
    asked: list[int] = []

    def meanwhile(done: int, _: int) -> None:
        if not asked:
            shelf.keep(theirs, MODEL, owner, base)
        asked.append(done)

    with pytest.raises(InputError, match="gap-base-changed") as caught:
        revision.approve(NewEntry("boats", BOATS[0], (), ANSWER), gap(base, *BOATS), base, MODEL, owner, meanwhile)
    assert all(describe(caught.value.problems[0], language) for language in LANGUAGES)
    assert content(base, owner).entries == theirs.entries
    assert gaps.closed(owner) == {}
    done = revision.approve(NewEntry("boats", BOATS[0], (), ANSWER), gap(base, *BOATS), base, MODEL, owner)
    assert [entry.id for entry in content(done.base, owner).entries] == ["pay", "open", "park", "bikes", "boats"]


def test_an_undo_that_is_refused_changes_nothing(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    base = shelf.keep(faq(), MODEL, owner).id
    revision.approve(NewEntry("boats", BOATS[0], (), ANSWER), gap(base, *BOATS), base, MODEL, owner)
    before, answered = workspace.default().datasets.get(base, owner), gaps.closed(owner)
    assert set(answered.values()) == {"answered"}
    with monkeypatch.context() as patch:
        patch.setattr(workspace.default(), "quota", workspace.default().usage(owner))
        with pytest.raises(InputError, match="workspace-full"):
            revision.undo(base, MODEL, owner)
    with pytest.raises(Cancelled):
        revision.undo(base, MODEL, owner, cancelled=lambda: True)
    assert workspace.default().datasets.get(base, owner) == before
    assert gaps.closed(owner) == answered


def test_stopped_while_it_is_measured_it_stays_stored(owner: str) -> None:
    base = shelf.keep(faq(), MODEL, owner).id
    done = revision.approve(
        NewEntry("boats", BOATS[0], (), ANSWER),
        gap(base, *BOATS),
        base,
        MODEL,
        owner,
        cancelled=lambda: bool(workspace.default().datasets.get(base, owner).meta.get("changes")),
    )
    assert done.retest is None
    assert "boats" in {entry.id for entry in content(base, owner).entries}
    revision.undo(base, MODEL, owner)


def test_progress_grows_to_its_total(owner: str) -> None:
    base = shelf.keep(faq(), MODEL, owner).id
    seen: list[tuple[int, int]] = []
    change = NewEntry("boats", BOATS[0], (), ANSWER)
    done = revision.approve(
        change, gap(base, *BOATS), base, MODEL, owner, lambda done, total: seen.append((done, total))
    )
    assert done.retest is not None
    total = 2 * len(done.retest.before.asked.questions)
    assert seen[-1] == (total, total)
    asked = [step for step in seen if step[1] == total]
    assert asked == sorted(asked)
