"""The few types that cross rooms: an example, a table of examples, a corpus of splits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, overload

from danetka.errors import DanetkaError, DataError, Fault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

YES: Final = 1
NO: Final = 0
LABEL_NAMES: Final = ("нет", "да")
"""The name of each label, indexed by the label."""

SPLITS: Final[tuple[str, ...]] = ("train", "dev", "val", "test")
"""``dev`` is for choosing (an epoch, a threshold); ``val`` and ``test`` are for reporting."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the passage it is answered from, and the answer.

    Attributes:
        question: A general question, as text.
        passage: The passage, as text.
        label: 1 for «да», 0 for «нет», None where the answer is not known.
        idx: The row's own number or name in its file, if it has one.
        source: Who made it: ``original``, ``rules``, ``p-tuning``, …
        group: Examples of one group stay on one side of every split, beside those that share a
            passage or a question.
        meta: The file's other columns, as they were (``phenomenon``, ``evidence``, …).
    """

    question: str
    passage: str
    label: int | None = None
    idx: int | str | None = None
    source: str = "original"
    group: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Examples(Sequence[Example]):
    """An immutable table of examples, and where it came from.

    Attributes:
        rows: The examples.
        origin: The file or split they were read from, for messages.
    """

    rows: tuple[Example, ...]
    origin: str = "examples"

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> Examples: ...
    def __getitem__(self, index: int | slice) -> Example | Examples:
        if isinstance(index, slice):
            return Examples(self.rows[index], self.origin)
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Example]:
        return iter(self.rows)

    def select(self, indices: Iterable[int]) -> Examples:
        """The rows at these positions, in this order; a position may recur."""
        return Examples(tuple(self.rows[int(i)] for i in indices), self.origin)

    @property
    def questions(self) -> list[str]:
        """The questions, in order."""
        return [row.question for row in self.rows]

    @property
    def passages(self) -> list[str]:
        """The passages, in order."""
        return [row.passage for row in self.rows]

    @property
    def labelled(self) -> bool:
        """Whether there are rows and every one has an answer."""
        return bool(self.rows) and all(row.label is not None for row in self.rows)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """The answers, shape ``(len(self),)``, 1 = да and 0 = нет.

        Raises:
            DataError: If a row has none.
        """
        import numpy as np

        missing = [number for number, row in enumerate(self.rows, 1) if row.label is None]
        if missing:
            what = (
                f"{len(missing)} of {len(self)} rows have no label, the first is row {missing[0]}"
            )
            raise DataError([Fault(self.origin, what, "answers are needed here: add them")])
        return np.array([row.label for row in self.rows], dtype=np.int64)

    @cached_property
    def sha256(self) -> str:
        """A fingerprint of questions, passages and answers in their order (not of file bytes)."""
        digest = hashlib.sha256()
        for row in self.rows:
            line = json.dumps([row.question, row.passage, row.label], ensure_ascii=False)
            digest.update(line.encode() + b"\n")
        return digest.hexdigest()


@dataclass(frozen=True)
class Corpus:
    """A dataset: up to four named splits.

    Attributes:
        name: The dataset's name, or its file's.
        splits: The splits that it has, among ``train``, ``dev``, ``val`` and ``test``.
    """

    name: str
    splits: Mapping[str, Examples]

    def __getitem__(self, split: str) -> Examples:
        if split not in self.splits:
            have = ", ".join(self.splits)
            raise DanetkaError(f"{self.name}: there is no split {split!r}: it has {have}")
        return self.splits[split]

    def get(self, split: str) -> Examples | None:
        """The split, or None where the corpus has none of that name."""
        return self.splits.get(split)

    @property
    def train(self) -> Examples:
        """The rows to learn from."""
        return self["train"]

    @property
    def dev(self) -> Examples:
        """The rows to choose on."""
        return self["dev"]

    @property
    def val(self) -> Examples:
        """The rows of the published validation set: for reporting."""
        return self["val"]

    @property
    def test(self) -> Examples:
        """The rows of the published test set: for reporting; its answers may be missing."""
        return self["test"]
