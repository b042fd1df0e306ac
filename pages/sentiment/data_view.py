"""Your own table: what is in it, scored in the background, filtered, corrected and handed on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from bigmodel_apps.sentiment import bulk
from bigmodel_apps.sentiment import samples as sets
from bigmodel_apps.sentiment.bulk import Prepared
from bigmodel_apps.sentiment.columns import Columns, Role, guess
from bigmodel_apps.sentiment.results import Report
from bigmodel_apps.sentiment.schema import Options
from bigmodel_apps.tables import Table, read_table
from bigmodel_apps.ui import tables
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import date, number, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, described, guard, show, show_attempted
from bigmodel_apps.ui.upload import upload
from bigmodel_apps.workspace import Dataset
from pages.sentiment import opened
from pages.sentiment.aspect_lists import choose_list, to_judge
from pages.sentiment.choices import serving
from pages.sentiment.results_view import results

LOAD = "sentiment-load-sample"
UPLOAD = "sentiment-upload"

_KEY = "sentiment-data"
_SEEN, _PREPARED, _SCORED = "sentiment.upload-seen", "sentiment.prepared", "sentiment.scored-source"
_ROLES: tuple[Role, ...] = ("text", "date", "group", "language")
_MAX_MB = 200


@dataclass(frozen=True)
class _Source:
    """A table to look into, and an id that changes with it."""

    id: str
    table: Table
    aspects: str


def data_view() -> None:
    """The view."""
    show_attempted()
    scored = opened.own_tables()
    # Once a table is scored, its results are what matters.
    with st.expander(
        t("sentiment-data-title"),
        icon=":material/table:",
        expanded=not scored or st.session_state.get(_SCORED) != _source_id(),
    ):
        left, right = st.columns([2, 3], gap="medium")
        with left:
            source = choose_source()
        with right:
            if source is None:
                teach()
            else:
                with guard():
                    look(source)
    waiting_tables()
    if scored:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = opened.choose_own()
            tables.kept(
                scored,
                t("sentiment-kept", count=len(scored)),
                lambda dataset: t("sentiment-kept-done", rows=dataset.rows),
                _KEY,
                bulk.delete,
            )
        results(chosen)


def _source_id() -> str | None:
    """The id of the table that was chosen last, as the session knows it before the widgets are drawn."""
    sample, kept = st.session_state.get(LOAD), st.session_state.get(f"{UPLOAD}.kept")
    return f"sample-{sample}" if sample else kept.id if kept else st.session_state.get(_SCORED)


def choose_source() -> _Source | None:
    """The file dropped last, or a sample."""
    found = upload(
        t("sentiment-data-upload"),
        read_table,
        key=UPLOAD,
        types=tables.TYPES,
        max_mb=_MAX_MB,
        help=t("sentiment-data-help"),
    )
    if found is not None and st.session_state.get(_SEEN) != found.id:
        st.session_state[_SEEN] = found.id
        st.session_state[LOAD] = None
    sample = st.pills(
        t("sentiment-data-samples"),
        sets.NAMES,
        format_func={name: t(f"aspects-{name}") for name in sets.NAMES}.__getitem__,
        key=LOAD,
        wrap=True,
        persist_state="session",
    )
    if sample is not None:
        return _Source(f"sample-{sample}", sets.table(sample), sample)
    return _Source(found.id, found.value, "shop") if found is not None else None


def teach() -> None:
    """What to do here, where nothing was dropped yet."""
    with st.container(border=True):
        st.markdown(f"**{t('sentiment-data-empty-title')}**")
        st.markdown(t("sentiment-data-empty"))


# --- What was read ----------------------------------------------------------------------------------------------------


def look(source: _Source) -> None:
    """The columns, open to correction; what is in them; and the button that scores."""
    st.subheader(escape(source.table.report.name), anchor=False)
    columns = choose_columns(source)
    if columns is None:
        return
    found = _prepared(source, columns)
    columns = _order(source, columns, found.report)
    found = _prepared(source, columns)
    report(found.report)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = choose_list(source.aspects, f"sentiment-data-list-{source.id}")
        st.button(
            t("sentiment-score", rows=found.report.usable),
            type="primary",
            icon=":material/play_arrow:",
            key="sentiment-score",
            on_click=attempt,
            args=(_score, source.id, found, chosen),
        )


def choose_columns(source: _Source) -> Columns | None:
    """What stands where: found by names and contents, and open to correction."""
    names = [str(name) for name in source.table.frame.columns]
    guessed = guess(source.table.frame.rename(columns=str)).columns
    chosen: dict[Role, str | None] = {}
    for role, column in zip(_ROLES, st.columns(len(_ROLES), gap="small"), strict=True):
        with column:
            label, known = t(f"sentiment-column-of-{role}"), getattr(guessed, role)
            chosen[role] = tables.column(label, names, known, f"{_KEY}-column-{role}-{source.id}")
    text = chosen["text"]
    if text is None:
        st.caption(t("sentiment-column-needed"))
        return None
    return Columns(text, chosen["date"], chosen["language"], chosen["group"])


def _order(source: _Source, columns: Columns, facts: Report) -> Columns:
    """How 03/05/2026 is read, where the dates themselves do not tell."""
    if not facts.ambiguous_dates or facts.order_certain:
        return columns
    order = tables.date_order(facts.ambiguous_dates, facts.order, f"{_KEY}-order-{source.id}")
    return replace(columns, order=order)


def _prepared(source: _Source, columns: Columns) -> Prepared:
    """Looked into once for a file and its columns: reruns are many and files are large."""
    with st.spinner(t("table-looking")):
        return once(_PREPARED, source.table, (columns,), lambda: bulk.prepare(source.table, columns))


def report(facts: Report) -> None:
    """What the table holds and what is left out."""
    with st.container(horizontal=True, key="sentiment-report"):
        for name, value in (
            ("usable", facts.usable),
            ("duplicates", facts.duplicates),
            ("empty", facts.empty),
            ("left-out", facts.left_out),
        ):
            st.metric(t(f"sentiment-count-{name}"), number(value))
    lines = []
    if facts.first and facts.last:
        lines.append(t("sentiment-report-dates", dated=facts.dated, first=date(facts.first), last=date(facts.last)))
    if facts.groups:
        lines.append(t("sentiment-report-groups", groups=facts.groups))
    if facts.unreadable_dates:
        lines.append(t("sentiment-report-bad-dates", rows=facts.unreadable_dates))
    if facts.other_languages:
        lines.append(t("sentiment-report-other-languages", rows=facts.other_languages))
    if facts.encoding:
        lines.append(t("table-encoding", encoding=escape(facts.encoding)))
    st.caption(" · ".join(lines))
    if facts.problems:
        show(facts.problems, title=t("sentiment-report-problems", count=len(described(facts.problems))))


def _score(source: str, found: Prepared, chosen: str) -> None:
    name, options, _ = serving(Options(aspects=to_judge(chosen)))
    kept = bulk.keep(owner(), found, options, name)
    if not kept.meta["done"]:
        bulk.start(kept.id, owner())
    opened.show(kept.id)
    st.session_state[_SCORED] = source


# --- What is kept -----------------------------------------------------------------------------------------------------


def waiting_tables() -> None:
    """Tables under way, and those that were stopped, to go on after a reload."""
    for dataset in bulk.mine(owner()):
        if not dataset.meta["done"] and not opened.is_sample(dataset):
            with st.container(border=True, gap="xsmall"):
                _waiting(dataset)


@guard()
def _waiting(dataset: Dataset) -> None:
    job = opened.job_of(dataset.id)
    if job is not None and job.unfinished:
        opened.waits(job)
        return
    tables.waiting(dataset, t("sentiment-kept-waiting", rows=dataset.rows), _KEY, bulk.start, bulk.delete)
    if job is not None and job.state == "failed":
        show(job.problems)
