"""The contract of the domain: what is asked, what may be set, what comes back."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Id = Annotated[str, Field(min_length=1, max_length=200)]
MOST_HISTORY, MOST_K = 500, 200


class Input(BaseModel):
    """For whom: somebody known, or anybody with a history. With both, the history continues the user's own."""

    model_config = ConfigDict(extra="forbid")

    user: Id | None = None
    history: list[Id] | None = Field(
        default=None, max_length=MOST_HISTORY, description="Ids of items, the oldest first."
    )

    @model_validator(mode="after")
    def _somebody(self) -> Input:
        if self.user is None and self.history is None:
            raise PydanticCustomError("nobody", "neither a user nor a history is given")
        return self


class Options(BaseModel):
    """What a caller may set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    k: int = Field(default=10, ge=1, le=MOST_K)
    shop: Id | None = Field(
        default=None, description="Key of the shop whose model answers; by default the sample shop."
    )
    seen: bool = Field(default=False, description="Whether items of the history may come back.")
    because: int = Field(default=3, ge=0, le=50, description="How many items of the history are named for each item.")
    diversity: float = Field(
        default=0.0, ge=0, le=1, description="0: by score alone; towards 1: as different as possible (MMR)."
    )
    popularity_penalty: float = Field(default=0.0, ge=0, le=1)
    recency: float | None = Field(
        default=None, ge=0, le=5, description="Weight of the newest choices; by default the blend's."
    )
    text: float | None = Field(default=None, ge=0, le=5, description="Weight of titles; by default the blend's.")


class Because(BaseModel):
    """An item of the history, and what it adds to the score (signed)."""

    id: str
    share: float


class Recommendation(BaseModel):
    """One recommended item. `because` names the heaviest shares; with `rest`, all shares sum to `score`."""

    id: str
    title: str
    score: float
    because: list[Because]
    rest: float


class Output(BaseModel):
    """The best items, the best first.

    Attributes:
        unknown: Ids of the history that the model does not know, which therefore count nothing.
        engine: Name of the model that answered.
    """

    items: list[Recommendation]
    unknown: list[str] = Field(default_factory=list)
    engine: str
