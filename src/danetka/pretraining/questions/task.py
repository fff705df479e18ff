"""The rows of the intermediate task, and the order in which they are read."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.augmentation.rules.generator import RuleGenerator
from danetka.augmentation.style import Style
from danetka.data.catalog import cache_folder
from danetka.data.read import read_corpus
from danetka.data.write import write_jsonl
from danetka.pretraining.documents import is_held_out, read_documents
from danetka.pretraining.questions.contrast import contrasts
from danetka.pretraining.questions.entailment import read_entailment
from danetka.pretraining.questions.passages import passages
from danetka.pretraining.questions.rows import contrast_rows
from danetka.schema import Example, Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from danetka.augmentation.generator import Draft
    from danetka.pretraining.settings import (
        CorpusSettings,
        QuestionSettings,
        QuestionSourceSettings,
    )

Progress = Callable[[int, int], None]
_ALIKE: Final = 50
"""Batches within which rows are sorted by length."""
_JITTER: Final = 4.0
"""Tokens by which two lengths count as about the same."""


@dataclass(frozen=True)
class Task:
    """What is learnt, and what shows whether it has been.

    Attributes:
        train: Made rows and those of the entailment data, shuffled.
        unseen: Made rows about documents that were kept from training.
    """

    train: Examples
    unseen: Examples


def make_task(
    corpus: CorpusSettings,
    settings: QuestionSettings,
    folder: Path,
    progress: Progress | None = None,
) -> Task:
    """Make the rows, or read them where they are made.

    Args:
        corpus: Where the sources are, and which share of them is kept from training.
        settings: What is asked about.
        folder: Gets train.jsonl and unseen.jsonl.
        progress: Told how many passages are done, and how many there are.
    """
    paths = {part: folder / f"{part}.jsonl" for part in ("train", "unseen")}
    if not all(path.exists() for path in paths.values()):
        texts = texts_of(corpus, settings)
        unseen = made_rows(texts["unseen"], settings, progress)
        train = made_rows(texts["train"], settings, progress)
        write_jsonl(paths["unseen"], Examples(tuple(unseen), "unseen"))
        write_jsonl(paths["train"], _mixed(train, settings))
    read = {part: read_corpus(str(path))["train"] for part, path in paths.items()}
    return Task(**read)


def texts_of(corpus: CorpusSettings, settings: QuestionSourceSettings) -> dict[str, list[str]]:
    """Part (``train``, ``unseen``) → its passages, each once."""
    kept: dict[str, None] = {}
    held: dict[str, None] = {}
    for name in settings.datasets:
        kept.update(dict.fromkeys(read_corpus(name).train.passages))
    for name in settings.sources:
        for document in read_documents(corpus.file(name)):
            place = held if is_held_out(document, corpus.held_out) else kept
            place.update(dict.fromkeys(passages(document)))
    return {"unseen": list(held), "train": [text for text in kept if text not in held]}


def made_rows(
    texts: list[str], settings: QuestionSettings, progress: Progress | None = None
) -> Iterator[Example]:
    """Four rows of every contrast that the rules find in some passages."""
    drafts = drafts_of(texts, "danetqa", settings.workers, progress)
    found = list(contrasts(drafts, settings.seed))
    return contrast_rows(found, texts, settings.windows, settings.seed)


def drafts_of(
    texts: list[str], style: Style, workers: int, progress: Progress | None
) -> list[Draft]:
    """All drafts about some passages; those of passages once read are kept in the user's cache."""
    parts = cache_folder() / "drafts"
    return RuleGenerator(style, 0, workers, parts=parts, progress=progress).draft(texts)[0]


def _mixed(made: Iterator[Example], settings: QuestionSettings) -> Examples:
    rng = random.Random(settings.seed)  # noqa: S311
    rows = list(made)
    rng.shuffle(rows)
    rows = rows[: settings.rows]
    if settings.entailment is not None:
        rows += settings.repeat * list(read_entailment(settings.entailment / "train.jsonl").rows)
    rng.shuffle(rows)
    return Examples(tuple(rows), "made")


def reading_order(lengths: NDArray[np.int64], batch: int, seed: int) -> NDArray[np.int64]:
    """Row numbers, shuffled so that those of a batch are about equally long.

    Args:
        lengths: Tokens of each row, shape ``(rows,)``.
        batch: Rows of a batch.
        seed: Of the order.

    Returns:
        As many numbers as whole batches hold.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(lengths))
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(order), _ALIKE * batch):
        some = order[start : start + _ALIKE * batch]
        some = some[np.argsort(lengths[some] + _JITTER * rng.random(len(some)), kind="stable")]
        whole = len(some) // batch
        cut = np.split(some[: whole * batch], whole) if whole else []
        batches += [cut[i] for i in rng.permutation(whole)]
    return np.concatenate(batches) if batches else order[:0]
