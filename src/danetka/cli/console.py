"""The terminal: results go to standard output, progress and notes to standard error."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from danetka.report.table import Table
from danetka.training.listener import Epoch

out = Console()
err = Console(stderr=True)

_WIDEST: Final = 400
EPOCH_HEADER: Final = "epoch    loss    acc  bal.acc   AUC    «да» P / R / F1      «нет» P / R / F1"


def show(table: Table) -> None:
    """Print a table whole: on a terminal that is too narrow its lines run over, nothing is cut."""
    rich = table.rich()
    needed = Measurement.get(out, out.options.update(width=_WIDEST), rich)
    width = max(out.width, needed.minimum) if out.is_terminal else needed.maximum
    Console(file=out.file, width=width, force_terminal=out.is_terminal).print(rich)


def new_progress() -> Progress:
    """Bars on standard error that are gone when they end; none where nobody looks."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,  # where nobody looks, its end would print an empty line
    )


class Bar:
    """A progress bar on standard error, there while the block runs and gone after it."""

    def __init__(self, what: str = "", total: int | None = None) -> None:
        self._progress = new_progress()
        self._task = self._progress.add_task(what, total=total, visible=total is not None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def restart(self, what: str, total: int, done: int = 0) -> None:
        """Begin anew with another task."""
        self._progress.reset(
            self._task, total=total, completed=done, visible=True, description=what
        )

    def advance(self, n: int) -> None:
        """So much more is done."""
        self._progress.advance(self._task, n)

    def stage(self, what: str, total: int) -> Callable[[int], None]:
        """Begin anew with another task; what is returned is told how much of it is done."""
        self.restart(what, total)
        return self.reach

    def of(self, done: int, total: int) -> None:
        """So much is done, of so much."""
        self._progress.update(self._task, completed=done, total=total)

    def reach(self, done: int) -> None:
        """So much is done in all."""
        self._progress.update(self._task, completed=done)


class TrainingProgress(Bar):
    """A bar that fills by optimiser steps, and a line for each epoch above it."""

    def start(self, steps: int, done: int) -> None:
        """A run starts."""
        self.restart("training", steps, done)
        err.print(f"[dim]{EPOCH_HEADER}[/]")

    def step(self, done: int) -> None:
        """So many steps are done."""
        self.reach(done)

    def epoch(self, epoch: Epoch) -> None:
        """A line of the epoch's scores."""
        err.print(epoch_line(epoch), highlight=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """Something worth knowing."""
        err.print(f"[dim]{escape(text)}[/]", soft_wrap=True)


def epoch_line(epoch: Epoch) -> str:
    """An epoch's scores under `EPOCHEPOCH_HEADER`."""
    s = epoch.scores
    line = f"{epoch.number:>5}  {epoch.train_loss:6.4f}"
    if s:
        yes, no = (
            " / ".join(f"{s[f'{answer}_{what}']:.3f}" for what in ("precision", "recall", "f1"))
            for answer in ("yes", "no")
        )
        line += f"  {s['accuracy']:.3f}    {s['balanced_accuracy']:.3f}  {s['roc_auc']:.3f}"
        line += f"  {yes}  {no}"
    return line
