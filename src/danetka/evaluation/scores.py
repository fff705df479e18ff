"""Scores of yes/no answers: every figure of a row comes from one confusion matrix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.evaluation import ranking

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES: Final = 2000
LEVEL: Final = 0.95
_BLOCK: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many rows of each answer were answered how.

    Attributes:
        yes_yes: «да» answered «да».
        yes_no: «да» answered «нет».
        no_yes: «нет» answered «да».
        no_no: «нет» answered «нет».
    """

    yes_yes: int
    yes_no: int
    no_yes: int
    no_no: int

    @classmethod
    def of(cls, labels: NDArray[np.int64], answers: NDArray[np.bool_]) -> Confusion:
        """Count.

        Args:
            labels: The right answers, 1 = да, shape ``(n,)``.
            answers: The given ones, True = да, shape ``(n,)``.
        """
        yes = labels == 1
        cells = (yes & answers, yes & ~answers, ~yes & answers, ~yes & ~answers)
        return cls(*(int(np.count_nonzero(cell)) for cell in cells))

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """``yes_yes, yes_no, no_yes, no_no``."""
        return (self.yes_yes, self.yes_no, self.no_yes, self.no_no)

    def scores(self) -> dict[str, float]:
        """All that follows from the matrix, by name; see `scores_of_cells`."""
        table = scores_of_cells(np.array([self.cells], dtype=np.float64))
        return {name: float(values[0]) for name, values in table.items()}


def scores_of_cells(cells: Floats) -> dict[str, Floats]:
    """Scores of many matrices at once.

    Args:
        cells: Shape ``(matrices, 4)``, in the order of `Confusion.cells`.

    Returns:
        For each score shape ``(matrices,)``: accuracy, balanced_accuracy (mean of both recalls),
        and precision, recall and F1 of each answer. What would be 0/0 is 0, as in scikit-learn.
    """
    yes_yes, yes_no, no_yes, no_no = cells.T
    yes_recall, no_recall = _share(yes_yes, yes_yes + yes_no), _share(no_no, no_no + no_yes)
    return {
        "accuracy": _share(yes_yes + no_no, cells.sum(axis=1)),
        "balanced_accuracy": (yes_recall + no_recall) / 2,
        "yes_precision": _share(yes_yes, yes_yes + no_yes),
        "yes_recall": yes_recall,
        "yes_f1": _share(2 * yes_yes, 2 * yes_yes + yes_no + no_yes),
        "no_precision": _share(no_no, no_no + yes_no),
        "no_recall": no_recall,
        "no_f1": _share(2 * no_no, 2 * no_no + yes_no + no_yes),
    }


@dataclass(frozen=True)
class Scores:
    """One evaluation.

    Attributes:
        confusion: The matrix; of several runs, the sum of theirs.
        thresholds: For each run: «да» is answered where its probability is at least this.
        values: Every score by name: those of the matrix, and roc_auc, no_average_precision, brier
            and calibration_error, which need the probabilities.
        intervals: The 95% bootstrap interval of each.
    """

    confusion: Confusion
    thresholds: tuple[float, ...]
    values: dict[str, float]
    intervals: dict[str, tuple[float, float]]

    def __getitem__(self, name: str) -> float:
        return self.values[name]

    @property
    def rows(self) -> int:
        """How many rows each run answered."""
        return sum(self.confusion.cells) // len(self.thresholds)


def score(
    labels: NDArray[np.int64],
    probabilities: Floats,
    thresholds: float | Floats = 0.5,
    seed: int = 0,
) -> Scores:
    """Score probabilities of «да» against the right answers.

    Of several runs the matrices are added up, so that here too every figure comes from one matrix;
    scores that need probabilities are averaged over the runs.

    Args:
        labels: 1 = да, 0 = нет, shape ``(n,)``, n ≥ 1.
        probabilities: P(да), each in [0, 1], shape ``(n,)``, or ``(runs, n)`` for several runs.
        thresholds: «да» from this probability on; one, or one for each run.
        seed: Seeds the bootstrap: rows are drawn with replacement 2000 times, the same ones for
            every run, and the interval is that of the percentiles (Efron 1979).

    Returns:
        Scores; a score that does not exist (a ranking with one class only) is NaN.

    Raises:
        ValueError: If the shapes differ or there are no rows.
    """
    runs = np.atleast_2d(probabilities)
    levels = np.broadcast_to(np.asarray(thresholds, dtype=np.float64), len(runs))
    if runs.shape[1:] != labels.shape or not len(labels):
        raise ValueError(
            f"labels {labels.shape} and probabilities {probabilities.shape} must match"
        )
    answers = runs >= levels[:, None]
    yes = labels == 1
    masks = [yes & answers, yes & ~answers, ~yes & answers, ~yes & ~answers]
    blocks = []
    for weights in _draws(len(labels), seed):
        cells = np.stack([weights @ mask.sum(axis=0) for mask in masks], axis=1)
        rankings = [ranking.weighted_scores(labels, run, weights) for run in runs]
        means = {name: np.mean([r[name] for r in rankings], axis=0) for name in rankings[0]}
        blocks.append(scores_of_cells(cells) | means)
    table = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    pooled = Confusion(*(int(mask.sum()) for mask in masks))
    values = {name: float(drawn[0]) for name, drawn in table.items()}
    intervals = {name: _interval(drawn[1:]) for name, drawn in table.items()}
    return Scores(pooled, tuple(map(float, levels)), values, intervals)


def _draws(rows: int, seed: int) -> Iterator[Floats]:
    """How often each row was drawn, in blocks ``(draws, rows)``; in the very first, once each.

    Blocks bound the memory: all draws of 100,000 rows at once would take gigabytes.
    """
    random = np.random.default_rng(seed)
    yield np.ones((1, rows))
    block = max(1, _BLOCK // rows)
    for done in range(0, RESAMPLES, block):
        size = min(block, RESAMPLES - done)
        drawn = random.multinomial(rows, np.full(rows, 1 / rows), size=size)
        yield drawn.astype(np.float64)


def _interval(drawn: Floats) -> tuple[float, float]:
    defined = drawn[~np.isnan(drawn)]
    if not len(defined):
        return (float("nan"), float("nan"))
    low, high = np.percentile(defined, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return (float(low), float(high))


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
