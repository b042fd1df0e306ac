"""The recommendation page's views of data, customers, experiments and models, in-process on a small simulated shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bigmodel_apps import workspace
from bigmodel_apps.locales import LANGUAGES, Language, message, percent
from bigmodel_apps.recommendation import (
    balance,
    bulk,
    customers,
    experiment,
    fitting,
    ledger,
    refits,
    samples,
    shelf,
)
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.shelf import FILMS, SAMPLE, Shop
from bigmodel_apps.reporting import recommendation as in_words
from bigmodel_apps.runtime import jobs
from bigmodel_apps.tables import to_csv_bytes
from pages.recommendation.data_view import LISTS, UPLOAD
from pages.recommendation.data_view import SAMPLE as SAMPLE_FILE
from tests.pages.test_recommendation import alone as alone
from tests.pages.test_recommendation import open_page, settled, shown, small_shop

VIEWS = ("data", "customers", "experiment", "evidence", "model")


@pytest.fixture(scope="module", autouse=True)
def shop() -> Iterator[Shop]:
    """The small shop in place of both samples, for the time of these tests."""
    interactions = small_shop()
    recipe = Recipe({"ease": {}, "next": {}, "popularity": {}}, {"ease": 0.7, "next": 0.2, "popularity": 0.1})
    recommender = fitting.fit(interactions, recipe)
    for name in (SAMPLE, FILMS):
        shelf.shops.put(name, Shop(name, interactions, recommender))
    yield shelf.open_shop(SAMPLE)
    for name in (SAMPLE, FILMS):
        shelf.shops.close(name)
        balance.kept.close(name)


def written(shop: Shop) -> bytes:
    """The small shop as a file."""
    chosen = shop.interactions
    assert chosen.seconds is not None
    return to_csv_bytes(
        pd.DataFrame(
            {
                "customer": chosen.user_ids[chosen.users],
                "product": chosen.catalogue.ids[chosen.items],
                "when": pd.to_datetime(chosen.seconds, unit="s").astype(str),
                "title": chosen.catalogue.titles["zh"][chosen.items],
                "category": chosen.catalogue.categories["zh"][chosen.items],
            }
        )
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_in_both_languages(view: str, language: Language) -> None:
    app = open_page(language, view)
    assert not app.error
    assert not app.warning
    assert message("domain-recommendation-promise", language) in shown(app)


# --- A file -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_read_fitted_compared_and_kept(shop: Shop, language: Language) -> None:
    owner = f"file-{language}".ljust(32, "x")
    app = open_page(language, "data", owner)
    app.file_uploader(key=UPLOAD).upload(f"orders.{language}.csv", written(shop), "text/csv").run()
    assert not app.exception
    values = [metric.value for metric in app.metric]
    assert f"{len(shop.interactions):,}" in values
    assert str(len(np.unique(shop.interactions.users))) in values
    app.button(key="recommendation-data-fit").click().run()
    app = settled(app, owner)
    (dataset,) = bulk.finished(owner)
    result = bulk.open_result(dataset.id, owner)
    assert result.leaderboard is not None
    said = shown(app)
    assert in_words.headline(result.leaderboard, language) in said
    assert in_words.how_measured(result.leaderboard, language) in said
    systems = {row.system for row in result.leaderboard.rows}
    assert {"ours", "random", "term-popularity"} <= systems
    table = next(frame.value for frame in app.dataframe if message("evidence-system", language) in frame.value)
    assert set(table[message("evidence-system", language)]) == {
        message(f"system-{system}", language) for system in systems
    }
    app.button(key=f"recommendation-data-delete-{dataset.id}").click().run()
    assert not app.exception
    assert not bulk.finished(owner)


def test_a_file_of_one_column_asks_for_the_other() -> None:
    app = open_page(view="data", owner="n" * 32)
    app.file_uploader(key=UPLOAD).upload("colours.csv", b"shade\nred\nblue\nred\n", "text/csv").run()
    assert not app.exception
    missing = message("recommendation-column-item", "en")
    assert message("table-columns-needed", "en", missing=missing) in shown(app)
    assert not [button for button in app.button if button.key == "recommendation-data-fit"]


def test_a_file_of_one_user_is_refused_in_words() -> None:
    app = open_page(view="data", owner="p" * 32)
    app.file_uploader(key=UPLOAD).upload("mine.csv", b"user,item\nAnna,blue\nAnna,red\n", "text/csv").run()
    assert not app.exception
    assert message("problem-recommendation-one-user", "en", rows=2, name="Anna") in shown(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_sample_is_read_as_a_file_is(language: Language) -> None:
    app = open_page(language, "data", "l" * 32)
    app.toggle(key=SAMPLE_FILE).set_value(True).run()
    assert not app.exception
    assert not app.warning
    content = samples.upload_csv(language)
    found = bulk.prepare(ledger.open_table(content, samples.UPLOAD_NAME)).ledger.report
    assert f"{found.usable:,}" in [metric.value for metric in app.metric]
    assert app.button(key="recommendation-data-fit")


def test_our_sample_says_that_it_is_simulated() -> None:
    owner = "m" * 32
    app = open_page("en", "data", owner)
    app.toggle(key=SAMPLE_FILE).set_value(True).run()
    assert message("recommendation-sample-note", "en") in shown(app)
    app.button(key="recommendation-data-fit").click().run()
    app = settled(app, owner)
    (dataset,) = bulk.finished(owner)
    assert bulk.open_result(dataset.id, owner).shop.simulated
    bulk.delete(dataset.id, owner)


def test_lists_of_a_large_shop_are_made_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.recommendation.data_view._DIRECT", 0)
    owner = "v" * 32
    rows = b"user,item\n" + b"".join(b"u%d,i%d\n" % (user, item) for user in range(6) for item in range(user % 3 + 1))
    kept = bulk.keep(owner, bulk.prepare(ledger.open_table(rows, "few.csv")))
    bulk.fit(kept.id, owner)
    app = open_page(view="data", owner=owner)
    app.button(key=f"{LISTS}-start").click().run()
    app = settled(app, owner)
    (job,) = jobs.list(owner, LISTS)
    assert job.state == "done"
    result = bulk.open_result(kept.id, owner)
    assert job.result == in_words.lists_csv(result.shop, "en")
    assert not [button for button in app.button if button.key == f"{LISTS}-start"]


def test_ratings_below_the_given_one_are_no_choice() -> None:
    rows = b"user,item,rating\n" + b"".join(
        b"u%d,i%d,%d\n" % (user, item, (user + item) % 5 + 1) for user in range(20) for item in range(10)
    )
    app = open_page(view="data", owner="o" * 32)
    app.file_uploader(key=UPLOAD).upload("rated.csv", rows, "text/csv").run()
    assert "200" in [metric.value for metric in app.metric]
    box = next(one for one in app.number_input if str(one.key).startswith("recommendation-data-liked"))
    box.set_value(4.0).run()
    assert not app.exception
    assert "80" in [metric.value for metric in app.metric]
    assert message("recommendation-left-recommendation-rating-low", "en", count=120) in shown(app)


def test_what_few_can_be_measured_on_is_fitted_without_a_leaderboard() -> None:
    owner = "q" * 32
    rows = b"user,item\n" + b"".join(b"u%d,i%d\n" % (user, item) for user in range(6) for item in range(user % 3 + 1))
    kept = bulk.keep(owner, bulk.prepare(ledger.open_table(rows, "few.csv")))
    bulk.fit(kept.id, owner)
    app = open_page(view="data", owner=owner)
    result = bulk.open_result(kept.id, owner)
    assert result.leaderboard is None
    assert in_words.covers(result.shop, "en") in shown(app)


# --- Customers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_segment_that_brings_most_stands_first(shop: Shop, language: Language) -> None:
    app = open_page(language, "customers")
    found = customers.segments(shop.interactions)
    most = max(found.segments, key=lambda one: one.value_share.value)
    assert message(f"recommendation-segment-{most.name}", language) in app.subheader[0].value
    assert percent(round(most.share.value, 4), language) in app.subheader[0].value
    charts = len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart"))
    assert charts == 4


def test_a_closer_look_at_one_segment(shop: Shop) -> None:
    app = open_page(view="customers")
    pills = next(group for group in app.button_group if str(group.key).startswith("recommendation-customers-segment"))
    segment = customers.segments(shop.interactions).segments[0].name
    pills.set_value(segment).run()
    assert not app.exception
    assert message(f"recommendation-segment-{segment}-what", "en") in shown(app)


# --- Experiments ------------------------------------------------------------------------------------------------------


def test_the_sample_is_replayed_as_soon_as_somebody_looks(shop: Shop) -> None:
    owner = "r" * 32
    app = settled(open_page(view="experiment", owner=owner), owner)
    rehearsal = balance.rehearse(
        shop.interactions, Recipe(shop.recommender.facts["recipe"]["terms"], shop.recommender.weights)
    )
    found = experiment.outcomes(
        rehearsal.recommender, rehearsal.split, Settings(), Settings(diversity=0.2), vectors=rehearsal.vectors
    )
    for seed in (0, 1):
        result = experiment.run(found, seed=seed)
        for arm in (result.first, result.second):
            assert percent(round(arm.share.value, 4), "en") in app.subheader[0].value
        app.button(key="recommendation-experiment-again").click().run()
        assert not app.exception


def test_so_many_customers_as_the_formula_says() -> None:
    app = open_page(view="experiment", owner="s" * 32)
    mode = next(group for group in app.button_group if group.key == "recommendation-experiment-mode")
    mode.set_value("size").run()
    inputs = {str(box.key).split("-")[2]: box for box in app.number_input}
    inputs["base"].set_value(10.0)
    inputs["lift"].set_value(20.0).run()
    assert not app.exception
    assert f"{experiment.sample_size(0.1, 0.2):,}" in app.subheader[0].value


def test_a_against_a_cries_wolf_as_often_as_agreed() -> None:
    owner = "t" * 32
    app = open_page(view="experiment", owner=owner)
    mode = next(group for group in app.button_group if group.key == "recommendation-experiment-mode")
    mode.set_value("aa").run()
    app = settled(app, owner)
    assert percent(0.05, "en") in app.subheader[0].value
    assert message("recommendation-aa-peeking-title", "en") in shown(app)


def test_new_choices_of_what_left_the_catalogue_are_not_listed(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    known = str(shop.catalogue.ids[0])
    added = [refits.Added("Anna", "gone", 0), refits.Added("Anna", known, 0)]
    monkeypatch.setattr(refits, "added", lambda *_: added)
    app = open_page(view="model", owner="w" * 32)
    assert not app.exception
    assert not app.error


# --- The model --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_heaviest_term_is_named_with_its_weight(shop: Shop, language: Language) -> None:
    app = open_page(language, "model")
    (name, share), *_ = in_words.weights(shop.recommender)
    assert message(f"recommendation-term-{name}", language) in app.subheader[0].value
    assert percent(round(share, 2), language) in app.subheader[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_large_catalogue_goes_without_is_said(shop: Shop, language: Language) -> None:
    facts = {**shop.recommender.facts, "ease_items": 17, "searched_items": 13}
    shelf.shops.put(SAMPLE, replace(shop, recommender=replace(shop.recommender, facts=facts)))
    try:
        page = shown(open_page(language, "model"))
    finally:
        shelf.shops.put(SAMPLE, shop)
    for items in (17, 13):
        assert any(str(items) in line for line in page.splitlines())
    assert message("rr-limit-search", language, items=13, all=len(shop.catalogue)) in page


def test_new_choices_count_and_a_refit_is_compared_put_in_use_and_taken_back(shop: Shop) -> None:
    owner = "v" * 32
    app = open_page(view="model", owner=owner)
    app.text_input(key="recommendation-model-new-user").set_value("Zoë")
    app.multiselect(key="recommendation-model-new-items").set_value([str(shop.catalogue.ids[0])]).run()
    app.button(key="recommendation-model-add").click().run()
    assert not app.exception
    assert [one.user for one in refits.added(owner)] == ["Zoë"]
    assert message("recommendation-refit-new", "en", count=1) in shown(app)
    app.button(key="recommendation-model-refit").click().run()
    app = settled(app, owner)
    (version,) = refits.versions(owner)
    found = refits.report_of(version)
    assert f"{found.interactions:,}" in shown(app)
    if not found.swapped:
        app.button(key=f"recommendation-model-use-{version.id}").click().run()
    assert refits.deployed(owner) is not None
    app.button(key="recommendation-model-roll-back").click().run()
    assert not app.exception
    assert refits.deployed(owner) is None


def test_nobody_sees_the_versions_and_files_of_others(shop: Shop) -> None:
    refits.add("w" * 32, SAMPLE, "Zoë", [str(shop.catalogue.ids[0])])
    app = open_page(view="model", owner="y" * 32)
    assert message("recommendation-refit-none", "en") in shown(app).replace("“Try”", "“Try”")
    assert not workspace.default().datasets.list("y" * 32, "recommendation", bulk.KIND)
