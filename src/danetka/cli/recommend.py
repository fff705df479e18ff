"""`danetka recommend`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer


def recommend(
    results: Annotated[Path, typer.Argument(help="A results.json of an experiment.")],
    lang: Annotated[str, typer.Option(help="en or ru.")] = "en",
) -> None:
    """Say which arm to take for the data of RESULTS, and why, from its tests."""
    from danetka.experiment.results import Results
    from danetka.report.recommend import recommendation
    from danetka.report.words import language_of

    language = language_of(lang)
    quoted = r"«\1»" if language == "ru" else r"“\1”"
    for paragraph in recommendation(Results.read(results), language):
        typer.echo(re.sub(r"\*\*(.+?)\*\*", quoted, paragraph))
