"""The inbox, run in-process from `app.py`, with the customer's side played through the domain."""

from __future__ import annotations

import uuid

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps import workspace
from bigmodel_apps.customer_service import conversation
from bigmodel_apps.customer_service.schema import Options
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.workspace import Ticket
from tests.pages.test_customer_service import DOMAIN, open_page, shown

MODEL = "customer-service-hybrid"


@pytest.fixture(autouse=True)
def no_tickets() -> None:
    """Other tests leave tickets at the sample desks."""
    for desk in ("shop", "bank", "helpdesk"):
        workspace.default().tickets.close_desk(desk)


def handed_over(question: str, language: Language = "en") -> tuple[Ticket, str]:
    customer = uuid.uuid4().hex
    begun = workspace.default().conversations.start(customer, DOMAIN, "shop")
    conversation.ask(begun.id, customer, question)
    conversation.answer(begun.id, customer, Options(), MODEL)
    return conversation.hand_over(begun.id, customer, "chosen", language), customer


def open_ticket(ticket: Ticket, name: str = "Kim", language: Language = "en") -> AppTest:
    app = open_page(language, "inbox")
    app.text_input(key="customer-service-agent").set_value(name).run()
    return click(app, f"ticket-{ticket.number}")


def click(app: AppTest, name: str) -> AppTest:
    app.button(key=f"customer-service-{name}").click().run()
    assert not app.exception
    return app


def now(ticket: Ticket, customer: str) -> Ticket:
    found = workspace.default().tickets.of(ticket.conversation, customer)
    assert found is not None
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ticket_is_read_answered_and_closed(language: Language) -> None:
    ticket, customer = handed_over("Can I return something after 40 days?")
    app = open_page(language, "inbox")
    assert ":material/mark_chat_unread:" in app.button(key=f"customer-service-ticket-{ticket.number}").label
    app.text_input(key="customer-service-agent").set_value("Kim").run()
    app = click(app, f"ticket-{ticket.number}")
    assert message(f"inbox-reason-{ticket.reason}", language) in shown(app)
    assert escape("Can I return something after 40 days?") in shown(app)
    assert ":material/mark_chat_unread:" not in app.run().button(key=f"customer-service-ticket-{ticket.number}").label

    draft = f"customer-service-reply-{ticket.number}"
    app = click(app, "draft-0")
    assert "30 days" in app.text_area(key=draft).value
    app.text_area(key=draft).set_value("We make an exception.").run()
    app = click(app, "send")
    assert app.text_area(key=draft).value == ""
    assert now(ticket, customer).agent == "Kim"
    said = workspace.default().conversations.messages(ticket.conversation, customer)
    assert [one.text for one in said if one.role == "agent"] == ["We make an exception."]
    app = click(app, "close")
    assert now(ticket, customer).state == "closed"
    notices = [
        one.meta["notice"]
        for one in workspace.default().conversations.messages(ticket.conversation, customer)
        if one.role == "notice"
    ]
    assert notices == ["waiting", "joined", "closed"]


def test_a_ticket_that_another_agent_took_says_so() -> None:
    ticket, customer = handed_over("hello")
    app = open_ticket(ticket, "Kim")
    conversation.take(ticket.number, ["shop"], "Alex")
    app = click(app, "take")
    assert message("problem-ticket-taken", "en", name="Alex") in shown(app).replace("\\", "")
    assert message("inbox-taken", "en", agent="Alex") in shown(app)
    assert "customer-service-send" not in {button.key for button in app.button}
    assert now(ticket, customer).agent == "Alex"


def test_a_reply_without_a_name_is_kept_and_sent_once_there_is_one() -> None:
    ticket, customer = handed_over("Where is my parcel?")
    app = open_ticket(ticket, "")
    draft = f"customer-service-reply-{ticket.number}"
    app.text_area(key=draft).set_value("Which order?").run()
    app = click(app, "send")
    assert message("problem-agent-name-missing", "en") in shown(app).replace("\\", "")
    assert app.text_area(key=draft).value == "Which order?"
    assert now(ticket, customer).state == "waiting"


def test_what_customers_write_is_shown_as_text() -> None:
    ticket, _ = handed_over("<b>bold</b> [x](javascript:alert(1)) :material/home:")
    app = open_ticket(ticket)
    assert escape("<b>bold</b> [x](javascript:alert(1)) :material/home:") in shown(app)


def test_the_customers_rating_is_read() -> None:
    ticket, customer = handed_over("Where is my parcel?")
    conversation.take(ticket.number, ["shop"], "Kim")
    conversation.close(ticket.number, ["shop"])
    workspace.default().tickets.rate(ticket.number, customer, 4, "quick <i>")
    app = open_page("en", "inbox")
    app.session_state["customer-service.ticket"] = ticket.number
    app.run()
    assert message("inbox-rating-comment", "en", rating=4, comment=escape("quick <i>")) in shown(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_of_the_installation_is_asked_for(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGMODEL_APPS_AGENT_CODE", "s3cret-密")
    ticket, _ = handed_over("Where is my parcel?")
    app = open_page(language, "inbox")
    for code, admitted in (("", False), ("wrong", False), ("s3cret-密", True)):
        app.text_input(key="customer-service-agent-code").set_value(code)
        next(button for button in app.button if button.label == message("desk-code-enter", language)).click().run()
        assert not app.exception
        assert (f"customer-service-ticket-{ticket.number}" in {button.key for button in app.button}) is admitted
        assert bool(app.warning) is not admitted


@pytest.mark.parametrize("view", ["gaps", "analytics"])
def test_the_code_guards_every_view_of_what_customers_ask(view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGMODEL_APPS_AGENT_CODE", "s3cret")
    app = open_page("en", view)
    assert message("desk-code-explain", "en") in shown(app)
    assert not app.multiselect
    app.text_input(key="customer-service-agent-code").set_value("s3cret")
    next(button for button in app.button if button.label == message("desk-code-enter", "en")).click().run()
    assert not app.exception
    assert [field.key for field in app.multiselect] == ["customer-service-asked-bases"]


def test_a_half_written_reply_waits_for_its_ticket() -> None:
    first, _ = handed_over("Where is my parcel?")
    second, _ = handed_over("Can I return something after 40 days?")
    app = open_ticket(first)
    app.text_area(key=f"customer-service-reply-{first.number}").set_value("One moment").run()
    app = click(app, f"ticket-{second.number}")
    assert app.text_area(key=f"customer-service-reply-{second.number}").value == ""
    app = click(app.run(), f"ticket-{first.number}")
    assert app.text_area(key=f"customer-service-reply-{first.number}").value == "One moment"


def test_the_agent_reads_what_the_customer_read() -> None:
    ticket, customer = handed_over("Can I return something after 40 days?")
    conversations = workspace.default().conversations
    said = next(one for one in conversations.messages(ticket.conversation, customer) if one.role == "assistant")
    conversations.annotate(said.number, customer, {"composed": "It is *30* days. [1]"})
    app = open_ticket(ticket)
    assert escape("It is *30* days. [1]") in [markdown.value for markdown in app.markdown]
    assert message("conversation-composed", "en") in shown(app)


def test_an_own_base_is_served_by_its_owner_alone() -> None:
    owner, customer = uuid.uuid4().hex, uuid.uuid4().hex
    dataset = workspace.default().datasets.add(owner, DOMAIN, "knowledge", "ours", b"", {}, shared=True)
    begun = workspace.default().conversations.start(customer, DOMAIN, dataset.id)
    ticket = conversation.hand_over(begun.id, customer, "chosen", "en")
    for visitor, sees in ((customer, False), (owner, True)):
        app = open_page("en", "inbox")
        app.session_state["owner.id"] = visitor
        app.run()
        assert (f"customer-service-ticket-{ticket.number}" in {button.key for button in app.button}) is sees
    workspace.default().datasets.delete(dataset.id, owner)
