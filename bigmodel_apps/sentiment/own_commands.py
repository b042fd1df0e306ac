"""``train sentiment --own``: the user's own labels on the command line, without a workspace."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.sentiment import labels, own_labels
from bigmodel_apps.sentiment.own_shelf import MODEL

HELP = "train a model of the labels in a table (text,label); own classes too. --data names the table"


def train(arguments: argparse.Namespace, progress: Callable[[int, int], None] | None = None) -> dict[str, object]:
    """Train on the table at ``arguments.data`` and write the model to ``arguments.out``.

    Args:
        arguments: ``data``, ``out`` and ``lang``.
        progress: Called with (texts done, in total).

    Returns:
        What was learned from, what was left out and why, and the figures with their intervals.

    Raises:
        InputError: ``own-columns-missing``, or why the table cannot be learned from.
    """
    from bigmodel_apps.locales import describe, negotiate

    table = labels.read(arguments.data, Path(arguments.data).name)
    found = labels.columns(table)
    text, label = found["text"], found["label"]
    if text is None or label is None:
        names = ", ".join(map(str, table.frame.columns))
        raise InputError(Problem("own-columns-missing", field="data", details={"columns": names}))
    labelled = labels.label(table, text, label)
    fitted = own_labels.fit(labelled, progress=progress)
    own_labels.write(arguments.out, fitted)
    language = negotiate(arguments.lang)
    report = fitted.report
    return {
        "model": MODEL,
        "classes": report.classes,
        "learned": report.learned,
        "held_out": report.held_out,
        "left_out": labelled.left_out,
        "problems": [describe(problem, language) for problem in (*labelled.problems, *labelled.notes)],
        "verdict": report.verdict,
        "against": report.against,
        "p": report.comparisons[report.against].p,
        "metrics": {
            f"{metric.system} {metric.name}": [metric.value, metric.low, metric.high]
            for metric in report.metrics
            if not metric.group
        },
        "seconds": report.seconds,
    }
