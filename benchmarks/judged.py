"""Rule-made questions read one by one: draw them, and count what was judged.

    python benchmarks/judged.py draw --seed 1 --output FILE.jsonl
    python benchmarks/judged.py strip READ.jsonl --output docs/results/rules-judged.jsonl
    python benchmarks/judged.py count docs/results/rules-judged.jsonl

`draw` takes 200 questions about passages of DaNetQA's train (100 of each answer) and 100 about
news, by the seed alone. A reader then puts `grammatical` and `right` (true or false) into each row,
and `why` where one is false. `count` says what came of it. Passages are not ours to copy: `strip`
leaves their fingerprints.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

from danetka.augmentation.rules.generator import RuleGenerator
from danetka.data import read_corpus
from danetka.files import write_text
from danetka.schema import NO, YES, Example

NEWS = ("nerel_wikinews", "facturueval2016_news", "ntrex_news")
PASSAGES = 300
EACH = {"danetqa": 100, "news": 50}


def news(folder: Path) -> Iterator[str]:
    """Paragraphs of news, of 40 to 200 words."""
    for name in NEWS:
        with lzma.open(folder / f"{name}.jsonl.xz", "rt", encoding="utf-8") as file:
            for line in file:
                for paragraph in json.loads(line)["text"].split("\n\n"):
                    if 40 <= len(paragraph.split()) <= 200:
                        yield paragraph.strip()


def draw(shared: Path, seed: int) -> Iterator[dict[str, object]]:
    """The questions to be read, without the judgements."""
    rng = random.Random(seed)
    train = read_corpus(shared / "data" / "danetqa").train
    texts = {
        "danetqa": list(dict.fromkeys(train.passages)),
        "news": list(dict.fromkeys(news(shared / "corpus"))),
    }
    for source, passages in texts.items():
        chosen = rng.sample(passages, PASSAGES)
        made = RuleGenerator("danetqa", seed).generate(chosen, None, 2 * PASSAGES).examples
        for label in (NO, YES):
            rows = [row for row in made if row.label == label]
            for row in rng.sample(rows, EACH[source]):
                yield _shown(source, row)


def _shown(source: str, row: Example) -> dict[str, object]:
    return {
        "source": source,
        "question": row.question,
        "label": bool(row.label),
        **{k: row.meta.get(k, "") for k in ("rule", "edit", "old", "new", "evidence")},
        "passage": row.passage,
        "grammatical": None,
        "right": None,
        "why": "",
    }


def strip(path: Path) -> Iterator[dict[str, object]]:
    """The judged rows with the passage's fingerprint in its place."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text, _ = row.pop("passage"), row.pop("evidence")
        yield {**row, "passage_sha256": hashlib.sha256(text.encode()).hexdigest()[:16]}


def count(path: Path) -> str:
    """How many are grammatical, rightly labelled, both; of all and of each part."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = []
    parts = {"all": rows} | {
        f"{source}, {name}": [r for r in rows if r["source"] == source and r["label"] == label]
        for source in EACH
        for label, name in ((False, "нет"), (True, "да"))
    }
    for name, part in parts.items():
        both = sum(r["grammatical"] and r["right"] for r in part)
        grammatical, right = (sum(r[k] for r in part) for k in ("grammatical", "right"))
        n = len(part)
        lines.append(
            f"{name:<14} {n:>4}  grammatical {grammatical / n:.1%}  label {right / n:.1%}  "
            f"both {both / n:.1%}"
        )
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", choices=("draw", "strip", "count"))
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    if given.do != "draw" and given.file is None:
        parser.error(f"{given.do} needs a file")
    if given.do != "count" and given.output is None:
        parser.error(f"{given.do} needs --output")
    if given.do == "count":
        print(count(given.file))
        return
    rows = strip(given.file) if given.do == "strip" else draw(given.shared, given.seed)
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    write_text(given.output, "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
