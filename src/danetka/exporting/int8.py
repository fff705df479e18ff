"""Eight-bit weights and activations for matrix products, but for those that do not bear it.

onnxruntime's dynamic quantisation: weights by channel, activations by tensor when they are known.
Embeddings take sixteen bits: rows are looked up, not multiplied, so that more speed is not to be
had, and in eight they cost more agreement than all products together. The head stays: it is small.

Some models have one or two products whose eight bits change answers, often the first layer's
queries or keys, where a word of the question meets the same word of the passage. Which they are is
found on rows of train: `most_harmful`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from danetka.extras import require
from danetka.models.onnx_classifier import QUANTIZED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_PURPOSE: Final = "exporting"


def products(graph: Path) -> list[str]:
    """The names of the graph's matrix products with constant weights, in order."""
    onnx = require("onnx", "onnx", _PURPOSE)
    model = onnx.load(str(graph), load_external_data=False)
    weights = {one.name for one in model.graph.initializer}
    return [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and any(name in weights for name in node.input)
    ]


def quantize(graph: Path, kept: Sequence[str], path: Path) -> None:
    """Write a graph with its matrix products in eight bits and its embeddings in sixteen.

    Weights take seven of the eight: without VNNI, processors add two products of eight bits in
    sixteen and cut what is over, and the agreement measured here would not hold there.

    Args:
        graph: The graph in single precision.
        kept: Products that stay in single precision.
        path: The file to write.
    """
    onnx = require("onnx", "onnx", _PURPOSE)
    tool = require("onnxruntime.quantization", "onnx", _PURPOSE)
    with _quiet():
        tool.quantize_dynamic(
            str(graph),
            str(path),
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=True,
            weight_type=tool.QuantType.QInt8,
            nodes_to_exclude=list(kept),
        )
    model = onnx.load(str(path))
    _halve_embeddings(model)
    told = model.metadata_props.add()
    told.key, told.value = QUANTIZED, "int8"
    onnx.save(model, str(path))


def _halve_embeddings(model: Any) -> None:
    """Store what rows are looked up in, in half precision; the rows looked up become single."""
    onnx = require("onnx", "onnx", _PURPOSE)
    graph, arrays = model.graph, require("onnx.numpy_helper", "onnx", _PURPOSE)
    single = onnx.TensorProto.FLOAT
    tables = {one.name: one for one in graph.initializer if one.data_type == single}
    lookups = [node for node in graph.node if node.op_type == "Gather" and node.input[0] in tables]
    looked_up = {node.input[0] for node in lookups}
    if looked_up & {name for n in graph.node if n not in lookups for name in n.input}:
        return  # the same weights are multiplied elsewhere
    for name in looked_up:
        values = arrays.to_array(tables[name]).astype(np.float16)
        tables[name].CopyFrom(arrays.from_array(values, name))
    for node in lookups:
        [name] = node.output
        node.output[0] = f"{name}_half"
        back = onnx.helper.make_node(
            "Cast", [node.output[0]], [name], f"{node.name}_back", to=single
        )
        graph.node.insert(list(graph.node).index(node) + 1, back)


def most_harmful(
    graph: Path,
    answer: Callable[[Path], Floats],
    expected: Floats,
    scratch: Path,
    on_progress: Callable[[int], None] | None = None,
) -> list[str]:
    """The matrix products by how much nearer the answers come when one stays as it is.

    Args:
        graph: The graph in single precision.
        answer: Gives the log-odds of the chosen rows by the graph in a file, shape ``(n,)``.
        expected: The original's, shape ``(n,)``.
        scratch: A file to write trial graphs to.
        on_progress: Is told that one more was tried.

    Returns:
        Their names, the one that is best left alone first.
    """
    apart: dict[str, float] = {}
    for name in products(graph):
        quantize(graph, [name], scratch)
        apart[name] = float(np.abs(answer(scratch) - expected).mean())
        if on_progress:
            on_progress(1)
    return sorted(apart, key=lambda name: apart[name])


@contextmanager
def _quiet() -> Iterator[None]:
    """The quantiser recommends a preparation that is for convolutions, by the root logger."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
