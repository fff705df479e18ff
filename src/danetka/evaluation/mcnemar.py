"""Do two classifiers differ on the same rows? McNemar's test, exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class McNemar:
    """Rows on which one of two classifiers is right and the other wrong.

    Attributes:
        ours: Rows that only the first answers rightly.
        theirs: Rows that only the second does.
        p: Two-sided, exact: of these rows each is as likely to be of one kind as of the other.
    """

    ours: int
    theirs: int
    p: float


def mcnemar(
    labels: NDArray[np.int64], ours: NDArray[np.bool_], theirs: NDArray[np.bool_]
) -> McNemar:
    """Compare the answers of two classifiers, or of two groups of runs by the majority of each.

    The test takes rows for independent; where passages recur they are not quite. It looks at
    accuracy alone, so that a threshold which buys the rare answer with accuracy loses by it.

    Args:
        labels: 1 = да, shape ``(n,)``.
        ours: «да» answered, shape ``(n,)``, or ``(runs, n)``, of which the majority counts (in a
            draw, the first run).
        theirs: Of the other classifier.

    Source: McNemar 1947, Psychometrika 12; exact: the binomial test of the discordant rows.
    """
    from scipy.stats import binomtest

    yes = labels == 1
    first, second = (_majority(given) == yes for given in (ours, theirs))
    only_ours = int(np.count_nonzero(first & ~second))
    only_theirs = int(np.count_nonzero(second & ~first))
    discordant = only_ours + only_theirs
    p = float(binomtest(only_ours, discordant).pvalue) if discordant else 1.0
    return McNemar(only_ours, only_theirs, p)


def holm(values: Sequence[float]) -> list[float]:
    """P values corrected for their number, in their order.

    With the corrected ones below 0.05, the chance that any of the claims is false stays below 5%.

    Source: Holm 1979, Scandinavian Journal of Statistics 6.
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    corrected, highest = [0.0] * len(values), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[i]))
        corrected[i] = highest
    return corrected


def _majority(given: NDArray[np.bool_]) -> NDArray[np.bool_]:
    runs = np.atleast_2d(given)
    votes = 2 * runs.sum(axis=0) - len(runs)
    return np.asarray(np.where(votes == 0, runs[0], votes > 0), dtype=np.bool_)
