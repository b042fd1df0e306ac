"""Progress of a command, on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable


def printed() -> Callable[[int, int], None]:
    """A report of (done, total) that says each whole percent once, on standard error."""
    last = -1

    def report(done: int, total: int) -> None:
        nonlocal last
        if (percent := 100 * done // max(total, 1)) != last:
            last = percent
            sys.stderr.write(f"{done}/{total}\n")

    return report
