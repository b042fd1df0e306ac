"""Chest X-rays of nobody: a small class-conditional diffusion model, trained on the training split alone.

Diffusion with the cosine schedule (Nichol and Dhariwal, ICML 2021) over the principal components of the pixels, sampled in a
few deterministic steps (DDIM: Song et al., ICLR 2021). The denoiser starts from the best one for Gaussian data of each class
(Wiener, 1949), in closed form; a network learns what that leaves over, in units of the spread that it leaves over (in the
manner of Karras et al., NeurIPS 2022). So it draws plausible images before it has learned anything, and learns within minutes
on one core.
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

from bigmodel_apps.problems import Cancelled, Problem, Unavailable

Report = Callable[[int, int], None]
Stop = Callable[[], bool]

FILE = "generator.safetensors"
SIDE = 28
EPOCHS = 120
STEPS = 30

_COMPONENTS = 224
_WIDTH, _BATCH, _RATE, _DECAY, _DROPPED = 512, 128, 2e-3, 0.998, 0.1
_LEAST_TIME, _MOST_TIME = 0.02, 0.995
_TIMES = 32  # numbers that tell the time


class Denoiser(nn.Module):
    """Noisy components to clean ones.

    Args:
        classes: Number of classes.
        components: Number of principal components.
        width: Of the network's layers.

    Buffers: `mean` (p,) and `basis` (p, components) of the pixels; for each class the `middles` (classes, components), the
    directions `axes` (classes, components, components) and the variances along them, `powers` (classes, components).
    """

    mean: torch.Tensor
    basis: torch.Tensor
    middles: torch.Tensor
    axes: torch.Tensor
    powers: torch.Tensor

    def __init__(self, classes: int, components: int, width: int = _WIDTH) -> None:
        super().__init__()
        self.classes, self.components, self.width = classes, components, width
        self.register_buffer("mean", torch.zeros(SIDE * SIDE))
        self.register_buffer("basis", torch.zeros(SIDE * SIDE, components))
        self.register_buffer("middles", torch.zeros(classes, components))
        self.register_buffer("axes", torch.zeros(classes, components, components))
        self.register_buffer("powers", torch.ones(classes, components))
        self.label = nn.Embedding(classes, _TIMES)
        self.enter = nn.Linear(2 * components + 2 * _TIMES, width)
        self.middle = nn.ModuleList([nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width)) for _ in range(2)])
        self.leave = nn.Linear(width, components)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def parts(
        self, noisy: torch.Tensor, times: torch.Tensor, labels: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Along each class's own axes: the Gaussian guess, the spread that it leaves, and the network's correction in
        units of that spread; each of shape (n, components).

        Args:
            noisy: Along the class's axes, less its middle times the signal, shape (n, components).
        """
        signal, noisiness = (part[:, None] for part in schedule(times))
        powers = self.powers[labels]
        total = signal**2 * powers + noisiness**2
        guess = signal * powers / total * noisy
        spread = (powers / total).sqrt() * noisiness
        angles = times[:, None] * torch.exp(torch.linspace(0, math.log(200), _TIMES // 2))
        told = torch.cat([angles.sin(), angles.cos(), self.label(labels)], dim=1)
        values = self.enter(torch.cat([noisy / total.sqrt(), guess / powers.sqrt(), told], dim=1))
        for layer in self.middle:
            values = values + functional.dropout(functional.silu(layer(values)), _DROPPED, self.training)
        return guess, spread, self.leave(functional.silu(values))

    def forward(self, noisy: torch.Tensor, times: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Clean components along the class's axes."""
        guess, spread, correction = self.parts(noisy, times, labels)
        return guess + spread * correction


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
        return sum(weight.numel() * weight.element_size() for weight in self._network.state_dict().values())

    @torch.inference_mode()
    def draw(self, labels: Sequence[int], seeds: Sequence[int], *, steps: int = STEPS) -> npt.NDArray[np.float32]:
        """One image in [0, 1] for each pair of a class and a seed, shape (n, 28, 28); equal pairs draw equal images."""
        if not len(labels):
            return np.zeros((0, SIDE, SIDE), dtype=np.float32)
        network, wanted = self._network, torch.tensor(labels, dtype=torch.long)
        values = torch.stack(
            [torch.randn(network.components, generator=torch.Generator().manual_seed(seed % 2**63)) for seed in seeds]
        )
        clean = values
        for now, then in itertools.pairwise(torch.linspace(_MOST_TIME, 0, steps + 1)):
            signal, noisiness = schedule(now)
            clean = network(values, now.expand(len(wanted)), wanted)
            error = (values - signal * clean) / noisiness
            later_signal, later_noise = schedule(then)
            values = later_signal * clean + later_noise * error
        components = torch.einsum("nck,nk->nc", network.axes[wanted], clean) + network.middles[wanted]
        pixels = components @ network.basis.T + network.mean
        return pixels.clamp(0, 1).reshape(-1, SIDE, SIDE).numpy()

    def save(self, folder: Path) -> None:
        """Write as safetensors of half precision."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {
            "classes": self.classes,
            "components": self._network.components,
            "width": self._network.width,
            "facts": self.facts,
        }
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
            network = Denoiser(len(about["classes"]), about["components"], about["width"])
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
        report: Called with (epochs done, in total).

    Raises:
        Cancelled: By `cancelled`.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        flat = torch.from_numpy(pixels.reshape(len(pixels), -1).astype(np.float32) / 255)
        network, clean = _start(flat, torch.from_numpy(labels), len(classes), width)
        return _fit(network, clean, torch.from_numpy(labels), classes, epochs, seed, report, cancelled)


def _start(flat: torch.Tensor, labels: torch.Tensor, classes: int, width: int) -> tuple[Denoiser, torch.Tensor]:
    """A denoiser that knows each class as a Gaussian, and the images along their class's axes, shape (n, components)."""
    mean = flat.mean(dim=0)
    kept = min(_COMPONENTS, len(flat) // classes - 1, flat.shape[1])
    _, _, directions = torch.linalg.svd(flat - mean, full_matrices=False)
    basis = directions[:kept].T.contiguous()
    components = (flat - mean) @ basis
    network, clean = Denoiser(classes, kept, width), torch.empty_like(components)
    network.mean.copy_(mean)
    network.basis.copy_(basis)
    for place in range(classes):
        some = components[labels == place]
        middle = some.mean(dim=0)
        powers, axes = torch.linalg.eigh((some - middle).T @ (some - middle) / max(len(some) - 1, 1))
        network.middles[place] = middle
        network.axes[place] = axes
        network.powers[place] = powers.clamp(min=float(powers.max()) * 1e-5)
        clean[labels == place] = (some - middle) @ axes
    return network, clean


def _fit(
    network: Denoiser,
    clean: torch.Tensor,
    labels: torch.Tensor,
    classes: Sequence[str],
    epochs: int,
    seed: int,
    report: Report | None,
    cancelled: Stop | None,
) -> Generator:
    kept = copy.deepcopy(network).requires_grad_(False)
    optimiser = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=0.02)
    batch = min(_BATCH, len(clean))
    batches, step = len(clean) // batch, 0
    losses: list[float] = []
    # Classes are drawn alike, so that the rarer one is not drawn worse.
    chances = (1 / torch.bincount(labels, minlength=len(classes)).clamp(min=1))[labels]
    network.train()
    for epoch in range(epochs):
        for _ in range(batches):
            if cancelled is not None and cancelled():
                raise Cancelled
            warmth = min(1.0, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * step / (epochs * batches)))
            for group in optimiser.param_groups:
                group["lr"] = _RATE * warmth
            rows = torch.multinomial(chances, batch, replacement=True)
            times = _LEAST_TIME + (_MOST_TIME - _LEAST_TIME) * torch.rand(batch)
            signal, noisiness = (part[:, None] for part in schedule(times))
            noisy = signal * clean[rows] + noisiness * torch.randn(batch, clean.shape[1])
            guess, spread, correction = network.parts(noisy, times, labels[rows])
            loss = functional.mse_loss(correction, (clean[rows] - guess) / spread)
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
        "images": len(clean),
        "steps": step,
        "epochs": epochs,
        "components": network.components,
        "loss": round(float(np.mean(losses[-500:])), 4),
        "seed": seed,
    }
    return Generator(kept, classes, facts)


def schedule(times: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """How much signal and noise there is at each time: cosine and sine, so that their squares add up to 1."""
    angle = times * (math.pi / 2)
    return angle.cos(), angle.sin()
