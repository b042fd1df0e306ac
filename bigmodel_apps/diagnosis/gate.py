"""Whether an image is of the kind that a classifier knows.

Confidence cannot tell: a network is as sure of noise as of a chest. So four distances are measured, each fitted on
training images alone, and the largest counts:

- features: Mahalanobis distance of the network's features to the nearest class (Lee et al., NeurIPS 2018);
- looks: Mahalanobis distance of the pixels in the leading principal components, and what these leave over;
- colour: how far the colour departs from that of the training images, so that a grey classifier refuses a photograph;
- contrast: how much flatter a picture is than any of them.

Distances are on one scale, up to `FARTHEST`: above 1 the kind is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from bigmodel_apps.diagnosis import augmentation
from bigmodel_apps.diagnosis.network import Answers, Classifier, Floats, Pixels
from bigmodel_apps.problems import Problem, Unavailable

FILE = "gate.safetensors"
REFUSED = 0.005
"""Share of held-out images, as they are, that each distance may refuse."""

REFUSED_SHIFTED = 0.01
"""The same of held-out images under `augmentation.SHIFTS`; the wider of both bounds holds."""

COMPONENTS = 48
COLOUR_LIMIT = 0.04
"""Mean distance between the strongest and the weakest channel, beyond what training images have."""

FARTHEST = 1_000.0
_SHRINKAGE = 0.05
_LARGE = 10_000  # numbers


@dataclass(frozen=True, eq=False)
class Gate:
    """What images of the known kind look like.

    Attributes:
        centres: Of the features of each class, shape (classes, d).
        whitening: Makes the features' shared covariance the identity, shape (d, d).
        mean: Of the standardised pixels, shape (p,).
        components: Principal components, shape (c, p); `scales`: their deviations, shape (c,).
        rest: Deviation of what the components leave over.
        colour: Range of the training images' colour (see `chroma`), shape (2,).
        flattest: Half of the least deviation of a training image's pixels, shape (1,).
        limits: Distance at which features and looks refuse, shape (2,).
    """

    centres: Floats
    whitening: Floats
    mean: Floats
    components: Floats
    scales: Floats
    rest: Floats
    colour: Floats
    flattest: Floats
    limits: Floats

    def distances(self, images: Pixels, features: Floats, colour: Floats) -> dict[str, Floats]:
        """Distances by name, each of shape (n,); above 1 the kind is unknown.

        Args:
            images: As the classifier reads them.
            features: `Answers.features` of them.
            colour: `chroma` of the pictures before they were turned into grey.
        """
        low, high = self.colour
        apart = np.maximum(low - colour, colour - high) / COLOUR_LIMIT
        spread = images.reshape(len(images), -1).std(axis=1)
        found = {
            "features": self._features(features) / self.limits[0],
            "looks": self._looks(images) / self.limits[1],
            "colour": apart,
            "contrast": self.flattest[0] / np.maximum(spread, 1e-9),
        }
        return {name: np.clip(np.nan_to_num(values, nan=FARTHEST), 0, FARTHEST) for name, values in found.items()}

    def distance(self, images: Pixels, features: Floats, colour: Floats) -> Floats:
        """The largest of the `distances`, shape (n,)."""
        return np.max(list(self.distances(images, features, colour).values()), axis=0)

    def _features(self, features: Floats) -> Floats:
        apart = (features[:, None, :] - self.centres) @ self.whitening
        return np.asarray(np.sqrt((apart**2).mean(axis=2)).min(axis=1))

    def _looks(self, images: Pixels) -> Floats:
        flat = flattened(images) - self.mean
        found = flat @ self.components.T
        left = np.sqrt(np.maximum((flat**2).sum(axis=1) - (found**2).sum(axis=1), 0.0))
        inside = ((found / self.scales) ** 2).sum(axis=1)
        return np.asarray(np.sqrt((inside + len(self.scales) * (left / self.rest[0]) ** 2) / (2 * len(self.scales))))

    def save(self, folder: Path) -> None:
        """Write as safetensors; what is large in half precision."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {name: np.ascontiguousarray(getattr(self, name)) for name in self.__dataclass_fields__}
        kinds = {name: np.float16 if values.size > _LARGE else np.float32 for name, values in tensors.items()}
        save_file({name: values.astype(kinds[name]) for name, values in tensors.items()}, folder / FILE)

    @classmethod
    def load(cls, folder: Path) -> Gate:
        """Read what `save` wrote.

        Raises:
            Unavailable: It is damaged.
        """
        try:
            found = load_file(folder / FILE)
            return cls(**{name: found[name].astype(np.float64) for name in cls.__dataclass_fields__})
        except (OSError, ValueError, KeyError, SafetensorError):
            raise Unavailable(Problem("diagnosis-model-damaged", field=FILE)) from None


def chroma(pixels: Pixels) -> float:
    """How coloured a picture is: mean distance between its strongest and its weakest channel; 0 for grey."""
    return float((pixels.max(axis=2) - pixels.min(axis=2)).mean()) if pixels.ndim == 3 else 0.0


def fit(
    classifier: Classifier,
    images: Pixels,
    labels: npt.NDArray[np.int64],
    held_out: Pixels,
) -> Gate:
    """Fit on training images; set the limits on held-out ones of the same kind.

    Args:
        images, held_out: In [0, 1], shape (n, side, side) grey or (n, side, side, 3).
        labels: Of `images`, shape (n,).
    """
    features = classifier.read(images).features
    centres = np.stack([features[labels == place].mean(axis=0) for place in range(len(classifier.classes))])
    flat = flattened(images)
    mean = flat.mean(axis=0)
    _, spread, components = np.linalg.svd(flat - mean, full_matrices=False)
    kept = max(1, min(COMPONENTS, len(spread) // 2))  # of few images, as many as there are leave nothing over
    left = np.sqrt((spread[kept:] ** 2).sum() / len(flat))
    colours = [chroma(one) for one in images]
    gate = Gate(
        centres=centres,
        whitening=_whitening(features - centres[labels]),
        mean=mean,
        components=components[:kept],
        scales=spread[:kept] / np.sqrt(len(flat)),
        rest=np.array([left]),
        colour=np.array([min(colours), max(colours)]),
        flattest=np.array([images.reshape(len(images), -1).std(axis=1).min() / 2]),
        limits=np.ones(2),
    )
    found: Mapping[str, list[Floats]] = {"features": [], "looks": []}
    for shift in augmentation.SHIFTS.values():
        moved = shifted(held_out, shift)
        measured = gate.distances(moved, classifier.read(moved).features, np.full(len(moved), gate.colour[0]))
        for name, values in found.items():
            values.append(measured[name])
    limits = [
        max(np.quantile(values[0], 1 - REFUSED), np.quantile(np.concatenate(values), 1 - REFUSED_SHIFTED))
        for values in found.values()
    ]
    return Gate(**{**{name: getattr(gate, name) for name in gate.__dataclass_fields__}, "limits": np.array(limits)})


def fit_distances(gate: Gate, classifier: Classifier, images: Pixels, answers: Answers | None = None) -> Floats:
    """Distances of images that are what the classifier reads already, in its own colours; shape (n,)."""
    found = answers or classifier.read(images)
    return gate.distance(images, found.features, np.array([chroma(one) for one in images]))


def shifted(images: Pixels, shift: augmentation.Shift) -> Pixels:
    """Images under a shift, in their own layout."""
    shaped = torch.from_numpy(np.ascontiguousarray(images, dtype=np.float32))
    if shaped.ndim == 3:
        return shift(shaped[:, None])[:, 0].numpy()
    return shift(shaped.permute(0, 3, 1, 2)).permute(0, 2, 3, 1).numpy()


def flattened(images: Pixels) -> Floats:
    """Each image with mean 0 and deviation 1, shape (n, p): exposure says nothing of the kind."""
    flat = images.reshape(len(images), -1).astype(np.float64)
    return np.asarray((flat - flat.mean(axis=1, keepdims=True)) / (flat.std(axis=1, keepdims=True) + 1e-2))


def _whitening(residuals: Floats) -> Floats:
    """Inverse root of the covariance, shrunk towards its mean variance (Ledoit and Wolf, 2004, with a fixed share)."""
    covariance = residuals.T @ residuals / len(residuals)
    covariance *= 1 - _SHRINKAGE
    covariance += _SHRINKAGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors / np.sqrt(values) @ vectors.T)
