"""SAR, a simple baseline whose published figures check our measures: computed by us, they have to come out the same.

"Smart Adaptive Recommendations" of recommenders-team/recommenders: affinities of a user, which fade with time, times the
Jaccard similarity of items.
"""

from __future__ import annotations

import numpy as np

from bigmodel_apps.recommendation.interactions import DAY, Floats, Interactions

HALF_LIFE = 30
"""Days after which a rating counts half."""


def scores(train: Interactions) -> Floats:
    """Of every item for every user, shape (users, items).

    Raises:
        ValueError: Times or ratings are unknown.
    """
    if train.seconds is None or train.ratings is None:
        raise ValueError("SAR needs times and ratings")
    matrix = train.matrix()
    together = (matrix.T @ matrix).toarray().astype(np.float64)
    counts = np.diag(together)
    either = counts[:, None] + counts - together
    similarity = np.divide(together, either, out=np.zeros_like(together), where=either > 0)
    affinity = np.zeros(matrix.shape)
    faded = train.ratings * np.exp2((train.seconds - train.seconds.max()) / (HALF_LIFE * DAY))
    np.add.at(affinity, (train.users, train.items), faded)
    return affinity @ similarity
