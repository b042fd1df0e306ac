"""The knowledge bases that are open in this process, and the vectors that make them dense.

Opening happens on the caller's thread and gives lexical answers at once; vectors follow in the background, as bulk
work that questions overtake. Vectors are kept on disk by the hash of their text, so that only new texts are encoded.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b

from bigmodel_apps import workspace
from bigmodel_apps.catalogue import MODELS
from bigmodel_apps.customer_service import knowledge as knowledge_bases
from bigmodel_apps.customer_service import vectors
from bigmodel_apps.customer_service.index import Index
from bigmodel_apps.customer_service.knowledge import TENANTS, Knowledge
from bigmodel_apps.customer_service.schema import Options
from bigmodel_apps.problems import Cancelled, InputError, Problem, Unavailable

_log = logging.getLogger(__name__)

_LIMIT_BYTES = 2 * 2**30
# A knowledge base of this many entries is dense within seconds: better to wait than to answer worse for a moment.
SMALL = 300
_PATIENCE = 20.0


class Shelf:
    """Open indexes by key, the least recently used closed first beyond 2 GiB. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._opening: dict[str, threading.Lock] = {}
        self._indexes: OrderedDict[str, Index] = OrderedDict()
        self._builders: dict[tuple[str, str], threading.Thread] = {}

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
        index = Index(knowledge, previous)
        with self._lock:
            self._indexes[key] = index
            self._indexes.move_to_end(key)
            while len(self._indexes) > 1 and sum(open_.nbytes for open_ in self._indexes.values()) > _LIMIT_BYTES:
                self._indexes.popitem(last=False)
        return index

    def drop(self, key: str) -> None:
        """Close an index, for example because its owner deleted it, and forget its vectors."""
        with self._lock:
            self._indexes.pop(key, None)
        for file in (workspace.home() / "vectors").glob(f"*/{key}.safetensors"):
            file.unlink(missing_ok=True)

    def open(self, key: str, load: Callable[[], Knowledge]) -> Index:
        """The open index, or the one that `load` brings. Two callers at once load once."""
        with self._lock:
            opening = self._opening.setdefault(key, threading.Lock())
        with opening:
            if key not in self:
                self.put(key, load())
            return self.get(key)

    def build_vectors(
        self,
        key: str,
        encoder: str,
        progress: vectors.Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Encode what has no vector yet and make the index dense. Blocks; a question overtakes each batch.

        Args:
            key: An open knowledge base.
            encoder: Name of the encoder's spec.
            progress: Called with (new texts done, new texts in total).
            cancelled: Polled between batches.

        Raises:
            Cancelled, Unavailable, InputError
        """
        index = self.get(key)
        queued = vectors.QueuedEncoder(encoder, progress, cancelled)
        if not index.is_dense(queued.identity):
            file = workspace.home() / "vectors" / queued.identity / f"{key}.safetensors"
            store = vectors.load(file)
            encoded, needed = vectors.fill(index, queued, store)
            if encoded:
                vectors.save(file, {digest: store[digest] for digest in needed})
        index.encoders.add(encoder)

    def build_in_background(self, key: str, encoder: str) -> None:
        """Start `build_vectors` once; a failure leaves the index lexical and is tried again at the next opening."""
        with self._lock:
            builder = self._builders.get((key, encoder))
            if encoder in self.get(key).encoders or (builder is not None and builder.is_alive()):
                return

            def build() -> None:
                try:
                    self.build_vectors(key, encoder)
                except (Cancelled, Unavailable, InputError) as error:
                    _log.info("%s stays lexical: %s", key, error)

            thread = threading.Thread(target=build, name=f"vectors-{key}", daemon=True)
            self._builders[key, encoder] = thread
            thread.start()

    def wait(self, key: str, encoder: str, timeout: float | None = None) -> None:
        """Wait until the background builder of this index is done, or for `timeout` seconds."""
        with self._lock:
            builder = self._builders.get((key, encoder))
        if builder is not None:
            builder.join(timeout)


shelf = Shelf()


def encoder_of(model: str) -> str:
    """The encoder that a model of this domain uses."""
    return dict(MODELS[model].uses)["encoder"]


def key_of(name: str, owner: str) -> str:
    """The key under which a visitor asks a knowledge base.

    A tenant's or a shared one's key is its name or id. A private one's also holds a digest of its owner's id, so that
    nobody else can name it, not even while it is open.

    Raises:
        InputError: This owner may not see it.
    """
    if name in TENANTS:
        return name
    dataset = workspace.default().datasets.get(name, owner)
    if dataset.shared:
        return name
    return f"{name}~{blake2b(owner.encode(), digest_size=16, person=b'knowledge').hexdigest()}"


def open_for(name: str, model: str, owner: str = "") -> str:
    """Open a knowledge base and make it dense: a small one at once, a large one in the background.

    Args:
        name: A sample tenant, or the id of a knowledge base in the workspace.
        model: The model that will answer; its encoder's vectors are built.
        owner: Who asks.

    Returns:
        The key for `Options.knowledge`.
    """
    key, encoder = key_of(name, owner), encoder_of(model)

    def load() -> Knowledge:
        if name in TENANTS:
            return knowledge_bases.sample(name)
        return knowledge_bases.unpack(workspace.default().datasets.content(name, owner))

    index = shelf.open(key, load)
    shelf.build_in_background(key, encoder)
    if len(index) <= SMALL:
        shelf.wait(key, encoder, timeout=_PATIENCE)
    return key


def close(name: str, owner: str) -> None:
    """Close a knowledge base that its owner is about to delete, under the keys of its private and its shared days."""
    for key in {name, key_of(name, owner)}:
        shelf.drop(key)


def prepare(options: Options, model: str) -> None:
    """Runs on the caller's thread before a question is queued, so that the device's worker never waits for a file.

    What a page or a command has opened is there already. Anything else must be a tenant or shared by its owner.
    """
    if options.knowledge in TENANTS or options.knowledge not in shelf:
        open_for(options.knowledge, model)


def warm_up(model: str) -> None:
    """Before the first visitor: the default tenant, dense."""
    shelf.wait(open_for(Options().knowledge, model), encoder_of(model))
