"""Calibration before and after a temperature, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from danetka.report.table import Table

if TYPE_CHECKING:
    from danetka.answering.calibrate import Calibration
    from danetka.models.decision import Decision


def calibration_table(name: str, decision: Decision, found: Mapping[str, Calibration]) -> Table:
    """A row for each split: calibration error and log-likelihood, without and with it.

    Args:
        name: The model's.
        decision: What is stored.
        found: Split → its figures.
    """
    rows = [
        (
            split,
            str(c.rows),
            f"{c.error_before:.3f}",
            f"{c.error_after:.3f}",
            f"{c.loss_before:.3f}",
            f"{c.loss_after:.3f}",
        )
        for split, c in found.items()
    ]
    header = ("split", "rows", "ECE before", "ECE after", "NLL before", "NLL after")
    notes = (
        "ECE: expected calibration error over ten bins. NLL: negative log-likelihood, nats.",
        "Fitted on dev; before: temperature 1.",
    )
    title = f"{name}: temperature {decision.temperature:.3f}, threshold {decision.threshold:.3f}"
    return Table(title, header, tuple(rows), notes)
