"""What an experiment works on: the splits, and which of their rows are reported."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from danetka.data.read import read_corpus
from danetka.data.rows import Columns
from danetka.data.split import seen_in, with_dev
from danetka.errors import DanetkaError
from danetka.experiment.settings import ExperimentSettings
from danetka.schema import Corpus, Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Material:
    """The data of an experiment.

    Attributes:
        settings: What it was told.
        corpus: Train, dev and the splits that are reported.
    """

    settings: ExperimentSettings
    corpus: Corpus

    @classmethod
    def load(cls, settings: ExperimentSettings) -> Material:
        """Read the data.

        Raises:
            DataError: If a file has faults.
            DanetkaError: If it lacks a split that is needed.
        """
        corpus = read_corpus(settings.data, Columns(**settings.columns))
        if settings.dev == "val":
            corpus = Corpus(corpus.name, {**corpus.splits, "dev": corpus.val})
        loaded = cls(settings, with_dev(corpus, settings.dev_fraction))
        if not loaded.reported:
            wanted, there = ", ".join(settings.report_on), ", ".join(corpus.splits)
            raise DanetkaError(
                f"{settings.data}: no split to report on ({wanted}) has answers: it has {there}"
            )
        return loaded

    @property
    def train(self) -> Examples:
        """The rows that are learnt from, before anything is added."""
        return self.corpus.train

    @property
    def dev(self) -> Examples:
        """The rows that things are chosen on."""
        return self.corpus.dev

    @cached_property
    def others(self) -> list[Examples]:
        """Every split but train: none of their questions is made."""
        return [part for name, part in self.corpus.splits.items() if name != "train"]

    @cached_property
    def reported(self) -> dict[str, Examples]:
        """The splits to report on that the corpus has, with their answers."""
        found = {name: self.corpus.get(name) for name in self.settings.report_on}
        return {name: rows for name, rows in found.items() if rows is not None and rows.labelled}

    @cached_property
    def parts(self) -> dict[tuple[str, str], NDArray[np.bool_]]:
        """(split, part) → which rows: all, and the unseen ones where some are not."""
        found = {}
        for split, rows in self.reported.items():
            found[split, "all"] = np.ones(len(rows), dtype=bool)
            seen = seen_in(rows, self.train)
            if self.settings.dev != "val":
                seen |= seen_in(rows, self.dev)
            if seen.any():
                found[split, "unseen"] = ~seen
        return found

    def headline(self, split: str) -> tuple[str, NDArray[np.int64]]:
        """The part of a split that claims are made on, and the positions of its rows."""
        unseen = self.parts.get((split, "unseen"))
        part = "unseen" if unseen is not None and unseen.any() else "all"
        return part, np.flatnonzero(self.parts[split, part])

    def describe(self, split: str) -> dict[str, object]:
        """Rows, answers, unseen rows and fingerprint of a split, for the results."""
        rows = self.corpus[split]
        unseen = self.parts.get((split, "unseen"))
        return {
            "rows": len(rows),
            "yes": int(rows.labels.sum()) if rows.labelled else None,
            "unseen": None if unseen is None else int(unseen.sum()),
            "sha256": rows.sha256,
        }
