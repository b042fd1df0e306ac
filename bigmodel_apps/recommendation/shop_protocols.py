"""Named protocols on our own samples, whose choices are simulated.

- ``shop``: the sample shop and the sample library: what is chosen in the last fifth of all choices.
- ``shop-next``: the next choice in the sample shop, one at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from bigmodel_apps import measures
from bigmodel_apps.evidence import Dataset, Metric
from bigmodel_apps.recommendation import fitting, lists, ranking, samples, simulator, splits
from bigmodel_apps.recommendation.fitting import Parameters, Recipe
from bigmodel_apps.recommendation.interactions import Codes, Flags, Floats, Interactions, Ints
from bigmodel_apps.recommendation.model_protocols import accuracy, chosen, variety
from bigmodel_apps.recommendation.recommender import Recommender, top
from bigmodel_apps.recommendation.splits import Split

Report = Callable[[int, int], None]
Protocol = Callable[[Path | None, Report | None], tuple[list[Metric], list[Dataset]]]

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "shop": {
        "en": "The sample shop and the sample library: our own catalogues, simulated people. Held out is the last fifth of all "
        "choices, by time. Asked for is what people with earlier choices go on to choose for the first time; candidates are "
        "all items that somebody chose before and that are new to them. Figures are at 10, means over the people. Parameters "
        "and weights were chosen on the last fifth of the part learned from, shown as validation; the recipe is the one that "
        "the samples open with. “Tastes” ranks by what the simulator alone knows: the tastes that it drew, in season. It "
        "knows neither what goes together nor what follows, so it is no upper bound. P values are of McNemar's exact test on "
        "which lists hold a hit. Simulated data says how models compare on this simulation, not how they do in a real shop.",
        "zh": "样例商店与样例片库：目录由我们自己编写，人物为模拟。按时间留出全部选择的最后五分之一。要找出的是已有选择的人此后首次选择的东西；"
        "候选为此前有人选过、且对其本人是新的全部条目。各项指标取前 10 名，为人的均值。参数与权重在训练部分的最后五分之一上选定，即“验证”；"
        "样例打开时用的就是这一方案。“真实口味”按只有模拟器知道的信息排序，即它抽取的口味与季节；它不知道搭配与先后关系，因此不是上限。"
        "P 值来自对“列表是否命中”的 McNemar 精确检验。模拟数据只说明各模型在此模拟中的高下，不代表真实商店中的表现。",
    },
    "shop-next": {
        "en": "The sample shop (simulated), one choice at a time: after the boundary of the protocol above, every choice of a new "
        "product is asked for, with all that the shopper chose before it as the history, also earlier in the same order. No "
        "model is fitted again in between. “Start” is the first choice of an order, “within” any further one. The blend for "
        "what comes next was chosen on such choices in the last fifth of the part learned from, with the sample shop's parameters. A list of 10 either holds the "
        "choice or not; the reciprocal rank is 0 where it does not. Intervals draw shoppers, not choices.",
        "zh": "样例商店（模拟），逐个预测：在上一方案的分界之后，每次选择新商品都作为一道题，历史为该顾客此前的全部选择，包括同一订单中较早的选择。"
        "期间不重新训练任何模型。“订单首件”为一个订单的第一件，“订单后续”为其余各件。“下一件”的组合在训练部分最后五分之一的同类题目上选定，参数沿用样例商店。"
        "10 条的列表要么命中、要么未命中；未命中时倒数排名为 0。计算区间时按顾客而非按题抽样。",
    },
}

CANDIDATES: Mapping[str, Sequence[Parameters]] = {
    "ease": [{"penalty": penalty} for penalty in (50.0, 100.0, 200.0, 400.0)],
    "als": [{"size": 32, "rounds": 8, "penalty": penalty, "unobserved": 0.1} for penalty in (0.01, 0.03, 0.1)],
    "neighbours": [{"similarity": "cosine"}],
    "next": [
        {"steps": steps, "damping": damping, "decay": decay}
        for steps in (2, 5)
        for damping in (0.3, 0.5)
        for decay in (0.6, 0.9)
    ],
    "popularity": [{}, {"half_life": 30.0}],
    "text": [{"ridge": ridge} for ridge in (1.0, 3.0, 10.0)],
}
"""Parameters among which the validation part chooses."""

SEQUENCES: Sequence[Parameters] = [{}]
"""The same for the transformer over the order of choices, which takes longer to fit than all others together."""

SHARE, SEED = 0.2, 7
RECIPES = samples.FOLDER / "recipes.json"


def choose(name: str, report: Report | None = None) -> Recipe:
    """The recipe that a sample opens with, chosen without a look at what the protocol ``shop`` measures on."""
    train = splits.temporal(samples.interactions(name), SHARE).train
    return fitting.tune(train, splits.temporal(train, SHARE), candidates=CANDIDATES, report=report)


def write_recipes() -> None:
    """Choose anew and keep what `samples.recipe` reads."""
    recipes = {name: choose(name) for name in samples.NAMES}
    kept = {
        name: {"terms": dict(one.terms), "weights": dict(one.weights), "figures": dict(one.figures)}
        for name, one in recipes.items()
    }
    RECIPES.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def shop(_data: Path | None = None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Choose on the validation part, then measure on what is held out, for both samples."""
    metrics: list[Metric] = []
    for place, name in enumerate(samples.NAMES):
        begin, end = (1_000 * (place + part) // len(samples.NAMES) for part in (0, 1))
        group = f"sample-{name}"
        metrics += [
            metric.model_copy(update={"group": (*metric.group, group)})
            for metric in _measured(name, _part(report, begin, end))
        ]
    return metrics, [_described(name) for name in samples.NAMES]


def _measured(name: str, report: Report | None) -> list[Metric]:
    interactions = samples.interactions(name)
    split = splits.temporal(interactions, SHARE)
    recipe = choose(name, _part(report, 0, 700))
    fitted = fitting.fit(split.train, recipe, report=_part(report, 700, 900))
    shown = {
        "ours": _lists(fitted, split, recipe.weights),
        **{term: _lists(fitted, split, {term: 1.0}) for term in recipe.terms},
        "random": _best(np.random.default_rng(SEED).random((len(split.users), len(fitted.catalogue))), split),
        "tastes": _best(_tastes(name, split), split),
    }
    found = {system: ranking.measure(one, split.held) for system, one in shown.items()}
    vectors = lists.vectors(split.train.matrix(), split.train.catalogue)
    metrics: list[Metric] = []
    for system, figures in found.items():
        metrics += accuracy(figures, system)
        metrics.append(measures.metric(measures.share(figures.precision > 0), "hit-rate-10", system=system))
        metrics += variety(shown[system], system, fitted.counts, len(split.train.user_ids), vectors)
    for other in shown:
        if other != "ours":
            gain = measures.mean(found["ours"].ndcg - found[other].ndcg)
            p = measures.compare(found[other].precision > 0, found["ours"].precision > 0).p
            over = (f"over-{other}",)
            metrics.append(measures.metric(gain, "ndcg-gain", group=over))
            metrics.append(
                Metric(name="hit-p", value=round(p, 4), n=gain.n, group=over, unit="score", higher_is_better=False)
            )
    if report is not None:
        report(1_000, 1_000)
    took = fitted.facts["seconds"]
    metrics += chosen(recipe)
    return [*metrics, Metric(name="fit-seconds", value=took, unit="s", n=len(split.train), higher_is_better=False)]


def _tastes(name: str, split: Split) -> Floats:
    """What the simulator drew for each user, in the season of the part held out."""
    if name == samples.FILMS:
        return simulator.simulate_films(simulator.SAMPLE_FILMS)[1].preferences[split.users]
    truth = simulator.simulate_shop(simulator.SAMPLE_SHOP)[1]
    known = simulator.habits()
    seconds = samples.interactions(name).seconds
    assert seconds is not None
    assert split.boundary is not None
    later = np.unique(
        seconds[seconds >= split.boundary].astype("datetime64[s]").astype("datetime64[M]").astype(int) % 12
    )
    return truth.preferences[split.users] * known.seasons[later].mean(axis=0)[known.of]


def shop_next(_data: Path | None = None, report: Report | None = None) -> tuple[list[Metric], list[Dataset]]:
    """Models of what comes next against models of what goes together, on one choice at a time."""
    interactions = samples.interactions(samples.SHOP)
    outer = splits.temporal(interactions, SHARE)
    inner = splits.temporal(outer.train, SHARE)
    assert outer.boundary is not None
    assert inner.boundary is not None
    rehearsal = next_choices(outer.train, inner)[0]
    asked, first = next_choices(interactions, outer)
    known = {**_only(samples.recipe(samples.SHOP)), "next": CANDIDATES["next"]}
    recipe = fitting.tune(outer.train, rehearsal, candidates=known, report=_part(report, 0, 400))
    sequence: dict[str, Sequence[Parameters]] = {"sequence": SEQUENCES}
    ordered = fitting.tune(
        outer.train, rehearsal, candidates={**_only(recipe), **sequence}, report=_part(report, 400, 700)
    )
    fitted = fitting.fit(outer.train, ordered, report=_part(report, 700, 900))
    shown = {
        "next-blend": _lists(fitted, asked, {**recipe.weights, "sequence": 0.0}),
        "next-blend-sequence": _lists(fitted, asked, ordered.weights),
        **{term: _lists(fitted, asked, {term: 1.0}) for term in recipe.terms},
        "sasrec": _lists(fitted, asked, {"sequence": 1.0}),
        "ours": _lists(fitted, asked, samples.recipe(samples.SHOP).weights),
        "random": _best(np.random.default_rng(SEED).random((len(asked.users), len(fitted.catalogue))), asked),
    }
    metrics = next_figures(shown, asked, first, "next-blend")
    if report is not None:
        report(1_000, 1_000)
    return metrics, [_described(samples.SHOP)]


def next_figures(shown: Mapping[str, Sequence[Codes]], asked: Split, first: Flags, best: str) -> list[Metric]:
    """How often lists hold the one choice asked for, and how much better those of one system do; see `next_choices`."""
    metrics = []
    found = {system: ranking.measure(one, asked.held) for system, one in shown.items()}
    for system, figures in found.items():
        # One item is asked for: MAP is then the mean reciprocal rank.
        columns = {
            "ndcg-10": figures.ndcg,
            "hit-rate-10": figures.recall,
            "reciprocal-rank-10": figures.average_precision,
        }
        for name, values in columns.items():
            metrics.append(measures.metric(measures.mean(values, asked.users), name, system=system))
        for group, where in (("order-start", first), ("order-within", ~first)):
            estimate = measures.mean(figures.recall, asked.users, where=where)
            metrics.append(measures.metric(estimate, "hit-rate-10", group=(group,), system=system))
    for other in shown:
        if other != best:
            gain = measures.mean(found[best].ndcg - found[other].ndcg, asked.users)
            metrics.append(measures.metric(gain, "ndcg-gain", group=(f"over-{other}",), system=best))
    return metrics


def next_choices(interactions: Interactions, split: Split) -> tuple[Split, Flags]:
    """Every choice from the boundary on of an item that is new to its user, one at a time.

    Args:
        interactions: With baskets; `split` is one of them by time.

    Returns:
        A split whose users repeat, each time with all that came before as the history and with one item held out; and
        which of them are the first new item of a basket.
    """
    assert interactions.seconds is not None
    assert interactions.baskets is not None
    assert split.boundary is not None
    known = np.bincount(split.train.items, minlength=len(interactions.catalogue)) > 0
    later: Flags = interactions.seconds >= split.boundary
    order = np.argsort(interactions.users, kind="stable")
    users, histories, held, first = [], [], [], []
    ends = np.cumsum(np.bincount(interactions.users, minlength=len(interactions.user_ids)))
    for user, rows in enumerate(np.split(order, ends[:-1])):
        chosen: dict[int, None] = {}
        basket = -1  # of the item asked for last
        for row in rows.tolist():
            item = int(interactions.items[row])
            if later[row] and item not in chosen and known[item] and chosen:
                users.append(user)
                histories.append(np.fromiter(chosen, dtype=np.int32, count=len(chosen)))
                held.append(np.array([item], dtype=np.int32))
                first.append(interactions.baskets[row] != basket)
                basket = int(interactions.baskets[row])
            chosen.pop(item, None)
            chosen[item] = None
    asked = Split(split.train, np.array(users, dtype=np.int64), histories, held, "time", split.boundary)
    return asked, np.array(first, dtype=bool)


def _only(recipe: Recipe) -> dict[str, Sequence[Parameters]]:
    """The parameters that were chosen, as the only candidates."""
    return {name: [parameters] for name, parameters in recipe.terms.items()}


def _lists(fitted: Recommender, split: Split, weights: Mapping[str, float]) -> list[Codes]:
    found = fitted.recommend(split.histories, ranking.K, weights=weights, allowed=fitted.counts > 0)
    return [one.items for one in found]


def _best(scores: Floats, split: Split) -> list[Codes]:
    """The best items of every row that somebody chose before and that are new to the user."""
    scores = scores.copy()
    scores[:, np.bincount(split.train.items, minlength=scores.shape[1]) == 0] = -np.inf
    for row, history in zip(scores, split.histories, strict=True):
        row[history] = -np.inf
    return [top(row, ranking.K).items for row in scores]


def _described(name: str) -> Dataset:
    interactions = samples.interactions(name)
    assert interactions.seconds is not None
    columns: list[Ints | Codes] = [interactions.users, interactions.items, interactions.seconds]
    return Dataset(
        name="Simulated sample shop" if name == samples.SHOP else "Simulated sample library",
        rows=len(interactions),
        sha256=sha256(b"".join(np.ascontiguousarray(column).tobytes() for column in columns)).hexdigest(),
        licence="Apache-2.0",
        source=f"bigmodel_apps.recommendation.samples.interactions({name!r})",
        notes="Simulated.",
    )


def _part(report: Report | None, begin: int, end: int) -> Report | None:
    """The report of a part of the work, as thousandths of the whole."""
    if report is None:
        return None
    return lambda done, total: report(begin + (end - begin) * done // max(total, 1), 1_000)


PROTOCOLS: Mapping[str, Protocol] = {"shop": shop, "shop-next": shop_next}
"""By name: called with a folder, which they do not need, and with a report of (parts done, parts in total)."""
