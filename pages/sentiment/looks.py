"""How a verdict looks: one icon, one colour and one word each, the same in every view."""

from __future__ import annotations

from collections.abc import Mapping

from bigmodel_apps.sentiment.schema import Label, Output
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.palette import Meaning

LOOKS: Mapping[Label, tuple[str, Meaning]] = {
    "positive": (":material/sentiment_satisfied:", "good"),
    "negative": (":material/sentiment_dissatisfied:", "bad"),
    "neutral": (":material/sentiment_neutral:", "neutral"),
    "unsure": (":material/help:", "unsure"),
}
SIGNS: Mapping[Label, str] = {"positive": "+", "negative": "−", "neutral": "○", "unsure": "?"}
"""For marks too small for an icon."""


def word(label: str) -> str:
    """The translated word."""
    return t(f"sentiment-label-{label}")


def coloured(label: Label, *, icon: bool = True) -> str:
    """Icon and word in their colour, as Markdown."""
    sign, meaning = LOOKS[label]
    return f":{palette.MARKDOWN[meaning]}[{f'{sign} ' if icon else ''}{word(label)}]"


def headline(output: Output) -> str:
    """The verdict of an output as Markdown; that of the user's own model where it answered."""
    if output.own is None or output.own.label in LOOKS:
        return coloured(output.label)
    meaning: Meaning = "unsure" if output.own.unsure else "primary"
    shown = f":material/label: {escape(output.own.label)}"
    return f":{palette.MARKDOWN[meaning]}[{shown}]" + (f" · {word('unsure')}" if output.own.unsure else "")


def confidence(output: Output) -> float:
    """Of what the headline says."""
    return output.own.confidence if output.own else output.confidence


def reader(output: Output) -> str:
    """Which reader answered, in words."""
    return " + ".join(t(f"engine-{engine}") for engine in output.engine.split("+"))
