"""What a checkpoint's files say of the model, without loading it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

from danetka.data.rows import parse_label
from danetka.schema import YES


@dataclass(frozen=True, slots=True)
class Network:
    """What a checkpoint's files say of the model.

    Attributes:
        architecture: Its class in transformers.
        layers, width: Its size; None where the configuration does not tell.
        parameters: How many numbers its weights are.
        yes: Which of the two classes is «да».
    """

    architecture: str
    layers: int | None
    width: int | None
    parameters: int
    yes: int


def read_network(folder: Path) -> Network:
    """Read ``config.json`` and the headers of the weights.

    Raises:
        OSError: If a file is not there.
        ValueError: If one is not what it should be.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    parameters = sum(map(count_parameters, sorted(folder.glob("*.safetensors"))))
    names = config.get("id2label") or {}
    return Network(
        architecture=(config.get("architectures") or ["unknown"])[0],
        layers=config.get("num_hidden_layers"),
        width=config.get("hidden_size"),
        parameters=parameters,
        yes=next((int(i) for i, name in names.items() if _means_yes(name)), YES),
    )


def _means_yes(name: object) -> bool:
    try:
        return parse_label(name) == YES
    except ValueError:
        return False


def count_parameters(path: Path) -> int:
    """How many numbers a safetensors file holds, by its header alone."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    tensors = (tensor for name, tensor in header.items() if name != "__metadata__")
    return sum(math.prod(tensor["shape"]) for tensor in tensors)
