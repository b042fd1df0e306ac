"""How verdicts look and read, wherever they stand."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import streamlit as st
from PIL import Image

from bigmodel_apps.diagnosis.batch import class_name
from bigmodel_apps.diagnosis.schema import Output, Verdict
from bigmodel_apps.locales import catalogue_ids
from bigmodel_apps.reporting.document import Shot
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, percent, t
from bigmodel_apps.ui.palette import MARKDOWN, Meaning
from bigmodel_apps.vision.pictures import Picture, shrunk

MEANING: Mapping[Verdict, Meaning] = {"answer": "primary", "unsure": "unsure", "unknown_kind": "neutral"}
_ICON: Mapping[Verdict, str] = {
    "answer": ":material/check_circle:",
    "unsure": ":material/help:",
    "unknown_kind": ":material/block:",
}
_SHOWN = 560
"""Pixels of the longer side, about: small pictures are enlarged in whole steps, those of twice as many shrunk."""

_OPACITY = 0.4
CHILDREN = "diagnosis-xray"
"""The model of which it is said what it learned from."""

_FOR, _AGAINST = np.array([0.96, 0.47, 0.25]), np.array([0.29, 0.42, 0.94])


def class_word(name: str) -> str:
    """A class in the page's language; a user's own class as it is."""
    id = f"diagnosis-class-{name}"
    return t(id) if id in catalogue_ids(current()) else escape(name)


def verdict_line(output: Output) -> str:
    """The verdict in words, as Markdown."""
    colour = MARKDOWN[MEANING[output.verdict]]
    if output.label is None:
        return f":{colour}[{_ICON[output.verdict]} **{t('diagnosis-state-unknown-kind')}**]"
    said = class_word(output.label)
    if output.verdict == "unsure":
        said = f"{t('diagnosis-state-unsure')}: {said}"
    share = (output.probabilities or {}).get(output.label, 0.0)
    return f":{colour}[{_ICON[output.verdict]} **{said}**] {percent(share)}"


def probabilities(output: Output) -> None:
    """A bar for each class, and where other networks of the same kind would be."""
    for name, share in (output.probabilities or {}).items():
        low, high = (output.interval or {}).get(name, (share, share))
        said = {"name": class_word(name), "share": percent(share)}
        if output.interval:
            text = t("diagnosis-probability", **said, low=percent(low), high=percent(high))
        else:
            text = t("diagnosis-probability-alone", **said)
        st.progress(share, text=text)


def departures(output: Output) -> None:
    """Where the image departs from those that the model learned from, and what else is to be known of it."""
    departs = [note for note in output.notes if note.code.startswith("diagnosis-image-")]
    if departs:
        title = t("diagnosis-departs-children") if output.engine == CHILDREN else t("diagnosis-departs")
        with st.container(gap="xxsmall"):
            st.markdown(f":small[:{MARKDOWN['unsure']}[:material/warning:] {title}]")
            st.caption("\n".join(f"- {escape(note.text)}" for note in departs))
    other = [note for note in output.notes if note not in departs]
    if other:
        st.caption("  \n".join(f":material/info: {escape(note.text)}" for note in other))


def captions_of(output: Output) -> list[str]:
    """What `shots` show: plain text in the page's language."""
    captions = [t("diagnosis-report-image")]
    if output.heatmap is not None:
        captions.append(t("diagnosis-report-map", name=class_name(output.heatmap_class or "", current())))
    return captions


def shots(picture: Picture, output: Output, captions: Sequence[str]) -> list[Shot]:
    """The image, and where the evidence lies where there is a map, for a report."""
    return [
        Shot(_encoded(overlaid(picture, output, opacity)), caption)
        for opacity, caption in zip((0.0, _OPACITY), captions, strict=False)
    ]


def overlaid(picture: Picture, output: Output | None = None, opacity: float = 0.0) -> npt.NDArray[np.uint8]:
    """The picture with the evidence laid over its middle square, a flat tile for each cell of the network's own grid:
    orange speaks for the class, blue against it.

    Returns:
        RGB, shape (h, w, 3).
    """
    pixels = np.repeat(picture.grey[..., None], 3, axis=2) if not picture.colour else picture.pixels
    pixels = shrunk(pixels, 2 * _SHOWN)
    edge = max(1, _SHOWN // max(pixels.shape[:2]))
    pixels = np.kron(pixels, np.ones((edge, edge, 1), dtype=np.float32))  # every pixel as it is, none invented
    if output is not None and output.heatmap is not None and opacity > 0:
        cells = np.array(output.heatmap)
        scaled = cells / max(float(np.abs(cells).max()), 1e-9)
        height, width = pixels.shape[:2]
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        rows = np.arange(side) * cells.shape[0] // side
        columns = np.arange(side) * cells.shape[1] // side
        tile = scaled[rows][:, columns, None]
        strength = opacity * np.abs(tile)
        colour = np.where(tile > 0, _FOR, _AGAINST)
        part = pixels[top : top + side, left : left + side]
        pixels[top : top + side, left : left + side] = (1 - strength) * part + strength * colour
    return (pixels * 255 + 0.5).astype(np.uint8)


def _encoded(pixels: npt.NDArray[np.uint8]) -> str:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()
