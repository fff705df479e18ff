"""Bootstrap intervals of every score: one matrix product against a loop over scikit-learn.

821 rows, as in DaNetQA's val; the loop draws 100 times and is scaled up to the 2000 of `score`.
"""

from __future__ import annotations

import statistics
import time

import numpy as np
from sklearn import metrics

from danetka.evaluation.scores import RESAMPLES, score

ROWS, LOOPED = 821, 100


def by_loop(labels: np.ndarray, p: np.ndarray, draws: int) -> list[tuple[float, ...]]:
    """What one writes without thinking: scikit-learn on each resample."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(draws):
        rows = random.integers(0, len(labels), len(labels))
        y, q = labels[rows], p[rows]
        answers = (q >= 0.5).astype(int)
        table = metrics.precision_recall_fscore_support(y, answers, zero_division=0)
        found.append(
            (
                metrics.accuracy_score(y, answers),
                metrics.balanced_accuracy_score(y, answers),
                *np.concatenate(table[:3]),
                metrics.roc_auc_score(y, q),
                metrics.average_precision_score(1 - y, 1 - q),
                metrics.brier_score_loss(y, q),
            )
        )
    return found


def main() -> None:
    """Time both in turn, five times."""
    random = np.random.default_rng(0)
    labels = (random.random(ROWS) < 0.8).astype(np.int64)
    p = np.clip(0.3 * labels + 0.7 * random.random(ROWS), 0, 1)
    ours, theirs = [], []
    for _ in range(5):
        start = time.perf_counter()
        score(labels, p)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        by_loop(labels, p, LOOPED)
        theirs.append((time.perf_counter() - start) * RESAMPLES / LOOPED)
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    print(f"intervals of 12 scores, {ROWS} rows, {RESAMPLES} draws, median of 5:")
    print(f"  danetka            {statistics.median(ours):7.2f} s")
    print(f"  scikit-learn loop  {statistics.median(theirs):7.2f} s  ({ratio:.0f} times as long)")


if __name__ == "__main__":
    main()
