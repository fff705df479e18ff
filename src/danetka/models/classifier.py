"""A checkpoint that has been loaded, and the probabilities that it gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from danetka.data.rows import parse_label
from danetka.errors import ModelError
from danetka.files import write_json
from danetka.models.catalog import DEFAULT_MODEL, load_classifier, load_tokenizer, resolve
from danetka.models.pairs import MAX_LENGTH, EncodedPairs, encode_pairs
from danetka.schema import YES, Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_CARD: Final = "danetka.json"
_BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class Decision:
    """How probabilities become answers; stored beside a checkpoint as ``danetka.json``.

    Attributes:
        max_length: The most tokens of a pair.
        threshold: «да» is answered from this probability on.
    """

    max_length: int = MAX_LENGTH
    threshold: float = 0.5

    @classmethod
    def read(cls, folder: Path) -> Decision | None:
        """What is stored in a checkpoint's folder, or None where nothing is.

        Raises:
            ModelError: If it is not what danetka writes.
        """
        path = folder / _CARD
        if not path.is_file():
            return None
        try:
            stored = cls(**json.loads(path.read_text(encoding="utf-8")))
            return cls(int(stored.max_length), float(stored.threshold))
        except (ValueError, TypeError) as error:
            raise ModelError(
                f"{path}: not danetka's settings ({error}): delete or mend it"
            ) from error

    def write(self, folder: Path) -> None:
        """Store it in a checkpoint's folder."""
        write_json(folder / _CARD, asdict(self))


@dataclass
class Classifier:
    """A fine-tuned model with its tokenizer.

    Attributes:
        model: The model, in evaluation mode.
        tokenizer: Its tokenizer.
        decision: Its longest pair and its threshold.
        name: What it was loaded by, for messages and tables.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    decision: Decision
    name: str

    @classmethod
    def from_pretrained(cls, name: str | Path = DEFAULT_MODEL) -> Classifier:
        """Load a checkpoint by alias, path or hub id; the bundled `mini` by default.

        Raises:
            ModelError: If it is not there, or is no model of two classes.
        """
        name = str(name)
        tokenizer, model = load_tokenizer(name), load_classifier(name)
        positions = getattr(model.config, "max_position_embeddings", MAX_LENGTH)
        stored = Decision.read(Path(resolve(name)))
        decision = stored or Decision(max_length=min(MAX_LENGTH, positions))
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return cls(model.eval().to(device), tokenizer, decision, name)

    def probabilities(
        self, examples: Examples, on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float64]:
        """P(да) of each row, shape ``(len(examples),)``; their labels are not looked at.

        Args:
            examples: The rows.
            on_progress: Is told the number of rows answered since it was last told.

        Raises:
            ModelError: If the model answers with NaN.
        """
        if not len(examples):
            return np.empty(0)
        pairs = encode_pairs(examples, self.tokenizer, self.decision.max_length, labels=False)
        found = pair_probabilities(self.model, self.tokenizer, pairs, on_progress)
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
    was_training = model.training
    model.eval()
    order = np.argsort(-pairs.lengths, kind="stable")
    yes = yes_index(model)
    found = np.empty(len(pairs), dtype=np.float64)
    with torch.inference_mode():
        for start in range(0, len(pairs), _BATCH):
            chosen = order[start : start + _BATCH]
            batch = tokenizer.pad([dict(pairs.rows[i]) for i in chosen], return_tensors="pt")
            logits = model(**batch.to(model.device)).logits.double()
            found[chosen] = logits.softmax(dim=-1)[:, yes].cpu().numpy()
            if on_progress:
                on_progress(len(chosen))
    model.train(was_training)
    return found


def yes_index(model: PreTrainedModel) -> int:
    """Which of the model's two classes is «да», by its ``id2label``; 1 where that does not tell."""
    for index, name in (model.config.id2label or {}).items():
        try:
            if parse_label(name) == YES:
                return int(index)
        except ValueError:
            continue
    return YES
