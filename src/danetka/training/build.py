"""Settings and tokenised rows → the Trainer that will run them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from transformers import (
    DataCollatorWithPadding,
    EarlyStoppingCallback,
    EvalPrediction,
    PrinterCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from danetka.evaluation.ranking import roc_auc
from danetka.evaluation.scores import Confusion
from danetka.models.classifier import yes_index
from danetka.schema import YES
from danetka.training.balance import balanced_weights, resample
from danetka.training.checkpoints import mark_whole
from danetka.training.listener import SHOWN, Epoch, Listener
from danetka.training.settings import TrainSettings, training_arguments
from danetka.training.trainer import PairTrainer

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from danetka.models.pairs import EncodedPairs

_ROUNDING: Final = 1e-6
"""The Trainer counts epochs in steps: the end of the third may be 2.9999999 or 3.0000001."""


def build_trainer(
    settings: TrainSettings,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    train: EncodedPairs,
    dev: EncodedPairs | None,
    folder: Path,
    listener: Listener,
) -> PairTrainer:
    """The Trainer of a run.

    Args:
        settings: The run.
        model: The model to train, in place.
        tokenizer: Its tokenizer; batches are padded to their own longest pair.
        train: Labelled pairs, before any resampling.
        dev: Labelled pairs to score after each epoch, or None.
        folder: Where checkpoints go.
        listener: Hears of the progress.

    Raises:
        SettingsError: If the ``training`` block is not right.
        DanetkaError: If classes are to be balanced and one is missing.
    """
    arguments = training_arguments(settings, folder, evaluates=dev is not None)
    labels = train.labels
    if labels is None:
        raise ValueError("training rows need labels")
    if settings.sampling:
        chosen = resample(labels, settings.sampling, settings.seed)
        train, labels = train.select(chosen), labels[chosen]
    weights = settings.class_weights
    if weights == "balanced":
        weights = balanced_weights(labels)
    callbacks: list[TrainerCallback] = [_Progress(listener)]
    if settings.early_stopping and dev is not None:
        callbacks.append(EarlyStoppingCallback(early_stopping_patience=settings.early_stopping))
    trainer = PairTrainer(
        class_weights=weights,
        layer_decay=settings.layer_decay,
        yes=yes_index(model),
        model=model,
        args=arguments,
        train_dataset=train,
        eval_dataset=dev,
        processing_class=tokenizer,
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=_Metrics(yes_index(model)),
        callbacks=callbacks,
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


class _Metrics:
    """The scores of an epoch from the logits that the Trainer gathered."""

    def __init__(self, yes: int) -> None:
        self.yes = yes

    def __call__(self, prediction: EvalPrediction) -> dict[str, float]:
        logits = torch.as_tensor(prediction.predictions).double()
        probabilities = logits.softmax(dim=-1)[:, self.yes].numpy()
        labels = np.asarray(prediction.label_ids, dtype=np.int64)
        scores = Confusion.of(labels, probabilities >= 0.5).scores()  # noqa: PLR2004 - the plain decision
        positive = (labels == YES).astype(np.float64)
        area = roc_auc(positive, probabilities, np.ones((1, len(labels))))
        return {**scores, "roc_auc": float(area[0])}


class _Progress(TrainerCallback):
    """Tells the listener, and marks whole checkpoints."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.loss = float("nan")

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del args, control, kwargs
        self.listener.start(state.max_steps, state.global_step)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del args, control, kwargs
        self.listener.step(state.global_step)

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del control
        logs: dict[str, float] = kwargs["logs"]
        if "loss" in logs:
            self.loss = logs["loss"]
            if args.eval_strategy == "no":
                self._epoch_end(state, {})

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del args, control
        metrics: dict[str, float] = kwargs["metrics"]
        names = ("loss", *SHOWN, "roc_auc")
        self._epoch_end(state, {name: metrics[f"eval_{name}"] for name in names})

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        del kwargs
        if state.is_world_process_zero:
            saved = Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"
            mark_whole(saved, stopped=control.should_training_stop)

    def _epoch_end(self, state: TrainerState, scores: dict[str, float]) -> None:
        if state.is_world_process_zero:
            number = math.ceil((state.epoch or 0) - _ROUNDING)
            self.listener.epoch(Epoch(number, state.global_step, self.loss, scores))
