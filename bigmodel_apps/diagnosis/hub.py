"""Image classifiers of the hub that name a normal class and pneumonia, asked behind our own gate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bigmodel_apps.diagnosis import model, scoring, verdict
from bigmodel_apps.diagnosis.datasets import XRAY_CLASSES
from bigmodel_apps.diagnosis.network import Floats
from bigmodel_apps.diagnosis.schema import Input, Note, Options, Output
from bigmodel_apps.locales import describe, message
from bigmodel_apps.problems import Problem, Unavailable
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.vision.pictures import Picture

if TYPE_CHECKING:
    from bigmodel_apps.diagnosis.model import DiagnosisModel

_ROWS_AT_ONCE = 16
_FLOOR = 1e-6
_NAMED = {"normal": r"normal|healthy|no finding", "pneumonia": r"pneumonia|opacity"}


class HubImageClassifier:
    """A vision model in the layout of the hub.

    Nothing is known of how sure it should be, so it never says "not sure", and the answer says that.

    Args:
        path: Folder with ``config.json``, ``preprocessor_config.json`` and ``*.safetensors``.
        known: Whose gate decides whether an image is a chest X-ray at all.

    Raises:
        Unavailable: Its classes have other names.
    """

    batches = True

    def __init__(self, path: Path, device: Device, known: DiagnosisModel) -> None:
        import torch
        from transformers import AutoConfig, AutoImageProcessor, AutoModelForImageClassification
        from transformers.utils import logging

        logging.disable_progress_bar()
        logging.set_verbosity_error()
        self._torch, self._known = torch, known
        config = AutoConfig.from_pretrained(path)
        self.engine = str(getattr(config, "_name_or_path", "") or path.name)
        self._classes = classes_of(config.id2label, path.name)
        self._processor = AutoImageProcessor.from_pretrained(path, use_fast=False)
        found = AutoModelForImageClassification.from_pretrained(
            path,
            config=config,
            dtype=torch.float32,  # see text.encoder
            use_safetensors=True,
        )
        self._model, self._device = found.to(device.torch_name, getattr(torch, device.dtype)).eval(), device.torch_name

    @property
    def nbytes(self) -> int:
        """Bytes of the weights in memory."""
        return sum(parameter.nbytes for parameter in self._model.parameters())

    def predict(self, inputs: Sequence[Input], options: Options | None = None) -> list[Output]:
        """One output an image; see `model.DiagnosisModel.predict`. There is no heat map."""
        options = options or Options()
        pictures = [model.picture_of(one) for one in inputs]
        if not pictures:
            return []
        gated = scoring.read(self._known.reader, pictures, model.wanted(options))
        prevalence = 0.5 if options.prevalence is None else options.prevalence
        odds = self._odds(pictures) + np.log(prevalence / (1 - prevalence))
        chances = 0.5 * (1 + np.tanh(odds / 2))
        return [
            self._output(
                picture, float(chance), {name: float(values[row]) for name, values in gated.distances.items()}, options
            )
            for row, (picture, chance) in enumerate(zip(pictures, chances, strict=True))
        ]

    def _odds(self, pictures: Sequence[Picture]) -> Floats:
        """Log-odds of pneumonia, shape (n,)."""
        torch = self._torch
        found = []
        for start in range(0, len(pictures), _ROWS_AT_ONCE):
            images = [one.image().convert("RGB") for one in pictures[start : start + _ROWS_AT_ONCE]]
            pixels = self._processor(images=images, return_tensors="pt")["pixel_values"]
            with torch.inference_mode():
                logits = self._model(pixel_values=pixels.to(self._device, self._model.dtype)).logits.float()
            shares = torch.softmax(logits, dim=-1).cpu().numpy().astype(np.float64) @ self._classes
            shares = np.maximum(shares, _FLOOR)
            found.append(np.log(shares[:, 1]) - np.log(shares[:, 0]))
        return np.concatenate(found)

    def _output(self, picture: Picture, chance: float, distances: Mapping[str, float], options: Options) -> Output:
        distance = max(distances.values())
        known = distance <= 1
        notes = [
            *picture.notes,
            *model.unlike_children(picture),
            Problem("diagnosis-hub-uncalibrated", details={"model": self.engine}),
        ]
        place = int(chance >= 0.5)
        return Output(
            verdict="answer" if known else "unknown_kind",
            label=XRAY_CLASSES[place] if known else None,
            probabilities=verdict.names(np.array([1 - chance, chance]), XRAY_CLASSES) if known else None,
            interval=None,
            threshold=None,
            heatmap=None,
            heatmap_class=None,
            distance=distance,
            distances=dict(distances),
            engine=self.engine,
            notes=[Note(code=one.code, text=describe(one, options.language)) for one in notes],
            notice=message("diagnosis-notice", options.language),
        )


def classes_of(names: Mapping[int, str], name: str) -> Floats:
    """Which of `datasets.XRAY_CLASSES` each class of a model is: ones and zeros, shape (classes of the model, 2).

    Raises:
        Unavailable: The names say nothing of pneumonia, or of its absence.
    """
    ordered = [str(names[place]).lower().replace("_", " ") for place in sorted(names, key=int)]
    found = np.array(
        [[bool(re.search(_NAMED[wanted], one)) for wanted in XRAY_CLASSES] for one in ordered], dtype=np.float64
    )
    if not (found.sum(axis=0) > 0).all() or (found.sum(axis=1) != 1).any():
        details = {"model": name, "labels": ", ".join(ordered)[:200]}
        raise Unavailable(Problem("diagnosis-hub-labels", details=details))
    return found
