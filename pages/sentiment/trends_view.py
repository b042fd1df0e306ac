"""How opinions change over time: shares with intervals, the stretches where they shift, and what a shift is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps.measures import Estimate
from bigmodel_apps.reporting import sentiment as in_words
from bigmodel_apps.sentiment import trends
from bigmodel_apps.sentiment.results import Quote, Result
from bigmodel_apps.sentiment.trends import GRAINS, LEAST, Drivers, Grain, Measure, Moved, Shift, Trend
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import Span, escape, mark
from bigmodel_apps.ui.language import current, date, number, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.palette import Meaning
from bigmodel_apps.ui.problems import guard, show_attempted
from pages.sentiment import opened
from pages.sentiment.looks import LOOKS, coloured, word

MEASURES: tuple[Measure, ...] = get_args(Measure)

_KEY = "sentiment-trends"
_AUTO = "auto"
_CHART_PIXELS, _SMALL_PIXELS, _ROW_PIXELS, _AXIS_PIXELS = 270, 130, 26, 60
_GROUPS, _QUOTES, _WORDS, _MOVED = 4, 4, 8, 5


def trends_view() -> None:
    """The view."""
    show_attempted()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = opened.choose_table()
        measure = st.segmented_control(
            t("trends-measure"),
            MEASURES,
            default=MEASURES[0],
            required=True,
            format_func={name: coloured(name) for name in MEASURES}.__getitem__,
            key=f"{_KEY}-measure",
            persist_state="session",
        )
        grain = st.segmented_control(
            t("trends-every"),
            (_AUTO, *GRAINS),
            default=_AUTO,
            required=True,
            format_func={name: t(f"trends-grain-{name}") for name in (_AUTO, *GRAINS)}.__getitem__,
            key=f"{_KEY}-grain",
            persist_state="session",
        )
    with guard():
        result = opened.result_of(chosen)
        if result is not None:
            over_time(result, measure, grain if grain in GRAINS else None)


def over_time(result: Result, measure: Measure, grain: Grain | None) -> None:
    """The whole, its shifts, and the groups."""
    found = trends.trend(result, grain)
    if len(found.periods) < 2:
        st.info(t("st-no-dates"), icon=":material/event_busy:")
        return
    with st.spinner(t("trends-looking")):
        shifts = once("sentiment.shifts", result, (), lambda: trends.shifts_by_measure(result))[measure]
    title = in_words.trend_in_words(found, shifts, current())
    st.markdown(f"**{title}**")
    st.altair_chart(chart(found, measure, shifts), alt=title)
    notes = [t("trends-hollow", least=LEAST)]
    if found.undated:
        notes.append(t("st-undated", count=found.undated))
    st.caption(" ".join(notes))
    if shifts:
        shift_of(result, shifts, measure)
    else:
        st.caption(f":material/check: {t('st-no-shift')} {how_found()}")
    if len(result.groups) > 1:
        by_group(result, measure, found.grain, shifts)


def chart(
    found: Trend,
    measure: Measure,
    shifts: Sequence[Shift],
    height: int = _CHART_PIXELS,
    top: float | None = None,
) -> alt.LayerChart | alt.FacetChart:
    """Shares with their band, up to `top` or as high as they need; thin periods hollow, shifts shaded and named."""
    meaning: Meaning = LOOKS[measure][1]
    rows = pd.DataFrame(
        {
            "when": pd.Timestamp(period.start),
            "shown": t("period", first=date(period.start), last=date(period.end)),
            "value": share.value,
            "low": share.low,
            "high": share.high,
            "share": percent(share.value),
            "n": period.n,
            "enough": "enough" if period.enough else "few",
            "meaning": meaning,
        }
        for period in found.periods
        if (share := period.share(measure)) is not None
    )
    axis = t("trends-axis", label=word(measure))
    top = top or _top([found], measure)
    form = t("trends-format-month" if found.grain == "month" else "trends-format-day")
    small = height < _CHART_PIXELS
    colour = palette.by_meaning("meaning")
    x = alt.X("when:T", title=None, axis=alt.Axis(format=form, labelOverlap=True, tickCount=4 if small else 8))
    named = None if small else axis
    scale = alt.Scale(domain=[0, top], clamp=True)
    y = alt.Y("value:Q", title=named, axis=alt.Axis(format="~%", tickCount=3 if small else 5), scale=scale)
    base = alt.Chart(rows).encode(x=x, color=colour)
    layers: list[alt.Chart] = []
    if shifts:
        layers += _shaded(shifts, top, named=not small)
    layers += [
        base.mark_area(opacity=0.18).encode(y=alt.Y("low:Q", title=named, scale=scale), y2="high:Q"),
        base.mark_line(strokeWidth=2).encode(y=y),
        base.mark_point(size=46, strokeWidth=1.6, opacity=1).encode(
            y=y,
            fill=alt.condition("datum.enough == 'enough'", colour, alt.value("transparent")),
            tooltip=[
                alt.Tooltip("shown:N", title=t("trends-when")),
                alt.Tooltip("share:N", title=axis),
                alt.Tooltip("n:Q", title=t("st-texts")),
            ],
        ),
    ]
    return alt.layer(*layers, height=height)


def _top(found: Iterable[Trend], measure: Measure) -> float:
    """The end of an axis on which all of these can be drawn."""
    shares = [share for one in found for period in one.periods if (share := period.share(measure)) is not None]
    return min(1.0, 1.15 * max((share.high for share in shares), default=1.0))


def _shaded(shifts: Sequence[Shift], top: float, *, named: bool) -> list[alt.Chart]:
    """Where the shifts are; their labels stand one below the other."""
    rows = pd.DataFrame(
        {
            "first": pd.Timestamp(shift.start),
            "last": pd.Timestamp(shift.end) + pd.Timedelta(days=1),
            "label": t(
                "trends-mark",
                where=_where(shift, plain=True),
                inside=percent(shift.inside.value),
                outside=percent(shift.outside.value),
            ),
            "meaning": "unsure",
            "top": (0.96 - 0.09 * place) * top,
        }
        for place, shift in enumerate(shifts)
    )
    base = alt.Chart(rows).encode(x="first:T", color=palette.by_meaning("meaning"))
    layers = [base.mark_rect(opacity=0.14).encode(x2="last:T")]
    if named:
        y = alt.Y("top:Q", title=None, scale=alt.Scale(domain=[0, top]))
        layers.append(base.mark_text(align="left", dx=4, fontWeight="bold").encode(y=y, text="label:N"))
    return layers


def how_found() -> str:
    """The test by which a stretch stands out."""
    return t("st-how-shifts", level=percent(trends.LEVEL), points=round(100 * trends.LEAST_CHANGE))


# --- Shifts -----------------------------------------------------------------------------------------------------------


def shift_of(result: Result, shifts: Sequence[Shift], measure: Measure) -> None:
    """One shift in words, with what it is made of."""
    places = range(len(shifts))
    surest = min(places, key=lambda place: (not shifts[place].worse, shifts[place].p))
    chosen = surest
    if len(shifts) > 1:
        picked = st.pills(
            t("trends-choose"),
            places,
            default=surest,
            required=True,
            format_func=lambda place: _named(shifts[place]),
            key=f"{_KEY}-shift-{measure}-{len(shifts)}-{shifts[0].start}-{result.name}",
        )
        chosen = surest if picked is None else picked
    shift = shifts[chosen]
    icon = ":material/trending_up:" if shift.change.value > 0 else ":material/trending_down:"
    with st.container(border=True, key="sentiment-shift", gap="small"):
        st.markdown(
            f":{palette.MARKDOWN['bad' if shift.worse else 'good']}[{icon}] "
            f"**{escape(in_words.shift_in_words(shift, current()))}**"
        )
        with st.popover(t("trends-test"), icon=":material/function:", type="tertiary"):
            st.markdown(how_found())
            st.markdown(
                t(
                    "trends-interval",
                    inside=_share(shift.inside),
                    outside=_share(shift.outside),
                    change=_points(shift.change),
                )
            )
        drivers = once("sentiment.drivers", result, (shift,), lambda: trends.drivers(result, shift))
        made_of(drivers)


def made_of(drivers: Drivers) -> None:
    """Words, aspects, groups and quotes of a shift."""
    left, right = st.columns(2, gap="medium")
    with left:
        title = t("trends-drivers-words", label=word(drivers.label))
        st.markdown(f"**{title}**")
        if drivers.words:
            st.altair_chart(word_chart(drivers), alt=title)
            inside, outside = drivers.texts
            st.caption(t("trends-drivers-compared", inside=inside, outside=outside))
        else:
            st.caption(t("trends-drivers-none"))
        moved(t("trends-drivers-aspects", label=word(drivers.label)), drivers.aspects)
    with right:
        st.markdown(f"**{t('trends-drivers-quotes')}**")
        quotes(drivers.quotes[:_QUOTES])
        moved(t("trends-drivers-groups"), drivers.groups)


def word_chart(drivers: Drivers) -> alt.LayerChart | alt.FacetChart:
    """Words by how clearly they set the shift's texts apart; in how many texts they stand, beside the bars."""
    rows = pd.DataFrame(
        {
            "word": one.word,
            "z": one.z,
            "shown": t("trends-drivers-counts", inside=one.inside, outside=one.outside),
            "meaning": LOOKS[drivers.label][1],
        }
        for one in drivers.words[:_WORDS]
    )
    axis = t("trends-drivers-axis")
    top = 1.6 * float(rows["z"].max())
    x = alt.X("z:Q", title=axis, scale=alt.Scale(domain=[0, top]), axis=alt.Axis(tickCount=4))
    base = alt.Chart(rows).encode(
        y=alt.Y("word:N", sort=None, title=None, axis=alt.Axis(labelLimit=140, labelOverlap=False)),
        x=x,
        color=palette.by_meaning("meaning"),
    )
    return alt.layer(
        base.mark_bar(opacity=0.45, height=14),
        base.mark_text(align="left", dx=5).encode(text="shown:N"),
        height=_AXIS_PIXELS + _ROW_PIXELS * len(rows),
    )


def moved(title: str, found: Sequence[Moved]) -> None:
    """How the shares of aspects or groups moved."""
    rows = [one for one in found if one.change.value][:_MOVED]
    if not rows:
        return
    st.markdown(f"**{title}**")
    st.dataframe(
        pd.DataFrame(
            {
                t("trends-moved-name"): one.name,
                t("trends-moved-inside"): percent(one.inside.value),
                t("trends-moved-outside"): percent(one.outside.value),
                t("trends-moved-change"): t("trends-bounds", **_bounds(one.change)),
            }
            for one in rows
        ),
        hide_index=True,
        alt=title,
    )


def quotes(found: Sequence[Quote]) -> None:
    """Texts in their own words, pointing at what matters."""
    for quote in found:
        whole = quote.end - quote.start == len(quote.text)
        meaning: Meaning = LOOKS[quote.label][1]
        shown = escape(quote.text) if whole else mark(quote.text, [Span(quote.start, quote.end, meaning)])
        where = [t("st-row", row=quote.row)]
        if quote.date:
            where.append(date(quote.date))
        if quote.group:
            where.append(escape(quote.group))
        with st.container(gap="xxsmall"):
            st.markdown(f"{LOOKS[quote.label][0]} {shown}")
            st.caption(" · ".join(where))


def _named(shift: Shift) -> str:
    icon = ":material/trending_up:" if shift.change.value > 0 else ":material/trending_down:"
    days = t("period", first=date(shift.start), last=date(shift.end))
    return f"{icon} {days} · {_where(shift)}"


def _where(shift: Shift, *, plain: bool = False) -> str:
    if shift.group is None:
        return t("trends-everywhere")
    if not shift.group:
        return t("trends-elsewhere")
    return shift.group if plain else escape(shift.group)


def _share(found: Estimate) -> str:
    return t("trends-share", value=percent(found.value), low=percent(found.low), high=percent(found.high), n=found.n)


def _points(found: Estimate) -> str:
    return t("trends-points", **_bounds(found))


def _bounds(found: Estimate) -> dict[str, str]:
    """A difference of shares and its interval, in points."""
    return {"value": _signed(found.value), "low": _signed(found.low), "high": _signed(found.high)}


def _signed(share: float) -> str:
    points = round(100 * share)
    return f"+{number(points)}" if points > 0 else number(points).replace("-", "−")


# --- Groups -----------------------------------------------------------------------------------------------------------


def by_group(result: Result, measure: Measure, grain: Grain, shifts: Sequence[Shift]) -> None:
    """The same for the largest groups, side by side."""
    st.markdown(f"**{t('trends-groups', label=word(measure))}**")
    groups = {
        group: found for group, found in trends.by_group(result, grain, _GROUPS).items() if len(found.periods) > 1
    }
    top = _top(groups.values(), measure)  # one scale, to be compared by eye
    with st.grid(2, min_column_width=320):
        for group, found in groups.items():
            with st.container(gap="xxsmall"):
                counted = sum(period.n for period in found.periods)
                st.caption(t("trends-group", group=escape(group), n=counted))
                own = [shift for shift in shifts if shift.group == group]
                st.altair_chart(
                    chart(found, measure, own, _SMALL_PIXELS, top),
                    alt=t("trends-group", group=group, n=counted),
                    key=f"{_KEY}-group-{group}",
                )
