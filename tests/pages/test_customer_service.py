"""The customer-service page, run in-process from `app.py`."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import conversation
from bigmodel_apps.customer_service.composition import compositions
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.customer_service.questions import samples
from bigmodel_apps.customer_service.schema import MAX_QUESTION
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.problems import Busy, InputError
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.workspace import Message, Ticket
from bigmodel_apps.workspace.conversations import TEXT_CHARS
from pages.customer_service import composing
from tests.chat_server import serving, streaming

ROOT = Path(__file__).parents[2]
DOMAIN, QUESTION, THRESHOLD = "customer_service", "customer-service-question", "customer-service-threshold"
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
    app.chat_input(key=QUESTION).set_value(question).run()
    assert not app.exception
    return app


def stored(app: AppTest, desk: str = "shop") -> list[Message]:
    owner = app.session_state["owner.id"]
    found = workspace.default().conversations.latest(owner, DOMAIN, desk)
    return workspace.default().conversations.messages(found.id, owner) if found else []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tenant", TENANTS)
def test_opens_with_the_first_sample_answered_and_stores_nothing(tenant: str, language: Language) -> None:
    app = open_page(language)
    app.selectbox(key="customer-service-knowledge").set_value(tenant).run()
    assert escape(next(iter(samples(tenant, language).values()))) in shown(app)
    assert message("conversation-example", language) in shown(app)
    assert message("cs-outcome-answer", language) in shown(app)
    assert message("cs-why", language) in shown(app)
    assert stored(app, tenant) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_is_asked_with_one_click(language: Language) -> None:
    app = open_page(language)
    label, question = list(samples("shop", language).items())[2]
    app.pills(key=f"{QUESTION}-samples").set_value(label).run()
    assert not app.exception
    assert stored(app)[0].text == question
    assert app.pills(key=f"{QUESTION}-samples").value is None
    assert message("conversation-example", language) not in shown(app)


def test_question_and_answer_are_stored_with_all_that_led_to_it() -> None:
    app = ask(open_page(), "How many days do I have to return something?")
    asked, said = stored(app)
    assert (asked.role, said.role) == ("customer", "assistant")
    assert said.meta["output"]["id"] == "return-window"
    assert said.meta["output"]["outcome"] == "answer"
    assert said.text == said.meta["output"]["answer"]
    assert said.meta["model"] == "customer-service-hybrid"
    assert said.meta["knowledge"] == "shop"
    assert said.meta["milliseconds"] > 0


def test_a_follow_up_is_understood_and_a_new_conversation_forgets() -> None:
    app = ask(ask(open_page(), "Can I pay in monthly instalments?"), "Is there a fee for that?")
    assert stored(app)[-1].meta["output"]["id"] == "instalments"
    app.button(key="customer-service-new").click().run()
    assert stored(app) == []
    app = ask(app, "Is there a fee for that?")
    assert stored(app)[-1].meta["output"]["outcome"] != "answer"


def test_a_conversation_survives_a_reload_at_its_desk() -> None:
    app = open_page()
    app.selectbox(key="customer-service-knowledge").set_value("bank").run()
    app = ask(app, "How do I activate a newly issued card?")
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    again.session_state["owner.id"] = app.session_state["owner.id"]
    again.run()
    again.switch_page("pages/customer_service/page.py").run()
    assert again.selectbox(key="customer-service-knowledge").value == "bank"
    assert "newly issued card" in shown(again)
    assert message("cs-outcome-answer", "en") in shown(again)


def test_says_not_covered_and_offers_what_it_knows() -> None:
    app = ask(open_page(), "Which mushrooms can I eat raw?")
    assert escape(message("cs-say-not_covered", "en")) in shown(app)
    first = app.button(key="customer-service-candidate-0")
    first.click().run()
    assert stored(app)[-2].text == first.label.replace("\\", "")
    assert stored(app)[1].meta["chosen"]
    assert message("cs-outcome-answer", "en") in shown(app)


@pytest.mark.parametrize(("language", "courtesy"), [("en", "hello there"), ("zh", "谢谢您")])
def test_a_courtesy_is_answered_and_nothing_is_searched(language: Language, courtesy: str) -> None:
    app = ask(open_page(language), courtesy)
    said = stored(app)[-1]
    assert said.meta["kind"] == said.meta["output"]["kind"] == "small_talk"
    assert escape(said.text) in shown(app)
    assert message("cs-why", language) not in shown(app)
    assert "customer-service-candidate-0" not in {button.key for button in app.button}


def test_two_refusals_in_a_row_offer_a_person() -> None:
    app = ask(open_page(), "Which mushrooms can I eat raw?")
    assert message("conversation-person-offer", "en") not in shown(app)
    app = ask(app, "Who won the football match yesterday?")
    assert message("conversation-person-offer", "en") in shown(app)
    app.button(key="customer-service-person").click().run()
    owner = app.session_state["owner.id"]
    ticket = next(one for one in workspace.default().tickets.list(DOMAIN, ["shop"]) if mine(one, owner))
    assert (ticket.state, ticket.reason) == ("waiting", "offered")
    assert ticket.summary["question"] == "Who won the football match yesterday?"


def mine(ticket: Ticket, owner: str) -> bool:
    try:
        workspace.default().conversations.messages(ticket.conversation, owner)
    except InputError:
        return False
    return True


def test_a_wish_for_a_person_opens_a_ticket_and_the_way_back_closes_it() -> None:
    app = ask(open_page("zh"), "转人工")
    owner = app.session_state["owner.id"]
    assert [said.role for said in stored(app)] == ["customer", "assistant", "notice"]
    assert escape(message("cs-say-hand_over", "zh")) in shown(app)
    # What is around the transcript knows it at once.
    assert app.chat_input(key=QUESTION).placeholder == message("conversation-placeholder-waiting", "zh")
    assert app.button(key="customer-service-new").disabled
    app = ask(app, "我在等")
    assert stored(app)[-1].meta == {"to": "agent"}
    app.button(key="customer-service-back").click().run()
    assert not app.exception
    found = workspace.default().conversations.latest(owner, DOMAIN, "shop")
    assert found is not None
    ticket = workspace.default().tickets.of(found.id, owner)
    assert ticket is not None
    assert ticket.state == "closed"
    assert stored(ask(app, "怎么申请退货？"))[-1].meta["output"]["outcome"] == "answer"


def test_the_threshold_shows_what_it_would_give_and_the_store_keeps_what_was_said() -> None:
    app = open_page()
    app.slider(key=THRESHOLD).set_value(1.0).run()
    assert ":material/check_circle:" not in shown(app)
    app.slider(key=THRESHOLD).set_value(0.5).run()
    app = ask(app, "How many days do I have to return something?")
    before = stored(app)
    judged = thumbs(app)
    app.slider(key=THRESHOLD).set_value(1.0).run()
    assert message("conversation-preview", "en", threshold="50%") in shown(app)
    assert ":material/check_circle:" not in shown(app)
    assert stored(app) == before
    # A preview is nobody's answer: it is not judged, and what is asked instead says nothing about the stored one.
    assert judged.key not in {widget.key for widget in app.get("feedback") or app.get("button_group")}
    app.button(key="customer-service-candidate-0").click().run()
    assert len(stored(app)) == 4
    assert "chosen" not in stored(app)[1].meta


def test_a_new_conversation_does_not_leave_a_person_who_has_just_been_asked_for() -> None:
    app = ask(open_page(), "How many days do I have to return something?")
    owner = app.session_state["owner.id"]
    found = workspace.default().conversations.latest(owner, DOMAIN, "shop")
    assert found is not None
    conversation.hand_over(found.id, owner, "chosen", "en")  # in another tab
    app.button(key="customer-service-new").click().run()
    assert not app.exception
    latest = workspace.default().conversations.latest(owner, DOMAIN, "shop")
    assert latest is not None
    assert latest.id == found.id


def test_where_no_answer_can_be_had_a_person_can(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page()

    def refuse(*_: object, **__: object) -> None:
        raise Busy(5.0)

    with monkeypatch.context() as patched:
        patched.setattr(runtime, "predict", refuse)
        app = ask(app, "How many days do I have to return something?")
        assert app.info
        assert {"customer-service-retry", "customer-service-person-instead"} <= {button.key for button in app.button}
        app.button(key="customer-service-person-instead").click().run()
    assert not app.exception
    assert [said.role for said in stored(app)] == ["customer", "notice"]
    assert app.chat_input(key=QUESTION).placeholder == message("conversation-placeholder-waiting", "en")


def test_what_a_chat_model_composed_is_composed_from_the_stored_answer_alone_and_stays_readable() -> None:
    with serving(streaming(lambda _: "You have 30 days to return *something* [1].")) as url:
        app = open_page()
        app.text_input(key=composing.URL).set_value(url)
        app.text_input(key=composing.MODEL).set_value("m").run()
        app.toggle(key=composing.ON).set_value(True).run()
        app = ask(app, "How many days do I have to return something?")
        owner = app.session_state["owner.id"]
        for _ in range(400):
            if not any(job.unfinished for job in compositions.list(owner)):
                break
            time.sleep(0.05)
        app.run()
        composed = stored(app)[-1].meta["composed"]
        assert composed.startswith("You have 30 days")
        app.slider(key=THRESHOLD).set_value(0.01).run()
        assert not compositions.list(owner)
        assert stored(app)[-1].meta["composed"] == composed
        app.toggle(key=composing.ON).set_value(False).run()
    app = ask(app, "hello")
    assert escape(composed) in [markdown.value for markdown in app.markdown]
    assert f":material/edit_note: {message('conversation-composed', 'en')}" in [
        caption.value for caption in app.caption
    ]


def test_the_chat_input_takes_what_can_be_read_and_a_person_reads_more() -> None:
    app = open_page()
    assert app.chat_input(key=QUESTION).proto.max_chars == MAX_QUESTION
    app = ask(app, "talk to a person")
    assert app.chat_input(key=QUESTION).proto.max_chars == TEXT_CHARS
    app = ask(app, "x" * TEXT_CHARS)
    assert not app.warning
    assert stored(app)[-1].text == "x" * TEXT_CHARS


def test_an_empty_question_asks_for_one() -> None:
    app = ask(open_page(), "   ")
    assert app.warning
    assert stored(app) == []


@pytest.mark.parametrize("question", ["<script>alert(1)</script>", "\u202eabc\u200b", "$x^2$ :red[y] ![i](http://x)"])
def test_hostile_questions_are_questions(question: str) -> None:
    app = ask(open_page(), question)
    assert message("cs-why", "en") in shown(app)
    assert escape(stored(app)[0].text) in [markdown.value for markdown in app.markdown]


def test_a_question_whose_answer_was_lost_is_answered_later() -> None:
    app = ask(open_page(), "hello")
    owner = app.session_state["owner.id"]
    found = workspace.default().conversations.latest(owner, DOMAIN, "shop")
    assert found is not None
    workspace.default().conversations.say(found.id, owner, "customer", "How do I start a return request?")
    app.run()
    assert stored(app)[-1].meta["output"]["id"] == "return-start"


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
    app.file_uploader(key="customer-service-bulk").set_value(None).run()
    assert not app.exception
    assert label in shown(app)
    assert "outcome" in app.dataframe[0].value.columns


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_and_model_views(language: Language) -> None:
    app = open_page(language, "evidence")
    app.pills(key=f"{DOMAIN}-protocol").set_value("tenants").run()
    assert not app.exception
    measured = next(table.value for table in app.dataframe if message("evidence-metric", language) in table.value)
    assert message("metric-recall-at-1", language) in set(measured[message("evidence-metric", language)])
    app = open_page(language, "model")
    assert message("model-in-use", language) in shown(app)
    assert app.button(key="customer-service-model-customer-service-e5").disabled


def telling(confidence: float) -> None:
    from types import SimpleNamespace

    from pages.customer_service import try_view

    output = SimpleNamespace(confidence=confidence)
    try_view.confidence(SimpleNamespace(output=output, threshold=0.5))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("en", 0.9993, "Confidence over 99%, threshold 50% · 50 points above"),
        ("en", 0.49, "Confidence 49%, threshold 50% · 1 point below"),
        ("zh", 0.9993, "置信度 超过 99%，阈值 50% · 高出 50 个百分点"),
    ],
)
def test_nothing_is_certain_and_shares_differ_by_points(language: Language, value: float, said: str) -> None:
    app = AppTest.from_function(telling, args=(value,), default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    assert app.get("progress")[0].proto.text == said


def thumbs(app: AppTest) -> Any:
    return next(widget for widget in app.get("feedback") or app.get("button_group") if "feedback" in str(widget.key))


def test_feedback_is_kept_with_the_answer_and_may_be_changed() -> None:
    app = ask(open_page(), "How many days do I have to return something?")
    owner = app.session_state["owner.id"]
    for verdict in (1, 0):
        thumbs(app).set_value(verdict).run()
    app.run()
    kept = workspace.default().feedback.list(owner, DOMAIN)
    assert [one.verdict for one in kept] == ["bad", "good"]
    assert kept[0].context["model"] == "customer-service-hybrid"
    assert kept[0].context["message"] == stored(app)[-1].number
    reasons = next(group for group in app.pills if str(group.key).endswith("-reason"))
    reasons.set_value("outdated").run()
    assert {key: stored(app)[-1].meta[key] for key in ("verdict", "reason", "comment")} == {
        "verdict": "bad",
        "reason": "outdated",
        "comment": "",
    }
    first = thumbs(app).key
    assert thumbs(ask(app, "Do you offer gift wrapping?")).key != first


def test_another_reason_is_told_in_words() -> None:
    app = ask(open_page(), "How many days do I have to return something?")
    thumbs(app).set_value(0).run()
    next(group for group in app.pills if str(group.key).endswith("-reason")).set_value("other").run()
    comment = next(field for field in app.text_input if str(field.key).endswith("-comment"))
    comment.set_value("Too long <b>").run()
    assert not app.exception
    assert stored(app)[-1].meta["comment"] == "Too long <b>"


def test_a_model_is_in_use_from_the_moment_that_it_is_resident() -> None:
    app = open_page(view="model")
    app.session_state["owner.id"] = owner = "m" * 32
    gate = threading.Event()

    def load(progress: object, cancelled: object) -> str:
        gate.wait(60)
        return "customer-service-e5"

    app.session_state["customer-service.loading"] = jobs.start(
        owner, "customer-service-model", load, about={"model": "customer-service-e5"}
    ).id
    app.run()
    assert not app.exception
    assert "model" not in app.query_params
    gate.set()
    app = wait_for_job(app, "customer-service-model")
    assert not app.exception
    assert app.query_params["model"] == "customer-service-e5"
    assert not jobs.list(owner, "customer-service-model")
