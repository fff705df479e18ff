"""One model on one set of rows: every score with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from danetka.evaluation.scores import Scores
from danetka.report.table import Table

_NAMES: Final = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "yes_precision": "«да» precision",
    "yes_recall": "«да» recall",
    "yes_f1": "«да» F1",
    "no_precision": "«нет» precision",
    "no_recall": "«нет» recall",
    "no_f1": "«нет» F1",
    "roc_auc": "ROC AUC",
    "no_average_precision": "average precision of «нет»",
    "brier": "Brier score",
    "calibration_error": "expected calibration error",
}


def scores_table(named: Mapping[str, Scores], title: str) -> Table:
    """A column for each model or baseline, a row for each score; the first with its intervals."""
    first = next(iter(named.values()))
    rows = []
    for name, shown in _NAMES.items():
        low, high = first.intervals[name]
        interval = "" if math.isnan(low) else f" [{low:.3f}, {high:.3f}]"
        figures = [_figure(scores[name]) for scores in named.values()]
        rows.append((shown, figures[0] + interval, *figures[1:]))
    matrix = first.confusion
    notes = (
        f"«да» → да {matrix.yes_yes}, нет {matrix.yes_no}; "
        f"«нет» → да {matrix.no_yes}, нет {matrix.no_no}; threshold {first.thresholds[0]:.3f}",
        "[…] is the 95% bootstrap interval over rows.",
    )
    return Table(title, ("score", *named), tuple(rows), notes, frozenset({1, 7}))


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"
