"""Things that nobody has chosen yet."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.problems import InputError
from bigmodel_apps.recommendation import cold, fitting, titles
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import Codes, Interactions, Items
from bigmodel_apps.recommendation.recommender import Recommender
from bigmodel_apps.recommendation.titles import Titles, text_of

COLOURS = ["red", "blue", "green", "white", "black", "pink"]
KINDS = ["enamel mug", "garden hose", "dog lead"]
TITLES = [f"{colour} {kind}" for kind in KINDS for colour in COLOURS]


@pytest.fixture(scope="module")
def interactions() -> Interactions:
    """Everybody likes one kind of thing and chooses four of its colours."""
    generator = np.random.default_rng(3)
    rows = [(user, 6 * (user % 3) + item) for user in range(90) for item in generator.permutation(6)[:4]]
    users, items = np.array(rows, dtype=np.int32).T
    names = np.array(TITLES, dtype=object)
    catalogue = Items(np.array([f"p{number}" for number in range(18)], object), {"en": names, "zh": names})
    return Interactions(users, items, np.array([f"u{number}" for number in range(90)], object), catalogue)


@pytest.fixture(scope="module")
def recommender(interactions: Interactions) -> Recommender:
    return fitting.fit(interactions, Recipe({"ease": {"penalty": 5.0}, "text": {}}, {"ease": 1.0, "text": 0.3}))


def test_a_new_thing_stands_beside_its_kind(recommender: Recommender) -> None:
    found = cold.place(recommender, text_of("Orange dog lead"))
    assert set((found.neighbours.items // 6)[:6].tolist()) == {2}
    assert (found.neighbours.scores > 0).all()
    assert (np.diff(found.neighbours.scores) <= 0).all()


def test_those_who_like_its_kind_are_shown_it(recommender: Recommender, interactions: Interactions) -> None:
    found = cold.audience(
        recommender, cold.place(recommender, text_of("Orange dog lead")), interactions.histories(), k=3
    )
    assert set((found.people[:30] % 3).tolist()) == {2}
    assert (np.diff(found.scores) <= 0).all()
    assert found.share.n == 90
    assert found.share.value == pytest.approx(found.shown.mean())
    assert found.shown[:30].mean() > found.shown[30:].mean()


def test_because_sums_to_the_score(recommender: Recommender, interactions: Interactions) -> None:
    new = cold.place(recommender, text_of("Orange garden hose"))
    history = interactions.histories()[1]
    shares, rest = cold.because(recommender, new, history)
    score = cold.scores(recommender, [history], new.loadings[:, None])[0][0, 0]
    assert shares.sum() + rest == pytest.approx(score, abs=1e-6)
    assert len(shares) == len(history)
    assert shares.min() > 0


def test_known_things_predicted_as_new_stand_in_as_many_lists(
    recommender: Recommender, interactions: Interactions
) -> None:
    histories = interactions.histories()
    titles_ = cold.titles_of(recommender)
    scale = cold.scale(recommender, histories, k=2)
    assert scale > 0
    shares = []
    for item in range(18):
        known = np.arange(18) != item
        loaded = scale * cold.loadings(titles_, titles_.vectors.take(np.array([item])), known=known)[:, 0]
        asked = [history for history in histories if item not in history]
        new = cold.Newcomer(cold.place(recommender, text_of(TITLES[item])).neighbours, loaded)
        shares.append(cold.audience(recommender, new, asked, k=2).shown.sum())
    assert sum(shares) == pytest.approx(2 * len(histories), rel=0.15)


def test_a_scale_changes_scores_and_their_reasons_alike(recommender: Recommender, interactions: Interactions) -> None:
    history = interactions.histories()[1]
    plain, scaled = (cold.place(recommender, text_of("orange garden hose"), scale=scale) for scale in (1.0, 2.5))
    assert cold.because(recommender, scaled, history)[0] == pytest.approx(
        2.5 * cold.because(recommender, plain, history)[0]
    )
    assert cold.scale(recommender, [np.zeros(0, np.int32)]) == 1


@pytest.mark.parametrize("few", [0, 20])
def test_loadings_solve_the_regression(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cold, "_FEW", few)
    term = Titles.of([text_of(title) for title in TITLES])
    new = term.read([text_of("orange mug"), text_of("a hose for dogs")])
    kernel = term.vectors.similarity(term.vectors)
    expected = np.linalg.solve(kernel + 0.7 * np.eye(18), term.vectors.similarity(new))
    assert cold.loadings(term, new, 0.7) == pytest.approx(expected, abs=1e-4)
    known = np.arange(18) % 2 == 0
    part = cold.loadings(term, new, 0.7, known)
    assert not part[~known].any()
    expected = np.linalg.solve(kernel[np.ix_(known, known)] + 0.7 * np.eye(9), term.vectors.similarity(new)[known])
    assert part[known] == pytest.approx(expected, abs=1e-4)


def test_many_people_are_asked_in_a_sample(
    recommender: Recommender, interactions: Interactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cold, "MOST_PEOPLE", 20)
    histories: list[Codes] = [*interactions.histories(), np.zeros(0, np.int32)]
    found = cold.audience(recommender, cold.place(recommender, text_of("mug")), histories)
    assert found.share.n == len(set(found.people.tolist())) == 20


def test_what_cannot_be_placed_is_said(recommender: Recommender, interactions: Interactions) -> None:
    with pytest.raises(InputError, match="recommendation-title-empty"):
        cold.place(recommender, text_of("  "))
    untitled = Recommender(Items.untitled(recommender.catalogue.ids), (), {}, recommender.counts)
    with pytest.raises(InputError, match="recommendation-no-titles"):
        cold.place(untitled, text_of("mug"))
    with pytest.raises(InputError, match="recommendation-nobody"):
        cold.audience(recommender, cold.place(recommender, text_of("mug")), [np.zeros(0, np.int32)])


def test_a_title_of_unknown_words_has_no_neighbours_and_nobody(recommender: Recommender) -> None:
    found = cold.place(recommender, text_of("Ωμέγα"))
    assert not len(found.neighbours.items)
    assert not found.loadings.any()


def test_a_blend_without_the_term_reads_titles_all_the_same(interactions: Interactions) -> None:
    plain = fitting.fit(interactions, Recipe({"ease": {"penalty": 5.0}}, {"ease": 1.0}))
    assert len(cold.place(plain, text_of("red mug")).neighbours.items)
    assert titles.texts(interactions.catalogue)[0].titles == ("red enamel mug",)
