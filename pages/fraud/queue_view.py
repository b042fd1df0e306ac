"""The alert queue of a day: cards ranked, and the one that is picked in full, with a decision on it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from bigmodel_apps.fraud import queue as queues
from bigmodel_apps.fraud.queue import Filters, Queue
from bigmodel_apps.fraud.schema import BANDS, Output
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.ui.language import date, number, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.problems import guard, show_attempted
from bigmodel_apps.workspace import Case
from pages.fraud import alert, decisions, opened
from pages.fraud.looks import BANDS as LOOKS
from pages.fraud.looks import band_word, decision_word

CAPACITY = "fraud-capacity"

_KEY = "fraud-queue"
_DAYS, _MEASURED_DAYS = 30, 7
_TABLE_PIXELS = 440
_REASONS = 2


def queue_view() -> None:
    """The view."""
    show_attempted()
    bar = st.container(horizontal=True, vertical_alignment="bottom", key=f"{_KEY}-bar")
    with bar:
        key = opened.choose()
    with guard():
        board(opened.bank_of(key), bar)


def board(bank: Bank, bar: Any) -> None:
    """Day, capacity and filters above; the cards on the left, the chosen one on the right."""
    cases = decisions.decided(bank)
    with bar:
        day = choose_day(bank)
        capacity = choose_capacity()
        whole = once(f"{_KEY}.day", bank, (day,), lambda: bank.queue(day))
        with st.popover(t("queue-filters"), icon=":material/filter_list:", key=f"{_KEY}-filters"):
            chosen = filters(bank, whole, cases)
    shown = queues.filtered(whole.take(slice(capacity)), bank.transactions, chosen)
    left, right = st.columns([11, 8], gap="medium")
    with left:
        achieved(bank, day, capacity)
        if len(shown):
            place = listing(bank, whole, shown, cases)
    with right:
        if len(shown):
            opened_alert(bank, shown, place, cases)
        else:
            st.info(t("queue-none" if len(whole) else "queue-no-cards"), icon=":material/inbox:")
    if len(shown):
        alert.around(bank, int(shown.tops[place]), opened.explained(bank, shown.tops)[place])


def choose_day(bank: Bank) -> int:
    """The day looked at, the last one until another is chosen."""
    last = bank.last_day
    first = min(last, max(bank.first_test_day, last - _DAYS + 1))
    chosen = st.date_input(
        t("queue-day"),
        opened.day_date(last),
        min_value=opened.day_date(first),
        max_value=opened.day_date(last),
        key=f"{_KEY}-day-{bank.key}",
        width=150,
        persist_state="session",
        help=t("queue-day-help"),
    )
    return ((chosen or opened.day_date(last)) - opened.day_date(0)).days


def choose_capacity() -> int:
    """How many cards can be looked at in a day."""
    given = st.number_input(
        t("queue-capacity"),
        5,
        500,
        queues.CAPACITY,
        5,
        key=CAPACITY,
        persist_state="session",
        width=140,
        help=t("queue-capacity-help"),
    )
    return int(given or queues.CAPACITY)


def filters(bank: Bank, whole: Queue, cases: Mapping[str, Case]) -> Filters:
    """What the queue is narrowed to."""
    names = BANDS[::-1]
    bands = st.pills(
        t("queue-filter-bands"),
        names,
        selection_mode="multi",
        format_func={band: f"{LOOKS[band][0]} {band_word(band)}" for band in names}.__getitem__,
        key=f"{_KEY}-bands",
        persist_state="session",
    )
    least = st.number_input(
        t("queue-filter-least"), 0.0, None, None, 10.0, key=f"{_KEY}-least", persist_state="session"
    )
    segments = []
    for name, column in bank.transactions.segments.items():
        value = st.selectbox(
            opened.segment_word(name),
            once(f"{_KEY}.values", bank, (name,), partial(_values, column)),
            index=None,
            placeholder=t("queue-filter-any"),
            format_func=partial(opened.value_word, name),
            key=f"{_KEY}-segment-{name}-{bank.key}",
        )
        if value is not None:
            segments.append((name, value))
    undecided = st.toggle(t("queue-filter-undecided"), key=f"{_KEY}-undecided", persist_state="session")
    done = [
        int(whole.cards[place])
        for place in range(len(whole) if undecided else 0)
        if (case := cases.get(decisions.name_of(bank, whole, place))) is not None and case.decision != "later"
    ]
    return Filters(bands=tuple(bands), least=least, segments=tuple(segments), without=done)


def _values(column: npt.NDArray[np.object_]) -> list[str]:
    return sorted({str(one) for one in column})


def achieved(bank: Bank, day: int, capacity: int) -> None:
    """What the queue finds of what a perfect ranking would find, over the last days whose truth is known."""
    found = once(f"{_KEY}.found", bank, (day, capacity), lambda: bank.card_precision(day, _MEASURED_DAYS, capacity))
    if found is None or found.achieved is None:
        st.caption(t("queue-no-truth"))
        return
    text = t(
        "queue-achieved",
        k=capacity,
        days=found.days,
        share=percent(found.achieved),
        value=number(round(found.value, 3)),
        ceiling=number(round(found.ceiling, 3)),
        simulated="true" if bank.transactions.simulated else "false",
    )
    st.progress(min(1.0, found.achieved), text=text)


# --- The cards --------------------------------------------------------------------------------------------------------


def listing(bank: Bank, whole: Queue, shown: Queue, cases: Mapping[str, Case]) -> int:
    """The cards as a table; returns the place, in `shown`, of the one that is picked, the first until then."""
    outputs = opened.explained(bank, shown.tops)
    ranks = {int(card): rank for rank, card in enumerate(whole.cards, 1)}
    said = [cases.get(decisions.name_of(bank, shown, place)) for place in range(len(shown))]
    frame = pd.DataFrame(
        {
            t("queue-column-rank"): [ranks[int(card)] for card in shown.cards],
            t("queue-column-decision"): [decision_word(case.decision) if case else "" for case in said],
            t("queue-column-score"): shown.scores,
            t("queue-column-amount"): bank.transactions.amounts[shown.tops],
            t("queue-column-why"): [why(output) for output in outputs],
            t("queue-column-band"): [band_word(shown.band(place)) for place in range(len(shown))],
            t("queue-column-card"): [opened.card_name(bank, int(card)) for card in shown.cards],
            t("queue-column-count"): shown.counts,
        }
    )
    order = [str(name) for name in frame.columns if any(said) or name != t("queue-column-decision")]
    event = st.dataframe(
        frame,
        column_order=order,
        hide_index=True,
        height=_TABLE_PIXELS,
        key=f"{_KEY}-table-{bank.key}-{whole.day}",
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [0]}},
        column_config={
            t("queue-column-rank"): st.column_config.NumberColumn(width=35),
            t("queue-column-score"): st.column_config.ProgressColumn(
                min_value=0, max_value=1, format="percent", width=85
            ),
            t("queue-column-band"): st.column_config.TextColumn(width=75),
            t("queue-column-amount"): st.column_config.NumberColumn(format="%.2f", width=65),
            t("queue-column-decision"): st.column_config.TextColumn(width=80),
            t("queue-column-why"): st.column_config.TextColumn(width="large"),
            t("queue-column-card"): st.column_config.TextColumn(width=80),
            t("queue-column-count"): st.column_config.NumberColumn(width=70),
        },
        alt=t("queue-table", date=date(opened.day_date(whole.day))),
    )
    rows = cast(Any, event)["selection"]["rows"]
    return int(rows[0]) if rows and rows[0] < len(shown) else 0


def why(output: Output) -> str:
    """The reasons that raise a score most, in a line."""
    raising = [reason.text for reason in output.reasons or [] if reason.share > 0]
    return " · ".join(raising[:_REASONS])


def opened_alert(bank: Bank, shown: Queue, place: int, cases: Mapping[str, Case]) -> None:
    """The picked card: verdict, decision, why, and a note."""
    output = opened.explained(bank, shown.tops)[place]
    top, case = int(shown.tops[place]), cases.get(decisions.name_of(bank, shown, place))
    with st.container(key="fraud-alert", gap="small"):
        alert.verdict(bank, top, output)
        decisions.buttons(bank, shown, place, case)
        alert.because(output)
        panel = st.expander(t("decide-note"), icon=":material/edit_note:", key="fraud-note", on_change="rerun")
        if panel.open:
            with panel:
                decisions.note(bank, shown, place, case)
