"""The bank that is looked at: the simulated one that the page opens on, or one of the visitor's own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import streamlit as st

from bigmodel_apps import locales
from bigmodel_apps.fraud import bulk, reasons, retraining, scoring, shelf
from bigmodel_apps.fraud.schema import BANDS, Output
from bigmodel_apps.fraud.segments import PARTS, QUARTERS
from bigmodel_apps.fraud.shelf import SAMPLE, Bank
from bigmodel_apps.fraud.simulator import AGES, CARDS, REGIONS
from bigmodel_apps.fraud.transactions import FRAUD, LEGITIMATE, Ints
from bigmodel_apps.measures import Estimate
from bigmodel_apps.runtime import jobs
from bigmodel_apps.ui import address, language
from bigmodel_apps.ui.language import current, percent, t
from bigmodel_apps.ui.once import once
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.workspace import Dataset

BANK = "fraud-bank"
SIMULATE = "fraud-simulate"
"""Kind of the jobs that draw a bank; their result is its key."""

_PARAMETER, _SCOPE = "bank", "fraud"
_SEGMENTS = {"region": REGIONS, "card": CARDS, "age": AGES, "part": PARTS, "amount": QUARTERS}
"""Those of the simulator and of every bank, whose values have words."""


def choose() -> str:
    """The selector of the bank, the simulated sample until another is chosen; returns what `bank_of` opens."""
    own, drawn = bulk.finished(owner()), simulated_keys()
    labels = {SAMPLE: t("fraud-bank-sample")} | dict.fromkeys(drawn, t("world-name")) | _labels(own)
    return _choose(labels, SAMPLE, t("fraud-bank"))


def choose_own(own: Sequence[Dataset]) -> str:
    """The same among the visitor's own scored files, of which there is one at least."""
    return _choose(_labels(own), own[0].id, t("fraud-bank-file"))


def _choose(labels: Mapping[str, str], default: str, label: str) -> str:
    value = address.chosen(_PARAMETER, list(labels), default, scope=_SCOPE)
    address.stay(_PARAMETER, value, scope=_SCOPE)
    st.session_state[BANK] = value
    chosen: str = st.selectbox(
        label,
        list(labels),
        format_func=labels.__getitem__,
        key=BANK,
        on_change=lambda: show(st.session_state[BANK]),
        width=230,
        help=t("fraud-simulated") if value == SAMPLE or value in simulated_keys() else None,
    )
    return chosen


def _labels(own: Sequence[Dataset]) -> dict[str, str]:
    names = [dataset.name for dataset in own]
    return {
        dataset.id: dataset.name
        if names.count(dataset.name) == 1
        else f"{dataset.name} · {language.moment(dataset.created_at)}"
        for dataset in own
    }


def simulated_keys() -> list[str]:
    """Keys of the banks that this visitor simulated and that are still open, the newest first."""
    drawn = [job.result for job in jobs.list(owner(), SIMULATE) if job.state == "done"]
    return [key for key in drawn if shelf.banks.has(key)]


def bank_of(key: str) -> Bank:
    """The open bank, as the visitor's champion scores it. The first visitor after a start waits until it is scored.

    Args:
        key: From `choose`.

    Raises:
        InputError: ``fraud-bank-unknown``, or the file is not there any more.
        Unavailable: The files of a detector are damaged.
    """
    with st.spinner(t("fraud-bank-opening")):
        if key != SAMPLE and not shelf.banks.has(key):
            key = bulk.open_result(key, owner()).key
        return retraining.serve(owner(), key)[0]


def show(key: str) -> None:
    """Make a bank the one that every view looks at."""
    address.keep(_PARAMETER, key, scope=_SCOPE)


def explained(bank: Bank, places: Ints) -> list[Output]:
    """What the detector says of some transactions, with the reasons in the language of the page."""
    return once("fraud.explained", bank, (current(), places.tobytes()), lambda: explain(bank, places))


def explain(bank: Bank, places: Ints) -> list[Output]:
    """The same, computed now."""
    if not len(places):
        return []
    found = reasons.explain(bank.detector, bank.features, bank.transactions, places, current())
    base = bank.contributions(places[:1]).base
    bands = scoring.band(bank.detector, bank.scores[places])
    return [
        Output(score=float(score), band=BANDS[int(band)], reasons=why, base=base, engine=bank.detector.engine)
        for score, band, why in zip(bank.scores[places], bands, found, strict=True)
    ]


# --- What things are called -------------------------------------------------------------------------------------------


def day_date(day: int) -> datetime.date:
    """Days since 1970-01-01 as a calendar day."""
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=day)


def clock(seconds: int) -> datetime.datetime:
    """Seconds since 1970-01-01 on the clock of the bank."""
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(seconds))


def card_name(bank: Bank, card: int) -> str:
    """The card as its source writes it; the transaction's id where there are no cards. Plain text."""
    transactions = bank.transactions
    return str(transactions.ids[card] if transactions.customers is None else transactions.customer_names[card])


def card_of(bank: Bank, place: int) -> str:
    """The card of a transaction; the transaction's id where there are no cards. Plain text."""
    customers = bank.transactions.customers
    return card_name(bank, place if customers is None else int(customers[place]))


def terminal_name(bank: Bank, place: int) -> str | None:
    """The terminal of a transaction; None where terminals are unknown. Plain text."""
    terminals = bank.transactions.terminals
    return None if terminals is None else str(bank.transactions.terminal_names[terminals[place]])


def label_word(mark: int) -> str:
    """What is known of a transaction."""
    return t(
        "fraud-label-fraud"
        if mark == FRAUD
        else "fraud-label-legitimate"
        if mark == LEGITIMATE
        else "fraud-label-unknown"
    )


def money(amount: float) -> str:
    """An amount to the cent, with thousands separators."""
    return f"{amount:,.2f}"


def bounded(found: Estimate) -> str:
    """A share with its interval."""
    return t("fraud-bounded", value=percent(found.value), low=percent(found.low), high=percent(found.high))


def moment(seconds: int) -> str:
    """Day and time to the minute on the clock of the bank."""
    return locales.moment(clock(seconds), current())


def said_at(value: datetime.datetime) -> str:
    """When somebody said something, on the visitor's clock."""
    return language.moment(value)


def segment_word(name: str) -> str:
    """What a segment is called: ours translated, a file's own as it is. Plain text."""
    return t(f"segment-name-{name}") if name in _SEGMENTS else name


def value_word(name: str, value: str) -> str:
    """What a value of a segment is called. Plain text."""
    return t(f"segment-value-{value}") if value in _SEGMENTS.get(name, ()) else value
