"""Sequence classifiers of the hub as readers: whatever they call their classes becomes negative, neutral, positive."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bigmodel_apps.problems import Problem, Unavailable
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.sentiment.aspects import clause
from bigmodel_apps.sentiment.scoring import CLASSES, Scores, Span

_SPECIAL_TOKENS = 2
_TOKENS_A_BATCH = 8192
# What a model without a class gives it: not nothing, whose logarithm is minus infinity.
_FLOOR = 1e-6
_NAMED = {
    "negative": r"neg|bad|消极|负面|负向|差评",
    "neutral": r"neu|mixed|中性|中立|客观",
    "positive": r"pos|good|积极|正面|正向|好评",
}
_STARS = re.compile(r"([1-5])\s*(?:stars?|星)|(?:stars?|rating)[_\s]*([1-5])")
_NUMBERED = re.compile(r"(?:label)?[_\s]*(\d)")


class HubClassifier:
    """A sequence classifier in the layout of the hub.

    Args:
        path: Folder with ``config.json``, a tokenizer and ``*.safetensors``.
        device: Where, and in which precision, to compute.

    Raises:
        Unavailable: Its classes have names that say nothing of sentiment.

    Attributes:
        engine: The name of its repository.
        max_characters: So few that no script can need more tokens than the model reads.
    """

    def __init__(self, path: Path, device: Device) -> None:
        import torch
        from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        logging.set_verbosity_error()
        self._torch = torch
        config = AutoConfig.from_pretrained(path)
        self.engine = _name(path)
        self._classes = classes_of(config.id2label, self.engine)
        self._tokenizer = AutoTokenizer.from_pretrained(path)
        model = AutoModelForSequenceClassification.from_pretrained(
            path,
            config=config,
            dtype=torch.float32,  # see text.encoder
            use_safetensors=True,
        )
        self._model = model.to(device.torch_name, getattr(torch, device.dtype)).eval()
        self._device = device.torch_name
        self._tokens = min(self._tokenizer.model_max_length, getattr(config, "max_position_embeddings", 512), 512)
        if config.model_type in ("roberta", "xlm-roberta", "camembert"):
            self._tokens -= 2  # their positions start behind the padding's
        self.max_characters = self._tokens - _SPECIAL_TOKENS

    @property
    def nbytes(self) -> int:
        """Bytes of the weights in memory."""
        return sum(parameter.nbytes for parameter in self._model.parameters())

    def scores(self, texts: Sequence[str]) -> Scores:
        """See `scoring.Scorer`."""
        torch = self._torch
        encoded = self._tokenizer(list(texts), truncation=True, max_length=self._tokens)["input_ids"]
        order = sorted(range(len(texts)), key=lambda place: len(encoded[place]))
        found = np.empty((len(texts), 3), dtype=np.float32)
        with torch.inference_mode():
            while order:
                # The longest first: it says how many of them fit.
                chosen = order[-max(_TOKENS_A_BATCH // max(len(encoded[order[-1]]), 1), 1) :]
                del order[-len(chosen) :]
                batch = self._tokenizer.pad({"input_ids": [encoded[place] for place in chosen]}, return_tensors="pt")
                logits = self._model(**batch.to(self._device)).logits.float()
                shares = torch.softmax(logits, dim=-1).cpu().numpy() @ self._classes
                found[chosen] = np.log(np.maximum(shares, _FLOOR))
        return np.asarray(found - np.logaddexp.reduce(found, axis=1, keepdims=True))

    def aspect_scores(self, texts: Sequence[str], spans: Sequence[Span]) -> Scores:
        """Those of the clause that holds the span: these models judge whole texts."""
        clauses = [clause(text, *span) for text, span in zip(texts, spans, strict=True)]
        return self.scores([text[start:end] for text, (start, end) in zip(texts, clauses, strict=True)])


def classes_of(names: Mapping[int, str], model: str) -> Any:
    """Which of `CLASSES` each class of a model is: ones and zeros, shape (classes of the model, 3).

    Words come before stars ("negative (stars 1, 2 and 3)"), stars before numbers; two, three or five numbered classes
    rise from negative to positive.

    Raises:
        Unavailable: The names say nothing of sentiment.
    """
    ordered = [str(names[place]).strip().lower() for place in sorted(names, key=int)]
    found = [_by_word(name) for name in ordered]
    if None in found:
        stars = [_STARS.search(name) for name in ordered]
        found = [_by_rank(int(star[1] or star[2]), 5) if star else None for star in stars]
    if None in found and len(ordered) in (2, 3, 5):
        numbers = [_NUMBERED.fullmatch(name) for name in ordered]
        lowest = min((int(number[1]) for number in numbers if number), default=0)
        found = [_by_rank(int(number[1]) - lowest + 1, len(ordered)) if number else None for number in numbers]
    if None in found or not {"negative", "positive"} <= set(found):
        raise Unavailable(Problem("hub-labels-unknown", details={"model": model, "labels": ", ".join(ordered)[:200]}))
    return np.array([[name == wanted for wanted in CLASSES] for name in found], dtype=np.float32)


def _by_word(name: str) -> str | None:
    return next((wanted for wanted, pattern in _NAMED.items() if re.search(rf"(?<![a-z])(?:{pattern})", name)), None)


def _by_rank(place: int, count: int) -> str:
    """The `place`-th of `count` classes from negative to positive."""
    middle = (count + 1) / 2
    return "negative" if place < middle else "positive" if place > middle else "neutral"


def _name(path: Path) -> str:
    """The repository's name: a folder of the hub's cache is ``models--owner--name/snapshots/<commit>``."""
    held = next((part for part in path.parts if part.startswith("models--")), "")
    return held.split("--")[-1] or path.name
