"""What rule-made questions give away, how they are formed, and how many passages yield them.

    python benchmarks/rules_quality.py

Trace: a question-only TF-IDF with logistic regression (the baseline of every table), trained on
5,000 made rows and tested on 2,000 from other passages. Style: the distance of their forms from
DaNetQA's, and their length, about DaNetQA's passages alone (which rarely say what «есть ли» asks)
and about all that the trace is measured on. Yield: the share of the passages of DaNetQA's train
that give at least two questions of each answer. Reading: what judges said of the questions that
`judged.py` drew.

Writes docs/results/rules.json and .md, and the table into both READMEs.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from danetka.augmentation.choose import choose
from danetka.augmentation.forms import DANETQA, Form, distance, form_of
from danetka.augmentation.generator import Draft
from danetka.augmentation.rules.generator import RuleGenerator
from danetka.data import read_corpus
from danetka.environment import environment
from danetka.evaluation.baselines import BASELINES
from danetka.files import write_json, write_text
from danetka.language.text import words
from danetka.report.table import Table, put_into
from danetka.schema import NO, YES, Examples

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "docs" / "results" / "rules.json"
JUDGED = ROOT / "docs" / "results" / "rules-judged.jsonl"
NEWS = ("nerel_wikinews", "facturueval2016_news", "ntrex_news")
OTHERS = ("xquad_ru_wiki", "ms_docs_human", "ru_laws", "php_manual")
PROSE = ("ruslit_prose",)
"""Gives little, but 7,000 rows without a trace need all of it."""
TRAIN, TEST = 5000, 2000
STYLE = (500, 1000)
"""How many questions the forms are counted in: fewer can be choosier."""

WORDS = {
    "en": {
        "title": "Rule-made questions",
        "what": "what",
        "figure": "figure",
        "grammatical": "grammatical, of {n} read one by one",
        "right": "rightly labelled",
        "both": "both",
        "trace": "question-only TF-IDF, {train} → {test} rows: balanced accuracy (0.5: no trace)",
        "distance": "forms: total variation from DaNetQA's, {n} questions about {of}",
        "length": "words a question, mean, {n} questions about {of}",
        "own": "DaNetQA's {passages} passages",
        "pool": "{passages} open passages",
        "yield": "passages of DaNetQA's train with two questions of each answer",
        "origin": "Written by `{command}`, seed {seed}.",
    },
    "ru": {
        "title": "Вопросы по правилам",
        "what": "что",
        "figure": "значение",
        "grammatical": "грамматичны, из {n} прочитанных по одному",
        "right": "ответ верен",
        "both": "и то и другое",
        "trace": "TF-IDF только по вопросу, {train} → {test} строк: сбалансированная accuracy "
        "(0,5 — следа нет)",
        "distance": "формы: расстояние полной вариации до DaNetQA, {n} вопросов {of}",
        "length": "слов в вопросе, в среднем, {n} вопросов {of}",
        "own": "о {passages} текстах DaNetQA",
        "pool": "о {passages} открытых текстах",
        "yield": "тексты обучающей части DaNetQA с двумя вопросами на каждый ответ",
        "origin": "Записано командой `{command}`, сид {seed}.",
    },
}


def paragraphs(folder: Path, names: tuple[str, ...]) -> Iterator[str]:
    """Paragraphs of 40 to 200 words of the open corpus."""
    for name in names:
        with lzma.open(folder / f"{name}.jsonl.xz", "rt", encoding="utf-8") as file:
            for line in file:
                for paragraph in json.loads(line)["text"].split("\n\n"):
                    if 40 <= len(paragraph.split()) <= 200:
                        yield paragraph.strip()


def trace(made: Examples, seed: int) -> dict[str, Any]:
    """How well the question alone tells the answer, on passages that were not trained on."""
    order = list(dict.fromkeys(made.passages))
    random.Random(seed).shuffle(order)
    place = {text: i for i, text in enumerate(order)}
    rows = sorted(range(len(made)), key=lambda i: place[made[i].passage])
    at = min(TRAIN, len(rows) * TRAIN // (TRAIN + TEST))
    while made[rows[at]].passage == made[rows[at - 1]].passage:
        at += 1
    train, test = made.select(rows[:at]), made.select(rows[at : at + TEST])
    answers = BASELINES["TF-IDF, question only"](train, test) >= 0.5
    yes = test.labels == YES
    recalls = [float(answers[yes].mean()), float((~answers[~yes]).mean())]
    return {
        "train": len(train),
        "test": len(test),
        "balanced_accuracy": float(np.mean(recalls)),
        "yes_recall": recalls[0],
        "no_recall": recalls[1],
    }


def style(made: Examples, of: str, passages: int) -> dict[str, Any]:
    """The forms and length of questions about so many passages (`of`: "own" or "pool")."""
    counts = Counter(form_of(q) for q in made.questions)
    return {
        "of": of,
        "passages": passages,
        "questions": len(made),
        "distance": distance(counts),
        "length": mean(len(words(q)) for q in made.questions),
        "forms": {str(f): counts[f] / len(made) for f in Form},
        "danetqa": {str(f): DANETQA[f] for f in Form},
    }


def chosen(drafts: list[Draft], passages: list[str], n: int, seed: int) -> Examples:
    """So many of the drafts, as the generator chooses them."""
    taken = choose(drafts, None, n, seed=seed)
    return Examples(tuple(draft.example(passages, "rules") for draft in taken), "rules")


def yields(drafts: list[Draft], passages: list[str]) -> dict[str, Any]:
    """How many passages give at least two questions of each answer."""
    counts = Counter((d.passage, d.label) for d in drafts)
    good = sum(min(counts[i, NO], counts[i, YES]) >= 2 for i in range(len(passages)))
    return {"passages": len(passages), "two_of_each": good / len(passages)}


def reading(path: Path) -> dict[str, float]:
    """What the judges said."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {
        "questions": len(rows),
        "grammatical": mean(r["grammatical"] for r in rows),
        "right": mean(r["right"] for r in rows),
        "both": mean(r["grammatical"] and r["right"] for r in rows),
    }


def table(found: dict[str, Any], language: str) -> Table:
    """The figures in one table."""
    w, t, read = WORDS[language], found["trace"], found["reading"]
    rows = [
        (w["grammatical"].format(n=read["questions"]), f"{read['grammatical']:.1%}"),
        (w["right"], f"{read['right']:.1%}"),
        (w["both"], f"{read['both']:.1%}"),
        (w["trace"].format(**t), f"{t['balanced_accuracy']:.3f}"),
    ]
    for s in found["style"]:
        named = {"n": s["questions"], "of": w[s["of"]].format(**s)}
        rows.append((w["distance"].format(**named), f"{s['distance']:.3f}"))
        rows.append((w["length"].format(**named), f"{s['length']:.2f}"))
    rows.append((w["yield"], f"{found['yield']['two_of_each']:.1%}"))
    return Table(w["title"], (w["what"], w["figure"]), tuple(rows), (w["origin"].format(**found),))


def forms_table(found: dict[str, Any]) -> Table:
    """Every form's share beside DaNetQA's."""
    first = found["style"][0]
    made = (f"{s['questions']} about {s['passages']} passages" for s in found["style"])
    header = ("form", *made, "DaNetQA")
    rows = tuple(
        (f, *(f"{s['forms'][f]:.1%}" for s in found["style"]), f"{first['danetqa'][f]:.1%}")
        for f in first["forms"]
    )
    return Table("Forms", header, rows)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--parts", type=Path, help="keep finished batches here")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args()
    own = list(dict.fromkeys(read_corpus(given.shared / "data" / "danetqa").train.passages))
    corpus = given.shared / "corpus"
    others = list(dict.fromkeys(paragraphs(corpus, (*NEWS, *OTHERS, *PROSE))))
    generator = RuleGenerator("danetqa", given.seed, given.workers, parts=given.parts)
    pools = {"own": own, "pool": list(dict.fromkeys(own + others))}
    drafts = {of: generator.draft(texts)[0] for of, texts in pools.items()}
    found = {
        "command": "python benchmarks/rules_quality.py",
        "seed": given.seed,
        "reading": reading(JUDGED),
        "trace": trace(chosen(drafts["pool"], pools["pool"], TRAIN + TEST, given.seed), given.seed),
        "style": [
            style(chosen(drafts[of], texts, n, given.seed), of, len(texts))
            for of, texts in pools.items()
            for n in STYLE
        ],
        "yield": yields(drafts["own"], own),
        "environment": environment(),
    }
    write_json(given.output, found)
    text = table(found, "en").markdown() + "\n" + forms_table(found).markdown()
    write_text(given.output.with_suffix(".md"), text)
    if given.output == OUTPUT:
        put_into(ROOT / "README.md", "rules", table(found, "en").markdown())
        put_into(ROOT / "README.ru.md", "rules", table(found, "ru").markdown())
    print(text)


if __name__ == "__main__":
    main()
