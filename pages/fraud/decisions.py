"""What the visitor decides about alerts: one click keeps it; decisions become labels for a challenger."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

import numpy as np
import streamlit as st

from bigmodel_apps import workspace
from bigmodel_apps.fraud.queue import Queue
from bigmodel_apps.fraud.shelf import Bank
from bigmodel_apps.ui.language import t
from bigmodel_apps.ui.owner import owner
from bigmodel_apps.ui.problems import attempt
from bigmodel_apps.workspace import Case
from bigmodel_apps.workspace.cases import DECISIONS, NOTE_CHARS, Decision
from pages.fraud import opened
from pages.fraud.choices import DOMAIN
from pages.fraud.looks import DECISIONS as LOOKS
from pages.fraud.looks import decision_word

_KEY = "fraud-decide"


def decided(bank: Bank) -> Mapping[str, Case]:
    """The visitor's decisions about a bank's alerts, by the name of the alert."""
    return {case.alert: case for case in workspace.default().cases.list(owner(), DOMAIN, bank.key)}


def name_of(bank: Bank, queue: Queue, place: int) -> str:
    """The name under which an alert is kept: the card and the day."""
    return f"{opened.day_date(queue.day).isoformat()} {opened.card_name(bank, int(queue.cards[place]))}"


def buttons(bank: Bank, queue: Queue, place: int, case: Case | None) -> None:
    """Fraud, legitimate or later; the one that holds is marked."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=_KEY):
        for decision in DECISIONS:
            holds = case is not None and case.decision == decision
            st.button(
                decision_word(decision),
                icon=LOOKS[decision][0],
                type="primary" if holds else "secondary",
                key=f"{_KEY}-{decision}",
                on_click=attempt,
                args=(_decide, bank, queue, place, decision, None),
            )
        if case is not None:
            st.caption(t("decide-when", moment=opened.said_at(case.changed_at)), width="content")


def note(bank: Bank, queue: Queue, place: int, case: Case | None) -> None:
    """What is to be remembered about an alert, and what was said so far."""
    name = name_of(bank, queue, place)
    key = f"{_KEY}-note-{blake2b(f'{bank.key} {name}'.encode(), digest_size=8).hexdigest()}"
    st.session_state.setdefault(key, case.note if case is not None else "")
    st.text_area(
        t("decide-note"),
        key=key,
        height=80,
        max_chars=NOTE_CHARS,
        placeholder=t("decide-note-empty"),
        label_visibility="collapsed",
    )
    st.button(
        t("decide-note-keep"),
        icon=":material/save:",
        key=f"{_KEY}-note-keep",
        on_click=attempt,
        args=(_keep_note, bank, queue, place, case.decision if case else "later", key),
    )
    for said in reversed(case.history if case else ()):
        words = t("decide-said", moment=opened.said_at(said.at), decision=decision_word(said.decision))
        st.caption(f"{LOOKS[said.decision][0]} {words}")


def _keep_note(bank: Bank, queue: Queue, place: int, decision: Decision, key: str) -> None:
    _decide(bank, queue, place, decision, st.session_state[key])


def _decide(bank: Bank, queue: Queue, place: int, decision: Decision, note: str | None) -> None:
    """Keep a decision: on all of the card's transactions of that day that are alerts, the highest one at least."""
    card, top = int(queue.cards[place]), int(queue.tops[place])
    customers = bank.transactions.customers
    rows = np.array([card]) if customers is None else bank.day(queue.day)
    if customers is not None:
        rows = rows[customers[rows] == card]
    about = rows if decision == "legitimate" else rows[(bank.bands[rows] > 0) | (rows == top)]
    workspace.default().cases.decide(
        owner(),
        DOMAIN,
        bank.key,
        name_of(bank, queue, place),
        decision,
        card=opened.card_name(bank, card),
        transactions=[str(bank.transactions.ids[row]) for row in about],
        score=float(queue.scores[place]),
        model=bank.detector.engine,
        note=note,
    )
    st.toast(t("decide-kept", decision=decision_word(decision)), icon=LOOKS[decision][0])
