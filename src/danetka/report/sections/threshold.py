"""What happens as the threshold moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from danetka.evaluation.scores import scores_of_cells
from danetka.experiment.details import Curve
from danetka.report.document import Block, Key, Plots, Section, Text
from danetka.report.plots import Line, Panel, shares
from danetka.report.sections.context import Context, missing
from danetka.report.table import Table
from danetka.report.words import Speech, capital, figure

_SHOWN: Final = (
    ("accuracy", "accuracy"),
    ("balanced_accuracy", "balanced"),
    ("yes_f1", "yes"),
    ("no_f1", "no"),
)
_LEVELS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def threshold(context: Context) -> Section:
    """Accuracy, balanced accuracy and both F1 against the threshold."""
    say = context.say

    def blocks(split: str) -> list[Block]:
        curves = [c for c in context.details.curves if (c.split, c.part) == context.headline(split)]
        if not curves:
            return []
        own = {e.arm: e.scores.thresholds for e in context.arms(split)}
        panels = tuple(_panel(curve, own[curve.arm], say) for curve in curves)
        keys = tuple(Key(style, say.score(name)) for name, style in _SHOWN)
        mark = Key(
            "own", say("the arm’s own threshold, of each seed", "порог варианта у каждого сида")
        )
        caption = say(
            f"{capital(context.rows(split))}, over all seeds: «да» is answered from this P(да) on.",
            f"{capital(context.rows(split))}, по всем сидам: ответ «да» — начиная с этой P(да).",
        )
        return [Plots(panels, (*keys, mark), caption, _table(curves, say))]

    made = context.for_each(blocks)
    warning = Text(
        say(
            "This is for looking at, not for choosing: a threshold that is the best on these rows "
            "flatters itself. It must be chosen on dev (`threshold: dev`).",
            "Это — чтобы посмотреть, а не выбрать: порог, подобранный на этих же строках, выглядит "
            "лучше, чем есть. Его выбирают на dev (`threshold: dev`).",
        )
    )
    title = say("As the threshold moves", "Когда порог сдвигается")
    return Section("threshold", title, (warning, *made) if made else (missing(context),))


def _panel(curve: Curve, own: Sequence[float], say: Speech) -> Panel:
    found = scores_of_cells(np.array(curve.sweep.cells, dtype=np.float64))
    levels = curve.sweep.levels
    lines = [Line(((level, 0.0), (level, 1.0)), "own") for level in sorted(set(own))]
    lines += [
        Line(tuple(zip(levels, map(float, found[name]), strict=True)), style)
        for name, style in _SHOWN
    ]
    best = int(np.argmax(found["no_f1"]))
    told = say(
        f"F1 of «нет» is highest, {figure(float(found['no_f1'][best]))}, at {figure(levels[best])}",
        f"F1 «нет» выше всего, {figure(float(found['no_f1'][best]))}, при {figure(levels[best])}",
    )
    return Panel(
        title=say.arm(curve.arm), x=say("threshold", "порог"), y="", told=told,
        x_ticks=shares(), y_ticks=shares(), lines=tuple(lines),
    )  # fmt: skip


def _table(curves: Sequence[Curve], say: Speech) -> Table:
    rows = []
    for curve in curves:
        at = [int(np.argmin(np.abs(np.array(curve.sweep.levels) - level))) for level in _LEVELS]
        cells = np.array([curve.sweep.cells[i] for i in at], dtype=np.float64)
        found = scores_of_cells(cells)
        pairs = zip(found["balanced_accuracy"], found["no_f1"], strict=True)
        shown = (f"{figure(float(a))} / {figure(float(b))}" for a, b in pairs)
        rows.append((say.arm(curve.arm), *shown))
    title = say(
        "Balanced accuracy / F1 of «нет» at a threshold",
        "Сбалансированная accuracy / F1 «нет» при пороге",
    )
    return Table(title, (say("arm", "вариант"), *map(str, _LEVELS)), tuple(rows))
