"""Masked language modelling: which tokens are hidden, and a model that guesses those alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import Dataset
from transformers import BertConfig, BertForMaskedLM
from transformers.modeling_outputs import MaskedLMOutput

from danetka.pretraining.tokens import Sequences

_IGNORED: Final = -100
_HIDDEN: Final = 0.8
_RANDOM: Final = 0.1
"""Of the chosen tokens so many become [MASK], so many another token; the rest stay as they are
(Devlin et al. 2019, arXiv 1810.04805)."""


@dataclass(frozen=True, slots=True)
class Masks:
    """How tokens are hidden.

    Attributes:
        begin: The id of [CLS], put before every sequence.
        end: The id of [SEP], put after it.
        mask: The id of [MASK].
        first: The lowest id that is no special token.
        vocabulary: How many ids there are.
        share: The share of a sequence's tokens that is chosen.
    """

    begin: int
    end: int
    mask: int
    first: int
    vocabulary: int
    share: float = 0.15


class MaskedSequences(Dataset[dict[str, torch.Tensor]]):
    """Sequences with hidden tokens; the same ones at every reading of a place.

    As many are chosen in each sequence: then the mean over a batch is the mean over its sequences,
    and accumulated or distributed batches add up to the loss of one large one.
    """

    def __init__(self, sequences: Sequences, masks: Masks) -> None:
        self.sequences = sequences
        self.masks = masks
        self.chosen = max(1, round(masks.share * (sequences.length - 2)))

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        """``input_ids`` and ``labels``, each of shape ``(length,)``; labels elsewhere are -100."""
        m = self.masks
        rng = np.random.default_rng((self.sequences.seed, index))
        ids = self.sequences.tokens(index)
        ids[0], ids[-1] = m.begin, m.end
        may = np.flatnonzero(ids[1:-1] >= m.first) + 1
        at = rng.permutation(may)[: self.chosen]
        if len(at) < self.chosen:  # hardly a word in it: any token will do
            at = rng.permutation(np.arange(1, len(ids) - 1))[: self.chosen]
        labels = np.full_like(ids, _IGNORED)
        labels[at] = ids[at]
        fate = rng.random(len(at))
        ids[at[fate < _HIDDEN]] = m.mask
        swapped = at[(fate >= _HIDDEN) & (fate < _HIDDEN + _RANDOM)]
        ids[swapped] = rng.integers(m.first, m.vocabulary, len(swapped))
        return {"input_ids": torch.from_numpy(ids), "labels": torch.from_numpy(labels)}


class MaskedEncoder(BertForMaskedLM):
    """`BertForMaskedLM` whose head works at the hidden positions alone.

    At 16,384 pieces the head costs more than four layers of 256; six of seven positions need it
    not. What it saves is an ordinary `BertForMaskedLM` checkpoint.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)

    def forward(
        self,
        input_ids: torch.Tensor,
        labels: torch.Tensor,
        num_items_in_batch: torch.Tensor | int | None = None,
        **_: Any,
    ) -> MaskedLMOutput:
        """The loss over the hidden tokens.

        Args:
            input_ids: Shape ``(batch, length)``, without padding.
            labels: The same shape; -100 where nothing is to be guessed.
            num_items_in_batch: Of how many hidden tokens it is the mean; None for those here. The
                Trainer tells it under gradient accumulation and divides no more.
        """
        hidden = self.bert(input_ids).last_hidden_state
        at = labels != _IGNORED
        logits = self.cls(hidden[at]).float()
        total = functional.cross_entropy(logits, labels[at], reduction="sum")
        return MaskedLMOutput(
            loss=total / (at.sum() if num_items_in_batch is None else num_items_in_batch)
        )
