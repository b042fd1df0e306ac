"""Three bilingual sets of reviews that ship, so that every view has something to show at once.

Each is a year of reviews, written for this project, of an invented business: an online ``shop`` with four regions, a
budget ``app`` on three platforms, a ``restaurant`` with three branches. In each something goes wrong for a few weeks.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bigmodel_apps.locales import Language
from bigmodel_apps.tables import Table, read_table

SAMPLES = Path(__file__).parent / "samples"
NAMES = ("shop", "app", "restaurant")
"""The words for them are the messages ``sentiment-sample-<name>``. Each has default aspects of the same name."""


def path(name: str) -> Path:
    """The file: CSV with the columns id, date, group, language, rating (1 to 5) and text.

    Raises:
        KeyError: There is no such set.
    """
    if name not in NAMES:
        raise KeyError(name)
    return SAMPLES / f"{name}.csv"


@cache
def table(name: str) -> Table:
    """The set, read as any user's file is. Shared by all callers: do not change its frame.

    Raises:
        KeyError: There is no such set.
    """
    return read_table(path(name), f"{name}.csv")


def texts(name: str, language: Language, count: int = 4) -> list[str]:
    """Some of its texts in one language, spread over the year, to try out one at a time."""
    frame = table(name).frame
    found = frame.loc[frame["language"] == language, "text"].tolist()
    return [found[place * len(found) // count] for place in range(min(count, len(found)))]
