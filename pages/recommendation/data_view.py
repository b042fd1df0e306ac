"""Your own choices: what stands where, what is in the file, fitted in the background, compared and handed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from bigmodel_apps.locales import Language
from bigmodel_apps.recommendation import bulk, ledger, refits, rules, samples
from bigmodel_apps.recommendation import columns as columns_
from bigmodel_apps.recommendation.bulk import Prepared, Result
from bigmodel_apps.recommendation.columns import Columns, Role
from bigmodel_apps.recommendation.ledger import Report
from bigmodel_apps.reporting import recommendation as in_words
from bigmodel_apps.reporting import to_html
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Job, Stop
from bigmodel_apps.tables import Table
from bigmodel_apps.ui import address, tables
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import current, date, number, percent, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, describe, described, guard, show, show_attempted
from bigmodel_apps.ui.upload import upload
from pages.recommendation import opened, standings

UPLOAD, UPLOAD_ITEMS, SAMPLE = "recommendation-upload", "recommendation-upload-items", "recommendation-load-sample"
LISTS = "recommendation-lists"

_KEY = "recommendation-data"
_PREPARED, _SEEN, _FITTED = "recommendation.prepared", "recommendation.upload-seen", "recommendation.fitted-source"
_SAMPLE_ID = "sample"
_MAX_MB = 400
_LIST = 10
_DIRECT = 5_000_000
"""Scores that are computed while a download waits; more of them in the background."""

_FIRST = 4
"""Roles that nearly every file has; the others are folded."""


@dataclass(frozen=True)
class _Source:
    """A table of choices, and one of items if there is; an id that changes with them."""

    id: str
    table: Table
    items: Table | None


def data_view() -> None:
    """The view."""
    show_attempted()
    fitted = bulk.finished(owner())
    with st.expander(
        t("recommendation-data-title"),
        icon=":material/table:",
        expanded=not fitted or st.session_state.get(_FITTED) != _source_id(),
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
    if fitted:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = opened.choose_own(fitted)
            tables.kept(
                fitted,
                t("recommendation-data-kept", count=len(fitted)),
                lambda dataset: t("recommendation-data-rows", rows=dataset.rows),
                _KEY,
                bulk.delete,
            )
        with guard():
            results(chosen)


def _source_id() -> str | None:
    """The id of the file that was chosen last, as the session knows it before the widgets are drawn."""
    kept = st.session_state.get(f"{UPLOAD}.kept")
    return _SAMPLE_ID if st.session_state.get(SAMPLE) else kept.id if kept else st.session_state.get(_FITTED)


def choose_source() -> _Source | None:
    """The file dropped last, with the items dropped beside it, or our sample."""
    found = upload(
        t("recommendation-data-upload"),
        ledger.open_table,
        key=UPLOAD,
        types=tables.TYPES,
        max_mb=_MAX_MB,
        help=t("recommendation-data-help"),
    )
    if found is not None and st.session_state.get(_SEEN) != found.id:
        st.session_state[_SEEN] = found.id
        st.session_state[SAMPLE] = False
    language = current()
    with st.container(horizontal=True, vertical_alignment="center"):
        sample = st.toggle(t("table-sample"), key=SAMPLE, persist_state="session")
        st.download_button(
            t("table-sample-file"),
            lambda: samples.upload_csv(language),
            samples.UPLOAD_NAME,
            "text/csv",
            type="tertiary",
            icon=":material/download:",
            key=f"{_KEY}-sample-file",
            on_click="ignore",
        )
    if sample:
        return _Source(_SAMPLE_ID, _sample(language), None)
    if found is None:
        return None
    items = upload(
        t("recommendation-data-items"),
        ledger.open_items,
        key=UPLOAD_ITEMS,
        types=tables.TYPES,
        max_mb=_MAX_MB,
        help=t("recommendation-data-items-help"),
    )
    return _Source(f"{found.id}+{items.id}" if items else found.id, found.value, items.value if items else None)


@st.cache_resource
def _sample(language: Language) -> Table:
    """Read once for all visitors; nobody changes it."""
    return ledger.open_table(samples.upload_csv(language), samples.UPLOAD_NAME)


def teach() -> None:
    """What to do here, where nothing was dropped yet."""
    with st.container(border=True):
        st.markdown(f"**{t('recommendation-data-empty-title')}**")
        st.markdown(t("recommendation-data-empty"))


# --- What was read ----------------------------------------------------------------------------------------------------


def look(source: _Source) -> None:
    """The columns, open to correction; what is in them; and the button that fits."""
    st.subheader(escape(source.table.report.name), anchor=False)
    columns = choose_columns(source)
    if columns is None:
        return
    found = _prepared(source, _corrected(source, columns))
    report(found)
    st.button(
        t("recommendation-data-fit", users=found.ledger.report.users),
        type="primary",
        icon=":material/play_arrow:",
        key=f"{_KEY}-fit",
        on_click=attempt,
        args=(_fit, source.id, found),
    )


def choose_columns(source: _Source) -> Columns | None:
    """What stands where: found by names and contents, and open to correction."""
    guess = columns_.guess(source.table.frame)
    if guess.schema:
        schema = t(f"recommendation-schema-{guess.schema}")
        st.caption(f":material/verified: {t('recommendation-data-schema', schema=schema)}")
    chosen = _pick(source, columns_.ROLES[:_FIRST], guess.columns, columns=4)
    with st.expander(t("recommendation-data-more-columns"), icon=":material/view_column:"):
        chosen |= _pick(source, columns_.ROLES[_FIRST:], guess.columns, columns=3)
    missing = [t(f"recommendation-column-{role}") for role in ("user", "item") if chosen[role] is None]
    if missing:
        st.caption(t("table-columns-needed", missing=t("list-separator").join(missing)))
        return None
    return replace(guess.columns, **chosen)  # type: ignore[arg-type]  # names of columns, as the class has them


def _pick(source: _Source, roles: Sequence[Role], known: Columns, *, columns: int) -> dict[str, str | None]:
    """A choice of columns for each role."""
    names = [str(name) for name in source.table.frame.columns]
    chosen: dict[str, str | None] = {}
    with st.grid(columns, min_column_width=105, gap="small"):
        for role in roles:
            label = t(f"recommendation-column-{role}")
            chosen[role] = tables.column(label, names, getattr(known, role), f"{_KEY}-column-{role}-{source.id}")
    return chosen


def _corrected(source: _Source, columns: Columns) -> Columns:
    """How 03/05/2026 is read where the file itself does not tell, and from which rating on something was liked."""
    facts, rated = _asked(source, columns)
    if facts.ambiguous_dates and not facts.order_certain:
        order = tables.date_order(facts.ambiguous_dates, facts.order, f"{_KEY}-order-{source.id}")
        columns = replace(columns, order=order)
    if rated:
        least = st.number_input(
            t("recommendation-data-liked-from"),
            value=None,
            step=0.5,
            placeholder=t("recommendation-data-liked-all"),
            key=f"{_KEY}-liked-{source.id}",
            width=260,
            help=t("recommendation-data-liked-help"),
        )
        columns = replace(columns, liked_from=least)
    return columns


@dataclass(eq=False)
class _Looked:
    """What a session keeps of the file it looks at: the newest reading alone, as files are large; of the others what is
    asked of the user."""

    table: Table
    items: Table | None
    asked: dict[Columns, tuple[Report, bool]]
    newest: tuple[Columns, Prepared] | None = None


def _looked(source: _Source) -> _Looked:
    kept: _Looked | None = st.session_state.get(_PREPARED)
    if kept is None or kept.table is not source.table or kept.items is not source.items:
        st.session_state[_PREPARED] = kept = _Looked(source.table, source.items, {})
    return kept


def _asked(source: _Source, columns: Columns) -> tuple[Report, bool]:
    """How a file reads with its columns as they are, and whether it has ratings."""
    kept = _looked(source)
    if columns not in kept.asked:
        found = _prepared(source, columns).ledger
        ratings = found.interactions.ratings
        kept.asked[columns] = found.report, ratings is not None and len(ratings) > 0
    return kept.asked[columns]


def _prepared(source: _Source, columns: Columns) -> Prepared:
    """Looked into once for a file and its columns: reruns are many."""
    kept = _looked(source)
    if kept.newest is None or kept.newest[0] != columns:
        kept.newest = None  # freed before the next one is made
        with st.spinner(t("table-looking")):
            found = bulk.prepare(source.table, columns, items=source.items)
        if source.id == _SAMPLE_ID:
            simulated = replace(found.ledger.interactions, simulated=True)
            found = replace(found, ledger=replace(found.ledger, interactions=simulated))
        kept.newest = columns, found
    return kept.newest[1]


def report(found: Prepared) -> None:
    """What the file holds, what is left out and why, and what is to be known of it."""
    facts = found.ledger.report
    with st.container(horizontal=True, key=f"{_KEY}-report"):
        st.metric(t("recommendation-data-choices"), number(facts.usable))
        st.metric(t("recommendation-data-users"), number(facts.users))
        st.metric(t("recommendation-data-items-count"), number(facts.items))
        st.metric(t("recommendation-data-density"), percent(facts.density), help=t("recommendation-data-density-help"))
    lines = [t("recommendation-sample-note")] if found.ledger.interactions.simulated else []
    if facts.first and facts.last:
        lines.append(t("period", first=date(facts.first), last=date(facts.last)))
    if facts.per_user:
        median, most = (number(facts.per_user[part]) for part in (50, 100))
        lines.append(t("recommendation-data-activity", median=median, most=most))
    lines += [t(f"recommendation-left-{code}", count=count) for code, count in facts.left_out.items() if count]
    if facts.encoding:
        lines.append(t("table-encoding", encoding=escape(facts.encoding)))
    st.caption(" · ".join(lines))
    show([*facts.notes, *([found.unmeasured] if found.unmeasured else [])], title=t("table-notes"))
    if facts.problems:
        show(facts.problems, title=t("table-problems", count=len(described(facts.problems))))


def _fit(source: str, found: Prepared) -> None:
    dataset = bulk.keep(owner(), found)
    if not dataset.meta["done"]:
        bulk.start(dataset.id, owner())
    opened.show(dataset.id)
    st.session_state[_FITTED] = source


# --- What is kept -----------------------------------------------------------------------------------------------------


def waiting() -> None:
    """The file at which a job is, and those that were stopped, to go on after a reload."""
    job = newest(bulk.KIND)
    if job is not None:
        outcome(job, cancelled=t("recommendation-data-cancelled"))
    for dataset in bulk.unfinished(owner()):
        with st.container(border=True):
            tables.waiting(dataset, t("recommendation-data-waiting", rows=dataset.rows), _KEY, bulk.start, bulk.delete)


# --- Results ----------------------------------------------------------------------------------------------------------


def results(chosen: str) -> None:
    """Which model ranks best what came later, and the files to hand on."""
    with st.spinner(t("recommendation-shop-opening")):
        result = bulk.open_result(chosen, owner())
    with st.container(border=True, key=f"{_KEY}-result"):
        if result.leaderboard is not None:
            standings.board(result.leaderboard, key=result.id)
        elif result.unmeasured is not None:
            st.subheader(escape(in_words.covers(result.shop, current())), anchor=False)
            st.caption(describe(result.unmeasured))
        downloads(result)


def downloads(result: Result) -> None:
    """To the lists of this file, and the files to hand on."""
    language, name, mine = current(), result.name.rsplit(".", 1)[0] or "recommendations", owner()
    with st.container(horizontal=True):
        st.button(
            t("recommendation-result-try"),
            icon=":material/arrow_forward:",
            type="primary",
            key=f"{_KEY}-to-try",
            on_click=_to_try,
            args=(result.id,),
        )
        job = _lists_button(mine, result, language, f"{name}.recommendations.csv")
        st.download_button(
            t("report-download"),
            lambda: to_html(in_words.from_result(result, language)),
            f"{name}.{language}.html",
            "text/html",
            icon=":material/summarize:",
            key=f"{_KEY}-report-file",
            on_click="ignore",
        )
    if job is not None and job.state != "done":
        outcome(job)


def _lists_button(mine: str, result: Result, language: Language, name: str) -> Job | None:
    """The download of a list for every customer; in a large shop they are made in the background first. Returns that job."""
    label, job, content = t("recommendation-result-lists", k=_LIST), None, None
    if len(result.shop.interactions.user_ids) * len(result.shop.catalogue) > _DIRECT:
        about = {"table": result.id, "language": language}
        job = next((one for one in jobs.list(mine, LISTS) if one.about == about), None)
        if job is None or job.state != "done":
            start(LISTS, label, lambda: partial(_lists, mine, result, language), title=result.name, about=about)
            return job
        content = job.result
    st.download_button(
        label,
        content or (lambda: _lists(mine, result, language)),
        name,
        "text/csv",
        icon=":material/download:",
        key=f"{_KEY}-lists-file",
        on_click="ignore",
    )
    return job


def _lists(
    mine: str, result: Result, language: Language, progress: Progress | None = None, _stop: Stop | None = None
) -> bytes:
    """A list for every customer, as the model in use makes it and the shop's rules allow; `progress` raises once cancelled."""
    shop, _ = refits.serve(mine, result.key)
    return in_words.lists_csv(shop, language, _LIST, rules.of(mine, shop.base), progress)


def _to_try(chosen: str) -> None:
    opened.show(chosen)
    address.keep("view", "try", scope="recommendation")
