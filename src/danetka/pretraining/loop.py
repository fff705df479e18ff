"""The Trainer of pre-training: a budget, checkpoints that resume, a row of the curve now and then.

The folder::

    checkpoints/   the Trainer's own, with the optimiser's state; the last two
    curve.csv      step, tokens, seconds, loss, learning rate, tokens a second
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import torch
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import Dataset
from transformers import (
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    default_data_collator,
    set_seed,
)

from danetka.files import write_json, write_text
from danetka.models.quiet import quiet
from danetka.pretraining.processes import processes
from danetka.training.checkpoints import has_stopped, last_whole, mark_whole

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from danetka.pretraining.settings import LoopSettings

COLUMNS: Final = ("step", "tokens", "seconds", "loss", "learning_rate", "tokens_a_second")
_CLOCK: Final = "clock.json"


class Watcher(Protocol):
    """Hears how far a loop has come."""

    def restart(self, what: str, total: int, done: int = 0) -> None:
        """So many steps will be taken; so many are done."""

    def reach(self, done: int) -> None:
        """So many steps are done."""


class Clock:
    """How much of the budget is spent, over all resumptions.

    Args:
        steps: The budget in optimiser steps.
        minutes: The budget in minutes, or None.
        warmup: The share over which the learning rate rises.
    """

    def __init__(self, steps: int, minutes: float | None, warmup: float) -> None:
        self.steps = steps
        self.seconds = None if minutes is None else 60 * minutes
        self.warmup = warmup
        self._before = 0.0
        self._start = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds of training so far."""
        return self._before + time.monotonic() - self._start

    def resume(self, elapsed: float) -> None:
        """Go on after so many seconds."""
        self._before, self._start = elapsed, time.monotonic()

    def spent(self, step: int) -> float:
        """The share of the budget that is gone, 0 to 1."""
        of_time = self.elapsed / self.seconds if self.seconds else 0.0
        return min(1.0, max(step / self.steps, of_time))

    def rate(self, step: int) -> float:
        """The learning rate's share of its highest: a rise, then a fall to zero, both straight."""
        spent = self.spent(step)
        if self.warmup and spent < self.warmup:
            return max(spent, 1 / self.steps) / self.warmup
        return max(0.0, (1 - spent) / (1 - self.warmup))


@dataclass(frozen=True)
class Reading:
    """What a model reads.

    Attributes:
        items: In this order; at least as many as the steps need.
        steps: Optimiser steps of the budget.
        tokens: Tokens of a step, padding included, on one process.
        collate: Puts items together.
    """

    items: Dataset[dict[str, Any]]
    steps: int
    tokens: float
    collate: Callable[[list[Any]], dict[str, Any]] = default_data_collator


def train_on_text(
    model: PreTrainedModel,
    sequences: Dataset[dict[str, torch.Tensor]],
    settings: LoopSettings,
    folder: Path,
    watcher: Watcher | None = None,
) -> Path:
    """Train a language model on sequences of one length; see `train_until`."""
    tokens = settings.length * settings.batch * settings.accumulate
    reading = Reading(sequences, settings.steps(processes().num_processes), tokens)
    return train_until(model, reading, settings, folder, watcher)


def train_until(
    model: PreTrainedModel,
    reading: Reading,
    settings: LoopSettings,
    folder: Path,
    watcher: Watcher | None = None,
) -> Path:
    """Train a model until the budget is spent; go on where a killed run stopped.

    Args:
        model: Takes what `reading` gives.
        reading: What it reads.
        settings: The optimiser, and the budget in minutes if there is one.
        folder: The run's.
        watcher: Hears of the progress.

    Returns:
        The last checkpoint, to load the trained model from.
    """
    checkpoints = folder / "checkpoints"
    clock = Clock(reading.steps, settings.minutes, settings.warmup)
    curve = _Curve(folder / "curve.csv", clock, reading.tokens, watcher)
    last = last_whole(checkpoints)
    if last is not None and has_stopped(last):
        return last
    if last is not None:
        clock.resume(json.loads((last / _CLOCK).read_text(encoding="utf-8"))["seconds"])
        curve.keep(int(last.name.rpartition("-")[2]))
    set_seed(settings.seed)
    trainer = _BudgetTrainer(
        clock,
        model=model,
        args=_arguments(settings, clock.steps, checkpoints),
        train_dataset=reading.items,
        data_collator=reading.collate,
        callbacks=[curve],
    )
    trainer.remove_callback(PrinterCallback)
    with quiet():
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    processes().wait_for_everyone()  # the first process marks what is whole
    done = last_whole(checkpoints)
    if done is None:
        raise RuntimeError(f"{checkpoints}: a training that ended left no checkpoint")
    return done


def _arguments(settings: LoopSettings, steps: int, folder: Path) -> TrainingArguments:
    accelerated = torch.accelerator.is_available()
    return TrainingArguments(
        output_dir=str(folder),
        seed=settings.seed,
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        optim="adamw_torch_fused",
        adam_beta2=0.98,
        bf16=settings.precision == "bf16" or (settings.precision == "auto" and has_bf16()),
        train_sampling_strategy="sequential",  # the order is drawn already
        logging_strategy="steps",
        logging_steps=settings.log_every,
        save_strategy="steps",
        save_steps=settings.save_every,
        save_total_limit=2,
        remove_unused_columns=False,
        ddp_find_unused_parameters=False,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=accelerated,
        use_cpu=not accelerated,
    )


def has_bf16() -> bool:
    """Whether the accelerator or, without one, the processor computes in bf16."""
    if torch.accelerator.is_available():
        return not torch.cuda.is_available() or torch.cuda.is_bf16_supported()
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text(encoding="utf-8") if cpuinfo.exists() else ""
    return "avx512_bf16" in flags or "amx_bf16" in flags


class _BudgetTrainer(Trainer):
    """`Trainer` whose learning rate follows the clock."""

    def __init__(self, clock: Clock, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.clock = clock

    def create_scheduler(
        self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None
    ) -> LambdaLR:
        """Warm-up and decay over what is left of the budget."""
        del num_training_steps
        chosen = optimizer or self.optimizer
        if chosen is None:
            raise RuntimeError("the optimiser comes before the scheduler")
        if self.lr_scheduler is None:
            self.lr_scheduler = LambdaLR(chosen, self.clock.rate)
        return self.lr_scheduler


class _Curve(TrainerCallback):
    """Writes the curve, ends the training with the budget, marks whole checkpoints."""

    def __init__(self, path: Path, clock: Clock, tokens: float, watcher: Watcher | None) -> None:
        self.path = path
        self.clock = clock
        self.tokens = tokens
        self.watcher = watcher
        self._seen = (0, 0.0)

    def keep(self, step: int) -> None:
        """Drop the rows after a step: they are made again."""
        rows = list(csv.reader(self.path.read_text(encoding="utf-8").splitlines()))
        kept = [row for row in rows[1:] if int(row[0]) <= step]
        lines = [",".join(row) for row in (COLUMNS, *kept)]
        write_text(self.path, "\n".join(lines) + "\n")

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del args, control, kwargs
        self._seen = (state.global_step, self.clock.elapsed)
        if self.watcher:
            self.watcher.restart("training", state.max_steps, state.global_step)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del args, kwargs
        if self.watcher:
            self.watcher.reach(round(self.clock.spent(state.global_step) * state.max_steps))
        if self.clock.spent(state.global_step) >= 1:
            control.should_training_stop = control.should_save = control.should_log = True

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del control
        logs: dict[str, float] = kwargs["logs"]
        if "loss" not in logs or not state.is_world_process_zero:
            return
        step, seconds = state.global_step, self.clock.elapsed
        a_step = self.tokens * args.world_size
        since, before = self._seen
        speed = (step - since) * a_step / max(seconds - before, 1e-9)
        self._seen = (step, seconds)
        values = (step, round(step * a_step), f"{seconds:.1f}", f"{logs['loss']:.6f}",
                  f"{logs['learning_rate']:.3e}", f"{speed:.0f}")  # fmt: skip
        new = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if new:
                writer.writerow(COLUMNS)
            writer.writerow(values)

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del kwargs
        if state.is_world_process_zero:
            saved = Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"
            write_json(saved / _CLOCK, {"seconds": self.clock.elapsed})
            ends = control.should_training_stop or state.global_step >= state.max_steps
            mark_whole(saved, stopped=ends)
