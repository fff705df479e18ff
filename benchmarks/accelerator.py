"""RuBERT's shape fine-tuned in bf16 on an accelerator: how much of the card is used.

Random weights, real vocabulary, real DaNetQA pairs, the project's own Trainer. For batch 8, the
study's, and for the largest that fits: examples a second, the share of the card's own measured rate
of matrix products, peak memory. Writes docs/results/accelerator.json and accelerator.md.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from danetka.environment import environment
from danetka.files import write_json, write_text
from danetka.report.table import Table

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from danetka.models.pairs import EncodedPairs

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
RESULTS = ROOT / "docs/results/accelerator.json"
MAX_LENGTH, STUDY, STEPS, WARM = 512, 8, 30, 5
SQUARE, REPEATS = 8192, 20


def matrix_rate(device: str, square: int = SQUARE, repeats: int = REPEATS) -> float:
    """Floating-point operations a second of bf16 matrix products on this device."""
    import torch

    a, b = (torch.randn(square, square, device=device, dtype=torch.bfloat16) for _ in range(2))
    for _ in range(3):
        a @ b
    _wait(device)
    began = time.perf_counter()
    for _ in range(repeats):
        a @ b
    _wait(device)
    return 2 * square**3 * repeats / (time.perf_counter() - began)


def measure(
    shape: Path, tokenizer: PreTrainedTokenizerBase, pairs: EncodedPairs, batch: int, steps: int
) -> dict[str, Any]:
    """Train some steps and time those after the first.

    Args:
        shape: A folder with config.json.
        tokenizer: The shape's own.
        pairs: Rows to train on; they are gone through as often as is needed.
        batch: Rows of a step.
        steps: How many are timed.

    Returns:
        The batch, examples and operations a second, mean tokens, peak memory in GiB.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.trainer_utils import SaveStrategy

    from danetka.training.build import build_trainer
    from danetka.training.listener import Silent
    from danetka.training.settings import TrainSettings

    marks: list[float] = []

    class Clock(Silent):
        def step(self, done: int) -> None:
            del done
            _wait(device)
            marks.append(time.perf_counter())

    device = "cuda" if torch.cuda.is_available() else "cpu"
    config = BertConfig.from_pretrained(shape, num_labels=2)
    model = BertForSequenceClassification(config)
    told: dict[str, Any] = {
        "max_steps": WARM + steps,
        "per_device_train_batch_size": batch,
        "bf16": True,
        "train_sampling_strategy": "group_by_length",
    }
    settings = TrainSettings(base_model=str(shape), select="last", training=told)
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    with tempfile.TemporaryDirectory() as folder:
        trainer = build_trainer(settings, model, tokenizer, pairs, None, Path(folder), Clock())
        trainer.args.save_strategy = SaveStrategy.NO
        trainer.train()
    seconds = marks[-1] - marks[WARM - 1]
    tokens = float(pairs.lengths.mean())
    weights = sum(p.numel() for p in model.bert.encoder.parameters())
    attention = 4 * config.num_hidden_layers * config.hidden_size * tokens
    operations = 3 * (2 * weights + attention) * tokens  # forward, and twice that backward
    peak = torch.cuda.max_memory_allocated() / 2**30 if device == "cuda" else 0.0
    rate = steps * batch / seconds
    return {
        "batch": batch, "examples_per_second": rate, "operations_per_second": rate * operations,
        "mean_tokens": tokens, "peak_memory_gib": peak,
    }  # fmt: skip


def largest(
    shape: Path, tokenizer: PreTrainedTokenizerBase, pairs: EncodedPairs, limit: int
) -> int:
    """The largest power of two of rows that a step has memory for, at most `limit`."""
    import torch

    batch = STUDY
    while 2 * batch <= limit:
        try:
            measure(shape, tokenizer, pairs, 2 * batch, 1)
        except torch.OutOfMemoryError:
            break
        finally:
            torch.cuda.empty_cache()
        batch *= 2
    return batch


def table(found: dict[str, Any]) -> Table:
    """As documents show it."""
    rows = tuple(
        (
            str(row["batch"]),
            f"{row['examples_per_second']:.1f}",
            f"{row['operations_per_second'] / found['matrix_rate']:.1%}",
            f"{row['peak_memory_gib']:.1f}",
        )
        for row in found["rows"]
    )
    machine = found["environment"]
    notes = (
        "RuBERT's vocabulary and shape with random weights, bf16, DaNetQA's train, mean "
        f"{found['rows'][0]['mean_tokens']:.0f} tokens. Operations are those of the real tokens: "
        f"padding counts as loss. Measured rate: {found['matrix_rate'] / 1e12:.0f} Tflop/s.",
        f"{machine['accelerator'] or machine['processor']}, torch {machine['packages']['torch']}. "
        f"Written by `{found['command']}`.",
    )
    header = ("batch", "examples a second", "of the measured matrix rate", "peak memory, GiB")
    return Table("Fine-tuning on an accelerator", header, rows, notes)


def _wait(device: str) -> None:
    import torch

    if device == "cuda":
        torch.cuda.synchronize()


def main() -> None:
    """Measure batch 8 and the largest, and write the results."""
    import torch
    from transformers import BertTokenizer

    from danetka.data import read_corpus
    from danetka.models.pairs import encode_pairs

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", type=Path, default=SHARED / "rubert-base-cased")
    parser.add_argument("--data", type=Path, default=SHARED / "danetqa")
    parser.add_argument("--results", type=Path, default=RESULTS)
    told = parser.parse_args()
    if not torch.cuda.is_available():
        print("skipped: there is no accelerator here")
        return
    tokenizer = BertTokenizer(str(told.shape / "vocab.txt"), do_lower_case=False)
    pairs = encode_pairs(read_corpus(told.data).train, tokenizer, MAX_LENGTH)
    batches = [STUDY, largest(told.shape, tokenizer, pairs, 1024)]
    found = {
        "command": shlex.join(["python", *sys.argv]),
        "matrix_rate": matrix_rate("cuda"),
        "rows": [measure(told.shape, tokenizer, pairs, batch, STEPS) for batch in batches],
        "environment": environment(),
    }
    write_json(told.results, found)
    text = table(found).markdown()
    write_text(told.results.with_suffix(".md"), text)
    print(text)


if __name__ == "__main__":
    main()
