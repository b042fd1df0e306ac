"""Labelled images to a classifier: ``train diagnosis``.

The loss is told the share of each class (Menon et al., ICLR 2021), so logits hold for classes that are equally frequent;
what is frequent where the classifier is used is for `verdict` to say. Confidence is set on held-out images under
`augmentation.COMBINED`.
"""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from bigmodel_apps import evidence
from bigmodel_apps.diagnosis import augmentation, datasets, gate, generator, network, verdict
from bigmodel_apps.diagnosis.network import Classifier, Network, Pixels
from bigmodel_apps.diagnosis.scoring import Reader
from bigmodel_apps.problems import Cancelled, InputError, Problem
from bigmodel_apps.runtime.device import cores

Report = Callable[[int, int], None]
Stop = Callable[[], bool]
Labels = npt.NDArray[np.int64]

CARDS = Path(__file__).parent / "cards"
SEED = 7
RUNS, MEMBERS = 3, 2
MIN_IMAGES = 8
"""Of each class, that a classifier needs to learn from."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained.

    Attributes:
        strength: Of `augmentation.varied`.
        mixing: Beta parameter with which pairs of images are mixed (Zhang et al., ICLR 2018); 0 mixes none.
        smoothing: Of the labels (Szegedy et al., CVPR 2016).
        averaging: Decay of the mean over the weights' path, which is kept instead of their end.
    """

    epochs: int = 40
    widths: tuple[int, int, int] = network.WIDTHS
    strength: float = 1.0
    mixing: float = 0.0
    smoothing: float = 0.05
    rate: float = 4e-3
    decay: float = 0.05
    batch: int = 64
    averaging: float = 0.995


XRAY = Recipe(epochs=22, strength=0.7, averaging=0.99)
"""Chosen among recipes on training and validation images alone: whole groups of looks held out, and under shifts."""

CELL = Recipe(epochs=10, widths=(16, 32, 48), strength=0.7, averaging=0.99)
OWN = Recipe(epochs=30, averaging=0.99)
_HELD_OUT = 0.2
_WARMING = 100  # steps


def fit(
    pixels: npt.NDArray[np.uint8],
    labels: Labels,
    classes: int,
    recipe: Recipe,
    *,
    seed: int,
    start: Network | None = None,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Network:
    """Train one network.

    Args:
        pixels: Shape (n, h, w) grey or (n, h, w, 3).
        labels: Places in the classes, shape (n,).
        start: Its stem and blocks are learned from, where the channels agree.
        report: Called with (epochs done, in total).

    Raises:
        InputError: ``diagnosis-too-few-images``.
        Cancelled: By `cancelled`.
    """
    counts = np.bincount(labels, minlength=classes)
    if counts.min() < MIN_IMAGES:
        details = {"least": MIN_IMAGES, "found": int(counts.min())}
        raise InputError(Problem("diagnosis-too-few-images", details=details))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _fit(pixels, labels, counts, recipe, start, report, cancelled)


def _fit(
    pixels: npt.NDArray[np.uint8],
    labels: Labels,
    counts: Labels,
    recipe: Recipe,
    start: Network | None,
    report: Report | None,
    cancelled: Stop | None,
) -> Network:
    images, truth = shaped(pixels), torch.from_numpy(labels)
    model = Network(images.shape[1], len(counts), recipe.widths)
    if start is not None and (start.channels, start.widths) == (model.channels, model.widths):
        model.stem.load_state_dict(start.stem.state_dict())
        model.blocks.load_state_dict(start.blocks.state_dict())
    model = network.laid_out(model)
    mean = copy.deepcopy(model).requires_grad_(False)
    priors = torch.from_numpy(np.log(counts / counts.sum())).float()
    weights = [one for one in model.parameters() if one.ndim > 1]
    others = [one for one in model.parameters() if one.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": weights, "weight_decay": recipe.decay}, {"params": others, "weight_decay": 0.0}], recipe.rate
    )
    batch = min(recipe.batch, len(images))
    batches = len(images) // batch
    total, step = recipe.epochs * batches, 0
    warming = min(_WARMING, max(1, total // 10))
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe.smoothing)
    model.train()
    for epoch in range(recipe.epochs):
        order = torch.randperm(len(images))
        for number in range(batches):
            if cancelled is not None and cancelled():
                raise Cancelled
            warmth = min(1.0, (step + 1) / warming) * (0.5 + 0.5 * math.cos(math.pi * step / total))
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate * warmth
            rows = order[number * batch : (number + 1) * batch]
            seen, target = augmentation.varied(images[rows], recipe.strength), truth[rows]
            share, other = 1.0, target
            if recipe.mixing:
                share = float(np.float64(torch.distributions.Beta(recipe.mixing, recipe.mixing).sample()))
                pairs = torch.randperm(batch)
                seen, other = share * seen + (1 - share) * seen[pairs], target[pairs]
            with torch.autocast("cpu", torch.bfloat16):
                found = model(seen.contiguous(memory_format=torch.channels_last))
            found = found.float() + priors
            loss = share * loss_of(found, target) + (1 - share) * loss_of(found, other)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            _average(mean, model, min(recipe.averaging, (1 + step) / (10 + step)))
        if report is not None:
            report(epoch + 1, recipe.epochs)
    return network.evaluated(mean)


def shaped(pixels: npt.NDArray[np.uint8]) -> torch.Tensor:
    """In [0, 1], shape (n, channels, h, w)."""
    images = torch.from_numpy(pixels).float() / 255
    return images[:, None] if images.ndim == 3 else images.permute(0, 3, 1, 2)


def _average(mean: Network, model: Network, decay: float) -> None:
    with torch.no_grad():
        for kept, new in zip(mean.state_dict().values(), model.state_dict().values(), strict=True):
            if kept.is_floating_point():
                kept.lerp_(new, 1 - decay)
            else:
                kept.copy_(new)


def reader(
    engine: str,
    train: datasets.Images,
    held_out: datasets.Images,
    classes: Sequence[str],
    recipe: Recipe,
    *,
    runs: int = 1,
    members: int = MEMBERS,
    seed: int = SEED,
    start: Network | None = None,
    apart: bool = False,
    facts: dict[str, Any] | None = None,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Reader:
    """Train `runs` · `members` networks, then set confidence, gate and reference on held-out images.

    Args:
        apart: Whether the held-out images are of other sources, so that they may raise confidence too.
        facts: More to be said of the images: for the card.
        report: Called with (epochs done, in total), over all networks.

    Raises:
        InputError: ``diagnosis-too-few-images``.
        Cancelled: By `cancelled`.
    """
    trained = []
    for number in range(runs * members):
        done = number * recipe.epochs
        trained.append(
            fit(
                train.pixels,
                train.labels,
                len(classes),
                recipe,
                seed=1_000 * seed + number,
                start=start,
                report=_part(report, done, runs * members * recipe.epochs),
                cancelled=cancelled,
            )
        )
    return assembled(engine, trained, train, held_out, classes, recipe, runs=runs, seed=seed, apart=apart, facts=facts)


def assembled(
    engine: str,
    trained: Sequence[Network],
    train: datasets.Images,
    held_out: datasets.Images,
    classes: Sequence[str],
    recipe: Recipe,
    *,
    runs: int = 1,
    seed: int = SEED,
    apart: bool = False,
    facts: dict[str, Any] | None = None,
) -> Reader:
    """Networks as a reader: confidence, gate and reference are set on held-out images. Arguments as of `reader`."""
    groups = tuple(number * runs // len(trained) for number in range(len(trained)))
    found = Classifier(tuple(trained), groups, tuple(classes), train.pixels.shape[1])
    held = held_out.scaled()
    logits, truth = shifted_logits(found, held, held_out.labels)
    # Held-out images of the same source are too easy: what they say may make a classifier less sure, never more.
    temperature = max(0.0 if apart else 1.0, verdict.temperature(logits.mean(axis=0), truth))
    right = (found.read(held).logits.mean(axis=0).argmax(axis=1) == held_out.labels).mean()
    told = {
        "engine": engine,
        "recipe": dataclasses.asdict(recipe),
        "seed": seed,
        "images": len(train),
        "of_classes": np.bincount(train.labels, minlength=len(classes)).tolist(),
        "held_out": len(held_out),
        "held_out_accuracy": round(float(right), 4),
        "held_out_accuracy_shifted": round(float((logits.mean(axis=0).argmax(axis=1) == truth).mean()), 4),
        **(facts or {}),
    }
    found = dataclasses.replace(found, temperature=temperature, facts=told)
    return Reader(
        engine,
        found,
        gate.fit(found, train.scaled(), train.labels, held),
        verdict.reference(logits.mean(axis=0) / temperature, truth, seed),
    )


def shifted_logits(classifier: Classifier, images: Pixels, labels: Labels) -> tuple[network.Floats, Labels]:
    """Logits of each member under every one of `augmentation.COMBINED`, shape (members, m · n, classes), and the labels."""
    shifted = (gate.shifted(images, shift) for shift in augmentation.COMBINED.values())
    logits = [classifier.read(one).logits for one in shifted]
    return np.concatenate(logits, axis=1), np.tile(labels, len(logits))


def train(
    head: str,
    data: Path,
    out: Path,
    *,
    epochs: int | None = None,
    seed: int = SEED,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> dict[str, Any]:
    """Train what ``--head`` names and write it with its card to a folder.

    Returns:
        What it learned from and how it did on held-out images.

    Raises:
        InputError: The images are missing, damaged or too few.
        Cancelled: By `cancelled`.
    """
    if epochs is not None and epochs < 1:
        raise InputError(Problem("field-too-small", field="epochs", details={"ge": 1}))
    torch.set_num_threads(min(torch.get_num_threads(), cores()))
    if head == "generator":
        learned = datasets.xrays(data, "train")
        made = generator.fit(
            learned.pixels,
            learned.labels,
            datasets.XRAY_CLASSES,
            epochs=epochs or generator.EPOCHS,
            seed=seed,
            report=report,
            cancelled=cancelled,
        )
        made.save(out)
        write_cards(out, "generator", made.facts)
        return made.facts
    classes: tuple[str, ...]
    facts: dict[str, Any] = {}
    if head == "pneumonia":
        parts = datasets.xrays(data, "train"), datasets.xrays(data, "val")
        engine, classes, recipe, runs, members = "diagnosis-xray", datasets.XRAY_CLASSES, XRAY, RUNS, MEMBERS
        facts = {"leaks": datasets.leaks(data)}
    elif head == "cells":
        parts = datasets.cells(data, "train"), datasets.cells(data, "val")
        engine, classes, recipe, runs, members = "diagnosis-cells", datasets.CELL_CLASSES, CELL, 1, 2
    else:
        given, classes = datasets.folder(data)
        parts = datasets.held_out(given, _HELD_OUT, seed)
        engine, recipe, runs, members = "diagnosis-own", OWN, 1, 2
        facts = {"base": "diagnosis-xray" if given.pixels.ndim == 3 else "diagnosis-cells", "method": "tuned"}
    if epochs is not None:
        recipe = dataclasses.replace(recipe, epochs=epochs)
    found = reader(
        engine,
        *parts,
        classes,
        recipe,
        runs=runs,
        members=members,
        seed=seed,
        start=shipped_network(parts[0]) if head == "own" else None,
        apart=head == "cells",  # of other microscope pictures
        facts=facts,
        report=report,
        cancelled=cancelled,
    )
    found.save(out)
    write_cards(out, head, {**found.classifier.facts, "classes": ", ".join(classes)})
    return {"temperature": round(found.classifier.temperature, 3), **found.classifier.facts}


def shipped_network(images: datasets.Images) -> Network:
    """A network that ships and has seen pictures of that many channels, to start from."""
    from bigmodel_apps.diagnosis import shelf

    folder = shelf.XRAY if images.pixels.ndim == 3 else shelf.CELLS
    return Classifier.load(folder).members[0]


def write_cards(folder: Path, name: str, facts: dict[str, Any]) -> None:
    """The model card in both languages, from the template."""
    megabytes = sum(file.stat().st_size for file in folder.glob("*.safetensors")) / 1e6
    for suffix in ("md", "zh.md"):
        template = (CARDS / f"{name}.{suffix}").read_text(encoding="utf-8")
        card = template.format(
            facts=facts, megabytes=f"{megabytes:.2f}", code=evidence.code_version(), date=evidence.today()
        )
        (folder / f"card.{suffix}").write_text(card, encoding="utf-8")


def _part(report: Report | None, before: int, total: int) -> Report | None:
    """Reports one network's epochs among those of all."""
    return None if report is None else lambda done, _: report(before + done, total)
