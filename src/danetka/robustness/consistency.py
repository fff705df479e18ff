"""How often answers change where they must, and stay where they must."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from danetka.data.split import group_ids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from danetka.robustness.probes import Probe

_Z: Final = 1.959964
"""The standard normal's quantile for an interval of 95%."""


@dataclass(frozen=True, slots=True)
class Consistency:
    """What an answerer did with the pairs of a probe.

    Attributes:
        probe: The probe's name.
        flips: Whether the answer had to change.
        rows: Pairs.
        groups: Groups of pairs that share a passage or a question.
        runs: Runs, each of which answered all pairs.
        consistent: Pairs × runs that changed their answer if it had to, and kept it if not.
        changed_share: The share of pairs × runs whose answer changed.
        low, high: The 95% interval of the consistent share.
    """

    probe: str
    flips: bool
    rows: int
    groups: int
    runs: int
    consistent: int
    changed_share: float
    low: float
    high: float

    @property
    def share(self) -> float:
        """The consistent share of pairs × runs."""
        return self.consistent / (self.rows * self.runs)


def consistency(probe: Probe, before: NDArray[np.bool_], after: NDArray[np.bool_]) -> Consistency:
    """Compare the answers to a probe's rows before and after the change.

    Whether they are right plays no part: an answerer that is always wrong may be consistent, and
    one that always says «да» keeps every answer that must be kept.

    Args:
        probe: The pairs.
        before: «да» answered to `Probe.before`, shape ``(runs, n)``, n ≥ 1; one run may be
            ``(n,)``.
        after: The same of `Probe.after`.

    Raises:
        ValueError: If the shapes do not fit the probe, or it has no pairs.

    Source: the interval is Wilson's (1927, JASA 22) with groups for the number of trials, for rows
    that share a passage or a question, and runs over the same rows, are no independent evidence.
    """
    first, second = np.atleast_2d(before), np.atleast_2d(after)
    rows = len(probe.before)
    if first.shape != second.shape or first.shape[1:] != (rows,) or not first.size:
        raise ValueError(
            f"{probe.name}: answers {before.shape} and {after.shape} must be (runs, {rows})"
        )
    changed = first != second
    share = float(changed.mean())
    groups = int(group_ids(probe.before).max()) + 1
    consistent = int(np.count_nonzero(changed == probe.flips))
    low, high = _wilson(consistent / changed.size, groups)
    return Consistency(
        probe.name, probe.flips, rows, groups, len(first), consistent, share, low, high
    )


def _wilson(share: float, trials: int) -> tuple[float, float]:
    shrunk = 1 + _Z**2 / trials
    centre = (share + _Z**2 / (2 * trials)) / shrunk
    spread = _Z / shrunk * np.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return max(0.0, float(centre - spread)), min(1.0, float(centre + spread))
