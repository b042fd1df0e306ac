"""Dialogues against the sample tenants, and the way of a conversation to a person and back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import conversation, shelf
from bigmodel_apps.customer_service.knowledge import LANGUAGES, SAMPLES, TENANTS
from bigmodel_apps.customer_service.questions import out_of_scope, paraphrases
from bigmodel_apps.customer_service.schema import Input, Options, Output, Turn
from bigmodel_apps.locales import LANGUAGES as PAGE_LANGUAGES
from bigmodel_apps.locales import Language, message
from bigmodel_apps.problems import InputError
from bigmodel_apps.tables import read_table

DOMAIN, MODEL = "customer_service", "customer-service-hybrid"


@pytest.fixture(scope="module", autouse=True)
def dense() -> None:
    for tenant in TENANTS:
        shelf.open_for(tenant, MODEL)


def ask(questions: Sequence[str], tenant: str, contexts: Sequence[str | None] | None = None) -> list[Output]:
    inputs = [
        Input(question=question, history=[Turn(role="customer", text=context)] if context else None)
        for question, context in zip(questions, contexts or [None] * len(questions), strict=True)
    ]
    return runtime.predict(DOMAIN, inputs, options=Options(knowledge=tenant))


def right(rows: pd.DataFrame, outputs: Sequence[Output]) -> int:
    expected = [str(ids).split("|") for ids in rows["expected_id"]]
    return sum(output.id in ids for output, ids in zip(outputs, expected, strict=True))


def table(path: Path) -> pd.DataFrame:
    return read_table(path, path.name).frame


# The right entry first, of 25 of each kind in each language. The rule was designed on these; the two tests after this
# one hold it against questions that it has not seen.
DIALOGUES = {("en", "follow_up"): 20, ("zh", "follow_up"): 22, ("en", "switch"): 25, ("zh", "switch"): 24}


@pytest.mark.parametrize(("language", "kind"), DIALOGUES)
def test_follow_ups_and_new_topics(language: str, kind: str) -> None:
    rows = table(SAMPLES / f"dialogues.{language}.csv")
    rows = rows[rows["kind"] == kind]
    assert len(rows) == 25
    found = sum(
        right(part, ask(list(part["question"]), str(tenant), list(part["context"])))
        for tenant, part in rows.groupby("tenant")
    )
    print(f"{language} {kind}: {found} of 25")
    assert found >= DIALOGUES[language, kind]  # type: ignore[index]


@pytest.mark.parametrize(("tenant", "language"), product(TENANTS, LANGUAGES))
def test_another_topic_before_changes_next_to_nothing(tenant: str, language: Language) -> None:
    held_out = paraphrases(tenant, language, "heldout")
    questions = [question.text for question in held_out]
    before = [question.text for question in paraphrases(tenant, language, "tuning")][::-1]
    alone, after = ask(questions, tenant), ask(questions, tenant, before)
    changed = [question for question, one, other in zip(questions, alone, after, strict=True) if one.id != other.id]
    print(f"{tenant} {language}: {len(changed)} of {len(questions)} changed")
    assert len(changed) <= 0.02 * len(questions)


@pytest.mark.parametrize(("tenant", "language"), product(TENANTS, LANGUAGES))
def test_a_topic_before_answers_no_question_outside_the_knowledge(tenant: str, language: Language) -> None:
    for asked in out_of_scope(tenant, language).values():
        questions = [question.text for question in asked]
        before = [question.text for question in paraphrases(tenant, language, "tuning")][: len(questions)]
        alone, after = ask(questions, tenant), ask(questions, tenant, before)
        glued = [
            question
            for question, one, other in zip(questions, alone, after, strict=True)
            if one.outcome != "answer" and other.outcome == "answer"
        ]
        assert len(glued) <= 1, glued


@pytest.mark.parametrize(
    ("tenant", "context", "question"),
    [
        ("shop", "How long does delivery take?", "And for pizza?"),
        ("bank", "How do I open a current account?", "And a cat?"),
        ("helpdesk", "How many days of annual leave do I have?", "What about mushrooms?"),
        ("shop", "怎么申请退货？", "那火锅呢？"),
        ("bank", "如何开立活期账户？", "那小猫呢？"),
        ("helpdesk", "VPN 怎么设置？", "那总统是谁？"),
    ],
)
def test_what_the_knowledge_has_never_heard_of_is_not_glued_to_the_topic(
    tenant: str, context: str, question: str
) -> None:
    assert ask([question], tenant, [context])[0].outcome == "not_covered"


# The right entry first, of 20 of each tenant and dominant language.
MIXED = {
    ("shop", "zh"): 17,
    ("shop", "en"): 19,
    ("bank", "zh"): 20,
    ("bank", "en"): 20,
    ("helpdesk", "zh"): 19,
    ("helpdesk", "en"): 19,
}


@pytest.mark.parametrize(("tenant", "language"), MIXED)
def test_mixed_questions_are_answered_in_their_dominant_language(tenant: str, language: str) -> None:
    rows = table(Path(__file__).parent / "mixed.csv")
    rows = rows[(rows["tenant"] == tenant) & (rows["language"] == language)]
    assert len(rows) == 20
    outputs = ask(list(rows["question"]), tenant)
    assert {output.language for output in outputs} == {language}
    print(f"{tenant} {language}: R@1 {right(rows, outputs)} of 20")
    assert right(rows, outputs) >= MIXED[tenant, language]


def test_small_talk_finds_nothing_and_says_so() -> None:
    courtesy, wish = ask(["thanks a lot", "hello, can I talk to a human?"], "shop")
    assert (courtesy.kind, courtesy.outcome, courtesy.id, courtesy.confidence) == ("small_talk", "not_covered", None, 0)
    assert (courtesy.answer, courtesy.candidates, courtesy.engine) == (None, [], "")
    assert (wish.kind, wish.outcome) == ("knowledge", "hand_over")


def test_a_batch_of_courtesies_alone_is_fine() -> None:
    assert [output.language for output in ask(["hi", "谢谢"], "shop")] == ["en", "zh"]
    assert ask([], "shop") == []


# --- A conversation and its tickets -----------------------------------------------------------------------------------


class Customer:
    """A customer of the shop's desk, or of another one."""

    def __init__(self, desk: str = "shop") -> None:
        self.owner = uuid.uuid4().hex
        self.id = workspace.default().conversations.start(self.owner, DOMAIN, desk).id

    def ask(self, *questions: str) -> Any:
        for question in questions:
            conversation.ask(self.id, self.owner, question)
            said = conversation.answer(self.id, self.owner, Options(), MODEL)
        return said

    @property
    def messages(self) -> list[Any]:
        return workspace.default().conversations.messages(self.id, self.owner)


def test_an_answer_is_stored_with_all_that_led_to_it() -> None:
    customer = Customer()
    said = customer.ask("How many days do I have to return something?")
    output = conversation.output_of(said)
    assert output is not None
    assert (output.outcome, output.answer) == ("answer", said.text)
    assert said.meta["threshold"] == Options().threshold
    assert said.meta["milliseconds"] > 0
    assert customer.messages[-1] == said
    assert not conversation.unanswered(customer.messages)


def test_of_two_tabs_that_answer_one_question_the_first_does(monkeypatch: pytest.MonkeyPatch) -> None:
    customer = Customer()
    conversation.ask(customer.id, customer.owner, "How many days do I have to return something?")
    answers: list[Any] = []

    def predict(*given: Any, **options: Any) -> Any:
        """The real answer; before this tab can store it, the other one has asked and stored it too."""
        found = real(*given, **options)
        monkeypatch.undo()
        answers.append(conversation.answer(customer.id, customer.owner, Options(), MODEL))
        return found

    real = runtime.predict
    monkeypatch.setattr(runtime, "predict", predict)
    late = conversation.answer(customer.id, customer.owner, Options(), MODEL)
    assert answers == [late]
    assert [message.role for message in customer.messages] == ["customer", "assistant"]
    assert conversation.answer(customer.id, customer.owner, Options(), MODEL) == late
    assert len(customer.messages) == 2


def test_a_question_for_a_person_is_not_answered_by_the_assistant() -> None:
    customer = Customer()
    told = conversation.tell(customer.id, customer.owner, "Are you there?")
    assert conversation.answer(customer.id, customer.owner, Options(), MODEL) == told
    assert customer.messages == [told]


@pytest.mark.parametrize("text", ["", "  ", "x" * 20_000])
def test_what_is_no_question_is_not_stored(text: str) -> None:
    customer = Customer()
    with pytest.raises(InputError):
        conversation.ask(customer.id, customer.owner, text)
    assert customer.messages == []


def test_the_assistant_speaks_the_language_of_the_question() -> None:
    customer = Customer()
    assert customer.ask("您好").text == message("conversation-talk-greeting", "zh")
    assert customer.ask("哪种蘑菇能生吃？").text == message("cs-say-not_covered", "zh")
    assert customer.ask("Which mushrooms can I eat raw?").text == message("cs-say-not_covered", "en")
    assert "退货" in customer.ask("收货后多少天内可以 return？").text


def test_a_person_is_offered_after_two_refusals_and_to_the_upset() -> None:
    customer = Customer()
    customer.ask("Which mushrooms can I eat raw?")
    assert not conversation.offers_person(customer.messages)
    customer.ask("ok", "Who won the football match?")
    assert conversation.offers_person(customer.messages)
    customer.ask("How do I start a return request?")
    assert not conversation.offers_person(customer.messages)
    customer.ask("This is ridiculous, how do I start a return request?")
    assert conversation.offers_person(customer.messages)
    assert not conversation.offers_person([])


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_the_summary_is_what_was_asked_last(language: Language) -> None:
    customer = Customer()
    assert conversation.summarise([], language) == {"language": language}
    customer.ask("How many days do I have to return something?", "thanks", "agent please")
    summary = conversation.summarise(customer.messages, language)
    assert (summary["question"], summary["outcome"]) == ("How many days do I have to return something?", "answer")
    assert (summary["entry"], summary["language"]) == ("return-window", "en")
    assert summary["sources"][0] == "return-window"


def test_from_hand_over_to_closing_the_transcript_tells_it() -> None:
    customer = Customer()
    customer.ask("转人工")
    ticket = conversation.hand_over(customer.id, customer.owner, "asked", "zh")
    assert conversation.hand_over(customer.id, customer.owner, "chosen", "zh") == ticket
    conversation.tell(customer.id, customer.owner, "在吗？")
    assert not conversation.unanswered(customer.messages)
    with pytest.raises(InputError):
        conversation.reply(ticket.number, ["shop"], "Kim", "  ")
    conversation.reply(ticket.number, ["shop"], "Kim", "您好")
    conversation.take(ticket.number, ["shop"], "Kim")
    conversation.close(ticket.number, ["shop"])
    conversation.close(ticket.number, ["shop"])
    told = [(said.role, said.text) for said in customer.messages[2:]]
    assert told[1:] == [
        ("customer", "在吗？"),
        ("notice", message("conversation-notice-joined", "zh", agent="Kim")),
        ("agent", "您好"),
        ("notice", message("conversation-notice-closed", "zh", agent="Kim")),
    ]
    assert customer.ask("怎么申请退货？").meta["output"]["id"] == "return-start"


def test_who_goes_back_to_the_assistant_is_answered_by_it() -> None:
    customer = Customer()
    ticket = conversation.hand_over(customer.id, customer.owner, "chosen", "en")
    conversation.withdraw(ticket, customer.owner, "en")
    assert customer.messages[-1].text == message("conversation-notice-withdrawn", "en")
    found = workspace.default().tickets.of(customer.id, customer.owner)
    assert found is not None
    assert found.state == "closed"
    assert customer.ask("hello").meta["kind"] == "small_talk"


def test_a_wait_is_named_once_there_are_enough_to_tell() -> None:
    desk = uuid.uuid4().hex
    assert conversation.average_wait(desk) is None
    for count in range(1, 4):
        customer = Customer(desk)
        ticket = conversation.hand_over(customer.id, customer.owner, "chosen", "en")
        assert message("conversation-notice-waiting", "en") == customer.messages[-1].text
        conversation.take(ticket.number, [desk], "Kim")
        wait = conversation.average_wait(desk)
        assert (wait is not None) is (count == 3)
    assert wait is not None
    assert timedelta(0) <= timedelta(seconds=wait) < timedelta(minutes=1)
    customer = Customer(desk)
    conversation.hand_over(customer.id, customer.owner, "chosen", "en")
    assert message("conversation-transfer-about", "en", wait="1 s") == customer.messages[-1].text


def test_suggestions_answer_what_was_said_last() -> None:
    customer = Customer()
    assert conversation.suggestions("shop", customer.messages, customer.owner, MODEL) == []
    customer.ask("hello")
    assert conversation.suggestions("shop", customer.messages, customer.owner, MODEL) == []
    customer.ask("How many days do I have to return something?", "转人工")
    found = conversation.suggestions("shop", customer.messages, customer.owner, MODEL)
    assert (found[0].id, found[0].language) == ("return-window", "en")
    conversation.tell(customer.id, customer.owner, "可以包装成礼品吗？")
    found = conversation.suggestions("shop", customer.messages, customer.owner, MODEL)
    assert (found[0].id, found[0].language) == ("gift-wrapping", "zh")


def test_entries_come_in_the_order_asked_for_and_gone_ones_are_left_out() -> None:
    found = conversation.entries("shop", ["gift-wrapping", "no such", "return-window"], "zh", "", MODEL)
    assert [(entry.id, entry.language) for entry in found] == [("gift-wrapping", "zh"), ("return-window", "zh")]


def test_deleting_a_knowledge_base_closes_its_desk() -> None:
    owner = uuid.uuid4().hex
    dataset = workspace.default().datasets.add(owner, DOMAIN, "knowledge", "ours", b"")
    customer = Customer(dataset.id)
    conversation.hand_over(customer.id, customer.owner, "chosen", "en")
    shelf.delete(dataset.id, owner)
    found = workspace.default().tickets.of(customer.id, customer.owner)
    assert found is not None
    assert found.state == "closed"
