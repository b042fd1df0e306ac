"""Knowledge bases: FAQ tables and documents become entries; what is wrong with them is named row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.tables import Table, guess_column, read_table
from bigmodel_apps.text.documents import Document, clean_text, passages, read_document
from bigmodel_apps.text.language import Language, detect

SAMPLES = Path(__file__).parent / "samples"
TENANTS = ("shop", "bank", "helpdesk")
LANGUAGES: tuple[Language, ...] = ("en", "zh")

DOCUMENTS = frozenset({".pdf", ".docx", ".md", ".markdown", ".html", ".htm", ".xhtml", ".txt"})
TABLES = frozenset({".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".parquet"})
MAX_ENTRIES = 50_000
MAX_ANSWER = 20_000

COLUMNS = {
    "question": ("question", "questions", "title", "query", "q", "问题", "标题", "问", "提问"),
    "answer": ("answer", "answers", "reply", "response", "content", "a", "答案", "回答", "回复", "答", "内容"),
    "id": ("id", "key", "code", "no", "编号", "序号", "标识"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be cited: an FAQ entry with all its phrasings, or a passage of a document.

    Attributes:
        id: Unique in its knowledge base and language.
        questions: Stored phrasings, the title first; for a passage its heading, or nothing.
        answer: What is shown.
        source: Where it stands, for the citation.
        passage: Whether it comes from a document.
    """

    id: str
    questions: tuple[str, ...]
    answer: str
    source: str
    language: Language
    passage: bool = False

    @property
    def text(self) -> str:
        """All its words, for lexical retrieval."""
        return "\n".join((*self.questions, self.answer))

    @property
    def digest(self) -> str:
        """Hash of all that retrieval sees: what has not changed is not indexed again."""
        return sha256(json.dumps([self.questions, self.answer], ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class KnowledgeReport:
    """What was read: shown to the user before the first question.

    `problems` names the first hundred rows or pages that were left out; `left_out` counts them all.
    """

    rows: int
    entries: int
    phrasings: int
    passages: int
    duplicates: int
    empty: int
    languages: dict[str, int]
    encodings: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Entries ready for indexing."""

    name: str
    entries: tuple[Entry, ...]
    report: KnowledgeReport = field(default=KnowledgeReport(0, 0, 0, 0, 0, 0, {}, ()), compare=False)

    def languages(self) -> tuple[Language, ...]:
        """Languages that it has entries in."""
        present = {entry.language for entry in self.entries}
        return tuple(language for language in LANGUAGES if language in present)


def read(files: Sequence[tuple[str, bytes | Path]], name: str = "") -> Knowledge:
    """Read FAQ tables and documents into one knowledge base.

    Args:
        files: (file name, content or path) pairs.
        name: Display name; the first file's by default.

    Raises:
        InputError: Nothing usable, a column missing, or one id with two different answers in one language.
    """
    entries: list[Entry] = []
    reports: list[KnowledgeReport] = []
    for file_name, content in files:
        if Path(file_name).suffix.lower() in DOCUMENTS:
            found, report = _from_document(read_document(content, file_name))
        else:
            found, report = from_table(read_table(content, file_name))
        entries.extend(found)
        reports.append(report)
    _refuse_contradictions(entries)
    if not entries:
        raise InputError(*_all_problems(reports) or [Problem("knowledge-empty")])
    if len(entries) > MAX_ENTRIES:
        raise InputError(Problem("knowledge-too-large", details={"entries": len(entries), "limit": MAX_ENTRIES}))
    return Knowledge(name or files[0][0], tuple(entries), _merge(reports, entries))


def from_table(table: Table) -> tuple[list[Entry], KnowledgeReport]:
    """Entries of an FAQ table; rows that share an id are phrasings of one entry."""
    frame = table.frame
    found = guess_column(frame, COLUMNS)
    missing = [wanted for wanted in ("question", "answer") if found.get(wanted) not in frame.columns]
    if missing:
        raise InputError(
            *(
                Problem(
                    "knowledge-column-missing",
                    details={"column": column, "columns": ", ".join(map(str, frame.columns))},
                )
                for column in missing
            )
        )
    problems = [*table.report.notes, *table.report.skipped]
    own = 0
    grouped: dict[tuple[str, Language], tuple[list[str], str]] = {}
    origin: dict[tuple[str, Language], int] = {}
    seen: set[tuple[str, str, str]] = set()
    duplicates = empty = 0
    texts = frame[[found["question"], found["answer"]]].fillna("").astype(str)
    ids = (
        frame[found["id"]].fillna("").astype(str) if found.get("id") in frame.columns else pd.Series([""] * len(frame))
    )
    for number, raw_id, raw_question, raw_answer in zip(
        table.row_numbers, ids, texts.iloc[:, 0], texts.iloc[:, 1], strict=True
    ):
        row = int(number)
        question, answer, identifier = (clean_text(raw).strip() for raw in (raw_question, raw_answer, raw_id))
        if not question or not answer:
            empty += 1
            own += 1
            problems.append(Problem("knowledge-cell-empty", row=row, field=found["answer" if question else "question"]))
            continue
        if len(answer) > MAX_ANSWER:
            own += 1
            problems.append(
                Problem("knowledge-answer-long", row=row, field=found["answer"], details={"limit": MAX_ANSWER})
            )
            continue
        identifier = identifier or f"{table.report.name}#{row}"
        if (identifier, question, answer) in seen:
            duplicates += 1
            continue
        seen.add((identifier, question, answer))
        key = (identifier, detect(question + answer))
        phrasings, stored = grouped.setdefault(key, ([], answer))
        origin.setdefault(key, row)
        if stored != answer:
            raise InputError(
                Problem(
                    "knowledge-two-answers",
                    row=row,
                    field=found["id"],
                    details={"id": identifier, "first": origin[key]},
                )
            )
        if question not in phrasings:
            phrasings.append(question)
    entries = [
        Entry(identifier, tuple(phrasings), answer, f"{table.report.name} · {identifier}", language)
        for (identifier, language), (phrasings, answer) in grouped.items()
    ]
    return entries, _report(
        entries, len(frame), duplicates, empty, (table.report.encoding,), problems, table.report.skipped_rows + own
    )


def _from_document(document: Document) -> tuple[list[Entry], KnowledgeReport]:
    entries = []
    for number, passage in enumerate(passages(document), 1):
        title = document.title if document.title != document.name else ""
        page = f"{document.name}, {passage.page}" if len(document.pages) > 1 else document.name
        source = " · ".join(part for part in (page, passage.heading or title) if part)
        heading = (passage.heading or title,) if passage.heading or title else ()
        entries.append(
            Entry(f"{document.name}#{number}", heading, passage.text, source, detect(passage.text), passage=True)
        )
    return entries, _report(entries, len(document.pages), 0, 0, (), document.problems, len(document.problems))


_NAMED_PROBLEMS = 100


def _report(
    entries: Iterable[Entry],
    rows: int,
    duplicates: int,
    empty: int,
    encodings: Iterable[Any],
    problems: Iterable[Problem],
    left_out: int,
) -> KnowledgeReport:
    entries = list(entries)
    languages: dict[str, int] = {}
    for entry in entries:
        languages[entry.language] = languages.get(entry.language, 0) + 1
    return KnowledgeReport(
        rows=rows,
        entries=len(entries),
        phrasings=sum(len(entry.questions) for entry in entries if not entry.passage),
        passages=sum(entry.passage for entry in entries),
        duplicates=duplicates,
        empty=empty,
        languages=languages,
        encodings=tuple(encoding for encoding in encodings if encoding),
        problems=tuple(islice(problems, _NAMED_PROBLEMS)),
        left_out=left_out,
    )


def _merge(reports: Sequence[KnowledgeReport], entries: Sequence[Entry]) -> KnowledgeReport:
    return _report(
        entries,
        sum(report.rows for report in reports),
        sum(report.duplicates for report in reports),
        sum(report.empty for report in reports),
        dict.fromkeys(encoding for report in reports for encoding in report.encodings),
        _all_problems(reports),
        sum(report.left_out for report in reports),
    )


def _all_problems(reports: Iterable[KnowledgeReport]) -> list[Problem]:
    return [problem for report in reports for problem in report.problems]


def _refuse_contradictions(entries: Sequence[Entry]) -> None:
    """One id in two files must not carry two answers in one language."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        other = first.setdefault((entry.id, entry.language), entry)
        if other is not entry:
            raise InputError(
                Problem("knowledge-id-twice", field="id", details={"id": entry.id, "source": entry.source})
            )


def sample(tenant: str, language: Language | None = None) -> Knowledge:
    """One of our own tenants: both languages, or one."""
    if tenant not in TENANTS:
        raise InputError(Problem("knowledge-unknown", field="knowledge", details={"name": tenant}))
    wanted = (language,) if language else LANGUAGES
    return read([(f"faq.{code}.csv", SAMPLES / tenant / f"faq.{code}.csv") for code in wanted], name=tenant)


def folder(path: Path) -> Knowledge:
    """A CSV or other table file, a document, or a folder of them.

    Raises:
        InputError: The path does not exist or nothing in it can be read.
    """
    if not path.exists():
        raise InputError(Problem("knowledge-path-missing", field="knowledge", details={"name": path.name}))
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in DOCUMENTS | TABLES)
    names = [(str(file.relative_to(path)) if path.is_dir() else file.name, file) for file in files]
    if not names:
        raise InputError(Problem("knowledge-empty"))
    return read(names, name=path.name)


def pack(knowledge: Knowledge) -> bytes:
    """Entries and report as JSON, for the workspace."""
    report = asdict(knowledge.report) | {"problems": [asdict(problem) for problem in knowledge.report.problems]}
    body = {"name": knowledge.name, "entries": [asdict(entry) for entry in knowledge.entries], "report": report}
    return json.dumps(body, ensure_ascii=False).encode()


def unpack(content: bytes) -> Knowledge:
    """Inverse of `pack`."""
    body = json.loads(content)
    report = body["report"]
    report |= {
        "problems": tuple(Problem(**problem) for problem in report["problems"]),
        "encodings": tuple(report["encodings"]),
    }
    entries = tuple(Entry(**entry | {"questions": tuple(entry["questions"])}) for entry in body["entries"])
    return Knowledge(body["name"], entries, KnowledgeReport(**report))
