"""A model exported by `danetka export`, run by onnxruntime: neither torch nor transformers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from danetka.errors import ModelError
from danetka.models.catalog import MODEL_FILE, resolve
from danetka.models.decision import Decision, yes_class
from danetka.models.pair_classifier import told_margins
from danetka.models.pair_tokenizer import PairTokenizer
from danetka.models.pairs import MAX_LENGTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from danetka.models.pair_tokenizer import Batch
    from danetka.schema import Examples

QUANTIZED: Final = "quantized"
"""The key of the model's metadata that tells of int8."""
INT8: Final = "onnx-int8"
_TOKENS: Final = 768
"""Beyond that the caches are left, below it there is less to share."""
SLOW_FUSIONS: Final = ("SkipLayerNormFusion",)
"""onnxruntime 1.32's fused kernel takes several times as long on a CPU as the two nodes that it
replaces: see decision 0014."""


@dataclass(frozen=True, eq=False)
class OnnxClassifier:
    """An exported model with its tokenizer.

    One batch is read by all cores. Several are read side by side, one core each: that is faster by
    a fifth, for nobody waits for the others after every operator. It needs a session of its own,
    and so the weights once more, which is begun when there are several for the first time.

    Attributes:
        folder: Where it lies.
        session: onnxruntime's session for one batch.
        pair_tokenizer: Its tokenizer.
        decision: Its longest pair, its threshold and its temperature.
        name: What it was loaded by, for messages and tables.
        backend: ``onnx`` or ``onnx-int8``.
        yes: Which of its two classes is «да».
        cores: How many batches are read side by side.
    """

    folder: Path
    session: Any
    pair_tokenizer: PairTokenizer
    decision: Decision
    name: str
    backend: str
    yes: int
    cores: int

    @property
    def batch_tokens(self) -> int:
        """How many tokens are read at once with the best speed.

        In eight bits every row is read alone: the range of a layer's activations is taken from the
        whole batch, and an answer must not hang on who asks at the same time.
        """
        return 1 if self.backend == INT8 else _TOKENS

    @classmethod
    def from_pretrained(cls, name: str | Path) -> OnnxClassifier:
        """Load what `danetka export` wrote.

        Args:
            name: An alias or a path.

        Raises:
            ModelError: If it is not there or cannot be read.
        """
        folder, cores = Path(resolve(str(name))), len(os.sched_getaffinity(0))
        session = _session(folder / MODEL_FILE, cores)
        config = _config(folder / "config.json")
        inputs = [one.name for one in session.get_inputs()]
        told = session.get_modelmeta().custom_metadata_map
        return cls(
            folder,
            session,
            PairTokenizer.read(folder, inputs),
            Decision.of(folder, int(config.get("max_position_embeddings") or MAX_LENGTH)),
            str(name),
            INT8 if told.get(QUANTIZED) else "onnx",
            yes_class(config.get("id2label")),
            cores,
        )

    def margins(self, batches: Iterable[Batch]) -> Iterator[NDArray[np.float64]]:
        """The log-odds of «да» of padded batches: see `PairClassifier`."""
        for logits in self.logits(batches):
            yield np.asarray(logits[:, self.yes] - logits[:, 1 - self.yes])

    def probabilities(
        self, examples: Examples, on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float64]:
        """P(да) of each row, a passage too long cut: see `danetka.Classifier.probabilities`."""
        pairs = list(zip(examples.questions, examples.passages, strict=True))
        encodings = self.pair_tokenizer.encode_cut(pairs, self.decision.max_length)
        margins = told_margins(self, encodings, on_progress)
        return np.asarray(1 / (1 + np.exp(-margins / self.decision.temperature)))

    def logits(self, batches: Iterable[Batch]) -> Iterator[NDArray[np.float64]]:
        """What the model says of padded batches, each of shape ``(n, 2)``, in their order."""
        given = list(batches)
        if len(given) == 1 or self.cores == 1:
            return (_run(self.session, batch) for batch in given)
        session, pool = self._side_by_side
        return pool.map(lambda batch: _run(session, batch), given)

    @cached_property
    def _side_by_side(self) -> tuple[Any, ThreadPoolExecutor]:
        return _session(self.folder / MODEL_FILE, 1), ThreadPoolExecutor(self.cores, "danetka-onnx")


def _run(session: Any, batch: Batch) -> NDArray[np.float64]:
    return np.asarray(session.run(None, dict(batch))[0], dtype=np.float64)


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
