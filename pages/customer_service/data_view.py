"""Your own knowledge: drop a file, read the report, index it, ask it; or have a whole file of questions answered."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps.customer_service import knowledge as bases
from bigmodel_apps.customer_service import shelf
from bigmodel_apps.customer_service.bulk import answer_table, question_column
from bigmodel_apps.customer_service.knowledge import SAMPLES, Knowledge
from bigmodel_apps.customer_service.schema import Options
from bigmodel_apps.customer_service.shelf import Kept
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Job, Stop, Work
from bigmodel_apps.tables import Table, read_table, to_csv_bytes
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, show, show_attempted
from bigmodel_apps.ui.upload import Upload, upload
from bigmodel_apps.workspace import Dataset
from pages.customer_service.choices import KNOWLEDGE, knowledge, knowledge_label, model, own_knowledge

TABLES = ("csv", "tsv", "xlsx", "json", "jsonl", "parquet")
DOCUMENTS = ("pdf", "docx", "md", "html", "txt")
INDEX = "customer-service-index"
ANSWERS = "customer-service-answers"


def data_view() -> None:
    """The view."""
    show_attempted()
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
    job = newest(INDEX)
    of_this_file = job is not None and found is not None and job.about["upload"] == found.id
    if not of_this_file:
        indexed(job)
    if found is None:
        examples()
        return
    report(found.value)
    same = next((d for d in own_knowledge().values() if d.name == found.name and d.owner), None)
    start(
        INDEX,
        t("cs-data-update" if same else "cs-data-create"),
        lambda: _index(found.value, same.id if same else None),
        title=found.name,
        about={"upload": found.id},
    )
    if of_this_file:
        indexed(job)


def examples() -> None:
    """Files to start from."""
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


def indexed(job: Job | None) -> None:
    """How far the indexing of a file is, or what came of it, under the file's name."""
    done = outcome(job, cancelled=t("cs-data-cancelled"))
    if done is None:
        return
    kept: Kept = done.result
    name = escape(done.title)
    if kept.id not in own_knowledge():
        st.caption(t("cs-data-deleted", name=name))
        return
    if kept.dense:
        st.success(t("cs-data-ready", name=name, reused=kept.reused), icon=":material/check_circle:")
    else:
        st.info(t("cs-data-lexical", name=name), icon=":material/check_circle:")
    st.button(
        t("cs-data-ask"),
        icon=":material/arrow_forward:",
        key="customer-service-ask-own",
        on_click=_open,
        args=(kept.id,),
    )


def _read(content: bytes, name: str) -> Knowledge:
    return bases.read([(name, content)])


def _index(given: Knowledge, replaces: str | None) -> Work:
    name, mine = model(), owner()
    return lambda progress, cancelled: shelf.keep(given, name, mine, replaces, progress, cancelled)


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
    languages = t("list-separator").join(
        t("cs-report-language", language=t(f"group-{language}"), entries=entries)
        for language, entries in facts.languages.items()
    )
    st.caption(t("cs-report-languages", languages=languages, encodings=escape(", ".join(facts.encodings) or "–")))
    show(facts.problems, title=t("cs-report-problems", count=facts.left_out))


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
            learned(dataset)
            st.space("stretch")
            toggle = f"customer-service-share-{dataset.id}"
            st.session_state[toggle] = dataset.shared  # it may have been changed in another tab, or not at all
            st.toggle(
                t("cs-own-share"),
                key=toggle,
                help=t("cs-own-share-help"),
                on_change=_share,
                args=(dataset,),
            )
            st.button(
                t("cs-own-delete"),
                icon=":material/delete:",
                type="tertiary",
                key=f"customer-service-delete-{dataset.id}",
                on_click=attempt,
                args=(shelf.delete, dataset.id, owner()),
            )
    with st.popover(t("cs-reset"), icon=":material/restart_alt:"):
        st.markdown(t("cs-reset-explain"))
        st.button(
            t("cs-reset-confirm"),
            key="customer-service-reset",
            type="primary",
            on_click=attempt,
            args=(shelf.reset, owner()),
        )


def learned(dataset: Dataset) -> None:
    """What learning from the phrasings brought, where the base is open and something was tried."""
    key = shelf.key_of(dataset.id, owner())
    if key not in shelf.shelf:
        return
    for came in shelf.shelf.get(key).learned.get(shelf.encoder_of(model()), ()):
        if came.before is not None and came.after is not None:
            st.caption(
                t(
                    "cs-learned-better" if came.used else "cs-learned-no-gain",
                    asked=came.asked,
                    before=percent(came.before),
                    after=percent(came.after),
                ),
                width="content",
            )


def _share(dataset: Dataset) -> None:
    attempt(shelf.share, dataset.id, owner(), bool(st.session_state[f"customer-service-share-{dataset.id}"]))


def file_of_questions() -> None:
    """Questions in a table, answers in a table."""
    st.subheader(t("cs-bulk-title"), anchor=False)
    key = knowledge()
    found = upload(
        t("cs-bulk-upload"), _read_questions, key="customer-service-bulk", types=TABLES, help=t("cs-bulk-help")
    )
    about = _about(key, found)
    job = newest(ANSWERS)
    of_this_file = job is not None and job.about == about
    if not of_this_file:
        answered(job)
    if found is None:
        st.caption(t("cs-bulk-empty"))
        return
    st.caption(t("cs-bulk-found", rows=found.value.report.rows, column=escape(question_column(found.value))))
    start(ANSWERS, t("cs-bulk-start"), lambda: _answer(found.value, key), title=found.name, about=about)
    if of_this_file:
        answered(job)


def _about(key: str, found: Upload[Table] | None) -> dict[str, str]:
    own = own_knowledge().get(key)
    return {"knowledge": key, "name": own.name if own else "", "upload": found.id if found else ""}


def answered(job: Job | None) -> None:
    """How far a file of questions is, or its answers, under the file's name and that of the knowledge."""
    if job is None:
        return
    asked = knowledge_label(job.about["knowledge"], job.about["name"])
    label = t("cs-bulk-label", file=escape(job.title), knowledge=escape(asked))
    done = outcome(job, label)
    if done is None:
        return
    frame, problems = done.result
    st.markdown(f"**{label}**")
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
    name, mine = model(), owner()

    def work(progress: Progress, cancelled: Stop) -> object:
        chosen = Options(knowledge=shelf.open_for(key, name, mine))
        return answer_table(table, chosen, name, progress, cancelled)

    return work
