"""Comparisons of arms: corrected for their number, as a table and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from danetka.evaluation.mcnemar import holm
from danetka.evaluation.paired import Difference
from danetka.experiment.results import COMPARED, Comparison, Results
from danetka.report.table import Table
from danetka.report.words import (
    Language,
    Speech,
    capital,
    chance,
    figure,
    interval,
    p_value,
    signed,
)

SURE: Final = 0.05
"""A claim is made where the corrected p is below this."""
CLAIM: Final = COMPARED[0]
"""The score that claims are made by."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A comparison with its p values corrected by Holm's method.

    Attributes:
        comparison: The comparison.
        holm: Score → corrected p, among all comparisons on the same rows by the same score.
        mcnemar: The same for McNemar's test.
    """

    comparison: Comparison
    holm: dict[str, float]
    mcnemar: float

    @property
    def claimed(self) -> Difference:
        """The difference that claims are made by."""
        return self.comparison.differences[CLAIM]

    @property
    def better(self) -> bool:
        """Whether the arm scores more, beyond chance."""
        return self.holm[CLAIM] < SURE and self.claimed.value > 0

    @property
    def worse(self) -> bool:
        """Whether it scores less, beyond chance."""
        return self.holm[CLAIM] < SURE and self.claimed.value < 0


def corrected(results: Results, split: str, part: str) -> list[Tested]:
    """The comparisons on some rows; what is compared with one arm in two roles stands once."""
    here = [c for c in results.comparisons if (c.split, c.part) == (split, part)]
    found = list({(c.arm, c.against): c for c in reversed(here)}.values())[::-1]
    by_score = {
        name: holm([c.differences[name].p for c in found])
        for name in COMPARED
        if found and all(name in c.differences for c in found)
    }
    exact = holm([c.mcnemar.p for c in found])
    return [
        Tested(c, {name: values[i] for name, values in by_score.items()}, exact[i])
        for i, c in enumerate(found)
    ]


def effect(found: Tested, say: Speech) -> str:
    """What the arm does to F1 of «нет», in one sentence; its name and the other's in bold."""
    arm, other = (f"**{say.arm(name)}**" for name in _names(found))
    d, after = found.claimed, found.holm[CLAIM]
    low, high, by = figure(d.low), figure(d.high), figure(d.value)
    p = say(
        f"p {chance(d.p)}; Holm-corrected p {chance(after)}",
        f"p {chance(d.p)}; с поправкой Холма p {chance(after)}",
    )
    if found.better:
        return say(
            f"{arm} adds {by} [{low}, {high}] to F1 of «нет» against {other} ({p}).",
            f"Вариант {arm} повышает F1 «нет» на {by} [{low}, {high}] по сравнению с вариантом "
            f"{other} ({p}).",
        )
    if found.worse:
        by, low, high = figure(-d.value), figure(-d.high), figure(-d.low)
        return say(
            f"{arm} takes {by} [{low}, {high}] from F1 of «нет» against {other} ({p}).",
            f"Вариант {arm} снижает F1 «нет» на {by} [{low}, {high}] по сравнению с вариантом "
            f"{other} ({p}).",
        )
    moved = f"{signed(d.value)} {interval(d.low, d.high)}"
    return say(
        f"{arm} is not shown to differ from {other}: F1 of «нет» {moved} ({p}).",
        f"Отличие варианта {arm} от варианта {other} не доказано: F1 «нет» {moved} ({p}).",
    )


def besides(found: Tested, say: Speech) -> str:
    """The other scores and McNemar's test, in one sentence."""
    parts = [
        f"{say.score(name)} {signed(d.value)} {interval(d.low, d.high)}"
        for name, d in found.comparison.differences.items()
        if name != CLAIM
    ]
    test = found.comparison.mcnemar
    return capital("; ".join(parts)) + say(
        f". By the majority of the seeds it alone is right on {test.ours} rows, the other alone on "
        f"{test.theirs} (McNemar, Holm-corrected p {chance(found.mcnemar)}).",
        f". По большинству сидов только он прав в {test.ours} строках, только другой — в "
        f"{test.theirs} (Мак-Немар, с поправкой Холма p {chance(found.mcnemar)}).",
    )


def comparison_tables(results: Results, language: Language = "en") -> list[Table]:
    """For each part of each split: every arm against the original and the best control."""
    say = Speech(language)
    pairs = dict.fromkeys((c.split, c.part) for c in results.comparisons)
    return [comparison_table(results, split, part, say) for split, part in pairs]


def comparison_table(results: Results, split: str, part: str, say: Speech) -> Table:
    """The comparisons on some rows: each score's difference, and McNemar's test."""
    found = corrected(results, split, part)
    scores = [name for name in COMPARED if found and name in found[0].holm]
    after = say("p (Holm)", "p (Холм)")
    header = [say("arm", "вариант"), say("against", "против")]
    for name in scores:
        header += [f"Δ {say.score(name)}", after]
    header += [say("right alone", "прав один"), say("McNemar p (Holm)", "Мак-Немар p (Холм)")]
    rows = tuple(_row(one, scores, say) for one in found)
    title = f"{results.name}: {say.rows(results, split, part)}"
    return Table(title, tuple(header), rows, _notes(len(found), say))


def _row(one: Tested, scores: Sequence[str], say: Speech) -> tuple[str, ...]:
    cells = [say.arm(name) for name in _names(one)]
    for name in scores:
        d = one.comparison.differences[name]
        cells += [f"{signed(d.value)} {interval(d.low, d.high)}", _both(d.p, one.holm[name])]
    test = one.comparison.mcnemar
    return (*cells, f"{test.ours} : {test.theirs}", _both(test.p, one.mcnemar))


def _both(p: float, corrected: float) -> str:
    return f"{p_value(p)} ({p_value(corrected)})"


def _names(one: Tested) -> tuple[str, str]:
    return one.comparison.arm, one.comparison.against


def _notes(number: int, say: Speech) -> tuple[str, ...]:
    return (
        say(
            "Δ with its 95% interval: paired bootstrap over groups of rows (by passage and "
            "question) and over seeds; p two-sided.",
            "Δ с 95-процентным интервалом: парный бутстреп по группам строк (общий текст или "
            "вопрос) и по сидам; p двустороннее.",
        ),
        say(
            f"In brackets p is corrected by Holm’s method for the {number} comparisons of a "
            f"column: below {SURE} counts as more than chance.",
            f"В скобках p с поправкой Холма на число сравнений в столбце ({number}): значимо то, "
            f"что ниже {SURE}.",
        ),
        say(
            "Right alone: rows that the majority of the arm’s seeds answers rightly and that of "
            "the other’s does not, and the reverse; McNemar’s exact test, which sees accuracy "
            "only.",
            "«Прав один»: строки, где большинство сидов варианта право, а другого — нет, и "
            "наоборот; точный критерий Мак-Немара, он видит только accuracy.",
        ),
    )
