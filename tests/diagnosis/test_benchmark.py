"""The benchmark in small: it runs whole and writes what it measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import _common as common
from benchmarks import diagnosis as benchmark
from bigmodel_apps import evidence
from bigmodel_apps.vision import reading


def test_it_measures_both_ways_and_one_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "RESULTS", tmp_path)
    small = {"DRAWN": 2, "IMAGES": 4, "LOOPED": 2, "SINGLES": 3, "WARM": 1, "ROUNDS": 1, "PATIENTS": 1, "SIDES": (28,)}
    for name, value in {**small, "SIDE": 64}.items():
        monkeypatch.setattr(benchmark, name, value)
    benchmark.main()
    found = evidence.read(tmp_path / "diagnosis.json")
    assert {metric.name for metric in found.metrics} == {
        "throughput",
        "speed-up",
        "answer-p50",
        "answer-p95",
        "new-patient",
        "memory",
    }
    assert found.command == "python -m bigmodel_apps bench diagnosis"


def test_its_dicom_files_are_read_and_lose_their_patient() -> None:
    drawn = [reading.read(benchmark.pngs([np.zeros((28, 28), np.float32)], 1, 28)[0], "a.png")[0].grey]
    (picture,) = reading.read(benchmark.dicoms(drawn, 1, 64)[0], "a.dcm")
    assert picture.kind == "dicom"
    assert "PatientName" in {each.name for each in picture.removed}
