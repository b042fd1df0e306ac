"""The knowledge bases that are open in this process, and the vectors that make them dense.

Opening happens on the caller's thread and gives lexical answers at once; vectors follow in the background, as bulk
work that questions overtake. Vectors are kept on disk by the hash of their text, so that only new texts are encoded.

A base in the workspace has two keys: its id while it is shared, and one that nobody else can guess while it is not.
Whatever changes a base changes the workspace first and closes both keys after it.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bigmodel_apps import runtime, workspace
from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.customer_service import adaptation, vectors
from bigmodel_apps.customer_service import knowledge as knowledge_bases
from bigmodel_apps.customer_service.index import Index
from bigmodel_apps.customer_service.knowledge import TENANTS, Knowledge
from bigmodel_apps.customer_service.schema import Options
from bigmodel_apps.problems import Busy, Cancelled, InputError, Problem, Unavailable

_log = logging.getLogger(__name__)

DOMAIN = "customer_service"
KIND = "knowledge"

_LIMIT_BYTES = 2 * 2**30
# A knowledge base of this many entries is dense within seconds: better to wait than to answer worse for a moment.
SMALL = 300
_PATIENCE = 20.0
_POLL = 0.1


@dataclass(eq=False)
class _Build:
    """Vectors being built for one index."""

    index: Index
    done: threading.Event = field(default_factory=threading.Event)


class Shelf:
    """Open indexes by key, the least recently used closed first beyond 2 GiB. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._files = threading.Lock()
        self._opening: dict[str, threading.Lock] = {}
        self._indexes: OrderedDict[str, Index] = OrderedDict()
        self._builds: dict[tuple[str, str], _Build] = {}
        # Learning fits on every core for seconds: two bases at once would slow down whoever asks a third.
        self._learning = threading.Semaphore(1)

    def get(self, key: str) -> Index:
        """An open index.

        Raises:
            InputError: Nothing of that name is open.
        """
        with self._lock:
            if key not in self._indexes:
                raise InputError(Problem("knowledge-unknown", field="knowledge", details={"name": key}))
            self._indexes.move_to_end(key)
            return self._indexes[key]

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._indexes

    def put(self, key: str, knowledge: Knowledge) -> Index:
        """Open a knowledge base, or replace one; what did not change is taken over."""
        with self._lock:
            previous = self._indexes.get(key)
        return self.place(key, Index(knowledge, previous))

    def place(self, key: str, index: Index) -> Index:
        """Put an index under a key, instead of the one that was there."""
        with self._lock:
            self._indexes[key] = index
            self._trim(key)
        return index

    def close(self, key: str) -> None:
        """Close an index. Its vectors stay on disk; whoever builds or opens it at this moment notices."""
        with self._lock:
            self._indexes.pop(key, None)
            self._opening.pop(key, None)

    def drop(self, key: str) -> None:
        """Close an index and forget its vectors."""
        self.close(key)
        with self._files:
            for folder in (workspace.home() / "vectors").glob("*/"):
                self._file(folder.name, key).unlink(missing_ok=True)
                self._adapted_file(folder.name, key).unlink(missing_ok=True)

    def open(self, key: str, load: Callable[[], Knowledge]) -> Index:
        """The open index, or the one that `load` brings. Two callers at once load once."""
        while True:
            with self._lock:
                if key in self._indexes:
                    return self.get(key)
                opening = self._opening.setdefault(key, threading.Lock())
            with opening:
                try:
                    if key in self:
                        continue
                    index = Index(load())
                    with self._lock:
                        # Closed meanwhile: what was loaded may be older than the reason for that.
                        if self._opening.get(key) is opening and key not in self._indexes:
                            return self.place(key, index)
                finally:
                    with self._lock:
                        if self._opening.get(key) is opening:
                            del self._opening[key]

    def build_vectors(
        self,
        key: str,
        encoder: str,
        progress: vectors.Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Encode what has no vector yet, make the index dense, and learn from its phrasings. Blocks; questions overtake.

        Args:
            key: An open knowledge base.
            encoder: Name of the encoder's spec.
            progress: Called with (new texts done, new texts in total), and then, where there is something to learn, with
                (phrasings done, phrasings in total) of each stage.
            cancelled: Polled between batches.

        Raises:
            Cancelled: By `cancelled`, or because another index, or none, is under this key now.
            Unavailable, Busy, InputError
        """
        index = self.get(key)
        while True:
            build, new = self._begin(key, encoder, index)
            if new:
                self._run(build, key, encoder, progress, cancelled)
                return
            while not build.done.wait(_POLL):
                if not self._holds(key, index) or (cancelled is not None and cancelled()):
                    raise Cancelled

    def open_variant(self, key: str, variant: str, knowledge: Knowledge, encoder: str) -> None:
        """Open a variant of an open base under a name of its own, dense by the vectors that the base has on disk.

        Texts that the base has no vector for are encoded. Blocks; nothing of the variant is stored.

        Raises:
            Cancelled, Unavailable, Busy, InputError
        """
        index = Index(knowledge, self.get(key))
        queued = vectors.QueuedEncoder(encoder)
        vectors.fill(index, queued, vectors.load(self._file(queued.identity, key)))
        self.place(variant, index).encoders.add(encoder)

    def build_in_background(self, key: str, encoder: str) -> None:
        """Start `build_vectors` once an index; after a failure it stays lexical until the next opening tries again."""
        with self._lock:
            index = self.get(key)
            if encoder in index.encoders:
                return
            build, new = self._begin(key, encoder, index)
        if not new:
            return

        def run() -> None:
            try:
                self._run(build, key, encoder)
            except Exception as error:
                _log.info("%s stays lexical: %s", key.partition("~")[0], runtime.problems_of(error))

        threading.Thread(target=run, name="vectors", daemon=True).start()

    def wait(self, key: str, encoder: str, timeout: float | None = None) -> None:
        """Wait until the vectors that are being built under this key are there, or for `timeout` seconds."""
        with self._lock:
            build = self._builds.get((key, encoder))
        if build is not None:
            build.done.wait(timeout)

    def _begin(self, key: str, encoder: str, index: Index) -> tuple[_Build, bool]:
        """The build of this index that is under way, or a new one; and whether it is new."""
        with self._lock:
            build = self._builds.get((key, encoder))
            if build is not None and build.index is index:
                return build, False
            build = self._builds[key, encoder] = _Build(index)
            return build, True

    def _run(
        self,
        build: _Build,
        key: str,
        encoder: str,
        progress: vectors.Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        index = build.index

        def stop() -> bool:
            return not self._holds(key, index) or (cancelled is not None and cancelled())

        try:
            queued = vectors.QueuedEncoder(encoder, progress, stop)
            store = vectors.load(self._file(queued.identity, key))
            learned = adaptation.load(self._adapted_file(queued.identity, key), index.knowledge)
            if learned is None:
                views = adaptation.Views(index, queued)
                lent = views.lend(queued, store)
                self._make_dense(key, index, queued, store, lent)
                index.encoders.add(encoder)
                with self._turn(stop):
                    learned = adaptation.learn(index, queued, store, views, progress, stop)
                with self._keeping(key, index):
                    if any(report.asked for report in learned.reports):
                        adaptation.save(self._adapted_file(queued.identity, key), index.knowledge, learned)
            else:
                self._make_dense(key, index, queued, store)
                index.encoders.add(encoder)
            adaptation.attach(index, queued.identity, learned)
            index.learned[encoder] = learned.reports
            with self._lock:
                if self._holds(key, index):
                    self._trim(key)
        finally:
            with self._lock:
                if self._builds.get((key, encoder)) is build:
                    del self._builds[key, encoder]
            build.done.set()

    @contextmanager
    def _turn(self, cancelled: Callable[[], bool]) -> Iterator[None]:
        """Wait for the turn to learn, and hold it."""
        while not self._learning.acquire(timeout=_POLL):
            if cancelled():
                raise Cancelled
        try:
            yield
        finally:
            self._learning.release()

    def _make_dense(
        self, key: str, index: Index, encoder: vectors.QueuedEncoder, store: vectors.Store, new: int = 0
    ) -> None:
        """Attach the vectors; keep them on disk if the store has `new` ones or some had to be encoded."""
        if index.is_dense(encoder.identity):
            return
        encoded, needed = vectors.fill(index, encoder, store)
        with self._keeping(key, index):
            if encoded or new:
                vectors.save(self._file(encoder.identity, key), {digest: store[digest] for digest in needed})

    @contextmanager
    def _keeping(self, key: str, index: Index) -> Iterator[None]:
        """While files of this index are written. `drop` closes the index first and waits here, so it sees the files."""
        with self._files:
            if not self._holds(key, index):
                raise Cancelled
            yield

    def _holds(self, key: str, index: Index) -> bool:
        with self._lock:
            return self._indexes.get(key) is index

    def _trim(self, used: str) -> None:
        """Close the least recently used beyond the limit, never the one in use. Lock held."""
        self._indexes.move_to_end(used)
        while len(self._indexes) > 1 and sum(index.nbytes for index in self._indexes.values()) > _LIMIT_BYTES:
            self._indexes.popitem(last=False)

    @staticmethod
    def _file(identity: str, key: str) -> Path:
        """Where vectors are kept: the same place for both keys of a base."""
        return workspace.home() / "vectors" / identity / f"{key.partition('~')[0]}.safetensors"

    @staticmethod
    def _adapted_file(identity: str, key: str) -> Path:
        """Where it is kept what was learned: beside the vectors."""
        return workspace.home() / "vectors" / identity / f"{key.partition('~')[0]}.learned.safetensors"


shelf = Shelf()
# A change of the workspace and of what is open: without it, of two updates the older could stay open.
_changing = threading.Lock()


def encoder_of(model: str) -> str:
    """The encoder that a model of this domain uses."""
    return dict(MODELS[model].uses)["encoder"]


def keys_of(name: str, owner: str) -> tuple[str, str]:
    """The keys of a base in the workspace: while it is shared, and while it is private to its owner.

    The private one holds a digest of the owner's id, so that nobody else can name it, not even while it is open.
    """
    return name, f"{name}~{blake2b(owner.encode(), digest_size=16, person=b'knowledge').hexdigest()}"


def key_of(name: str, owner: str) -> str:
    """The key under which a visitor asks a knowledge base now: a tenant's name, or one of `keys_of`.

    Raises:
        InputError: This owner may not see it.
    """
    if name in TENANTS:
        return name
    shared, private = keys_of(name, owner)
    return shared if workspace.default().datasets.get(name, owner).shared else private


def _open(name: str, owner: str) -> tuple[str, Index]:
    key = key_of(name, owner)

    def load() -> Knowledge:
        if name in TENANTS:
            return knowledge_bases.sample(name)
        return knowledge_bases.unpack(workspace.default().datasets.content(name, owner))

    return key, shelf.open(key, load)


def open_for(name: str, model: str, owner: str = "") -> str:
    """Open a knowledge base and make it dense: a small one at once, a large one in the background.

    Args:
        name: A sample tenant, or the id of a knowledge base in the workspace.
        model: The model that will answer; its encoder's vectors are built.
        owner: Who asks.

    Returns:
        The key for `Options.knowledge`.

    Raises:
        InputError: This owner may not see it.
    """
    key, index = _open(name, owner)
    encoder = encoder_of(model)
    shelf.build_in_background(key, encoder)
    if len(index) <= SMALL:
        shelf.wait(key, encoder, timeout=_PATIENCE)
    return key


@dataclass(frozen=True, slots=True)
class Kept:
    """A knowledge base that was stored: its id, entries taken over from before, and whether its vectors are in."""

    id: str
    reused: int
    dense: bool


def keep(
    given: Knowledge,
    model: str,
    owner: str,
    replaces: str | None = None,
    progress: vectors.Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    about: Mapping[str, Any] | None = None,
) -> Kept:
    """Store a knowledge base, or new content of one, open it and build its vectors. Blocks.

    Once it is stored it is kept: whatever stops its vectors leaves it answering by words.

    Args:
        given: What to store.
        model: The model that will answer.
        owner: Whose it is.
        replaces: Id of the base whose content it replaces; what did not change is taken over from there.
        progress: Called with (new texts done, new texts in total) while vectors are built.
        cancelled: Polled.
        about: What else to remember in the meta of the data set; JSON values.

    Raises:
        Cancelled, InputError: Nothing was changed.
    """
    datasets = workspace.default().datasets
    previous = None
    if replaces:
        try:
            previous = _open(replaces, owner)[1]
        except Unavailable as error:  # damaged, and about to be mended
            _log.info("nothing is taken over: %s", error)
    index = Index(given, previous)
    counts = {"rows": given.report.entries, "languages": given.report.languages}
    content, meta = knowledge_bases.pack(given), {**(about or {}), **counts}
    if cancelled is not None and cancelled():
        raise Cancelled
    with _changing:
        if replaces:
            dataset = datasets.update(replaces, owner, content, meta)
        else:
            dataset = datasets.add(owner, DOMAIN, KIND, given.name, content, meta)
        name = dataset.id
        shared, private = keys_of(name, owner)
        key, other = (shared, private) if dataset.shared else (private, shared)
        shelf.close(other)
        shelf.place(key, index)
    try:
        shelf.build_vectors(key, encoder_of(model), progress, cancelled)
    except (Cancelled, Unavailable, Busy, InputError) as error:
        _log.info("%s stays as it is: %s", name, error)
        return Kept(name, index.reused, dense=encoder_of(model) in index.encoders)
    return Kept(name, index.reused, dense=True)


def share(name: str, owner: str, shared: bool) -> None:
    """Let everybody ask a knowledge base, or only its owner. Holds for the next question.

    Raises:
        InputError: It is not this owner's.
    """
    with _changing:
        workspace.default().datasets.share(name, owner, shared)
        for key in keys_of(name, owner):
            shelf.close(key)


def delete(name: str, owner: str) -> None:
    """Delete a knowledge base with its vectors.

    Raises:
        InputError: It is not this owner's.
    """
    with _changing:
        workspace.default().datasets.delete(name, owner)
        _forget(name, owner)


def reset(owner: str) -> None:
    """Delete everything that this owner has."""
    with _changing:
        own = [dataset.id for dataset in workspace.default().datasets.list(owner, DOMAIN, KIND) if dataset.owner]
        workspace.default().reset(owner)
        for name in own:
            _forget(name, owner)


def _forget(name: str, owner: str) -> None:
    workspace.default().tickets.close_desk(name)
    for key in keys_of(name, owner):
        shelf.drop(key)


def prepare(options: Options, model: str) -> None:
    """Runs on the caller's thread before a question is queued, so that the device's worker never waits for a file.

    A tenant, or a base that its owner shares at this moment, is opened. The key of a private base, or of a file on
    the command line, cannot be guessed: whoever has it was given it when it was opened.

    Raises:
        InputError: Nobody may ask it by that name, or it is no longer open.
    """
    if "~" in options.knowledge or options.knowledge.startswith("file-"):
        shelf.get(options.knowledge)
    else:
        open_for(options.knowledge, model)


def warm_up(model: str) -> None:
    """Before the first visitor: the default tenant, dense."""
    shelf.wait(open_for(Options().knowledge, model), encoder_of(model))
