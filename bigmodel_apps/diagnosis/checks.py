"""Whether a heat map deserves belief, found out on the image itself: for those who look at one."""

from __future__ import annotations

from dataclasses import dataclass

from bigmodel_apps.diagnosis import heatmap, scoring
from bigmodel_apps.diagnosis.heatmap import Deletion
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.vision.pictures import Picture

_ALIKE = 0.5  # a quarter of the variance of the ranks


@dataclass(frozen=True, slots=True)
class Checks:
    """What two tests say of one heat map.

    Attributes:
        deletion: What covering the strongest cells does.
        correlation: Rank correlation with the map of networks whose weights were drawn anew; NaN where these have none.
    """

    deletion: Deletion
    correlation: float

    @property
    def resembles(self) -> bool:
        """Whether the map is much like one of networks that learned nothing."""
        return abs(self.correlation) >= _ALIKE


def check(reader: Reader, picture: Picture, name: str, prevalence: float | None = None) -> Checks | None:
    """Test the map of a picture for a class; None where the map is empty or broken.

    Args:
        name: Of the class.
        prevalence: Of the last class, for the probabilities; equal shares when None.
    """
    (image,) = scoring.seen(reader, [picture])
    maps = reader.classifier.read(image[None], maps=True).maps
    assert maps is not None
    heat = heatmap.of(maps[0], reader.classifier.classes.index(name), reader.classifier.temperature)
    if heat.empty:
        return None
    return Checks(
        heatmap.deletion(reader.classifier, image, heat, prevalence=prevalence),
        heatmap.randomised(reader.classifier, image, heat),
    )
