"""The views of gaps and analytics on the customer-service page, run in-process from `app.py`."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import gaps, journal, knowledge, replay, shelf
from bigmodel_apps.customer_service.schema import Input, Options, Output
from bigmodel_apps.customer_service.shelf import DOMAIN
from bigmodel_apps.locales import LANGUAGES, Language, message, percent
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Job

ROOT = Path(__file__).parents[2]
MODEL = "customer-service-hybrid"
GAPS, APPROVE, UNDO, SIMULATE = (f"customer-service-{name}" for name in ("gaps", "approve", "undo", "simulate"))
BASES = "customer-service-asked-bases"
FAQ = (
    b"id,question,answer\npay,How can I pay?,You can pay by card or in cash.\n"
    b"pay,Which means of payment do you take?,You can pay by card or in cash.\nopen,When do you open?,We open at nine.\n"
)
BOATS = ("Do you rent out boats?", "Can I rent a boat from you?", "<b>Is it possible to rent a boat?</b>")
BAD = journal.verdict("bad", "wrong")
ANSWER = "Yes, boats can be rented at the pier from May to October."


@pytest.fixture
def owner() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def base(owner: str) -> str:
    return shelf.keep(knowledge.read([("faq.csv", FAQ)], "faq.csv"), MODEL, owner).id


def customer_asks(owner: str, base: str, *questions: str, verdict: dict[str, str] | None = None) -> list[int]:
    """Real answers of the real model, as the page stores them."""
    options = Options(knowledge=shelf.open_for(base, MODEL, owner))
    store, numbers = workspace.default().conversations, []
    for question in questions:
        customer = uuid.uuid4().hex
        conversation = store.start(customer, DOMAIN, base).id
        made: Output = runtime.predict(DOMAIN, [Input(question=question)], options=options, model=MODEL)[0]
        store.say(conversation, customer, "customer", question)
        meta = journal.meta(made, options, MODEL, 5) | (verdict or {})
        numbers.append(store.say(conversation, customer, "assistant", made.answer or "–", meta).number)
    return numbers


def open_view(view: str, owner: str, base: str | None = None, language: Language = "en") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = language
    app.query_params["view"] = view
    app.session_state["owner.id"] = owner
    app.run()
    app.switch_page("pages/customer_service/page.py").run()
    assert not app.exception
    if base is not None:
        app.multiselect(key=BASES).set_value([base]).run()
        assert not app.exception
    return app


def settle(app: AppTest, owner: str, kind: str) -> Job:
    """Wait for the newest job of a kind and draw the page again."""
    for _ in range(1200):
        newest = jobs.list(owner, kind)[0]
        if not newest.unfinished:
            break
        time.sleep(0.1)
    assert newest.state == "done", newest.problems
    app.run()
    assert not app.exception
    return newest


def grouped(app: AppTest, owner: str) -> AppTest:
    settle(app, owner, GAPS)
    return app


def shown(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.warning, app.info, app.success, app.error, app.subheader)
    return "\n".join(str(element.value).replace("\\", "") for kind in kinds for element in kind)


def key_of(app: AppTest, kind: str, ending: str) -> str:
    return next(str(widget.key) for widget in app.get(kind) if str(widget.key).endswith(ending))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", ["gaps", "analytics"])
def test_nothing_was_asked_yet(view: str, language: Language, owner: str, base: str) -> None:
    app = open_view(view, owner, base, language)
    assert message("asked-empty", language) in shown(app)
    assert app.button(key=f"{SIMULATE}-start").label == message("asked-simulate", language)


def test_a_gap_becomes_an_entry_and_is_taken_back(owner: str, base: str) -> None:
    customer_asks(owner, base, *BOATS, verdict=BAD)
    customer_asks(owner, base, "How can I pay?")
    app = grouped(open_view("gaps", owner, base), owner)
    assert message("gaps-count", "en", gaps=1, questions=3) in shown(app)
    gap: gaps.Gap = app.session_state["customer-service-gaps.found"][1][0]
    assert {turn.question for turn in gap.turns} == set(BOATS)

    app.button(key=f"{APPROVE}-start").click().run()
    assert "The answer is empty" in shown(app)
    assert not jobs.list(owner, APPROVE)
    app.text_area(key=key_of(app, "text_area", "-answer")).set_value(ANSWER).run()
    app.text_input(key=key_of(app, "text_input", "-id")).set_value("pay").run()
    app.button(key=f"{APPROVE}-start").click().run()
    assert "“pay”" in shown(app)
    assert app.text_area(key=key_of(app, "text_area", "-answer")).value == ANSWER
    app.text_input(key=key_of(app, "text_input", "-id")).set_value("boats").run()
    app.button(key=f"{APPROVE}-start").click().run()
    assert settle(app, owner, APPROVE).result.retest is not None
    assert message("gaps-done", "en", name="faq.csv") in shown(app)
    assert message("gaps-settled", "en", settled=3, questions=3) in shown(app)
    assert message("gaps-none", "en") in shown(app)
    assert message("gaps-change-entry", "en", id="boats") in shown(app)
    assert app.session_state["customer-service-knowledge"] == base
    tables = [table.value for table in app.dataframe]
    assert set(BOATS) == set(tables[0]["Question"])
    assert all(text.startswith("Answered: boats") for text in tables[0]["After"])
    assert len(tables[1]) >= 3

    app.button(key=f"{UNDO}-{base}").click().run()
    settle(app, owner, UNDO)
    assert message("gaps-undone", "en", name="faq.csv") in shown(app)
    grouped(app, owner)
    assert message("gaps-count", "en", gaps=1, questions=3) in shown(app)
    content = knowledge.unpack(workspace.default().datasets.content(base, owner))
    assert {entry.id for entry in content.entries} == {"pay", "open"}


def test_questions_become_phrasings_of_an_entry(owner: str, base: str) -> None:
    customer_asks(owner, base, "Do you accept cheques or gold?", verdict=BAD)
    app = grouped(open_view("gaps", owner, base), owner)
    assert message("gaps-reason-disliked", "en") in shown(app)
    app.segmented_control(key=key_of(app, "button_group", "-way")).set_value("existing").run()
    app.selectbox(key=key_of(app, "selectbox", "-entry")).set_value("pay").run()
    app.button(key=f"{APPROVE}-start").click().run()
    settle(app, owner, APPROVE)
    content = knowledge.unpack(workspace.default().datasets.content(base, owner))
    pay = next(entry for entry in content.entries if entry.id == "pay")
    assert pay.questions[-1] == "Do you accept cheques or gold?"
    assert message("gaps-change-phrasings", "en", id="pay", count=1) in shown(app)


def test_a_reply_of_a_person_is_the_draft(owner: str, base: str) -> None:
    customer = uuid.uuid4().hex
    store = workspace.default()
    conversation = store.conversations.start(customer, DOMAIN, base).id
    options = Options(knowledge=shelf.open_for(base, MODEL, owner))
    made: Output = runtime.predict(DOMAIN, [Input(question=BOATS[0])], options=options)[0]
    store.conversations.say(conversation, customer, "customer", BOATS[0])
    store.conversations.say(conversation, customer, "assistant", "–", journal.meta(made, options, MODEL, 5))
    ticket = store.tickets.open(conversation, customer, "asked", {})
    store.tickets.reply(ticket.number, [base], "Kim", ANSWER)
    app = grouped(open_view("gaps", owner, base), owner)
    assert app.text_area(key=key_of(app, "text_area", "-answer")).value == ANSWER
    assert message("gaps-answer-agent-explain", "en") in shown(app)


def test_a_gap_is_dismissed_and_brought_back(owner: str, base: str) -> None:
    customer_asks(owner, base, *BOATS, verdict=BAD)
    app = grouped(open_view("gaps", owner, base), owner)
    app.button(key=f"{GAPS}-dismiss").click().run()
    assert not app.exception
    assert message("gaps-none", "en") in shown(app)
    app.button(key=f"{GAPS}-reopen").click().run()
    grouped(app, owner)
    assert message("gaps-count", "en", gaps=1, questions=3) in shown(app)


def test_reasons_filter_the_gaps(owner: str, base: str) -> None:
    customer_asks(owner, base, *BOATS, verdict=BAD)
    app = grouped(open_view("gaps", owner, base), owner)
    app.pills(key=f"{GAPS}-reasons").set_value(["handed_over"]).run()
    assert not app.exception
    assert message("gaps-none", "en") in shown(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_simulated_week_is_loaded_labelled_and_removed(
    language: Language, owner: str, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "QUESTIONS", 60)
    app = open_view("analytics", owner, base, language)
    app.button(key=f"{SIMULATE}-start").click().run()
    for _ in range(1200):
        if not jobs.list(owner, SIMULATE)[0].unfinished:
            break
        time.sleep(0.1)
    app.multiselect(key=BASES).set_value([]).run()
    assert not app.exception
    assert message("asked-simulated-explain", language) in shown(app)
    assert next(metric.value for metric in app.metric) == "60"
    assert message("analytics-hand-over", language) not in [metric.label for metric in app.metric]
    assert len(app.get("arrow_vega_lite_chart") or app.get("vega_lite_chart")) == 2
    assert message("analytics-top-gaps", language) in shown(app)

    app.query_params["view"] = "gaps"
    app.run()
    grouped(app, owner)
    assert message("asked-simulated-explain", language) in shown(app)
    found: list[gaps.Gap] = app.session_state["customer-service-gaps.found"][1]
    assert found
    assert all(gap.simulated for gap in found)
    app.button(key=f"{SIMULATE}-remove").click().run()
    assert not app.exception
    assert message("asked-simulated-explain", language) not in shown(app)
    assert journal.turns(DOMAIN, replay.desks(owner)) == []


def test_few_questions_give_no_shares(owner: str, base: str) -> None:
    customer_asks(owner, base, *BOATS)
    app = open_view("analytics", owner, base)
    metrics = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    assert metrics[message("analytics-questions", "en")][0] == "3"
    assert metrics[message("analytics-hand-over", "en")] == ("–", message("analytics-too-few", "en"))
    assert message("analytics-outcomes", "en") in shown(app)
    assert message("analytics-top-gaps", "en") in shown(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_of_customers(language: Language, owner: str, base: str) -> None:
    numbers = customer_asks(owner, base, *BOATS, *["How can I pay?"] * 9)
    assert len(numbers) == 12
    app = open_view("analytics", owner, base, language)
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics[message("analytics-questions", language)] == "12"
    assert metrics[message("analytics-hand-over", language)] == "0%"
    assert metrics[message("analytics-response", language)] == message("unit-ms", language, value="5")
    answered = sum(turn.outcome == "answer" for turn in journal.turns(DOMAIN, [base]))
    assert answered >= 9
    assert message("analytics-outcomes-answered", language, share=percent(answered / 12, language), count=12) in shown(
        app
    )
