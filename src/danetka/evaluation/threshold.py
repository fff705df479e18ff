"""A decision threshold chosen on dev, never on the rows that are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from danetka.evaluation.scores import scores_of_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray


def choose_threshold(
    labels: NDArray[np.int64],
    probabilities: NDArray[np.float64],
    by: str = "balanced_accuracy",
) -> float:
    """The threshold with the best score on these rows.

    Candidates lie midway between neighbouring probabilities; of several equally good ones the
    nearest to 0.5 is taken.

    Args:
        labels: 1 = да, shape ``(n,)``; of the dev split.
        probabilities: P(да), shape ``(n,)``.
        by: A score of `scores_of_cells`.
    """
    levels = np.unique(probabilities)
    middle = (levels[1:] + levels[:-1]) / 2
    middle = np.where(middle > levels[:-1], middle, levels[1:])  # of neighbours it is the lower one
    candidates = np.concatenate([[0.0, 0.5], middle, [1.0]])
    given = probabilities[None, :] >= candidates[:, None]
    yes = (labels == 1)[None, :]
    masks = [yes & given, yes & ~given, ~yes & given, ~yes & ~given]
    cells = np.stack([mask.sum(axis=1) for mask in masks], axis=1).astype(np.float64)
    scores = scores_of_cells(cells)[by]
    best = np.flatnonzero(scores >= scores.max() - 1e-12)
    return float(candidates[best[np.argmin(np.abs(candidates[best] - 0.5))]])
