"""The project's own text to train the reader on, help centres and documents, and what it is measured on.

Every question was written for this project: paraphrases from the answers alone, near misses so that no answer of the
help centre answers them, questions on documents either with the span that answers, or from the title alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from bigmodel_apps.customer_service.knowledge import Entry, Knowledge, read
from bigmodel_apps.customer_service.questions import Question
from bigmodel_apps.tables import read_table
from bigmodel_apps.text.language import Language

CORPUS = Path(__file__).parent / "corpus"

Part = Literal["documents", "answerability"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A knowledge base and questions to it; a question without `expected` is not answered by it."""

    name: str
    knowledge: Knowledge
    questions: tuple[Question, ...]


def help_centres(language: Language) -> list[Asked]:
    """Invented companies: 30 or 36 entries each, three paraphrases an entry, as many near misses as entries."""
    found = []
    for folder in sorted((CORPUS / "tenants").iterdir()):
        known = _frame(folder / f"paraphrases.{language}.csv")
        near = _frame(folder / f"scope.{language}.csv")
        questions = [
            Question(text, expected) for expected, text in zip(known["expected_id"], known["question"], strict=True)
        ]
        questions += [Question(text, None) for text in near["question"]]
        found.append(
            Asked(
                folder.name,
                read([(f"faq.{language}.csv", folder / f"faq.{language}.csv")], folder.name),
                tuple(questions),
            )
        )
    return found


def documents(language: Language, part: Part = "documents") -> Asked:
    """All documents as one knowledge base of paragraphs, and the questions on them.

    Args:
        language: Of documents and questions.
        part: ``documents`` to train on, ``answerability`` to report on.
    """
    entries: list[Entry] = []
    questions: list[Question] = []
    for file in sorted((CORPUS / part).glob(f"*.{language}.md")):
        slug = file.name.split(".")[0]
        title, *paragraphs = file.read_text(encoding="utf-8").strip().split("\n\n")
        names = [f"{slug}-{number}" for number in range(1, len(paragraphs) + 1)]
        entries += [
            Entry(name, (), text.strip(), title.removeprefix("# "), language, passage=True)
            for name, text in zip(names, paragraphs, strict=True)
        ]
        rows = _frame(file.with_suffix(".csv"))
        questions += [
            Question(text, f"{slug}-{paragraph}" if paragraph else None)
            for paragraph, text in zip(rows["paragraph"], rows["question"], strict=True)
        ]
    return Asked(part, Knowledge(part, tuple(entries)), tuple(questions))


def from_titles(language: Language) -> list[Question]:
    """200 questions written from the titles of XQuAD's articles alone, which none of its paragraphs answers."""
    return [Question(text, None) for text in _frame(CORPUS / "titles" / f"xquad.{language}.csv")["question"]]


def files() -> Iterator[Path]:
    """Every file, for the hash on a model card."""
    yield from sorted(file for file in CORPUS.rglob("*") if file.is_file())


def _frame(file: Path) -> pd.DataFrame:
    return read_table(file, file.name).frame.fillna("")
