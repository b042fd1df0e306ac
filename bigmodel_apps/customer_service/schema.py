"""The contract of the domain: what goes in, what comes out, what can be set."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_QUESTION = 2_000

Outcome = Literal["answer", "clarify", "not_covered", "hand_over"]
Kind = Literal["knowledge", "small_talk"]
Engine = Literal["hybrid", "lexical"]


class Turn(BaseModel):
    """One earlier message of the conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["customer", "assistant"]
    text: str = Field(max_length=20_000)


class Input(BaseModel):
    """A customer's question."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"question": "How long do I have to return a jacket?"}]}
    )

    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)]
    history: list[Turn] | None = Field(default=None, max_length=50)


class Options(BaseModel):
    """What a caller may set. Questions with equal options are answered in one batch."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    knowledge: str = Field(default="shop", description="A sample tenant or the id of an uploaded knowledge base.")
    threshold: float = Field(default=0.5, ge=0, le=1, description="Answer at this confidence or above.")
    top: int = Field(default=3, ge=1, le=20, description="Number of candidates to return.")
    engine: Engine = Field(default="hybrid", description="Vectors and words, or words and characters alone.")


class Candidate(BaseModel):
    """An entry that may answer, best first."""

    id: str
    score: float = Field(description="Log-odds that it answers; without the reader, its fused retrieval score.")
    question: str | None = Field(description="The stored question that it answers; None for a passage.")
    phrasing: str | None = Field(default=None, description="The stored phrasing that is closest to the question.")


class Citation(BaseModel):
    """The words that support the answer."""

    source: str = Field(description="Entry id, or file, page and heading.")
    text: str = Field(description="The quoted sentence.")
    start: int = Field(description="Where the quotation starts in the answer.")
    end: int = Field(description="Where it ends: answer[start:end] == text.")


class Output(BaseModel):
    """An answer, or why there is none.

    A courtesy ("hello", "thanks") is no question: nothing is searched for it, its `kind` is ``small_talk``, and the
    outcome says what holds of it, ``not_covered``, with confidence 0 and no candidates.
    """

    outcome: Outcome
    kind: Kind = "knowledge"
    id: str | None
    answer: str | None
    confidence: float = Field(ge=0, le=1, description="Probability that the best entry answers the question.")
    candidates: list[Candidate]
    citations: list[Citation]
    engine: str = Field(description="Which retrievers answered; empty for small talk.")
    shares: dict[str, float] = Field(description="What each retriever adds to the first candidate's score.")
    language: Literal["en", "zh"]
