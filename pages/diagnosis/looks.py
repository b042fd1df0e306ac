"""How verdicts look and read, wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping

from bigmodel_apps.diagnosis.schema import Output, Verdict
from bigmodel_apps.locales import catalogue_ids
from bigmodel_apps.ui.highlight import escape
from bigmodel_apps.ui.language import current, percent, t
from bigmodel_apps.ui.palette import MARKDOWN, Meaning

MEANING: Mapping[Verdict, Meaning] = {"answer": "primary", "unsure": "unsure", "unknown_kind": "neutral"}
_ICON: Mapping[Verdict, str] = {
    "answer": ":material/check_circle:",
    "unsure": ":material/help:",
    "unknown_kind": ":material/block:",
}


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
