"""What people bring by mistake ends in a sentence that says what, where and how to mend it, in both languages."""

from __future__ import annotations

import datetime
import subprocess
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.recommendation import fitting, ledger
from bigmodel_apps.recommendation.ledger import Ledger
from bigmodel_apps.tables import Limits, Table

ROOT = Path(__file__).parents[2]
NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


def read(content: str, items: str | None = None) -> Ledger:
    things = ledger.open_items(items.encode(), "items.csv") if items else None
    return ledger.read(ledger.open_table(content.encode(), "file.csv"), items=things, now=NOW)


def refused(content: str) -> Sequence[Problem]:
    with pytest.raises(InputError) as caught:
        read(content)
    for problem, language in product(caught.value.problems, LANGUAGES):
        assert describe(problem, language)
    return caught.value.problems


def noted(found: Ledger) -> set[str]:
    for problem, language in product((*found.report.notes, *found.report.problems), LANGUAGES):
        assert describe(problem, language)
    return {note.code for note in found.report.notes}


def table_of(frame: pd.DataFrame) -> Table:
    return ledger.open_table(frame.to_csv(index=False).encode(), "file.csv")


def test_one_user_and_one_item_teach_nothing() -> None:
    one = "user,item\n" + "\n".join(f"小 王,{n}" for n in range(30))
    assert refused(one)[0].code == "recommendation-one-user"
    other = "user,item\n" + "\n".join(f"{n},the same" for n in range(30))
    assert refused(other)[0].code == "recommendation-one-item"


def test_ratings_that_are_all_the_same_are_left_aside() -> None:
    found = read("user,item,rating\n" + "\n".join(f"u{n % 7},i{n % 5},5" for n in range(35)))
    assert "recommendation-ratings-identical" in noted(found)
    assert found.interactions.ratings is None
    assert len(fitting.fit(found.interactions).recommend(found.interactions.histories()[:1], 2)[0].items) >= 0


def test_negative_and_missing_ratings_are_no_choices() -> None:
    found = read("user,item,rating\na,x,5\na,y,-3\nb,x,NaN\nb,y,\nb,z,4\nc,z,great\n")
    assert found.report.left_out == {
        "recommendation-rating-missing": 2,
        "recommendation-rating-unreadable": 1,
        "recommendation-rating-negative": 1,
    }
    noted(found)
    assert found.interactions.ratings is not None
    assert found.interactions.ratings.tolist() == [5, 4]
    nothing = read("user,item,rating\na,x,?\nb,y,?\n")
    assert nothing.interactions.ratings is None


def test_ids_with_spaces_and_chinese_stay_as_they_are() -> None:
    found = read("user,item\n 张 三 ,咖啡 壶（大）\nO'Neil & Co.,=1+1\n张 三,=1+1\n").interactions
    assert found.user_ids.tolist() == ["张 三", "O'Neil & Co."]
    assert found.catalogue.ids.tolist() == ["咖啡 壶（大）", "=1+1"]


@pytest.mark.parametrize(
    ("times", "first"),
    [
        (["1772705100", "1772791500", "1772877900"], datetime.date(2026, 3, 5)),
        (["1772705100000", "1772791500000", "1772877900000"], datetime.date(2026, 3, 5)),
        (["2026-03-05T10:05:00Z", "2026-03-06T10:05:00Z", "2026-03-07T10:05:00+00:00"], datetime.date(2026, 3, 5)),
        (["05/03/2026 10:05", "16/03/2026 10:05", "17/03/2026"], datetime.date(2026, 3, 5)),
        (["2026年3月5日", "2026年3月6日", "2026年3月7日"], datetime.date(2026, 3, 5)),
    ],
)
def test_times_of_every_form(times: list[str], first: datetime.date) -> None:
    found = read("user,item,timestamp\n" + "\n".join(f"u{n % 2},i{n},{time}" for n, time in enumerate(times)))
    assert found.report.first == first
    assert found.report.usable == 3


def test_times_of_three_forms_in_one_file() -> None:
    found = read("user,item,time\na,x,1772705100\nb,y,2026-03-06T10:05:00\nc,z,07/03/2026\nd,x,soon\n")
    assert found.report.left_out == {"recommendation-time-unreadable": 1}
    assert (found.report.first, found.report.last) == (datetime.date(2026, 3, 5), datetime.date(2026, 3, 7))
    noted(found)


def test_a_stray_future_is_left_out_but_not_a_whole_file_of_it() -> None:
    rows = [f"u{n % 3},i{n % 4},2026-03-{n + 1:02}" for n in range(9)]
    assert read("user,item,time\n" + "\n".join([*rows, "u1,i9,2099-01-01"])).report.left_out == {
        "recommendation-time-future": 1
    }
    later = read("user,item,time\n" + "\n".join(row.replace("2026", "2036") for row in rows))
    assert later.report.usable == 9
    assert "recommendation-time-future-most" in noted(later)


def test_items_that_the_file_of_items_lacks_are_counted() -> None:
    found = read("user,item\na,x\nb,y\n", "id,title\nx,Tea\n")
    assert found.report.unknown_items == 1
    assert "recommendation-items-unknown" in noted(found)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("colour,size\nred,small\nblue,large\n", None),
        ("user,item\n,x\nann,\n", "recommendation-no-usable-rows"),
        ("", "table-empty"),
        ("user\nann\nbob\n", "recommendation-no-item-column"),
    ],
)
def test_files_that_are_none(content: str, code: str | None) -> None:
    if code is None:  # two columns of words: the first is taken for users, and the reading says how it was told
        assert set(read(content).how.values()) == {"content"}
    else:
        assert code in {problem.code for problem in refused(content)}


def test_too_many_rows_are_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "LIMITS", Limits(max_rows=100))
    with pytest.raises(InputError) as caught:
        table_of(pd.DataFrame({"user": np.arange(101) % 7, "item": np.arange(101) % 11}))
    assert caught.value.problems[0].code == "table-too-many-rows"
    assert caught.value.problems[0].details["limit"] == 100


def test_too_many_items_are_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST_ITEMS", 3)
    problem = refused("user,item\na,1\na,2\nb,3\nb,4\n")[0]
    assert (problem.code, problem.details) == ("recommendation-too-many-items", {"items": 4, "limit": 3})


def test_a_large_file_is_read_in_seconds() -> None:
    random = np.random.default_rng(2)
    n = 100_000
    frame = pd.DataFrame(
        {
            "userId": random.integers(1, 5_000, n),
            "movieId": random.integers(1, 2_000, n),
            "rating": random.integers(1, 11, n) / 2,
            "timestamp": 1_100_000_000 + np.arange(n) * 60,
        }
    )
    found = ledger.read(table_of(frame)).report
    assert found.usable == n
    assert found.schema == "movielens"


@pytest.mark.slow
def test_ten_million_rows_are_read_within_four_gigabytes(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
import numpy as np, pyarrow as pa
from pyarrow import csv
from bigmodel_apps.recommendation import ledger
n, file, random = ledger.LIMITS.max_rows, Path(sys.argv[1]), np.random.default_rng(1)
columns = {"userId": random.integers(1, 300_000, n), "movieId": random.integers(1, 40_000, n),
           "rating": random.integers(1, 11, n) / 2, "timestamp": 1_100_000_000 + np.arange(n) * 50}
csv.write_csv(pa.table(columns), file)
del columns
print(ledger.read(ledger.open_table(file, file.name)).report.usable)
# Not ru_maxrss: after an exec that begins with the peak of the process that started this one.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) / 2**20)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "ratings.csv")],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    usable, gigabytes = done.stdout.split()
    assert int(usable) == ledger.LIMITS.max_rows
    assert float(gigabytes) < 4
