"""How often the paired bootstrap takes chance for an effect: simulated arms that are equally good.

Whether an answer is right may hang on the row (what an arm finds hard), on the seed (a run that
says «да» more often), or on neither; the truth is that no arm is better. Beside ours: the
percentiles of a bootstrap that draws rows and seeds at once.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from danetka.environment import environment
from danetka.evaluation.paired import paired_difference
from danetka.evaluation.scores import scores_of_cells
from danetka.files import write_json, write_text
from danetka.report.table import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESULTS = Path("docs/results/false-positives.json")
ROWS, RESAMPLES = 300, 600
KINDS = {
    "nothing lasts": (0.0, 0.0, 1.0),
    "seeds differ a little": (0.0, 0.5, 0.3),
    "seeds differ a lot": (0.0, 1.0, 0.1),
    "arms find other rows hard": (1.0, 0.0, 0.3),
    "all of it": (1.0, 0.3, 0.5),
}
"""What answers hang on → standard deviation of an arm's rows, of its seeds, and of what is left."""
SEEDS = (3, 5)


def simulate(
    random: np.random.Generator, kind: tuple[float, float, float], seeds: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Labels, and the answers of two arms that tell «да» from «нет» equally well."""
    of_rows, of_seeds, rest = kind
    labels = (random.random(ROWS) < 0.8).astype(np.int64)
    seen = random.normal(0, 1, ROWS) + 0.6 * (2 * labels - 1)

    def arm() -> NDArray[np.bool_]:
        own = random.normal(0, of_rows, ROWS) + random.normal(0, of_seeds, (seeds, 1))
        return np.asarray(seen + own + random.normal(0, rest, (seeds, ROWS)) > -0.5)

    return labels, arm(), arm()


def percentile_p(
    random: np.random.Generator,
    labels: NDArray[np.int64],
    ours: NDArray[np.bool_],
    theirs: NDArray[np.bool_],
) -> float:
    """The share of draws of rows and seeds on the other side of nought, doubled."""
    seeds = len(ours)
    by_row = random.multinomial(ROWS, np.full(ROWS, 1 / ROWS), size=RESAMPLES).astype(float)
    by_seed = random.multinomial(seeds, np.full(seeds, 1 / seeds), size=RESAMPLES)
    yes, both = labels == 1, []
    for given in (ours, theirs):
        masks = (yes & given, yes & ~given, ~yes & given, ~yes & ~given)
        cells = [((by_row @ mask.T.astype(float)) * by_seed).sum(axis=1) for mask in masks]
        both.append(scores_of_cells(np.stack(cells, axis=1))["no_f1"])
    drawn = both[0] - both[1]
    tail = min(np.count_nonzero(drawn <= 0), np.count_nonzero(drawn >= 0))
    return min(1.0, 2 * (int(tail) + 1) / (RESAMPLES + 1))


def measure(times: int) -> list[dict[str, Any]]:
    """For each kind and number of seeds: the share of p values below 0.05 by either way."""
    found = []
    for kind, spread in KINDS.items():
        for seeds in SEEDS:
            random = np.random.default_rng(seeds)
            below = np.zeros(2)
            for _ in range(times):
                simulated = simulate(random, spread, seeds)
                ours = paired_difference(*simulated, resamples=RESAMPLES).p
                below += np.array([ours, percentile_p(random, *simulated)]) < 0.05
            shares = [float(share) for share in below / times]
            found.append({"kind": kind, "seeds": seeds, "ours": shares[0], "both": shares[1]})
    return found


def table(found: dict[str, Any]) -> Table:
    """As documents show it."""
    rows = tuple(
        (row["kind"], str(row["seeds"]), f"{row['ours']:.1%}", f"{row['both']:.1%}")
        for row in found["shares"]
    )
    header = ("answers hang on", "seeds", "danetka", "percentiles")
    notes = (
        f"Share of p values below 0.05 among {found['times']} simulations of {ROWS} rows in which "
        "both arms are equally good; 5% is right. Score: F1 of «нет».",
        f"Percentiles: of draws of rows and seeds at once. Written by `{found['command']}`.",
    )
    return Table("How often chance is taken for an effect", header, rows, notes)


def main() -> None:
    """Simulate, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=2000)
    parser.add_argument("--results", type=Path, default=RESULTS)
    told = parser.parse_args()
    found = {
        "command": shlex.join(["python", *sys.argv]),
        "times": told.times,
        "shares": measure(told.times),
        "environment": environment(),
    }
    write_json(told.results, found)
    text = table(found).markdown()
    write_text(told.results.with_suffix(".md"), text)
    print(text)


if __name__ == "__main__":
    main()
