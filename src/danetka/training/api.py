"""`danetka.train`, and what a finished run may still be told."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danetka.evaluation.threshold import choose_threshold
from danetka.models.catalog import DEFAULT_MODEL
from danetka.models.classifier import Classifier
from danetka.schema import Examples
from danetka.training.run import Run, run
from danetka.training.settings import TrainSettings

if TYPE_CHECKING:
    from danetka.training.listener import Listener


def train(
    examples: Examples,
    dev: Examples | None = None,
    base: str = DEFAULT_MODEL,
    *,
    output: str | Path | None = None,
    listener: Listener | None = None,
    **settings: Any,
) -> Classifier:
    """Fine-tune an encoder on labelled examples.

    Args:
        examples: The rows to learn from.
        dev: The rows to choose the epoch by; without them the last epoch counts.
        base: Alias, path or hub id of the model to start from.
        output: The run's folder, by default one under ``runs/`` named by settings and data. Called
            again after a kill, the run goes on; called again after its end, it is loaded.
        listener: Hears of the progress.
        settings: Fields of `TrainSettings`, e.g. ``class_weights="balanced"`` or
            ``training={"num_train_epochs": 3}``.

    Raises:
        SettingsError: If a setting is unknown or wrong.
        DataError: If a row has no answer.
        ModelError: If the base model cannot be loaded.
    """
    select = "best" if dev else "last"
    chosen = TrainSettings.parse({"base_model": base, "select": select, **settings}, "train")
    key = chosen.fingerprint(examples.sha256, dev.sha256 if dev else "")
    done = run(examples, dev, chosen, Path(output or f"runs/{key}"), listener)
    return Classifier.from_pretrained(done.model)


def tune_decision(done: Run, dev: Examples) -> float:
    """Choose the threshold of a run's model on dev and store it beside the checkpoint.

    Returns:
        The threshold with the best balanced accuracy on dev.
    """
    classifier = Classifier.from_pretrained(done.model)
    threshold = choose_threshold(dev.labels, classifier.probabilities(dev))
    dataclasses.replace(classifier.decision, threshold=threshold).write(done.model)
    return threshold
