"""The application with a large simulated bank in place of the sample bank: ``python -m benchmarks._money_page --port PORT``."""

from __future__ import annotations

import sys

from bigmodel_apps import cli
from bigmodel_apps.fraud import shelf, simulator
from bigmodel_apps.fraud.shelf import SAMPLE
from bigmodel_apps.fraud.simulator import World

WORLD = World(customers=8_600, terminals=17_000, days=52, start="2026-09-10", seed=9)
TEST_DAYS = 38
"""The page reports on the later half of them: a little over 300,000 transactions."""


def main() -> None:
    """Score the bank, then serve."""
    drawn = simulator.simulate(WORLD)
    first = int(drawn.days[-1]) - TEST_DAYS + 1
    shelf.banks.put(SAMPLE, shelf.score_bank(SAMPLE, drawn, shelf.shipped(), first_test_day=first))
    sys.exit(cli.main(["serve", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
