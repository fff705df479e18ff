"""Training an adapter for one answer: a folder that holds all of it, and goes on after a kill.

The folder::

    settings.yaml  as resolved
    data.json      what it is trained on
    epochs.csv     train and dev loss of each epoch; epoch 0 is the base as it is
    checkpoints/   while it runs
    adapter/       the best epoch's: a standard PEFT adapter with a card
    result.json    comes last
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from danetka.augmentation.prompts.adapter import Account, save_adapter
from danetka.augmentation.prompts.base import adapt, load_base, room_for
from danetka.augmentation.prompts.texts import Prompts, Texts
from danetka.augmentation.prompts.trainer import EpochLoss, question_loss, train_adapter
from danetka.data.split import cut
from danetka.environment import environment
from danetka.errors import DanetkaError, SettingsError
from danetka.files import new_folder, write_json, write_text
from danetka.models.catalog import content_key
from danetka.models.quiet import quiet
from danetka.schema import LABEL_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peft import PeftModel
    from transformers import PreTrainedTokenizerBase

    from danetka.augmentation.progress import Progress
    from danetka.augmentation.prompts.settings import TuneSettings
    from danetka.schema import Examples

QUESTION: Final = 64
"""Tokens left for a question beside a passage, in training and in writing."""
_FEWEST: Final = 8
"""Rows of an answer from which a prompt is trained at all."""
_RESULT: Final = "result.json"
_COLUMNS: Final = ("epoch", "train_loss", "dev_loss")


@dataclass(frozen=True)
class Tuned:
    """A finished training.

    Attributes:
        adapter: The folder of the best epoch's adapter.
        answer: 1 for «да», 0 for «нет».
        epochs: The losses, epoch 0 first: the base without an adapter.
        trained: Parameters that were trained.
        whole: Parameters of base and adapter together.
        cut: How many passages were cut to fit the model.
    """

    adapter: Path
    answer: int
    epochs: tuple[EpochLoss, ...]
    trained: int
    whole: int
    cut: int

    @property
    def best(self) -> EpochLoss:
        """The epoch that was kept."""
        return min(self.epochs[1:], key=lambda epoch: epoch.dev)


def tune_key(rows: Examples, answer: int, settings: TuneSettings) -> str:
    """What tells a training from every other: settings, data, contents of the base."""
    plain = settings.model_dump(mode="json")
    plain |= {"base": content_key(settings.base), "learning_rate": settings.rate}
    text = json.dumps([plain, rows.sha256, answer], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def tune(
    examples: Examples,
    answer: int,
    settings: TuneSettings,
    folder: Path,
    progress: Progress | None = None,
) -> Tuned:
    """Train, or go on where a killed run stopped, or find that all is done.

    Args:
        examples: Labelled rows; those of other answers, and those that a generator made, are left
            out.
        answer: 1 for «да», 0 for «нет».
        settings: The base, the method and the optimiser.
        folder: The run's; made if need be.
        progress: Told of the steps that are done, and of how many there are.

    Raises:
        DanetkaError: If the answer has too few rows.
        SettingsError: If the folder holds another run, or nothing would fit into the base.
        ModelError: If the base is no causal language model.
    """
    key = tune_key(examples, answer, settings)
    _claim(folder, key)
    if (folder / _RESULT).exists():
        return _finished(folder, answer)
    train, dev = _parts(examples, answer, settings)
    with quiet():
        model, tokenizer = load_base(settings.base)
    texts = Texts(tokenizer, settings.cue, room_for(model, settings, QUESTION))
    learnt, scored = Prompts(train, texts), Prompts(dev, texts)
    epochs = _read_epochs(folder)
    if not epochs:
        epochs = [EpochLoss(0, float("nan"), question_loss(model, scored, settings.batch))]
    from transformers import set_seed

    set_seed(settings.seed)  # before the adapter: it is drawn
    with quiet():
        adapted = adapt(model, settings)
    _describe(folder, key, settings, {"train": train, "dev": dev})
    trained, whole = adapted.get_nb_trainable_parameters()
    account = Account(settings, answer, len(train), len(dev), trained, whole)
    watch = _Epochs(folder, epochs, settings.patience, account, tokenizer)
    train_adapter(adapted, learnt, scored, settings, folder / "checkpoints", watch, progress)
    result = {"trained": trained, "whole": whole, "cut": learnt.cut + scored.cut}
    write_json(folder / _RESULT, {**result, "environment": environment()})
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return _finished(folder, answer)


class _Epochs:
    """Keeps the table of losses and the best adapter; says when to stop."""

    def __init__(
        self,
        folder: Path,
        epochs: list[EpochLoss],
        patience: int,
        account: Account,
        tokenizer: PreTrainedTokenizerBase,
    ) -> None:
        self.folder = folder
        self.epochs = epochs
        self.patience = patience
        self.account = account
        self.tokenizer = tokenizer
        _write_epochs(folder, epochs)

    def resume(self, epoch: int) -> None:
        """Forget the epochs after one: they are run again."""
        self.epochs = [row for row in self.epochs if row.epoch <= epoch]

    def end(self, model: PeftModel, found: EpochLoss) -> bool:
        """Keep what an epoch gave.

        Returns:
            Whether dev has not got better for too long.
        """
        best = min((row.dev for row in self.epochs[1:]), default=float("inf"))
        self.epochs.append(found)
        _write_epochs(self.folder, self.epochs)
        if found.dev < best:
            with new_folder(self.folder / "adapter") as fresh:
                save_adapter(model, fresh, self.account, self.epochs)
        since = min(self.epochs[1:], key=lambda row: row.dev).epoch
        return found.epoch - since >= self.patience


def _parts(examples: Examples, answer: int, settings: TuneSettings) -> tuple[Examples, Examples]:
    labels = examples.labels
    rows = examples.select(
        i for i, row in enumerate(examples) if labels[i] == answer and row.source == "original"
    )
    if len(rows) < _FEWEST:
        name = LABEL_NAMES[answer]
        raise DanetkaError(
            f"{examples.origin}: {len(rows)} rows have the answer «{name}»: a prompt learns from "
            f"{_FEWEST} or more"
        )
    return cut(rows, settings.dev, settings.seed)


def _claim(folder: Path, key: str) -> None:
    path = folder / "data.json"
    if path.exists() and json.loads(path.read_text(encoding="utf-8"))["key"] != key:
        raise SettingsError(
            f"{folder}: holds another training (other settings, data or base): give another folder"
        )


def _describe(folder: Path, key: str, settings: TuneSettings, parts: dict[str, Examples]) -> None:
    plain = settings.model_dump(mode="json")
    write_text(folder / "settings.yaml", yaml.safe_dump(plain, allow_unicode=True, sort_keys=False))
    data = {name: {"rows": len(rows), "sha256": rows.sha256} for name, rows in parts.items()}
    write_json(folder / "data.json", {"key": key, **data})


def _finished(folder: Path, answer: int) -> Tuned:
    result: dict[str, Any] = json.loads((folder / _RESULT).read_text(encoding="utf-8"))
    counts = (result[name] for name in ("trained", "whole", "cut"))
    return Tuned(folder / "adapter", answer, tuple(_read_epochs(folder)), *counts)


def _write_epochs(folder: Path, epochs: Sequence[EpochLoss]) -> None:
    lines = [",".join(_COLUMNS)]
    lines += [f"{row.epoch},{row.train!r},{row.dev!r}" for row in epochs]
    write_text(folder / "epochs.csv", "\n".join(lines) + "\n")


def _read_epochs(folder: Path) -> list[EpochLoss]:
    path = folder / "epochs.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            EpochLoss(int(row["epoch"]), float(row["train_loss"]), float(row["dev_loss"]))
            for row in csv.DictReader(file)
        ]
