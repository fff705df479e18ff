"""What each part of `mini`'s pre-training gives: the same budget without it.

    python benchmarks/ablation.py runs/ablation [--made runs/mini/questions]

Pre-trains variants of configs/pretrain/mini.yaml on a smaller budget, counted in tokens and rows so
that a busy machine changes nothing, and prints NAME=PATH for each: what `checkpoints.py` takes as
--variant. Killed, the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Final

from danetka.cli.console import Bar
from danetka.files import new_folder
from danetka.pretraining.run import pretrain_encoder
from danetka.pretraining.settings import EncoderSettings

CONFIG = Path(__file__).parents[1] / "configs" / "pretrain" / "mini.yaml"
SMALLER: Final = (
    "text.tokens=1_716_224",  # what `mini` read
    "text.minutes=null",
    "questions.rows=40_000",  # a sixth of what it read
    "questions.minutes=null",
)
WHOLE: Final = "whole"
CHANGES: Final = {
    WHOLE: (),
    "no text": ("text.tokens=1", "text.learning_rate=1e-12"),  # one step, of no length
    "random start": ("start.embeddings=random", "start.matching=false"),
}
NO_QUESTIONS: Final = "no questions"
MADE: Final = ("train.jsonl", "unseen.jsonl")


def pretrained(name: str, given: argparse.Namespace) -> Path:
    """A variant's checkpoint; the rows are made once and lent to the rest."""
    folder: Path = given.folder / name.replace(" ", "-")
    made = folder / "questions"
    source = given.made or given.folder / WHOLE / "questions"
    if not made.exists() and source.exists() and source != made:
        with new_folder(made) as fresh:
            for file in MADE:
                shutil.copy2(source / file, fresh / file)
    settings = EncoderSettings.read(CONFIG, [*SMALLER, *CHANGES[name]])
    with Bar() as bar:
        return pretrain_encoder(settings, folder, bar)


def main() -> None:
    """Pre-train and say where the checkpoints lie."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--made", type=Path, help="a run's questions/ with its made rows")
    given = parser.parse_args()
    for name in CHANGES:
        print(f"{name}={pretrained(name, given)}", flush=True)
    print(f"{NO_QUESTIONS}={given.folder / WHOLE / 'text'}")


if __name__ == "__main__":
    main()
