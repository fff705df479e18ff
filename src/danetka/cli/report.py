"""`danetka report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    results: Annotated[Path, typer.Argument(help="A results.json of an experiment.")],
    lang: Annotated[str, typer.Option(help="en or ru.")] = "en",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The HTML file; by default RESULTS with .html (.ru.html)."
        ),
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write the same report as Markdown too.")
    ] = None,
    latex: Annotated[
        Path | None, typer.Option(help="Write the study's table (headline rows) as LaTeX too.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write the study's table (headline rows) as CSV too.")
    ] = None,
) -> None:
    """Write the report of finished RESULTS: one HTML file that needs no network.

    It says which arm to take and why, and shows what stands behind that: tables, effects with
    intervals, curves, calibration, breakdowns, mistakes, the audit, settings and hashes.
    """
    from danetka.cli.console import err
    from danetka.errors import SettingsError
    from danetka.experiment.results import Results
    from danetka.report import files
    from danetka.report.words import language_of

    language = language_of(lang)
    page = output or files.report_path(results, language)
    wanted = {
        page: files.write_report,
        markdown: files.write_markdown,
        latex: files.write_latex,
        csv: files.write_csv,
    }
    paths = [path for path in (page, markdown, latex, csv) if path]
    clashing = {path.resolve() for path in paths}
    if len(clashing) < len(paths) or results.resolve() in clashing:
        raise SettingsError("report: every file that is written needs a name of its own")
    found = Results.read(results)
    for path, write in wanted.items():
        if path:
            write(found, path, language)
            err.print(str(path), soft_wrap=True)
