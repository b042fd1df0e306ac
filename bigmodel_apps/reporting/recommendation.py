"""The report of a fitted shop on one page: which model foresees best what came later, some lists with their reasons, how the
file was read; and a list for every customer as a table."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from bigmodel_apps import tables
from bigmodel_apps.locales import Language, date, describe, message, number, percent
from bigmodel_apps.measures import Estimate
from bigmodel_apps.recommendation import lists, rules, titles
from bigmodel_apps.recommendation.bulk import Result
from bigmodel_apps.recommendation.columns import ROLES
from bigmodel_apps.recommendation.fitting import LEAST_NEIGHBOURS
from bigmodel_apps.recommendation.interactions import Codes
from bigmodel_apps.recommendation.leaderboard import Leaderboard, Standing
from bigmodel_apps.recommendation.lists import Settings
from bigmodel_apps.recommendation.recommender import Recommender
from bigmodel_apps.recommendation.schema import Rules
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.reporting.document import Intervals, Notes, Point, Report, Section, Table, Text
from bigmodel_apps.reporting.words import OURS

WITH_INTERVALS = ("ndcg-10", "recall-10", "hit-rate-10")
"""Metrics of a leaderboard that have intervals: message ``metric-<name>``."""

LENGTH = 10

_SHOWN, _BECAUSE, _NOTES = 4, 2, 8
_AT_ONCE = 500
_SMALLEST_P = 0.001


def from_result(result: Result, language: Language) -> Report:
    """The report of a user's file, with how it was read and what was left out."""
    facts = [
        message("rr-rows", language, rows=result.report.rows, usable=result.report.usable),
        covers(result.shop, language),
        message("rr-fitted-on", language, date=date(result.fitted_at.date(), language)),
    ]
    return _report(result.shop, language, result.name, result.leaderboard, facts, notes(result, language))


def from_shop(shop: Shop, language: Language, name: str, found: Leaderboard | None = None) -> Report:
    """The report of a shop, such as the simulated one.

    Args:
        name: What it is called.
    """
    return _report(shop, language, name, found, [covers(shop, language)], ())


# --- Findings in words ------------------------------------------------------------------------------------------------


def figure_of(one: Standing, metric: str) -> Estimate:
    """A metric of `WITH_INTERVALS`."""
    return {"ndcg-10": one.ndcg, "recall-10": one.recall, "hit-rate-10": one.hit_rate}[metric]


def headline(found: Leaderboard, language: Language) -> str:
    """Which model is ahead, and how far popularity and chance are behind."""
    first, popularity, chance = found.rows[0], found.of("term-popularity"), found.of("random")
    assert popularity is not None
    assert chance is not None
    return message(
        "rr-headline",
        language,
        system=message("recommendation-model-ours" if first.system == OURS else f"system-{first.system}", language),
        ndcg=number(_rounded(first.ndcg.value), language),
        popularity=number(_rounded(popularity.ndcg.value), language),
        chance=number(_rounded(chance.ndcg.value), language),
    )


def how_measured(found: Leaderboard, language: Language) -> str:
    """On whom and on what, and how the choices were split."""
    if found.kind == "time" and found.boundary is not None:
        return message(
            "rr-measured-time",
            language,
            users=found.users,
            choices=found.choices,
            date=date(_day(found.boundary), language),
        )
    return message("rr-measured-chance", language, users=found.users, choices=found.choices)


def lead_in_words(found: Leaderboard, language: Language) -> str:
    """How much better the blend is than the best of the others, and whether that may be chance."""
    others = [one for one in found.rows if one.system != OURS and one.difference is not None]
    if not others:
        return ""
    best = max(others, key=lambda one: one.ndcg.value)
    assert best.difference is not None
    verdict = ("better" if best.difference.value > 0 else "worse") if best.clear else "same"
    return message(
        f"rr-lead-{verdict}",
        language,
        system=message(f"system-{best.system}", language),
        difference=signed(best.difference.value),
        low=signed(best.difference.low),
        high=signed(best.difference.high),
    )


def covers(shop: Shop, language: Language) -> str:
    """How much there is, and of which days."""
    interactions = shop.interactions
    given = {"choices": len(interactions), "users": len(interactions.user_ids), "items": len(shop.catalogue)}
    if interactions.seconds is None or not len(interactions):
        return message("rr-covers", language, **given)
    first, last = (date(_day(int(interactions.seconds[place])), language) for place in (0, -1))
    return message("rr-covers-time", language, **given, first=first, last=last)


def blend_in_words(recommender: Recommender, language: Language) -> str:
    """The terms that count and their shares of the weight."""
    parts = [
        message(
            "rr-term",
            language,
            term=message(f"recommendation-term-{name}", language),
            share=percent(round(share, 3), language),
        )
        for name, share in weights(recommender)
    ]
    return message("rr-blend", language, terms=message("list-separator", language).join(parts))


def weights(recommender: Recommender) -> list[tuple[str, float]]:
    """Names of the terms that count, and their shares of all weight, the heaviest first."""
    found: Mapping[str, float] = {term.name: recommender.weights.get(term.name, 0.0) for term in recommender.terms}
    whole = sum(found.values()) or 1.0
    return sorted(((name, weight / whole) for name, weight in found.items() if weight), key=lambda one: -one[1])


def limits_in_words(recommender: Recommender, language: Language) -> list[str]:
    """What was not done for every item of a large catalogue, a sentence each; none for a smaller one."""
    facts, items = recommender.facts, len(recommender.catalogue)
    found = []
    if "ease_items" in facts:
        least = percent(LEAST_NEIGHBOURS, language)
        found.append(message("rr-limit-ease", language, items=facts["ease_items"], all=items, share=least))
    if "searched_items" in facts:
        found.append(message("rr-limit-search", language, items=facts["searched_items"], all=items))
    counts = "text" in dict(weights(recommender))
    if counts and facts.get("recipe", {}).get("terms", {}).get("text", {}).get("ridge") and items > titles.MOST_ITEMS:
        found.append(message("rr-limit-text", language, items=titles.MOST_ITEMS))
    return found


def notes(result: Result, language: Language) -> tuple[str, ...]:
    """What stood in which column, what was left out, and what is to be known of the file."""
    columns, left = result.columns, result.report.left_out
    named = [
        message(f"recommendation-column-{role}", language) + message("rr-column", language, column=str(column))
        for role in ROLES
        if (column := getattr(columns, role))
    ]
    found = [message("rr-read", language, columns=message("list-separator", language).join(named))]
    if left:
        reasons = message("list-separator", language).join(
            message(f"recommendation-left-{code}", language, count=count) for code, count in left.items()
        )
        found.append(message("rr-left-out", language, count=sum(left.values()), reasons=reasons))
    else:
        found.append(message("rr-left-out-none", language))
    return (*found, *(describe(problem, language) for problem in result.report.notes[:_NOTES]))


# --- Tables and charts ------------------------------------------------------------------------------------------------


def standings_chart(found: Leaderboard, language: Language, metric: str = WITH_INTERVALS[0]) -> Intervals:
    """Every model with its interval."""
    points = []
    for one in found.rows:
        figure = figure_of(one, metric)
        points.append(
            Point(
                message(f"system-{one.system}", language),
                figure.value,
                number(_rounded(figure.value), language),
                figure.low,
                figure.high,
                meaning="primary" if one.system == OURS else "neutral",
            )
        )
    axis = message(f"metric-{metric}", language)
    return Intervals(message("rr-chart", language, metric=axis), axis, tuple(points), share=False)


def standings_rows(found: Sequence[Standing], language: Language) -> list[dict[str, str]]:
    """Every figure of a leaderboard in words, by the name of its column."""

    def bounded(figure: Estimate) -> str:
        value, low, high = (number(_rounded(one), language) for one in (figure.value, figure.low, figure.high))
        return message("recommendation-bounded", language, value=value, low=low, high=high)

    def difference(one: Standing) -> str:
        if one.difference is None:
            return ""
        value, low, high = (signed(bound) for bound in (one.difference.value, one.difference.low, one.difference.high))
        return message("recommendation-bounded", language, value=value, low=low, high=high)

    def chance(one: Standing) -> str:
        if one.p is None:
            return ""
        return f"< {number(_SMALLEST_P, language)}" if one.p < _SMALLEST_P else number(round(one.p, 3), language)

    return [
        {
            message("evidence-system", language): message(f"system-{one.system}", language),
            message("metric-ndcg-10", language): bounded(one.ndcg),
            message("metric-ndcg-difference", language): difference(one),
            "p": chance(one),
            message("metric-recall-10", language): bounded(one.recall),
            message("metric-hit-rate-10", language): bounded(one.hit_rate),
            message("metric-catalogue-coverage", language): percent(_rounded(one.coverage), language),
            message("metric-novelty", language): number(_rounded(one.novelty), language),
            message("metric-list-diversity", language): number(_rounded(one.diversity), language),
        }
        for one in found
    ]


def lists_frame(
    shop: Shop,
    language: Language,
    k: int = LENGTH,
    given: Rules | None = None,
    report: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """The best k items for every user, a row each: user, rank, item, title, category, score. Nothing chosen before.

    Args:
        given: Rules that every list obeys.
        report: Called with (lists made, in total).
    """
    limits = rules.limits(given, shop.catalogue, shop.places)
    made = []
    for start in range(0, len(shop.histories), _AT_ONCE):
        part = shop.histories[start : start + _AT_ONCE]
        made += lists.make(shop.recommender, part, Settings(k=k), [limits] * len(part))
        if report is not None:
            report(len(made), len(shop.histories))
    sizes = [len(one.items) for one in made]
    items = np.concatenate([*(one.items for one in made), np.zeros(0, dtype=np.int32)])
    catalogue = shop.catalogue
    columns = {
        "user": np.repeat(shop.interactions.user_ids, sizes),
        "rank": np.concatenate([*(np.arange(1, size + 1) for size in sizes), np.zeros(0, dtype=np.int64)]),
        "item": catalogue.ids[items],
        "title": [catalogue.title(int(item), language) for item in items],
        "score": np.round(np.concatenate([*(one.scores for one in made), np.zeros(0)]), 6),
    }
    if language in catalogue.categories:
        columns["category"] = catalogue.categories[language][items]
    return pd.DataFrame(columns)


def lists_csv(
    shop: Shop,
    language: Language,
    k: int = LENGTH,
    given: Rules | None = None,
    report: Callable[[int, int], None] | None = None,
) -> bytes:
    """`lists_frame` as CSV that spreadsheets open without computing anything."""
    return tables.to_csv_bytes(lists_frame(shop, language, k, given, report))


def examples(shop: Shop, language: Language) -> Table:
    """First items of some users, those with the most choices, and because of what."""
    busiest = np.argsort([-len(history) for history in shop.histories], kind="stable")[:_SHOWN]
    rows = []
    for user in busiest:
        history = shop.histories[user]
        (made,) = lists.make(shop.recommender, [history], Settings(k=3))
        for rank, (item, why) in enumerate(zip(made.items, because(shop, history, made.items, language), strict=True)):
            rows.append(
                (
                    str(shop.interactions.user_ids[user]) if not rank else "",
                    number(rank + 1, language),
                    shop.catalogue.title(int(item), language),
                    why,
                )
            )
    columns = ("user", "rank", "item", "because")
    return Table(tuple(message(f"rr-column-{name}", language) for name in columns), tuple(rows))


def because(shop: Shop, history: Codes, items: Codes, language: Language) -> list[str]:
    """For each item the titles of the history that speak most for it, with their shares."""
    found = lists.explain(shop.recommender, history, items)
    looked_at = history[-len(found.shares) :] if len(found.shares) else history[:0]
    said = []
    for column in found.shares.T:
        heaviest = [place for place in np.argsort(-column, kind="stable")[:_BECAUSE] if column[place] > 0]
        said.append(
            message("list-separator", language).join(
                f"{shop.catalogue.title(int(looked_at[place]), language)} ({signed(float(column[place]), 2)})"
                for place in heaviest
            )
            or message("rr-because-rest", language)
        )
    return said


def signed(value: float, places: int = 3) -> str:
    """A difference with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{abs(value):.{places}f}"


def _report(
    shop: Shop, language: Language, name: str, found: Leaderboard | None, facts: list[str], read: Sequence[str]
) -> Report:
    sections = []
    if found is not None:
        blocks = (
            Text((how_measured(found, language), lead_in_words(found, language))),
            standings_chart(found, language),
        )
        sections.append(Section(message("rr-how-well", language), blocks))
    if shop.histories:
        sections.append(Section(message("rr-examples", language), (examples(shop, language),)))
    closing = [
        *read,
        blend_in_words(shop.recommender, language),
        *limits_in_words(shop.recommender, language),
        message("rr-how-shares", language),
        *([message("rr-how-figures", language)] if found is not None else []),
    ]
    sections.append(Section(message("rr-notes", language), (Notes(tuple(closing)),)))
    return Report(
        title=message("rr-title", language, name=name),
        language=language,
        lead=headline(found, language) if found is not None else covers(shop, language),
        facts=(*([message("rr-simulated", language)] if shop.simulated else []), *facts),
        sections=tuple(sections),
        one_page=True,
    )


def _rounded(value: float) -> float:
    return round(value, 4)


def _day(seconds: int) -> datetime.date:
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=seconds // 86_400)
