"""Two tests of the heat map that is shown, in words: whether it names what counted, and whether learning made it."""

from __future__ import annotations

import math

import streamlit as st

from bigmodel_apps import runtime
from bigmodel_apps.diagnosis import checks, shelf
from bigmodel_apps.diagnosis.checks import Checks
from bigmodel_apps.diagnosis.schema import Options, Output
from bigmodel_apps.locales import Language, message, number, percent
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui.language import current, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.palette import MARKDOWN, Meaning
from bigmodel_apps.vision.pictures import Picture
from pages.diagnosis.looks import class_word


def checked(picture: Picture, output: Output, model: str, options: Options) -> Checks | None:
    """What the tests say of the map of an output, found once for it; None where there is no map to test."""
    name = output.heatmap_class
    if output.heatmap is None or name is None:
        return None

    def work() -> Checks | None:
        found = runtime.engine().call(
            model,
            lambda held: checks.check(
                shelf.readers.get(options.own) if options.own else held.reader, picture, name, options.prevalence
            ),
        )
        return jobs.result_of(found)

    return once("diagnosis.checks", picture, (model, options.own, name, options.prevalence), work)


def show_checks(found: Checks, name: str) -> None:
    """The two findings side by side, each with the figures that it rests on."""
    st.markdown(f"**{t('diagnosis-checks')}**")
    deletion, randomised = in_words(found, class_word(name), current())
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch", gap="xxsmall"):
        good = found.deletion.passed
        _finding(t(f"diagnosis-finding-{'passed' if good else 'failed'}"), good)
        st.caption(deletion)
    with right, st.container(border=True, height="stretch", gap="xxsmall"):
        good = not found.resembles
        _finding(t(f"diagnosis-finding-{'learned' if good else 'edges'}"), good)
        st.caption(randomised)


def in_words(found: Checks, name: str, language: Language) -> tuple[str, str]:
    """What the deletion test and the weight randomisation found.

    Args:
        name: Of the class, in words.
    """
    deletion = message(
        "diagnosis-check-deletion",
        language,
        cells=found.deletion.cells,
        name=name,
        before=percent(found.deletion.probability, language),
        after=percent(found.deletion.without_heaviest, language),
        random=percent(found.deletion.without_random, language),
    )
    if math.isnan(found.correlation):
        return deletion, message("diagnosis-check-randomised-none", language)
    value = number(round(found.correlation, 2), language).replace("-", "−")
    return deletion, message("diagnosis-check-randomised", language, value=value)


def _finding(text: str, good: bool) -> None:
    meaning: Meaning = "good" if good else "unsure"
    icon = ":material/check:" if good else ":material/warning:"
    st.markdown(f":{MARKDOWN[meaning]}[{icon} {text}]")
