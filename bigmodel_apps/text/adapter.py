"""Low-rank adapters: a task's own view of a shared transformer, a few megabytes instead of a second model.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021): each chosen linear layer W x becomes
W x + (alpha / r) B A x, with A of shape (r, in) and B of shape (out, r). W stays where it is, shared by every adapter
of the transformer and by the transformer itself.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

ALPHA_OVER_RANK = 2.0
_BITS = 127


class LowRank(nn.Module):
    """A linear layer with a low-rank addition; at first it adds nothing.

    Args:
        base: The shared layer; its weights are not trained.
        rank: Number of directions added.
    """

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        like: dict[str, Any] = {"device": base.weight.device, "dtype": base.weight.dtype}
        self.a = nn.Parameter(torch.empty(rank, base.in_features, **like))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank, **like))
        nn.init.kaiming_uniform_(self.a, a=5**0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """W x + 2 B A x."""
        added: torch.Tensor = self.base(x) + ALPHA_OVER_RANK * ((x @ self.a.T) @ self.b.T)
        return added


class LowRankEmbedding(nn.Module):
    """A shared table of vectors with a low-rank addition: every token moves along the same few directions.

    Args:
        base: The shared table; its weights are not trained.
        u: How far each token moves along each direction, shape (tokens, rank).
        v: The directions, shape (rank, dimension).
    """

    def __init__(self, base: nn.Embedding, u: torch.Tensor, v: torch.Tensor) -> None:
        super().__init__()
        self.base = base
        self.u, self.v = nn.Parameter(u), nn.Parameter(v)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """The vectors of tokens, shape (…, dimension)."""
        vectors: torch.Tensor = self.base(ids)
        return vectors + (nn.functional.embedding(ids, self.u) @ self.v).to(vectors.dtype)


def adapted(transformer: nn.Module, rank: int) -> nn.Module:
    """A twin of `transformer` that shares its weights and has a low-rank addition at each linear layer.

    Only the additions require gradients: the shared weights are frozen. The original computes as before, and keeps no
    reference to the twin.
    """
    shared = {id(tensor): tensor for tensor in (*transformer.parameters(), *transformer.buffers())}
    twin: nn.Module = copy.deepcopy(transformer, memo=dict(shared))
    for module in [*twin.modules()]:
        for name, child in [*module.named_children()]:
            if isinstance(child, nn.Linear):
                setattr(module, name, LowRank(child, rank))
    for name, parameter in twin.named_parameters():
        parameter.requires_grad_(is_added(name))
    return twin


def is_added(name: str) -> bool:
    """Whether a parameter of an adapted transformer belongs to its adapter."""
    return name.endswith((".a", ".b"))


def additions(twin: nn.Module) -> dict[str, torch.Tensor]:
    """The adapter's tensors by name."""
    return {name: tensor.detach() for name, tensor in twin.named_parameters() if is_added(name)}


def merged(transformer: nn.Module, tensors: Mapping[str, torch.Tensor]) -> nn.Module:
    """A twin of `transformer` with an adapter added into its linear layers and beside its tables; the rest stays shared.

    Args:
        transformer: What the adapter was trained on; not changed.
        tensors: As `additions` or `differences` gave them.

    Raises:
        KeyError: A layer's tensors are missing.
    """
    shared = {id(tensor): tensor for tensor in (*transformer.parameters(), *transformer.buffers())}
    twin: nn.Module = copy.deepcopy(transformer, memo=dict(shared))
    with torch.no_grad():
        for name, module in twin.named_modules():
            if isinstance(module, nn.Linear):
                weight = module.weight
                a, b = (_factor(tensors, f"{name}.{part}").to(weight.device) for part in ("a", "b"))
                summed = weight.float() + ALPHA_OVER_RANK * (b @ a)
                module.weight = nn.Parameter(summed.to(weight.dtype), requires_grad=False)
    for name in [name.removesuffix(".u") for name in tensors if name.endswith(".u")]:
        table: Any = twin.get_submodule(name)
        u, v = (_factor(tensors, f"{name}.{part}").to(table.weight.device, table.weight.dtype) for part in ("u", "v"))
        moved = LowRankEmbedding(table, u, v)
        for factor in (moved.u, moved.v):
            factor.requires_grad_(False)
        parent, _, own = name.rpartition(".")
        setattr(twin.get_submodule(parent), own, moved)
    return twin


def differences(learned: nn.Module, start: nn.Module, rank: int, word_rank: int = 0) -> dict[str, torch.Tensor]:
    """An adapter from a transformer that was trained in full: what changed in its linear layers and words, in eight bits.

    The best approximations of these ranks (Eckart and Young, 1936). Each direction has a scale of its own, so that
    eight bits cost less accuracy than half the directions would.

    Args:
        learned: A trained copy of `start`.
        rank: Directions of a linear layer.
        word_rank: Directions along which a table of vectors moved; 0 leaves every table as it was.
    """
    before = dict(start.named_modules())
    tensors: dict[str, torch.Tensor] = {}
    for name, module in learned.named_modules():
        linear = isinstance(module, nn.Linear)
        if not linear and not (word_rank and isinstance(module, nn.Embedding)):
            continue
        change = module.weight.detach().float() - before[name].weight.detach().float()
        if not linear and not change.any():
            continue
        size = rank if linear else word_rank
        u, s, v = torch.linalg.svd(change / ALPHA_OVER_RANK if linear else change, full_matrices=False)
        root = s[:size].sqrt()
        factors = (u[:, :size] * root, 0), (root[:, None] * v[:size], 1)
        for part, (factor, along) in zip(("b", "a") if linear else ("u", "v"), factors, strict=True):
            scale = factor.abs().amax(along, keepdim=True).clamp(min=1e-12) / _BITS
            tensors[f"{name}.{part}"] = (factor / scale).round().to(torch.int8).contiguous()
            tensors[f"{name}.{part}.scale"] = scale.contiguous()
    return tensors


def _factor(tensors: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    found = tensors[name].float()
    scale = tensors.get(f"{name}.scale")
    return found if scale is None else found * scale.float()
