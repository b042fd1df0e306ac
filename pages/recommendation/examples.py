"""Titles of products that the sample shops do not have, to try "new product" with; some in the other language on purpose."""

from __future__ import annotations

from collections.abc import Mapping

from bigmodel_apps.locales import Language
from bigmodel_apps.recommendation.shelf import FILMS, SAMPLE

EXAMPLES: Mapping[str, Mapping[Language, tuple[str, ...]]] = {
    SAMPLE: {
        "en": ("Cold brew coffee bottle, 1 litre", "三人超轻徒步帐篷", "Laser toy for cats"),
        "zh": ("冷萃咖啡瓶，1 升", "Ultralight trekking tent for three", "猫咪激光玩具"),
    },
    FILMS: {
        "en": ("The last locksmith: one more vault", "一碗面的修行", "Letters from a lighthouse in orbit"),
        "zh": ("最后的锁匠：再开一次金库", "Noodles for beginners", "轨道灯塔来信"),
    },
}
