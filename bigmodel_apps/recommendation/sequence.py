"""A transformer over what was chosen in which order: SASRec (Kang and McAuley, ICDM 2018).

Trained with the cross-entropy of the softmax over the catalogue (Klenitskiy and Vasilev, RecSys 2023), over drawn items where
the catalogue is large, in the place of one negative a step; that is what kept the original behind.
"""

from __future__ import annotations

from collections.abc import Sequence as Several

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bigmodel_apps.recommendation.interactions import Codes, Floats, Interactions
from bigmodel_apps.recommendation.terms import Arrays, Report, Stop, step
from bigmodel_apps.runtime.device import cores

WIDTH, LAYERS, HEADS, LENGTH = 64, 1, 2, 50
EPOCHS, RATE, DECAY, DROPOUT = 40, 4e-3, 0.05, 0.3
DRAWN = 1_024
"""Items that a large catalogue is represented by in each step, beside those that were chosen."""

_TOKENS = 4_096
_AT_ONCE = 256


class _Block(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mixed, self.joined = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Each place sees itself and what came before; shape (n, length, width)."""
        rows, length, width = states.shape
        parts = self.mixed(self.before(states)).view(rows, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        rate = self.dropout if self.training else 0.0
        seen = functional.scaled_dot_product_attention(query, key, value, dropout_p=rate, is_causal=True)
        states = states + self._drop(self.joined(seen.transpose(1, 2).reshape(rows, length, width)))
        return states + self._drop(self.narrow(functional.gelu(self.wide(self.between(states)))))

    def _drop(self, states: torch.Tensor) -> torch.Tensor:
        return functional.dropout(states, self.dropout, self.training)


class _Network(nn.Module):
    def __init__(self, items: int, width: int, layers: int, heads: int, length: int, dropout: float) -> None:
        super().__init__()
        self.items = nn.Embedding(items + 1, width)  # the last one fills up
        self.places = nn.Embedding(length, width)
        self.blocks = nn.ModuleList(_Block(width, heads, dropout) for _ in range(layers))
        self.after = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(items))
        self.dropout = dropout
        nn.init.normal_(self.items.weight, std=width**-0.5)
        nn.init.normal_(self.places.weight, std=0.1 * width**-0.5)

    def forward(self, steps: torch.Tensor) -> torch.Tensor:
        """What each place expects next, shape (n, length, width), of items of shape (n, length)."""
        states = self.items(steps) * self.items.embedding_dim**0.5 + self.places.weight[: steps.shape[1]]
        states = functional.dropout(states, self.dropout, self.training)
        for block in self.blocks:
            states = block(states)
        return torch.as_tensor(self.after(states))


class Sequence:
    """The term ``sequence``: log-odds that an item comes next. Nothing of a score belongs to a single item of the history.

    Args:
        heads: Of its attention.
    """

    name = "sequence"

    def __init__(self, network: _Network, heads: int) -> None:
        self._network, self._heads = network.eval(), heads

    @classmethod
    def fit(
        cls,
        interactions: Interactions,
        *,
        width: int = WIDTH,
        layers: int = LAYERS,
        heads: int = HEADS,
        length: int = LENGTH,
        epochs: int = EPOCHS,
        rate: float = RATE,
        dropout: float = DROPOUT,
        seed: int = 7,
        report: Report | None = None,
        cancelled: Stop | None = None,
    ) -> Sequence:
        """See `terms.Kind`. Learns from what every user chose for the first time, in that order.

        Args:
            length: Choices that are looked back on.
        """
        items = len(interactions.catalogue)
        torch.set_num_threads(min(torch.get_num_threads(), cores()))
        batches = _batches(windows(interactions, length), items)
        generator = np.random.default_rng(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = _Network(items, width, layers, heads, length, dropout)
            counts = np.bincount(interactions.items, minlength=items)
            network.bias.data = torch.from_numpy(np.log((counts + 0.5) / max(counts.sum(), 1)).astype(np.float32))
            total = max(epochs * len(batches), 1)
            optimiser = torch.optim.AdamW(network.parameters(), rate, weight_decay=DECAY)
            schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=total + 1, pct_start=0.1)
            network.train()
            for epoch in range(epochs):
                for number, place in enumerate(generator.permutation(len(batches))):
                    step(epoch * len(batches) + number, total, report, cancelled)
                    optimiser.zero_grad()
                    _loss(network, batches[place], items).backward()
                    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                    optimiser.step()
                    schedule.step()
        step(total, total, report, cancelled)
        return cls(network, heads)

    def scores(self, histories: Several[Codes]) -> Floats:
        """See `terms.Term`; an empty history tells nothing."""
        items, length = len(self._network.bias), len(self._network.places.weight)
        found = np.zeros((len(histories), items))
        # Of about the same length together, so that little is filled up.
        order = sorted((row for row, one in enumerate(histories) if len(one)), key=lambda row: len(histories[row]))
        with torch.inference_mode():
            for start in range(0, len(order), _AT_ONCE):
                rows = order[start : start + _AT_ONCE]
                newest = [histories[row][-length:] for row in rows]
                steps = np.full((len(rows), max(map(len, newest))), items, dtype=np.int64)
                for line, one in zip(steps, newest, strict=True):
                    line[: len(one)] = one
                states = self._network(torch.from_numpy(steps))
                last = states[torch.arange(len(rows)), torch.tensor([len(one) - 1 for one in newest])]
                found[rows] = (last @ self._network.items.weight[:-1].T + self._network.bias).double().numpy()
        return found

    def shares(self, history: Codes) -> Floats:
        """See `terms.Term`: all of it is the last row."""
        found = np.zeros((len(history) + 1, len(self._network.bias)))
        found[-1] = self.scores([history])[0]
        return found

    def arrays(self) -> Arrays:
        """See `terms.Term`."""
        weights = {name: weight.detach().numpy() for name, weight in self._network.state_dict().items()}
        return {**weights, "heads": np.array(self._heads)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Sequence:
        """See `terms.Kind`."""
        weights = {name: torch.from_numpy(np.array(array)) for name, array in arrays.items() if name != "heads"}
        heads = int(arrays["heads"].item())
        layers = sum(name.endswith("mixed.bias") for name in weights)
        length, width = weights["places.weight"].shape
        network = _Network(len(weights["bias"]), width, layers, heads, length, DROPOUT)
        network.load_state_dict(weights)
        return cls(network, heads)


def windows(interactions: Interactions, length: int) -> list[Codes]:
    """Each user's different items in the order in which they were first chosen, cut into runs of length + 1 items at most,
    each beginning with the last item of the one before."""
    pairs = interactions.users.astype(np.int64) * max(len(interactions.catalogue), 1) + interactions.items
    first = np.sort(np.unique(pairs, return_index=True)[1])
    order = first[np.argsort(interactions.users[first], kind="stable")]
    ends = np.cumsum(np.bincount(interactions.users[order], minlength=len(interactions.user_ids)))
    return [
        run[start : start + length + 1]
        for run in np.split(interactions.items[order], ends[:-1])
        for start in range(0, len(run) - 1, length)
    ]


def _batches(runs: Several[Codes], items: int) -> list[torch.Tensor]:
    """Runs of about the same length together, filled up with the number after the last item; shape (n, length)."""
    batches: list[list[Codes]] = []
    for run in sorted(runs, key=len):
        if not batches or (len(batches[-1]) + 1) * len(run) > _TOKENS:
            batches.append([])
        batches[-1].append(run)
    found = []
    for some in batches:
        filled = np.full((len(some), len(some[-1])), items, dtype=np.int64)
        for line, run in zip(filled, some, strict=True):
            line[: len(run)] = run
        found.append(torch.from_numpy(filled))
    return found


def _loss(network: _Network, runs: torch.Tensor, items: int) -> torch.Tensor:
    """Mean cross-entropy of the next item, at every place that has one."""
    wanted = runs[:, 1:]
    there = wanted < items
    states, wanted = network(runs[:, :-1])[there], wanted[there]
    weights: torch.Tensor = network.items.weight[:-1]
    bias: torch.Tensor = network.bias
    if items > 2 * DRAWN:
        drawn = torch.cat([wanted, torch.randint(items, (DRAWN,))]).unique()
        wanted = torch.searchsorted(drawn, wanted)
        weights, bias = weights[drawn], bias[drawn]
    return functional.cross_entropy(states @ weights.T + bias, wanted)
