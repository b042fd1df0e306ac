"""The colours of `.streamlit/config.toml`: readable in both themes, told apart by colour-blind eyes."""

from __future__ import annotations

import itertools
import math
import tomllib
from pathlib import Path

import pytest

from bigmodel_apps.ui.palette import MEANINGS

THEMES = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
VERDICTS = ("good", "bad", "unsure", "neutral")

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
Triple = tuple[float, float, float]


def linear(colour: str) -> Triple:
    def channel(start: int) -> float:
        value = int(colour[start : start + 2], 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return channel(1), channel(3), channel(5)


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio."""
    dark, light = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(linear, (first, second)))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, vision: str) -> Triple:
    """OKLab coordinates of a colour as an eye sees it."""
    source = linear(colour)
    r, g, b = (
        min(1.0, max(0.0, sum(weight * value for weight, value in zip(row, source, strict=True))))
        for row in VISION[vision]
    )
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
    )


def colours(mode: str) -> dict[str, str]:
    return dict(zip(MEANINGS, THEMES[mode]["chartCategoricalColors"], strict=True))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_marks_are_readable(mode: str) -> None:
    theme = THEMES[mode]
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["textColor"], theme[background]) >= 7
        assert contrast(theme["linkColor"], theme[background]) >= 4.5
        for colour in colours(mode).values():
            assert contrast(colour, theme[background]) >= 4.5, colour
    assert contrast(theme["primaryColor"], "#FFFFFF") >= 4.5, "the label of a primary button is white"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("vision", VISION)
def test_verdicts_are_told_apart(mode: str, vision: str) -> None:
    palette = colours(mode)
    for first, second in itertools.combinations(VERDICTS, 2):
        assert math.dist(seen(palette[first], vision), seen(palette[second], vision)) >= 0.06, (first, second)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_and_charts_share_their_colours(mode: str) -> None:
    theme, palette = THEMES[mode], colours(mode)
    assert palette["good"] == theme["greenColor"]
    assert palette["bad"] == theme["redColor"]
    assert palette["unsure"] == theme["yellowColor"]
    assert palette["neutral"] == theme["grayColor"]
