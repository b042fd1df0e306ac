"""What came of a training: in a sentence, then every figure, then the images that it gets wrong."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from bigmodel_apps.diagnosis import own, own_corrections, own_fitting
from bigmodel_apps.diagnosis.datasets import scaled
from bigmodel_apps.diagnosis.own_fitting import Mistake, Report
from bigmodel_apps.evidence import CLASS, Metric
from bigmodel_apps.measures import Estimate
from bigmodel_apps.reporting import words
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, moment, number, percent, t
from bigmodel_apps.ui.models import card, short_name
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.vision.pictures import Picture
from bigmodel_apps.workspace import Version, default
from pages.diagnosis.looks import class_word

_WIDTH = 96


def report(version: Version, *, key: str) -> None:
    """The report of one version."""
    found = own.report_of(version)
    st.markdown(in_words(found))
    st.caption(states(found))
    st.caption(facts(found, version))
    panel = st.expander(t("own-report"), type="compact", key=f"{key}-report-{version.id}", on_change="rerun")
    if panel.open:
        with panel:
            _whole(found, version, key)


def in_words(found: Report) -> str:
    """Whether it is better than what it is held against, and by how much."""
    comparison = found.comparisons[found.against]
    theirs = found.find("image-accuracy", found.against)
    assert theirs is not None
    difference: Estimate = comparison.difference
    return t(
        f"diagnosis-own-verdict-{found.verdict}",
        rival=found.against,
        ours=percent(min(1.0, max(0.0, theirs.value + difference.value))),
        theirs=percent(theirs.value),
        images=difference.n,
        low=number(round(100 * difference.low, 1)),
        high=number(round(100 * difference.high, 1)),
    )


def states(found: Report) -> str:
    """Of held-out images, how many get an answer; of a challenger, what its figures are about."""
    if found.made_of == "corrections":
        ours, theirs = (_of_drawn(found, system) for system in ("image-own", "image-shipped"))
        told = t("diagnosis-own-of-corrections")
        if ours is None or theirs is None:
            return told
        return t(
            "rr-two-sentences",
            first=told,
            second=t("diagnosis-own-of-drawn", ours=ours, theirs=theirs, images=own_corrections.CHECKED),
        )
    answered, refused = found.find("image-answered"), found.find("image-refused")
    right = found.find("image-right-answered")
    assert answered is not None
    assert refused is not None
    return t(
        "diagnosis-own-states",
        coverage=percent(own_fitting.COVERAGE),
        answered=percent(answered.value),
        right=percent(right.value) if right is not None else "–",
        refused=percent(refused.value),
    )


def facts(found: Report, version: Version) -> str:
    """What it was learned from and measured on."""
    told = t(
        f"diagnosis-own-facts-{found.made_of}",
        learned=found.learned,
        settled=found.settled,
        held_out=found.held_out,
        base=short_name(found.base),
        seconds=number(round(found.seconds)),
        created=moment(version.created_at),
    )
    return told if not found.left_out else f"{told} · {t('diagnosis-own-left-out', count=found.left_out)}"


def _of_drawn(found: Report, system: str) -> str | None:
    return next((percent(one.value) for one in found.metrics if one.group == ("drawn",) and one.system == system), None)


def _whole(found: Report, version: Version, key: str) -> None:
    st.dataframe(figures(found.metrics), hide_index=True, alt=t("evidence-table"))
    st.markdown(t(f"diagnosis-own-method-{found.method}"))
    st.caption(t("diagnosis-own-persons"))
    title = t("own-confusion")
    st.markdown(f"**{title}**")
    classes = [class_word(name) for name in found.classes]
    st.dataframe(pd.DataFrame([list(row) for row in found.confusion], index=classes, columns=classes), alt=title)
    if found.mistakes:
        st.markdown(f"**{t('own-mistakes')}**")
        _gallery(found.mistakes, version)
    st.caption(t("own-recipe", seed=str(version.run.recipe.seed), hash=str(version.run.recipe.data["sha256"])[:12]))
    folder = default().registry.folder(version.id, owner())
    card(folder, "card", t("diagnosis-own-card"), key=f"{key}-card-{version.id}")


def figures(metrics: Sequence[Metric]) -> pd.DataFrame:
    """All figures with their intervals, ours first; figures stand first, because the column is narrow."""
    ours = [one for one in metrics if one.system == "image-own"]
    return pd.DataFrame(
        {
            t("evidence-value"): words.figure(one.value, one.unit, current()),
            t("evidence-interval"): words.interval(one, current()),
            t("evidence-metric"): _what(one),
        }
        for one in [*ours, *(one for one in metrics if one.system != "image-own")]
    )


def _what(metric: Metric) -> str:
    told = t(f"metric-{metric.name}")
    about = words.group(metric, current())
    if metric.group and metric.group[0].startswith(CLASS):
        about = class_word(metric.group[0].removeprefix(CLASS))
    system = "" if metric.system == "image-own" else t(f"system-{metric.system}")
    return " · ".join(part for part in (about, system, told) if part)


def _gallery(mistakes: Sequence[Mistake], version: Version) -> None:
    """Small squares as they were learned from, each with what it is and what it was taken for."""
    pixels = own.images_of(version, owner()).images.pixels
    with st.container(horizontal=True):
        for one in mistakes:
            square = scaled(pixels[one.row])
            picture = Picture(square, "png", 0, 1, (square.shape[1], square.shape[0]))
            with st.container(width=_WIDTH, gap="xxsmall"):
                st.image(picture.image(), width=_WIDTH)
                st.caption(
                    t(
                        "diagnosis-own-mistake",
                        expected=class_word(one.expected),
                        predicted=class_word(one.predicted),
                        share=percent(one.probability),
                    ),
                    help=escape(one.name) or None,
                )
