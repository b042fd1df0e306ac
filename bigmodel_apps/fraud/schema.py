"""The contract of the domain: what is asked, what may be set, what comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

Band = Literal["low", "guarded", "elevated", "high"]
"""Bands of scores, each tied to a false-positive rate on the validation days: the highest is reached by at most 1 % of
legitimate transactions, the next by 2 %, then 5 %."""

BANDS: tuple[Band, ...] = ("low", "guarded", "elevated", "high")
MAX_AMOUNT = 1e12
Text = Annotated[str, Field(min_length=1, max_length=200)]


class Input(BaseModel):
    """One transaction.

    Its inputs are computed from the history that `Options.bank` names; transactions of the same request do not see each
    other. On the command line they do, and there is no other history.
    """

    model_config = ConfigDict(extra="forbid")

    amount: float = Field(ge=0, le=MAX_AMOUNT, allow_inf_nan=False)
    time: str = Field(min_length=8, max_length=40, description="Date and time, ISO 8601.")
    customer: Text | None = None
    terminal: Text | None = None
    id: Text | None = None
    fraud: bool | None = Field(
        default=None, description="Its label, used for later transactions, only as far as the label delay allows."
    )

    @field_validator("time")
    @classmethod
    def _readable(cls, text: str) -> str:
        seconds_of(text)
        return text


def seconds_of(text: str) -> int:
    """Seconds since 1970-01-01 of a time in ISO 8601; one with an offset is brought to UTC.

    Raises:
        PydanticCustomError: ``time_unreadable``; a ValueError.
    """
    try:
        time = datetime.fromisoformat(text.strip())
        return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise PydanticCustomError("time_unreadable", "not a date and time in ISO 8601", {"value": text[:40]}) from None


class Options(BaseModel):
    """What a caller may set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bank: Text | None = Field(
        default=None, description="Key of the history that transactions continue; by default the sample bank."
    )
    own: Text | None = Field(
        default=None, description="Key of a model of the caller's own; by default the one that ships."
    )
    reasons: bool = Field(default=True, description="Whether to say why.")
    language: Literal["en", "zh"] = "en"


class Reason(BaseModel):
    """Why a score is what it is: one group of inputs.

    Attributes:
        code: The message is ``fraud-reason-<code>``.
        text: The message, in the language asked for.
        share: What it adds to the log-odds.
        values: What the message was filled with.
    """

    code: str
    text: str
    share: float
    values: dict[str, float | str] = Field(default_factory=dict)


class Output(BaseModel):
    """A score and where it comes from.

    Attributes:
        score: Probability of fraud, in [0, 1].
        band: See `Band`.
        reasons: The heaviest first; None where none were asked for. With `base` they sum to the log-odds of the score.
        base: Log-odds before anything is known of the transaction.
        engine: Name of the model that answered.
    """

    score: float
    band: Band
    reasons: list[Reason] | None
    base: float
    engine: str
