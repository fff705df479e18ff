"""What p-tuning does and gives, measured: four parts, each written when it is done.

    python benchmarks/prompts.py shape methods yield speed --data ../shared/data/danetqa

`shape`: the flow with ruGPT-3 small's shape (12 layers × 768, 50,264 pieces, 2,048 positions) and
random weights: an epoch on 64 rows, 20 questions; step time, peak memory, what was trained.
`methods`: dev loss of each method on DaNetQA's train with mini-gpt, and of the base alone.
`yield`: questions with the answer «нет» about 500 passages, and how many pass which gate.
`speed`: questions a second, together and one at a time, of the same adapter in the same run.
With none of them the tables alone are written anew.

Writes docs/results/prompts.json and prompts.md; the tables go into both READMEs.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast

import torch
from prompts_table import document, methods

from danetka.augmentation.forms import distance, form_of
from danetka.augmentation.prompts.base import adapt, load_base
from danetka.augmentation.prompts.generator import PromptedGenerator
from danetka.augmentation.prompts.settings import (
    METHODS,
    ConfirmSettings,
    PromptedSettings,
    TuneSettings,
    WriteSettings,
)
from danetka.augmentation.prompts.trainer import trained_state
from danetka.augmentation.prompts.tune import tune, tune_key
from danetka.augmentation.prompts.write import Writer
from danetka.data.read import read_corpus
from danetka.data.write import write_jsonl
from danetka.environment import environment
from danetka.files import write_json, write_text
from danetka.language.text import words
from danetka.models.catalog import load_tokenizer
from danetka.report.table import put_into
from danetka.schema import NO, Examples

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "docs" / "results" / "prompts.json"
JUDGED = OUTPUT.with_name("prompts-judged.jsonl")
RUNS: Final = Path("runs")
PASSAGES: Final = 500
ALONE: Final = 20
"""Passages that are written about one question at a time."""
CANDIDATES: Final = 16
"""For each passage: a small model writes little that passes."""
SHAPE: Final[dict[str, Any]] = {
    "vocab_size": 50_264, "n_positions": 2_048, "n_embd": 768, "n_layer": 12, "n_head": 12,
    "bos_token_id": 0, "eos_token_id": 0,
}  # fmt: skip


def shape(train: Examples) -> dict[str, Any]:
    """The flow with the study's generator, its weights random and its tokenizer ours."""
    from transformers import GPT2Config, GPT2LMHeadModel

    rows = Examples(tuple(row for row in train if row.label == NO)[:71], "64 rows and dev")
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "base"
        load_tokenizer("mini-gpt").save_pretrained(base)
        GPT2LMHeadModel(GPT2Config(**SHAPE)).save_pretrained(base)
        settings = TuneSettings(base=str(base), epochs=1, longest=256)
        steps: list[float] = []
        began = time.perf_counter()
        done = tune(rows, NO, settings, Path(name) / "run", lambda *_: steps.append(time.time()))
        whole = time.perf_counter() - began
        writer = Writer.load(done.adapter)
        began = time.perf_counter()
        # Random weights end no question: what is timed is 20 times 32 tokens.
        write = WriteSettings(candidates=4, temperature=1)
        writer.write(rows.passages[:5], write)
        writing = time.perf_counter() - began
        model, _ = load_base(str(base))
        before = {k: v.clone() for k, v in model.state_dict().items()}
        trained = trained_state(adapt(model, settings))
        parts = json.loads((done.adapter.parent / "data.json").read_text(encoding="utf-8"))
        untouched = all(
            torch.equal(value, before[name])
            for name, value in cast("Any", writer.model).get_base_model().state_dict().items()
        )
    gaps = sorted(b - a for a, b in pairwise(steps))
    return {
        "train_rows": parts["train"]["rows"],
        "steps": len(steps),
        "step_seconds": gaps[len(gaps) // 2],
        "training_seconds": whole,
        "writing_seconds_20": writing,
        "peak_memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "trained": done.trained,
        "whole": done.whole,
        "trained_are_prompt": all("prompt_encoder" in name for name in trained),
        "base_untouched": untouched,
        "dev": [row.dev for row in done.epochs],
    }


def tuned(train: Examples) -> dict[str, Any]:
    """Dev loss of each method with its own default settings, and whether what it writes differs."""
    found: dict[str, Any] = {}
    greedy = WriteSettings(candidates=1, temperature=0)
    for method in METHODS:
        settings = TuneSettings(method=method)
        done = tune(train, NO, settings, RUNS / "prompts" / tune_key(train, NO, settings))
        found[method] = {
            "base": done.epochs[0].dev,
            "best": done.best.dev,
            "epoch": done.best.epoch,
            "epochs": [asdict(row) for row in done.epochs[1:]],
            "trained": done.trained,
            "whole": done.whole,
            "differs": _differs(Writer.load(done.adapter), train.passages[:20], greedy),
        }
    return found


def _differs(writer: Writer, passages: list[str], settings: WriteSettings) -> int:
    """Of how many passages the adapted model goes on otherwise than the base alone."""
    other, adapted = 0, cast("Any", writer.model)
    for passage in passages:
        opening = torch.tensor([writer.texts.opening(passage, settings.longest).ids])
        given = {"input_ids": opening, "attention_mask": torch.ones_like(opening)}
        options: Any = {"max_new_tokens": 16, "do_sample": False, "use_cache": True}
        with torch.inference_mode():
            ours = adapted.generate(**given, **options)
            with adapted.disable_adapter():
                theirs = adapted.get_base_model().generate(**given, **options)
        other += ours[0, opening.shape[1] :].tolist() != theirs[0, opening.shape[1] :].tolist()
    return other


def yielded(train: Examples, against: list[Examples], output: Path | None) -> dict[str, Any]:
    """What is left after each gate, and what the survivors are like."""
    from danetka.language.text import question_key

    passages = list(dict.fromkeys(train.passages))[:PASSAGES]
    asked = frozenset(question_key(q) for rows in against for q in rows.questions)
    write = WriteSettings(candidates=CANDIDATES, batch=128)
    settings = PromptedSettings(write=write, confirm=ConfirmSettings())
    generator = PromptedGenerator(
        settings, RUNS, style="danetqa", beside=train, against=asked, parts=RUNS / "written"
    )
    made = generator.generate(passages, NO, PASSAGES)
    if output:
        write_jsonl(output, made.examples)
    return {
        "passages": len(passages),
        "candidates": settings.write.candidates,
        "gates": made.gates,
        "skipped": dict(made.skipped.most_common()),
        "distinct_2": distinct_2(made.examples.questions),
        "form_distance": distance(Counter(form_of(q) for q in made.examples.questions)),
    }


def distinct_2(questions: list[str]) -> float:
    """The share of different pairs of neighbouring words (Li et al. 2016, arXiv 1510.03055)."""
    pairs = [pair for question in questions for pair in pairwise(words(question))]
    return len(set(pairs)) / max(1, len(pairs))


def speed(train: Examples) -> dict[str, Any]:
    """Questions a second: batches of one length, and `generate` one question at a time."""
    settings = TuneSettings()
    done = tune(train, NO, settings, RUNS / "prompts" / tune_key(train, NO, settings))
    writer = Writer.load(done.adapter)
    passages = list(dict.fromkeys(train.passages))[:PASSAGES]
    write = WriteSettings()
    told: dict[str, Any] = {
        "max_new_tokens": write.longest, "do_sample": True, "temperature": write.temperature,
        "top_p": write.top_p, "top_k": write.top_k, "use_cache": True,
        "eos_token_id": writer.ends, "pad_token_id": 0,
    }  # fmt: skip
    torch.manual_seed(0)
    found: dict[str, Any] = {"passages": len(passages), "candidates": write.candidates}
    for _ in range(2):  # the first time warms up
        began = time.perf_counter()
        writer.write(passages, write)
        together = time.perf_counter() - began
        began = time.perf_counter()
        for passage in passages[:ALONE]:
            opening = torch.tensor([writer.texts.opening(passage, write.longest).ids])
            for _ in range(write.candidates):
                with torch.inference_mode():
                    cast("Any", writer.model).generate(
                        input_ids=opening, attention_mask=torch.ones_like(opening), **told
                    )
        alone = time.perf_counter() - began
    found["together_a_second"] = len(passages) * write.candidates / together
    found["alone_a_second"] = ALONE * write.candidates / alone
    found["ratio"] = found["together_a_second"] / found["alone_a_second"]
    return found


def main() -> None:
    """Measure what is asked for, keep the rest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="Of shape, methods, yield, speed; none: tables.")
    parser.add_argument("--data", default="../shared/data/danetqa")
    parser.add_argument("--survivors", type=Path, help="Where the rows of `yield` go, to be read.")
    given = parser.parse_args()
    corpus = read_corpus(given.data)
    train, against = corpus.train, [v for k, v in corpus.splits.items() if k != "train"]
    found: dict[str, Any] = (
        json.loads(OUTPUT.read_text(encoding="utf-8")) if OUTPUT.exists() else {}
    )
    work = {
        "shape": lambda: shape(train),
        "methods": lambda: tuned(train),
        "yield": lambda: yielded(train, against, given.survivors),
        "speed": lambda: speed(train),
    }
    if wrong := set(given.parts) - set(work):
        parser.error(f"there is no {', '.join(wrong)}; known are {', '.join(work)}")
    for part in given.parts:
        found[part] = work[part]()
        found["environment"] = {**environment(), "peft": version("peft")}
        found["command"] = "python benchmarks/prompts.py shape methods yield speed"
        write_json(OUTPUT, found)
    write_text(OUTPUT.with_suffix(".md"), document(found, JUDGED))
    for path, language in ((ROOT / "README.md", "en"), (ROOT / "README.ru.md", "ru")):
        put_into(path, "prompts", methods(found, language).markdown())


if __name__ == "__main__":
    main()
