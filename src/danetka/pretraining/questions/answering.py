"""A classifier that is also told which word of the question the passage contradicts."""

from __future__ import annotations

from typing import Final

import torch
from torch.nn import functional
from transformers import BertConfig, BertForSequenceClassification
from transformers.modeling_outputs import SequenceClassifierOutput

from danetka.pretraining.questions.packed import UNKNOWN

_RARE: Final = 5.0
"""The weight of a wrong token: most are right."""


class AnsweringEncoder(BertForSequenceClassification):
    """`BertForSequenceClassification` with a second head, for training alone.

    One bit an answer says little of where to look. The second head says for each token of the
    question whether it is what makes the answer «нет», as ELECTRA's does of replaced tokens (Clark
    et al. 2020, arXiv 2003.10555). Loaded as a `BertForSequenceClassification` it is an ordinary
    checkpoint.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.wrong = torch.nn.Linear(config.hidden_size, 1)
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
        labels: torch.Tensor,
        wrong: torch.Tensor,
    ) -> SequenceClassifierOutput:
        """The mean of both losses over the batch, added.

        Args:
            input_ids: Shape ``(batch, length)``, padded.
            attention_mask: The same shape, 0 where it is padded.
            token_type_ids: The same shape, 1 in the passage.
            labels: Shape ``(batch,)``, 1 for «да».
            wrong: Shape ``(batch, length)``: 1 for a wrong token, 0 for another of the question,
                `UNKNOWN` where nothing is said.
        """
        hidden = self.bert(input_ids, attention_mask, token_type_ids)
        logits = self.classifier(hidden.pooler_output)
        loss = functional.cross_entropy(logits, labels)
        told = wrong != UNKNOWN
        if told.any():
            guesses = self.wrong(hidden.last_hidden_state[told]).squeeze(-1)
            weight = torch.full((), _RARE, device=guesses.device)
            truth = wrong[told].to(guesses.dtype)
            loss = loss + functional.binary_cross_entropy_with_logits(
                guesses, truth, pos_weight=weight
            )
        return SequenceClassifierOutput(loss=loss, logits=logits)
