from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bigmodel_apps.problems import InputError, Unavailable
from bigmodel_apps.workspace import Recipe, Version, Workspace
from tests.workspace.conftest import code

DOMAIN = "sentiment"


def recipe(accuracy: float = 0.9) -> Recipe:
    return Recipe(
        data={"name": "labels.csv", "rows": 3, "sha256": "0" * 64},
        code_version="abc",
        seed=7,
        parameters={"penalty": 3.0, "classes": ["好", "bad"]},
        metrics=[{"name": "accuracy", "value": accuracy}],
        report={"verdict": "better"},
        seconds=1.5,
    )


def write(content: bytes = b"weights") -> Callable[[Path], object]:
    return lambda folder: (folder / "own.safetensors").write_bytes(content)


def add(store: Workspace, owner: str = "ann", name: str = "first", content: bytes = b"weights") -> Version:
    return store.registry.add(owner, DOMAIN, name, recipe(), write(content))


def test_a_version_comes_back_with_its_run_and_its_files_also_after_a_restart(store: Workspace, file: Path) -> None:
    added = add(store, name="  My   labels ")
    assert (added.number, added.name, added.bytes, added.run.recipe) == (1, "My labels", 7, recipe())
    again = Workspace(f"sqlite:///{file}")
    assert again.registry.get(added.id, "ann") == added
    assert (again.registry.folder(added.id, "ann") / "own.safetensors").read_bytes() == b"weights"
    assert again.registry.versions("ann", DOMAIN) == [added]
    assert [run.version for run in again.registry.runs("ann", DOMAIN)] == [added.id]
    again.close()


def test_an_alias_is_switched_and_rolled_back_to_the_model_that_ships(store: Workspace, file: Path) -> None:
    first, second = add(store), add(store, name="second")
    assert store.registry.deployed("ann", DOMAIN) is None
    store.registry.deploy("ann", DOMAIN, first.id)
    store.registry.deploy("ann", DOMAIN, second.id)
    other = Workspace(f"sqlite:///{file}")  # another process sees each switch
    assert other.registry.deployed("ann", DOMAIN) == second
    assert store.registry.roll_back("ann", DOMAIN) == first
    assert other.registry.deployed("ann", DOMAIN) == first
    assert store.registry.roll_back("ann", DOMAIN) is None
    assert other.registry.deployed("ann", DOMAIN) is None
    with pytest.raises(InputError) as caught:
        store.registry.roll_back("ann", DOMAIN)
    assert code(caught) == "nothing-to-roll-back"
    history = store.registry.history("ann", DOMAIN)
    assert [(deployed.version, deployed.ended_at is None) for deployed in history] == [
        (second.id, False),
        (first.id, False),
    ]
    other.close()


def test_the_model_that_ships_can_be_put_back_and_that_too_is_rolled_back(store: Workspace) -> None:
    first = add(store)
    store.registry.deploy("ann", DOMAIN, first.id)
    store.registry.deploy("ann", DOMAIN, None)
    assert store.registry.deployed("ann", DOMAIN) is None
    assert store.registry.roll_back("ann", DOMAIN) == first


def test_deploying_what_is_deployed_changes_nothing(store: Workspace) -> None:
    first = add(store)
    assert store.registry.deploy("ann", DOMAIN, first.id) == store.registry.deploy("ann", DOMAIN, first.id)
    assert store.registry.roll_back("ann", DOMAIN) is None


def test_a_challenger_stands_beside_the_champion_until_it_becomes_one(store: Workspace) -> None:
    first, second = add(store), add(store, name="second")
    store.registry.deploy("ann", DOMAIN, first.id)
    store.registry.deploy("ann", DOMAIN, second.id, "challenger")
    assert store.registry.deployed("ann", DOMAIN) == first
    assert store.registry.deployed("ann", DOMAIN, "challenger") == second
    store.registry.deploy("ann", DOMAIN, second.id)
    assert store.registry.deployed("ann", DOMAIN) == second
    assert store.registry.deployed("ann", DOMAIN, "challenger") is None


def test_a_version_is_its_owners_alone(store: Workspace) -> None:
    version = add(store)
    store.registry.deploy("ann", DOMAIN, version.id)
    for attempt in (
        lambda: store.registry.get(version.id, "bob"),
        lambda: store.registry.folder(version.id, "bob"),
        lambda: store.registry.rename(version.id, "bob", "mine"),
        lambda: store.registry.deploy("bob", DOMAIN, version.id),
        lambda: store.registry.deploy("ann", "fraud", version.id),
        lambda: store.registry.delete(version.id, "bob"),
        lambda: store.registry.get("no such", "ann"),
    ):
        with pytest.raises(InputError) as caught:
            attempt()
        assert code(caught) == "version-not-found"
    assert store.registry.versions("bob", DOMAIN) == store.registry.runs("bob", DOMAIN) == []
    assert store.registry.deployed("bob", DOMAIN) is None
    assert store.registry.deployed("ann", "fraud") is None
    with pytest.raises(ValueError, match="owner"):
        add(store, owner="")


def test_numbers_count_for_each_owner_and_are_not_given_again(store: Workspace) -> None:
    first, second, other = add(store), add(store), add(store, owner="bob")
    store.registry.delete(second.id, "ann")
    assert (first.number, second.number, other.number, add(store).number) == (1, 2, 1, 3)


def test_the_champion_is_not_deleted_and_what_is_deleted_leaves_its_run(store: Workspace, file: Path) -> None:
    first, second = add(store), add(store, name="second")
    store.registry.deploy("ann", DOMAIN, first.id)
    store.registry.deploy("ann", DOMAIN, second.id)
    with pytest.raises(InputError) as caught:
        store.registry.delete(second.id, "ann")
    assert code(caught) == "version-in-use"
    store.registry.delete(first.id, "ann")
    assert [folder.name for folder in (file.parent / "registry").iterdir()] == [second.id]
    assert [(run.name, run.version) for run in store.registry.runs("ann", DOMAIN)] == [
        ("second", second.id),
        ("first", None),
    ]
    assert store.registry.roll_back("ann", DOMAIN) is None  # what came before is gone: the model that ships


def test_damaged_files_are_not_used(store: Workspace) -> None:
    version = add(store)
    (store.registry.folder(version.id, "ann") / "own.safetensors").write_bytes(b"weightz")
    with pytest.raises(Unavailable) as caught:
        store.registry.folder(version.id, "ann")
    assert code(caught) == "version-damaged"


def test_a_full_workspace_keeps_nothing_and_leaves_no_files(store: Workspace, file: Path) -> None:
    with pytest.raises(InputError) as caught:
        add(store, content=b"x" * 10_000)
    assert code(caught) == "workspace-full"
    assert store.registry.versions("ann", DOMAIN) == []
    assert list((file.parent / "registry").iterdir()) == []
    kept = add(store, content=b"x" * 5_000)
    facts = recipe()
    about = json.dumps([facts.data, facts.parameters, facts.metrics, facts.report])
    assert store.usage("ann") == kept.bytes + len(about) == 5_222
    with pytest.raises(InputError):
        add(store, content=b"x" * 5_000)


@pytest.mark.parametrize(("name", "expected"), [("  ", "version-name-missing"), ("x" * 201, "version-name-too-long")])
def test_a_name_is_needed(store: Workspace, name: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        add(store, name=name)
    assert code(caught) == expected
    version = add(store)
    assert store.registry.rename(version.id, "ann", "other").name == "other"
    with pytest.raises(InputError):
        store.registry.rename(version.id, "ann", name)


def test_writers_at_once_get_numbers_of_their_own_and_one_version_is_in_use(store: Workspace, file: Path) -> None:
    def train(worker: int) -> Version:
        own = Workspace(f"sqlite:///{file}", quota=10_000)
        version = own.registry.add("ann", DOMAIN, f"run {worker}", recipe(), write(b"w" * worker))
        own.registry.deploy("ann", DOMAIN, version.id)
        own.close()
        return version

    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(train, range(8)))
    assert sorted(version.number for version in versions) == list(range(1, 9))
    assert store.registry.deployed("ann", DOMAIN) in versions
    assert len(store.registry.history("ann", DOMAIN)) == 8
    for version in versions:
        assert store.registry.folder(version.id, "ann").is_dir()


def test_a_process_killed_while_it_writes_leaves_no_version(store: Workspace, file: Path) -> None:
    program = f"""
        import os
        from bigmodel_apps.workspace import Recipe, Workspace
        store = Workspace("sqlite:///{file}")
        recipe = Recipe({{}}, "abc", 7, {{}}, [], {{}}, 1.0)
        store.registry.add("ann", "{DOMAIN}", "half", recipe, lambda folder: os._exit(9))
    """
    assert subprocess.run([sys.executable, "-c", textwrap.dedent(program)]).returncode == 9
    assert store.registry.versions("ann", DOMAIN) == []
    assert add(store).number == 1


def test_reset_takes_the_models_and_corrections_of_one_owner(store: Workspace, file: Path) -> None:
    add(store)
    other = add(store, owner="bob")
    for owner in ("ann", "bob"):
        store.corrections.give(owner, DOMAIN, "Fine.", "neutral", predicted="positive", confidence=0.6, model="own")
    store.reset("ann")
    assert store.usage("ann") == 0
    assert store.registry.runs("ann", DOMAIN) == store.corrections.list("ann", DOMAIN) == []
    assert [folder.name for folder in (file.parent / "registry").iterdir()] == [other.id]
    assert len(store.corrections.list("bob", DOMAIN)) == 1


def test_a_text_has_one_correction_which_can_be_changed_and_deleted(store: Workspace) -> None:
    book = store.corrections
    given = book.give("ann", DOMAIN, "  还行吧 ", "neutral", predicted="positive", confidence=0.61, model="own")
    assert (given.text, given.label, given.predicted, given.confidence) == ("还行吧", "neutral", "positive", 0.61)
    again = book.give("ann", DOMAIN, "还行吧", "negative", predicted="positive", confidence=0.61, model="own")
    assert (again.id, again.label) == (given.id, "negative")
    assert book.list("ann", DOMAIN) == [again]
    assert book.edit(given.id, "ann", " positive ").label == "positive"
    assert book.list("ann", "fraud") == book.list("bob", DOMAIN) == []
    for attempt in (
        lambda: book.edit(given.id, "bob", "neutral"),
        lambda: book.delete("bob", [given.id]),
        lambda: book.delete("ann", [given.id, "no such"]),
    ):
        with pytest.raises(InputError) as caught:
            attempt()
        assert code(caught) == "correction-not-found"
    assert len(book.list("ann", DOMAIN)) == 1
    book.delete("ann", [given.id])
    assert book.list("ann", DOMAIN) == []
    assert store.usage("ann") == 0


def test_corrections_need_text_and_label_and_count_in_bytes(store: Workspace) -> None:
    book = store.corrections
    for text, label, expected in (
        (" ", "neutral", "correction-empty"),
        ("Fine.", "\n", "correction-empty"),
        ("x" * 20_001, "neutral", "correction-too-long"),
        ("Fine.", "x" * 101, "correction-too-long"),
        ("x" * 9_990, "neutral", "workspace-full"),
    ):
        with pytest.raises(InputError) as caught:
            book.give("ann", DOMAIN, text, label, predicted="positive", confidence=0.6, model="own")
        assert code(caught) == expected
    book.give("ann", DOMAIN, "好", "neutral", predicted="positive", confidence=0.6, model="own")
    assert store.usage("ann") == 3 + len("neutralpositiveown")
