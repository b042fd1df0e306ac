"""A report for programs: JSON, and the figures as CSV."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
from pydantic import BaseModel

from bigmodel_apps.evidence import Metric
from bigmodel_apps.reporting.document import Report
from bigmodel_apps.tables import to_csv_bytes


def to_json(report: Report) -> bytes:
    """The whole report: UTF-8, every block under the name of its ``kind``."""
    return json.dumps(_plain(report), ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")


def figures_csv(metrics: Sequence[Metric]) -> bytes:
    """One row a figure, names as in the evidence files; safe to open in a spreadsheet."""
    rows = [metric.model_dump() | {"group": "/".join(metric.group)} for metric in metrics]
    return to_csv_bytes(pd.DataFrame(rows, columns=list(Metric.model_fields)))


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        kind = type(value).__name__.lower()
        return {"kind": kind} | {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
