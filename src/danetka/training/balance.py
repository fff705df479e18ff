"""The controls that cost nothing: class weights, and rows repeated or left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from danetka.errors import DanetkaError
from danetka.schema import LABEL_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray


def balanced_weights(labels: NDArray[np.int64]) -> tuple[float, float]:
    """Weights of «нет» and «да» by which both weigh the same; their mean over the rows is 1.

    The same as scikit-learn's ``class_weight="balanced"``: rows / (2 × rows of the class).
    """
    no, yes = class_counts(labels)
    return (len(labels) / (2 * no), len(labels) / (2 * yes))


def resample(
    labels: NDArray[np.int64], how: Literal["over", "under"], seed: int
) -> NDArray[np.int64]:
    """Positions of the rows to train on so that both answers are equally many.

    Args:
        labels: The answers, shape ``(n,)``.
        how: ``over``: every row once and rows of the rare answer again, each equally often up to
            one; ``under``: every row of the rare answer and a random choice of the common one.
        seed: Decides which rows.

    Returns:
        Positions in ascending order, for ``over`` with repetitions.
    """
    counts = class_counts(labels)
    random = np.random.default_rng(seed)
    target = max(counts) if how == "over" else min(counts)
    chosen = []
    for label in range(2):
        rows = np.flatnonzero(labels == label)
        times, rest = divmod(target, len(rows))
        chosen += [np.tile(rows, times), random.permutation(rows)[:rest]]
    return np.sort(np.concatenate(chosen))


def class_counts(labels: NDArray[np.int64]) -> tuple[int, int]:
    """How many «нет» and «да» there are.

    Raises:
        DanetkaError: If one of them is missing altogether.
    """
    no, yes = (int(n) for n in np.bincount(labels, minlength=2))
    if not no or not yes:
        missing = LABEL_NAMES[0 if not no else 1]
        raise DanetkaError(f"no row is answered «{missing}»: there is nothing to balance or learn")
    return no, yes
