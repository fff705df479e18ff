"""What stands behind the tables of an experiment: curves, breakdowns, mistakes, consistency."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, TypeAdapter

from danetka.data.audit import Audit
from danetka.evaluation.curves import Bin, Sweep
from danetka.evaluation.scores import Confusion
from danetka.robustness.consistency import Consistency


def _or_nan(value: object) -> object:
    return math.nan if value is None else value


Number = Annotated[float, BeforeValidator(_or_nan)]
"""A number; null, which stands for NaN in a file, is read as NaN."""


@dataclass(frozen=True, slots=True)
class Curve:
    """An arm's probabilities on the headline rows of a split.

    Attributes:
        arm: The arm.
        split, part: The rows.
        sweep: Its confusion matrix as the threshold moves, summed over the seeds.
        bins: Of its reliability diagram.
    """

    arm: str
    split: str
    part: str
    sweep: Sweep
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A run, epoch by epoch, on dev.

    Attributes:
        arm: The arm; those that differ in the threshold alone share their runs.
        seed: The seed.
        chosen: The number of the epoch whose model is reported.
        epochs: For each epoch ``epoch``, ``train_loss`` and the scores on dev by name.
    """

    arm: str
    seed: int
    chosen: int
    epochs: tuple[dict[str, Number], ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """An arm on the rows of one kind among the headline rows of a split.

    Attributes:
        arm: The arm or baseline.
        split: The split.
        by: ``form`` of the question, ``phenomenon``, ``length`` of the passage in words,
            ``overlap``: the share of the question's content lemmas that the passage has.
        value: Which form, phenomenon, range.
        rows: How many rows.
        yes: How many of them are «да».
        confusion: Summed over the seeds.
    """

    arm: str
    split: str
    by: str
    value: str
    rows: int
    yes: int
    confusion: Confusion


@dataclass(frozen=True, slots=True)
class Mistake:
    """A row that the arms get most surely wrong.

    Attributes:
        split: The split.
        row: Its own idx, or its number in the split.
        question, passage: Its texts; None where they are withheld.
        label: The right answer.
        yes: Arm → P(да), the mean over its seeds.
    """

    split: str
    row: int | str
    question: str | None
    passage: str | None
    label: int
    yes: dict[str, float]


@dataclass(frozen=True, slots=True)
class Robustness:
    """How consistent an arm is under one kind of change.

    Attributes:
        arm: The arm.
        found: The figures.
    """

    arm: str
    found: Consistency


@dataclass(frozen=True, slots=True)
class Instance:
    """A probe's first pair, to show what it changes.

    Attributes:
        probe: The probe.
        before, after: The question, or the passage where that is what it changes.
    """

    probe: str
    before: str
    after: str


@dataclass(frozen=True)
class Details:
    """All of it.

    Attributes:
        curves: Of every arm on every split.
        courses: Of every arm and seed.
        slices: Of every arm and of the question-only baseline.
        mistakes: The twenty worst of each split, the worst first.
        robustness: Of every arm and probe; empty where none was asked for.
        instances: One pair of each probe; empty where texts are withheld.
        audit: Of the dataset.
    """

    curves: tuple[Curve, ...] = ()
    courses: tuple[Course, ...] = ()
    slices: tuple[Slice, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    robustness: tuple[Robustness, ...] = ()
    instances: tuple[Instance, ...] = ()
    audit: Audit | None = None

    @classmethod
    def parse(cls, values: dict[str, Any]) -> Self:
        """From what a file holds.

        Raises:
            ValueError: If it is something else.
        """
        for given in (values.get("audit") or {}).get("giveaways", ()):
            given["roc_auc"] = _or_nan(given["roc_auc"])
        return TypeAdapter(cls).validate_python(values)
