"""The curve of a pre-training, drawn."""

from __future__ import annotations

import csv
from pathlib import Path

from danetka.extras import require


def draw_curve(table: Path, picture: Path) -> None:
    """Draw loss and speed over tokens from `curve.csv`.

    Raises:
        MissingExtraError: If the `pretrain` extra is not installed.
    """
    figures = require("matplotlib.figure", "pretrain", "drawing the curve")
    with table.open(encoding="utf-8", newline="") as file:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    millions = [row["tokens"] / 1e6 for row in rows]
    figure = figures.Figure(figsize=(7, 5), layout="constrained")
    loss, speed = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    loss.plot(millions, [row["loss"] for row in rows])
    loss.set_ylabel("loss, nats a token")
    speed.plot(millions, [row["tokens_a_second"] for row in rows], color="tab:gray")
    speed.set_ylabel("tokens a second")
    speed.set_xlabel("tokens, millions")
    figure.savefig(picture, dpi=120)
