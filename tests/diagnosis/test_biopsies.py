"""Tables of biopsies."""

from __future__ import annotations

import numpy as np
import pytest

from bigmodel_apps.diagnosis import biopsies, measurements
from bigmodel_apps.diagnosis.measurements import KINDS, MEANS, NAMES, PROPERTIES
from bigmodel_apps.locales import LANGUAGES, Language
from bigmodel_apps.problems import InputError


def written(header: list[str], *rows: list[object]) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in [header, *rows]).encode()


def test_rows_are_scored_as_one_biopsy_is() -> None:
    values = measurements.table().values[:3]
    found = biopsies.score(
        biopsies.read(written(["id", *NAMES], *([f"p{n}", *row] for n, row in enumerate(values))), "b.csv")
    )
    assert found.frame["name"].tolist() == ["p0", "p1", "p2"]
    for (_, row), given in zip(found.frame.iterrows(), values, strict=True):
        one = measurements.risk(dict(zip(NAMES, given.tolist(), strict=True)))
        assert (row["risk"], row["low"], row["high"]) == pytest.approx((one.probability, one.low, one.high))
        assert row["heaviest"] == next(iter(one.shares))
    assert not found.left_out


def test_empty_cells_take_a_model_of_what_there_is() -> None:
    found = biopsies.score(biopsies.read(written(["mean radius", "mean texture"], [14.0, ""], [14.0, 20.0]), "b.csv"))
    assert found.frame["measured"].tolist() == [1, 2]
    assert found.frame["risk"][0] == pytest.approx(measurements.risk({"mean radius": 14.0}).probability)


def test_what_is_no_measurement_is_named_by_row_and_column() -> None:
    content = written(["mean radius", "mean texture"], [14.0, "wide"], [-2, 20.0], [14.0, 20.0])
    found = biopsies.score(biopsies.read(content, "b.csv"))
    assert [(one.row, one.field) for one in found.left_out] == [(1, "mean texture"), (2, "mean radius")]
    assert found.frame["row"].tolist() == [3]


@pytest.mark.parametrize(
    "names",
    [
        [f"{property.replace(' ', '_')}_{kind}" for kind in ("mean", "se", "worst") for property in PROPERTIES],
        [f"{property}{place}" for place, _ in enumerate(KINDS, 1) for property in PROPERTIES],
        [name.upper() for name in NAMES],
    ],
)
def test_columns_are_found_however_they_are_named(names: list[str]) -> None:
    found = biopsies.read(written(["id", *names], ["a", *np.ones(30)]), "b.csv")
    assert list(found.columns) == list(NAMES)
    assert found.unused == ("id",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_in_the_words_of_the_page(language: Language) -> None:
    header = [biopsies.label(name, language) for name in MEANS]
    assert list(biopsies.read(written(header, [1.0] * 10), "b.csv").columns) == list(MEANS)


def test_a_decimal_comma() -> None:
    found = biopsies.score(biopsies.read(b"mean radius;mean texture\n14,5;20,25\n", "b.csv"))
    want = measurements.risk({"mean radius": 14.5, "mean texture": 20.25})
    assert found.frame["risk"][0] == pytest.approx(want.probability)


def test_the_prevalence_moves_every_row() -> None:
    table = biopsies.read(written(["mean radius"], [10.0], [20.0]), "b.csv")
    rare, usual = biopsies.score(table, 0.01).frame, biopsies.score(table).frame
    assert (rare["risk"] < usual["risk"]).all()


def test_too_many_different_sets_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(biopsies, "MAX_PATTERNS", 1)
    content = written(["mean radius", "mean texture"], [1.0, 2.0], [1.0, 2.0], [1.0, ""], ["", 2.0])
    found = biopsies.score(biopsies.read(content, "b.csv"))
    assert found.frame["row"].tolist() == [1, 2]
    assert {one.code for one in found.left_out} == {"diagnosis-measurement-patterns"}


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        biopsies.read(b"a,b\n1,2\n", "b.csv")
    assert caught.value.problems[0].code == "diagnosis-measurement-columns"
