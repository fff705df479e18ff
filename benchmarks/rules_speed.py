"""How fast the rules make questions: sentences a second, by amount and by processes.

    python benchmarks/rules_speed.py

Each measurement is a process of its own, from loading the models to the chosen questions, over
paragraphs of the open corpus. The peer is the parser alone: the share of the time that is spent
outside it is what the rules cost. Writes docs/results/rules-speed.json and .md.
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

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "docs" / "results" / "rules-speed.json"
AMOUNTS = ((1_000, 1), (1_000, 2), (10_000, 1), (10_000, 2), (100_000, 2))
"""Sentences, processes."""


def texts_of(shared: Path, sentences: int) -> list[str]:
    """Different paragraphs of the corpus with about so many sentences together."""
    from rules_quality import NEWS, OTHERS, PROSE, paragraphs

    from danetka.language.parse import sentences as cut

    found: dict[str, int] = {}
    total = 0
    for text in paragraphs(shared / "corpus", (*NEWS, *OTHERS, *PROSE)):
        if total >= sentences:
            break
        if text not in found:
            found[text] = len(cut(text))
            total += found[text]
    return list(found)


def measure(shared: Path, sentences: int, workers: int) -> dict[str, Any]:
    """Make questions in this process and those that it starts."""
    from danetka.augmentation.choose import choose
    from danetka.augmentation.rules.generator import RuleGenerator

    texts = texts_of(shared, sentences)
    start = time.perf_counter()
    batches = list(RuleGenerator("danetqa", 0, workers).batches(texts))
    drafts = [draft for batch in batches for draft in batch.drafts]
    taken = choose(drafts, None, 2 * len(texts))
    seconds = time.perf_counter() - start
    read = sum(batch.sentences for batch in batches)
    working = sum(batch.seconds for batch in batches)
    who = resource.RUSAGE_CHILDREN if workers > 1 else resource.RUSAGE_SELF
    return {
        "sentences": read,
        "passages": len(texts),
        "questions": len(taken),
        "workers": workers,
        "seconds": seconds,
        "sentences_a_second": read / seconds,
        "outside_parser": 1 - sum(batch.parsing for batch in batches) / working,
        "peak_mib_a_worker": resource.getrusage(who).ru_maxrss / 1024,
    }


def report(found: dict[str, Any]) -> str:
    """The measurements as Markdown."""
    from danetka.report.table import Table

    header = (
        "sentences",
        "processes",
        "seconds",
        "sentences / s",
        "outside the parser",
        "MiB each",
    )
    rows = tuple(
        (
            f"{m['sentences']:,}",
            str(m["workers"]),
            f"{m['seconds']:.1f}",
            f"{m['sentences_a_second']:.0f}",
            f"{m['outside_parser']:.0%}",
            f"{m['peak_mib_a_worker']:.0f}",
        )
        for m in found["measurements"]
    )
    notes = [
        f"two processes, {r['sentences']:,} sentences: {r['ratio']:.2f} ×" for r in found["ratios"]
    ]
    machine = found["environment"]
    notes.append(
        f"{machine['processor']}, {machine['cores']} cores. Written by `{found['command']}`."
    )
    return Table("Rule-made questions, end to end", header, rows, tuple(notes)).markdown()


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--measure", nargs=2, type=int, metavar=("SENTENCES", "WORKERS"))
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.shared, *given.measure)))
        return
    from danetka.environment import environment
    from danetka.files import write_json, write_text

    measurements = []
    for sentences, workers in AMOUNTS:
        command = [sys.executable, __file__, "--shared", str(given.shared), "--measure"]
        done = subprocess.run(
            [*command, str(sentences), str(workers)], check=True, capture_output=True, text=True
        )
        measurements.append(json.loads(done.stdout))
        print(measurements[-1], file=sys.stderr)
    alone = {m["passages"]: m for m in measurements if m["workers"] == 1}
    ratios = [
        {"sentences": m["sentences"], "ratio": alone[m["passages"]]["seconds"] / m["seconds"]}
        for m in measurements
        if m["workers"] > 1 and m["passages"] in alone
    ]
    found = {
        "command": "python benchmarks/rules_speed.py",
        "measurements": measurements,
        "ratios": ratios,
        "environment": environment(),
    }
    write_json(given.output, found)
    write_text(given.output.with_suffix(".md"), report(found))
    print(report(found))


if __name__ == "__main__":
    main()
