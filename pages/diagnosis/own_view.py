"""Classes of one's own: learned in the page, measured on images held out, put in use, and rolled back."""

from __future__ import annotations

import streamlit as st

from bigmodel_apps.diagnosis import corrections, labelled, own, own_corrections, samples
from bigmodel_apps.diagnosis.labelled import Found
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Stop, Work
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.jobs import newest, outcome, start
from bigmodel_apps.ui.language import number, t
from bigmodel_apps.ui.models import short_name
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import guard, show, show_attempted
from bigmodel_apps.ui.upload import uploads
from bigmodel_apps.ui.versions import Actions, versions
from bigmodel_apps.vision import archives
from bigmodel_apps.vision.archives import Collection
from bigmodel_apps.workspace import Version
from pages.diagnosis.choices import answering
from pages.diagnosis.looks import class_word
from pages.diagnosis.opened import TYPES
from pages.diagnosis.own_report import report

UPLOAD = "diagnosis-own-files"
SAMPLE = "diagnosis-own-sample"
TRAIN, CHALLENGE = own.KIND, f"{own.KIND}-challenge"

_KEY = "diagnosis-own"
_WITH_CORRECTIONS = f"{_KEY}-corrections"
_MAX_MB = 400


def own_view() -> None:
    """The view."""
    show_attempted()
    left, right = st.columns(2, gap="medium")
    with left:
        with guard():
            learn()
        with guard():
            challenge()
    with right:
        mine()


def own_answers() -> None:
    """Under the header of every view: that a model of the visitor's own answers; nothing where none does."""
    version = own.deployed(owner())
    if version is not None:
        st.caption(f":material/person: {t('diagnosis-own-answers', name=escape(version.name))}")


# --- From labelled images ---------------------------------------------------------------------------------------------


def learn() -> None:
    """Labelled images, what is in them, and the button that learns from them in the background."""
    st.subheader(t("diagnosis-own-title"), anchor=False)
    collection = chosen()
    found = labelled.look(collection) if collection is not None else None
    if found is not None:
        told(found)
    else:
        st.caption(t("diagnosis-own-empty", least=labelled.LEAST))
    usable = _usable(found)
    with_corrections = usable > 0 and st.toggle(
        t("own-with-corrections", count=usable), value=True, key=_WITH_CORRECTIONS, persist_state="session"
    )
    start(
        TRAIN,
        t("own-train"),
        lambda: _train(collection, with_corrections),
        title=collection.name if collection is not None else "",
        disabled=found is None or bool(found.obstacles),
    )
    done = outcome(newest(TRAIN), cancelled=t("own-cancelled"))
    if done is not None:
        st.success(t("own-done", name=escape(done.title)), icon=":material/check_circle:")


def chosen() -> Collection | None:
    """The files dropped last, or our sample."""
    found = uploads(
        t("diagnosis-own-upload"),
        archives.opened,
        key=UPLOAD,
        types=("zip", "csv", *TYPES),
        max_mb=_MAX_MB,
        help=t("diagnosis-own-upload-help", least=labelled.LEAST),
    )
    if found is not None:
        return found.value
    if st.toggle(t("diagnosis-own-sample"), key=SAMPLE, persist_state="session"):
        return samples.collection()
    return None


def told(found: Found) -> None:
    """How many images of which class, and what is in the way."""
    if found.counts:
        counts = t("list-separator").join(f"{escape(class_word(name))} {number(n)}" for name, n in found.counts.items())
        st.caption(t("diagnosis-own-counts", images=sum(found.counts.values()), counts=counts))
    if found.unlabelled and found.counts:
        st.caption(t("diagnosis-own-unlabelled", count=found.unlabelled))
    if found.read < sum(found.counts.values()):
        st.caption(t("diagnosis-own-most", limit=found.read))
    show(found.obstacles, title=t("own-obstacles"))


def _usable(found: Found | None) -> int:
    """Corrections whose class is among those found."""
    return 0 if found is None else sum(one.label in found.counts for one in corrections.listed(owner()))


def _train(collection: Collection | None, with_corrections: bool) -> Work:
    who = owner()

    def work(progress: Progress, cancelled: Stop) -> str:
        assert collection is not None  # the button is disabled without
        corrected = corrections.collected(who) if with_corrections else []
        return own.train(collection, who, corrected=corrected, progress=progress, cancelled=cancelled).id

    return work


# --- From corrections -------------------------------------------------------------------------------------------------


def challenge() -> None:
    """The corrections given so far, and the button that makes a challenger of what is in use."""
    st.subheader(t("diagnosis-challenge-title"), anchor=False)
    given, (name, classes, least) = corrections.listed(owner()), _in_use()
    count = sum(one.label in classes for one in given)
    st.caption(t("diagnosis-challenge-what", name=name))
    if given:
        st.caption(t("diagnosis-challenge-count", count=count, least=least))
    else:
        st.caption(t("diagnosis-challenge-empty"))
    model = answering()
    start(
        CHALLENGE,
        t("diagnosis-challenge-start"),
        lambda: _challenge(model),
        title=t("diagnosis-challenge-job"),
        disabled=count < least,
    )
    done = outcome(newest(CHALLENGE), cancelled=t("own-cancelled"))
    if done is not None:
        st.success(t("diagnosis-challenge-done"), icon=":material/check_circle:")


def _in_use() -> tuple[str, tuple[str, ...], int]:
    """What a challenger would be one of: its name, its classes, and how many corrections that takes."""
    version = own.deployed(owner())
    if version is None:
        base = own_corrections.base_of(answering())
        return short_name(base.engine), base.classifier.classes, own_corrections.LEAST
    found = own.report_of(version)
    least = 1 if found.made_of == "folder" else own_corrections.LEAST
    return escape(version.name), found.classes, least


def _challenge(model: str) -> Work:
    who = owner()

    def work(progress: Progress, cancelled: Stop) -> str:
        given = corrections.collected(who)
        return own.challenge(who, model, given, progress=progress, cancelled=cancelled).id

    return work


# --- What came of it --------------------------------------------------------------------------------------------------


def mine() -> None:
    """The versions made so far, and which one answers."""
    versions(
        own.versions(owner()),
        own.deployed(owner()),
        Actions(own.deploy, own.delete, own.roll_back),
        body,
        title=t("own-versions"),
        empty=t("diagnosis-own-versions-empty"),
        key=_KEY,
    )


def body(version: Version) -> None:
    """What came of one, and the whole report when it is opened."""
    report(version, key=_KEY)
