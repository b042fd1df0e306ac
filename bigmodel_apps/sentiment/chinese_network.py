"""Small convolutional networks over a Chinese text (Kim, EMNLP 2014), and the lexicons that they share.

Some read words, others characters, which know no segmentation and so make other mistakes. A word is the sum of three vectors: one learned for it where it is frequent enough, the mean of its characters', and a
projection of what it means: the shared English encoder's vector of its gloss in CC-CEDICT, reduced to its principal
components. So a word that no review holds is not unknown, as long as the dictionary has it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch

Ids = npt.NDArray[np.int64]
Tensors = Mapping[str, npt.NDArray[Any]]

WIDTH = 96
FILTERS = 96
Unit = Literal["words", "characters"]
REACH: Mapping[Unit, tuple[int, ...]] = {"words": (1, 2, 3), "characters": (1, 2, 3, 4)}
"""How many units a filter sees at once."""

SPELLED: Mapping[Unit, int] = {"words": 4, "characters": 0}
"""Characters of a unit that are read beside it."""

MAX_UNITS: Mapping[Unit, int] = {"words": 400, "characters": 640}
_PAD, _UNKNOWN = 0, 1
_ROWS, _WORDS = 256, 8_192  # in one batch of inference


class Row(NamedTuple):
    """A text for the networks: places of its units, shape (n,), and of their characters, shape (n, `SPELLED`)."""

    words: Ids
    characters: Ids


@dataclass(frozen=True)
class Lexicon:
    """Words, or characters, with vectors.

    Attributes:
        unit: What the networks read.
        words: In order of their places; 0 pads and 1 is any other word. The first `learned` ones have vectors of their
            own in each network.
        characters: Those that words are spelled with, likewise.
        meanings: Shape (words, dimension); zero where the dictionary has no entry.
    """

    unit: Unit
    words: tuple[str, ...]
    characters: tuple[str, ...]
    learned: int
    meanings: npt.NDArray[np.float32]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    @cached_property
    def _character_places(self) -> dict[str, int]:
        return {character: place for place, character in enumerate(self.characters)}

    def row(self, words: Sequence[str], most: int = 0) -> Row:
        """A text, from its words; of a long one the beginning and the last third, `most` units in all."""
        units = words if self.unit == "words" else "".join(words)
        most = most or MAX_UNITS[self.unit]
        if len(units) > most:
            units = [*units[: most - most // 3], *units[-(most // 3) :]]
        places = np.array([self._places.get(unit, _UNKNOWN) for unit in units] or [_UNKNOWN])
        size = SPELLED[self.unit]
        characters = np.zeros((len(places), size), dtype=np.int64)
        for place, word in enumerate(units if size else ()):
            of_word = [self._character_places.get(sign, _UNKNOWN) for sign in word[:size]]
            characters[place, : len(of_word)] = of_word
        return Row(places, characters)

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """As they are shipped."""
        named = {"words": self.words, "characters": self.characters}
        lists = {
            f"{self.unit}.{name}": np.frombuffer(zlib.compress("\n".join(found).encode("utf-8", "replace")), np.uint8)
            for name, found in named.items()
        }
        learned = {f"{self.unit}.learned": np.array([self.learned])}
        return lists | learned | quantised(f"{self.unit}.meanings", self.meanings)

    @classmethod
    def of(cls, tensors: Tensors, unit: Unit) -> Lexicon:
        """From what ships."""
        words, characters = (
            tuple(zlib.decompress(tensors[f"{unit}.{name}"].tobytes()).decode("utf-8").split("\n"))
            for name in ("words", "characters")
        )
        learned = int(tensors[f"{unit}.learned"][0])
        return cls(unit, words, characters, learned, restored(f"{unit}.meanings", tensors))


def network(lexicon: Lexicon, *, dropout: float = 0.5) -> torch.nn.Module:
    """A network with random weights: rows padded to one length in, logits of `scoring.CLASSES` out."""
    import torch
    from torch import nn
    from torch.nn import functional

    reaches = REACH[lexicon.unit]

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            dimension = lexicon.meanings.shape[1]
            self.word = nn.Embedding(lexicon.learned, WIDTH, padding_idx=_PAD)
            self.character = nn.Embedding(len(lexicon.characters), WIDTH, padding_idx=_PAD)
            self.meaning = nn.Linear(dimension, WIDTH, bias=False)
            self.filters = nn.ModuleList(nn.Conv1d(WIDTH, FILTERS, reach, padding=reach // 2) for reach in reaches)
            self.attention = nn.Linear(FILTERS * len(reaches), 1)
            self.out = nn.Linear(2 * FILTERS * len(reaches), 3)
            self.meanings: torch.Tensor
            self.register_buffer("meanings", torch.from_numpy(lexicon.meanings), persistent=False)
            nn.init.normal_(self.word.weight, 0, 0.05)
            nn.init.normal_(self.character.weight, 0, 0.2)
            nn.init.normal_(self.meaning.weight, 0, 0.3 / dimension**0.5)
            with torch.no_grad():
                self.word.weight[: _UNKNOWN + 1] = 0
                self.character.weight[_PAD] = 0

        def forward(
            self, words: torch.Tensor, characters: torch.Tensor, heard: torch.Tensor | None = None
        ) -> torch.Tensor:
            """`heard`: 0 where the word's own vector is withheld; by default nowhere."""
            there = (words != _PAD).unsqueeze(-1)
            known = torch.where(words < lexicon.learned, words, _UNKNOWN)
            own = self.word(known if heard is None else known * heard)
            spelled = self.character(characters).sum(2) / (characters != _PAD).sum(2, keepdim=True).clamp(min=1)
            states = (own + spelled + self.meaning(self.meanings[words])) * there
            states = functional.dropout(states, 0.2, self.training).transpose(1, 2)
            length = words.shape[1]
            found = torch.cat([torch.relu(conv(states))[:, :, :length] for conv in self.filters], 1)
            found = found.transpose(1, 2).float()
            most = found.masked_fill(~there, 0).amax(1)
            weights = torch.softmax(self.attention(found).masked_fill(~there, -1e4), 1)
            read = torch.cat([most, (weights * found).sum(1)], 1)
            logits: torch.Tensor = self.out(functional.dropout(read, dropout, self.training))
            return logits

    return Network()


class Networks:
    """Trained networks, the mean of whose log-odds counts.

    Args:
        tensors: With `Lexicon.tensors` of each unit that is read, and ``network.<unit>.<number>.<parameter>``, matrices
            in eight bits (see `quantised`).
        device: As torch names it.
    """

    def __init__(self, tensors: Tensors, device: str) -> None:
        import torch

        self._device = device
        self._members: list[tuple[Lexicon, Any]] = []
        for unit in REACH:
            prefix = f"network.{unit}."
            numbers = sorted({name.removeprefix(prefix).split(".")[0] for name in tensors if name.startswith(prefix)})
            lexicon = Lexicon.of(tensors, unit) if numbers else None
            for number in numbers:
                assert lexicon is not None
                member = network(lexicon)
                state = {
                    name: torch.from_numpy(restored(f"{prefix}{number}.{name}", tensors))
                    for name in member.state_dict()
                }
                member.load_state_dict(state)
                self._members.append((lexicon, member.eval().to(device)))

    @property
    def nbytes(self) -> int:
        """Bytes of the weights in memory."""
        shared = {lexicon.unit: lexicon.meanings.nbytes for lexicon, _ in self._members}
        return sum(shared.values()) + sum(p.nbytes for _, member in self._members for p in member.parameters())

    def judged(self, cut: Sequence[Sequence[str]]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Log-odds of positive against negative, and of an opinion against none: the means over the networks.

        Args:
            cut: Texts as words.
        """
        rows: dict[Unit, list[Row]] = {}
        found = []
        for lexicon, member in self._members:
            if lexicon.unit not in rows:
                rows[lexicon.unit] = [lexicon.row(words) for words in cut]
            found.append(logits(member, rows[lexicon.unit], self._device))
        return odds(np.mean(found, axis=0)) if found else _nothing(len(cut))


def _nothing(count: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    zero = np.zeros(count, dtype=np.float32)
    return zero, zero


def odds(found: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """From logits of the classes, shape (n, 3)."""
    opinion = np.logaddexp(found[:, 0], found[:, 2]) - found[:, 1]
    return found[:, 2] - found[:, 0], opinion


def logits(member: Any, rows: Sequence[Row], device: str = "cpu") -> npt.NDArray[np.float32]:
    """Of the classes, shape (rows, 3); rows of like length are read together."""
    import torch

    found = np.zeros((len(rows), 3), dtype=np.float32)
    member.eval()
    with torch.inference_mode():
        for places in batches([len(row.words) for row in rows], _ROWS, _WORDS):
            words, characters = padded([rows[place] for place in places])
            found[places] = member(words.to(device), characters.to(device)).float().cpu().numpy()
    return found


def batches(lengths: Sequence[int], most_rows: int, most_words: int) -> Iterator[npt.NDArray[np.intp]]:
    """Places of rows of like length, no more than fit in one batch when padded; longer rows alone."""
    order = np.argsort(lengths, kind="stable")
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or end - start == most_rows or (end + 1 - start) * lengths[order[end]] > most_words:
            yield order[start:end]
            start = end


def padded(rows: Sequence[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    """Words and characters of a batch."""
    import torch

    length = max(len(row.words) for row in rows)
    words = np.zeros((len(rows), length), dtype=np.int64)
    characters = np.zeros((len(rows), length, rows[0].characters.shape[1]), dtype=np.int64)
    for place, row in enumerate(rows):
        words[place, : len(row.words)], characters[place, : len(row.words)] = row
    return torch.from_numpy(words), torch.from_numpy(characters)


def quantised(name: str, matrix: npt.NDArray[np.floating[Any]]) -> dict[str, npt.NDArray[Any]]:
    """A matrix in eight bits with a scale for each row; what has one dimension, or is small, in sixteen."""
    if matrix.ndim != 2 or matrix.shape[0] < 1_000:
        return {name: matrix.astype(np.float16)}
    scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-6) / 127
    return {name: np.round(matrix / scale).astype(np.int8), f"{name}.scale": scale.astype(np.float16)}


def restored(name: str, tensors: Tensors) -> npt.NDArray[np.float32]:
    """What `quantised` made of a matrix."""
    matrix = tensors[name].astype(np.float32)
    scale = tensors.get(f"{name}.scale")
    return matrix if scale is None else matrix * scale.astype(np.float32)
