"""Reading question–passage data, checking it and splitting it."""

from __future__ import annotations

from pathlib import Path

from danetka.data.read import read_corpus
from danetka.data.rows import Columns
from danetka.schema import Corpus

__all__ = ["Columns", "load_examples", "read_corpus"]


def load_examples(
    reference: str | Path,
    columns: Columns | None = None,
    *,
    dev_fraction: float = 0.2,
    seed: int = 0,
) -> Corpus:
    """Read a dataset and make sure that it has a dev split to choose on.

    Args:
        reference: As for `read_corpus`: a name, a path or ``hub:OWNER/NAME``.
        columns: Which column holds what, where the names differ.
        dev_fraction: The share of train that becomes dev where the dataset has none; cut by group.
        seed: Decides which groups.

    Raises:
        DataError: If a file has faults.
        DanetkaError: If it cannot be found, or is too small to be cut.
    """
    from danetka.data.split import with_dev

    corpus = read_corpus(reference, columns)
    return with_dev(corpus, dev_fraction, seed) if "train" in corpus.splits else corpus
