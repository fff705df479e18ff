"""Is one arm better than another? A paired bootstrap over rows and seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.evaluation.scores import LEVEL, scores_of_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES: Final = 4000
"""A variance is then known to about 2%."""
_BLOCK: Final = 400_000
"""Cells of a block of resamples: it bounds the memory."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher one arm scores than another.

    Attributes:
        value: The difference.
        low, high: Its 95% interval.
        p: Two-sided: of a difference as large by chance.
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
    resamples: int = RESAMPLES,
) -> Difference:
    """Compare two arms by one score; see `paired_differences`."""
    return paired_differences(
        labels, ours, theirs, [score], groups=groups, seed=seed, resamples=resamples
    )[score]


def paired_differences(
    labels: NDArray[np.int64],
    ours: NDArray[np.bool_],
    theirs: NDArray[np.bool_],
    scores: Sequence[str],
    *,
    groups: NDArray[np.int32] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> dict[str, Difference]:
    """Compare the answers of two arms to the same rows, run with the same seeds.

    Resamples draw groups of rows, seeds, or both with replacement, the same ones for both arms, and
    add up the matrices of the drawn seeds as the tables do. Drawing both at once counts what is
    peculiar to a row under a seed three times over (Owen 2007), and a handful of drawn seeds varies
    too little, so the variance is put together from the three: that of rows, plus that of seeds,
    less what both hold; the interval is Student's, its degrees of freedom by Satterthwaite. How
    often chance is taken for an effect is measured by benchmarks/false_positives.py, beside the
    percentiles of the draw of both, which the field uses.

    Args:
        labels: 1 = да, shape ``(n,)``.
        ours: «да» answered, shape ``(seeds, n)``.
        theirs: Of the other arm, the same shape: row i was run with the same seed.
        scores: Scores of `scores_of_cells`.
        groups: The group of each row, from 0 on: rows that share a passage are drawn together, for
            they are no independent evidence. By default every row is its own.
        seed: Seeds the resampling.
        resamples: Of each of the three kinds.

    Returns:
        Score → difference.

    Raises:
        ValueError: If the shapes differ.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap; Owen 2007, The pigeonhole
        bootstrap, Annals of Applied Statistics 1; Satterthwaite 1946, Biometrics Bulletin 2.
    """
    if ours.shape != theirs.shape or ours.shape[1:] != labels.shape:
        raise ValueError(f"shapes differ: {labels.shape}, {ours.shape}, {theirs.shape}")
    runs, rows = ours.shape
    member = np.arange(rows) if groups is None else np.unique(groups, return_inverse=True)[1]
    many = int(member.max()) + 1
    yes = labels == 1
    masks = [
        np.concatenate((yes & given, yes & ~given, ~yes & given, ~yes & ~given)).T.astype(float)
        for given in (ours, theirs)
    ]
    once = [np.ones((1, rows)) @ mask for mask in masks]
    whole = _differences(once, np.ones((1, runs)))
    kinds: dict[str, list[dict[str, Floats]]] = {"rows": [], "seeds": [], "both": []}
    for by_row, by_run in _draws(member, runs, seed, resamples):
        cells = [by_row @ mask for mask in masks]
        kinds["rows"].append(_differences(cells, np.ones((len(by_row), runs))))
        kinds["both"].append(_differences(cells, by_run))
        if runs > 1:
            kinds["seeds"].append(_differences(once, by_run))
    variances = {
        name: [
            float(np.concatenate([part[name] for part in drawn]).var()) if drawn else 0.0
            for drawn in kinds.values()
        ]
        for name in scores
    }
    return {name: _interval(float(whole[name][0]), variances[name], many, runs) for name in scores}


def paired_mean_difference(
    difference: Callable[[Floats], Floats],
    rows: int,
    *,
    groups: NDArray[np.int32] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Difference:
    """Compare by a score that is no score of a matrix: calibration error, log-likelihood.

    Each run has the score for itself and the seeds' mean counts. The resamples and the interval are
    those of `paired_differences`; for accuracy both say the same.

    Args:
        difference: How often each row was drawn, shape ``(draws, rows)`` → how much higher ours
            scores than theirs on such rows in each run, shape ``(draws, runs)``.
        rows: How many rows there are.
        groups: The group of each row, from 0 on: a group is drawn as a whole.
        seed: Seeds the resampling.
        resamples: Of each of the three kinds.
    """
    once = difference(np.ones((1, rows)))
    runs = once.shape[1]
    member = np.arange(rows) if groups is None else np.unique(groups, return_inverse=True)[1]
    of_rows, of_seeds, of_both = [], [], []
    for by_row, by_run in _draws(member, runs, seed, resamples):
        drawn = difference(by_row)
        of_rows.append(drawn.mean(axis=1))
        of_both.append((drawn * by_run).sum(axis=1) / runs)
        of_seeds.append((once * by_run).sum(axis=1) / runs)
    variances = [float(np.concatenate(parts).var()) for parts in (of_rows, of_seeds, of_both)]
    return _interval(float(once.mean()), variances, int(member.max()) + 1, runs)


def _interval(value: float, variances: list[float], groups: int, runs: int) -> Difference:
    """The interval and p from the variances of the draws of rows, of seeds and of both."""
    from scipy.stats import t

    of_rows, of_seeds, of_both = variances
    shared = max(of_both - of_rows - of_seeds, 0.0)  # what both draws hold, counted a third time
    of_rows *= groups / max(groups - 1, 1)
    of_seeds *= runs / max(runs - 1, 1)
    variance = max(of_rows, of_seeds, of_rows + of_seeds - shared)
    if not variance:
        return Difference(value, value, value, 1.0)
    alone = variance - of_rows  # what the seeds add, known by few of them
    parts = of_rows**2 / max(groups - 1, 1) + alone**2 / max(runs - 1, 1)
    free, deviation = variance**2 / parts, variance**0.5
    reach = deviation * float(t.ppf((1 + LEVEL) / 2, free))
    p = 2 * float(t.sf(abs(value) / deviation, free))
    return Difference(value, value - reach, value + reach, p)


def _draws(
    member: NDArray[np.int64], runs: int, seed: int, resamples: int
) -> Iterator[tuple[Floats, Floats]]:
    """How often each row was drawn with its group, and each run: ``(draws, rows or runs)``."""
    random = np.random.default_rng(seed)
    groups = int(member.max()) + 1
    block = max(1, _BLOCK // len(member))
    for done in range(0, resamples, block):
        size = min(block, resamples - done)
        yield _drawn(random, groups, size)[:, member], _drawn(random, runs, size)


def _drawn(random: np.random.Generator, many: int, size: int) -> Floats:
    """How often each of so many was drawn, shape ``(size, many)``."""
    return random.multinomial(many, np.full(many, 1 / many), size=size).astype(np.float64)


def _differences(cells: list[Floats], by_run: Floats) -> dict[str, Floats]:
    """Every score's difference, where each run counts so often.

    Args:
        cells: Of both arms: the matrices of the runs, shape ``(draws, 4 × runs)``, cell by cell.
        by_run: How often each run was drawn, shape ``(draws, runs)``.
    """
    runs = by_run.shape[1]
    first, second = (
        scores_of_cells((part.reshape(-1, 4, runs) * by_run[:, None]).sum(axis=2)) for part in cells
    )
    return {name: first[name] - second[name] for name in first}
