"""Any result or evidence as a file to hand on: self-contained HTML, JSON, CSV."""

from __future__ import annotations

from bigmodel_apps.reporting.document import (
    Bars,
    Code,
    Course,
    Figures,
    Intervals,
    Lines,
    Notes,
    Pictures,
    Point,
    Reading,
    Report,
    Section,
    Series,
    Shot,
    Stretch,
    Table,
    Text,
    Timeline,
)
from bigmodel_apps.reporting.evidence import from_evidence
from bigmodel_apps.reporting.files import figures_csv, to_json
from bigmodel_apps.reporting.html import to_html

__all__ = [
    "Bars",
    "Code",
    "Course",
    "Figures",
    "Intervals",
    "Lines",
    "Notes",
    "Pictures",
    "Point",
    "Reading",
    "Report",
    "Section",
    "Series",
    "Shot",
    "Stretch",
    "Table",
    "Text",
    "Timeline",
    "figures_csv",
    "from_evidence",
    "to_html",
    "to_json",
]
