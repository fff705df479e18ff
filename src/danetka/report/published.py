"""The published study's own figures, and whether any confusion matrix gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from danetka.evaluation.scores import Confusion, scores_of_cells
from danetka.report.table import Table
from danetka.report.words import Language, Speech

ROWS: Final = 821
"""Rows of DaNetQA's validation set in the release that the study used (Russian SuperGLUE 1.1)."""
CONSTANT: Final = 0.503
"""What always answering «да» scores on that release's test set."""
_HALF: Final = 0.005
_STRICT: Final = 1e-9
_FIGURES: Final = (
    "accuracy", "yes_precision", "yes_recall", "yes_f1", "no_precision", "no_recall", "no_f1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """A row of the study's table.

    Attributes:
        arm: The training data.
        test: Accuracy on test.
        scores: The scores on the validation set, by name, as rounded there.
    """

    arm: str
    test: float
    scores: dict[str, float]

    @classmethod
    def of(cls, arm: str, test: float, *figures: float) -> Published:
        """From accuracy, then precision, recall and F1 of «да» and of «нет»."""
        return cls(arm, test, dict(zip(_FIGURES, figures, strict=True)))


STUDY: Final = (
    Published.of("original", 0.503, 0.52, 0.51, 0.96, 0.67, 0.67, 0.08, 0.14),
    Published.of("+ p-tuning", 0.523, 0.63, 0.59, 0.90, 0.75, 0.73, 0.50, 0.62),
    Published.of("+ rules", 0.522, 0.60, 0.57, 0.85, 0.68, 0.71, 0.35, 0.47),
)
"""Its figures: those of «да» and «нет» and the first accuracy are of the validation set."""


def matrices(scores: dict[str, float], rows: int = ROWS) -> list[Confusion]:
    """Every confusion matrix over so many rows that rounds to these scores.

    All shares of «да» are tried, so that none is found only where there is none.

    Args:
        scores: By name, rounded to two places; both recalls must be among them.
        rows: How many rows were answered.
    """
    found = []
    for yes in range(1, rows):
        hits = _counts(scores["yes_recall"], yes)
        refusals = _counts(scores["no_recall"], rows - yes)
        a, d = (grid.ravel() for grid in np.meshgrid(hits, refusals, indexing="ij"))
        cells = np.stack([a, yes - a, rows - yes - d, d], axis=1)
        table = scores_of_cells(cells.astype(np.float64))
        fits = np.ones(len(cells), dtype=bool)
        for name, value in scores.items():
            fits &= np.abs(table[name] - value) <= _HALF + _STRICT
        found += [Confusion(*map(int, cell)) for cell in cells[fits]]
    return found


def f1_range(precision: float, recall: float) -> tuple[float, float]:
    """Between what F1 lies if precision and recall were rounded to two places."""
    low, high = (
        2 * p * r / (p + r)
        for p, r in (
            (precision - _HALF, recall - _HALF),
            (precision + _HALF, recall + _HALF),
        )
    )
    return low, high


def published_table(language: Language = "en") -> Table:
    """The study's table as it was printed, and which rows follow from one matrix."""
    say = Speech(language)
    rows = []
    for row in STUDY:
        triples = [
            " / ".join(f"{row.scores[f'{answer}_{what}']:.2f}" for what in _WHAT)
            for answer in ("yes", "no")
        ]
        many = len(matrices(row.scores))
        fits = say(f"yes ({many})", f"да ({many})") if many else say("no", "нет")
        rows.append(
            (say.arm(row.arm), f"{row.scores['accuracy']:.2f}", f"{row.test:.3f}", *triples, fits)
        )
    header = (
        say("training data", "обучающие данные"), "val acc", "test acc",
        "«да» P / R / F1", "«нет» P / R / F1",
        say("one matrix gives it", "есть такая матрица"),
    )  # fmt: skip
    title = say("The published study’s table", "Таблица опубликованного исследования")
    return Table(title, header, tuple(rows), tuple(remarks(say)))


_WHAT: Final = ("precision", "recall", "f1")


def remarks(say: Speech) -> list[str]:
    """What must be known to read the study's table rightly."""
    found = [
        say(
            "Not to be set against ours figure by figure: other rows (Russian SuperGLUE 1.1, half "
            "of whose answers are «нет») and another model (`DeepPavlov/rubert-base-cased`), one "
            "run each as far as is told.",
            "Сравнивать с нашими число в число нельзя: другие строки (Russian SuperGLUE 1.1, где "
            "половина ответов — «нет») и другая модель (`DeepPavlov/rubert-base-cased`), по "
            "одному запуску, насколько известно.",
        ),
        say(
            f"{CONSTANT} on its test set is what always answering «да» scores: the first row has "
            "learnt nothing that test shows, and the others are two points above it.",
            f"{CONSTANT} на тестовой части того набора получает тот, кто всегда отвечает «да»: "
            "первая строка не показывает на ней ничего выученного, остальные лучше на два пункта.",
        ),
        say(
            f"Last column, computed here: of all confusion matrices over {ROWS} rows with any "
            "share of «да», how many round to the seven validation figures of the row.",
            f"Последний столбец посчитан здесь: сколько матриц ошибок (строк {ROWS}, доля «да» "
            "любая) при округлении дают все семь чисел строки.",
        ),
    ]
    for row in STUDY:
        found += _conflicts(row, say)
    return found


def _conflicts(row: Published, say: Speech) -> list[str]:
    """The F1 that do not follow from their own precision and recall."""
    wrong = []
    for answer, shown in (("yes", "«да»"), ("no", "«нет»")):
        precision, recall, f1 = (row.scores[f"{answer}_{what}"] for what in _WHAT)
        low, high = f1_range(precision, recall)
        if not low - _HALF <= f1 <= high + _HALF:
            wrong.append(
                say(
                    f"F1 of {shown} would be {low:.2f} to {high:.2f}, not {f1:.2f}",
                    f"F1 {shown} была бы от {low:.2f} до {high:.2f}, а не {f1:.2f}",
                )
            )
    if not wrong:
        return []
    return [
        say(
            f"**{row.arm}**: by its own precision and recall {'; '.join(wrong)}.",
            f"**{say.arm(row.arm)}**: по собственным точности и полноте {'; '.join(wrong)}.",
        )
    ]


def _counts(share: float, of: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The counts whose share of `of` rounds to this one."""
    low = int(np.ceil((share - _HALF) * of - _STRICT))
    high = int(np.floor((share + _HALF) * of + _STRICT))
    return np.arange(max(low, 0), min(high, of) + 1)
