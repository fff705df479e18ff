"""`danetka.evaluate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danetka.evaluation.scores import Scores, score
from danetka.schema import Examples

if TYPE_CHECKING:
    from danetka.models.classifier import Classifier


def evaluate(model: Classifier, examples: Examples, *, seed: int = 0) -> Scores:
    """Score a model on labelled examples at its own threshold.

    Args:
        model: A loaded model.
        examples: Rows with answers that the model was not trained, or anything chosen, on.
        seed: Seeds the bootstrap of the intervals.

    Raises:
        DataError: If a row has no answer.
    """
    labels = examples.labels  # before the work: a missing answer is said at once
    return score(labels, model.probabilities(examples), model.decision.threshold, seed)
