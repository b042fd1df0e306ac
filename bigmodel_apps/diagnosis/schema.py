"""The contract of the domain: what is asked, what may be set, what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from bigmodel_apps.vision.pictures import Picture

Verdict = Literal["answer", "unsure", "unknown_kind"]

MAX_IMAGE = 40_000_000
"""Characters of an image in base64."""


class Input(BaseModel):
    """One image: a file's bytes in base64 or, on the command line, the path of a file."""

    model_config = ConfigDict(extra="forbid")

    image: str | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_IMAGE,
        description="PNG, JPEG, WebP, TIFF or DICOM, its bytes in base64.",
    )
    path: str | None = Field(
        default=None, min_length=1, max_length=4_000, description="Of a file; on the command line only."
    )
    frame: int = Field(default=0, ge=0, description="Which picture of a file that holds several, from 0.")

    _picture: Any = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _one_of_them(self) -> Input:
        if (self.image is None) == (self.path is None):
            raise PydanticCustomError("image_or_path", "one of image and path is needed")
        return self

    @classmethod
    def of(cls, picture: Picture) -> Input:
        """Of a picture that was read already: within this process."""
        made = cls.model_construct(image=None, path=None, frame=picture.frame)
        made._picture = picture
        return made

    @property
    def picture(self) -> Picture | None:
        """What `of` was given."""
        found: Picture | None = self._picture
        return found


class Options(BaseModel):
    """What a caller may set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    coverage: float = Field(
        default=0.9, gt=0, le=1, description="Share of images like the held-out ones that gets an answer."
    )
    sensitivity: float | None = Field(
        default=None, gt=0, lt=1, description="Share of the last class to be found; by default the likelier class wins."
    )
    prevalence: float | None = Field(
        default=None, gt=0, lt=1, description="Share of the last class among those asked about; by default one half."
    )
    heatmap: bool = Field(default=True, description="Whether to say where the evidence lies.")
    heatmap_class: str | None = Field(
        default=None, max_length=200, description="For which class; by default for the one that is answered."
    )
    own: str | None = Field(
        default=None, max_length=200, description="Key of a model of the caller's own; by default the one that ships."
    )
    language: Literal["en", "zh"] = "en"


class Note(BaseModel):
    """Something to know of the image or the answer.

    Attributes:
        code: The message is ``problem-<code>``.
        text: The message, in the language asked for.
    """

    code: str
    text: str


class Output(BaseModel):
    """A verdict and where it comes from. Not a medical device: nothing here may guide a diagnosis.

    Attributes:
        verdict: ``unknown_kind``: no class is named and no probability given.
        label: The class; with ``unsure`` the likelier one.
        probabilities: By class, at the prevalence asked for.
        interval: By class, bounds of the middle 90 % of the networks.
        threshold: From which probability of the last class on it is the label, where a sensitivity is set.
        heatmap: Log-odds that each cell of the network's own grid adds to `heatmap_class`.
        distance: From the images that the network knows; above 1 the kind is unknown.
        distances: The same by what was looked at.
        engine: Name of the model that answered.
        notice: That this is no medical device.
    """

    verdict: Verdict
    label: str | None
    probabilities: dict[str, float] | None
    interval: dict[str, tuple[float, float]] | None
    threshold: float | None
    heatmap: list[list[float]] | None
    heatmap_class: str | None
    distance: float
    distances: dict[str, float]
    engine: str
    notes: list[Note]
    notice: str
