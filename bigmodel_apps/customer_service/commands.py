"""The domain on the command line."""

from __future__ import annotations

import argparse
from hashlib import blake2b
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from bigmodel_apps.customer_service.schema import Engine, Options
from bigmodel_apps.problems import InputError, Problem, from_validation
from bigmodel_apps.progress import printed


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

    try:  # before anything is opened
        chosen = Options(threshold=arguments.threshold, top=arguments.top)
    except ValidationError as error:
        raise InputError(*from_validation(error)) from None
    key = _opened(arguments.knowledge, arguments.model or DOMAINS["customer_service"].models[0])
    return chosen.model_copy(update={"knowledge": key})


def _opened(name: str, model: str) -> str:
    """The key of a sample tenant, or of a file or folder; open, with its vectors."""
    from bigmodel_apps.customer_service.knowledge import TENANTS, folder
    from bigmodel_apps.customer_service.shelf import encoder_of, open_for, shelf

    if name not in TENANTS or Path(name).exists():
        path = Path(name)
        key = f"file-{blake2b(str(path.resolve()).encode(), digest_size=8).hexdigest()}"
        shelf.put(key, folder(path))
    else:
        key = open_for(name, model)
    shelf.build_vectors(key, encoder_of(model))
    return key


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``train customer_service``; everything is trained on the project's own corpus."""
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="where to write the weights and their card"
    )
    parser.add_argument(
        "--adapters", type=Path, metavar="DIR", help="keep the adapters of this earlier run; fit what is fitted on them"
    )


def train(arguments: argparse.Namespace) -> dict[str, object]:
    """Train adapter, reader and confidence."""
    from bigmodel_apps.customer_service import training

    return training.train(arguments.out, adapters=arguments.adapters, report=printed())


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``evaluate customer_service``."""
    parser.add_argument(
        "--protocol", required=True, help="tenants, answerability, xquad, banking77, clinc150, banking77-oos, or own"
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="PATH",
        help="for xquad: folder of xquad.en.json and xquad.zh.json; for banking77, banking77-oos and clinc150: folder of "
        "banking77/ and clinc150/; for own: table of question,expected_id",
    )
    parser.add_argument(
        "--knowledge", default=Options().knowledge, metavar="FILE", help="for own: as in predict (default: %(default)s)"
    )
    parser.add_argument(
        "--threshold", type=float, default=Options().threshold, help="for own: answer at this confidence or above"
    )
    parser.add_argument("--engine", choices=get_args(Engine), default=Options().engine, help="for own: retrieval")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="where to write; default: the domain's evidence; for own: CSV of every question, default: nowhere",
    )


def evaluate(arguments: argparse.Namespace) -> dict[str, object]:
    """Run a protocol, write its evidence and return the figures."""
    if arguments.protocol == "own":
        return _own(arguments)
    from bigmodel_apps.customer_service import evaluation

    found = evaluation.run(arguments.protocol, arguments.data, printed())
    path = found.write(arguments.out)
    return {"file": path.name, "metrics": found.figures()}


def _own(arguments: argparse.Namespace) -> dict[str, object]:
    """Measure on the caller's own questions; what came of each of them goes to ``--out`` as CSV."""
    from bigmodel_apps.catalogue import DOMAINS
    from bigmodel_apps.customer_service import labelled, trial
    from bigmodel_apps.customer_service.shelf import shelf
    from bigmodel_apps.locales import describe, negotiate
    from bigmodel_apps.tables import to_csv_bytes

    if arguments.data is None:
        raise InputError(Problem("trial-data-missing", field="data"))
    try:
        chosen = Options(threshold=arguments.threshold, engine=arguments.engine)
    except ValidationError as error:
        raise InputError(*from_validation(error)) from None
    table = labelled.read(arguments.data, arguments.data.name)
    guessed = labelled.columns(table)
    question, expected = guessed["question"], guessed["expected_id"]
    if question is None or expected is None:
        columns = ", ".join(map(str, table.frame.columns))
        raise InputError(Problem("labelled-columns-missing", field="data", details={"columns": columns}))
    model = DOMAINS["customer_service"].models[0]
    key = _opened(arguments.knowledge, model)
    asked = labelled.label(table, question, expected, {entry.id for entry in shelf.get(key).knowledge.entries})
    found = trial.run(asked, [trial.Configuration(model, chosen)], key, progress=printed())
    if arguments.out:
        arguments.out.write_bytes(to_csv_bytes(found.frame()))
    return {
        "questions": len(asked.questions),
        "left_out": asked.left_out,
        "problems": [describe(problem, negotiate(arguments.lang)) for problem in asked.problems],
        "metrics": {metric.name: [metric.value, metric.low, metric.high] for metric in found.metrics},
    }
