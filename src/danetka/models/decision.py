"""How probabilities become answers; needs neither torch nor transformers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from danetka.data.rows import parse_label
from danetka.errors import ModelError
from danetka.files import write_json
from danetka.models.pairs import MAX_LENGTH
from danetka.schema import YES

_FILE: Final = "danetka.json"


@dataclass(frozen=True, slots=True)
class Decision:
    """How probabilities become answers; stored beside a checkpoint as ``danetka.json``.

    Attributes:
        max_length: The most tokens of a pair.
        threshold: «да» is answered from this probability on.
        temperature: What logits are divided by before the softmax; 1 for a model that was not
            calibrated. It stands in the file only where it is not 1: the hash of a checkpoint's
            files is part of the keys of runs, and those made before stay what they were.
    """

    max_length: int = MAX_LENGTH
    threshold: float = 0.5
    temperature: float = 1.0

    @classmethod
    def read(cls, folder: Path) -> Decision | None:
        """What is stored in a checkpoint's folder, or None where nothing is.

        Raises:
            ModelError: If it is not what danetka writes.
        """
        path = folder / _FILE
        if not path.is_file():
            return None
        try:
            stored = cls(**json.loads(path.read_text(encoding="utf-8")))
            temperature = float(stored.temperature)
            if not (temperature > 0 and math.isfinite(temperature)):
                raise ValueError(f"temperature {temperature}")
            return cls(int(stored.max_length), float(stored.threshold), temperature)
        except (ValueError, TypeError) as error:
            raise ModelError(
                f"{path}: not danetka's settings ({error}): delete or mend it"
            ) from error

    @classmethod
    def of(cls, folder: Path, positions: int) -> Decision:
        """What is stored, or the default for a model of so many positions."""
        return cls.read(folder) or cls(max_length=min(MAX_LENGTH, positions))

    def write(self, folder: Path) -> None:
        """Store it in a checkpoint's folder."""
        values = asdict(self)
        if self.temperature == 1:
            del values["temperature"]
        write_json(folder / _FILE, values)


def yes_class(names: Mapping[int, str] | Mapping[str, str] | None) -> int:
    """Which of a model's two classes is «да», by its ``id2label``; 1 where that does not tell."""
    for index, name in (names or {}).items():
        try:
            if parse_label(name) == YES:
                return int(index)
        except ValueError:
            continue
    return YES
