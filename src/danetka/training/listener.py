"""What a run tells while it goes on: the room itself prints nothing."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from danetka.files import write_text

SHOWN: Final = (
    "accuracy",
    "balanced_accuracy",
    "yes_precision",
    "yes_recall",
    "yes_f1",
    "no_precision",
    "no_recall",
    "no_f1",
)


@dataclass(frozen=True, slots=True)
class Epoch:
    """The end of an epoch.

    Attributes:
        number: From 1.
        step: Optimiser steps so far.
        train_loss: Mean loss of the epoch's steps.
        scores: On dev, by name (`SHOWN`, ``roc_auc`` and ``loss``); empty without a dev split.
    """

    number: int
    step: int
    train_loss: float
    scores: dict[str, float]


class Listener(Protocol):
    """Hears of a run's progress."""

    def start(self, steps: int, done: int) -> None:
        """Training starts, or goes on after so many steps."""

    def step(self, done: int) -> None:
        """So many steps are done."""

    def epoch(self, epoch: Epoch) -> None:
        """An epoch has ended."""

    def note(self, text: str) -> None:
        """Something that a person may want to know."""


class Silent:
    """A listener that does nothing."""

    def start(self, steps: int, done: int) -> None:
        """Nothing."""

    def step(self, done: int) -> None:
        """Nothing."""

    def epoch(self, epoch: Epoch) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""


class Recorder:
    """Keeps ``metrics.csv`` and ``log.txt`` of a run's folder and passes everything on.

    A run that was killed goes on from its last whole checkpoint, which may lie before its last
    row: rows of epochs that are run again are replaced, so that the file ends as if nothing had
    happened.
    """

    def __init__(self, folder: Path, listener: Listener) -> None:
        self.metrics = folder / "metrics.csv"
        self.log = folder / "log.txt"
        self.listener = listener

    def start(self, steps: int, done: int) -> None:
        """Note it."""
        self._write(f"goes on after step {done} of {steps}" if done else f"{steps} steps")
        self.listener.start(steps, done)

    def step(self, done: int) -> None:
        """Pass it on."""
        self.listener.step(done)

    def epoch(self, epoch: Epoch) -> None:
        """Append a row, in place of any of the same or a later epoch."""
        rows = [row for row in read_metrics(self.metrics) if int(row["epoch"]) < epoch.number]
        values = {"epoch": epoch.number, "step": epoch.step, "train_loss": epoch.train_loss}
        rows.append({k: str(v) for k, v in {**values, **epoch.scores}.items()})
        names = list(rows[-1])
        lines = [",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]
        write_text(self.metrics, "\n".join(lines) + "\n")
        shown = " ".join(f"{name}={epoch.scores[name]:.3f}" for name in SHOWN if epoch.scores)
        self._write(f"epoch {epoch.number}: loss={epoch.train_loss:.4f} {shown}".rstrip())
        self.listener.epoch(epoch)

    def note(self, text: str) -> None:
        """Note it."""
        self._write(text)
        self.listener.note(text)

    def _write(self, text: str) -> None:
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"{now} {text}\n")


def read_metrics(path: Path) -> list[dict[str, str]]:
    """The rows of a ``metrics.csv``; none where there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
