"""Trains the Chinese reader (see `chinese`) on reviews and on texts of our own; nothing pretrained is needed but the
shared encoder, which reads the dictionary's glosses.

Of every source a part is held out from linear judge and networks, by its letters and digits, so that no copy of a text
stands on both sides. On it the pools of the judges are fitted, and the confidence is calibrated.
"""

from __future__ import annotations

import csv
import json
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix, diags
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from bigmodel_apps import evidence
from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.problems import Cancelled
from bigmodel_apps.runtime.device import choose
from bigmodel_apps.runtime.sources import resolve
from bigmodel_apps.sentiment import chinese, chinese_network, chinese_patterns, datasets, neutral
from bigmodel_apps.sentiment.chinese import BUCKETS, WEIGHTS_FILE, Judged
from bigmodel_apps.sentiment.chinese_network import Lexicon, Row, Unit
from bigmodel_apps.sentiment.datasets import NEUTRAL, POSITIVE, Labelled
from bigmodel_apps.sentiment.scoring import CLASSES, Scorer, Scores
from bigmodel_apps.sentiment.verdict import bins
from bigmodel_apps.text import gloss as glosses
from bigmodel_apps.text.encoder import SentenceEncoder
from bigmodel_apps.text.language import HAN

Report = Callable[[int, int], None]
Pool = npt.NDArray[np.float64]

SEED = 29
MEMBERS: tuple[Unit, ...] = ("words", "words", "words", "characters")
"""What each of the networks reads."""

EPOCHS = 3
MEANING = 40
"""Principal components of the glosses' vectors."""

_GLOSS_TOKENS = 32

_CARDS = Path(__file__).parent / "cards"
_RATE, _DECAY, _SMOOTHING = 2e-3, 0.01, 0.05
_WARM_UP = 0.15
_ROWS, _UNITS, _MAX_UNITS = 96, 6_000, {"words": 200, "characters": 320}
_CLAUSE_DROPPED, _WORD_WITHHELD = 0.1, 0.1
_BREAKS = frozenset("，。！？；,.!?;~… :、")
_LEAST_TEXTS, _LEAST_WORDS = 4, 5
_PENALTY, _ITERATIONS = 4.0, 100
_HELD_OUT: Mapping[str, float] = {"chnsenticorp": 0.08, "own": 0.2, "help": 0.05, "热水器": 1.0, "计算机": 1.0}
"""Shares of a source. Two small categories as a whole, so that the pools meet kinds of goods that no judge has learned."""

_HELD_OUT_ELSE = 0.03
_WEIGHTS: Mapping[str, float] = {"chnsenticorp": 6.0, "own": 8.0, "patterns": 0.7}
"""Of the texts of a source, in training; one of the shopping reviews weighs 1."""

_NEUTRAL_SHARE = 0.3
_OWN_SHARE = 0.5
"""Of all weight in the pool of opinion: that of neutral texts; and of it, that of the texts of our own."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Everything that ships but the pools of the aspects.

    Attributes:
        weights, bias: Of the linear judge.
        lexicons: Of each unit that is read.
        members: Units and states of the networks.
        pool: By what is pooled.
    """

    weights: Scores
    bias: Scores
    lexicons: Mapping[Unit, Lexicon]
    members: tuple[tuple[Unit, Mapping[str, npt.NDArray[np.float32]]], ...]
    pool: Mapping[str, Pool]
    part: Mapping[str, Pool]

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """As they are shipped."""
        found: dict[str, npt.NDArray[Any]] = {
            "linear.weights": self.weights.astype(np.float16),
            "linear.bias": self.bias.astype(np.float32),
        }
        for lexicon in self.lexicons.values():
            found |= lexicon.tensors()
        for number, (unit, state) in enumerate(self.members):
            for name, matrix in state.items():
                found |= chinese_network.quantised(f"network.{unit}.{number}.{name}", matrix)
        for kind, pools in (("pool", self.pool), ("part", self.part)):
            found |= {f"{kind}.{name}": weights.astype(np.float32) for name, weights in pools.items()}
        return found


@dataclass(frozen=True, slots=True)
class Read:
    """A text as the judges read it; `text` is the normal one."""

    text: str
    features: npt.NDArray[np.intp]
    words: list[str]


def read(texts: Iterable[str]) -> list[Read]:
    """Texts as the judges read them."""
    found = []
    for text in map(chinese.normal, texts):
        words = chinese.tokens(text)
        found.append(Read(text, chinese.features(text, words), words))
    return found


# What is learned from


def key(text: str) -> str:
    """Letters and digits of a text: those of its copies are the same."""
    return "".join(sign for sign in chinese.normal(text) if sign.isalnum())


def material(data: Path) -> list[Labelled]:
    """Reviews, texts of our own, and patterns, without copies and without any text of our own that is kept for measuring."""
    kept = {
        key(row.text)
        for name in ("opinions", "factual", "colloquial")
        for row in datasets.own(f"{name}.zh", "held_out")
    }
    rows = [
        Labelled(row.text, row.label, "own")
        for name in ("opinions", "factual", "reviews")
        for row in datasets.own(f"{name}.zh")
    ]
    rows += [Labelled(row.text, row.label, "own") for row in aspect_texts()]
    rows += [Labelled(row.text, row.label, "patterns") for row in chinese_patterns.rows()]
    rows += sorted(datasets.chinese_reviews(data), key=lambda row: row.group != "chnsenticorp")
    rows += [Labelled(text, NEUTRAL, "help") for text in neutral.help_texts("zh") if 1 < len(text) <= 200]
    return unique(rows, kept)


def unique(rows: Iterable[Labelled], kept: Iterable[str] = ()) -> list[Labelled]:
    """Rows without copies of `kept`, or of an earlier row; rows of nothing but signs are left out."""
    seen = {"", *kept}
    found = []
    for row in rows:
        name = key(row.text)
        if name not in seen:
            seen.add(name)
            found.append(row)
    return found


def aspect_rows() -> list[datasets.AspectRow]:
    """What our own texts think of what they name."""
    path = datasets.CORPUS / "train" / "aspects.zh.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            datasets.AspectRow(
                row["text"],
                (int(row["start"]), int(row["start"]) + len(row["aspect"])),
                CLASSES.index(row["label"]),
            )
            for row in csv.DictReader(file)
        ]


def aspect_texts() -> list[Labelled]:
    """Those of `aspect_rows` that think one thing of all that they name, and the clauses of the others."""
    of_text: dict[str, list[datasets.AspectRow]] = {}
    for row in aspect_rows():
        of_text.setdefault(row.text, []).append(row)
    found = []
    for text, rows in of_text.items():
        if len({row.label for row in rows}) == 1:
            found.append(Labelled(text, rows[0].label))
        else:
            found += [Labelled(chinese.views(text, row.span)[0], row.label) for row in rows]
    return found


def split(rows: Sequence[Labelled], seed: int = SEED) -> tuple[list[Labelled], list[Labelled]]:
    """Rows to learn from, and rows held out: each by its own letters, so that another row changes nothing for the rest."""
    out = [
        zlib.crc32(f"{seed} {key(row.text)}".encode()) < 2**32 * _HELD_OUT.get(row.group, _HELD_OUT_ELSE)
        for row in rows
    ]
    return [row for row, away in zip(rows, out, strict=True) if not away], [
        row for row, away in zip(rows, out, strict=True) if away
    ]


# Training


def train(
    out: Path,
    data: Path,
    english: Scorer,
    *,
    report: Report | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, object]:
    """Learn, and write ``chinese.safetensors`` to `out`.

    Args:
        out: Folder, made if need be.
        data: Folder of the public sets.
        english: Reads glosses; with another one the pools would have to be fitted anew.
        report: Called with (steps done, steps in total).
        cancelled: Polled between steps.

    Returns:
        Rows by source, and the shares of the held-out rows judged rightly.

    Raises:
        Cancelled: Nothing was written.
        InputError: A file is missing.
    """
    rows, held = split(material(data))
    meant = meanings(vocabulary(read(row.text for row in rows)), gloss_encoder(), data)
    learned = learn(rows, held, meant, english, report=report, cancelled=cancelled)
    return write(out, learned, rows, held, english)


def write(
    out: Path, learned: Learned, rows: Sequence[Labelled], held: Sequence[Labelled], english: Scorer
) -> dict[str, object]:
    """Write the weights; returns the facts of `train`."""
    judged = judge(learned, read(row.text for row in held), english)
    found = chinese.log_probabilities(judged)
    labels = np.array([row.label for row in held])
    right = found.argmax(axis=1) == labels
    calibration = {"zh": [bin_._asdict() for bin_ in bins(np.exp(found.max(axis=1)), right)]}
    out.mkdir(parents=True, exist_ok=True)
    # One key: safetensors writes several in any order, and the same fit must give the same file.
    save_file(learned.tensors(), out / WEIGHTS_FILE, metadata={"calibration": json.dumps(calibration)})
    groups = np.array([row.group for row in held])
    facts: dict[str, Any] = {
        "rows": dict(Counter(row.group for row in rows)),
        "held_out": len(held),
        "accuracy": {group: round(float(right[groups == group].mean()), 4) for group in sorted(set(groups.tolist()))},
    }
    for name, language in (("card.md", ""), ("card.zh.md", ".zh")):
        template = (_CARDS / f"chinese{language}.md").read_text(encoding="utf-8")
        (out / name).write_text(_card(template, out, learned, facts), encoding="utf-8")
    return facts


def _card(template: str, out: Path, learned: Learned, facts: Mapping[str, Any]) -> str:
    return template.format(
        size=f"{(out / WEIGHTS_FILE).stat().st_size / 1e6:.1f}",
        members=len(learned.members),
        meaning=MEANING,
        epochs=EPOCHS,
        rows=", ".join(f"{name} {count:,}" for name, count in facts["rows"].items()),
        held_out=f"{facts['held_out']:,}",
        accuracy=", ".join(f"{name} {share:.3f}" for name, share in facts["accuracy"].items()),
        seed=SEED,
        date=evidence.today(),
        code=evidence.code_version(),
    )


def learn(
    rows: Sequence[Labelled],
    held: Sequence[Labelled],
    meant: Mapping[str, npt.NDArray[np.float32]],
    english: Scorer,
    *,
    members: Sequence[Unit] = MEMBERS,
    epochs: int = EPOCHS,
    seed: int = SEED,
    report: Report | None = None,
    cancelled: Callable[[], bool] | None = None,
    log: Callable[[str], None] | None = None,
) -> Learned:
    """Everything that ships, from rows to learn from and rows held out; both may lack neutral ones.

    Args:
        meant: Words with the vectors of their meanings.
        english: Reads glosses.
    """
    texts = read(row.text for row in rows)
    labels = np.array([row.label for row in rows])
    weights = np.array([_WEIGHTS.get(row.group, 1.0) for row in rows])
    linear, bias = fit_linear(texts, labels, weights)
    lexicons = {unit: lexicon_of(texts, meant, unit) for unit in dict.fromkeys(members)}
    states: list[tuple[Unit, Mapping[str, npt.NDArray[np.float32]]]] = []
    for number, unit in enumerate(members):

        def step(done: int, total: int, number: int = number) -> None:
            if cancelled is not None and cancelled():
                raise Cancelled
            if report:
                report(number * total + done, len(members) * total)

        words = [text.words for text in texts]
        state = fit_network(lexicons[unit], words, labels, weights, epochs, seed + number, step, log)
        states.append((unit, state))
    learned = Learned(linear, bias, lexicons, tuple(states), {}, {})
    judges = judgements(learned, read(row.text for row in held), english)
    learned = replace(learned, pool=fit_pools(judges[:2], held) | fit_pools(judges, held))
    part = fit_parts(learned, aspect_rows()) if (labels == NEUTRAL).any() else {}
    return replace(learned, part=part)


def judgements(learned: Learned, texts: Sequence[Read], english: Scorer | None = None) -> list[Judged]:
    """What the linear judge, the networks and, if there is one, the reader of glosses say."""
    linear = chinese.linear_judgement([text.features for text in texts], learned.weights, learned.bias)
    tensors = learned.tensors()
    networks = chinese_network.Networks(tensors, "cpu")
    judges = [linear, Judged(*networks.judged([text.words for text in texts]))]
    return judges if english is None else [*judges, chinese.gloss_judgement([text.text for text in texts], english)]


def judge(learned: Learned, texts: Sequence[Read], english: Scorer | None = None) -> Judged:
    """What all judges say together."""
    return chinese.pooled(judgements(learned, texts, english), learned.pool)


# The linear judge


def fit_linear(
    texts: Sequence[Read], labels: npt.NDArray[np.intp], weights: npt.NDArray[np.float64]
) -> tuple[Scores, Scores]:
    """Weights, shape (`BUCKETS`, 2), and bias, shape (2,): polar and opinion."""
    matrix = counted(texts)
    polar = labels != NEUTRAL
    columns = [_naive(matrix[polar], labels[polar] == POSITIVE, weights[polar])]
    columns.append(
        (np.zeros(BUCKETS), 0.0) if polar.all() else _naive(matrix, polar, weights * np.where(polar, 1.0, 2.0))
    )
    return (
        np.stack([column for column, _ in columns], axis=1).astype(np.float32),
        np.array([bias for _, bias in columns], dtype=np.float32),
    )


def counted(texts: Sequence[Read]) -> csr_matrix:
    """Texts × features, each text's scaled to length one."""
    sizes = np.array([len(text.features) for text in texts])
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    places = np.concatenate([text.features for text in texts])
    return csr_matrix((values, places, np.concatenate([[0], sizes.cumsum()])), shape=(len(texts), BUCKETS))


def _naive(matrix: csr_matrix, truth: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]) -> tuple[Pool, float]:
    """Logistic regression over features scaled by their log-odds under naive Bayes."""
    there = matrix.astype(bool).astype(np.float64)
    for_true, for_false = (1 + there[part].T @ np.ones(part.sum()) for part in (truth, ~truth))
    ratio = np.log(for_true / for_true.sum()) - np.log(for_false / for_false.sum())
    model = LogisticRegression(C=_PENALTY, max_iter=_ITERATIONS, tol=1e-6)
    with warnings.catch_warnings():  # further iterations change nothing that counts
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix @ diags(ratio.astype(np.float32)), truth, sample_weight=weights)
    return model.coef_[0] * ratio, float(model.intercept_[0])


# The networks


def vocabulary(texts: Iterable[Read]) -> list[str]:
    """Chinese words to know the meanings of: of the texts, and of the dictionary."""
    seen = Counter(word for text in texts for word in set(text.words))
    words = {word for word, count in seen.items() if count >= 2 or word in glosses.known()}
    words |= {word for word in glosses.known() if len(word) in (1, 2, 4)}
    return sorted(word for word in words if HAN.search(word))


def gloss_encoder() -> SentenceEncoder:
    """The shared encoder on its own, in full precision, so that training does not depend on the device."""
    path = resolve(MODELS["minilm-l6"]).path
    assert path is not None
    return SentenceEncoder(path, replace(choose(), dtype="float32"))


def meanings(words: Sequence[str], encoder: SentenceEncoder, data: Path) -> dict[str, npt.NDArray[np.float32]]:
    """What words mean, shape (`MEANING` + 2,), by their glosses; words without a gloss are left out.

    The vector of a gloss is the mean of the encoder's input vectors of its tokens, all of length one: they tell "dirty"
    from "clean" as well as its output does, in seconds instead of minutes. Its principal components are kept. Beside
    them stands how positive the gloss is, see `valences`.
    """
    glossed = {word: found for word in words if (found := glosses.gloss(word, wide=True))}
    texts = sorted(set(glossed.values()))
    table = encoder.transformer.get_input_embeddings().weight.detach().float().cpu().numpy()
    table = table - table.mean(axis=0)
    table /= np.linalg.norm(table, axis=1, keepdims=True) + 1e-6
    encodings = encoder.tokenizer(_GLOSS_TOKENS).encode_batch(texts, add_special_tokens=False)
    inside = [[token for token, real in zip(e.ids, e.attention_mask, strict=True) if real] for e in encodings]
    vectors = np.stack([table[tokens].mean(axis=0) if tokens else np.zeros(table.shape[1]) for tokens in inside])
    vectors -= vectors.mean(axis=0)
    components = np.linalg.eigh(vectors.T @ vectors)[1][:, ::-1][:, :MEANING]
    components *= np.sign(components[np.abs(components).argmax(axis=0), np.arange(components.shape[1])])
    reduced = vectors @ components
    reduced /= np.sqrt((reduced**2).mean())
    rows = np.concatenate([reduced, valences(texts, data)], axis=1).astype(np.float32)
    at = {text: place for place, text in enumerate(texts)}
    return {word: rows[at[text]] for word, text in glossed.items()}


def valences(texts: Sequence[str], data: Path) -> npt.NDArray[np.float64]:
    """How positive English texts are, shape (texts, 2): by SST-2, and by reviews of five domains (Blitzer et al., 2007).

    Sums of the coefficients of a logistic regression over words, scaled to a variance of one.
    """
    reviews = [row for domain in datasets.DOMAINS for row in datasets.blitzer(data, domain)]
    columns = []
    for rows in (datasets.sst2(data, "train_full"), reviews):
        counter = CountVectorizer(binary=True, min_df=2)
        matrix = counter.fit_transform([row.text for row in rows])
        model = LogisticRegression(max_iter=60, tol=1e-2).fit(matrix, [row.label == POSITIVE for row in rows])
        asked = counter.transform(texts)
        sums = asked @ model.coef_[0] / np.sqrt(np.maximum(np.asarray(asked.sum(axis=1)).ravel(), 1))
        columns.append(sums / sums.std())
    return np.stack(columns, axis=1)


def lexicon_of(texts: Sequence[Read], meant: Mapping[str, npt.NDArray[np.float32]], unit: Unit) -> Lexicon:
    """Words of several texts have vectors of their own; all words of `meant` have a meaning. Characters likewise."""
    seen = Counter(word for text in texts for word in set(text.words if unit == "words" else "".join(text.words)))
    signs = Counter(sign for word in seen for sign in set(word))
    learned = ["", "", *sorted(word for word, count in seen.items() if count >= _LEAST_TEXTS)]
    others = set(meant) - set(learned) if unit == "words" else set()
    words = [*learned, *sorted(others)]
    nothing = np.zeros(len(next(iter(meant.values()))) if meant else 1, dtype=np.float32)
    table = np.stack([meant.get(word, nothing) for word in words])
    spelled = [sign for sign, count in signs.items() if count >= _LEAST_WORDS] if unit == "words" else []
    return Lexicon(unit, tuple(words), ("", "", *sorted(spelled)), len(learned), table)


def fit_network(
    lexicon: Lexicon,
    texts: Sequence[Sequence[str]],
    labels: npt.NDArray[np.intp],
    weights: npt.NDArray[np.float64],
    epochs: int,
    seed: int,
    step: Callable[[int, int], None],
    log: Callable[[str], None] | None = None,
) -> dict[str, npt.NDArray[np.float32]]:
    """The state of one network."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    member = chinese_network.network(lexicon)
    most = _MAX_UNITS[lexicon.unit]
    rows = [lexicon.row(words, most) for words in texts]
    clauses = [
        np.cumsum([unit in _BREAKS for unit in (words if lexicon.unit == "words" else "".join(words))])[
            : len(row.words)
        ]
        for row, words in zip(rows, texts, strict=True)
    ]
    targets, heavy = torch.from_numpy(labels), torch.from_numpy((weights / weights.mean()).astype(np.float32))
    optimiser = torch.optim.AdamW(member.parameters(), lr=_RATE, weight_decay=_DECAY, fused=True)
    lengths = np.array([len(row.words) for row in rows])
    done = 0
    for epoch in range(epochs):
        member.train()
        noisy = (lengths + chance.random(len(rows)) * 6).astype(np.int64)
        batches = list(chinese_network.batches(noisy.tolist(), _ROWS, _UNITS))
        chance.shuffle(batches)
        total, losses = len(batches) * epochs, []
        for places in batches:
            step(done, total)
            at = min(done / total, 1.0)
            for group in optimiser.param_groups:
                group["lr"] = _RATE * min(at / _WARM_UP + 0.02, (1.005 - at) / (1 - _WARM_UP))
            words, characters = chinese_network.padded(
                [_disturbed(rows[place], clauses[place], chance) for place in places]
            )
            heard = (torch.rand(words.shape) >= _WORD_WITHHELD).long()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = member(words, characters, heard)
            loss = torch.nn.functional.cross_entropy(
                found.float(), targets[places], reduction="none", label_smoothing=_SMOOTHING
            )
            loss = (loss * heavy[places]).mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(member.parameters(), 2.0)
            optimiser.step()
            losses.append(loss.item())
            done += 1
        if log:
            log(f"epoch {epoch}: loss {np.mean(losses):.4f}")
    return {name: value.detach().numpy().astype(np.float32) for name, value in member.state_dict().items()}


def _disturbed(row: Row, clauses: npt.NDArray[np.intp], chance: np.random.Generator) -> Row:
    """The text without some of its clauses."""
    if len(clauses) == 0 or clauses[-1] < 2:
        return row
    kept = (chance.random(clauses[-1] + 1) >= _CLAUSE_DROPPED)[clauses]
    return Row(row.words[: len(kept)][kept], row.characters[: len(kept)][kept]) if kept.any() else row


# Pools


def fit_pools(judges: Sequence[Judged], held: Sequence[Labelled]) -> dict[str, Pool]:
    """Weights of the judges on texts that they have not seen, by name (see `chinese.POOLS`)."""
    of_polar, of_opinion = chinese.POOLS[len(judges)]
    labels = np.array([row.label for row in held])
    own = np.array([row.group == "own" for row in held])
    polar = labels != NEUTRAL
    columns = chinese.signed(*(judge.polar for judge in judges))[polar]
    certain = np.append(np.zeros(2 * len(judges)), 20.0)
    pool = {of_polar: _logistic(columns, labels[polar] == POSITIVE), of_opinion: certain}
    if not polar.all():
        weights = np.ones(len(held))
        for kind, share in ((polar, 1 - _NEUTRAL_SHARE), (~polar, _NEUTRAL_SHARE)):
            for some, part in ((own, _OWN_SHARE), (~own, 1 - _OWN_SHARE)):
                chosen = kind & some
                weights[chosen] = len(held) * share * part / max(chosen.sum(), 1)
        pool[of_opinion] = _logistic(chinese.opinions(judges), polar, weights)
    return pool


def fit_parts(learned: Learned, rows: Sequence[datasets.AspectRow]) -> dict[str, Pool]:
    """Weights of the views of spans."""
    labels = np.array([row.label for row in rows])
    polar, opinion = chinese.part_columns(view_judgements(learned, rows))
    told = labels != NEUTRAL
    return {
        "polar": _logistic(polar[told], labels[told] == POSITIVE, strength=0.3),
        "opinion": _logistic(opinion, told, strength=0.3),
    }


def view_judgements(learned: Learned, rows: Sequence[datasets.AspectRow]) -> Judged:
    """What is said of the views of each row, shape (rows, `chinese.VIEWS`)."""
    cut = [view for row in rows for view in chinese.views(row.text, row.span)]
    judged = judge(learned, read(cut))
    return Judged(judged.polar.reshape(len(rows), -1), judged.opinion.reshape(len(rows), -1))


def _logistic(
    columns: npt.NDArray[np.float64],
    truth: npt.NDArray[np.bool_],
    weights: npt.NDArray[np.float64] | None = None,
    strength: float = 10.0,
) -> Pool:
    """Coefficients of a logistic regression; the last column is that of the bias, whose penalty is lifted."""
    model = LogisticRegression(C=strength, max_iter=1_000).fit(columns[:, :-1], truth, sample_weight=weights)
    return np.append(model.coef_[0], model.intercept_[0])
