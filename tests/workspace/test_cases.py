from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bigmodel_apps.problems import InputError
from bigmodel_apps.workspace import Case, Workspace
from bigmodel_apps.workspace.cases import NOTE_CHARS, TRANSACTIONS, Decision
from tests.workspace.conftest import QUOTA, code

DOMAIN = "fraud"


def decide(
    store: Workspace, decision: Decision, *, owner: str = "ann", desk: str = "bank", alert: str = "c1", **given: object
) -> Case:
    about: dict[str, object] = {"card": "C1", "transactions": ["t1", "t2"], "score": 0.9, "model": "trees"}
    return store.cases.decide(owner, DOMAIN, desk, alert, decision, **(about | given))  # type: ignore[arg-type]


def test_a_decision_comes_back_with_all_that_was_said(store: Workspace, file: Path) -> None:
    first = decide(store, "later", note="  Called, no answer. ")
    assert (first.decision, first.note, first.transactions) == ("later", "Called, no answer.", ("t1", "t2"))
    assert datetime.now(UTC) - first.created_at < timedelta(minutes=1)
    second = decide(store, "fraud", score=0.1, transactions=["t2"])
    assert (second.id, second.decision, second.note) == (first.id, "fraud", "Called, no answer.")
    assert (second.score, second.transactions, second.created_at) == (0.9, ("t2",), first.created_at)
    third = decide(store, "fraud", note="", transactions=["t2"])
    assert [(said.decision, said.note) for said in third.history] == [
        ("later", "Called, no answer."),
        ("fraud", "Called, no answer."),
        ("fraud", ""),
    ]
    assert Workspace(f"sqlite:///{file}").cases.list("ann", DOMAIN) == [third]


def test_a_button_pressed_twice_says_it_once(store: Workspace) -> None:
    first, second = decide(store, "fraud"), decide(store, "fraud")
    assert first == second
    assert len(decide(store, "fraud", transactions=["t1"]).history) == 2


def test_cases_are_listed_by_desk_the_last_changed_first(store: Workspace) -> None:
    one, two = decide(store, "fraud", alert="c1"), decide(store, "later", alert="c2")
    three = decide(store, "fraud", desk="other")
    assert store.cases.list("ann", DOMAIN, "bank") == [two, one]
    one = decide(store, "legitimate", alert="c1")
    assert store.cases.list("ann", DOMAIN, "bank") == [one, two]
    assert store.cases.list("ann", DOMAIN) == [one, three, two]
    assert store.cases.list("ann", "sentiment") == []


def test_a_case_is_its_owners_alone(store: Workspace) -> None:
    mine, theirs = decide(store, "fraud"), decide(store, "legitimate", owner="bob")
    assert store.cases.list("ann", DOMAIN) == [mine]
    with pytest.raises(InputError) as caught:
        store.cases.delete("ann", [mine.id, theirs.id])
    assert code(caught) == "case-not-found"
    assert store.cases.list("ann", DOMAIN) == [mine]
    store.cases.delete("ann", [mine.id])
    assert store.cases.list("ann", DOMAIN) == []
    assert store.cases.list("bob", DOMAIN) == [theirs]
    with pytest.raises(ValueError, match="owner"):
        decide(store, "fraud", owner="")


def test_what_cannot_be_kept_is_refused_and_the_case_stays(store: Workspace) -> None:
    kept = decide(store, "fraud")
    for expected, given in (
        ("case-note-too-long", {"note": "x" * (NOTE_CHARS + 1)}),
        ("case-too-many-transactions", {"transactions": ["t"] * (TRANSACTIONS + 1)}),
        ("case-decision-unknown", {"decision": "perhaps"}),
        ("workspace-full", {"transactions": ["t" * 100] * (QUOTA // 100)}),
    ):
        with pytest.raises(InputError) as caught:
            decide(store, given.pop("decision", "legitimate"), **given)  # type: ignore[arg-type]
        assert code(caught) == expected
    assert store.cases.list("ann", DOMAIN) == [kept]


def test_cases_count_and_are_forgotten(store: Workspace) -> None:
    decide(store, "fraud", note="备注")
    small = store.usage("ann")
    decide(store, "fraud", note="备注备注")
    assert store.usage("ann") > small > 0
    decide(store, "fraud", owner="bob")
    store.reset("ann")
    assert (store.usage("ann"), store.cases.list("ann", DOMAIN)) == (0, [])
    assert len(store.cases.list("bob", DOMAIN)) == 1


def test_decisions_at_once_are_all_kept(store: Workspace) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: decide(store, "later", note=f"note {n}"), range(8)))
    (case,) = store.cases.list("ann", DOMAIN)
    assert sorted(said.note for said in case.history) == [f"note {n}" for n in range(8)]
