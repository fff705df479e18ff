"""What an augmentation made, and what it passed over, as tables."""

from __future__ import annotations

from collections import Counter

from danetka.augmentation.api import Augmented
from danetka.augmentation.forms import DANETQA, Form, form_of
from danetka.report.table import Table
from danetka.schema import NO, YES

_MOST = 20


def augmentation_tables(found: Augmented) -> list[Table]:
    """Answers and edits, forms, and the reasons for which something was passed over."""
    made = found.made
    tables = []
    if len(made):
        edits = Counter((str(row.meta.get("edit", "")), row.label) for row in made)
        names = sorted({name for name, _ in edits}, key=lambda n: -edits[n, NO] - edits[n, YES])
        rows = tuple((name, str(edits[name, YES]), str(edits[name, NO])) for name in names)
        yes = sum(row.label == YES for row in made)
        total = ("all", str(yes), str(len(made) - yes))
        note = f"{len(made)} of {found.wanted} asked for"
        tables.append(Table("Made questions", ("edit", "да", "нет"), (*rows, total), (note,)))
        forms = Counter(form_of(q) for q in made.questions)
        shares = tuple(
            (str(f), f"{forms[f] / len(made):.1%}", f"{DANETQA[f]:.1%}") for f in Form if forms[f]
        )
        tables.append(Table("Their forms", ("form", "made", "DaNetQA"), shares))
    if found.gates:
        first = max(1, next(iter(found.gates.values())))
        left = tuple((gate, str(n), f"{n / first:.1%}") for gate, n in found.gates.items())
        tables.append(
            Table("Written questions left after each gate", ("gate", "left", "share"), left)
        )
    reasons = tuple((reason, str(n)) for reason, n in found.skipped.most_common(_MOST))
    if reasons:
        rest = len(found.skipped) - len(reasons)
        notes = (f"and {rest} rarer reasons",) if rest > 0 else ()
        tables.append(Table("Passed over", ("reason", "times"), reasons, notes))
    return tables
