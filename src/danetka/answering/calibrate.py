"""Temperature scaling: probabilities that are as often right as they say, the answers unchanged."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.errors import DanetkaError
from danetka.evaluation.ranking import calibration_error
from danetka.evaluation.threshold import choose_threshold
from danetka.models.classifier import Classifier
from danetka.models.decision import Decision
from danetka.schema import Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Labels = NDArray[np.int64]

_HOTTEST: Final = 100.0
"""Temperatures are sought from 1/100 to 100. A model that knows nothing wants an infinite one."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well probabilities fit rows, before and after.

    Attributes:
        rows: How many rows.
        error_before: Expected calibration error over ten bins (Naeini et al. 2015) without a
            temperature.
        error_after: The same with it.
        loss_before: Mean negative log-likelihood, in nats, without a temperature.
        loss_after: The same with it.
    """

    rows: int
    error_before: float
    error_after: float
    loss_before: float
    loss_after: float


def fit_temperature(labels: Labels, margins: Floats) -> float:
    """The temperature with the least negative log-likelihood on these rows.

    Guo et al. 2017, "On Calibration of Modern Neural Networks", arXiv 1706.04599.

    Args:
        labels: 1 = да, shape ``(n,)``; of the dev split.
        margins: The log-odds of «да», shape ``(n,)``.

    Raises:
        DanetkaError: If there is one answer only, or a log-odds is not a number: nothing can be
            fitted on such rows.
    """
    from scipy.optimize import minimize_scalar

    if not np.isfinite(margins).all():
        raise DanetkaError("calibration: the model answers with NaN: its training has diverged")
    if len(np.unique(labels)) < 2:  # noqa: PLR2004 - да and нет
        raise DanetkaError("calibration: the rows hold one answer only: give a dev split with both")
    # In log T the search is symmetric; the loss is convex in 1/T, so it has one minimum.
    found = minimize_scalar(
        lambda log: _loss(labels, margins / math.exp(log)),
        bounds=(-math.log(_HOTTEST), math.log(_HOTTEST)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return math.exp(float(found.x))


def measure(labels: Labels, margins: Floats, temperature: float) -> Calibration:
    """Calibration of log-odds before and after they are divided by a temperature."""
    cooled = margins / temperature
    return Calibration(
        len(labels), _error(labels, margins), _error(labels, cooled),
        _loss(labels, margins), _loss(labels, cooled),
    )  # fmt: skip


def calibrate(
    classifier: Classifier,
    dev: Examples,
    *,
    threshold: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> Decision:
    """A model's decision with a temperature fitted on dev.

    The threshold moves along, so that every answer stays as it was; or it is chosen anew.

    Args:
        classifier: A model; its own temperature, if it has one, is replaced.
        dev: Rows with answers that nothing is reported on.
        threshold: Whether the threshold is chosen on dev too, by balanced accuracy.
        on_progress: Is told the number of rows answered since it was last told.

    Raises:
        DataError: If a row has no answer.
        DanetkaError: If there is one answer only.
    """
    labels = dev.labels
    margins = raw_margins(classifier, dev, on_progress)
    temperature = fit_temperature(labels, margins)
    if threshold:
        level = choose_threshold(labels, sigmoid(margins / temperature))
    else:
        level = _moved(classifier.decision, temperature)
    return dataclasses.replace(classifier.decision, threshold=level, temperature=temperature)


def calibration_of(
    classifier: Classifier,
    examples: Examples,
    temperature: float,
    on_progress: Callable[[int], None] | None = None,
) -> Calibration:
    """How well a model's probabilities fit rows, without and with a temperature.

    Raises:
        DataError: If a row has no answer.
    """
    labels = examples.labels
    return measure(labels, raw_margins(classifier, examples, on_progress), temperature)


def raw_margins(
    classifier: Classifier, examples: Examples, on_progress: Callable[[int], None] | None = None
) -> Floats:
    """The log-odds of «да» of each row before any temperature, shape ``(len(examples),)``."""
    from danetka.models.classifier import yes_index
    from danetka.models.pairs import encode_pairs

    length = classifier.decision.max_length
    pairs = encode_pairs(examples, classifier.tokenizer, length, labels=False)
    logits = classifier.logits(pairs, on_progress)
    yes = yes_index(classifier.model)
    return np.asarray(logits[:, yes] - logits[:, 1 - yes])


def sigmoid(margins: Floats) -> Floats:
    """P(да) of log-odds."""
    from scipy.special import expit

    return np.asarray(expit(margins))


def _moved(decision: Decision, temperature: float) -> float:
    if decision.threshold in {0.0, 0.5, 1.0}:
        return decision.threshold
    odds = math.log(decision.threshold / (1 - decision.threshold)) * decision.temperature
    return 1 / (1 + math.exp(-odds / temperature))


def _loss(labels: Labels, margins: Floats) -> float:
    return float(np.logaddexp(0, np.where(labels == 1, -margins, margins)).mean())


def _error(labels: Labels, margins: Floats) -> float:
    weights = np.ones((1, len(labels)))
    return float(calibration_error((labels == 1).astype(float), sigmoid(margins), weights)[0])
