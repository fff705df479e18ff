"""`danetka experiment`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from danetka.cli.options import OutputFolder, SetOption

if TYPE_CHECKING:
    from danetka.experiment.plan import Plan
    from danetka.report.table import Table


def experiment(
    config: Annotated[Path, typer.Argument(help="A YAML file: data, arms, seeds, training.")],
    assign: SetOption = None,
    output: OutputFolder = None,
    jobs: Annotated[
        int, typer.Option(min=1, help="Runs side by side; each gets its share of the cores.")
    ] = 1,
    only: Annotated[
        list[str] | None, typer.Option(metavar="ARM", help="This arm alone; may be repeated.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be run, and how long it takes.")
    ] = False,
    results: Annotated[
        Path | None,
        typer.Option(help="Write the results and the report here too: FILE.json, and beside it."),
    ] = None,
    texts: Annotated[
        bool,
        typer.Option(
            "--texts/--no-texts", help="Whether --results shows rows' texts: they may not be yours."
        ),
    ] = True,
    lang: Annotated[str, typer.Option(help="The report's language: en or ru.")] = "en",
) -> None:
    """Run every arm of CONFIG with every seed: a table, and a report to read.

    Each run is kept in the output folder (by default runs/NAME) by its content: what is finished is
    not run again, and what was killed goes on.
    """
    from rich.markup import escape

    from danetka.cli.console import err, show
    from danetka.cli.options import typed_command
    from danetka.cli.study_progress import StudyProgress
    from danetka.errors import SettingsError
    from danetka.experiment.run import Experiment
    from danetka.experiment.settings import ExperimentSettings
    from danetka.report.files import report_path
    from danetka.report.recommend import recommendation
    from danetka.report.study import comparison_tables, study_tables
    from danetka.report.words import language_of
    from danetka.report.write import write_all

    if results and results.suffix != ".json":
        raise SettingsError(
            f"--results {results}: call it FILE.json; the rest is written beside it"
        )
    language = language_of(lang)
    settings = ExperimentSettings.read(config, assign or [])
    if only:
        settings = settings.only(only)
    folder = output or Path("runs") / settings.name
    loaded = Experiment.load(settings, folder, jobs)
    sizes = ", ".join(f"{name} {len(rows)}" for name, rows in loaded.corpus.splits.items())
    err.print(f"[bold]{settings.name}[/]: {sizes} rows → {folder}", soft_wrap=True)
    plan = loaded.plan()
    err.print(_in_words(plan), soft_wrap=True)
    if dry_run:
        show(_plan_table(settings.name, plan))
        return
    with StudyProgress() as progress:
        found = loaded.execute(typed_command(), progress)
    lacking = write_all(found, folder / "results.json", language)
    if results:
        write_all(found if texts else found.without_texts(), results, language)
    page = (
        lacking or f"the whole report: {report_path(results or folder / 'results.json', language)}"
    )
    for table in comparison_tables(found, language):
        show(table)
    for table in reversed(study_tables(found, language)):  # all rows last, where the eye rests
        show(table)
    for line in recommendation(found, language):
        err.print(line.replace("**", ""), soft_wrap=True, markup=False)
    err.print(f"\n[dim]{escape(page)}[/]", soft_wrap=True)


def _in_words(plan: Plan) -> str:
    runs, left = len(plan.runs), len(plan.left)
    if not left:
        return f"{runs} runs, all finished"
    making = any(run.state == "to make and train" for run in plan.left)
    more = "; making questions comes on top" if making else ""
    side = f" side by side: {plan.jobs}," if plan.jobs > 1 else ""
    return f"{runs} runs, {left} to do,{side} about {_time(plan.seconds)}{more}"


def _plan_table(name: str, plan: Plan) -> Table:
    from danetka.report.table import Table

    rows = tuple(
        (
            " / ".join(run.arms), run.base, str(run.seed), str(run.rows), run.state,
            _time(run.seconds) if run.seconds else "–",
        )
        for run in plan.runs
    )  # fmt: skip
    header = ("arms", "base model", "seed", "training rows", "state", "takes")
    notes = ("Measured on some batches of each base model, for one worker.",)
    return Table(f"{name}: the plan", header, rows, notes)


def _time(seconds: float) -> str:
    """To the minute, or to the second below two."""
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
