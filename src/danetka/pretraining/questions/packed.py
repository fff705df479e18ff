"""Tokenised pairs by the hundred thousand: three bytes a token instead of Python's lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch.utils.data import Dataset

from danetka.models.pairs import encode_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerBase

    from danetka.schema import Example, Examples

UNKNOWN: Final = -1
"""Of a token of which nothing is said."""
_TOGETHER: Final = 4096


class PackedPairs(Dataset[dict[str, Any]]):
    """Pairs as `encode_pairs` gives them, in an order of their own.

    Args:
        examples: Labelled rows; ``meta["wrong"]`` is the word that makes an answer «нет».
        tokenizer: Of at most 65,536 pieces.
        longest: Tokens of a pair.
    """

    def __init__(
        self, examples: Examples, tokenizer: PreTrainedTokenizerBase, longest: int
    ) -> None:
        ids: list[NDArray[np.uint16]] = []
        wrong: list[NDArray[np.int8]] = []
        firsts: list[int] = []
        for start in range(0, len(examples), _TOGETHER):
            some = examples[start : start + _TOGETHER]
            rows = encode_pairs(some, tokenizer, longest).rows
            told = _wrong_tokens(some.rows, tokenizer)
            for row, marks in zip(rows, told, strict=True):
                ids.append(np.array(row["input_ids"], dtype=np.uint16))
                firsts.append(row["token_type_ids"].count(0))
                wrong.append(np.full(len(ids[-1]), UNKNOWN, dtype=np.int8))
                first = marks[: firsts[-1] - 2]
                wrong[-1][1 : 1 + len(first)] = first
        self.labels = examples.labels
        self.lengths = np.array([len(row) for row in ids], dtype=np.int64)
        self.order = np.arange(len(ids))
        self.pad = int(tokenizer.pad_token_id or 0)
        self._ids = np.concatenate(ids) if ids else np.zeros(0, dtype=np.uint16)
        self._wrong = np.concatenate(wrong) if wrong else np.zeros(0, dtype=np.int8)
        self._starts = np.concatenate([[0], np.cumsum(self.lengths)])
        self._firsts = firsts

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> dict[str, Any]:
        """The pair at a place of the order, unpadded; see `collate`."""
        row = int(self.order[index])
        cut = slice(self._starts[row], self._starts[row + 1])
        types = np.ones(int(self.lengths[row]), dtype=np.int64)
        types[: self._firsts[row]] = 0
        return {
            "input_ids": self._ids[cut].astype(np.int64),
            "token_type_ids": types,
            "wrong": self._wrong[cut].astype(np.int64),
            "labels": int(self.labels[row]),
        }

    def collate(self, pairs: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Pairs as one batch, padded to its longest; ``wrong`` is `UNKNOWN` where it is padded."""
        width = max(len(pair["input_ids"]) for pair in pairs)
        fills = {"input_ids": self.pad, "token_type_ids": 0, "wrong": UNKNOWN, "attention_mask": 0}
        batch = {name: np.full((len(pairs), width), fill) for name, fill in fills.items()}
        for i, pair in enumerate(pairs):
            length = len(pair["input_ids"])
            batch["attention_mask"][i, :length] = 1
            for name in ("input_ids", "token_type_ids", "wrong"):
                batch[name][i, :length] = pair[name]
        labels = torch.tensor([pair["labels"] for pair in pairs])
        return {**{name: torch.from_numpy(a) for name, a in batch.items()}, "labels": labels}


def _wrong_tokens(
    rows: Sequence[Example], tokenizer: PreTrainedTokenizerBase
) -> list[NDArray[np.int8]]:
    """For each question which of its tokens are wrong; empty where that is not known."""
    questions = [row.question for row in rows]
    encoded = tokenizer(questions, add_special_tokens=False, return_offsets_mapping=True)
    return [_marks(row, spans) for row, spans in zip(rows, encoded["offset_mapping"], strict=True)]


def _marks(row: Example, spans: Sequence[tuple[int, int]]) -> NDArray[np.int8]:
    word = row.meta.get("wrong")
    if word is None:
        return np.zeros(0, dtype=np.int8)
    if not word:
        return np.zeros(len(spans), dtype=np.int8)
    found = list(re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", row.question, re.IGNORECASE))
    if len(found) != 1:
        return np.zeros(0, dtype=np.int8)
    start, end = found[0].span()
    return np.array([a < end and b > start for a, b in spans], dtype=np.int8)
