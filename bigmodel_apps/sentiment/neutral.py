"""Texts without an opinion, to train on: what "neutral" means to the readers.

Our own factual texts and help-centre corpus, and questions of public intent sets (English).
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from bigmodel_apps.evidence import PACKAGE
from bigmodel_apps.sentiment import datasets
from bigmodel_apps.sentiment.datasets import NEUTRAL, Labelled
from bigmodel_apps.text.language import Language
from bigmodel_apps.text.sentences import sentences

_CORPUS = PACKAGE / "customer_service" / "corpus"
_SEED = 19
_QUESTIONS = 6_000
_LONGEST = 400


def factual(data: Path, language: Language) -> list[Labelled]:
    """Everything, without duplicates."""
    found = [row.text for row in datasets.own(f"factual.{language}")]
    found += help_texts(language)
    if language == "en":
        found += random.Random(_SEED).sample(datasets.questions(data), _QUESTIONS)
    return [Labelled(text, NEUTRAL) for text in dict.fromkeys(found) if 1 < len(text) <= _LONGEST]


def help_texts(language: Language) -> list[str]:
    """Questions, answers and paragraphs of the help-centre corpus, sentence by sentence."""
    found: list[str] = []
    for path in sorted(_CORPUS.rglob(f"*.{language}.csv")):
        with path.open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.DictReader(opened):
                found += _parts(row.get("answer") or "")
                found.append((row.get("question") or row.get("text") or "").strip())
    for path in sorted(_CORPUS.rglob(f"*.{language}.md")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [part for line in lines if not line.startswith("#") for part in _parts(line)]
    return [text for text in found if text]


def _parts(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]
