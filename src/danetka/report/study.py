"""Results in the layout of the study's own table, and the figures that it leaves out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from danetka.experiment.results import Evaluation, Results
from danetka.files import write_text
from danetka.report.table import Table

Language = Literal["en", "ru"]
LANGUAGES: Final = ("en", "ru")


@dataclass(frozen=True, slots=True)
class _Words:
    """What the tables say, in one language."""

    data: str
    accuracy: str
    all_rows: str
    unseen: str
    names: dict[str, str]
    more: tuple[str, ...]
    one_matrix: str
    seeds: str
    interval: str
    origin: str
    compared: tuple[str, ...]
    comparison: str
    made: str


_WORDS: Final[dict[str, _Words]] = {
    "en": _Words(
        data="training data",
        accuracy="acc",
        all_rows="all {n} rows of {split}, {yes} of them «да»",
        unseen="the {n} rows of {split} ({yes} «да») without passage or question of training data",
        names={},
        more=("balanced acc", "ROC AUC", "AP «нет»", "Brier", "ECE"),
        one_matrix="P / R / F1 are those of {split}. All figures of a row and split but ± come "
        "from one confusion matrix, the sum over the seeds.",
        seeds="± is the standard deviation over {n} seeds ({seeds}).",
        interval="[…] is the 95% bootstrap interval over rows; scores of probabilities are "
        "means over the seeds.",
        origin="{release}. {machine}. Written by `{command}`.",
        compared=("arm", "against", "F1 of «нет»: difference", "95% interval", "p"),
        comparison="Paired bootstrap over groups of rows (by passage and question) and over seeds, "
        "10,000 resamples; p two-sided, not corrected for the number of comparisons; few seeds "
        "make the intervals too narrow.",
        made="{arm}: {rows} of {wanted} questions made (mean over seeds), {yes} «да» among "
        "{train} training rows.",
    ),
    "ru": _Words(
        data="обучающие данные",
        accuracy="accuracy",
        all_rows="все строки {split}: {n}, из них «да» — {yes}",
        unseen="строки {split} без текстов и вопросов обучающих данных: {n}, из них «да» — {yes}",
        names={
            "majority": "самый частый ответ",
            "first word": "первое слово",
            "TF-IDF, question only": "TF-IDF, только вопрос",
            "TF-IDF, passage only": "TF-IDF, только текст",
            "TF-IDF, question + passage": "TF-IDF, вопрос + текст",
            "original": "исходные",
            "class weights": "веса классов",
            "threshold": "порог",
            "oversampling": "оверсэмплинг",
            "+ rules": "+ правила",
            "+ rules, both answers": "+ правила, оба ответа",
        },
        more=("сбаланс. accuracy", "ROC AUC", "AP «нет»", "Brier", "ECE"),
        one_matrix="P / R / F1 — на {split}. Все числа строки на одной части данных, кроме ±, — из "
        "одной матрицы ошибок, суммы по сидам.",
        seeds="± — стандартное отклонение по {n} сидам ({seeds}).",
        interval="[…] — 95-процентный интервал бутстрепа по строкам; оценки вероятностей "
        "усреднены по сидам.",
        origin="{release}. {machine}. Записано командой `{command}`.",
        compared=("данные", "против", "разность F1 для «нет»", "95-процентный интервал", "p"),
        comparison="Парный бутстреп по группам строк (общий текст или вопрос) и по сидам, 10 000 "
        "выборок; p двустороннее, без поправки на число сравнений; при малом числе сидов интервалы "
        "слишком узки.",
        made="{arm}: создано {rows} вопросов из {wanted} (в среднем по сидам), «да» — {yes} из "
        "{train} обучающих строк.",
    ),
}


def study_table(results: Results, part: str = "all", language: Language = "en") -> Table:
    """Accuracy on each reported split, and precision, recall and F1 of each answer on the first.

    Args:
        results: A finished experiment.
        part: ``all`` rows of a split, or the ``unseen`` ones.
        language: Of the words.
    """
    words = _WORDS[language]
    splits = list(dict.fromkeys(e.split for e in results.evaluations))
    by_split = {s: {e.arm: e for e in _available(results, s, part)} for s in splits}
    main = next(s for s in splits if by_split[s])  # a split may leak whole
    splits = [s for s in results.settings["report_on"] if s in results.splits]
    rows = [
        (
            words.names.get(e.arm, e.arm),
            *(_accuracy(by_split.get(s, {}).get(e.arm)) for s in splits),
            _triple(e, "yes"),
            _triple(e, "no"),
        )
        for e in by_split[main].values()
    ]
    header = (
        words.data,
        *(f"{split} {words.accuracy}" for split in splits),
        "«да» P / R / F1",
        "«нет» P / R / F1",
    )
    first = next(iter(by_split[main].values()))
    template = words.unseen if first.part == "unseen" else words.all_rows
    notes = (words.one_matrix.format(split=main), *_notes(results, words))
    title = f"{results.name}: {template.format(n=first.scores.rows, split=main, yes=_yes(first))}"
    return Table(title, header, tuple(rows), notes, _rule(list(by_split[main].values())))


def more_table(results: Results, split: str, part: str = "all", language: Language = "en") -> Table:
    """What the study leaves out: balanced accuracy, ranking and calibration, with intervals."""
    words = _WORDS[language]
    evaluations = _available(results, split, part)
    names = ("balanced_accuracy", "roc_auc", "no_average_precision", "brier", "calibration_error")
    rows = tuple(
        (words.names.get(e.arm, e.arm), *(_with_interval(e, name) for name in names))
        for e in evaluations
    )
    first = evaluations[0]
    template = words.unseen if first.part == "unseen" else words.all_rows
    title = f"{results.name}: {template.format(n=first.scores.rows, split=split, yes=_yes(first))}"
    notes = (words.interval, *_notes(results, words))
    return Table(title, (words.data, *words.more), rows, notes, _rule(evaluations))


def comparison_tables(results: Results, language: Language = "en") -> list[Table]:
    """For each part of each split: every augmented arm against every other one."""
    words = _WORDS[language]
    tables = []
    for split, part in dict.fromkeys((c.split, c.part) for c in results.comparisons):
        found = [c for c in results.comparisons if (c.split, c.part) == (split, part)]
        rows = tuple(
            (
                words.names.get(c.arm, c.arm),
                words.names.get(c.against, c.against),
                f"{c.difference.value:+.3f}",
                f"[{c.difference.low:+.3f}, {c.difference.high:+.3f}]",
                _figure(c.difference.p),
            )
            for c in found
        )
        first = results.get(split, part)[0]
        template = words.unseen if part == "unseen" else words.all_rows
        title = template.format(n=first.scores.rows, split=split, yes=_yes(first))
        notes = (words.comparison, *_notes(results, words))
        tables.append(Table(f"{results.name}: {title}", words.compared, rows, notes))
    return tables


def all_tables(results: Results, language: Language = "en") -> list[Table]:
    """Every table that the results hold: each part in the study's layout, then the rest."""
    found = [(e.split, e.part) for e in results.evaluations]
    rest = [more_table(results, split, part, language) for split, part in dict.fromkeys(found)]
    return study_tables(results, language) + comparison_tables(results, language) + rest


def study_tables(results: Results, language: Language = "en") -> list[Table]:
    """The study's layout for all rows and, if any leak, for the unseen ones."""
    parts = ["all", *(["unseen"] if any(e.part == "unseen" for e in results.evaluations) else [])]
    return [study_table(results, part, language) for part in parts]


def _available(results: Results, split: str, part: str) -> list[Evaluation]:
    """The evaluations of a part; a split without leaks has no unseen part: all its rows are."""
    if part == "unseen" and results.splits[split]["unseen"] is None:
        return results.get(split)
    return results.get(split, part)


def _notes(results: Results, words: _Words) -> tuple[str, ...]:
    seeds = results.settings["seeds"]
    machine = results.environment
    shown = (
        f"{machine['processor']}, {machine['cores']} cores, torch {machine['packages']['torch']}"
    )
    origin = words.origin.format(release=results.release, machine=shown, command=results.command)
    several = words.seeds.format(n=len(seeds), seeds=", ".join(map(str, seeds)))
    made = [_made(words, arm, list(found.values())) for arm, found in results.made.items()]
    return (*([several] if len(seeds) > 1 else []), *made, origin)


def _made(words: _Words, arm: str, found: list[dict[str, Any]]) -> str:
    """How many questions an arm got of those it asked for."""
    means = {
        name: f"{sum(made[name] for made in found) / len(found):.0f}"
        for name in ("rows", "wanted", "train_rows", "train_yes")
    }
    return words.made.format(
        arm=words.names.get(arm, arm),
        rows=means["rows"],
        wanted=means["wanted"],
        yes=means["train_yes"],
        train=means["train_rows"],
    )


def _yes(evaluation: Evaluation) -> int:
    matrix = evaluation.scores.confusion
    return (matrix.yes_yes + matrix.yes_no) // len(evaluation.scores.thresholds)


def _rule(evaluations: list[Evaluation]) -> frozenset[int]:
    baselines = sum(e.kind == "baseline" for e in evaluations)
    return frozenset({baselines - 1})


def _accuracy(evaluation: Evaluation | None) -> str:
    """With its deviation over seeds; a split may lack answers, or unseen rows."""
    if evaluation is None:
        return "–"
    spread = evaluation.spread("accuracy")
    shown = _figure(evaluation.scores["accuracy"])
    return shown if spread is None else f"{shown} ± {_figure(spread)}"


def _with_interval(evaluation: Evaluation, name: str) -> str:
    low, high = evaluation.scores.intervals[name]
    if math.isnan(evaluation.scores[name]):
        return "–"
    return f"{_figure(evaluation.scores[name])} [{_figure(low)}, {_figure(high)}]"


def _triple(evaluation: Evaluation, answer: str) -> str:
    names = [f"{answer}_{what}" for what in ("precision", "recall", "f1")]
    return " / ".join(_figure(evaluation.scores[name], 2) for name in names)


def _figure(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}"


def write_tables(results: Results, path: Path) -> None:
    """The tables beside a file of results: as Markdown (all), as CSV and JSON (the study's)."""
    study = study_table(results)
    markdown = "\n".join(table.markdown() for table in all_tables(results))
    write_text(path.with_suffix(".md"), markdown)
    write_text(path.with_suffix(".csv"), study.csv())
    write_text(path.with_suffix(".table.json"), study.json())
