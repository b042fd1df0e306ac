"""A recurrent network (GRU: Cho et al., EMNLP 2014) over the last transactions of each card."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from bigmodel_apps.fraud.transactions import Ints, Transactions
from bigmodel_apps.problems import Cancelled, InputError, Problem, Unavailable
from bigmodel_apps.runtime.device import cores

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64] | slice

LENGTH = 12
"""Transactions of a card that are read, the one in question the last."""

HIDDEN = 48
EPOCHS = 4
NEGATIVES = 0.06
"""Share of the legitimate rows that is trained on; the log-odds are put back for the rest."""

_BATCH, _RATE, _DECAY = 512, 3e-3, 1e-4
_ROWS_AT_ONCE = 8_192
_REACH = 6.0  # standard deviations that an input may stand out


class _Network(nn.Module):
    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.gru = nn.GRU(inputs, hidden, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden + inputs, 32), nn.GELU(), nn.Linear(32, 1))

    def forward(self, steps: torch.Tensor) -> torch.Tensor:
        """Log-odds, (n,), of steps of shape (n, length, inputs)."""
        states, _ = self.gru(steps)
        return self.head(torch.cat([states[:, -1], steps[:, -1]], dim=1)).squeeze(1)


class SequenceModel:
    """A trained network and the scale of its inputs.

    Args:
        names: Of the inputs, (d,).
        middle, spread: Mean and standard deviation of each input's logarithm, shape (d,).
        base: Mean log-odds of the rows it was trained on.
    """

    def __init__(
        self,
        network: _Network,
        names: Sequence[str],
        middle: npt.NDArray[np.float32],
        spread: npt.NDArray[np.float32],
        *,
        length: int = LENGTH,
        shift: float = 0.0,
        base: float = 0.0,
    ) -> None:
        self._network = network.eval()
        self.names = tuple(names)
        self._middle, self._spread = middle, spread
        self._length, self._shift = length, shift
        self.base = base

    @property
    def nbytes(self) -> int:
        """Memory of the weights."""
        return sum(weight.numel() * weight.element_size() for weight in self._network.parameters())

    def log_odds(self, values: npt.NDArray[Any], transactions: Transactions, at: Places = slice(None)) -> Floats:
        """Log-odds of fraud of the rows in `at`, given `values` of all transactions, shape (n, d)."""
        steps = histories(transactions, at, self._length)
        found = np.empty(len(steps))
        with torch.inference_mode():
            for start in range(0, len(steps), _ROWS_AT_ONCE):
                rows = slice(start, start + _ROWS_AT_ONCE)
                found[rows] = self._network(self._steps(values, steps[rows])).double().numpy()
        return found + self._shift

    def _steps(self, values: npt.NDArray[Any], places: Ints) -> torch.Tensor:
        """Scaled inputs, shape (n, length, d + 1): what is missing is average; the last says whether there is a step."""
        present = places >= 0
        scaled = _logarithm(values[np.maximum(places, 0)])
        scaled -= self._middle
        scaled /= self._spread
        scaled = np.nan_to_num(np.clip(scaled, -_REACH, _REACH), copy=False, nan=0.0) * present[..., None]
        return torch.from_numpy(np.concatenate([scaled, present[..., None]], axis=2, dtype=np.float32))

    def save(self, file: Path) -> None:
        """Write as safetensors."""
        about = {"names": self.names, "length": self._length, "shift": self._shift, "base": self.base}
        tensors = {name: weight.contiguous() for name, weight in self._network.state_dict().items()}
        tensors |= {"middle": torch.from_numpy(self._middle), "spread": torch.from_numpy(self._spread)}
        save_file(tensors, file, metadata={"about": json.dumps(about)})

    @classmethod
    def load(cls, file: Path) -> SequenceModel:
        """Read what `save` wrote.

        Raises:
            Unavailable: It is damaged.
        """
        try:
            with safe_open(file, framework="pt") as opened:
                about = json.loads(opened.metadata()["about"])
                tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - not a mapping
            middle, spread = (tensors.pop(name).numpy() for name in ("middle", "spread"))
            network = _Network(len(about["names"]) + 1, tensors["gru.weight_hh_l0"].shape[1])
            network.load_state_dict(tensors)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError):
            raise Unavailable(Problem("fraud-model-damaged", field=file.name)) from None
        return cls(network, about.pop("names"), middle, spread, **about)


def histories(transactions: Transactions, at: Places = slice(None), length: int = LENGTH) -> Ints:
    """Places of the last transactions of each row's card, the row itself last: shape (m, length), -1 before the first.

    Raises:
        InputError: ``fraud-no-customers``: the source names no cards.
    """
    if transactions.customers is None:
        raise InputError(Problem("fraud-no-customers"))
    order = np.argsort(transactions.customers, kind="stable")
    owners = transactions.customers[order]
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    last = rank[at]
    places = last[:, None] - np.arange(length - 1, -1, -1)
    own = (places >= 0) & (owners[np.maximum(places, 0)] == owners[last][:, None])
    return np.where(own, order[np.maximum(places, 0)], -1)


def fit(
    values: npt.NDArray[Any],
    transactions: Transactions,
    at: Ints,
    fraud: npt.NDArray[Any],
    *,
    names: Sequence[str],
    epochs: int = EPOCHS,
    negatives: float = NEGATIVES,
    hidden: int = HIDDEN,
    length: int = LENGTH,
    seed: int = 7,
    report: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> SequenceModel:
    """Train on the rows in `at`; what came before them is their history.

    Args:
        values: Inputs of all transactions, shape (n, d).
        at: Places of the rows to learn from, (m,).
        fraud: Their labels, shape (m,).
        names: Of the inputs, (d,).
        report: Called with (batches done, in total).
        cancelled: Polled between batches.

    Raises:
        Cancelled: By `cancelled`.
    """
    generator = np.random.default_rng(seed)
    truth = np.asarray(fraud, dtype=bool)
    kept = np.flatnonzero(truth | (generator.random(len(truth)) < negatives))
    logs = _logarithm(values[at[kept]])
    # An input that never has a value is left at its average, 0.
    counts = np.maximum(np.isfinite(logs).sum(axis=0), 1)
    middle = np.nansum(logs, axis=0) / counts
    spread = np.sqrt(np.nansum((logs - middle) ** 2, axis=0) / counts) + 1e-3
    torch.set_num_threads(min(torch.get_num_threads(), cores()))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _Network(values.shape[1] + 1, hidden)
    model = SequenceModel(
        network,
        names,
        middle.astype(np.float32),
        spread.astype(np.float32),
        length=length,
        shift=float(np.log(negatives)),
    )
    steps = histories(transactions, at[kept], length)
    labels = torch.from_numpy(truth[kept].astype(np.float32))
    optimiser = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
    batches = -(-len(kept) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=epochs * batches)
    loss_of = nn.BCEWithLogitsLoss()
    network.train()
    for epoch in range(epochs):
        shuffled = generator.permutation(len(kept))
        for number in range(batches):
            if cancelled is not None and cancelled():
                raise Cancelled
            rows = shuffled[number * _BATCH : (number + 1) * _BATCH]
            optimiser.zero_grad()
            loss_of(network(model._steps(values, steps[rows])), labels[torch.from_numpy(rows)]).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            if report is not None:
                report(epoch * batches + number + 1, epochs * batches)
    network.eval()
    some = at[generator.choice(len(at), min(len(at), _ROWS_AT_ONCE), replace=False)]
    model.base = float(model.log_odds(values, transactions, some).mean())
    return model


def _logarithm(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Sign and log(1 + size): amounts and ages spread over orders of magnitude."""
    numbers = np.asarray(values, dtype=np.float32)
    return np.asarray(np.sign(numbers) * np.log1p(np.abs(numbers)), dtype=np.float32)
