"""How long it takes to train on 5,000 labelled rows, from the table to the measured model."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from benchmarks import _common as common
from bigmodel_apps.locales import Language
from bigmodel_apps.sentiment import labels, own_labels, samples
from bigmodel_apps.sentiment.labels import Labelled

ROWS = 5_000
GOAL = 60.0
# How many reviews of the samples a row is made of, and how often.
JOINED = {1: 0.6, 2: 0.25, 4: 0.15}


def main(_argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    labelled = rows(ROWS)
    own_labels.fit(rows(120))  # loads the models and their dictionaries
    begun = time.perf_counter()
    fitted = own_labels.fit(labelled)
    seconds = time.perf_counter() - begun
    words = np.array([len(text) for text in labelled.texts])
    low, middle, high = np.quantile(words, (0.05, 0.5, 0.95))
    metrics = [
        common.figure("own-training-time", seconds, "s", goal=GOAL, n=len(labelled.texts)),
        common.figure("own-model-size", fitted.head.nbytes / 2e6, "MB"),
    ]
    common.keep(
        "own_labels",
        {
            "en": f"{len(labelled.texts):,} rows, half English and half Chinese, joined from reviews of our samples "
            f"({low:.0f} to {high:.0f} characters, 5th to 95th percentile, median {middle:.0f}), with the sample as class. "
            "Reading by the model that ships and by the encoder, cross-fitting, fit and figures; the models are loaded.",
            "zh": f"{len(labelled.texts):,} 行，中英文各半，由自有样例评论拼接（第 5 至 95 百分位 {low:.0f} 至 {high:.0f} 字符，"
            f"中位数 {middle:.0f}），以样例为类别。包括自带模型与编码器的读取、交叉拟合、训练与评测；模型已载入。",
        },
        metrics,
        started,
        domain="sentiment",
    )


def rows(count: int) -> Labelled:
    """Reviews of our samples, joined, no two alike; the sample that they are from is the class."""
    languages: tuple[Language, ...] = ("en", "zh")
    found = {(name, language): samples.texts(name, language, 1_000) for name in samples.NAMES for language in languages}
    generator = np.random.default_rng(0)
    made: dict[str, str] = {}
    while len(made) < count:
        (name, language), texts = list(found.items())[len(made) % len(found)]
        size = int(generator.choice(list(JOINED), p=list(JOINED.values())))
        text = (" " if language == "en" else "").join(texts[place] for place in generator.choice(len(texts), size=size))
        if text in made:
            text += f" {chr(97 + len(made) % 26)}{chr(97 + len(made) // 26 % 26)}{chr(97 + len(made) // 676 % 26)}"
        made[text] = name
    return labels.of("benchmark", made.items())
