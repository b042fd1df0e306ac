"""The fraud page, run in-process from `app.py` on a small simulated bank."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps import workspace
from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.fraud import bulk, ledger, shelf, simulator, training, what_if
from bigmodel_apps.fraud.money import Rule, Term, halves
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.shelf import SAMPLE, Bank
from bigmodel_apps.fraud.simulator import World
from bigmodel_apps.fraud.trees import Recipe
from bigmodel_apps.locales import LANGUAGES, Language, message, percent
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui.highlight import escape
from pages.fraud import decisions
from pages.fraud.drift_view import INJECT
from pages.fraud.money_view import THRESHOLD
from pages.fraud.opened import BANK
from pages.fraud.queue_view import CAPACITY

ROOT = Path(__file__).parents[2]
DOMAIN = "fraud"
VIEWS = ("queue", "data", "money", "what-if", "drift", "segments", "live", "evidence", "model")
WORLD = World(customers=220, terminals=400, days=90, start="2026-08-03", seed=5)


@pytest.fixture(scope="module")
def detector() -> Detector:
    """Trained on the small bank in a moment."""
    transactions = simulator.simulate(WORLD)
    return training.detector(transactions, training.window(transactions), Recipe(rounds=40, max_bin=255))


@pytest.fixture(scope="module", autouse=True)
def bank(detector: Detector) -> Iterator[Bank]:
    """The small bank in place of the sample bank, for the time of these tests."""
    opened = shelf.score_bank(SAMPLE, simulator.simulate(WORLD), detector)
    shelf.banks.put(SAMPLE, opened)
    yield opened
    shelf.banks.close(SAMPLE)


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """No other domain's models are loaded for the overview, through which every visit goes."""
    every = dict(DOMAINS)
    for name in every.keys() - {DOMAIN}:
        del DOMAINS[name]
    yield
    DOMAINS.clear()
    DOMAINS.update(every)  # in their order


def open_page(language: Language = "en", view: str = "queue", owner: str = "") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=240)
    app.query_params["lang"] = language
    app.query_params["view"] = view
    if owner:
        app.session_state["owner.id"] = owner
    app.run()
    app.switch_page("pages/fraud/page.py").run()
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
    return "\n".join(str(element.value) for element in parts).replace("\\", "")


def settled(app: AppTest, owner: str) -> AppTest:
    """The page after the owner's background work is done."""
    deadline = time.monotonic() + 240
    while any(job.unfinished for job in jobs.list(owner)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    assert not app.error
    return app


# --- Every view ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_in_both_languages(view: str, language: Language) -> None:
    app = open_page(language, view)
    assert not app.error
    assert not app.warning
    assert message("domain-fraud-promise", language) in shown(app)


# --- The queue ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_alert_is_open_with_its_reasons(bank: Bank, language: Language) -> None:
    app = open_page(language)
    queue = bank.queue(bank.last_day)
    (table,) = app.dataframe[:1]
    assert len(table.value) == min(100, len(queue))
    assert table.value[message("queue-column-score", language)].tolist() == queue.scores[:100].tolist()
    score = float(queue.scores[0])
    verdict = "alert-verdict-probable" if score >= 0.5 else f"alert-verdict-{queue.band(0)}"
    assert message(verdict, language) in app.header[0].value
    assert percent(round(score, 4), language) in app.header[0].value
    assert app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")


def test_the_capacity_cuts_the_queue() -> None:
    app = open_page()
    app.number_input(key=CAPACITY).set_value(10).run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 10


def test_what_is_said_of_the_ceiling_is_measured(bank: Bank) -> None:
    app = open_page()
    found = bank.card_precision(bank.last_day, 7, 100)
    assert found is not None
    assert found.achieved is not None
    # The element of a progress bar holds its text.
    said = " ".join(str(element.proto) for element in app.get("progress"))
    assert percent(found.achieved, "en").rstrip("%") in said


def test_a_decision_is_kept_changed_and_shown(bank: Bank) -> None:
    owner = "d" * 32
    app = open_page(owner=owner)
    press(app, "fraud-decide-fraud")
    (case,) = workspace.default().cases.list(owner, DOMAIN, bank.key)
    queue = bank.queue(bank.last_day)
    assert case.decision == "fraud"
    assert case.alert == decisions.name_of(bank, queue, 0)
    assert str(bank.transactions.ids[queue.tops[0]]) in case.transactions
    column = message("queue-column-decision", "en")
    assert app.dataframe[0].value[column].iloc[0] == message("fraud-decision-fraud", "en")
    press(app, "fraud-decide-legitimate")
    (case,) = workspace.default().cases.list(owner, DOMAIN, bank.key)
    assert case.decision == "legitimate"
    assert [said.decision for said in case.history] == ["fraud", "legitimate"]
    again = open_page(owner=owner)
    assert again.dataframe[0].value[column].iloc[0] == message("fraud-decision-legitimate", "en")


def test_nobody_sees_the_decisions_of_others() -> None:
    press(open_page(owner="e" * 32), "fraud-decide-fraud")
    app = open_page(owner="f" * 32)
    assert set(app.dataframe[0].value[message("queue-column-decision", "en")]) == {""}


# --- Money --------------------------------------------------------------------------------------------------------


def test_the_threshold_is_chosen_on_earlier_days_and_reported_on_later_ones(bank: Bank) -> None:
    spans = halves(bank)
    assert bank.first_test_day <= spans.chosen_on[0] <= spans.chosen_on[1] < spans.reported_on[0]
    assert spans.reported_on[0] - spans.chosen_on[1] > bank.detector.settings.delay_days
    best = spans.earlier.best(alerts=50.0 * spans.earlier.days)
    place = spans.later.at(best.threshold)
    app = open_page(view="money")
    assert f"{place.gain:,.2f}" in app.subheader[0].value
    assert percent(min(1.0, best.threshold), "en") in app.subheader[0].value


def test_a_cost_changes_what_is_said(bank: Bank) -> None:
    app = open_page(view="money")
    before = app.subheader[0].value
    app.number_input(key="fraud-money-refused-legitimate").set_value(40.0).run()
    assert not app.exception
    rule = replace(Rule(), refused_legitimate=Term(fixed=-40.0))
    spans = halves(bank)
    best = spans.earlier.best(rule, alerts=50.0 * spans.earlier.days)
    assert app.subheader[0].value != before
    assert f"{spans.later.at(best.threshold, rule).gain:,.2f}" in app.subheader[0].value


def test_the_slider_moves_the_threshold_and_the_button_takes_it_back() -> None:
    app = open_page(view="money")
    stops = app.select_slider(key=THRESHOLD).options
    assert len(set(stops)) == len(stops)  # two that read alike would be one
    before = app.subheader[0].value
    app.select_slider(key=THRESHOLD).set_value(0.001).run()
    assert not app.exception
    assert percent(0.001, "en") in app.subheader[0].value
    press(app, "fraud-money-back")
    assert app.subheader[0].value == before


# --- What if ------------------------------------------------------------------------------------------------------


def test_another_amount_is_scored_as_the_library_scores_it(bank: Bank) -> None:
    app = open_page(view="what-if")
    place = int(bank.queue(bank.last_day).tops[0])
    assert message("what-if-unchanged", "en") in shown(app)
    app.number_input(key=f"fraud-what-if-{place}-amount").set_value(1.5).run()
    assert not app.exception
    changed = what_if.judge(bank.detector, bank.transactions, place, what_if.Change(amount=1.5))
    assert percent(round(changed.score, 4), "en") in app.subheader[1].value
    press(app, f"fraud-what-if-{place}-reset")
    assert message("what-if-unchanged", "en") in shown(app)


def test_an_unknown_terminal_counts_as_new_and_hostile_names_stay_text(bank: Bank) -> None:
    app = open_page(view="what-if")
    place = int(bank.queue(bank.last_day).tops[0])
    name = "[x](javascript:alert(1))"
    app.text_input(key=f"fraud-what-if-{place}-terminal").set_value(name).run()
    assert not app.exception
    assert any(escape(name) in str(caption.value) for caption in app.caption)


def test_an_unknown_id_is_said_in_words() -> None:
    app = open_page(view="what-if")
    app.text_input(key="fraud-what-if-id").set_value("no such id").run()
    assert not app.exception
    assert message("problem-fraud-id-unknown", "en", id="no such id") in shown(app)


# --- Drift and segments -------------------------------------------------------------------------------------------


def test_a_drift_is_injected_in_the_background_and_seen() -> None:
    owner = "g" * 32
    app = open_page(view="drift", owner=owner)
    app.segmented_control(key="fraud-drift-kind").set_value("amounts").run()
    press(app, "fraud-drift-inject-start")
    app = settled(app, owner)
    assert not app.error
    (job,) = jobs.list(owner, INJECT)
    seen = job.result.watch.seen(job.result.day)
    assert seen is not None
    assert f"Seen after {seen} days" in app.subheader[0].value
    names = [message(f"fraud-input-{name.replace('_', '-')}", "en") for name in job.result.watch.names]
    assert any(name in app.subheader[0].value for name in names)


def test_segments_say_what_the_library_finds(bank: Bank) -> None:
    app = open_page(view="segments")
    table = app.dataframe[0].value
    assert set(table[message("segment-name-region", "en")]) == {
        message(f"segment-value-{name}", "en") for name in simulator.REGIONS
    }
    span = bank.transactions.between(bank.first_test_day, bank.last_day + 1 - bank.first_test_day)
    rows = sum(int(value.replace(",", "")) for value in table[message("segments-rows", "en")])
    assert rows == int((bank.truth[span] >= 0).sum())


# --- Own data -----------------------------------------------------------------------------------------------------


def test_the_sample_file_is_scored_measured_and_opened_in_the_queue() -> None:
    owner = "h" * 32
    app = open_page(view="data", owner=owner)
    app.toggle(key="fraud-load-sample").set_value(True).run()
    assert not app.exception
    assert app.selectbox(key="fraud-data-column-amount-sample").value == "amount"
    assert app.selectbox(key="fraud-data-column-fraud-sample").value == "is_fraud"
    press(app, "fraud-data-score")
    app = settled(app, owner)
    (dataset,) = bulk.finished(owner)
    result = bulk.open_result(dataset.id, owner)
    assert result.engine == "own"
    assert result.figures is not None
    assert f"{result.figures.average_precision:.3g}" in shown(app)
    press(app, "fraud-data-to-queue")
    assert app.selectbox(key=BANK).value == dataset.id
    queue = result.bank.queue(result.bank.last_day)
    assert len(app.dataframe[0].value) == min(100, len(queue))


def test_a_file_of_others_is_not_offered() -> None:
    owner = "i" * 32
    content = b"time,amount\n" + b"".join(b"2026-07-%02d 10:00:00,%d\n" % (day, 10 + day) for day in range(1, 29))
    bulk.keep(owner, bulk.prepare(ledger.open_table(content, "secret.csv")))
    assert "secret" in shown(open_page(view="data", owner=owner))
    assert "secret" not in shown(open_page(view="data", owner="j" * 32))


# --- Live ---------------------------------------------------------------------------------------------------------


def test_time_passes_when_it_is_let() -> None:
    app = open_page(view="live")
    assert len(app.dataframe[0].value)
    press(app, "fraud-live-play")
    time.sleep(1.5)
    app.run()
    assert not app.exception
    replay = app.session_state["fraud-live.replay"][2]
    assert replay.now > replay.start
    press(app, "fraud-live-again")
    assert app.session_state["fraud-live.replay"][2].now == replay.start


# --- Model --------------------------------------------------------------------------------------------------------


def test_decisions_train_a_challenger_that_is_deployed_and_rolled_back(bank: Bank) -> None:
    from bigmodel_apps.fraud import retraining

    owner = "k" * 32
    app = open_page(view="model", owner=owner)
    assert app.button(key="fraud-train-start").disabled
    queue = bank.queue(bank.last_day)
    for place in range(3):
        decisions_of(bank, queue, place, owner)
    app = press(open_page(view="model", owner=owner), "fraud-train-start")
    app = settled(app, owner)
    (version,) = retraining.versions(owner)
    assert version.name in shown(app)
    press(app, f"fraud-model-use-{version.id}")
    assert retraining.deployed(owner) is not None
    press(app, "fraud-model-roll-back")
    assert retraining.deployed(owner) is None


def decisions_of(bank: Bank, queue: object, place: int, owner: str) -> None:
    found = bank.queue(bank.last_day)
    workspace.default().cases.decide(
        owner,
        DOMAIN,
        bank.key,
        decisions.name_of(bank, found, place),
        "fraud",
        card="c",
        transactions=[str(bank.transactions.ids[found.tops[place]])],
        score=float(found.scores[place]),
        model=bank.detector.engine,
    )
