"""New heads on networks that are left as they are: a convex fit of seconds, whose heat maps stay exact sums."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
from scipy.optimize import minimize
from scipy.special import log_softmax
from torch import nn

from bigmodel_apps.diagnosis import network
from bigmodel_apps.diagnosis.network import Floats, Network


def fit(
    features: Floats,
    targets: Floats,
    weights: Floats,
    penalty: float,
    prior: tuple[Floats, Floats] | None = None,
) -> tuple[Floats, Floats]:
    """A multinomial logistic head, penalised for how far it departs from a prior one.

    Args:
        features: Shape (n, d).
        targets: Probability of each class, shape (n, classes); ones and zeros for labels.
        weights: Of the rows, shape (n,); their sum is what `penalty` is weighed against.
        penalty: Of the squared distance to the prior, in units of the features' deviations.
        prior: Weights, shape (classes, d), and biases, shape (classes,). By default weights of zero and free biases.

    Returns:
        Weights and biases, as of the prior.
    """
    width, classes = features.shape[1], targets.shape[1]
    middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    scaled = (features - middle) / spread
    start, held = np.zeros((classes, width + 1)), np.ones(width + 1)
    if prior is None:
        held[-1] = 0
    else:
        start = np.hstack([prior[0] * spread, (prior[1] + prior[0] @ middle)[:, None]])

    def loss(flat: Floats) -> tuple[float, Floats]:
        found = flat.reshape(classes, width + 1)
        logits = log_softmax(scaled @ found[:, :-1].T + found[:, -1], axis=1)
        apart = (found - start) * held
        value = -(weights * (targets * logits).sum(axis=1)).sum() + penalty / 2 * (apart**2).sum()
        slope = weights[:, None] * (np.exp(logits) - targets)
        gradient = np.hstack([slope.T @ scaled, slope.sum(axis=0)[:, None]]) + penalty * apart
        return float(value), gradient.ravel()

    best = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    found = best.reshape(classes, width + 1)
    slopes = found[:, :-1] / spread
    return slopes, found[:, -1] - slopes @ middle


def of(member: Network) -> tuple[Floats, Floats]:
    """Weights and biases of a network's head."""
    return member.head.weight.detach().double().numpy(), member.head.bias.detach().double().numpy()


def with_head(member: Network, head: tuple[Floats, Floats]) -> Network:
    """A copy of a network with another head."""
    made = copy.deepcopy(member)
    made.classes = len(head[1])
    made.head = nn.Linear(head[0].shape[1], made.classes)
    with torch.no_grad():
        made.head.weight.copy_(torch.from_numpy(head[0]))
        made.head.bias.copy_(torch.from_numpy(head[1]))
    return network.evaluated(made)


def of_members(features: Floats, members: Sequence[Network]) -> list[Floats]:
    """`Answers.features` apart by member."""
    return np.split(features, np.cumsum([one.head.in_features for one in members])[:-1], axis=1)
