"""What a training run is told, and how ``training:`` goes through to `TrainingArguments`."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_type_hints

from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from danetka.errors import SettingsError
from danetka.models.catalog import DEFAULT_MODEL
from danetka.settings import Settings, unknown_key

if TYPE_CHECKING:
    from transformers import TrainingArguments

STUDY: Final[dict[str, JsonValue]] = {
    "optim": "adamw_torch",
    "learning_rate": 1e-5,
    "lr_scheduler_type": "linear",
    "warmup_steps": 100,
    "num_train_epochs": 5,
    "per_device_train_batch_size": 8,
    "per_device_eval_batch_size": 8,
}
"""The study's settings; whatever a ``training:`` block does not say is taken from here."""

_OURS: Final = {
    "output_dir": "--output",
    "seed": "seeds",
    "data_seed": "seeds",
    "label_names": "nothing: it is always the label",
    "metric_for_best_model": "select_by",
    "greater_is_better": "select_by",
    "load_best_model_at_end": "select",
    "eval_strategy": "nothing: each epoch is evaluated",
    "save_strategy": "nothing: each epoch is saved",
    "logging_strategy": "nothing: each epoch is logged",
    "report_to": "nothing: metrics.csv holds every epoch",
    "disable_tqdm": "nothing: danetka shows its own progress",
    "remove_unused_columns": "nothing: it is always on",
    "restore_callback_states_from_checkpoint": "nothing: it is always on",
    "resume_from_checkpoint": "nothing: a killed run resumes by itself",
    "prediction_loss_only": "nothing: each epoch is scored",
    "batch_eval_metrics": "nothing: each epoch is scored whole",
    "save_only_model": "nothing: a run that is killed could not resume",
}
_OLD_NAMES: Final = {
    "evaluation_strategy": "eval_strategy",
    "warmup_ratio": "warmup_steps (below 1 it is a share)",
    "group_by_length": "train_sampling_strategy: group_by_length",
    "no_cuda": "use_cpu",
    "logging_dir": "nothing: metrics.csv holds every epoch",
    "overwrite_output_dir": "--output",
}


class RunSettings(Settings):
    """What a single run and an experiment of many share.

    Attributes:
        base_model: Alias, path or hub id of the checkpoint to start from.
        max_length: The most tokens of a pair; more of a passage is cut.
        class_weights: ``balanced``, or the weights of «нет» and «да»; None for none.
        sampling: ``over`` repeats rows of the rare answer, ``under`` drops rows of the common one,
            both to equal classes.
        layer_decay: The learning rate of each layer is this times that of the layer above.
        early_stopping: Stop after so many epochs without a better dev score.
        select: Whether ``best`` by the dev score or the ``last`` epoch is the run's model.
        select_by: The dev score that decides.
        training: Passed through to `transformers.TrainingArguments`.
    """

    base_model: str = DEFAULT_MODEL
    max_length: int = Field(default=512, ge=16)
    class_weights: Literal["balanced"] | tuple[float, float] | None = None
    sampling: Literal["over", "under"] | None = None
    layer_decay: float | None = Field(default=None, gt=0, le=1)
    early_stopping: int | None = Field(default=None, ge=1)
    select: Literal["best", "last"] = "best"
    select_by: Literal["balanced_accuracy", "accuracy", "no_f1", "roc_auc", "loss"] = (
        "balanced_accuracy"
    )
    training: dict[str, JsonValue] = Field(default_factory=dict)


class TrainSettings(RunSettings):
    """One training run, without its data.

    Attributes:
        seed: Seeds the order of rows, dropout, and the head where the base model has none (that of
            `navec-mini` is the same for every seed, and so are its random layers).
    """

    seed: int = 0

    @property
    def resolved(self) -> dict[str, JsonValue]:
        """The ``training`` block with the study's settings where it is silent."""
        return {**STUDY, **self.training}

    def fingerprint(self, *others: str) -> str:
        """A key in twelve hexadecimal digits: the settings, and hashes of what they act on."""
        whole = {**self.model_dump(mode="json"), "training": self.resolved}
        text = json.dumps([whole, *others], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def training_arguments(
    settings: TrainSettings, folder: Path, *, evaluates: bool
) -> TrainingArguments:
    """The Trainer's arguments for a run.

    Args:
        settings: The run.
        folder: Where its checkpoints go.
        evaluates: Whether there is a dev split to score after each epoch.

    Raises:
        SettingsError: If ``training`` holds an unknown key, one that is ours, or a bad value.
    """
    import torch
    from transformers import TrainingArguments

    known = {field.name for field in dataclasses.fields(TrainingArguments)}
    types = get_type_hints(TrainingArguments)
    chosen = settings.resolved
    for key, value in settings.training.items():
        _refuse(key, known)
        chosen[key] = _number(key, value, types[key])
    own: dict[str, Any] = {
        "output_dir": str(folder),
        "seed": settings.seed,
        "eval_strategy": "epoch" if evaluates else "no",
        "save_strategy": "epoch",
        "logging_strategy": "epoch",
        "report_to": "none",
        "disable_tqdm": True,
        "restore_callback_states_from_checkpoint": True,  # early stopping's patience
        "metric_for_best_model": settings.select_by if evaluates else None,
        "greater_is_better": settings.select_by != "loss" if evaluates else None,
    }
    accelerated = torch.accelerator.is_available()
    defaults = {
        "save_total_limit": 2,
        "dataloader_pin_memory": accelerated,
        "use_cpu": not accelerated,  # or bf16 is refused on a CPU
    }
    try:
        return TrainingArguments(**{**defaults, **chosen, **own})
    except (TypeError, ValueError, ImportError, OSError) as error:
        raise SettingsError(f"training: {str(error).splitlines()[0]}") from error


def _refuse(key: str, known: set[str]) -> None:
    if key in _OURS:
        raise SettingsError(f"training.{key}: is set by danetka: use {_OURS[key]} instead")
    if key in _OLD_NAMES:
        raise SettingsError(f"training.{key}: is gone from transformers 5: use {_OLD_NAMES[key]}")
    if key not in known:
        raise SettingsError(unknown_key(f"training.{key}", key, known))


def _number(key: str, value: JsonValue, expected: Any) -> Any:
    """TrainingArguments takes any value for a number and fails much later: convert it here."""
    if not set(get_args(expected) or (expected,)) <= {bool, int, float, NoneType}:
        return value
    if key.endswith("_batch_size") and value in (0, "0"):
        raise SettingsError(f"training.{key}: must be at least 1")
    try:
        return TypeAdapter(expected).validate_python(value)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise SettingsError(f"training.{key}: {reason} (given: {value!r})") from None
