"""Confusion matrices, and what the arms' probabilities do: epochs, calibration, thresholds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from danetka.evaluation.baselines import QUESTION_ONLY
from danetka.experiment.details import Course, Curve
from danetka.experiment.results import Evaluation
from danetka.report.document import Block, Key, Matrices, Plots, Section
from danetka.report.plots import Bar, Label, Line, Mark, Panel, shares
from danetka.report.sections.context import Context, missing
from danetka.report.table import Table
from danetka.report.words import Speech, capital, count, figure

_BESIDE: Final = (QUESTION_ONLY,)
_ANSWERS: Final = (("yes", "«да»"), ("no", "«нет»"))
_LEVELS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_RECALLS: Final = (0.25, 0.5, 0.75)
_TALLEST: Final = 0.3
"""The tallest bar of a reliability diagram, in units of its y axis."""


def matrices(context: Context) -> Section:
    """The confusion matrices of the arms, and of the baseline that sees the question only."""
    say = context.say

    def blocks(split: str) -> list[Block]:
        found = [e for e in context.found(split) if e.kind != "baseline" or e.arm in _BESIDE]
        caption = say(
            f"{capital(context.rows(split))}. Rows: the right answer; columns: the given "
            "one. Counts are sums over the seeds; shares and shades are those of a row.",
            f"{capital(context.rows(split))}. Строки — верный ответ, столбцы — данный. Числа — "
            "суммы по сидам; доли и цвет — в пределах строки.",
        )
        items = tuple((say.arm(e.arm), e.scores.confusion) for e in found)
        return [Matrices(items, caption)]

    title = say("Confusion matrices", "Матрицы ошибок")
    return Section("matrices", title, context.for_each(blocks))


def epochs(context: Context) -> Section:
    """F1 of each answer on dev, epoch by epoch."""
    say, title = context.say, context.say("Epoch by epoch", "По эпохам")
    grouped: dict[tuple[object, ...], list[str]] = {}
    courses: dict[str, list[Course]] = {}
    for course in context.details.courses:
        courses.setdefault(course.arm, []).append(course)
    for arm, runs in courses.items():
        same = tuple((c.seed, c.chosen, tuple(map(repr, c.epochs))) for c in runs)
        grouped.setdefault(same, []).append(arm)
    panels, rows, most = [], [], 1
    for arms in grouped.values():
        runs = [c for c in courses[arms[0]] if c.epochs and "no_f1" in c.epochs[0]]
        if not runs:
            continue
        name = " / ".join(map(say.arm, arms))
        most = max(most, *(len(c.epochs) for c in runs))
        panels.append(_course(name, runs, say))
        means = {answer: _mean(runs, f"{answer}_f1") for answer, _ in _ANSWERS}
        rows.append((name, *(f"{figure(y)} / {figure(n)}" for (_, y), (_, n) in zip(
            means["yes"], means["no"], strict=True))))  # fmt: skip
    if not panels:
        return Section("epochs", title, (missing(context),))
    header = (say("arm", "вариант"), *(f"{say('epoch', 'эпоха')} {i + 1}" for i in range(most)))
    figures = Table(
        say("Mean F1 of «да» / «нет» on dev", "Средние F1 «да» / «нет» на dev"),
        header,
        tuple((*row, *["–"] * (len(header) - len(row))) for row in rows),
    )
    caption = say(
        "F1 of each answer on dev. Thick: the mean of the seeds; thin: each seed; rings: the epoch "
        "whose model is reported. Threshold 0.5 throughout.",
        "F1 каждого ответа на dev. Толстая линия — среднее по сидам, тонкие — каждый сид, кружки — "
        "эпоха, модель которой взята. Порог всюду 0.5.",
    )
    return Section("epochs", title, (Plots(tuple(panels), _class_keys(), caption, figures),))


def _class_keys() -> tuple[Key, ...]:
    return (Key("yes", "«да»"), Key("no", "«нет»"))


def _mean(runs: Sequence[Course], name: str) -> list[tuple[float, float]]:
    """(epoch, mean over the runs that have come so far)."""
    by_epoch: dict[float, list[float]] = {}
    for run in runs:
        for epoch in run.epochs:
            by_epoch.setdefault(epoch["epoch"], []).append(epoch[name])
    return [(epoch, sum(v) / len(v)) for epoch, v in sorted(by_epoch.items())]


def _course(name: str, runs: Sequence[Course], say: Speech) -> Panel:
    lines, marks, told = [], [], []
    last = max(epoch["epoch"] for run in runs for epoch in run.epochs)
    for answer, _ in _ANSWERS:
        key = f"{answer}_f1"
        for run in runs:
            points = tuple((e["epoch"], e[key]) for e in run.epochs)
            lines.append(Line(points, f"{answer} thin"))
            marks += [Mark(p, f"{answer} ring", 2.6) for p in points if p[0] == run.chosen]
    for answer, shown in _ANSWERS:
        mean = _mean(runs, f"{answer}_f1")
        lines.append(Line(tuple(mean), answer))
        told.append(f"{shown} {figure(mean[0][1])} → {figure(mean[-1][1])}")
    every = max(1, math.ceil(last / 10))
    ticks = tuple((float(i), str(i)) for i in range(1, int(last) + 1, every))
    return Panel(
        title=name, x=say("epoch", "эпоха"), y="F1", told="; ".join(told),
        x_range=(0.8, max(last, 1.0) + 0.2), x_ticks=ticks, y_ticks=shares(),
        lines=tuple(lines), marks=tuple(marks),
    )  # fmt: skip


def reliability(context: Context) -> Section:
    """Whether probabilities mean what they say."""
    say = context.say
    title = say("Reliability", "Калибровка вероятностей")

    def blocks(split: str) -> list[Block]:
        curves = _curves(context, split)
        if not curves:
            return []
        caption = say(
            f"{capital(context.rows(split))}, over all seeds. Points: of the rows in each tenth of "
            "P(да), the share that is «да»; on the dashed line probabilities mean what they say. "
            "Bars and figures below: how many answers lie in that tenth.",
            f"{capital(context.rows(split))}, по всем сидам. Точки: доля «да» среди строк, где "
            "P(да) лежит в одном интервале шириной 0.1; на пунктире вероятности значат то, что "
            "говорят. Столбики и числа внизу: сколько ответов в интервале.",
        )
        panels = tuple(_reliable(alike[0], _names(alike, say), say) for alike in _alike(curves))
        return [Plots(panels, (), caption, _bins(curves, say))]

    return Section("reliability", title, context.for_each(blocks) or (missing(context),))


def _reliable(curve: Curve, title: str, say: Speech) -> Panel:
    most = max(b.rows for b in curve.bins)
    bars, labels = [], []
    for one in curve.bins:
        start = min(int(one.probability * 10), 9) / 10
        height = _TALLEST * one.rows / most
        bars.append(Bar(start + 0.008, start + 0.092, height, "count"))
        labels.append(Label((start + 0.05, height + 0.015), str(one.rows), "tiny"))
    points = tuple((b.probability, b.yes) for b in curve.bins)
    told = "; ".join(
        f"P {figure(b.probability, 2)}: {figure(b.yes, 2)} ({b.rows})" for b in curve.bins
    )
    return Panel(
        title=title, x="P(да)", y=say("share of «да»", "доля «да»"), told=told,
        x_ticks=shares(), y_ticks=shares(), bars=tuple(bars), labels=tuple(labels),
        lines=(Line(((0.0, 0.0), (1.0, 1.0)), "even"), Line(points, "main")),
        marks=tuple(Mark(p, "main", 3.2) for p in points),
    )  # fmt: skip


def _bins(curves: Sequence[Curve], say: Speech) -> Table:
    rows = []
    for curve in curves:
        found = {min(int(b.probability * 10), 9): b for b in curve.bins}
        cells = [
            f"{figure(found[i].yes)} ({found[i].rows})" if i in found else "–" for i in range(10)
        ]
        rows.append((say.arm(curve.arm), *cells))
    header = (say("arm", "вариант"), *(f"{i / 10:.1f}–{(i + 1) / 10:.1f}" for i in range(10)))
    title = say("Share of «да» (answers) by P(да)", "Доля «да» (ответов) по P(да)")
    return Table(title, header, tuple(rows))


def precision_recall(context: Context) -> Section:
    """How surely «нет» is found."""
    say = context.say
    title = say("Precision and recall of «нет»", "Точность и полнота «нет»")

    def blocks(split: str) -> list[Block]:
        curves = _curves(context, split)
        if not curves:
            return []
        rows, yes = count(context.results, *context.headline(split))
        base = 1 - yes / rows
        lines = {c.arm: _precisions(c) for c in curves}
        by_arm = {e.arm: e for e in context.arms(split)}
        panels = tuple(_precise(alike, lines, base, by_arm, say) for alike in _alike(curves))
        caption = say(
            f"{capital(context.rows(split))}, over all seeds. Each panel shows one arm, the others "
            f"in grey. Dashed: {figure(base)}, the share of «нет», which guessing has. Diamond: "
            "where an arm’s own threshold puts it.",
            f"{capital(context.rows(split))}, по всем сидам. На каждом графике один вариант, "
            f"остальные серым. Пунктир: {figure(base)}, доля «нет», — столько даёт угадывание. "
            "Ромб: положение варианта при его собственном пороге.",
        )
        return [Plots(panels, (), caption, _precision_table(lines, by_arm, say))]

    return Section("precision-recall", title, context.for_each(blocks) or (missing(context),))


def _precisions(curve: Curve) -> tuple[tuple[float, float], ...]:
    """(recall, precision) of «нет» at every threshold at which anything is answered «нет»."""
    return tuple((d / (c + d), d / (b + d)) for _, b, c, d in curve.sweep.cells if b + d and c + d)


def _precise(
    alike: list[Curve], lines: dict[str, tuple[tuple[float, float], ...]], base: float,
    by_arm: dict[str, Evaluation], say: Speech,
) -> Panel:  # fmt: skip
    names = [curve.arm for curve in alike]
    others = tuple(Line(points, "other") for arm, points in lines.items() if arm not in names)
    own = [by_arm[name].scores for name in names]
    at = [(scores["no_recall"], scores["no_precision"]) for scores in own]
    told = "; ".join(
        say(
            f"at the threshold of {name} recall {figure(x)}, precision {figure(y)}",
            f"при пороге варианта {say.arm(name)} полнота {figure(x)}, точность {figure(y)}",
        )
        for name, (x, y) in zip(names, at, strict=True)
    )
    return Panel(
        title=_names(alike, say), x=say("recall of «нет»", "полнота «нет»"),
        y=say("precision", "точность"), told=told, x_ticks=shares(), y_ticks=shares(),
        lines=(*others, Line(((0.0, base), (1.0, base)), "even"), Line(lines[names[0]], "no")),
        marks=tuple(Mark(point, "no", 5.0, "diamond") for point in at),
    )  # fmt: skip


def _precision_table(
    lines: dict[str, tuple[tuple[float, float], ...]], by_arm: dict[str, Evaluation], say: Speech
) -> Table:
    rows = []
    for name, points in lines.items():
        best = [max((p for r, p in points if r >= level), default=math.nan) for level in _RECALLS]
        scores = by_arm[name].scores
        own = (scores["no_average_precision"], scores["no_precision"], scores["no_recall"])
        rows.append((say.arm(name), *map(figure, own), *map(figure, best)))
    header = (
        say("arm", "вариант"), "AP", say("own precision", "своя точность"),
        say("own recall", "своя полнота"),
        *(say(f"best at recall ≥ {r}", f"лучшая при полноте ≥ {r}") for r in _RECALLS),
    )  # fmt: skip
    return Table(say("Precision of «нет»", "Точность «нет»"), header, tuple(rows))


def _curves(context: Context, split: str) -> list[Curve]:
    return [c for c in context.details.curves if (c.split, c.part) == context.headline(split)]


def _alike(curves: Sequence[Curve]) -> list[list[Curve]]:
    """Arms that differ in the threshold alone have one curve."""
    groups: dict[object, list[Curve]] = {}
    for curve in curves:
        groups.setdefault((curve.sweep, curve.bins), []).append(curve)
    return list(groups.values())


def _names(curves: Sequence[Curve], say: Speech) -> str:
    return " / ".join(say.arm(curve.arm) for curve in curves)
