"""The shipped evidence is about the shipped weights and has words for all its figures; protocols name what they lack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps import evidence
from bigmodel_apps.diagnosis import evaluation, further_protocols, shelf, xray_protocols
from bigmodel_apps.locales import LANGUAGES, Language, message
from bigmodel_apps.problems import InputError


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_name(language: Language) -> None:
    for stored in evidence.read_all("diagnosis"):
        assert stored.description[language]
        assert message(f"protocol-{stored.protocol}", language)
        for metric in stored.metrics:
            assert message(f"metric-{metric.name}", language)
            assert message(f"system-{metric.system}", language)
            for group in metric.group:
                assert message(f"group-{group}", language)


def test_every_protocol_has_evidence_of_the_weights_that_ship() -> None:
    """Written with other weights, it says nothing: run the protocol again."""
    stored = {one.protocol: one for one in evidence.read_all("diagnosis")}
    assert set(stored) == set(evaluation.names())
    for one in stored.values():
        assert one.weights == {name: evaluation.weights_hash(name) for name in one.weights}


def test_the_measurements_figures_come_out_again() -> None:
    stored = evidence.read(evidence.folder("diagnosis") / "measurements.json")
    assert not evidence.compare(evaluation.run("measurements"), stored, tolerance=0.001)


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize("protocol", ["pneumonia", "kinds", "gallery", "cells"])
def test_the_figures_come_out_again(protocol: str, data: Path) -> None:
    stored = evidence.read(evidence.folder("diagnosis") / f"{protocol}.json")
    fresh = evaluation.run(protocol, data / "diagnosis")
    timed = {"new-patient"}
    assert not [line for line in evidence.compare(fresh, stored, tolerance=0.02) if line.split()[0] not in timed]


def test_unknown_protocol_and_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        evaluation.run("none")
    assert caught.value.problems[0].code == "protocol-unknown"
    with pytest.raises(InputError) as caught:
        evaluation.run("cells", tmp_path)
    assert caught.value.problems[0].code == "protocol-data-missing"


def test_what_ships_is_small() -> None:
    readers = sum(file.stat().st_size for folder in (shelf.XRAY, shelf.CELLS) for file in folder.glob("*.safetensors"))
    assert readers <= 4e6
    assert sum(file.stat().st_size for file in shelf.GENERATOR.glob("*.safetensors")) <= 8e6
    for folder in (shelf.XRAY, shelf.CELLS, shelf.GENERATOR):
        for name in ("card.md", "card.zh.md"):
            assert (folder / name).read_text(encoding="utf-8")


def test_frechet_distance_of_gaussians_is_the_known_one() -> None:
    generator = np.random.default_rng(1)
    one, other = generator.normal(0, 1, (20_000, 2)), generator.normal(1, 2, (20_000, 2))
    # |means|² = 2; for each axis 1 + 4 - 2 · 2.
    assert further_protocols.frechet(one, other) == pytest.approx(4, rel=0.05)
    assert further_protocols.frechet(one, one) == pytest.approx(0, abs=1e-6)


def test_published_figures_are_shares() -> None:
    assert all(0.5 < value < 1 for values in xray_protocols.PUBLISHED.values() for value in values)
