"""Which sentence decides: each way to find it against sentences that are known to decide.

`mini`, the bundled sample: its own questions, and questions made by rule about the same passages,
which `mini` can answer. The way is chosen on dev; val reports all. And how the windows of a passage
that is too long should be combined: the made questions, each passage among five others.

Writes docs/results/evidence.json and evidence.md.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
OTHERS = 5


def hits(answerer: Any, rows: Any) -> dict[str, list[float]]:
    """For each way, whether each row's sentence is one that decides; for chance, how likely.

    Args:
        answerer: An `Answerer`.
        rows: Rows with an ``evidence`` column.
    """
    from danetka.answering.answerer import Answerer
    from danetka.answering.evidence import METHODS
    from danetka.language.text import sentence_spans

    found: dict[str, list[float]] = {}
    for method in METHODS:
        answers = Answerer(answerer.classifier, method=method).answer_all(rows)
        found[method] = [
            float(_decides(a.evidence or "", row)) for a, row in zip(answers, rows, strict=True)
        ]
    for row in rows:
        right = [_decides(row.passage[a:b], row) for a, b in sentence_spans(row.passage)]
        found.setdefault("the first sentence", []).append(float(right[0]))
        found.setdefault("chance", []).append(sum(right) / len(right))
    return found


def _decides(sentence: str, row: Any) -> bool:
    known = row.meta["evidence"]
    known = [known] if isinstance(known, str) else known
    return bool(sentence) and any(sentence in part or part in sentence for part in known)


def windows(answerer: Any, rows: Any) -> dict[str, dict[str, float]]:
    """Scores of each way to combine windows, the row's passage among others.

    Args:
        answerer: An `Answerer`.
        rows: Rows with answers.
    """
    from danetka.answering.windows import COMBINE
    from danetka.evaluation.ranking import roc_auc
    from danetka.evaluation.scores import Confusion

    draw = random.Random(0)
    passages = sorted({row.passage for row in rows})
    asked = []
    for row in rows:
        texts = [row.passage, *draw.sample([p for p in passages if p != row.passage], OTHERS)]
        draw.shuffle(texts)
        asked.append((row.question, "\n".join(texts)))
    labels = rows.labels
    alone = answerer._read([(row.question, row.passage) for row in rows])
    read = answerer._read(asked)  # once for all ways
    margins = {"the passage alone": np.array([one.margin for one in alone])}
    for way, combine in COMBINE.items():
        margins[way] = np.array([combine(one.margins) for one in read])
    found = {}
    for way, values in margins.items():
        auc = roc_auc((labels == 1).astype(float), values, np.ones((1, len(labels))))[0]
        balanced = Confusion.of(labels, values >= 0).scores()["balanced_accuracy"]
        found[way] = {"balanced_accuracy": balanced, "roc_auc": float(auc)}
    found["highest"]["windows"] = float(np.mean([len(one.windows) for one in read]))
    return found


def made_by_rule(rows: Any) -> Any:
    """Questions made by rule from the rows' passages, as many «да» as «нет».

    Args:
        rows: Rows with answers.
    """
    from danetka.augmentation.api import augment

    whole = augment(rows, "rules", answer="both", n=len(rows), style="plain")
    return whole[len(rows) :]


def measured(answerer: Any, corpus: Any) -> dict[str, Any]:
    """All figures: of evidence, and of windows.

    Args:
        answerer: An `Answerer`.
        corpus: The sample.
    """
    found: dict[str, Any] = {"evidence": {}, "windows": {}}
    for split in ("dev", "val"):
        made = made_by_rule(corpus[split])
        for name, rows in (("sample", corpus[split]), ("made", made)):
            found["evidence"][f"{name} {split}"] = {
                "rows": len(rows),
                "ways": {way: _mean(right) for way, right in hits(answerer, rows).items()},
            }
        found["windows"][f"made {split}"] = {"rows": len(made), "ways": windows(answerer, made)}
    return found


def _mean(right: list[float]) -> dict[str, float]:
    """A mean over rows with its 95% bootstrap interval (Efron 1979)."""
    values = np.array(right)
    drawn = np.random.default_rng(0).integers(0, len(values), (2000, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return {"share": float(values.mean()), "low": float(low), "high": float(high)}


def table(results: dict[str, Any]) -> str:
    """The figures as Markdown.

    Args:
        results: What `main` writes as JSON.
    """
    found, machine = results["found"], results["environment"]
    sets = found["evidence"]
    lines = ["**The sentence given as evidence is one that decides**", ""]
    heads = [f"{name}, {s['rows']} rows" for name, s in sets.items()]
    lines += [f"| way | {' | '.join(heads)} |"]
    lines += ["| --- |" + " ---: |" * len(sets)]
    for way in sets["sample dev"]["ways"]:
        cells = [s["ways"][way] for s in sets.values()]
        shown = [f"{c['share']:.3f} [{c['low']:.3f}, {c['high']:.3f}]" for c in cells]
        lines.append(f"| {way} | {' | '.join(shown)} |")
    sets = found["windows"]
    lines += ["", "**One answer from the windows of a passage that is too long**", ""]
    heads = [f"{n}, {s['rows']} rows: bal. acc / ROC AUC" for n, s in sets.items()]
    lines += [f"| windows combined by | {' | '.join(heads)} |"]
    lines += ["| --- |" + " ---: |" * len(sets)]
    for way in sets["made dev"]["ways"]:
        cells = [s["ways"][way] for s in sets.values()]
        shown = [f"{c['balanced_accuracy']:.3f} / {c['roc_auc']:.3f}" for c in cells]
        lines.append(f"| {way} | {' | '.join(shown)} |")
    lines += [
        "",
        "`mini`, not fine-tuned: it is at chance on the sample's own questions, and answers the "
        "made ones. […] is the 95% bootstrap interval over rows. Both defaults were chosen on "
        "dev.  ",
        f"{machine['processor']}, {machine['cores']} cores, torch {machine['packages']['torch']}. "
        "Written by `python benchmarks/evidence.py`.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and write the results."""
    from danetka.answering.answerer import Answerer
    from danetka.data.read import read_corpus
    from danetka.environment import environment
    from danetka.files import write_json, write_text

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "results")
    given = parser.parse_args()
    found = measured(Answerer.from_pretrained("mini"), read_corpus("sample"))
    results = {"found": found, "environment": environment()}
    write_json(given.output / "evidence.json", results)
    text = table(results)
    write_text(given.output / "evidence.md", text)
    print(text)


if __name__ == "__main__":
    main()
