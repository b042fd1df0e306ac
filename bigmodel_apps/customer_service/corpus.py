"""The project's own text to train the reader on, help centres and documents, and what it is measured on.

Every question was written for this project: paraphrases from the answers alone, near misses so that no answer of the
help centre answers them, questions on documents either with the span that answers in view (``documents``), or from the
title alone, labelled afterwards (``titled``, ``answerability``). The adapter learns from help centres and ``documents``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from bigmodel_apps.customer_service.knowledge import Entry, Knowledge, read
from bigmodel_apps.customer_service.questions import Question
from bigmodel_apps.tables import read_table
from bigmodel_apps.text.language import Language

CORPUS = Path(__file__).parent / "corpus"

Part = Literal["documents", "titled", "answerability"]
TRAINED: tuple[Part, ...] = ("documents", "titled")


Kind = Literal["ordinary", "oblique", "near", "far"]

MIX: Mapping[Kind, float] = {"ordinary": 3 / 6, "oblique": 1 / 6, "near": 1 / 6, "far": 1 / 6}
"""Of the questions that a help centre gets, as the confidence takes it: answered by it, asked plainly or told as a story
(the first paraphrase of an entry, and the other two); near misses; about anything else."""

FOLDS = 3
_SEED = 11
_OUT = 3
_SMALL = (2, 5, 15)
_SMALL_QUESTIONS = 30
_STRANGERS = 30
_PARAPHRASES = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A knowledge base and questions to it; a question without `expected` is not answered by it."""

    name: str
    knowledge: Knowledge
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Trial(Asked):
    """Questions of one kind to a knowledge base, or to a part of it."""

    kind: Kind


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


def fold(name: str) -> int:
    """Which of `FOLDS` parts a help centre or document belongs to, by its folder's or file's name, in both languages."""
    return _folds()[name]


@lru_cache(maxsize=1)
def _folds() -> dict[str, int]:
    centres = sorted(folder.name for folder in (CORPUS / "tenants").iterdir())
    texts = [sorted({file.name.split(".")[0] for file in (CORPUS / part).glob("*.md")}) for part in TRAINED]
    return {name: place % FOLDS for names in (centres, *texts) for place, name in enumerate(names)}


def document(entry: str) -> str:
    """The document that a paragraph's id belongs to."""
    return entry.rpartition("-")[0]


def documents(language: Language, part: Part = "documents", of_fold: int | None = None) -> Asked:
    """All documents as one knowledge base of paragraphs, and the questions on them.

    Args:
        language: Of documents and questions.
        part: ``documents`` and ``titled`` to train on, ``answerability`` to report on.
        of_fold: Only the documents of this fold.
    """
    entries: list[Entry] = []
    questions: list[Question] = []
    for file in sorted((CORPUS / part).glob(f"*.{language}.md")):
        slug = file.name.split(".")[0]
        if of_fold is not None and fold(slug) != of_fold:
            continue
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


def trials(language: Language, of_fold: int) -> Iterator[Trial]:
    """What reader and confidence are fitted on: the help centres of a fold, asked what they answer and what they do not;
    the same questions after their entry has been taken out; and all of it on small parts, so that small knowledge bases
    are judged alike."""
    centres = help_centres(language)
    for number, centre in enumerate(centres):
        if fold(centre.name) == of_fold:
            others = [question.text for question in centres[number - 1].questions if question.expected]
            yield from _trials(centre, others[:: max(len(others) // _STRANGERS, 1)])


def titled_trials(language: Language, of_fold: int) -> Iterator[Trial]:
    """The same for passages: the titled documents of a fold. Who writes a question with its paragraph in view asks
    otherwise than who only hopes that a document answers it, so the other documents are left to the adapter."""
    strangers = [question.text for of in help_centres(language) for question in of.questions[::20] if question.expected]
    yield from _trials(documents(language, "titled", of_fold), strangers)


def _trials(asked: Asked, strangers: Sequence[str]) -> Iterator[Trial]:
    entries = asked.knowledge.entries
    covered = [question for question in asked.questions if question.expected]

    def trial(kind: Kind, kept: Sequence[Entry], questions: Sequence[Question]) -> Iterator[Trial]:
        if kind in ("near", "far"):
            questions = [Question(question.text, None) for question in questions]
        if questions:
            yield Trial(asked.name, Knowledge(asked.name, tuple(kept)), tuple(questions), kind)

    plain = {question.text for question in (covered if entries[0].passage else covered[::_PARAPHRASES])}

    def answered(kept: Sequence[Entry], questions: Sequence[Question]) -> Iterator[Trial]:
        yield from trial("ordinary", kept, [question for question in questions if question.text in plain])
        yield from trial("oblique", kept, [question for question in questions if question.text not in plain])

    yield from answered(entries, covered)
    yield from trial("near", entries, [question for question in asked.questions if not question.expected])
    yield from trial("far", entries, [Question(text, None) for text in strangers])
    for fold in range(_OUT):
        gone = {entry.id for place, entry in enumerate(entries) if place % _OUT == fold}
        orphans = [question for question in covered if question.expected in gone]
        yield from trial("near", [entry for entry in entries if entry.id not in gone], orphans[fold::_OUT])
    chance = np.random.default_rng(_SEED)
    for size in _SMALL:
        kept = [entries[place] for place in sorted(chance.permuted(np.arange(len(entries)))[:size])]
        names = {entry.id for entry in kept}
        inside = [question for question in covered if question.expected in names][:_SMALL_QUESTIONS]
        others = [question for question in covered if question.expected not in names]
        yield from answered(kept, inside)
        yield from trial(
            "near", kept, [others[place] for place in chance.permuted(np.arange(len(others)))[: len(inside)]]
        )


def from_titles(language: Language) -> list[Question]:
    """200 questions written from the titles of XQuAD's articles alone, which none of its paragraphs answers."""
    return [Question(text, None) for text in _frame(CORPUS / "titles" / f"xquad.{language}.csv")["question"]]


def files() -> Iterator[Path]:
    """Every file that is trained on, for the hash on a model card."""
    for part in ("tenants", *TRAINED):
        yield from sorted(file for file in (CORPUS / part).rglob("*") if file.is_file())


def _frame(file: Path) -> pd.DataFrame:
    return read_table(file, file.name).frame.fillna("")
