"""From an exception to what a person may be told about it."""

from __future__ import annotations

import logging
import uuid
from concurrent.futures import CancelledError

from bigmodel_apps.problems import Busy, Cancelled, InputError, Problem, Unavailable

_LOG = logging.getLogger(__name__)


def problems_of(error: BaseException) -> tuple[Problem, ...]:
    """The problems that `error` carries.

    Anything that is not one of ours is logged with its traceback under a short reference, and becomes the problem
    ``unexpected`` with that reference, so that a person can quote it and nothing of the inside is shown.
    """
    if isinstance(error, InputError):
        return error.problems
    if isinstance(error, (Unavailable, Busy, Cancelled)):
        return (error.problem,)
    if isinstance(error, CancelledError):
        return (Cancelled.problem,)
    reference = uuid.uuid4().hex[:8]
    _LOG.error("unexpected failure, reference %s", reference, exc_info=error)
    return (Problem("unexpected", details={"reference": reference}),)
