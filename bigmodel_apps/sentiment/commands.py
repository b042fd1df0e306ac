"""The domain on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from bigmodel_apps.problems import InputError, from_validation
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
