"""What the bundled generator has learnt: perplexity on unseen text, and how it goes on.

    python benchmarks/generator.py RUN

RUN is the folder of `danetka pretrain generator`; its model must be the bundled one. Perplexity is
a token's, on documents kept from training: sources compare with each other, other tokenizers do
not. Greedy continuations of the first sentences of ten passages of the bundled sample, unedited.
Writes docs/results/mini-gpt.json, and the tables into the model card.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from danetka.data import read_corpus
from danetka.environment import environment
from danetka.files import write_json
from danetka.language.parse import sentences
from danetka.models.catalog import load_tokenizer, resolve
from danetka.report.table import Table, put_into

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "docs" / "results" / "mini-gpt.json"
CARD = Path(resolve("mini-gpt")) / "README.md"
PASSAGES, TOKENS = 10, 40


def continuations(model: Any, tokenizer: Any) -> list[dict[str, str]]:
    """How the model goes on, always with the likeliest token."""
    texts = dict.fromkeys(read_corpus("sample").val.passages)
    found = []
    for text in list(texts)[:PASSAGES]:
        begin = sentences(text)[0].text
        ids = tokenizer(begin, return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            out = model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=TOKENS, do_sample=False
            )
        found.append({"text": begin, "continuation": tokenizer.decode(out[0, ids.shape[1] :])})
    return found


def tables(found: dict[str, Any]) -> str:
    """Both, as Markdown."""
    losses = found["unseen"]
    rows = tuple(
        (name, str(v["sequences"]), f"{v['loss']:.2f}", f"{v['perplexity']:.0f}")
        for name, v in sorted(losses.items(), key=lambda item: item[1]["loss"])
    )
    machine = found["environment"]
    notes = (
        f"`prompts`: passages with a question by rule. {machine['processor']}, torch "
        f"{machine['packages']['torch']}. Written by `{found['command']}`.",
    )
    header = ("held-out source", "sequences of 256", "loss, nats a token", "perplexity")
    first = Table("Unseen text", header, rows, notes).markdown()
    cells = [(c["text"], c["continuation"].replace("\n", " ⏎ ")) for c in found["continuations"]]
    second = Table(
        f"Greedy, {TOKENS} tokens, unedited", ("given", "continuation"), tuple(cells)
    ).markdown()
    return f"{first}\n{second}"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    given = parser.parse_args()
    bundled = Path(resolve("mini-gpt")) / "model.safetensors"
    if bundled.read_bytes() != (given.run / "model" / "model.safetensors").read_bytes():
        parser.error(f"{given.run}: its model is not the bundled one")
    result = json.loads((given.run / "result.json").read_text(encoding="utf-8"))
    model = AutoModelForCausalLM.from_pretrained(resolve("mini-gpt"), dtype=torch.float32)
    tokenizer = load_tokenizer("mini-gpt")
    found = {
        "command": "python benchmarks/generator.py RUN",
        "tokens": result["corpus"],
        "unseen": result["unseen"],
        "continuations": continuations(model.eval(), tokenizer),
        "environment": environment(),
    }
    write_json(OUTPUT, found)
    put_into(CARD, "mini-gpt", tables(found))
    print(tables(found))


if __name__ == "__main__":
    main()
