"""The sections of a report, in their order: each a function of the results."""

from __future__ import annotations

from danetka.experiment.results import Results
from danetka.report.document import Document
from danetka.report.sections.breakdown import breakdown, mistakes
from danetka.report.sections.context import Context
from danetka.report.sections.figures import (
    epochs,
    matrices,
    precision_recall,
    reliability,
)
from danetka.report.sections.origin import audit, origin
from danetka.report.sections.probes import robustness
from danetka.report.sections.tables import answer, effects, study, tables
from danetka.report.sections.threshold import threshold
from danetka.report.words import Language

_ORDER = (
    answer, tables, study, effects, matrices, epochs, reliability, precision_recall, threshold,
    breakdown, robustness, mistakes, audit, origin,
)  # fmt: skip


def document(results: Results, language: Language = "en") -> Document:
    """The whole report; the same results give the same one.

    Args:
        results: A finished experiment.
        language: Of the words.
    """
    context = Context(results, language)
    say = context.say
    arms = sum(e.kind != "baseline" for e in context.found(context.splits[0]))
    runs = len(results.settings["seeds"])
    subtitle = " · ".join(
        (
            results.release,
            say.many(arms, ("arm", "arms"), ("вариант", "варианта", "вариантов")),
            say.many(runs, ("seed", "seeds"), ("сид", "сида", "сидов")),
            results.created[:10],
        )
    )
    title = say(
        f"{results.name}: an experiment with danetka", f"{results.name}: эксперимент danetka"
    )
    return Document(title, subtitle, language, tuple(section(context) for section in _ORDER))
