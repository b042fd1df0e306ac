"""Who may ask which knowledge base at what moment, and what is left of one that was changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from bigmodel_apps import runtime, workspace
from bigmodel_apps.customer_service import knowledge as bases
from bigmodel_apps.customer_service import shelf as shelves
from bigmodel_apps.customer_service.index import Index
from bigmodel_apps.customer_service.knowledge import Knowledge
from bigmodel_apps.customer_service.schema import Input, Options, Output
from bigmodel_apps.customer_service.shelf import Shelf, shelf
from bigmodel_apps.problems import Cancelled, InputError

MODEL = "customer-service-hybrid"
ENCODER = shelves.encoder_of(MODEL)
ANN, BOB = "a" * 32, "b" * 32


def given(*answers: str) -> Knowledge:
    rows = "".join(f"q{number},What is secret number {number}?,{answer}\n" for number, answer in enumerate(answers))
    return bases.read([("faq.csv", f"id,question,answer\n{rows}".encode())])


def ask(key: str) -> Output:
    output: Output = runtime.predict(
        "customer_service",
        [Input(question="What is secret number 0?")],
        options=Options(knowledge=key, threshold=0.0),
    )[0]
    return output


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        action()
    return caught.value.problems[0].code


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_a_base_is_asked_by_its_id_only_while_it_is_shared() -> None:
    name = shelves.keep(given("Swordfish."), MODEL, ANN).id
    assert refused(lambda: ask(name)) == "dataset-not-found"
    shelves.share(name, ANN, True)
    assert ask(name).answer == "Swordfish."
    assert name in shelf
    shelves.share(name, ANN, False)
    assert refused(lambda: ask(name)) == "dataset-not-found"
    assert ask(shelves.open_for(name, MODEL, ANN)).answer == "Swordfish."


def test_un_sharing_elsewhere_ends_access_too() -> None:
    name = shelves.keep(given("Swordfish."), MODEL, ANN).id
    shelves.share(name, ANN, True)
    ask(name)
    workspace.default().datasets.share(name, ANN, False)  # as another process would
    assert refused(lambda: ask(name)) == "dataset-not-found"


@pytest.mark.parametrize("key", ["file-0123456789abcdef", "0" * 32 + "~" + "0" * 32])
def test_unguessable_keys_must_be_open(key: str) -> None:
    assert refused(lambda: ask(key)) == "knowledge-unknown"
    shelf.put(key, given("Swordfish."))
    assert ask(key).answer == "Swordfish."
    shelf.drop(key)
    assert refused(lambda: ask(key)) == "knowledge-unknown"


def test_content_that_changed_while_shared_is_what_its_owner_reads_afterwards() -> None:
    name = shelves.keep(given("Swordfish.", "Trout."), MODEL, ANN).id
    ask(shelves.open_for(name, MODEL, ANN))
    shelves.share(name, ANN, True)
    kept = shelves.keep(given("Mackerel.", "Trout."), MODEL, ANN, replaces=name)
    assert (kept.id, kept.reused, kept.dense) == (name, 1, True)
    assert ask(name).answer == "Mackerel."
    shelves.share(name, ANN, False)
    assert ask(shelves.open_for(name, MODEL, ANN)).answer == "Mackerel."


@pytest.mark.parametrize("end", [shelves.delete, lambda _, owner: shelves.reset(owner)])
def test_nothing_is_left_of_a_deleted_base(end: Callable[[str, str], None]) -> None:
    name = shelves.keep(given("Swordfish."), MODEL, ANN).id
    shelves.share(name, ANN, True)
    ask(name)
    assert list((workspace.home() / "vectors").glob(f"*/{name}*"))
    assert refused(lambda: shelves.delete(name, BOB)) == "dataset-not-yours"
    end(name, ANN)
    assert not list((workspace.home() / "vectors").glob(f"*/{name}*"))
    assert not [key for key in shelves.keys_of(name, ANN) if key in shelf]
    assert refused(lambda: ask(name)) == "dataset-not-found"


def test_cancelled_before_it_is_stored_nothing_changes() -> None:
    name = shelves.keep(given("Swordfish."), MODEL, ANN).id
    with pytest.raises(Cancelled):
        shelves.keep(given("Mackerel."), MODEL, ANN, replaces=name, cancelled=lambda: True)
    assert ask(shelves.open_for(name, MODEL, ANN)).answer == "Swordfish."


def test_cancelled_while_vectors_are_built_it_is_kept_and_answers_by_words() -> None:
    looks: list[bool] = []

    def cancelled() -> bool:
        looks.append(True)
        return len(looks) > 1  # the first look is before it is stored

    kept = shelves.keep(given("Mackerel."), MODEL, BOB, cancelled=cancelled)
    key = shelves.key_of(kept.id, BOB)
    assert not kept.dense
    assert "dense" not in ask(key).engine
    shelf.wait(shelves.open_for(kept.id, MODEL, BOB), ENCODER)
    assert "dense" in ask(key).engine


def test_a_build_ends_with_its_index_and_leaves_no_file() -> None:
    mine, key = Shelf(), "file-dropped"
    mine.put(key, given("Swordfish."))
    with pytest.raises(Cancelled):
        mine.build_vectors(key, ENCODER, progress=lambda done, total: mine.drop(key))
    assert not list((workspace.home() / "vectors").glob(f"*/{key}*"))
    assert not mine._builds


def test_a_new_index_gets_a_builder_of_its_own_at_once() -> None:
    mine, key, replaced = Shelf(), "file-replaced", threading.Event()
    first = mine.put(key, given("Swordfish.", "Trout."))

    def replace(done: int, total: int) -> None:
        if not replaced.is_set():
            replaced.set()
            mine.put(key, given("Mackerel."))
            mine.build_in_background(key, ENCODER)
            mine.wait(key, ENCODER)

    with pytest.raises(Cancelled):
        mine.build_vectors(key, ENCODER, progress=replace)
    assert ENCODER in mine.get(key).encoders
    assert ENCODER not in first.encoders
    assert not mine._builds
    mine.drop(key)


def test_what_keeps_a_builder_from_working_leaves_the_index_lexical() -> None:
    mine, key = Shelf(), "file-lexical"
    mine.put(key, given("Swordfish."))
    mine.build_in_background(key, "no-such-encoder")
    wait_for(lambda: not mine._builds)
    assert not mine.get(key).encoders


def test_what_was_loaded_before_a_change_is_not_opened_after_it() -> None:
    mine, contents = Shelf(), [given("Swordfish."), given("Mackerel.")]

    def load() -> Knowledge:
        content = contents.pop(0)
        if contents:
            mine.close("k")
        return content

    assert mine.open("k", load).knowledge.entries[0].answer == "Mackerel."
    assert not mine._opening
    with pytest.raises(ZeroDivisionError):
        mine.open("other", lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    assert not mine._opening


def test_vectors_count_towards_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Shelf()
    one, two = mine.put("file-one", given("Swordfish.")), mine.put("file-two", given("Mackerel."))
    monkeypatch.setattr(shelves, "_LIMIT_BYTES", one.nbytes + two.nbytes)
    mine.build_vectors("file-one", ENCODER)
    assert isinstance(mine.get("file-one"), Index)
    assert "file-two" not in mine
    mine.drop("file-one")
