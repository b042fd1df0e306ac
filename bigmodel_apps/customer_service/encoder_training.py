"""Trains the adapter that makes the shared encoder read questions to a help centre.

Contrastive learning with in-batch negatives, in both directions (van den Oord et al., "Representation Learning with
Contrastive Predictive Coding", 2018; Reimers and Gurevych's multiple-negatives loss): of all entries of one help
centre, a paraphrase has to find its own. The entries of one help centre are near to each other, which makes them hard
negatives. Chinese is trained as it is read, through the dictionary's glosses.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.customer_service import corpus
from bigmodel_apps.customer_service.knowledge import LANGUAGES
from bigmodel_apps.problems import Cancelled
from bigmodel_apps.runtime.device import choose
from bigmodel_apps.runtime.sources import resolve
from bigmodel_apps.text.adapter import adapted, additions
from bigmodel_apps.text.encoder import ADAPTER_FILE, SentenceEncoder
from bigmodel_apps.text.gloss import gloss
from bigmodel_apps.text.language import Language

SEED = 11
BASE = "minilm-l6"
RANK = 16
RATE = 3e-4
EPOCHS = 10
_ITEMS = 30
_PASSAGES = 48
_TEMPERATURE = 0.05
_MAX_TOKENS = 96
_WARM_UP = 0.1


@dataclass(frozen=True, slots=True)
class Group:
    """What is trained on together: texts whose neighbours are hard to tell apart.

    Attributes:
        items: Each with the ways to ask for it and the ways to state it.
    """

    items: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


def train(
    out: Path,
    *,
    material: Sequence[Group] | None = None,
    epochs: int = EPOCHS,
    report: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    log: Callable[[int, float], None] | None = None,
) -> dict[str, object]:
    """Train and write ``adapter.safetensors`` to `out`.

    Args:
        out: Folder, made if need be.
        material: What to train on; `groups` by default.
        epochs: Passes over it.
        report: Called with (steps done, steps in total).
        cancelled: Polled between steps.
        log: Called with (epoch, mean loss).

    Returns:
        Number of groups, steps and trained parameters, and the last epoch's mean loss.

    Raises:
        Cancelled: Nothing was written.
    """
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    base = _base()
    student = _Student(base)
    every = list(groups() if material is None else material)
    total, done, loss = epochs * len(every), 0, 0.0
    optimiser = torch.optim.AdamW(student.trained(), lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (_WARM_UP * total)) * max(0.0, 1 - step / total)
    )
    for epoch in range(epochs):
        order = every.copy()
        chance.shuffle(order)
        losses = []
        for group in order:
            if cancelled is not None and cancelled():
                raise Cancelled
            optimiser.zero_grad()
            value = student.loss(group, chance)
            value.backward()
            nn.utils.clip_grad_norm_(student.trained(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(value.item())
            done += 1
            if report:
                report(done, total)
        loss = sum(losses) / len(losses)
        if log:
            log(epoch, loss)
    tensors = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in additions(student.twin).items()}
    out.mkdir(parents=True, exist_ok=True)
    # One key: safetensors writes several in any order, and the same training must give the same file.
    save_file(tensors, out / ADAPTER_FILE, metadata={"about": json.dumps({"encoder": base.identity})})
    parameters = sum(tensor.numel() for tensor in tensors.values())
    return {"groups": len(every), "steps": total, "parameters": parameters, "loss": round(loss, 4)}


def groups(left_out: int | None = None) -> list[Group]:
    """The training material: help centres, and four documents at a time.

    Args:
        left_out: Fold of the corpus to leave out.
    """
    found = []
    for language in LANGUAGES:
        for centre in corpus.help_centres(language):
            if corpus.fold(centre.name) == left_out:
                continue
            asked: dict[str, list[str]] = {entry.id: [] for entry in centre.knowledge.entries}
            for question in centre.questions:
                if question.expected:
                    asked[question.expected].append(_read_as(question.text, language))
            items = []
            for entry in centre.knowledge.entries:
                stored, answer = _read_as(entry.questions[0], language), _read_as(entry.answer, language)
                items.append((tuple(asked[entry.id]), (stored, answer, f"{stored} {answer}")))
            found.append(Group(tuple(items)))
        documents = corpus.documents(language)
        paragraphs = {entry.id: _read_as(entry.answer, language) for entry in documents.knowledge.entries}
        answered = [
            ((_read_as(question.text, language),), (paragraphs[question.expected],))
            for question in documents.questions
            if question.expected and corpus.fold(corpus.document(question.expected)) != left_out
        ]
        found += [Group(tuple(answered[start : start + _PASSAGES])) for start in range(0, len(answered), _PASSAGES)]
    return found


def _read_as(text: str, language: Language) -> str:
    return gloss(text) if language == "zh" else text


def _base() -> SentenceEncoder:
    """The encoder on its own, in full precision: gradients need it."""
    path = resolve(MODELS[BASE]).path
    assert path is not None
    return SentenceEncoder(path, replace(choose(), dtype="float32"))


class _Student(nn.Module):
    """The encoder with the adapter."""

    def __init__(self, base: SentenceEncoder) -> None:
        super().__init__()
        self.twin = adapted(base.transformer, RANK).train()
        self._tokenizer = base.tokenizer(_MAX_TOKENS)
        self._device = base.device

    def trained(self) -> list[nn.Parameter]:
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def loss(self, group: Group, chance: random.Random) -> torch.Tensor:
        items = chance.sample(group.items, min(_ITEMS, len(group.items)))
        stated = [chance.choice(texts) for _, texts in items]
        queries = self._encode([chance.choice(ways) for ways, _ in items])
        scores = queries @ self._encode(stated).T / _TEMPERATURE
        # The same paragraph may answer two of the questions.
        same = torch.tensor([[one == other for other in stated] for one in stated], device=scores.device)
        scores = scores.masked_fill(same & ~torch.eye(len(stated), dtype=torch.bool, device=scores.device), -1e4)
        own = torch.arange(len(stated), device=scores.device)
        return (nn.functional.cross_entropy(scores, own) + nn.functional.cross_entropy(scores.T, own)) / 2

    def _encode(self, texts: Sequence[str]) -> torch.Tensor:
        """Unit vectors, shape (len(texts), dimension)."""
        encodings = self._tokenizer.encode_batch(texts)
        ids = torch.tensor([encoding.ids for encoding in encodings], device=self._device)
        mask = torch.tensor([encoding.attention_mask for encoding in encodings], device=self._device)
        with torch.autocast(ids.device.type, torch.bfloat16):
            hidden = self.twin(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).float()
        return nn.functional.normalize((hidden.float() * weights).sum(1) / weights.sum(1), dim=-1)
