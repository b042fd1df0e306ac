"""One image and its verdict: a patient who does not exist, or a file of one's own."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

import numpy as np
import pandas as pd
import streamlit as st
from PIL.PngImagePlugin import PngInfo

from bigmodel_apps import runtime
from bigmodel_apps.diagnosis import gallery, shelf, verdict
from bigmodel_apps.diagnosis.batch import class_name
from bigmodel_apps.diagnosis.checks import Checks
from bigmodel_apps.diagnosis.model import Draw
from bigmodel_apps.diagnosis.schema import Input, Options, Output
from bigmodel_apps.diagnosis.verdict import Wanted
from bigmodel_apps.locales import LANGUAGES, message
from bigmodel_apps.reporting.diagnosis import from_output, removed_table
from bigmodel_apps.reporting.html import to_html
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, number, percent, t
from bigmodel_apps.ui.problems import guard, show_attempted
from bigmodel_apps.ui.upload import forget
from bigmodel_apps.vision.pictures import Picture
from pages.diagnosis.checks import checked, in_words, show_checks
from pages.diagnosis.choices import DOMAIN, calibrated, serving
from pages.diagnosis.feedback import correction
from pages.diagnosis.looks import captions_of, class_word, departures, overlaid, probabilities, shots, verdict_line
from pages.diagnosis.opened import UPLOAD, Opened, own_images

_SEED = "diagnosis-seed"
_PATIENT = "diagnosis-patient"
_FILE = "diagnosis-which"
_MAP_CLASS = "diagnosis-map-class"
_MAP_CHOSEN = "diagnosis.map-class"  # by the visitor; without a choice it is the class of the verdict
_WIDTH = 300
_EVEN = 0.5
_SENSITIVITIES = (0.8, 0.85, 0.9, 0.95, 0.975, 0.99)


def try_view() -> None:
    """The view."""
    show_attempted()
    with guard():
        picture, file = _choice()
        left, right = st.columns([2, 3], gap="medium")
        with right:
            answer = _answer(picture)
        with left:
            if answer is None:
                st.image(overlaid(picture), width=_WIDTH)
                return
            _picture(picture, file, answer.output)
        found = checked(picture, answer.output, answer.model, answer.options)
        if found is not None:
            show_checks(found, answer.output.heatmap_class or "")
        _take_away(picture, file, answer, found)


@dataclass(frozen=True)
class _Answer:
    """What was said, by which model and under which options."""

    output: Output
    model: str
    options: Options


@guard()
def _answer(picture: Picture) -> _Answer | None:
    """The verdict, and below it what it takes for granted; None where there is none, which is said."""
    result, settings = st.container(), st.container(border=True)
    with settings:
        options = _options()
    model, options = serving(options)
    (output,) = runtime.predict(DOMAIN, [Input.of(picture)], options=options, model=model)
    with result:
        _verdict(picture, output, shelf.reader_of(model, options.own).classifier.classes)
        departures(output)
    if options.sensitivity is not None and output.threshold is not None:
        settings.caption(_cost(model, options, output.threshold, class_word))
    return _Answer(output, model, options)


# --- Which image --------------------------------------------------------------------------------------------------


def _choice() -> tuple[Picture, Opened | None]:
    """The image that this visitor looks at, and the file it came in; a drawn patient without a file."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ways, own = st.container(width="content"), st.container(width="content")
        with own:
            files = own_images()
        if files:
            st.button(
                t("diagnosis-back"),
                icon=":material/undo:",
                type="tertiary",
                key="diagnosis-back",
                on_click=forget,
                args=(UPLOAD,),
            )
        with ways:
            return _patient() if not files else _of_files(files)


def _of_files(files: Sequence[Opened]) -> tuple[Picture, Opened]:
    """One of the visitor's files, and which picture of it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        # Another upload has other pills, which begin at the file that was dropped last.
        key = f"{_FILE}-{len(files)}-{blake2b(files[-1].name.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}"
        places, last = range(len(files)), len(files) - 1
        place = st.pills(t("diagnosis-files"), places, format_func=_file_word, default=last, required=True, key=key)
        file = files[place]
        frames = len(file.pictures)
        frame = 1
        if frames > 1:
            frame = int(st.number_input(t("diagnosis-frame", frames=frames), 1, frames, 1, key="diagnosis-frame"))
    return file.pictures[frame - 1], file


def _file_word(place: int) -> str:
    return t("diagnosis-file-word", number=place + 1)


def _patient() -> tuple[Picture, None]:
    """The patient of the gallery that this visitor looks at."""
    places = range(len(gallery.SAMPLES))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.pills(
            t("diagnosis-patients"),
            places,
            format_func=lambda one: number(one + 1),
            default=gallery.FIRST,
            key=_PATIENT,
        )
        st.button(t("diagnosis-new-patient"), icon=":material/casino:", on_click=_next, key="diagnosis-new")
    seed = st.session_state.get(_SEED)
    chosen = Draw(seed % 2, seed) if place is None and seed is not None else gallery.SAMPLES[place or 0]
    return gallery.draw([chosen])[0], None


def _next() -> None:
    """A seed that nobody has seen, in the place of the samples."""
    st.session_state[_SEED] = st.session_state.get(_SEED, len(gallery.SAMPLES) - 1) + 1
    st.session_state[_PATIENT] = None


# --- What is asked ------------------------------------------------------------------------------------------------


def _options() -> Options:
    """What the verdict takes for granted: how many are ill, how many of these are to be found, and how many images may
    stay unanswered. Models of more than two classes know the last only; those of the hub are not calibrated."""
    model, asked = serving(Options())
    classes = shelf.reader_of(model, asked.own).classifier.classes
    prevalence, sensitivity, coverage = _EVEN, None, 0.9
    columns = iter(st.columns(3, gap="small"))
    if len(classes) == 2:
        name = class_word(classes[1])
        with next(columns):
            prevalence = st.slider(
                t("diagnosis-prevalence"),
                0.01,
                0.99,
                _EVEN,
                0.01,
                format="percent",
                key="diagnosis-prevalence",
                help=t("diagnosis-prevalence-help", name=name),
            )
    if len(classes) == 2 and calibrated(model):
        with next(columns):
            sensitivity = st.select_slider(
                t("diagnosis-sensitivity"),
                (None, *_SENSITIVITIES),
                format_func=_sensitivity_word,
                key="diagnosis-sensitivity",
                help=t("diagnosis-sensitivity-help", name=name),
            )
    if calibrated(model):
        with next(columns):
            coverage = st.slider(
                t("diagnosis-coverage"),
                0.5,
                1.0,
                0.9,
                0.05,
                format="percent",
                key="diagnosis-coverage",
                help=t("diagnosis-coverage-help"),
            )
    chosen = st.session_state.get(_MAP_CHOSEN)
    return Options(
        language=current(),
        coverage=coverage,
        sensitivity=sensitivity,
        prevalence=None if prevalence == _EVEN else prevalence,
        heatmap_class=chosen if chosen in classes else None,
    )


def _sensitivity_word(share: float | None) -> str:
    return t("diagnosis-sensitivity-off") if share is None else percent(share)


def _cost(model: str, options: Options, threshold: float, word: Callable[[str], str]) -> str:
    """What the sensitivity that was asked for finds, and what it costs.

    Args:
        word: A class in words: as Markdown on the page, as plain text in a report.
    """
    reader = shelf.reader_of(model, options.own)
    found, passed = verdict.found_and_passed(
        reader.reference, Wanted(options.coverage, options.prevalence, options.sensitivity)
    )
    return t(
        "diagnosis-sensitivity-cost",
        name=word(reader.classifier.classes[1]),
        threshold=percent(threshold),
        found=percent(found),
        passed=percent(passed),
    )


# --- What is answered ---------------------------------------------------------------------------------------------


def _verdict(picture: Picture, output: Output, classes: Sequence[str]) -> None:
    """The verdict in words, the probabilities with their range, or what it is that is not known."""
    st.subheader(verdict_line(output), anchor=False)
    probabilities(output)
    correction(picture, output, classes)
    if output.verdict == "unknown_kind":
        strange = [t(f"diagnosis-distance-{name}") for name, found in output.distances.items() if found > 1]
        st.markdown(t("diagnosis-strange", what=t("list-separator").join(strange)))
        if "drawn" in picture.facts:
            st.caption(t("diagnosis-no-cells"))
    farthest = max(output.distances, key=lambda name: output.distances[name])
    what = t(f"diagnosis-distance-{farthest}")
    st.caption(t("diagnosis-distance", distance=number(output.distance), farthest=what))


def _picture(picture: Picture, file: Opened | None, output: Output) -> None:
    """The picture with its heat map, and below it for which class and how opaque that is."""
    shown = st.container(gap="xsmall")
    opacity, classes = 0.0, list(output.probabilities or {})
    if output.heatmap is not None:
        st.session_state[_MAP_CLASS] = output.heatmap_class
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control(
                t("diagnosis-map-class"),
                classes,
                format_func={name: class_word(name) for name in classes}.__getitem__,
                key=_MAP_CLASS,
                required=True,
                width="content",
                on_change=_choose_map,
            )
            opacity = st.slider(
                t("diagnosis-map-opacity"), 0.0, 1.0, 0.4, 0.1, format="percent", key="diagnosis-map-opacity", width=90
            )
    with shown:
        st.image(overlaid(picture, output, opacity), width=_WIDTH)
        if file is None:
            st.caption(t("diagnosis-nobody"), width=_WIDTH)
        else:
            width, height = picture.size
            st.caption(t("diagnosis-file-name", name=escape(file.name), width=width, height=height), width=_WIDTH)
        if output.heatmap is not None and opacity > 0:
            rows, columns = np.shape(output.heatmap)
            st.caption(
                t("diagnosis-map-grid", rows=rows, columns=columns, name=class_word(output.heatmap_class or "")),
                width=_WIDTH,
            )


def _choose_map() -> None:
    st.session_state[_MAP_CHOSEN] = st.session_state[_MAP_CLASS]


# --- What is taken away -------------------------------------------------------------------------------------------


def _take_away(picture: Picture, file: Opened | None, answer: _Answer, found: Checks | None) -> None:
    """The report, what the file said beside its picture and that is gone, and the file without it."""
    language = current()
    # A download is made without the page, which alone knows its language: words are found before.
    name, remarks, captions = t("diagnosis-report-name"), _remarks(answer, found), captions_of(answer.output)
    with st.container(horizontal=True):
        st.download_button(
            t("diagnosis-report"),
            lambda: to_html(
                from_output(
                    answer.output,
                    name,
                    language,
                    picture.removed,
                    remarks=remarks,
                    shots=shots(picture, answer.output, captions),
                )
            ),
            "image.html",
            "text/html",
            icon=":material/download:",
            key="diagnosis-report",
            on_click="ignore",
        )
        if picture.removed and file is not None and file.clean is not None:
            st.download_button(
                t("diagnosis-gone-download"),
                file.clean,
                "image.dcm",
                "application/dicom",
                icon=":material/download:",
                key="diagnosis-gone-download",
                on_click="ignore",
            )
        elif picture.removed:
            st.download_button(
                t("diagnosis-gone-download-png"),
                lambda: _png(picture),
                "image.png",
                "image/png",
                icon=":material/download:",
                key="diagnosis-gone-download-png",
                on_click="ignore",
            )
    if picture.removed:
        with st.expander(t("diagnosis-gone-title", count=len(picture.removed)), icon=":material/shield_person:"):
            table = removed_table(picture.removed, language)
            st.dataframe(pd.DataFrame(table.rows, columns=list(table.columns)), hide_index=True, alt=t("dr-removed"))


def _remarks(answer: _Answer, found: Checks | None) -> list[str]:
    """What the verdict takes for granted, and what the tests of its heat map found, as plain text."""
    options, remarks, language = answer.options, [], current()
    classes = shelf.reader_of(answer.model, options.own).classifier.classes
    if len(classes) == 2 and calibrated(answer.model):
        remarks.append(
            t(
                "diagnosis-settings-in-words",
                name=class_name(classes[1], language),
                prevalence=percent(options.prevalence or _EVEN),
                coverage=percent(options.coverage),
            )
        )
    if answer.output.threshold is not None:
        plain = partial(class_name, language=language)
        remarks.append(_cost(answer.model, options, answer.output.threshold, plain))
    if found is not None:
        remarks += in_words(found, class_name(answer.output.heatmap_class or "", language), language)
    return remarks


def _png(picture: Picture) -> bytes:
    """The pixels alone, and that this is no medical device."""
    said = PngInfo()
    said.add_itxt("Comment", " ".join(message("diagnosis-notice", language) for language in LANGUAGES))
    stream = io.BytesIO()
    picture.image().save(stream, "PNG", pnginfo=said)
    return stream.getvalue()
