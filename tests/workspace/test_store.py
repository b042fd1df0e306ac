from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bigmodel_apps import workspace
from bigmodel_apps.problems import InputError, Problem, Unavailable
from bigmodel_apps.workspace import Workspace
from tests.workspace.conftest import code


def test_a_data_set_comes_back_as_it_was_given(store: Workspace) -> None:
    before = datetime.now(UTC)
    content = "问题,answer\n".encode() * 3
    added = store.datasets.add("ann", "customer_service", "knowledge", "  My  shop ", content, {"rows": 3})
    assert added == store.datasets.get(added.id, "ann")
    assert store.datasets.content(added.id, "ann") == content
    assert (added.name, added.rows, added.bytes, added.owner) == ("My shop", 3, len(content), "ann")
    assert len(added.id) == 32
    assert len(added.sha256) == 64
    assert before <= added.created_at <= datetime.now(UTC)
    assert store.usage("ann") == len(content)


def test_empty_content_and_no_meta(store: Workspace) -> None:
    added = store.datasets.add("ann", "fraud", "table", "empty", b"")
    assert store.datasets.content(added.id, "ann") == b""
    assert added.rows == 0
    assert added.meta == {}


def test_the_content_lies_compressed_in_the_file(store: Workspace, file: Path) -> None:
    store.datasets.add("ann", "fraud", "table", "zeros", b"\0" * 9_000)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT length(packed) FROM contents").fetchone()[0] < 100
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_list_holds_own_and_shared_newest_first(store: Workspace) -> None:
    first = store.datasets.add("ann", "fraud", "table", "first", b"1")
    second = store.datasets.add("ann", "fraud", "cases", "second", b"2")
    store.datasets.add("bob", "fraud", "table", "private", b"3")
    shared = store.datasets.add("bob", "fraud", "table", "shared", b"4", shared=True)
    store.datasets.add("ann", "sentiment", "table", "other domain", b"5")
    assert [item.id for item in store.datasets.list("ann", "fraud")] == [shared.id, second.id, first.id]
    assert [item.id for item in store.datasets.list("ann", "fraud", "cases")] == [second.id]


def test_a_shared_data_set_is_readable_but_hides_its_owner_and_stays_theirs(store: Workspace) -> None:
    shared = store.datasets.add("bob", "fraud", "table", "theirs", b"4", shared=True)
    assert store.datasets.get(shared.id, "ann").owner == ""
    assert [item.owner for item in store.datasets.list("ann", "fraud")] == [""]
    assert store.datasets.content(shared.id, "ann") == b"4"
    for change in (
        lambda: store.datasets.update(shared.id, "ann", b"x", {}),
        lambda: store.datasets.rename(shared.id, "ann", "mine"),
        lambda: store.datasets.share(shared.id, "ann", False),
        lambda: store.datasets.delete(shared.id, "ann"),
    ):
        with pytest.raises(InputError) as error:
            change()
        assert code(error) == "dataset-not-yours"
    assert store.datasets.get(shared.id, "bob") == shared


@pytest.mark.parametrize("method", ["get", "content", "update", "rename", "share", "delete"])
def test_what_is_private_or_missing_is_not_found(store: Workspace, method: str) -> None:
    private = store.datasets.add("bob", "fraud", "table", "private", b"3")
    rest: tuple[Any, ...] = {"update": (b"", {}), "rename": ("name",)}.get(method, ())
    for id, owner in ((private.id, "ann"), (private.id, ""), ("0" * 32, "bob")):
        with pytest.raises(InputError) as error:
            getattr(store.datasets, method)(id, owner, *rest)
        assert code(error) == "dataset-not-found"


def test_the_owner_changes_everything(store: Workspace) -> None:
    added = store.datasets.add("ann", "fraud", "table", "old", b"1", {"rows": 1})
    store.datasets.rename(added.id, "ann", "new")
    store.datasets.share(added.id, "ann")
    changed = store.datasets.update(added.id, "ann", b"22", {"rows": 2})
    assert (changed.name, changed.shared, changed.rows, changed.bytes) == ("new", True, 2, 2)
    assert changed == store.datasets.get(added.id, "ann")
    assert store.datasets.content(added.id, "ann") == b"22"
    assert not store.datasets.share(added.id, "ann", False).shared
    store.datasets.delete(added.id, "ann")
    assert store.datasets.list("ann", "fraud") == []


def test_deleting_a_data_set_deletes_its_content(store: Workspace, file: Path) -> None:
    added = store.datasets.add("ann", "fraud", "table", "gone", b"1")
    store.datasets.delete(added.id, "ann")
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM contents").fetchone()[0] == 0


@pytest.mark.parametrize(("name", "expected"), [(" \t", "dataset-name-missing"), ("长" * 201, "dataset-name-too-long")])
def test_a_name_is_checked(store: Workspace, name: str, expected: str) -> None:
    with pytest.raises(InputError) as error:
        store.datasets.add("ann", "fraud", "table", name, b"")
    assert code(error) == expected


def test_the_quota_holds_for_adding_updating_and_feedback(store: Workspace) -> None:
    added = store.datasets.add("ann", "fraud", "table", "large", b"x" * 9_990)
    for attempt in (
        lambda: store.datasets.add("ann", "fraud", "table", "too much", b"x" * 11),
        lambda: store.datasets.update(added.id, "ann", b"x" * 10_001, {}),
        lambda: store.feedback.add("ann", "fraud", "wrong", "a reason that is too long"),
    ):
        with pytest.raises(InputError) as error:
            attempt()
        assert code(error) == "workspace-full"
    assert store.usage("ann") == 9_990
    store.datasets.add("bob", "fraud", "table", "another owner", b"x" * 10_000)
    store.datasets.update(added.id, "ann", b"x" * 10_000, {})
    store.datasets.update(added.id, "ann", b"x", {})
    assert store.usage("ann") == 1


def test_feedback_belongs_to_its_owner(store: Workspace) -> None:
    first = store.feedback.add("ann", "customer_service", "wrong", "另一个问题", {"question": "在吗"})
    second = store.feedback.add("ann", "customer_service", "right")
    store.feedback.add("bob", "customer_service", "right")
    assert store.feedback.list("ann", "customer_service") == [second, first]
    assert store.feedback.list("ann", "customer_service", "wrong") == [first]
    assert store.feedback.list("ann", "fraud") == []
    assert first.context == {"question": "在吗"}


def test_a_reset_deletes_what_one_owner_has(store: Workspace, file: Path) -> None:
    for owner in ("ann", "bob"):
        store.datasets.add(owner, "fraud", "table", "data", b"1", shared=True)
        store.feedback.add(owner, "fraud", "right")
    kept = store.usage("bob")
    store.reset("ann")
    assert store.usage("ann") == 0
    assert store.usage("bob") == kept
    assert [item.owner for item in store.datasets.list("bob", "fraud")] == ["bob"]
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM contents").fetchone()[0] == 1


def test_an_owner_is_required(store: Workspace) -> None:
    with pytest.raises(ValueError, match="owner"):
        store.datasets.add("", "fraud", "table", "data", b"")
    with pytest.raises(ValueError, match="owner"):
        store.feedback.add("", "fraud", "right")


@pytest.mark.parametrize("packed", [b"not compressed", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_damage_is_noticed(store: Workspace, file: Path, packed: bytes) -> None:
    added = store.datasets.add("ann", "fraud", "table", "data", b"content")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE contents SET packed = ?", (packed,))
    with pytest.raises(Unavailable) as error:
        store.datasets.content(added.id, "ann")
    assert code(error) == "dataset-damaged"


def test_it_outlives_the_process_that_wrote_it(store: Workspace, file: Path) -> None:
    added = store.datasets.add("ann", "fraud", "table", "data", b"content")
    store.close()
    again = Workspace(f"sqlite:///{file}")
    assert again.datasets.get(added.id, "ann") == added
    again.close()


def test_a_newer_layout_is_refused(store: Workspace, file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE meta SET value = '99'")
    with pytest.raises(Unavailable) as error:
        Workspace(f"sqlite:///{file}")
    assert code(error) == "workspace-too-new"
    assert error.value.problem == Problem("workspace-too-new", details={"found": 99, "known": 1})


def test_a_file_that_is_no_database_is_refused(file: Path) -> None:
    file.write_bytes(b"no database " * 1_000)
    with pytest.raises(Unavailable) as error:
        Workspace(f"sqlite:///{file}")
    assert code(error) == "workspace-unreachable"


def test_many_threads_never_pass_the_quota_or_lose_a_write(store: Workspace) -> None:
    def add(number: int) -> bool:
        try:
            added = store.datasets.add("ann", "fraud", "table", str(number), bytes([number]) * 400)
        except InputError:
            return False
        assert store.datasets.content(added.id, "ann") == bytes([number]) * 400
        return True

    with ThreadPoolExecutor(50) as pool:
        kept = list(pool.map(add, range(100)))
    assert sum(kept) == 25
    assert store.usage("ann") == 10_000


def test_several_processes_open_and_write_at_once(file: Path) -> None:
    program = textwrap.dedent(
        """
        import sys
        from bigmodel_apps.workspace import Workspace
        store = Workspace(sys.argv[1])
        for number in range(30):
            added = store.datasets.add(sys.argv[2], "fraud", "table", str(number), sys.argv[2].encode() * 50)
            store.datasets.update(added.id, sys.argv[2], b"second", {"rows": number})
        """
    )
    url = f"sqlite:///{file}"
    owners = ["ann", "bob", "cem"]
    processes = [subprocess.Popen([sys.executable, "-c", program, url, owner]) for owner in owners]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    store = Workspace(url)
    for owner in owners:
        items = store.datasets.list(owner, "fraud")
        assert sorted(item.rows for item in items) == list(range(30))
        assert {store.datasets.content(item.id, owner) for item in items} == {b"second"}
    store.close()


def test_the_default_workspace_lies_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "new" / "home"
    monkeypatch.setenv("BIGMODEL_APPS_HOME", str(home))
    with ThreadPoolExecutor(8) as pool:
        stores = set(pool.map(lambda _: workspace.default(), range(8)))
    assert len(stores) == 1
    stores.pop().datasets.add("ann", "fraud", "table", "data", b"1")
    assert (home / "workspace.sqlite").is_file()
    workspace.default().close()


def test_without_a_setting_the_home_folder_is_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIGMODEL_APPS_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    root = Path(workspace.__file__).parents[2]
    expected = root if (root / "app.py").is_file() else tmp_path
    assert workspace.home() == (expected / "var").resolve()
