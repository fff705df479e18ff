"""The tables of `prompts.py`: all of them in English, that of the methods in Russian too."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from danetka.report.table import Table

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Questions whose answer is «нет», DaNetQA's train, `mini-gpt`",
        "header": ("method", "trained", "of all", "dev loss", "the base's", "best epoch", "differ"),
        "note": "Mean loss of a question's token in nats, on a tenth of the rows, cut by group; "
        "one seed. The last column: of 20 passages, for how many the greedy text is another than "
        "the base's.",
        "origin": "{machine}, {threads} of {cores} cores, torch {torch}, peft {peft}. Written by "
        "`{command}`.",
    },
    "ru": {
        "title": "Вопросы с ответом «нет», train DaNetQA, `mini-gpt`",
        "header": (
            "метод", "обучено", "доля", "loss на dev", "у базы", "лучшая эпоха", "иначе",
        ),
        "note": "Средний loss токена вопроса в натах, на десятой части строк (разрез по группам); "
        "один сид. Последний столбец: для скольких из 20 пассажей жадный текст не тот, что у базы.",
        "origin": "{machine}, {threads} из {cores} ядер, torch {torch}, peft {peft}. Записано "
        "командой `{command}`.",
    },
}  # fmt: skip


def methods(found: dict[str, Any], language: str) -> Table:
    """Dev loss of each method."""
    w = WORDS[language]
    rows = tuple(
        (
            name,
            f"{one['trained']:,}",
            f"{one['trained'] / one['whole']:.1%}",
            f"{one['best']:.3f}",
            f"{one['base']:.3f}",
            str(one["epoch"]),
            str(one["differs"]),
        )
        for name, one in found["methods"].items()
    )
    return Table(w["title"], w["header"], rows, (w["note"], _origin(found, language)))


def gates(found: dict[str, Any]) -> Table:
    """What was left after each gate."""
    one = found["yield"]
    first = max(1, one["gates"]["written"])
    rows = tuple((gate, str(n), f"{n / first:.1%}") for gate, n in one["gates"].items())
    notes = (
        f"{one['candidates']} candidates with the answer «нет» for each of {one['passages']} "
        "passages of DaNetQA's train; those that did not end with a question mark are not counted.",
        f"Those chosen: distinct-2 {one['distinct_2']:.2f}; total variation of their forms from "
        f"DaNetQA's {one['form_distance']:.2f}.",
    )
    return Table("Questions left after each gate", ("gate", "left", "share"), rows, notes)


def shape(found: dict[str, Any]) -> Table:
    """The flow with the study's generator."""
    one = found["shape"]
    rows = (
        ("rows of training", str(one["train_rows"])),
        ("parameters trained", f"{one['trained']:,} ({one['trained'] / one['whole']:.2%})"),
        ("only the prompt's", "yes" if one["trained_are_prompt"] else "no"),
        ("the base is as it was", "yes" if one["base_untouched"] else "no"),
        ("a step of 8 rows, median", f"{one['step_seconds']:.1f} s"),
        ("the epoch with loading and dev", f"{one['training_seconds']:.0f} s"),
        ("20 texts of 32 tokens", f"{one['writing_seconds_20']:.1f} s"),
        ("peak memory of the process", f"{one['peak_memory_gib']:.1f} GiB"),
    )
    title = "p-tuning of a model of ruGPT-3 small's shape, random weights, `mini-gpt`'s tokenizer"
    return Table(title, ("what", "measured"), rows)


def speed(found: dict[str, Any]) -> Table:
    """Together against one at a time."""
    one = found["speed"]
    rows = (
        ("together", f"{one['together_a_second']:.1f}"),
        ("`generate`, one at a time", f"{one['alone_a_second']:.1f}"),
        ("ratio", f"{one['ratio']:.1f}"),
    )
    note = f"`mini-gpt`, {one['candidates']} questions about each passage, with the cache in both."
    return Table("Questions written a second", ("how", "a second"), rows, (note,))


def judged(path: Path) -> Table:
    """What a reader found in the survivors."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    marks = ("grammatical", "on_topic", "right")
    counts = Counter(mark for row in rows for mark in marks if row[mark])
    names = ("grammatical", "on topic", "answer «нет» is right")
    shown = tuple(
        (name, str(counts[mark]), f"{counts[mark] / len(rows):.0%}")
        for name, mark in zip(names, marks, strict=True)
    )
    note = (
        f"By a language model, not by a person. Judged file: `docs/results/{path.name}`. An answer "
        "is right only of a question."
    )
    return Table(
        f"{len(rows)} survivors read one by one", ("what", "rows", "share"), shown, (note,)
    )


def document(found: dict[str, Any], read: Path) -> str:
    """All tables that there are."""
    makers = {"shape": shape, "yield": gates, "speed": speed}
    parts = [methods(found, "en")] if "methods" in found else []
    parts += [make(found) for name, make in makers.items() if name in found]
    if read.exists():
        parts.append(judged(read))
    return "\n".join(part.markdown() for part in parts) + f"\n{_origin(found, 'en')}\n"


def _origin(found: dict[str, Any], language: str) -> str:
    machine = found["environment"]
    return str(WORDS[language]["origin"]).format(
        machine=machine["processor"],
        cores=machine["cores"],
        threads=machine["threads"],
        torch=machine["packages"]["torch"],
        peft=machine["peft"],
        command=found["command"],
    )
