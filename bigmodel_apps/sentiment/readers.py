"""The readers of the catalogue on this thread: for training and measuring, which do not go through the engine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bigmodel_apps import catalogue
from bigmodel_apps.catalogue import Source
from bigmodel_apps.runtime.device import choose
from bigmodel_apps.runtime.sources import resolve
from bigmodel_apps.sentiment.scoring import Scorer


@lru_cache(maxsize=4)
def reader(name: str, weights: Path | None = None) -> Scorer:
    """The reader of a spec in the catalogue, with what it uses: what the application runs.

    Args:
        weights: Folder to take what ships in the spec's own one from.
    """
    scorer: Scorer = _loaded(name, {catalogue.MODELS[name].sources: weights} if weights else {})
    return scorer


def _loaded(name: str, instead: Mapping[tuple[Source, ...], Path]) -> Any:
    spec = catalogue.MODELS[name]
    used = {keyword: _loaded(part, instead) for keyword, part in spec.uses}
    return catalogue.load(spec.loader)(instead.get(spec.sources) or resolve(spec).path, choose(), **used)
