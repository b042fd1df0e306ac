"""The domain on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from bigmodel_apps.problems import InputError, from_validation
from bigmodel_apps.progress import printed
from bigmodel_apps.sentiment.schema import Options

# --- predict --------------------------------------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``predict sentiment``."""
    defaults = Options()
    parser.add_argument(
        "--aspects",
        default="",
        metavar="NAMES",
        help="judge these too: a list of ours (shop, restaurant, app, bank), or names separated by commas, each with "
        "its own words if need be: food,staff=waiter|waitress",
    )
    parser.add_argument(
        "--unsure-below",
        type=float,
        default=defaults.unsure_below,
        metavar="SHARE",
        help="a verdict with less confidence is 'unsure' (default: %(default)s)",
    )
    languages = get_args(Options.model_fields["language"].annotation)
    parser.add_argument("--language", choices=languages, default=defaults.language, help="which reader answers")
    parser.add_argument("--sentences", action="store_true", help="judge every sentence as well")


def options(arguments: argparse.Namespace) -> Options:
    """From the command line to the contract."""
    from bigmodel_apps.locales import negotiate
    from bigmodel_apps.sentiment.aspects import parse

    try:
        return Options(
            unsure_below=arguments.unsure_below,
            language=arguments.language,
            aspects=parse(arguments.aspects, negotiate(arguments.lang)),
            sentences=arguments.sentences,
        )
    except ValidationError as error:
        raise InputError(*from_validation(error)) from None


# --- The user's own labels ------------------------------------------------------------------------------------------


def trained_model(folder: Path) -> str:
    """Which model the weights are for that ``train`` wrote to `folder`."""
    from bigmodel_apps.catalogue import DOMAINS
    from bigmodel_apps.sentiment.own_shelf import MODEL, WEIGHTS_FILE

    return MODEL if (folder / WEIGHTS_FILE).is_file() else DOMAINS["sentiment"].models[0]


# --- train and evaluate ---------------------------------------------------------------------------------------------


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``train sentiment``."""
    from bigmodel_apps.sentiment.own_commands import HELP

    parser.add_argument("--data", required=True, type=Path, metavar="PATH", help="folder of the public sets; see --own")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where to write weights and their cards")
    parser.add_argument(
        "--part", choices=("lexical", "english", "chinese", "all"), default="all", help="what to train (default: all)"
    )
    parser.add_argument(
        "--start",
        type=Path,
        metavar="DIR",
        help="for english: where an earlier run wrote the weights of its first stage",
    )
    parser.add_argument("--own", action="store_true", help=HELP)


def train(arguments: argparse.Namespace) -> dict[str, object]:
    """Train what ships, or a model of the caller's own labels."""
    if arguments.own:
        from bigmodel_apps.sentiment import own_commands

        return own_commands.train(arguments, printed())
    from bigmodel_apps.sentiment import training

    return training.train(arguments.out, arguments.data, arguments.part, start=arguments.start, report=printed())


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``evaluate sentiment``."""
    parser.add_argument(
        "--protocol",
        required=True,
        metavar="NAME",
        help="sst2, blitzer-loo, neutral, checklist, eec, aspects; for Chinese: chnsenticorp, shopping-loo, colloquial, "
        "neutral-zh, aspects-zh",
    )
    parser.add_argument("--data", type=Path, metavar="PATH", help="folder of the public sets")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; default: the domain's evidence")
    parser.add_argument(
        "--start", type=Path, metavar="DIR", help="for blitzer-loo: where training wrote the weights of its first stage"
    )


def evaluate(arguments: argparse.Namespace) -> dict[str, object]:
    """Run a protocol, write its evidence and return the figures."""
    from bigmodel_apps.sentiment import evaluation

    found = evaluation.run(arguments.protocol, arguments.data, printed(), start=arguments.start)
    path = found.write(arguments.out)
    return {"file": path.name, "metrics": found.figures()}
