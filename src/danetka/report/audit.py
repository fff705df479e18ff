"""An audit as tables and as JSON."""

from __future__ import annotations

from dataclasses import asdict

from danetka.data.audit import Audit
from danetka.files import json_text
from danetka.report.table import Table
from danetka.report.words import Language, Speech, figure


def audit_tables(audit: Audit, language: Language = "en") -> list[Table]:
    """Sizes and faults of each split, leaks, first words, and what baselines score."""
    say = Speech(language)
    tables = [_splits(audit, say)]
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
        note = say(
            "Report such rows apart, or leave them out: a model has seen them.",
            "Считайте такие строки отдельно или уберите: модель их видела.",
        )
        header = (
            say("leak", "утечка"), say("by passage", "по тексту"), say("by question", "по вопросу"),
            say("rows", "строк"),
        )  # fmt: skip
        title = say("Rows that another split holds too", "Строки, которые есть и в другой части")
        tables.append(Table(title, header, rows, (note,)))
    if audit.first_words:
        words = tuple((w.word, str(w.rows), f"{w.yes_share:.0%}") for w in audit.first_words)
        names = (say("word", "слово"), say("rows", "строк"), "«да»")
        tables.append(Table(say("First words of train", "Первые слова в train"), names, words))
    if audit.giveaways:
        tables.append(_giveaways(audit, say))
    return tables


def faults(audit: Audit, language: Language = "en") -> list[str]:
    """Why a strict audit would fail; in English what `Audit.fails` says."""
    if language == "en":
        return audit.fails
    found = [f"строки {leak.split} есть и в {leak.other}: {leak.rows}" for leak in audit.leaks]
    found += [
        f"пары с обоими ответами в {s.split}: {s.conflicts}" for s in audit.splits if s.conflicts
    ]
    return found


def audit_json(audit: Audit) -> str:
    """All of it."""
    return json_text({**asdict(audit), "fails": audit.fails})


def _giveaways(audit: Audit, say: Speech) -> Table:
    rows = tuple(
        (say.arm(g.baseline), g.split, figure(g.balanced_accuracy), figure(g.roc_auc))
        for g in audit.giveaways
    )
    header = (
        say("sees only", "видит только"), say("rows", "строки"),
        say("balanced acc", "сбаланс. accuracy"), "ROC AUC",
    )  # fmt: skip
    note = say(
        "Fitted on train; leaked rows are left out. 0.5 gives nothing away.",
        "Обучено на train; утёкшие строки не считаются. 0.5 — ничего не выдаёт.",
    )
    title = say("What one text alone gives away", "Что выдаёт один из двух текстов")
    return Table(title, header, rows, (note,))


def _splits(audit: Audit, say: Speech) -> Table:
    header = (
        say("split", "часть"), say("rows", "строк"), "«да»", say("passages", "текстов"),
        say("questions", "вопросов"), say("duplicates", "повторов"),
        say("conflicts", "противоречий"), say("stress marks", "с ударениями"),
        say("double spaces", "с двойными пробелами"),
        *([say("truncated", "обрезано")] if audit.model else []),
    )  # fmt: skip
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
            say(
                f"The share of «да» differs by {100 * gap:.1f} points between {low} and {high}.",
                f"Доля «да» в {low} и {high} отличается на {100 * gap:.1f} пункта.",
            )
        )
    if audit.model:
        notes.append(
            say(
                f"truncated: pairs longer than {audit.model} takes.",
                f"обрезано: пары длиннее, чем принимает {audit.model}.",
            )
        )
    return Table(audit.name, header, rows, tuple(notes))
