"""Your own knowledge: drop a file, read the report, index it, ask it; or have a whole file of questions answered."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bigmodel_apps import workspace
from bigmodel_apps.customer_service import knowledge as bases
from bigmodel_apps.customer_service.bulk import answer_table, question_column
from bigmodel_apps.customer_service.knowledge import SAMPLES, Knowledge
from bigmodel_apps.customer_service.schema import Options
from bigmodel_apps.customer_service.shelf import close, encoder_of, key_of, open_for, shelf
from bigmodel_apps.runtime.jobs import Work
from bigmodel_apps.tables import Table, read_table, to_csv_bytes
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import job
from bigmodel_apps.ui.language import current, number, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import show
from bigmodel_apps.ui.upload import upload
from bigmodel_apps.workspace import Dataset
from pages.customer_service.choices import DOMAIN, KIND, KNOWLEDGE, knowledge, model, own_knowledge

TABLES = ("csv", "tsv", "xlsx", "json", "jsonl", "parquet")
DOCUMENTS = ("pdf", "docx", "md", "html", "txt")


def data_view() -> None:
    """The view."""
    left, right = st.columns(2, gap="large")
    with left:
        new_knowledge()
        kept_knowledge()
    with right:
        file_of_questions()


def new_knowledge() -> None:
    """Drop a file, see what is in it, index it."""
    st.subheader(t("cs-data-title"), anchor=False)
    found = upload(
        t("cs-data-upload"), _read, key="customer-service-upload", types=(*TABLES, *DOCUMENTS), help=t("cs-data-help")
    )
    if found is None:
        st.caption(t("cs-data-empty"))
        with st.container(horizontal=True):
            for name in (f"faq.{current()}.csv", f"handbook.{current()}.md"):
                st.download_button(
                    t("cs-data-sample", name=name),
                    (SAMPLES / "shop" / name).read_bytes(),
                    name,
                    type="tertiary",
                    icon=":material/download:",
                    key=f"customer-service-sample-{name}",
                )
        return
    report(found.value)
    same = next((d for d in own_knowledge().values() if d.name == found.name and d.owner), None)
    done = job(
        "customer-service-index",
        t("cs-data-update" if same else "cs-data-create"),
        lambda: _index(found.value, same.id if same else None),
        title=found.name,
    )
    if done:
        name, reused = done.result
        st.success(t("cs-data-ready", name=escape(done.title), reused=reused), icon=":material/check_circle:")
        st.button(
            t("cs-data-ask"),
            icon=":material/arrow_forward:",
            key="customer-service-ask-own",
            on_click=_open,
            args=(name,),
        )


def _read(content: bytes, name: str) -> Knowledge:
    return bases.read([(name, content)])


def _index(given: Knowledge, replaces: str | None) -> Work:
    """Store and open on the page's thread, so that it can be asked at once; vectors in the background."""
    datasets, mine, encoder = workspace.default().datasets, owner(), encoder_of(model())
    meta = {"rows": given.report.entries, "languages": given.report.languages}
    if replaces:
        open_for(replaces, model(), mine)  # what did not change is taken over from it
        name = datasets.update(replaces, mine, bases.pack(given), meta).id
    else:
        name = datasets.add(mine, DOMAIN, KIND, given.name, bases.pack(given), meta).id
    key = key_of(name, mine)

    def work(progress: Any, cancelled: Any) -> tuple[str, int]:
        index = shelf.put(key, given)
        shelf.build_vectors(key, encoder, progress, cancelled)
        return name, index.reused

    return work


def _open(name: str) -> None:
    st.session_state[KNOWLEDGE] = name
    st.session_state["address.customer-service.view"] = st.query_params["view"] = "try"


def report(found: Knowledge) -> None:
    """What the file holds and what is wrong with it."""
    facts = found.report
    with st.container(horizontal=True):
        st.metric(t("cs-report-entries"), number(facts.entries))
        if facts.phrasings:
            st.metric(t("cs-report-phrasings"), number(facts.phrasings))
        st.metric(t("cs-report-duplicates"), number(facts.duplicates))
        st.metric(t("cs-report-empty"), number(facts.empty))
    languages = t("cs-list-separator").join(
        t("cs-report-language", language=t(f"group-{language}"), entries=entries)
        for language, entries in facts.languages.items()
    )
    st.caption(t("cs-report-languages", languages=languages, encodings=escape(", ".join(facts.encodings) or "–")))
    show(facts.problems, title=t("cs-report-problems", count=len(facts.problems)))


def kept_knowledge() -> None:
    """What this visitor owns: share, delete, reset."""
    own = [dataset for dataset in own_knowledge().values() if dataset.owner]
    if not own:
        return
    st.subheader(t("cs-own-title"), anchor=False)
    for dataset in own:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(f"**{escape(dataset.name)}**", width="content")
            st.caption(t("cs-own-entries", entries=dataset.rows), width="content")
            st.space("stretch")
            st.toggle(
                t("cs-own-share"),
                dataset.shared,
                key=f"customer-service-share-{dataset.id}",
                help=t("cs-own-share-help"),
                on_change=_share,
                args=(dataset,),
            )
            st.button(
                t("cs-own-delete"),
                icon=":material/delete:",
                type="tertiary",
                key=f"customer-service-delete-{dataset.id}",
                on_click=_delete,
                args=(dataset,),
            )
    with st.popover(t("cs-reset"), icon=":material/restart_alt:"):
        st.markdown(t("cs-reset-explain"))
        st.button(t("cs-reset-confirm"), key="customer-service-reset", type="primary", on_click=_reset)


def _share(dataset: Dataset) -> None:
    workspace.default().datasets.share(
        dataset.id, owner(), bool(st.session_state[f"customer-service-share-{dataset.id}"])
    )


def _delete(dataset: Dataset) -> None:
    close(dataset.id, owner())
    workspace.default().datasets.delete(dataset.id, owner())


def _reset() -> None:
    for dataset in own_knowledge().values():
        if dataset.owner:
            close(dataset.id, owner())
    workspace.default().reset(owner())


def file_of_questions() -> None:
    """Questions in a table, answers in a table."""
    st.subheader(t("cs-bulk-title"), anchor=False)
    key = knowledge()
    found = upload(
        t("cs-bulk-upload"), _read_questions, key="customer-service-bulk", types=TABLES, help=t("cs-bulk-help")
    )
    if found is None:
        st.caption(t("cs-bulk-empty"))
        return
    st.caption(t("cs-bulk-found", rows=found.value.report.rows, column=escape(question_column(found.value))))
    done = job("customer-service-answers", t("cs-bulk-start"), lambda: _answer(found.value, key), title=found.name)
    if done:
        frame, problems = done.result
        show(problems, title=t("cs-report-problems", count=len(problems)))
        st.dataframe(frame.head(200), hide_index=True, alt=t("cs-bulk-title"))
        if len(frame) > 200:
            st.caption(t("cs-bulk-first", shown=200, rows=len(frame)))
        st.download_button(
            t("cs-bulk-download"),
            lambda: to_csv_bytes(frame),
            "answers.csv",
            icon=":material/download:",
            key="customer-service-answers-download",
        )


def _read_questions(content: bytes, name: str) -> Table:
    table = read_table(content, name)
    question_column(table)
    return table


def _answer(table: Table, key: str) -> Work:
    name = model()
    chosen = Options(knowledge=open_for(key, name, owner()))
    return lambda progress, cancelled: answer_table(table, chosen, name, progress, cancelled)
