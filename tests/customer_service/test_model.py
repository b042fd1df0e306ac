from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import knowledge as bases
from bigmodel_apps.customer_service import shelf as shelves
from bigmodel_apps.customer_service.explanation import matches
from bigmodel_apps.customer_service.intents import asks_for_person, in_context
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.customer_service.model import decide
from bigmodel_apps.customer_service.questions import samples
from bigmodel_apps.customer_service.schema import Input, Options, Output, Turn
from bigmodel_apps.customer_service.shelf import shelf
from bigmodel_apps.problems import InputError


def ask(*questions: str, **options: object) -> list[Output]:
    return runtime.predict(
        "customer_service",
        [Input(question=question) for question in questions],
        options=Options(**options),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("tenant", TENANTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_samples_of_the_page_are_answered_and_the_last_is_not(tenant: str, language: str) -> None:
    outputs = ask(*samples(tenant, language).values(), knowledge=tenant)  # type: ignore[arg-type]
    assert outputs[0].outcome == "answer"
    assert outputs[-1].outcome != "answer"
    assert {output.language for output in outputs} == {language}


def test_an_answer_quotes_itself() -> None:
    output = ask("How many days do I have to return something?")[0]
    assert output.outcome == "answer"
    assert output.answer is not None
    for citation in output.citations:
        assert output.answer[citation.start : citation.end] == citation.text
    assert output.id == output.candidates[0].id


def test_threshold_decides_and_confidence_does_not_move() -> None:
    question = "How many days do I have to return something?"
    strict, lenient = ask(question, threshold=1.0)[0], ask(question, threshold=0.0)[0]
    assert strict.outcome != "answer"
    assert strict.answer is None
    assert strict.citations == []
    assert lenient.outcome == "answer"
    assert strict.confidence == pytest.approx(lenient.confidence)


def test_decisions() -> None:
    assert decide("x", 0.5, 0.5) == "answer"
    assert decide("x", 0.3, 0.5) == "clarify"
    assert decide("x", 0.2, 0.5) == "not_covered"
    assert decide("转人工", 0.99, 0.5) == "hand_over"
    assert decide("x", 0.99, 0.5, adrift=True) == "clarify"


@pytest.mark.parametrize(
    "wish",
    [
        "Can I talk to a human?",
        "agent please",
        "I want to speak with a real person",
        "转人工",
        "我要找人工客服",
        "接人工",
        "人工",
    ],
)
def test_a_wish_for_a_person_is_heard(wish: str) -> None:
    assert asks_for_person(wish)
    assert ask(wish)[0].outcome == "hand_over"


@pytest.mark.parametrize(
    "question",
    [
        "Which travel agent do you work with?",
        "人工智能是什么",
        "How many people may share an account?",
        "Do I need a person's signature?",
        "How do I get an agent discount?",
        "Why do I need an operator code for eSIM?",
        "Can I put my account to an agent?",
    ],
)
def test_other_questions_are_not_handed_over(question: str) -> None:
    assert not asks_for_person(question)


def test_a_follow_up_brings_its_context() -> None:
    history = [Turn(role="customer", text="How long does delivery take?"), Turn(role="assistant", text="3 days.")]
    assert in_context("and for express?", history) == "How long does delivery take? and for express?"
    assert in_context("那加急呢", [Turn(role="customer", text="快递要几天")]) == "快递要几天 那加急呢"
    assert in_context("What does a gift card cost in your shop?", history).startswith("What does")
    assert in_context("and?", None) == "and?"


def test_unknown_knowledge_is_named() -> None:
    with pytest.raises(InputError) as caught:
        ask("x", knowledge="no such")
    assert caught.value.problems[0].code in ("knowledge-unknown", "dataset-not-found")


@pytest.mark.parametrize("question", ["", "   ", "x" * 20_000])
def test_empty_and_endless_questions_are_refused(question: str) -> None:
    with pytest.raises(ValidationError):
        Input(question=question)


@pytest.mark.parametrize(
    "question",
    [
        "\u202eanruter\u202c",
        "re\u200bfund",
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "\x00",
        "🙂",
        "؟ إرجاع",
    ],
)
def test_strange_characters_are_just_questions(question: str) -> None:
    output = ask(question)[0]
    assert 0 <= output.confidence <= 1


@given(st.text(min_size=1, max_size=60), st.text(max_size=120))
def test_matches_stand_in_order_inside_the_text(question: str, text: str) -> None:
    position = 0
    for start, end in matches(question, text):
        assert position <= start < end <= len(text)
        position = end


def test_matches_by_stem_and_by_shared_characters() -> None:
    text = "Returned parcels are refunded."
    assert [text[slice(*place)] for place in matches("return a parcel", text)] == ["Returned", "parcels"]
    assert matches("退货", "退货费由我们承担")


def test_vectors_are_kept_on_disk_and_taken_up_again() -> None:
    model = "customer-service-hybrid"
    shelves.open_for("helpdesk", model)
    first = ask("VPN drops", knowledge="helpdesk")[0]
    with shelf._lock:
        shelf._indexes.pop("helpdesk")
    shelves.open_for("helpdesk", model)
    again = ask("VPN drops", knowledge="helpdesk")[0]
    assert again.confidence == pytest.approx(first.confidence, abs=1e-6)
    assert again.engine == first.engine
    assert "dense" in again.engine


def test_a_private_knowledge_base_is_asked_by_its_owner_alone() -> None:
    datasets, model = workspace.default().datasets, "customer-service-hybrid"
    given = bases.read([("faq.csv", b"question,answer\nWhat is the secret word?,Swordfish.\n")])
    dataset = datasets.add("a" * 32, "customer_service", "knowledge", "mine", bases.pack(given), {"rows": 1})
    key = shelves.open_for(dataset.id, model, "a" * 32)
    assert ask("What is the secret word?", knowledge=key)[0].id == "faq.csv#1"
    for name, owner in ((dataset.id, "b" * 32), (dataset.id, "")):
        with pytest.raises(InputError):
            shelves.open_for(name, model, owner)
    with pytest.raises(InputError):
        ask("What is the secret word?", knowledge=dataset.id)
    datasets.share(dataset.id, "a" * 32)
    assert ask("What is the secret word?", knowledge=dataset.id)[0].id == "faq.csv#1"
