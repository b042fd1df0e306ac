"""A trial asks by the product's own way, and its figures are those of the answers it got."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from bigmodel_apps import cli, runtime
from bigmodel_apps.customer_service import labelled, trial
from bigmodel_apps.customer_service.labelled import Labelled
from bigmodel_apps.customer_service.questions import Question
from bigmodel_apps.customer_service.schema import Input, Options
from bigmodel_apps.customer_service.trial import Configuration, Trial
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.tables import read_table

MODEL = "customer-service-hybrid"
HYBRID = Configuration(MODEL)
LEXICAL = Configuration(MODEL, Options(engine="lexical"))


@pytest.fixture(scope="module")
def asked() -> Labelled:
    whole = labelled.sample("shop", "en", "sample")
    places = range(0, len(whole.questions), 4)
    return Labelled(whole.name, tuple(whole.questions[n] for n in places), tuple(whole.rows[n] for n in places))


@pytest.fixture(scope="module")
def found(asked: Labelled) -> Trial:
    return trial.run(asked, [HYBRID, LEXICAL], "shop")


def test_every_question_is_answered_as_a_customer_would_be(asked: Labelled, found: Trial) -> None:
    for place in (0, 30, 80):
        output = runtime.predict("customer_service", [Input(question=asked.questions[place].text)], model=MODEL)[0]
        side = found.sides[0]
        assert (side.outcomes[place], side.ids[place]) == (output.outcome, output.id)
        assert side.confidences[place] == pytest.approx(output.confidence, abs=1e-3)


def test_the_lexical_configuration_uses_no_vectors() -> None:
    options = Options(engine="lexical")
    lexical = runtime.predict("customer_service", [Input(question="Where is my parcel?")], options=options)[0]
    hybrid = runtime.predict("customer_service", [Input(question="Where is my parcel?")])[0]
    assert "dense" not in lexical.engine
    assert "dense" in hybrid.engine


def test_the_figures_are_those_of_the_rows(found: Trial) -> None:
    frame = found.frame()
    covered = frame["expected_id"] != ""
    for system in trial.SYSTEMS:
        answered, first = frame[f"{system}_outcome"] == "answer", frame[f"{system}_id"] == frame["expected_id"]
        rank = frame[f"{system}_rank"].astype(float)
        expected = {
            "correct-outcome": np.where(covered, answered & first, ~answered).mean(),
            "recall-at-1": first[covered].mean(),
            "recall-at-3": (rank <= 3)[covered].mean(),
            "mrr": (1 / rank).fillna(0)[covered].mean(),
            "answered-covered": answered[covered].mean(),
            "wrong-when-answered": 1 - first[answered].mean(),
            "refused": 1 - answered[~covered].mean(),
        }
        for name, value in expected.items():
            metric = found.find(name, system)
            assert metric is not None
            assert metric.value == pytest.approx(value, abs=1e-4), name
            assert metric.low is not None
            assert metric.high is not None
            assert metric.low <= metric.value <= metric.high
        assert {metric.name for metric in found.metrics} == {*expected, "auroc", "ece"}


def test_the_comparison_counts_the_rows_that_differ(found: Trial) -> None:
    assert found.comparison is not None
    frame, places = found.frame(), found.differences()
    assert len(places) == found.comparison.first_only + found.comparison.second_only
    assert (frame["a_correct"] != frame["b_correct"]).sum() == len(places)
    for side in found.sides:
        worst = found.worst(side)
        assert all(side.outcomes[place] == "answer" and not side.correct[place] for place in worst)
        assert (np.diff(side.confidences[worst]) <= 0).all()


def test_what_the_questions_do_not_define_is_left_out() -> None:
    only = Labelled(
        "two", (Question("Which mushrooms can I eat raw?", None), Question("Who won the cup?", None)), (1, 2)
    )
    result = trial.run(only, [HYBRID], "shop")
    assert result.comparison is None
    assert {"refused", "correct-outcome", "ece"} <= {metric.name for metric in result.metrics}
    assert not {"recall-at-1", "mrr", "auroc"} & {metric.name for metric in result.metrics}


def test_a_threshold_is_a_configuration(asked: Labelled) -> None:
    strict = Configuration(MODEL, Options(threshold=1.0))
    result = trial.run(asked, [HYBRID, strict], "shop")
    assert not result.sides[1].answered.any()
    assert result.find("wrong-when-answered", "b") is None


def test_progress_cancel_and_the_same_twice(asked: Labelled) -> None:
    seen: list[tuple[int, int]] = []
    trial.run(asked, [HYBRID, LEXICAL], "shop", progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (180, 180)
    assert seen == sorted(seen)
    with pytest.raises(Cancelled):
        trial.run(asked, [HYBRID], "shop", cancelled=lambda: True)
    with pytest.raises(InputError, match="trial-same"):
        trial.run(asked, [HYBRID, Configuration(MODEL)], "shop")
    with pytest.raises(InputError):
        trial.run(asked, [HYBRID], "no-such-base")


def test_a_trial_outlives_its_models() -> None:
    two = Labelled("two", (Question("Who won the cup?", None), Question("Where is my parcel?", None)), (1, 2))

    def release(done: int, total: int) -> None:
        if done == total:
            runtime.engine().residency.close()

    result = trial.run(two, [HYBRID], "shop", progress=release)
    assert runtime.resident() == ()
    assert result.hardware.precision == trial.device.choose().dtype


def test_the_command_line_measures_a_file(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(
        "id,question,answer\npay,How can I pay?,By card.\nopen,When do you open?,At nine.\n"
    )
    (tmp_path / "q.csv").write_text("question,expected_id\nHow can I pay?,pay\nWho won the cup?,\nX?,gone\n")
    out = io.BytesIO()
    command = ["evaluate", "customer_service", "--protocol", "own", "--lang", "en", "--engine", "lexical"]
    files = ["--knowledge", str(tmp_path / "faq.csv"), "--data", str(tmp_path / "q.csv"), "--out"]
    assert cli.main([*command, *files, str(tmp_path / "out.csv")], results=out) == 0
    result = json.loads(out.getvalue())
    assert (result["questions"], result["left_out"]) == (2, 1)
    assert result["problems"][0].startswith("Row 3")
    assert result["metrics"]["recall-at-1"][0] == 1
    assert list(read_table(tmp_path / "out.csv", "out.csv").frame["expected_id"]) == ["pay", ""]


@pytest.mark.parametrize(
    ("content", "arguments"),
    [(None, []), ("a,b\n1,2\n", []), ("question,expected_id\nX?,\n", ["--threshold", "3"]), ("", [])],
)
def test_the_command_line_says_what_is_missing(
    tmp_path: Path, content: str | None, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    given = list(arguments)
    if content is not None:
        (tmp_path / "q.csv").write_text(content)
        given += ["--data", str(tmp_path / "q.csv")]
    assert cli.main(["evaluate", "customer_service", "--protocol", "own", *given], results=io.BytesIO()) == 1
    assert capsys.readouterr().err.strip()


def test_questions_about_one_entry_form_a_cluster(asked: Labelled) -> None:
    clusters = trial._clusters(asked)
    names = [question.expected for question in asked.questions]
    assert len(set(clusters)) == len({name for name in names if name}) + names.count(None)
