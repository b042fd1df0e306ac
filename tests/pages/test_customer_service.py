"""The customer-service page, run in-process from `app.py`."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps import workspace
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.customer_service.questions import samples
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui.highlight import escape

ROOT = Path(__file__).parents[2]
QUESTION = "customer-service-question"
FAQ = (
    "id,question,answer\npay,How can I pay?,You can pay by card or in cash.\nopen,When do you open?,We open at nine.\n"
)


def open_page(language: Language = "en", view: str = "try") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = language
    app.query_params["view"] = view
    app.run()
    app.switch_page("pages/customer_service/page.py").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    parts = (*app.markdown, *app.caption, *app.warning, *app.info, *app.success, *app.error)
    return "\n".join(str(element.value) for element in parts)


def ask(app: AppTest, question: str) -> AppTest:
    app.text_input(key=QUESTION).set_value(question).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tenant", TENANTS)
def test_opens_with_the_first_sample_answered(tenant: str, language: Language) -> None:
    app = open_page(language)
    app.selectbox(key="customer-service-knowledge").set_value(tenant).run()
    assert app.text_input(key=QUESTION).value == next(iter(samples(tenant, language).values()))
    assert message("cs-outcome-answer", language) in shown(app)
    assert message("cs-why", language) in shown(app)


def test_says_not_covered_and_offers_what_it_knows() -> None:
    app = ask(open_page(), "Which mushrooms can I eat raw?")
    assert message("cs-say-not_covered", "en") in shown(app)
    first = app.button(key="customer-service-candidate-0")
    first.click().run()
    assert app.text_input(key=QUESTION).value == first.label.replace("\\", "")
    assert message("cs-outcome-answer", "en") in shown(app)


def test_a_wish_for_a_person_is_heard() -> None:
    assert message("cs-say-hand_over", "zh") in shown(ask(open_page("zh"), "转人工"))


def test_the_threshold_moves_the_outcome() -> None:
    app = open_page()
    app.slider(key="customer-service-threshold").set_value(1.0).run()
    assert ":material/check_circle:" not in shown(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_endless_question_is_refused_in_words(language: Language) -> None:
    app = ask(open_page(language), "x" * 20_000)
    assert app.warning
    assert "2,000" in app.warning[0].value.replace("\\", "")


def test_an_empty_question_asks_for_one() -> None:
    assert message("cs-question-empty", "en") in shown(ask(open_page(), "   "))


@pytest.mark.parametrize("question", ["<script>alert(1)</script>", "\u202eabc\u200b", "$x^2$ :red[y] ![i](http://x)"])
def test_hostile_questions_are_questions(question: str) -> None:
    assert message("cs-why", "en") in shown(ask(open_page(), question))


def upload(app: AppTest, key: str, name: str, content: bytes) -> AppTest:
    app.file_uploader(key=key).upload(name, content, "application/octet-stream").run()
    assert not app.exception
    return app


def wait_for_job(app: AppTest, kind: str) -> AppTest:
    owner = app.session_state["owner.id"]
    for _ in range(600):
        newest = jobs.list(owner, kind)[0]
        if not newest.unfinished:
            break
        time.sleep(0.1)
    assert newest.state == "done", newest.problems
    return app.run()


def test_own_knowledge_from_file_to_answer_to_deletion() -> None:
    app = upload(open_page(view="data"), "customer-service-upload", "ours.csv", FAQ.encode())
    assert [metric.value for metric in app.metric][:2] == ["2", "2"]
    app.button(key="customer-service-index-start").click().run()
    app = wait_for_job(app, "customer-service-index")
    assert "ours\\.csv" in shown(app)
    app.button(key="customer-service-ask-own").click().run()
    assert app.query_params["view"] == "try"
    app = ask(app, "How can I pay?")
    assert "by card" in shown(app)

    app.segmented_control(key="customer-service-view").set_value("data").run()
    owner = app.session_state["owner.id"]
    dataset = next(d for d in workspace.default().datasets.list(owner, "customer_service") if d.owner)
    app.button(key=f"customer-service-delete-{dataset.id}").click().run()
    assert not app.exception
    assert dataset.id not in {left.id for left in workspace.default().datasets.list(owner, "customer_service")}
    assert message("cs-data-deleted", "en", name="ours\\.csv") in shown(app)
    assert "customer-service-ask-own" not in {button.key for button in app.button}


def test_what_another_tab_deleted_is_said_in_words() -> None:
    app = upload(open_page(view="data"), "customer-service-upload", "ours.csv", FAQ.encode())
    app.button(key="customer-service-index-start").click().run()
    app = wait_for_job(app, "customer-service-index")
    owner = app.session_state["owner.id"]
    dataset = next(d for d in workspace.default().datasets.list(owner, "customer_service") if d.owner)
    toggle, button = f"customer-service-share-{dataset.id}", f"customer-service-delete-{dataset.id}"
    app.toggle(key=toggle).set_value(True).run()
    assert workspace.default().datasets.get(dataset.id, owner).shared
    workspace.default().datasets.delete(dataset.id, owner)
    app.button(key=button).click().run()
    assert not app.exception
    assert app.warning
    assert not app.run().warning


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "picture.csv"),
        ("columns.csv", b"question,notes\nHow?,x\n", "answer"),
        ("twice.csv", b"id,question,answer\na,How?,So.\na,Why?,Because.\n", "row 1"),
        ("scan.pdf", b"%PDF-1.4\nnothing useful", "scan.pdf"),
    ],
)
def test_bad_files_are_refused_in_words_and_the_last_good_one_stays(name: str, content: bytes, words: str) -> None:
    app = upload(open_page(view="data"), "customer-service-upload", "ours.csv", FAQ.encode())
    app = upload(app, "customer-service-upload", name, content)
    assert words.lower() in "\n".join(str(warning.value).replace("\\", "").lower() for warning in app.warning)
    assert "ours\\.csv" in shown(app)


def test_a_gbk_file_is_read() -> None:
    content = "编号,问题,答案\n1,怎么付款？,可以刷卡。\n".encode("gbk")
    app = upload(open_page("zh", "data"), "customer-service-upload", "问答.csv", content)
    assert not app.warning
    assert [metric.value for metric in app.metric][:2] == ["1", "1"]


def test_a_file_of_questions_is_answered() -> None:
    app = upload(
        open_page(view="data"), "customer-service-bulk", "q.csv", b"question\nHow long do I have to return it?\n\n"
    )
    app.button(key="customer-service-answers-start").click().run()
    app = wait_for_job(app, "customer-service-answers")
    assert "outcome" in app.dataframe[0].value.columns
    label = message("cs-bulk-label", "en", file="q\\.csv", knowledge=escape(message("cs-tenant-shop", "en")))
    assert label in shown(app)

    app = upload(app, "customer-service-bulk", "other.csv", b"question\nWhere is my order?\n")
    assert label in shown(app)
    app.button(key="customer-service-bulk-remove").click().run()
    assert not app.exception
    assert label in shown(app)
    assert "outcome" in app.dataframe[0].value.columns


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_and_model_views(language: Language) -> None:
    app = open_page(language, "evidence")
    assert message("metric-recall-at-1", language) in shown(app) or app.pills or app.button_group
    app = open_page(language, "model")
    assert message("cs-model-in-use", language) in shown(app)
    assert app.button(key="customer-service-model-customer-service-e5").disabled


def thumbs(app: AppTest) -> Any:
    return next(widget for widget in app.get("feedback") or app.get("button_group") if "feedback" in str(widget.key))


def test_feedback_is_kept_and_may_be_changed_and_given_again_for_another_answer() -> None:
    app = open_page()
    owner = app.session_state["owner.id"]
    for verdict in (1, 0):
        thumbs(app).set_value(verdict).run()
    app.run()
    kept = workspace.default().feedback.list(owner, "customer_service")
    assert [one.verdict for one in kept] == ["bad", "good"]
    assert kept[0].context["model"] == "customer-service-hybrid"
    first = thumbs(app).key
    app.slider(key="customer-service-threshold").set_value(1.0).run()
    assert thumbs(app).key != first


def test_a_model_is_in_use_from_the_moment_that_it_is_resident() -> None:
    from pages.customer_service.choices import LOADING, MODEL

    app = open_page(view="model")
    app.session_state["owner.id"] = owner = "m" * 32
    gate = threading.Event()

    def load(progress: object, cancelled: object) -> str:
        gate.wait(60)
        return "customer-service-e5"

    app.session_state[LOADING] = jobs.start(
        owner, "customer-service-model", load, about={"model": "customer-service-e5"}
    ).id
    app.run()
    assert not app.exception
    assert MODEL not in app.session_state
    gate.set()
    app = wait_for_job(app, "customer-service-model")
    assert not app.exception
    assert app.session_state[MODEL] == "customer-service-e5"
    assert not jobs.list(owner, "customer-service-model")
