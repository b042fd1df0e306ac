"""Sentence encoder: texts in, unit vectors out.

Reads any sentence-transformers or plain transformers folder with safetensors weights. Reimers & Gurevych,
"Sentence-BERT" (2019), mean or CLS pooling as the folder's ``1_Pooling/config.json`` states.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
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
_MICRO_BATCH = 64
# English vocabularies hold a few hundred Han characters that they were never trained on; Chinese ones thousands.
_CHINESE_VOCABULARY = 3_000


class SentenceEncoder:
    """A transformer with pooling.

    Args:
        path: Folder with ``config.json``, ``tokenizer.json`` and ``*.safetensors``.
        device: Where, and in which precision, to compute.

    Attributes:
        dimension: Length of a vector.
        reads_chinese: Whether its vocabulary covers Chinese.
        identity: Names the weights; vectors of encoders with different identities are not comparable.

    Not safe for concurrent use (the tokenizer keeps its padding in shared state): the engine calls it from the
    one worker thread of its device.
    """

    batches = True

    def __init__(self, path: Path, device: Place) -> None:
        import torch
        from tokenizers import Tokenizer
        from transformers import AutoConfig, AutoModel
        from transformers.utils import logging

        logging.disable_progress_bar()
        logging.set_verbosity_error()
        self._torch = torch
        config = AutoConfig.from_pretrained(path)
        kwargs = {"add_pooling_layer": False} if config.model_type == "bert" else {}
        dtype = getattr(torch, device.dtype)
        model = AutoModel.from_pretrained(path, config=config, dtype=dtype, use_safetensors=True, **kwargs)
        self._model = model.to(device.torch_name).eval()
        self._device = device.torch_name
        self._tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
        self._tokenizer.enable_truncation(self._max_tokens(path, config))
        self._tokenizer.enable_padding()
        self._cls_pooling = self._pools_first_token(path)
        self._query_prefix, self._text_prefix = next(
            (prefix for family, prefix in _PREFIXES if any(family.search(part) for part in path.parts)), ("", "")
        )
        self.dimension: int = config.hidden_size
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
    def nbytes(self) -> int:
        """Bytes of the weights in memory."""
        return sum(parameter.nbytes for parameter in self._model.parameters())

    def cost(self, text: str) -> int:
        """Length by which the engine sorts, so that a micro-batch pads little."""
        return len(text)

    def predict(self, texts: Sequence[str], options: Any = None) -> list[Vectors]:
        """The engine's door: one vector a text; `options` is ``"query"`` or ``"text"`` (the default)."""
        return list(self.encode(texts, query=options == "query"))

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Unit vectors, shape (len(texts), dimension), float32. Texts beyond the model's length are cut."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        prefix = self._query_prefix if query else self._text_prefix
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(order), _MICRO_BATCH):
            chosen = order[start : start + _MICRO_BATCH]
            vectors[chosen] = self._forward([prefix + texts[index] for index in chosen])
        return vectors

    def _forward(self, texts: list[str]) -> Vectors:
        torch = self._torch
        encodings = self._tokenizer.encode_batch(texts)
        with torch.inference_mode():
            ids = torch.tensor([encoding.ids for encoding in encodings], device=self._device)
            mask = torch.tensor([encoding.attention_mask for encoding in encodings], device=self._device)
            hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            if self._cls_pooling:
                pooled = hidden[:, 0]
            else:
                weights = mask.unsqueeze(-1).float()
                pooled = (hidden * weights).sum(1) / weights.sum(1)
            vectors: Vectors = torch.nn.functional.normalize(pooled, dim=-1).cpu().numpy()
        return vectors


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
