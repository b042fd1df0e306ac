"""A file of transactions scored as a job that survives a closed browser and a restarted server.

The way of a file, each step one function:

1. ``ledger.open_table`` reads it, `prepare` finds its columns and says what is in it and which engines can answer
   (`Plan`). Let the user correct ``prepared.ledger.columns`` and call it again; it scores nothing.
2. `keep` puts the file into the workspace of its owner. The same file, columns and engine give the same entry again.
3. `start` scores it in a background job (`runtime.jobs`, kind `KIND`). A trained detector is kept as soon as it is
   trained, so after whatever stopped it `start` goes on from there. `unfinished` lists what can be continued.
4. `open_result` gives the `Result`: the bank that every view of the page looks at, also under `Result.key` on the shelf.
   `scored_file` and `queue_file` are what to hand on; `finished` lists results, `delete` forgets one.

A file with enough frauds gets a detector of its own, which learns from its earlier days and is measured on its later ones,
a label delay apart. Without labels the detector of the sample bank may answer, where the file names cards and merchants,
or what stands out is ranked (`unsupervised`).
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from bigmodel_apps import __version__, evidence, measures, tables, workspace
from bigmodel_apps.fraud import ledger as ledgers
from bigmodel_apps.fraud import ranking, reasons, scoring, shelf, training, trees, unsupervised
from bigmodel_apps.fraud.columns import Columns, How, Role
from bigmodel_apps.fraud.features import Settings
from bigmodel_apps.fraud.ledger import Ledger
from bigmodel_apps.fraud.queue import CAPACITY, CardPrecision
from bigmodel_apps.fraud.schema import BANDS, Band
from bigmodel_apps.fraud.scoring import Detector
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.fraud.training import MIN_FRAUDS, Window
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, UNKNOWN, Ints, Transactions
from bigmodel_apps.locales import Language, message
from bigmodel_apps.measures import Estimate
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.runtime import jobs
from bigmodel_apps.runtime.jobs import Job, Stop
from bigmodel_apps.tables import Table, TableReport
from bigmodel_apps.workspace import Dataset, Recipe

Progress = Callable[[int, int], None]
Engine = Literal["own", "bank", "outliers"]
"""Who answers: a detector trained on the file, that of the sample bank, or what stands out in the file."""

DOMAIN = "fraud"
KIND = "fraud-table"
"""Of the data sets, of the jobs and, in the registry, of the detectors of files."""

OUTLIERS = "outliers"
"""`Detector.engine` of what ranks without labels: its scores order transactions and are no probabilities."""

DELAY = 7
TEST_SHARE, MOST_TEST_DAYS, MOST_DAYS = 0.25, 28, 90
MIN_TEST_FRAUDS = 5
MOST_LEGITIMATE = 300_000
"""Legitimate rows that a file's detector learns from, about; of more a share is drawn, and the log-odds are put back."""

_FILE = "file:"  # before the names of the file's own columns, so that none of them is taken for ours
_ROW, _SCORE, _BAND = "row", "score", "band"
_PARTS = 1_000
_REASONS = 3
_SKIPPED_KEPT = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """Who can answer for a file.

    Attributes:
        engines: Those that can, the suggested one first.
        why_not: For each of the others the reason.
        window: What an own detector learns from; None where it cannot.
        test_days: How many days it is measured on, the last ones of the file.
        delay_days: After which labels count as known; shorter than `DELAY` where the file is short.
    """

    engines: tuple[Engine, ...]
    why_not: Mapping[Engine, Problem]
    window: Window | None
    test_days: int
    delay_days: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file whose columns are known."""

    table: Table
    ledger: Ledger
    plan: Plan


@dataclass(frozen=True, slots=True)
class BandFigures:
    """What a threshold at the beginning of a band does on the measured days."""

    band: Band
    alerts: int
    recall: Estimate
    precision: Estimate | None
    false_positives: Estimate


@dataclass(frozen=True, slots=True)
class Figures:
    """How well the scores rank the labelled transactions of days that the detector has not learned from.

    Attributes:
        rows, frauds: Measured.
        first, last: Days, both included.
        average_precision, auc: Of the scores.
        by_amount: Average precision of the amount alone, to compare with; that of a ranking by chance is the share of
            frauds.
        cards: Card precision at `queue.CAPACITY`; None without cards.
        bands: The bands but the lowest.
    """

    rows: int
    frauds: int
    first: date
    last: date
    average_precision: float
    auc: float
    by_amount: float
    cards: CardPrecision | None
    bands: tuple[BandFigures, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A scored file.

    Attributes:
        id, name: Of the data set.
        key: Of the bank on the shelf, for `Options.bank`.
        bank: Its transactions, inputs and scores.
        engine: Who answered.
        report: How the file was read.
        columns: What stood where.
        figures: None where nothing can be measured.
        scored_at: UTC.
    """

    id: str
    name: str
    key: str
    bank: Bank
    engine: Engine
    report: ledgers.Report
    columns: Columns
    figures: Figures | None
    scored_at: datetime


def prepare(table: Table, columns: Columns | None = None, *, now: datetime | None = None) -> Prepared:
    """Read the transactions and see who can answer.

    Raises:
        InputError: See `ledger.read`.
    """
    found = ledgers.read(table, columns, now=now)
    return Prepared(table, found, plan(found.transactions, handbook=found.report.schema == "handbook"))


def plan(transactions: Transactions, *, handbook: bool = False) -> Plan:
    """Who can answer for some transactions.

    Args:
        handbook: Whether they come from the simulator whose rules the sample bank follows too: then its detector goes
            before what stands out.
    """
    first, last = int(transactions.days[0]), int(transactions.days[-1])
    days = last - first + 1
    delay = min(DELAY, days // 8)
    test_days = max(1, min(MOST_TEST_DAYS, round(days * TEST_SHARE)))
    learned = max(0, days - test_days - delay)
    # Older days serve as history only: fraud changes, and training stays a matter of minutes.
    window = Window(first + max(0, learned - MOST_DAYS), min(learned, MOST_DAYS), delay)
    why_not: dict[Engine, Problem] = {}
    if missing := _cannot_learn(transactions, window):
        why_not["own"] = missing
    if transactions.customers is None or transactions.terminals is None:
        why_not["bank"] = Problem("fraud-bank-unfit")
    order: tuple[Engine, ...] = ("own", "bank", "outliers") if handbook else ("own", "outliers", "bank")
    return Plan(
        engines=tuple(engine for engine in order if engine not in why_not),
        why_not=why_not,
        window=None if "own" in why_not else window,
        test_days=test_days,
        delay_days=delay,
    )


def recipe_for(transactions: Transactions, window: Window) -> trees.Recipe:
    """How a file's detector is grown: of many legitimate rows from a share, so that it takes minutes at most."""
    legitimate = int((transactions.fraud[transactions.between(window.first_day, window.days)] == LEGITIMATE).sum())
    return trees.Recipe(negatives=min(1.0, MOST_LEGITIMATE / max(1, legitimate)))


def keep(owner: str, prepared: Prepared, engine: Engine | None = None) -> Dataset:
    """The file in the workspace, waiting to be scored, or as it is there already.

    Args:
        engine: Who is to answer; the one suggested when None.

    Raises:
        InputError: The reason in the plan, where the engine cannot answer; ``workspace-full``.
    """
    chosen: Engine = engine or prepared.plan.engines[0]
    if chosen in prepared.plan.why_not:
        raise InputError(prepared.plan.why_not[chosen])
    content = _packed(_stored(prepared.table))
    read = prepared.ledger
    known = {
        "source": hashlib.sha256(content).hexdigest(),
        "columns": asdict(read.columns)
        | {"numbers": list(read.columns.numbers), "segments": list(read.columns.segments)},
        "engine": chosen,
        "identity": _identity(chosen),
    }
    for dataset in mine(owner):
        if {part: dataset.meta[part] for part in known} == known:
            return dataset
    meta = {
        **known,
        "rows": read.report.usable,
        "table": _table_json(prepared.table.report),
        "how": {str(role): how for role, how in read.how.items()},
        "schema": read.report.schema,
        "read_at": datetime.now(UTC).isoformat(),
        "version": None,
        "done": False,
    }
    return workspace.default().datasets.add(owner, DOMAIN, KIND, prepared.table.report.name, content, meta)


def start(id: str, owner: str) -> Job:
    """Score a kept file in the background, or the job that is at it already.

    The job's result is the id of the data set. Cancel it with `runtime.jobs.cancel`.

    Raises:
        InputError: ``dataset-not-found``.
        Busy: The owner has too many unfinished jobs.
    """
    dataset = _table(id, owner)
    with _starting:
        for job in jobs.list(owner, KIND):
            if job.unfinished and job.about["table"] == id:
                return job
        return jobs.start(owner, KIND, partial(_work, id, owner), dataset.name, {"table": id})


def score(id: str, owner: str, progress: Progress | None = None, cancelled: Stop | None = None) -> Result:
    """Score a kept file, and keep the scores. Blocks; pages use `start`.

    Args:
        progress: Called with (thousandths done, 1,000).
        cancelled: Polled between the steps and between trees.

    Raises:
        Cancelled: A detector that was trained is kept.
        InputError: ``dataset-not-found``; ``workspace-full``; what `training.detector` says.
        Unavailable
    """
    dataset = _table(id, owner)
    if dataset.meta["done"]:
        return open_result(id, owner)
    stored = _unpacked(workspace.default().datasets.content(id, owner))
    read = _read(dataset, stored)
    bank = _bank(dataset, read, owner, progress, cancelled)
    if cancelled is not None and cancelled():
        raise Cancelled
    scores, bands = np.full(len(read.why), np.nan), np.full(len(read.why), -1, dtype=np.int8)
    scores[read.places], bands[read.places] = bank.scores, bank.bands
    stored = stored.append_column(_SCORE, pa.array(scores, mask=np.isnan(scores)))
    stored = stored.append_column(_BAND, pa.array(bands))
    meta = {**_table(id, owner).meta, "done": True, "scored_at": datetime.now(UTC).isoformat()}
    dataset = workspace.default().datasets.update(id, owner, _packed(stored), meta)
    shelf.banks.put(bank.key, bank)
    return _result(dataset, read, bank)


def mine(owner: str) -> list[Dataset]:
    """The owner's kept files, the newest first; ``meta["done"]`` says whether one is scored."""
    found = workspace.default().datasets.list(owner, DOMAIN, KIND)
    return [dataset for dataset in found if dataset.owner == owner]


def finished(owner: str) -> list[Dataset]:
    """The owner's scored files, the newest first."""
    return [dataset for dataset in mine(owner) if dataset.meta["done"]]


def unfinished(owner: str) -> list[Dataset]:
    """The owner's files that wait to be scored or continued and at which no job is, the newest first."""
    busy = {job.about["table"] for job in jobs.list(owner, KIND) if job.unfinished}
    return [dataset for dataset in mine(owner) if not dataset.meta["done"] and dataset.id not in busy]


def open_result(id: str, owner: str) -> Result:
    """A scored file. After a restart its inputs are computed anew, about 100,000 rows a second.

    Raises:
        InputError: ``dataset-not-found``; ``fraud-table-unfinished`` before it is scored.
        Unavailable: Its detector is damaged.
    """
    dataset = _table(id, owner)
    if not dataset.meta["done"]:
        raise InputError(Problem("fraud-table-unfinished", field=dataset.name))
    with _opening:
        held = _open.get(id)
    read = held[0] if held else _read(dataset, _unpacked(workspace.default().datasets.content(id, owner)))
    bank = shelf.banks.open(shelf.key_of(id, owner), lambda: _bank(dataset, read, owner))
    return _result(dataset, read, bank)


def delete(id: str, owner: str) -> None:
    """Forget a file, its scores and its detector; a job at it is cancelled.

    Raises:
        InputError: ``dataset-not-found``.
    """
    dataset = _table(id, owner)
    for job in jobs.list(owner, KIND):
        if job.unfinished and job.about["table"] == id:
            jobs.cancel(job.id, owner)
    workspace.default().datasets.delete(id, owner)
    if dataset.meta["version"]:
        workspace.default().registry.delete(dataset.meta["version"], owner)
    shelf.banks.close(shelf.key_of(id, owner))
    with _opening:
        _open.pop(id, None)


# --- What to hand on -----------------------------------------------------------------------------------------------


def scored_frame(id: str, owner: str, language: Language) -> pd.DataFrame:
    """The file's own columns and rows in its own order, with ``fraud_score``, ``fraud_band`` and, where rows were left
    out, ``fraud_left_out``, which says why. One that the file has already gets the suffix ``_scored``.

    Raises:
        InputError: As of `open_result`.
    """
    dataset = _table(id, owner)
    if not dataset.meta["done"]:
        raise InputError(Problem("fraud-table-unfinished", field=dataset.name))
    stored = _unpacked(workspace.default().datasets.content(id, owner))
    frame = _file_columns(stored)
    bands = stored[_BAND].to_numpy()
    words = np.array([*(message(f"fraud-band-{band}", language) for band in BANDS), ""], dtype=object)
    added: dict[str, Any] = {
        "fraud_score": np.round(stored[_SCORE].to_numpy(zero_copy_only=False), 6),
        "fraud_band": words[bands],
    }
    if (bands < 0).any():
        why = _read(dataset, stored).why
        named = {code: message(f"fraud-why-{code}", language) for code in np.unique(why[why != ""].astype(str))}
        added["fraud_left_out"] = np.array([named.get(code, "") for code in why], dtype=object)
    return frame.assign(**{_free(name, frame.columns): values for name, values in added.items()})


def scored_file(id: str, owner: str, language: Language) -> bytes:
    """`scored_frame` as CSV that spreadsheets open without computing anything."""
    return tables.to_csv_bytes(scored_frame(id, owner, language))


def queue_frame(
    bank: Bank, language: Language, days: Sequence[int] | None = None, k: int = CAPACITY, *, why: bool = True
) -> pd.DataFrame:
    """The first `k` cards of the queues of some days, a row each.

    Args:
        days: Days since 1970-01-01; the newest when None.
        why: Whether to say why, in words: about 5,000 cards a second.
    """
    found = [bank.queue(day).take(slice(0, k)) for day in (days if days is not None else [bank.last_day])]
    tops = np.concatenate([queue.tops for queue in found]).astype(np.int64)
    transactions = bank.transactions
    words = [message(f"fraud-band-{band}", language) for band in BANDS]
    columns: dict[str, Any] = {
        "day": [str(np.datetime64(queue.day, "D")) for queue in found for _ in range(len(queue))],
        "rank": [rank for queue in found for rank in range(1, len(queue) + 1)],
    }
    if transactions.customers is not None:
        columns["card"] = transactions.customer_names[transactions.customers[tops]]
    columns |= {
        "transaction": transactions.ids[tops],
        "row": transactions.rows[tops],
        "time": [str(moment).replace("T", " ") for moment in transactions.seconds[tops].astype("datetime64[s]")],
        "amount": transactions.amounts[tops],
    }
    if transactions.terminals is not None:
        columns["merchant"] = transactions.terminal_names[transactions.terminals[tops]]
    columns |= {
        "score": np.round(bank.scores[tops], 6),
        "band": [words[band] for queue in found for band in queue.bands],
        "transactions_of_day": np.concatenate([queue.counts for queue in found]),
        "amount_of_day": np.round(np.concatenate([queue.amounts for queue in found]), 2),
    }
    if why and len(tops):
        said = reasons.explain(bank.detector, bank.features, transactions, tops, language)
        columns["why"] = [" · ".join(one.text for one in reasons.heaviest(of_row, _REASONS)) for of_row in said]
    return pd.DataFrame(columns)


def queue_file(bank: Bank, language: Language, days: Sequence[int] | None = None, k: int = CAPACITY) -> bytes:
    """`queue_frame` as CSV that spreadsheets open without computing anything."""
    return tables.to_csv_bytes(queue_frame(bank, language, days, k))


# --- Measuring ------------------------------------------------------------------------------------------------------


def measure(bank: Bank) -> Figures | None:
    """How well a bank's scores rank what its detector has not learned from; None without both kinds of labels there."""
    transactions = bank.transactions
    begin = transactions.between(bank.first_test_day, 0).start
    places = begin + np.flatnonzero(bank.truth[begin:] != UNKNOWN)
    truth = bank.truth[places] == FRAUD
    if not truth.any() or truth.all():
        return None
    scores, days = bank.scores[places], transactions.days[places]
    last = int(days[-1])
    return Figures(
        rows=len(places),
        frauds=int(truth.sum()),
        first=_date(int(days[0])),
        last=_date(last),
        average_precision=ranking.average_precision(truth, scores),
        auc=measures.auroc(truth, scores),
        by_amount=ranking.average_precision(truth, transactions.amounts[places]),
        cards=bank.card_precision(last, last - int(days[0]) + 1, CAPACITY),
        bands=tuple(_band_figures(bank, place, places, truth) for place in range(1, len(BANDS))),
    )


def _band_figures(bank: Bank, band: int, places: Ints, truth: npt.NDArray[np.bool_]) -> BandFigures:
    alerts = bank.bands[places] >= band
    hits, total = int((alerts & truth).sum()), int(alerts.sum())
    return BandFigures(
        BANDS[band],
        total,
        measures.wilson(hits, int(truth.sum())),
        measures.wilson(hits, total) if total else None,
        measures.wilson(total - hits, int((~truth).sum())),
    )


# --- Scoring --------------------------------------------------------------------------------------------------------

_starting = threading.Lock()
_opening = threading.Lock()
_open: dict[str, tuple[Ledger, Figures | None]] = {}


def _work(id: str, owner: str, progress: Progress, cancelled: Stop) -> str:
    score(id, owner, progress, cancelled)
    return id


def _bank(
    dataset: Dataset, read: Ledger, owner: str, progress: Progress | None = None, cancelled: Stop | None = None
) -> Bank:
    """The file as a bank. What has to be learned is learned now, unless it was kept."""
    key = shelf.key_of(dataset.id, owner)
    transactions, engine = read.transactions, dataset.meta["engine"]
    first = int(transactions.days[0])
    if engine == "bank":
        return shelf.score_bank(
            key,
            transactions,
            shelf.shipped(),
            first_test_day=first,
            report=_part(progress, 0, 0.9),
            cancelled=cancelled,
        )
    found = plan(transactions)
    settings = Settings(delay_days=found.delay_days)
    kept = _kept(dataset, owner)
    inputs = scoring.inputs(
        transactions,
        settings,
        kept.names if kept else None,
        report=_part(progress, 0.0, 0.3),
        cancelled=cancelled,
    )
    detector = kept
    if detector is None:
        report = _part(progress, 0.3, 0.9)
        if engine == "own":
            if found.window is None:
                raise InputError(found.why_not["own"])
            recipe = recipe_for(transactions, found.window)
            detector = training.detector(
                transactions, found.window, recipe, inputs=inputs, report=report, cancelled=cancelled
            )
        else:
            detector = _outliers(inputs, settings)
        _keep_detector(dataset, owner, detector, read)
    first_test = int(detector.facts["first_test_day"]) if engine == "own" else first
    return shelf.as_bank(key, transactions, inputs.values, detector, first_test_day=first_test)


def _outliers(inputs: scoring.Inputs, settings: Settings) -> Detector:
    """What stands out, with bands that the most unusual hundredth, fiftieth and twentieth of the rows reach."""
    fitted = unsupervised.fit(inputs.values, inputs.names)
    probabilities = scoring.probability(fitted.log_odds(inputs.values))
    return Detector(
        engine=OUTLIERS,
        names=inputs.names,
        settings=settings,
        trees=cast(Any, fitted),
        bands=scoring.limits(probabilities, np.zeros(len(probabilities), dtype=bool)),
        facts={"rows": len(probabilities), "frauds": 0, "simulated": False},
    )


def _cannot_learn(transactions: Transactions, window: Window) -> Problem | None:
    """Why a detector cannot be trained and measured."""
    labels, days = transactions.fraud, transactions.days
    frauds, legitimate = int((labels == FRAUD).sum()), int((labels == LEGITIMATE).sum())
    if not frauds and not legitimate:
        return Problem("fraud-no-labels")
    if not frauds or not legitimate:
        code = "fraud-one-class-fraud" if frauds else "fraud-one-class-legitimate"
        return Problem(code, details={"count": frauds + legitimate})
    if window.days < 1:
        return Problem("fraud-own-too-short", details={"days": int(days[-1] - days[0]) + 1})
    learned = int((labels[(days >= window.first_day) & (days < window.end)] == FRAUD).sum())
    tested = int((labels[days >= window.first_test_day] == FRAUD).sum())
    if learned < MIN_FRAUDS or tested < MIN_TEST_FRAUDS:
        details = {"learned": learned, "least": MIN_FRAUDS, "tested": tested, "least_tested": MIN_TEST_FRAUDS}
        return Problem("fraud-own-too-few", details=details)
    return None


def _part(report: Progress | None, begin: float, end: float) -> Progress | None:
    """Reports a part of the work as that share of all."""
    if report is None:
        return None
    return lambda done, total: report(int(_PARTS * (begin + (end - begin) * done / max(total, 1))), _PARTS)


def _identity(engine: Engine) -> str:
    """What tells an engine from an earlier one: this version of the software, and the weights that ship."""
    if engine != "bank":
        return __version__
    digest = hashlib.sha256()
    for file in sorted(shelf.WEIGHTS.glob("*")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


# --- Storage --------------------------------------------------------------------------------------------------------


def _kept(dataset: Dataset, owner: str) -> Detector | None:
    """The detector that was trained for a file."""
    version = workspace.default().datasets.get(dataset.id, owner).meta["version"]
    if not version:
        return None
    folder = workspace.default().registry.folder(version, owner)
    if dataset.meta["engine"] == "own":
        return scoring.load(folder)
    fitted = unsupervised.load(folder)
    written = dataset.meta["detector"]
    return Detector(
        engine=OUTLIERS,
        names=fitted.names,
        settings=Settings(delay_days=written["delay_days"]),
        trees=cast(Any, fitted),
        bands=written["bands"],
        facts=written["facts"],
    )


def _keep_detector(dataset: Dataset, owner: str, detector: Detector, read: Ledger) -> None:
    """Record the run and keep what it wrote."""
    facts = dict(detector.facts)
    recipe = Recipe(
        data={
            "name": dataset.name,
            "rows": read.report.usable,
            "sha256": dataset.meta["source"],
            "frauds": read.report.frauds,
        },
        code_version=evidence.code_version(),
        seed=int(facts.get("seed", training.SEED)),
        parameters={"engine": detector.engine, "inputs": list(detector.names), **facts.get("recipe", {})},
        metrics=[],
        report=facts,
        seconds=float(facts.get("seconds", 0.0)),
    )

    def write(folder: Path) -> None:
        if detector.engine == OUTLIERS:
            detector.trees.save(folder)
        else:
            scoring.save(detector, folder)

    version = workspace.default().registry.add(owner, KIND, dataset.name, recipe, write)
    datasets = workspace.default().datasets
    meta = {
        **datasets.get(dataset.id, owner).meta,
        "version": version.id,
        "detector": {"delay_days": detector.settings.delay_days, "bands": dict(detector.bands), "facts": facts},
    }
    datasets.update(dataset.id, owner, datasets.content(dataset.id, owner), meta)


def _result(dataset: Dataset, read: Ledger, bank: Bank) -> Result:
    with _opening:
        held = _open.get(dataset.id)
    figures = held[1] if held and held[0] is read else measure(bank)
    with _opening:
        _open.clear()  # one file is enough: a page asks for its result at every rerun
        _open[dataset.id] = read, figures
    return Result(
        id=dataset.id,
        name=dataset.name,
        key=bank.key,
        bank=bank,
        engine=dataset.meta["engine"],
        report=read.report,
        columns=read.columns,
        figures=figures,
        scored_at=datetime.fromisoformat(dataset.meta["scored_at"]),
    )


def _stored(table: Table) -> pa.Table:
    """The file's own columns and row numbers."""
    original = table.frame.rename(columns=str).add_prefix(_FILE)
    return pa.Table.from_pandas(original, preserve_index=False).append_column(_ROW, pa.array(table.row_numbers))


def _file_columns(stored: pa.Table) -> pd.DataFrame:
    names = [name for name in stored.column_names if name.startswith(_FILE)]
    frame: pd.DataFrame = stored.select(names).to_pandas()
    return frame.rename(columns=lambda name: name.removeprefix(_FILE))


def _read(dataset: Dataset, stored: pa.Table) -> Ledger:
    """The transactions of a kept file, as they were read when it was kept."""
    meta = dataset.meta
    kept = dict(meta["columns"]) | {name: tuple(meta["columns"][name]) for name in ("numbers", "segments")}
    table = Table(_file_columns(stored), _table_read(meta["table"]), stored[_ROW].to_numpy())
    read = ledgers.read(table, Columns(**kept), now=datetime.fromisoformat(meta["read_at"]))
    how = cast("Mapping[Role, How]", meta["how"])
    return replace(read, how=how, report=replace(read.report, schema=meta["schema"]))


def _table_json(report: TableReport) -> dict[str, Any]:
    kept = replace(report, skipped=report.skipped[:_SKIPPED_KEPT])
    return asdict(kept)


def _table_read(kept: Mapping[str, Any]) -> TableReport:
    problems = {name: [Problem(**problem) for problem in kept[name]] for name in ("skipped", "notes")}
    return TableReport(**{**kept, **problems})


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


def _free(name: str, taken: pd.Index[Any]) -> str:
    while name in taken:
        name = f"{name}_scored"
    return name


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)
