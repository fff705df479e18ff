"""A trained run whose card is read, and what its card says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from huggingface_hub import ModelCard, ModelCardData

from danetka.evaluation.scores import score
from danetka.schema import Examples
from danetka.training.api import train
from danetka.training.card import Measured

from .made import make_examples

MADE = 6
"""How many of the training rows say that a program made them."""


def train_rows() -> Examples:
    rows = make_examples(40).rows
    made = tuple(replace(row, source="rules") for row in rows[:MADE])
    return Examples((*made, *rows[MADE:]), "/home/somebody/secret/train.jsonl")


DEV = Examples(make_examples(56).rows[40:], "/home/somebody/secret/dev.jsonl")
CHOSEN: dict[str, Any] = {
    "max_length": 24,
    "training": {"num_train_epochs": 2, "learning_rate": 1e-3},
}


def carded_run(base: str, folder: Path) -> Path:
    """A finished run's folder, as `danetka.train` leaves it."""
    train(train_rows(), DEV, base, output=folder, **CHOSEN)
    return folder


def measured(labels: list[int], probabilities: list[float], **more: Any) -> Measured:
    found = score(np.array(labels), np.array(probabilities))
    return Measured("Made rows, release 1", "val", found, **more)


def data_of(text: str) -> ModelCardData:
    """The metadata as the hub's client reads them."""
    data = ModelCard(text).data
    assert isinstance(data, ModelCardData)
    return data


def limits_of(text: str) -> str:
    return text.partition("## Limits")[2].partition("## ")[0]
