"""Your own transactions: what stands where, what is in the file, scored in the background, measured and handed on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

import pandas as pd
import streamlit as st

from bigmodel_apps.fraud import bulk, ledger, samples
from bigmodel_apps.fraud import columns as columns_
from bigmodel_apps.fraud.bulk import Engine, Figures, Prepared, Result
from bigmodel_apps.fraud.cells import Decimal
from bigmodel_apps.fraud.columns import Columns, Role
from bigmodel_apps.fraud.ledger import Report
from bigmodel_apps.fraud.queue import CAPACITY
from bigmodel_apps.reporting import fraud as in_words
from bigmodel_apps.reporting import to_html
from bigmodel_apps.tables import Table
from bigmodel_apps.ui import address, tables
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome
from bigmodel_apps.ui.language import current, date, number, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, describe, described, guard, show, show_attempted
from bigmodel_apps.ui.upload import upload
from pages.fraud import opened, simulated
from pages.fraud.looks import band_word

UPLOAD, SAMPLE = "fraud-upload", "fraud-load-sample"

_KEY = "fraud-data"
_PREPARED, _SEEN, _SCORED = "fraud.prepared", "fraud.upload-seen", "fraud.scored-source"
_ROLES: tuple[Role, ...] = ("time", "amount", "customer", "terminal", "fraud", "id")
_MAX_MB = 200


@dataclass(frozen=True)
class _Source:
    """A table to look into, and an id that changes with it."""

    id: str
    table: Table


def data_view() -> None:
    """The view."""
    show_attempted()
    scored = bulk.finished(owner())
    with st.expander(
        t("fraud-data-title"),
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
    waiting()
    if scored:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = opened.choose_own(scored)
            tables.kept(
                scored,
                t("fraud-data-kept", count=len(scored)),
                lambda dataset: t("fraud-data-rows", rows=dataset.rows),
                _KEY,
                bulk.delete,
            )
        with guard():
            results(chosen)
    simulated.panel()


def _source_id() -> str | None:
    """The id of the file that was chosen last, as the session knows it before the widgets are drawn."""
    kept = st.session_state.get(f"{UPLOAD}.kept")
    return "sample" if st.session_state.get(SAMPLE) else kept.id if kept else st.session_state.get(_SCORED)


def choose_source() -> _Source | None:
    """The file dropped last, or our sample."""
    found = upload(
        t("fraud-data-upload"),
        lambda content, name: ledger.open_table(content, name),
        key=UPLOAD,
        types=tables.TYPES,
        max_mb=_MAX_MB,
        help=t("fraud-data-help"),
    )
    if found is not None and st.session_state.get(_SEEN) != found.id:
        st.session_state[_SEEN] = found.id
        st.session_state[SAMPLE] = False
    with st.container(horizontal=True, vertical_alignment="center"):
        sample = st.toggle(t("table-sample"), key=SAMPLE, persist_state="session")
        st.download_button(
            t("table-sample-file"),
            samples.content,
            samples.NAME,
            "text/csv",
            type="tertiary",
            icon=":material/download:",
            key=f"{_KEY}-sample-file",
            on_click="ignore",
        )
    if sample:
        return _Source("sample", _sample())
    return _Source(found.id, found.value) if found is not None else None


@st.cache_resource
def _sample() -> Table:
    """Read once for all visitors; nobody changes it."""
    return ledger.open_table(samples.content(), samples.NAME)


def teach() -> None:
    """What to do here, where nothing was dropped yet."""
    with st.container(border=True):
        st.markdown(f"**{t('fraud-data-empty-title')}**")
        st.markdown(t("fraud-data-empty"))


# --- What was read ----------------------------------------------------------------------------------------------------


def look(source: _Source) -> None:
    """The columns, open to correction; what is in them; who answers; and the button that scores."""
    st.subheader(escape(source.table.report.name), anchor=False)
    columns = choose_columns(source)
    if columns is None:
        return
    found = _prepared(source, columns)
    corrected = _corrected(source, found)
    if corrected != columns:
        found = _prepared(source, corrected)
    report(found.ledger.report)
    engine = choose_engine(source, found)
    st.button(
        t("fraud-data-score", rows=found.ledger.report.usable),
        type="primary",
        icon=":material/play_arrow:",
        key=f"{_KEY}-score",
        on_click=attempt,
        args=(_score, source.id, found, engine),
    )


def choose_columns(source: _Source) -> Columns | None:
    """What stands where: found by names and contents, and open to correction."""
    frame = source.table.frame.rename(columns=str)
    names = list(frame.columns)
    guess = columns_.guess(frame)
    if guess.schema:
        st.caption(f":material/verified: {t('fraud-data-schema', schema=t(f'fraud-schema-{guess.schema}'))}")
    chosen: dict[str, str | None] = {}
    with st.grid(3, min_column_width=150, gap="small"):
        for role in _ROLES:
            label, known = t(f"fraud-column-{role}"), getattr(guess.columns, role)
            chosen[role] = tables.column(label, names, known, f"{_KEY}-column-{role}-{source.id}")
    missing = [t(f"fraud-column-{role}") for role in ("time", "amount") if chosen[role] is None]
    if missing:
        st.caption(t("table-columns-needed", missing=t("list-separator").join(missing)))
        return None
    used = set(chosen.values())
    return replace(
        guess.columns,
        time=chosen["time"] or "",
        amount=chosen["amount"] or "",
        customer=chosen["customer"],
        terminal=chosen["terminal"],
        fraud=chosen["fraud"],
        id=chosen["id"],
        clock=None if guess.columns.clock in used else guess.columns.clock,
        scenario=None if guess.columns.scenario in used else guess.columns.scenario,
        numbers=tuple(name for name in guess.columns.numbers if name not in used),
        segments=tuple(name for name in guess.columns.segments if name not in used),
    )


def _corrected(source: _Source, found: Prepared) -> Columns:
    """How 03/05/2026 and 1,234 are read and what means fraud, where the file itself does not tell."""
    facts, columns = found.ledger.report, found.ledger.columns
    if facts.ambiguous_dates and not facts.order_certain:
        order = tables.date_order(facts.ambiguous_dates, facts.order, f"{_KEY}-order-{source.id}")
        columns = replace(columns, order=order)
    if facts.ambiguous_amounts and not facts.decimal_certain:
        marks: tuple[Decimal, ...] = get_args(Decimal)
        mark = st.segmented_control(
            t("fraud-data-decimal", rows=facts.ambiguous_amounts),
            marks,
            default=facts.decimal,
            required=True,
            key=f"{_KEY}-decimal-{source.id}",
        )
        columns = replace(columns, decimal=mark)
    if any(note.code == "fraud-labels-unclear" for note in facts.notes) and columns.fraud:
        values = sorted({str(one) for one in source.table.frame.rename(columns=str)[columns.fraud].unique()})
        value = st.selectbox(
            t("fraud-data-fraud-value"),
            values,
            index=None,
            placeholder=t("table-column-none"),
            key=f"{_KEY}-fraud-value-{source.id}",
        )
        columns = replace(columns, fraud_value=value)
    return columns


def _prepared(source: _Source, columns: Columns) -> Prepared:
    """Looked into once for a file and its columns: reruns are many and files are large."""
    with st.spinner(t("table-looking")):
        return once(_PREPARED, source.table, (columns,), lambda: bulk.prepare(source.table, columns))


def report(facts: Report) -> None:
    """What the file holds, what is left out and why, and what is to be known of it."""
    with st.container(horizontal=True, key=f"{_KEY}-report"):
        st.metric(t("fraud-data-usable"), number(facts.usable))
        st.metric(t("fraud-data-frauds"), number(facts.frauds) if facts.labelled else "–")
        st.metric(t("fraud-data-days"), number(facts.days))
        st.metric(t("fraud-data-left-out"), number(facts.rows - facts.usable))
    lines = []
    if facts.first and facts.last:
        lines.append(t("period", first=date(facts.first), last=date(facts.last)))
    lines += [t(f"fraud-left-{code}", count=count) for code, count in facts.left_out.items() if count]
    if facts.encoding:
        lines.append(t("table-encoding", encoding=escape(facts.encoding)))
    st.caption(" · ".join(lines))
    show(facts.notes, title=t("table-notes"))
    if facts.problems:
        show(facts.problems, title=t("table-problems", count=len(described(facts.problems))))


def choose_engine(source: _Source, found: Prepared) -> Engine:
    """Who answers; why the others cannot stands below."""
    plan = found.plan
    engine = st.radio(
        t("fraud-data-engine"),
        plan.engines,
        format_func={name: t(f"fraud-engine-{name}") for name in plan.engines}.__getitem__,
        key=f"{_KEY}-engine-{source.id}-{'-'.join(plan.engines)}",
    )
    for name, problem in plan.why_not.items():
        st.caption(f":material/block: {t(f'fraud-engine-{name}')} – {describe(problem)}")
    return engine


def _score(source: str, found: Prepared, engine: Engine) -> None:
    dataset = bulk.keep(owner(), found, engine)
    if not dataset.meta["done"]:
        bulk.start(dataset.id, owner())
    opened.show(dataset.id)
    st.session_state[_SCORED] = source


# --- What is kept -----------------------------------------------------------------------------------------------------


def waiting() -> None:
    """The file at which a job is, and those that were stopped, to go on after a reload."""
    job = newest(bulk.KIND)
    if job is not None:
        outcome(job, cancelled=t("sentiment-score-cancelled"))
    for dataset in bulk.unfinished(owner()):
        with st.container(border=True):
            tables.waiting(dataset, t("fraud-data-waiting", rows=dataset.rows), _KEY, bulk.start, bulk.delete)


# --- Results ----------------------------------------------------------------------------------------------------------


def results(chosen: str) -> None:
    """How well the scores rank what the detector has not learned from, and the files to hand on."""
    with st.spinner(t("fraud-bank-opening")):
        result = bulk.open_result(chosen, owner())
    with st.container(border=True, key=f"{_KEY}-result"):
        st.subheader(headline(result), anchor=False)
        st.caption(
            t(
                "fraud-result-facts",
                name=escape(result.name),
                rows=result.report.usable,
                engine=t(f"fraud-engine-{result.engine}"),
            )
        )
        if result.engine == "outliers":
            st.caption(f":material/info: {t('fraud-result-outliers')}")
        if result.figures is not None:
            st.dataframe(figures_table(result.figures), hide_index=True, alt=t("fraud-result-bands"))
        downloads(result)


def headline(result: Result) -> str:
    """What was measured, in a sentence; or why nothing was."""
    found = result.figures
    if found is None:
        return t("fraud-result-unmeasured")
    return t(
        "fraud-result-measured",
        ap=number(round(found.average_precision, 3)),
        amount=number(round(found.by_amount, 3)),
        chance=number(round(found.frauds / found.rows, 4)),
        first=date(found.first),
        last=date(found.last),
        frauds=found.frauds,
        rows=found.rows,
    )


def figures_table(found: Figures) -> pd.DataFrame:
    """What a threshold at the beginning of each band does on the measured days."""
    return pd.DataFrame(
        {
            t("queue-column-band"): band_word(one.band),
            t("segments-alerts"): number(one.alerts),
            t("money-recall"): opened.bounded(one.recall),
            t("money-precision"): opened.bounded(one.precision) if one.precision else "–",
            t("money-band-measured"): opened.bounded(one.false_positives),
        }
        for one in reversed(found.bands)
    )


def downloads(result: Result) -> None:
    """To the queue of this file, and the files to hand on."""
    language, name, mine = current(), result.name.rsplit(".", 1)[0] or "transactions", owner()
    with st.container(horizontal=True):
        st.button(
            t("fraud-result-queue"),
            icon=":material/arrow_forward:",
            type="primary",
            key=f"{_KEY}-to-queue",
            on_click=_to_queue,
            args=(result.id,),
        )
        st.download_button(
            t("fraud-result-scored"),
            lambda: bulk.scored_file(result.id, mine, language),
            f"{name}.scored.csv",
            "text/csv",
            icon=":material/download:",
            key=f"{_KEY}-scored-file",
            on_click="ignore",
        )
        st.download_button(
            t("fraud-result-queue-file", k=CAPACITY),
            lambda: bulk.queue_file(result.bank, language),
            f"{name}.queue.csv",
            "text/csv",
            icon=":material/download:",
            key=f"{_KEY}-queue-file",
            on_click="ignore",
        )
        st.download_button(
            t("report-download"),
            lambda: to_html(in_words.from_result(result, language)),
            f"{name}.{language}.html",
            "text/html",
            icon=":material/summarize:",
            key=f"{_KEY}-report-file",
            on_click="ignore",
        )


def _to_queue(chosen: str) -> None:
    opened.show(chosen)
    address.keep("view", "queue", scope="fraud")
