"""`danetka train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from danetka.cli.options import ColumnOption, Data, OutputFolder, SetOption


def train(
    data: Data,
    base_model: Annotated[
        str | None, typer.Option(help="Alias, path or hub id of the model to start from.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="A YAML file with settings of the run.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seeds a new head, the order of rows and dropout.")
    ] = None,
    tune_threshold: Annotated[
        bool, typer.Option("--tune-threshold", help="Choose the decision threshold on dev.")
    ] = False,
    column: ColumnOption = None,
    assign: SetOption = None,
    output: OutputFolder = None,
) -> None:
    """Fine-tune an encoder on DATA: a run folder with the model, its settings and metrics.

    Dev is the dataset's own, or a fifth of train, cut by group. Killed, the same command goes on.
    """
    from danetka.cli.console import TrainingProgress, err, out
    from danetka.data import load_examples
    from danetka.data.rows import Columns
    from danetka.settings import override, read_yaml
    from danetka.training.api import decide
    from danetka.training.run import run, run_key
    from danetka.training.settings import TrainSettings

    values = override(read_yaml(config) if config else {}, assign or [])
    if seed is not None:
        values["seed"] = seed
    if base_model:
        values["base_model"] = base_model
    settings = TrainSettings.parse(values, str(config) if config else "settings")
    corpus = load_examples(data, Columns.parse(column or []))
    key = run_key(corpus.train, corpus.dev, settings)
    folder = output or Path("runs") / f"{corpus.name}-{key}"
    err.print(
        f"train {len(corpus.train)} rows, dev {len(corpus.dev)} rows → {folder}", soft_wrap=True
    )
    with TrainingProgress() as progress:
        done = run(corpus.train, corpus.dev, settings, folder, progress)
    threshold = decide(done, corpus.dev if tune_threshold else None)
    if tune_threshold:
        err.print(f"threshold chosen on dev: {threshold:.4f}")
    out.print(str(done.model), soft_wrap=True)
