"""The domain on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from pydantic import ValidationError

from bigmodel_apps.diagnosis import shelf
from bigmodel_apps.diagnosis.schema import Options
from bigmodel_apps.problems import InputError, from_validation
from bigmodel_apps.progress import printed

HEADS = ("pneumonia", "cells", "generator", "own")

# --- predict --------------------------------------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``predict diagnosis``."""
    default = Options()
    parser.add_argument(
        "--coverage",
        type=float,
        default=default.coverage,
        metavar="SHARE",
        help="share of images like the held-out ones that gets an answer (default: %(default)s)",
    )
    parser.add_argument(
        "--sensitivity",
        type=float,
        metavar="SHARE",
        help="share of the last class to be found (default: the likelier wins)",
    )
    parser.add_argument(
        "--prevalence",
        type=float,
        metavar="SHARE",
        help="share of the last class among those asked about (default: 0.5)",
    )
    parser.add_argument(
        "--heatmap-class", metavar="CLASS", help="class to show the evidence for (default: the answer's)"
    )
    parser.add_argument("--no-heatmap", action="store_true", help="leave the heat map out")


def options(arguments: argparse.Namespace) -> Options:
    """From the command line to the contract.

    Raises:
        InputError: A value is out of its bounds.
    """
    from bigmodel_apps.locales import negotiate

    shelf.allow_paths()
    try:
        return Options(
            coverage=arguments.coverage,
            sensitivity=arguments.sensitivity,
            prevalence=arguments.prevalence,
            heatmap=not arguments.no_heatmap,
            heatmap_class=arguments.heatmap_class,
            language=negotiate(arguments.lang),
        )
    except ValidationError as error:
        raise InputError(*from_validation(error)) from None


def trained_model(folder: Path) -> str:
    """Which model of the catalogue the weights in a folder that ``train`` wrote are for."""
    from bigmodel_apps.diagnosis.network import Classifier

    return "diagnosis-xray" if Classifier.load(folder).channels == 1 else "diagnosis-cells"


# --- train and evaluate ---------------------------------------------------------------------------------------------


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``train diagnosis``."""
    from bigmodel_apps.diagnosis import training

    parser.add_argument(
        "--data",
        required=True,
        type=Path,
        metavar="DIR",
        help="folder of the public sets; with --head own, a folder with a folder of images for each class",
    )
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where to write the model and its card")
    parser.add_argument("--head", choices=HEADS, default=HEADS[0], help="what to train (default: %(default)s)")
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over the images (default: the recipe's)")
    parser.add_argument("--seed", type=int, default=training.SEED, help="(default: %(default)s)")


def train(arguments: argparse.Namespace) -> dict[str, object]:
    """Train a classifier or the generator."""
    from bigmodel_apps.diagnosis import training

    return training.train(
        arguments.head, arguments.data, arguments.out, epochs=arguments.epochs, seed=arguments.seed, report=printed()
    )


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``evaluate diagnosis``."""
    from bigmodel_apps.diagnosis import evaluation

    parser.add_argument("--protocol", required=True, metavar="NAME", help=", ".join(evaluation.names()))
    parser.add_argument("--data", type=Path, metavar="PATH", help="folder of the public sets")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; default: the domain's evidence")


def evaluate(arguments: argparse.Namespace) -> dict[str, object]:
    """Run a protocol, write its evidence and return the figures."""
    from bigmodel_apps.diagnosis import evaluation

    found = evaluation.run(arguments.protocol, arguments.data, printed())
    path = found.write(arguments.out)
    return {"file": path.name, "metrics": found.figures()}
