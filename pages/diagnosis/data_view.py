"""Images of your own, many at once: what is in them, read in the background, measured and handed on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import streamlit as st

from bigmodel_apps.catalogue import DOMAINS, MODELS
from bigmodel_apps.diagnosis import batch, own, samples
from bigmodel_apps.diagnosis.schema import Options
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui import tables
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import outcome
from bigmodel_apps.ui.language import number, t
from bigmodel_apps.ui.models import short_name
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, described, guard, show, show_attempted
from bigmodel_apps.ui.upload import uploads
from bigmodel_apps.vision import archives
from bigmodel_apps.vision.archives import Collection
from bigmodel_apps.workspace import Dataset
from pages.diagnosis import batch_opened
from pages.diagnosis.batch_results import results
from pages.diagnosis.choices import DOMAIN, answering, serving
from pages.diagnosis.opened import TYPES

UPLOAD, SAMPLE = "diagnosis-batch-files", "diagnosis-batch-load-sample"

_KEY = "diagnosis-batch"
_SEEN, _READ = "diagnosis.batch-seen", "diagnosis.batch-read"
_TYPES = ("zip", *TYPES, "csv", "tsv", "xlsx")
_MAX_MB = 400
_SHOWN_LABELS = 8


@dataclass(frozen=True)
class _Source:
    """Files to look into, and an id that changes with them."""

    id: str
    collection: Collection


@dataclass(frozen=True)
class _Asked:
    """Who is to read: the spec, the key of a model of the visitor's own, and how many images are to get an answer."""

    model: str
    own: str | None
    coverage: float


def data_view() -> None:
    """The view."""
    show_attempted()
    finished = batch.finished(owner())
    # Once images are read, the results are what matters.
    with st.expander(
        t("diagnosis-batch-title"),
        icon=":material/photo_library:",
        expanded=not finished or st.session_state.get(_READ) != _source_id(),
    ):
        left, right = st.columns(2, gap="medium")
        with left:
            source = choose_source()
        with right:
            if source is None:
                teach()
            else:
                with guard():
                    look(source)
    under_way(source)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = batch_opened.choose(finished)
        if finished:
            tables.kept(
                finished,
                t("diagnosis-batch-kept", count=len(finished)),
                lambda dataset: t("diagnosis-batch-images", count=dataset.rows),
                _KEY,
                batch.delete,
            )
    results(chosen)


# --- What was given ---------------------------------------------------------------------------------------------------


def _source_id() -> str | None:
    """The id of the files that were chosen last, as the session knows it before the widgets are drawn."""
    kept = st.session_state.get(f"{UPLOAD}.kept")
    return "sample" if st.session_state.get(SAMPLE) else kept.id if kept else st.session_state.get(_READ)


def choose_source() -> _Source | None:
    """The files dropped last, or our sample."""
    found = uploads(
        t("diagnosis-batch-upload"),
        archives.opened,
        key=UPLOAD,
        types=_TYPES,
        max_mb=_MAX_MB,
        help=t("diagnosis-batch-help"),
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
            "application/zip",
            type="tertiary",
            icon=":material/download:",
            key=f"{_KEY}-sample-file",
            on_click="ignore",
        )
    if sample:
        return _Source("sample", samples.collection())
    return _Source(found.id, replace(found.value, name=found.name)) if found is not None else None


def teach() -> None:
    """What to do here, where nothing was dropped yet."""
    st.markdown(f"**{t('diagnosis-batch-empty-title')}**")
    st.caption(t("diagnosis-batch-empty"))


def look(source: _Source) -> None:
    """What is in the files, who is to read them, and the button that starts."""
    found = source.collection
    st.subheader(escape(found.name), anchor=False)
    labelled = sum(entry.label is not None for entry in found.entries)
    with st.container(horizontal=True, key=f"{_KEY}-report"):
        st.metric(t("diagnosis-batch-count-files"), number(len(found.entries)))
        st.metric(t("diagnosis-batch-count-labelled"), number(labelled) if found.labelled_by else "–")
        st.metric(t("diagnosis-batch-count-labels"), number(len(found.labels)) if found.labelled_by else "–")
        st.metric(t("diagnosis-batch-count-left-out"), number(len(found.left_out)))
    st.caption(_labels_in_words(found))
    if found.left_out:
        show(found.left_out, title=t("diagnosis-batch-left-out", count=len(described(found.left_out))))
    asked = choose_reader(source)
    st.button(
        t("diagnosis-batch-read", count=len(found.entries)),
        type="primary",
        icon=":material/play_arrow:",
        key=f"{_KEY}-read",
        on_click=attempt,
        args=(_read, source, asked),
    )


def _labels_in_words(found: Collection) -> str:
    """Where the labels come from, and how many images bear which."""
    if found.labelled_by is None:
        return t("diagnosis-batch-unlabelled")
    counts = Counter(entry.label for entry in found.entries if entry.label is not None).most_common()
    shown = [f"{escape(label)} ({number(count)})" for label, count in counts[:_SHOWN_LABELS]]
    if len(counts) > _SHOWN_LABELS:
        shown.append(t("diagnosis-batch-more-labels", count=len(counts) - _SHOWN_LABELS))
    return t(f"diagnosis-batch-labels-{found.labelled_by}", labels=t("list-separator").join(shown))


def choose_reader(source: _Source) -> _Asked:
    """Which model reads, and how many images are to get an answer."""
    options: dict[str, tuple[str, str | None, str]] = {name: (name, None, short_name(name)) for name in _at_hand()} | {
        one.key: (one.model, one.key, one.title) for one in own.choices(owner())
    }
    model, asked = serving(Options())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t("diagnosis-batch-reader"),
            list(options),
            index=list(options).index(asked.own or model),
            format_func={key: title for key, (_, _, title) in options.items()}.__getitem__,
            key=f"{_KEY}-reader-{source.id}",
        )
        coverage = st.slider(
            t("diagnosis-coverage"),
            0.5,
            1.0,
            0.9,
            0.05,
            format="percent",
            key=f"{_KEY}-coverage",
            help=t("diagnosis-coverage-help"),
            width=200,
        )
    return _Asked(*options[chosen][:2], coverage)


def _at_hand() -> list[str]:
    """The model that this visitor has chosen, then those that ship."""
    ship = [name for name in DOMAINS[DOMAIN].models if MODELS[name].sources[0].kind == "repository"]
    return list(dict.fromkeys([answering(), *ship]))


def _read(source: _Source, asked: _Asked) -> None:
    kept = batch.keep(owner(), source.collection, model=asked.model, own=asked.own, coverage=asked.coverage)
    if not kept.meta["done"]:
        batch.start(kept.id, owner(), source.collection)
    batch_opened.show(kept.id)
    st.session_state[_READ] = source.id


# --- What is under way ------------------------------------------------------------------------------------------------


def under_way(source: _Source | None) -> None:
    """Batches being read, and those that were stopped and go on when their files are there."""
    stopped = batch.unfinished(owner())
    mine = jobs.list(owner(), batch.KIND)
    for job in mine:
        if job.unfinished:
            outcome(job)
    if mine and mine[0].state == "failed" and mine[0].about["batch"] not in {dataset.id for dataset in stopped}:
        outcome(mine[0])  # nothing is kept of what could not be read at all
    for dataset in stopped:
        with st.container(border=True, gap="xsmall"):
            _stopped(dataset, source)


@guard()
def _stopped(dataset: Dataset, source: _Source | None) -> None:
    """A batch that was stopped: how far it is, and the way on."""
    there = source is not None and source.collection.fingerprint == dataset.meta["source"]

    def go_on(id: str, who: str) -> None:
        assert source is not None
        batch.start(id, who, source.collection)
        batch_opened.show(id)
        st.session_state[_READ] = source.id

    words = t(
        "diagnosis-batch-stopped" if there else "diagnosis-batch-stopped-files-gone",
        done=dataset.meta["next"],
        count=dataset.rows,
    )
    tables.waiting(dataset, words, _KEY, go_on if there else None, batch.delete)
    job = batch_opened.job_of(dataset.id, owner())
    if job is not None and job.state == "failed":
        show(job.problems)
