"""Where weights come from: the workspace, the repository, a package, the hub's cache, the hub, an endpoint.

Every miss has a reason that a page can show. Only safetensors are used; a folder with nothing but pickled weights is
refused, since unpickling runs whatever code its author wrote.
"""

from __future__ import annotations

import fnmatch
import functools
import hashlib
import importlib.util
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bigmodel_apps.catalogue import MODELS, ModelSpec, Source
from bigmodel_apps.problems import Problem, Unavailable
from bigmodel_apps.workspace import home as workspace_home

if TYPE_CHECKING:
    from huggingface_hub import ModelInfo

T = TypeVar("T")

HUB_DEADLINE = 3.0
"""Seconds that the hub has for its first answer."""

_PACKAGE = Path(__file__).resolve().parents[1]
_PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib")
_WANTED = ["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]
_OTHER_RUNTIMES = ["onnx/*", "openvino/*", "coreml/*", "original/*"]
_REMEMBER = 60.0
_remembered: dict[str, tuple[float, Problem | None]] = {}


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where a model was found.

    Attributes:
        path: Folder with the weights; None where there is nothing to read (``code``, ``endpoint``).
        source: The place that had it.
        misses: Why each place before it did not.
    """

    path: Path | None
    source: Source
    misses: tuple[Problem, ...] = ()


class _MissError(Exception):
    """A source does not have the model. `reason` is a variant of the message ``problem-source-<kind>``."""

    def __init__(self, reason: str, error: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error


def resolve(spec: ModelSpec, home: Path | None = None) -> Resolved:
    """Find the weights of `spec`, downloading them if the hub is the first place that has them.

    An adapted copy in ``<home>/models/<name>`` comes before every source.

    Raises:
        Unavailable: No source has it; the problem carries the reason of each.
    """
    return _locate(spec, home, fetch=True)


def availability(spec: ModelSpec, models: Mapping[str, ModelSpec] = MODELS, home: Path | None = None) -> Problem | None:
    """Why `spec`, or a model that it uses, cannot be loaded now; None when it can.

    Downloads nothing. Asks the hub at most once a minute, for `HUB_DEADLINE` seconds at most.
    """
    key = f"{home}|{spec}"
    asked, problem = _remembered.get(key, (-_REMEMBER, None))
    if time.monotonic() - asked >= _REMEMBER:
        try:
            _locate(spec, home, fetch=False)
            problem = None
        except Unavailable as error:
            problem = error.problem
        _remembered[key] = (time.monotonic(), problem)
    parts = (models[name] for _, name in spec.uses)
    return problem or next(filter(None, (availability(part, models, home) for part in parts)), None)


def weights_hash(model: str, models: Mapping[str, ModelSpec] = MODELS, home: Path | None = None) -> str:
    """SHA-256 of the weights, configurations and vocabularies of a model and of all that it uses.

    A file is read once while its size and time of change stay the same.

    Raises:
        Unavailable: No source has one of them.
    """
    digest = hashlib.sha256()
    waiting = [model]
    while waiting:
        spec = models[waiting.pop()]
        waiting += [name for _, name in spec.uses]
        path = resolve(spec, home).path
        for file in sorted(path.rglob("*")) if path else ():
            if file.suffix in (".safetensors", ".json", ".txt"):
                facts = file.stat()
                digest.update(_file_hash(file, facts.st_size, facts.st_mtime_ns))
    return digest.hexdigest()


@functools.lru_cache(maxsize=256)
def _file_hash(file: Path, _size: int, _changed: int) -> bytes:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _locate(spec: ModelSpec, home: Path | None, *, fetch: bool) -> Resolved:
    adapted = (home or workspace_home()) / "models" / spec.name
    if adapted.is_dir() and not _refusal(adapted):
        return Resolved(adapted, Source("workspace", spec.name))
    finders: dict[str, Callable[[str], Path | None]] = {
        "code": lambda _: None,
        "repository": _repository,
        "package": _package,
        "hub": lambda location: _hub(location, fetch=fetch),
        "endpoint": _endpoint,
    }
    misses: list[Problem] = []
    # One flat record of all misses, since that is what the message of the whole is worded from.
    reasons: dict[str, str | int | float] = {}
    for kind in ("repository", "package", "hub", "endpoint"):
        reasons |= {kind: "none", f"{kind}_location": "", f"{kind}_error": ""}
    for source in spec.sources:
        try:
            return Resolved(finders[source.kind](source.location), source, tuple(misses))
        except _MissError as miss:
            details: dict[str, str | int | float] = {
                source.kind: miss.reason,
                f"{source.kind}_location": source.location,
                f"{source.kind}_error": miss.error,
            }
            misses.append(Problem(f"source-{source.kind}", details=details))
            reasons |= details
    raise Unavailable(Problem("model-unreachable", details={"model": spec.name, **reasons}))


def _repository(location: str) -> Path:
    return _checked(_PACKAGE / location)


def _package(location: str) -> Path:
    package, _, inside = location.partition(":")
    found = importlib.util.find_spec(package)  # finds it without importing it
    if found is None or not found.submodule_search_locations:
        raise _MissError("not-installed")
    return _checked(Path(found.submodule_search_locations[0]) / inside)


def _endpoint(location: str) -> None:
    if not os.environ.get(location):
        raise _MissError("not-set")


def _checked(folder: Path) -> Path:
    if refusal := _refusal(folder):
        raise _MissError(refusal)
    return folder


def _refusal(folder: Path) -> str | None:
    """Why a local folder cannot be used: ``missing``, ``incomplete`` or ``pickled``; None when it can."""
    files = [file for file in folder.rglob("*") if file.is_file()] if folder.is_dir() else []
    if not files:
        return "missing"
    if any(file.suffix in _PICKLED for file in files) and not any(file.suffix == ".safetensors" for file in files):
        return "pickled"
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        shards = json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
        if not all((folder / shard).is_file() for shard in shards):
            return "incomplete"
    return None


def _hub(location: str, *, fetch: bool) -> Path | None:
    """`location` is a hub id, or ``id@revision`` with a branch, tag, pull request (``refs/pr/1``) or commit."""
    from huggingface_hub import constants, hf_hub_download

    repository, _, named = location.partition("@")
    revision = named or None
    cached, refusal = _hub_cached(repository, revision)
    if cached:
        return cached
    if constants.is_offline_mode():
        raise _MissError("pickled" if refusal == "pickled" else "offline")
    info = _ask_hub(repository, revision)
    names = [file.rfilename for file in info.siblings or ()]
    files = [name for name in names if _matches(name, _WANTED) and not _matches(name, _OTHER_RUNTIMES)]
    if not any(name.endswith(".safetensors") for name in files):
        raise _MissError("pickled" if any(name.endswith(_PICKLED) for name in names) else "no-weights")
    if not fetch:
        return None
    try:
        # The first file by its revision, which records the commit for the next start; the others of that commit.
        first = hf_hub_download(repository, files[0], revision=revision, etag_timeout=HUB_DEADLINE)
        folder = Path(first).parents[files[0].count("/")]
        for name in files[1:]:
            hf_hub_download(repository, name, revision=folder.name, etag_timeout=HUB_DEADLINE)
    except Exception as error:
        raise _MissError("broken-off", _brief(error)) from error
    return _checked(folder)


def _hub_cached(repository: str, revision: str | None) -> tuple[Path | None, str | None]:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import IncompleteSnapshotError, LocalEntryNotFoundError

    try:
        folder = Path(
            snapshot_download(
                repository,
                revision=revision,
                local_files_only=True,
                allow_patterns=_WANTED,
                ignore_patterns=_OTHER_RUNTIMES,
            )
        )
    except (LocalEntryNotFoundError, IncompleteSnapshotError):
        return None, None
    refusal = _refusal(folder)
    if refusal is None and not any(folder.glob("*.safetensors")):
        refusal = "incomplete"
    return (None if refusal else folder), refusal


def _ask_hub(repository: str, revision: str | None) -> ModelInfo:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    try:
        return _within(HUB_DEADLINE, lambda: HfApi().model_info(repository, revision=revision, timeout=HUB_DEADLINE))
    except TimeoutError as error:
        raise _MissError("timeout") from error
    except GatedRepoError as error:
        raise _MissError("gated") from error
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise _MissError("not-found") from error
    except Exception as error:  # whatever the network, a proxy or a captive portal can do
        raise _MissError("timeout" if "Timeout" in type(error).__name__ else "unreachable", _brief(error)) from error


def _within(seconds: float, function: Callable[[], T]) -> T:
    # The client's own time-outs leave out name resolution and start anew with every byte that trickles in.
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except Exception as error:
            future.set_exception(error)

    threading.Thread(target=run, name="hub-probe", daemon=True).start()
    return future.result(timeout=seconds)


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def _brief(error: BaseException) -> str:
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return line if len(line) <= 200 else line[:199] + "…"
