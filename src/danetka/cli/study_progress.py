"""One live view of an experiment: all runs together, and each that is under way."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.markup import escape
from rich.progress import Progress, TaskID

from danetka.cli.console import EPOCH_HEADER, epoch_line, err, new_progress
from danetka.training.listener import Epoch


class StudyProgress:
    """A bar for all runs, one for each run that is under way, and a line for each epoch above.

    Where nobody looks (standard error is no terminal) only the lines are written.
    """

    def __init__(self) -> None:
        self._progress = new_progress()
        self._runs = self._progress.add_task("runs", total=None, visible=False)
        self._making = self._progress.add_task("making", total=None, visible=False)
        self._headed = False

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

    def generate(self, arm: str, what: str, total: int) -> Callable[[int], None]:
        """Questions are made; stages share a bar, and one may go on after another has begun."""
        self._progress.reset(
            self._making, total=total, visible=True, description=f"{escape(arm)}: {what}"
        )
        return lambda done: self._progress.update(self._making, completed=done)

    def begin(self, arms: str, seed: int, number: int, total: int) -> RunBar:
        """A run begins; those before it that are not told of are finished already."""
        self._progress.update(self._making, visible=False)
        if not self._headed:
            err.print(f"[dim]{EPOCH_HEADER}[/]")
            self._headed = True
        err.print(f"[bold]{escape(arms)}[/], seed {seed} [dim](run {number} of {total})[/]")
        self._progress.update(self._runs, total=total, visible=True)
        if not self._progress.tasks[self._runs].completed:
            self._progress.update(self._runs, completed=number - 1)
        return RunBar(self._progress, self._runs, f"{arms}, seed {seed}")


class RunBar:
    """A run's own bar, which goes when the run is finished."""

    def __init__(self, progress: Progress, runs: TaskID, name: str) -> None:
        self._progress, self._runs, self._name = progress, runs, name
        self._task = progress.add_task(f"  {escape(name)}", total=None)

    def start(self, steps: int, done: int) -> None:
        """Training starts."""
        self._progress.update(self._task, total=steps, completed=done)

    def step(self, done: int) -> None:
        """So many steps are done."""
        self._progress.update(self._task, completed=done)

    def epoch(self, epoch: Epoch) -> None:
        """A line of the epoch's scores."""
        name = f"  [dim]{escape(self._name)}[/]"
        err.print(epoch_line(epoch) + name, highlight=False, soft_wrap=True)

    def note(self, text: str) -> None:
        """Something worth knowing."""
        err.print(f"[dim]{escape(text)}[/]", soft_wrap=True)

    def answer(self, rows: int) -> Callable[[int], None]:
        """What is reported is answered."""
        self._progress.reset(
            self._task, total=rows, description=f"  {escape(self._name)}: answering"
        )
        return lambda done: self._progress.advance(self._task, done)

    def end(self) -> None:
        """The run is finished."""
        self._progress.remove_task(self._task)
        self._progress.advance(self._runs)
