"""One alert: the verdict in words, why, the numbers, past cases like it, its terminal and its card, and the raw data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps.fraud import queue as queues
from bigmodel_apps.fraud.schema import Output
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, Floats, Ints
from bigmodel_apps.ui import odds, palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import percent, t
from bigmodel_apps.ui.once import once
from pages.fraud import charts, opened
from pages.fraud.looks import BANDS, input_word

_KEY = "fraud-alert"
_PAST_DAYS, _PAST_ALERTS, _SIMILAR = 30, 50, 5
_SHOWN_ROWS = 200


def verdict(bank: Bank, place: int, output: Output) -> None:
    """In words first, then what was paid where and when."""
    icon, meaning = BANDS[output.band]
    colour = palette.MARKDOWN[meaning]
    said = t(f"alert-verdict-{output.band}" if output.score < 0.5 else "alert-verdict-probable")
    st.header(f":{colour}[{icon} {said}] · {percent(round(output.score, 4))}", anchor=False)
    terminal = opened.terminal_name(bank, place)
    st.caption(
        t(
            "alert-payment",
            amount=opened.money(bank.transactions.amounts[place]),
            moment=opened.moment(bank.transactions.seconds[place]),
            card=escape(opened.card_of(bank, place)),
            terminal=escape(terminal or "–"),
        )
    )


def because(output: Output) -> None:
    """The reasons as steps from the base to the score, and the check that they add up."""
    title = t("alert-why")
    st.markdown(f"**{title}**")
    st.altair_chart(
        charts.made_of(output.reasons or [], output.base),
        alt=f"{title}: {'; '.join(one.text for one in output.reasons or [])}",
    )
    total = output.base + sum(reason.share for reason in output.reasons or [])
    error = abs(total - np.log(output.score / (1 - output.score))) if 0 < output.score < 1 else 0.0
    st.caption(
        t(
            "alert-sum",
            base=odds.signed(output.base),
            reasons=len(output.reasons or []),
            share=odds.signed(total - output.base),
            total=odds.signed(total),
            score=percent(odds.chance(total)),
            error=f"{error:.0e}",
        )
    )


def around(bank: Bank, place: int, output: Output) -> None:
    """What stands around an alert, each folded: it costs nothing until it is opened."""
    parts: tuple[tuple[str, str, Callable[[], None]], ...] = (
        ("similar", ":material/compare_arrows:", lambda: similar(bank, place)),
        ("terminal", ":material/point_of_sale:", lambda: terminal(bank, place)),
        ("card", ":material/credit_card:", lambda: card(bank, place)),
        ("numbers", ":material/calculate:", lambda: numbers(bank, place)),
        ("raw", ":material/data_object:", lambda: raw(bank, place, output)),
    )
    st.markdown(f"**{t('alert-around', card=escape(opened.card_of(bank, place)))}**")
    for name, icon, draw in parts:
        if name == "terminal" and bank.transactions.terminals is None:
            continue
        if name == "card" and bank.transactions.customers is None:
            continue
        panel = st.expander(t(f"alert-part-{name}"), icon=icon, key=f"{_KEY}-{name}", on_change="rerun")
        if panel.open:
            with panel:
                draw()


def similar(bank: Bank, place: int) -> None:
    """Past alerts whose scores came about in the most similar way, and how they ended."""
    past, shares = once(f"{_KEY}.past", bank, (_before(bank, place),), lambda: _past(bank, _before(bank, place)))
    if not len(past):
        st.caption(t("alert-similar-none"))
        return
    nearest, distances = queues.similar(bank.contributions(np.array([place])).shares[0], shares, _SIMILAR)
    places = past[nearest]
    frame = rows_of(bank, places)
    frame[t("alert-column-distance")] = distances
    st.caption(t("alert-similar-explain", alerts=len(past)))
    st.dataframe(frame, hide_index=True, column_config=_columns(), alt=t("alert-part-similar"))


def _before(bank: Bank, place: int) -> int:
    """The first day whose labels are not known on the day of a transaction."""
    return int(bank.transactions.days[place]) - bank.detector.settings.delay_days


def _past(bank: Bank, until: int) -> tuple[Ints, Floats]:
    """Places of earlier alerts whose end is known by now, and their contributions."""
    first = max(int(bank.transactions.days[0]), until - _PAST_DAYS)
    tops = [bank.queue(day).tops[:_PAST_ALERTS] for day in range(first, until)]
    past = np.concatenate(tops) if tops else np.array([], dtype=np.int64)
    past = past[np.isin(bank.transactions.fraud[past], (FRAUD, LEGITIMATE))]
    return past, bank.contributions(past).shares


def terminal(bank: Bank, place: int) -> None:
    """Everything at the same terminal until then."""
    transactions = bank.transactions
    assert transactions.terminals is not None
    found = queues.at_terminal(
        transactions,
        bank.scores,
        int(transactions.terminals[place]),
        int(transactions.seconds[place]),
        days=_PAST_DAYS,
        delay_days=bank.detector.settings.delay_days,
        threshold=bank.detector.bands["elevated"],
    )
    st.caption(
        t(
            "alert-terminal",
            terminal=escape(opened.terminal_name(bank, place) or ""),
            days=_PAST_DAYS,
            count=len(found.places),
            known=found.known,
            frauds=found.frauds,
            alerts=found.alerts,
        )
    )
    listed(bank, found.places, t("alert-part-terminal"))


def card(bank: Bank, place: int) -> None:
    """What the same card did until then."""
    transactions = bank.transactions
    assert transactions.customers is not None
    places = queues.on_card(
        transactions, int(transactions.customers[place]), int(transactions.seconds[place]), _PAST_DAYS
    )
    title = t("alert-card", card=escape(opened.card_of(bank, place)), days=_PAST_DAYS, count=len(places))
    st.caption(title)
    if len(places) > 1:
        st.altair_chart(charts.history(bank, places, place), alt=title)
    listed(bank, places, t("alert-part-card"))


def listed(bank: Bank, places: Ints, alt: str) -> None:
    """Transactions as a table, the newest first."""
    st.dataframe(rows_of(bank, places[:_SHOWN_ROWS]), hide_index=True, column_config=_columns(), alt=alt)
    if len(places) > _SHOWN_ROWS:
        st.caption(t("alert-first", shown=_SHOWN_ROWS, count=len(places)))


def rows_of(bank: Bank, places: Ints) -> pd.DataFrame:
    """Transactions in the words of the page."""
    transactions = bank.transactions
    frame = pd.DataFrame(
        {
            t("alert-column-time"): pd.to_datetime(transactions.seconds[places], unit="s"),
            t("queue-column-amount"): transactions.amounts[places],
            t("queue-column-score"): bank.scores[places],
            t("alert-column-known"): [opened.label_word(int(mark)) for mark in transactions.fraud[places]],
        }
    )
    if transactions.customers is not None:
        frame[t("queue-column-card")] = [opened.card_of(bank, int(one)) for one in places]
    if transactions.terminals is not None:
        frame[t("alert-column-terminal")] = [opened.terminal_name(bank, int(one)) for one in places]
    return frame


def _columns() -> dict[str, Any]:
    return {
        t("alert-column-time"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        t("queue-column-amount"): st.column_config.NumberColumn(format="%.2f"),
        t("queue-column-score"): st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=90),
        t("alert-column-distance"): st.column_config.NumberColumn(format="%.2f", help=t("alert-distance-help")),
    }


def numbers(bank: Bank, place: int) -> None:
    """Every input and what it adds to the log-odds."""
    found = bank.contributions(np.array([place]))
    values = [*bank.features[place].tolist()] + [float("nan")] * (len(found.names) - bank.features.shape[1])
    order = np.argsort(-np.abs(found.shares[0]), kind="stable")
    st.dataframe(
        pd.DataFrame(
            {
                t("alert-column-input"): [input_word(found.names[one]) for one in order],
                t("alert-column-value"): [values[one] for one in order],
                t("alert-share"): [found.shares[0, one] for one in order],
            }
        ),
        hide_index=True,
        column_config={
            t("alert-column-value"): st.column_config.NumberColumn(format="%.3g"),
            t("alert-share"): st.column_config.NumberColumn(format="%+.3f"),
        },
        alt=t("alert-part-numbers"),
    )


def raw(bank: Bank, place: int, output: Output) -> None:
    """The answer as REST and command line give it, and the transaction."""
    transactions = bank.transactions
    st.json(
        {
            "id": str(transactions.ids[place]),
            "time": opened.clock(int(transactions.seconds[place])).isoformat(),
            "amount": float(transactions.amounts[place]),
            "customer": opened.card_of(bank, place) if transactions.customers is not None else None,
            "terminal": opened.terminal_name(bank, place),
            "row": int(transactions.rows[place]),
            "segments": {name: str(column[place]) for name, column in transactions.segments.items()},
            "output": output.model_dump(),
        },
        expanded=1,
    )
