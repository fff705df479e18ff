"""An audit as tables and as JSON."""

from __future__ import annotations

import math
from dataclasses import asdict

from danetka.data.audit import Audit
from danetka.files import json_text
from danetka.report.table import Table


def audit_tables(audit: Audit) -> list[Table]:
    """Sizes and faults of each split, leaks, first words, and what baselines score."""
    tables = [_splits(audit)]
    if audit.leaks:
        rows = tuple(
            (
                f"{leak.split} ← {leak.other}",
                str(leak.passages),
                str(leak.questions),
                str(leak.rows),
            )
            for leak in audit.leaks
        )
        note = "Report such rows apart, or leave them out: a model has seen them."
        header = ("leak", "by passage", "by question", "rows")
        tables.append(Table("Rows that another split holds too", header, rows, (note,)))
    if audit.first_words:
        words = tuple((w.word, str(w.rows), f"{w.yes_share:.0%}") for w in audit.first_words)
        tables.append(Table("First words of train", ("word", "rows", "«да»"), words))
    if audit.giveaways:
        given = tuple(
            (
                g.baseline,
                g.split,
                f"{g.balanced_accuracy:.3f}",
                "–" if math.isnan(g.roc_auc) else f"{g.roc_auc:.3f}",
            )
            for g in audit.giveaways
        )
        header = ("sees only", "rows", "balanced acc", "ROC AUC")
        note = "Fitted on train; leaked rows are left out. 0.5 gives nothing away."
        tables.append(Table("What one text alone gives away", header, given, (note,)))
    return tables


def audit_json(audit: Audit) -> str:
    """All of it."""
    return json_text({**asdict(audit), "fails": audit.fails})


def _splits(audit: Audit) -> Table:
    header = (
        "split",
        "rows",
        "«да»",
        "passages",
        "questions",
        "duplicates",
        "conflicts",
        "stress marks",
        "double spaces",
        *(["truncated"] if audit.model else []),
    )
    rows = tuple(
        (
            s.split,
            str(s.rows),
            "–" if s.yes is None else f"{s.yes} ({s.yes / s.rows:.1%})",
            *map(str, (s.passages, s.questions, s.duplicates, s.conflicts)),
            *map(str, (s.stressed, s.double_spaced)),
            *([str(s.truncated)] if audit.model else []),
        )
        for s in audit.splits
    )
    notes = []
    if audit.shift:
        low, high, gap = audit.shift
        notes.append(
            f"The share of «да» differs by {100 * gap:.1f} points between {low} and {high}."
        )
    if audit.model:
        notes.append(f"truncated: pairs longer than {audit.model} takes.")
    return Table(audit.name, header, rows, tuple(notes))
