"""A against B, as a simulation: later choices replayed under two settings, how many customers a test needs, and A against A."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from bigmodel_apps.measures import SIGNIFICANCE
from bigmodel_apps.recommendation import balance, experiment
from bigmodel_apps.recommendation.balance import Rehearsal
from bigmodel_apps.recommendation.experiment import Outcomes, Result, Same
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.lists import NEXT, TEXT, Settings
from bigmodel_apps.recommendation.recommender import Recommender
from bigmodel_apps.recommendation.shelf import Shop
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Job, Stop, Work
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.jobs import outcome, start
from bigmodel_apps.ui.language import number, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.recommendation import opened
from pages.recommendation.figures import Chart, Row, figures, rounded

REPLAY = "recommendation-replay"
MODES = ("replay", "size", "aa")

_KEY = "recommendation-experiment"
_SEED = f"{_KEY}.seed"
_LENGTHS = (5, 10, 20)
_MOST_USERS = 5_000
_FIT = 0.5
"""Share of the time of a replay that its fit takes, about."""

_PARTS = 1_000
_DIFFERENT = 0.2
"""Diversity of the second list when the view opens."""

_MOST_WEIGHT = 2.0
_BINS = 20
_PIXELS, _AA_PIXELS = 250, 210


@dataclass(frozen=True, eq=False)
class _Replayed:
    """What a job brings: lists of two settings, compared with later choices; `fitted` is the shop's model then."""

    fitted: Recommender
    rehearsal: Rehearsal
    outcomes: Outcomes
    first: Settings
    second: Settings


def experiment_view() -> None:
    """The view."""
    show_attempted()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = opened.choose()
        mode = st.segmented_control(
            t("recommendation-experiment-mode"),
            MODES,
            default=MODES[0],
            required=True,
            format_func={name: t(f"recommendation-experiment-mode-{name}") for name in MODES}.__getitem__,
            key=f"{_KEY}-mode",
            persist_state="session",
        )
    with guard():
        shop = opened.shop_of(key)
        {"replay": replay, "size": size, "aa": against_itself}[str(mode)](shop)


# --- A against B ------------------------------------------------------------------------------------------------------


def replay(shop: Shop) -> None:
    """Two lists, and which of them foresees more of what was chosen later."""
    st.caption(f":material/science: {t('recommendation-experiment-simulation')}")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            k = st.segmented_control(
                t("recommendation-set-length"),
                _LENGTHS,
                default=_LENGTHS[1],
                required=True,
                key=f"{_KEY}-length",
                persist_state="session",
            )
            button = st.container(width="content")
        first, second = arms(shop, int(k or _LENGTHS[1]))
        with button:
            start(
                REPLAY,
                t("recommendation-experiment-start"),
                lambda: _replay(shop, first, second),
                title=t("recommendation-experiment-job"),
                about={"shop": shop.base},
                disabled=first == second,
            )
        if first == second:
            st.caption(t("recommendation-experiment-same"))
    with right:
        found = replayed(shop, first, second)
        if found is not None:
            board(found)


def arms(shop: Shop, k: int) -> tuple[Settings, Settings]:
    """The sliders of both lists, each of length k."""
    sides = st.columns(2, gap="small")
    made = []
    for side, arm, diversity in zip(sides, ("A", "B"), (0.0, _DIFFERENT), strict=True):
        with side, st.container(border=True, gap="xsmall"):
            st.markdown(f"**{t('recommendation-experiment-arm', arm=arm)}**")
            made.append(
                Settings(
                    k=k,
                    diversity=_slider(shop, arm, "diversity", diversity, 1.0),
                    popularity_penalty=_slider(shop, arm, "penalty", 0.0, 1.0),
                    recency=_weight(shop, arm, NEXT, "recency"),
                    text=_weight(shop, arm, TEXT, "text"),
                )
            )
    return made[0], made[1]


def _slider(shop: Shop, arm: str, name: str, value: float, most: float) -> float:
    label, help = t(f"recommendation-set-{name}"), t(f"recommendation-set-{name}-help")
    key = f"{_KEY}-{arm}-{name}-{shop.base}"
    return float(st.slider(label, 0.0, most, value, 0.05, key=key, persist_state="session", help=help))


def _weight(shop: Shop, arm: str, term: str, name: str) -> float | None:
    """The weight of a term; None where it is the blend's own, or the shop has no such term."""
    if term not in {one.name for one in shop.recommender.terms}:
        return None
    own = round(float(shop.recommender.weights.get(term, 0.0)), 2)
    given = _slider(shop, arm, name, own, max(_MOST_WEIGHT, 2 * own))
    return None if abs(given - own) < 0.005 else given


def replayed(shop: Shop, first: Settings, second: Settings) -> _Replayed | None:
    """The newest replay of the shop as it is now, or how far it is; what to do where there is none.

    The samples are replayed as soon as somebody looks.
    """
    job = _job(shop)
    if job is None and shop.simulated and first != second:
        job = jobs.start(
            owner(),
            REPLAY,
            _replay(shop, first, second),
            t("recommendation-experiment-job"),
            {"shop": shop.base},
        )
    if job is None:
        with st.container(border=True):
            st.markdown(t("recommendation-experiment-empty"))
        return None
    done = outcome(job, cancelled=t("recommendation-experiment-cancelled"))
    if done is None:
        return None
    found: _Replayed = done.result
    return found


def _job(shop: Shop) -> Job | None:
    """This visitor's newest replay of a shop with the model that it has now."""
    for job in jobs.list(owner(), REPLAY):
        if job.about["shop"] == shop.base and (job.state != "done" or job.result.fitted is shop.recommender):
            return job
    return None


def _replay(shop: Shop, first: Settings, second: Settings) -> Work:
    last = _job(shop)
    known = last.result.rehearsal if last is not None and last.state == "done" else None

    def work(progress: Progress, cancelled: Stop) -> _Replayed:
        def part(begin: float) -> Progress:
            return lambda done, total: progress(round(_PARTS * (begin + _FIT * done / max(total, 1))), _PARTS)

        rehearsal = known
        if rehearsal is None:
            recipe = Recipe(shop.recommender.facts["recipe"]["terms"], shop.recommender.weights)
            rehearsal = balance.rehearse(
                shop.interactions, recipe, report=part(0), cancelled=cancelled, most=_MOST_USERS, scored=False
            )
        found = experiment.outcomes(
            rehearsal.recommender,
            rehearsal.split,
            first,
            second,
            vectors=rehearsal.vectors,
            report=part(_FIT),
            cancelled=cancelled,
        )
        return _Replayed(shop.recommender, rehearsal, found, first, second)

    return work


def board(found: _Replayed) -> None:
    """What the test sees, what the replay knows besides, and how large a test would have to be."""
    seed: int = st.session_state.get(_SEED, 0)
    result = experiment.run(found.outcomes, seed=seed)
    st.subheader(headline(result), anchor=False)
    title = t("recommendation-experiment-axis", k=found.first.k)
    rows = [
        Row(t("recommendation-experiment-arm", arm="A"), result.first.share, "neutral"),
        Row(t("recommendation-experiment-arm", arm="B"), result.second.share, "primary"),
    ]
    st.altair_chart(figures(rows, title, zero=False), alt=title)
    with st.container(key=f"{_KEY}-difference", gap="xsmall"):
        st.markdown(
            t(
                "recommendation-experiment-difference",
                difference=_points(result.difference.value),
                low=_points(result.difference.low),
                high=_points(result.difference.high),
                p=p_word(result.p),
            )
        )
        st.markdown(t("recommendation-experiment-true", difference=_points(result.true_difference)))
    if result.needed is not None:
        st.caption(
            t(
                "recommendation-experiment-needed",
                power=percent(experiment.POWER),
                users=number(result.needed),
                first=number(result.first.users),
                second=number(result.second.users),
            )
        )
    st.button(
        t("recommendation-experiment-again"),
        icon=":material/shuffle:",
        key=f"{_KEY}-again",
        help=t("recommendation-experiment-again-help"),
        on_click=lambda: st.session_state.__setitem__(_SEED, seed + 1),
    )
    st.caption(
        t(
            "recommendation-experiment-peeking",
            alpha=number(SIGNIFICANCE),
            users=len(found.outcomes.ids),
        )
    )


def headline(result: Result) -> str:
    """Which of the two hits more often, if that can be told from chance."""
    first, second = (percent(rounded(arm.share.value)) for arm in (result.first, result.second))
    if not result.clear or result.lift is None:
        return t("recommendation-experiment-unclear", first=first, second=second)
    better, more, less = ("B", second, first) if result.lift.value > 0 else ("A", first, second)
    return t("recommendation-experiment-better", better=better, more=more, less=less)


def p_word(p: float) -> str:
    """A p value, as it stands behind the letter."""
    return f"< {number(0.001)}" if p < 0.001 else f"= {number(round(p, 3))}"


def _points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{'+' if share > 0 else '−' if share < 0 else '±'}{abs(100 * share):.1f}"


# --- How many customers -----------------------------------------------------------------------------------------------


def size(shop: Shop) -> None:
    """How many customers a test of two shares needs, and what fewer would show."""
    left, right = st.columns([2, 3], gap="medium")
    job = _job(shop)
    with left:
        base = _percent("base", 10.0, 0.1, 95.0) / 100
        lift = _percent("lift", 10.0, 0.5, 500.0) / 100
        power = _percent("power", 100 * experiment.POWER, 50.0, 99.0) / 100
        alpha = _percent("alpha", 100 * SIGNIFICANCE, 0.1, 20.0) / 100
        if job is not None and job.state == "done":
            rate = float(job.result.outcomes.first.mean())
            st.caption(t("recommendation-size-from-shop", rate=percent(rounded(rate))))
    with right, guard():
        needed = experiment.sample_size(base, lift, power=power, alpha=alpha)
        st.subheader(t("recommendation-size-headline", users=number(needed)), anchor=False)
        st.markdown(
            t(
                "recommendation-size-read",
                base=percent(rounded(base)),
                target=percent(rounded(base * (1 + lift))),
                power=percent(power),
                alpha=percent(alpha),
            )
        )
        title = t("recommendation-size-chart")
        st.markdown(f"**{title}**")
        st.altair_chart(power_chart(base, lift, alpha, power, needed), alt=title)
    st.caption(t("recommendation-size-formula"))


def _percent(name: str, value: float, least: float, most: float) -> float:
    return float(
        st.number_input(
            t(f"recommendation-test-{name}"),
            least,
            most,
            value,
            format="%.1f",
            key=f"{_KEY}-{name}",
            persist_state="session",
        )
    )


def power_chart(base: float, lift: float, alpha: float, power: float, needed: int) -> Chart:
    """The chance to see the lift against the customers in each arm; what was asked for is marked."""
    users = np.unique(np.round(np.geomspace(max(2, needed / 30), needed * 3, 60)).astype(int))
    rows = pd.DataFrame(
        {
            "users": users,
            "power": [experiment.power(base, lift, int(one), alpha=alpha) for one in users],
            "meaning": "primary",
        }
    )
    rows["shown"] = [percent(round(one, 3)) for one in rows["power"]]
    title = t("recommendation-size-power")
    x = alt.X(
        "users:Q",
        title=t("recommendation-size-users"),
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(format="~s", tickCount=6, grid=False),
    )
    y = alt.Y("power:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="~%", tickCount=5))
    mark = pd.DataFrame({"users": [needed], "power": [power], "shown": [number(needed)], "meaning": ["primary"]})
    base_chart = alt.Chart(rows).encode(x=x, y=y, color=palette.by_meaning("meaning"))
    marked = alt.Chart(mark).encode(x=x, y=y, color=palette.by_meaning("meaning"))
    return alt.layer(
        base_chart.mark_line(strokeWidth=2),
        base_chart.mark_point(size=80, opacity=0).encode(
            tooltip=[
                alt.Tooltip("users:Q", title=t("recommendation-size-users"), format=","),
                alt.Tooltip("shown:N", title=title),
            ]
        ),
        marked.mark_point(filled=True, size=110, opacity=1),
        marked.mark_text(align="left", dx=9, dy=10, fontWeight="bold").encode(text="shown:N"),
        height=_PIXELS,
    )


# --- A against A ------------------------------------------------------------------------------------------------------


def against_itself(shop: Shop) -> None:
    """How often a test without a difference finds one: as often as was agreed, unless somebody peeks."""
    st.caption(f":material/science: {t('recommendation-aa-empty', alpha=percent(SIGNIFICANCE))}")
    found = replayed(shop, Settings(), Settings(diversity=_DIFFERENT))
    if found is None:
        return
    with st.spinner(t("recommendation-aa-running", runs=experiment.RUNS)):
        same = once(f"{_KEY}.same", found, (), lambda: experiment.same(found.outcomes))
    st.subheader(
        t(
            "recommendation-aa-headline",
            share=percent(rounded(same.found.value)),
            runs=number(len(same.p)),
            low=percent(rounded(same.found.low)),
            high=percent(rounded(same.found.high)),
            alpha=percent(SIGNIFICANCE),
        ),
        anchor=False,
    )
    left, right = st.columns(2, gap="medium")
    with left:
        title = t("recommendation-aa-p")
        st.markdown(f"**{title}**")
        st.altair_chart(p_chart(same), alt=title)
        st.caption(t("recommendation-aa-even", p=p_word(same.uniform)))
    with right:
        title = t("recommendation-aa-peeking-title")
        st.markdown(f"**{title}**")
        rows = [
            Row(t("recommendation-aa-once"), same.found, "good"),
            Row(t("recommendation-aa-peeking", looks=same.looks), same.peeking, "bad"),
            Row(t("recommendation-aa-corrected", looks=same.looks), same.corrected, "good"),
        ]
        st.altair_chart(figures(rows, t("recommendation-aa-peeking-axis")), alt=title)
        st.caption(t("recommendation-aa-peeking-read", alpha=percent(SIGNIFICANCE)))


def p_chart(same: Same) -> Chart:
    """How many tests have a p value in each twentieth; the line is what chance alone gives."""
    counts, edges = np.histogram(same.p, bins=_BINS, range=(0, 1))
    rows = pd.DataFrame(
        {
            "start": edges[:-1],
            "end": edges[1:],
            "tests": counts,
            "meaning": ["bad" if edge < SIGNIFICANCE - 1e-9 else "primary" for edge in edges[:-1]],
        }
    )
    line = pd.DataFrame({"tests": [len(same.p) / _BINS], "meaning": ["neutral"]})
    title, p_title = t("recommendation-aa-tests"), t("recommendation-aa-p-axis")
    y = alt.Y("tests:Q", title=title, axis=alt.Axis(tickCount=4))
    return alt.layer(
        alt.Chart(rows)
        .mark_bar(opacity=0.85, binSpacing=2)
        .encode(
            x=alt.X("start:Q", title=p_title, bin="binned", axis=alt.Axis(tickCount=5, format="~r")),
            x2="end:Q",
            y=y,
            color=palette.by_meaning("meaning"),
            tooltip=[alt.Tooltip("start:Q", title=p_title, format=".2f"), alt.Tooltip("tests:Q", title=title)],
        ),
        alt.Chart(line).mark_rule(strokeDash=[5, 3], strokeWidth=2).encode(y=y, color=palette.by_meaning("meaning")),
        height=_AA_PIXELS,
    )
