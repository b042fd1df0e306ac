"""The sample tenants' own questions: labelled ones for training and evaluation, and a few to try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bigmodel_apps.customer_service.knowledge import SAMPLES
from bigmodel_apps.tables import read_table
from bigmodel_apps.text.language import Language

Split = Literal["heldout", "tuning"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the entry that answers it; None where the knowledge has no answer."""

    text: str
    expected: str | None


def paraphrases(tenant: str, language: Language, split: Split) -> list[Question]:
    """Four questions an entry, written from the answers alone.

    ``heldout``: as customers ask; only ever used to report. ``tuning``: colloquial riddles that avoid the help
    centre's words; the fusion weights and the confidence model were chosen on these.
    """
    frame = read_table(SAMPLES / tenant / f"{split}.{language}.csv", f"{split}.{language}.csv").frame
    return [Question(text, expected) for expected, text in zip(frame["expected_id"], frame["question"], strict=True)]


def out_of_scope(tenant: str, language: Language) -> dict[Literal["near", "far"], list[Question]]:
    """Questions that the knowledge does not answer: on its topics (near), and on anything else (far)."""
    frame = read_table(SAMPLES / tenant / f"scope.{language}.csv", f"scope.{language}.csv").frame
    return {
        kind: [Question(text, None) for text in frame.loc[frame["kind"] == kind, "question"]]
        for kind in ("near", "far")
    }


def samples(tenant: str, language: Language) -> dict[str, str]:
    """Questions to try, by their short label; the last one is not covered by the knowledge."""
    lines = (SAMPLES / tenant / f"try.{language}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)
