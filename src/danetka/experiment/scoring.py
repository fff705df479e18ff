"""Answers → evaluations, and every arm against the original one and the best cheap control."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from danetka.data.split import group_ids
from danetka.evaluation.baselines import BASELINES
from danetka.evaluation.mcnemar import mcnemar
from danetka.evaluation.paired import paired_differences
from danetka.evaluation.scores import Confusion, Scores, score
from danetka.evaluation.threshold import choose_threshold
from danetka.experiment.execution import Answers
from danetka.experiment.material import Material
from danetka.experiment.results import COMPARED, Comparison, Evaluation
from danetka.experiment.settings import Arm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answered:
    """An arm with what its runs have answered.

    Attributes:
        arm: The arm.
        seeds: Of its runs.
        answers: Of each run: what was answered → P(да).
        labels: Of dev.
    """

    arm: Arm
    seeds: tuple[int, ...]
    answers: tuple[Answers, ...]
    labels: NDArray[np.int64]

    def probabilities(self, what: str) -> Floats:
        """P(да) of these rows, shape ``(seeds, n)``."""
        return np.stack([answers[what] for answers in self.answers])

    @cached_property
    def thresholds(self) -> Floats:
        """For each seed: «да» from this probability on; chosen on dev where the arm says so."""
        told = self.arm.threshold
        if told != "dev":
            return np.full(len(self.seeds), told)
        return np.array([choose_threshold(self.labels, a["dev"]) for a in self.answers])

    def given(self, what: str) -> NDArray[np.bool_]:
        """«да» answered, shape ``(seeds, n)``."""
        return np.asarray(self.probabilities(what) >= self.thresholds[:, None])

    @cached_property
    def on_dev(self) -> float:
        """The score on dev that controls are chosen by: F1 of «нет», mean over the seeds."""
        runs = [Confusion.of(self.labels, run).scores()[COMPARED[0]] for run in self.given("dev")]
        return float(np.mean(runs))


def baselines(material: Material) -> Iterator[Evaluation]:
    """Every baseline on every part of every reported split."""
    for name, predict in BASELINES.items():
        for split, rows in material.reported.items():
            yield from _score(material, name, "baseline", split, predict(material.train, rows))


def evaluations(material: Material, arms: Mapping[str, Answered]) -> Iterator[Evaluation]:
    """Every arm on every part of every reported split."""
    for name, arm in arms.items():
        for split in material.reported:
            yield from _score(material, name, arm.arm.kind, split, arm.probabilities(split), arm)


def comparisons(material: Material, arms: Mapping[str, Answered]) -> Iterator[Comparison]:
    """Every arm against the original one, and every augmented one against the best control."""
    for (split, part), mask in material.parts.items():
        if not mask.any():
            continue
        rows = material.reported[split].select(np.flatnonzero(mask))
        labels, groups = rows.labels, group_ids(rows)
        given = {name: arm.given(split)[:, mask] for name, arm in arms.items()}
        for name, against, role in _pairs(material, arms):
            ours, theirs = given[name], given[against]
            found = paired_differences(labels, ours, theirs, COMPARED, groups=groups)
            exact = mcnemar(labels, ours, theirs)
            base = arms[name].arm.base
            yield Comparison(name, against, role, split, part, found, exact, base)


def _pairs(material: Material, arms: Mapping[str, Answered]) -> Iterator[tuple[str, str, str]]:
    """(arm, against, role) within each base model; the control is the best of its kind on dev."""
    for base in dict.fromkeys(arm.arm.base for arm in arms.values()):
        own = {name: arm for name, arm in arms.items() if arm.arm.base == base}
        original = material.settings.original_of(base).name
        controls = [n for n, arm in own.items() if arm.arm.kind == "control" and n != original]
        best = max(controls, key=lambda name: own[name].on_dev, default=None)
        for name, arm in own.items():
            if name != original and original in own:
                yield name, original, "original"
            if best is not None and arm.arm.kind == "augmented":
                yield name, best, "control"


def _score(
    material: Material,
    name: str,
    kind: str,
    split: str,
    probabilities: Floats,
    arm: Answered | None = None,
) -> Iterator[Evaluation]:
    labels = material.reported[split].labels
    thresholds = 0.5 if arm is None else arm.thresholds
    for (of, part), mask in material.parts.items():
        if of != split or not mask.any():
            continue
        whole = score(labels[mask], probabilities[..., mask], thresholds)
        by_seed: dict[int, Scores] = {}
        for i, seed in enumerate(arm.seeds if arm else ()):
            level = float(np.atleast_1d(thresholds)[i])
            by_seed[seed] = score(labels[mask], probabilities[i, mask], level)
        yield Evaluation(name, kind, split, part, whole, by_seed, arm.arm.base if arm else "")
