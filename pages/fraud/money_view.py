"""What a threshold earns: costs to edit, the curve of money against threshold, the analysts' capacity, and the bands."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps import measures
from bigmodel_apps.fraud import money, scoring
from bigmodel_apps.fraud.money import Choice, Drawn, Halves, Point, Rule, Term
from bigmodel_apps.fraud.schema import BANDS
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.language import date, number, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.fraud import opened
from pages.fraud.looks import band_word

THRESHOLD, ALERTS = "fraud-threshold", "fraud-alerts-a-day"

_KEY = "fraud-money"
_PIXELS = 300
_THRESHOLDS = tuple(
    round(float(one), 4) for one in 1 / (1 + np.exp(-np.linspace(np.log(0.001 / 0.999), np.log(0.99 / 0.01), 61)))
)
_CHANCES = (0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99)
_REACH = 9.3
"""Log-odds at which the axis of thresholds ends."""


def money_view() -> None:
    """The view."""
    show_attempted()
    key = opened.choose()
    with guard():
        board(opened.bank_of(key))


@st.fragment
@guard()
def board(bank: Bank) -> None:
    """Costs on the left, what they make of the thresholds on the right. Redrawn alone when a slider moves."""
    spans = once(f"{_KEY}.curves", bank, (), lambda: money.halves(bank))
    left, right = st.columns([2, 5], gap="medium")
    with left:
        rule = costs()
        alerts = st.number_input(
            t("money-capacity"),
            1,
            100_000,
            50,
            5,
            key=ALERTS,
            persist_state="session",
            help=t("money-capacity-help"),
        )
    choice = money.choose(spans.earlier, spans.later, rule, alerts_per_day=float(alerts))
    with right:
        threshold = choose_threshold(choice.chosen.threshold)
        place = spans.later.at(threshold, rule)
        headline(spans, choice, place)
        title = t("money-curve")
        st.altair_chart(chart(spans.later.drawn(rule), choice, place, float(alerts)), alt=title)
        table(spans, choice, place)
    bands(bank, spans)


# --- What is set ------------------------------------------------------------------------------------------------------


def costs() -> Rule:
    """What each outcome brings; the default is that of scikit-learn's example."""
    default = Rule()

    def field(name: str, value: float, low: float, high: float, step: float, *, share: bool = False) -> float:
        key = f"{_KEY}-{name}"
        given = st.number_input(
            t(f"money-field-{name}"),
            low,
            high,
            value,
            step,
            key=key,
            persist_state="session",
            icon=":material/percent:" if share else None,
        )
        return float(value if given is None else given)

    st.markdown(f"**{t('money-costs')}**", help=t("money-costs-help"))
    caught = field("refused-fraud", default.refused_fraud.fixed, -1e6, 1e6, 5.0)
    missed = field("accepted-fraud", -100 * default.accepted_fraud.share, 0.0, 1_000.0, 5.0, share=True)
    annoyed = field("refused-legitimate", -default.refused_legitimate.fixed, 0.0, 1e6, 1.0)
    earned = field("accepted-legitimate", 100 * default.accepted_legitimate.share, 0.0, 100.0, 0.5, share=True)
    review = field("review", default.review, 0.0, 1e6, 1.0)
    return Rule(
        refused_fraud=Term(fixed=caught),
        accepted_fraud=Term(share=-missed / 100),
        refused_legitimate=Term(fixed=-annoyed),
        accepted_legitimate=Term(share=earned / 100),
        review=review,
    )


def choose_threshold(best: float) -> float:
    """The slider of the threshold, on the best of the earlier days until it is moved, and the way back there."""
    chosen_before, moved = round(min(best, 1.0), 4), st.session_state.setdefault(f"{_KEY}.moved", False)
    if not moved:
        st.session_state[THRESHOLD] = chosen_before
    # What is chosen now stays an option when the costs move the best one. Two that read alike would be one stop.
    stops = (*_THRESHOLDS, chosen_before, st.session_state.get(THRESHOLD, chosen_before))
    options = sorted({percent(stop): stop for stop in stops}.values())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen: float = st.select_slider(
            t("money-threshold"),
            options,
            format_func=percent,
            key=THRESHOLD,
            persist_state="session",
            help=t("money-threshold-help"),
            on_change=_move,
            args=(True,),
        )
        st.button(
            t("money-back"),
            icon=":material/undo:",
            key=f"{_KEY}-back",
            disabled=not moved,
            on_click=_move,
            args=(False,),
        )
    return chosen if moved else best


def _move(moved: bool) -> None:
    st.session_state[f"{_KEY}.moved"] = moved


# --- What comes of it -------------------------------------------------------------------------------------------------


def headline(spans: Halves, choice: Choice, place: Point) -> None:
    """What the threshold in force earns over refusing none, on days on which nothing was chosen."""
    with st.container(key=f"{_KEY}-headline", gap="xxsmall"):
        st.subheader(
            t(
                "money-headline",
                gain=opened.money(place.gain),
                days=spans.later.days,
                threshold=percent(min(1.0, place.threshold)),
            ),
            anchor=False,
        )
        st.caption(
            t(
                "money-headline-more",
                alerts=number(place.alerts / spans.later.days),
                precision=percent(place.precision) if place.precision is not None else "–",
                recall=percent(place.recall) if place.recall is not None else "–",
                none=opened.money(choice.none.money),
                money=opened.money(place.money),
            )
        )


def chart(drawn: Drawn, choice: Choice, place: Point, alerts: float) -> alt.LayerChart | alt.FacetChart:
    """Gain against threshold on the later days; thresholds beyond the capacity are shaded."""
    rows = pd.DataFrame(
        {
            "x": [_log_odds(one) for one in drawn.thresholds],
            "gain": drawn.gain,
            "threshold": np.minimum(drawn.thresholds, 1.0),
            "alerts": drawn.alerts_per_day,
            "recall": drawn.recall,
            "meaning": "primary",
        }
    )
    marks = pd.DataFrame(
        {
            "x": [_log_odds(choice.reported.threshold), _log_odds(place.threshold)],
            "gain": [choice.reported.gain, place.gain],
            "words": [t("money-mark-chosen"), t("money-mark-now")],
            "meaning": ["good", "unsure"],
            "shape": ["diamond", "circle"],
        }
    )
    if math.isclose(choice.reported.threshold, place.threshold):
        marks = marks.iloc[:1]
    beyond = rows.loc[rows["alerts"] > alerts, "x"].max()
    scale = alt.Scale(domain=[-_REACH, _log_odds(0.999)], clamp=True)
    axis = alt.Axis(
        values=[_log_odds(one) for one in _CHANCES], labelExpr="format(1 / (1 + exp(-datum.value)), '.2~%')"
    )
    x = alt.X("x:Q", title=t("money-axis-threshold"), scale=scale, axis=axis)
    low, high = float(rows["gain"].min()), float(rows["gain"].max())
    # Refusing everything costs so much that the rest would be flat: the axis ends where the curve loses what it can win.
    bottom = max(low, -abs(high))
    y_scale = alt.Scale(domain=[bottom, high + 0.15 * (high - bottom)])
    y = alt.Y("gain:Q", title=t("money-axis-gain"), scale=y_scale, axis=alt.Axis(format="~s", tickCount=5))
    colour = palette.by_meaning("meaning")
    layers: list[alt.Chart] = []
    if np.isfinite(beyond):
        shade = pd.DataFrame({"x": [-_REACH], "until": [beyond], "meaning": ["neutral"], "words": [t("money-beyond")]})
        base = alt.Chart(shade).encode(x=x, color=colour)
        layers += [
            base.mark_rect(opacity=0.12).encode(x2="until:Q"),
            base.mark_text(align="left", baseline="top", dx=6, dy=6).encode(y=alt.value(0), text="words:N"),
        ]
    zero = pd.DataFrame({"gain": [0.0], "meaning": ["neutral"]})
    layers += [
        alt.Chart(zero).mark_rule(strokeDash=[4, 3]).encode(y=y, color=colour),
        alt.Chart(rows)
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(
            x=x,
            y=y,
            color=colour,
            tooltip=[
                alt.Tooltip("threshold:Q", title=t("money-threshold"), format=".3~%"),
                alt.Tooltip("gain:Q", title=t("money-axis-gain"), format=",.2f"),
                alt.Tooltip("alerts:Q", title=t("money-alerts"), format=",.1f"),
                alt.Tooltip("recall:Q", title=t("money-recall"), format=".3~%"),
            ],
        ),
        alt.Chart(marks)
        .mark_point(filled=True, size=150, opacity=1)
        .encode(x=x, y=y, color=colour, shape=alt.Shape("shape:N", scale=None)),
        alt.Chart(marks)
        .mark_text(align="left", dx=10, dy=-10, fontWeight="bold")
        .encode(x=x, y=y, color=colour, text="words:N"),
    ]
    return alt.layer(*layers, height=_PIXELS)


def _log_odds(threshold: float) -> float:
    inside = min(max(threshold, 1e-12), 1 - 1e-12)
    return float(np.clip(math.log(inside / (1 - inside)), -_REACH, _REACH))


def table(spans: Halves, choice: Choice, place: Point) -> None:
    """The thresholds worth comparing, all on the later days."""
    points = {"chosen": choice.reported, "now": place, "hindsight": choice.hindsight, "none": choice.none}
    frame = pd.DataFrame(
        {
            t("money-column-which"): t(f"money-row-{name}"),
            t("money-threshold"): percent(point.threshold) if point.threshold <= 1 else "–",
            t("money-axis-gain"): opened.money(point.gain),
            t("money-alerts"): number(round(point.alerts / spans.later.days, 1)),
            t("money-precision"): percent(point.precision) if point.precision is not None else "–",
            t("money-recall"): percent(point.recall) if point.recall is not None else "–",
        }
        for name, point in points.items()
    )
    st.dataframe(frame, hide_index=True, alt=t("money-table"))
    st.caption(
        t(
            "money-spans",
            first=date(opened.day_date(spans.chosen_on[0])),
            last=date(opened.day_date(spans.chosen_on[1])),
            later=date(opened.day_date(spans.reported_on[0])),
            end=date(opened.day_date(spans.reported_on[1])),
        )
    )


def bands(bank: Bank, spans: Halves) -> None:
    """What each band promises, and what it holds on the later days."""
    first, last = spans.reported_on
    span = bank.transactions.between(first, last - first + 1)
    truth, found = bank.truth[span], bank.bands[span]
    legitimate, frauds = truth == LEGITIMATE, truth == FRAUD
    rows = []
    for place, name in reversed(list(enumerate(BANDS))[1:]):
        reached = found >= place
        wrong = measures.wilson(int((reached & legitimate).sum()), max(1, int(legitimate.sum())))
        caught = measures.wilson(int((reached & frauds).sum()), max(1, int(frauds.sum())))
        rows.append(
            {
                t("queue-column-band"): band_word(name),
                t("money-band-from"): percent(bank.detector.bands[name]),
                t("money-band-promised"): percent(scoring.FALSE_POSITIVES[name]),
                t("money-band-measured"): opened.bounded(wrong),
                t("money-recall"): opened.bounded(caught),
                t("money-alerts"): number(round(int(reached.sum()) / spans.later.days, 1)),
            }
        )
    st.markdown(f"**{t('money-bands')}**", help=t("money-bands-help"))
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=t("money-bands"))
