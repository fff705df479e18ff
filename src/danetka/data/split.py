"""Splits by group: rows that share a passage or a question, transitively, stay together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.errors import DanetkaError
from danetka.language.text import normalize
from danetka.schema import Corpus, Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEV_FRACTION: Final = 0.2
MADE: Final = frozenset(("rules", "p-tuning", "llm"))
"""The sources of rows that a generator made."""
_FOLDS: Final = 20
"""A fraction is met to the nearest twentieth."""


def group_ids(examples: Examples) -> NDArray[np.int32]:
    """The group of each row, shape ``(len(examples),)``, numbered by first appearance.

    Two rows are linked if they share a passage, a question (both normalised) or a given ``group``;
    a group is a connected component of these links.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first: dict[tuple[str, str], int] = {}
    links: list[tuple[int, int]] = []
    for i, row in enumerate(examples):
        keys = [("question", normalize(row.question)), ("passage", normalize(row.passage))]
        if row.group is not None:
            keys.append(("group", row.group))
        links += [(i, first.setdefault(key, i)) for key in keys]
    left, right = np.array(links, dtype=np.int64).reshape(-1, 2).T
    n = len(examples)
    graph = coo_array((np.ones(len(links), dtype=np.int8), (left, right)), shape=(n, n))
    _, component = connected_components(graph, directed=False)
    return np.asarray(component, dtype=np.int32)


def cut(examples: Examples, fraction: float, seed: int = 0) -> tuple[Examples, Examples]:
    """Part a table in two by group, both with about the same share of «да».

    Args:
        examples: Labelled rows.
        fraction: The share of rows that the second part gets, to the nearest twentieth.
        seed: The same seed gives the same parts.

    Returns:
        The rest and the part cut off, each in the order of the file.

    Raises:
        DanetkaError: If there are too few groups for both parts.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    groups = group_ids(examples)
    labels = examples.labels
    counts = np.bincount(labels, minlength=2)
    folds = int(min(_FOLDS, len(np.unique(groups)), counts[counts > 0].min()))
    wanted = round(fraction * folds)
    if not 0 < fraction < 1 or not 0 < wanted < folds:
        raise DanetkaError(
            f"{examples.origin}: a share of {fraction} cannot be cut off {len(examples)} rows "
            f"in {len(np.unique(groups))} groups: give more rows, or a dev split of your own"
        )
    splitter = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    parts = [test for _, test in splitter.split(np.zeros(len(labels)), labels, groups)]
    chosen = np.zeros(len(labels), dtype=bool)
    for part in parts[:wanted]:
        chosen[part] = True
    rest, taken = np.flatnonzero(~chosen), np.flatnonzero(chosen)
    if not len(rest) or not len(taken):
        raise DanetkaError(
            f"{examples.origin}: one group holds nearly all rows: give a dev split of your own"
        )
    return examples.select(rest), examples.select(taken)


def with_dev(corpus: Corpus, fraction: float = DEV_FRACTION, seed: int = 0) -> Corpus:
    """The corpus with a dev split: its own, or one cut from train by group.

    Made rows (by their ``source``) that the cut puts into dev are left out: nothing is chosen by
    questions that nobody asked.
    """
    if "dev" in corpus.splits:
        return corpus
    train, dev = cut(corpus.train, fraction, seed)
    dev = dev.select(i for i, row in enumerate(dev) if row.source not in MADE)
    rest = {name: rows for name, rows in corpus.splits.items() if name != "train"}
    return Corpus(corpus.name, {"train": train, "dev": dev, **rest})


def shared_texts(
    examples: Examples, other: Examples
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows have a passage, and which a question, that also stands in another split.

    Returns:
        Two masks of shape ``(len(examples),)``: by passage, by question (both normalised).
    """
    passages = set(map(normalize, other.passages))
    questions = set(map(normalize, other.questions))
    return (
        np.array([normalize(text) in passages for text in examples.passages], dtype=bool),
        np.array([normalize(text) in questions for text in examples.questions], dtype=bool),
    )


def seen_in(examples: Examples, other: Examples) -> NDArray[np.bool_]:
    """Which rows have a passage or a question that also stands in another split.

    Returns:
        Shape ``(len(examples),)``; True marks a leak.
    """
    by_passage, by_question = shared_texts(examples, other)
    return by_passage | by_question
