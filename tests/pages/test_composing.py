"""Composed answers in a small page of their own, against real servers on the loopback interface."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from bigmodel_apps.customer_service.composition import Draft, compositions
from bigmodel_apps.customer_service.support import Source
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui.highlight import escape
from pages.customer_service import composing
from tests import tiny_chat
from tests.chat_server import Answer, event, head, obey, serving, streaming
from tests.customer_service.test_injections import CASES, HOST

EXTRACTIVE = "Tickets cost 18 dollars, as the knowledge base has it."
SPLIT = re.compile(r":color\[(\\[!-/:-@\[-`{-~])\]")


def script(question: str = "How much is a ticket?", begin: bool = True) -> None:
    import streamlit as st

    from bigmodel_apps.customer_service.support import Source
    from bigmodel_apps.ui.language import current
    from pages.customer_service.composing import composed, settings

    settings()
    composed(
        "0",
        st.session_state.get("asked", question),
        "Tickets cost 18 dollars, as the knowledge base has it.",
        [
            Source("Ticket *desk*", "A ticket for the harbour tour costs 18 dollars. Dogs are not allowed on board."),
            Source("Groups", "Groups call +1 555 010 0199 to book."),
        ],
        current(),
        begin=begin,
    )
    st.text("the page goes on")


def page(lang: Language = "en", *arguments: Any) -> AppTest:
    app = AppTest.from_function(script, args=arguments, default_timeout=60)
    app.query_params["lang"] = lang
    app.session_state["owner.id"] = f"composing-{time.monotonic_ns()}"
    return app.run()


def ask(url: str, lang: Language = "en", model: str = "m", key: str = "") -> AppTest:
    app = page(lang)
    app.text_input(key=composing.URL).set_value(url)
    app.text_input(key=composing.MODEL).set_value(model)
    app.run()
    if key:
        app.text_input(key=composing.KEY).set_value(key).run()
    app.toggle(key=composing.ON).set_value(True).run()
    assert not app.exception
    return app


def finished(app: AppTest) -> AppTest:
    for _ in range(400):
        if not any(job.unfinished for job in compositions.list(app.session_state["owner.id"])):
            break
        time.sleep(0.05)
    app.run()
    assert not app.exception
    assert [text.value for text in app.text] == ["the page goes on"]
    return app


def shown(app: AppTest) -> str:
    return "\n".join(
        str(element.value) for element in (*app.markdown, *app.caption, *app.info, *app.warning, *app.error)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_off_until_it_is_turned_on(language: Language) -> None:
    app = page(language)
    assert not app.toggle(key=composing.ON).value
    assert escape(EXTRACTIVE) in shown(app)
    assert not compositions.list(app.session_state["owner.id"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_composed_answer_with_chips_a_struck_sentence_and_a_quotation(language: Language) -> None:
    text = "A ticket costs 18 dollars [1]. Dogs are allowed on board [1]. Groups call +1 555 010 0199 [2]."
    with serving(streaming(lambda _: text)) as url:
        app = finished(ask(url, language))
    seen = shown(app)
    assert "A ticket costs 18 dollars\\. :blue-badge[1 · Ticket \\*desk\\*]" in seen
    assert "~~Dogs are allowed on board\\.~~" in seen
    assert message("composing-struck", language, doubt="negation") in seen
    assert message("composing-quotation", language) in seen
    assert "“Groups call" in seen
    assert escape(EXTRACTIVE) not in seen
    assert not app.info
    copied = app.code[0].value
    assert "18 dollars. [1]" in copied
    assert "Dogs" not in copied


def wrong_key(handler: Any, body: Any) -> None:
    head(handler, 401, "application/json")


def no_such_model(handler: Any, body: Any) -> None:
    head(handler, 404, "application/json")


def too_many(handler: Any, body: Any) -> None:
    head(handler, 429, "application/json")


def broken(handler: Any, body: Any) -> None:
    head(handler, 500, "text/plain")


def web_page(handler: Any, body: Any) -> None:
    head(handler, kind="text/html")
    handler.wfile.write(b"<h1>Log in</h1>")


def malformed(handler: Any, body: Any) -> None:
    head(handler)
    handler.wfile.write(b"data: {{{\n\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", [wrong_key, no_such_model, too_many, broken, web_page, malformed])
def test_one_line_and_the_extractive_answer(answer: Answer, language: Language) -> None:
    with serving(answer) as url:
        app = finished(ask(url, language))
    assert len(app.info) == 1
    assert "127\\.0\\.0\\.1" in app.info[0].value
    assert escape(EXTRACTIVE) in shown(app)
    assert "Log in" not in shown(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_supported(language: Language) -> None:
    with serving(streaming(lambda _: "It is free for all, trust me.")) as url:
        app = finished(ask(url, language))
    assert app.info[0].value == message("composing-end-nothing", language)
    assert "~~It is free for all\\, trust me\\.~~" in shown(app)
    assert escape(EXTRACTIVE) in shown(app)
    assert not app.code


def test_what_was_supported_before_the_break_stays_as_incomplete() -> None:
    def breaks(handler: Any, body: Any) -> None:
        head(handler)
        handler.wfile.write(event("A ticket costs 18 dollars [1]. Dogs are"))

    with serving(breaks) as url:
        app = finished(ask(url))
    assert "A ticket costs 18 dollars\\. :blue-badge[1 · Ticket \\*desk\\*]" in shown(app)
    assert message("composing-incomplete", "en") in shown(app)
    assert len(app.info) == 1
    assert escape(EXTRACTIVE) in shown(app)


def waits(handler: Any, body: Any) -> None:
    head(handler)
    handler.wfile.write(event("A ticket costs 18 dollars [1]. Dogs are"))
    while True:
        handler.wfile.write(b": still here\n\n")
        handler.wfile.flush()
        time.sleep(0.05)


def until_a_sentence_is_shown(app: AppTest) -> AppTest:
    for _ in range(200):
        if ":blue-badge[1 · Ticket \\*desk\\*]" in shown(app.run()):
            return app
        time.sleep(0.05)
    raise AssertionError(shown(app))


def test_while_it_is_written_the_page_goes_on_and_stop_stops_it() -> None:
    with serving(waits) as url:
        app = until_a_sentence_is_shown(ask(url))
        assert [text.value for text in app.text] == ["the page goes on"]
        assert escape(EXTRACTIVE) in shown(app)
        app.button(key="customer-service.composing-0-stop").click().run()
        app = finished(app)
    assert app.info[0].value == message("composing-end-stopped", "en")
    assert message("composing-incomplete", "en") in shown(app)
    assert "A ticket costs 18 dollars\\. :blue-badge[1 · Ticket \\*desk\\*]" in shown(app)


def test_a_new_question_stops_the_answer_to_the_old_one() -> None:
    with serving(waits) as url:
        app = until_a_sentence_is_shown(ask(url))
        owner = app.session_state["owner.id"]
        first = compositions.list(owner)[0]
        app.session_state["asked"] = "Are dogs allowed?"
        app.run()
        for _ in range(100):
            if not compositions.get(first.id, owner).unfinished:
                break
            time.sleep(0.05)
        assert not compositions.get(first.id, owner).unfinished
        for job in compositions.list(owner):
            compositions.cancel(job.id, owner)


def test_composing_again() -> None:
    answers = iter(["Nothing.", "A ticket costs 18 dollars [1]."])
    with serving(streaming(lambda _: next(answers))) as url:
        app = finished(ask(url))
        assert app.info
        app.button(key="customer-service.composing-0-again").click().run()
        app = finished(app)
    assert not app.info
    assert "A ticket costs 18 dollars\\. :blue-badge[1 · Ticket \\*desk\\*]" in shown(app)


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://host", "http://me:pw@host"])
def test_an_address_that_is_none_is_refused_in_words(url: str) -> None:
    app = ask(url)
    assert app.warning
    assert escape(EXTRACTIVE) in shown(app)


def test_the_key_is_sent_but_never_shown_and_is_forgotten_with_its_address() -> None:
    seen: list[str] = []

    def answer(handler: Any, body: Any) -> None:
        seen.append(handler.headers["authorization"])
        streaming(lambda _: "A ticket costs 18 dollars [1].")(handler, body)

    with serving(answer) as url:
        app = finished(ask(url, key="s3cret"))
        assert seen == ["Bearer s3cret"]
        assert message("composing-key-set", "en") in shown(app)
        assert not any(widget.key == composing.KEY for widget in app.text_input)
        assert "s3cret" not in str(app.main) + shown(app)
        app.text_input(key=composing.URL).set_value("http://127.0.0.1:9").run()
    assert app.text_input(key=composing.KEY).value == ""
    assert composing._HELD_KEY not in app.session_state


def test_a_deployment_sets_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def answer(handler: Any, body: Any) -> None:
        seen.append(f"{handler.headers['authorization']} {body['model']}")
        streaming(lambda _: "A ticket costs 18 dollars [1].")(handler, body)

    with serving(answer) as url:
        monkeypatch.setenv("BIGMODEL_APPS_CHAT_URL", url)
        monkeypatch.setenv("BIGMODEL_APPS_CHAT_MODEL", "ours")
        monkeypatch.setenv("BIGMODEL_APPS_CHAT_KEY", "deployed")
        app = page()
        assert message("composing-key-deployment", "en") in shown(app)
        app.toggle(key=composing.ON).set_value(True).run()
        app = finished(app)
        assert seen == ["Bearer deployed ours"]
        assert "deployed" not in str(app.main)


def test_connection() -> None:
    with serving(streaming(lambda _: "ready")) as url:
        app = ask(url)
        app.button(key="customer-service-composing-test-start").click().run()
        assert not jobs.list(app.session_state["owner.id"])  # those of everybody
        assert finished(app).success


def says_nothing(handler: Any, body: Any) -> None:
    head(handler)
    handler.wfile.write(b"data: [DONE]\n\n")


@pytest.mark.parametrize("answer", [says_nothing, streaming(lambda _: "")])
def test_a_server_without_a_word_has_not_answered(answer: Answer) -> None:
    with serving(answer) as url:
        app = ask(url)
        app.button(key="customer-service-composing-test-start").click().run()
        app = finished(app)
    assert not app.success
    assert escape(message("problem-chat-silent", "en", model=f"m · {url.removeprefix('http://')}")) in shown(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_locked_settings_reach_the_address_of_the_deployment_alone(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def elsewhere(handler: Any, body: Any) -> None:
        asked.append(handler.path)
        streaming(lambda _: "Dogs are not allowed on board [1].")(handler, body)

    with serving(elsewhere) as other, serving(streaming(lambda _: "A ticket costs 18 dollars [1].")) as url:
        monkeypatch.setenv("BIGMODEL_APPS_CHAT_URL", url)
        monkeypatch.setenv("BIGMODEL_APPS_CHAT_MODEL", "ours")
        monkeypatch.setenv("BIGMODEL_APPS_CHAT_LOCKED", "1")
        app = page(language)
        assert message("composing-locked", language) in shown(app)
        assert not app.text_input
        for kind in ("endpoint", "local"):  # as a forged message of the browser would
            app.session_state[composing.KIND] = kind
            app.session_state[composing.URL] = other
            app.session_state[composing.LOCAL] = "/"
            app.toggle(key=composing.ON).set_value(True).run()
            app = finished(app)
            assert "A ticket costs 18 dollars\\. :blue-badge" in shown(app)
            app.button(key="customer-service.composing-0-again").click()
        assert not asked
        monkeypatch.delenv("BIGMODEL_APPS_CHAT_URL")
        app.run()
    assert escape(message("problem-chat-locked", language)) in shown(app)
    assert escape(EXTRACTIVE) in shown(app)


def test_a_model_on_this_machine_is_struck_and_the_extractive_answer_shown(tmp_path: Path) -> None:
    folder = tiny_chat.make(tmp_path / "tiny")
    app = page()
    app.segmented_control(key=composing.KIND).set_value("local").run()
    app.text_input(key=composing.LOCAL).set_value(str(folder)).run()
    app.toggle(key=composing.ON).set_value(True).run()
    app = finished(app)
    assert len(app.info) == 1
    assert escape(EXTRACTIVE) in shown(app)
    assert not app.code


def test_without_begin_nothing_is_composed() -> None:
    app = page("en", "How much is a ticket?", False)
    app.toggle(key=composing.ON).set_value(True).run()
    assert not compositions.list(app.session_state["owner.id"])
    assert escape(EXTRACTIVE) in shown(app)


@pytest.mark.parametrize(("language", "case"), CASES)
def test_nothing_in_what_is_shown_is_markup(language: Language, case: dict[str, str]) -> None:
    """A Markdown reader sees text, strikethrough and our own badges; no link, image or HTML."""
    sources = [Source("[x](http://label.example)", f"{HOST[language]}\n{case['text']}"), Source("b", HOST[language])]
    draft = Draft(sources)
    draft.piece(f"{obey(case['text'])} [1]\n{case['text']}\n{HOST[language]} [2]")
    found = composing.paragraphs(draft.finish("complete").statements, sources)
    assert found
    reader = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
    for paragraph in found:
        tokens = reader.parse(SPLIT.sub(r"\1", paragraph))
        assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
        for token in tokens[1].children or []:
            assert token.type in ("text", "text_special", "s_open", "s_close", "hardbreak", "softbreak"), token
