"""`danetka.augment`: rows in, the same rows with made ones out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from danetka.augmentation.balance import missing
from danetka.augmentation.generator import Generator
from danetka.errors import SettingsError
from danetka.language.text import normalize
from danetka.schema import NO, YES, Examples

Answers = Literal["rare", "yes", "no", "both"]
GENERATORS: Final = ("rules",)
_LABELS: Final = {"yes": YES, "no": NO}


@dataclass(frozen=True)
class Augmented:
    """A table with what was made for it.

    Attributes:
        examples: The rows that were given, then the made ones.
        made: The made ones alone.
        wanted: How many were asked for.
        skipped: Reason → how often something was passed over.
    """

    examples: Examples
    made: Examples
    wanted: int
    skipped: Counter[str]


def augment(  # noqa: PLR0913 - each is a decision of the caller's
    examples: Examples,
    generator: str | Generator = "rules",
    *,
    answer: Answers = "rare",
    n: int | None = None,
    against: Iterable[Examples] = (),
    style: Literal["danetqa", "plain"] = "danetqa",
    seed: int = 0,
    workers: int = 1,
    parts: Path | None = None,
) -> Examples:
    """Add made questions about the passages of a table.

    Args:
        examples: Labelled rows.
        generator: ``rules``, or any object that is a `Generator`.
        answer: Which answer the made questions have; ``rare`` is that of the rarer class.
        n: How many; by default as many as make both answers equally frequent (with ``both``: one
            for every two rows).
        against: Other splits, none of whose questions is asked.
        style: ``danetqa`` (lower case, no commas, no ё) or ``plain``.
        seed: The same rows and seed give the same questions.
        workers: Processes side by side.
        parts: A folder for finished work, by which a killed run goes on.

    Returns:
        The rows given, then the made ones (fewer than `n` where the passages do not yield them).

    Raises:
        DanetkaError: If an answer is missing altogether, or a part of the library.
    """
    return augmented(
        examples, generator, answer=answer, n=n, against=against, style=style, seed=seed,
        workers=workers, parts=parts,
    ).examples  # fmt: skip


def augmented(  # noqa: PLR0913 - each is a decision of the caller's
    examples: Examples,
    generator: str | Generator = "rules",
    *,
    answer: Answers = "rare",
    n: int | None = None,
    against: Iterable[Examples] = (),
    style: Literal["danetqa", "plain"] = "danetqa",
    seed: int = 0,
    workers: int = 1,
    parts: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Augmented:
    """As `augment`, with an account of it."""
    label, wanted = _wanted(examples, answer, n)
    if isinstance(generator, str):
        generator = by_name(generator, examples, against, style, seed, workers, parts, progress)
    passages = list(dict.fromkeys(examples.passages))
    made = generator.generate(passages, label, wanted)
    groups = {row.passage: row.group for row in examples}
    rows = tuple(replace(row, group=groups[row.passage]) for row in made.examples)
    return Augmented(
        Examples((*examples.rows, *rows), examples.origin),
        Examples(rows, generator.name),
        wanted,
        made.skipped,
    )


def by_name(  # noqa: PLR0913, PLR0917 - what a generator is told
    name: str,
    beside: Examples | None,
    against: Iterable[Examples],
    style: Literal["danetqa", "plain"],
    seed: int,
    workers: int = 1,
    parts: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Generator:
    """A generator of the catalogue.

    Raises:
        SettingsError: If there is none of that name.
    """
    if name not in GENERATORS:
        raise SettingsError(f"generator {name!r}: there is none; known are {', '.join(GENERATORS)}")
    from danetka.augmentation.rules.generator import RuleGenerator

    asked = frozenset(normalize(q) for rows in against for q in rows.questions)
    return RuleGenerator(style, seed, workers, beside, asked, parts, progress)


def _wanted(examples: Examples, answer: Answers, n: int | None) -> tuple[int | None, int]:
    if answer == "both":
        return None, n if n is not None else len(examples) // 2
    rare, number = missing(examples)
    label = rare if answer == "rare" else _LABELS[answer]
    if n is None:
        return label, number if label == rare else 0
    return label, n
