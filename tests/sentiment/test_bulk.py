"""Whole tables: columns, reports, bad files, scoring that goes on where it stopped, results that stay."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bigmodel_apps import workspace
from bigmodel_apps.locales import LANGUAGES, describe
from bigmodel_apps.problems import Cancelled, InputError
from bigmodel_apps.runtime import jobs
from bigmodel_apps.sentiment import bulk, columns, results
from bigmodel_apps.sentiment.aspects import names_in, shipped
from bigmodel_apps.sentiment.columns import Columns
from bigmodel_apps.sentiment.model import how_often_right
from bigmodel_apps.sentiment.results import Filter, Result
from bigmodel_apps.sentiment.schema import Aspect, Input, Options, Output, OwnVerdict
from bigmodel_apps.tables import Limits, read_table, to_csv_bytes
from tests.sentiment.reader import Reader, read

OPTIONS = Options(aspects=(Aspect(name="room", terms=("房间",)), Aspect(name="breakfast", terms=("早餐",))))
IDENTITY = "counting words, first version"


@pytest.fixture
def owner() -> str:
    return uuid.uuid4().hex


def prepared(content: bytes, name: str = "reviews.csv", given: Columns | None = None) -> bulk.Prepared:
    return bulk.prepare(read_table(content, name), given)


def scored(content: bytes, owner: str, options: Options = OPTIONS, given: Columns | None = None) -> Result:
    kept = bulk.keep(owner, prepared(content, given=given), options, "counting", IDENTITY)
    return bulk.score(kept.id, owner, Reader())


def many(rows: int) -> bytes:
    lines = (f"2026-01-{1 + n % 28:02d},review {n} was {('good', 'bad')[n % 2]}" for n in range(rows))
    return ("day,review\n" + "\n".join(lines)).encode()


REVIEWS = (
    "编号,评论内容,时间,门店,语言\n"
    "1,房间很好，早餐不错,2026年3月5日,南门,zh-CN\n"
    "2,The room was bad and the breakfast was awful,2026/3/6 14:05,北门,English\n"
    "3,  房间很好，早餐不错 ,2026-03-07,南门,中文\n"
    "4,,2026-03-08,北门,zh\n"
    "5,Le petit déjeuner était froid,someday,南门,fr\n"
    '6,"=HYPERLINK(""http://x.test"";""good"")",2026-03-09,北门,en\n'
)


# --- Columns and dates ---------------------------------------------------------------------------------------------


def test_a_chinese_file_in_gbk_is_understood() -> None:
    found = prepared(REVIEWS.encode("gbk", "replace"))
    assert found.columns == Columns("评论内容", "时间", "语言", "门店")
    assert set(found.how.values()) == {"name"}
    report = found.report
    assert report.encoding == "gb18030"
    assert (report.rows, report.usable, report.empty, report.duplicates, report.left_out) == (6, 5, 1, 1, 1)
    assert (report.dated, report.unreadable_dates, report.groups) == (4, 1, 2)
    assert (report.first, report.last) == (date(2026, 3, 5), date(2026, 3, 9))
    assert report.languages == {"zh": 2, "en": 2, "": 1}
    assert report.other_languages == 1
    assert [(problem.code, problem.row) for problem in report.problems] == [("sentiment-date-unreadable", 5)]
    assert report.problems[0].details["value"] in REVIEWS


def test_columns_with_names_of_their_own_are_found_by_what_they_hold() -> None:
    lines = [
        f"{n},{'ab'[n % 2]}x,{n % 5},2026-02-{1 + n % 28:02d},we liked visit {n} very much indeed" for n in range(60)
    ]
    found = columns.guess(read_table(("k,q,w,v,u\n" + "\n".join(lines)).encode(), "x.csv").frame)
    assert found.columns == Columns("u", "v", None, "q")
    assert set(found.how.values()) == {"content"}


def test_a_name_does_not_make_numbers_the_texts_nor_ratings_the_groups() -> None:
    frame = pd.DataFrame(
        {
            "review_id": [str(n) for n in range(40)],
            "rating": [str(1 + n % 5) for n in range(40)],
            "comment type": ["praise", "blame"] * 20,
            "what they wrote": [f"We came in week {n} and the staff were kind to all of us." for n in range(40)],
        }
    )
    assert columns.guess(frame).columns == Columns("what they wrote", None, None, "comment type")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"id,rating\n1,5\n2,4\n", "sentiment-no-text-column"),
        (b"text\n" + b"x" * 20_001 + b"\n", "sentiment-no-usable-texts"),
        (b"", "table-empty"),
        (b"text,date\n", "table-no-rows"),
        (b"text,n\n,1\n,2\n", "sentiment-no-text-column"),
    ],
)
def test_a_file_without_texts_is_refused_with_what_to_do(content: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        prepared(content)
    assert caught.value.problems[0].code == code
    for problem in caught.value.problems:
        assert all(describe(problem, language) for language in LANGUAGES)


def test_the_caller_corrects_the_columns() -> None:
    content = b"title,body\nshort,a longer text that somebody wrote\n"
    assert prepared(content).columns.text == "body"
    assert prepared(content, given=Columns("title")).rows["text"].tolist() == ["short"]
    for wrong, code in (
        (Columns("no"), "sentiment-column-unknown"),
        (Columns("body", "body"), "sentiment-column-twice"),
    ):
        with pytest.raises(InputError) as caught:
            prepared(content, given=wrong)
        assert caught.value.problems[0].code == code


def test_ambiguous_dates_are_reported() -> None:
    report = prepared(b"text,date\nthis is a text,03/05/2026\nand so is this,04/05/2026\n").report
    assert (report.ambiguous_dates, report.order, report.order_certain) == (2, "day-first", False)


cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=40)


def test_dates_and_groups_are_found_where_no_column_holds_texts() -> None:
    lines = [f"{n},2025-01-{n % 28 + 1:02d},{n * 3.5},{'NS'[n % 2]},SKU-{n:04d}" for n in range(100)]
    frame = read_table(("id,date,amount,region,sku\n" + "\n".join(lines)).encode(), "x.csv").frame
    found = columns.guess(frame)
    assert found.columns == Columns("", "date", None, "region")
    assert dict(found.how) == {"date": "name", "group": "name"}
    chosen = replace(found.columns, text="sku")
    assert columns.check(chosen, frame) == chosen


@settings(deadline=None)
@given(st.dictionaries(cells.filter(str.strip), st.lists(cells, min_size=4, max_size=4), min_size=1, max_size=5))
def test_a_guess_names_columns_that_exist_once_or_says_that_there_is_none(table: dict[str, list[str]]) -> None:
    frame = pd.DataFrame(table)
    found = columns.guess(frame).columns
    if not found.text:
        with pytest.raises(InputError) as caught:
            columns.check(found, frame)
        assert caught.value.problems[0].code == "sentiment-no-text-column"
        return
    names = [name for name in (found.text, found.date, found.language, found.group) if name is not None]
    assert len(set(names)) == len(names)
    assert columns.check(found, frame) == found


# --- Scoring -------------------------------------------------------------------------------------------------------


def test_every_row_is_scored_in_its_place_and_the_rest_is_named(owner: str) -> None:
    result = scored(REVIEWS.encode(), owner)
    assert result.rows["row"].tolist() == [1, 2, 3, 5, 6]
    assert result.rows["label"].tolist() == ["positive", "negative", "positive", "neutral", "positive"]
    assert result.rows["language"].tolist() == ["zh", "en", "zh", "en", "en"]
    assert result.rows["duplicate"].tolist() == [False, False, True, False, False]
    assert result.groups == ("南门", "北门")
    assert set(result.aspects) == {"room", "breakfast"}
    said = result.mentions.set_index("place")
    for place, text in result.rows["text"].items():
        for _, mention in said.loc[said.index == place].iterrows():
            assert text[mention["term_start"] : mention["term_end"]].lower() == mention["term"]
    assert result.engines == ("counting",)
    assert (result.options, result.model) == (OPTIONS, "counting")


def test_identical_texts_are_read_once(owner: str) -> None:
    reader = Reader()
    content = ("text\n" + "the very same good text\n" * 500).encode()
    kept = bulk.keep(owner, prepared(content), OPTIONS, "counting", IDENTITY)
    result = bulk.score(kept.id, owner, reader)
    assert len(reader.texts) == 1
    assert result.report.duplicates == 499
    assert result.rows["label"].tolist() == ["positive"] * 500


@pytest.mark.parametrize(("praise", "blame"), [("parcel", "invoice"), ("good", "bad")])
def test_own_classes_are_kept_where_they_are_no_opinions(owner: str, praise: str, blame: str) -> None:
    def predict(inputs: Sequence[Input], options: Options, *_: object) -> list[Output]:
        outputs = [read(one.text, options) for one in inputs]
        labels = [(praise, blame) if output.positive > 0.5 else (blame, praise) for output in outputs]
        own = [OwnVerdict(label=a, unsure=False, confidence=0.8, shares={a: 0.8, b: 0.2}) for a, b in labels]
        return [output.model_copy(update={"own": said}) for output, said in zip(outputs, own, strict=True)]

    kept = bulk.keep(owner, prepared(b"text\nit was good\nit was bad\nit was great\n"), OPTIONS, "counting", IDENTITY)
    result = bulk.score(kept.id, owner, predict)
    if praise == "good":
        assert result.own_labels == ()
        assert "own_label" not in results.frame(result)
        return
    assert result.own_labels == ("parcel", "invoice")
    assert list(results.select(result, Filter(own=("parcel",))).rows["text"]) == ["it was good", "it was great"]
    frame = results.frame(result)
    assert list(frame["own_label"]) == ["parcel", "invoice", "parcel"]
    assert list(frame["own_confidence"]) == pytest.approx([0.8] * 3)
    dataset = bulk.mine(owner)[0]
    older = bulk._unpacked(workspace.default().datasets.content(kept.id, owner)).drop_columns(["own_confidence"])
    workspace.default().datasets.update(kept.id, owner, bulk._packed(older), dataset.meta)
    bulk._open.clear()
    assert bulk.open_result(kept.id, owner).rows["own_confidence"].isna().all()


def test_one_row_and_a_row_too_long(owner: str) -> None:
    assert len(scored(b"text\njust one good text\n", owner).rows) == 1
    result = scored(b"text,date\n" + b"x" * 20_001 + b",2026-01-01\nthis one is good,2026-01-02\n", owner)
    assert result.rows["row"].tolist() == [2]
    assert (result.report.too_long, result.report.left_out) == (1, 1)
    assert [(problem.code, problem.row) for problem in result.report.problems] == [("sentiment-text-too-long", 1)]


def test_mixed_types_of_parquet(owner: str) -> None:
    frame = pd.DataFrame(
        {
            "text": ["a good one", None, "an awful one", "so so, nothing to say"],
            "when": pd.to_datetime(["2026-01-01 13:00", "2026-01-02 00:00", None, "2026-01-04 00:00"]),
            "branch": pd.Categorical(["a", "b", "a", "b"]),
            "stars": [1.5, None, 2, 3],
        }
    )
    stream = io.BytesIO()
    frame.to_parquet(stream)
    result = scored(stream.getvalue(), owner)
    assert result.columns == Columns("text", "when", None, "branch")
    assert result.rows["date"].dt.day.fillna(0).tolist() == [1, 0, 4]
    assert results.download(result).count(b"\r\n") == 5


def test_progress_counts_what_an_earlier_attempt_finished_and_cancel_keeps_it(
    owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PART_TEXTS", 100)
    kept = bulk.keep(owner, prepared(many(1_000)), OPTIONS, "counting", IDENTITY)
    first, second = Reader(), Reader()
    with pytest.raises(Cancelled):
        bulk.score(kept.id, owner, first, cancelled=lambda: len(first.texts) >= 450)
    assert [dataset.id for dataset in bulk.unfinished(owner)] == [kept.id]
    with pytest.raises(InputError) as caught:
        bulk.open_result(kept.id, owner)
    assert caught.value.problems[0].code == "sentiment-table-unfinished"
    seen: list[tuple[int, int]] = []
    result = bulk.score(kept.id, owner, second, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (400, 1_000)
    assert seen[-1] == (1_000, 1_000)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(second.texts) == 600
    assert result.rows["label"].tolist() == ["positive", "negative"] * 500
    assert bulk.unfinished(owner) == []
    store = workspace.default()
    assert store.datasets.list(owner, bulk.DOMAIN, "sentiment-part") == []


def test_uploading_the_same_again_goes_on_and_other_options_start_anew(owner: str) -> None:
    table = prepared(many(20))
    kept = bulk.keep(owner, table, OPTIONS, "counting", IDENTITY)
    assert bulk.keep(owner, table, OPTIONS, "counting", IDENTITY).id == kept.id
    bulk.score(kept.id, owner, Reader())
    assert bulk.keep(owner, table, OPTIONS, "counting", IDENTITY).meta["done"]
    others = [
        bulk.keep(owner, table, Options(), "counting", IDENTITY),
        bulk.keep(owner, table, OPTIONS, "counting", "second version"),
        bulk.keep("another owner " + owner, table, OPTIONS, "counting", IDENTITY),
    ]
    assert len({kept.id, *(other.id for other in others)}) == 4
    assert not any(other.meta["done"] for other in others)


def test_correcting_a_column_scores_nothing_again(owner: str) -> None:
    content = b"text,date,other\na good day to you all,01/02/2026,x\nan awful day it was,02/02/2026,y\n"
    scored(content, owner)
    table = prepared(content)
    other = prepared(content, given=replace(table.columns, order="month-first"))
    reader = Reader()
    kept = bulk.keep(owner, other, OPTIONS, "counting", IDENTITY)
    result = bulk.score(kept.id, owner, reader)
    assert reader.texts == []
    assert result.rows["date"].dt.month.tolist() == [1, 2]
    assert result.rows["label"].tolist() == ["positive", "negative"]


def test_tables_of_the_same_content_stay_apart(owner: str) -> None:
    other = "another owner " + owner
    given = [
        (owner, "secret.csv", Columns("review", "day")),
        (other, "mine.csv", Columns("review", "day")),
        (other, "mine.csv", Columns("review")),
        (other, "mine.csv", Columns("review", group="day")),
    ]
    for who, name, chosen in given:
        kept = bulk.keep(who, prepared(many(10), name, chosen), OPTIONS, "counting", IDENTITY)
        result = bulk.score(kept.id, who, Reader())
        assert (result.name, result.columns) == (name, chosen)


def test_a_table_is_scored_again_in_another_way(owner: str) -> None:
    table = bulk.keep(owner, prepared(many(20)), Options(), "sentiment-lexical")
    first = bulk.score(table.id, owner)
    other = bulk.again(table.id, owner, Options(unsure_below=1.0))
    assert bulk.again(table.id, owner, Options(unsure_below=1.0)).id == other.id != table.id
    second = bulk.score(other.id, owner)
    assert set(second.rows["label"]) == {"unsure"}
    assert bulk.open_result(table.id, owner).rows["label"].tolist() == first.rows["label"].tolist()
    assert second.rows["confidence"].tolist() == first.rows["confidence"].tolist()


def test_how_many_verdicts_to_expect_to_be_right(owner: str) -> None:
    kept = bulk.keep(owner, prepared(many(20)), Options(unsure_below=0.0), "sentiment-lexical")
    result = bulk.score(kept.id, owner)
    expected = bulk.expected_right(result)
    assert expected is not None
    assert expected.rows == 20
    said = [how_often_right(output_of(row), "sentiment-lexical") for row in result.rows.to_dict("records")]
    assert expected.share == pytest.approx(sum(share for share, _ in filter(None, said)) / 20, abs=0.02)
    assert bulk.expected_right(replace(result, model="counting")) is None


def output_of(row: dict[str, object]) -> Output:
    facts = ("label", "positive", "opinion", "confidence", "language", "engine")
    return Output(**{name: row[name] for name in facts})  # type: ignore[arg-type]


def test_a_job_scores_and_the_result_stays_until_its_owner_deletes_it(owner: str) -> None:
    kept = bulk.keep(owner, prepared(many(3_000)), OPTIONS, "counting", IDENTITY)
    gate = threading.Event()

    def patient(inputs: Sequence[object], options: Options, progress: object, cancelled: object) -> list[object]:
        gate.wait(10)
        return [read(given.text, options) for given in inputs]  # type: ignore[attr-defined]

    job = bulk.start(kept.id, owner, patient)  # type: ignore[arg-type]
    assert bulk.start(kept.id, owner, patient).id == job.id  # type: ignore[arg-type]
    assert bulk.unfinished(owner) == []
    gate.set()
    finished = wait_for(job.id, owner)
    assert (finished.state, finished.result) == ("done", kept.id)
    assert [dataset.id for dataset in bulk.finished(owner)] == [kept.id]
    assert len(bulk.open_result(kept.id, owner).rows) == 3_000
    with pytest.raises(InputError):
        bulk.open_result(kept.id, "somebody else")
    bulk.delete(kept.id, owner)
    assert bulk.mine(owner) == []
    with pytest.raises(InputError):
        bulk.open_result(kept.id, owner)


def test_a_table_deleted_while_it_is_scored_leaves_nothing(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PART_TEXTS", 10)
    kept = bulk.keep(owner, prepared(many(100)), OPTIONS, "counting", IDENTITY)
    reader = Reader()

    def progress(done: int, _total: int) -> None:
        if done == 50 and bulk.mine(owner):
            bulk.delete(kept.id, owner)

    with pytest.raises(InputError):
        bulk.score(kept.id, owner, reader, progress)
    assert workspace.default().usage(owner) == 0


def wait_for(id: str, owner: str) -> jobs.Job:
    end = time.monotonic() + 60
    while (job := jobs.get(id, owner)).unfinished:
        assert time.monotonic() < end
        time.sleep(0.02)
    return job


KILLED = """
import os, sys, time
from pathlib import Path
from bigmodel_apps.sentiment import bulk
from bigmodel_apps.sentiment.schema import Options
from bigmodel_apps.tables import read_table
from tests.sentiment.reader import Reader

bulk.PART_TEXTS = 50
folder, slow = Path(sys.argv[1]), sys.argv[2] == "slow"
table = bulk.prepare(read_table(folder / "reviews.csv", "reviews.csv"))
kept = bulk.keep("me", table, Options(), "counting", "one")
reader = Reader()

def progress(done, total):
    (folder / "done").write_text(str(done))
    if slow and done >= 220:
        time.sleep(60)  # in the middle of a part, until it is killed

result = bulk.score(kept.id, "me", reader, progress)
print(len(reader.texts), len(result.rows), (result.rows["label"] == "positive").sum())
"""


def test_a_killed_process_is_continued_by_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "reviews.csv").write_bytes(many(500))
    (tmp_path / "run.py").write_text(KILLED)
    root = Path(__file__).parents[2]
    environment = {**os.environ, "BIGMODEL_APPS_HOME": str(tmp_path / "home"), "PYTHONPATH": str(root)}
    command = [sys.executable, str(tmp_path / "run.py"), str(tmp_path)]
    first = subprocess.Popen([*command, "slow"], cwd=root, env=environment)
    end = time.monotonic() + 90
    while not (tmp_path / "done").exists() or int((tmp_path / "done").read_text() or 0) < 220:
        assert time.monotonic() < end
        assert first.poll() is None
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = subprocess.run([*command, "quick"], cwd=root, env=environment, capture_output=True, text=True, check=True)
    assert second.stdout.split() == ["300", "500", "250"]


def test_a_table_of_exactly_the_limit_is_accepted_and_one_row_more_refused() -> None:
    limits = Limits(max_rows=1_000)
    assert len(bulk.prepare(read_table(many(1_000), "x.csv", limits=limits)).rows) == 1_000
    with pytest.raises(InputError) as caught:
        read_table(many(1_001), "x.csv", limits=limits)
    assert caught.value.problems[0].code == "table-too-many-rows"
    assert "1,000" in describe(caught.value.problems[0], "en")


@pytest.mark.slow
def test_a_million_rows() -> None:
    content = ("text\n" + "\n".join(f"good {n}" for n in range(1_000_000))).encode()
    assert len(bulk.prepare(read_table(content, "x.csv")).rows) == 1_000_000
    with pytest.raises(InputError) as caught:
        read_table(content + b"\none more", "x.csv")
    assert "1,000,000" in describe(caught.value.problems[0], "en")


# --- Results -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result() -> Result:
    lines = [
        f"{date(2026, 1, 1) + timedelta(days=n)},{'ab'[n % 2]},{('The room was good', '早餐很差', 'It is blue')[n % 3]} {n}"
        for n in range(90)
    ]
    return scored(("date,group,text\n" + "\n".join(lines)).encode(), "results")


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (Filter(), 90),
        (Filter(labels=("positive",)), 30),
        (Filter(labels=("positive", "negative")), 60),
        (Filter(languages=("zh",)), 30),
        (Filter(groups=("a",)), 45),
        (Filter(since=date(2026, 1, 11), until=date(2026, 1, 20)), 10),
        (Filter(contains="ROOM"), 30),
        (Filter(contains="("), 0),
        (Filter(aspect="breakfast"), 30),
        (Filter(aspect="breakfast", aspect_labels=("positive",)), 0),
        (Filter(aspect_labels=("negative",)), 30),
        (Filter(least=0.8), 30),
        (Filter(most=0.79), 60),
    ],
)
def test_filters(result: Result, wanted: Filter, rows: int) -> None:
    kept = results.select(result, wanted)
    assert len(kept.rows) == rows
    assert set(kept.mentions["place"]) <= set(kept.rows.index)
    assert len(results.frame(kept)) == rows


def test_quotes_point_at_their_words(result: Result) -> None:
    mention = result.mentions.iloc[0]
    (quote,) = results.quotes(result, [mention["place"]], [(mention["term_start"], mention["term_end"])])
    assert quote.text[quote.start : quote.end].lower() == mention["term"]
    assert (quote.date, quote.group, quote.row) == (date(2026, 1, 1), "a", 1)


def test_downloads_compute_nothing_and_hold_every_row(owner: str) -> None:
    result = scored(REVIEWS.encode(), owner)
    csv = results.download(result, "csv")
    assert b"\"'=HYPERLINK" in csv
    again = read_table(csv, "again.csv").frame
    assert again["sentiment"].tolist() == ["positive", "negative", "positive", "", "neutral", "positive"]
    assert again["aspects"].tolist()[:2] == [
        "room: positive; breakfast: positive",
        "room: negative; breakfast: negative",
    ]
    assert again["评论内容"].tolist()[5] == '=HYPERLINK("http://x.test";"good")'
    workbook = results.download(result, "xlsx")
    sheet = load_workbook(io.BytesIO(workbook)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert read_table(workbook, "again.xlsx").frame["评论内容"].tolist()[5].startswith("=HYPERLINK")


def test_a_download_that_is_uploaded_again_keeps_all_verdicts(owner: str) -> None:
    content = results.download(scored(REVIEWS.encode(), owner))
    again = results.frame(scored(content, owner, given=Columns("评论内容", "时间")))
    assert {"sentiment", "sentiment_scored", "confidence_scored", "语言", "language_scored"} <= set(again.columns)
    content = results.download(scored(to_csv_bytes(again), owner, given=Columns("评论内容", "时间")))
    third = read_table(content, "third.csv").frame.columns
    assert {"sentiment", "sentiment_scored", "sentiment_scored_scored"} <= set(third)
    assert third.is_unique


def test_formulas_in_a_workbook_are_texts(owner: str) -> None:
    workbook = Workbook()
    workbook.active.append(["text", "n"])
    workbook.active.append(["=1+1", 1])
    workbook.active.cell(2, 1).data_type = "s"
    workbook.active.append(["a good text to read", 2])
    stream = io.BytesIO()
    workbook.save(stream)
    kept = bulk.keep(owner, prepared(stream.getvalue(), "book.xlsx"), OPTIONS, "counting", IDENTITY)
    assert bulk.score(kept.id, owner, Reader()).rows["text"].tolist() == ["=1+1", "a good text to read"]


# --- The page's language ------------------------------------------------------------------------------------------


def test_aspects_that_ship_are_called_as_the_page_speaks_and_judged_once(owner: str) -> None:
    mine = Aspect(name="weather", terms=("天气",))
    content = b"text\nThe price was good and the weather was bad.\n"
    table = bulk.keep(owner, prepared(content), Options(aspects=(*shipped("shop", "en"), mine)), "counting", IDENTITY)
    bulk.score(table.id, owner, Reader())
    assert set(bulk.open_result(table.id, owner).aspects) == {"Price", "weather"}
    chinese = bulk.open_result(table.id, owner, "zh")
    assert set(chinese.aspects) == {"价格", "weather"}
    assert [aspect.name for aspect in chinese.options.aspects] == [
        *(aspect.name for aspect in shipped("shop", "zh")),
        "weather",
    ]
    assert set(bulk.open_result(table.id, owner, "en").aspects) == {"Price", "weather"}
    assert bulk.open_result(table.id, owner, "zh") is chinese
    bulk.delete(table.id, owner)
    with pytest.raises(InputError):
        bulk.open_result(table.id, owner, "zh")


def test_an_aspect_is_not_renamed_to_what_another_is_called() -> None:
    (price, *_), mine = shipped("shop", "en"), Aspect(name="价格")
    assert names_in((price,), "zh") == {"Price": "价格"}
    assert names_in((price, mine), "zh") == {}
