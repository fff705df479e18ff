"""`danetka.train`, and what a finished run may still be told."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danetka.errors import SettingsError
from danetka.evaluation.threshold import choose_threshold
from danetka.models.catalog import DEFAULT_MODEL
from danetka.models.classifier import Classifier
from danetka.schema import Examples
from danetka.training.card import write_card
from danetka.training.run import Run, run, run_key
from danetka.training.settings import TrainSettings

if TYPE_CHECKING:
    from danetka.training.listener import Listener


def train(
    examples: Examples,
    dev: Examples | None = None,
    base: str = DEFAULT_MODEL,
    *,
    output: str | Path | None = None,
    tune_threshold: bool = False,
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
        tune_threshold: Whether the threshold is chosen on dev; else it is 0.5.
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
    if tune_threshold and dev is None:
        raise SettingsError("tune_threshold needs a dev split")
    folder = Path(output or f"runs/{run_key(examples, dev, chosen)}")
    done = run(examples, dev, chosen, folder, listener)
    decide(done, dev if tune_threshold else None)
    return Classifier.from_pretrained(done.model)


def decide(done: Run, dev: Examples | None) -> float:
    """Set the threshold of a run's model, which is stored beside its checkpoint.

    Args:
        done: A finished run.
        dev: Rows to choose it on by balanced accuracy; None for 0.5, also where another was chosen
            before.

    Returns:
        The threshold.
    """
    classifier = Classifier.from_pretrained(done.model)
    threshold = 0.5 if dev is None else choose_threshold(dev.labels, classifier.probabilities(dev))
    if threshold != classifier.decision.threshold:
        dataclasses.replace(classifier.decision, threshold=threshold).write(done.model)
        write_card(done.folder)  # it says the threshold; what was measured at the old one goes
    return threshold
