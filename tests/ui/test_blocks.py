"""Building blocks in small pages of their own, without a browser."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.locales import LANGUAGES, Language, catalogue_ids, message
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui.highlight import escape


def page(script: Callable[..., None], *arguments: Any, lang: str = "en") -> AppTest:
    app = AppTest.from_function(script, args=arguments, default_timeout=60)
    app.query_params["lang"] = lang
    return app.run()


# --- Views ----------------------------------------------------------------------------------------------------------


def viewing() -> None:
    from functools import partial

    import streamlit as st

    from bigmodel_apps.ui.language import switcher
    from bigmodel_apps.ui.views import views

    switcher()
    views("demo", {name: partial(st.text, name) for name in ("try", "data", "model")})


def test_only_the_chosen_view_is_drawn_and_enters_the_address() -> None:
    app = page(viewing)
    assert [text.value for text in app.text] == ["try"]
    assert "view" not in app.query_params
    app.segmented_control(key="demo-view").set_value("data").run()
    assert [text.value for text in app.text] == ["data"]
    assert app.query_params["view"] == "data"


def test_a_link_opens_a_view() -> None:
    app = AppTest.from_function(viewing)
    app.query_params["view"] = "model"
    assert [text.value for text in app.run().text] == ["model"]


def test_an_unknown_view_opens_the_first() -> None:
    app = AppTest.from_function(viewing)
    app.query_params["view"] = "nonsense"
    assert [text.value for text in app.run().text] == ["try"]


def test_the_view_survives_a_change_of_language() -> None:
    app = page(viewing)
    app.segmented_control(key="demo-view").set_value("data").run()
    app.segmented_control(key="app-lang").set_value("zh").run()
    assert [text.value for text in app.text] == ["data"]
    assert message("view-data", "zh") in app.segmented_control(key="demo-view").options


# --- Samples --------------------------------------------------------------------------------------------------------


def sampling() -> None:
    import streamlit as st

    from bigmodel_apps.ui.language import current, switcher
    from bigmodel_apps.ui.samples import samples

    switcher()
    samples("question", ["Where is it?", "How much?"] if current() == "en" else ["在哪里？", "多少钱？"])
    st.text_input("question", key="question")


def test_the_first_sample_is_there_and_a_pill_fills_in_another() -> None:
    app = page(sampling)
    assert app.text_input(key="question").value == "Where is it?"
    app.pills(key="question-samples").set_value(1).run()
    assert app.text_input(key="question").value == "How much?"


def test_an_unchanged_sample_follows_the_language() -> None:
    app = page(sampling)
    app.pills(key="question-samples").set_value(1).run()
    app.segmented_control(key="app-lang").set_value("zh").run()
    assert app.text_input(key="question").value == "多少钱？"


def test_what_the_user_typed_stays() -> None:
    app = page(sampling)
    app.text_input(key="question").set_value("Mine").run()
    app.segmented_control(key="app-lang").set_value("zh").run()
    assert app.text_input(key="question").value == "Mine"
    assert app.pills(key="question-samples").value is None


# --- Upload ---------------------------------------------------------------------------------------------------------


def uploading() -> None:
    import streamlit as st

    from bigmodel_apps.problems import InputError, Problem
    from bigmodel_apps.ui.upload import upload

    def parse(content: bytes, name: str) -> str:
        if not content:
            raise InputError(Problem("field-missing", row=3, field="answer"))
        st.session_state["reads"] = st.session_state.get("reads", 0) + 1
        return content.decode()

    result = upload("A file", parse, key="file", types=["csv", "xlsx"], help="A table")
    st.text(f"{result.name} {result.value}" if result else "nothing")


def test_a_file_is_read_once_and_kept() -> None:
    app = page(uploading)
    assert app.text[0].value == "nothing"
    app.file_uploader[0].upload("a.csv", b"first").run()
    app.run()
    assert app.text[0].value == "a.csv first"
    assert app.session_state["reads"] == 1


def test_what_the_widget_says_in_english_stands_below_it_in_chinese() -> None:
    said = message("upload-widget", "zh", types="CSV、XLSX", size=50)
    assert said in [caption.value for caption in page(uploading, lang="zh").caption]
    assert not page(uploading).caption


def test_a_refused_file_is_explained_and_the_last_one_stays() -> None:
    app = page(uploading, lang="zh")
    app.file_uploader[0].upload("a.csv", b"first").run()
    app.file_uploader[0].upload("b.csv", b"").run()
    assert app.text[0].value == "a.csv first"
    assert "第 3 行" in app.warning[0].value
    app.button(key="file-remove").click().run()
    assert app.text[0].value == "nothing"
    assert app.file_uploader[0].value is None
    assert not app.warning
    app.file_uploader[0].upload("c.csv", b"third").run()
    assert app.text[0].value == "c.csv third"


def uploading_several() -> None:
    from collections.abc import Sequence

    import streamlit as st

    from bigmodel_apps.ui.upload import uploads

    def parse(files: Sequence[tuple[str, bytes]]) -> int:
        st.session_state["parsed"] = st.session_state.get("parsed", 0) + 1
        return sum(len(content) for _, content in files)

    result = uploads("Files", parse, key="files", types=["csv"], help="Tables")
    if result:
        st.text(f"{result.name}: {result.value}")


def test_files_dropped_together_are_read_as_one() -> None:
    app = page(uploading_several)
    app.file_uploader[0].set_value([("a.csv", b"12", "text/csv"), ("b.csv", b"345", "text/csv")]).run()
    assert app.text[0].value == f"{message('upload-several', 'en', name='a.csv', more=1)}: 5"
    app.run()
    assert app.session_state["parsed"] == 1
    app.file_uploader[0].set_value([("a.csv", b"12", "text/csv")]).run()
    assert app.text[0].value == "a.csv: 2"
    app.file_uploader[0].set_value(None).run()
    assert not app.text


def test_the_cross_of_the_uploader_removes_the_file_that_is_in_use() -> None:
    app = page(uploading)
    app.file_uploader[0].upload("a.csv", b"first").run()
    assert not [button for button in app.button if button.key == "file-remove"]
    app.file_uploader[0].set_value(None).run()
    assert app.text[0].value == "nothing"


def test_the_cross_at_a_refused_file_leaves_the_one_in_use() -> None:
    app = page(uploading)
    app.file_uploader[0].upload("a.csv", b"first").run()
    app.file_uploader[0].upload("b.csv", b"").run()
    app.file_uploader[0].set_value(None).run()
    assert app.text[0].value == "a.csv first"
    assert not app.warning
    app.button(key="file-remove").click().run()
    assert app.text[0].value == "nothing"


# --- Problems -------------------------------------------------------------------------------------------------------


def failing(kind: str) -> None:
    from bigmodel_apps.problems import Busy, InputError, Problem, Unavailable
    from bigmodel_apps.ui.problems import guard

    errors = {
        "input": InputError(*[Problem("field-missing", row=row, field=f"column {row}") for row in range(1, 9)]),
        "unavailable": Unavailable(Problem("field-missing")),
        "busy": Busy(4.2),
        "hostile": InputError(Problem("field-unknown", field="**x** [a](https://x.org)")),
        "unexpected": ZeroDivisionError("a secret"),
    }
    with guard():
        raise errors[kind]


def test_problems_are_listed_and_the_rest_folded() -> None:
    app = page(failing, "input")
    assert app.warning[0].value.count("Row") == 5
    assert app.expander[0].label == "3 more problems"
    assert not app.exception


def repeating() -> None:
    from bigmodel_apps.problems import Problem
    from bigmodel_apps.ui.problems import show

    dates = [Problem("sentiment-date-unreadable", 7 * row, "日期", {"value": "昨天_"}) for row in range(1, 18)]
    show([*dates[:2], Problem("field-missing", row=3), *dates[2:]])


@pytest.mark.parametrize(
    ("lang", "rows"), [("en", "Rows 7, 14, 21, 28, 35, … (17 in all)"), ("zh", "第 7、14、21、28、35 等 17 行")]
)
def test_problems_that_differ_in_their_row_only_are_one(lang: str, rows: str) -> None:
    app = page(repeating, lang=lang)
    first, second = app.warning[0].value.splitlines()
    assert rows in first.replace("\\", "")
    assert r"昨天\_" in first
    assert "3" in second
    assert not app.expander


def test_a_hostile_file_name_stays_text() -> None:
    assert r"\*\*x\*\*" in page(failing, "hostile").warning[0].value


@pytest.mark.parametrize("kind", ["unavailable", "busy"])
def test_what_is_out_of_reach_is_said_calmly(kind: str) -> None:
    app = page(failing, kind)
    assert len(app.info) == 1
    assert not app.error


def test_the_unexpected_is_logged_under_the_reference_that_the_user_sees(caplog: pytest.LogCaptureFixture) -> None:
    app = page(failing, "unexpected")
    assert not app.exception
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.getMessage().split()[-1] in app.error[0].value
    assert "secret" not in app.error[0].value
    caplog.clear()


# --- Header ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_model_that_can_be_chosen_has_a_short_name(lang: Language) -> None:
    chosen = [name for domain in DOMAINS.values() for name in domain.models]
    assert [name for name in chosen if f"model-name-{name}" not in catalogue_ids(lang)] == []


def heading(domain: str, model: str) -> None:
    from bigmodel_apps.ui.header import header

    header(domain, model)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chip_names_the_model_in_words_or_else_as_it_is(lang: Language) -> None:
    for model, name in (("sentiment-own", message("model-name-sentiment-own", lang)), ("new-model", "new-model")):
        app = page(heading, "sentiment", model, lang=lang)
        assert not app.exception
        assert any(escape(name) in str(markdown.value) for markdown in app.markdown)


# --- Jobs -----------------------------------------------------------------------------------------------------------


def working(kind: str, fails: bool) -> None:
    import streamlit as st

    from bigmodel_apps.problems import InputError, Problem
    from bigmodel_apps.ui.jobs import newest, outcome, start

    def work(progress: object, cancelled: object) -> str:
        if fails:
            raise InputError(Problem("field-missing", row=7))
        progress(1, 1)  # type: ignore[operator]
        return "finished"

    start(kind, "Start", lambda: work, title="a_b.csv")
    done = outcome(newest(kind))
    st.text(done.result if done else "nothing")


def run_until(app: AppTest, ready: Callable[[AppTest], bool]) -> AppTest:
    for _ in range(200):
        if ready(app):
            return app
        app.run()
    raise AssertionError("the job did not end")


def test_a_job_ends_with_its_result() -> None:
    app = page(working, "good-job", False)
    assert app.text[0].value == "nothing"
    app.button(key="good-job-start").click().run()
    assert run_until(app, lambda app: app.text[0].value == "finished")


def test_a_failed_job_says_why() -> None:
    app = page(working, "bad-job", True)
    app.button(key="bad-job-start").click().run()
    assert "Row 7" in run_until(app, lambda app: bool(app.warning)).warning[0].value


def waiting(kind: str) -> None:
    import time

    from bigmodel_apps.problems import Cancelled
    from bigmodel_apps.ui.jobs import newest, outcome, start

    def work(progress: object, cancelled: object) -> None:
        while not cancelled():  # type: ignore[operator]
            time.sleep(0.01)
        raise Cancelled

    start(kind, "Start", lambda: work, title="a_b.csv", about={"upload": "1"})
    outcome(newest(kind))


def test_a_job_is_stopped_and_says_no_more_than_it_knows() -> None:
    app = page(waiting, "waiting-job")
    app.button(key="waiting-job-start").click().run()
    assert app.button(key="waiting-job-start").disabled
    next(button for button in app.button if str(button.key).startswith("waiting-job-cancel")).click().run()
    assert message("job-cancelled", "en") in run_until(app, lambda app: bool(app.info)).info[0].value
    assert not app.button(key="waiting-job-start").disabled


def of_somebody_else(kind: str, id: str) -> None:
    from bigmodel_apps.runtime import jobs
    from bigmodel_apps.ui.jobs import outcome

    outcome(jobs.get(id, "everybody"), "Shared")


def test_a_job_of_somebody_else_is_seen_but_not_stopped() -> None:
    ended = threading.Event()

    def work(progress: Any, cancelled: Any) -> None:
        progress(1, 4)
        ended.wait(60)

    job = jobs.start("everybody", "shared-job", work)
    try:
        app = page(of_somebody_else, "shared-job", job.id)
        assert not app.exception
        assert not app.button
    finally:
        ended.set()


def deaf(kind: str) -> None:
    import threading

    import streamlit as st

    from bigmodel_apps.ui.jobs import newest, outcome, start

    heard = st.session_state.setdefault("heard", threading.Event())

    def work(progress: object, cancelled: object) -> None:
        progress(1, 4)  # type: ignore[operator]
        heard.wait(60)
        progress(2, 4)  # type: ignore[operator]

    start(kind, "Start", lambda: work)
    outcome(newest(kind))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_until_a_job_has_noticed_it_is_said_to_be_stopping(lang: Any) -> None:
    app = page(deaf, f"deaf-job-{lang}", lang=lang)
    app.button(key=f"deaf-job-{lang}-start").click().run()

    def cancel() -> Any:
        return next(button for button in app.button if "-cancel-" in str(button.key))

    assert (cancel().label, cancel().disabled) == (message("job-cancel", lang), False)
    cancel().click().run()
    assert (cancel().label, cancel().disabled) == (message("job-stopping", lang), True)
    app.run()
    assert cancel().disabled
    app.session_state["heard"].set()
    assert message("job-cancelled", lang) in run_until(app, lambda app: bool(app.info)).info[0].value


def where_the_click_goes(kind: str) -> None:
    import time

    import streamlit as st
    from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

    from bigmodel_apps.problems import Cancelled
    from bigmodel_apps.ui import jobs as job_views

    def work(progress: object, cancelled: object) -> None:
        while not cancelled():  # type: ignore[operator]
            time.sleep(0.01)
        raise Cancelled

    drawn, button = st.session_state.setdefault("drawn", {}), st.button

    def recorded(label: str, *, key: str, **rest: object) -> bool:
        drawn[key] = ThreadState.get().fragment_id
        return button(label, key=key, **rest)  # type: ignore[arg-type]

    st.button = recorded  # type: ignore[assignment]
    try:
        job_views.start(kind, "Start", lambda: work)
        job_views.outcome(job_views.newest(kind))
    finally:
        st.button = button


def test_cancel_belongs_to_no_fragment_whose_clicks_are_dropped_once_it_is_replaced() -> None:
    app = page(where_the_click_goes, "clicked-job")
    app.button(key="clicked-job-start").click().run()
    (key,) = [key for key in app.session_state["drawn"] if "-cancel-" in key]
    assert app.session_state["drawn"][key] is None
    app.button(key=key).click().run()
    run_until(app, lambda app: bool(app.info))


# --- Owner ----------------------------------------------------------------------------------------------------------


def owning() -> None:
    import streamlit as st

    from bigmodel_apps.ui.owner import owner

    st.text(owner())


def test_without_a_cookie_the_owner_lasts_a_session() -> None:
    app = page(owning)
    first = app.text[0].value
    assert app.run().text[0].value == first
    assert page(owning).text[0].value != first
