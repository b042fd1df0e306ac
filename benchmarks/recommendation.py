"""Fitting and recommending: beside the package implicit on the same data, at 10 and 100 times the users, and in a catalogue
of 20,000 items."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import implicit.als
import implicit.nearest_neighbours
import numpy as np
import threadpoolctl

from benchmarks import _common as common
from bigmodel_apps.evidence import Metric
from bigmodel_apps.recommendation import fitting, ranking, splits
from bigmodel_apps.recommendation.fitting import Recipe
from bigmodel_apps.recommendation.interactions import Codes, Interactions, Items
from bigmodel_apps.recommendation.lookup import Lookup
from bigmodel_apps.recommendation.recommender import Recommender

USERS, ITEMS, EACH = 1_000, 2_000, 30
TIMES = (1, 10, 100)
MANY_ITEMS, MANY_USERS = 20_000, 20_000
FACTORS, ROUNDS, PENALTY, UNOBSERVED = 64, 12, 0.01, 0.1
ASKED, PASTED = 200, 15
RECIPE = Recipe(
    {
        "ease": {"penalty": 200.0},
        "als": {"size": FACTORS, "rounds": ROUNDS, "penalty": PENALTY, "unobserved": UNOBSERVED},
        "next": {},
        "popularity": {},
        "text": {},
    },
    {"ease": 0.5, "als": 0.2, "next": 0.15, "popularity": 0.05, "text": 0.1},
)

_KINDS, _TASTES, _OWN = 60, 3, 0.8
_WORDS = ("mug", "lamp", "rug", "tray", "vase", "clock", "stool", "basket", "kettle", "pillow")
_COLOURS = ("red", "blue", "green", "white", "black", "yellow")


def main(argv: Sequence[str] = ()) -> None:
    """Measure and write."""
    started = time.perf_counter()
    metrics = [*beside_implicit(), *growing(), *many_items()]
    common.keep(
        "recommendation",
        {
            "en": f"Drawn data: {_KINDS} kinds of things, {_TASTES} liked by each user, {EACH} choices a user, popularity as in "
            f"Zipf's law. Beside the package implicit {implicit.__version__}: {USERS * 10:,} users, {ITEMS:,} items, the same "
            f"training part; ALS with {FACTORS} factors and {ROUNDS} rounds in both, its own number of threads in each; nDCG "
            "at 10 on the last fifth. Growth: the blend (EASE, ALS, next, popularity, titles) at 10 and 100 times the users, "
            "seconds over those of a tenth as many; cost grows with the choices, and with the cube of the items, which stay. "
            f"One history: {ASKED} histories, one after the other, against {MANY_ITEMS:,} items; pasted: {PASTED} titles as "
            "text, one of them in part, looked up, recommended from and explained.",
            "zh": f"抽取的数据：{_KINDS} 类物品，每位用户喜欢其中 {_TASTES} 类，每人 {EACH} 次选择，热门度服从齐普夫定律。与 implicit "
            f"{implicit.__version__} 对比：{USERS * 10:,} 位用户、{ITEMS:,} 件物品，训练部分相同；两者的 ALS 均为 {FACTORS} 维、{ROUNDS} 轮，"
            "各用自己的线程数；nDCG 取前 10，以最后五分之一为测试。增长：组合模型（EASE、ALS、后续、热门、标题）在 10 倍与 100 倍用户时的用时，"
            "与十分之一用户时之比；用时随选择数线性增长，随物品数的三次方增长，而物品数不变。"
            f"单个历史：对 {MANY_ITEMS:,} 件物品逐一推荐 {ASKED} 个历史；粘贴：{PASTED} 行标题文字（其中一行不完整），查找、推荐并给出理由。",
        },
        metrics,
        started,
        domain="recommendation",
    )


def drawn(users: int, items: int, seed: int = 7) -> Interactions:
    """Users who like a few kinds of things and choose by popularity within them, in a drawn order of time."""
    generator = np.random.default_rng(seed)
    kinds = np.sort(generator.integers(_KINDS, size=items))
    starts = np.searchsorted(kinds, np.arange(_KINDS + 1))
    chances = 1 / (1 + generator.permutation(items)) ** 0.7
    upto = np.concatenate([[0.0], np.cumsum(chances)])
    liked = generator.integers(_KINDS, size=(users, _TASTES))
    choosers = np.repeat(np.arange(users, dtype=np.int32), EACH)
    kind = liked[choosers, generator.integers(_TASTES, size=len(choosers))]
    own = generator.random(len(choosers)) < _OWN
    low, high = np.where(own, upto[starts[kind]], 0), np.where(own, upto[starts[kind + 1]], upto[-1])
    chosen = np.searchsorted(upto, low + generator.random(len(choosers)) * (high - low), side="right") - 1
    order = generator.permutation(len(choosers))
    titles = np.array(
        [
            f"{_COLOURS[item % 6]} {_WORDS[kinds[item] % 10]} {_WORDS[kinds[item] // 10 % 10]} no. {item}"
            for item in range(items)
        ],
        dtype=object,
    )
    return Interactions(
        users=choosers[order],
        items=np.minimum(chosen, items - 1)[order].astype(np.int32),
        user_ids=np.arange(users).astype(str).astype(object),
        catalogue=Items(np.array([f"i{item}" for item in range(items)], dtype=object), {"en": titles, "zh": titles}),
        seconds=np.arange(len(order), dtype=np.int64) * 60,
        simulated=True,
    )


def beside_implicit() -> list[Metric]:
    """Both packages on the same training part."""
    split = splits.temporal(drawn(USERS * 10, ITEMS))
    matrix = split.train.matrix()
    rows = matrix[split.users]

    def theirs(model: Any) -> list[Codes]:
        with threadpoolctl.threadpool_limits(1, "blas"):
            found, _ = model.recommend(split.users, rows, N=ranking.K, filter_already_liked_items=True)
        return list(found)

    def fit_theirs() -> Any:
        # Its alpha scales what was chosen, against 1 for the rest; its penalty is not scaled by counts.
        model = implicit.als.AlternatingLeastSquares(
            factors=FACTORS, iterations=ROUNDS, alpha=1 / UNOBSERVED, regularization=PENALTY, random_state=7
        )
        with threadpoolctl.threadpool_limits(1, "blas"):
            model.fit(matrix, show_progress=False)
        return model

    def fit_neighbours() -> Any:
        model = implicit.nearest_neighbours.CosineRecommender(K=200)
        model.fit(matrix, show_progress=False)
        return model

    def ours(recommender: Recommender) -> list[Codes]:
        return [one.items for one in recommender.recommend(split.histories, ranking.K, allowed=recommender.counts > 0)]

    def one_term(name: str) -> Recommender:
        return fitting.fit(split.train, Recipe({name: RECIPE.terms.get(name, {})}, {name: 1.0}))

    metrics = []
    systems: dict[str, tuple[Callable[[], Any], Callable[[Any], list[Codes]]]] = {
        "implicit-als": (fit_theirs, theirs),
        "ours-als": (lambda: one_term("als"), ours),
        "implicit-cosine": (fit_neighbours, theirs),
        "ours-ease": (lambda: one_term("ease"), ours),
        "ours-blend": (lambda: fitting.fit(split.train, RECIPE), ours),
    }
    for name, (fit, recommend) in systems.items():
        begun = time.perf_counter()
        model = fit()
        fitted = time.perf_counter()
        lists = recommend(model)
        seconds = time.perf_counter() - fitted
        ndcg = float(ranking.measure(lists, split.held).ndcg.mean())
        metrics += [
            common.figure("recommendation-fit", fitted - begun, "s", name, n=len(split.train)),
            common.figure("recommendation-lists", len(lists) / seconds, "per-second", name, higher=True, n=len(lists)),
            common.figure("recommendation-ndcg-10", ndcg, "share", name, higher=True, n=len(lists)),
        ]
    return metrics


def growing() -> list[Metric]:
    """The blend at growing numbers of users."""
    metrics, before = [], 0.0
    for times in TIMES:
        interactions = drawn(USERS * times, ITEMS)
        begun = time.perf_counter()
        fitting.fit(interactions, RECIPE)
        seconds = time.perf_counter() - begun
        metrics.append(common.figure("recommendation-fit", seconds, "s", f"users-{USERS * times}", n=len(interactions)))
        if before:
            metrics.append(
                common.figure("recommendation-growth", seconds / before, "ratio", f"users-{USERS * times}", goal=12)
            )
        before = seconds
    return metrics


def many_items() -> list[Metric]:
    """One history at a time in a large catalogue."""
    interactions = drawn(MANY_USERS, MANY_ITEMS)
    begun = time.perf_counter()
    recommender = fitting.fit(interactions, RECIPE)
    fitted = time.perf_counter() - begun
    histories = [history for history in interactions.histories() if len(history) >= PASTED][:ASKED]
    lookup = Lookup(interactions.catalogue, recommender.counts)
    recommender.recommend(histories[:1])
    known = _times(lambda history: recommender.recommend([history]), histories)

    def pasted(text: str) -> None:
        history = lookup.read(text.split("\n")).items
        items = recommender.recommend([history])[0].items
        recommender.explain(history, items)

    def lines(history: Codes) -> list[str]:
        first, *others = [interactions.catalogue.title(item, "en") for item in history[:PASTED]]
        return [first.partition(" ")[2], *others]  # a part of a title is looked for, a whole one is known

    texts = ["\n".join(lines(one)) for one in histories]
    pasted(texts[0])
    typed = _times(pasted, texts)
    group = f"items-{MANY_ITEMS}"
    return [
        common.figure("recommendation-fit", fitted, "s", group, n=len(interactions)),
        common.figure("recommendation-size", recommender.nbytes / 2**20, "MB", group),
        common.figure("recommendation-one-p50", common.percentiles(known)[0], "ms", group, n=len(known)),
        common.figure("recommendation-one-p95", common.percentiles(known)[1], "ms", group, goal=20, n=len(known)),
        common.figure("recommendation-pasted-p95", common.percentiles(typed)[1], "ms", group, goal=50, n=len(typed)),
    ]


def _times(run: Callable[[Any], Any], inputs: Sequence[Any]) -> list[float]:
    """Seconds of each call."""
    found = []
    for given in inputs:
        begun = time.perf_counter()
        run(given)
        found.append(time.perf_counter() - begun)
    return found
