"""Which models are in memory. Each is loaded once a process, shared by all that use it, and counted.

`st.cache_resource` holds the models, so Streamlit's metrics show them and its "Clear cache" command releases them, but
it knows nothing of a prediction that is still running. So a model that is cleared or released only *retires*: nobody
new gets it, the last user frees it, and its successor is loaded after that, so that no two copies share the device.
"""

from __future__ import annotations

import functools
import gc
import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bigmodel_apps import catalogue
from bigmodel_apps.catalogue import ModelSpec
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime import device as devices
from bigmodel_apps.runtime import sources
from bigmodel_apps.runtime.contracts import Model, Resident
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.runtime.failures import problems_of

_LOG = logging.getLogger(__name__)
# A successor waits this long for the last user of its predecessor, then loads beside it.
_SUCCESSION = 30.0


@dataclass(eq=False)
class Held:
    """A model in memory. Reach it through `model` each time: another name for it would outlive its release."""

    name: str
    model: Model
    device: Device
    source: str
    uses: tuple[Held, ...]
    retire: Callable[[Held], None]
    users: int = 0
    retired: bool = False
    gone: threading.Event = field(default_factory=threading.Event)


def keep() -> None:
    """Let the garbage collector look no more through what is in memory now: libraries, models, what they opened.

    Every other thread waits during a full collection; through all that stays for good it takes a third of a second.
    """
    gc.collect()
    gc.freeze()


@functools.cache
def _cached_load() -> Any:
    import streamlit as st

    def load(key: str, _build: Callable[[], Held]) -> Held:  # noqa: ARG001  # Streamlit tells models apart by it
        return _build()

    return st.cache_resource(show_spinner=False, on_release=lambda held: held.retire(held))(load)


class Residency:
    """The models of one device. Thread-safe.

    Args:
        models: Specs by name; the catalogue's by default.
        device: Where to load; chosen on the first load by default.
        home: The workspace's folder by default.
    """

    def __init__(
        self, models: Mapping[str, ModelSpec] | None = None, device: Device | None = None, home: Path | None = None
    ) -> None:
        self.models = catalogue.MODELS if models is None else models
        self._id = uuid.uuid4().hex
        self._device = device
        self._home = home
        self._lock = threading.Lock()
        self._held: dict[str, Held] = {}
        self._leaving: dict[str, Held] = {}

    @property
    def device(self) -> Device | None:
        """Where the models are; None before the first load."""
        return self._device

    def spec(self, name: str) -> ModelSpec:
        """The spec called `name`, or `InputError`."""
        try:
            return self.models[name]
        except KeyError:
            raise InputError(Problem("model-unknown", details={"model": name})) from None

    def load(self, name: str) -> None:
        """Make a model resident, and before it those that it uses. Blocks; threads that ask together load once.

        Raises:
            Unavailable: No source has it. The next call tries again.
        """
        spec = self.spec(name)
        with self._lock:
            if name in self._held:
                return
        # Never called with the lock held: Streamlit calls `retire`, which takes it, under a lock of its own.
        while _cached_load()(self._key(name), lambda: self._build(spec)).retired:
            _cached_load().clear(self._key(name))  # it was released while Streamlit was still storing it

    @contextmanager
    def use(self, name: str) -> Iterator[Held | None]:
        """Keep a model from being released inside the block. None when it is not resident; never loads."""
        held = self._acquire(name)
        try:
            yield held
        finally:
            if held is not None:
                self._give_back(held)

    def release(self, name: str, timeout: float = 30.0) -> bool:
        """Take a model out of memory once its last user is done.

        Returns:
            Whether it is gone; False when it was still used after `timeout` seconds, in which case it goes later.

        Raises:
            InputError: Another resident model uses it.
        """
        with self._lock:
            held = self._held.get(name)
            if held is None:
                return True
            users = sorted(other.name for other in self._held.values() if held in other.uses)
            if users:
                raise InputError(Problem("model-shared", details={"model": name, "users": ", ".join(users)}))
        self._drop(held)
        return held.gone.wait(timeout)

    def preload(self) -> list[Problem]:
        """Load every spec that wants it, and return the problems of those that cannot be loaded."""
        problems: list[Problem] = []
        for spec in self.models.values():
            if spec.preload:
                try:
                    self.load(spec.name)
                except Exception as error:
                    found = problems_of(error)
                    _LOG.warning("cannot load %s: %s", spec.name, found)
                    problems.extend(found)
        return problems

    def ready(self) -> bool:
        """Whether every spec that wants to be preloaded is resident."""
        with self._lock:
            return all(spec.name in self._held for spec in self.models.values() if spec.preload)

    def resident(self) -> tuple[Resident, ...]:
        """What is in memory, in the order of loading."""
        with self._lock:
            return tuple(
                # Asked anew each time: some remember texts, or open what users made.
                Resident(
                    held.name,
                    int(held.model.nbytes),
                    held.device.torch_name,
                    held.device.dtype,
                    held.users,
                    held.source,
                )
                for held in self._held.values()
            )

    def close(self) -> None:
        """Let every model go as soon as its last user is done."""
        with self._lock:
            everything = list(self._held.values())
        for held in everything:
            self._drop(held)

    def _drop(self, held: Held) -> None:
        _cached_load().clear(self._key(held.name))
        self._retire(held)  # nothing new, unless Streamlit was still storing it

    def _key(self, name: str) -> str:
        return f"{self._id}/{name}"

    def _build(self, spec: ModelSpec) -> Held:
        with self._lock:
            predecessor = self._leaving.get(spec.name)
        if predecessor is not None:
            predecessor.gone.wait(_SUCCESSION)
        resolved = sources.resolve(spec, self._home)  # before what it uses: a miss here is cheaper
        uses: dict[str, Held] = {}
        try:
            for keyword, name in spec.uses:
                uses[keyword] = self._load_and_acquire(name)
            if self._device is None:
                self._device = devices.choose()
            shared = {keyword.replace("-", "_"): held.model for keyword, held in uses.items()}
            model: Model = catalogue.load(spec.loader)(resolved.path, self._device, **shared)
            source = f"{resolved.source.kind}:{resolved.source.location}".removesuffix(":")
            held = Held(spec.name, model, self._device, source, tuple(uses.values()), self._retire)
        except BaseException:
            for used in uses.values():
                self._give_back(used)
            raise
        with self._lock:
            self._held[spec.name] = held
        return held

    def _load_and_acquire(self, name: str) -> Held:
        while True:
            self.load(name)
            held = self._acquire(name)
            if held is not None:  # else someone released it in between
                return held

    def _acquire(self, name: str) -> Held | None:
        with self._lock:
            held = self._held.get(name)
            if held is not None:
                held.users += 1
            return held

    def _give_back(self, held: Held) -> None:
        with self._lock:
            held.users -= 1
            last = held.retired and held.users == 0
        if last:
            self._free(held)

    def _retire(self, held: Held) -> None:
        with self._lock:
            if held.retired:
                return
            held.retired = True
            self._held.pop(held.name, None)
            self._leaving[held.name] = held
            unused = held.users == 0
        if unused:
            self._free(held)

    def _free(self, held: Held) -> None:
        del held.model
        frozen = gc.get_freeze_count() > 0  # by `keep`, perhaps with this model
        gc.unfreeze()
        gc.collect()
        if frozen:
            gc.freeze()
        devices.empty_cache(held.device)
        with self._lock:
            if self._leaving.get(held.name) is held:
                del self._leaving[held.name]
        for used in held.uses:
            self._give_back(used)
        held.gone.set()
