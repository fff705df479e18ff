"""Is one arm better than another? A paired bootstrap over rows and seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.evaluation.scores import LEVEL, scores_of_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESAMPLES: Final = 10_000
_BLOCK: Final = 400_000
"""Cells of a block of resamples: it bounds the memory."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher one arm scores than another.

    Attributes:
        value: The difference.
        low, high: Its 95% interval.
        p: Two-sided: how often a resample's difference lies on the other side of nought, doubled.
    """

    value: float
    low: float
    high: float
    p: float


def paired_difference(
    labels: NDArray[np.int64],
    ours: NDArray[np.bool_],
    theirs: NDArray[np.bool_],
    score: str = "no_f1",
    *,
    groups: NDArray[np.int32] | None = None,
    seed: int = 0,
) -> Difference:
    """Compare the answers of two arms to the same rows, run with the same seeds.

    Each resample draws groups of rows and seeds with replacement, the same ones for both arms, and
    adds up the matrices of the drawn seeds as the tables do. With few seeds the interval is too
    narrow rather than too wide: it says little about seeds that were not run.

    Args:
        labels: 1 = да, shape ``(n,)``.
        ours: «да» answered, shape ``(seeds, n)``.
        theirs: Of the other arm, the same shape: row i was run with the same seed.
        score: A score of `scores_of_cells`.
        groups: The group of each row, from 0 on: rows that share a passage are drawn together, for
            they are no independent evidence. By default every row is its own.
        seed: Seeds the resampling.

    Raises:
        ValueError: If the shapes differ.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 8 and 16.
    """
    if ours.shape != theirs.shape or ours.shape[1:] != labels.shape:
        raise ValueError(f"shapes differ: {labels.shape}, {ours.shape}, {theirs.shape}")
    runs, rows = ours.shape
    member = np.arange(rows) if groups is None else np.unique(groups, return_inverse=True)[1]
    many = int(member.max()) + 1
    block = max(1, _BLOCK // rows)
    random = np.random.default_rng(seed)
    whole = np.ones((1, rows)), np.ones((1, runs))
    value = float(_difference(labels, ours, theirs, score, *whole)[0])
    found = []
    for done in range(0, RESAMPLES, block):
        size = min(block, RESAMPLES - done)
        by_group = random.multinomial(many, np.full(many, 1 / many), size=size)
        by_row = by_group[:, member].astype(np.float64)
        by_run = random.multinomial(runs, np.full(runs, 1 / runs), size=size).astype(np.float64)
        found.append(_difference(labels, ours, theirs, score, by_row, by_run))
    drawn = np.concatenate(found)
    low, high = np.percentile(drawn, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    tail = min(np.count_nonzero(drawn <= 0), np.count_nonzero(drawn >= 0))
    p = min(1.0, 2 * (int(tail) + 1) / (len(drawn) + 1))
    return Difference(value, float(low), float(high), p)


def _difference(
    labels: NDArray[np.int64],
    ours: NDArray[np.bool_],
    theirs: NDArray[np.bool_],
    score: str,
    by_row: NDArray[np.float64],
    by_run: NDArray[np.float64],
) -> NDArray[np.float64]:
    yes = labels == 1
    both = []
    for answers in (ours, theirs):
        masks = (yes & answers, yes & ~answers, ~yes & answers, ~yes & ~answers)
        cells = [((by_row @ mask.T.astype(np.float64)) * by_run).sum(axis=1) for mask in masks]
        both.append(scores_of_cells(np.stack(cells, axis=1))[score])
    return np.asarray(both[0] - both[1], dtype=np.float64)
