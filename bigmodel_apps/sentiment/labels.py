"""Texts with labels of the user's own: read, checked row by row, and split into a part to learn from and one held out."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.sentiment import samples
from bigmodel_apps.sentiment.columns import NAMES
from bigmodel_apps.sentiment.schema import MAX_TEXT, Polarity
from bigmodel_apps.sentiment.scoring import CLASSES
from bigmodel_apps.tables import DEFAULT_LIMITS, Table, guess_column, read_table
from bigmodel_apps.text.documents import clean_text
from bigmodel_apps.text.language import detect
from bigmodel_apps.workspace import Correction

MAX_ROWS = 20_000
MAX_CLASSES = 30
MIN_A_CLASS = 8
"""Different texts that a class must have: fewer can neither be held out nor cross-fitted."""
LABEL_CHARS = 100
HELD_OUT = 0.25
"""Share of the texts on which the figures are measured and from which nothing is learned."""

COLUMNS: Mapping[str, Sequence[str]] = {
    "text": NAMES["text"],
    "label": (
        *("labels", "class", "category", "sentiment", "polarity", "tag", "target", "gold", "annotation", "topic"),
        *("标签", "标注", "类别", "分类", "情感", "情感标签", "极性", "情感极性", "类型", "主题"),
    ),
}

_NAMED_PROBLEMS = 100
_WHOLE_NUMBER = re.compile(r"([+-]?\d+)(\.0+)?")
_BETWEEN = re.compile(r"[\W_]+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_SPACE = re.compile(r"\s+")

_POLAR_NAMES: Mapping[Polarity, frozenset[str]] = {
    "positive": frozenset(
        (
            *("positive", "pos", "good", "happy", "satisfied", "favourable", "favorable"),
            *("正面", "积极", "正向", "正", "好评", "好", "满意", "褒义", "肯定"),
        )
    ),
    "negative": frozenset(
        (
            *("negative", "neg", "bad", "unhappy", "dissatisfied", "unfavourable", "unfavorable"),
            *("负面", "消极", "负向", "负", "差评", "差", "坏", "不满意", "不满", "贬义", "否定"),
        )
    ),
    "neutral": frozenset(("neutral", "neu", "none", "noopinion", "中性", "中立", "中评", "无观点", "无情感")),
}
# Long enough that a letter's difference is a slip and no other word.
_LONG_NAMES = tuple(
    name for names in _POLAR_NAMES.values() for name in sorted(names) if name.isascii() and len(name) > 4
)
_POLAR_NUMBERS: Sequence[Mapping[str, Polarity]] = (
    {"0": "negative", "1": "positive"},
    {"-1": "negative", "1": "positive"},
    {"-1": "negative", "0": "neutral", "1": "positive"},
)


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled text as it was given. `row` is its number in the file, None for a correction."""

    text: str
    label: str
    row: int | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts to learn from.

    Attributes:
        name: What the file is called.
        items: As they were given, also those left out; `combine` starts from them.
        texts: Each once.
        labels: Place of each text's class, shape (texts,).
        classes: In the spelling that is used most; polarities from negative to positive, others by name.
        clusters: Texts with the same number differ in punctuation, digits or spaces alone, shape (texts,).
        rows: Number of each text's row in the file; None for a correction.
        unread: The first hundred rows without a text or a label, or that the file's reader left out, and why.
        unread_rows: How many those are.
        repeated: Rows that repeat or contradict another, and which.
        notes: What was mended or should be looked at; nothing was left out for it.
        obstacles: Why nothing can be learned from them; empty when something can.
    """

    name: str
    items: tuple[Item, ...]
    texts: tuple[str, ...]
    labels: npt.NDArray[np.intp]
    classes: tuple[str, ...]
    clusters: npt.NDArray[np.intp]
    rows: tuple[int | None, ...]
    unread: tuple[Problem, ...]
    unread_rows: int
    repeated: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    obstacles: tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The first rows that were left out, and why."""
        return (*self.unread, *self.repeated[:_NAMED_PROBLEMS])

    @property
    def left_out(self) -> int:
        """How many rows were left out."""
        return self.unread_rows + len(self.repeated)

    @property
    def polarities(self) -> tuple[Polarity, ...] | None:
        """What each class says in the terms of the models that ship; None where the classes are others."""
        return polarities(self.classes)

    @property
    def counts(self) -> dict[str, int]:
        """Texts of each class."""
        found = np.bincount(self.labels, minlength=len(self.classes))
        return dict(zip(self.classes, found.tolist(), strict=True))

    @property
    def languages(self) -> dict[str, int]:
        """Texts of each language."""
        return dict(Counter(detect(text) for text in self.texts))

    @property
    def sha256(self) -> str:
        """Hash of texts and labels in their order."""
        content = [[text, self.classes[label]] for text, label in zip(self.texts, self.labels, strict=True)]
        return sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()

    def check(self) -> None:
        """Raise what makes learning impossible.

        Raises:
            InputError: Every obstacle.
        """
        if self.obstacles:
            raise InputError(*self.obstacles)


@dataclass(frozen=True, slots=True)
class Split:
    """Places of the texts to learn from and of those held out, each in rising order."""

    learn: npt.NDArray[np.intp]
    held_out: npt.NDArray[np.intp]


def read(content: bytes | Path, name: str) -> Table:
    """Read a file of labelled texts, up to `MAX_ROWS` rows.

    Raises:
        InputError
    """
    return read_table(content, name, limits=replace(DEFAULT_LIMITS, max_rows=MAX_ROWS))


def columns(table: Table) -> dict[str, str | None]:
    """Which columns hold the ``text`` and the ``label``, as far as their names tell."""
    return guess_column(table, COLUMNS)


def label(table: Table, text: str, label: str) -> Labelled:
    """The labelled texts of a table.

    Rows without a text or a label, and rows that repeat or contradict another, are left out and named. Spellings of one
    label that differ in case, width, spaces or punctuation alone are one class, and a note says so; spellings that
    differ in a letter stay apart, and a note points them out.

    Args:
        text, label: Columns.

    Raises:
        InputError: ``own-one-column``: the same column for both.
    """
    if text == label:
        raise InputError(Problem("own-one-column", field=text))
    problems: list[Problem] = list(table.report.skipped)
    items = []
    cells = table.frame[[text, label]].astype(object).where(table.frame[[text, label]].notna(), "").astype(str)
    own = 0
    for number, raw, raw_label in zip(table.row_numbers, cells.iloc[:, 0], cells.iloc[:, 1], strict=True):
        row, said, name = int(number), clean_text(raw).strip(), _SPACE.sub(" ", clean_text(raw_label)).strip()
        problem = None
        if not said:
            problem = Problem("own-text-empty", row=row, field=text)
        elif not name:
            problem = Problem("own-label-empty", row=row, field=label)
        elif len(said) > MAX_TEXT:
            problem = Problem("field-too-long", row=row, field=text, details={"max_length": MAX_TEXT})
        elif len(name) > LABEL_CHARS:
            problem = Problem("field-too-long", row=row, field=label, details={"max_length": LABEL_CHARS})
        if problem is None:
            items.append(Item(said, name, row))
        else:
            own += 1
            problems.append(problem)
    return _assembled(table.report.name, items, problems, table.report.skipped_rows + own, table.report.notes)


def combine(upload: Labelled | None, corrections: Iterable[Correction], name: str) -> Labelled:
    """Uploaded texts and corrections together, or corrections alone.

    A correction overrules the row that holds the same text. A label that names a polarity ("positive") joins the
    upload's class of that polarity ("好评").

    Args:
        upload: From `label`.
        corrections: From the workspace.
        name: What to call them.
    """
    given = [Item(said.text, said.label, None) for said in corrections]
    if upload is None:
        return _assembled(name, given)
    read = [note for note in upload.notes if note.code.startswith("table-")]
    return _assembled(name, [*upload.items, *_joined(given, upload.classes)], upload.unread, upload.unread_rows, read)


def of(name: str, rows: Iterable[tuple[str, str]]) -> Labelled:
    """Texts and labels that are at hand, such as our sample's; rows count from 1."""
    items = [Item(text.strip(), label.strip(), row) for row, (text, label) in enumerate(rows, 1)]
    return _assembled(name, [item for item in items if item.text and item.label])


def sample(name: str, title: str) -> Labelled:
    """Our sample's texts, labelled by their ratings: one and two stars negative, four and five positive.

    Args:
        name: One of `samples.NAMES`.
        title: What to call it, in the visitor's language.
    """
    table = samples.table(name)
    stars = table.frame["rating"].astype(float).to_numpy()
    rows = zip(table.frame["text"], stars, table.row_numbers.tolist(), strict=True)
    items = [Item(text.strip(), "negative" if star < 3 else "positive", row) for text, star, row in rows if star != 3]
    return _assembled(title, items)


def polarities(classes: Sequence[str]) -> tuple[Polarity, ...] | None:
    """What each class says in the terms of the models that ship; None where they are not polarities, or two are one."""
    keys = [_key(name) for name in classes]
    numbers = next((known for known in _POLAR_NUMBERS if set(keys) == set(known)), None)
    if numbers is not None:
        return tuple(numbers[key] for key in keys)
    found = [_polarity(key) for key in keys]
    told = tuple(polarity for polarity in found if polarity is not None)
    return told if len(told) == len(keys) == len(set(told)) and {"positive", "negative"} <= set(told) else None


def split(labelled: Labelled, seed: int, share: float = HELD_OUT) -> Split:
    """Hold out `share` of each class's clusters, at least one and never all of them.

    Which ones is told by a hash of text and seed, so that a text keeps its side when rows are added, but for a few at
    the border, and the order of the rows does not matter.
    """
    first: dict[int, int] = {}
    for place, cluster in enumerate(labelled.clusters.tolist()):
        first.setdefault(cluster, place)
    by_class: dict[int, list[int]] = {}
    for cluster, place in first.items():
        by_class.setdefault(int(labelled.labels[place]), []).append(cluster)
    out: set[int] = set()
    for clusters in by_class.values():
        ranked = sorted(clusters, key=lambda cluster: _rank(labelled.texts[first[cluster]], seed))
        out.update(ranked[: min(max(1, round(share * len(ranked))), len(ranked) - 1)])
    held = np.isin(labelled.clusters, list(out))
    return Split(np.flatnonzero(~held), np.flatnonzero(held))


def folds(labels: npt.NDArray[np.intp], clusters: npt.NDArray[np.intp], count: int, seed: int) -> npt.NDArray[np.intp]:
    """A fold for each text: every class spread evenly, a cluster never apart.

    A cluster counts for the class of its first text, as it does for `MIN_A_CLASS` and `split`: so none of three folds
    takes all of a class.
    """
    chance = np.random.default_rng(seed)
    numbers, first, place = np.unique(clusters, return_index=True, return_inverse=True)
    of_cluster = np.empty(len(numbers), dtype=np.intp)
    offset = 0
    for name in np.unique(labels[first]):
        own = chance.permutation(np.flatnonzero(labels[first] == name))
        of_cluster[own] = (np.arange(len(own)) + offset) % count
        offset += len(own)
    return of_cluster[place]


# --- Putting rows together ------------------------------------------------------------------------------------------


def _assembled(
    name: str,
    items: Sequence[Item],
    unread: Sequence[Problem] = (),
    unread_rows: int = 0,
    read: Sequence[Problem] = (),
) -> Labelled:
    """`read` are the notes of the file's reader."""
    spelling, notes = _spellings(items)
    repeated, kept = _single(items, spelling)
    ordered = _ordered({spelling[item.label] for item in kept})
    places = {label: place for place, label in enumerate(ordered)}
    labels = np.array([places[spelling[item.label]] for item in kept], dtype=np.intp)
    numbers: dict[str, int] = {}
    clusters = np.array([numbers.setdefault(_letters(item.text), len(numbers)) for item in kept], dtype=np.intp)
    return Labelled(
        name=name,
        items=tuple(items),
        texts=tuple(item.text for item in kept),
        labels=labels,
        classes=ordered,
        clusters=clusters,
        rows=tuple(item.row for item in kept),
        unread=tuple(unread[:_NAMED_PROBLEMS]),
        unread_rows=unread_rows,
        repeated=tuple(repeated),
        notes=(*read, *notes),
        obstacles=_obstacles(ordered, labels, clusters),
    )


def _spellings(items: Sequence[Item]) -> tuple[dict[str, str], list[Problem]]:
    """The class of each label as it was written, and what to tell about it."""
    counts = Counter(item.label for item in items)
    variants: dict[str, list[str]] = {}
    keys = {written: _key(written) for written in counts}
    named = {key: _polarity(key) for key in keys.values()}
    for written, key in keys.items():
        # "pos" and "positive" are one class, unless other classes stand beside them.
        variants.setdefault((all(named.values()) and named[key]) or key, []).append(written)
    spelling: dict[str, str] = {}
    notes: list[Problem] = []
    sizes: dict[str, int] = {}
    for written_so in variants.values():
        best = max(written_so, key=lambda written: (counts[written], written))
        spelling |= dict.fromkeys(written_so, best)
        sizes[best] = sum(counts[written] for written in written_so)
        others = sorted(set(written_so) - {best})
        if others:
            details: dict[str, str | int | float] = {"label": best, "variants": ", ".join(others)}
            notes.append(Problem("own-label-merged", details=details))
    for rare, common in _look_alikes(sizes):
        details = {"rare": rare, "common": common, "rows": sizes[rare]}
        notes.append(Problem("own-label-similar", details=details))
    for label, other in _same_polarity(sizes):
        details = {"label": label, "other": other, "rows": sizes[label]}
        notes.append(Problem("own-label-same-meaning", details=details))
    return spelling, notes


def _look_alikes(sizes: Mapping[str, int]) -> list[tuple[str, str]]:
    """Labels that are probably slips: a letter off the name of a polarity, or rare and a letter off a common one."""
    ranked = sorted(sizes, key=lambda label: (-sizes[label], label))[:200]
    plain = {label: _NOT_LETTERS.sub("", label.casefold()) for label in ranked}
    written = {plain[label]: label for label in reversed(ranked)}
    found = []
    for place, rare in enumerate(ranked):
        key = plain[rare]
        common = [other for other in ranked[:place] if len(key) > 3 and sizes[rare] * 5 <= sizes[other]]
        meant = [written.get(name, name) for name in _LONG_NAMES if _polarity(_key(rare)) is None]
        slip_of = next((other for other in (*common, *meant) if _one_edit(key, plain.get(other, other))), None)
        if slip_of is not None:
            found.append((rare, slip_of))
    return found


def _same_polarity(sizes: Mapping[str, int]) -> list[tuple[str, str]]:
    """Labels that name the polarity of a more frequent one, but stay apart, as other classes stand beside them."""
    first: dict[Polarity, str] = {}
    found = []
    for label in sorted(sizes, key=lambda label: (-sizes[label], label)):
        polarity = _polarity(_key(label))
        if polarity is not None and first.setdefault(polarity, label) != label:
            found.append((label, first[polarity]))
    return found


def _one_edit(first: str, second: str) -> bool:
    """Whether one letter added, dropped or changed, or two neighbours swapped, makes one of the other; not of equals."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
    a, b = first[start:], second[start:]
    return a[1:] == b[1:] or a == b[1:] or a[1:] == b or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _single(items: Sequence[Item], spelling: Mapping[str, str]) -> tuple[list[Problem], list[Item]]:
    """Each text once: repeated rows left out, and all of those that contradict one another; a correction overrules."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(_same(item.text), []).append(item)
    problems: list[Problem] = []
    kept: list[Item] = []
    for group in groups.values():
        deciding = [item for item in group if item.row is None][-1:] or group
        if len({spelling[item.label] for item in deciding}) > 1:
            kept_of: Item | None = None
        else:
            kept_of = deciding[0]
            kept.append(kept_of)
        problems += _left_out(group, kept_of, spelling)
    order = {id(item): place for place, item in enumerate(items)}
    return sorted(problems, key=lambda problem: problem.row or 0), sorted(kept, key=lambda item: order[id(item)])


def _left_out(group: Sequence[Item], kept: Item | None, spelling: Mapping[str, str]) -> list[Problem]:
    found = []
    for item in group:
        if item is kept or item.row is None:
            continue
        if kept is None:
            other = next(rival for rival in group if spelling[rival.label] != spelling[item.label])
            details: dict[str, str | int | float] = {"label": item.label, "other": other.label, "first": other.row or 0}
            found.append(Problem("own-conflict", row=item.row, details=details))
        elif kept.row is None:
            found.append(Problem("own-corrected", row=item.row, details={"label": item.label, "given": kept.label}))
        else:
            found.append(Problem("own-duplicate", row=item.row, details={"first": kept.row}))
    return found


def _joined(corrections: Sequence[Item], classes: Sequence[str]) -> list[Item]:
    """Corrections with the upload's name for their polarity."""
    told = polarities(classes)
    if told is None:
        return list(corrections)
    names: dict[str, str] = dict(zip(told, classes, strict=True))
    return [replace(item, label=names.get(_key(item.label), item.label)) for item in corrections]


def _ordered(classes: Iterable[str]) -> tuple[str, ...]:
    names = sorted(classes)
    told = polarities(names)
    if told is None:
        return tuple(names)
    return tuple(name for _, name in sorted(zip(map(CLASSES.index, told), names, strict=True)))


def _obstacles(
    classes: Sequence[str], labels: npt.NDArray[np.intp], clusters: npt.NDArray[np.intp]
) -> tuple[Problem, ...]:
    if not classes:
        return (Problem("own-no-rows"),)
    if len(classes) == 1:
        return (Problem("own-one-class", details={"label": classes[0]}),)
    if len(classes) > MAX_CLASSES:
        return (Problem("own-too-many-classes", details={"classes": len(classes), "limit": MAX_CLASSES}),)
    found = []
    _, first = np.unique(clusters, return_index=True)
    sizes = np.bincount(labels[first], minlength=len(classes))
    texts = np.bincount(labels, minlength=len(classes))
    for name, different, count in zip(classes, sizes.tolist(), texts.tolist(), strict=True):
        if different < MIN_A_CLASS:
            details: dict[str, str | int | float] = {"label": name, "rows": different, "needed": MIN_A_CLASS}
            details |= {"texts": count, "alike": count - different}
            found.append(Problem("own-class-too-small", details=details))
    return tuple(found)


def _polarity(key: str) -> Polarity | None:
    return next((polarity for polarity, names in _POLAR_NAMES.items() if key in names), None)


def _key(label: str) -> str:
    """What spellings of one label have in common."""
    folded = unicodedata.normalize("NFKC", label).casefold().strip()
    number = _WHOLE_NUMBER.fullmatch(folded)
    if number:
        return str(int(number[1]))
    return _BETWEEN.sub("", folded) or folded


def _same(text: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold()) or _same(text)


def _rank(text: str, seed: int) -> bytes:
    return blake2b(_letters(text).encode("utf-8", "surrogatepass"), digest_size=8, key=str(seed).encode()).digest()
