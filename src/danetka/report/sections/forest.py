"""The effects drawn: each difference with its interval beside the line of no difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from danetka.report.document import Key, Plots
from danetka.report.plots import BOTTOM, TOP, Label, Line, Mark, Panel
from danetka.report.statistics import Tested
from danetka.report.table import Table
from danetka.report.words import Speech, interval, signed

_ROW: Final = 34
_EDGE: Final = 12
_STEPS: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_MOST: Final = 6


def forest(found: Sequence[Tested], say: Speech) -> Plots:
    """A panel for each arm that others are compared with; all have the same scale."""
    low = min(0.0, *(t.claimed.low for t in found))
    high = max(0.0, *(t.claimed.high for t in found))
    step = next((s for s in _STEPS if (high - low) / s <= _MOST), _STEPS[-1])
    span = (math.floor(low / step) * step, math.ceil(high / step) * step or step)
    others = dict.fromkeys(t.comparison.against for t in found)
    panels = [
        _panel([t for t in found if t.comparison.against == other], other, span, step, say)
        for other in others
    ]
    return Plots(
        tuple(panels),
        (
            Key("sure", say("more than chance (Holm)", "значимо (с поправкой Холма)")),
            Key("unsure", say("not shown", "не значимо")),
        ),
        say(
            "How much F1 of «нет» differs, with 95% intervals. Right of the line the arm is "
            "better. Filled: the difference stays below p = 0.05 after Holm’s correction.",
            "Насколько отличается F1 «нет», с 95-процентными интервалами. Справа от черты вариант "
            "лучше. Закрашено то, что и с поправкой Холма остаётся ниже p = 0.05.",
        ),
        _figures(found, say),
    )


def _panel(
    found: Sequence[Tested], other: str, span: tuple[float, float], step: float, say: Speech
) -> Panel:
    many = len(found)
    middle = span[0] + (span[1] - span[0]) / 2
    lines = [Line(((0.0, 0.0), (0.0, float(many))), "zero")]
    marks, labels = [], []
    for i, one in enumerate(found):
        d, style = one.claimed, "sure" if one.better or one.worse else "unsure"
        y = many - i - 0.72
        lines.append(Line(((d.low, y), (d.high, y)), style))
        marks.append(Mark((d.value, y), style, 4.5))
        name = say.arm(one.comparison.arm)
        left = d.value > middle
        labels.append(
            Label(
                (span[0] if left else span[1], y + 0.36), name, "name", "start" if left else "end"
            )
        )
    told = "; ".join(
        f"{say.arm(t.comparison.arm)} {signed(t.claimed.value)} "
        f"{interval(t.claimed.low, t.claimed.high)}"
        for t in found
    )
    count = round((span[1] - span[0]) / step)
    places = [span[0] + i * step for i in range(count + 1)]
    return Panel(
        title=say(f"against {say.arm(other)}", f"против варианта «{say.arm(other)}»"),
        x=say("difference in F1 of «нет»", "разность F1 «нет»"),
        y="",
        told=told,
        x_range=span,
        y_range=(0.0, float(many)),
        x_ticks=tuple((x, _tick(x)) for x in places),
        lines=tuple(lines),
        marks=tuple(marks),
        labels=tuple(labels),
        height=_ROW * many + TOP + BOTTOM,
        left=_EDGE,
    )


def _tick(x: float) -> str:
    return f"{x:+.2g}".replace("-", "−") if abs(x) > 1e-9 else "0"  # noqa: PLR2004 - a rounded zero


def _figures(found: Sequence[Tested], say: Speech) -> Table:
    rows = tuple(
        (
            say.arm(t.comparison.arm),
            say.arm(t.comparison.against),
            f"{signed(t.claimed.value)} {interval(t.claimed.low, t.claimed.high)}",
        )
        for t in found
    )
    header = (say("arm", "вариант"), say("against", "против"), f"Δ {say.score('no_f1')}")
    return Table(say("The figures of this plot", "Числа этого графика"), header, rows)
