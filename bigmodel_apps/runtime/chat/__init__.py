"""Chat models: any OpenAI-compatible server, and any causal model of the hub or of a folder.

A chat model writes on the thread that calls it and hands its text piece by piece to a `Listener`. It is slow and is
never called on a page's script thread or on the engine's worker: callers run it as a job. Nothing here knows what the
text is about, and nothing trusts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

MAX_CHARACTERS = 6_000
"""A model is stopped once it has written so much: about 1,500 English words."""

Phase = Literal["waiting", "loading", "writing"]
Finish = Literal["complete", "cut"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Literal["system", "user"]
    content: str


class Listener(Protocol):
    """Who receives what a model writes. Called on the thread that called `ChatModel.write`."""

    def phase(self, phase: Phase) -> None:
        """The model waits for its turn, is being loaded, or writes."""

    def piece(self, text: str) -> None:
        """The next piece of the answer, cut anywhere."""

    def stopped(self) -> bool:
        """Whether the reader has lost interest; asked about ten times a second or once a token."""


class ChatModel(Protocol):
    """What can continue a conversation."""

    @property
    def name(self) -> str:
        """What the page calls it."""

    def write(self, messages: list[Message], listener: Listener) -> Finish:
        """Write an answer. Blocks.

        Returns:
            ``complete``, or ``cut`` where the answer was longer than it may be.

        Raises:
            Unavailable: The model is out of reach or failed; what the listener got so far is all there will be.
            InputError: It is named or addressed in a way that cannot be meant.
            Busy: Too many others wait for it.
            Cancelled: `Listener.stopped` returned true.
        """


class Meter:
    """Passes pieces on until the answer is as long as it may be. The last piece is cut to fit."""

    def __init__(self, listener: Listener, limit: int = MAX_CHARACTERS) -> None:
        self._listener = listener
        self._left = limit

    @property
    def full(self) -> bool:
        """Whether nothing more is passed on."""
        return self._left <= 0

    def piece(self, text: str) -> None:
        """Pass on what still fits."""
        text = text[: self._left] if self._left > 0 else ""
        if text:
            self._left -= len(text)
            self._listener.piece(text)
