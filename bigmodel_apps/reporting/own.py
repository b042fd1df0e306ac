"""Own labels and what users test for themselves, in sentences: the same on a page and in a report."""

from __future__ import annotations

from bigmodel_apps.locales import Language, message, number, percent
from bigmodel_apps.measures import Estimate
from bigmodel_apps.reporting import words
from bigmodel_apps.sentiment.own_labels import Report
from bigmodel_apps.sentiment.trust import MOVE, NamesResult, Robustness


def training(report: Report, language: Language) -> str:
    """Whether what was trained is better than what it is held against, by how much, and whether that may be chance."""
    comparison = report.comparisons[report.against]
    theirs = report.find("own-accuracy", f"own-{report.against}")
    if theirs is None:
        raise KeyError(report.against)
    difference = comparison.difference
    finding = message(
        f"own-verdict-{report.verdict}",
        language,
        rival=report.against,
        ours=percent(min(1.0, max(0.0, theirs.value + difference.value)), language),
        theirs=percent(theirs.value, language),
        texts=difference.n,
        low=_points(difference.low, language),
        high=_points(difference.high, language),
    )
    return f"{finding} {words.chance(comparison, language)}"


def names(result: NamesResult, language: Language) -> str:
    """Whether names move the verdict, by how much, against which limit."""
    if not result.gaps:
        return message(
            f"trust-spread-{result.verdict}",
            language,
            spread=_bounded(result.spread, language),
            templates=result.templates,
            limit=number(result.limit, language),
        )
    widest = result.gaps[0]
    return message(
        f"trust-gap-{widest.verdict}",
        language,
        first=widest.first,
        second=widest.second,
        gap=_bounded(widest.absolute, language),
        templates=result.templates,
        limit=number(result.limit, language),
    )


def flips(result: NamesResult, language: Language) -> str:
    """In how many sentences the label depends on the name."""
    return message("trust-flips", language, flips=result.flips, templates=result.templates)


def change(found: Robustness, language: Language) -> str:
    """How often a small change was taken as it should be."""
    if found.rate is None:
        return message(f"trust-unchanged-{found.change}", language)
    return message(
        f"trust-change-{found.change}",
        language,
        rate=percent(found.rate.value, language),
        low=percent(found.rate.low, language),
        high=percent(found.rate.high, language),
        texts=found.applicable,
        move=number(MOVE, language),
    )


def _bounded(found: Estimate, language: Language) -> str:
    """A figure with its interval, where one was drawn."""
    if found.interval == "none":
        return number(round(found.value, 4), language)
    value, low, high = (number(round(bound, 4), language) for bound in (found.value, found.low, found.high))
    return message("st-interval", language, value=value, low=low, high=high)


def _points(share: float, language: Language) -> str:
    """A difference of shares in percentage points."""
    return number(round(100 * share, 1), language)
