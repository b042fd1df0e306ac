"""The contract of the domain: what is asked, what may be set, what comes back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Id = Annotated[str, Field(min_length=1, max_length=200)]
MOST_HISTORY, MOST_K, MOST_RULES = 500, 200, 10_000
MOST_NAME = 1_000
"""Characters of a category's name."""


class Input(BaseModel):
    """For whom: somebody known, or anybody with a history. With both, the history continues the user's own.

    Somebody who is not known and has no history gets what is popular.
    """

    model_config = ConfigDict(extra="forbid")

    user: Id | None = None
    history: list[Id] | None = Field(
        default=None, max_length=MOST_HISTORY, description="Ids of items, the oldest first."
    )
    dismissed: list[Id] = Field(
        default_factory=list, max_length=MOST_HISTORY, description="Ids of items that are not to be shown again."
    )

    @model_validator(mode="after")
    def _somebody(self) -> Input:
        if self.user is None and self.history is None:
            raise PydanticCustomError("nobody", "neither a user nor a history is given")
        return self


class Quota(BaseModel):
    """At most so many items of a category in one list; 0 keeps the category out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    category: str = Field(min_length=1, max_length=MOST_NAME)
    most: int = Field(ge=0, le=MOST_K)


class Rules(BaseModel):
    """What a business wants of every list. Ids that the catalogue does not have count nothing.

    Attributes:
        exclude: Never shown.
        out_of_stock: Not shown for now.
        pin: Shown first, in this order, where they may be shown at all.
        most_per_category: At most so many of any category that has no quota of its own.
        quotas: Of single categories, by the category's name in any language of the catalogue.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    exclude: tuple[Id, ...] = Field(default=(), max_length=MOST_RULES)
    out_of_stock: tuple[Id, ...] = Field(default=(), max_length=MOST_RULES)
    pin: tuple[Id, ...] = Field(default=(), max_length=MOST_K)
    most_per_category: int | None = Field(default=None, ge=1, le=MOST_K)
    quotas: tuple[Quota, ...] = Field(default=(), max_length=1_000)


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
    rules: Rules | None = None
    language: Literal["en", "zh"] = Field(default="en", description="Of the titles.")


class Because(BaseModel):
    """An item of the history, and what it adds to the score (signed)."""

    id: str
    share: float


class Recommendation(BaseModel):
    """One recommended item.

    Attributes:
        score: Of the model, less the penalty for popularity. A list that is made diverse, or has pinned items, is not in
            the order of scores.
        because: The heaviest shares.
        rest: What the other items of the history, and what does not come from any, add: with it, shares sum to `score`.
        pinned: Whether a rule put it there.
    """

    id: str
    title: str
    score: float
    because: list[Because]
    rest: float
    pinned: bool = False


class Output(BaseModel):
    """The best items, the best first.

    Attributes:
        unknown: Ids that are not known, and therefore count nothing: items of the history, and the user.
        popular: Whether nothing is known of this user, so that the items are those that most users chose.
        engine: Name of the model that answered.
    """

    items: list[Recommendation]
    unknown: list[str] = Field(default_factory=list)
    popular: bool = False
    engine: str
