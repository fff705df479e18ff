"""What happens as the threshold moves, and whether probabilities mean what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.evaluation.ranking import BINS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEPS: Final = 100
_QUANTILES: Final = 100


@dataclass(frozen=True, slots=True)
class Sweep:
    """The confusion matrix at each of many thresholds.

    Attributes:
        levels: Thresholds, ascending: each hundredth, and the hundredths of the probabilities
            themselves, so that the curve is fine where they crowd.
        cells: The matrix at each, in the order of `Confusion.cells`, summed over the runs.
    """

    levels: tuple[float, ...]
    cells: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows whose P(да) lies in one tenth.

    Attributes:
        rows: How many, over all runs.
        probability: Their mean P(да).
        yes: The share of them whose right answer is «да».
    """

    rows: int
    probability: float
    yes: float


def sweep(labels: NDArray[np.int64], probabilities: NDArray[np.float64]) -> Sweep:
    """Count at every threshold.

    Args:
        labels: 1 = да, shape ``(n,)``.
        probabilities: P(да), shape ``(runs, n)``.
    """
    steps = np.linspace(0, 1, _STEPS + 1)
    quantiles = np.quantile(probabilities, np.linspace(0, 1, _QUANTILES + 1))
    levels = np.unique(np.round(np.concatenate([steps, quantiles]), 4))
    yes = np.sort(probabilities[:, labels == 1].ravel())
    no = np.sort(probabilities[:, labels != 1].ravel())
    missed, right = np.searchsorted(yes, levels), np.searchsorted(no, levels)
    cells = zip(len(yes) - missed, missed, len(no) - right, right, strict=True)
    return Sweep(
        tuple(map(float, levels)),
        tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in cells),
    )


def reliability(labels: NDArray[np.int64], probabilities: NDArray[np.float64]) -> tuple[Bin, ...]:
    """The bins of a reliability diagram; empty ones are left out.

    Args:
        labels: 1 = да, shape ``(n,)``.
        probabilities: P(да), shape ``(runs, n)``.

    Source: Niculescu-Mizil and Caruana 2005; the bins are those of the calibration error.
    """
    flat = probabilities.ravel()
    yes = np.broadcast_to(labels == 1, probabilities.shape).ravel()
    member = np.minimum((flat * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(int(np.sum(here)), float(flat[here].mean()), float(yes[here].mean()))
        for here in (member == i for i in range(BINS))
        if here.any()
    )
