"""A run's probabilities for a split, kept in its folder so that nothing is answered twice."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from danetka.files import write_text
from danetka.schema import Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEADER = ("idx", "label", "probability")


def predictions_path(folder: Path, split: str, rows: Examples) -> Path:
    """Where a run keeps its answers to these rows."""
    return folder / "predictions" / f"{split}-{rows.sha256[:12]}.csv"


def read_predictions(path: Path) -> NDArray[np.float64]:
    """P(да) of each row, in the file's order."""
    with path.open(encoding="utf-8", newline="") as file:
        return np.array([float(row["probability"]) for row in csv.DictReader(file)])


def write_predictions(path: Path, rows: Examples, probabilities: NDArray[np.float64]) -> None:
    """A CSV file of each row's own idx (its number where it has none), answer and P(да)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for number, (row, probability) in enumerate(zip(rows, probabilities, strict=True)):
        idx = number if row.idx is None else row.idx
        writer.writerow([idx, "" if row.label is None else row.label, repr(float(probability))])
    write_text(path, text.getvalue())
