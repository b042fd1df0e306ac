"""The sentiment page, run in-process from `app.py`."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps import runtime, workspace
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.problems import Busy, InputError
from bigmodel_apps.runtime import jobs
from bigmodel_apps.sentiment import bulk, corrections, own_labels, own_shelf
from bigmodel_apps.sentiment import labels as labelling
from bigmodel_apps.sentiment import samples as sets
from bigmodel_apps.sentiment.aspects import shipped
from bigmodel_apps.sentiment.schema import MAX_TEXT, Aspect, Input, Options, Output
from bigmodel_apps.tables import read_table
from bigmodel_apps.ui.highlight import escape
from pages.sentiment import aspect_lists
from pages.sentiment.aspects_view import _parsed
from pages.sentiment.compare import EDITED
from pages.sentiment.examples import EXAMPLES
from pages.sentiment.try_view import TEXT

ROOT = Path(__file__).parents[2]
VIEWS = ("try", "data", "trends", "aspects", "trust", "own", "evidence", "model")
DOMAIN = "sentiment"
OWN = "sentiment-own"
LABELS = ("positive", "negative", "neutral", "unsure")


def open_page(language: Language = "en", view: str = "try", owner: str = "") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240)
    app.query_params["lang"] = language
    app.query_params["view"] = view
    if owner:
        app.session_state["owner.id"] = owner
    app.run()
    app.switch_page("pages/sentiment/page.py").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    parts = (
        *app.header,
        *app.subheader,
        *app.markdown,
        *app.caption,
        *app.warning,
        *app.info,
        *app.success,
        *app.error,
    )
    return "\n".join(str(element.value) for element in parts)


def settled(app: AppTest, owner: str) -> AppTest:
    """The page after the owner's background work is done."""
    deadline = time.monotonic() + 240
    while any(job.unfinished for job in jobs.list(owner)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    app.run()
    assert not app.exception
    return app


def owner_of(app: AppTest) -> str:
    return str(app.session_state["owner.id"])


def judged(text: str) -> Output:
    found: list[Output] = runtime.predict(DOMAIN, [Input(text=text)])
    return found[0]


def type_text(app: AppTest, text: str) -> AppTest:
    app.text_area(key=TEXT).set_value(text).run()
    assert not app.exception
    return app


# --- Every view ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_in_both_languages(view: str, language: Language) -> None:
    app = open_page(language, view)
    settled(app, "samples")
    assert not app.error
    assert message(f"view-{view}", language) in "".join(str(option) for option in _switch(app).options)


def _switch(app: AppTest) -> object:
    groups = [*app.segmented_control] if hasattr(app, "segmented_control") else [*app.get("button_group")]
    return next(group for group in groups if group.key == "sentiment-view")


# --- Try ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sample_is_answered_when_the_page_opens(language: Language) -> None:
    app = open_page(language)
    text = next(iter(EXAMPLES[language].values()))
    assert app.text_area(key=TEXT).value == text
    assert message(f"sentiment-label-{judged(text).label}", language) in app.header[0].value
    assert message("sentiment-why", language) in shown(app)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES["en"])
def test_every_example_is_answered(name: str, language: Language) -> None:
    text = EXAMPLES[language][name]
    app = type_text(open_page(language), text)
    assert not app.error
    assert not app.warning
    assert message(f"sentiment-label-{judged(text).label}", language) in app.header[0].value


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[x](javascript:alert(1)) :material/home: $x$", "😀😀", "1234", "a", "。"]
)
def test_odd_texts_are_answered_and_shown_as_text(text: str) -> None:
    app = type_text(open_page(), text)
    assert not app.error
    assert app.header[0].value
    assert not any(
        "javascript:alert(1)" in str(markdown.value).replace("\\", "") and "](" in str(markdown.value)
        for markdown in app.markdown
    )


def test_an_empty_text_asks_for_one_and_a_long_one_is_answered() -> None:
    app = type_text(open_page(), "   ")
    assert message("sentiment-text-empty", "en") in shown(app)
    assert not app.header
    app = type_text(app, "The soup was cold. " * (MAX_TEXT // 20))
    assert not app.error
    assert app.header[0].value


def test_says_how_often_verdicts_like_this_are_right() -> None:
    app = type_text(open_page(), "Absolutely wonderful, I love it.")
    output = judged("Absolutely wonderful, I love it.")
    from bigmodel_apps.sentiment.model import how_often_right

    found = how_often_right(output, runtime.catalogue.DOMAINS[DOMAIN].models[0])
    assert found is not None
    assert f"n = {found[1]:,}" in shown(app)


def test_the_edited_text_is_judged_beside_the_original() -> None:
    app = type_text(open_page(), "The soup was good.")
    assert app.text_area(key=EDITED).value == "The soup was not good."
    app.text_area(key=EDITED).set_value("The soup was awful.").run()
    assert not app.exception
    assert message(f"sentiment-label-{judged('The soup was awful.').label}", "en") in shown(app)
    app.button(key="sentiment-edit-reset").click().run()
    assert app.text_area(key=EDITED).value == "The soup was good."
    assert message("sentiment-compare-same", "en") in shown(app)


def test_what_cannot_be_negated_says_so_and_keeps_the_text() -> None:
    app = type_text(open_page(), "Hm.")
    app.button(key="sentiment-edit-negate").click().run()
    assert not app.exception
    assert app.warning
    assert app.text_area(key=TEXT).value == "Hm."


def test_a_correction_is_kept_changed_and_taken_back() -> None:
    app = type_text(open_page(), "The soup was cold.")
    owner = owner_of(app)
    key = next(group.key for group in app.pills if str(group.key).startswith("sentiment-correct-try"))
    app.pills(key=key).set_value("positive").run()
    assert [(said.text, said.label) for said in corrections.listed(owner)] == [("The soup was cold.", "positive")]
    app.pills(key=key).set_value("neutral").run()
    assert [said.label for said in corrections.listed(owner)] == ["neutral"]
    app.pills(key=key).set_value(None).run()
    assert corrections.listed(owner) == []


def test_a_busy_model_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page()

    def refuse(*_: object, **__: object) -> None:
        raise Busy(5.0)

    monkeypatch.setattr(runtime, "predict", refuse)
    app.run()
    assert not app.exception
    assert app.info


# --- Your data ----------------------------------------------------------------------------------------------------


def test_a_sample_is_loaded_scored_filtered_and_corrected() -> None:
    app = open_page(view="data")
    owner = owner_of(app)
    app.pills(key="sentiment-load-sample").set_value("shop").run()
    assert not app.exception
    assert app.selectbox(key="sentiment-data-column-text-sample-shop").value == "text"
    assert app.selectbox(key="sentiment-data-column-date-sample-shop").value == "date"
    app.button(key="sentiment-score").click().run()
    app = settled(app, owner)
    (table,) = bulk.finished(owner)
    result = bulk.open_result(table.id, owner)
    assert len(result.rows) == len(sets.table("shop").frame)
    everything = message("sentiment-results-count", "en", shown=len(result.rows), rows=len(result.rows))
    assert everything in shown(app)
    app.pills(key=f"sentiment-results-labels-{table.id}").set_value(["negative"]).run()
    negative = int((result.rows["label"] == "negative").sum())
    assert message("sentiment-results-count", "en", shown=negative, rows=len(result.rows)) in shown(app)
    app.text_input(key=f"sentiment-results-contains-{table.id}").set_value("no text holds this").run()
    assert message("sentiment-results-none", "en") in shown(app)


def test_a_finished_table_is_there_after_a_reload_and_can_be_deleted() -> None:
    owner = "r" * 32
    prepared = bulk.prepare(read_table(b"text\ngood soup\nbad soup\n", "soups.csv"))
    table = bulk.keep(owner, prepared, Options())
    app = open_page(view="data", owner=owner)
    assert "soups" in shown(app)
    app.button(key=f"sentiment-data-continue-{table.id}").click().run()
    app = settled(app, owner)
    again = open_page(view="data", owner=owner)
    assert message("sentiment-kept-done", "en", rows=2) in shown(again)
    again.button(key=f"sentiment-data-delete-{table.id}").click().run()
    assert not again.exception
    assert bulk.mine(owner) == []


def test_nobody_sees_the_tables_of_others() -> None:
    prepared = bulk.prepare(read_table(b"text\nsecret soup\n", "secret-soups.csv"))
    bulk.keep("s" * 32, prepared, Options())
    assert "secret" not in shown(open_page(view="data"))


# --- Trends and aspects -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_trends_of_a_sample(language: Language) -> None:
    app = settled(open_page(language, "trends"), "samples")
    assert message("trends-hollow", language, least=10) in shown(app)
    assert app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")


@pytest.mark.parametrize("language", LANGUAGES)
def test_aspects_of_a_sample_quote_their_texts(language: Language) -> None:
    app = settled(open_page(language, "aspects"), "samples")
    (table,) = [one for one in bulk.finished("samples") if one.name == "sample:shop" and one.meta["model"] == OWN]
    result = bulk.open_result(table.id, "samples", language)
    assert set(result.aspects) <= {aspect.name for aspect in shipped("shop", language)}
    about = message(
        "matrix-about", language, mentioning=int(result.mentions["place"].nunique()), texts=len(result.rows)
    )
    assert about in shown(app)
    assert message("matrix-click", language) in shown(app)


def grouped() -> None:
    from pages.sentiment import trends_view
    from tests.sentiment.rated import from_labels

    days = [f"2026-0{month}-{day:02d}" for month in range(1, 5) for day in range(1, 21)]
    labels = ["negative" if place % 2 else "positive" for place in range(len(days))]
    groups = ["half", *["none"] * 3] * (len(days) // 4)
    labels = ["positive" if group == "none" else label for group, label in zip(groups, labels, strict=True)]
    result = from_labels(["a text"] * len(days), labels, days, groups)  # type: ignore[arg-type]
    trends_view.by_group(result, "negative", "month", ())


def test_groups_are_drawn_on_one_scale() -> None:
    import json

    app = AppTest.from_function(grouped, default_timeout=60).run()
    assert not app.exception
    charts = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    ends = [re.findall(r'"domain": ?\[0, ?([0-9.]+)\]', json.dumps(json.loads(chart.proto.spec))) for chart in charts]
    assert len(ends) == 2
    assert all(ends)
    assert len({end for found in ends for end in found}) == 1


def test_a_table_without_dates_says_so_in_the_trends() -> None:
    owner = "d" * 32
    prepared = bulk.prepare(read_table(b"text\ngood soup\nbad soup\n", "soups.csv"))
    table = bulk.keep(owner, prepared, Options())
    bulk.score(table.id, owner)
    app = open_page(view="trends", owner=owner)
    assert app.selectbox(key="sentiment-table").value == table.id  # one's own, not a sample
    assert message("st-no-dates", "en") in shown(app)


def test_the_chosen_table_and_model_survive_a_reload() -> None:
    owner = "t" * 32
    for name in ("old", "new"):
        table = bulk.keep(owner, bulk.prepare(read_table(f"text\n{name} soup\n".encode(), f"{name}.csv")), Options())
        bulk.score(table.id, owner)
    old, new = reversed(bulk.finished(owner))
    app = open_page(view="aspects", owner=owner)
    assert app.selectbox(key="sentiment-table").value == new.id
    assert "table" not in app.query_params
    app.selectbox(key="sentiment-table").set_value(old.id).run()
    assert app.query_params["table"] == old.id

    reloaded = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240)
    reloaded.session_state["owner.id"] = owner
    reloaded.query_params["lang"], reloaded.query_params["view"] = "en", "aspects"
    reloaded.query_params["table"], reloaded.query_params["model"] = old.id, "sentiment-lexical"
    reloaded.run().switch_page("pages/sentiment/page.py").run()
    assert not reloaded.exception
    assert reloaded.selectbox(key="sentiment-table").value == old.id
    assert message("model-name-sentiment-lexical", "en") in shown(reloaded)
    reloaded.query_params["table"] = "another's"
    reloaded.run()
    assert reloaded.selectbox(key="sentiment-table").value == old.id


def test_an_edited_list_is_checked_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    import pandas as pd

    assert _parsed(pd.DataFrame({"name": ["Soup", None], "terms": [["broth", " 汤 "], None]})) == (
        Aspect(name="Soup", terms=("broth", "汤")),
    )
    for rows, code in (
        ({"name": ["Soup", "Soup"], "terms": [[], []]}, "aspect-twice"),
        ({"name": ["x" * 61], "terms": [[]]}, "aspect-unusable"),
        ({"name": [None], "terms": [["broth"]]}, "aspect-unusable"),
        ({"name": [], "terms": []}, "aspects-empty"),
    ):
        with pytest.raises(InputError) as caught:
            _parsed(pd.DataFrame(rows))
        assert caught.value.problems[0].code == code
    monkeypatch.setattr(aspect_lists, "owner", lambda: "a" * 32)
    monkeypatch.setattr(aspect_lists, "current", lambda: "en")
    mine = (Aspect(name="Soup", terms=("broth",)),)
    aspect_lists.keep("shop", mine)
    assert aspect_lists.aspects("shop") == mine
    assert aspect_lists.changed("shop")
    aspect_lists.reset("shop")
    assert aspect_lists.aspects("shop") == shipped("shop", "en")


# --- Trust --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_and_small_changes_are_tested(language: Language) -> None:
    app = open_page(language, "trust")
    owner = owner_of(app)
    app.button(key="sentiment-names-start").click().run()
    app = settled(app, owner)
    _, found = jobs.list(owner, "sentiment-names")[0].result
    assert escape(message("trust-flips", language, flips=found.flips, templates=found.templates)) in shown(app)
    app.button(key="sentiment-changes-start").click().run()
    app = settled(app, owner)
    assert len(jobs.list(owner, "sentiment-changes")[0].result) == 3
    ours = message("model-name-sentiment-own", language)
    assert shown(app).count(message("trust-judge", language, model=ours)) == 2


def test_own_classes_that_are_no_opinions_are_not_what_is_tested() -> None:
    owner = "t" * 32
    rows = [(text, name) for name in ("shop", "app") for text in sets.texts(name, "en", 40)]
    version = own_labels.train(labelling.of("places.csv", rows), owner, "Places")
    own_labels.deploy(owner, version.id)
    app = open_page(view="trust", owner=owner)
    app.button(key="sentiment-changes-start").click().run()
    app = settled(app, owner)
    assert message("trust-judge-classes", "en", name=escape(version.name)) in shown(app)


def test_names_that_cannot_be_tested_are_refused_in_words() -> None:
    app = open_page(view="trust")
    app.text_area(key="sentiment-names-groups-en").set_value("Anna").run()
    app.button(key="sentiment-names-start").click().run()
    assert not app.exception
    assert app.warning
    assert app.text_area(key="sentiment-names-groups-en").value == "Anna"


# --- Own labels ---------------------------------------------------------------------------------------------------


def test_own_labels_are_trained_used_and_rolled_back() -> None:
    app = open_page(view="own")
    owner = owner_of(app)
    app.pills(key="sentiment-labels-sample").set_value("shop").run()
    app.button(key="sentiment-train-start").click().run()
    app = settled(app, owner)
    (version,) = own_labels.versions(owner)
    app.button(key=f"sentiment-use-{version.id}").click().run()
    assert not app.exception
    deployed = workspace.default().registry.deployed(owner, DOMAIN)
    assert deployed is not None
    assert deployed.id == version.id
    tried = type_text(open_page(owner=owner), "The parcel never came.")
    model, options, _ = own_shelf.serve(owner)
    (output,) = runtime.predict(DOMAIN, [Input(text="The parcel never came.")], options=options, model=model)
    found = own_shelf.how_often_right(output, options)
    assert found is not None
    assert f"n = {found[1]:,}" in shown(tried)
    assert message("sentiment-own-answers", "en", name=escape(version.name)) in shown(
        open_page(view="model", owner=owner)
    )
    app.button(key="sentiment-roll-back").click().run()
    assert not app.exception
    assert workspace.default().registry.deployed(owner, DOMAIN) is None


def test_too_few_labels_say_what_is_missing() -> None:
    owner = "w" * 32
    corrections.give(owner, "The soup was cold.", "positive", judged("The soup was cold."))
    app = open_page(view="own", owner=owner)
    assert app.button(key="sentiment-train-start").disabled
    assert app.warning


# --- Model --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_had_says_why(language: Language) -> None:
    app = open_page(language, "model")
    for _ in range(100):
        if message("model-checking", language) not in shown(app):
            break
        time.sleep(0.3)
        app.run()
    assert message("model-in-use", language) in shown(app) or "model-in-use" in str(app.get("badge"))
    assert app.button(key="sentiment-model-sentiment-multilingual").disabled
    assert ":material/cloud_off:" in shown(app)
