"""What a named measurement is, for both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bigmodel_apps import catalogue
from bigmodel_apps.evidence import Dataset, Metric
from bigmodel_apps.runtime.device import choose
from bigmodel_apps.runtime.sources import resolve
from bigmodel_apps.sentiment.scoring import Scorer

Report = Callable[[int, int], None]
Found = tuple[list[Metric], list[Dataset]]


@dataclass(frozen=True, slots=True)
class Protocol:
    """A named measurement.

    Attributes:
        description: In words, by language.
        run: Called with the folder of the public sets (None where the caller named none) and the report of progress.
        weights: Folders below ``sentiment/weights`` that the figures are about.
        data: Whether it needs the public sets.
    """

    description: Mapping[str, str]
    run: Callable[[Path | None, Report], Found]
    weights: tuple[str, ...]
    data: bool = True


@lru_cache(maxsize=8)
def scorer(name: str) -> Scorer:
    """The reader of that spec in the catalogue, with what it uses, as the application loads it but on this thread."""
    spec = catalogue.MODELS[name]
    used = {keyword: _loaded(part) for keyword, part in spec.uses}
    loaded: Scorer = catalogue.load(spec.loader)(resolve(spec).path, choose(), **used)
    return loaded


@lru_cache(maxsize=8)
def _loaded(name: str) -> object:
    spec = catalogue.MODELS[name]
    used = {keyword: _loaded(part) for keyword, part in spec.uses}
    return catalogue.load(spec.loader)(resolve(spec).path, choose(), **used)
