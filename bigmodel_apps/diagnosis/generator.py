"""Chest X-rays of nobody: a small class-conditional diffusion model, trained on the training split alone.

Diffusion with the cosine schedule (Nichol and Dhariwal, ICML 2021) and velocity prediction (Salimans and Ho, ICLR 2022);
sampling in a few deterministic steps (DDIM: Song et al., ICLR 2021) with classifier-free guidance (Ho and Salimans, 2021).
The network works on 14 x 14 positions of four pixels each, which makes it four times as fast as on 28 x 28.
"""

from __future__ import annotations

import copy
import itertools
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

from bigmodel_apps.diagnosis.network import laid_out
from bigmodel_apps.problems import Cancelled, Problem, Unavailable

Report = Callable[[int, int], None]
Stop = Callable[[], bool]

FILE = "generator.safetensors"
SIDE = 28
EPOCHS = 55
STEPS = 24
GUIDANCE = 1.3
"""How far a sample is pushed towards its class; 1 is the model's own distribution."""

_WIDTH, _BATCH, _RATE, _DECAY = 48, 64, 1.5e-3, 0.998
_DROPPED = 0.1  # share of the labels that training hides, so that guidance has something to push away from
_FOLD = 2


class _Norm(nn.LayerNorm):
    """Over the channels of each position; on a processor far quicker than over groups of channels."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return super().forward(values.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class _Residual(nn.Module):
    """Two convolutions, told of the time and the class by scale and shift."""

    def __init__(self, inputs: int, outputs: int, told: int) -> None:
        super().__init__()
        self.first_norm, self.first = _Norm(inputs), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.told = nn.Linear(told, 2 * outputs)
        self.second_norm, self.second = _Norm(outputs), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.short = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)
        nn.init.zeros_(self.second.weight)

    def forward(self, values: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
        found = self.first(functional.silu(self.first_norm(values)))
        scale, shift = self.told(told)[:, :, None, None].chunk(2, dim=1)
        found = self.second(functional.silu(self.second_norm(found) * (1 + scale) + shift))
        return found + self.short(values)


class _Attention(nn.Module):
    """Every position looks at every other."""

    def __init__(self, width: int, heads: int = 4) -> None:
        super().__init__()
        self.heads, self.norm = heads, _Norm(width)
        self.mixed, self.out = nn.Conv2d(width, 3 * width, 1), nn.Conv2d(width, width, 1)
        nn.init.zeros_(self.out.weight)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        rows, width, height, across = values.shape
        parts = self.mixed(self.norm(values)).reshape(rows, 3, self.heads, width // self.heads, height * across)
        query, key, value = parts.unbind(1)
        # 49 positions: the plain product is faster than a fused one.
        weights = (query.transpose(-1, -2) @ key * (width // self.heads) ** -0.5).softmax(dim=-1)
        return values + self.out((value @ weights.transpose(-1, -2)).reshape(rows, width, height, across))


class Denoiser(nn.Module):
    """A U-Net (Ronneberger et al., MICCAI 2015) of two levels.

    Args:
        classes: Number of classes; one more stands for "any".
        width: Channels of the first level; the second has twice as many.
    """

    def __init__(self, classes: int, width: int = _WIDTH) -> None:
        super().__init__()
        self.classes, self.width = classes, width
        told = 2 * width
        self.label = nn.Embedding(classes + 1, told)
        self.time = nn.Sequential(nn.Linear(width, told), nn.SiLU(), nn.Linear(told, told))
        self.enter = nn.Conv2d(_FOLD**2, width, 3, padding=1)
        self.down = nn.ModuleList([_Residual(width, width, told), _Residual(width, width, told)])
        self.shrink = nn.Conv2d(width, 2 * width, 3, stride=2, padding=1)
        self.deep = nn.ModuleList([_Residual(2 * width, 2 * width, told) for _ in range(3)])
        self.look = _Attention(2 * width)
        self.grow = nn.Conv2d(2 * width, width, 3, padding=1)
        self.up = nn.ModuleList([_Residual(2 * width, width, told), _Residual(2 * width, width, told)])
        self.leave = nn.Sequential(_Norm(width), nn.SiLU(), nn.Conv2d(width, _FOLD**2, 3, padding=1))

    def forward(self, noisy: torch.Tensor, times: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """The velocity, shape (n, 1, 28, 28), of noisy images at times in [0, 1], shape (n,)."""
        angles = times[:, None] * torch.exp(torch.linspace(0, math.log(1000), self.width // 2))
        told = functional.silu(self.time(torch.cat([angles.sin(), angles.cos()], dim=1)) + self.label(labels))
        values = self.enter(functional.pixel_unshuffle(noisy, _FOLD))
        kept = []
        for block in self.down:
            values = block(values, told)
            kept.append(values)
        values = self.deep[0](self.shrink(values), told)
        values = self.deep[1](self.look(values), told)
        values = self.grow(functional.interpolate(self.deep[2](values, told), scale_factor=2.0))
        for block in self.up:
            values = block(torch.cat([values, kept.pop()], dim=1), told)
        return functional.pixel_shuffle(self.leave(values), _FOLD)


class Generator:
    """Draws images of a class.

    Args:
        classes: Names of the classes.
        facts: How it was trained: what the card shows.
    """

    def __init__(self, network: Denoiser, classes: Sequence[str], facts: dict[str, Any] | None = None) -> None:
        self._network = network.eval()
        self.classes, self.facts = tuple(classes), facts or {}

    @property
    def nbytes(self) -> int:
        """Memory of the weights."""
        return sum(weight.numel() * weight.element_size() for weight in self._network.parameters())

    @torch.inference_mode()
    def draw(
        self, labels: Sequence[int], seeds: Sequence[int], *, steps: int = STEPS, guidance: float = GUIDANCE
    ) -> npt.NDArray[np.float32]:
        """One image in [0, 1] for each pair of a class and a seed, shape (n, 28, 28); equal pairs draw equal images."""
        if not len(labels):
            return np.zeros((0, SIDE, SIDE), dtype=np.float32)
        noise = [torch.randn(1, SIDE, SIDE, generator=torch.Generator().manual_seed(seed % 2**63)) for seed in seeds]
        values = torch.stack(noise)
        wanted = torch.tensor(labels, dtype=torch.long)
        both = torch.cat([wanted, torch.full_like(wanted, len(self.classes))])
        # Times thin out towards the noise, where little is decided.
        times = torch.linspace(1, 0, steps + 1) ** 1.2 * 0.999
        clean = values
        for now, then in itertools.pairwise(times):
            signal, noisiness = _schedule(now)
            velocity = self._network(values.repeat(2, 1, 1, 1), now.expand(len(both)), both)
            told, free = velocity.chunk(2)
            velocity = free + guidance * (told - free)
            clean = (signal * values - noisiness * velocity).clamp(-1, 1)
            error = (values - signal * clean) / noisiness
            later_signal, later_noise = _schedule(then)
            values = later_signal * clean + later_noise * error
        return ((clean[:, 0] + 1) / 2).numpy()

    def save(self, folder: Path) -> None:
        """Write as safetensors of half precision."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {"classes": self.classes, "width": self._network.width, "facts": self.facts}
        tensors = {name: weight.half().contiguous() for name, weight in self._network.state_dict().items()}
        save_file(tensors, folder / FILE, metadata={"about": json.dumps(about)})

    @classmethod
    def load(cls, folder: Path) -> Generator:
        """Read what `save` wrote.

        Raises:
            Unavailable: It is damaged.
        """
        try:
            with safe_open(folder / FILE, framework="pt") as opened:
                about = json.loads(opened.metadata()["about"])
                tensors = {name: opened.get_tensor(name).float() for name in opened.keys()}  # noqa: SIM118 - not a mapping
            network = Denoiser(len(about["classes"]), about["width"])
            network.load_state_dict(tensors)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError):
            raise Unavailable(Problem("diagnosis-model-damaged", field=FILE)) from None
        return cls(network, about["classes"], about["facts"])


def fit(
    pixels: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    classes: Sequence[str],
    *,
    epochs: int = EPOCHS,
    width: int = _WIDTH,
    seed: int = 7,
    report: Report | None = None,
    cancelled: Stop | None = None,
) -> Generator:
    """Train on images.

    Args:
        pixels: Shape (n, 28, 28).
        labels: Places in `classes`, shape (n,).

    Raises:
        Cancelled: By `cancelled`.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _fit(pixels, labels, classes, epochs, width, seed, report, cancelled)


def _fit(
    pixels: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    classes: Sequence[str],
    epochs: int,
    width: int,
    seed: int,
    report: Report | None,
    cancelled: Stop | None,
) -> Generator:
    network = laid_out(Denoiser(len(classes), width))
    kept = copy.deepcopy(network).requires_grad_(False)
    optimiser = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=1e-4)
    images = torch.from_numpy(pixels.astype(np.float32))[:, None] / 127.5 - 1
    truth = torch.from_numpy(labels)
    batches = len(images) // min(_BATCH, len(images))
    step, losses = 0, []
    # Classes are drawn alike, so that the rarer one is not drawn worse.
    chances = (1 / torch.bincount(truth, minlength=len(classes)).clamp(min=1))[truth]
    for epoch in range(epochs):
        for _ in range(batches):
            if cancelled is not None and cancelled():
                raise Cancelled
            warmth = min(1.0, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * step / (epochs * batches)))
            for group in optimiser.param_groups:
                group["lr"] = _RATE * warmth
            rows = torch.multinomial(chances, min(_BATCH, len(images)), replacement=True)
            told = torch.where(torch.rand(len(rows)) < _DROPPED, len(classes), truth[rows])
            clean = _moved(images[rows])
            times = torch.rand(len(rows))
            signal, noisiness = (part[:, None, None, None] for part in _schedule(times))
            noise = torch.randn_like(clean)
            noisy = signal * clean + noisiness * noise
            with torch.autocast("cpu", torch.bfloat16):
                found = network(noisy.contiguous(memory_format=torch.channels_last), times, told)
            loss = functional.mse_loss(found.float(), signal * noise - noisiness * clean)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            step += 1
            losses.append(float(loss.detach()))
            decay = min(_DECAY, (1 + step) / (10 + step))
            with torch.no_grad():
                for mean, weight in zip(kept.parameters(), network.parameters(), strict=True):
                    mean.lerp_(weight, 1 - decay)
        if report is not None:
            report(epoch + 1, epochs)
    facts = {
        "images": len(images),
        "steps": step,
        "epochs": round(step * _BATCH / len(images), 1),
        "loss": round(float(np.mean(losses[-500:])), 4),
        "seed": seed,
    }
    return Generator(kept, classes, facts)


def _schedule(times: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """How much signal and noise there is at each time: cosine and sine, so that their squares add up to 1."""
    angle = times * (math.pi / 2)
    return angle.cos(), angle.sin()


def _moved(images: torch.Tensor) -> torch.Tensor:
    """By up to one pixel: whoever learns a picture by heart is wrong by that much."""
    right, down = (int(torch.randint(3, (1,))) for _ in range(2))
    return functional.pad(images, (1, 1, 1, 1), mode="replicate")[:, :, down : down + SIDE, right : right + SIDE]
