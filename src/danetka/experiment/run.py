"""Run an experiment: make what is missing, train every arm with every seed, answer, score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from danetka.data.audit import audit_corpus
from danetka.data.catalog import release_of
from danetka.environment import environment
from danetka.experiment import scoring, scrutiny
from danetka.experiment.cards import write_cards
from danetka.experiment.details import Details
from danetka.experiment.estimate import estimated
from danetka.experiment.execution import RunListener, answers_of, carry_out, is_answered
from danetka.experiment.making import Workshop, cores
from danetka.experiment.material import Material
from danetka.experiment.plan import Plan, Run, plan_runs, share
from danetka.experiment.probing import probes_of
from danetka.experiment.results import Results
from danetka.experiment.settings import Arm, ExperimentSettings
from danetka.experiment.workers import side_by_side
from danetka.robustness.probes import Probe
from danetka.schema import Corpus, Examples
from danetka.training.run import is_finished, run_key


class ExperimentListener(Protocol):
    """Hears of an experiment: what is made, and each run's own progress."""

    def generate(self, arm: str, what: str, total: int) -> Callable[[int], None]:
        """An arm's questions are made: a stage with its steps; see `Stage`."""

    def begin(self, arms: str, seed: int, number: int, total: int) -> RunListener:
        """A run begins, or is found finished; what is returned hears of its progress."""


@dataclass(frozen=True)
class Experiment:
    """An experiment with its data read.

    Attributes:
        settings: What it was told.
        material: Its data.
        folder: Where its runs lie, each in a folder named by its content.
        jobs: How many runs are trained side by side.
    """

    settings: ExperimentSettings
    material: Material
    folder: Path
    jobs: int = 1

    @classmethod
    def load(cls, settings: ExperimentSettings, folder: Path, jobs: int = 1) -> Experiment:
        """Read the data.

        Raises:
            DataError: If a file has faults.
            DanetkaError: If it lacks a split that is needed.
        """
        return cls(settings, Material.load(settings), folder, jobs)

    @property
    def corpus(self) -> Corpus:
        """Train, dev and the splits that are reported."""
        return self.material.corpus

    @property
    def workshop(self) -> Workshop:
        """Makes what arms add to the training set."""
        return Workshop(self.material, self.folder, min(cores(), 4))  # each worker holds the models

    def plan(self) -> Plan:
        """What is to be done, and how long it takes; nothing of it is done."""
        plan = plan_runs(self.settings, self.workshop, self.folder, self.jobs)
        told = self.settings.robustness
        more = 2 * told.rows * len(told.probes) if told else 0
        return estimated(plan, self.material, max(1, cores() // self.jobs), more)

    def runs(self, listener: ExperimentListener) -> list[tuple[Arm, Run]]:
        """Every arm with every seed; what arms add to their training sets is made here."""
        workshop = self.workshop
        found = []
        for arm in self.settings.list_arms():
            for seed in self.settings.seeds:
                settings = self.settings.run_settings(arm, seed)
                train = workshop.make(arm, seed, listener.generate)
                folder = self.folder / run_key(train, self.material.dev, settings)
                found.append((arm, Run((arm.name,), seed, settings, train, folder)))
        return found

    def execute(self, command: str, listener: ExperimentListener) -> Results:
        """Train what is not trained yet, answer what is not answered yet, and score it all.

        Args:
            command: What was typed, for the results.
            listener: Hears of the progress.
        """
        runs = self.runs(listener)
        probes = probes_of(self.material, self.folder, listener.generate)
        asked = {
            "dev": self.material.dev, **self.material.reported, **scrutiny.asked_of(probes)
        }  # fmt: skip
        self._carry_out(share(runs), asked, listener)
        answered = self._answered(runs, asked)
        material = self.material
        evaluations = (
            *scoring.baselines(material),
            *scoring.evaluations(material, answered),
        )
        release = self.settings.release or release_of(self.settings.data)
        write_cards(runs, evaluations, release)
        return Results(
            name=self.settings.name,
            command=command,
            created=datetime.now().astimezone().isoformat(timespec="seconds"),
            release=release,
            splits={name: material.describe(name) for name in self.corpus.splits},
            settings=self.settings.model_dump(mode="json"),
            environment=environment(),
            evaluations=evaluations,
            comparisons=tuple(scoring.comparisons(material, answered)),
            made=self._accounts(),
            details=self._details(runs, answered, probes),
        )

    def _carry_out(
        self, runs: Sequence[Run], asked: Mapping[str, Examples], listener: ExperimentListener
    ) -> None:
        """The runs, one after another in this process or several in processes of their own."""

        def begin(number: int) -> RunListener:
            run = runs[left[number]]
            return listener.begin(" / ".join(run.arms), run.seed, left[number] + 1, len(runs))

        left = [
            number
            for number, run in enumerate(runs)
            if not is_finished(run.folder) or not is_answered(run, asked)
        ]
        if self.jobs > 1 and len(left) > 1:
            chosen = [runs[number] for number in left]
            side_by_side(chosen, self.jobs, self.material.dev, asked, begin)
            return
        for number, position in enumerate(left):
            carry_out(runs[position], self.material.dev, asked, begin(number))

    def _answered(
        self, runs: Sequence[tuple[Arm, Run]], asked: Mapping[str, Examples]
    ) -> dict[str, scoring.Answered]:
        """Every arm with the answers of its runs."""
        found = {}
        for arm in self.settings.list_arms():
            own = [run for one, run in runs if one.name == arm.name]
            found[arm.name] = scoring.Answered(
                arm,
                tuple(run.seed for run in own),
                tuple(answers_of(run, asked) for run in own),
                self.material.dev.labels,
            )
        return found

    def _accounts(self) -> dict[str, dict[int, object]]:
        """Of each arm that augments and each seed: how much was made."""
        workshop = self.workshop
        return {
            arm.name: {seed: workshop.account(arm, seed) for seed in self.settings.seeds}
            for arm in self.settings.list_arms()
            if arm.augment
        }

    def _details(
        self,
        runs: Sequence[tuple[Arm, Run]],
        answered: Mapping[str, scoring.Answered],
        probes: Sequence[Probe],
    ) -> Details:
        folders: dict[str, dict[int, Path]] = {}
        for arm, run in runs:
            folders.setdefault(arm.name, {})[run.seed] = run.folder
        return Details(
            curves=tuple(scrutiny.curves(self.material, answered)),
            courses=tuple(scrutiny.courses(folders)),
            slices=tuple(scrutiny.slices(self.material, answered)),
            mistakes=tuple(scrutiny.mistakes(self.material, answered)),
            robustness=tuple(scrutiny.robustness(probes, answered)),
            instances=tuple(scrutiny.instances(probes)),
            audit=audit_corpus(self.corpus),
        )
