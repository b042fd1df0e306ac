"""A small simulated bank and its inputs, drawn once."""

from __future__ import annotations

import pytest

from bigmodel_apps.fraud import features, trees
from bigmodel_apps.fraud.features import Settings
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.simulator import World, simulate
from bigmodel_apps.fraud.transactions import FRAUD, Floats, Transactions

WORLD = World(
    customers=200,
    terminals=400,
    days=60,
    start="2026-06-01",
    radius=12,
    terminal_rate=1 / 1_500,
    customer_rate=1 / 500,
    takeover_rate=1 / 1_000,
    testing_rate=1 / 500,
    seed=1,
)


@pytest.fixture(scope="session")
def bank() -> Transactions:
    """About 23,000 transactions of 200 customers at 400 terminals over 60 days, with frauds of all five scenarios."""
    return simulate(WORLD)


@pytest.fixture(scope="session")
def inputs(bank: Transactions) -> Floats:
    """Inputs of `bank`, shape (n, len(features.NAMES)); not to be written to."""
    found = features.compute(bank)
    found.setflags(write=False)
    return found


@pytest.fixture(scope="session")
def detector(bank: Transactions, inputs: Floats) -> Detector:
    """Twenty trees that have seen all of `bank`: enough to add up, not to be judged."""
    recipe = trees.Recipe(rounds=20, max_bin=255)
    grown = trees.fit(inputs, bank.fraud == FRAUD, recipe, names=features.NAMES)
    return Detector("trees", features.NAMES, Settings(), grown, {"guarded": 0.05, "elevated": 0.2, "high": 0.5})
