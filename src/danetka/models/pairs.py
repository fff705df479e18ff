"""Question and passage as one tokenised pair: the only place where text becomes token ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from danetka.schema import Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerBase

MAX_LENGTH: Final = 512
"""The tokens of a pair unless a setting says otherwise; BERT's positions."""

PASSAGE_TOKENS: Final = 8
"""How many tokens of a passage stay at least, however long the question."""


@dataclass(frozen=True, eq=False)
class EncodedPairs:
    """Tokenised pairs, as the Trainer takes them: a map-style dataset of ``input_ids`` and so on.

    It is no subclass of torch's ``Dataset``, which only names what a sequence has anyway: an
    exported model is answered from without torch.

    Attributes:
        rows: For each example the tokenizer's output as lists of ints, unpadded.
        labels: The answers, or None where they are not needed.
        truncated: How many pairs were cut to fit.
    """

    rows: Sequence[Mapping[str, list[int]]]
    labels: NDArray[np.int64] | None
    truncated: int

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        row: dict[str, Any] = dict(self.rows[index])
        if self.labels is not None:
            row["labels"] = int(self.labels[index])
        return row

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The number of tokens of each pair, shape ``(len(self),)``."""
        return np.array([len(row["input_ids"]) for row in self.rows], dtype=np.int64)

    def select(self, indices: NDArray[np.int64]) -> EncodedPairs:
        """The pairs at these positions; a position may recur."""
        labels = None if self.labels is None else self.labels[indices]
        return EncodedPairs([self.rows[int(i)] for i in indices], labels, self.truncated)


def encode_pairs(
    examples: Examples, tokenizer: PreTrainedTokenizerBase, max_length: int, *, labels: bool = True
) -> EncodedPairs:
    """Tokenise (question, passage) as a text pair; of a pair too long the passage is cut.

    RuBERT's tokenizer says that it takes 1e30 tokens, so the length is never left to it. A question
    so long that eight tokens of the passage would not fit beside it is itself cut to where they do.

    Args:
        examples: The rows.
        tokenizer: The model's own.
        max_length: The most tokens a pair may have, special tokens included.
        labels: Whether the answers come along.
    """
    room = longest_question(tokenizer, max_length)
    questions = [
        shortened(question, max(1, room), lambda text: _offsets(text, tokenizer))
        for question in examples.questions
    ]
    encoded = tokenizer(
        questions, examples.passages, truncation="only_second", max_length=max_length
    )
    rows = [{name: values[i] for name, values in encoded.items()} for i in range(len(examples))]
    cut = [
        bool(encoding.overflowing) or short is not whole
        for encoding, short, whole in zip(
            encoded.encodings or [], questions, examples.questions, strict=True
        )
    ]
    return EncodedPairs(rows, examples.labels if labels else None, sum(cut))


def longest_question(tokenizer: PreTrainedTokenizerBase, max_length: int) -> int:
    """How many tokens of a question are read at most, so that some of the passage are too."""
    return max_length - tokenizer.num_special_tokens_to_add(pair=True) - PASSAGE_TOKENS


def pair_lengths(examples: Examples, tokenizer: PreTrainedTokenizerBase) -> NDArray[np.int64]:
    """How many tokens each pair has before any truncation, shape ``(len(examples),)``."""
    encoded = tokenizer(examples.questions, examples.passages, truncation=False, verbose=False)
    return np.array([len(ids) for ids in encoded["input_ids"]], dtype=np.int64)


def shortened(question: str, room: int, offsets: Callable[[str], Sequence[tuple[int, int]]]) -> str:
    """A question of at most so many tokens.

    Args:
        question: The question.
        room: How many tokens of it are read, at least one.
        offsets: Where the tokens of a text begin and end in it.
    """
    if len(question.encode()) <= room:  # a token is at least a byte
        return question
    places = offsets(question)
    return question if len(places) <= room else question[: places[room - 1][1]]


def _offsets(text: str, tokenizer: PreTrainedTokenizerBase) -> Sequence[tuple[int, int]]:
    encoding = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    return encoding["offset_mapping"]  # type: ignore[no-any-return]
