"""What each part of `mini`'s pre-training gives: the same budget without it.

    python benchmarks/ablation.py runs/mini/questions runs/ablation

Pre-trains variants of configs/pretrain/mini.yaml on a smaller budget, counted in tokens and rows so
that a busy machine changes nothing, from the first of the rows that the run of `mini` made, or of
those that it would have made in other windows of its passages. Prints NAME=PATH for each: what
`checkpoints.py` takes as --variant. Killed, the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from danetka.cli.console import Bar
from danetka.files import new_folder
from danetka.pretraining.questions.task import make_task
from danetka.pretraining.run import pretrain_encoder
from danetka.pretraining.settings import EncoderSettings

CONFIG = Path(__file__).parents[1] / "configs" / "pretrain" / "mini.yaml"
ROWS: Final = 40_000  # a sixth of what `mini` read
SMALLER: Final = (
    "text.tokens=1_716_224",  # what `mini` read
    "text.minutes=null",
    f"questions.rows={ROWS}",
    "questions.minutes=null",
)
WHOLE: Final = "whole"
CHANGES: Final = {
    WHOLE: (),
    "no text": ("text.tokens=1", "text.learning_rate=1e-12"),  # one step, of no length
    "more text": ("text.tokens=8_581_120",),  # five times as much
    "random start": ("start.embeddings=random", "start.matching=false"),
    "whole passages": ("questions.windows={150: 1}",),
}
NO_QUESTIONS: Final = "no questions"
ENGLISH: Final = "English body"
TIMES: Final = ("text.minutes=5", "questions.minutes=7")
"""Of the English body, which is slower a token: a little more than the others take when idle."""


def pretrained(name: str, changes: Sequence[str], given: argparse.Namespace) -> Path:
    """A variant's checkpoint."""
    folder: Path = given.folder / name.replace(" ", "-")
    made = folder / "questions"
    if not made.exists():
        every = made_with(changes, folder, given)
        with new_folder(made) as fresh:
            shutil.copy2(every / "unseen.jsonl", fresh)
            with (every / "train.jsonl").open("rb") as rows:
                (fresh / "train.jsonl").write_bytes(b"".join(islice(rows, ROWS)))
    settings = EncoderSettings.read(CONFIG, [*SMALLER, *changes])
    with Bar() as bar:
        return pretrain_encoder(settings, folder, bar)


def made_with(changes: Sequence[str], folder: Path, given: argparse.Namespace) -> Path:
    """Where all rows are: in the run's folder, or in a variant's that asks for other ones."""
    others = [change for change in changes if change.startswith("questions.windows")]
    if not others:
        return Path(given.made)
    settings = EncoderSettings.read(CONFIG, others)
    assert settings.questions is not None
    with Bar("reading passages", 1) as bar:
        make_task(settings.corpus, settings.questions, folder / "made", bar.of)
    return folder / "made"


def main() -> None:
    """Pre-train and say where the checkpoints lie."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("made", type=Path, help="questions/ of the run that made mini")
    parser.add_argument("folder", type=Path, help="gets a run for each variant")
    parser.add_argument("--body", type=Path, help="all-MiniLM-L6-v2: another start, by minutes")
    parser.add_argument("--pairs", type=Path, default=Path("../shared/lexicon/ru_en.tsv"))
    given = parser.parse_args()
    variants: dict[str, Sequence[str]] = {**CHANGES}
    if given.body:
        start = (f"start.body={given.body}", f"start.pairs={given.pairs}", "start.matching=false")
        variants[ENGLISH] = (*start, "text.learning_rate=5e-4", *TIMES)
    for name, changes in variants.items():
        print(f"{name}={pretrained(name, changes, given)}", flush=True)
    print(f"{NO_QUESTIONS}={given.folder / WHOLE / 'text'}")


if __name__ == "__main__":
    main()
