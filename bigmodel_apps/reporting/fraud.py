"""The report of a scored bank on one page: its newest queue with reasons, how well it ranks, what that earns, how the file
was read."""

from __future__ import annotations

import datetime

import numpy as np

from bigmodel_apps.fraud import bulk, money, reasons
from bigmodel_apps.fraud.bulk import Figures, Result
from bigmodel_apps.fraud.money import Rule
from bigmodel_apps.fraud.queue import CAPACITY, Queue
from bigmodel_apps.fraud.schema import BANDS, Band, Reason
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.transactions import DAY
from bigmodel_apps.locales import Language, date, describe, message, number, percent
from bigmodel_apps.problems import InputError
from bigmodel_apps.reporting.document import Intervals, Meaning, Notes, Point, Report, Section, Table, Text

MEANINGS: dict[Band, Meaning] = {"low": "good", "guarded": "neutral", "elevated": "unsure", "high": "bad"}
"""Colour of each band."""

_CARDS = 8
_REASONS = 2
_NOTES = 8


def from_bank(bank: Bank, language: Language, name: str, figures: Figures | None = None) -> Report:
    """The report of a bank, such as the simulated one.

    Args:
        name: What it is called.
        figures: Of `bulk.measure`.
    """
    return _report(bank, language, name, figures, [_covers(bank, language)], [])


def from_result(result: Result, language: Language) -> Report:
    """The report of a user's file, with how it was read and what was left out."""
    facts = [
        message("fr-rows", language, rows=result.report.rows, usable=result.report.usable),
        _covers(result.bank, language),
        message("fr-scored-on", language, date=date(result.scored_at.date(), language)),
    ]
    return _report(result.bank, language, result.name, result.figures, facts, list(notes(result, language)))


# --- Findings in words ---------------------------------------------------------------------------------------------


def headline(bank: Bank, queue: Queue, language: Language, first: Reason | None = None) -> str:
    """How many cards of the newest day are suspicious, and which comes first, and why.

    Args:
        queue: Of that day.
        first: The heaviest reason of its first card.
    """
    day = date(_day(queue.day), language)
    if not len(queue):
        return message("fr-headline-empty", language, date=day)
    whole = message(
        "fr-headline",
        language,
        date=day,
        high=int((queue.bands == len(BANDS) - 1).sum()),
        cards=len(queue),
        band=message("fraud-band-high", language),
    )
    top = message(
        "fr-headline-first",
        language,
        card=_card(bank, queue, 0),
        amount=f"{bank.transactions.amounts[queue.tops[0]]:,.2f}",
        why=first.text if first else message("fr-no-reason", language),
    )
    return message("fr-two-sentences", language, first=whole, second=top)


def figures_in_words(figures: Figures, language: Language) -> tuple[str, ...]:
    """How well the scores rank, and better than what."""
    found = [
        message(
            "fr-measured",
            language,
            first=date(figures.first, language),
            last=date(figures.last, language),
            rows=figures.rows,
            frauds=figures.frauds,
        ),
        message(
            "fr-ranking",
            language,
            ap=figures.average_precision,
            amount=figures.by_amount,
            chance=figures.frauds / figures.rows,
            auc=figures.auc,
        ),
    ]
    if figures.cards is not None and figures.cards.achieved is not None:
        found.append(
            message(
                "fr-cards",
                language,
                k=figures.cards.k,
                value=figures.cards.value,
                ceiling=figures.cards.ceiling,
                share=percent(figures.cards.achieved, language),
                days=figures.cards.days,
            )
        )
    return tuple(found)


def money_in_words(bank: Bank, language: Language) -> tuple[str, ...]:
    """What the best threshold of earlier days brought on later ones; empty where labels do not tell.

    Costs are those of `Rule`, and `CAPACITY` transactions a day can be looked at.
    """
    try:
        spans = money.halves(bank)
    except InputError:
        return ()
    rule = Rule()
    choice = money.choose(spans.earlier, spans.later, rule, alerts_per_day=float(CAPACITY))
    place, days = choice.reported, spans.later.days
    first, last, later, end = (date(_day(day), language) for day in (*spans.chosen_on, *spans.reported_on))
    return (
        message(
            "money-headline",
            language,
            gain=f"{place.gain:,.2f}",
            days=days,
            threshold=percent(min(1.0, place.threshold), language),
        ),
        message(
            "money-headline-more",
            language,
            alerts=number(place.alerts / days, language),
            precision=percent(place.precision, language) if place.precision is not None else "–",
            recall=percent(place.recall, language) if place.recall is not None else "–",
            none=f"{choice.none.money:,.2f}",
            money=f"{place.money:,.2f}",
        ),
        message("money-spans", language, first=first, last=last, later=later, end=end),
        message(
            "fr-money-rule",
            language,
            caught=number(rule.refused_fraud.fixed, language),
            annoyed=number(-rule.refused_legitimate.fixed, language),
            earned=percent(rule.accepted_legitimate.share, language),
            missed=percent(-rule.accepted_fraud.share, language),
            k=CAPACITY,
        ),
    )


def read_in_words(result: Result, language: Language) -> tuple[str, ...]:
    """What stood in which column; one line each."""
    columns = result.columns
    found = (
        [message("fr-schema", language, schema=message(f"fraud-schema-{result.report.schema}", language))]
        if (result.report.schema)
        else []
    )
    for role in ("time", "clock", "amount", "customer", "terminal", "id", "fraud"):
        if column := getattr(columns, role):
            found.append(message(f"fr-read-{role}", language, column=column))
    if columns.numbers:
        found.append(message("fr-numbers", language, count=len(result.bank.transactions.numbers)))
    return tuple(found)


def left_out_in_words(result: Result, language: Language) -> str:
    """How many rows are not scored, and why."""
    left = result.report.left_out
    if not left:
        return message("fr-left-out-none", language)
    named = message("list-separator", language).join(
        message(f"fraud-left-{code}", language, count=count) for code, count in left.items()
    )
    return message("fr-left-out", language, count=sum(left.values()), reasons=named)


def notes(result: Result, language: Language) -> tuple[str, ...]:
    """How the file was read, what was left out, and what is to be known of it."""
    whole = [describe(problem, language) for problem in result.report.notes[:_NOTES]]
    return (*read_in_words(result, language), left_out_in_words(result, language), *whole)


# --- Tables and charts ---------------------------------------------------------------------------------------------


def queue_table(bank: Bank, queue: Queue, why: list[list[Reason]], language: Language) -> Table:
    """The first cards of a queue, with their heaviest reasons.

    Args:
        why: Of as many cards as the table is to have.
    """
    transactions = bank.transactions
    columns = ("rank", "card", "time", "amount", "score", "band", "why")
    rows = []
    for place, of_card in enumerate(why):
        top = int(queue.tops[place])
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(transactions.seconds[top]))
        rows.append(
            (
                number(place + 1, language),
                _card(bank, queue, place),
                f"{moment:%H:%M}",
                f"{transactions.amounts[top]:,.2f}",
                number(float(queue.scores[place]), language),
                message(f"fraud-band-{queue.band(place)}", language),
                message("fr-reason-separator", language).join(
                    reason.text for reason in reasons.heaviest(of_card, _REASONS)
                ),
            )
        )
    return Table(tuple(message(f"fr-column-{name}", language) for name in columns), tuple(rows))


def recall_chart(figures: Figures, language: Language) -> Intervals:
    """Share of the frauds that each band and those above it reach, beside the false positives."""
    points = []
    for found in figures.bands:
        band = message(f"fraud-band-{found.band}", language)
        for kind, share in (("recall", found.recall), ("false", found.false_positives)):
            points.append(
                Point(
                    message(f"fr-from-{kind}", language, band=band),
                    share.value,
                    percent(share.value, language),
                    share.low,
                    share.high,
                    meaning=MEANINGS[found.band] if kind == "recall" else "neutral",
                )
            )
    highest = figures.bands[-1]
    title = message(
        "fr-recall-title",
        language,
        band=message(f"fraud-band-{highest.band}", language),
        recall=percent(highest.recall.value, language),
        false=percent(highest.false_positives.value, language),
    )
    return Intervals(title, message("fr-recall-axis", language), tuple(points))


def _report(
    bank: Bank, language: Language, name: str, figures: Figures | None, facts: list[str], read: list[str]
) -> Report:
    queue = bank.queue(bank.last_day)
    first = queue.tops[:_CARDS]
    why = reasons.explain(bank.detector, bank.features, bank.transactions, first, language) if len(first) else []
    sections = []
    if why:
        title = message("fr-queue", language, date=date(_day(queue.day), language), shown=len(why), cards=len(queue))
        sections.append(Section(title, (queue_table(bank, queue, why, language),)))
    if figures is not None:
        sections.append(
            Section(
                message("fr-how-well", language),
                (Text(figures_in_words(figures, language)), recall_chart(figures, language)),
            )
        )
        if earned := money_in_words(bank, language):
            sections.append(Section(earned[0], (Text(earned[1:2]), Notes(earned[2:]))))
    ranks = bank.detector.engine == bulk.OUTLIERS
    closing = [
        *read,
        message("fr-how-outliers" if ranks else "fr-how-scores", language),
        message("fr-how-queue", language, days=bank.detector.settings.delay_days),
        *([message("fr-how-figures", language, k=CAPACITY)] if figures is not None else []),
    ]
    sections.append(Section(message("fr-notes", language), (Notes(tuple(closing)),)))
    engine = "outliers" if ranks else "bank" if bank.detector.facts.get("simulated") else "own"
    facts = [
        *([message("fr-simulated", language)] if bank.transactions.simulated else []),
        *facts,
        message("fr-engine", language, engine=message(f"fraud-engine-{engine}", language)),
    ]
    heaviest = reasons.heaviest(why[0], 1)[0] if why and why[0] else None
    return Report(
        title=message("fr-title", language, name=name),
        language=language,
        lead=headline(bank, queue, language, heaviest),
        facts=tuple(facts),
        sections=tuple(sections),
        one_page=True,
    )


def _covers(bank: Bank, language: Language) -> str:
    seconds = bank.transactions.seconds
    return message(
        "fr-covers",
        language,
        count=len(seconds),
        first=date(_day(int(seconds[0]) // DAY), language),
        last=date(_day(bank.last_day), language),
    )


def _card(bank: Bank, queue: Queue, place: int) -> str:
    """What a card is called; its transaction where the source names no cards."""
    transactions = bank.transactions
    names = transactions.ids if transactions.customers is None else transactions.customer_names
    return str(names[queue.cards[place]])


def _day(day: int | np.int64) -> datetime.date:
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=int(day))
