"""The benchmarks run, on a shape so small that they measure nothing."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from transformers import BertConfig

from .made import make_examples, write_jsonl


def load(name: str) -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("to", ["batch", "512"])
def test_padding(tmp_path: Path, to: str) -> None:
    shape = tmp_path / "shape"
    shape.mkdir()
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "дом", "верно", "ли", "."]
    (shape / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
    )
    (shape / "config.json").write_text(json.dumps(config.to_dict()), encoding="utf-8")
    rows: list[dict[str, object]] = [
        {"question": row.question, "passage": row.passage, "label": row.label}
        for row in make_examples(100)
    ]
    data = write_jsonl(tmp_path / "train.jsonl", rows)
    padding = load("padding")
    found = padding.measure(shape, data, to)
    assert (found["padded_to"], found["pairs"], found["pairs_over_512"]) == (to, 100, 0)
    assert found["seconds"] > 0
    table = padding.table(
        [found, found], {"processor": "p", "cores": 1, "packages": {"torch": "t"}}, "c"
    )
    assert "1.00 times the examples per second" in table


def test_the_loop_of_intervals_agrees() -> None:
    """What is timed against `score` computes the same scores."""
    import numpy as np

    from danetka.evaluation.scores import score

    random = np.random.default_rng(0)
    labels, p = random.integers(0, 2, 300), random.random(300)
    drawn = np.array(load("intervals").by_loop(labels, p, 200))
    ours = score(labels, p)
    names = ("accuracy", "balanced_accuracy")
    for i, name in enumerate(names):
        low, high = np.percentile(drawn[:, i], [2.5, 97.5])
        assert ours.intervals[name] == pytest.approx((low, high), abs=0.02)
