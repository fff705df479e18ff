"""A torch model → an ONNX graph, checked against the model that it was made of."""

from __future__ import annotations

import copy
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import nn

from danetka.errors import ModelError
from danetka.exporting.reading import (
    is_berts_build,
    read_first_token_only,
    use_fused_attention,
)
from danetka.models.classifier import Classifier
from danetka.models.onnx_classifier import OnnxClassifier
from danetka.models.pair_classifier import batches

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Pair = tuple[str, str]

TOLERANCE: Final = 1e-3
"""The largest difference of logits that passes: single precision, summed in another order."""
_BATCH: Final = 8
_LARGEST: Final = 2_000_000_000
"""Bytes: one ONNX file holds no more."""


def write_graph(classifier: Classifier, path: Path) -> bool:
    """Export the model.

    Args:
        classifier: The model; it stays as it is.
        path: The file to write.

    Returns:
        Whether the faster graph for encoders of BERT's build was written.

    Raises:
        ModelError: If torch cannot export this kind of model.
    """
    model = copy.deepcopy(classifier.model).cpu().float().eval()
    fast = is_berts_build(model)
    if fast:
        use_fused_attention(model)
        read_first_token_only(model)
    write_plain_graph(model, classifier.pair_tokenizer.inputs, path)
    return fast


def write_plain_graph(model: PreTrainedModel, inputs: Sequence[str], path: Path) -> None:
    """Export a model as it is: inputs ``(n, length)`` by name, logits ``(n, 2)``.

    Raises:
        ModelError: If torch cannot export this kind of model.
    """
    if sum(p.numel() for p in model.parameters()) * 4 > _LARGEST:
        raise ModelError("the model is larger than one ONNX file can be (2 GB): take a smaller one")
    example = torch.ones((2, 16), dtype=torch.int64)
    either = torch.export.Dim.DYNAMIC
    try:
        with _silence():
            program = torch.onnx.export(
                _Logits(model, inputs).eval(),
                tuple(example.clone() for _ in inputs),
                dynamo=True,
                dynamic_shapes=(tuple({0: either, 1: either} for _ in inputs),),  # of *values
                input_names=list(inputs),
                output_names=["logits"],
                verbose=False,
            )
            program.save(str(path), external_data=False)  # type: ignore[union-attr]
    except Exception as error:  # torch.export raises whatever the model's code makes it raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        kind = type(model).__name__
        raise ModelError(f"{kind}: torch cannot export this kind of model ({reason})") from error


class _Logits(nn.Module):
    """A model that takes its inputs by place and answers with nothing but the logits."""

    def __init__(self, model: PreTrainedModel, inputs: Sequence[str]) -> None:
        super().__init__()
        self.model = model
        self.inputs = tuple(inputs)

    def forward(self, *values: torch.Tensor) -> torch.Tensor:
        named = dict(zip(self.inputs, values, strict=True))
        return self.model(**named).logits  # type: ignore[no-any-return]


def largest_difference(
    classifier: Classifier, exported: OnnxClassifier, pairs: Sequence[Pair]
) -> float:
    """The largest difference between two models' logits over pairs, padded ones among them.

    Args:
        classifier: The original.
        exported: What was made of it.
        pairs: Questions and passages; what is longer than the model is left out.
    """
    tokenizer = classifier.pair_tokenizer
    encodings = [e for e in tokenizer.encode(pairs) if len(e) <= classifier.decision.max_length]
    lengths = np.array([len(e) for e in encodings], dtype=np.int64)
    found = 0.0
    for chosen in batches(lengths, _BATCH, _BATCH * classifier.decision.max_length):
        batch = tokenizer.batch([encodings[row] for row in chosen])
        tensors = {name: torch.from_numpy(array) for name, array in batch.items()}
        with torch.inference_mode():
            device = classifier.model.device
            theirs = classifier.model(**{k: v.to(device) for k, v in tensors.items()}).logits
        [ours] = exported.logits([batch])
        found = max(found, float(np.abs(ours - theirs.double().cpu().numpy()).max()))
    return found


@contextmanager
def _silence() -> Iterator[None]:
    """Torch's exporter tells of its own workings at length."""
    names = ("torch.onnx", "onnxscript", "onnx_ir", "torch.export")
    before: list[tuple[Any, int]] = [
        (logging.getLogger(n), logging.getLogger(n).level) for n in names
    ]
    try:
        for logger, _ in before:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in before:
            logger.setLevel(level)
