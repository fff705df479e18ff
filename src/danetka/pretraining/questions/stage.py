"""The third stage: a masked language model learns to answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import BertForSequenceClassification, set_seed

from danetka.models.catalog import load_tokenizer
from danetka.models.classifier import pair_probabilities
from danetka.models.pairs import encode_pairs
from danetka.models.quiet import quiet
from danetka.pretraining.loop import Reading, Watcher, train_until
from danetka.pretraining.processes import processes
from danetka.pretraining.questions.answering import AnsweringEncoder
from danetka.pretraining.questions.packed import PackedPairs
from danetka.pretraining.questions.task import Task, reading_order
from danetka.schema import LABEL_NAMES, YES

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from danetka.pretraining.settings import QuestionSettings


def learn_to_answer(
    base: Path, task: Task, settings: QuestionSettings, folder: Path, watcher: Watcher | None = None
) -> tuple[PreTrainedModel, dict[str, Any]]:
    """Train a checkpoint on the task until the budget is spent; go on where a run was killed.

    Args:
        base: The checkpoint of the masked language model.
        task: The rows.
        settings: The budget and the optimiser.
        folder: Gets checkpoints and the curve.
        watcher: Hears of the progress.

    Returns:
        The model, in single precision, and what it makes of the unseen rows.
    """
    tokenizer = load_tokenizer(str(base))
    pairs = PackedPairs(task.train, tokenizer, settings.longest)
    pairs.order = reading_order(pairs.lengths, settings.batch, settings.seed)
    padded = pairs.lengths[pairs.order].reshape(-1, settings.batch).max(axis=1)
    together = processes().num_processes
    reading = Reading(
        pairs,
        max(1, len(padded) // together),
        float(padded.mean()) * settings.batch,
        pairs.collate,
    )
    last = train_until(_start(base, settings.seed), reading, settings.loop, folder, watcher)
    with quiet():
        trained = BertForSequenceClassification.from_pretrained(last, dtype=torch.float32)
    return trained, {"rows": len(task.train), **_score(trained, tokenizer, task, settings)}


def _start(base: Path, seed: int) -> AnsweringEncoder:
    """With new heads, and without dropout: rows are read once, there is nothing to overfit."""
    set_seed(seed)
    names = dict(enumerate(LABEL_NAMES))
    with quiet():
        return AnsweringEncoder.from_pretrained(
            base,
            dtype=torch.float32,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            id2label=names,
            label2id={name: label for label, name in names.items()},
        )


def _score(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    task: Task,
    settings: QuestionSettings,
) -> dict[str, Any]:
    pairs = encode_pairs(task.unseen, tokenizer, settings.longest)
    answers = pair_probabilities(model, tokenizer, pairs) > 0.5  # noqa: PLR2004 - the plain decision
    right = int((answers == (task.unseen.labels == YES)).sum())
    return {"unseen_rows": len(pairs), "unseen_accuracy": right / max(1, len(pairs))}
