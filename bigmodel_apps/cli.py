"""The command line: domains, predict, train, evaluate, bench, serve.

Standard output carries results and nothing else: whatever a library prints goes to standard error. Texts are UTF-8
whatever the locale. Exit codes: 0, 1 when a line or the whole command failed, 2 for wrong usage, 130 after Ctrl-C,
141 when the reader of the output has gone.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import importlib
import itertools
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, ValidationError

from bigmodel_apps.catalogue import DOMAINS, MODELS, DomainSpec, Source, load
from bigmodel_apps.locales import LANGUAGES, Language, describe, negotiate
from bigmodel_apps.problems import Busy, Cancelled, InputError, Problem, Unavailable, from_validation

MAX_LINE_BYTES = 10 * 1024 * 1024
CHUNK_LINES = 512
ROOT = Path(__file__).resolve().parents[1]


def main(argv: Sequence[str] | None = None, source: BinaryIO | None = None, results: BinaryIO | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: Arguments without the program's name; by default those of the process.
        source: Where `predict` reads its lines; by default standard input.
        results: Where results go; by default standard output.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    language = _language(None)
    try:
        parsed = _parser(arguments).parse_args(arguments)
        language = _language(parsed.lang)
        if parsed.command in ("bench", "serve"):  # what they print is their result
            return int(parsed.run(parsed, language))
        with _only_results(results) as out:
            return int(parsed.run(parsed, source or sys.stdin.buffer, out, language))
    except (InputError, Unavailable, Busy, Cancelled) as error:
        for problem in error.problems if isinstance(error, InputError) else (error.problem,):
            sys.stderr.write(describe(problem, language) + "\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141


def _language(wanted: str | None) -> Language:
    variables = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return negotiate(wanted, next((value for value in variables if value), None))


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser for `arguments`: only the domain that they name adds its options, because that imports it."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help="language of the messages")
    parser = argparse.ArgumentParser(prog="bigmodel_apps", description=__doc__.split("\n")[0])
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the messages (default: from LANG)")
    commands = parser.add_subparsers(dest="command", required=True)

    domains = commands.add_parser("domains", parents=[shared], help="list the domains and their models")
    domains.add_argument("--json", action="store_true", help="as one line of JSON")
    domains.set_defaults(run=_domains)

    named = next((word for word in arguments if word in DOMAINS), None)
    texts = {
        "predict": "read JSON lines, write one JSON line for each",
        "train": "train a model on your own data",
        "evaluate": "measure a protocol and write its evidence",
    }
    for name, text in texts.items():
        command = commands.add_parser(name, parents=[shared], help=text, description=text)
        command.add_argument("domain", metavar="DOMAIN", help=", ".join(DOMAINS))
        if name == "predict":
            command.add_argument(
                "--model", help="a model of the domain, or a folder that train wrote (default: its first)"
            )
        if named is not None and name in arguments:
            adder = {"predict": "add_arguments", "train": "add_train_arguments", "evaluate": "add_evaluate_arguments"}
            getattr(load(DOMAINS[named].commands), adder[name])(command)
        command.set_defaults(run=_predict if name == "predict" else _train_or_evaluate)

    bench = commands.add_parser("bench", parents=[shared], help="run benchmarks, all of them without a name")
    bench.add_argument("names", nargs="*", metavar="NAME")
    bench.set_defaults(run=_bench)

    serve = commands.add_parser("serve", parents=[shared], help="serve the pages and the REST interface")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8501)
    serve.add_argument("--backend", choices=("inprocess",), default="inprocess")
    serve.set_defaults(run=_serve)
    return parser


def _domains(parsed: argparse.Namespace, _source: BinaryIO, out: BinaryIO, _language: Language) -> int:
    listing = [
        {
            "name": spec.name,
            "url_path": spec.url_path,
            "models": [
                {
                    "name": model.name,
                    "task": model.task,
                    "languages": model.languages,
                    "licence": model.licence,
                    "size_mb": model.size_mb,
                }
                for model in map(MODELS.__getitem__, spec.models)
            ],
        }
        for spec in DOMAINS.values()
    ]
    if parsed.json:
        _write(out, [_json({"domains": listing})])
    else:
        _write(out, [f"{spec.name}\t{', '.join(spec.models)}".encode() for spec in DOMAINS.values()])
    return 0


def _predict(parsed: argparse.Namespace, source: BinaryIO, out: BinaryIO, language: Language) -> int:
    spec = _domain(parsed.domain)
    if parsed.model is not None and Path(parsed.model).is_dir():
        parsed.model = _trained(spec, Path(parsed.model))
    elif parsed.model is not None and parsed.model not in spec.models:
        details = {"name": parsed.model, "domain": spec.name, "models": ", ".join(spec.models)}
        raise InputError(Problem("unknown-model", details=details))
    _quieten()
    schema = load(spec.schema).Input
    commands = load(spec.commands)
    options = commands.options(parsed)
    if (answers := getattr(commands, "predict_file", lambda _: None)(parsed)) is not None:
        return _write_all(out, answers, language)
    together = getattr(commands, "predict_together", None)
    row, failed = 0, False
    for lines in [list(itertools.chain.from_iterable(_lines(source)))] if together else _lines(source):
        found: list[bytes | Problem] = []
        inputs: dict[int, Any] = {}
        for place, line in enumerate(lines):
            row += 1
            parsed_line = _parse(schema, line, row)
            if isinstance(parsed_line, Problem):
                found.append(parsed_line)
            else:
                inputs[place] = (row, parsed_line)
                found.append(b"")
        if together:
            outputs = together([value for _, value in inputs.values()], parsed)
            answered: list[bytes | Problem] = [output.model_dump_json().encode() for output in outputs]
        else:
            answered = _answers(spec, list(inputs.values()), options, parsed.model)
        for place, answer in zip(inputs, answered, strict=True):
            found[place] = answer
        failed = failed or any(isinstance(item, Problem) for item in found)
        _write(out, [_error(item, language) if isinstance(item, Problem) else item for item in found])
    return int(failed)


def _write_all(out: BinaryIO, answers: Iterable[BaseModel | Problem], language: Language) -> int:
    """A line for each row of a file, some thousands at a time."""
    failed, rest = False, iter(answers)
    while some := list(itertools.islice(rest, CHUNK_LINES)):
        failed = failed or any(isinstance(item, Problem) for item in some)
        _write(
            out,
            [_error(item, language) if isinstance(item, Problem) else item.model_dump_json().encode() for item in some],
        )
    return int(failed)


def _trained(spec: DomainSpec, folder: Path) -> str:
    """Name of a spec for weights that `train` wrote to `folder`: the model that they are for, with those weights."""
    which = getattr(load(spec.commands), "trained_model", None)
    base = which(folder) if which else spec.models[0]
    name = f"{base}@{folder.resolve()}"
    source = Source("repository", str(folder.resolve()))
    MODELS[name] = dataclasses.replace(MODELS[base], name=name, sources=(source,), preload=False)
    return name


def _answers(
    spec: DomainSpec, inputs: Sequence[tuple[int, BaseModel]], options: Any, model: str | None
) -> list[bytes | Problem]:
    """One output line or problem for each (row, input)."""
    from bigmodel_apps import runtime

    if not inputs:
        return []
    try:
        outputs = runtime.predict(
            spec.name,
            [value for _, value in inputs],
            options=options,
            model=model,
            priority=runtime.Priority.BULK,
        )
    except (Unavailable, Busy, Cancelled, KeyboardInterrupt):
        raise
    except Exception as error:
        if len(inputs) > 1:  # one of them is to blame: find out which
            return [answer for one in inputs for answer in _answers(spec, [one], options, model)]
        return [dataclasses.replace(runtime.problems_of(error)[0], row=inputs[0][0])]
    return [output.model_dump_json().encode() for output in outputs]


def _parse(schema: type[BaseModel], line: bytes | None, row: int) -> BaseModel | Problem:
    if line is None or len(line) > MAX_LINE_BYTES:
        return Problem("line-too-long", row=row, details={"limit_mb": MAX_LINE_BYTES // 2**20})
    if not line.strip():
        return Problem("line-blank", row=row)
    try:
        return schema.model_validate_json(line.decode("utf-8"))
    except UnicodeDecodeError:
        return Problem("line-not-utf8", row=row)
    except ValidationError as error:
        return from_validation(error, row=row)[0]


def _lines(source: BinaryIO) -> Iterator[list[bytes | None]]:
    """Lines as they arrive, up to `CHUNK_LINES` together; None for one that was too long to be kept.

    A program that writes one line and waits for its answer gets it: whatever is complete is handed on before more
    is read.
    """
    pending, overlong, start = bytearray(), False, True
    read = getattr(source, "read1", source.read)
    while block := read(1 << 16):
        if start:
            block, start = block.removeprefix(b"\xef\xbb\xbf"), False
        head, newline, tail = block.rpartition(b"\n")
        if not newline:
            pending += tail if not overlong else b""
        else:
            lines: list[bytes | None] = list((bytes(pending) + head).split(b"\n"))
            if overlong:
                lines[0] = None
            pending, overlong = bytearray(tail), False
            for first in range(0, len(lines), CHUNK_LINES):
                yield lines[first : first + CHUNK_LINES]
        if len(pending) > MAX_LINE_BYTES:
            pending, overlong = bytearray(), True
    if overlong or pending:
        yield [None if overlong else bytes(pending)]


def _train_or_evaluate(parsed: argparse.Namespace, _source: BinaryIO, out: BinaryIO, _language: Language) -> int:
    commands = load(_domain(parsed.domain).commands)
    _quieten()
    result = (commands.train if parsed.command == "train" else commands.evaluate)(parsed)
    if result is not None:
        _write(out, [result.model_dump_json().encode() if isinstance(result, BaseModel) else _json(result)])
    return 0


def _bench(parsed: argparse.Namespace, _language: Language) -> int:
    known = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py") if path.stem != "tables")
    for name in parsed.names or [""]:
        if name not in known and (name or not known):
            details = {"name": name, "count": len(known), "names": ", ".join(known)}
            raise InputError(Problem("unknown-benchmark", details=details))
    _quieten()
    sys.path.insert(0, str(ROOT))
    chosen = parsed.names or known
    sys.stderr.write("\n".join(chosen) + "\n")
    return max(int(importlib.import_module(f"benchmarks.{name}").main([]) or 0) for name in chosen)


def _serve(parsed: argparse.Namespace, language: Language) -> int:
    from bigmodel_apps.server import run

    run(parsed.host, parsed.port, language)
    return 0


def _domain(name: str) -> DomainSpec:
    if name not in DOMAINS:
        raise InputError(Problem("unknown-domain", details={"name": name, "domains": ", ".join(DOMAINS)}))
    return DOMAINS[name]


def _error(problem: Problem, language: Language) -> bytes:
    error = {"row": problem.row, "field": problem.field, "message": describe(problem, language)}
    return _json({"error": error})


def _json(value: Any) -> bytes:
    """One line of UTF-8. Half of a surrogate pair, from a field name say, becomes its JSON escape."""
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace")


def _write(out: BinaryIO, lines: Sequence[bytes]) -> None:
    out.write(b"".join(line + b"\n" for line in lines))
    out.flush()


def _quieten() -> None:
    """Libraries read these when they are imported."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@contextlib.contextmanager
def _only_results(given: BinaryIO | None) -> Iterator[BinaryIO]:
    """The stream for results, while everything else that writes to standard output lands on standard error.

    Libraries in C write to the file descriptor, so the descriptor itself is turned.
    """
    if given is not None:
        with contextlib.redirect_stdout(sys.stderr):
            yield given
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with os.fdopen(os.dup(kept), "wb") as out:
            yield out
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
