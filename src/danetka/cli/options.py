"""Options that several commands share."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    str,
    typer.Argument(
        metavar="DATA",
        help="sample, danetqa, a file (jsonl, csv, tsv, parquet), a zip, a folder of splits, "
        "or hub:OWNER/NAME/CONFIG@REVISION (the last two as needed).",
    ),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="OURS=THEIRS", help="A column's name in the file, e.g. label=answer."
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Override a setting, e.g. training.learning_rate=2e-5."
    ),
]
MarginOption = Annotated[
    float,
    typer.Option(help="«не знаю» where the probability is nearer to the threshold than this."),
]
EvidenceOption = Annotated[
    bool, typer.Option(help="Look for the sentence that matters most to each answer.")
]
BatchOption = Annotated[int, typer.Option(help="How many texts the model reads at once.")]
OutputFolder = Annotated[
    Path | None, typer.Option("--output", "-o", help="The folder to write into.")
]


def typed_command() -> str:
    """What was typed, as it can be typed again."""
    return shlex.join(["danetka", *sys.argv[1:]])
