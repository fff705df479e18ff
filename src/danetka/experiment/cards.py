"""The models of an experiment get their figures into their cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from danetka.evaluation.baselines import QUESTION_ONLY
from danetka.experiment.plan import Run
from danetka.experiment.results import Evaluation
from danetka.experiment.settings import Arm
from danetka.models.decision import Decision
from danetka.training.card import Measured, write_card


def write_cards(
    runs: Iterable[tuple[Arm, Run]], evaluations: Sequence[Evaluation], release: str
) -> None:
    """Write the card of every run.

    Args:
        runs: Finished runs, each with an arm that it is of; arms that differ in their threshold
            alone share a run, and its card tells what was measured at the one stored beside it.
        evaluations: Of all arms and baselines.
        release: The dataset's.
    """
    beside = {(e.split, e.part): e.scores for e in evaluations if e.arm == QUESTION_ONLY}
    found: dict[Path, list[Measured]] = {}
    for arm, run in runs:
        stored = (Decision.read(run.folder / run.settings.select) or Decision()).threshold
        told = [
            Measured(release, e.split, e.by_seed[run.seed], e.part, beside.get((e.split, e.part)))
            for e in evaluations
            if e.arm == arm.name and e.by_seed[run.seed].thresholds == (stored,)
        ]
        if told or run.folder not in found:
            found[run.folder] = told
    for folder, measured in found.items():
        write_card(folder, measured)
