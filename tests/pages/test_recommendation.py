"""The recommendation page, run in-process from `app.py` on a small simulated shop: lists, products, balance and rules."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.locales import LANGUAGES, Language, message, percent
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.recommendation import balance, fitting, lists, rules, shelf, together
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import DAY, Interactions, Items
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.rules import ANYBODY, Taste
from bigmodel_apps.recommendation.schema import MOST_NAME, Rules
from bigmodel_apps.recommendation.shelf import FILMS, SAMPLE, Shop
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui.highlight import escape
from pages.recommendation import opened, rules_view
from pages.recommendation.new_view import TITLE
from pages.recommendation.person import HISTORY, PASTED, WHO, offered
from pages.recommendation.products_view import ITEM

ROOT = Path(__file__).parents[2]
DOMAIN = "recommendation"
VIEWS = ("try", "products", "balance", "new", "rules")
KINDS = (("tea", "茶"), ("garden", "园艺"), ("cats", "猫"), ("light", "灯"))
WORDS = ("kettle", "cup", "box", "brush", "lamp", "rope", "bowl", "mat", "clip", "stand")


def small_shop() -> Interactions:
    """Four kinds of ten items, 240 people who mostly stay with one kind, and buy two items at a time."""
    random = np.random.default_rng(3)
    pairs = [(kind, word) for kind in KINDS for word in WORDS]
    catalogue = Items(
        ids=np.array([f"{kind[0][:2].upper()} {place}" for place, (kind, _) in enumerate(pairs)], dtype=object),
        titles={
            "en": np.array([f"{word}, {kind[0]}".capitalize() for kind, word in pairs], dtype=object),
            "zh": np.array([f"{kind[1]} {word}" for kind, word in pairs], dtype=object),
        },
        categories={
            "en": np.array([kind[0].capitalize() for kind, _ in pairs], dtype=object),
            "zh": np.array([kind[1] for kind, _ in pairs], dtype=object),
        },
        prices=np.linspace(3, 60, len(pairs)),
    )
    users, items, baskets = [], [], []
    for basket in range(1_200):
        user = int(random.integers(240))
        kind = user % 4 if random.random() < 0.85 else int(random.integers(4))
        first = min(int(random.exponential(3)), 9)
        for item in {first, (first + 1) % 10}:
            users.append(user)
            items.append(10 * kind + item)
            baskets.append(basket)
    return Interactions(
        users=np.array(users, dtype=np.int32),
        items=np.array(items, dtype=np.int32),
        user_ids=np.array([f"Kunde {user} 顾客" for user in range(240)], dtype=object),
        catalogue=catalogue,
        seconds=np.array(baskets, dtype=np.int64) * DAY // 4 + 1_750_000_000,
        baskets=np.array(baskets, dtype=np.int64),
        simulated=True,
    )


def bare_shop() -> Interactions:
    """The same choices by ids alone: no titles, categories, prices, times or baskets."""
    whole = small_shop()
    return replace(whole, catalogue=Items.untitled(whole.catalogue.ids), seconds=None, baskets=None, simulated=False)


@pytest.fixture(scope="module", autouse=True)
def shop() -> Iterator[Shop]:
    """The small shop in place of the sample shop and the bare one in place of the films, for the time of these tests."""
    recipe = Recipe({"ease": {}, "next": {}, "popularity": {}}, {"ease": 0.7, "next": 0.2, "popularity": 0.1})
    for name, interactions in ((SAMPLE, small_shop()), (FILMS, bare_shop())):
        shelf.shops.put(name, Shop(name, interactions, fitting.fit(interactions, recipe)))
    yield shelf.open_shop(SAMPLE)
    for name in (SAMPLE, FILMS):
        shelf.shops.close(name)
        balance.kept.close(name)


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """No other domain's models are loaded for the overview, through which every visit goes."""
    every = dict(DOMAINS)
    for name in every.keys() - {DOMAIN}:
        del DOMAINS[name]
    yield
    DOMAINS.clear()
    DOMAINS.update(every)  # in their order


def open_page(language: Language = "en", view: str = "try", owner: str = "", shop: str = "") -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["lang"] = language
    app.query_params["view"] = view
    if shop:
        app.query_params["shop"] = shop
    if owner:
        app.session_state["owner.id"] = owner
    app.run()
    app.switch_page("pages/recommendation/page.py").run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    parts = (*app.header, *app.subheader, *app.markdown, *app.caption, *app.warning, *app.info, *app.error)
    return "\n".join(str(element.value) for element in parts).replace("\\", "")


def settled(app: AppTest, owner: str) -> AppTest:
    """The page after the owner's background work is done."""
    deadline = time.monotonic() + 120
    while any(job.unfinished for job in jobs.list(owner)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    app.run()
    assert not app.exception
    return app


def listed(app: AppTest, place: int = 0, language: Language = "en") -> list[str]:
    """Titles of the list, as the table shows them."""
    return list(app.dataframe[place].value[message("recommendation-listed-title", language)])


def somebody(shop: Shop) -> str:
    """The person with whom the page opens."""
    return offered(shop)[0]


# --- Every view ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_in_both_languages(view: str, language: Language) -> None:
    app = open_page(language, view)
    assert not app.error
    assert not app.warning
    assert message("domain-recommendation-promise", language) in shown(app)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_on_a_shop_of_which_only_ids_are_known(view: str) -> None:
    owner = "f" * 32
    app = open_page(view=view, owner=owner, shop=FILMS)
    assert not app.error
    app = settled(app, owner)
    assert not app.error
    if view == "new":
        app.text_input(key=f"{TITLE}-{FILMS}").set_value("Kettle").run()
        assert not app.exception
        assert message("problem-recommendation-no-titles", "en") in shown(app)


def test_a_large_catalogue_is_searched(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_ALL_TITLES", 5)
    app = open_page()
    assert app.selectbox(key=f"{HISTORY}-{SAMPLE}-add").options == []
    app.text_input(key=f"{HISTORY}-{SAMPLE}-add-search").set_value("lamp").run()
    assert not app.exception
    offered_now = app.selectbox(key=f"{HISTORY}-{SAMPLE}-add").options
    assert offered_now
    assert all("Lamp" in title for title in offered_now)


# --- Try ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_person_is_answered_with_the_library_s_list(shop: Shop, language: Language) -> None:
    history = shop.history(somebody(shop))
    assert history is not None
    (made,) = lists.make(shop.recommender, [history])
    app = open_page(language)
    assert listed(app, language=language) == [shop.catalogue.title(int(item), language) for item in made.items]
    assert shop.catalogue.title(int(made.items[0]), language) in app.subheader[0].value.replace("\\", "")
    assert not set(made.items) & set(history)
    assert app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")


def test_a_choice_that_is_taken_out_changes_the_list_at_once_and_is_named(shop: Shop) -> None:
    history = shop.history(somebody(shop))
    assert history is not None
    newest = int(history[-1])
    app = open_page()
    before = listed(app)
    app.button_group(key=f"{HISTORY}-{SAMPLE}").set_value(str(shop.catalogue.ids[newest])).run()
    assert not app.exception
    (made,) = lists.make(shop.recommender, [history[:-1]])
    assert listed(app) == [shop.catalogue.title(int(item), "en") for item in made.items]
    assert listed(app) != before
    assert f"Without “{shop.catalogue.title(newest, 'en')}”" in shown(app)


def test_an_item_is_added_by_title(shop: Shop) -> None:
    history = shop.history(somebody(shop))
    assert history is not None
    new = next(item for item in range(len(shop.catalogue)) if item not in history)
    app = open_page()
    app.selectbox(key=f"{HISTORY}-{SAMPLE}-add").set_value(str(shop.catalogue.ids[new])).run()
    assert not app.exception
    (made,) = lists.make(shop.recommender, [np.append(history, new).astype(np.int32)])
    assert listed(app) == [shop.catalogue.title(int(item), "en") for item in made.items]
    assert app.selectbox(key=f"{HISTORY}-{SAMPLE}-add").value is None


def test_a_pasted_history_is_read_in_either_language_and_what_is_unknown_is_named(shop: Shop) -> None:
    app = open_page()
    lines = ["茶 kettle", "GA 12", "cup, cats", "[no](such) thing", "kettle"]
    app.text_area(key=f"{PASTED}-{SAMPLE}").set_value("\n".join(lines)).run()
    app.button(key=f"{PASTED}-{SAMPLE}-use").click().run()
    assert not app.exception
    (made,) = lists.make(shop.recommender, [np.array([0, 12, 21], dtype=np.int32)])
    assert listed(app) == [shop.catalogue.title(int(item), "en") for item in made.items]
    assert app.selectbox(key=f"{WHO}-{SAMPLE}").value == ANYBODY
    assert any(escape("[no](such) thing") in warning.value for warning in app.warning)
    assert "kettle" in app.warning[0].value
    assert "because you liked" in app.subheader[0].value


def test_somebody_new_is_shown_what_most_choose(shop: Shop) -> None:
    app = open_page()
    app.selectbox(key=f"{WHO}-{SAMPLE}").set_value(ANYBODY).run()
    assert not app.exception
    best = np.argsort(-shop.recommender.counts, kind="stable")[:10]
    assert listed(app) == [shop.catalogue.title(int(item), "en") for item in best]
    assert "we know nothing of you yet" in app.subheader[0].value


def test_anybody_of_the_shop_is_known_by_id(shop: Shop) -> None:
    assert opened.known_user(shop, " Kunde 7 顾客 ") == "Kunde 7 顾客"
    with pytest.raises(InputError) as raised:
        opened.known_user(shop, "nobody")
    assert raised.value.problems == (Problem("recommendation-user-unknown", details={"user": "nobody"}),)


def test_the_sliders_make_the_library_s_list_and_go_back(shop: Shop) -> None:
    history = shop.history(somebody(shop))
    assert history is not None
    app = open_page()
    before = listed(app)
    app.slider(key=f"recommendation-set-penalty-{SAMPLE}").set_value(0.8)
    app.slider(key=f"recommendation-set-recency-{SAMPLE}").set_value(1.5).run()
    assert not app.exception
    settings = Settings(popularity_penalty=0.8, recency=1.5)
    (made,) = lists.make(shop.recommender, [history], settings, None, shop.vectors)
    assert listed(app) == [shop.catalogue.title(int(item), "en") for item in made.items]
    assert message("recommendation-first-set", "en") in shown(app)
    app.button(key="recommendation-set-back").click().run()
    assert listed(app) == before


def test_chosen_items_come_back_only_when_asked_for(shop: Shop) -> None:
    history = shop.history(somebody(shop))
    assert history is not None
    chosen = {shop.catalogue.title(int(item), "en") for item in history}
    app = open_page()
    assert not chosen & set(listed(app))
    app.toggle(key=f"recommendation-set-seen-{SAMPLE}").set_value(True).run()
    assert chosen & set(listed(app))


def test_the_shares_of_every_item_add_up_to_its_score() -> None:
    app = open_page()
    table = app.dataframe[1].value
    score = message("recommendation-listed-score", "en")
    parts = table.drop(columns=[score, message("recommendation-listed-title", "en")])
    assert np.abs(parts.sum(axis=1) - table[score]).max() < 1e-6


# --- Products -----------------------------------------------------------------------------------------------------


def test_what_is_bought_together_is_what_the_library_counts(shop: Shop) -> None:
    app = open_page(view="products")
    app.selectbox(key=f"{ITEM}-{SAMPLE}").set_value(str(shop.catalogue.ids[0])).run()
    assert not app.exception
    found = together.baskets(shop.interactions)
    assert found is not None
    pairs = together.with_item(found, 0, 6)
    assert shop.catalogue.title(pairs[0].other, "en") in app.subheader[0].value.replace("\\", "")
    alike = together.alike(shop.interactions.matrix(), 0)
    assert listed(app)[0] == shop.catalogue.title(int(np.argmax(alike)), "en")
    app.button_group(key="recommendation-products-way").set_value("titles").run()
    assert not app.exception
    assert listed(app)[0].endswith("tea")


# --- Balance ------------------------------------------------------------------------------------------------------


def test_settings_are_measured_in_the_background_and_said_in_words(shop: Shop) -> None:
    owner = "a" * 32
    app = settled(open_page(view="balance", owner=owner), owner)
    found = balance.of(shop)
    assert found is not None
    assert percent(round(found.plain.coverage, 3), "en") in app.subheader[0].value
    app.slider(key=f"recommendation-set-diversity-{SAMPLE}").set_value(0.5).run()
    assert not app.exception
    point = balance.measure(found.rehearsal, Settings(diversity=0.5))
    assert percent(round(point.coverage, 3), "en") in app.subheader[0].value


# --- New product --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Cat bowl, large", "猫 bowl"])
def test_a_new_title_finds_its_neighbours_in_either_language(title: str) -> None:
    app = open_page(view="new")
    app.text_input(key=f"{TITLE}-{SAMPLE}").set_value(title).run()
    assert not app.exception
    assert "Bowl, cats" in listed(app)[:4]
    assert len(app.dataframe[1].value) == 8


def test_a_title_like_no_other_is_said_in_words() -> None:
    app = open_page(view="new")
    app.text_input(key=f"{TITLE}-{SAMPLE}").set_value("qqq").run()
    assert not app.exception
    assert message("recommendation-new-alone", "en", title="qqq") in shown(app)


def test_a_hostile_title_stays_text() -> None:
    app = open_page(view="new")
    app.text_input(key=f"{TITLE}-{SAMPLE}").set_value("![x](https://example.org) $1$").run()
    assert not app.exception
    assert not app.error


# --- Rules --------------------------------------------------------------------------------------------------------


def test_what_rules_do_not_allow_is_said_in_words(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    monkeypatch.setattr(rules_view, "owner", lambda: "e" * 32)
    with pytest.raises(InputError) as raised:
        rules_view._change(shop, quotas=({"category": "x" * (MOST_NAME + 1), "most": 1},))
    assert raised.value.problems[0].field == "quotas.0.category"
    rules_view._change(shop, quotas=({"category": "x" * MOST_NAME, "most": 0},))
    assert rules.of("e" * 32, SAMPLE).quotas[0].most == 0


def test_rules_act_at_once_and_are_kept_for_their_owner_alone(shop: Shop) -> None:
    owner = "b" * 32
    app = open_page(view="rules", owner=owner)
    first = listed(app, 1)
    ids = {shop.catalogue.title(place, "en"): str(id) for place, id in enumerate(shop.catalogue.ids)}
    app.multiselect(key=f"recommendation-rules-exclude-{SAMPLE}").set_value([ids[first[0]]]).run()
    app.multiselect(key=f"recommendation-rules-pin-{SAMPLE}").set_value([ids[first[5]]]).run()
    assert not app.exception
    assert listed(app, 1)[:2] == [first[5], first[1]]
    assert first[0] not in listed(app, 1)
    assert message("recommendation-gone-exclude", "en") in shown(app)
    assert rules.of(owner, SAMPLE) == Rules(exclude=(ids[first[0]],), pin=(ids[first[5]],))
    again = open_page(owner=owner)
    assert listed(again)[0] == first[5]
    assert message("recommendation-because-pinned", "en") in again.dataframe[0].value.iloc[0].tolist()
    assert rules.of("c" * 32, SAMPLE) == Rules()


def test_a_limit_of_every_category_holds(shop: Shop) -> None:
    app = open_page(view="rules", owner="d" * 32)
    app.number_input(key=f"recommendation-rules-most-{SAMPLE}").set_value(2).run()
    assert not app.exception
    categories = app.dataframe[1].value[message("recommendation-listed-category", "en")]
    assert categories.value_counts().max() == 2


def test_what_is_liked_continues_the_history_and_what_is_hidden_stays_away(shop: Shop) -> None:
    owner, user = "e" * 32, somebody(shop)
    app = open_page(view="rules", owner=owner)
    first = listed(app, 1)
    ids = {shop.catalogue.title(place, "en"): str(id) for place, id in enumerate(shop.catalogue.ids)}
    app.multiselect(key=f"recommendation-rules-liked-{SAMPLE}-{user}").set_value([ids[first[0]]]).run()
    app.multiselect(key=f"recommendation-rules-dismissed-{SAMPLE}-{user}").set_value([ids[first[1]]]).run()
    assert not app.exception
    assert rules.taste(owner, SAMPLE, user) == Taste((ids[first[0]],), (ids[first[1]],))
    assert not {first[0], first[1]} & set(listed(app, 1))
    app.multiselect(key=f"recommendation-rules-dismissed-{SAMPLE}-{user}").set_value([]).run()
    assert rules.taste(owner, SAMPLE, user) == Taste((ids[first[0]],), ())
