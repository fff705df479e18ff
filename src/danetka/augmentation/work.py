"""What `danetka augment` does: passages of a dataset or of text files → rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from danetka.augmentation.api import Augmented, assemble
from danetka.augmentation.balance import missing
from danetka.augmentation.catalog import Making, by_name
from danetka.data.read import read_corpus
from danetka.data.rows import Columns
from danetka.data.text import is_text, read_passages
from danetka.errors import DanetkaError, SettingsError
from danetka.schema import Examples

A_PASSAGE = 2
"""Questions that are asked for by default."""


@dataclass(frozen=True)
class Task:
    """What is to be augmented.

    Attributes:
        name: The dataset, or the file.
        passages: Each once, in order.
        beside: The rows that the made ones join; None for plain text.
        against: Other splits, whose questions are not asked.
        balance: Whether the classes are to be made equal.
        skipped: What was passed over in reading.
    """

    name: str
    passages: list[str]
    beside: Examples | None = None
    against: tuple[Examples, ...] = ()
    balance: bool = False
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    Attributes:
        generator: Name → share.
        answer: 1, 0, or None for as many of each.
        number: How many; None for the default.
        making: How they are made.
    """

    generator: Mapping[str, float]
    answer: int | None
    number: int | None
    making: Making


def load_task(data: str, columns: Columns, *, balance: bool) -> Task:
    """Read what is to be augmented.

    Raises:
        DataError: If a file has faults.
        SettingsError: If classes are to be balanced where there are none, or there is no train.
    """
    path = Path(data)
    if path.exists() and is_text(path):
        if balance:
            raise SettingsError(f"--balance: {data} is plain text and has no answers to balance")
        passages, skipped = read_passages(path)
        return Task(data, passages, skipped=skipped)
    corpus = read_corpus(data, columns, labels=False)
    rows = corpus.get("train")
    if rows is None:
        have = ", ".join(corpus.splits)
        raise SettingsError(f"{data}: there is no train split to augment: it has {have}")
    others = tuple(part for name, part in corpus.splits.items() if name != "train")
    passages = list(dict.fromkeys(rows.passages))
    return Task(data, passages, rows, others, balance)


def run_task(task: Task, wish: Wish) -> Augmented:
    """Make the questions.

    Raises:
        SettingsError: If the generator is not known, or nothing is missing.
    """
    answer, wanted = wish.answer, wish.number or A_PASSAGE * len(task.passages)
    if task.balance:
        answer, wanted = _missing(task)
    generator = by_name(wish.generator, task.beside, task.against, wish.making)
    made = generator.generate(task.passages, answer, wanted)
    made.skipped.update(task.skipped)
    return assemble(made, generator.name, wanted, task.beside, task.against)


def _missing(task: Task) -> tuple[int, int]:
    assert task.beside is not None  # noqa: S101 - load_task refuses text
    try:
        answer, wanted = missing(task.beside)
    except DanetkaError as error:
        raise SettingsError(
            f"--balance: {task.name}: {error}: use --answer yes or no with -n"
        ) from error
    if not wanted:
        raise SettingsError(f"--balance: {task.name}: both answers are equally frequent")
    return answer, wanted
