"""Readers of the public sets that models are trained and measured on; the sets themselves are never part of the project.

Each reader takes the folder that holds all of them (``--data``), and says which file is missing and where to obtain it.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bigmodel_apps.evidence import Dataset
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.sentiment.scoring import CLASSES, Span

NEGATIVE, NEUTRAL, POSITIVE = range(3)
DOMAINS = ("airline", "books", "dvd", "electronics", "kitchen")
CORPUS = Path(__file__).parent / "corpus"

_SST2 = "sst2/{split}.tsv"
_HELD_OUT_SENTENCES, _WHOLE_FROM, _SEED = 600, 6, 13
ASPECT_FILES = {
    "restaurants": "absa_semeval14/Restaurants_Test_Gold.xml.seg",
    "restaurants-arts": "absa_semeval14/rest_arts_test.dat",
    "laptops": "absa_semeval14/Laptops_Test_Gold.xml.seg",
    "laptops-arts": "absa_semeval14/laptop_arts_test.dat",
    "phone": "aspects_chinese_phone/phone.test.txt",
    "phone-train": "aspects_chinese_phone/phone.train.txt",
}
"""Where each aspect set lies, by name."""
_SOURCES = {
    "sst2": ("gluebenchmark.com/tasks (SST-2)", "none stated"),
    "multidomain_blitzer": ("www.cs.jhu.edu/~mdredze/datasets/sentiment", "none stated"),
    "chinese_reviews": ("github.com/SophonPlus/ChineseNlpCorpus", "none stated"),
    "absa_semeval14": ("github.com/yangheng95/ABSADatasets", "research use"),
    "aspects_chinese_phone": ("github.com/yangheng95/ABSADatasets", "research use"),
    "checklist_sentiment": ("github.com/marcotcr/checklist", "MIT"),
    "eec": ("saifmohammad.com/WebPages/Biases-SA.html", "research use"),
    "banking77": ("github.com/PolyAI-LDN/task-specific-datasets", "CC-BY-4.0"),
    "clinc150": ("github.com/clinc/oos-eval", "CC-BY-3.0"),
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and its class: a place in `scoring.CLASSES`."""

    text: str
    label: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class AspectRow:
    """A text, what in it is asked about, and what the text thinks of that: a place in `scoring.CLASSES`."""

    text: str
    span: Span
    label: int


@dataclass(frozen=True, slots=True)
class Case:
    """A case of a CheckList test (Ribeiro et al., ACL 2020).

    Attributes:
        kind: ``MFT`` (every text has the label), ``INV`` (no text may be judged otherwise than the first) or ``DIR``.
        label: A place in `scoring.CLASSES`; None in an MFT means "anything but negative".
    """

    test: str
    kind: str
    capability: str
    texts: tuple[str, ...]
    label: int | None


@dataclass(frozen=True, slots=True)
class Equity:
    """A sentence of the Equity Evaluation Corpus (Kiritchenko and Mohammad, *SEM 2018).

    Attributes:
        race: Empty where the person is named by a pronoun or a kinship word.
        emotion, word: Empty where the sentence has none.
    """

    text: str
    template: str
    person: str
    gender: str
    race: str
    emotion: str
    word: str


@dataclass(frozen=True, slots=True)
class Split:
    """Rows to train on, and whole sentences held out that share no phrase with them."""

    train: list[Labelled]
    held_out: list[Labelled]


def sst2(data: Path | None, split: str = "dev") -> list[Labelled]:
    """SST-2 (Socher et al., EMNLP 2013, as in GLUE): ``dev`` or ``train_full``, as published (``it 's``, ``do n't``)."""
    rows = _tsv(file(data, _SST2.format(split=split)))
    return [Labelled(text.strip(), _polar(label)) for text, label in rows]


def sst2_split(data: Path | None) -> Split:
    """The training phrases, with some 600 whole sentences held out and every phrase dropped that is a part of one.

    The training rows are sub-phrases of sentences, so a random slice would share most of its phrases with the rest.
    """
    rows = [(text.split(), label) for text, label in _tsv(file(data, _SST2.format(split="train_full")))]
    long = [tokens for tokens, _ in rows if len(tokens) >= _WHOLE_FROM]
    parts = {hash(tuple(part)) for tokens in long for part in _parts(tokens, _WHOLE_FROM) if len(part) < len(tokens)}
    seen: set[tuple[str, ...]] = set()
    whole = []
    for tokens, label in rows:
        key = tuple(tokens)
        if len(tokens) >= _WHOLE_FROM and hash(key) not in parts and key not in seen:
            whole.append((tokens, label))
        seen.add(key)
    held = random.Random(_SEED).sample(sorted(whole), _HELD_OUT_SENTENCES)
    forbidden = {" ".join(part) for tokens, _ in held for part in _parts(tokens, 1)}
    return Split(
        [Labelled(text, _polar(label)) for tokens, label in rows if (text := " ".join(tokens)) not in forbidden],
        [Labelled(" ".join(tokens), _polar(label)) for tokens, label in held],
    )


def blitzer(data: Path | None, domain: str) -> list[Labelled]:
    """All 2,000 reviews of a domain (Blitzer et al., ACL 2007; airline: Skytrax); ``test-labeled`` is train and dev."""
    rows = _tsv(file(data, f"multidomain_blitzer/{domain}/test-labeled.tsv"))
    return [Labelled(" ".join(text.split()), _polar(label), domain) for text, label in rows]


def chinese_reviews(data: Path | None) -> list[Labelled]:
    """The shopping and hotel reviews without the rows that leak into ChnSentiCorp's evaluation sets."""
    with gzip.open(file(data, "chinese_reviews/online10_minus_chn_eval.csv.gz"), "rt", encoding="utf-8-sig") as opened:
        rows = [row for row in csv.DictReader(opened) if row["review"].strip()]
    shop = [Labelled(row["review"].strip("\ufeff "), _polar(row["label"]), row["cat"]) for row in rows]
    return shop + chnsenticorp(data, "train_dedup")


def chnsenticorp(data: Path | None, split: str = "validation") -> list[Labelled]:
    """ChnSentiCorp (Tan and Zhang, 2008): ``validation``, or ``train_dedup`` without rows that leak."""
    path = file(data, f"chinese_reviews/chnsenticorp_{split}.tsv")
    rows = [line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines()[1:] if "\t" in line]
    return [Labelled(text.strip(), _polar(label), "chnsenticorp") for label, text in rows]


def aspects(data: Path | None, name: str) -> list[AspectRow]:
    """An aspect test set by name: ``restaurants``, ``laptops`` (SemEval 2014), ``…-arts`` (ARTS, Xing et al., EMNLP
    2020), ``phone`` or ``phone-train``."""
    chinese = name.startswith("phone")
    lines = [line.strip() for line in file(data, ASPECT_FILES[name]).read_text(encoding="utf-8").splitlines()]
    found = []
    for place in range(0, len(lines) - 2, 3):
        text, term, label = lines[place : place + 3]
        if chinese:
            text, term = text.replace(" ", ""), term.replace(" ", "")
        before, _, after = text.partition("$T$")
        if not chinese:
            before, after = detokenised(before), detokenised(after)
            before += " " if before and not before.endswith(("(", '"', "-", "/", "'")) else ""
            after = f" {after}" if after[:1].isalnum() or after[:1] in ("(", "&", "$") else after
        span = (len(before), len(before) + len(term))
        found.append(AspectRow(before + term + after.replace("$T$", term), span, CLASSES.index(label.lower())))
    return found


def checklist(data: Path | None) -> list[Case]:
    """CheckList's sentiment suite."""
    path = file(data, "checklist_sentiment/checklist_sentiment_n500.jsonl")
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Case(row["test"], row["type"], row["capability"], tuple(row["texts"]), row["label"]) for row in rows]


def equity(data: Path | None) -> list[Equity]:
    """The Equity Evaluation Corpus."""
    with file(data, "eec/Equity-Evaluation-Corpus.csv").open(encoding="utf-8", newline="") as opened:
        return [
            Equity(
                row["Sentence"],
                row["Template"],
                row["Person"],
                row["Gender"],
                row["Race"],
                row["Emotion"],
                row["Emotion word"],
            )
            for row in csv.DictReader(opened)
        ]


def questions(data: Path | None) -> list[str]:
    """Training questions of BANKING77 and CLINC150, beside the folder of sentiment: requests without an opinion."""
    beside = (data or Path()).parent
    with file(beside, "customer_service/banking77/train.csv").open(encoding="utf-8", newline="") as opened:
        found = [row["text"].strip() for row in csv.DictReader(opened)]
    body = json.loads(file(beside, "customer_service/clinc150/data_full.json").read_text(encoding="utf-8"))
    return found + [text for text, _ in body["train"]]


def own(name: str, part: str = "train") -> list[Labelled]:
    """Texts of our own from the corpus: ``opinions`` or ``factual`` with its language, such as ``factual.en``."""
    with (CORPUS / part / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
        return [
            Labelled(row["text"], CLASSES.index(row.get("label") or "neutral"), row.get("kind") or "")
            for row in csv.DictReader(opened)
        ]


def own_aspects(language: str) -> list[AspectRow]:
    """Aspect rows of our own from the training corpus."""
    path = CORPUS / "train" / f"aspects.{language}.csv"
    with path.open(encoding="utf-8", newline="") as opened:
        return [
            AspectRow(
                row["text"],
                (int(row["start"]), int(row["start"]) + len(row["aspect"])),
                CLASSES.index(row["label"]),
            )
            for row in csv.DictReader(opened)
        ]


def described(data: Path | None, paths: Sequence[str], name: str, rows: int, notes: str = "") -> Dataset:
    """What evidence says of files, given as paths below the folder."""
    digest = sha256()
    for path in sorted(paths):
        digest.update(file(data, path).read_bytes())
    source, licence = _SOURCES[paths[0].split("/")[0]]
    return Dataset(name=name, rows=rows, sha256=digest.hexdigest(), licence=licence, source=source, notes=notes)


def file(data: Path | None, path: str) -> Path:
    """A file below the folder.

    Raises:
        InputError: It is not there; the problem says where to obtain it.
    """
    found = (data or Path()) / path
    if data is None or not found.is_file():
        known = next((name for name in _SOURCES if name in path), "")
        source = _SOURCES.get(known, ("", ""))[0]
        raise InputError(Problem("protocol-data-missing", field="data", details={"file": path, "source": source}))
    return found


_CONTRACTED = ("n't", "'s", "'re", "'ve", "'ll", "'m", "'d")


def detokenised(text: str) -> str:
    """Penn-Treebank tokens as people write them: ``do n't , it 's`` becomes ``don't, it's``."""
    words: list[str] = []
    opened = False
    glue = False
    for word in text.replace("-lrb-", "(").replace("-rrb-", ")").replace("``", '"').replace("''", '"').split():
        closing = word in (",", ".", ";", ":", "!", "?", ")", "%", "...", "--") or word.lower() in _CONTRACTED
        if word == '"':
            closing, opened = opened, not opened
        if words and ((closing and word != "--") or glue):
            words[-1] += word
        else:
            words.append(word)
        glue = word in ("(", "$", "#") or (word == '"' and opened)
    return " ".join(words)


def _polar(label: str) -> int:
    return POSITIVE if label.strip() == "1" else NEGATIVE


def _parts(tokens: Sequence[str], least: int) -> Iterator[Sequence[str]]:
    for start in range(len(tokens)):
        for end in range(start + least, len(tokens) + 1):
            yield tokens[start:end]


def _tsv(path: Path) -> list[tuple[str, str]]:
    """Rows of text and label below a header; a quoted text may hold line ends."""
    content = path.read_text(encoding="utf-8")
    if path.parent.name == "sst2":  # quotation marks there are words
        return [(text, label) for text, _, label in (line.partition("\t") for line in content.splitlines()[1:])]
    rows = csv.reader(io.StringIO(content), delimiter="\t")
    next(rows)
    return [(row[0], row[1]) for row in rows if len(row) == 2]
