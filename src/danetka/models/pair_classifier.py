"""What answering asks of a model, whichever library runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from danetka.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding

    from danetka.models.decision import Decision
    from danetka.models.pair_tokenizer import Batch, PairTokenizer
    from danetka.schema import Examples

    Floats = NDArray[np.float64]

BATCH: Final = 32
"""How many pairs are answered at once unless somebody says otherwise."""
_PIECE: Final = 8 * BATCH


class PairClassifier(Protocol):
    """A loaded model of two classes: `Classifier` (torch) or `OnnxClassifier` (onnxruntime)."""

    @property
    def name(self) -> str:
        """What it was loaded by."""

    @property
    def decision(self) -> Decision:
        """Its longest pair, its threshold and its temperature."""

    @property
    def backend(self) -> str:
        """What runs it: ``torch``, ``onnx`` or ``onnx-int8``."""

    @property
    def pair_tokenizer(self) -> PairTokenizer:
        """Its tokenizer."""

    @property
    def batch_tokens(self) -> int:
        """How many tokens, padding included, it reads at once with the best speed."""

    def margins(self, batches: Iterable[Batch]) -> Iterator[Floats]:
        """The log-odds of «да» of padded batches, before any temperature: each of shape ``(n,)``.

        In the order of the batches, whatever is read side by side.
        """

    def probabilities(
        self, examples: Examples, on_progress: Callable[[int], None] | None = None
    ) -> Floats:
        """P(да) of each row, calibrated, a passage too long cut, shape ``(n,)``."""


def pair_margins(model: PairClassifier, encodings: Sequence[Encoding], batch: int) -> Floats:
    """The log-odds of «да» of tokenised pairs, in their order, shape ``(n,)``.

    Rows of about the same length are read together.

    Args:
        model: What answers.
        encodings: What `PairTokenizer.encode` gave.
        batch: How many rows are read at once at most.

    Raises:
        ModelError: If the model answers with NaN.
    """
    found = np.empty(len(encodings))
    lengths = np.array([len(encoding) for encoding in encodings], dtype=np.int64)
    positions = list(batches(lengths, batch, model.batch_tokens))
    padded = (model.pair_tokenizer.batch([encodings[i] for i in chosen]) for chosen in positions)
    for chosen, margins in zip(positions, model.margins(padded), strict=True):
        found[chosen] = margins
    if not np.isfinite(found).all():
        raise ModelError(f"{model.name}: answers with NaN: its training has diverged")
    return found


def told_margins(
    model: PairClassifier,
    encodings: Sequence[Encoding],
    on_progress: Callable[[int], None] | None = None,
) -> Floats:
    """`pair_margins` of any number of pairs, piece by piece: not all are padded at once.

    Args:
        model: What answers.
        encodings: What `PairTokenizer` gave.
        on_progress: Is told the number of rows answered since it was last told.
    """
    parts = [np.empty(0)]
    for start in range(0, len(encodings), _PIECE):
        piece = encodings[start : start + _PIECE]
        parts.append(pair_margins(model, piece, BATCH))
        if on_progress:
            on_progress(len(piece))
    return np.concatenate(parts)


def batches(lengths: NDArray[np.int64], rows: int, tokens: int) -> Iterator[NDArray[np.int64]]:
    """Positions of rows that are read together, the longest rows first.

    Args:
        lengths: The number of tokens of each row, shape ``(n,)``.
        rows: The most rows of a batch.
        tokens: The most tokens of a batch, padding included; a longer row is a batch alone.
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        fit = max(1, min(rows, tokens // max(1, int(lengths[order[start]]))))
        yield order[start : start + fit]
        start += fit
