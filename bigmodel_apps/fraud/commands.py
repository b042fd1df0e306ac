"""The domain on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from bigmodel_apps.fraud.schema import Input, Options, Output
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.progress import printed

if TYPE_CHECKING:
    from bigmodel_apps.fraud.ledger import Ledger
    from bigmodel_apps.fraud.scoring import Detector
    from bigmodel_apps.fraud.transactions import Ints, Transactions

_ROWS_AT_ONCE = 50_000

# --- predict --------------------------------------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``predict fraud``."""
    parser.add_argument(
        "--file",
        type=Path,
        metavar="FILE",
        help="score the transactions of a CSV, Parquet or XLSX file, one line out per row, instead of JSON lines",
    )
    parser.add_argument(
        "--reasons",
        type=int,
        default=100,
        metavar="N",
        help="say why for the N highest scores, in transactions that are read together (default: %(default)s)",
    )


def options(arguments: argparse.Namespace) -> Options:
    """From the command line to the contract."""
    from bigmodel_apps.locales import negotiate

    if arguments.reasons < 0:
        raise InputError(Problem("field-too-small", field="reasons", details={"ge": 0}))
    return Options(language=negotiate(arguments.lang))


def predict_file(arguments: argparse.Namespace) -> Iterator[Output | Problem] | None:
    """One output or problem for each row of ``--file``, in its order; None without ``--file``.

    Raises:
        InputError: The file cannot be read as transactions.
        Unavailable: The model is damaged.
    """
    if arguments.file is None:
        return None
    import numpy as np

    found = _read(arguments.file)
    order = np.argsort(found.transactions.rows, kind="stable")
    scored = zip(found.transactions.rows[order].tolist(), _scored(arguments, found.transactions, order), strict=True)
    known = {problem.row: problem for problem in found.report.problems}

    def answers() -> Iterator[Output | Problem]:
        row = 0
        for until, output in chain(scored, [(found.report.rows + 1, None)]):
            for missing in range(row + 1, until):
                yield known.get(missing, Problem("fraud-row-left-out", row=missing))
            if output is not None:
                yield output
            row = until

    return answers()


def predict_together(inputs: Sequence[Input], arguments: argparse.Namespace) -> list[Output]:
    """One output for each of the JSON lines: each sees those before it, and labels that are a delay old.

    Raises:
        Unavailable: The model is damaged.
    """
    import numpy as np

    from bigmodel_apps.fraud.model import transactions_of

    if not inputs:
        return []
    given = transactions_of(inputs)
    order = np.argsort(given.seconds, kind="stable")
    return list(_scored(arguments, given.take(order), np.argsort(order)))


def _scored(arguments: argparse.Namespace, transactions: Transactions, order: Ints) -> Iterator[Output]:
    """An output for each transaction in the given order, with reasons for the highest scores."""
    import numpy as np

    from bigmodel_apps.fraud import scoring
    from bigmodel_apps.fraud.model import outputs

    wanted, detector = options(arguments), _detector(arguments)
    values = scoring.inputs(transactions, detector.settings, detector.names).values
    probabilities = scoring.score(detector, values, transactions)
    top = np.argsort(-probabilities, kind="stable")[: arguments.reasons]

    def found() -> Iterator[Output]:
        for start in range(0, len(order), _ROWS_AT_ONCE):
            rows = order[start : start + _ROWS_AT_ONCE]
            yield from outputs(detector, values, transactions, rows, rows[np.isin(rows, top)], wanted.language)

    return found()


def _detector(arguments: argparse.Namespace) -> Detector:
    """The one in the folder that ``--model`` names; the one that ships without it."""
    from bigmodel_apps.fraud import scoring, shelf

    folder = arguments.model and Path(arguments.model.partition("@")[2] or arguments.model)
    return scoring.load(folder) if folder and folder.is_dir() else shelf.shipped()


# --- train and evaluate ---------------------------------------------------------------------------------------------


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``train fraud``."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="transactions with labels, as CSV, Parquet or XLSX; without it, the simulated bank that the page opens on",
    )
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where to write the model and its card")
    parser.add_argument(
        "--train-start",
        metavar="DATE",
        help="first day to learn from; earlier rows serve as history (default: so that the last third is left to test on)",
    )
    parser.add_argument("--train-days", type=int, metavar="N", help="days to learn from (default: up to 60)")
    parser.add_argument(
        "--delay-days", type=int, default=7, metavar="N", help="days until labels are known (default: %(default)s)"
    )
    parser.add_argument(
        "--sequence",
        action="store_true",
        help="train a recurrent network over each card's history too, and keep it where validation days say that it helps",
    )
    parser.add_argument("--seed", type=int, default=7, help="(default: %(default)s)")


def train(arguments: argparse.Namespace) -> dict[str, object]:
    """Train a detector."""
    from bigmodel_apps.fraud import simulator, training
    from bigmodel_apps.locales import describe, negotiate

    problems: list[str] = []
    if arguments.data is None:
        transactions = simulator.sample_bank()
    else:
        found = _read(arguments.data)
        transactions = found.transactions
        language = negotiate(arguments.lang)
        problems = [describe(problem, language) for problem in (*found.report.problems[:20], *found.report.notes)]
    first, days = _window(arguments, transactions)
    facts = training.train(
        transactions,
        first,
        days,
        arguments.delay_days,
        arguments.out,
        sequence=arguments.sequence,
        seed=arguments.seed,
        report=printed(),
    )
    return {**facts, **({"problems": problems} if problems else {})}


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``evaluate fraud``."""
    from bigmodel_apps.fraud import evaluation

    parser.add_argument("--protocol", required=True, metavar="NAME", help=", ".join(evaluation.names()))
    parser.add_argument("--data", type=Path, metavar="PATH", help="folder of the public set")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; default: the domain's evidence")


def evaluate(arguments: argparse.Namespace) -> dict[str, object]:
    """Run a protocol, write its evidence and return the figures."""
    from bigmodel_apps.fraud import evaluation

    found = evaluation.run(arguments.protocol, arguments.data, printed())
    path = found.write(arguments.out)
    return {"file": path.name, "metrics": found.figures()}


def _read(file: Path) -> Ledger:
    from bigmodel_apps.fraud import ledger

    return ledger.read(ledger.open_table(file, file.name))


def _window(arguments: argparse.Namespace, transactions: Transactions) -> tuple[int, int]:
    """First day and number of days to learn from."""
    from bigmodel_apps.fraud import training
    from bigmodel_apps.fraud.transactions import day_of

    for name, least in (("train_days", 1), ("delay_days", 0)):
        value = getattr(arguments, name)
        if value is not None and value < least:
            raise InputError(Problem("field-too-small", field=name.replace("_", "-"), details={"ge": least}))
    default = training.window(transactions, arguments.delay_days)
    days = arguments.train_days or default.days
    if arguments.train_start is None:
        return default.end - days, days
    try:
        first = day_of(arguments.train_start)
    except ValueError:
        details = {"value": arguments.train_start}
        raise InputError(Problem("fraud-date-unreadable", field="train-start", details=details)) from None
    return first, arguments.train_days or max(1, min(days, int(transactions.days[-1]) + 1 - first))
