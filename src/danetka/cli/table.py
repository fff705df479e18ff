"""`danetka table`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a table is shown."""

    RICH = "rich"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"
    LATEX = "latex"


def table(
    results: Annotated[Path, typer.Argument(help="A results.json of an experiment.")],
    shown: Annotated[
        Format,
        typer.Option("--format", help="rich and markdown: all tables; the others: the study's."),
    ] = Format.RICH,
    lang: Annotated[str, typer.Option(help="en or ru.")] = "en",
    into: Annotated[
        Path | None,
        typer.Option(
            help="Put advice and the study's table between this file's <!-- danetka:NAME --> marks."
        ),
    ] = None,
) -> None:
    """Show the tables of finished RESULTS again, or write them into a document."""
    from danetka.cli.console import show
    from danetka.experiment.results import Results
    from danetka.report.latex import latex
    from danetka.report.recommend import recommendation
    from danetka.report.study import all_tables, study_tables
    from danetka.report.table import put_into
    from danetka.report.words import language_of

    language = language_of(lang)
    found = Results.read(results)
    if into:
        study = study_tables(found, language)
        advice = "\n\n".join(recommendation(found, language))
        layout = "\n".join(table.markdown() for table in study)
        put_into(into, found.name, f"{advice}\n\n{layout}")
        return
    tables = all_tables(found, language)
    match shown:
        case Format.RICH:
            for one in tables:
                show(one)
        case Format.MARKDOWN:
            typer.echo("\n".join(one.markdown() for one in tables), nl=False)
        case Format.CSV:
            typer.echo(tables[0].csv(), nl=False)
        case Format.JSON:
            typer.echo(tables[0].json(), nl=False)
        case Format.LATEX:
            typer.echo(latex(tables[0], found.name), nl=False)
