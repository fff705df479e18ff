"""Run an experiment: train every arm with every seed, answer, score."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from danetka.data.catalog import release_of
from danetka.data.read import read_corpus
from danetka.data.rows import Columns
from danetka.data.split import group_ids, seen_in, with_dev
from danetka.data.write import write_jsonl
from danetka.environment import environment
from danetka.errors import DanetkaError
from danetka.evaluation.baselines import BASELINES
from danetka.evaluation.paired import paired_difference
from danetka.evaluation.scores import Scores, score
from danetka.evaluation.threshold import choose_threshold
from danetka.experiment.predictions import (
    predictions_path,
    read_predictions,
    write_predictions,
)
from danetka.experiment.results import Comparison, Evaluation, Results
from danetka.experiment.settings import Arm, ExperimentSettings
from danetka.models.classifier import Classifier
from danetka.schema import Corpus, Examples
from danetka.training.listener import Listener
from danetka.training.run import run as train_run
from danetka.training.run import run_key
from danetka.training.settings import TrainSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray


class ExperimentListener(Listener, Protocol):
    """Hears of an experiment's runs, and of each run's own progress."""

    def begin(self, arms: str, seed: int, number: int, total: int) -> None:
        """A run that is to be trained or found finished."""

    def generate(self, arm: str, what: str, total: int) -> Callable[[int], None]:
        """An arm's questions are made: a stage with its steps; see `Stage`."""

    def answer(self, split: str, rows: int) -> Callable[[int], None]:
        """So many rows of a split are answered next; what is returned is told of each batch."""


def _cores() -> int:
    """The processors that this process may use, at most four: each worker holds the models."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(allowed or 1, 4)


@dataclass(frozen=True, slots=True)
class Job:
    """A training run: arms that differ in the threshold alone share it."""

    arm: Arm
    seed: int
    settings: TrainSettings
    train: Examples
    folder: Path


@dataclass(frozen=True)
class Experiment:
    """An experiment with its data read.

    Attributes:
        settings: What it was told.
        corpus: Train, dev and the splits that are reported.
        folder: Where its runs lie, each in a folder named by its content.
        made: Of each arm that augments and each seed: how many rows were made, and where they lie.
    """

    settings: ExperimentSettings
    corpus: Corpus
    folder: Path
    made: dict[str, dict[int, dict[str, object]]] = field(default_factory=dict)

    @classmethod
    def load(cls, settings: ExperimentSettings, folder: Path) -> Experiment:
        """Read the data.

        Raises:
            DataError: If a file has faults.
            DanetkaError: If it lacks a split that is needed.
        """
        columns = Columns(**settings.columns)
        corpus = read_corpus(settings.data, columns)
        if settings.dev == "val":
            corpus = Corpus(corpus.name, {**corpus.splits, "dev": corpus.val})
        corpus = with_dev(corpus, settings.dev_fraction)
        loaded = cls(settings, corpus, folder)
        if not loaded.reported:
            wanted, there = ", ".join(settings.report_on), ", ".join(corpus.splits)
            raise DanetkaError(
                f"{settings.data}: no split to report on ({wanted}) has answers: it has {there}"
            )
        return loaded

    @cached_property
    def reported(self) -> dict[str, Examples]:
        """The splits to report on that the corpus has, with their answers."""
        found = {name: self.corpus.get(name) for name in self.settings.report_on}
        return {name: rows for name, rows in found.items() if rows is not None and rows.labelled}

    @cached_property
    def parts(self) -> dict[tuple[str, str], NDArray[np.bool_]]:
        """(split, part) → which rows: all, and the unseen ones where some are not."""
        found = {}
        for split, rows in self.reported.items():
            found[split, "all"] = np.ones(len(rows), dtype=bool)
            seen = seen_in(rows, self.corpus.train)
            if self.settings.dev != "val":
                seen |= seen_in(rows, self.corpus.dev)
            if seen.any():
                found[split, "unseen"] = ~seen
        return found

    def jobs(self, listener: ExperimentListener) -> Iterator[Job]:
        """Every arm with every seed; what an arm adds to its training set is made here."""
        for arm in self.settings.list_arms():
            for seed in self.settings.seeds:
                settings = self.settings.run_settings(arm, seed)
                train = self._train(arm, seed, listener)
                key = run_key(train, self.corpus.dev, settings)
                yield Job(arm, seed, settings, train, self.folder / key)

    def _train(self, arm: Arm, seed: int, listener: ExperimentListener) -> Examples:
        """An arm's training set."""
        rows, told = self.corpus.train, arm.augment
        if told is None:
            return rows
        from danetka.augmentation.api import augmented
        from danetka.augmentation.catalog import Making

        others = [part for name, part in self.corpus.splits.items() if name != "train"]
        making = Making(
            told.style, seed, _cores(), self.folder / "drafts",
            partial(listener.generate, arm.name), told.prompted, runs=self.folder,
        )  # fmt: skip
        made = augmented(
            rows, told.generator, making, answer=told.answer, n=told.rows, against=others
        )
        path = self.folder / "augmented" / f"{made.examples.sha256[:12]}.jsonl"
        if not path.exists():
            write_jsonl(path, made.made)
        self.made.setdefault(arm.name, {})[seed] = {
            "rows": len(made.made),
            "wanted": made.wanted,
            "train_rows": len(made.examples),
            "train_yes": int(made.examples.labels.sum()),
            **({"gates": dict(made.gates)} if made.gates else {}),
            "file": str(path.relative_to(self.folder)),
        }
        return made.examples

    def execute(self, command: str, listener: ExperimentListener) -> Results:
        """Train what is not trained yet, answer what is not answered yet, and score it all.

        Args:
            command: What was typed, for the results.
            listener: Hears of the progress.
        """
        jobs = list(self.jobs(listener))
        sharing: dict[Path, list[Job]] = {}
        for job in jobs:
            sharing.setdefault(job.folder, []).append(job)
        answers: dict[Path, dict[str, NDArray[np.float64]]] = {}
        for number, (folder, alike) in enumerate(sharing.items(), 1):
            names = " / ".join(job.arm.name for job in alike)
            listener.begin(names, alike[0].seed, number, len(sharing))
            answers[folder] = self._answer(alike[0], listener)
        evaluations = [*self._baselines(), *self._arms(jobs, answers)]
        return Results(
            name=self.settings.name,
            command=command,
            created=datetime.now().astimezone().isoformat(timespec="seconds"),
            release=self.settings.release or release_of(self.settings.data),
            splits={name: self._describe(name) for name in self.corpus.splits},
            settings=self.settings.model_dump(mode="json"),
            environment=environment(),
            evaluations=tuple(evaluations),
            comparisons=tuple(self._compare(jobs, answers)),
            made=dict(self.made),
        )

    def _answer(self, job: Job, listener: ExperimentListener) -> dict[str, NDArray[np.float64]]:
        """A run's probabilities for dev and for each reported split."""
        done = train_run(job.train, self.corpus.dev, job.settings, job.folder, listener)
        found: dict[str, NDArray[np.float64]] = {}
        classifier: Classifier | None = None
        for split, rows in {"dev": self.corpus.dev, **self.reported}.items():
            path = predictions_path(job.folder, split, rows)
            if not path.exists():
                classifier = classifier or Classifier.from_pretrained(done.model)
                told = listener.answer(split, len(rows))
                write_predictions(path, rows, classifier.probabilities(rows, told))
            found[split] = read_predictions(path)
        return found

    def _baselines(self) -> Iterator[Evaluation]:
        for name, predict in BASELINES.items():
            for split, rows in self.reported.items():
                yield from self._score(name, split, predict(self.corpus.train, rows))

    def _arms(
        self, jobs: list[Job], answers: dict[Path, dict[str, NDArray[np.float64]]]
    ) -> Iterator[Evaluation]:
        for arm in self.settings.list_arms():
            runs = [job for job in jobs if job.arm.name == arm.name]
            thresholds = np.array(
                [self._threshold(arm, answers[job.folder]["dev"]) for job in runs]
            )
            for split in self.reported:
                found = np.stack([answers[job.folder][split] for job in runs])
                yield from self._score(
                    arm.name, split, found, thresholds, [job.seed for job in runs]
                )

    def _compare(
        self, jobs: list[Job], answers: dict[Path, dict[str, NDArray[np.float64]]]
    ) -> Iterator[Comparison]:
        """Every arm that augments against every one that does not, on «нет»'s F1."""
        arms = self.settings.list_arms()
        for (split, part), mask in self.parts.items():
            if not mask.any():
                continue
            rows = self.reported[split].select(np.flatnonzero(mask))
            labels, groups = rows.labels, group_ids(rows)
            given = {
                arm.name: np.stack(
                    [
                        answers[job.folder][split][mask]
                        >= self._threshold(arm, answers[job.folder]["dev"])
                        for job in jobs
                        if job.arm.name == arm.name
                    ]
                )
                for arm in arms
            }
            for arm in arms:
                for other in arms:
                    if arm.augment and not other.augment:
                        found = paired_difference(
                            labels, given[arm.name], given[other.name], groups=groups
                        )
                        yield Comparison(arm.name, other.name, split, part, "no_f1", found)

    def _threshold(self, arm: Arm, on_dev: NDArray[np.float64]) -> float:
        if arm.threshold == "dev":
            return choose_threshold(self.corpus.dev.labels, on_dev)
        return arm.threshold

    def _score(
        self,
        arm: str,
        split: str,
        probabilities: NDArray[np.float64],
        thresholds: NDArray[np.float64] | float = 0.5,
        seeds: list[int] | None = None,
    ) -> Iterator[Evaluation]:
        labels = self.reported[split].labels
        for (of, part), mask in self.parts.items():
            if of != split or not mask.any():
                continue
            whole = score(labels[mask], probabilities[..., mask], thresholds)
            by_seed: dict[int, Scores] = {}
            for i, seed in enumerate(seeds or []):
                level = float(np.atleast_1d(thresholds)[i])
                by_seed[seed] = score(labels[mask], probabilities[i, mask], level)
            kind = "model" if seeds else "baseline"
            yield Evaluation(arm, kind, split, part, whole, by_seed)

    def _describe(self, split: str) -> dict[str, object]:
        rows = self.corpus[split]
        unseen = self.parts.get((split, "unseen"))
        return {
            "rows": len(rows),
            "yes": int(rows.labels.sum()) if rows.labelled else None,
            "unseen": None if unseen is None else int(unseen.sum()),
            "sha256": rows.sha256,
        }
