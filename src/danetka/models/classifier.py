"""A checkpoint that has been loaded, and the probabilities that it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from danetka.errors import ModelError
from danetka.models.catalog import DEFAULT_MODEL, load_classifier, load_tokenizer, resolve
from danetka.models.decision import Decision, yes_class
from danetka.models.pair_classifier import BATCH
from danetka.models.pair_tokenizer import PairTokenizer
from danetka.models.pairs import MAX_LENGTH, EncodedPairs, encode_pairs
from danetka.schema import Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from danetka.models.pair_tokenizer import Batch

_CPU_TOKENS: Final = 2048
_GPU_TOKENS: Final = 65_536


@dataclass
class Classifier:
    """A fine-tuned model with its tokenizer.

    Attributes:
        model: The model, in evaluation mode.
        tokenizer: Its tokenizer.
        decision: Its longest pair, its threshold and its temperature.
        name: What it was loaded by, for messages and tables.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    decision: Decision
    name: str

    @classmethod
    def from_pretrained(
        cls, name: str | Path = DEFAULT_MODEL, *, safetensors: bool = False
    ) -> Classifier:
        """Load a checkpoint by alias, path or hub id; the bundled `mini` by default.

        Args:
            name: The checkpoint.
            safetensors: Whether pickled weights are refused.

        Raises:
            ModelError: If it is not there, or is no model of two classes.
        """
        name = str(name)
        tokenizer = load_tokenizer(name)
        model = load_classifier(name, safetensors=safetensors)
        positions = getattr(model.config, "max_position_embeddings", MAX_LENGTH)
        decision = Decision.of(Path(resolve(name)), positions)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return cls(model.eval().to(device), tokenizer, decision, name)

    backend = "torch"

    @cached_property
    def pair_tokenizer(self) -> PairTokenizer:
        """The tokenizer as answering uses it."""
        return PairTokenizer.of(self.tokenizer)

    @property
    def batch_tokens(self) -> int:
        """How many tokens are read at once with the best speed: few on a CPU, for its caches."""
        return _CPU_TOKENS if self.model.device.type == "cpu" else _GPU_TOKENS

    def margins(self, batches: Iterable[Batch]) -> Iterator[NDArray[np.float64]]:
        """The log-odds of «да» of padded batches: see `PairClassifier`."""
        yes, device = yes_index(self.model), self.model.device
        for batch in batches:
            tensors = {name: torch.from_numpy(array).to(device) for name, array in batch.items()}
            with torch.inference_mode():
                logits = self.model(**tensors).logits.double().cpu().numpy()
            yield np.asarray(logits[:, yes] - logits[:, 1 - yes])

    def probabilities(
        self, examples: Examples, on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float64]:
        """P(да) of each row, shape ``(len(examples),)``; their labels are not looked at.

        Calibrated where the checkpoint holds a temperature. A passage too long is cut: see
        `danetka.Answerer` for one that reads it whole.

        Args:
            examples: The rows.
            on_progress: Is told the number of rows answered since it was last told.

        Raises:
            ModelError: If the model answers with NaN.
        """
        if not len(examples):
            return np.empty(0)
        pairs = encode_pairs(examples, self.tokenizer, self.decision.max_length, labels=False)
        logits = self.logits(pairs, on_progress)
        return _yes_share(logits / self.decision.temperature, yes_index(self.model))

    def logits(
        self,
        pairs: EncodedPairs,
        on_progress: Callable[[int], None] | None = None,
    ) -> NDArray[np.float64]:
        """What the model says of tokenised pairs, before any temperature, shape ``(n, 2)``.

        Raises:
            ModelError: If the model answers with NaN.
        """
        found = _pair_logits(self.model, self.tokenizer, pairs, on_progress)
        if not np.isfinite(found).all():
            raise ModelError(f"{self.name}: answers with NaN: its training has diverged")
        return found


def pair_probabilities(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    pairs: EncodedPairs,
    on_progress: Callable[[int], None] | None = None,
) -> NDArray[np.float64]:
    """P(да) of tokenised pairs, in their order; batches hold pairs of about the same length."""
    return _yes_share(_pair_logits(model, tokenizer, pairs, on_progress), yes_index(model))


def _pair_logits(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    pairs: EncodedPairs,
    on_progress: Callable[[int], None] | None,
) -> NDArray[np.float64]:
    was_training = model.training
    model.eval()
    order = np.argsort(-pairs.lengths, kind="stable") if len(pairs) else np.empty(0, dtype=int)
    found = np.empty((len(pairs), 2), dtype=np.float64)
    with torch.inference_mode():
        for start in range(0, len(pairs), BATCH):
            chosen = order[start : start + BATCH]
            padded = tokenizer.pad([dict(pairs.rows[i]) for i in chosen], return_tensors="pt")
            found[chosen] = model(**padded.to(model.device)).logits.double().cpu().numpy()
            if on_progress:
                on_progress(len(chosen))
    model.train(was_training)
    return found


def _yes_share(logits: NDArray[np.float64], yes: int) -> NDArray[np.float64]:
    share: NDArray[np.float64] = torch.from_numpy(logits).softmax(dim=-1)[:, yes].numpy()
    return share


def yes_index(model: PreTrainedModel) -> int:
    """Which of the model's two classes is «да»: see `danetka.models.decision.yes_class`."""
    return yes_class(model.config.id2label)
