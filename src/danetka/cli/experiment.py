"""`danetka experiment`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from danetka.cli.options import OutputFolder, SetOption


def experiment(
    config: Annotated[Path, typer.Argument(help="A YAML file: data, arms, seeds, training.")],
    assign: SetOption = None,
    output: OutputFolder = None,
    results: Annotated[
        Path | None,
        typer.Option(
            help="Write the results here too: FILE.json, and FILE.md and FILE.csv beside."
        ),
    ] = None,
) -> None:
    """Run every arm of CONFIG with every seed and show the study's table.

    Each run is kept in the output folder (by default runs/NAME) by its content: what is finished is
    not run again, and what was killed goes on.
    """
    from danetka.cli.console import TrainingProgress, err, show
    from danetka.cli.options import typed_command
    from danetka.errors import SettingsError
    from danetka.experiment.run import Experiment
    from danetka.experiment.settings import ExperimentSettings
    from danetka.report.study import comparison_tables, study_tables, write_tables

    if results and results.suffix != ".json":
        raise SettingsError(f"--results {results}: call it FILE.json; tables are written beside it")
    settings = ExperimentSettings.read(config, assign or [])
    folder = output or Path("runs") / settings.name
    loaded = Experiment.load(settings, folder)
    sizes = ", ".join(f"{name} {len(rows)}" for name, rows in loaded.corpus.splits.items())
    err.print(f"[bold]{settings.name}[/]: {sizes} rows → {folder}", soft_wrap=True)
    with TrainingProgress() as progress:
        found = loaded.execute(typed_command(), progress)
    for path in [folder / "results.json", *([results] if results else [])]:
        found.write(path)
        write_tables(found, path)
    written = (results or folder / "results.json").with_suffix(".md")
    err.print(f"\n[dim]ranking, calibration and intervals: {written}[/]", soft_wrap=True)
    for table in comparison_tables(found):
        show(table)
    for table in reversed(study_tables(found)):  # all rows last, where the eye rests
        show(table)
