"""Whether a heat map deserves belief, found out on the image itself: for those who look at one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bigmodel_apps.diagnosis import heatmap, scoring
from bigmodel_apps.diagnosis.heatmap import Deletion
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.vision.pictures import Picture

_CHANCE = 1.96  # standard normal quantile of the middle 95 %


@dataclass(frozen=True, slots=True)
class Checks:
    """What two tests say of one heat map.

    Attributes:
        deletion: What covering the strongest cells does.
        correlation: Rank correlation with the map of networks whose weights were drawn anew; NaN where these have none.
        by_chance: Beyond which a correlation of so many cells is no chance, were they independent.
    """

    deletion: Deletion
    correlation: float
    by_chance: float

    @property
    def resembles(self) -> bool:
        """Whether the map is much like one of networks that learned nothing."""
        return abs(self.correlation) > self.by_chance


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
        float(_CHANCE / np.sqrt(heat.cells.size - 1)),
    )
