"""Trains the English reader: linear layers and words of the shared encoder, shipped as low-rank differences, and two heads.

Three stages. The first learns from phrases alone (SST-2); the second adds whole reviews, texts without an opinion, texts
of our own, generated patterns (`patterns`), joined phrases that disagree, and pairs of sentences that differ in a name
or a pronoun alone and must read alike; the third goes over all phrases once more, with some of the rest. What ships is
the mean of the weights after the second and the third (Izmailov et al., UAI 2018). Positions, biases and norms stay
those of the encoder. Words have to move: without that, a fiftieth of the held-out sentences are judged otherwise.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import load_file, save_file
from torch import nn

from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.problems import Cancelled
from bigmodel_apps.runtime.device import choose
from bigmodel_apps.runtime.sources import resolve
from bigmodel_apps.sentiment import chinese_training, datasets, joined, neutral, patterns
from bigmodel_apps.sentiment.datasets import Labelled
from bigmodel_apps.sentiment.english import HEAD_FILE
from bigmodel_apps.sentiment.lexical_training import temperature
from bigmodel_apps.sentiment.scoring import Scores
from bigmodel_apps.sentiment.verdict import bins
from bigmodel_apps.text.adapter import differences
from bigmodel_apps.text.encoder import ADAPTER_FILE, AdaptedEncoder, SentenceEncoder, places_inside
from bigmodel_apps.text.gloss import gloss

Report = Callable[[int, int], None]

BASE = "minilm-l6"
SEED = 23
RANK, WORD_RANK = 168, 24
MAX_TOKENS = 128
_TOKENS = 3_072  # in one batch at most
_SORTED = 16  # batches among which rows are sorted by length
_WARM_UP = 0.06
_READ = 64  # rows read at once


@dataclass(frozen=True, slots=True)
class Stage:
    """How a stage is trained: peak rate, passes over its rows, rows in one batch."""

    rate: float
    epochs: int
    rows: int = 32


PHRASES = Stage(rate=5e-5, epochs=3)
REVIEWS = Stage(rate=4e-5, epochs=2, rows=64)
POLISH = Stage(rate=3e-5, epochs=1)
FOLD = Stage(rate=6e-5, epochs=1)
PHRASES_FILE = "phrases.safetensors"
"""The weights after the first stage, which measuring by leaving a domain out starts from. Not shipped."""

_TWINS = 2.0
_ENDS, _FOLD_ENDS = 340, 500  # characters
_WORD, _WRONG = re.compile(r"[a-z0-9']+"), 0.08
_SMALL = frozenset(
    _WORD.findall(
        "a an the of to in on at for with by from as is are was were be been being am do does did have has had will would "
        "could should it its this that these those there and or so"
    )
)
_REVIEWS_HELD_OUT, _OWN_HELD_OUT = 100, 0.1


@dataclass(frozen=True, slots=True)
class Example:
    """What one row of a batch learns from.

    Attributes:
        target: Shares of negative, neutral and positive.
        span: What in the text is asked about; None: the text as a whole.
        twin: The same text about somebody else, which must be read alike.
    """

    text: str
    target: tuple[float, float, float]
    span: tuple[int, int] | None = None
    twin: str = ""


class Student(nn.Module):
    """The encoder in full, and the heads.

    Attributes:
        whole: Reads the mean and the first state of a text.
        part: Reads the mean over a span, the text's mean and its first state.
    """

    def __init__(self, base: SentenceEncoder) -> None:
        super().__init__()
        self.transformer = copy.deepcopy(base.transformer).train()
        for name, parameter in self.transformer.named_parameters():
            parameter.requires_grad_(_is_learned(name, parameter))
        self.whole = nn.Linear(2 * base.dimension, 3)
        self.part = nn.Linear(3 * base.dimension, 3)
        self._tokenizer = base.tokenizer(MAX_TOKENS)
        self._device = base.device

    def forward(self, texts: Sequence[str], spans: Sequence[tuple[int, int] | None] | None = None) -> torch.Tensor:
        """Logits, shape (texts, 3): of the whole texts, or of what the spans name."""
        encodings, ids, mask = self.tokens(texts)
        with half_precision(ids.device):
            hidden = self.transformer(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        views = [_mean(hidden, mask), hidden[:, 0]]
        head = self.whole
        if spans is not None:
            head = self.part
            inside = torch.tensor(
                [_inside(one, span or (0, 0)) for one, span in zip(encodings, spans, strict=True)], device=self._device
            )
            views = [_mean(hidden, inside), *views]
        logits: torch.Tensor = head(nn.functional.dropout(torch.cat(views, dim=1), 0.1, self.training))
        return logits

    def tokens(self, texts: Sequence[str]) -> tuple[list[Any], torch.Tensor, torch.Tensor]:
        """Encodings of the texts, their ids, and the mask of what is no padding."""
        encodings = self._tokenizer.encode_batch(texts)
        ids = torch.tensor([encoding.ids for encoding in encodings], device=self._device)
        mask = torch.tensor([encoding.attention_mask for encoding in encodings], device=self._device)
        return encodings, ids, mask


def half_precision(device: torch.device) -> torch.autocast:
    """Products in half precision, twice as fast on a CPU that has them; weights, sums and norms in full."""
    return torch.autocast(device.type, torch.bfloat16)


class _Steps:
    """Steps of AdamW with warm-up and linear decay."""

    def __init__(self, learned: Sequence[nn.Parameter], rate: float, total: int) -> None:
        self._learned = learned
        self._optimiser = torch.optim.AdamW(learned, lr=rate, weight_decay=0.01, fused=True)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser,
            lambda done: min((done + 1) / (_WARM_UP * total), (total - done) / ((1 - _WARM_UP) * total)),
        )

    def __call__(self, loss: torch.Tensor) -> None:
        loss.backward()
        nn.utils.clip_grad_norm_(self._learned, 1.0)
        self._optimiser.step()
        self._schedule.step()
        self._optimiser.zero_grad(set_to_none=True)


def train(
    out: Path,
    data: Path,
    *,
    start: Path | None = None,
    report: Report | None = None,
    cancelled: Callable[[], bool] | None = None,
    log: Callable[[int, float], None] | None = None,
) -> dict[str, object]:
    """Train and write ``adapter.safetensors`` and ``head.safetensors`` to `out`.

    Args:
        out: Folder, made if need be.
        data: Folder of the public sets.
        start: Folder with `PHRASES_FILE`: the first stage is not trained again. Else it is, and written to `out`.
        report: Called with (steps done, steps in total) of the stage being trained.
        cancelled: Polled between steps.
        log: Called with (epoch, mean loss) of the stage.

    Returns:
        On the rows held out: how many, and the share judged rightly in full and as shipped.

    Raises:
        Cancelled: Weights that are not finished are not written.
        InputError: A file is missing.
    """
    of_base = base()
    student = started(of_base, data, start, out, report=report, cancelled=cancelled, log=log)
    states = []
    for number, (stage, rows) in enumerate(((REVIEWS, reviews(data)), (POLISH, polish(data))), start=1):
        train_stage(student, stage, rows, seed=SEED + number, report=report, cancelled=cancelled, log=log)
        states.append(learned_state(student))
    student.load_state_dict({name: (states[0][name] + states[1][name]) / 2 for name in states[0]}, strict=False)
    return ship(student, of_base, out, held_out(data))


def started(
    of_base: SentenceEncoder,
    data: Path,
    start: Path | None,
    out: Path | None = None,
    *,
    report: Report | None = None,
    cancelled: Callable[[], bool] | None = None,
    log: Callable[[int, float], None] | None = None,
) -> Student:
    """A student after the first stage: read from `start`, or trained and written to `out`."""
    torch.manual_seed(SEED)
    student = Student(of_base)
    if start is not None:
        path = datasets.file(start, PHRASES_FILE)
        student.load_state_dict(load_file(path), strict=False)
        return student
    train_stage(student, PHRASES, phrases(data), report=report, cancelled=cancelled, log=log)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        save_file(learned_state(student), out / PHRASES_FILE)
    return student


def learned_state(student: Student) -> dict[str, torch.Tensor]:
    """What training changes, by name."""
    return {name: tensor.detach().clone() for name, tensor in student.named_parameters() if tensor.requires_grad}


def ship(student: Student, of_base: SentenceEncoder, out: Path, held: Sequence[Labelled]) -> dict[str, object]:
    """Write what differs from the encoder, and the heads, calibrated on `held`."""
    full = logits(student, [row.text for row in held])
    tensors = differences(student.transformer, of_base.transformer, RANK, WORD_RANK)
    out.mkdir(parents=True, exist_ok=True)
    # One key: safetensors writes several in any order, and the same training must give the same file.
    save_file(tensors, out / ADAPTER_FILE, metadata={"about": json.dumps({"encoder": of_base.identity})})
    encoder = AdaptedEncoder(out, choose(), base=of_base)
    heads = {
        f"{name}.{part}": tensor.detach().float().numpy()
        for name, head in (("whole", student.whole), ("part", student.part))
        for part, tensor in head.named_parameters()
    }
    labels = np.array([row.label for row in held])
    found = (
        encoder.summaries([row.text for row in held]).astype(np.float64) @ heads["whole.weight"].T + heads["whole.bias"]
    )
    heat = temperature(found, labels)
    scaled = {name: (tensor / heat).astype(np.float32) for name, tensor in heads.items()}
    scaled["temperature"] = np.array([heat], dtype=np.float32)
    sure = np.exp(found / heat - np.logaddexp.reduce(found / heat, axis=1, keepdims=True)).max(axis=1)
    right = found.argmax(axis=1) == labels
    calibration = {"en": [of._asdict() for of in bins(sure, right)]}
    save_arrays(scaled, out / HEAD_FILE, metadata={"calibration": json.dumps(calibration)})
    return {
        "held_out": len(held),
        "right_in_full": round(float((full.argmax(axis=1) == labels).mean()), 4),
        "right_as_shipped": round(float(right.mean()), 4),
        "temperature": round(heat, 3),
        "megabytes": round(sum(file.stat().st_size for file in (out / ADAPTER_FILE, out / HEAD_FILE)) / 1e6, 2),
    }


def shipped_temperature() -> float:
    """By which the logits of the shipped reader were divided."""
    return float(load_file(datasets.CORPUS.parent / "weights" / "english" / HEAD_FILE)["temperature"])


def train_stage(
    student: Student,
    stage: Stage,
    material: Callable[[int, random.Random], list[Example]],
    *,
    seed: int = SEED,
    report: Report | None = None,
    cancelled: Callable[[], bool] | None = None,
    log: Callable[[int, float], None] | None = None,
) -> None:
    """Train in place.

    Args:
        material: Called with (epoch, chance): the rows of an epoch.
        report: Called with (rows done, rows in total, as far as known).
        cancelled: Polled between steps.
        log: Called with (epoch, mean loss).
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    learned = [parameter for parameter in student.parameters() if parameter.requires_grad]
    step: _Steps | None = None
    done = 0
    for epoch in range(stage.epochs):
        batches = list(_batches(material(epoch, chance), chance, stage.rows))
        total = len(batches) * stage.epochs
        step = step or _Steps(learned, stage.rate, total)
        losses = []
        for batch in batches:
            if cancelled is not None and cancelled():
                raise Cancelled
            loss = _loss(student, batch)
            step(loss)
            losses.append(loss.item())
            done += 1
            if report:
                report(done, total)
        if log:
            log(epoch, float(np.mean(losses)))


def phrases(data: Path) -> Callable[[int, random.Random], list[Example]]:
    """The first stage's rows: SST-2 without the sentences held out."""
    rows = [Example(row.text, one_hot(row.label)) for row in datasets.sst2_split(data).train]
    return lambda _epoch, _chance: rows


def reviews(data: Path, start: Sequence[Labelled] | None = None) -> Callable[[int, random.Random], list[Example]]:
    """The second stage's rows: reviews and everything else, and of the phrases a part.

    Args:
        start: The reviews; by default all domains' but those held out.
    """
    split = datasets.sst2_split(data)
    whole = [row for domain in datasets.DOMAINS for row in _reviews(data, domain)[0]] if start is None else start
    own = own_texts()[0] + glossed_texts()
    plain, asked = neutral.help_texts("en"), datasets.questions(data)
    join = joined.Joiner(split.train, plain)
    about = [Example(row.text, one_hot(row.label), row.span) for row in datasets.own_aspects("en")]

    def rows(_epoch: int, chance: random.Random) -> list[Example]:
        # The phrases of a sentence say the same over and over: half of them, others in each epoch, keep what was learned.
        found = polar(chance.sample(split.train, len(split.train) // 2), chance)
        found += [Example(ends(row.text), one_hot(row.label)) for row in chance.sample(whole, len(whole) // 2)]
        short = chance.sample(whole, 1_500) + chance.sample(split.train, 4_000)
        found += [Example(telegraphic(row.text, chance), one_hot(row.label)) for row in short]
        found += 3 * [Example(row.text, one_hot(row.label)) for row in own]
        found += [Example(text, one_hot(datasets.NEUTRAL)) for text in chance.sample(plain, 2_000)]
        found += [Example(text, one_hot(datasets.NEUTRAL)) for text in chance.sample(asked, 1_500)]
        found += [Example(row.text, row.target) for row in patterns.rows(5_000, chance)]
        found += [Example(row.text, row.target, None, row.twin) for row in patterns.people(3_000, chance)]
        found += [Example(row.text, row.target, row.span) for row in patterns.asked(3_000, chance)]
        return found + 3 * about + [Example(row.text, one_hot(row.label), row.span) for row in join.rows(1_500, chance)]

    return rows


def polish(data: Path) -> Callable[[int, random.Random], list[Example]]:
    """The third stage's rows: all phrases, and a third of the second stage's."""
    said, rest = phrases(data), reviews(data)

    def rows(epoch: int, chance: random.Random) -> list[Example]:
        others = rest(epoch, chance)
        return said(epoch, chance) + chance.sample(others, len(others) // 3)

    return rows


def own_texts() -> tuple[list[Labelled], list[Labelled]]:
    """Our own texts: to train on, and held out to calibrate on."""
    rows = [row for name in ("opinions.en", "factual.en", "reviews.en") for row in datasets.own(name)]
    chance = random.Random(SEED)
    away = [chance.random() < _OWN_HELD_OUT for _ in rows]
    return (
        [row for row, out in zip(rows, away, strict=True) if not out],
        [row for row, out in zip(rows, away, strict=True) if out],
    )


def glossed_texts() -> list[Labelled]:
    """Our own Chinese texts as the dictionary words them: the Chinese reader asks this one about such glosses."""
    rows = [
        Labelled(row.text, row.label, "own") for name in ("opinions", "factual") for row in datasets.own(f"{name}.zh")
    ]
    return [Labelled(gloss(row.text), row.label) for row in chinese_training.split(rows)[0]]


def held_out(data: Path) -> list[Labelled]:
    """What nothing was trained on, to choose and calibrate on: sentences, reviews, texts of our own."""
    of_domains = [row for domain in datasets.DOMAINS for row in _reviews(data, domain)[1]]
    return [*datasets.sst2_split(data).held_out, *of_domains, *own_texts()[1]]


def _reviews(data: Path, domain: str) -> tuple[list[Labelled], list[Labelled]]:
    """A domain's reviews to train on, and those held out."""
    rows = datasets.blitzer(data, domain)
    random.Random(SEED).shuffle(rows)
    return rows[_REVIEWS_HELD_OUT:], rows[:_REVIEWS_HELD_OUT]


def ends(text: str, characters: int = _ENDS) -> str:
    """A long review's beginning and end, where it says what it comes to (Sun et al., 2019)."""
    if len(text) <= characters:
        return text
    half = characters // 2
    return text[:half].rsplit(" ", 1)[0] + " ... " + text[-half:].partition(" ")[2]


def polar(rows: Sequence[Labelled], chance: random.Random) -> list[Example]:
    """Phrases as rows of a batch."""
    return [Example(disturbed(row.text, chance), one_hot(row.label)) for row in rows]


def disturbed(text: str, chance: random.Random) -> str:
    """The text as somebody else would have typed it."""
    draw = chance.random()
    if draw < 0.5:
        text = datasets.detokenised(text)
    if draw < 0.1 and text:
        text = text[0].upper() + text[1:]
        text += "" if text[-1] in ".!?" else "."
    if 0.2 < draw < 0.24 and len(text) > 12:
        place = chance.randrange(1, len(text) - 2)
        text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if 0.24 < draw < 0.26:
        link = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=6))
        extra = chance.choice((f"@{link}", f"https://t.co/{link}"))
        text = chance.choice((f"{extra} {text}", f"{text} {extra}"))
    return text


def telegraphic(text: str, chance: random.Random) -> str:
    """The text as a dictionary words one of another language: without small words, and here and there a wrong one."""
    said = datasets.detokenised(ends(text)).lower().replace("can't", "can not").replace("n't", " not")
    words = [word for word in _WORD.findall(said) if word not in _SMALL]
    for place in range(len(words)):
        draw = chance.random()
        if draw < _WRONG:
            words[place] += f" {chance.choice(words)}"
        elif draw < 2 * _WRONG and place:
            words[place - 1 : place + 1] = words[place - 1 : place + 1][::-1]
    return " ".join(words) or text


def one_hot(label: int) -> tuple[float, float, float]:
    """Shares of a class that is certain."""
    return (float(label == 0), float(label == 1), float(label == 2))


def base() -> SentenceEncoder:
    """The encoder on its own, in full precision: gradients need it."""
    path = resolve(MODELS[BASE]).path
    assert path is not None
    return SentenceEncoder(path, replace(choose(), dtype="float32"))


def logits(
    student: Student, texts: Sequence[str], spans: Sequence[tuple[int, int]] | None = None
) -> np.ndarray[Any, Any]:
    """Logits without dropout, shape (texts, 3)."""
    student.eval()
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    found = np.empty((len(texts), 3), dtype=np.float64)
    with torch.inference_mode():
        for start in range(0, len(order), _READ):
            chosen = order[start : start + _READ]
            asked = None if spans is None else [spans[place] for place in chosen]
            found[chosen] = student([texts[place] for place in chosen], asked).cpu().numpy()
    student.train()
    return found


def _loss(student: Student, batch: Sequence[Example]) -> torch.Tensor:
    """Cross-entropy, and where there are twins the symmetric divergence between the two readings."""
    targets = torch.tensor([example.target for example in batch])
    spans = None if batch[0].span is None else [example.span for example in batch]
    if not batch[0].twin:
        found = student([example.text for example in batch], spans)
        return nn.functional.cross_entropy(found, targets.to(found.device))
    found = student([example.text for example in batch] + [example.twin for example in batch])
    one, other = nn.functional.log_softmax(found, dim=1).chunk(2)
    apart = ((one.exp() - other.exp()) * (one - other)).sum(dim=1).mean()
    likely = nn.functional.cross_entropy(found, torch.cat([targets, targets]).to(found.device))
    return likely + _TWINS * apart


def _batches(rows: Sequence[Example], chance: random.Random, most: int) -> Iterator[list[Example]]:
    """At most so many rows of one kind and of like length together, in random order."""
    kinds: dict[tuple[bool, bool], list[Example]] = {}
    for row in chance.sample(rows, len(rows)):
        kinds.setdefault((row.span is None, not row.twin), []).append(row)
    found: list[list[Example]] = []
    for of_kind in kinds.values():
        for start in range(0, len(of_kind), _SORTED * most):
            batch: list[Example] = []
            for row in sorted(of_kind[start : start + _SORTED * most], key=lambda row: len(row.text)):
                size = (len(batch) + 1) * min(MAX_TOKENS, len(row.text) / 4) * (1 + bool(row.twin))
                if batch and (len(batch) == most or size > _TOKENS):
                    found.append(batch)
                    batch = []
                batch.append(row)
            found.append(batch)
    chance.shuffle(found)
    yield from found


def _is_learned(name: str, parameter: nn.Parameter) -> bool:
    return name == "embeddings.word_embeddings.weight" or (name.startswith("encoder.") and parameter.ndim == 2)


def _mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)


def _inside(encoding: Any, span: tuple[int, int]) -> list[int]:
    inside = set(places_inside(encoding, span))
    return [int(place in inside) for place in range(len(encoding.ids))]


class Folds:
    """Leave one domain out: the upper half of the layers and the head learn the reviews of the other domains.

    The lower half stays as the first stage left it, so its states are computed once for all folds.

    Args:
        start: As in `train`.
    """

    def __init__(self, data: Path | None, start: Path | None, heat: float, report: Report | None = None) -> None:
        datasets.file(data, "sst2/train_full.tsv")
        assert data is not None
        self._heat = heat
        self._student = started(base(), data, start, report=report)
        self._rows = {domain: datasets.blitzer(data, domain) for domain in datasets.DOMAINS}
        lower = copy.deepcopy(self._student.transformer).eval()
        middle = len(lower.encoder.layer) // 2
        lower.encoder.layer = lower.encoder.layer[:middle]
        self._upper = copy.deepcopy(self._student.transformer)
        self._upper.encoder.layer = self._upper.encoder.layer[middle:]
        self._upper.embeddings = _Given()
        self._states = {domain: self._read(lower, rows) for domain, rows in self._rows.items()}

    def scores(self, domain: str, cancelled: Callable[[], bool] | None = None) -> Scores:
        """Of the domain's reviews, by a reader that has seen none of them."""
        torch.manual_seed(SEED)
        chance = random.Random(SEED)
        upper, head = copy.deepcopy(self._upper).train(), copy.deepcopy(self._student.whole)
        rows = [
            (states, row.label)
            for other in datasets.DOMAINS
            if other != domain
            for states, row in zip(self._states[other], self._rows[other], strict=True)
        ]
        rows.sort(key=lambda row: len(row[0]) * chance.uniform(0.9, 1.1))
        batches = [rows[start : start + FOLD.rows] for start in range(0, len(rows), FOLD.rows)]
        chance.shuffle(batches)
        step = _Steps(
            [*(p for p in upper.parameters() if p.requires_grad), *head.parameters()], FOLD.rate, len(batches)
        )
        for batch in batches:
            if cancelled is not None and cancelled():
                raise Cancelled
            found = self._judge(upper, head, [states for states, _ in batch])
            step(nn.functional.cross_entropy(found, torch.tensor([label for _, label in batch])))
        upper.eval()
        own = self._states[domain]
        with torch.inference_mode():
            parts = [self._judge(upper, head, own[at : at + FOLD.rows]) for at in range(0, len(own), FOLD.rows)]
        return nn.functional.log_softmax(torch.cat(parts) / self._heat, dim=1).numpy()

    def _read(self, lower: nn.Module, rows: Sequence[Labelled]) -> list[torch.Tensor]:
        """States of every review after the lower half, each (tokens, dimension)."""
        found = []
        with torch.inference_mode():
            for start in range(0, len(rows), FOLD.rows):
                texts = [ends(row.text, _FOLD_ENDS) for row in rows[start : start + FOLD.rows]]
                ids, mask = self._student.tokens(texts)[1:]
                with half_precision(ids.device):
                    hidden = lower(input_ids=ids, attention_mask=mask).last_hidden_state.bfloat16()
                found += [states[: int(size)].clone() for states, size in zip(hidden, mask.sum(1), strict=True)]
        return found

    @staticmethod
    def _judge(upper: nn.Module, head: nn.Module, states: Sequence[torch.Tensor]) -> torch.Tensor:
        padded = nn.utils.rnn.pad_sequence([of.float() for of in states], batch_first=True)
        sizes = torch.tensor([len(of) for of in states])
        mask = (torch.arange(padded.shape[1]) < sizes[:, None]).long()
        with half_precision(padded.device):
            hidden = upper(inputs_embeds=padded, attention_mask=mask).last_hidden_state.float()
        logits: torch.Tensor = head(torch.cat([_mean(hidden, mask), hidden[:, 0]], dim=1))
        return logits


class _Given(nn.Module):
    """In the place of embeddings: the states that are given."""

    def forward(self, *, inputs_embeds: torch.Tensor, **_others: Any) -> torch.Tensor:
        return inputs_embeds
