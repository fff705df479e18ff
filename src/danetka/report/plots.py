"""Small plots as plain geometry: what the page's template draws as SVG.

They are drawn here and not by matplotlib: a panel takes some kilobytes, its colours are the page's
(light, dark and print from one file), its letters are letters, and the same results give the same
bytes whatever is installed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 300
LEFT: Final = 34
RIGHT: Final = 10
TOP: Final = 20
BOTTOM: Final = 34
_TICKS: Final = 5
_SAME: Final = 0.35
"""Points that lie as near a straight line, in units of the drawing, are left out."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points.

    Attributes:
        points: In the plot's own units.
        style: A class of the page's style sheet.
    """

    points: tuple[Point, ...]
    style: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at a point.

    Attributes:
        at: In the plot's own units.
        style: A class of the page's style sheet.
        radius: In units of the drawing.
        shape: What it looks like.
    """

    at: Point
    style: str
    radius: float = 3.0
    shape: str = "circle"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that stands on the bottom: from and to on the x axis, and its height."""

    start: float
    end: float
    height: float
    style: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point; `anchor` as in SVG."""

    at: Point
    text: str
    style: str = "label"
    anchor: str = "middle"


@dataclass(frozen=True)
class Panel:
    """One plot.

    Attributes:
        title: What it shows.
        x, y: The names of its axes.
        x_range, y_range: What it spans.
        x_ticks, y_ticks: Where the axes have figures, and which.
        lines, marks, bars, labels: What is drawn.
        told: What it shows, in words, for a reader who hears the page.
        height: Of the drawing, in its units; its width is `WIDTH`.
        left: The room for the y axis' figures.
    """

    title: str
    x: str
    y: str
    told: str
    x_range: Point = (0.0, 1.0)
    y_range: Point = (0.0, 1.0)
    x_ticks: tuple[tuple[float, str], ...] = ()
    y_ticks: tuple[tuple[float, str], ...] = ()
    lines: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()
    bars: tuple[Bar, ...] = ()
    labels: tuple[Label, ...] = ()
    height: int = 216
    left: int = LEFT

    def across(self, x: float) -> str:
        """Where a value lies from left to right."""
        low, high = self.x_range
        return _shown(self.left + (x - low) / (high - low) * (WIDTH - self.left - RIGHT))

    def down(self, y: float) -> str:
        """Where a value lies from top to bottom."""
        low, high = self.y_range
        return _shown(TOP + (high - y) / (high - low) * (self.height - TOP - BOTTOM))

    def path(self, line: Line) -> str:
        """A line as SVG's path, without the points that do not show."""
        drawn = [(float(self.across(x)), float(self.down(y))) for x, y in line.points]
        return " ".join(
            f"{'L' if i else 'M'}{_shown(x)} {_shown(y)}" for i, (x, y) in enumerate(_thin(drawn))
        )


def shares(count: int = _TICKS) -> tuple[tuple[float, str], ...]:
    """The figures of an axis from 0 to 1."""
    return tuple((i / count, f"{i / count:.1f}") for i in range(count + 1))


def _thin(points: Sequence[Point]) -> list[Point]:
    """Leave out points so that none lies farther than `_SAME` from what is drawn.

    Source: Douglas and Peucker 1973, Cartographica 10.
    """
    kept, spans = {0, len(points) - 1}, [(0, len(points) - 1)]
    while spans:
        start, end = spans.pop()
        off = [_off(points[i], points[start], points[end]) for i in range(start + 1, end)]
        if off and max(off) > _SAME:
            middle = start + 1 + off.index(max(off))
            kept.add(middle)
            spans += [(start, middle), (middle, end)]
    return [points[i] for i in sorted(kept) if 0 <= i < len(points)]


def _off(point: Point, start: Point, end: Point) -> float:
    """How far a point lies from the piece between two others."""
    (px, py), (ax, ay), (bx, by) = point, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))


def _shown(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
