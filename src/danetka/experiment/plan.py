"""Which runs an experiment consists of, which of them are done, and how long the rest takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from danetka.experiment.making import Workshop
from danetka.experiment.settings import Arm, ExperimentSettings
from danetka.schema import Examples
from danetka.training.balance import class_counts
from danetka.training.run import is_finished, run_key
from danetka.training.settings import TrainSettings

State = Literal["finished", "begun", "to train", "to make and train"]


@dataclass(frozen=True, slots=True)
class Run:
    """A training run with its data: arms that differ in the threshold alone share it.

    Attributes:
        arms: The arms, in the order of the file.
        seed: The seed.
        settings: Its settings.
        train: Its training set.
        folder: Its folder, named by content.
    """

    arms: tuple[str, ...]
    seed: int
    settings: TrainSettings
    train: Examples
    folder: Path


@dataclass(frozen=True, slots=True)
class Planned:
    """A run as the plan knows it.

    Attributes:
        arms: The arms that share it.
        seed: The seed.
        base: Its base model.
        rows: Of an epoch; expected, where they are not made yet.
        state: What there is of it.
        seconds: How long it will take on one worker; 0 when it is finished.
    """

    arms: tuple[str, ...]
    seed: int
    base: str
    rows: int
    state: State
    seconds: float = 0.0


@dataclass(frozen=True)
class Plan:
    """All runs, in the order in which they are begun.

    Attributes:
        runs: The runs.
        jobs: How many are trained side by side.
    """

    runs: tuple[Planned, ...]
    jobs: int

    @property
    def left(self) -> list[Planned]:
        """Those that are not finished."""
        return [run for run in self.runs if run.state != "finished"]

    @property
    def seconds(self) -> float:
        """How long training and answering take, questions' making not counted."""
        return sum(run.seconds for run in self.runs) / min(self.jobs, max(len(self.left), 1))


def plan_runs(settings: ExperimentSettings, workshop: Workshop, folder: Path, jobs: int) -> Plan:
    """What there is to do, without doing any of it.

    Args:
        settings: The experiment.
        workshop: Knows what is made already.
        folder: Where its runs lie.
        jobs: How many are trained side by side.
    """
    found: dict[object, Planned] = {}
    for arm in settings.list_arms():
        for seed in settings.seeds:
            told = settings.run_settings(arm, seed)
            train = workshop.made(arm, seed)
            if train is None:
                wish = arm.augment.model_dump_json() if arm.augment else ""
                key: object = (told.model_dump_json(), wish, seed)
                state: State = "to make and train"
            else:
                place = folder / run_key(train, workshop.material.dev, told)
                key, state = place, state_of(place)
            before = found.get(key)
            arms = (*(before.arms if before else ()), arm.name)
            rows = workshop.expected(arm) if train is None else len(train)
            if told.sampling and train is not None:
                counts = class_counts(train.labels)
                rows = 2 * (max(counts) if told.sampling == "over" else min(counts))
            found[key] = Planned(arms, seed, arm.base, rows, state)
    return Plan(tuple(found.values()), jobs)


def share(runs: Iterable[tuple[Arm, Run]]) -> list[Run]:
    """Each run once, with the names of all arms that share it."""
    found: dict[Path, Run] = {}
    for arm, run in runs:
        before = found.get(run.folder)
        names = (*(before.arms if before else ()), arm.name)
        found[run.folder] = Run(names, run.seed, run.settings, run.train, run.folder)
    return list(found.values())


def state_of(folder: Path) -> State:
    """How far a run has come."""
    if is_finished(folder):
        return "finished"
    return "begun" if any(folder.glob("checkpoints/checkpoint-*")) else "to train"
