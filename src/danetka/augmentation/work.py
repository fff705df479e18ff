"""What `danetka augment` does: passages of a dataset or of text files → rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast

from danetka.augmentation.api import Augmented, by_name
from danetka.augmentation.balance import missing
from danetka.data.read import read_corpus
from danetka.data.rows import Columns
from danetka.data.text import is_text, read_passages
from danetka.errors import SettingsError
from danetka.schema import Examples


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


def load_task(data: str, columns: Columns, *, balance: bool) -> Task:
    """Read what is to be augmented.

    Raises:
        DataError: If a file has faults.
        SettingsError: If classes are to be balanced where there are none.
    """
    path = Path(data)
    if path.exists() and is_text(path):
        if balance:
            raise SettingsError(f"--balance: {data} is plain text and has no answers to balance")
        passages, skipped = read_passages(path)
        return Task(data, passages, skipped=skipped)
    corpus = read_corpus(data, columns, labels=balance)
    rows = corpus.get("train")
    if rows is None:
        have = ", ".join(corpus.splits)
        raise SettingsError(f"{data}: there is no train split to augment: it has {have}")
    others = tuple(part for name, part in corpus.splits.items() if name != "train")
    passages = list(dict.fromkeys(rows.passages))
    return Task(data, passages, rows, others, balance)


def run_task(  # noqa: PLR0913, PLR0917 - each is an option of the command
    task: Task,
    generator: str,
    answer: int | None,
    number: int | None,
    style: str,
    seed: int,
    workers: int,
    parts: Path,
    progress: Callable[[int, int], None],
) -> Augmented:
    """Make the questions.

    Raises:
        SettingsError: If the generator is not known, or nothing is missing.
    """
    wanted = number or 2 * len(task.passages)
    if task.balance and task.beside is not None:
        answer, rare = missing(task.beside)
        wanted = number or rare
        if not wanted:
            raise SettingsError(f"--balance: {task.name}: both answers are equally frequent")
    made = by_name(
        generator, task.beside, task.against, cast(Literal["plain", "danetqa"], style), seed,
        workers, parts, progress,
    ).generate(task.passages, answer, wanted)  # fmt: skip
    groups = {row.passage: row.group for row in task.beside or ()}
    rows = tuple(
        replace(row, idx=f"{generator}-{i}", group=groups.get(row.passage))
        for i, row in enumerate(made.examples, 1)
    )
    kept = task.beside.rows if task.beside and task.balance else ()
    return Augmented(
        Examples((*kept, *rows), task.name),
        Examples(rows, generator),
        wanted,
        made.skipped + task.skipped,
    )
