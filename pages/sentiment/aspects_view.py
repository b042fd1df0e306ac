"""What is said about what: a list to edit, a matrix of aspects and verdicts, and the texts behind each cell."""

from __future__ import annotations

from typing import Any, cast

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.reporting import sentiment as in_words
from bigmodel_apps.sentiment import bulk
from bigmodel_apps.sentiment import samples as sets
from bigmodel_apps.sentiment.matrix import LEAST, Matrix, cell_quotes, matrix
from bigmodel_apps.sentiment.results import LABELS, Result
from bigmodel_apps.sentiment.schema import MAX_ASPECTS, Aspect, Label
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, guard, show_attempted
from pages.sentiment import opened
from pages.sentiment.aspect_lists import aspects, changed, choose_list, keep, reset
from pages.sentiment.looks import LOOKS, coloured, word
from pages.sentiment.trends_view import quotes

_KEY = "sentiment-aspects"
_TERM_CHARS = 60
_SHOWN = 12
_ROW_PIXELS, _AXIS_PIXELS = 30, 46
_QUOTES = 6


def aspects_view() -> None:
    """The view."""
    show_attempted()
    chosen = opened.choose_table()
    with guard():
        result = opened.result_of(chosen)
        if result is not None:
            said_about(result)
    editor(chosen, result)


# --- The matrix -------------------------------------------------------------------------------------------------------


def said_about(result: Result) -> None:
    """The matrix, and the texts of the cell that was clicked; of the worst one before that."""
    found = matrix(result)
    if not found.lines:
        st.info(t("matrix-none"), icon=":material/search_off:")
        return
    title = in_words.aspects_in_words(found, current())
    st.markdown(f"**{escape(title)}**")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.caption(" · ".join(coloured(label) for label in LABELS))
        event = st.altair_chart(chart(found), alt=title, key=f"{_KEY}-chart", on_select="rerun", selection_mode="cell")
        st.caption(t("matrix-about", mentioning=found.mentioning, texts=found.texts))
    with right:
        aspect, label = _cell(found, event)
        cell(result, found, aspect, label)


def chart(found: Matrix) -> alt.LayerChart | alt.FacetChart:
    """Counts by aspect and verdict, the most mentioned first; a click chooses a cell."""
    rows = pd.DataFrame(
        {
            "aspect": line.aspect,
            "label": label,
            "word": word(label),
            "count": line.counts[label],
            "shown": str(line.counts[label]),
            "share": percent(line.shares[label].value),
            "order": LABELS.index(label),
            "start": sum(line.counts[other] for other in LABELS[: LABELS.index(label)]),
            "end": sum(line.counts[other] for other in LABELS[: LABELS.index(label) + 1]),
            "meaning": LOOKS[label][1],
        }
        for line in found.lines[:_SHOWN]
        for label in LABELS
        if line.counts[label]
    )
    rows["middle"] = (rows["start"] + rows["end"]) / 2
    # A number needs some width to stand in.
    rows["inside"] = rows["shown"].where(rows["count"] >= 0.035 * rows["end"].max(), "")
    axis = t("st-texts")
    picked = alt.selection_point(name="cell", fields=["aspect", "label"], toggle=False)
    base = alt.Chart(rows).encode(
        y=alt.Y("aspect:N", sort=None, title=None, axis=alt.Axis(labelLimit=170)),
        tooltip=[
            alt.Tooltip("aspect:N", title=t("st-aspect")),
            alt.Tooltip("word:N", title=t("sentiment-verdict")),
            alt.Tooltip("count:Q", title=axis),
            alt.Tooltip("share:N", title=t("st-share-axis")),
        ],
    )
    x = alt.X("start:Q", title=axis, axis=alt.Axis(tickMinStep=1, tickCount=5))
    bars = base.mark_bar(height=20).encode(
        x=x,
        x2="end:Q",
        color=palette.by_meaning("meaning"),
        opacity=alt.condition(picked, alt.value(0.4), alt.value(0.15)),
    )
    numbers = base.mark_text(fontWeight="bold").encode(
        x=alt.X("middle:Q", title=axis), text="inside:N", color=palette.by_meaning("meaning")
    )
    # Above the numbers, which would otherwise take the click.
    cells = base.mark_bar(cursor="pointer", height=20, opacity=0.001).encode(x=x, x2="end:Q").add_params(picked)
    return alt.layer(bars, numbers, cells, height=_AXIS_PIXELS + _ROW_PIXELS * rows["aspect"].nunique())


def _cell(found: Matrix, event: object) -> tuple[str, Label]:
    """The cell that was clicked, or the aspect with the worst net sentiment."""
    picked = cast(Any, event)["selection"].get("cell") or []
    if picked and (line := found.line(str(picked[0].get("aspect")))) is not None and picked[0].get("label") in LABELS:
        return line.aspect, picked[0]["label"]
    judged = [line for line in found.lines if line.net is not None]
    if not judged:
        line = found.lines[0]
        return line.aspect, max(LABELS, key=lambda label: line.counts[label])
    worst = min(judged, key=lambda line: (not line.enough, line.net.value if line.net else 0.0))
    return worst.aspect, "negative" if worst.counts["negative"] else "positive"


def cell(result: Result, found: Matrix, aspect: str, label: Label) -> None:
    """One cell: how many, net sentiment of the aspect with its interval, and its texts."""
    line = found.line(aspect)
    if line is None:
        return
    with st.container(key=f"{_KEY}-cell", gap="small"):
        st.markdown(f"**{escape(aspect)}** · {coloured(label)}")
        net = ""
        if line.net is not None:
            value, low, high = (_signed(bound) for bound in (line.net.value, line.net.low, line.net.high))
            net = t("matrix-net", value=value, low=low, high=high)
            if not line.enough:
                net += " " + t("matrix-few", least=LEAST)
        share = line.shares[label]
        st.caption(
            t(
                "matrix-cell",
                count=line.counts[label],
                n=line.n,
                share=percent(share.value),
                low=percent(share.low),
                high=percent(share.high),
            )
            + f" {net}"
        )
        texts = cell_quotes(result, aspect, label, _QUOTES)
        with st.container(height=330, border=False):
            if not texts:
                st.caption(t("matrix-cell-empty"))
            quotes(texts)
        st.caption(f":material/touch_app: {t('matrix-click')}")


def _signed(share: float) -> str:
    points = round(100 * share)
    return f"+{number(points)}" if points > 0 else number(points).replace("-", "−")


# --- The list ---------------------------------------------------------------------------------------------------------


def editor(chosen: str, result: Result | None) -> None:
    """The list of aspects with their words in both languages, open to change."""
    with st.expander(t("matrix-edit"), icon=":material/edit_note:", key=f"{_KEY}-edit", on_change="rerun") as panel:
        if not panel.open:
            return
        if chosen in sets.NAMES:
            name = chosen
            st.markdown(t("matrix-edit-sample", list=t(f"aspects-{name}")))
        else:
            name = choose_list("shop", f"{_KEY}-list")
        with guard():
            _editor(name, chosen, result)


def _editor(name: str, chosen: str, result: Result | None) -> None:
    known = aspects(name)
    columns = {"name": t("st-aspect"), "terms": t("matrix-terms")}
    version = st.session_state.setdefault(f"{_KEY}.version", 0)
    edited = st.data_editor(
        pd.DataFrame({"name": [one.name for one in known], "terms": [list(one.terms) for one in known]}),
        num_rows="dynamic",
        hide_index=True,
        height=300,
        key=f"{_KEY}-table-{name}-{current()}-{version}",
        column_config={
            "name": st.column_config.TextColumn(columns["name"], max_chars=_TERM_CHARS, required=True, width=160),
            "terms": st.column_config.ListColumn(columns["terms"], width="large"),
        },
        alt=t("matrix-edit"),
    )
    st.caption(t("matrix-edit-help"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("matrix-apply"), type="primary", key=f"{_KEY}-apply", icon=":material/play_arrow:"):
            found = _parsed(edited)
            keep(name, found)
            if chosen not in sets.NAMES and result is not None:
                _judge_again(chosen, result, found)
            st.rerun()
        st.button(
            t("matrix-reset"),
            key=f"{_KEY}-reset",
            type="tertiary",
            icon=":material/undo:",
            disabled=not changed(name),
            on_click=attempt,
            args=(_reset, name),
        )


def _parsed(table: pd.DataFrame) -> tuple[Aspect, ...]:
    """The edited list.

    Raises:
        InputError: An aspect cannot be used, two have one name, or there are none or too many.
    """
    found: list[Aspect] = []
    problems: list[Problem] = []
    for row, (name, terms) in enumerate(zip(table["name"], table["terms"], strict=True), 1):
        said = str(name).strip() if isinstance(name, str) else ""
        listed = [] if terms is None or isinstance(terms, float) else list(terms)
        words = list(dict.fromkeys(str(term).strip() for term in listed if str(term).strip()))
        if not said and not words:
            continue
        if not said or max(map(len, (said, *words))) > _TERM_CHARS or len(words) > _TERM_CHARS:
            problems.append(Problem("aspect-unusable", row=row, details={"aspect": said or ", ".join(words)[:80]}))
        elif said in [one.name for one in found]:
            problems.append(Problem("aspect-twice", row=row, details={"aspect": said}))
        else:
            found.append(Aspect(name=said, terms=tuple(words)))
    if len(found) > MAX_ASPECTS:
        problems.append(Problem("aspects-too-many", details={"limit": MAX_ASPECTS}))
    if not found and not problems:
        problems.append(Problem("aspects-empty"))
    if problems:
        raise InputError(*problems)
    return tuple(found)


def _judge_again(table: str, result: Result, found: tuple[Aspect, ...]) -> None:
    """The same table with these aspects, beside the one that is there."""
    again = bulk.again(table, owner(), result.options.model_copy(update={"aspects": found}))
    if not again.meta["done"]:
        bulk.start(again.id, owner())
    opened.show(again.id)


def _reset(name: str) -> None:
    reset(name)
    st.session_state[f"{_KEY}.version"] = st.session_state.get(f"{_KEY}.version", 0) + 1
