"""A batch that was read: verdicts, how good they are at a movable threshold, what is wrong, each image, and files."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st
from PIL import Image

from bigmodel_apps.diagnosis import batch, measuring
from bigmodel_apps.diagnosis.batch import Result
from bigmodel_apps.diagnosis.measuring import Figures, Scored
from bigmodel_apps.diagnosis.schema import Verdict
from bigmodel_apps.problems import InputError
from bigmodel_apps.reporting import diagnosis as in_words
from bigmodel_apps.reporting import to_html
from bigmodel_apps.reporting.document import Pictures
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, date, number, percent, t
from bigmodel_apps.ui.models import short_name
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, guard, show, show_attempted
from pages.diagnosis import batch_charts, batch_opened
from pages.diagnosis.batch_charts import Mark
from pages.diagnosis.looks import MEANING

THRESHOLD, PART = "diagnosis-batch-threshold", "diagnosis-batch-part"

_KEY = "diagnosis-batch"
_SCORED, _FIGURES = "diagnosis.batch-scored", "diagnosis.batch-figures"
_SHOWN_ROWS, _WORST, _FIRST = 2_000, 18, 12
_THUMB = 112
_SENSITIVITIES = (0.9, 0.95, 0.99)
_STATES: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True)
class _Asked:
    """What the figures are about.

    Attributes:
        positive: The class that is asked about.
        prevalence: Its share among those asked about; None for equal shares.
        threshold: From which probability of it on an image counts as one.
    """

    positive: str
    prevalence: float | None
    threshold: float = 0.5


@st.fragment
@guard()
def results(chosen: str) -> None:
    """The batch that is looked at, as a fragment: the threshold moves without the page."""
    show_attempted()
    result = batch_opened.result_of(chosen)
    if result is None:
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.subheader(in_words.headline(result, current()), anchor=False)
        finding = st.container()
        facts(result)
    with right:
        chart = in_words.states_chart(result, current())
        st.altair_chart(batch_charts.bars(chart), alt=chart.title)
    asked = _asked(result, chosen)
    scored = _scored(result, asked)
    if scored is None:
        unlabelled(result, asked)
    else:
        with finding:
            figures = _figures(scored, asked)
            if figures is not None:
                st.markdown(escape(in_words.quality(figures, _plain(asked.positive), current())))
        labelled(result, scored, figures, asked)


def facts(result: Result) -> None:
    """Who read it, when, and what is simulated."""
    if result.simulated:
        st.caption(f":material/science: {t('diagnosis-batch-simulated')}")
    st.caption(
        t(
            "diagnosis-batch-facts",
            date=date(result.scored_at.date()),
            model=short_name(result.model) if result.engine == result.model else escape(result.engine),
            coverage=percent(result.coverage),
        )
    )


# --- What is asked ----------------------------------------------------------------------------------------------------


def _asked(result: Result, chosen: str) -> _Asked:
    """The class, its share and what the labels mean, and beside them the files to hand on."""
    asked = _Asked(result.classes[-1] if result.classes else "", None)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if result.classes:
            with st.popover(t("diagnosis-batch-asked"), icon=":material/tune:", key=f"{_KEY}-asked"):
                asked = _choose(result)
        if result.labels and result.classes and chosen != batch_opened.SAMPLE:  # which everybody looks at
            with st.popover(t("diagnosis-batch-match"), icon=":material/label:", key=f"{_KEY}-match"):
                _match(result)
        downloads(result, asked)
        if result.left_out:
            title = t("dr-left-out", count=result.refused)
            with st.popover(title, icon=":material/hide_image:", key=f"{_KEY}-left-out", type="tertiary"):
                show(result.left_out)
    return asked


def _choose(result: Result) -> _Asked:
    """Which class is asked about, and how frequent it is taken to be."""
    positive = st.segmented_control(
        t("diagnosis-batch-positive"),
        result.classes,
        default=result.classes[-1],
        required=True,
        format_func={name: _word(name) for name in result.classes}.__getitem__,
        key=f"{_KEY}-positive-{result.id}",
    )
    own = _share_of(result, positive)
    kinds = ["equal", *(["these"] if own is not None else []), "other"]
    words = {
        "equal": t("diagnosis-batch-prevalence-equal"),
        "these": t("diagnosis-batch-prevalence-these", share=percent(own or 0.0)),
        "other": t("diagnosis-batch-prevalence-other"),
    }
    kind = st.radio(
        t("diagnosis-prevalence"),
        kinds,
        format_func=words.__getitem__,
        key=f"{_KEY}-prevalence-{result.id}",
        help=t("diagnosis-prevalence-help", name=_word(positive)),
    )
    if kind == "these":
        return _Asked(positive, own)
    if kind == "equal":
        return _Asked(positive, None)
    share = st.slider(
        t("diagnosis-prevalence"),
        0.01,
        0.99,
        0.1,
        0.01,
        format="percent",
        key=f"{_KEY}-share-{result.id}",
        label_visibility="collapsed",
    )
    return _Asked(positive, share)


def _share_of(result: Result, positive: str) -> float | None:
    """Share of a class among the images whose class is known; None without any, or where all are of one kind."""
    known = result.rows["label"].map(dict(result.classes_of)).dropna()
    share = float((known == positive).mean()) if len(known) else 0.0
    return share if 0 < share < 1 else None


def _match(result: Result) -> None:
    """Which class each label of the files means."""
    st.caption(t("diagnosis-batch-match-help"))
    counts = result.rows["label"].value_counts()
    with st.grid(2, min_column_width=170, gap="small"):
        for label in result.labels:
            key = f"{_KEY}-means-{result.id}-{label}"
            meant = result.classes_of.get(label)
            st.selectbox(
                f"{escape(label)} ({number(int(counts.get(label, 0)))})",
                result.classes,
                index=result.classes.index(meant) if meant in result.classes else None,
                format_func={name: _plain(name) for name in result.classes}.__getitem__,
                placeholder=t("diagnosis-batch-means-none"),
                key=key,
                on_change=_say,
                args=(result, label, key),
            )


def _say(result: Result, label: str, key: str) -> None:
    meant = {name: known for name, known in result.classes_of.items() if name != label}
    if (said := st.session_state[key]) is not None:
        meant[label] = said
    attempt(batch.match, result.id, owner(), meant)


def _scored(result: Result, asked: _Asked) -> Scored | None:
    """The images of which more can be said than what was said; None where no class is known."""

    def find() -> Scored | None:
        try:
            return batch.scored(result, asked.positive)
        except InputError:
            return None

    # Not by the result itself, which the session would then hold with all its pictures.
    return once(_SCORED, result.classes_of, (result.id, asked.positive), find)


def downloads(result: Result, asked: _Asked) -> None:
    """The verdicts and the report, both with the notice."""
    language = current()
    threshold = st.session_state.get(f"{THRESHOLD}-{result.id}", asked.threshold)
    named = not st.session_state.get(f"{_KEY}-nameless")
    handed = result if named else batch.without_names(result)
    name = result.name.rsplit(".", 1)[0] if named else "images"
    st.download_button(
        t("diagnosis-batch-csv"),
        lambda: batch.scored_file(handed, language),
        f"{name}.verdicts.csv",
        "text/csv",
        icon=":material/download:",
        key=f"{_KEY}-csv",
        on_click="ignore",
    )
    st.download_button(
        t("report-download"),
        lambda: to_html(
            in_words.from_result(
                handed, language, positive=asked.positive, threshold=threshold, prevalence=asked.prevalence
            )
        ),
        f"{name}.{language}.html",
        "text/html",
        icon=":material/summarize:",
        key=f"{_KEY}-report-file",
        on_click="ignore",
    )
    st.toggle(
        t("diagnosis-batch-nameless"),
        key=f"{_KEY}-nameless",
        help=t("diagnosis-batch-nameless-help"),
        persist_state="session",
    )


# --- With known classes -----------------------------------------------------------------------------------------------


def labelled(result: Result, scored: Scored, figures: Figures | None, asked: _Asked) -> None:
    """How good, how sure, what is wrong, and each image."""
    parts = ["threshold", *(["sure"] if figures is not None else []), "worst", "images"]
    part = _part(parts)
    if part == "sure" and figures is not None:
        how_sure(result, figures, asked)
    elif part == "worst":
        worst(result, scored, asked)
    elif part == "images":
        images(result, scored, asked)
    else:
        at_threshold(result, scored, figures, asked)


def _part(parts: Sequence[str]) -> str:
    chosen: str = st.segmented_control(
        t("diagnosis-batch-parts"),
        parts,
        default=parts[0],
        required=True,
        format_func={name: t(f"diagnosis-batch-part-{name}") for name in parts}.__getitem__,
        key=f"{PART}-{'-'.join(parts)}",
        persist_state="session",
        label_visibility="collapsed",
    )
    return chosen


def _figures(scored: Scored, asked: _Asked) -> Figures | None:
    """What does not depend on the threshold, or why there is none of it."""

    def find() -> Figures | InputError:
        try:
            return measuring.measure(scored, asked.prevalence)
        except InputError as error:
            return error

    with st.spinner(t("diagnosis-batch-measuring")):
        found = once(_FIGURES, scored, (asked.prevalence,), find)
    if isinstance(found, InputError):
        show(found.problems)
        return None
    return found


def at_threshold(result: Result, scored: Scored, figures: Figures | None, asked: _Asked) -> None:
    """The threshold, what it finds and what it costs, and where on the curves that is."""
    left, right = st.columns(2, gap="medium", vertical_alignment="center")
    with left:
        threshold = _threshold(result, scored, asked)
    found = measuring.at(scored, threshold, asked.prevalence)
    name, said = _plain(asked.positive), percent(threshold)
    words = in_words.threshold_in_words(found, name, current())
    right.markdown(escape(words))
    counts = np.array([[found.hits, found.misses], [found.false_alarms, found.passed]])
    matrix = batch_charts.confusion((name, _others(result, asked)), counts, t("dr-known"), t("diagnosis-batch-called"))
    one, two, three = st.columns(3, gap="small")
    with one:
        st.markdown(f"**{t('diagnosis-batch-right-wrong')}**")
        st.altair_chart(matrix, alt=words)
    if figures is None:
        return
    hit = found.sensitivity.value if found.sensitivity else 0.0
    false = 1 - found.specificity.value if found.specificity else 0.0
    with two:
        chart = in_words.roc_chart(figures, current())
        st.markdown(f"**{chart.title}**")
        st.altair_chart(batch_charts.lines(chart, [Mark(false, hit, said)]), alt=chart.title)
    with three:
        chart = in_words.pr_chart(figures, current())
        marks = [Mark(hit, found.precision.value, said)] if found.precision else []
        st.markdown(f"**{chart.title}**")
        st.altair_chart(batch_charts.lines(chart, marks), alt=chart.title)
    st.caption(t("diagnosis-batch-bands", images=figures.n))


def _others(result: Result, asked: _Asked) -> str:
    """What is not of the class that is asked about."""
    rest = [name for name in result.classes if name != asked.positive]
    return _plain(rest[0]) if len(rest) == 1 else t("dr-not-class", name=_plain(asked.positive))


def _threshold(result: Result, scored: Scored, asked: _Asked) -> float:
    """The slider, and buttons that set it to find a share of the class."""
    key = f"{THRESHOLD}-{result.id}"
    st.session_state.setdefault(key, asked.threshold)
    threshold: float = st.slider(
        t("diagnosis-batch-threshold", name=_word(asked.positive)),
        min_value=0.0,
        max_value=1.0,
        step=0.01,
        format="percent",
        key=key,
        persist_state="session",
    )

    def reach(share: float) -> None:
        st.session_state[key] = math.floor(100 * measuring.reaching(scored, share, asked.prevalence)) / 100

    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption(t("diagnosis-batch-reach"), width="content", help=t("diagnosis-batch-reach-help"))
        for share in _SENSITIVITIES:
            st.button(
                percent(share),
                key=f"{_KEY}-reach-{int(100 * share)}",
                type="tertiary",
                on_click=reach,
                args=(share,),
            )
    return threshold


def how_sure(result: Result, figures: Figures, asked: _Asked) -> None:
    """Whether probabilities are what they say, and whether the surest are right."""
    st.caption(
        t("dr-prevalence", share=percent(asked.prevalence), name=_word(asked.positive))
        if asked.prevalence is not None
        else t("dr-prevalence-equal")
    )
    left, right = st.columns(2, gap="medium")
    with left:
        chart = in_words.reliability_chart(figures, current())
        st.markdown(f"**{chart.title}**")
        st.altair_chart(batch_charts.lines(chart, dots=True), alt=chart.title)
        st.caption(t("diagnosis-batch-reliability"))
    with right:
        chart = in_words.risk_chart(figures, current())
        st.markdown(f"**{chart.title}**")
        st.altair_chart(batch_charts.lines(chart, [_answered(result, figures)]), alt=chart.title)
        st.caption(t("diagnosis-batch-risk"))
    if len(result.classes) > 2:
        names = [_plain(name) for name in result.classes]
        st.markdown(f"**{t('diagnosis-batch-confusion')}**")
        st.altair_chart(
            batch_charts.confusion(names, figures.confusion, t("dr-known"), t("diagnosis-batch-called")),
            alt=t("diagnosis-batch-confusion"),
        )


def _answered(result: Result, figures: Figures) -> Mark:
    """Where on the curve those lie that got an answer."""
    counts = result.counts()
    share = counts["answer"] / max(counts["answer"] + counts["unsure"], 1)
    risk = float(np.interp(share, figures.risk_coverage.coverage, figures.risk_coverage.risk))
    return Mark(share, risk, t("diagnosis-batch-answered", share=percent(share)))


def worst(result: Result, scored: Scored, asked: _Asked) -> None:
    """What is wrong, the surest first."""
    wrong = in_words.worst_pictures(result, scored, current(), asked.prevalence, _WORST)
    if not wrong.shots:
        st.success(t("diagnosis-batch-none-wrong"), icon=":material/check_circle:")
        return
    st.caption(t("diagnosis-batch-worst"))
    gallery(wrong)


def gallery(pictures: Pictures) -> None:
    """Small pictures side by side, every pixel as it is."""
    with st.grid(6, min_column_width=130, gap="small"):
        for shot in pictures.shots:
            with st.container(gap="xxsmall"):
                st.image(_enlarged(base64.b64decode(shot.png)), width="stretch", alt=shot.caption)
                st.caption(escape(shot.caption))


def _enlarged(png: bytes) -> npt.NDArray[np.uint8]:
    """A small picture in whole steps, so that none of its pixels is invented."""
    pixels = np.asarray(Image.open(io.BytesIO(png)))
    edge = max(1, round(2 * _THUMB / max(pixels.shape[:2])))
    return pixels.repeat(edge, axis=0).repeat(edge, axis=1)


# --- Without ----------------------------------------------------------------------------------------------------------


def unlabelled(result: Result, asked: _Asked) -> None:
    """What can be said where no class is known."""
    has = result.rows["probabilities"].notna()
    if not has.any():
        st.info(t("diagnosis-batch-all-unknown"), icon=":material/block:")
    else:
        st.caption(t("diagnosis-batch-no-figures-match" if result.labels else "diagnosis-batch-no-figures"))
    part = _part([*(["said"] if has.any() else []), "first", "images"])
    if part == "images":
        images(result, None, asked)
    elif part == "first":
        found = in_words.first_pictures(result, current(), _FIRST)
        if found.shots:
            st.caption(t("diagnosis-batch-first"))
            gallery(found)
        else:
            st.caption(t("diagnosis-batch-first-none"))
    else:
        chances = _chances(result, asked)[has.to_numpy()]
        name = _plain(asked.positive)
        title = t("diagnosis-batch-spread", name=name)
        st.markdown(f"**{escape(title)}**")
        st.altair_chart(
            batch_charts.histogram(chances, t("diagnosis-batch-chance", name=name), t("diagnosis-batch-count-images")),
            alt=title,
        )


# --- Each image -------------------------------------------------------------------------------------------------------


def _chances(result: Result, asked: _Asked) -> npt.NDArray[np.float64]:
    """Probability of the class that is asked about by row; NaN where there is none."""
    return np.array([_chance(values, result, asked) for values in result.rows["probabilities"]])


def _chance(values: Sequence[float] | None, result: Result, asked: _Asked) -> float:
    if values is None:
        return float("nan")
    own = np.array(values[result.classes.index(asked.positive)])
    return float(measuring.at_prevalence(own, len(result.classes), asked.prevalence))


def images(result: Result, scored: Scored | None, asked: _Asked) -> None:
    """A table to filter, and the image that is picked beside it."""
    rows = result.rows.assign(chance=_chances(result, asked), wrong=False)
    if scored is not None:
        threshold = st.session_state.get(f"{THRESHOLD}-{result.id}", asked.threshold)
        called = scored.chances(asked.prevalence) >= threshold
        rows.loc[rows.index[scored.places[called != scored.sick]], "wrong"] = True
    shown = _filtered(result, rows, scored is not None, asked)
    left, right = st.columns([3, 1], gap="medium")
    with left:
        place = _table(result, shown, len(rows), asked)
    with right:
        if place is None:
            st.caption(f":material/touch_app: {t('diagnosis-batch-pick')}")
        else:
            _detail(result, rows.loc[place].to_dict(), asked)


def _filtered(result: Result, rows: pd.DataFrame, known: bool, asked: _Asked) -> pd.DataFrame:
    """The rows to show."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{_KEY}-filters"):
        states = st.pills(
            t("diagnosis-batch-filter-states"),
            _STATES,
            selection_mode="multi",
            format_func={state: _state_word(state) for state in _STATES}.__getitem__,
            key=f"{_KEY}-states-{result.id}",
        )
        labels: list[str] = []
        if result.labels:
            labels = st.multiselect(
                t("diagnosis-batch-filter-labels"),
                result.labels,
                format_func=escape,
                key=f"{_KEY}-labels-{result.id}",
                width=200,
            )
        contains = st.text_input(
            t("diagnosis-batch-filter-name"), key=f"{_KEY}-name-{result.id}", type="search", live="400ms", width=170
        )
        low, high = 0.0, 1.0
        if result.classes:
            low, high = st.slider(
                t("diagnosis-batch-chance", name=_word(asked.positive)),
                0.0,
                1.0,
                (0.0, 1.0),
                0.01,
                format="percent",
                key=f"{_KEY}-range-{result.id}",
                width=180,
            )
        wrong = known and st.toggle(t("diagnosis-batch-filter-wrong"), key=f"{_KEY}-wrong-{result.id}")
    keep = pd.Series(True, index=rows.index)
    if states:
        keep &= rows["verdict"].isin(states)
    if labels:
        keep &= rows["label"].isin(labels)
    if contains:
        keep &= rows["name"].str.contains(contains.strip(), case=False, regex=False)
    if (low, high) != (0.0, 1.0):
        keep &= rows["chance"].between(low, high)
    return rows[keep & rows["wrong"]] if wrong else rows[keep]


def _table(result: Result, shown: pd.DataFrame, whole: int, asked: _Asked) -> int | None:
    """The first rows; returns the place of the row that is picked."""
    st.caption(t("diagnosis-batch-shown", shown=len(shown), count=whole))
    first = shown.head(_SHOWN_ROWS)
    chance = t("diagnosis-batch-chance", name=_plain(asked.positive))
    frame = pd.DataFrame({t("diagnosis-batch-file"): first["name"]}, index=first.index)
    if result.labels:
        frame[t("diagnosis-batch-label")] = first["label"]
    frame[t("diagnosis-batch-verdict")] = [_state_word(state) for state in first["verdict"]]
    frame[t("diagnosis-batch-class")] = [_plain(name) if isinstance(name, str) else None for name in first["predicted"]]
    frame[chance] = first["chance"]
    frame[t("diagnosis-batch-distance")] = first["distance"].round(2)
    frame[t("diagnosis-batch-size")] = first["width"].astype(str) + " × " + first["height"].astype(str)
    event = st.dataframe(
        frame,
        hide_index=True,
        height=360,
        key=f"{_KEY}-table-{result.id}",
        on_select="rerun",
        selection_mode="single-row",
        column_config={chance: st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent", width=120)},
        alt=t("diagnosis-batch-part-images"),
    )
    if len(shown) > _SHOWN_ROWS:
        st.caption(t("diagnosis-batch-shown-first", shown=_SHOWN_ROWS))
    chosen = cast(Any, event)["selection"]["rows"]
    return int(first.index[chosen[0]]) if chosen and chosen[0] < len(first) else None


def _detail(result: Result, row: dict[Any, Any], asked: _Asked) -> None:
    """One image: what was said of it."""
    state: Verdict = row["verdict"]
    with st.container(border=True, gap="small"):
        st.image(_enlarged(row["thumb"]), width="stretch", alt=str(row["name"]))
        st.markdown(f":{palette.MARKDOWN[MEANING[state]]}[**{_state_word(state)}**]")
        if row["probabilities"] is not None:
            share, low, high = (
                float(_chance(row[column], result, asked)) for column in ("probabilities", "low", "high")
            )
            words = t(
                "diagnosis-probability",
                name=_word(asked.positive),
                share=percent(share),
                low=percent(low),
                high=percent(high),
            )
            st.progress(share, text=words)
        known = f" · {escape(row['label'])}" if isinstance(row["label"], str) else ""
        st.caption(f"{escape(row['name'])}{known} · {escape(row['kind'])} · {number(row['distance'])}")


def _state_word(state: str) -> str:
    return t(f"diagnosis-state-{state.replace('_', '-')}")


def _plain(name: str) -> str:
    """A class as the page calls it, where no Markdown is read."""
    return batch.class_name(name, current())


def _word(name: str) -> str:
    """The same as Markdown."""
    return escape(_plain(name))
