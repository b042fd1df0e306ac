"""Your own questions with the right answers known: one configuration measured, or two compared."""

from __future__ import annotations

from functools import partial
from typing import get_args

import altair as alt
import pandas as pd
import streamlit as st

from bigmodel_apps.catalogue import DOMAINS
from bigmodel_apps.customer_service import labelled, trial
from bigmodel_apps.customer_service.knowledge import TENANTS
from bigmodel_apps.customer_service.labelled import Labelled
from bigmodel_apps.customer_service.schema import Engine, Options
from bigmodel_apps.customer_service.shelf import encoder_of, open_for, shelf
from bigmodel_apps.customer_service.trial import SYSTEMS, Configuration, Trial
from bigmodel_apps.reporting import to_html, words
from bigmodel_apps.reporting import trial as reports
from bigmodel_apps.runtime.jobs import Job, Work
from bigmodel_apps.tables import Table, to_csv_bytes
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import current, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import guard, show
from bigmodel_apps.ui.upload import Upload, upload
from pages.customer_service.choices import DOMAIN, knowledge, knowledge_label, model, own_knowledge

EVALUATE = "customer-service-evaluate"
_TYPES = ("csv", "tsv", "xlsx", "json", "jsonl", "parquet")
_SHOWN = 50
_WIDTHS = (320, 140, 180, 180)
_SOURCES = ("sample", "file")
_ENGINES: tuple[Engine, ...] = get_args(Engine)
_ASKED = f"{EVALUATE}.asked"


def evaluate_view() -> None:
    """The view."""
    left, right = st.columns([2, 3], gap="large")
    asked: Labelled | None = None
    with left:
        st.subheader(t("evaluate-questions-title"), anchor=False)
        key = knowledge()
        with guard():
            asked = questions(key)
    with right:
        st.subheader(t("evaluate-configurations-title"), anchor=False)
        chosen = configurations()
    with left:
        name = own_knowledge()[key].name if key in own_knowledge() else ""
        start(
            EVALUATE,
            t("evaluate-start"),
            lambda: _run(asked, chosen, key),
            title=asked.name if asked else "",
            about={"knowledge": key, "name": name},
            disabled=asked is None,
        )
    evaluated(newest(EVALUATE))


def questions(key: str) -> Labelled | None:
    """The questions to ask: our sample's, or those of a file, with what is wrong with it.

    Raises:
        InputError: The file has no question that can be used.
    """
    found = _sample(key) if _source(key) == "sample" else _from_file(key)
    if found is not None:
        st.caption(t("evaluate-asked", questions=len(found.questions), refusals=found.refusals))
        show(found.problems, title=t("cs-report-problems", count=found.left_out))
    return found


def _source(key: str) -> str:
    if key not in TENANTS:
        return "file"
    return (
        st.segmented_control(
            t("evaluate-source"),
            _SOURCES,
            default=_SOURCES[0],
            required=True,
            format_func={name: t(f"evaluate-source-{name}") for name in _SOURCES}.__getitem__,
            key=f"{EVALUATE}-source",
            persist_state="session",
            label_visibility="collapsed",
        )
        or _SOURCES[0]
    )


def _sample(key: str) -> Labelled:
    st.caption(t("evaluate-sample-explain"))
    return labelled.sample(key, current(), t("evaluate-sample-name"))


def _from_file(key: str) -> Labelled | None:
    found = upload(
        t("evaluate-upload"), labelled.read, key=f"{EVALUATE}-upload", types=_TYPES, help=t("evaluate-upload-help")
    )
    if found is None:
        _form_of_file(key)
        return None
    chosen = _columns(found)
    if chosen is None:
        st.caption(t("evaluate-column-needed"))
        return None
    # Judging the rows of a large file takes a while, and reruns are many.
    same = (found.id, key, *chosen)
    kept: tuple[tuple[str, ...], Labelled] | None = st.session_state.get(_ASKED)
    if kept is None or kept[0] != same:
        opened = shelf.get(open_for(key, model(), owner()))
        known = {entry.id for entry in opened.knowledge.entries}
        st.session_state[_ASKED] = kept = same, labelled.label(found.value, *chosen, known)
    return kept[1]


def _form_of_file(key: str) -> None:
    if key not in TENANTS:
        st.caption(t("evaluate-empty-own"))
        return
    st.caption(t("evaluate-empty"))
    language = current()
    name = f"questions.{language}.csv"
    st.download_button(
        t("cs-data-sample", name=name),
        lambda: to_csv_bytes(labelled.sample(key, language, name).frame()),
        name,
        type="tertiary",
        icon=":material/download:",
        key=f"{EVALUATE}-sample-download",
    )


def _columns(found: Upload[Table]) -> tuple[str, str] | None:
    """The two columns: guessed by their names, and open to correction."""
    names = [str(name) for name in found.value.frame.columns]
    guessed = labelled.columns(found.value)
    with st.container(horizontal=True):
        chosen = [
            st.selectbox(
                label,
                names,
                index=names.index(guess) if guess is not None else None,
                placeholder=t("evaluate-column-none"),
                key=f"{EVALUATE}-{field}-{found.id}",
            )
            for field, label, guess in (
                ("question", t("evaluate-column-question"), guessed["question"]),
                ("expected", t("evaluate-column-expected"), guessed["expected_id"]),
            )
        ]
    question, expected = chosen
    return (question, expected) if question is not None and expected is not None else None


def configurations() -> list[Configuration]:
    """A, and B where it is to be compared."""
    found = [_configuration("a", "hybrid")]
    compared = st.toggle(t("evaluate-compare"), value=True, key=f"{EVALUATE}-compare", persist_state="session")
    return [*found, _configuration("b", "lexical")] if compared else found


def _configuration(system: str, engine: Engine) -> Configuration:
    key, names = f"{EVALUATE}-{system}", DOMAINS[DOMAIN].models
    with st.container(border=True, gap="small"):
        st.markdown(f"**{t(f'system-{system}')}**")
        with st.container(horizontal=True):
            chosen = st.selectbox(
                t("evaluate-model"),
                names,
                index=names.index(model()),
                format_func={name: encoder_of(name) for name in names}.__getitem__,
                key=f"{key}-model",
                persist_state="session",
            )
            retrieval = st.selectbox(
                t("evaluate-engine"),
                _ENGINES,
                index=_ENGINES.index(engine),
                format_func={name: t(f"evaluate-engine-{name}") for name in _ENGINES}.__getitem__,
                key=f"{key}-engine",
                persist_state="session",
            )
        threshold = st.slider(
            t("evaluate-threshold"),
            0.0,
            1.0,
            Options().threshold,
            0.01,
            key=f"{key}-threshold",
            persist_state="session",
        )
    return Configuration(chosen, Options(engine=retrieval, threshold=threshold))


def _run(asked: Labelled | None, chosen: list[Configuration], key: str) -> Work:
    mine = owner()

    def work(progress: trial.Report, cancelled: trial.Stop) -> object:
        assert asked is not None  # the button is disabled without questions
        return trial.run(asked, chosen, key, mine, progress, cancelled)

    return work


def evaluated(job: Job | None) -> None:
    """How far the trial is, or what came out of it, under the names of the file and the knowledge."""
    if job is None:
        return
    asked_of = knowledge_label(job.about["knowledge"], job.about["name"])
    label = t("evaluate-label", file=escape(job.title), knowledge=escape(asked_of))
    done = outcome(job, label)
    if done is None:
        return
    found: Trial = done.result
    with st.container(border=True):
        st.caption(label)
        st.subheader(escape(reports.verdict(found, current())), anchor=False)
        _downloads(found, asked_of)
    st.markdown(f"**{t('evaluate-figures')}**")
    st.dataframe(figures(found), hide_index=True, alt=t("evaluate-figures"))
    with st.expander(t("evaluate-how"), icon=":material/info:"):
        st.markdown("\n".join(f"- {escape(note)}" for note in reports.notes(found, current())))
    title = reports.curve_title(found, current())
    st.markdown(f"**{escape(title)}**")
    st.altair_chart(curves(found), alt=title)
    _tables(found)


def _downloads(found: Trial, asked_of: str) -> None:
    language = current()
    with st.container(horizontal=True):
        st.download_button(
            t("report-download"),
            lambda: to_html(reports.from_trial(found, asked_of, language)),
            f"evaluation.{language}.html",
            "text/html",
            icon=":material/download:",
            key=f"{EVALUATE}-report",
        )
        st.download_button(
            t("evaluate-download"),
            lambda: to_csv_bytes(found.frame()),
            "evaluation.csv",
            icon=":material/download:",
            key=f"{EVALUATE}-download",
        )


def figures(found: Trial) -> pd.DataFrame:
    """Every figure with its interval, a column a configuration."""
    figure, interval = partial(words.figure, language=current()), partial(words.interval, language=current())
    table = pd.DataFrame(
        {
            t("evidence-metric"): t(f"metric-{metric.name}"),
            "system": t(f"system-{metric.system}"),
            "shown": f"{figure(metric.value, metric.unit)} ({interval(metric)})",
        }
        for metric in found.metrics
    )
    wide = table.pivot_table(index=t("evidence-metric"), columns="system", values="shown", aggfunc="first", sort=False)
    return wide.fillna("").reset_index()


def curves(found: Trial) -> alt.LayerChart | alt.FacetChart:
    """Risk over coverage with its band; the names stand at the ends of the lines."""
    rows = pd.concat(
        pd.DataFrame(
            {
                "coverage": curve.coverage,
                "risk": curve.risk,
                "low": curve.low,
                "high": curve.high,
                "name": t(f"system-{system}"),
                "meaning": meaning,
            }
        )
        for system, curve, meaning in zip(SYSTEMS, found.curves, reports.MEANINGS, strict=False)
    )
    x = alt.X("coverage:Q", title=t("evaluate-coverage"), axis=alt.Axis(format="~%"), scale=alt.Scale(domain=[0, 1.05]))
    y = alt.Y("risk:Q", title=t("evaluate-risk"), axis=alt.Axis(format="~%"))
    colour = palette.by_meaning("meaning")
    base = alt.Chart(rows).encode(x=x, color=colour)
    ends = alt.Chart(rows[rows["coverage"] == rows["coverage"].max()]).encode(x=x, color=colour)
    tips = [
        alt.Tooltip("name:N", title=t("evaluate-system")),
        alt.Tooltip("coverage:Q", title=t("evaluate-coverage"), format="~%"),
        alt.Tooltip("risk:Q", title=t("evaluate-risk"), format=".1%"),
    ]
    return alt.layer(
        base.mark_area(opacity=0.15).encode(y=alt.Y("low:Q", title=t("evaluate-risk")), y2="high:Q", detail="name:N"),
        base.mark_line(strokeWidth=2).encode(y=y, strokeDash=alt.StrokeDash("name:N", legend=None), tooltip=tips),
        ends.mark_text(align="left", dx=6, fontWeight="bold").encode(y=y, text="name:N"),
        height=320,
    )


def _tables(found: Trial) -> None:
    if found.comparison is not None:
        differences = found.differences()
        _table(
            found,
            differences,
            t("evaluate-differences", count=len(differences)) if differences else t("evaluate-no-differences"),
        )
    for system, side in zip(SYSTEMS, found.sides, strict=False):
        worst, name = found.worst(side), t(f"system-{system}")
        _table(found, worst, t("evaluate-worst", system=name) if worst else t("evaluate-no-worst", system=name))


def _table(found: Trial, places: list[int], title: str) -> None:
    if not places:
        st.caption(title)
        return
    st.markdown(f"**{title}**")
    columns = reports.columns(found, current())
    rows = [reports.line(found, place, current()) for place in places[:_SHOWN]]
    st.dataframe(
        pd.DataFrame(rows, columns=list(columns)),
        hide_index=True,
        column_config={
            column: st.column_config.TextColumn(width=width) for column, width in zip(columns, _WIDTHS, strict=False)
        },
        alt=title,
    )
    if len(places) > _SHOWN:
        st.caption(t("evaluate-first", shown=_SHOWN, count=len(places)))
