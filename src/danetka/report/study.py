"""Results in the layout of the study's own table, and the figures that it leaves out."""

from __future__ import annotations

import math
from typing import Any, Final

from danetka.experiment.results import Evaluation, Results
from danetka.report.statistics import comparison_tables
from danetka.report.table import Table
from danetka.report.words import LANGUAGES, SCORES, Language, Speech, figure

__all__ = [
    "LANGUAGES", "Language", "all_tables", "available", "comparison_tables", "more_table",
    "spread_table", "study_table", "study_tables",
]  # fmt: skip

_MORE: Final = (
    "balanced_accuracy", "roc_auc", "no_average_precision", "brier", "calibration_error",
)  # fmt: skip


def study_table(results: Results, part: str = "all", language: Language = "en") -> Table:
    """Accuracy on each reported split, and precision, recall and F1 of each answer on the first.

    Args:
        results: A finished experiment.
        part: ``all`` rows of a split, or the ``unseen`` ones.
        language: Of the words.
    """
    say = Speech(language)
    scored = results.reported
    by_split = {s: {e.arm: e for e in available(results, s, part)} for s in scored}
    main = next(s for s in scored if by_split[s])  # a split may leak whole
    splits = [s for s in results.settings["report_on"] if s in results.splits]
    rows = [
        (
            say.arm(e.arm),
            *(_accuracy(by_split.get(s, {}).get(e.arm)) for s in splits),
            _triple(e, "yes"),
            _triple(e, "no"),
        )
        for e in by_split[main].values()
    ]
    header = (
        _data(say),
        *(f"{split} {say('acc', 'accuracy')}" for split in splits),
        "«да» P / R / F1",
        "«нет» P / R / F1",
    )
    found = list(by_split[main].values())
    one_matrix = say(
        f"P / R / F1 are those of {main}. All figures of a row and split but ± come from one "
        "confusion matrix, the sum over the seeds.",
        f"P / R / F1 — на {main}. Все числа строки на одной части данных, кроме ±, — из одной "
        "матрицы ошибок, суммы по сидам.",
    )
    title = _title(results, main, found[0].part, say)
    return Table(title, header, tuple(rows), (one_matrix, *_notes(results, say)), _rule(found))


def more_table(results: Results, split: str, part: str = "all", language: Language = "en") -> Table:
    """What the study leaves out: balanced accuracy, ranking and calibration, with intervals."""
    say = Speech(language)
    found = available(results, split, part)
    rows = tuple((say.arm(e.arm), *(_with_interval(e, name) for name in _MORE)) for e in found)
    header = (
        _data(say), say("balanced acc", "сбаланс. accuracy"), "ROC AUC", "AP «нет»", "Brier", "ECE",
    )  # fmt: skip
    interval = say(
        "[…] is the 95% bootstrap interval over rows; scores of probabilities are means over the "
        "seeds.",
        "[…] — 95-процентный интервал бутстрепа по строкам; оценки вероятностей усреднены по "
        "сидам.",
    )
    title = _title(results, split, found[0].part, say)
    return Table(title, header, rows, (interval, *_notes(results, say)), _rule(found))


def spread_table(
    results: Results, split: str, part: str = "all", language: Language = "en"
) -> Table:
    """Every score: its mean over the seeds, and the standard deviation."""
    say = Speech(language)
    found = available(results, split, part)
    rows = tuple((say.arm(e.arm), *(_mean(e, name) for name in SCORES)) for e in found)
    header = (_data(say), *(say.score(name) for name in SCORES))
    what = say(
        "Means over the seeds ± standard deviation (n − 1): F1 here is the mean of the seeds’ F1, "
        "in the study’s layout that of the summed matrix.",
        "Средние по сидам ± стандартное отклонение (n − 1): F1 здесь — среднее F1 сидов, а в "
        "таблице исследования — F1 суммарной матрицы.",
    )
    title = _title(results, split, found[0].part, say)
    return Table(title, header, rows, (what, *_notes(results, say)), _rule(found))


def all_tables(results: Results, language: Language = "en") -> list[Table]:
    """Every table that the results hold: each part in the study's layout, then the rest."""
    parts = dict.fromkeys((e.split, e.part) for e in results.evaluations)
    rest = [
        table(results, split, part, language)
        for split, part in parts
        for table in (more_table, spread_table)
    ]
    return study_tables(results, language) + comparison_tables(results, language) + rest


def study_tables(results: Results, language: Language = "en") -> list[Table]:
    """The study's layout for all rows and, if any leak, for the unseen ones."""
    parts = ["all", *(["unseen"] if any(e.part == "unseen" for e in results.evaluations) else [])]
    return [study_table(results, part, language) for part in parts]


def available(results: Results, split: str, part: str) -> list[Evaluation]:
    """The evaluations of a part; a split without leaks has no unseen part: all its rows are."""
    if part == "unseen" and results.splits[split]["unseen"] is None:
        return results.get(split)
    return results.get(split, part)


def _data(say: Speech) -> str:
    return say("training data", "обучающие данные")


def _title(results: Results, split: str, part: str, say: Speech) -> str:
    return f"{results.name}: {say.rows(results, split, part)}"


def _notes(results: Results, say: Speech) -> tuple[str, ...]:
    seeds, machine = results.settings["seeds"], results.environment
    several = say(
        f"± is the standard deviation over {len(seeds)} seeds ({', '.join(map(str, seeds))}).",
        f"± — стандартное отклонение по {len(seeds)} сидам ({', '.join(map(str, seeds))}).",
    )
    shown = (
        f"{machine['processor']}, {machine['cores']} cores, torch {machine['packages']['torch']}"
        f"{', ' + machine['accelerator'] if machine['accelerator'] else ''}"
    )
    origin = say(
        f"{results.release}. {shown}. Written by `{results.command}`.",
        f"{results.release}. {shown}. Записано командой `{results.command}`.",
    )
    made = [_made(say, arm, list(found.values())) for arm, found in results.made.items()]
    return (*([several] if len(seeds) > 1 else []), *made, origin)


def _made(say: Speech, arm: str, found: list[dict[str, Any]]) -> str:
    """How many questions an arm got of those it asked for."""
    rows, wanted, train, yes = (
        f"{sum(made[name] for made in found) / len(found):.0f}"
        for name in ("rows", "wanted", "train_rows", "train_yes")
    )
    return say(
        f"{arm}: {rows} of {wanted} questions made (mean over seeds), {yes} «да» among {train} "
        "training rows.",
        f"{say.arm(arm)}: создано вопросов — {rows} из {wanted} (в среднем по сидам); «да» — {yes} "
        f"из {train} обучающих строк.",
    )


def _rule(evaluations: list[Evaluation]) -> frozenset[int]:
    baselines = sum(e.kind == "baseline" for e in evaluations)
    return frozenset({baselines - 1}) if baselines else frozenset()


def _accuracy(evaluation: Evaluation | None) -> str:
    """With its deviation over seeds; a split may lack answers, or unseen rows."""
    return "–" if evaluation is None else _mean(evaluation, "accuracy")


def _mean(evaluation: Evaluation, name: str) -> str:
    spread, shown = evaluation.spread(name), figure(evaluation.mean(name))
    return shown if spread is None else f"{shown} ± {figure(spread)}"


def _with_interval(evaluation: Evaluation, name: str) -> str:
    low, high = evaluation.scores.intervals[name]
    if math.isnan(evaluation.scores[name]):
        return "–"
    return f"{figure(evaluation.scores[name])} [{figure(low)}, {figure(high)}]"


def _triple(evaluation: Evaluation, answer: str) -> str:
    names = [f"{answer}_{what}" for what in ("precision", "recall", "f1")]
    return " / ".join(figure(evaluation.scores[name], 2) for name in names)
