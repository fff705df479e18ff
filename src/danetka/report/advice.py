"""Which arm to take for this data, and why: from the tests alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from danetka.experiment.results import Evaluation, Results
from danetka.report.statistics import CLAIM, Tested, corrected

QUESTION_ONLY: Final = ("first word", "TF-IDF, question only")
"""The baselines that never see the passage."""

Reason = Literal["augmented", "control", "enough", "original", "alone"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, for one base model.

    Attributes:
        arm: The arm to take.
        reason: ``augmented``: it beats the original and the best control. ``control``: it costs
            nothing and beats the original, and no augmented arm beats both. ``enough``: an
            augmented arm beats the original but not this control. ``original``: nothing beats the
            original. ``alone``: nothing was compared.
        split, part: The rows that say so.
        base: The base model.
        original: The arm that the others are compared with.
        control: The best arm that makes nothing, chosen on dev; the original itself if it is best.
        tests: What was compared.
        winners: Augmented arms that beat both, the best first.
        baseline: The best baseline that sees the question only, if there is one.
        taken: The evaluation of the arm.
    """

    arm: str
    reason: Reason
    split: str
    part: str
    base: str
    original: str
    control: str
    tests: tuple[Tested, ...]
    winners: tuple[str, ...]
    baseline: Evaluation | None
    taken: Evaluation

    @property
    def blind(self) -> Literal["", "near", "level"]:
        """How near the question-only baseline comes to the arm in F1 of «нет».

        ``level``: it scores as much or more; ``near``: it lies within the arm's interval.
        """
        if self.baseline is None:
            return ""
        value = self.baseline.scores[CLAIM]
        if value >= self.taken.scores[CLAIM]:
            return "level"
        return "near" if value >= self.taken.scores.intervals[CLAIM][0] else ""

    def against(self, arm: str, other: str) -> Tested | None:
        """The test of one arm against another, if there was one."""
        pairs = {(t.comparison.arm, t.comparison.against): t for t in self.tests}
        return pairs.get((arm, other))


def advise(results: Results) -> list[Advice]:
    """What the tests on the first reported split's headline rows advise, for each base model.

    All comparisons on these rows are corrected together. The arm with more than one rival of its
    kind is the one with the highest F1 of «нет» there.
    """
    split = results.reported[0]
    part = results.headline(split)
    found = results.get(split, part)
    every = corrected(results, split, part)
    arms = [e for e in found if e.kind != "baseline"]
    bases = dict.fromkeys(e.base for e in arms)
    blind = [e for e in found if e.arm in QUESTION_ONLY]
    baseline = max(blind, key=lambda e: e.scores[CLAIM], default=None)
    return [
        _advise(
            [e for e in arms if e.base == base],
            tuple(t for t in every if t.comparison.base == base),
            results,
            baseline,
        )
        for base in bases
    ]


def _advise(
    arms: list[Evaluation], tests: tuple[Tested, ...], results: Results, baseline: Evaluation | None
) -> Advice:
    first = arms[0]
    here = (first.split, first.part, first.base)
    roles = {c.role: c.against for c in results.comparisons if (c.split, c.part, c.base) == here}
    original = roles.get("original", first.arm)
    control = roles.get("control", original)
    beats = {(t.comparison.arm, t.comparison.against) for t in tests if t.better}
    by_score = sorted(arms, key=lambda e: -e.scores[CLAIM])
    over = [e.arm for e in by_score if e.kind == "augmented" and (e.arm, original) in beats]
    winners = tuple(arm for arm in over if control == original or (arm, control) in beats)
    cheap = [e.arm for e in by_score if e.kind == "control" and (e.arm, original) in beats]
    reason: Reason
    if not tests:
        arm, reason = original, "alone"
    elif winners:
        arm, reason = winners[0], "augmented"
    elif cheap:
        arm, reason = control if control in cheap else cheap[0], "control"
    elif over:
        arm, reason = control, "enough"
    else:
        arm, reason = original, "original"
    taken = next(e for e in arms if e.arm == arm)
    return Advice(arm, reason, *here, original, control, tests, winners, baseline, taken)
