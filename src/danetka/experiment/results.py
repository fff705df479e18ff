"""What an experiment found, as a file: everything that a report says, and how to get it again."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

from danetka.errors import DanetkaError
from danetka.evaluation.mcnemar import McNemar
from danetka.evaluation.paired import Difference
from danetka.evaluation.scores import Confusion, Scores
from danetka.experiment.details import Details
from danetka.files import write_json

COMPARED: Final = ("no_f1", "balanced_accuracy", "accuracy")
"""The scores on which arms are compared; the first is the one that claims are made by."""


@dataclass(frozen=True)
class Evaluation:
    """An arm on some rows.

    Attributes:
        arm: The arm or baseline.
        kind: ``baseline``, ``control`` (nothing is made for it) or ``augmented``.
        split: ``val`` or ``test``.
        part: ``all`` rows, or the ``unseen`` ones: passage and question stand in neither train
            nor dev.
        scores: Of all seeds together.
        by_seed: Of each seed; empty for a baseline, which has none.
        base: The base model; empty for a baseline.
    """

    arm: str
    kind: str
    split: str
    part: str
    scores: Scores
    by_seed: dict[int, Scores]
    base: str = ""

    def mean(self, name: str) -> float:
        """The mean of a score over the seeds; for a baseline, the score."""
        values = [scores[name] for scores in self.by_seed.values()]
        return sum(values) / len(values) if values else self.scores[name]

    def spread(self, name: str) -> float | None:
        """The standard deviation of a score over the seeds (n - 1), or None for fewer than two."""
        values = [scores[name] for scores in self.by_seed.values()]
        if len(values) < 2:  # noqa: PLR2004 - what a deviation needs
            return None
        mean = self.mean(name)
        return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


@dataclass(frozen=True)
class Comparison:
    """An arm against another of the same base model on the same rows.

    Attributes:
        arm, against: The arms; a difference is that of the first less that of the second.
        role: What the other one is: ``original``, or ``control``: the best of those that make
            nothing, chosen on dev.
        split, part: The rows, as in `Evaluation`.
        differences: Score (of `COMPARED`) → difference, with its interval and p.
        mcnemar: The exact test of the majority of the seeds.
        base: The base model of both.
    """

    arm: str
    against: str
    role: str
    split: str
    part: str
    differences: dict[str, Difference]
    mcnemar: McNemar
    base: str = ""


@dataclass(frozen=True)
class Results:
    """A finished experiment.

    Attributes:
        name: Its name.
        command: What was typed.
        created: When, ISO 8601.
        release: Which release of the dataset.
        splits: For each split its rows, how many are «да», unseen ones and sha256.
        settings: As resolved.
        environment: Versions and machine.
        evaluations: Baselines first, then arms in the order of the file.
        comparisons: Every arm against the original one and against the best cheap control.
        made: Of each arm that augments and each seed: the rows that were made and wanted, how many
            the training set then has, how many of them «да», and the file they lie in.
        details: Curves, breakdowns, mistakes and the like; None in a file that leaves them out.
    """

    name: str
    command: str
    created: str
    release: str
    splits: dict[str, dict[str, Any]]
    settings: dict[str, Any]
    environment: dict[str, Any]
    evaluations: tuple[Evaluation, ...]
    comparisons: tuple[Comparison, ...] = ()
    made: dict[str, Any] = field(default_factory=dict)
    details: Details | None = None

    def get(self, split: str, part: str = "all") -> list[Evaluation]:
        """The evaluations of these rows, in order."""
        return [e for e in self.evaluations if (e.split, e.part) == (split, part)]

    @property
    def reported(self) -> list[str]:
        """The splits that are scored, in order."""
        return list(dict.fromkeys(e.split for e in self.evaluations))

    def headline(self, split: str) -> str:
        """The part of a split that claims are made on: the unseen rows where some are not."""
        return "unseen" if self.get(split, "unseen") else "all"

    def without_texts(self) -> Self:
        """The same without any row's question or passage: they may not be ours to pass on."""
        if self.details is None:
            return self
        withheld = tuple(
            replace(mistake, question=None, passage=None) for mistake in self.details.mistakes
        )
        return replace(self, details=replace(self.details, mistakes=withheld, instances=()))

    def write(self, path: Path) -> None:
        """As JSON; NaN is written as null."""
        write_json(path, asdict(self))

    @classmethod
    def read(cls, path: Path) -> Self:
        """From a file that `write` wrote.

        Raises:
            DanetkaError: If it is missing or something else.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            evaluations = tuple(_evaluation(value) for value in values.pop("evaluations"))
            comparisons = tuple(_comparison(value) for value in values.pop("comparisons", ()))
            made = {arm: _of_seeds(found) for arm, found in values.pop("made", {}).items()}
            found = values.pop("details", None)
            details = None if found is None else Details.parse(found)
            return cls(
                **values, evaluations=evaluations, comparisons=comparisons, made=made,
                details=details,
            )  # fmt: skip
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            reason = str(error).splitlines()[0]
            raise DanetkaError(f"{path}: not a file of results ({reason})") from error


def _evaluation(values: dict[str, Any]) -> Evaluation:
    by_seed = {seed: _scores(scores) for seed, scores in _of_seeds(values["by_seed"]).items()}
    return Evaluation(**{**values, "scores": _scores(values["scores"]), "by_seed": by_seed})


def _comparison(values: dict[str, Any]) -> Comparison:
    differences = {name: Difference(**value) for name, value in values["differences"].items()}
    test = McNemar(**values["mcnemar"])
    return Comparison(**{**values, "differences": differences, "mcnemar": test})


def _of_seeds(values: dict[str, Any]) -> dict[int, Any]:
    """By number again: JSON has only words for keys."""
    return {int(seed): value for seed, value in values.items()}


def _scores(values: dict[str, Any]) -> Scores:
    return Scores(
        Confusion(**values["confusion"]),
        tuple(values["thresholds"]),
        {name: _number(value) for name, value in values["values"].items()},
        {name: (_number(a), _number(b)) for name, (a, b) in values["intervals"].items()},
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value
