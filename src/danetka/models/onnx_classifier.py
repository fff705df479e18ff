"""A model exported by `danetka export`, run by onnxruntime: neither torch nor transformers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from danetka.errors import ModelError
from danetka.models.catalog import resolve
from danetka.models.decision import Decision, yes_class
from danetka.models.pair_tokenizer import PairTokenizer
from danetka.models.pairs import MAX_LENGTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL_FILE: Final = "model.onnx"
QUANTIZED: Final = "quantized"
"""The key of the model's metadata that tells of int8."""
SLOW_FUSIONS: Final = ("SkipLayerNormFusion",)
"""onnxruntime 1.32's fused kernel takes six times as long on a CPU as the two nodes that it
replaces: 1.7 of the 7.2 ms in which one core reads a pair (benchmarks/throughput.py --profile)."""


@dataclass(frozen=True, eq=False)
class OnnxClassifier:
    """An exported model with its tokenizer.

    Attributes:
        session: onnxruntime's session.
        pair_tokenizer: Its tokenizer.
        decision: Its longest pair, its threshold and its temperature.
        name: What it was loaded by, for messages and tables.
        backend: ``onnx`` or ``onnx-int8``.
        yes: Which of its two classes is «да».
    """

    session: Any
    pair_tokenizer: PairTokenizer
    decision: Decision
    name: str
    backend: str
    yes: int

    batch_tokens = 1024
    """Beyond that the caches are left, below it there is less to share."""

    @classmethod
    def from_pretrained(cls, name: str | Path, threads: int | None = None) -> OnnxClassifier:
        """Load what `danetka export` wrote.

        Args:
            name: An alias or a path.
            threads: How many threads one batch is read with; by default one a core.

        Raises:
            ModelError: If it is not there or cannot be read.
        """
        folder = Path(resolve(str(name)))
        session = _session(folder / MODEL_FILE, threads or len(os.sched_getaffinity(0)))
        config = _config(folder / "config.json")
        inputs = [one.name for one in session.get_inputs()]
        told = session.get_modelmeta().custom_metadata_map
        return cls(
            session,
            PairTokenizer.read(folder, inputs),
            Decision.of(folder, int(config.get("max_position_embeddings") or MAX_LENGTH)),
            str(name),
            "onnx-int8" if told.get(QUANTIZED) else "onnx",
            yes_class(config.get("id2label")),
        )

    def batch_margins(self, batch: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float64]:
        """The log-odds of «да» of one padded batch: see `PairClassifier`."""
        logits = self.logits(batch)
        return np.asarray(logits[:, self.yes] - logits[:, 1 - self.yes])

    def logits(self, batch: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float64]:
        """What the model says of one padded batch, shape ``(n, 2)``."""
        return np.asarray(self.session.run(None, dict(batch))[0], dtype=np.float64)


def is_exported(name: str | Path) -> bool:
    """Whether a name stands for a folder that `danetka export` wrote."""
    return (Path(resolve(str(name))) / MODEL_FILE).is_file()


def _session(path: Path, threads: int) -> Any:
    import onnxruntime as runtime

    if not path.is_file():
        raise ModelError(f"{path}: there is no such file: make it with danetka export")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # errors; what the optimiser notes is nobody's concern
    try:
        return runtime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW_FUSIONS
        )
    except Exception as error:  # onnxruntime has a class for each kind, without a common one
        reason = str(error).strip().splitlines()[0]
        raise ModelError(f"{path}: not a model that can be loaded ({reason})") from error


def _config(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read ({error}): export the model anew") from error
    return dict(found)
