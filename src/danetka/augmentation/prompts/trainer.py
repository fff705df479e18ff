"""The Trainer of an adapter, without the two traps that PEFT's soft prompts have in it.

PEFT saves what the prompt encoder puts out, and loads that as what goes into it: a run resumed from
such a checkpoint goes on with another prompt, and says nothing. So checkpoints hold the trained
parameters themselves (`_AdapterTrainer`). For the same reason ``load_best_model_at_end`` leaves a
wrong prompt in memory: the best epoch is saved when it ends, and loaded from its folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional
from transformers import (
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from danetka.augmentation.prompts.texts import IGNORED, Prompts
from danetka.errors import ModelError
from danetka.models.quiet import quiet
from danetka.training.checkpoints import has_stopped, last_whole, mark_whole

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel

    from danetka.augmentation.progress import Progress
    from danetka.augmentation.prompts.settings import TuneSettings

_STATE: Final = "trained.safetensors"


@dataclass(frozen=True, slots=True)
class EpochLoss:
    """Mean loss of a question's token, in nats.

    Attributes:
        epoch: From 1; 0 is the base without an adapter.
        train: Over the epoch's steps.
        dev: On the rows that are not trained on.
    """

    epoch: int
    train: float
    dev: float


class EpochWatch(Protocol):
    """Hears of epochs."""

    def resume(self, epoch: int) -> None:
        """Training goes on after this epoch."""

    def end(self, model: PeftModel, found: EpochLoss) -> bool:
        """An epoch has ended; whether training is to stop."""


def train_adapter(
    model: PeftModel,
    train: Prompts,
    dev: Prompts,
    settings: TuneSettings,
    checkpoints: Path,
    watch: EpochWatch,
    progress: Progress | None = None,
) -> None:
    """Train what can be trained of a model until dev gets no better.

    Args:
        model: With a fresh adapter.
        train: What is learnt.
        dev: What tells when to stop.
        settings: The optimiser.
        checkpoints: Their folder; a killed run goes on from there.
        watch: Hears of epochs and stops the training.
        progress: Told of the steps that are done, and of how many there are.

    Raises:
        ModelError: If the loss is no number.
    """
    last = last_whole(checkpoints)
    if last is not None and has_stopped(last):
        return
    trainer = _AdapterTrainer(
        model,
        dev,
        args=_arguments(settings, checkpoints),
        train_dataset=train,
        eval_dataset=dev,
        data_collator=train.collate,
        callbacks=[_Watched(watch, progress)],
    )
    trainer.remove_callback(PrinterCallback)
    if last is not None:
        watch.resume(round(_epoch_of(last)))
    with quiet():
        trainer.train(resume_from_checkpoint=str(last) if last else None)


def question_loss(model: PreTrainedModel | PeftModel, prompts: Prompts, size: int) -> float:
    """Mean loss of the questions' tokens, each token counting once, in nats."""
    was_training = model.training
    model.eval()
    order = np.argsort([len(row["input_ids"]) for row in prompts.rows], kind="stable")
    total, count = 0.0, 0
    with torch.inference_mode():
        for start in range(0, len(order), size):
            batch = prompts.collate([prompts[int(i)] for i in order[start : start + size]])
            labels = batch.pop("labels")[:, 1:].to(model.device)
            logits = model(**{k: v.to(model.device) for k, v in batch.items()}).logits
            text = logits[:, -labels.shape[1] - 1 : -1]  # virtual tokens stand before it
            known = labels != IGNORED
            total += float(
                functional.cross_entropy(text[known].float(), labels[known], reduction="sum")
            )
            count += int(known.sum())
    model.train(was_training)
    return total / max(1, count)


class _AdapterTrainer(Trainer):
    """Checkpoints hold the trained parameters; dev's loss counts every token alike."""

    def __init__(self, adapted: PeftModel, dev: Prompts, **kwargs: Any) -> None:
        super().__init__(model=adapted, **kwargs)
        self.adapted = adapted
        self.dev = dev

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """Dev's loss (`question_loss`)."""
        del args, kwargs
        loss = question_loss(self.adapted, self.dev, self.args.per_device_eval_batch_size)
        metrics = {"eval_loss": loss}
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        del state_dict
        folder = Path(output_dir or str(self.args.output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        save_file(trained_state(self.adapted), folder / _STATE)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        del model
        state = load_file(Path(resume_from_checkpoint) / _STATE)
        found = dict(self.adapted.named_parameters())
        with torch.no_grad():
            for name, value in state.items():
                found[name].copy_(value)


def trained_state(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The parameters that are trained, by name."""
    return {
        name: parameter.detach().contiguous().cpu()
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }


class _Watched(TrainerCallback):
    def __init__(self, watch: EpochWatch, progress: Progress | None) -> None:
        self.watch = watch
        self.progress = progress
        self.loss = float("nan")

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del args, control, kwargs
        if self.progress:
            self.progress(state.global_step, state.max_steps)

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del args, state, control
        self.loss = kwargs["logs"].get("loss", self.loss)

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del args
        dev = kwargs["metrics"]["eval_loss"]
        if not np.isfinite(dev):
            raise ModelError("training: the loss is no number any more: lower learning_rate")
        found = EpochLoss(round(state.epoch or 0), self.loss, dev)
        control.should_training_stop |= self.watch.end(kwargs["model"], found)

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del kwargs
        saved = Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"
        ends = control.should_training_stop or state.global_step >= state.max_steps
        mark_whole(saved, stopped=ends)


def _arguments(settings: TuneSettings, folder: Path) -> TrainingArguments:
    accelerated = torch.accelerator.is_available()
    return TrainingArguments(
        output_dir=str(folder),
        seed=settings.seed,
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch,
        per_device_eval_batch_size=settings.batch,
        learning_rate=settings.rate,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        optim="adamw_torch",
        bf16=accelerated and torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        eval_strategy="epoch",
        logging_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        remove_unused_columns=False,
        train_sampling_strategy="group_by_length",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=accelerated,
        use_cpu=not accelerated,
    )


def _epoch_of(checkpoint: Path) -> float:
    state = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))
    return float(state.epoch or 0)
