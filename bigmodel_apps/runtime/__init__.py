"""The engine room: one way from inputs to outputs, for a page, a REST call and a command line alike.

>>> from bigmodel_apps import runtime
>>> runtime.predict("customer_service", [Input(question="How do I reset my password?")])  # doctest: +SKIP
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

from bigmodel_apps import catalogue
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime.contracts import Backend, Priority, Progress, Resident, Telemetry
from bigmodel_apps.runtime.engine import Engine
from bigmodel_apps.runtime.failures import problems_of

__all__ = [
    "Backend",
    "Engine",
    "Priority",
    "Telemetry",
    "engine",
    "predict",
    "preload",
    "problems_of",
    "ready",
    "resident",
]

_LOG = logging.getLogger(__name__)
_lock = threading.Lock()
_engine: Engine | None = None
_warm = False


def engine() -> Engine:
    """The engine of this process, created on the first call."""
    global _engine
    with _lock:
        if _engine is None:
            _engine = Engine()
        return _engine


def predict(
    domain: str,
    inputs: Sequence[Any],
    *,
    options: Any = None,
    model: str | None = None,
    priority: Priority = Priority.INTERACTIVE,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Any]:
    """Predict with a model of `domain`: one `Output` an `Input`, in the same order. Blocks.

    What the options name is opened first, by the domain's `prepare`, on the caller's thread.

    Args:
        options: The domain's `Options`; its defaults when None.
        model: Name of a spec; the domain's first model when None.

    Raises:
        InputError: No such domain or model, or what `prepare` says of the options.
        Busy, Unavailable, Cancelled: See `contracts.Backend`.
    """
    try:
        spec = catalogue.DOMAINS[domain]
    except KeyError:
        raise InputError(Problem("domain-unknown", details={"domain": domain})) from None
    if options is None:
        options = catalogue.load(spec.schema).Options()
    name = model or spec.models[0]
    backend = engine()
    backend.residency.spec(name)  # an unknown model is named before anything is opened for it
    if spec.prepare:
        catalogue.load(spec.prepare)(options, name)
    return backend.predict(name, inputs, options=options, priority=priority, progress=progress, cancelled=cancelled)


def preload() -> list[Problem]:
    """Load the models that want to be loaded before the first visitor, and warm up the domains that they answer for.

    Returns:
        The problems of what could not be loaded or warmed up; they are logged as well.
    """
    global _warm
    residency = engine().residency
    problems = residency.preload()
    names = {model.name for model in residency.resident()}
    for spec in catalogue.DOMAINS.values():
        if spec.warm_up and spec.models[0] in names:
            try:
                catalogue.load(spec.warm_up)(spec.models[0])
            except Exception as error:
                found = problems_of(error)
                _LOG.warning("cannot warm up %s: %s", spec.name, found)
                problems.extend(found)
    _warm = True
    return problems


def ready() -> bool:
    """Whether `preload` is done and what it has to load is resident."""
    return _warm and engine().residency.ready()


def resident() -> tuple[Resident, ...]:
    """The models in memory."""
    return engine().residency.resident()


def _after_fork() -> None:
    # Threads do not survive a fork, and a lock that one of them held would never open again.
    global _engine, _lock, _warm
    _engine, _lock, _warm = None, threading.Lock(), False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
