"""The threshold, and what it costs: a live curve over questions whose right answer is known."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps import locales, measures
from bigmodel_apps.customer_service import labelled, policy, trial
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.customer_service.policy import PRESETS, Costs, Judged, Shares
from bigmodel_apps.customer_service.schema import Options
from bigmodel_apps.customer_service.trial import Configuration, Side, Trial
from bigmodel_apps.measures import RiskCoverage
from bigmodel_apps.runtime.jobs import Work
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.problems import guard
from pages.customer_service.choices import knowledge_label, model
from pages.customer_service.evaluate_view import EVALUATE

THRESHOLD = "customer-service-threshold"
_JOB = "customer-service-curve"
_COST = "customer-service-cost"
_PRESET = f"{_COST}-preset"
_FIELDS = ("wrong", "hand_over", "unanswered")
_SHARES = ("handed_over", "uncovered")

# What was judged, by knowledge base, model and language: the same for every visitor, and a tenant never changes.
_judged: dict[tuple[str, str, str], tuple[Side, Sequence[bool]]] = {}


def threshold(desk: str) -> float:
    """The slider, and folded under it what the threshold costs at this desk; returns the threshold."""
    chosen: float = st.slider(
        t("cs-threshold"),
        0.0,
        1.0,
        Options().threshold,
        0.01,
        key=THRESHOLD,
        persist_state="session",
        help=t("cs-threshold-help"),
    )
    panel = st.expander(t("threshold-costs"), icon=":material/balance:", key=f"{_COST}-open", on_change="rerun")
    if panel.open:
        with panel, guard():
            _costs(desk, chosen)
    return chosen


def _costs(desk: str, chosen: float) -> None:
    found = _of(desk)
    if found is None:
        return
    side, covered = found
    judged = Judged(side.confidences, side.ranks == 0, np.array(covered))
    if not judged.covered.any():
        st.info(t("threshold-nothing-covered"), icon=":material/info:")
        return
    costs = _edited()
    shares = policy.weigh(judged, costs)
    _say(shares, chosen)
    inside = judged.covered
    curve = measures.risk_coverage(side.confidences[inside], ~judged.right[inside])
    title = t("threshold-risk-title")
    st.caption(title)
    st.altair_chart(_risk_chart(curve, shares, chosen), alt=title)
    title = t("threshold-cost-title")
    st.caption(title)
    st.altair_chart(_cost_chart(shares, chosen), alt=title)


def _of(desk: str) -> tuple[Side, Sequence[bool]] | None:
    """Judged questions for a desk: a tenant's own are answered here; an own base takes its last evaluation."""
    if desk not in TENANTS:
        return _evaluated(desk)
    key = (desk, model(), current())
    if key not in _judged:
        job = newest(_JOB)
        if job is not None and job.state == "done" and tuple(job.about["key"]) == key:
            _judged[key] = _from(job.result)
        else:
            st.caption(t("threshold-explain", tenant=knowledge_label(desk)))
            start(_JOB, t("threshold-measure"), lambda: _work(key), title=knowledge_label(desk), about={"key": key})
            outcome(job)
            return None
    st.caption(t("threshold-measured", questions=len(_judged[key][1]), tenant=knowledge_label(desk)))
    return _judged[key]


def _evaluated(desk: str) -> tuple[Side, Sequence[bool]] | None:
    """The last evaluation of an own base, where its side A is what answers customers."""
    job = newest(EVALUATE)
    if job is not None and job.state == "done" and job.about.get("knowledge") == desk:
        found: Trial = job.result
        measured = found.sides[0].configuration
        if measured.model == model() and measured.options.engine == Options().engine:
            day = locales.date(datetime.date.fromisoformat(found.date), current())
            asked = len(found.asked.questions)
            st.caption(t("threshold-measured-own", date=day, questions=asked, file=escape(job.title)))
            return _from(found)
    st.info(t("threshold-own-base"), icon=":material/rule:")
    return None


def _work(key: tuple[str, str, str]) -> Work:
    desk, name, language = key
    asked = labelled.sample(desk, "zh" if language == "zh" else "en", desk)

    def work(progress: trial.Report, cancelled: trial.Stop) -> Trial:
        return trial.run(asked, [Configuration(name)], desk, progress=progress, cancelled=cancelled)

    return work


def _from(found: Trial) -> tuple[Side, Sequence[bool]]:
    return found.sides[0], [question.expected is not None for question in found.asked.questions]


def _edited() -> Costs:
    """A preset, and what the visitor made of it."""

    def take() -> None:
        preset = PRESETS.get(st.session_state.get(_PRESET) or "")
        for name in (*_FIELDS, *_SHARES) if preset else ():
            st.session_state[f"{_COST}-{name}"] = getattr(preset, name)

    labels = {name: t(f"threshold-preset-{name}") for name in PRESETS}
    first = next(iter(PRESETS))
    st.pills(
        t("threshold-preset"),
        list(labels),
        default=first,
        format_func=labels.__getitem__,
        key=_PRESET,
        persist_state="session",
        on_change=take,
    )
    for name in (*_FIELDS, *_SHARES):
        st.session_state.setdefault(f"{_COST}-{name}", float(getattr(PRESETS[first], name)))
    columns = st.columns(3)
    given: dict[str, float] = {}
    for column, name in zip(columns, _FIELDS, strict=True):
        given[name] = column.number_input(
            t(f"threshold-field-{name.replace('_', '-')}"),
            0.0,
            1e6,
            step=1.0,
            key=f"{_COST}-{name}",
            persist_state="session",
        )
    for column, name in zip(st.columns(2), _SHARES, strict=True):
        given[name] = column.slider(
            t(f"threshold-field-{name.replace('_', '-')}"),
            0.0,
            1.0,
            step=0.05,
            key=f"{_COST}-{name}",
            persist_state="session",
        )
    return policy.edited(PRESETS[first], **given)


def _say(shares: Shares, chosen: float) -> None:
    place, best = shares.at(chosen), shares.cheapest
    st.markdown(
        t(
            "threshold-now",
            threshold=percent(chosen),
            coverage=percent(float(shares.coverage[place])),
            risk=percent(float(shares.risk[place])),
            cost=number(float(shares.cost[place])),
        )
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        lowest = number(float(shares.cost[shares.at(best)]))
        st.markdown(t("threshold-cheapest", threshold=percent(best), cost=lowest), width="stretch")
        st.button(
            t("threshold-use", threshold=percent(best)),
            key=f"{_COST}-use",
            on_click=_use,
            args=(best,),
            disabled=abs(best - chosen) < 0.005,
        )


def _use(best: float) -> None:
    st.session_state[THRESHOLD] = round(best, 2)


def _risk_chart(curve: RiskCoverage, shares: Shares, chosen: float) -> alt.LayerChart | alt.FacetChart:
    rows = pd.DataFrame({"coverage": curve.coverage, "risk": curve.risk, "low": curve.low, "high": curve.high})
    place = shares.at(chosen)
    here = pd.DataFrame(
        {
            "coverage": [shares.coverage[place]],
            "risk": [shares.risk[place]],
            "words": [percent(float(shares.risk[place]))],
            "meaning": ["unsure"],
        }
    )
    x = alt.X("coverage:Q", title=t("evaluate-coverage"), axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("risk:Q", title=t("evaluate-risk"), axis=alt.Axis(format="%"))
    base = alt.Chart(rows.assign(meaning="primary")).encode(x=x, color=palette.by_meaning("meaning"))
    point = alt.Chart(here).encode(x=x, y=y, color=palette.by_meaning("meaning"))
    return alt.layer(
        base.mark_area(opacity=0.15).encode(y=alt.Y("low:Q", title=t("evaluate-risk")), y2="high:Q"),
        base.mark_line(strokeWidth=2).encode(y=y),
        point.mark_point(size=120, filled=True, shape="diamond", opacity=1),
        point.mark_text(align="right", dx=-10, dy=-8, fontWeight="bold").encode(text="words:N"),
        height=200,
    )


def _cost_chart(shares: Shares, chosen: float) -> alt.LayerChart | alt.FacetChart:
    rows = pd.DataFrame({"threshold": shares.thresholds, "cost": shares.cost, "meaning": "primary"})
    marks = pd.DataFrame(
        {
            "threshold": [shares.cheapest, chosen],
            "cost": [shares.cost[shares.at(shares.cheapest)], shares.cost[shares.at(chosen)]],
            "words": [t("threshold-mark-cheapest"), t("threshold-mark-now")],
            "meaning": ["good", "unsure"],
        }
    )
    x = alt.X("threshold:Q", title=t("cs-threshold"), axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("cost:Q", title=t("threshold-cost-axis"), scale=alt.Scale(zero=True))
    colour = palette.by_meaning("meaning")
    points = alt.Chart(marks).encode(x=x, y=y, color=colour)
    return alt.layer(
        alt.Chart(rows).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour),
        points.mark_point(size=120, filled=True, opacity=1).encode(shape=alt.Shape("words:N", legend=None)),
        points.mark_text(dy=-14, fontWeight="bold").encode(text="words:N"),
        height=200,
    )
