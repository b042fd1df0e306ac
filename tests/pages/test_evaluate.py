"""The evaluate view of the customer-service page, run in-process from `app.py`."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps.customer_service import labelled
from bigmodel_apps.customer_service.trial import Trial
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.reporting import trial as reports
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui.highlight import escape

ROOT = Path(__file__).parents[2]
KIND = "customer-service-evaluate"
ROWS = (
    "question,expected_id\nHow do I cancel an order I just paid for?,cancel-before-shipping\n"
    "Which mushrooms can I eat raw?,\n<b>=1+1</b> hello there,\n"
)


def open_view(language: Language = "en") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = language
    app.query_params["view"] = "evaluate"
    app.run()
    app.switch_page("pages/customer_service/page.py").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    parts = (*app.markdown, *app.caption, *app.warning, *app.info, *app.success, *app.error)
    return "\n".join(str(element.value) for element in parts)


def evaluate(app: AppTest) -> Trial:
    app.button(key=f"{KIND}-start").click().run()
    assert not app.exception
    owner = app.session_state["owner.id"]
    for _ in range(1200):
        newest = jobs.list(owner, KIND)[0]
        if not newest.unfinished:
            break
        time.sleep(0.1)
    app.run()
    assert not app.exception
    assert newest.state == "done", newest.problems
    return newest.result


def own_file(app: AppTest, content: bytes, name: str = "ours.csv") -> AppTest:
    app.segmented_control(key=f"{KIND}-source").set_value("file").run()
    app.file_uploader(key=f"{KIND}-upload").upload(name, content, "text/csv").run()
    assert not app.exception
    return app


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_is_measured_and_compared(language: Language) -> None:
    app = open_view(language)
    assert message("evaluate-asked", language, questions=360, refusals=120) in shown(app)
    found = evaluate(app)
    assert escape(reports.verdict(found, language)) in [heading.value for heading in app.subheader]
    table = app.dataframe[0].value
    assert list(table.columns) == [message("evidence-metric", language), "A", "B"]
    assert len(table) == 9
    assert escape(reports.curve_title(found, language)) in shown(app)
    assert message("evaluate-differences", language, count=len(found.differences())) in shown(app)
    assert len(app.get("download_button")) >= 2


def test_one_configuration_is_not_tested_against_anything() -> None:
    app = own_file(open_view(), ROWS.encode())
    app.toggle(key=f"{KIND}-compare").set_value(False).run()
    found = evaluate(app)
    assert found.comparison is None
    assert len(found.sides) == 1
    assert list(app.dataframe[0].value.columns) == [message("evidence-metric", "en"), "A"]
    assert message("evaluate-verdict-chance", "en", p="= 1") not in shown(app)


def test_a_file_is_checked_row_by_row_and_its_columns_may_be_corrected() -> None:
    content = ROWS + "What?,no-such-entry\n,late\n"
    app = own_file(open_view(), content.encode())
    assert message("evaluate-asked", "en", questions=3, refusals=2) in shown(app)
    warnings = "\n".join(str(warning.value).replace("\\", "") for warning in app.warning)
    assert "Row 4" in warnings
    assert "no-such-entry" in warnings
    app.selectbox(key=next(box.key for box in app.selectbox if "-expected-" in str(box.key))).set_value(
        "question"
    ).run()
    assert not app.exception
    assert app.button(key=f"{KIND}-start").disabled


def test_columns_that_cannot_be_guessed_are_asked_for() -> None:
    app = own_file(open_view(), b"x,y\nWhere is my parcel?,\n")
    assert message("evaluate-column-needed", "en") in shown(app)
    assert app.button(key=f"{KIND}-start").disabled
    for field, column in (("question", "x"), ("expected", "y")):
        app.selectbox(key=next(box.key for box in app.selectbox if f"-{field}-" in str(box.key))).set_value(
            column
        ).run()
    assert message("evaluate-asked", "en", questions=1, refusals=1) in shown(app)
    assert not app.button(key=f"{KIND}-start").disabled


def test_a_gbk_file_is_read() -> None:
    content = "问题,期望编号\n付了款还能取消吗？,cancel-before-shipping\n".encode("gbk")
    app = own_file(open_view("zh"), content, "问题.csv")
    assert message("evaluate-asked", "zh", questions=1, refusals=0) in shown(app)
    assert not app.warning


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20])
def test_a_file_that_is_no_table_is_refused_in_words(content: bytes) -> None:
    app = own_file(open_view(), content)
    assert app.warning
    assert app.button(key=f"{KIND}-start").disabled


def test_the_same_configuration_twice_is_refused_in_words() -> None:
    app = own_file(open_view(), ROWS.encode())
    app.selectbox(key=f"{KIND}-b-engine").set_value("hybrid").run()
    app.button(key=f"{KIND}-start").click().run()
    owner = app.session_state["owner.id"]
    while jobs.list(owner, KIND)[0].unfinished:
        time.sleep(0.05)
    app.run()
    assert not app.exception
    assert "A and B are the same" in "\n".join(str(warning.value) for warning in app.warning)


def test_a_file_of_the_largest_size_is_the_limit() -> None:
    content = "question,expected_id\n" + "".join(f"question {n},\n" for n in range(labelled.MAX_QUESTIONS + 1))
    app = own_file(open_view(), content.encode())
    assert "20,000" in "\n".join(str(warning.value) for warning in app.warning).replace("\\", "")
