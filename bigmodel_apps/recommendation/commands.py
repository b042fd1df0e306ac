"""The domain on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from bigmodel_apps.problems import InputError, from_validation
from bigmodel_apps.progress import printed
from bigmodel_apps.recommendation.schema import Options

if TYPE_CHECKING:
    from bigmodel_apps.problems import Problem
    from bigmodel_apps.recommendation.fitting import Recipe
    from bigmodel_apps.recommendation.interactions import Interactions

# --- predict --------------------------------------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``predict recommendation``."""
    default = Options()
    parser.add_argument(
        "--k", type=int, default=default.k, metavar="N", help="items for each line (default: %(default)s)"
    )
    parser.add_argument(
        "--because",
        type=int,
        default=default.because,
        metavar="N",
        help="items of the history that are named for each item (default: %(default)s)",
    )
    parser.add_argument("--shop", metavar="KEY", help="sample or films; the sample shop without --model")
    parser.add_argument("--seen", action="store_true", help="items of the history may come back")
    parser.add_argument(
        "--diversity",
        type=float,
        default=default.diversity,
        metavar="X",
        help="0: by score alone; towards 1: as different as possible (default: %(default)s)",
    )
    parser.add_argument(
        "--popularity-penalty",
        type=float,
        default=default.popularity_penalty,
        metavar="X",
        help="from 0 to 1, what popular items lose (default: %(default)s)",
    )


def options(arguments: argparse.Namespace) -> Options:
    """From the command line to the contract.

    Raises:
        InputError: A value is out of its bounds.
    """
    from bigmodel_apps.locales import negotiate

    try:
        return Options(
            k=arguments.k,
            because=arguments.because,
            shop=arguments.shop,
            seen=arguments.seen,
            diversity=arguments.diversity,
            popularity_penalty=arguments.popularity_penalty,
            language=negotiate(arguments.lang),
        )
    except ValidationError as error:
        raise InputError(*from_validation(error)) from None


# --- train and evaluate ---------------------------------------------------------------------------------------------


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``train recommendation``."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="who chose what, as CSV, Parquet, XLSX or JSON; without it, a sample",
    )
    parser.add_argument(
        "--sample",
        choices=("sample", "films"),
        default="sample",
        help="without --data: the simulated shop that the page opens on, or the film library (default: %(default)s)",
    )
    parser.add_argument(
        "--items", type=Path, metavar="FILE", help="titles, categories and prices of the items, in one of these formats"
    )
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where to write the model")
    parser.add_argument(
        "--tune",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="choose parameters and weights on a part of the data that is held out (default: yes)",
    )


def train(arguments: argparse.Namespace) -> dict[str, object]:
    """Fit a blend and write it."""
    from bigmodel_apps.locales import describe, negotiate
    from bigmodel_apps.recommendation import learning, shelf

    interactions, problems, recipe = _read(arguments)
    found = learning.learn(interactions, recipe, report=printed())
    shelf.save(shelf.Shop(str(arguments.out), interactions, found.recommender), arguments.out)
    language = negotiate(arguments.lang)
    board = found.leaderboard
    return {
        **found.recommender.facts,
        "weights": dict(found.recommender.weights),
        "held_out": {row.system: {"ndcg": row.ndcg.value, "recall": row.recall.value} for row in board.rows}
        if board
        else {},
        **({"problems": [describe(problem, language) for problem in problems]} if problems else {}),
    }


def _read(arguments: argparse.Namespace) -> tuple[Interactions, list[Problem], Recipe | None]:
    """What to learn from, what is wrong with it, and the recipe where none is to be chosen."""
    from bigmodel_apps.recommendation import learning, ledger, samples, shelf

    if arguments.data is None:
        name = samples.SHOP if arguments.sample == shelf.SAMPLE else samples.FILMS
        return samples.interactions(name), [], samples.recipe(name)
    items = ledger.open_items(arguments.items, arguments.items.name) if arguments.items else None
    found = ledger.read(ledger.open_table(arguments.data, arguments.data.name), items=items)
    problems = [*found.report.problems[:20], *found.report.notes]
    return found.interactions, problems, None if arguments.tune else learning.untuned(found.interactions.catalogue)


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``evaluate recommendation``."""
    from bigmodel_apps.recommendation import evaluation

    parser.add_argument("--protocol", required=True, metavar="NAME", help=", ".join(evaluation.names()))
    parser.add_argument("--data", type=Path, metavar="PATH", help="folder of the public set")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; default: the domain's evidence")


def evaluate(arguments: argparse.Namespace) -> dict[str, object]:
    """Run a protocol, write its evidence and return the figures."""
    from bigmodel_apps.recommendation import evaluation

    found = evaluation.run(arguments.protocol, arguments.data, printed())
    path = found.write(arguments.out)
    return {"file": path.name, "metrics": found.figures()}
