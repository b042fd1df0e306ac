"""Trains what ships with the domain: ``train sentiment``.

- ``lexical``: the floor of both languages (`lexical_training`).
- ``english``: the adapter of the shared encoder and its heads (`english_training`).
- ``chinese``: a model of our own (`chinese_training`).

The evaluation sets are in none of it, nor is `corpus/held_out`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from bigmodel_apps import evidence
from bigmodel_apps.sentiment import datasets

Part = Literal["lexical", "english", "chinese"]
PARTS: tuple[Part, ...] = get_args(Part)
CARDS = Path(__file__).parent / "cards"


def train(
    out: Path,
    data: Path,
    part: Part | Literal["all"] = "all",
    *,
    start: Path | None = None,
    report: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, object]:
    """Train and write a folder for each part, with its card, to `out`.

    Args:
        out: Folder, made if need be.
        data: Folder of the public sets.
        part: Which of `PARTS`, or all.
        start: For ``english``: folder with the weights after its first stage, which is then not trained again.
        report: Called with (steps done, steps in total) of what is being trained.
        cancelled: Polled between steps.

    Returns:
        What each part reports.

    Raises:
        Cancelled: The part that was being trained was not written.
        InputError: A file is missing.
    """
    from bigmodel_apps.sentiment import chinese_training, english_training, lexical_training
    from bigmodel_apps.sentiment.readers import reader

    facts: dict[str, object] = {}
    if part in ("lexical", "all"):
        facts["lexical"] = lexical_training.train(out / "lexical", data, report=report, cancelled=cancelled)
    if part in ("english", "all"):
        facts["english"] = english_training.train(
            out / "english", data, start=start, report=report, cancelled=cancelled
        )
    if part in ("chinese", "all"):
        english = reader("sentiment-english", out / "english" if part == "all" else None)
        facts["chinese"] = chinese_training.train(out / "chinese", data, english, report=report, cancelled=cancelled)
    for name in ("lexical", "english"):
        if name in facts:
            write_cards(out / name, name, facts[name])
    return facts


def write_cards(folder: Path, part: str, facts: object) -> None:
    """The model card in both languages, from the part's template."""
    from bigmodel_apps.sentiment import english_training, lexical_training

    seeds = {"lexical": lexical_training.SEED, "english": english_training.SEED}
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors")) / 1e6
    for suffix in ("md", "zh.md"):
        template = (CARDS / f"{part}.{suffix}").read_text(encoding="utf-8")
        card = template.format(
            facts=facts,
            megabytes=f"{size:.2f}",
            seed=seeds[part],
            rank=english_training.RANK,
            word_rank=english_training.WORD_RANK,
            corpus=evidence.hash_files((datasets.CORPUS / "train").iterdir())[:16],
            code=evidence.code_version(),
            date=evidence.today(),
        )
        (folder / f"card.{suffix}").write_text(card, encoding="utf-8")
