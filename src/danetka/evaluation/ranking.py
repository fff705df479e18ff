"""Scores that need probabilities, for many weightings of the rows at once.

A bootstrap draw is a weighting, so an interval costs one sort and some matrix products instead of
thousands of calls; the first row of weights is all ones. Each agrees with its scikit-learn
counterpart called with ``sample_weight`` (tested).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BINS: Final = 10


def weighted_scores(
    labels: NDArray[np.int64], probabilities: Floats, weights: Floats
) -> dict[str, Floats]:
    """ROC AUC, average precision of «нет», Brier score and calibration error.

    Args:
        labels: 1 = да, shape ``(n,)``.
        probabilities: P(да), shape ``(n,)``.
        weights: Shape ``(draws, n)``.

    Returns:
        For each score shape ``(draws,)``; NaN where a draw holds one class only.
    """
    yes = (labels == 1).astype(np.float64)
    return {
        "roc_auc": roc_auc(yes, probabilities, weights),
        "no_average_precision": average_precision(1 - yes, 1 - probabilities, weights),
        "brier": weights @ (probabilities - yes) ** 2 / weights.sum(axis=1),
        "calibration_error": calibration_error(yes, probabilities, weights),
    }


def roc_auc(positive: Floats, scores: Floats, weights: Floats) -> Floats:
    """The chance that a positive row is scored above a negative one; ties count half."""
    ups, downs = _by_score(positive, scores, weights)
    below = np.cumsum(downs, axis=1) - downs
    wins = (ups * (below + downs / 2)).sum(axis=1)
    return _divide(wins, ups.sum(axis=1) * downs.sum(axis=1))


def average_precision(positive: Floats, scores: Floats, weights: Floats) -> Floats:
    """Σ (recall step × precision) from the highest score down, not interpolated."""
    ups, downs = (part[:, ::-1] for part in _by_score(positive, scores, weights))
    found = np.cumsum(ups, axis=1)
    taken = found + np.cumsum(downs, axis=1)
    precision = np.divide(found, taken, out=np.zeros_like(found), where=taken > 0)
    return _divide((ups * precision).sum(axis=1), ups.sum(axis=1))


def calibration_error(positive: Floats, scores: Floats, weights: Floats) -> Floats:
    """Expected calibration error of P(да) over ten bins of equal width (Naeini et al. 2015)."""
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    members = np.eye(BINS)[bins]
    gaps = (weights * (positive - scores)) @ members
    return np.asarray(np.abs(gaps).sum(axis=1) / weights.sum(axis=1))


def _by_score(positive: Floats, scores: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Weight of positives and of negatives at each distinct score, ascending: (draws, scores)."""
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    ordered = weights[:, order]
    return (
        np.add.reduceat(ordered * positive[order], starts, axis=1),
        np.add.reduceat(ordered * (1 - positive[order]), starts, axis=1),
    )


def _divide(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
