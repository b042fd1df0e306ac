"""Images in, verdicts out."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bigmodel_apps.diagnosis import heatmap, scoring, shelf, verdict
from bigmodel_apps.diagnosis.generator import Generator
from bigmodel_apps.diagnosis.schema import Input, Note, Options, Output
from bigmodel_apps.diagnosis.scoring import Read, Reader
from bigmodel_apps.diagnosis.verdict import Wanted
from bigmodel_apps.locales import Language, describe, message
from bigmodel_apps.problems import InputError, Problem
from bigmodel_apps.runtime.device import Device
from bigmodel_apps.vision import reading
from bigmodel_apps.vision.pictures import Picture

_TRAINED_ON_CHILDREN = "diagnosis-xray"
_NEAR = 0.9  # of the public test images, 3 % are farther


class DiagnosisModel:
    """A reader as the engine calls it.

    Args:
        path: Folder that `Reader.save` wrote.
    """

    batches = True

    def __init__(self, path: Path | None, _device: Device) -> None:
        assert path is not None
        self.reader = scoring.load(path)
        self.nbytes = self.reader.nbytes

    def predict(self, inputs: Sequence[Input], options: Options | None = None) -> list[Output]:
        """One output an image.

        Raises:
            InputError: An image cannot be read, or the options do not fit the model.
        """
        options = options or Options()
        reader = shelf.readers.get(options.own) if options.own else self.reader
        return outputs(reader, [picture_of(one) for one in inputs], options)


@dataclass(frozen=True, slots=True)
class Draw:
    """An image of nobody to be drawn: a class and a seed."""

    label: int
    seed: int


class GeneratorModel:
    """The generator as the engine calls it.

    Args:
        path: Folder that `Generator.save` wrote.
    """

    batches = True

    def __init__(self, path: Path | None, _device: Device) -> None:
        assert path is not None
        self.generator = Generator.load(path)
        self.nbytes = self.generator.nbytes

    def predict(self, inputs: Sequence[Draw], _options: object = None) -> list[npt.NDArray[np.float32]]:
        """One image in [0, 1] for each, shape (28, 28)."""
        return list(self.generator.draw([one.label for one in inputs], [one.seed for one in inputs]))


def picture_of(given: Input) -> Picture:
    """The picture that an input holds or names.

    Raises:
        InputError: There is none, or it cannot be read.
    """
    if given.picture is not None:
        return given.picture
    if given.path is not None:
        if not shelf.paths_allowed():
            raise InputError(Problem("diagnosis-path-not-here", field="path"))
        frames = reading.read_file(Path(given.path))
    else:
        try:
            data = base64.b64decode(given.image or "", validate=True)
        except (binascii.Error, ValueError):
            raise InputError(Problem("diagnosis-not-base64", field="image")) from None
        frames = reading.read(data, "image")
    if given.frame >= len(frames):
        details = {"frame": given.frame, "frames": len(frames)}
        raise InputError(Problem("diagnosis-no-such-frame", field="frame", details=details))
    return frames[given.frame]


def wanted(options: Options) -> Wanted:
    """What the options say of the verdict."""
    return Wanted(options.coverage, options.prevalence, options.sensitivity)


def outputs(reader: Reader, pictures: Sequence[Picture], options: Options) -> list[Output]:
    """What a reader says of pictures.

    Raises:
        InputError: ``diagnosis-class-unknown`` and what `verdict.judge` raises.
    """
    classes = reader.classifier.classes
    if options.heatmap_class is not None and options.heatmap_class not in classes:
        details = {"value": options.heatmap_class, "classes": ", ".join(classes)}
        raise InputError(Problem("diagnosis-class-unknown", field="heatmap_class", details=details))
    if not pictures:
        return []
    found = scoring.read(reader, pictures, wanted(options), maps=options.heatmap)
    return [_output(reader, found, picture, row, options) for row, picture in enumerate(pictures)]


def notes_of(picture: Picture, reader: Reader, distance: float = 0.0) -> list[Problem]:
    """What is to be known of a picture: what its reading said, and where it departs from the training images.

    Args:
        distance: From the images that the reader knows, as its gate measures it.
    """
    found = list(picture.notes)
    side = reader.classifier.side
    width, height = picture.size
    if min(width, height) > side:
        found.append(Problem("diagnosis-image-reduced", details={"width": width, "height": height, "side": side}))
    elif min(width, height) < side:
        found.append(Problem("diagnosis-image-enlarged", details={"width": width, "height": height, "side": side}))
    if width != height:
        found.append(Problem("diagnosis-image-cut", details={"width": width, "height": height}))
    if _TRAINED_ON_CHILDREN in (reader.engine, reader.classifier.facts.get("base")):
        found += unlike_children(picture)
    if _NEAR < distance <= 1:
        found.append(Problem("diagnosis-image-look", details={"distance": distance}))
    return found


def unlike_children(picture: Picture) -> list[Problem]:
    """Where a file says that it shows something else than the chest of a child of one to five years, from the front."""
    facts, found = picture.facts, []
    if facts.get("age_group") == "adult":
        found.append(Problem("diagnosis-image-adult"))
    if facts.get("age_group") == "infant":
        found.append(Problem("diagnosis-image-infant"))
    if facts.get("modality", "CR") not in ("CR", "DX", "RG", "OT"):
        found.append(Problem("diagnosis-image-modality", details={"modality": str(facts["modality"])}))
    if facts.get("body_part", "CHEST") != "CHEST":
        found.append(Problem("diagnosis-image-body-part", details={"part": str(facts["body_part"]).lower()}))
    if facts.get("view", "AP") not in ("AP", "PA"):
        found.append(Problem("diagnosis-image-view", details={"view": str(facts["view"])}))
    return found


def _output(reader: Reader, read: Read, picture: Picture, row: int, options: Options) -> Output:
    classes, verdicts = reader.classifier.classes, read.verdicts
    state, place = verdicts.states[row], int(verdicts.labels[row])
    known = state != "unknown_kind"
    notes = notes_of(picture, reader, float(read.distance[row]))
    heat = None
    if known and read.answers.maps is not None:
        shown = classes.index(options.heatmap_class) if options.heatmap_class is not None else place
        heat = heatmap.of(read.answers.maps[row], shown, reader.classifier.temperature)
        notes += heat.notes
    low, high = verdicts.low[row], verdicts.high[row]
    return Output(
        verdict=state,
        label=classes[place] if known else None,
        probabilities=verdict.names(verdicts.probabilities[row], classes) if known else None,
        interval={name: (float(low[at]), float(high[at])) for at, name in enumerate(classes)} if known else None,
        threshold=verdicts.threshold if known else None,
        heatmap=heat.cells.tolist() if heat is not None else None,
        heatmap_class=classes[heat.place] if heat is not None else None,
        distance=float(read.distance[row]),
        distances={name: float(values[row]) for name, values in read.distances.items()},
        engine=reader.engine,
        notes=_worded(notes, options.language),
        notice=message("diagnosis-notice", options.language),
    )


def _worded(notes: Sequence[Problem], language: Language) -> list[Note]:
    return [Note(code=one.code, text=describe(one, language)) for one in notes]
