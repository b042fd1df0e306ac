"""Transactions in, scores out: each continues the history of a bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bigmodel_apps.fraud import reasons, scoring, shelf
from bigmodel_apps.fraud.schema import BANDS, Input, Options, Output
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, UNKNOWN, Codes, Ints, Transactions
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime.device import Device

_LABELS = {True: FRAUD, False: LEGITIMATE, None: UNKNOWN}
_COLUMNS = ("ids", "seconds", "amounts", "customers", "terminals", "fraud", "scenario", "rows")


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
        """One output a transaction, in order."""
        options = options or Options()
        bank = shelf.open_bank(options.bank)
        detector = shelf.detectors.get(options.own) if options.own else self.detector
        joined, at = continued(bank.transactions, inputs)
        values = scoring.inputs(joined, detector.settings, detector.names).values
        found = scoring.log_odds(detector, values, joined, at)
        probabilities = scoring.probability(found)
        bands = scoring.band(detector, probabilities)
        top = np.argsort(-probabilities, kind="stable")[: options.reasons]
        why = reasons.explain(detector, values, joined, at[top], options.language) if len(top) else []
        given = dict(zip(top.tolist(), why, strict=True))
        base = scoring.contributions(detector, values, joined, at[:1]).base if len(at) else 0.0
        return [
            Output(
                score=float(probability),
                band=BANDS[band],
                reasons=given.get(place),
                base=base,
                engine=detector.engine,
            )
            for place, (probability, band) in enumerate(zip(probabilities, bands, strict=True))
        ]


def continued(history: Transactions, inputs: Sequence[Input]) -> tuple[Transactions, Ints]:
    """What of a history bears on new transactions, and those, in order of time; and the place of each new one.

    All that the same cards and terminals did, before and after: windows of others are not asked for. A transaction
    without a card or terminal has one to itself.

    Raises:
        InputError: ``fraud-time-unreadable``.
    """
    seconds = np.array([_seconds(item.time, row) for row, item in enumerate(inputs, 1)], dtype=np.int64)
    customers, customer_names = _coded([item.customer for item in inputs], history.customer_names)
    terminals, terminal_names = _coded([item.terminal for item in inputs], history.terminal_names)
    bears = np.zeros(len(history), dtype=bool)
    if history.customers is not None:
        bears |= np.isin(history.customers, customers)
    if history.terminals is not None:
        bears |= np.isin(history.terminals, terminals)
    kept = history.take(bears)
    none = np.full(len(inputs), -1, dtype=np.int8)
    new = Transactions(
        ids=np.array([item.id or str(row) for row, item in enumerate(inputs, 1)], dtype=object),
        seconds=seconds,
        amounts=np.array([item.amount for item in inputs]),
        customers=customers,
        terminals=terminals,
        fraud=np.array([_LABELS[item.fraud] for item in inputs], dtype=np.int8),
        scenario=none,
        rows=np.arange(1, len(inputs) + 1),
    )
    order = np.argsort(np.concatenate([kept.seconds, seconds]), kind="stable")

    def joined(name: str) -> npt.NDArray[Any] | None:
        one, other = getattr(kept, name), getattr(new, name)
        return None if one is None else np.concatenate([one, other])[order]

    together = replace(
        kept,
        **{name: joined(name) for name in _COLUMNS},
        customer_names=customer_names,
        terminal_names=terminal_names,
        numbers={
            name: np.concatenate([column, np.full(len(inputs), np.nan)])[order] for name, column in kept.numbers.items()
        },
        segments={},
    )
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return together, places[len(kept) :]


def _seconds(text: str, row: int) -> int:
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(Problem("fraud-time-unreadable", row=row, field="time", details={"value": text})) from None
    # The bank's clock: an offset says which clock was meant, and is taken off to UTC.
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())


def _coded(names: Sequence[str | None], known: npt.NDArray[np.object_]) -> tuple[Codes, npt.NDArray[np.object_]]:
    """Places of names among the known ones and, behind them, new ones; those without a name have a place each."""
    places = {name: place for place, name in enumerate(known)}
    found = [places.setdefault(name if name is not None else f"\0{row}", len(places)) for row, name in enumerate(names)]
    return np.array(found, dtype=np.int32), np.array(list(places), dtype=object)
