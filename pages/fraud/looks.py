"""How a score looks: one icon, one colour and one word for each band and each decision, the same in every view."""

from __future__ import annotations

from collections.abc import Mapping

from bigmodel_apps.fraud.drift import SCORE, TIME
from bigmodel_apps.fraud.features import NAMES
from bigmodel_apps.fraud.schema import Band
from bigmodel_apps.ui import palette
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.palette import Meaning

BANDS: Mapping[Band, tuple[str, Meaning]] = {
    "high": (":material/gpp_bad:", "bad"),
    "elevated": (":material/gpp_maybe:", "unsure"),
    "guarded": (":material/shield:", "neutral"),
    "low": (":material/verified_user:", "good"),
}
DECISIONS: Mapping[str, tuple[str, Meaning]] = {
    "fraud": (":material/block:", "bad"),
    "legitimate": (":material/check_circle:", "good"),
    "later": (":material/schedule:", "unsure"),
}


def input_word(name: str) -> str:
    """An input, in words; a further column of a user's file keeps its own name."""
    return t(f"fraud-input-{name.replace('_', '-')}") if name in (*NAMES, TIME, SCORE) else name


def band_word(band: str) -> str:
    """A band, in words."""
    return t(f"fraud-band-{band}")


def coloured_band(band: Band) -> str:
    """Icon and word of a band in its colour, as Markdown."""
    icon, meaning = BANDS[band]
    return f":{palette.MARKDOWN[meaning]}[{icon} {band_word(band)}]"


def decision_word(decision: str) -> str:
    """A decision, in words."""
    return t(f"fraud-decision-{decision}")
