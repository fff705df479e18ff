"""The tables of `checkpoints.py`: what starts are worth, in both languages, and an ablation."""

from __future__ import annotations

from statistics import mean, stdev
from typing import Any

from danetka.report.table import Table

WHOLE = "whole passages"
"""Of the contrasts on held-out text: those that show all of their passage."""

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "What `mini` is worth",
        "seeds": "± is the standard deviation over {n} fine-tuning seeds, beside their mean.",
        "header": (
            "start",
            "DaNetQA val, unseen rows: ROC AUC",
            "bal. acc",
            "sample test: acc",
            "TERRa val: acc",
            "before fine-tuning, sample test: acc",
            "questions by rule on DaNetQA's val + test: acc",
            "such «да» in another verb than the passage's: acc",
            "contrasts on held-out text: acc",
            "the same in whole passages: acc",
        ),
        "trained": "`mini` has seen TERRa's train in pre-training, never its val.",
        "spent": "Pre-training read {0:,.0f} tokens of text in {1:.0f} minutes, then {2:,.0f} of "
        "{3:,.0f} made rows in {4:.0f} minutes.",
        "timed": "Once the libraries are imported, it loads in {load:.2f} s and answers one "
        "question over {words} words in {ms:.1f} ms (medians).",
        "origin": "{machine}, {cores} cores, torch {torch}. Written by `{command}`.",
    },
    "ru": {
        "title": "Чего стоит `mini`",
        "seeds": "± — стандартное отклонение по {n} сидам дообучения, перед ним — среднее.",
        "header": (
            "начало",
            "DaNetQA val, новые строки: ROC AUC",
            "сбал. acc",
            "sample test: acc",
            "TERRa val: acc",
            "без дообучения, sample test: acc",
            "вопросы по правилам, val + test DaNetQA: acc",
            "такие «да» с другим глаголом, чем в тексте: acc",
            "контрасты на отложенных текстах: acc",
            "они же в целых отрывках: acc",
        ),
        "trained": "`mini` видел train TERRa при предобучении, но не её val.",
        "spent": "При предобучении прочитано {0:,.0f} токенов текста за {1:.0f} мин., затем "
        "{2:,.0f} из {3:,.0f} созданных строк за {4:.0f} мин.",
        "timed": "Когда библиотеки уже импортированы, загружается за {load:.2f} с и отвечает на "
        "один вопрос о тексте из {words} слов за {ms:.1f} мс (медианы).",
        "origin": "{machine}, {cores} ядра, torch {torch}. Записано командой `{command}`.",
    },
}


def table(found: dict[str, Any], language: str) -> Table:
    """A row for each start and baseline."""
    w, machine = WORDS[language], found["environment"]
    rows = []
    for name in _starts(found):
        tasks, before = found["tuned"].get(name, {}), found["untuned"].get(name, {})
        wanted = (
            ("danetqa", "roc_auc"),
            ("danetqa", "balanced_accuracy"),
            ("sample", "accuracy"),
            ("terra", "accuracy"),
        )
        cells = [_cell(tasks.get(task, {}).get(score)) for task, score in wanted]
        asked = ("sample", "rules", "reworded", "held-out", WHOLE)
        cells += [_accuracy(before, name) for name in asked]
        rows.append((name, *cells))
    told = [i for i, column in enumerate(zip(*rows, strict=True)) if set(column) != {"–"}]
    header = tuple(w["header"][i] for i in told)
    rows = [tuple(row[i] for i in told) for row in rows]
    origin = w["origin"].format(
        machine=machine["processor"],
        cores=machine["cores"],
        torch=machine["packages"]["torch"],
        command="`, `".join(found["commands"]),
    )
    return Table(w["title"], header, tuple(rows), (*_notes(found, w), origin))


def _starts(found: dict[str, Any]) -> list[str]:
    every = dict.fromkeys([*found["tuned"], *found["untuned"]])
    return [name for name in every if name not in found["variants"]]


def ablation(found: dict[str, Any]) -> Table:
    """A row for each variant, all on one budget that is smaller than `mini`'s."""
    header = (
        "variant",
        "tokens of text",
        "made rows",
        "TERRa val: acc",
        "questions by rule on DaNetQA's val + test: acc",
        "contrasts on held-out text: acc",
        "the same in whole passages: acc",
    )
    rows = []
    for name, read in found["variants"].items():
        before = found["untuned"].get(name, {})
        terra = found["tuned"].get(name, {}).get("terra", {}).get("accuracy")
        asked = [_accuracy(before, name) for name in ("rules", "held-out", WHOLE)]
        rows.append((name, f"{read['tokens']:,.0f}", f"{read['rows']:,.0f}", _cell(terra), *asked))
    notes = (
        f"TERRa after fine-tuning, {found['seeds']} seeds; the rest before it. “random start”: "
        "neither Navec's embeddings nor a first layer that compares.",
        f"Written by `{'`, `'.join(found['variant_commands'])}`.",
    )
    return Table(
        "What each part of pre-training gives, on a smaller budget", header, tuple(rows), notes
    )


def _notes(found: dict[str, Any], w: dict[str, Any]) -> list[str]:
    notes = []
    if found["tuned"]:
        notes = [w["seeds"].format(n=found["seeds"]), w["trained"]]
    if spent := found["spent"]:
        text, asked = spent["text"], spent["questions"]
        times = [stage["seconds"] / 60 for stage in (text, asked)]
        notes.append(
            w["spent"].format(text["tokens"], times[0], asked["rows"], asked["made"], times[1])
        )
    if clock := found["timed"]:
        notes.append(w["timed"].format(**clock, ms=1000 * clock["answer"]))
    return notes


def _accuracy(before: dict[str, Any], asked: str) -> str:
    return f"{before[asked]['accuracy']:.3f}" if asked in before else "–"


def _cell(values: list[float] | None) -> str:
    if values is None:
        return "–"
    plain = f"{mean(values):.3f}"
    return plain if len(values) == 1 else f"{plain} ± {stdev(values):.3f}"
