"""What users test for themselves: names and groups, small changes, and scorecards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bigmodel_apps import runtime
from bigmodel_apps.evidence import Dataset, Evidence, Hardware, Metric
from bigmodel_apps.locales import LANGUAGES, Language, describe
from bigmodel_apps.problems import InputError
from bigmodel_apps.sentiment import trust
from bigmodel_apps.sentiment.schema import Input, Label, Output
from bigmodel_apps.sentiment.trust import SLOT, Group, Plan, Reading, Template

WOMEN, MEN = Group("women", ("Anna", "Emily", "Zoe")), Group("men", ("Jack", "Tom", "Ian"))


def codes(caught: pytest.ExceptionInfo[InputError]) -> list[str]:
    assert all(describe(problem, language) for problem in caught.value.problems for language in LANGUAGES)
    return [problem.code for problem in caught.value.problems]


def read(texts: Sequence[str], score: Callable[[str], float]) -> Reading:
    scores = np.array([score(text) for text in texts])
    labels: list[Label] = ["positive" if one > 0.6 else "negative" if one < 0.4 else "neutral" for one in scores]
    return Reading(scores, tuple(labels))


def heard(text: str) -> float:
    """A reader that hears the sentence and not the name."""
    if any(
        word in text for word in ("wonderful", "joy", "grateful", "delighted", "lovely", "gladly", "perfectly", "happy")
    ):
        return 0.95
    bad = ("terrible", "nightmare", "angry", "disappointed", "awful", "never", "wrong", "miserable")
    return 0.05 if any(word in text for word in bad) else 0.5


def test_the_score_is_the_mean_of_the_classes() -> None:
    def output(positive: float, opinion: float) -> Output:
        return Output(
            label="neutral", positive=positive, opinion=opinion, confidence=0.9, language="en", engine="english"
        )

    found = trust.reading([output(1, 1), output(0, 1), output(1, 0), output(0.25, 0.5)])
    assert found.scores.tolist() == [1.0, 0.0, 0.5, 0.375]
    assert found.labels == ("neutral",) * 4


def test_a_reader_that_does_not_hear_names_is_even() -> None:
    plan = Plan((WOMEN, MEN), trust.templates("en"))
    found = trust.names_result(plan, read(plan.texts, heard))
    assert (found.verdict, found.flips, found.templates, found.limit) == ("even", 0, 26, trust.GAP_LIMIT)
    assert found.gaps[0].absolute.value == found.spread.value == 0
    assert found.by_kind == pytest.approx({"neutral": 0.5, "positive": 0.95, "negative": 0.05})


def test_a_reader_that_favours_a_group_is_uneven_and_its_worst_sentence_is_shown() -> None:
    plan = Plan((WOMEN, MEN), trust.templates("en"))

    def favour(text: str) -> float:
        penalty = 0.1 if any(name in text for name in MEN.members) else 0.0
        return heard(text) - penalty * (2 if "train" in text else 0.5)

    found = trust.names_result(plan, read(plan.texts, favour))
    gap = found.gaps[0]
    assert (found.verdict, gap.verdict, gap.first, gap.second) == ("uneven", "uneven", "women", "men")
    assert gap.difference.value == pytest.approx((25 * 0.05 + 0.2) / 26)
    assert gap.absolute.low <= gap.absolute.value <= gap.absolute.high
    assert "train" in found.worst.template.text
    assert (found.worst.highest, found.worst.lowest) == ("Anna", "Jack")
    assert found.worst.highest_score - found.worst.lowest_score == pytest.approx(0.2)
    assert next(iter(found.by_name)) in MEN.members
    assert found.by_group["women"] - found.by_group["men"] == pytest.approx(gap.difference.value)
    assert found.flips == 1  # the train sentence falls below neutral


def test_a_gap_that_changes_sides_is_still_one() -> None:
    plan = Plan((WOMEN, MEN), trust.templates("en"))

    def swaying(text: str) -> float:
        side = 1 if len(text.replace("Anna", "").replace("Emily", "").replace("Zoe", "")) % 2 else -1
        return heard(text) + (0.05 * side if any(name in text for name in WOMEN.members) else 0)

    found = trust.names_result(plan, read(plan.texts, swaying))
    assert found.gaps[0].absolute.value == pytest.approx(0.05)
    assert abs(found.gaps[0].difference.value) < 0.05
    assert found.verdict == "uneven"


def test_a_gap_whose_interval_holds_the_limit_is_unclear() -> None:
    plan = Plan((WOMEN, MEN), trust.templates("en"))

    def rarely(text: str) -> float:
        biased = any(word in text for word in ("train", "joy", "angry")) and any(name in text for name in MEN.members)
        return heard(text) - (0.2 if biased else 0)

    found = trust.names_result(plan, read(plan.texts, rarely))
    assert found.gaps[0].absolute.low < trust.GAP_LIMIT < found.gaps[0].absolute.high
    assert found.verdict == "unclear"


def test_one_list_is_judged_by_its_spread() -> None:
    plan = Plan(trust.groups("Anna, Tom，李娜"), trust.templates("en"))
    found = trust.names_result(plan, read(plan.texts, lambda text: heard(text) + (0.3 if "Tom" in text else 0)))
    assert (found.gaps, found.by_group, found.limit) == ((), {}, trust.SPREAD_LIMIT)
    assert found.spread.value == pytest.approx(0.3)
    assert found.verdict == "uneven"


def test_of_one_sentence_no_interval_is_claimed() -> None:
    plan = Plan((WOMEN, MEN), trust.own_templates("{name} was filmed in the street."))
    found = trust.names_result(plan, read(plan.texts, lambda text: 0.51 if "Tom" in text else 0.5))
    assert found.gaps[0].absolute.interval == "none"
    assert found.verdict == "even"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_our_sentences_are_balanced_and_have_one_slot(language: Language) -> None:
    found = trust.templates(language)
    assert all(template.text.count(SLOT) == 1 for template in found)
    assert len({template.text for template in found}) == len(found)
    kinds = [template.kind for template in found]
    assert kinds.count("positive") == kinds.count("negative") >= 8
    assert kinds.count("neutral") >= 10
    assert [template.kind for template in trust.templates(language, ("neutral",))] == ["neutral"] * kinds.count(
        "neutral"
    )


@pytest.mark.parametrize(
    ("sentence", "word", "expected"),
    [
        ("I met {name}.", "", "I met {name}."),
        ("I met { Name } today", "", "I met {name} today"),
        ("我见到了{姓名}", "", "我见到了{name}"),
        ("I met ___ and {}", "", "I met {name} and {name}"),
        ("与【】同行", "", "与{name}同行"),
        ("This film was made in France", "france", "This film was made in {name}"),
        ("Frances is from France", "France", "Frances is from {name}"),
        ("这部电影是在法国拍的", "法国", "这部电影是在{name}拍的"),
    ],
)
def test_a_slot_is_found_in_whatever_way_it_is_written(sentence: str, word: str, expected: str) -> None:
    assert trust.own_templates(sentence, word)[0].text == expected


def test_sentences_that_cannot_be_used_are_named() -> None:
    for given_, expected in (
        ("  \n", ["trust-no-sentence"]),
        ("no slot here\n{name}\nnor here", ["trust-no-slot", "trust-no-slot"]),
        ("\n".join(["{name}"] * 41), ["trust-too-many"]),
        ("{name}" + "x" * 2_001, ["field-too-long"]),
    ):
        with pytest.raises(InputError) as caught:
            trust.own_templates(given_)
        assert codes(caught) == expected
    assert caught.value.problems[0].row == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna, Tom", (Group("", ("Anna", "Tom")),)),
        ("Anna\nTom\n", (Group("", ("Anna", "Tom")),)),
        ("women: Anna, Emily\nmen: Tom", (Group("women", ("Anna", "Emily")), Group("men", ("Tom",)))),
        ("女：李娜、王芳\n男：王强", (Group("女", ("李娜", "王芳")), Group("男", ("王强",)))),
        ("a: Anna\n\nb: Tom\na: Emily", (Group("a", ("Anna", "Emily")), Group("b", ("Tom",)))),
    ],
)
def test_names_are_read_as_people_write_them(text: str, expected: tuple[Group, ...]) -> None:
    assert trust.groups(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["trust-too-few-names"]),
        ("Anna", ["trust-too-few-names"]),
        ("a: Anna\nb:", ["trust-too-few-names"]),
        ("a: Anna\nb: Anna, Tom", ["trust-name-twice"]),
        ("a: Anna\nTom, Emily\n: Mei", ["trust-no-group", "trust-no-group"]),
        (", ".join(f"n{n}" for n in range(61)), ["trust-too-many"]),
        ("\n".join(f"g{n}: a{n}" for n in range(7)), ["trust-too-many"]),
        ("Anna, " + "x" * 61, ["field-too-long"]),
    ],
)
def test_names_that_cannot_be_used_say_why(text: str, expected: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        trust.groups(text)
    assert codes(caught) == expected


def test_texts_are_every_name_in_every_template() -> None:
    plan = Plan((WOMEN, MEN), (Template("Hi {name}", "own"), Template("{name}, {name}!", "own")))
    assert plan.texts[:2] == ["Hi Anna", "Hi Emily"]
    assert plan.texts[-1] == "Ian, Ian!"
    assert len(plan.texts) == 12


TEXTS = ("The staff were friendly and breakfast was excellent.", "The room is dirty.", "服务很差，再也不来了。", "OK")


def test_changes_are_small_seeded_and_made_where_they_can_be() -> None:
    found = trust.checks([*TEXTS, "", TEXTS[0]])
    assert found.originals == TEXTS
    typos = {changed.row: changed for changed in found.changes["typo"]}
    assert set(typos) == {1, 2, 3} or set(typos) == {1, 3}  # "OK" has no letters to swap
    for changed in typos.values():
        assert sorted(changed.before) == sorted(changed.after)
        assert sum(a != b for a, b in zip(changed.before, changed.after, strict=True)) == 2
    assert [changed.row for changed in found.changes["addition"]] == [1, 2, 3, 4]
    assert all(changed.after.startswith(changed.before) for changed in found.changes["addition"])
    negated = {changed.row: changed.after for changed in found.changes["negation"]}
    assert "not" in negated[2]
    assert 4 not in negated
    assert trust.checks(TEXTS) == trust.checks(TEXTS)
    assert trust.checks(TEXTS, seed=8) != trust.checks(TEXTS)
    with pytest.raises(InputError) as caught:
        trust.checks([" ", ""])
    assert codes(caught) == ["trust-no-text"]


def test_what_holds_and_what_does_not_is_counted() -> None:
    given_ = trust.checks(TEXTS)

    def deaf(text: str) -> float:
        """Hears blame, no negation, and takes a number in the text for praise."""
        if any(digit in text for digit in "0123456789"):
            return 0.9
        return 0.1 if "dirty" in text or "差" in text else 0.9 if "friendly" in text else 0.5

    found = {one.change: one for one in trust.robustness(given_, read(given_.texts, deaf))}
    negation = found["negation"]
    assert negation.applicable == len(negation.failed) > 0
    assert negation.rate is not None
    assert negation.rate.value == 0
    assert negation.rate.high > 0
    with_number = [one for one in given_.changes["addition"] if any(digit in one.after for digit in "0123456789")]
    moved = {one.row for one in with_number} - {1}  # the first was positive before
    assert {pair.changed.row for pair in found["addition"].failed} == moved
    assert found["addition"].applicable == found["addition"].tried == 4
    assert found["typo"].rate is not None


def test_a_negation_that_turns_the_score_holds() -> None:
    given_ = trust.checks(["The room is dirty.", "The food was great."])

    def score(text: str) -> float:
        turned = "not" in text
        return (0.6 if turned else 0.1) if "dirty" in text else (0.2 if turned else 0.9)

    found = {one.change: one for one in trust.robustness(given_, read(given_.texts, score))}["negation"]
    assert (found.applicable, found.failed) == (2, ())


def test_neutral_texts_do_not_count_for_direction() -> None:
    given_ = trust.checks(["The room is square."])
    found = {one.change: one for one in trust.robustness(given_, read(given_.texts, lambda _: 0.5))}["negation"]
    assert (found.applicable, found.rate) == (0, None)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_texts_can_be_changed_or_are_refused(texts: list[str]) -> None:
    try:
        found = trust.checks(texts)
    except InputError:
        assert not any(text.strip() for text in texts)
        return
    results = trust.robustness(
        found, read(found.texts, lambda text: hashlib.sha256(text.encode("utf-8", "replace")).digest()[0] / 255)
    )
    assert len(results) == 3
    assert all(len(one.failed) <= one.applicable <= one.tried for one in results)


def test_a_model_of_the_domain_is_asked_through_the_engine() -> None:
    plan = Plan((Group("", ("Anna", "Tom")),), trust.templates("en", ("positive", "negative")))
    found = trust.ask(plan.texts)
    direct = trust.reading(runtime.predict("sentiment", [Input(text=text) for text in plan.texts]))
    assert np.allclose(found.scores, direct.scores, atol=1e-5)
    result = trust.names_result(plan, found)
    assert result.by_kind["positive"] > result.by_kind["negative"] + 0.3


def evidence() -> Evidence:
    def metric(value: float, system: str, *group: str, goal: float | None = None) -> Metric:
        return Metric(name="failure-rate", value=value, system=system, group=group, goal=goal, higher_is_better=False)

    return Evidence(
        domain="sentiment",
        protocol="checklist",
        description={"en": "x"},
        metrics=(
            metric(0.3, "vader", "negation"),
            metric(0.1, "ours", "negation", goal=0.388),
            metric(0.1, "tfidf", "negation"),
            metric(0.2, "ours", "robustness"),
        ),
        datasets=(Dataset(name="x", rows=1, sha256="0", licence="MIT", source="x"),),
        command="x",
        date="2026-01-01",
        seconds=1,
        hardware=Hardware(processor="x", cores=2, memory_gb=1),
        code_version="x",
        code_sha256="x",
    )


def test_a_scorecard_sets_the_systems_of_an_evidence_file_side_by_side(tmp_path: Path) -> None:
    assert trust.scorecard("checklist", tmp_path) is None
    evidence().write(tmp_path / "checklist.json")
    found = trust.scorecard("checklist", tmp_path)
    assert found is not None
    assert found.systems == ("ours", "vader", "tfidf")
    first, second = found.rows
    assert (first.group, first.goal, first.best) == (("negation",), 0.388, ("ours", "tfidf"))
    assert list(second.figures) == ["ours"]
    assert found.evidence.command == "x"
