"""Sentence encoder: texts in, unit vectors out.

Reads any sentence-transformers or plain transformers folder with safetensors weights. Reimers & Gurevych,
"Sentence-BERT" (2019), mean or CLS pooling as the folder's ``1_Pooling/config.json`` states.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bigmodel_apps.text.language import HAN


class Place(Protocol):
    """Where to compute, and in which precision; `runtime.device.Device` is one."""

    @property
    def torch_name(self) -> str:
        """As torch names it: ``cpu``, ``cuda:0``, ``mps``."""

    @property
    def dtype(self) -> str:
        """``float32`` or ``bfloat16``."""


Vectors = npt.NDArray[np.float32]

# E5 was trained with these prefixes; without them its similarities are not comparable.
_PREFIXES = ((re.compile(r"(^|[-_])e5([-_]|$)"), ("query: ", "passage: ")),)
# Texts that run together: so many at most, and so many tokens with their padding. A CPU gains nothing from more, and
# loses where the scores of attention outgrow its caches.
_MOST_TEXTS = 64
_MOST_TOKENS, _MOST_TOKENS_ON_CPU = 16_384, 1_536
# Lengths are padded up to whole steps: kernels are made anew for every shape, and each costs as much as some texts.
_STEP = 4
_TOKENISED_AT_ONCE = 512
ADAPTER_FILE = "adapter.safetensors"
# English vocabularies hold a few hundred Han characters that they were never trained on; Chinese ones thousands.
_CHINESE_VOCABULARY = 3_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text token by token, special tokens left out.

    Attributes:
        ids: In the vocabulary, shape (n,).
        spans: Start and end of each token in the text.
        vectors: Unit vectors, shape (n, dimension).
    """

    ids: npt.NDArray[np.int32]
    spans: tuple[tuple[int, int], ...]
    vectors: npt.NDArray[np.float16]


class SentenceEncoder:
    """A transformer with pooling.

    Args:
        path: Folder with ``config.json``, ``tokenizer.json`` and ``*.safetensors``.
        device: Where, and in which precision, to compute.

    Attributes:
        dimension: Length of a vector.
        reads_chinese: Whether its vocabulary covers Chinese.
        identity: Names the weights; vectors of encoders with different identities are not comparable.

    Not safe for concurrent use: the engine calls it from the one worker thread of its device.
    """

    batches = True

    def __init__(self, path: Path, device: Place) -> None:
        import torch
        from tokenizers import Tokenizer
        from transformers import AutoConfig, AutoModel
        from transformers.utils import logging

        from bigmodel_apps.text import attention

        logging.disable_progress_bar()
        logging.set_verbosity_error()
        self._torch = torch
        config = AutoConfig.from_pretrained(path)
        kwargs = {"add_pooling_layer": False} if config.model_type == "bert" else {}
        # In float32 first: transformers builds a model of another precision with that as the default of all threads, in
        # which whatever they build meanwhile comes out too.
        model = AutoModel.from_pretrained(path, config=config, dtype=torch.float32, use_safetensors=True, **kwargs)
        self._model = model.to(device.torch_name, getattr(torch, device.dtype)).eval()
        self._device = device.torch_name
        self._most_tokens = _MOST_TOKENS_ON_CPU if device.torch_name == "cpu" else _MOST_TOKENS
        if device.torch_name == "cpu" and device.dtype == "bfloat16":
            attention.register()
            self._model.set_attn_implementation(attention.NAME)
        self._tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
        self._longest = self._max_tokens(path, config)
        self._tokenizer.enable_truncation(self._longest)
        self._tokenizer.no_padding()
        self._cls_pooling = self._pools_first_token(path)
        self._query_prefix, self._text_prefix = next(
            (prefix for family, prefix in _PREFIXES if any(family.search(part) for part in path.parts)), ("", "")
        )
        self.dimension: int = config.hidden_size
        self._layers: int = config.num_hidden_layers
        self.reads_chinese = sum(bool(HAN.search(token)) for token in self._tokenizer.get_vocab()) > _CHINESE_VOCABULARY
        self.identity = _fingerprint(path)

    @staticmethod
    def _max_tokens(path: Path, config: Any) -> int:
        settings = path / "sentence_bert_config.json"
        limit = json.loads(settings.read_text())["max_seq_length"] if settings.is_file() else None
        return min(limit or 512, config.max_position_embeddings, 512)

    @staticmethod
    def _pools_first_token(path: Path) -> bool:
        settings = path / "1_Pooling" / "config.json"
        return settings.is_file() and bool(json.loads(settings.read_text()).get("pooling_mode_cls_token"))

    @property
    def symmetric(self) -> bool:
        """Whether it reads a question as it reads a stored text."""
        return self._query_prefix == self._text_prefix

    @property
    def nbytes(self) -> int:
        """Bytes of the weights in memory."""
        return sum(parameter.nbytes for parameter in self._model.parameters())

    @property
    def transformer(self) -> Any:
        """The torch module without pooling, for training an adapter on it."""
        return self._model

    @property
    def device(self) -> str:
        """Where it computes, as torch names it."""
        return self._device

    def tokenizer(self, max_tokens: int) -> Any:
        """A tokenizer of one's own, which pads and cuts at `max_tokens`."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self._tokenizer.to_str())
        tokenizer.enable_truncation(max_tokens)
        tokenizer.enable_padding()
        return tokenizer

    def cost(self, text: str) -> int:
        """Length by which the engine sorts, so that a micro-batch pads little."""
        return len(text)

    def predict(self, texts: Sequence[str], options: Any = None) -> list[Vectors]:
        """The engine's door: one vector a text; `options` is ``"query"``, ``"views"`` or ``"text"`` (the default)."""
        return list(self.views(texts) if options == "views" else self.encode(texts, query=options == "query"))

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Unit vectors, shape (len(texts), dimension), float32. Texts beyond the model's length are cut."""
        prefix = self._query_prefix if query else self._text_prefix
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for chosen, encodings in self._batches([prefix + text for text in texts]):
            vectors[chosen] = self._pooled(*self._hidden(encodings))
        return vectors

    def views(self, texts: Sequence[str]) -> Vectors:
        """The query vector beside those after two and one thirds of the layers, shape (len(texts), 3 * dimension).

        Earlier layers still tell apart wordings that the last one reads as one meaning: what learns from a few examples
        can use both. Each third has length 1.
        """
        thirds = (self._layers, max(2 * self._layers // 3, 1), max(self._layers // 3, 1))
        vectors = np.empty((len(texts), 3 * self.dimension), dtype=np.float32)
        for chosen, encodings in self._batches([self._query_prefix + text for text in texts]):
            states, mask = self._states(encodings, every=True)
            vectors[chosen] = np.concatenate([self._pooled(states[layer].float(), mask) for layer in thirds], axis=1)
        return vectors

    def summaries(self, texts: Sequence[str], spans: Sequence[tuple[int, int]] | None = None) -> Vectors:
        """What a head reads: mean and first of the hidden states, shape (len(texts), 2 * dimension), not normalised.

        Given one span a text, the mean over its tokens stands before them: 3 * dimension. A text that is asked about
        several spans runs once. A span beyond the model's length, where texts are cut, gives zeros.
        """
        rows: dict[str, list[int]] = {}
        for row, text in enumerate(texts):
            rows.setdefault(text, []).append(row)
        unique = list(rows)
        found = np.empty((len(texts), (2 if spans is None else 3) * self.dimension), dtype=np.float32)
        for chosen, encodings in self._batches(unique):
            states, mask = self._hidden(encodings)
            weights = mask.unsqueeze(-1).float()
            mean = (states * weights).sum(1) / weights.sum(1)
            whole = self._torch.cat([mean, states[:, 0]], dim=1).cpu().numpy()
            for place, (index, encoding) in enumerate(zip(chosen, encodings, strict=True)):
                same = rows[unique[index]]
                found[same, -2 * self.dimension :] = whole[place]
                for row in same if spans is not None else ():
                    inside = places_inside(encoding, spans[row])  # type: ignore[index]
                    found[row, : self.dimension] = states[place, inside].mean(0).cpu().numpy() if inside else 0
        return found

    def token_id(self, word: str) -> int | None:
        """Number of a whole word in the vocabulary."""
        found: int | None = self._tokenizer.token_to_id(word)
        return found

    def is_word(self, token: int) -> bool:
        """Whether a token of the vocabulary holds a letter or a digit."""
        return any(character.isalnum() for character in self._tokenizer.id_to_token(token) or "")

    def read(self, texts: Sequence[str]) -> list[Tokens]:
        """Every text token by token, in the context of its whole text. Texts beyond the model's length are cut."""
        found: dict[int, Tokens] = {}
        for chosen, encodings in self._batches(texts):
            hidden, _ = self._hidden(encodings)
            vectors = self._torch.nn.functional.normalize(hidden, dim=-1).cpu().numpy()
            for index, encoding, rows in zip(chosen, encodings, vectors, strict=True):
                kept = [place for place, special in enumerate(encoding.special_tokens_mask) if not special]
                found[index] = Tokens(
                    ids=np.array([encoding.ids[place] for place in kept], dtype=np.int32),
                    spans=tuple(encoding.offsets[place] for place in kept),
                    vectors=rows[kept].astype(np.float16),
                )
        return [found[index] for index in range(len(texts))]

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[Any]]]:
        """Texts of about the same number of tokens: their places and encodings."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), _TOKENISED_AT_ONCE):
            some = order[start : start + _TOKENISED_AT_ONCE]
            encodings = self._tokenizer.encode_batch([texts[place] for place in some])
            batch: list[tuple[int, Any]] = []
            for place, encoding in sorted(zip(some, encodings, strict=True), key=lambda pair: len(pair[1])):
                full = len(batch) == _MOST_TEXTS or (len(batch) + 1) * self._padded(encoding) > self._most_tokens
                if batch and full:
                    yield [place for place, _ in batch], [encoding for _, encoding in batch]
                    batch = []
                batch.append((place, encoding))
            yield [place for place, _ in batch], [encoding for _, encoding in batch]

    def _padded(self, encoding: Any) -> int:
        """Tokens of a text with those that fill its last step."""
        return min(-len(encoding) // _STEP * -_STEP, self._longest)

    def _hidden(self, encodings: Sequence[Any]) -> tuple[Any, Any]:
        """Last hidden states, (texts, tokens, dimension) in float32, and the mask of real tokens."""
        states, mask = self._states(encodings, every=False)
        return states[-1].float(), mask

    def _states(self, encodings: Sequence[Any], *, every: bool) -> tuple[tuple[Any, ...], Any]:
        """Hidden states after the last layer, or before the first and after each, and the mask of real tokens.

        Each of shape (texts, tokens, dimension): every one kept costs as much memory as the last.
        """
        torch = self._torch
        longest = max(map(self._padded, encodings))
        for encoding in encodings:
            encoding.pad(longest)
        with torch.inference_mode():
            ids = torch.tensor([encoding.ids for encoding in encodings], device=self._device)
            mask = torch.tensor([encoding.attention_mask for encoding in encodings], device=self._device)
            output = self._model(input_ids=ids, attention_mask=mask, output_hidden_states=every)
            earlier = output.hidden_states[:-1] if every else ()
            return (*earlier, output.last_hidden_state), mask

    def _pooled(self, hidden: Any, mask: Any) -> Vectors:
        """One unit vector a text from its hidden states in float32."""
        if self._cls_pooling:
            pooled = hidden[:, 0]
        else:
            weights = mask.unsqueeze(-1).float()
            pooled = (hidden * weights).sum(1) / weights.sum(1)
        vectors: Vectors = self._torch.nn.functional.normalize(pooled, dim=-1).cpu().numpy()
        return vectors


class AdaptedEncoder(SentenceEncoder):
    """An encoder with a low-rank adapter merged into its linear layers (see `text.adapter`).

    It shares tokenizer and embeddings with the encoder that it adapts, and runs on the same worker.

    Args:
        path: Folder with ``adapter.safetensors``.
        _device: That of `base`.
        base: The encoder that the adapter was trained on.

    Raises:
        ValueError: The adapter was trained on another encoder.
    """

    def __init__(self, path: Path, _device: Place, *, base: SentenceEncoder) -> None:
        from safetensors import safe_open

        from bigmodel_apps.text.adapter import merged

        with safe_open(path / ADAPTER_FILE, framework="pt") as file:
            about = json.loads(file.metadata()["about"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        if about["encoder"] != base.identity:
            raise ValueError("the adapter belongs to another encoder")
        self.__dict__.update(base.__dict__)
        self._model = merged(base._model, tensors).eval()
        self._shared = {parameter.data_ptr() for parameter in base._model.parameters()}
        self.identity = f"{base.identity}-{sha256((path / ADAPTER_FILE).read_bytes()).hexdigest()[:8]}"

    @property
    def nbytes(self) -> int:
        """Bytes of the weights that it does not share."""
        own = (p for p in self._model.parameters() if p.data_ptr() not in self._shared)
        return sum(parameter.nbytes for parameter in own)


def places_inside(encoding: Any, span: tuple[int, int]) -> list[int]:
    """Which of a text's tokens lie in a span or reach into it."""
    return [
        place
        for place, (special, (start, end)) in enumerate(
            zip(encoding.special_tokens_mask, encoding.offsets, strict=True)
        )
        if not special and start < span[1] and end > span[0]
    ]


def _fingerprint(path: Path) -> str:
    """Hash of the weights' sizes and first bytes: enough to tell models apart, quick for gigabytes."""
    digest = sha256()
    for file in sorted(path.glob("*.safetensors")):
        digest.update(str(file.stat().st_size).encode())
        with file.open("rb") as opened:
            digest.update(opened.read(1 << 18))
            opened.seek(max(file.stat().st_size - (1 << 18), 0))
            digest.update(opened.read())
    return digest.hexdigest()[:16]
