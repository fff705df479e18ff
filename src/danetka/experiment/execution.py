"""One run: train it, and answer with it whatever is reported; what is done is not done again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from danetka.experiment.plan import Run
from danetka.experiment.predictions import predictions_path, read_predictions, write_predictions
from danetka.models.classifier import Classifier
from danetka.schema import Examples
from danetka.training.listener import Listener
from danetka.training.run import run as train_run

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Answers = dict[str, "NDArray[np.float64]"]
"""What was answered → P(да) of each row."""


class RunListener(Listener, Protocol):
    """Hears of a run's training and of its answers."""

    def answer(self, rows: int) -> Callable[[int], None]:
        """So many rows are answered next; what is returned is told of each batch."""

    def end(self) -> None:
        """The run is finished."""


def carry_out(
    run: Run, dev: Examples, asked: Mapping[str, Examples], listener: RunListener
) -> None:
    """Train a run if it is not trained, and answer what it has not answered.

    Args:
        run: The run.
        dev: The rows that its epoch is chosen on.
        asked: Name → rows to answer; the answers lie in the run's folder.
        listener: Hears of the progress.
    """
    done = train_run(run.train, dev, run.settings, run.folder, listener)
    paths = {name: predictions_path(run.folder, name, rows) for name, rows in asked.items()}
    left = {name: path for name, path in paths.items() if not path.exists()}
    if left:
        classifier = Classifier.from_pretrained(done.model)
        told = listener.answer(sum(len(asked[name]) for name in left))
        for name, path in left.items():
            write_predictions(path, asked[name], classifier.probabilities(asked[name], told))
    listener.end()


def is_answered(run: Run, asked: Mapping[str, Examples]) -> bool:
    """Whether a run has answered all of it."""
    return all(predictions_path(run.folder, name, rows).exists() for name, rows in asked.items())


def answers_of(run: Run, asked: Mapping[str, Examples]) -> Answers:
    """A finished run's probabilities, from its folder."""
    return {
        name: read_predictions(predictions_path(run.folder, name, rows))
        for name, rows in asked.items()
    }
