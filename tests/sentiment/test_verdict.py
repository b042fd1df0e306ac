from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from bigmodel_apps.sentiment import verdict
from bigmodel_apps.sentiment.scoring import Scores
from bigmodel_apps.sentiment.verdict import UNKNOWN, bins, calibration, combined, parts, readable, ribbon, right_share


def logs(*rows: tuple[float, float, float]) -> Scores:
    with np.errstate(divide="ignore"):
        return np.log(np.array(rows, dtype=np.float32))


def test_labels_and_their_numbers() -> None:
    found = verdict.verdicts(logs((0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.05, 0.05, 0.9), (0.4, 0.3, 0.3)), 0.7)
    assert [one.label for one in found] == ["negative", "neutral", "positive", "unsure"]
    assert [one.confidence for one in found] == pytest.approx([0.8, 0.8, 0.9, 0.4])
    assert [one.opinion for one in found] == pytest.approx([0.9, 0.2, 0.95, 0.7])
    assert [one.positive for one in found] == pytest.approx([1 / 9, 0.5, 0.9 / 0.95, 3 / 7])


def test_a_reader_beyond_the_precision_of_probabilities() -> None:
    row = np.array([[-np.inf, -200.0, 0.0], [0.0, -200.0, -300.0]], dtype=np.float32)
    up, down = verdict.verdicts(row, 0.7)
    assert (up.label, down.label) == ("positive", "negative")
    assert 0 <= down.positive < 1e-20 < up.positive <= 1
    assert np.isfinite(combined(row, np.array([1.0, 1.0]))).all()


def test_one_part_is_the_whole() -> None:
    row = logs((0.2, 0.3, 0.5))
    assert combined(row, np.array([9.0])) == pytest.approx(row[0])


def test_parts_that_agree_make_surer_than_each() -> None:
    rows = logs(*[(0.1, 0.2, 0.7)] * 4)
    found = verdict.verdicts(combined(rows, np.ones(4))[None], 0)[0]
    assert np.log(found.positive / (1 - found.positive)) == pytest.approx(2 * np.log(7), abs=1e-4)


def test_parts_weigh_by_their_length() -> None:
    rows = logs((0.9, 0.05, 0.05), (0.05, 0.05, 0.9))
    even, longer = (verdict.verdicts(combined(rows, np.array([1.0, n]))[None], 0)[0].positive for n in (1, 3))
    assert even == pytest.approx(0.5)
    assert longer > 0.75


def test_pages_without_opinion_do_not_thin_out_the_opinion() -> None:
    rows = logs(*[(0.05, 0.9, 0.05)] * 3, (0.9, 0.05, 0.05))
    found = verdict.verdicts(combined(rows, np.ones(4))[None], 0)[0]
    assert found.positive < 0.2
    assert 0.4 < found.opinion < 0.95


shares = st.tuples(*[st.floats(0.001, 1)] * 3).map(lambda row: tuple(value / sum(row) for value in row))


@given(st.lists(st.tuples(shares, st.floats(1, 1000)), min_size=1, max_size=12))
def test_combined_is_a_distribution_that_its_parts_bound(
    given_parts: list[tuple[tuple[float, float, float], float]],
) -> None:
    rows = logs(*[row for row, _ in given_parts])
    whole = combined(rows, np.array([length for _, length in given_parts]))
    assert np.exp(whole).sum() == pytest.approx(1, abs=1e-4)
    odds, all_odds = whole[2] - whole[0], (rows[:, 2] - rows[:, 0]) * np.sqrt(len(rows))
    assert min(all_odds.min(), all_odds.min() / np.sqrt(len(rows))) - 1e-2 <= odds
    assert odds <= max(all_odds.max(), all_odds.max() / np.sqrt(len(rows))) + 1e-2
    assert np.exp(rows[:, 1]).min() - 1e-4 <= np.exp(whole[1]) <= np.exp(rows[:, 1]).max() + 1e-4


def test_nothing_known_is_unsure() -> None:
    found = verdict.verdicts(UNKNOWN[None], 0.7)[0]
    assert (found.label, round(found.positive, 6)) == ("unsure", 0.5)
    assert verdict.verdicts(UNKNOWN[None], 0.0)[0].label == "unsure"


texts = st.lists(
    st.sampled_from(["word ", "字", "。", ". A", "\n", "<br>", "&amp;", "\u202e", "\u200b", "\x00", "< 3", "😀", ","])
    | st.text(max_size=4),
    max_size=60,
).map("".join)


@given(texts)
def test_what_is_readable_is_as_long_and_keeps_the_words(text: str) -> None:
    found = readable(text)
    assert len(found) == len(text)
    assert all(now in (before, " ") for now, before in zip(found, text, strict=True))
    assert not set(found) & set("\u202e\u200b\x00\x1b")


def test_markup_goes_and_arithmetic_stays() -> None:
    assert readable("a<b>c</b>&nbsp;d").split() == ["a", "c", "d"]
    assert readable("1 < 2 & 3 > 2, I <3 it") == "1 < 2 & 3 > 2, I <3 it"


@given(texts, st.integers(8, 60))
def test_parts_hold_the_whole_text_in_order(text: str, limit: int) -> None:
    spans = parts(text, limit)
    end = 0
    for start, stop in spans:
        assert end <= start <= stop <= start + limit
        assert not text[end:start].strip()
        end = stop
    assert not text[end:].strip()


def test_parts_end_with_sentences_where_they_can() -> None:
    text = "One is here. Two is here. Three is here."
    assert [text[a:b] for a, b in parts(text, 28)] == ["One is here. Two is here.", "Three is here."]
    assert parts("aaaa bbbb cccc dddd", 11) == [(0, 10), (10, 19)]
    assert parts("x" * 25, 10) == [(0, 10), (10, 20), (20, 25)]


@given(texts)
def test_the_ribbon_is_in_order(text: str) -> None:
    end = 0
    for start, stop in ribbon(text):
        assert end <= start < stop <= len(text)
        end = stop


def test_a_ribbon_has_a_longest_length() -> None:
    assert len(ribbon("So. " * 5000)) <= verdict.MAX_SENTENCES


def test_bins_are_of_equal_size_and_count_what_was_right() -> None:
    confidence = np.linspace(0.4, 1, 100)
    found = bins(confidence, confidence > 0.7)
    assert [one.n for one in found] == [10] * 10
    assert sum(one.right for one in found) == 50
    assert found[0].low == pytest.approx(0.4)
    assert all(one.high <= other.low for one, other in pairwise(found))
    assert [one.n for one in bins(np.array([0.5, 0.9]), np.array([True, False]))] == [1, 1]


def test_calibration_facts_travel_in_the_weights(tmp_path: Path) -> None:
    made = bins(np.array([0.5, 0.6, 0.8, 0.9]), np.array([False, True, True, True]), 2)
    said = json.dumps({"zh": [one._asdict() for one in made]})
    save_file({"x": np.zeros(2)}, tmp_path / "a.safetensors", metadata={"calibration": said})
    save_file({"x": np.zeros(2)}, tmp_path / "b.safetensors", metadata={"about": "{}"})
    save_file({"x": np.zeros(2)}, tmp_path / "c.safetensors")
    facts = calibration(tmp_path)
    assert right_share(facts, "zh", 0.55) == (0.5, 2)
    assert right_share(facts, "zh", 0.1) == (0.5, 2)
    assert right_share(facts, "zh", 0.99) == (1.0, 2)
    assert right_share(facts, "en", 0.9) is None
    assert calibration(tmp_path / "nowhere") == {}
