"""What if a transaction had been another: raw fields changed, inputs computed anew, the score before and after."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps.fraud import what_if
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.transactions import DAY, Floats
from bigmodel_apps.fraud.what_if import NEW, Change, Judged, Shift
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.ui import odds, palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.problems import attempt, guard, show_attempted
from pages.fraud import charts, opened
from pages.fraud.looks import BANDS

PLACE = "fraud-what-if-place"

_KEY = "fraud-what-if"
_OFFERED, _STEPS = 20, 41
_ROW_PIXELS, _AXIS_PIXELS = 44, 56


def what_if_view() -> None:
    """The view."""
    show_attempted()
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    with bar:
        key = opened.choose()
    with guard():
        bank = opened.bank_of(key)
        with bar:
            place = choose(bank)
        board(bank, place)


def choose(bank: Bank) -> int:
    """The transaction: one of the newest queue, or any other by its id."""
    tops = [int(place) for place in bank.queue(bank.last_day).tops[:_OFFERED]]
    other = st.session_state.get(PLACE)
    if other is not None and other[0] == bank.key and other[1] not in tops:
        tops = [other[1], *tops]
    if not tops:
        tops = [len(bank.transactions) - 1]
    labels = {
        place: t(
            "what-if-option",
            amount=opened.money(bank.transactions.amounts[place]),
            card=opened.card_of(bank, place),
            moment=opened.moment(bank.transactions.seconds[place]),
        )
        for place in tops
    }
    chosen = st.selectbox(
        t("what-if-transaction"), tops, format_func=labels.__getitem__, key=f"{_KEY}-of-{bank.key}-{tops[0]}", width=380
    )
    st.text_input(
        t("what-if-id"),
        key=f"{_KEY}-id",
        placeholder=t("what-if-id-empty"),
        width=170,
        on_change=attempt,
        args=(_find, bank),
    )
    return int(tops[0] if chosen is None else chosen)


def _find(bank: Bank) -> None:
    wanted = st.session_state[f"{_KEY}-id"].strip()
    if not wanted:
        return
    found = np.flatnonzero(bank.transactions.ids == wanted)
    if not len(found):
        raise InputError(Problem("fraud-id-unknown", details={"id": wanted[:60]}))
    st.session_state[PLACE] = bank.key, int(found[0])
    st.session_state[f"{_KEY}-id"] = ""


@st.fragment
@guard()
def board(bank: Bank, place: int) -> None:
    """What to change on the left; on the right the score before and after, and why it moved."""
    left, right = st.columns([2, 5], gap="medium")
    with left:
        change = changes(bank, place)
    before = once(f"{_KEY}.before", bank, (place, current()), lambda: _judge(bank, place, Change()))
    after = _judge(bank, place, change) if change != Change() else before
    with right:
        both(before, after)
        if change == Change():
            st.caption(t("what-if-unchanged"))
            title = t("alert-why")
            st.markdown(f"**{title}**")
            st.altair_chart(charts.made_of(before.reasons, before.base), alt=title)
        else:
            moved(what_if.shifts(before, after))
        with st.expander(t("what-if-inputs"), icon=":material/calculate:"):
            inputs(bank, before, after)
    sweeps(bank, place, change)


def _judge(bank: Bank, place: int, change: Change) -> Judged:
    return what_if.judge(bank.detector, bank.transactions, place, change, current())


def changes(bank: Bank, place: int) -> Change:
    """The raw fields, open to change; what is left as it was is no change."""
    transactions, key = bank.transactions, f"{_KEY}-{place}"
    amount, moment = float(transactions.amounts[place]), opened.clock(int(transactions.seconds[place]))
    st.markdown(f"**{t('what-if-fields')}**")
    new_amount = st.number_input(
        t("queue-column-amount"), 0.0, None, amount, max(1.0, float(round(amount / 10))), key=f"{key}-amount"
    )
    left, right = st.columns([3, 2], gap="xsmall")
    day = left.date_input(t("queue-day"), moment.date(), key=f"{key}-day")
    time = right.time_input(t("what-if-time"), moment.time().replace(second=0), key=f"{key}-time", step=600)
    seconds = moment
    if isinstance(day, datetime.date) and time is not None:
        same = (day, time) == (moment.date(), moment.time().replace(second=0))
        seconds = moment if same else datetime.datetime.combine(day, time)
    terminal = _owner(bank, place, "terminal", f"{key}-terminal")
    customer = _owner(bank, place, "customer", f"{key}-customer")
    st.button(t("what-if-reset"), icon=":material/undo:", key=f"{key}-reset", on_click=_reset, args=(key,))
    return Change(
        amount=None if new_amount is None or new_amount == amount else float(new_amount),
        seconds=None if seconds == moment else int((seconds - opened.clock(0)).total_seconds()),
        customer=customer,
        terminal=terminal,
    )


def _reset(key: str) -> None:
    for field in ("amount", "day", "time", "terminal", "customer"):
        st.session_state.pop(f"{key}-{field}", None)


def _owner(bank: Bank, place: int, kind: str, key: str) -> int | None:
    """Terminal or customer by name; a name that the bank does not know is a new one. None where it stays."""
    transactions = bank.transactions
    owners, names = (
        (transactions.terminals, transactions.terminal_names)
        if kind == "terminal"
        else (transactions.customers, transactions.customer_names)
    )
    if owners is None:
        return None
    now = str(names[owners[place]])
    given = (st.text_input(t(f"what-if-field-{kind}"), now, key=key, help=t("what-if-new")) or now).strip()
    if given == now:
        return None
    known = np.flatnonzero(names == given)
    if not len(known):
        st.caption(f":material/fiber_new: {t(f'what-if-new-{kind}', name=escape(given))}")
    return int(known[0]) if len(known) else NEW


def both(before: Judged, after: Judged) -> None:
    """The two verdicts side by side."""
    with st.container(horizontal=True, key=f"{_KEY}-both"):
        for name, judged in (("before", before), ("after", after)):
            icon, meaning = BANDS[judged.band]
            with st.container(border=True, gap="xxsmall"):
                st.caption(t(f"what-if-verdict-{name}"))
                st.subheader(
                    f":{palette.MARKDOWN[meaning]}[{icon} {percent(round(judged.score, 4))}]",
                    anchor=False,
                )
                st.caption(t("what-if-log-odds", log_odds=odds.signed(judged.log_odds)))


def moved(shifts: Sequence[Shift]) -> None:
    """What each group of inputs adds before and after, the largest change first."""
    shown = [shift for shift in shifts if abs(shift.change) >= 0.005][:5]
    if not shown:
        st.caption(t("what-if-unmoved"))
        return
    title = t("what-if-moved")
    st.markdown(f"**{title}**")
    st.altair_chart(shift_chart(shown), alt=title)


def shift_chart(shifts: Sequence[Shift]) -> charts.Chart:
    """An arrow a group, from what it added before to what it adds after."""
    rows = pd.DataFrame(
        {
            "row": place,
            "text": charts.wrapped(shift.after_text or shift.before_text, 90),
            "was": shift.before_text,
            "before": shift.before,
            "after": shift.after,
            "shown": odds.signed(shift.change),
            "meaning": "bad" if shift.change > 0 else "good",
            "quiet": "neutral",
        }
        for place, shift in enumerate(shifts)
    )
    low, high = float(rows[["before", "after"]].min().min()), float(rows[["before", "after"]].max().max())
    room = 0.14 * (high - low + 0.5)
    scale, title = alt.Scale(domain=[low - room, high + room], nice=False, zero=False), t("what-if-axis")
    x = alt.X("before:Q", title=title, scale=scale, axis=alt.Axis(grid=False, ticks=True, tickCount=6))
    end = alt.X("after:Q", title=title, scale=scale, axis=alt.Axis(grid=False, ticks=True, tickCount=6))
    base = alt.Chart(rows).encode(
        y=alt.Y("row:O", title=None, axis=None),
        color=palette.by_meaning("meaning"),
        tooltip=[
            alt.Tooltip("was:N", title=t("what-if-before")),
            alt.Tooltip("text:N", title=t("what-if-after")),
            alt.Tooltip("shown:N", title=t("alert-share")),
        ],
    )
    raised, lowered = "datum.after >= datum.before", "datum.after < datum.before"
    return alt.layer(
        base.mark_rule(strokeWidth=3, yOffset=12).encode(x=x, x2="after:Q"),
        base.mark_point(size=60, yOffset=12, opacity=1).encode(x=x),
        base.mark_point(size=90, yOffset=12, filled=True, shape="diamond", opacity=1).encode(x=end),
        base.mark_text(align="left", baseline="middle", dy=-9, lineBreak="\n", lineHeight=14).encode(
            x=alt.value(0), text="text:N", color=palette.by_meaning("quiet")
        ),
        base.transform_filter(raised)
        .mark_text(align="left", dx=9, dy=12, fontWeight="bold")
        .encode(x=end, text="shown:N"),
        base.transform_filter(lowered)
        .mark_text(align="right", dx=-9, dy=12, fontWeight="bold")
        .encode(x=end, text="shown:N"),
        height=_AXIS_PIXELS + _ROW_PIXELS * len(rows),
    )


def inputs(bank: Bank, before: Judged, after: Judged) -> None:
    """Every input before and after, those that changed first."""
    frame = pd.DataFrame(
        {
            t("alert-column-input"): bank.detector.names,
            t("what-if-before"): np.asarray(before.inputs, dtype=np.float64),
            t("what-if-after"): np.asarray(after.inputs, dtype=np.float64),
        }
    )
    old, new = frame.iloc[:, 1], frame.iloc[:, 2]
    same = (old == new) | (old.isna() & new.isna())
    frame = frame.loc[np.argsort(same.to_numpy(), kind="stable")]
    st.caption(t("what-if-inputs-changed", changed=int((~same).sum()), inputs=len(same)))
    three = st.column_config.NumberColumn(format="%.4g")
    st.dataframe(
        frame,
        hide_index=True,
        column_config={t("what-if-before"): three, t("what-if-after"): three},
        alt=t("what-if-inputs"),
    )


# --- One field, all values --------------------------------------------------------------------------------------------


def sweeps(bank: Bank, place: int, change: Change) -> None:
    """The score over the amount and over the time of day, everything else as it is set. Computed when opened."""
    panel = st.expander(t("what-if-sweeps"), icon=":material/ssid_chart:", key=f"{_KEY}-sweeps", on_change="rerun")
    if not panel.open:
        return
    transactions = bank.transactions
    amount = float(transactions.amounts[place]) if change.amount is None else change.amount
    moment = int(transactions.seconds[place]) if change.seconds is None else change.seconds
    amounts = np.linspace(0, max(300.0, 2 * amount), _STEPS).round(2)
    hours = moment // DAY * DAY + np.arange(48) * DAY // 48
    with panel, st.spinner(t("what-if-sweeping")):
        left, right = st.columns(2, gap="medium")
        scores = _sweep(bank, place, [replace(change, amount=float(one)) for one in amounts])
        with left:
            _curve(amounts, scores, amount, t("queue-column-amount"), t("what-if-by-amount"))
        scores = _sweep(bank, place, [replace(change, seconds=int(one)) for one in hours])
        with right:
            _curve((hours % DAY) / 3_600, scores, moment % DAY / 3_600, t("what-if-hour"), t("what-if-by-hour"))


def _sweep(bank: Bank, place: int, wanted: Sequence[Change]) -> Sequence[float]:
    found = what_if.sweep(bank.detector, bank.transactions, place, wanted)
    return cast(Sequence[float], found.tolist())


def _curve(at: Floats, scores: Sequence[float], now: float, axis: str, title: str) -> None:
    rows = pd.DataFrame({"x": at, "score": scores, "shown": [percent(round(one, 4)) for one in scores]})
    here = pd.DataFrame({"x": [now], "meaning": ["unsure"]})
    x = alt.X("x:Q", title=axis)
    st.markdown(f"**{title}**")
    st.altair_chart(
        alt.layer(
            alt.Chart(here)
            .mark_rule(strokeDash=[4, 3], strokeWidth=2)
            .encode(x=x, color=palette.by_meaning("meaning")),
            alt.Chart(rows.assign(meaning="primary"))
            .mark_line(strokeWidth=2, interpolate="step-after")
            .encode(
                x=x,
                y=alt.Y(
                    "score:Q", title=t("queue-column-score"), axis=alt.Axis(format="~%"), scale=alt.Scale(zero=True)
                ),
                color=palette.by_meaning("meaning"),
                tooltip=[
                    alt.Tooltip("x:Q", title=axis, format=",.4~g"),
                    alt.Tooltip("shown:N", title=t("queue-column-score")),
                ],
            ),
            height=200,
        ),
        alt=title,
    )
