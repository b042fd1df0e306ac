"""Small models with which the engine room is tested. They compute; nothing about them is pretended."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from bigmodel_apps.catalogue import ModelSpec, Source
from bigmodel_apps.runtime.device import Device

CPU = Device("cpu", 0, "float32", "test")
PATIENCE = 20.0


class Gate:
    """A point where a model waits for the test. It is made of files, so it also works between processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def pass_through(self) -> None:
        """Called by the model."""
        (self.folder / "reached").touch()
        wait_for((self.folder / "open").exists)

    def wait_until_reached(self) -> None:
        wait_for((self.folder / "reached").exists)

    def open(self) -> None:
        (self.folder / "open").touch()


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.002)


@dataclass(frozen=True)
class Seen:
    """What `Probe` returns for an input: its value and how it was called."""

    value: Any
    call: int
    size: int
    options: Any


class Probe:
    """Doubles numbers, counts texts, waits at gates, chokes on None, and says how it was called."""

    batches = True
    nbytes = 8

    def __init__(self, path: Path | None, device: Device) -> None:
        self.calls = 0
        self.offset = 0
        self.batch_sizes: list[int] = []
        self.lengths: list[list[int]] = []
        self.threads: set[int] = set()

    def cost(self, value: Any) -> int:
        return len(value)  # a number has none: the engine must not mind

    def predict(self, inputs: Sequence[Any], options: Any) -> list[Seen]:
        self.calls += 1
        self.batch_sizes.append(len(inputs))
        self.lengths.append([len(value) for value in inputs if isinstance(value, str)])
        self.threads.add(threading.get_ident())
        return [Seen(self._value(value), self.calls, len(inputs), options) for value in inputs]

    def _value(self, value: Any) -> Any:
        if isinstance(value, Gate):
            value.pass_through()
            return None
        if value is None:
            raise ValueError("cannot double nothing")
        return len(value) if isinstance(value, str) else 2 * value + self.offset


class Slow(Probe):
    """The same, taking its time."""

    def predict(self, inputs: Sequence[Any], options: Any) -> list[Seen]:
        time.sleep(0.02)
        return super().predict(inputs, options)


class Single(Probe):
    """The same, one input at a time."""

    batches = False


class Hashes:
    """A polynomial over the bytes of a padded batch, in whole numbers: exact whatever the batch.

    Results are wrong if padding, order or masks go astray.
    """

    batches = True

    def __init__(self, path: Path | None, device: Device) -> None:
        import torch

        self._torch = torch
        self._powers = torch.tensor([pow(31, place, 1_000_003) for place in range(512)], device=device.torch_name)

    @property
    def nbytes(self) -> int:
        return int(self._powers.nbytes)

    def cost(self, text: str) -> int:
        return len(text)

    def predict(self, texts: Sequence[str], options: int) -> list[int]:
        torch = self._torch
        coded = [torch.tensor(list(text.encode()), dtype=torch.long) for text in texts]
        padded = torch.nn.utils.rnn.pad_sequence(coded, batch_first=True)
        sums = (padded * self._powers[: padded.shape[1]]).sum(dim=1) + (options or 0)
        return [int(value) for value in sums % 1_000_003]


class TinyBert:
    """A transformer read from a folder in the hub's layout; one vector a list of token ids."""

    batches = True

    def __init__(self, path: Path, device: Device) -> None:
        import torch
        from transformers import AutoModel

        self._torch = torch
        self._model = AutoModel.from_pretrained(path, dtype=getattr(torch, device.dtype), use_safetensors=True).eval()

    @property
    def nbytes(self) -> int:
        return sum(parameter.nbytes for parameter in self._model.parameters())

    def predict(self, inputs: Sequence[list[int]], options: Any) -> list[Any]:
        torch = self._torch
        ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(tokens) for tokens in inputs], batch_first=True)
        lengths = torch.tensor([[len(tokens)] for tokens in inputs])
        mask = (torch.arange(ids.shape[1])[None] < lengths).long()
        with torch.inference_mode():
            hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
        return list(hidden[:, 0].numpy())


class Counted:
    """Knows how many of its kind are alive and were ever made."""

    batches = True
    alive: ClassVar[weakref.WeakSet[Counted]] = weakref.WeakSet()
    made = 0
    most = 0
    _lock = threading.Lock()

    def __init__(self, path: Path | None, device: Device, **uses: Any) -> None:
        with self._lock:
            Counted.made += 1
            Counted.alive.add(self)
            Counted.most = max(Counted.most, len(Counted.alive))
        self.uses = uses
        self.weights = bytearray(1000)

    @property
    def nbytes(self) -> int:
        return len(self.weights)

    def predict(self, inputs: Sequence[Any], options: Any) -> list[Any]:
        return list(inputs)


class GatedLoad(Counted):
    """Takes as long to load as the test likes: waits at a gate in its folder."""

    def __init__(self, path: Path, device: Device, **uses: Any) -> None:
        Gate(path).pass_through()
        super().__init__(path, device, **uses)


class FailsOnce(Counted):
    """Its folder tells whether it was tried before."""

    def __init__(self, path: Path, device: Device) -> None:
        tried = path / "tried"
        if not tried.exists():
            tried.touch()
            raise OSError("the disk hiccuped")
        super().__init__(path, device)


class Rude(Probe):
    """Breaks the contract in a way of its own for each option."""

    @property
    def batches(self) -> bool:  # type: ignore[override]
        if self.offset:
            raise RuntimeError("no attributes today")
        return True

    def predict(self, inputs: Sequence[Any], options: Any) -> Any:
        if options == "exit":
            raise SystemExit(3)
        if options == "short":
            return list(inputs)[1:]
        if options == "nothing":
            return None
        return super().predict(inputs, options)


def spec(name: str, kind: type, *sources: Source, **more: Any) -> ModelSpec:
    """A spec of one of the classes above; without sources it needs no weights."""
    return ModelSpec(name, "test", f"{kind.__module__}:{kind.__name__}", sources or (Source("code"),), **more)


def catalogue(*specs: ModelSpec) -> dict[str, ModelSpec]:
    return {each.name: each for each in specs}


MISSING = spec("missing", Probe, Source("repository", "no/such/folder"))
CONTRACT = catalogue(spec("probe", Probe), spec("single", Single), spec("hashes", Hashes), MISSING)
"""The models that a back end must serve to be held to the contract."""
