"""Whether a classifier that has not seen the passage gives the answer that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from danetka.augmentation.progress import Progress, Stage, staged
from danetka.data.split import group_ids
from danetka.errors import DanetkaError
from danetka.language.text import normalize
from danetka.models.classifier import Classifier
from danetka.schema import YES, Example, Examples
from danetka.training.listener import Silent
from danetka.training.run import run, run_key
from danetka.training.settings import TrainSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from danetka.augmentation.generator import Draft
    from danetka.augmentation.prompts.settings import ConfirmSettings


class _Steps(Silent):
    """A run's steps, for a stage."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.total = 0

    def start(self, steps: int, done: int) -> None:
        self.total = steps
        self.step(done)

    def step(self, done: int) -> None:
        if self.progress:
            self.progress(done, self.total)


@dataclass(frozen=True)
class Confirmation:
    """Classifiers, each trained without one fold of the passages.

    Attributes:
        classifiers: One for each fold.
        folds: Normalised passage → the fold that it lies in.
    """

    classifiers: tuple[Classifier, ...]
    folds: dict[str, int]

    @classmethod
    def train(
        cls,
        examples: Examples,
        settings: ConfirmSettings,
        seed: int,
        folder: Path,
        stage: Stage | None = None,
    ) -> Confirmation:
        """Train the classifiers; those that are trained are found again.

        Args:
            examples: Labelled rows; of made ones none is learnt from.
            settings: How many, and how they are trained.
            seed: Of their training.
            folder: Their runs lie there, named by content.
            stage: Hears how far they have come.

        Raises:
            DanetkaError: If there are too few groups of rows for so many folds.
        """
        from sklearn.model_selection import StratifiedGroupKFold

        rows = examples.select(i for i, row in enumerate(examples) if row.source == "original")
        groups = group_ids(rows)
        if len(np.unique(groups)) < 2 * settings.folds or len(np.unique(rows.labels)) < 2:  # noqa: PLR2004 - both answers
            raise DanetkaError(
                f"{examples.origin}: too few rows to confirm answers by {settings.folds} "
                "classifiers: switch the confirmation off (confirm: null)"
            )
        told = TrainSettings.parse({**settings.train, "seed": seed}, "confirm.train")
        splitter = StratifiedGroupKFold(settings.folds, shuffle=True, random_state=seed)
        classifiers, folds = [], {}
        for fold, (others, own) in enumerate(splitter.split(groups, rows.labels, groups)):
            train = rows.select(others)
            heard = _Steps(staged(stage, f"classifier {fold + 1} of {settings.folds}: steps"))
            done = run(train, None, told, folder / run_key(train, None, told), heard)
            classifiers.append(Classifier.from_pretrained(done.model))
            folds.update({normalize(rows[int(i)].passage): fold for i in own})
        return cls(tuple(classifiers), folds)

    def score(self, drafts: Sequence[Draft], passages: Sequence[str]) -> NDArray[np.float64]:
        """P(да) of each draft, shape ``(len(drafts),)``.

        By the classifier that has not seen its passage; by the mean of all where none has.
        """
        rows = [Example(d.question, passages[d.passage]) for d in drafts]
        own = np.array([self.folds.get(normalize(row.passage), -1) for row in rows], dtype=int)
        found = np.zeros(len(rows))
        for fold, classifier in enumerate(self.classifiers):
            mine = np.flatnonzero((own == fold) | (own < 0))
            weight = np.where(own[mine] < 0, 1 / len(self.classifiers), 1.0)
            some = Examples(tuple(rows[i] for i in mine), "drafts")
            found[mine] += weight * classifier.probabilities(some)
        return found

    def confirmed(
        self, drafts: Sequence[Draft], passages: Sequence[str], margin: float
    ) -> list[Draft]:
        """The drafts whose answer is confirmed, each with its probability as `sure`."""
        yes = self.score(drafts, passages)
        sure = [float(p if d.label == YES else 1 - p) for d, p in zip(drafts, yes, strict=True)]
        return [
            replace(draft, sure=round(level, 4))
            for draft, level in zip(drafts, sure, strict=True)
            if level >= 0.5 + margin
        ]
