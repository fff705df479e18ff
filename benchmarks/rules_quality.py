"""What rule-made questions give away, how they are formed, and how many passages yield them.

    python benchmarks/rules_quality.py

Trace: a question-only TF-IDF with logistic regression (the baseline of every table), trained on
5,000 made rows and tested on 2,000 from other passages. Style: the distance of their forms from
DaNetQA's, and their length. Yield: the share of the passages of DaNetQA's train that give at least
two questions of each answer.

Writes docs/results/rules-quality.json and .md.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path
from statistics import mean

import numpy as np
from judged import news

from danetka.augmentation.forms import DANETQA, Form, distance, form_of
from danetka.augmentation.rules.generator import RuleGenerator
from danetka.data import read_corpus
from danetka.environment import environment
from danetka.evaluation.baselines import BASELINES
from danetka.files import write_json, write_text
from danetka.language.text import words
from danetka.schema import NO, YES, Examples

ROWS = {"train": 5000, "test": 2000}
OUTPUT = Path(__file__).parents[1] / "docs" / "results" / "rules-quality.json"


def trace(passages: list[str], seed: int, workers: int) -> dict[str, object]:
    """How well the question alone tells the answer, on passages that were not trained on."""
    total = sum(ROWS.values())
    made = RuleGenerator("danetqa", seed, workers).generate(passages, None, total).examples
    order = list(dict.fromkeys(made.passages))
    random.Random(seed).shuffle(order)
    place = {text: i for i, text in enumerate(order)}
    rows = sorted(range(len(made)), key=lambda i: place[made[i].passage])
    at = ROWS["train"]
    while made[rows[at]].passage == made[rows[at - 1]].passage:
        at += 1
    train, test = made.select(rows[:at]), made.select(rows[at : at + ROWS["test"]])
    probabilities = BASELINES["TF-IDF, question only"](train, test)
    answers = probabilities >= 0.5
    yes = test.labels == YES
    recalls = [float(answers[yes].mean()), float((~answers[~yes]).mean())]
    return {
        "train": len(train),
        "test": len(test),
        "balanced_accuracy": float(np.mean(recalls)),
        "yes_recall": recalls[0],
        "no_recall": recalls[1],
    }


def style(made: Examples) -> dict[str, object]:
    """The forms and length of questions."""
    counts = Counter(form_of(q) for q in made.questions)
    return {
        "questions": len(made),
        "distance": distance(counts),
        "length": mean(len(words(q)) for q in made.questions),
        "forms": {str(f): counts[f] / len(made) for f in Form},
        "danetqa": {str(f): DANETQA[f] for f in Form},
    }


def yields(passages: list[str], seed: int, workers: int) -> dict[str, object]:
    """How many passages give at least two questions of each answer."""
    drafts, _ = RuleGenerator("danetqa", seed, workers).draft(passages)
    counts = Counter((d.passage, d.label) for d in drafts)
    good = sum(min(counts[i, NO], counts[i, YES]) >= 2 for i in range(len(passages)))
    return {"passages": len(passages), "two of each": good / len(passages)}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args()
    own = list(dict.fromkeys(read_corpus(given.shared / "data" / "danetqa").train.passages))
    others = random.Random(given.seed).sample(
        list(dict.fromkeys(news(given.shared / "corpus"))), 2600
    )
    generator = RuleGenerator("danetqa", given.seed, given.workers)
    found = {
        "command": "python benchmarks/rules_quality.py",
        "seed": given.seed,
        "trace": trace(own + others, given.seed, given.workers),
        "style": style(generator.generate(own, None, 2 * len(own)).examples),
        "yield": yields(own, given.seed, given.workers),
        "environment": environment(),
    }
    write_json(given.output, found)
    write_text(given.output.with_suffix(".md"), report(found))
    print(report(found))


def report(found: dict[str, dict[str, object]]) -> str:
    """The figures as Markdown."""
    t, s, y = found["trace"], found["style"], found["yield"]
    lines = [
        f"`{found['command']}`, seed {found['seed']}",
        "",
        "| what | figure |",
        "| --- | --- |",
        f"| question-only TF-IDF, {t['train']} → {t['test']} rows: balanced accuracy "
        f"| {t['balanced_accuracy']:.3f} |",
        f"| forms: total variation from DaNetQA ({s['questions']} questions) | {s['distance']:.3f} |",
        f"| words a question, mean | {s['length']:.2f} |",
        f"| passages with two questions of each answer ({y['passages']}) | {y['two of each']:.1%} |",
        "",
        "| form | made | DaNetQA |",
        "| --- | --- | --- |",
    ]
    forms, danetqa = s["forms"], s["danetqa"]
    assert isinstance(forms, dict) and isinstance(danetqa, dict)
    lines += [f"| {f} | {forms[f]:.1%} | {danetqa[f]:.1%} |" for f in forms]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
