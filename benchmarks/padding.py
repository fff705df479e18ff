"""Ten optimiser steps of the study's batch: padded to the batch's longest pair, and to 512.

RuBERT's real vocabulary and shape with random weights, real DaNetQA pairs, batch 8, AdamW, each way
in a process of its own. Writes docs/results/padding.json and padding.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

STEPS, BATCH, MAX_LENGTH = 10, 8, 512
ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"


def measure(shape: Path, data: Path, to: str) -> dict[str, Any]:
    """Take the steps in this process.

    Args:
        shape: A folder with vocab.txt and config.json.
        data: A dataset with a train split.
        to: ``batch`` or ``512``.
    """
    import tempfile

    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        BertTokenizer,
        DataCollatorWithPadding,
        set_seed,
    )
    from transformers.trainer_utils import SaveStrategy

    from danetka.data import read_corpus
    from danetka.models.pairs import encode_pairs, pair_lengths
    from danetka.training.build import build_trainer
    from danetka.training.listener import Silent
    from danetka.training.settings import TrainSettings

    set_seed(0)
    tokenizer = BertTokenizer(str(shape / "vocab.txt"), do_lower_case=False)
    corpus = read_corpus(data)
    lengths = [int(n) for rows in corpus.splits.values() for n in pair_lengths(rows, tokenizer)]
    pairs = encode_pairs(corpus.train[: (STEPS + 1) * BATCH], tokenizer, MAX_LENGTH)
    model = BertForSequenceClassification(BertConfig.from_pretrained(shape, num_labels=2))
    study = TrainSettings(base_model=str(shape), select="last", training={"max_steps": STEPS + 1})
    marks: list[float] = []

    class Clock(Silent):
        def step(self, done: int) -> None:
            del done
            marks.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        trainer = build_trainer(study, model, tokenizer, pairs, None, Path(folder), Clock())
        if to == "512":
            trainer.data_collator = DataCollatorWithPadding(
                tokenizer, padding="max_length", max_length=MAX_LENGTH
            )
        trainer.args.save_strategy = SaveStrategy.NO  # two GB to disk are not what is timed
        trainer.train()
    seconds = marks[-1] - marks[0]  # the first step warms up
    return {
        "padded_to": to,
        "seconds": seconds,
        "examples_per_second": STEPS * BATCH / seconds,
        "peak_memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "pairs": len(lengths),
        "pairs_over_512": sum(n > MAX_LENGTH for n in lengths),
        "mean_tokens": sum(lengths) / len(lengths),
        "longest": max(lengths),
    }


def table(rows: list[dict[str, Any]], machine: dict[str, Any], command: str) -> str:
    """The figures as Markdown."""
    ours, theirs = rows
    ratio = ours["examples_per_second"] / theirs["examples_per_second"]
    lines = [
        "| padded to | seconds for 10 steps | examples/s | peak memory, GiB |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {'the longest of the batch' if r is ours else '512 tokens'} | {r['seconds']:.1f} "
            f"| {r['examples_per_second']:.2f} | {r['peak_memory_gib']:.2f} |"
            for r in rows
        ),
        "",
        f"{ratio:.2f} times the examples per second. RuBERT's vocabulary and shape (178M "
        "parameters, random weights), batch 8, the study's settings, rows of DaNetQA's train.  ",
        f"Of {ours['pairs']} pairs of question and passage in all splits {ours['pairs_over_512']} "
        f"({ours['pairs_over_512'] / ours['pairs']:.1%}) are longer than 512 tokens; "
        f"mean {ours['mean_tokens']:.0f}, longest {ours['longest']}.  ",
        f"{machine['processor']}, {machine['cores']} cores, torch {machine['packages']['torch']}. "
        f"Written by `{command}`.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure both ways and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", type=Path, default=SHARED / "rubert-base-cased")
    parser.add_argument("--data", type=Path, default=SHARED / "danetqa")
    parser.add_argument("--to", choices=["batch", "512"])
    arguments = parser.parse_args()
    if not arguments.shape.is_dir() or not arguments.data.exists():
        print(f"skipped: {arguments.shape} or {arguments.data} is not there")
        return
    if arguments.to:
        print(json.dumps(measure(arguments.shape, arguments.data, arguments.to)))
        return
    from danetka.environment import environment
    from danetka.files import write_text

    rows = []
    for to in ("batch", "512"):
        command = [sys.executable, __file__, "--shape", str(arguments.shape)]
        command += ["--data", str(arguments.data), "--to", to]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    machine = environment()
    results = {"rows": rows, "environment": machine}
    write_text(ROOT / "docs/results/padding.json", json.dumps(results, indent=1) + "\n")
    text = table(rows, machine, "python benchmarks/padding.py")
    write_text(ROOT / "docs/results/padding.md", text)
    print(text)


if __name__ == "__main__":
    main()
