"""Where the arms go wrong: kinds of rows, small changes, and the worst mistakes."""

from __future__ import annotations

from typing import Final

from danetka.experiment.details import Mistake, Slice
from danetka.report.document import Block, Grid, Mistakes, Section, Text, Wrong
from danetka.report.sections.context import Context, missing
from danetka.report.sections.probes import robustness
from danetka.report.table import Table
from danetka.report.words import Speech, capital, figure
from danetka.schema import YES

__all__ = ["breakdown", "mistakes", "robustness"]

_FEW: Final = 5
"""Of either answer: with fewer a score says nothing."""
_KINDS: Final = {
    "form": ("Form of the question", "Форма вопроса"),
    "phenomenon": ("Phenomenon", "Явление"),
    "length": ("Words in the passage", "Слов в тексте"),
    "overlap": (
        "Share of the question’s content words that the passage has",
        "Доля знаменательных слов вопроса, которые есть в тексте",
    ),
}


def breakdown(context: Context) -> Section:
    """By question form, phenomenon, length and overlap."""
    say = context.say

    def blocks(split: str) -> list[Block]:
        found = [s for s in context.details.slices if s.split == split]
        kinds = dict.fromkeys(s.by for s in found)
        grids = [_grid([s for s in found if s.by == by], by, say) for by in kinds]
        return [Text(_how(context, split)), *grids] if grids else []

    title = say("By kind of row", "По видам строк")
    return Section("breakdown", title, context.for_each(blocks) or (missing(context),))


def _how(context: Context, split: str) -> str:
    return context.say(
        f"{capital(context.rows(split))}. For each arm F1 of «нет» / balanced accuracy, from the "
        "summed matrix; the deeper the colour, the higher the F1. Grey rows hold fewer than "
        f"{_FEW} of one answer and say nothing by themselves.",
        f"{capital(context.rows(split))}. Для каждого варианта F1 «нет» / сбалансированная "
        "accuracy по суммарной матрице; чем гуще цвет, тем выше F1. В серых строках меньше "
        f"{_FEW} одного из ответов: сами по себе они ничего не значат.",
    )


def _grid(found: list[Slice], by: str, say: Speech) -> Grid:
    arms = list(dict.fromkeys(s.arm for s in found))
    values = list(dict.fromkeys(s.value for s in found))
    cells = {(s.value, s.arm): s for s in found}
    rows, shades, faint = [], {}, set()
    for i, value in enumerate(values):
        first = next(s for s in found if s.value == value)
        row = [value, str(first.rows), f"{first.yes / first.rows:.1%}" if first.rows else "–"]
        if min(first.yes, first.rows - first.yes) < _FEW:
            faint.add(i)
        for j, arm in enumerate(arms, len(row)):
            one = cells.get((value, arm))
            scores = one.confusion.scores() if one and one.rows else None
            if scores is None or first.yes in (0, first.rows):
                row.append("–")
                continue
            row.append(f"{figure(scores['no_f1'])} / {figure(scores['balanced_accuracy'])}")
            shades[i, j] = scores["no_f1"]
        rows.append(tuple(row))
    header = (
        say("kind", "вид"), say("rows", "строк"), "«да»", *map(say.arm, arms),
    )  # fmt: skip
    title = say(*_KINDS[by]) if by in _KINDS else by
    return Grid(Table(title, header, tuple(rows)), shades, frozenset(faint), stacked=True)


def mistakes(context: Context) -> Section:
    """The twenty worst of each split."""
    say = context.say
    found = context.details.mistakes
    title = say("The worst mistakes", "Худшие ошибки")
    if not found:
        return Section("mistakes", title, (missing(context),))

    def blocks(split: str) -> list[Block]:
        here = [m for m in found if m.split == split]
        if not here:
            return []
        lead = say(
            f"{capital(context.rows(split))}: the rows that all arms together get most surely "
            "wrong. Bars: P(да) of each arm, the mean of its seeds; the line is 0.5.",
            f"{capital(context.rows(split))}: строки, в которых все варианты вместе увереннее "
            "всего ошибаются. Полоски: P(да) каждого варианта, в среднем по сидам; черта — 0.5.",
        )
        notes = [Text(withheld(say), "note")] if any(m.question is None for m in here) else []
        return [Text(lead), *notes, Mistakes(tuple(_wrong(m, say) for m in here))]

    return Section("mistakes", title, context.for_each(blocks))


def withheld(say: Speech) -> str:
    """Why only a row's idx is shown."""
    return say(
        "The texts are withheld: the file of results was written without them, for the dataset’s "
        "texts are not to be passed on with a report. Whoever has the dataset finds a row by its "
        "idx.",
        "Тексты не показаны: файл результатов записан без них, потому что тексты набора нельзя "
        "распространять вместе с отчётом. Тот, у кого есть набор, найдёт строку по её idx.",
    )


def _wrong(mistake: Mistake, say: Speech) -> Wrong:
    return Wrong(
        str(mistake.row),
        mistake.question,
        mistake.passage,
        "да" if mistake.label == YES else "нет",
        tuple((say.arm(name), value) for name, value in mistake.yes.items()),
        mistake.label,
    )
