"""One run: a folder that holds all of it, resumes after a kill, and is not run twice.

The folder::

    settings.yaml     the settings as resolved
    environment.json  versions, machine
    data.json         rows, sources and sha256 of train and dev
    metrics.csv       a row an epoch
    log.txt           what it said
    best/ last/       checkpoints with their cards; the run's model is the one that `select` names
    checkpoints/      while it runs: the Trainer's own, with the optimiser's state
    result.json       comes last: a folder that has it is a finished run
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from danetka.environment import environment
from danetka.errors import ModelError, SettingsError
from danetka.files import write_json, write_text
from danetka.models.catalog import content_key, load_classifier, load_tokenizer
from danetka.models.pairs import encode_pairs
from danetka.models.quiet import quiet
from danetka.schema import Examples
from danetka.training.card import CARD, write_card
from danetka.training.checkpoints import has_stopped, keep_models, last_whole
from danetka.training.listener import Listener, Recorder, Silent
from danetka.training.settings import TrainSettings

if TYPE_CHECKING:
    from danetka.training.trainer import PairTrainer

_RESULT: Final = "result.json"


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run.

    Attributes:
        folder: Its folder.
        model: The folder of the checkpoint that `select` names.
        best_step: The step of the best dev score, or None without a dev split.
        truncated: How many training pairs were cut to `max_length`.
    """

    folder: Path
    model: Path
    best_step: int | None
    truncated: int


def run_key(train: Examples, dev: Examples | None, settings: TrainSettings) -> str:
    """What tells a run from every other: settings, data, and the contents of the base model."""
    return settings.fingerprint(
        train.sha256, dev.sha256 if dev else "", content_key(settings.base_model)
    )


def is_finished(folder: Path) -> bool:
    """Whether a run's folder holds all that it will ever hold."""
    return (folder / _RESULT).exists()


def run(
    train: Examples,
    dev: Examples | None,
    settings: TrainSettings,
    folder: Path,
    listener: Listener | None = None,
) -> Run:
    """Train, or go on where a killed run stopped, or find that all is done.

    Args:
        train: Labelled rows.
        dev: Labelled rows to score each epoch and to select by; None for neither.
        settings: The run.
        folder: The run's folder; made if need be.
        listener: Hears of the progress.

    Raises:
        SettingsError: If the folder holds another run, or the settings do not fit together.
        ModelError: If the base model cannot be loaded.
        DataError: If a row has no answer.
    """
    if dev is None and (settings.select == "best" or settings.early_stopping):
        raise SettingsError("select: best and early_stopping need a dev split: set select: last")
    recorder = Recorder(folder, listener or Silent())
    key = run_key(train, dev, settings)
    _claim(folder, key, settings)
    if is_finished(folder):
        recorder.listener.note(f"{folder}: finished already")
        return _finished(folder, settings)
    checkpoints = folder / "checkpoints"
    trainer, truncated = _prepare(train, dev, settings, checkpoints, recorder)
    _describe(folder, key, settings, train, dev)  # not before it is known to be right
    if truncated:
        recorder.note(f"{truncated} of {len(train)} pairs are cut to {settings.max_length} tokens")
    last = last_whole(checkpoints)
    if last is None or not has_stopped(last):
        with quiet():
            trainer.train(resume_from_checkpoint=str(last) if last else None)
        last = last_whole(checkpoints)
    if last is None:
        raise SettingsError("training: not one step is taken: give rows, epochs or max_steps")
    best = keep_models(last, folder, settings.max_length)
    if settings.select == "best" and best is None:
        raise ModelError(
            f"{folder}: no epoch has a {settings.select_by} on dev: if the loss is NaN, lower "
            "training.learning_rate; if dev holds one answer only, give another dev split"
        )
    result = {"key": key, "best_step": best, "truncated": truncated}
    write_json(folder / _RESULT, result)
    shutil.rmtree(checkpoints, ignore_errors=True)
    return _finished(folder, settings)


def _prepare(
    train: Examples, dev: Examples | None, settings: TrainSettings, folder: Path, recorder: Recorder
) -> tuple[PairTrainer, int]:
    from transformers import set_seed

    from danetka.training.build import build_trainer

    tokenizer = load_tokenizer(settings.base_model)
    set_seed(settings.seed)  # before the model: a new head is drawn when it is loaded
    model = load_classifier(settings.base_model)
    positions = getattr(model.config, "max_position_embeddings", settings.max_length)
    if settings.max_length > positions:
        raise SettingsError(
            f"max_length {settings.max_length} is more than the {positions} positions of "
            f"{settings.base_model}: lower it"
        )
    pairs = encode_pairs(train, tokenizer, settings.max_length)
    scored = encode_pairs(dev, tokenizer, settings.max_length) if dev else None
    with quiet():
        trainer = build_trainer(settings, model, tokenizer, pairs, scored, folder, recorder)
    return trainer, pairs.truncated


def _claim(folder: Path, key: str, settings: TrainSettings) -> None:
    """Refuse a folder that holds another run, and say in what it differs."""
    path = folder / "data.json"
    if not path.exists():
        return
    if json.loads(path.read_text(encoding="utf-8"))["key"] != key:
        there = yaml.safe_load((folder / "settings.yaml").read_text(encoding="utf-8"))
        here = _plain(settings)
        changed = [f"{k}: {there.get(k)!r} → {here[k]!r}" for k in here if there.get(k) != here[k]]
        what = "; ".join(changed) or "the data or the base model"
        raise SettingsError(f"{folder}: holds another run (differs in {what}): give another folder")


def _describe(
    folder: Path, key: str, settings: TrainSettings, train: Examples, dev: Examples | None
) -> None:
    splits = {"train": train} | ({"dev": dev} if dev else {})
    data = {
        name: {
            "origin": rows.origin,
            "rows": len(rows),
            "yes": int(rows.labels.sum()),
            "sources": dict(Counter(row.source for row in rows)),
            "sha256": rows.sha256,
        }
        for name, rows in splits.items()
    }
    text = yaml.safe_dump(_plain(settings), allow_unicode=True, sort_keys=False)
    write_text(folder / "settings.yaml", text)
    write_json(folder / "environment.json", environment())
    write_json(folder / "data.json", {"key": key, **data})


def _plain(settings: TrainSettings) -> dict[str, Any]:
    return {**settings.model_dump(mode="json"), "training": settings.resolved}


def _finished(folder: Path, settings: TrainSettings) -> Run:
    result = json.loads((folder / _RESULT).read_text(encoding="utf-8"))
    if not (folder / settings.select / CARD).exists():  # killed before, or older than the cards
        write_card(folder)
    return Run(folder, folder / settings.select, result["best_step"], result["truncated"])
