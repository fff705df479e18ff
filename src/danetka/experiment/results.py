"""What an experiment found, as a file: everything that a table says, and how to get it again."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from danetka.errors import DanetkaError
from danetka.evaluation.paired import Difference
from danetka.evaluation.scores import Confusion, Scores
from danetka.files import write_json


@dataclass(frozen=True)
class Evaluation:
    """An arm on some rows.

    Attributes:
        arm: The arm or baseline.
        kind: ``baseline`` or ``model``.
        split: ``val`` or ``test``.
        part: ``all`` rows, or the ``unseen`` ones: passage and question stand in neither train
            nor dev.
        scores: Of all seeds together.
        by_seed: Of each seed; empty for a baseline, which has none.
    """

    arm: str
    kind: str
    split: str
    part: str
    scores: Scores
    by_seed: dict[int, Scores]

    def spread(self, name: str) -> float | None:
        """The standard deviation of a score over the seeds (n - 1), or None for fewer than two."""
        values = [scores[name] for scores in self.by_seed.values()]
        if len(values) < 2:  # noqa: PLR2004 - what a deviation needs
            return None
        mean = sum(values) / len(values)
        return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


@dataclass(frozen=True)
class Comparison:
    """An arm against another on the same rows.

    Attributes:
        arm, against: The arms; the difference is that of the first less that of the second.
        split, part: The rows, as in `Evaluation`.
        score: The score that is compared.
        difference: With its interval and p.
    """

    arm: str
    against: str
    split: str
    part: str
    score: str
    difference: Difference


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
        comparisons: Every arm that augments against every one that does not.
        made: Of each arm that augments and each seed: the rows that were made and wanted, how many
            the training set then has, how many of them «да», and the file they lie in.
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

    def get(self, split: str, part: str = "all") -> list[Evaluation]:
        """The evaluations of these rows, in order."""
        return [e for e in self.evaluations if (e.split, e.part) == (split, part)]

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
            comparisons = tuple(
                Comparison(**{**value, "difference": Difference(**value["difference"])})
                for value in values.pop("comparisons", ())
            )
            made = {arm: _of_seeds(found) for arm, found in values.pop("made", {}).items()}
            return cls(**values, evaluations=evaluations, comparisons=comparisons, made=made)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DanetkaError(f"{path}: not a file of results ({error})") from error


def _evaluation(values: dict[str, Any]) -> Evaluation:
    by_seed = {seed: _scores(scores) for seed, scores in _of_seeds(values["by_seed"]).items()}
    return Evaluation(**{**values, "scores": _scores(values["scores"]), "by_seed": by_seed})


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
