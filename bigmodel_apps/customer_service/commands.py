"""The domain on the command line."""

from __future__ import annotations

import argparse
import sys
from hashlib import blake2b
from pathlib import Path

from pydantic import ValidationError

from bigmodel_apps.customer_service.schema import Options
from bigmodel_apps.problems import InputError, from_validation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``predict customer_service``."""
    parser.add_argument(
        "--knowledge",
        default=Options().knowledge,
        metavar="FILE",
        help="sample tenant (shop, bank, helpdesk), FAQ table (id,question,answer), document, or folder of documents",
    )
    parser.add_argument(
        "--threshold", type=float, default=Options().threshold, help="answer at this confidence or above"
    )
    parser.add_argument("--top", type=int, default=Options().top, help="number of candidates")


def options(arguments: argparse.Namespace) -> Options:
    """Open the knowledge base, with its vectors, and name it in the options."""
    from bigmodel_apps.catalogue import DOMAINS
    from bigmodel_apps.customer_service.knowledge import TENANTS, folder
    from bigmodel_apps.customer_service.shelf import encoder_of, open_for, shelf

    try:  # before anything is opened
        chosen = Options(threshold=arguments.threshold, top=arguments.top)
    except ValidationError as error:
        raise InputError(*from_validation(error)) from None
    key, model = arguments.knowledge, arguments.model or DOMAINS["customer_service"].models[0]
    if key not in TENANTS or Path(key).exists():
        path = Path(key)
        key = f"file-{blake2b(str(path.resolve()).encode(), digest_size=8).hexdigest()}"
        shelf.put(key, folder(path))
    else:
        key = open_for(key, model)
    shelf.build_vectors(key, encoder_of(model))
    return chosen.model_copy(update={"knowledge": key})


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``train customer_service``; the confidence model is fitted on the sample tenants."""
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="where to write the weights and their card"
    )


def train(arguments: argparse.Namespace) -> dict[str, object]:
    """Fit the confidence model."""
    from bigmodel_apps.customer_service import training

    return training.train(arguments.out, report=_progress)


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``evaluate customer_service``."""
    parser.add_argument("--protocol", required=True, help="tenants, or xquad")
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="folder of xquad.en.json and xquad.zh.json, for xquad"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; default: the domain's evidence")


def evaluate(arguments: argparse.Namespace) -> dict[str, object]:
    """Run a protocol, write its evidence and return the figures."""
    from bigmodel_apps.customer_service import evaluation

    found = evaluation.run(arguments.protocol, arguments.data, _progress)
    path = found.write(arguments.out)
    figures = {" ".join((metric.name, *metric.group, metric.system)): metric.value for metric in found.metrics}
    return {"file": path.name, "metrics": figures}


def _progress(done: int, total: int) -> None:
    print(f"{done}/{total}", file=sys.stderr)
