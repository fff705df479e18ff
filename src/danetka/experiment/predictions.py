"""A run's probabilities for a split, kept in its folder so that nothing is answered twice."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.files import write_text
from danetka.schema import LABEL_NAMES, Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEADER: Final = ("idx", "label", "probability", "answer")


def predictions_path(folder: Path, split: str, rows: Examples) -> Path:
    """Where a run keeps its answers to these rows."""
    return folder / "predictions" / f"{split}-{rows.sha256[:12]}.csv"


def read_predictions(path: Path) -> NDArray[np.float64]:
    """P(да) of each row, in the file's order."""
    with path.open(encoding="utf-8", newline="") as file:
        return np.array([float(row["probability"]) for row in csv.DictReader(file)])


def write_predictions(
    path: Path, rows: Examples, probabilities: NDArray[np.float64], threshold: float = 0.5
) -> None:
    """A CSV file: each row's own idx (its number where it has none), right answer, P(да), answer.

    Args:
        path: The file.
        rows: What was answered.
        probabilities: P(да) of each row.
        threshold: «да» is the answer from this probability on.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for number, (row, probability) in enumerate(zip(rows, probabilities, strict=True)):
        idx = number if row.idx is None else row.idx
        right = "" if row.label is None else LABEL_NAMES[row.label]
        answer = LABEL_NAMES[int(probability >= threshold)]
        writer.writerow([idx, right, repr(float(probability)), answer])
    write_text(path, text.getvalue())
