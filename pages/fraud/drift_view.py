"""Whether today's transactions are still those that the detector learned from, and how soon a drift would be seen."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps.fraud import drift, scoring
from bigmodel_apps.fraud.drift import KINDS, Kind, RateWatch, Shift, Watch
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.transactions import FRAUD, Floats, Transactions
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Stop, Work
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import date, number, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.palette import Meaning
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.fraud import opened
from pages.fraud.looks import input_word

INJECT = "fraud-drift-inject"

_KEY = "fraud-drift"
_NONE = "none"
_LINES = 4
_PIXELS, _RATE_PIXELS = 260, 200
_SERIES: tuple[Meaning, ...] = ("bad", "series-1", "series-2", "series-3")


@dataclass(frozen=True)
class _Seen:
    """A bank watched, with a drift injected from `day` on or without one."""

    kind: str
    day: int | None
    watch: Watch
    shifts: list[Shift]
    rate: RateWatch
    rates: list[drift.DayRate]
    detected: float
    """Share of the frauds after `day` that reach the elevated band."""


def drift_view() -> None:
    """The view."""
    show_attempted()
    bar = st.container(horizontal=True, vertical_alignment="bottom")
    with bar:
        key = opened.choose()
    with guard():
        bank = opened.bank_of(key)
        with bar:
            kind = st.segmented_control(
                t("drift-inject"),
                (_NONE, *KINDS),
                default=_NONE,
                required=True,
                format_func={name: t(f"drift-kind-{name}") for name in (_NONE, *KINDS)}.__getitem__,
                key=f"{_KEY}-kind",
                persist_state="session",
                help=t("drift-inject-help"),
            )
        without = once(f"{_KEY}.seen", bank, (), lambda: _without(bank))
        if kind in KINDS:
            found = injected(bank, kind)
            if found is not None:
                board(bank, found, without)
        else:
            board(bank, without, None)


def _without(bank: Bank) -> _Seen:
    with st.spinner(t("drift-looking")):
        return _seen(bank, bank.transactions, bank.features, bank.scores, _NONE, None)


def injected(bank: Bank, kind: Kind) -> _Seen | None:
    """The bank with a drift, whose inputs and scores are computed anew in the background; None until they are."""
    job = newest(INJECT)
    of_this = job is not None and job.about == {"bank": bank.key, "kind": kind}
    if not of_this or (job is not None and job.state in ("failed", "cancelled")):
        st.caption(t("drift-inject-explain", kind=t(f"drift-kind-{kind}"), date=date(opened.day_date(start_day(bank)))))
        start(
            INJECT,
            t("drift-start"),
            lambda: _inject(bank, kind),
            title=t(f"drift-kind-{kind}"),
            about={"bank": bank.key, "kind": kind},
        )
    done = outcome(job) if of_this else None
    if done is None:
        return None
    found: _Seen = done.result
    return found


def start_day(bank: Bank) -> int:
    """The day from which on a drift is injected: half-way through the days after the reference."""
    first = reference(bank).stop
    return first + (bank.last_day - first) // 2


def reference(bank: Bank) -> range:
    """The days that later ones are compared with: those that the detector learned from and the label delay."""
    first = int(bank.detector.facts.get("first_train_day", bank.first_test_day - 60))
    return range(max(first, int(bank.transactions.days[0])), bank.first_test_day)


def _inject(bank: Bank, kind: Kind) -> Work:
    day = start_day(bank)

    def work(report: Progress, cancelled: Stop) -> _Seen:
        changed = drift.inject(bank.transactions, kind, day)
        inputs = scoring.inputs(
            changed, bank.detector.settings, bank.detector.names, report=report, cancelled=cancelled
        ).values
        return _seen(bank, changed, inputs, scoring.score(bank.detector, inputs, changed), kind, day)

    return work


def _seen(
    bank: Bank,
    transactions: Transactions,
    inputs: Floats,
    scores: Floats,
    kind: str,
    day: int | None,
) -> _Seen:
    names, values = drift.columns(transactions, bank.detector.names, inputs, scores)
    days, before = transactions.days, reference(bank)
    watch = drift.watch(names, values, days, before)
    first = before.stop if day is None else day
    old, new = transactions.between(before.start, len(before)), transactions.between(first, bank.last_day + 1 - first)
    delay = bank.detector.settings.delay_days
    reached = scores[new] >= bank.detector.bands["elevated"]
    # Drift moves rows within their day at most, so that the labels' order is the transactions' own.
    frauds = transactions.fraud[new] == FRAUD
    return _Seen(
        kind=kind,
        day=day,
        watch=watch,
        shifts=drift.shifts(names, values[old], values[new]),
        rate=drift.watch_rate(transactions, before, delay_days=delay),
        rates=drift.rates(days, transactions.fraud, bank.last_day + 1, delay),
        detected=float(reached[frauds].mean()) if frauds.any() else float("nan"),
    )


# --- What is seen -----------------------------------------------------------------------------------------------------


def board(bank: Bank, found: _Seen, without: _Seen | None) -> None:
    """In words, the stability index over time, the rate of fraud where it is known, and every figure."""
    st.subheader(in_words(found), anchor=False)
    if without is not None and np.isfinite(found.detected) and np.isfinite(without.detected):
        st.caption(t("drift-detected", share=percent(found.detected)))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        title = t("drift-psi")
        st.markdown(f"**{title}**", help=t("drift-psi-help"))
        st.altair_chart(psi_chart(found), alt=title)
    with right:
        title = t("drift-rate")
        st.markdown(f"**{title}**", help=t("drift-rate-help"))
        st.altair_chart(rate_chart(bank, found), alt=title)
        known = percent(found.rate.reference)
        changes = len(found.rate.alarms)
        st.caption(
            t("drift-rate-alarms", count=changes, reference=known)
            if changes
            else t("drift-rate-quiet", reference=known)
        )
    st.dataframe(table(found), hide_index=True, alt=t("drift-table"))
    before = reference(bank)
    st.caption(
        t(
            "drift-explain",
            first=date(opened.day_date(before.start)),
            last=date(opened.day_date(before.stop - 1)),
            window=drift.WINDOW,
            days=drift.DAYS_PER_FALSE_ALARM,
        )
    )


def in_words(found: _Seen) -> str:
    """What was seen: the delay of detection and false alarms, or the alarms of the bank as it is."""
    if found.day is None:
        alarms = len(found.watch.alarms)
        return t("drift-alarms", count=alarms) if alarms else t("drift-quiet")
    seen = found.watch.seen(found.day)
    false = int((found.watch.alarms < found.day).sum())
    if seen is None:
        return t("drift-unseen", false=false)
    names = {
        found.watch.names[place]
        for place in np.flatnonzero(found.watch.over[found.watch.days >= found.day].any(axis=0))
    }
    first = next((shift.name for shift in found.shifts if shift.name in names), "")
    return t("drift-seen", days=seen, column=input_word(first), false=false)


def psi_chart(found: _Seen) -> alt.LayerChart | alt.FacetChart:
    """The index of the most changed columns as a multiple of each one's limit; above 1 is an alarm."""
    watch = found.watch
    ratio = watch.psi / watch.limits
    places = np.argsort(-ratio.max(axis=0), kind="stable")[:_LINES]
    rows = pd.DataFrame(
        {
            "when": pd.Timestamp(opened.day_date(int(day))),
            "ratio": float(ratio[row, place]),
            "psi": float(watch.psi[row, place]),
            "column": input_word(watch.names[place]),
            "meaning": _SERIES[order],
        }
        for order, place in enumerate(places)
        for row, day in enumerate(watch.days)
    )
    ends = rows.loc[rows.groupby("column")["ratio"].idxmax()].sort_values("ratio", ascending=False)
    top = max(1.5, 1.12 * float(rows["ratio"].max()))
    colour = palette.by_meaning("meaning")
    x = alt.X("when:T", title=None, axis=alt.Axis(format=t("trends-format-day"), labelOverlap=True, tickCount=6))
    y = alt.Y("ratio:Q", title=t("drift-axis"), scale=alt.Scale(domain=[0, top]), axis=alt.Axis(tickCount=5))
    limit = pd.DataFrame({"ratio": [1.0], "meaning": ["neutral"]})
    base = alt.Chart(rows).encode(x=x, y=y, color=colour)
    layers = [
        alt.Chart(limit).mark_rule(strokeDash=[5, 3], strokeWidth=1.5).encode(y=y, color=colour),
        base.mark_line(strokeWidth=2).encode(strokeDash=alt.StrokeDash("column:N", legend=None)),
        base.mark_point(size=90, opacity=0).encode(
            tooltip=[
                alt.Tooltip("column:N", title=t("alert-column-input")),
                alt.Tooltip("when:T", title=t("queue-day"), format="%Y-%m-%d"),
                alt.Tooltip("psi:Q", title=t("drift-column-psi"), format=".3f"),
            ]
        ),
        alt.Chart(ends)
        .mark_text(align="right", dx=-6, dy=-8, fontWeight="bold")
        .encode(x=x, y=y, color=colour, text="column:N"),
    ]
    if found.day is not None:
        mark = pd.DataFrame(
            {"when": [pd.Timestamp(opened.day_date(found.day))], "words": [t("drift-mark")], "meaning": ["unsure"]}
        )
        at = alt.Chart(mark).encode(x=x, color=colour)
        layers += [
            at.mark_rule(strokeWidth=2),
            at.mark_text(align="right", dx=-6, fontWeight="bold").encode(y=alt.value(_PIXELS / 3), text="words:N"),
        ]
    return alt.layer(*layers, height=_PIXELS)


def rate_chart(bank: Bank, found: _Seen) -> alt.LayerChart | alt.FacetChart:
    """The rate of fraud a day with its interval, where labels have matured; the days that have not are shaded."""
    first = reference(bank).start
    rows = pd.DataFrame(
        {
            "when": pd.Timestamp(opened.day_date(one.day)),
            "value": one.rate.value,
            "low": one.rate.low,
            "high": one.rate.high,
            "shown": percent(round(one.rate.value, 5)),
            "meaning": "bad",
        }
        for one in found.rates
        if one.rate is not None and one.day >= first
    )
    colour = palette.by_meaning("meaning")
    when = alt.Axis(format=t("trends-format-day"), labelOverlap=True, tickCount=4)
    x = alt.X("when:T", title=None, axis=when)
    title = t("drift-rate-axis")
    y = alt.Y("value:Q", title=title, axis=alt.Axis(format="~%", tickCount=4))
    base = alt.Chart(rows).encode(x=x, color=colour)
    delay = bank.detector.settings.delay_days
    shade = pd.DataFrame(
        {
            "when": [pd.Timestamp(opened.day_date(bank.last_day - delay))],
            "until": [pd.Timestamp(opened.day_date(bank.last_day + 1))],
            "words": [t("drift-unknown")],
            "meaning": ["neutral"],
        }
    )
    unknown = alt.Chart(shade).encode(x=x, color=colour)
    line = pd.DataFrame({"value": [found.rate.reference], "meaning": ["neutral"]})
    return alt.layer(
        unknown.mark_rect(opacity=0.14).encode(x2="until:T"),
        unknown.mark_text(align="right", baseline="top", dx=-4, dy=4).encode(y=alt.value(0), text="words:N"),
        alt.Chart(line).mark_rule(strokeDash=[5, 3]).encode(y=y, color=colour),
        base.mark_area(opacity=0.16).encode(y=alt.Y("low:Q", title=title), y2="high:Q"),
        base.mark_line(strokeWidth=1.5).encode(
            y=y,
            tooltip=[
                alt.Tooltip("when:T", title=t("queue-day"), format="%Y-%m-%d"),
                alt.Tooltip("shown:N", title=title),
            ],
        ),
        height=_RATE_PIXELS,
    )


def table(found: _Seen) -> pd.DataFrame:
    """Every column watched, the most changed first."""
    limits = dict(zip(found.watch.names, found.watch.limits.tolist(), strict=True))
    return pd.DataFrame(
        {
            t("alert-column-input"): input_word(shift.name),
            t("drift-column-psi"): number(round(shift.psi, 4)),
            t("drift-column-limit"): number(round(limits[shift.name], 4)),
            t("drift-column-ks"): number(round(shift.ks, 4)),
            t("drift-column-p"): number(round(shift.p, 4)) if shift.p >= 0.0001 else "< 0.0001",
            t("drift-column-before"): number(shift.before) if np.isfinite(shift.before) else "–",
            t("drift-column-after"): number(shift.after) if np.isfinite(shift.after) else "–",
        }
        for shift in found.shifts
    )
