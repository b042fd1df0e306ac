"""Transactions in, scores out: each continues the history of a bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps.fraud import reasons, scoring, shelf
from bigmodel_apps.fraud.schema import BANDS, Input, Options, Output, Reason, seconds_of
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, UNKNOWN, Codes, Floats, Ints, Transactions
from bigmodel_apps.locales import Language
from bigmodel_apps.runtime.device import Device

_LABELS = {True: FRAUD, False: LEGITIMATE, None: UNKNOWN}
_COLUMNS = ("ids", "seconds", "amounts", "fraud", "scenario", "rows")


class FraudModel:
    """A detector as the engine calls it.

    Args:
        path: Folder that `scoring.save` wrote.
    """

    batches = True

    def __init__(self, path: Path | None, _device: Device) -> None:
        assert path is not None
        self.detector = scoring.load(path)
        self.nbytes = self.detector.nbytes

    def predict(self, inputs: Sequence[Input], options: Options | None = None) -> list[Output]:
        """One output a transaction, each as if it were the only one to continue the bank's history."""
        options = options or Options()
        history = shelf.open_bank(options.bank).transactions
        detector = shelf.detectors.get(options.own) if options.own else self.detector
        new = transactions_of(inputs, history)
        joined, at = continued(history, new)
        values = scoring.inputs(joined, detector.settings, detector.names).values
        return outputs(
            detector, values, joined, at, at if options.reasons else at[:0], options.language, history.amounts
        )


def outputs(
    detector: Detector,
    values: npt.NDArray[Any],
    transactions: Transactions,
    at: Ints,
    explained: Ints,
    language: Language,
    amounts: Floats | None = None,
) -> list[Output]:
    """What a detector says of some rows.

    Args:
        values: Inputs of all transactions.
        at: Places of the rows.
        explained: Which of these places get reasons.
        amounts: What an amount is compared with, in the reasons; by default the amounts of the transactions.
    """
    if not len(at):
        return []
    probabilities = scoring.score(detector, values, transactions, at)
    why: dict[int, list[Reason]] = {}
    if len(explained):
        found = reasons.explain(detector, values, transactions, explained, language, amounts=amounts)
        why = dict(zip(explained.tolist(), found, strict=True))
    base = scoring.contributions(detector, values, transactions, at[:1]).base
    bands = scoring.band(detector, probabilities)
    return [
        Output(
            score=float(probability), band=BANDS[band], reasons=why.get(int(place)), base=base, engine=detector.engine
        )
        for place, probability, band in zip(at, probabilities, bands, strict=True)
    ]


def transactions_of(inputs: Sequence[Input], known: Transactions | None = None) -> Transactions:
    """Inputs as transactions, in their own order, whatever their times; names have the places that `known` gives them.

    One without a card or terminal has one to itself.
    """
    nobody = np.array([], dtype=object)
    customers, customer_names = _coded([i.customer for i in inputs], known.customer_names if known else nobody)
    terminals, terminal_names = _coded([i.terminal for i in inputs], known.terminal_names if known else nobody)
    return Transactions(
        ids=np.array([item.id or str(row) for row, item in enumerate(inputs, 1)], dtype=object),
        seconds=np.array([seconds_of(item.time) for item in inputs], dtype=np.int64),
        amounts=np.array([item.amount for item in inputs], dtype=np.float64),
        customers=customers,
        terminals=terminals,
        fraud=np.array([_LABELS[item.fraud] for item in inputs], dtype=np.int8),
        scenario=np.full(len(inputs), -1, dtype=np.int8),
        rows=np.arange(1, len(inputs) + 1),
        customer_names=customer_names,
        terminal_names=terminal_names,
    )


def continued(history: Transactions, new: Transactions) -> tuple[Transactions, Ints]:
    """For each new transaction what its card and its terminal did, and itself, in order of time; and the new ones' places.

    Each has a copy of its card and terminal to itself, so that new transactions do not see each other. Windows of other
    cards and terminals, of which not all is there, are not asked for.

    Args:
        new: Its cards and terminals have the places that `history` gives them.
    """
    parts = [np.flatnonzero(_concerns(history, new, row)) for row in range(len(new))]
    kept = history.take(np.concatenate([*parts, np.zeros(0, dtype=np.int64)]))
    owner = np.concatenate([np.repeat(np.arange(len(new)), [len(part) for part in parts]), np.arange(len(new))])
    order = np.lexsort((np.arange(len(owner)), np.concatenate([kept.seconds, new.seconds])))

    def joined(name: str) -> Any:
        one, other = getattr(kept, name), getattr(new, name)
        return None if one is None else np.concatenate([one, other])[order]

    def copied(name: str, names: npt.NDArray[np.object_]) -> tuple[Codes | None, npt.NDArray[np.object_]]:
        found = joined(name)
        if found is None:
            return None, names
        pairs, codes = np.unique(owner[order] * len(names) + found, return_inverse=True)
        return codes.astype(np.int32), names[pairs % len(names)]

    customers, customer_names = copied("customers", new.customer_names)
    terminals, terminal_names = copied("terminals", new.terminal_names)
    missing = np.full(len(new), np.nan)
    columns: dict[str, Any] = {name: joined(name) for name in _COLUMNS}
    together = replace(
        kept,
        **columns,
        customers=customers,
        terminals=terminals,
        customer_names=customer_names,
        terminal_names=terminal_names,
        numbers={name: np.concatenate([column, missing])[order] for name, column in kept.numbers.items()},
        segments={},
    )
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return together, places[len(kept) :]


def _concerns(history: Transactions, new: Transactions, row: int) -> npt.NDArray[np.bool_]:
    """Which rows are of the same card or terminal."""
    found = np.zeros(len(history), dtype=bool)
    for name in ("customers", "terminals"):
        known = getattr(history, name)
        if known is not None:
            found |= known == getattr(new, name)[row]
    return found


def _coded(names: Sequence[str | None], known: npt.NDArray[np.object_]) -> tuple[Codes, npt.NDArray[np.object_]]:
    """Places of names among the known ones and, behind them, new ones; those without a name have a place each."""
    places = {name: place for place, name in enumerate(known)}
    found = [places.setdefault(name if name is not None else f"\0{row}", len(places)) for row, name in enumerate(names)]
    return np.array(found, dtype=np.int32), np.array(list(places), dtype=object)
