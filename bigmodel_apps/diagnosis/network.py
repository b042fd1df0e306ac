"""A compact residual network over small images, and several of them as one classifier."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from bigmodel_apps.problems import Problem, Unavailable

Floats = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.float32]
M = TypeVar("M", bound=nn.Module)

FILE = "members.safetensors"
WIDTHS = (16, 32, 64)
_ROWS_AT_ONCE = 256


class _Block(nn.Module):
    """Two convolutions beside a short cut (He et al., CVPR 2016)."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.short: nn.Module = nn.Identity()
        if stride > 1 or inputs != outputs:
            self.short = nn.Sequential(
                nn.AvgPool2d(stride), nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        found = torch.relu(self.first_norm(self.first(values)))
        return torch.relu(self.second_norm(self.second(found)) + self.short(values))


class Network(nn.Module):
    """Images to evidence maps, whose mean over positions are the logits: a heat map adds up to what it explains.

    Args:
        channels: 1 or 3.
        classes: Number of classes.
        widths: Channels of the stem and of the two stages; each stage halves the grid.
    """

    def __init__(self, channels: int, classes: int, widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        self.channels, self.classes, self.widths = channels, classes, tuple(widths)
        stem, first, second = widths
        self.stem = nn.Sequential(
            nn.Conv2d(channels, stem, 3, 1, 1, bias=False), nn.BatchNorm2d(stem), nn.ReLU(inplace=True)
        )
        self.blocks = nn.Sequential(
            _Block(stem, first, 2), _Block(first, first), _Block(first, second, 2), _Block(second, second)
        )
        self.head = nn.Linear(second, classes)

    def maps(self, images: torch.Tensor) -> torch.Tensor:
        """Features at each position, shape (n, c, h / 4, w / 4), of images in [0, 1], shape (n, channels, h, w)."""
        return self.blocks(self.stem(standardised(images)))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Logits, shape (n, classes)."""
        return self.head(self.maps(images).mean(dim=(2, 3)))


def standardised(images: torch.Tensor) -> torch.Tensor:
    """Each image with mean 0 and deviation 1 over its pixels and channels: exposure and contrast say nothing."""
    apart = images - images.mean(dim=(1, 2, 3), keepdim=True)
    degrees = math.prod(images.shape[1:]) - 1
    spread = (apart.square().sum(dim=(1, 2, 3), keepdim=True) / degrees).sqrt()
    return apart / (spread + 1e-2)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a classifier says of n images.

    Attributes:
        logits: Of each member, shape (members, n, classes), at the prior of the training loss: all classes alike.
        features: Means over positions of the members' features, side by side, shape (n, members · c).
        maps: Evidence of each class at each position, mean of the members, shape (n, classes, h', w'): their means over
            positions plus `Classifier.bias` are the mean logits. None unless asked for.
    """

    logits: Floats
    features: Floats
    maps: Floats | None


@dataclass(frozen=True, eq=False)
class Classifier:
    """Networks that were trained alike from different seeds.

    Attributes:
        members: In evaluation mode.
        groups: Which run each member belongs to, shape (members,): a run is a whole classifier by itself.
        classes: Their names.
        side: Images are read at side × side pixels.
        temperature: Mean log-odds are divided by it.
        facts: Recipe, seeds, figures on held-out images: what the card and the page show.
    """

    members: tuple[Network, ...]
    groups: tuple[int, ...]
    classes: tuple[str, ...]
    side: int
    temperature: float = 1.0
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return self.members[0].channels

    @property
    def nbytes(self) -> int:
        """Memory of the weights."""
        return sum(weight.numel() * weight.element_size() for one in self.members for weight in one.parameters())

    @property
    def bias(self) -> Floats:
        """Mean over the members of what the logits are without any evidence, shape (classes,)."""
        return np.mean([one.head.bias.detach().double().numpy() for one in self.members], axis=0)

    def read(self, images: Pixels, *, maps: bool = False) -> Answers:
        """What the members say.

        Args:
            images: In [0, 1], shape (n, side, side) grey or (n, side, side, 3).
        """
        shaped = torch.from_numpy(np.ascontiguousarray(images, dtype=np.float32))
        shaped = shaped[:, None] if self.channels == 1 else shaped.permute(0, 3, 1, 2)
        logits, features, evidence = [], [], []
        with torch.inference_mode():
            for start in range(0, max(len(shaped), 1), _ROWS_AT_ONCE):
                some = shaped[start : start + _ROWS_AT_ONCE].contiguous(memory_format=torch.channels_last)
                found = [one.maps(some) for one in self.members]
                pooled = [one.mean(dim=(2, 3)) for one in found]
                logits.append(torch.stack([one.head(mean) for one, mean in zip(self.members, pooled, strict=True)]))
                features.append(torch.cat(pooled, dim=1))
                if maps:
                    weighed = [
                        torch.einsum("kc,nchw->nkhw", one.head.weight, part)
                        for one, part in zip(self.members, found, strict=True)
                    ]
                    evidence.append(torch.stack(weighed).mean(dim=0))
        return Answers(
            torch.cat(logits, dim=1).double().numpy(),
            torch.cat(features).double().numpy(),
            torch.cat(evidence).double().numpy() if maps else None,
        )

    def save(self, folder: Path) -> None:
        """Write as safetensors of half precision."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {
            "classes": self.classes,
            "channels": self.channels,
            "widths": self.members[0].widths,
            "groups": self.groups,
            "side": self.side,
            "temperature": self.temperature,
            "facts": self.facts,
        }
        tensors = {
            f"{place}.{name}": (weight.half() if weight.is_floating_point() else weight).contiguous()
            for place, one in enumerate(self.members)
            for name, weight in one.state_dict().items()
        }
        save_file(tensors, folder / FILE, metadata={"about": json.dumps(about, ensure_ascii=False)})

    @classmethod
    def load(cls, folder: Path) -> Classifier:
        """Read what `save` wrote.

        Raises:
            Unavailable: It is damaged.
        """
        try:
            with safe_open(folder / FILE, framework="pt") as opened:
                about = json.loads(opened.metadata()["about"])
                tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - not a mapping
            members = []
            for place in range(len(about["groups"])):
                member = Network(about["channels"], len(about["classes"]), about["widths"])
                own = f"{place}."
                member.load_state_dict(
                    {name.removeprefix(own): tensor for name, tensor in tensors.items() if name.startswith(own)}
                )
                members.append(evaluated(member))
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError):
            raise Unavailable(Problem("diagnosis-model-damaged", field=FILE)) from None
        return cls(
            tuple(members),
            tuple(about["groups"]),
            tuple(about["classes"]),
            about["side"],
            about["temperature"],
            about["facts"],
        )


def evaluated(network: Network) -> Network:
    """Ready to be asked: in evaluation mode, laid out for the processor."""
    network.eval().requires_grad_(False)
    return laid_out(network)


def laid_out(module: M) -> M:
    """With the channels last, which convolutions on a processor read faster."""
    return module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
