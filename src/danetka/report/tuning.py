"""What the training of a prompt gave, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danetka.report.table import Table
from danetka.schema import LABEL_NAMES

if TYPE_CHECKING:
    from danetka.augmentation.prompts.settings import TuneSettings
    from danetka.augmentation.prompts.tune import Tuned


def tuning_table(done: Tuned, settings: TuneSettings) -> Table:
    """Train and dev loss of each epoch; the kept one is marked."""
    rows = tuple(
        (
            str(row.epoch or "base alone"),
            f"{row.train:.4f}" if row.epoch else "",
            f"{row.dev:.4f}" + (" *" if row == done.best else ""),
        )
        for row in done.epochs
    )
    notes: tuple[str, ...] = (
        "mean loss of a question's token, in nats; * is kept",
        f"{done.trained:,} parameters trained, {done.trained / done.whole:.2%} of all",
    )
    if done.cut:
        notes += (f"{done.cut} passages are longer than the model takes: their ends are cut",)
    title = f"{settings.method} of {settings.base}, «{LABEL_NAMES[done.answer]}»"
    return Table(title, ("epoch", "train loss", "dev loss"), rows, notes)
