from __future__ import annotations

import time
import uuid

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps.customer_service import knowledge, labelled, shelf, trial
from bigmodel_apps.customer_service.schema import Engine, Options
from bigmodel_apps.customer_service.trial import Configuration
from bigmodel_apps.runtime import jobs

SCRIPT = """
import streamlit as st
from pages.customer_service.threshold import threshold
st.session_state["threshold.value"] = threshold("shop")
"""
PATIENCE = 120
MODEL, EVALUATE = "customer-service-hybrid", "customer-service-evaluate"
FAQ = (
    b"id,question,answer\npay,How can I pay?,You can pay by card or in cash.\nopen,When do you open?,We open at nine.\n"
)
ASKED = b"question,expected_id\nHow may I pay?,pay\nWhen are you open?,open\nWhich mushrooms can I eat raw?,\n"


def until(app: AppTest, done: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not any(done in caption.value for caption in app.caption):
        assert time.monotonic() < deadline, [caption.value for caption in app.caption]
        time.sleep(0.5)
        app.run()


@pytest.fixture(scope="module")
def app() -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=60)
    app.session_state["customer-service-cost-open"] = True
    app.run()
    assert not app.exception
    app.button(key="customer-service-curve-start").click().run()
    until(app, "Measured now on")
    return app


def test_the_curve_is_measured_on_the_tenant_and_the_cheapest_threshold_can_be_taken(app: AppTest) -> None:
    assert not app.exception
    use = app.button(key="customer-service-cost-use")
    cheapest = float(use.label.removeprefix("Use ").removesuffix("%")) / 100
    use.click().run()
    assert app.session_state["threshold.value"] == pytest.approx(cheapest, abs=0.005)
    assert app.button(key="customer-service-cost-use").disabled


def test_a_preset_moves_the_costs_and_a_dearer_mistake_the_cheapest_threshold(app: AppTest) -> None:
    def cheapest(preset: str) -> str:
        app.pills(key="customer-service-cost-preset").set_value(preset).run()
        return app.button(key="customer-service-cost-use").label

    assert app.number_input(key="customer-service-cost-wrong").value == 50
    shop = cheapest("shop")
    assert app.number_input(key="customer-service-cost-wrong").value == 6
    assert cheapest("bank") != shop


def test_an_own_base_takes_the_evaluation_of_what_answers_customers() -> None:
    owner = uuid.uuid4().hex
    base = shelf.keep(knowledge.read([("faq.csv", FAQ)], "faq.csv"), MODEL, owner).id
    asked = labelled.label(labelled.read(ASKED, "mine.csv"), "question", "expected_id", {"pay", "open"})

    def evaluated(engine: Engine) -> AppTest:
        found = trial.run(asked, [Configuration(MODEL, Options(engine=engine))], base, owner)
        job = jobs.start(owner, EVALUATE, lambda *_: found, "mine.csv", {"knowledge": base, "name": "faq.csv"})
        while jobs.get(job.id, owner).unfinished:
            time.sleep(0.01)
        app = AppTest.from_string(SCRIPT.replace("shop", base), default_timeout=60)
        app.session_state["owner.id"] = owner
        app.session_state["customer-service-cost-open"] = True
        app.run()
        assert not app.exception
        return app

    app = evaluated("lexical")
    assert any("Evaluate this knowledge base" in info.value for info in app.info)
    app = evaluated("hybrid")
    assert not app.info
    assert any("on the 3 questions of mine" in caption.value for caption in app.caption)


def test_an_own_base_says_what_is_needed() -> None:
    app = AppTest.from_string(SCRIPT.replace('"shop"', '"0" * 32'), default_timeout=60)
    app.session_state["customer-service-cost-open"] = True
    app.run()
    assert not app.exception
    assert any("Evaluate this knowledge base" in info.value for info in app.info)
