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
_HEADER: Final = "epoch    loss    acc  bal.acc   AUC    «да» P / R / F1      «нет» P / R / F1"


def show(table: Table) -> None:
    """Print a table whole: on a terminal that is too narrow its lines run over, nothing is cut."""
    rich = table.rich()
    needed = Measurement.get(out, out.options.update(width=_WIDEST), rich)
    width = max(out.width, needed.minimum) if out.is_terminal else needed.maximum
    Console(file=out.file, width=width, force_terminal=out.is_terminal).print(rich)


class TrainingProgress:
    """A bar that fills by optimiser steps, and a line for each epoch above it."""

    def __init__(self) -> None:
        self._progress = _bar()
        self._task = self._progress.add_task("", total=None, visible=False)

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

    def begin(self, arms: str, seed: int, number: int, total: int) -> None:
        """A run of an experiment."""
        err.print(f"\n[bold]{escape(arms)}[/], seed {seed} [dim](run {number} of {total})[/]")

    def answer(self, split: str, rows: int) -> Callable[[int], None]:
        """A split is answered."""
        self._progress.reset(self._task, total=rows, visible=True, description=f"answering {split}")
        return lambda n: self._progress.advance(self._task, n)

    def start(self, steps: int, done: int) -> None:
        """A run starts."""
        self._progress.reset(
            self._task, total=steps, completed=done, visible=True, description="training"
        )
        err.print(f"[dim]{_HEADER}[/]")

    def step(self, done: int) -> None:
        """So many steps are done."""
        self._progress.update(self._task, completed=done)

    def epoch(self, epoch: Epoch) -> None:
        """A line of the epoch's scores."""
        s = epoch.scores
        line = f"{epoch.number:>5}  {epoch.train_loss:6.4f}"
        if s:
            yes, no = (
                " / ".join(f"{s[f'{answer}_{what}']:.3f}" for what in ("precision", "recall", "f1"))
                for answer in ("yes", "no")
            )
            line += f"  {s['accuracy']:.3f}    {s['balanced_accuracy']:.3f}  {s['roc_auc']:.3f}"
            line += f"  {yes}  {no}"
        err.print(line, highlight=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """Something worth knowing."""
        err.print(f"[dim]{escape(text)}[/]", soft_wrap=True)


class RowProgress:
    """A bar that fills by rows, for a total known beforehand."""

    def __init__(self, total: int, what: str) -> None:
        self._progress = _bar()
        self._task = self._progress.add_task(what, total=total)

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

    def advance(self, rows: int) -> None:
        """So many more rows are done."""
        self._progress.advance(self._task, rows)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )
