"""A customer and an agent in two browsers, and a server that is killed between them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bigmodel_apps.locales import message
from bigmodel_apps.workspace import Workspace
from tests.e2e.conftest import ROOT, START_SECONDS, _healthy, settle

pytestmark = pytest.mark.e2e

UNKNOWN = "Do you sell second-hand pianos?"
REPLY = "We do not, but our partner in the old town does."
ANSWER_MILLISECONDS = 60_000


class Server:
    """The application on one home folder and one port, which can be killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "bigmodel_apps", "serve", "--host", "127.0.0.1", "--port", str(self._port)]
        environment = os.environ | {"BIGMODEL_APPS_HOME": str(self.home)}
        with (self.home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_SECONDS
        while not _healthy(self.address):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log}")
            time.sleep(0.2)

    def kill(self) -> None:
        """End it with no chance to say goodbye."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=30)

    @property
    def log(self) -> str:
        """What it has written so far."""
        return (self.home / "server.log").read_text()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    running.start()
    yield running
    running.kill()
    assert "unexpected error" not in running.log, running.log


class Customer:
    """The customer's browser at the Try view."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.context: BrowserContext = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 720})
        self.page: Page = self.context.new_page()
        self.page.goto(f"{server.address}/customer-service")
        settle(self.page)

    @property
    def transcript(self) -> Locator:
        return self.page.locator(".st-key-customer-service-transcript")

    def ask(self, question: str) -> None:
        field = self.page.locator(".st-key-customer-service-question textarea")
        field.fill(question)
        field.press("Enter")
        expect(self.transcript).to_contain_text(question, timeout=ANSWER_MILLISECONDS)

    def press(self, name: str) -> None:
        self.page.locator(f".st-key-customer-service-{name} button").first.click()

    def reload(self) -> None:
        self.page.reload()
        settle(self.page)


class Agent:
    """The agent's browser at the inbox."""

    def __init__(self, browser: Browser, server: Server, name: str) -> None:
        self.context: BrowserContext = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 720})
        self.page: Page = self.context.new_page()
        self.page.goto(f"{server.address}/customer-service?view=inbox")
        self.sign_in(name)

    def sign_in(self, name: str) -> None:
        field = self.page.locator(".st-key-customer-service-agent input")
        field.fill(name)
        field.press("Enter")
        self.page.wait_for_timeout(500)
        settle(self.page)

    @property
    def transcript(self) -> Locator:
        return self.page.locator(".st-key-customer-service-inbox-transcript")

    def open(self, title: str) -> None:
        self.page.locator("[class*='st-key-customer-service-ticket-'] button", has_text=title).click()
        expect(self.transcript).to_contain_text(title, timeout=ANSWER_MILLISECONDS)

    def reply(self, text: str) -> None:
        field = self.page.locator("[class*='st-key-customer-service-reply-'] textarea")
        field.fill(text)
        self.press("send")
        expect(self.transcript).to_contain_text(text, timeout=ANSWER_MILLISECONDS)

    def press(self, name: str) -> None:
        self.page.locator(f".st-key-customer-service-{name} button").first.click()

    def approve_gap(self, question: str, answer: str) -> None:
        """The question that was handed over becomes an entry with what the agent answered, and is asked again."""
        self._view("gaps")
        settled = message("gaps-settled", "en", settled=1, questions=1)
        card = self.page.get_by_test_id("stMain")
        expect(card).to_contain_text(question, timeout=ANSWER_MILLISECONDS)
        expect(self.page.locator("[class*='st-key-customer-service-gaps'] textarea").first).to_have_value(
            answer, timeout=ANSWER_MILLISECONDS
        )
        self.press("approve-start")
        expect(card).to_contain_text(settled, timeout=3 * ANSWER_MILLISECONDS)

    def ask(self, question: str) -> None:
        """At the Try view, of the base that now holds the entry."""
        self._view("try")
        field = self.page.locator(".st-key-customer-service-question textarea")
        field.fill(question)
        field.press("Enter")

    def _view(self, name: str) -> None:
        self.page.get_by_role("radio", name=message(f"view-{name}", "en"), exact=True).or_(
            self.page.get_by_test_id("stButtonGroup").get_by_role(
                "button", name=message(f"view-{name}", "en"), exact=True
            )
        ).first.click()
        settle(self.page)

    def reload(self, name: str) -> None:
        self.page.reload()
        self.sign_in(name)


def test_a_refusal_becomes_a_conversation_with_a_person_that_outlives_the_server(
    server: Server, browser: Browser
) -> None:
    customer = Customer(browser, server)
    expect(customer.transcript).to_contain_text(message("conversation-example", "en"), timeout=ANSWER_MILLISECONDS)
    customer.ask(UNKNOWN)
    expect(customer.transcript).to_contain_text(message("cs-outcome-not_covered", "en"), timeout=ANSWER_MILLISECONDS)
    expect(customer.page.get_by_text(message("conversation-desk-open", "en"))).to_be_visible()
    customer.press("person")
    expect(customer.transcript).to_contain_text(
        message("conversation-notice-waiting", "en"), timeout=ANSWER_MILLISECONDS
    )

    agent = Agent(browser, server, "Kim")
    agent.open(UNKNOWN)
    expect(agent.page.get_by_test_id("stMain")).to_contain_text(message("inbox-reason-chosen", "en"))
    agent.press("take")
    expect(customer.transcript).to_contain_text(
        message("conversation-notice-joined", "en", agent="Kim"), timeout=ANSWER_MILLISECONDS
    )
    customer.ask("Are you there?")
    expect(agent.transcript).to_contain_text("Are you there?", timeout=ANSWER_MILLISECONDS)
    agent.reply(REPLY)
    server.kill()

    server.start()
    customer.reload()
    for text in (UNKNOWN, message("conversation-notice-joined", "en", agent="Kim"), "Are you there?", REPLY):
        expect(customer.transcript).to_contain_text(text, timeout=ANSWER_MILLISECONDS)
    agent.reload("Kim")
    agent.open(UNKNOWN)
    agent.press("close")

    expect(customer.transcript).to_contain_text(
        message("conversation-notice-closed", "en", agent="Kim"), timeout=ANSWER_MILLISECONDS
    )
    stars = customer.page.locator(".st-key-customer-service-rating")
    stars.get_by_test_id("stFeedback").or_(stars.get_by_test_id("stButtonGroup")).get_by_role("button").or_(
        stars.get_by_role("radio")
    ).nth(3).click()
    stars.locator("input[type=text]").fill("Kind and quick")
    customer.press("rate")
    expect(customer.transcript).to_contain_text(
        message("conversation-rated", "en", rating=4), timeout=ANSWER_MILLISECONDS
    )
    customer.ask("How many days do I have to return something?")
    expect(customer.transcript).to_contain_text(message("cs-outcome-answer", "en"), timeout=ANSWER_MILLISECONDS)
    stored(server)

    agent.approve_gap(UNKNOWN, REPLY)
    agent.ask(UNKNOWN)
    expect(agent.page.locator(".st-key-customer-service-verdict")).to_contain_text(REPLY, timeout=ANSWER_MILLISECONDS)
    for context in (customer.context, agent.context):
        context.close()


def stored(server: Server) -> None:
    """Nothing was lost: the whole conversation is in the store, in order, with ticket and rating."""
    store = Workspace(f"sqlite:///{server.home / 'workspace.sqlite'}")
    [(_, messages)] = store.conversations.at_desks("customer_service", ["shop"])
    assert [(said.role, said.text) for said in messages if said.role in ("customer", "agent")] == [
        ("customer", UNKNOWN),
        ("customer", "Are you there?"),
        ("agent", REPLY),
        ("customer", "How many days do I have to return something?"),
    ]
    assert [said.meta["notice"] for said in messages if said.role == "notice"] == ["waiting", "joined", "closed"]
    assert [said.meta["output"]["outcome"] for said in messages if said.role == "assistant"] == [
        "not_covered",
        "answer",
    ]
    [ticket] = store.tickets.list("customer_service", ["shop"])
    assert (ticket.state, ticket.agent, ticket.rating, ticket.comment) == ("closed", "Kim", 4, "Kind and quick")
    store.close()
