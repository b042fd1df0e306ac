"""Labels of one's own: learned from in the page, measured on texts held out, put in use, and rolled back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from bigmodel_apps.reporting import own as in_words
from bigmodel_apps.runtime.jobs import Job, Work
from bigmodel_apps.sentiment import corrections, labels, own_labels, own_shelf
from bigmodel_apps.sentiment import samples as sets
from bigmodel_apps.sentiment.labels import Labelled
from bigmodel_apps.sentiment.own_labels import Report
from bigmodel_apps.tables import Table, to_csv_bytes
from bigmodel_apps.ui.evidence import table as figures
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import current, date, moment, number, t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt, describe, guard, show, show_attempted
from bigmodel_apps.ui.upload import Upload, upload
from bigmodel_apps.ui.versions import Actions, versions
from bigmodel_apps.workspace import Version
from pages.sentiment.feedback import label_word

TRAIN = "sentiment-train"
UPLOAD = "sentiment-labels"
SAMPLE = "sentiment-labels-sample"
WITH_CORRECTIONS = "sentiment-train-corrections"

_TYPES = ("csv", "tsv", "xlsx", "json", "jsonl", "parquet")
_LABELLED = "sentiment.labelled"
_EDITOR = "sentiment-corrections"
_MISTAKES = 20


def own_view() -> None:
    """The view."""
    show_attempted()
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader(t("own-title"), anchor=False)
        labelled: Labelled | None = None
        with guard():
            labelled = learn_from()
        train(labelled)
        trained(newest(TRAIN))
        if labelled is not None:
            report(labelled)
    with right:
        made()
    corrections_list()


# --- What to learn from -----------------------------------------------------------------------------------------------


def learn_from() -> Labelled | None:
    """The labelled texts: a file's, the corrections, or both; with what is wrong with them."""
    found = upload(t("own-upload"), labels.read, key=UPLOAD, types=_TYPES, help=t("own-upload-help"))
    uploaded = _from_file(found) if found is not None else _sample()
    given = corrections.listed(owner())
    use = bool(given) and st.toggle(
        t("own-with-corrections", count=len(given)), value=True, key=WITH_CORRECTIONS, persist_state="session"
    )
    if uploaded is None and not use:
        return None
    named = uploaded.name if uploaded else t("own-corrections")
    labelled = labels.combine(uploaded, given if use else [], named)
    counts = t("list-separator").join(f"{label_word(name)} {number(n)}" for name, n in labelled.counts.items())
    st.caption(t("own-counts", texts=len(labelled.texts), counts=counts))
    return labelled


def _sample() -> Labelled | None:
    """One of our sets, labelled by its ratings, and what such a file looks like."""
    chosen = st.pills(
        t("own-sample"),
        sets.NAMES,
        format_func={name: t(f"aspects-{name}") for name in sets.NAMES}.__getitem__,
        key=SAMPLE,
        wrap=True,
        persist_state="session",
    )
    if chosen is None:
        st.caption(t("own-empty"))
        return None
    found = labels.sample(chosen, t("own-sample-name", sample=t(f"sentiment-sample-{chosen}")))
    st.download_button(
        t("own-example"),
        lambda: to_csv_bytes(
            pd.DataFrame([(item.text, item.label) for item in found.items], columns=["text", "label"])
        ),
        f"{chosen}.labels.csv",
        type="tertiary",
        icon=":material/download:",
        key="sentiment-labels-example",
        on_click="ignore",
    )
    return found


def _from_file(found: Upload[Table]) -> Labelled | None:
    """The file's texts with their labels; the columns are found by their names and open to correction."""
    names = [str(name) for name in found.value.frame.columns]
    guessed = labels.columns(found.value)
    with st.container(horizontal=True):
        chosen = [
            st.selectbox(
                t(f"own-column-{field}"),
                names,
                index=names.index(guess) if (guess := guessed[field]) in names else None,
                placeholder=t("table-column-none"),
                format_func=escape,
                key=f"{UPLOAD}-{field}-{found.id}",
            )
            for field in ("text", "label")
        ]
    text, label = chosen
    if text is None or label is None:
        st.caption(t("own-columns-needed"))
        return None
    same = (found.id, text, label)
    kept: tuple[object, Labelled] | None = st.session_state.get(_LABELLED)
    if kept is None or kept[0] != same:
        st.session_state[_LABELLED] = kept = same, labels.label(found.value, text, label)
    return kept[1]


def report(labelled: Labelled) -> None:
    """What is in the way, what to look at, and what was left out."""
    show(labelled.obstacles, title=t("own-obstacles"))
    show(labelled.notes, title=t("table-notes"))
    show(labelled.problems, title=t("own-left-out", count=labelled.left_out))


def train(labelled: Labelled | None) -> None:
    """The button that learns, in the background."""
    ready = labelled is not None and not labelled.obstacles
    start(
        TRAIN,
        t("own-train"),
        lambda: _train(labelled),
        title=labelled.name if labelled else "",
        disabled=not ready,
    )


def _train(labelled: Labelled | None) -> Work:
    mine = owner()

    def work(progress: own_labels.Progress, cancelled: own_labels.Stop) -> str:
        assert labelled is not None  # the button is disabled without
        return own_labels.train(labelled, mine, progress=progress, cancelled=cancelled).id

    return work


# --- What came of it --------------------------------------------------------------------------------------------------


def trained(job: Job | None) -> None:
    """How far the training is, or why it did not end."""
    done = outcome(job, cancelled=t("own-cancelled"))
    if done is not None:
        st.success(t("own-done", name=escape(done.title)), icon=":material/check_circle:")


def made() -> None:
    """The models made so far, the newest first, which one answers, and the way back."""
    versions(
        own_labels.versions(owner()),
        own_shelf.deployed(owner()),
        Actions(own_labels.deploy, own_shelf.delete, own_labels.roll_back),
        what_came_of_it,
        title=t("own-versions"),
        empty=t("own-versions-empty"),
        key="sentiment",
    )


def what_came_of_it(version: Version) -> None:
    """How good it is in words, what it rests on, and the whole report."""
    found = own_labels.report_of(version)
    st.markdown(escape(in_words.training(found, current())))
    problem = own_labels.outdated(version)
    if problem is not None:
        st.caption(f":material/update: {describe(problem)}")
    st.caption(t("own-facts", learned=found.learned, held_out=found.held_out, created=moment(version.created_at)))
    panel = st.expander(t("own-report"), type="compact", key=f"sentiment-report-{version.id}", on_change="rerun")
    if panel.open:
        with panel:
            _report(version, found)


def _report(version: Version, found: Report) -> None:
    """Every figure, where it goes wrong, and the texts that it gets wrong most surely."""
    st.dataframe(_figures(found), hide_index=True, alt=t("evidence-table"))
    title = t("own-confusion")
    st.markdown(f"**{title}**")
    classes = [label_word(name) for name in found.classes]
    st.dataframe(pd.DataFrame([list(row) for row in found.confusion], index=classes, columns=classes), alt=title)
    if found.mistakes:
        title = t("own-mistakes")
        st.markdown(f"**{title}**")
        st.dataframe(
            pd.DataFrame(
                {
                    t("sentiment-column-text"): one.text[:300],
                    t("own-column-expected"): one.expected,
                    t("own-column-predicted"): one.predicted,
                    t("sentiment-column-confidence"): one.confidence,
                }
                for one in found.mistakes[:_MISTAKES]
            ),
            hide_index=True,
            column_config={t("sentiment-column-confidence"): st.column_config.NumberColumn(format="percent")},
            alt=title,
        )
    st.caption(t("own-recipe", seed=str(version.run.recipe.seed), hash=str(version.run.recipe.data["sha256"])[:12]))


def _figures(found: Report) -> pd.DataFrame:
    return figures(found.metrics)


# --- Corrections ------------------------------------------------------------------------------------------------------


def corrections_list() -> None:
    """What was said to be wrong: change a label, delete, take along."""
    given = corrections.listed(owner())
    st.subheader(t("own-corrections"), anchor=False)
    if not given:
        st.caption(t("own-corrections-empty"))
        return
    options = list(dict.fromkeys([*corrections.choices(owner()), *(said.label for said in given)]))
    version = st.session_state.setdefault(f"{_EDITOR}.version", 0)
    key = f"{_EDITOR}-{version}-{len(given)}"
    label = t("own-column-should")

    def changed() -> None:
        edits: dict[str, Any] = dict(st.session_state[key])
        attempt(_apply, [said.id for said in given], edits, label)
        st.session_state[f"{_EDITOR}.version"] = version + 1

    st.data_editor(
        pd.DataFrame(
            {
                t("sentiment-column-text"): [said.text for said in given],
                label: [said.label for said in given],
                t("own-column-said"): [label_word(said.predicted) for said in given],
                t("sentiment-column-confidence"): [said.confidence for said in given],
                t("sentiment-column-date"): [date(said.created_at.date()) for said in given],
            }
        ),
        hide_index=True,
        num_rows="delete",
        disabled=[
            t("sentiment-column-text"),
            t("own-column-said"),
            t("sentiment-column-confidence"),
            t("sentiment-column-date"),
        ],
        column_config={
            label: st.column_config.SelectboxColumn(
                options=options, format_func=lambda value: label_word(str(value)), required=True
            ),
            t("sentiment-column-text"): st.column_config.TextColumn(width="large"),
            t("sentiment-column-confidence"): st.column_config.NumberColumn(format="percent"),
        },
        key=key,
        on_change=changed,
        alt=t("own-corrections"),
    )
    st.download_button(
        t("own-corrections-export"),
        lambda: corrections.csv(given),
        "corrections.csv",
        "text/csv",
        icon=":material/download:",
        key="sentiment-corrections-export",
        on_click="ignore",
    )


def _apply(ids: list[str], edits: dict[str, Any], label: str) -> None:
    for place, values in edits.get("edited_rows", {}).items():
        if label in values:
            corrections.edit(owner(), ids[int(place)], values[label])
    removed = [ids[int(place)] for place in edits.get("deleted_rows", [])]
    if removed:
        corrections.delete(owner(), removed)
