"""A checkpoint that has been loaded, and the probabilities that it gives."""

from __future__ import annotations

import json
import math
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
BATCH: Final = 32
"""How many pairs are answered at once unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Decision:
    """How probabilities become answers; stored beside a checkpoint as ``danetka.json``.

    Attributes:
        max_length: The most tokens of a pair.
        threshold: «да» is answered from this probability on.
        temperature: What logits are divided by before the softmax; 1 for a model that was not
            calibrated. It stands in the file only where it is not 1: the hash of a checkpoint's
            files is part of the keys of runs, and those made before stay what they were.
    """

    max_length: int = MAX_LENGTH
    threshold: float = 0.5
    temperature: float = 1.0

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
            temperature = float(stored.temperature)
            if not (temperature > 0 and math.isfinite(temperature)):
                raise ValueError(f"temperature {temperature}")
            return cls(int(stored.max_length), float(stored.threshold), temperature)
        except (ValueError, TypeError) as error:
            raise ModelError(
                f"{path}: not danetka's settings ({error}): delete or mend it"
            ) from error

    def write(self, folder: Path) -> None:
        """Store it in a checkpoint's folder."""
        values = asdict(self)
        if self.temperature == 1:
            del values["temperature"]
        write_json(folder / _CARD, values)


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
        batch: int = BATCH,
    ) -> NDArray[np.float64]:
        """What the model says of tokenised pairs, before any temperature, shape ``(n, 2)``.

        Raises:
            ModelError: If the model answers with NaN.
        """
        found = _pair_logits(self.model, self.tokenizer, pairs, on_progress, batch)
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
    return _yes_share(_pair_logits(model, tokenizer, pairs, on_progress, BATCH), yes_index(model))


def _pair_logits(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    pairs: EncodedPairs,
    on_progress: Callable[[int], None] | None,
    batch: int,
) -> NDArray[np.float64]:
    was_training = model.training
    model.eval()
    order = np.argsort(-pairs.lengths, kind="stable") if len(pairs) else np.empty(0, dtype=int)
    found = np.empty((len(pairs), 2), dtype=np.float64)
    with torch.inference_mode():
        for start in range(0, len(pairs), batch):
            chosen = order[start : start + batch]
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
    """Which of the model's two classes is «да», by its ``id2label``; 1 where that does not tell."""
    for index, name in (model.config.id2label or {}).items():
        try:
            if parse_label(name) == YES:
                return int(index)
        except ValueError:
            continue
    return YES
