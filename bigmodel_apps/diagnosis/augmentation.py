"""Images as another machine, another hand or another patient would have made them.

`varied` is what networks learn from. `SHIFTS` are the departures under which a recipe is chosen and its confidence set:
held-out images of the same source are too easy, so figures on them alone would promise too much.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch.nn import functional

Shift = Callable[[torch.Tensor], torch.Tensor]


def varied(images: torch.Tensor, strength: float) -> torch.Tensor:
    """Each image turned, scaled, moved, mirrored, re-exposed, blurred and partly covered by chance.

    Args:
        images: In [0, 1], shape (n, c, h, w).
        strength: 0 leaves them as they are; 1 is what an eye still reads without doubt.
    """
    if not strength:
        return images
    rows = len(images)

    def chance(share: float) -> torch.Tensor:
        return (torch.rand(rows) < share)[:, None, None, None]

    def spread(width: float) -> torch.Tensor:
        return (2 * torch.rand(rows) - 1) * width * strength

    mirrored = torch.where(torch.rand(rows) < 0.5, -1.0, 1.0)
    moved = _placed(
        images,
        turned=spread(math.radians(14)),
        scaled=torch.exp(spread(0.2)),
        stretched=torch.exp(spread(0.1)),
        across=spread(0.16),
        down=spread(0.16),
        mirrored=mirrored,
    )
    exposed = moved.clamp(0, 1) ** torch.exp(spread(0.5))[:, None, None, None]
    # Light that falls off to one side, and a machine's own sharpness and noise.
    ramp = torch.linspace(-1, 1, images.shape[-1])
    exposed = exposed + 0.15 * (
        spread(1.0)[:, None, None, None] * ramp + spread(1.0)[:, None, None, None] * ramp[:, None]
    )
    blurred = _blurred(exposed)
    exposed = torch.where(chance(0.3 * strength), blurred, exposed)
    exposed = torch.where(chance(0.3 * strength), 2 * exposed - blurred, exposed)
    exposed = exposed + 0.03 * strength * torch.rand(rows)[:, None, None, None] * torch.randn_like(exposed)
    return torch.where(chance(0.5 * strength), _covered(exposed), exposed).clamp(0, 1)


def _placed(
    images: torch.Tensor,
    *,
    turned: torch.Tensor | float = 0.0,
    scaled: torch.Tensor | float = 1.0,
    stretched: torch.Tensor | float = 1.0,
    across: torch.Tensor | float = 0.0,
    down: torch.Tensor | float = 0.0,
    mirrored: torch.Tensor | float = 1.0,
) -> torch.Tensor:
    rows = len(images)
    angle, scale, ratio, right, below, mirror = (
        torch.as_tensor(one, dtype=images.dtype).expand(rows)
        for one in (turned, scaled, stretched, across, down, mirrored)
    )
    wide, high = scale * ratio, scale / ratio
    matrix = torch.stack(
        [
            torch.stack([mirror * wide * angle.cos(), -high * angle.sin(), right], dim=1),
            torch.stack([wide * angle.sin(), high * angle.cos(), below], dim=1),
        ],
        dim=1,
    )
    grid = functional.affine_grid(matrix, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _blurred(images: torch.Tensor) -> torch.Tensor:
    """With a binomial kernel of 3 × 3."""
    line = torch.tensor([0.25, 0.5, 0.25])
    kernel = (line[:, None] * line).expand(images.shape[1], 1, 3, 3)
    return functional.conv2d(functional.pad(images, (1, 1, 1, 1), mode="replicate"), kernel, groups=images.shape[1])


def _covered(images: torch.Tensor) -> torch.Tensor:
    """A square of each, a quarter to a third of the side, with the image's mean (DeVries and Taylor, 2017)."""
    rows, _, height, width = images.shape
    side = max(1, round(0.3 * height))
    top, left = torch.randint(height - side + 1, (rows, 1)), torch.randint(width - side + 1, (rows, 1))
    down, across = torch.arange(height), torch.arange(width)
    hidden = ((down >= top) & (down < top + side))[:, :, None] & ((across >= left) & (across < left + side))[:, None, :]
    return torch.where(hidden[:, None], images.mean(dim=(1, 2, 3), keepdim=True), images)


def _cropped(images: torch.Tensor, share: float, across: float = 0.0, down: float = 0.0) -> torch.Tensor:
    return _placed(images, scaled=share, across=across, down=down)


SHIFTS: Mapping[str, Shift] = {
    "as-they-are": lambda images: images,
    "brighter": lambda images: (images + 0.2).clamp(0, 1),
    "darker": lambda images: (images - 0.2).clamp(0, 1),
    "low-contrast": lambda images: 0.5 + 0.5 * (images - 0.5),
    "high-contrast": lambda images: (0.5 + 1.6 * (images - 0.5)).clamp(0, 1),
    "gamma-low": lambda images: images**0.6,
    "gamma-high": lambda images: images**1.7,
    "blurred": lambda images: _blurred(_blurred(images)),
    "sharpened": lambda images: (2 * images - _blurred(images)).clamp(0, 1),
    "cropped": lambda images: _cropped(images, 0.82),
    "cropped-aside": lambda images: _cropped(images, 0.85, 0.12, -0.12),
    "wider": lambda images: _cropped(images, 1.18),
    "turned": lambda images: _placed(images, turned=math.radians(8)),
}
"""By name, images in [0, 1] of shape (n, c, h, w) to such images."""

_LIGHT = ("brighter", "darker", "low-contrast", "high-contrast", "gamma-low", "gamma-high")
_PLACE = ("cropped", "cropped-aside", "wider", "turned")


def _both(first: Shift, second: Shift) -> Shift:
    return lambda images: second(first(images))


COMBINED: Mapping[str, Shift] = {
    f"{light}+{place}+{sharpness}": _both(_both(SHIFTS[place], SHIFTS[light]), SHIFTS[sharpness])
    for row, light in enumerate(_LIGHT)
    for column, place in enumerate(_PLACE)
    for sharpness in (("blurred", "sharpened")[(row + column) % 2],)
}
"""Three departures at once, as another hospital's pictures have them: what confidence is set on."""
