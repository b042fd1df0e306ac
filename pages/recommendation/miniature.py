"""The live result on the overview."""

from __future__ import annotations


def draw() -> None:
    """The best item of the sample shop's first shopper."""
