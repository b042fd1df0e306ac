"""A whole table scored as bulk work that survives a cancel, a closed browser and a restarted server.

The way of a table, each step one function:

1. ``tables.read_table`` reads the file and refuses what is beyond its limits (1,000,000 rows).
2. `prepare` finds the columns and says what is in them (`Prepared.report`). Let the user correct
   ``prepared.columns`` and call it again with them; it scores nothing.
3. `keep` puts the table into the workspace of its owner. The same table, columns, options and model give the same
   entry again, finished or not, so uploading a file anew goes on where it stopped.
4. `start` scores it in a background job (`runtime.jobs`, kind `KIND`); calling it again while that job is under way
   returns that job. Every finished part is kept at once, so after whatever stopped it `start` scores only the rest.
   `unfinished` lists what can be continued, also after a restart.
5. `open_result` gives the `Result`, as often as asked; `finished` lists them, `delete` forgets one.

Identical texts are scored once. A table whose texts were scored before with the same options and model takes its
verdicts from there, so correcting the date or group column costs seconds.
"""

from __future__ import annotations

import hashlib
import io
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from bigmodel_apps import __version__, catalogue, runtime, workspace
from bigmodel_apps.dates import read_dates
from bigmodel_apps.locales import Language
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime import Priority, jobs, sources
from bigmodel_apps.runtime.contracts import Progress
from bigmodel_apps.runtime.jobs import Job, Stop
from bigmodel_apps.sentiment import columns as columns_
from bigmodel_apps.sentiment import own_shelf
from bigmodel_apps.sentiment.columns import Columns, Role
from bigmodel_apps.sentiment.labels import polarities
from bigmodel_apps.sentiment.results import MENTION_COLUMNS, Report, Result, in_language
from bigmodel_apps.sentiment.schema import MAX_TEXT, Input, Options, Output
from bigmodel_apps.tables import Table
from bigmodel_apps.workspace import Dataset

DOMAIN = own_shelf.DOMAIN
KIND = "sentiment-table"
"""Of the data sets and of the jobs."""

PART_TEXTS = 2_000
PART_CHARACTERS = 1_000_000
"""A part ends after so many different texts or characters; at most this much is lost when the work is stopped."""

_PART = "sentiment-part"
_NAMED_ROWS = 1_000
_RESULTS_OPEN = 4
_SHOWN_VALUE = 40
_SPLIT = "\t"
_NAMED_ROWS_KEPT = 200
_FILE = "file:"  # before the names of the file's own columns, so that none of them is taken for ours
_OURS = ("label", "positive", "opinion", "confidence", "language", "engine")
_OWN = ("own", "own_confidence")

_ASPECT = pa.struct(
    [
        ("aspect", pa.string()),
        ("term", pa.string()),
        ("label", pa.string()),
        ("positive", pa.float32()),
        ("opinion", pa.float32()),
        ("confidence", pa.float32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("term_start", pa.int32()),
        ("term_end", pa.int32()),
    ]
)
_VERDICT = pa.schema(
    [
        ("label", pa.string()),
        ("positive", pa.float32()),
        ("opinion", pa.float32()),
        ("confidence", pa.float32()),
        ("language", pa.string()),
        ("engine", pa.string()),
        ("own", pa.string()),
        ("own_confidence", pa.float32()),
        ("aspects", pa.list_(_ASPECT)),
    ]
)

_READERS = frozenset(
    name for name, spec in catalogue.MODELS.items() if dict(spec.uses).keys() >= {"english", "chinese"}
)


class Predict(Protocol):
    """Scores texts. `through_runtime` is the one that the house uses."""

    def __call__(
        self, inputs: Sequence[Input], options: Options, progress: Progress, cancelled: Stop | None
    ) -> Sequence[Output]:
        """One output an input, in the same order. Raises `Cancelled` when told to stop."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A table whose columns are known.

    Attributes:
        name: Of the file.
        rows: Its usable rows, as in `Result.rows` but for the verdicts; ``stated`` is the language that the file
            states, ``""`` where it states neither of ours. The index is the place in `original`.
        original, row_numbers: All rows of the table, and their numbers in the file.
        columns, how: What stands where, and whether a name or the content gave it away; empty where given.
        report: What is in it and what is left out.
    """

    name: str
    rows: pd.DataFrame
    original: pd.DataFrame
    row_numbers: npt.NDArray[np.int64]
    columns: Columns
    how: Mapping[Role, columns_.How]
    report: Report


@dataclass(frozen=True, slots=True)
class Expected:
    """Of held-out texts with such confidences, `share` were judged rightly; over `rows` rows of a result."""

    share: float
    rows: int


def prepare(table: Table, columns: Columns | None = None) -> Prepared:
    """Find the columns, or take those given, and see what is in them.

    Raises:
        InputError: No column holds texts, or one given does not exist (see `columns.guess` and `columns.check`);
            ``sentiment-no-usable-texts`` where no row has a text that can be scored.
    """
    frame = table.frame.rename(columns=str)
    how: Mapping[Role, columns_.How] = {}
    if columns is None:
        found = columns_.guess(frame)
        columns, how = found.columns, found.how
    columns = columns_.check(columns, frame)
    rows, dates = _rows(frame, table.row_numbers, columns)
    lengths = rows["text"].str.len()
    too_long = (lengths > MAX_TEXT).to_numpy()
    usable = rows[_usable(rows)]
    problems = [*table.report.notes, *table.report.skipped]
    for row in rows["row"].to_numpy()[too_long][:_NAMED_ROWS]:
        problems.append(Problem("sentiment-text-too-long", int(row), columns.text, {"limit": MAX_TEXT}))
    bad_dates = usable.index[dates.unreadable[usable.index]]
    for place in bad_dates[:_NAMED_ROWS]:
        value = str(frame[columns.date].iloc[place]).strip()[:_SHOWN_VALUE]
        problems.append(Problem("sentiment-date-unreadable", int(rows["row"][place]), columns.date, {"value": value}))
    if usable.empty:
        details = {"empty": int((lengths == 0).sum()), "long": int(too_long.sum()), "limit": MAX_TEXT}
        raise InputError(Problem("sentiment-no-usable-texts", field=columns.text, details=details), *problems[:20])
    days = usable["date"].dropna()
    stated = usable["stated"].value_counts()
    report = Report(
        rows=table.report.rows + table.report.skipped_rows + table.report.empty_rows,
        usable=len(usable),
        duplicates=int(usable["duplicate"].sum()),
        empty=int((lengths == 0).sum()) + table.report.empty_rows,
        too_long=int(too_long.sum()),
        skipped=table.report.skipped_rows,
        problems=tuple(problems[:_NAMED_ROWS]),
        dated=len(days),
        unreadable_dates=len(bad_dates),
        ambiguous_dates=dates.ambiguous,
        order=dates.order,
        order_certain=dates.certain,
        first=days.min().date() if len(days) else None,
        last=days.max().date() if len(days) else None,
        groups=int(usable["group"].nunique() - ("" in set(usable["group"].unique()))),
        languages={str(name): int(count) for name, count in stated.items() if count},
        other_languages=_other_languages(frame, columns, usable),
        encoding=table.report.encoding,
    )
    return Prepared(table.report.name, usable, frame, table.row_numbers, columns, how, report)


def keep(
    owner: str, prepared: Prepared, options: Options, model: str | None = None, identity: str | None = None
) -> Dataset:
    """The table in the workspace, waiting to be scored, or as it is there already.

    Args:
        owner: Who owns it and may list, open and delete it.
        options: How to score it; its aspects end up in the matrix.
        model: Name of a spec; the domain's first one when None.
        identity: What tells this model from any other; the hash of its weights (`identity_of`) when None.

    Raises:
        InputError: ``workspace-full``.
        Unavailable: The model's weights are out of reach.
    """
    name = model or catalogue.DOMAINS[DOMAIN].models[0]
    content = _packed(_stored(prepared))
    known = {
        "source": hashlib.sha256(content).hexdigest(),
        "columns": asdict(prepared.columns),
        "texts": _hash_texts(prepared.rows, len(prepared.original)),
        "options": options.model_dump(mode="json"),
        "model": name,
        "identity": identity or identity_of(name),
    }
    for dataset in mine(owner):
        if {part: dataset.meta[part] for part in known} == known:
            return dataset
    meta = {**known, "rows": prepared.report.usable, "report": _report_json(prepared.report), "done": False}
    return workspace.default().datasets.add(owner, DOMAIN, KIND, prepared.name, content, meta)


def again(id: str, owner: str, options: Options, model: str | None = None) -> Dataset:
    """A kept table once more, to be scored in another way, such as by other aspects; the first one stays as it is.

    Raises:
        InputError: ``dataset-not-found``; ``workspace-full``.
        Unavailable: The model's weights are out of reach.
    """
    dataset = _table(id, owner)
    name = model or dataset.meta["model"]
    known = {part: dataset.meta[part] for part in ("source", "columns", "texts")}
    known |= {"options": options.model_dump(mode="json"), "model": name, "identity": identity_of(name)}
    for other in mine(owner):
        if {part: other.meta[part] for part in known} == known:
            return other
    stored = _unpacked(workspace.default().datasets.content(id, owner))
    unscored = stored.select([column for column in stored.column_names if column not in _VERDICT.names])
    meta = {**dataset.meta, **known, "done": False}
    return workspace.default().datasets.add(owner, DOMAIN, KIND, dataset.name, _packed(unscored), meta)


def start(id: str, owner: str, predict: Predict | None = None) -> Job:
    """Score a kept table in the background, or the job that is at it already.

    The job's steps are different texts; its result is the id of the data set. Cancel it with `runtime.jobs.cancel`.

    Raises:
        InputError: ``dataset-not-found``.
        Busy: The owner has too many unfinished jobs.
    """
    dataset = _table(id, owner)
    with _starting:
        for job in jobs.list(owner, KIND):
            if job.unfinished and job.about["table"] == id:
                return job
        work = partial(_work, id, owner, predict)
        return jobs.start(owner, KIND, work, dataset.name, {"table": id})


def score(
    id: str, owner: str, predict: Predict | None = None, progress: Progress | None = None, cancelled: Stop | None = None
) -> Result:
    """Score what is left of a kept table, and keep the result in its place. Blocks; pages use `start`.

    Args:
        progress: Called with (different texts done, in total); those of an earlier attempt count as done.
        cancelled: Polled between texts.

    Raises:
        Cancelled: What was finished is kept.
        InputError: ``dataset-not-found``; ``workspace-full``, and then too.
        Busy, Unavailable
    """
    dataset = _table(id, owner)
    if dataset.meta["done"]:
        return open_result(id, owner)
    content = workspace.default().datasets.content(id, owner)
    if predict is None:
        dataset = _with_current_model(dataset, owner, content)
        predict = through_runtime(dataset.meta["model"])
        if own := dataset.meta["options"]["own"]:
            own_shelf.open_version(own.partition("~")[0], owner)  # after a restart nothing is open
    stored = _unpacked(content)
    rows = _from_stored(stored, _columns(dataset))
    try:
        verdicts = _known(dataset, owner)
        if verdicts is None:
            verdicts = _score(dataset, owner, rows, predict, progress, cancelled)
        for name in _VERDICT.names:
            stored = stored.append_column(name, verdicts[name])
        workspace.default().datasets.update(id, owner, _packed(stored), {**dataset.meta, "done": True})
    except Exception:
        if all(other.id != id for other in mine(owner)):  # deleted meanwhile
            _drop_parts(id, owner)
        raise
    _drop_parts(id, owner)
    return open_result(id, owner)


def mine(owner: str) -> list[Dataset]:
    """The owner's kept tables, the newest first; ``meta["done"]`` says whether a table is scored, `Dataset.rows` how
    many rows get a verdict."""
    found = workspace.default().datasets.list(owner, DOMAIN, KIND)
    return [dataset for dataset in found if dataset.owner == owner]


def finished(owner: str) -> list[Dataset]:
    """The owner's scored tables, the newest first."""
    return [dataset for dataset in mine(owner) if dataset.meta["done"]]


def unfinished(owner: str) -> list[Dataset]:
    """The owner's tables that wait to be scored or continued and at which no job is, the newest first."""
    busy = {job.about["table"] for job in jobs.list(owner, KIND) if job.unfinished}
    return [dataset for dataset in mine(owner) if not dataset.meta["done"] and dataset.id not in busy]


def open_result(id: str, owner: str, language: Language | None = None) -> Result:
    """A scored table. The last few opened stay in memory; treat its frames as read-only.

    Args:
        language: In which the aspects that ship are called; as they were when it was scored when None.

    Raises:
        InputError: ``dataset-not-found``; ``sentiment-table-unfinished`` before it is scored.
    """
    dataset = _table(id, owner)
    if not dataset.meta["done"]:
        raise InputError(Problem("sentiment-table-unfinished", field=dataset.name))
    with _opening:
        held = _open.get((id, language))
        if held is not None:
            _open.move_to_end((id, language))
            return held
    if language is not None:
        result = in_language(open_result(id, owner), language)
    else:
        result = _result(dataset, _unpacked(workspace.default().datasets.content(id, owner)))
    with _opening:
        _open[id, language] = result
        while len(_open) > _RESULTS_OPEN:
            _open.popitem(last=False)
    return result


def delete(id: str, owner: str) -> None:
    """Forget a table, its verdicts and whatever parts of it are finished; a job at it is cancelled.

    Raises:
        InputError: ``dataset-not-found``.
    """
    _table(id, owner)
    for job in jobs.list(owner, KIND):
        if job.unfinished and job.about["table"] == id:
            jobs.cancel(job.id, owner)
    workspace.default().datasets.delete(id, owner)
    _drop_parts(id, owner)
    with _opening:
        for held in [held for held in _open if held[0] == id]:
            del _open[held]


def expected_right(result: Result) -> Expected | None:
    """How many of the verdicts to expect to be right; None where the model's weights do not say.

    Rows that are unsure have no verdict and do not count.
    """
    from bigmodel_apps.sentiment.model import how_often_right

    judged = result.rows[result.rows["label"] != "unsure"]
    alike = judged.assign(confidence=judged["confidence"].round(2)).groupby(["language", "engine", "confidence"]).size()
    right, rows = 0.0, 0
    for language, engine, confidence, count in alike.reset_index().itertuples(index=False):
        output = Output(
            label="neutral", positive=0.5, opinion=0.5, confidence=confidence, language=language, engine=engine
        )
        said = how_often_right(output, result.model) if result.model in _READERS else None
        if said is not None:
            right += said[0] * count
            rows += count
    return Expected(right / rows, rows) if rows else None


def through_runtime(model: str | None = None) -> Predict:
    """Scores with a model of the domain, as bulk work that interactive texts overtake."""

    def predict(
        inputs: Sequence[Input], options: Options, progress: Progress, cancelled: Stop | None
    ) -> Sequence[Output]:
        outputs: list[Output] = runtime.predict(
            DOMAIN,
            inputs,
            options=options,
            model=model,
            priority=Priority.BULK,
            progress=progress,
            cancelled=cancelled,
        )
        return outputs

    return predict


def identity_of(model: str) -> str:
    """What tells a model from any other: its name, the version of this software, and the hash of all its weights.

    Raises:
        Unavailable: The weights are out of reach.
    """
    return hashlib.sha256(f"{model} {__version__} {sources.weights_hash(model)}".encode()).hexdigest()


# --- Rows ----------------------------------------------------------------------------------------------------------

_starting = threading.Lock()
_opening = threading.Lock()
_open: OrderedDict[tuple[str, Language | None], Result] = OrderedDict()


def _rows(frame: pd.DataFrame, numbers: npt.NDArray[np.int64], columns: Columns) -> tuple[pd.DataFrame, Any]:
    """All rows of a table in our terms, and how its dates were read."""
    empty = pd.Series("", index=frame.index)
    dates = read_dates(frame[columns.date] if columns.date else empty, columns.order)
    texts = _texts(frame, columns.text)
    rows = pd.DataFrame(
        {
            "row": numbers,
            "text": texts,
            "date": pd.Series(dates.days.astype("datetime64[s]"), index=frame.index),
            "group": _texts(frame, columns.group) if columns.group else empty,
            "stated": _stated(frame, columns),
            "duplicate": _duplicates(texts),
        },
        index=frame.index,
    )
    return rows, dates


def _usable(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    lengths = rows["text"].str.len().to_numpy()
    return (lengths > 0) & (lengths <= MAX_TEXT)


def _texts(frame: pd.DataFrame, column: str) -> pd.Series[Any]:
    return frame[column].fillna("").astype(str).str.strip()


def _duplicates(texts: pd.Series[Any]) -> pd.Series[Any]:
    plain = texts.map(lambda text: " ".join(unicodedata.normalize("NFKC", text).casefold().split()))
    return plain.duplicated() & (plain != "")


def _stated(frame: pd.DataFrame, columns: Columns) -> pd.Series[Any]:
    if not columns.language:
        return pd.Series("", index=frame.index)
    values = _texts(frame, columns.language)
    return values.map({value: columns_.language_code(value) for value in values.unique()})


def _other_languages(frame: pd.DataFrame, columns: Columns, usable: pd.DataFrame) -> int:
    if not columns.language:
        return 0
    named = _texts(frame, columns.language).loc[usable.index] != ""
    return int((named & (usable["stated"] == "")).sum())


# --- Scoring -------------------------------------------------------------------------------------------------------


def _work(id: str, owner: str, predict: Predict | None, progress: Progress, cancelled: Stop) -> str:
    score(id, owner, predict, progress, cancelled)
    return id


def _with_current_model(dataset: Dataset, owner: str, content: bytes) -> Dataset:
    """The table, without parts that other weights have scored: one table is one model's work."""
    identity = identity_of(dataset.meta["model"])
    if identity == dataset.meta["identity"]:
        return dataset
    _drop_parts(dataset.id, owner)
    return workspace.default().datasets.update(dataset.id, owner, content, {**dataset.meta, "identity": identity})


def _score(
    dataset: Dataset,
    owner: str,
    rows: pd.DataFrame,
    predict: Predict,
    progress: Progress | None,
    cancelled: Stop | None,
) -> pa.Table:
    """The verdicts of all rows, shape (rows,), in parts that are kept as soon as they are finished.

    Rows that cannot be scored have no verdict.
    """
    options = Options.model_validate(dataset.meta["options"])
    usable = _usable(rows)
    codes, units = pd.factorize(rows["stated"].str.cat(rows["text"], sep=_SPLIT)[usable])
    kept = {int(part.meta["place"]): part.id for part in _parts(dataset.id, owner)}
    datasets = workspace.default().datasets
    parts: list[pa.Table] = []
    report = progress or (lambda _done, _total: None)
    spans = list(_spans(units.str.len().tolist()))
    done = sum(end - start for place, (start, end) in enumerate(spans) if place in kept)
    report(done, len(units))
    for place, (start, end) in enumerate(spans):
        if place in kept:
            parts.append(_verdicts(_unpacked(datasets.content(kept[place], owner))))
            continue
        reported = partial(_report, report, done, len(units))
        part = _scored([unit.split(_SPLIT, 1) for unit in units[start:end]], options, predict, reported, cancelled)
        datasets.add(owner, DOMAIN, _PART, dataset.name, _packed(part), {"table": dataset.id, "place": place})
        parts.append(part)
        done += end - start
        report(done, len(units))
    places = np.zeros(len(rows), dtype=np.int64)
    places[usable] = codes
    return pa.concat_tables(parts).take(pa.array(places, mask=~usable)).combine_chunks()


def _spans(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where the parts begin and end; the same for the same texts."""
    start, characters = 0, 0
    for place, length in enumerate(lengths):
        if place > start and (place - start >= PART_TEXTS or characters + length > PART_CHARACTERS):
            yield start, place
            start, characters = place, 0
        characters += length
    if start < len(lengths):
        yield start, len(lengths)


def _scored(
    units: Sequence[Sequence[str]], options: Options, predict: Predict, report: Progress, cancelled: Stop | None
) -> pa.Table:
    """One part. Texts in a stated language are read in it, the others in the one detected."""
    outputs: list[Output | None] = [None] * len(units)
    done = 0
    for stated in ("", "en", "zh"):
        places = [place for place, (language, _) in enumerate(units) if language == stated]
        if not places:
            continue
        given = options.model_copy(update={"language": stated}) if stated else options
        inputs = [Input(text=units[place][1]) for place in places]
        for place, output in zip(
            places, predict(inputs, given, partial(_report, report, done, 0), cancelled), strict=True
        ):
            outputs[place] = output
        done += len(places)
    found = [output for output in outputs if output is not None]
    columns: dict[str, list[Any]] = {name: [getattr(output, name) for output in found] for name in _OURS}
    others = [output.own if output.own and polarities(tuple(output.own.shares)) is None else None for output in found]
    columns["own"] = [own.label if own else "" for own in others]
    columns["own_confidence"] = [own.confidence if own else None for own in others]
    columns["aspects"] = [
        [{name: getattr(said, name) for name in MENTION_COLUMNS if name != "place"} for said in output.aspects]
        for output in found
    ]
    return pa.table(columns, schema=_VERDICT)


def _report(report: Progress, before: int, total: int, done: int, _: int) -> None:
    report(before + done, total)


def _known(dataset: Dataset, owner: str) -> pa.Table | None:
    """The verdicts of a finished table with the same texts, options and model, if the owner has one."""
    for other in finished(owner):
        if all(other.meta[part] == dataset.meta[part] for part in ("texts", "options", "model", "identity")):
            return _verdicts(_unpacked(workspace.default().datasets.content(other.id, owner)))
    return None


def _parts(table: str, owner: str) -> list[Dataset]:
    """The finished parts of a table; two where two processes were at the same one."""
    found = workspace.default().datasets.list(owner, DOMAIN, _PART)
    return [part for part in found if part.meta["table"] == table]


def _drop_parts(table: str, owner: str) -> None:
    for part in _parts(table, owner):
        with suppress(InputError):  # another thread that was at the table, or deleted it, was faster
            workspace.default().datasets.delete(part.id, owner)


def _hash_texts(rows: pd.DataFrame, total: int) -> str:
    """Of the texts, their places and the languages stated for them."""
    digest = hashlib.sha256(f"{total} ".encode())
    for place, stated, text in zip(rows.index, rows["stated"], rows["text"], strict=True):
        content = text.encode("utf-8", "surrogatepass")
        digest.update(f"{place}{stated}{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


# --- Storage -------------------------------------------------------------------------------------------------------


def _stored(prepared: Prepared) -> pa.Table:
    """The file's own columns and row numbers: all that `prepare` made its rows from."""
    original = prepared.original.add_prefix(_FILE)
    return pa.Table.from_pandas(original, preserve_index=False).append_column("row", pa.array(prepared.row_numbers))


def _file_columns(stored: pa.Table) -> pd.DataFrame:
    names = [name for name in stored.column_names if name.startswith(_FILE)]
    frame: pd.DataFrame = stored.select(names).to_pandas()
    return frame.rename(columns=lambda name: name.removeprefix(_FILE))


def _verdicts(stored: pa.Table) -> pa.Table:
    """The verdicts of stored rows; empty what was not kept yet when they were scored."""
    for field in _VERDICT:
        if field.name not in stored.column_names:
            stored = stored.append_column(field, pa.nulls(len(stored), field.type))
    return stored.select(_VERDICT.names)


def _from_stored(stored: pa.Table, columns: Columns) -> pd.DataFrame:
    return _rows(_file_columns(stored), stored["row"].to_numpy(), columns)[0]


def _result(dataset: Dataset, stored: pa.Table) -> Result:
    columns = _columns(dataset)
    said_of_rows = _verdicts(stored).select([*_OURS, *_OWN]).to_pandas()
    rows = pd.concat([_from_stored(stored, columns), said_of_rows], axis=1)
    aspects = stored["aspects"].combine_chunks()
    said = pc.list_flatten(aspects)
    mentions = pd.DataFrame({"place": pc.list_parent_indices(aspects).to_numpy()})
    for place, name in enumerate(MENTION_COLUMNS[1:]):
        mentions[name] = pc.struct_field(said, [place]).to_pandas()
    return Result(
        dataset.name,
        rows[_usable(rows)].drop(columns="stated"),
        mentions,
        _file_columns(stored),
        columns,
        _report_read(dataset.meta["report"]),
        Options.model_validate(dataset.meta["options"]),
        str(dataset.meta["model"]),
    )


def _packed(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _unpacked(content: bytes) -> pa.Table:
    return parquet.read_table(io.BytesIO(content))


def _table(id: str, owner: str) -> Dataset:
    dataset = workspace.default().datasets.get(id, owner)
    if dataset.kind != KIND or dataset.owner != owner:
        raise InputError(Problem("dataset-not-found"))
    return dataset


def _columns(dataset: Dataset) -> Columns:
    return Columns(**dataset.meta["columns"])


def _report_json(report: Report) -> dict[str, Any]:
    days = {name: day.isoformat() if day else None for name, day in (("first", report.first), ("last", report.last))}
    return {**asdict(report), "problems": [asdict(problem) for problem in report.problems[:_NAMED_ROWS_KEPT]], **days}


def _report_read(kept: Mapping[str, Any]) -> Report:
    days = {name: date.fromisoformat(kept[name]) if kept[name] else None for name in ("first", "last")}
    return replace(Report(**{**kept, **days}), problems=tuple(Problem(**problem) for problem in kept["problems"]))
