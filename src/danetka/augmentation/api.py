"""`danetka.augment`: rows in, the same rows with made ones out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from danetka.augmentation.balance import missing
from danetka.augmentation.generator import Generator, Made
from danetka.augmentation.style import Style, style_of
from danetka.errors import SettingsError
from danetka.language.text import question_key
from danetka.schema import NO, YES, Examples

Answers = Literal["rare", "yes", "no", "both"]
GENERATORS: Final = ("rules",)
_LABELS: Final = {"yes": YES, "no": NO}
_ANSWERS: Final = ("rare", "yes", "no", "both")


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
    style: Style | Literal["auto"] = "auto",
    seed: int = 0,
    workers: int = 1,
    parts: Path | None = None,
) -> Examples:
    """Add made questions about the passages of a table.

    Args:
        examples: Labelled rows.
        generator: ``rules``, or any object that is a `Generator` (then style, seed, workers and
            parts are its own affair).
        answer: Which answer the made questions have; ``rare`` is that of the rarer class.
        n: How many; by default as many as make both answers equally frequent (with ``both``: one
            for every two rows).
        against: Other splits, none of whose questions is asked.
        style: ``danetqa`` (lower case, no commas, no ё), ``plain``, or that of the rows.
        seed: The same rows and seed give the same questions.
        workers: Processes side by side.
        parts: A folder for finished work, by which a killed run goes on.

    Returns:
        The rows given, then the made ones (fewer than `n` where the passages do not yield them).

    Raises:
        DanetkaError: If an answer is missing altogether, or a part of the library.
        SettingsError: If an option is none of these, or nothing is wanted.
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
    style: Style | Literal["auto"] = "auto",
    seed: int = 0,
    workers: int = 1,
    parts: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Augmented:
    """As `augment`, with an account of it."""
    label, wanted = _wanted(examples, answer, n)
    others = list(against)
    if isinstance(generator, str):
        generator = by_name(generator, examples, others, style, seed, workers, parts, progress)
    made = generator.generate(list(dict.fromkeys(examples.passages)), label, wanted)
    return assemble(made, generator.name, wanted, examples, others)


def assemble(
    made: Made,
    name: str,
    wanted: int,
    beside: Examples | None,
    against: Sequence[Examples] = (),
) -> Augmented:
    """What any generator made as rows: no question of the data, none twice about one passage.

    Each row inherits the group of its passage; its ``idx`` is a fingerprint of question and
    passage, so that made rows can be added to made rows.
    """
    there = [*against, *([beside] if beside else [])]
    asked = {question_key(question) for rows in there for question in rows.questions}
    groups = {row.passage: row.group for row in beside or ()}
    seen: set[tuple[str, str]] = set()
    rows = []
    for row in made.examples:
        key = question_key(row.question)
        if key in asked or (key, row.passage) in seen:
            made.skipped["question: asked already"] += 1
            continue
        seen.add((key, row.passage))
        print_ = hashlib.sha256(f"{row.question}\n{row.passage}".encode()).hexdigest()[:12]
        rows.append(replace(row, idx=f"{name}-{print_}", group=groups.get(row.passage)))
    kept = beside.rows if beside else ()
    return Augmented(
        Examples((*kept, *rows), beside.origin if beside else name),
        Examples(tuple(rows), name),
        wanted,
        made.skipped,
    )


def by_name(  # noqa: PLR0913, PLR0917 - what a generator is told
    name: str,
    beside: Examples | None,
    against: Iterable[Examples],
    style: Style | Literal["auto"],
    seed: int,
    workers: int = 1,
    parts: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Generator:
    """A generator of the catalogue.

    Raises:
        SettingsError: If there is none of that name, or no such style.
    """
    if name not in GENERATORS:
        raise SettingsError(f"generator {name!r}: there is none; known are {', '.join(GENERATORS)}")
    if style not in ("auto", "plain", "danetqa"):
        raise SettingsError(f"style {style!r}: there is none; known are auto, plain, danetqa")
    from danetka.augmentation.rules.generator import RuleGenerator

    asked = frozenset(question_key(q) for rows in against for q in rows.questions)
    chosen = style_of(beside.questions if beside else []) if style == "auto" else style
    return RuleGenerator(chosen, seed, workers, beside, asked, parts, progress)


def _wanted(examples: Examples, answer: Answers, n: int | None) -> tuple[int | None, int]:
    if answer not in _ANSWERS:
        raise SettingsError(f"answer {answer!r}: there is none; known are {', '.join(_ANSWERS)}")
    if n is not None and n < 1:
        raise SettingsError(f"n {n}: ask for at least one question")
    if answer == "both":
        return None, n if n is not None else len(examples) // 2
    if n is not None and answer != "rare":
        return _LABELS[answer], n
    rare, number = missing(examples)
    label = rare if answer == "rare" else _LABELS[answer]
    wanted = n if n is not None else number if label == rare else 0
    if not wanted:
        name = "да" if label else "нет"
        raise SettingsError(
            f"{examples.origin}: no «{name}» is missing for balance: say how many (n)"
        )
    return label, wanted
