"""The loss on text that was kept from training, source by source."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import torch
from torch.utils.data import DataLoader, Dataset

from danetka.pretraining.tokens import Sequences

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from danetka.pretraining.settings import PretrainSettings
    from danetka.pretraining.tokens import TokenFiles

_MOST: Final = 256
"""Sequences of each source."""

Items = Dataset[dict[str, torch.Tensor]]


def unseen_losses(
    model: PreTrainedModel,
    files: TokenFiles,
    settings: PretrainSettings,
    prepare: Callable[[Sequences], Items],
) -> dict[str, dict[str, float]]:
    """Source → ``loss`` in nats a token and ``perplexity``, over at most 256 held-out sequences.

    Args:
        model: What is scored.
        files: The corpus.
        settings: Its length of a sequence, and its seed.
        prepare: What the model reads of plain sequences.
    """
    model.eval()
    found = {}
    length = settings.text.length
    for source in files.counts:
        many = min(_MOST, files.counts[source]["held-out"] // length)
        if many:
            rows = Sequences(files, {source: 1.0}, many, length, settings.text.seed, "held-out")
            loss = _mean_loss(model, prepare(rows))
            found[source] = {"sequences": many, "loss": loss, "perplexity": math.exp(loss)}
    return found


def _mean_loss(model: PreTrainedModel, rows: Items) -> float:
    total, seen = 0.0, 0
    with torch.inference_mode():
        for batch in DataLoader(rows, batch_size=16):
            sizes = len(batch["input_ids"])
            total += float(model(**batch).loss) * sizes
            seen += sizes
    return total / seen
