"""The shipped evidence is about the shipped weights, has words for all its figures, and a fresh run agrees with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps import evidence
from bigmodel_apps.locales import message
from bigmodel_apps.problems import InputError
from bigmodel_apps.sentiment import evaluation
from bigmodel_apps.sentiment.english_protocols import Vader, polarity, read

LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("protocol", evaluation.names())
def test_evidence_is_about_the_shipped_weights(protocol: str) -> None:
    """Written with other weights, the figures say nothing: run the protocols again."""
    stored = evidence.read(evidence.folder("sentiment") / f"{protocol}.json")
    assert {"english", "lexical"} <= set(stored.weights)
    for folder, found in stored.weights.items():
        assert found == evaluation.weights_hash(folder)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_name(language: str) -> None:
    for stored in evidence.read_all("sentiment"):
        assert stored.description[language]
        for metric in stored.metrics:
            assert message(f"metric-{metric.name}", language)
            assert message(f"system-{metric.system}", language)
            for group in metric.group:
                assert message(f"group-{group}", language)


def test_unknown_protocol_and_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        evaluation.run("no such")
    assert caught.value.problems[0].code == "protocol-unknown"
    with pytest.raises(InputError) as caught:
        evaluation.run("sst2", tmp_path)
    assert caught.value.problems[0].code == "protocol-data-missing"


def test_polarity_counts_the_likelier_pole_and_the_surest_rows() -> None:
    shares = np.array([[0.1, 0.0, 0.9]] * 8 + [[0.05, 0.9, 0.05001]] * 2)  # sure of positive; neutral, torn
    labels = np.array([2] * 8 + [0] * 2)
    found = {
        metric.name: metric for metric in polarity(np.log(shares + 1e-9).astype(np.float32), labels, (), "ours", {})
    }
    assert found["accuracy"].value == 0.8
    assert found["accuracy-confident"].value == 1
    assert found["calibration-error"].value == pytest.approx(0.8 * 0.1 + 0.2 * 0.5, abs=0.01)


def test_vader_has_a_neutral_zone() -> None:
    found = read(Vader(), ["I love it!", "The box is blue.", "A horrible mess."])
    assert found.argmax(axis=1).tolist() == [2, 1, 0]


class Halves:
    """Positive where a text says so."""

    engine = "halves"
    nbytes = 0
    max_characters = 20

    def scores(self, texts: list[str]) -> np.ndarray:
        assert all(len(text) <= self.max_characters for text in texts)
        return np.log(np.array([[0.1, 0.1, 0.8] if "good" in text else [0.1, 0.8, 0.1] for text in texts]))


def test_long_texts_are_read_in_parts() -> None:
    found = read(Halves(), ["It is blue. It is so good. It is red.", "It is blue."])  # type: ignore[arg-type]
    assert found[0].argmax() == 2 or np.exp(found[0][2]) > np.exp(found[1][2])
    assert found[1].argmax() == 1


@pytest.mark.slow
@pytest.mark.data
def test_a_fresh_run_of_the_neutral_protocol_agrees(data: Path) -> None:
    stored = evidence.read(evidence.folder("sentiment") / "neutral.json")
    assert evidence.compare(evaluation.run("neutral", data / "sentiment"), stored, tolerance=0.015) == []
