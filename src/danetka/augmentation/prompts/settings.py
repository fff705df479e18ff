"""What p-tuning, and the writing with what it gave, are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field

from danetka.settings import Settings

Method = Literal["p-tuning", "prompt-tuning", "prefix-tuning", "lora"]
METHODS: Final[tuple[Method, ...]] = ("p-tuning", "prompt-tuning", "prefix-tuning", "lora")
CUE: Final = "\nВопрос: "
"""What stands between the passage and its question."""


class TuneSettings(Settings):
    """How a prompt is trained.

    Attributes:
        base: The causal language model, frozen: an alias, a path or a hub id.
        method: ``p-tuning``: virtual tokens that a small network makes (Liu et al. 2021, arXiv
            2103.10385). ``prompt-tuning``: virtual tokens as they are. ``prefix-tuning``: keys and
            values before every layer. ``lora``: low-rank changes of the attention's weights.
        virtual_tokens: How many; not of LoRA.
        encoder: p-tuning's network: ``MLP`` or ``LSTM``.
        encoder_hidden: Its width.
        rank: Of LoRA.
        cue: What stands between passage and question.
        longest: Tokens of a text, virtual ones included; of a passage too long the end is cut.
            None for as many as the model has positions, at most 512.
        epochs: At most.
        patience: Training ends when dev has not got better for so many epochs.
        batch: Texts of a step.
        learning_rate: The highest; it falls to zero with the last epoch. None for what suits the
            method: 1e-3, LoRA 5e-4, prompt and prefix tuning 1e-2.
        warmup: The share of all steps over which it rises.
        weight_decay: Of AdamW.
        dev: The share of rows, cut by group, that decides when to stop.
        seed: Of the adapter's start and the order of the rows.
    """

    base: str = "mini-gpt"
    method: Method = "p-tuning"
    virtual_tokens: int = Field(default=20, ge=1)
    encoder: Literal["MLP", "LSTM"] = "MLP"
    encoder_hidden: int = Field(default=256, ge=8)
    rank: int = Field(default=8, ge=1)
    cue: str = Field(default=CUE, min_length=1)
    longest: int | None = Field(default=None, ge=32)
    epochs: int = Field(default=10, ge=1)
    patience: int = Field(default=2, ge=1)
    batch: int = Field(default=8, ge=1)
    learning_rate: float | None = Field(default=None, gt=0)
    warmup: float = Field(default=0.05, ge=0, lt=1)
    weight_decay: float = Field(default=0.0, ge=0)
    dev: float = Field(default=0.1, gt=0, lt=0.5)
    seed: int = 0

    @property
    def rate(self) -> float:
        """The learning rate, given or the method's."""
        return self.learning_rate or _RATES[self.method]


_RATES: Final[Mapping[Method, float]] = {
    "p-tuning": 1e-3,
    "prompt-tuning": 1e-2,
    "prefix-tuning": 1e-2,
    "lora": 5e-4,
}


class WriteSettings(Settings):
    """How questions are written.

    Attributes:
        candidates: Questions about each passage.
        temperature: Of the sampling; 0 for the likeliest token each time (one candidate).
        top_k: It is drawn from so many of the likeliest tokens; 0 for all.
        top_p: And of these from the likeliest that together have this probability.
        repetition_penalty: Above 1, tokens that stand there already are less likely.
        longest: Tokens of a question; one that has not ended by then is thrown away.
        batch: Questions that are written together.
        seed: The same passages and seed give the same questions.
    """

    candidates: int = Field(default=4, ge=1)
    temperature: float = Field(default=0.8, ge=0)
    top_p: float = Field(default=0.95, gt=0, le=1)
    top_k: int = Field(default=50, ge=0)
    repetition_penalty: float = Field(default=1.0, ge=1)
    longest: int = Field(default=32, ge=4)
    batch: int = Field(default=64, ge=1)
    seed: int = 0


class ConfirmSettings(Settings):
    """How an answer is confirmed: a classifier that has not seen the passage must agree.

    Attributes:
        folds: How many classifiers, each trained without one part of the passages.
        margin: The probability of the wanted answer must be above one half by so much.
        train: Settings of their training, as for `danetka train`.
    """

    folds: int = Field(default=2, ge=2)
    margin: float = Field(default=0.1, ge=0, lt=0.5)
    train: dict[str, Any] = Field(
        default_factory=lambda: {
            "select": "last",
            "class_weights": "balanced",
            "max_length": 256,
            "training": {
                "learning_rate": 3e-4,
                "warmup_steps": 0.1,
                "num_train_epochs": 3,
                "per_device_train_batch_size": 16,
                "train_sampling_strategy": "group_by_length",
            },
        }
    )


class PromptedSettings(Settings):
    """A prompted generator, from training to choosing.

    Attributes:
        tune: The training of the prompts.
        write: The writing.
        confirm: The confirmation of answers; None for none.
    """

    tune: TuneSettings = TuneSettings()
    write: WriteSettings = WriteSettings()
    confirm: ConfirmSettings | None = ConfirmSettings()
