"""All that an experiment leaves behind, side by side under one name."""

from __future__ import annotations

from pathlib import Path

from danetka.errors import MissingExtraError
from danetka.experiment.results import Results
from danetka.report.files import report_path, write_csv, write_markdown, write_report
from danetka.report.words import Language


def write_all(results: Results, path: Path, language: Language = "en") -> str | None:
    """Write FILE.json, and beside it the report (HTML, Markdown) and the study's table (CSV).

    Args:
        results: A finished experiment.
        path: FILE.json.
        language: Of the report; the table is for programs and English.

    Returns:
        What is missing for the page, in words, where an extra is not installed; the rest is
        written all the same, for training may have taken days.
    """
    results.write(path)
    write_csv(results, path.with_suffix(".csv"))
    write_markdown(results, path.with_suffix(".md"), language)
    try:
        write_report(results, report_path(path, language), language)
    except MissingExtraError as error:
        return f"{error}; then: danetka report {path}"
    return None
