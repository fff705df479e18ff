"""`danetka.augment`: rows in, the same rows with made ones out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from danetka.augmentation.balance import missing
from danetka.augmentation.catalog import RUNS, Making, by_name
from danetka.augmentation.generator import Generator, Made
from danetka.augmentation.prompts.adapter import by_answer
from danetka.augmentation.prompts.settings import PromptedSettings
from danetka.augmentation.style import Style
from danetka.errors import SettingsError
from danetka.language.text import question_key
from danetka.schema import NO, YES, Examples

Answers = Literal["rare", "yes", "no", "both"]
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
        gates: Gate → how many questions were left after it; of generators that write more than
            they keep.
    """

    examples: Examples
    made: Examples
    wanted: int
    skipped: Counter[str]
    gates: Mapping[str, int] = field(default_factory=dict)


def augment(  # noqa: PLR0913 - each is a decision of the caller's
    examples: Examples,
    generator: str | Mapping[str, float] | Generator = "rules",
    *,
    answer: Answers = "rare",
    n: int | None = None,
    against: Iterable[Examples] = (),
    style: Style | Literal["auto"] = "auto",
    seed: int = 0,
    workers: int = 1,
    parts: Path | None = None,
    prompted: Mapping[str, Any] | None = None,
    adapters: Sequence[Path] = (),
    runs: Path = RUNS,
) -> Examples:
    """Add made questions about the passages of a table.

    Args:
        examples: Labelled rows.
        generator: ``rules``, ``p-tuning``, ``rules,p-tuning`` for both in equal shares, name →
            share, or any object that is a `Generator` (then all from `style` on is its own affair).
        answer: Which answer the made questions have; ``rare`` is that of the rarer class.
        n: How many; by default as many as make both answers equally frequent (with ``both``: one
            for every two rows).
        against: Other splits, none of whose questions is asked.
        style: ``danetqa`` (lower case, no commas, no ё), ``plain``, or that of the rows.
        seed: The same rows and seed give the same questions.
        workers: Processes side by side.
        parts: A folder for finished work, by which a killed run goes on.
        prompted: Fields of `PromptedSettings`, for p-tuning.
        adapters: Folders of adapters that p-tuning writes with; without them they are trained.
        runs: Where the models lie that are trained on the way.

    Returns:
        The rows given, then the made ones (fewer than `n` where the passages do not yield them).

    Raises:
        DanetkaError: If an answer is missing altogether, or a part of the library.
        SettingsError: If an option is none of these, or nothing is wanted.
        ModelError: If a language model or an adapter is not what it should be.
    """
    making = Making(
        style, seed, workers, parts,
        prompted=PromptedSettings.parse(prompted or {}, "prompted"),
        adapters=by_answer(adapters),
        runs=runs,
    )  # fmt: skip
    return augmented(
        examples, generator, answer=answer, n=n, against=against, making=making
    ).examples


def augmented(
    examples: Examples,
    generator: str | Mapping[str, float] | Generator = "rules",
    making: Making | None = None,
    *,
    answer: Answers = "rare",
    n: int | None = None,
    against: Iterable[Examples] = (),
) -> Augmented:
    """As `augment`, with an account of it."""
    label, wanted = _wanted(examples, answer, n)
    others = list(against)
    if isinstance(generator, str | Mapping):
        generator = by_name(generator, examples, others, making or Making())
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
        rows.append(replace(row, idx=f"{row.source}-{print_}", group=groups.get(row.passage)))
    kept = beside.rows if beside else ()
    return Augmented(
        Examples((*kept, *rows), beside.origin if beside else name),
        Examples(tuple(rows), name),
        wanted,
        made.skipped,
        made.gates,
    )


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
