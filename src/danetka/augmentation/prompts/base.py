"""The language model that stays as it is: loading it, and the adapter that is put on it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from danetka.errors import ModelError, SettingsError
from danetka.extras import require
from danetka.models.catalog import load_causal, load_tokenizer

if TYPE_CHECKING:
    from peft import PeftConfig, PeftModel
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from danetka.augmentation.prompts.settings import TuneSettings

EXTRA: Final = "prompts"
_MOST: Final = 512
_LEAST_PASSAGE: Final = 16
"""Tokens of a passage that must fit beside the virtual ones and a question."""


def load_base(name: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """A frozen causal language model and its tokenizer.

    Args:
        name: An alias, a path or a hub id.

    Raises:
        ModelError: If it is not there, is no causal language model, or its tokenizer is not whole.
    """
    model, tokenizer = load_causal(name), load_tokenizer(name)
    if tokenizer.eos_token_id is None:
        raise ModelError(f"{name}: its tokenizer has no end-of-text token: set eos_token")
    known = int(model.config.vocab_size)
    if len(tokenizer) > known:
        raise ModelError(
            f"{name}: its tokenizer has {len(tokenizer)} tokens and the model {known}: they do not "
            "belong together"
        )
    model.requires_grad_(False)
    return model.eval(), tokenizer


def room_for(model: PreTrainedModel, settings: TuneSettings, question: int) -> int:
    """Tokens that passage, cue and question may have together.

    Args:
        model: The base; its positions count, virtual tokens stand among them.
        settings: How many virtual tokens there are, and the longest text.
        question: Tokens that a question may take.

    Raises:
        SettingsError: If hardly a passage would fit.
    """
    positions = int(getattr(model.config, "max_position_embeddings", _MOST))
    longest = settings.longest or min(positions, _MOST)
    virtual = 0 if settings.method == "lora" else settings.virtual_tokens
    if longest > positions:
        raise SettingsError(
            f"longest {longest}: {settings.base} has {positions} positions: lower it"
        )
    if longest - virtual - question < _LEAST_PASSAGE:
        raise SettingsError(
            f"{settings.base}: {virtual} virtual tokens and a question of {question} leave no room "
            f"for a passage in {longest} tokens: lower virtual_tokens, or raise longest"
        )
    return longest - virtual


def adapt(model: PreTrainedModel, settings: TuneSettings) -> PeftModel:
    """A fresh adapter on a base, ready for training; nothing else can be trained."""
    peft = require("peft", EXTRA, "p-tuning")
    with warnings.catch_warnings():
        # Of PEFT: of what it and transformers have between them, and that LoRA fits GPT-2's layers
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", UserWarning)
        adapted: PeftModel = peft.get_peft_model(model, _config(peft, settings))
    # PEFT writes the path of the base into every adapter: this machine's, for a bundled one.
    for config in adapted.peft_config.values():
        config.base_model_name_or_path = settings.base
    return adapted


def _config(peft: Any, settings: TuneSettings) -> PeftConfig:
    shared = {"task_type": "CAUSAL_LM"}
    if settings.method == "lora":
        rank = settings.rank
        return peft.LoraConfig(**shared, r=rank, lora_alpha=2 * rank)  # type: ignore[no-any-return]
    shared |= {"num_virtual_tokens": settings.virtual_tokens}  # type: ignore[dict-item]
    if settings.method == "p-tuning":
        return peft.PromptEncoderConfig(  # type: ignore[no-any-return]
            **shared,
            encoder_reparameterization_type=settings.encoder,
            encoder_hidden_size=settings.encoder_hidden,
        )
    if settings.method == "prefix-tuning":
        return peft.PrefixTuningConfig(**shared)  # type: ignore[no-any-return]
    return peft.PromptTuningConfig(**shared)  # type: ignore[no-any-return]


def load_adapted(folder: Path, base: str) -> tuple[PeftModel, PreTrainedTokenizerBase]:
    """A base with a saved adapter, for writing.

    Raises:
        ModelError: If either is not what it should be, or they do not fit.
    """
    peft = require("peft", EXTRA, "p-tuning")
    model, tokenizer = load_base(base)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            adapted: PeftModel = peft.PeftModel.from_pretrained(model, folder)
    except Exception as error:  # a wrong file raises whatever its reader raises
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(f"{folder}: not an adapter of {base} ({reason})") from error
    return adapted.eval(), tokenizer
