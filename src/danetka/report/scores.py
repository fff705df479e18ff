"""One model on one set of rows: every score with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping

from danetka.evaluation.scores import Scores
from danetka.report.table import Table
from danetka.report.words import SCORES, Language, Speech, figure


def scores_table(named: Mapping[str, Scores], title: str, language: Language = "en") -> Table:
    """A column for each model or baseline, a row for each score; the first with its intervals."""
    say = Speech(language)
    first = next(iter(named.values()))
    rows = []
    for name in SCORES:
        low, high = first.intervals[name]
        interval = "" if math.isnan(low) else f" [{low:.3f}, {high:.3f}]"
        figures = [figure(scores[name]) for scores in named.values()]
        rows.append((say.score(name), figures[0] + interval, *figures[1:]))
    matrix, threshold = first.confusion, say("threshold", "порог")
    notes = (
        f"«да» → да {matrix.yes_yes}, нет {matrix.yes_no}; "
        f"«нет» → да {matrix.no_yes}, нет {matrix.no_no}; {threshold} {first.thresholds[0]:.3f}",
        say(
            "[…] is the 95% bootstrap interval over rows.",
            "[…] — 95-процентный интервал бутстрепа по строкам.",
        ),
    )
    return Table(title, (say("score", "оценка"), *named), tuple(rows), notes, frozenset({1, 7}))
