"""The contract of the domain: what goes in, what comes out, what can be set."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MAX_TEXT = 20_000
MAX_ASPECTS = 40

Label = Literal["positive", "negative", "neutral", "unsure"]
Polarity = Literal["positive", "negative", "neutral"]

Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class Aspect(BaseModel):
    """Something that opinions are about, and the words for it in either language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Term
    terms: tuple[Term, ...] = Field(default=(), max_length=60, description="Words for it; its name always counts.")


class Input(BaseModel):
    """A text."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"text": "The room was spotless, but breakfast was a joke.", "aspects": ["room"]}]
        },
    )

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]
    aspects: list[Term] | None = Field(
        default=None, max_length=MAX_ASPECTS, description="What to judge in this text, instead of the options' aspects."
    )


class Options(BaseModel):
    """What a caller may set. Texts with equal options share a batch."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unsure_below: float = Field(
        default=0.6, ge=0, le=1, description="A verdict with less confidence than this is 'unsure'."
    )
    language: Literal["auto", "en", "zh"] = Field(default="auto", description="Which reader answers.")
    aspects: tuple[Aspect, ...] = Field(default=(), max_length=MAX_ASPECTS, description="What to judge in every text.")
    sentences: bool = Field(default=False, description="Judge every sentence of a text as well.")
    own: str = Field(
        default="", max_length=200, description="Key of a model of one's own labels, given when it was opened."
    )


class Scored(BaseModel):
    """A verdict on a span of the text."""

    start: int
    end: int
    label: Label
    positive: float = Field(ge=0, le=1, description="Probability that its opinion is positive, given that it has one.")
    opinion: float = Field(ge=0, le=1, description="Probability that it holds an opinion at all.")
    confidence: float = Field(ge=0, le=1, description="Probability that the label is right.")


class AspectVerdict(Scored):
    """A verdict on an aspect where it is mentioned; `start` and `end` are those of the quoted clause."""

    aspect: str
    term: str = Field(description="The word that names it in the text.")
    term_start: int
    term_end: int


class OwnVerdict(BaseModel):
    """What a model of the user's own labels says of the whole text."""

    label: str = Field(description="The likeliest class.")
    unsure: bool = Field(description="Whether the confidence is below the options' 'unsure_below'.")
    confidence: float = Field(ge=0, le=1, description="Probability that the label is right.")
    shares: dict[str, float] = Field(description="Probability of each class, the likeliest first.")


class Output(BaseModel):
    """A verdict on the whole text.

    ``neutral`` means that the text holds no opinion, ``unsure`` that the confidence is low.
    """

    label: Label
    positive: float = Field(
        ge=0, le=1, description="Probability that the opinion is positive, given that there is one."
    )
    opinion: float = Field(ge=0, le=1, description="Probability that there is an opinion at all.")
    confidence: float = Field(
        ge=0, le=1, description="Probability that the label is right, calibrated on held-out texts."
    )
    language: Literal["en", "zh"]
    sentences: list[Scored] = Field(default_factory=list, description="With the option 'sentences'.")
    aspects: list[AspectVerdict] = Field(default_factory=list)
    own: OwnVerdict | None = Field(default=None, description="With a model of the user's own labels.")
    engine: str = Field(description="Which reader answered.")
