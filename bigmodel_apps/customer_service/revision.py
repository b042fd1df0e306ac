"""A gap becomes an entry, or further phrasings of one; what that changed is measured at once and can be undone.

A knowledge base of the visitor's own gets new content. A sample tenant cannot be changed, so a copy of it is made the
visitor's own. What was changed is remembered in the meta of the data set, so that it can be taken back later.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import numpy as np

from bigmodel_apps import measures, runtime, workspace
from bigmodel_apps.customer_service import trial
from bigmodel_apps.customer_service.gaps import Gap, close, closed, reopen
from bigmodel_apps.customer_service.knowledge import LANGUAGES, MAX_ANSWER, TENANTS, Entry, Knowledge
from bigmodel_apps.customer_service.labelled import Labelled
from bigmodel_apps.customer_service.questions import Question, out_of_scope, paraphrases
from bigmodel_apps.customer_service.schema import MAX_QUESTION, Input, Options, Outcome, Output
from bigmodel_apps.customer_service.shelf import DOMAIN, KIND, encoder_of, keep, open_for, shelf
from bigmodel_apps.customer_service.trial import Configuration, Trial
from bigmodel_apps.evidence import Metric
from bigmodel_apps.measures import Comparison
from bigmodel_apps.problems import Busy, Cancelled, InputError, Problem, Unavailable
from bigmodel_apps.runtime import Priority
from bigmodel_apps.text.documents import clean_text
from bigmodel_apps.text.language import Language, detect
from bigmodel_apps.workspace import Dataset

Check = Literal["heldout", "phrasings", "stored"]
"""What the regression check asks: a sample's held-out questions; stored phrasings, each while it is taken out; or
stored questions as they stand, which only shows whether another entry takes them over."""

Report = Callable[[int, int], None]
Stop = Callable[[], bool]

MAX_CHECKED = 400
"""Stored phrasings that a regression check asks."""

_log = logging.getLogger(__name__)

_WORD = re.compile(r"[a-z0-9]+")
_SLUG_WORDS = 6
_ID_CHARS = 80
_FAR_FROM = "shop"


class Change(Protocol):
    """Something that can be done to a knowledge base."""

    @property
    def language(self) -> Language:
        """Of the entry that changes."""

    def check(self, knowledge: Knowledge) -> None:
        """Raises `InputError` with all that stands in the way."""

    def apply(self, knowledge: Knowledge) -> Knowledge:
        """The knowledge base after it."""

    def record(self, knowledge: Knowledge, /) -> dict[str, Any]:
        """What `taken_back` needs, as JSON values."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that did not exist."""

    id: str
    question: str
    phrasings: tuple[str, ...]
    answer: str
    source: str = ""

    @property
    def language(self) -> Language:
        """As a table's row would be read."""
        return detect(self.question + self.answer)

    def check(self, knowledge: Knowledge) -> None:
        """Raises `InputError`."""
        question, answer, identifier = (clean_text(text).strip() for text in (self.question, self.answer, self.id))
        problems = []
        if not question:
            problems.append(Problem("gap-question-empty", field="question"))
        if not answer:
            problems.append(Problem("gap-answer-empty", field="answer"))
        if len(answer) > MAX_ANSWER:
            problems.append(Problem("field-too-long", field="answer", details={"max_length": MAX_ANSWER}))
        if any(len(text) > MAX_QUESTION for text in (question, *self.phrasings)):
            problems.append(Problem("field-too-long", field="question", details={"max_length": MAX_QUESTION}))
        if not identifier:
            problems.append(Problem("gap-id-empty", field="id"))
        elif len(identifier) > _ID_CHARS:
            problems.append(Problem("field-too-long", field="id", details={"max_length": _ID_CHARS}))
        elif any((entry.id, entry.language) == (identifier, self.language) for entry in knowledge.entries):
            problems.append(Problem("gap-id-taken", field="id", details={"id": identifier}))
        if problems:
            raise InputError(*problems)

    def apply(self, knowledge: Knowledge) -> Knowledge:
        """The entry comes last."""
        question, *further = _cleaned((self.question, *self.phrasings))
        identifier = clean_text(self.id).strip()
        entry = Entry(
            identifier,
            (question, *further),
            clean_text(self.answer).strip(),
            f"{self.source or knowledge.name} · {identifier}",
            self.language,
        )
        return _with(knowledge, (*knowledge.entries, entry))

    def record(self, _knowledge: Knowledge, /) -> dict[str, Any]:
        """The new entry's name."""
        return {"kind": "entry", "id": clean_text(self.id).strip(), "language": self.language}


@dataclass(frozen=True, slots=True)
class MorePhrasings:
    """Further ways to ask for an entry that exists."""

    entry: str
    language: Language
    phrasings: tuple[str, ...]

    def check(self, knowledge: Knowledge) -> None:
        """Raises `InputError`."""
        if self._find(knowledge) is None:
            raise InputError(Problem("gap-entry-missing", details={"id": self.entry}))
        if not self._new(knowledge):
            raise InputError(Problem("gap-phrasings-empty"))

    def apply(self, knowledge: Knowledge) -> Knowledge:
        """The phrasings come after those that the entry has."""
        new = self._new(knowledge)
        return _with(
            knowledge,
            tuple(
                replace(entry, questions=(*entry.questions, *new)) if self._is(entry) else entry
                for entry in knowledge.entries
            ),
        )

    def record(self, knowledge: Knowledge, /) -> dict[str, Any]:
        """The phrasings that the entry did not have."""
        return {
            "kind": "phrasings",
            "id": self.entry,
            "language": self.language,
            "phrasings": list(self._new(knowledge)),
        }

    def _is(self, entry: Entry) -> bool:
        return (entry.id, entry.language) == (self.entry, self.language)

    def _find(self, knowledge: Knowledge) -> Entry | None:
        return next(filter(self._is, knowledge.entries), None)

    def _new(self, knowledge: Knowledge) -> tuple[str, ...]:
        entry = self._find(knowledge)
        known = set(entry.questions) if entry else set()
        return tuple(text for text in _cleaned(self.phrasings) if text not in known)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the gap before and after. `stored`: it is now a phrasing word for word."""

    question: str
    stored: bool
    before: tuple[Outcome, str | None, float]
    after: tuple[Outcome, str | None, float]


@dataclass(frozen=True, slots=True)
class Retest:
    """What a change did.

    Attributes:
        asked: The questions of the gap, each once.
        check: What the other questions are.
        before, after: The other questions, asked of the knowledge base before and after the change.
        comparison: Of the questions handled correctly; first is before.
        changed: How many of the other questions have another outcome or another best entry.
    """

    asked: tuple[Asked, ...]
    check: Check
    before: Trial
    after: Trial
    comparison: Comparison
    changed: int

    def rows(self) -> Iterator[tuple[Metric, Metric]]:
        """Each figure before and after."""
        for name in ("correct-outcome", "recall-at-1", "answered-covered", "wrong-when-answered", "refused"):
            before, after = self.before.find(name, "a"), self.after.find(name, "a")
            if before is not None and after is not None:
                yield before, after


@dataclass(frozen=True, slots=True)
class Approved:
    """A change that was stored.

    Attributes:
        base: Id of the knowledge base that has it.
        name: Of that base.
        copied: The tenant that the base was copied from just now; empty where it was there before.
        retest: None where it was stopped before it was done.
    """

    base: str
    name: str
    copied: str
    retest: Retest | None = field(compare=False)


def slug(question: str, knowledge: Knowledge) -> str:
    """An id for a new entry that no entry has: its first words, or ``faq-<n>`` where it has no Latin ones."""
    taken = {entry.id for entry in knowledge.entries}
    words = _WORD.findall(question.lower().replace("'", "").replace("’", ""))[:_SLUG_WORDS]
    if detect(question) == "zh" or not words:
        number = len(knowledge.entries) + 1
        return next(name for name in (f"faq-{n}" for n in range(number, number + len(taken) + 1)) if name not in taken)
    stem = "-".join(words)[: _ID_CHARS - 8]
    return next(name for n in range(1, len(taken) + 2) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)


def targets(desk: str, owner: str) -> list[str]:
    """Where an answer to a gap at this desk can go: own copies of the tenant, then the tenant, which makes a new one."""
    if desk not in TENANTS:
        return [desk]
    return [*(dataset.id for dataset in own_bases(owner) if dataset.meta.get("origin") == desk), desk]


def own_bases(owner: str) -> list[Dataset]:
    """The visitor's own knowledge bases, the newest first."""
    return [dataset for dataset in workspace.default().datasets.list(owner, DOMAIN, KIND) if dataset.owner]


def known(base: str, model: str, owner: str) -> Knowledge:
    """The content of a knowledge base.

    Raises:
        InputError: This owner may not see it.
    """
    return shelf.get(open_for(base, model, owner)).knowledge


def approve(
    change: Change,
    gap: Gap,
    base: str,
    model: str,
    owner: str,
    progress: Report | None = None,
    cancelled: Stop | None = None,
) -> Approved:
    """Make a change, close the gap and measure what became of it. Blocks.

    Once it is stored it stays, whatever stops the measuring.

    Args:
        change: What to do.
        gap: What it answers.
        base: One of `targets`.
        model: What answers.
        owner: Whose knowledge base it is, or becomes.
        progress: Called with (questions asked, in total); in between with (texts encoded, in total).
        cancelled: Polled.

    Raises:
        InputError, Cancelled, Unavailable, Busy: Nothing was changed. ``gap-base-changed`` where somebody else changed
            the knowledge base since this began.
    """
    own = next((dataset for dataset in own_bases(owner) if dataset.id == base), None)
    key = open_for(base, model, owner)
    knowledge = shelf.get(key).knowledge
    change.check(knowledge)
    if own is None and base not in TENANTS:
        name = workspace.default().datasets.get(base, owner).name
        raise InputError(Problem("dataset-not-yours", details={"name": name}))
    about = _about(own, base)
    changed = change.apply(knowledge)
    record = {**change.record(knowledge), "messages": sorted(gap.numbers)}
    if own is None:
        changed = replace(changed, name=_copy_name(base, owner))

    checked, check = checks(knowledge, about.get("origin"), change.language)
    questions = list(dict.fromkeys(turn.question for turn in gap.turns))
    steps = _Steps(progress, 2 * len(checked.questions))
    asked_before = _ask(questions, key, model, cancelled)
    with _reduced(key, knowledge, checked, check, model) as variant:
        before = trial.run(checked, [Configuration(model)], variant, owner, steps.report, cancelled)

    if own is not None:
        _check_unchanged(own, owner)
    about["changes"] = [*about.get("changes", ()), record]
    kept = keep(changed, model, owner, own.id if own else None, progress, cancelled, about)
    retest = None
    try:
        close(owner, gap.numbers, "answered")
        key = open_for(kept.id, model, owner)
        steps.before = len(checked.questions)
        asked_after = _ask(questions, key, model, cancelled)
        with _reduced(key, changed, checked, check, model) as variant:
            after = trial.run(checked, [Configuration(model)], variant, owner, steps.report, cancelled)
        retest = _retest(questions, changed, check, asked_before, asked_after, before, after)
    except (Cancelled, Unavailable, Busy, InputError) as error:
        _log.info("%s was changed and not measured: %s", kept.id, error)
    return Approved(kept.id, changed.name, "" if own else base, retest)


def undo(
    base: str,
    model: str,
    owner: str,
    progress: Report | None = None,
    cancelled: Stop | None = None,
) -> str:
    """Take the last change of a knowledge base back and open its gap again. Blocks.

    Returns:
        The id of the base.

    Raises:
        InputError: There is nothing to take back, or it is not this owner's, or it was changed since this began.
        Cancelled, Unavailable, Busy: Nothing was changed.
    """
    own = next((dataset for dataset in own_bases(owner) if dataset.id == base), None)
    about = _about(own, base)
    changes = list(about.get("changes", ()))
    if own is None or not changes:
        raise InputError(Problem("gap-nothing-to-undo"))
    record = changes.pop()
    about["changes"] = changes
    restored = taken_back(record, known(base, model, owner))
    _check_unchanged(own, owner)
    answered = [number for number, how in closed(owner).items() if how == "answered" and number in record["messages"]]
    reopen(owner, answered)  # before the base changes: it may be refused, and then nothing has changed
    try:
        keep(restored, model, owner, base, progress, cancelled, about)
    except Exception:
        close(owner, answered, "answered")
        raise
    return base


def _check_unchanged(own: Dataset, owner: str) -> None:
    if workspace.default().datasets.get(own.id, owner).sha256 != own.sha256:
        raise InputError(Problem("gap-base-changed"))


def taken_back(record: Mapping[str, Any], knowledge: Knowledge) -> Knowledge:
    """The knowledge base before the change that wrote this record."""
    named = (record["id"], record["language"])
    if record["kind"] == "entry":
        return _with(knowledge, tuple(entry for entry in knowledge.entries if (entry.id, entry.language) != named))
    added = set(record["phrasings"])
    return _with(
        knowledge,
        tuple(
            replace(entry, questions=tuple(text for text in entry.questions if text not in added))
            if (entry.id, entry.language) == named
            else entry
            for entry in knowledge.entries
        ),
    )


def checks(knowledge: Knowledge, origin: str | None, language: Language) -> tuple[Labelled, Check]:
    """The questions of a regression check, in the language of the change: entries of another one are searched apart."""
    check: Check
    entries = [entry for entry in knowledge.entries if entry.language == language]
    if origin in TENANTS and origin is not None:
        outside = out_of_scope(origin, language)
        ids = {entry.id for entry in entries}
        asked = [question for question in paraphrases(origin, language, "heldout") if question.expected in ids]
        return _labelled([*asked, *outside["near"], *outside["far"]]), "heldout"
    several = [entry for entry in entries if len(entry.questions) > 1 and not entry.passage]
    check, asking = ("phrasings", several) if several else ("stored", [entry for entry in entries if entry.questions])
    step = max(1, -(-len(asking) // MAX_CHECKED))
    asked = [Question(entry.questions[-1], entry.id) for entry in asking[::step]]
    seen: dict[str, Question] = {}
    for question in (*asked, *out_of_scope(_FAR_FROM, language)["far"]):
        seen.setdefault(question.text, question)
    return _labelled(list(seen.values())), check


def _labelled(questions: Sequence[Question]) -> Labelled:
    return Labelled("", tuple(questions), tuple(range(1, len(questions) + 1)))


@contextmanager
def _reduced(key: str, knowledge: Knowledge, checked: Labelled, check: Check, model: str) -> Iterator[str]:
    """The key to ask: the base itself, or one without the phrasings that are asked, for as long as it takes."""
    if check != "phrasings":
        yield key
        return
    asked = {(question.expected, question.text) for question in checked.questions}
    without = tuple(
        replace(entry, questions=tuple(text for text in entry.questions if (entry.id, text) not in asked))
        for entry in knowledge.entries
    )
    variant = f"file-{uuid.uuid4().hex}"
    shelf.open_variant(key, variant, replace(knowledge, entries=without), encoder_of(model))
    try:
        yield variant
    finally:
        shelf.close(variant)


def _ask(questions: Sequence[str], key: str, model: str, cancelled: Stop | None) -> list[Output]:
    return runtime.predict(
        DOMAIN,
        [Input(question=question) for question in questions],
        options=Options(knowledge=key),
        model=model,
        priority=Priority.BULK,
        cancelled=cancelled,
    )


def _retest(
    questions: Sequence[str],
    changed: Knowledge,
    check: Check,
    asked_before: Sequence[Output],
    asked_after: Sequence[Output],
    before: Trial,
    after: Trial,
) -> Retest:
    stored = {text for entry in changed.entries for text in entry.questions}
    (first,), (second,) = before.sides, after.sides
    # Questions about one entry belong together; one that nothing answers stands alone.
    clusters = np.array([question.expected or f"#{n}" for n, question in enumerate(before.asked.questions)])
    return Retest(
        tuple(
            Asked(
                question,
                clean_text(question).strip() in stored,
                (one.outcome, one.id, one.confidence),
                (other.outcome, other.id, other.confidence),
            )
            for question, one, other in zip(questions, asked_before, asked_after, strict=True)
        ),
        check,
        before,
        after,
        measures.compare(first.correct, second.correct, clusters),
        sum(
            one != other
            for one, other in zip(
                zip(first.outcomes, first.ids, strict=True), zip(second.outcomes, second.ids, strict=True), strict=True
            )
        ),
    )


class _Steps:
    """Progress over two trials as one. `before` counts the questions of the trials that are done."""

    def __init__(self, progress: Report | None, total: int) -> None:
        self._progress, self._total, self.before = progress, total, 0

    def report(self, done: int, _: int) -> None:
        if self._progress is not None:
            self._progress(min(self._total, self.before + done), self._total)


def _about(own: Dataset | None, base: str) -> dict[str, Any]:
    if own is None:
        return {"origin": base}
    return {name: own.meta[name] for name in ("origin", "changes") if name in own.meta}


def _copy_name(tenant: str, owner: str) -> str:
    taken = {dataset.name for dataset in own_bases(owner)}
    return next(name for n in range(1, len(taken) + 2) if (name := f"{tenant} + {n}") not in taken)


def _cleaned(texts: Sequence[str]) -> list[str]:
    """Each text once, without what cannot be stored."""
    return [text for text in dict.fromkeys(clean_text(text).strip() for text in texts) if text]


def _with(knowledge: Knowledge, entries: tuple[Entry, ...]) -> Knowledge:
    counts = {language: sum(entry.language == language for entry in entries) for language in LANGUAGES}
    report = replace(
        knowledge.report,
        entries=len(entries),
        phrasings=sum(len(entry.questions) for entry in entries if not entry.passage),
        languages={language: count for language, count in counts.items() if count},
    )
    return replace(knowledge, entries=entries, report=report)
