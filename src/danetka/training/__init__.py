"""Fine-tuning an encoder on examples, with `transformers.Trainer`."""

from __future__ import annotations

from danetka.training.settings import TrainSettings

__all__ = ["TrainSettings"]
