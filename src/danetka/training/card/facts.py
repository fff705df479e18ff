"""What is known of a trained model, read from its run's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from danetka.errors import ModelError, SettingsError
from danetka.evaluation.scores import Scores
from danetka.models.decision import Decision
from danetka.settings import read_yaml
from danetka.training.card.network import Network, read_network
from danetka.training.card.origins import Base, base_of, origin_of
from danetka.training.listener import read_metrics
from danetka.training.settings import TrainSettings


@dataclass(frozen=True)
class Measured:
    """An evaluation of the model.

    Attributes:
        dataset: The dataset, with its release.
        split: Its split.
        scores: The scores.
        part: Which rows of the split: ``all``, or ``unseen``.
        question_only: The baseline that reads only the question, on the same rows.
    """

    dataset: str
    split: str
    scores: Scores
    part: str = "all"
    question_only: Scores | None = None

    @property
    def rows(self) -> str:
        """The rows in words."""
        return f"{self.dataset}: {self.split}" + (
            "" if self.part == "all" else f", {self.part} rows"
        )


@dataclass(frozen=True, slots=True)
class Split:
    """A split that the model was made with.

    Attributes:
        name: ``train`` or ``dev``.
        file: The file's or the dataset's name; no folder, which is nobody else's business.
        dataset: The dataset's id, where it is one of the hub or of danetka's catalogue.
        rows: How many rows.
        sha256: Of questions, passages and answers.
        yes: How many rows are answered «да»; None where the run has not noted it.
        sources: Who made how many of the rows.
    """

    name: str
    file: str
    dataset: str | None
    rows: int
    sha256: str
    yes: int | None
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CardFacts:
    """All that a card says.

    Attributes:
        key: The run's key.
        checkpoint: ``best``, chosen on dev, or ``last``.
        base: What it started from.
        network: What it is.
        decision: Its longest pair and its threshold.
        settings: The run's.
        splits: Train, and dev if there was one.
        epoch: The row of ``metrics.csv`` of the checkpoint's epoch; scores on dev at 0.5.
        epochs: How many epochs were run.
        truncated: How many training pairs were cut.
        environment: Versions and machine.
        measured: Evaluations.
    """

    key: str
    checkpoint: str
    base: Base
    network: Network
    decision: Decision
    settings: TrainSettings
    splits: tuple[Split, ...]
    epoch: Mapping[str, float]
    epochs: int
    truncated: int
    environment: Mapping[str, Any]
    measured: tuple[Measured, ...] = ()

    @property
    def selected(self) -> bool:
        """Whether this checkpoint is the run's model."""
        return self.checkpoint == self.settings.select

    @property
    def train(self) -> Split:
        """The rows that it was trained on."""
        return self.splits[0]

    @property
    def dev(self) -> Split | None:
        """The rows that the epoch was scored on, or None."""
        return self.splits[1] if len(self.splits) > 1 else None

    @property
    def name(self) -> str:
        """A name that tells it from others."""
        base = self.base.name.rpartition("/")[2] if self.base.hub_id else self.base.name
        return f"{base.replace('/', '-')}-{self.key}"


def read_facts(folder: Path, checkpoint: str, measured: Sequence[Measured] = ()) -> CardFacts:
    """Gather a card's facts.

    Args:
        folder: A finished run's.
        checkpoint: ``best`` or ``last``.
        measured: Evaluations of the run's model; another checkpoint's card leaves them out.

    Raises:
        ModelError: If the folder is not that of a finished run.
    """
    try:
        result = _read_json(folder / "result.json")
        data = _read_json(folder / "data.json")
        machine = _read_json(folder / "environment.json")
        settings = TrainSettings.parse(read_yaml(folder / "settings.yaml"), "settings.yaml")
        network = read_network(folder / checkpoint)
    except (OSError, ValueError, KeyError, SettingsError) as error:
        raise ModelError(f"{folder}: not the folder of a finished run ({error})") from error
    rows = read_metrics(folder / "metrics.csv")
    chosen = [row for row in rows if int(row["step"]) == result["best_step"]]
    epoch = (chosen if checkpoint == "best" else rows)[-1:]
    return CardFacts(
        key=data["key"],
        checkpoint=checkpoint,
        base=base_of(settings.base_model),
        network=network,
        decision=Decision.read(folder / checkpoint) or Decision(settings.max_length),
        settings=settings,
        splits=tuple(_split(name, data[name]) for name in ("train", "dev") if name in data),
        epoch={name: float(value) for row in epoch for name, value in row.items() if value},
        epochs=len(rows),
        truncated=result["truncated"],
        environment=machine,
        measured=tuple(measured) if checkpoint == settings.select else (),
    )


def _read_json(path: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values


def _split(name: str, values: Mapping[str, Any]) -> Split:
    file, dataset = origin_of(values["origin"])
    sources = tuple(sorted(values.get("sources", {}).items()))
    return Split(name, file, dataset, values["rows"], values["sha256"], values.get("yes"), sources)
