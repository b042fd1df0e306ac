"""Attention in half precision on a CPU, where torch's fused kernel takes twice the time of its parts for short texts."""

from __future__ import annotations

from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import eager_mask

_FUSED_FROM = 64
"""Tokens from which torch's fused kernel is as fast or faster."""

NAME = "in-parts"
"""What transformers calls it, once `register` has run."""


def register() -> None:
    """Tell transformers of it, for ``set_attn_implementation``."""
    AttentionInterface.register(NAME, attend)
    AttentionMaskInterface.register(NAME, eager_mask)


def attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor | None,
    *,
    scaling: float,
    **rest: Any,
) -> tuple[torch.Tensor, None]:
    """Products and softmax apart, mask and scaling within the first product; while `module` trains, torch's own.

    Args:
        query, key, value: Shape (texts, heads, tokens, width of a head).
        mask: Added to the scores; broadcasts to (texts, 1, tokens, tokens).

    Returns:
        Shape (texts, tokens, heads, width of a head).
    """
    if module.training or query.dtype != torch.bfloat16 or query.shape[2] >= _FUSED_FROM:
        attended, _ = sdpa_attention_forward(module, query, key, value, mask, scaling=scaling, **rest)
        return attended, None
    texts, heads, tokens, width = query.shape
    query, key, value = (part.reshape(texts * heads, tokens, width) for part in (query, key, value))
    if mask is None:
        mask = query.new_zeros((1, 1, tokens, tokens))
    scores = torch.baddbmm(mask.expand(texts, heads, -1, -1).flatten(0, 1), query, key.mT, alpha=scaling)
    attended = scores.softmax(dim=-1) @ value  # the sums of this softmax are float32
    return attended.view(texts, heads, tokens, width).transpose(1, 2).contiguous(), None
