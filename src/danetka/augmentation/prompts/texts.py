"""Passage, cue, question as token ids: the one place where a prompted model's text is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import torch
from torch.utils.data import Dataset

from danetka.language.text import STRESS

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from danetka.schema import Examples

IGNORED: Final = -100
"""The label of a token that is not learnt."""


class Opening(NamedTuple):
    """What stands before a question.

    Attributes:
        ids: Its tokens.
        cut: Whether the passage was cut to fit.
    """

    ids: list[int]
    cut: bool


@dataclass(frozen=True)
class Texts:
    """How a text is put together for one tokenizer.

    Attributes:
        tokenizer: The base's.
        cue: What stands between passage and question.
        room: Tokens of passage, cue and question together.
    """

    tokenizer: PreTrainedTokenizerBase
    cue: str
    room: int

    def opening(self, passage: str, question: int) -> Opening:
        """Passage and cue; the passage's end is cut where they leave no room for a question.

        Args:
            passage: The passage; stress marks and runs of spaces are dropped.
            question: Tokens to leave for the question.
        """
        plain = " ".join(passage.replace(STRESS, "").split())
        cue, whole = self._ids(self.cue.rstrip()), self._ids(plain)
        room = max(1, self.room - question - len(cue))
        return Opening(whole[:room] + cue, len(whole) > room)

    def question(self, text: str) -> list[int]:
        """A question and the end of the text.

        The space at the cue's end belongs to the question's first token, as byte-level tokenizers
        have it: apart, it would be a token that no text in training has there.
        """
        space = self.cue[len(self.cue.rstrip()) :]
        return [*self._ids(space + text), int(self.tokenizer.eos_token_id or 0)]

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])


class Prompts(Dataset[dict[str, list[int]]]):
    """Labelled rows as texts of which the question's tokens alone are learnt.

    Args:
        examples: The rows; their answers are not looked at.
        texts: How they are put together.

    Attributes:
        cut: How many passages were cut to fit.
    """

    def __init__(self, examples: Examples, texts: Texts) -> None:
        self.rows: list[dict[str, list[int]]] = []
        self.cut = 0
        self.pad = int(texts.tokenizer.eos_token_id or 0)
        for row in examples:
            question = texts.question(row.question)[: texts.room // 2]
            opening, cut = texts.opening(row.passage, len(question))
            self.cut += cut
            self.rows.append(
                {
                    "input_ids": opening + question,
                    "labels": [IGNORED] * len(opening) + question,
                }
            )

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, list[int]]:
        return self.rows[index]

    def collate(self, rows: Sequence[dict[str, list[int]]]) -> dict[str, torch.Tensor]:
        """Rows as one batch, padded on the right.

        On the left it would stand between a soft prompt and the text, and PEFT counts positions
        as if it were text.
        """
        width = max(len(row["input_ids"]) for row in rows)
        return {
            "input_ids": _padded([row["input_ids"] for row in rows], width, self.pad),
            "labels": _padded([row["labels"] for row in rows], width, IGNORED),
            "attention_mask": _padded([[1] * len(row["input_ids"]) for row in rows], width, 0),
        }


def _padded(rows: Sequence[Sequence[int]], width: int, fill: int) -> torch.Tensor:
    return torch.tensor([[*row, *[fill] * (width - len(row))] for row in rows])


def batches(openings: Sequence[Sequence[int]], size: int) -> list[list[int]]:
    """Indices of token lists in batches of about one length, the shortest first.

    Args:
        openings: Token lists.
        size: The most of a batch.
    """
    order = sorted(range(len(openings)), key=lambda i: len(openings[i]))
    return [order[start : start + size] for start in range(0, len(order), size)]
