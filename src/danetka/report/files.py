"""A report written to files."""

from __future__ import annotations

from pathlib import Path

from danetka.experiment.results import Results
from danetka.files import write_text
from danetka.report.latex import latex
from danetka.report.markdown import markdown
from danetka.report.page import html
from danetka.report.sections import document
from danetka.report.study import study_table
from danetka.report.table import Table
from danetka.report.words import Language


def report_path(results: Path, language: Language = "en") -> Path:
    """Where the page of a file of results lies: beside it, FILE.html or FILE.ru.html."""
    return results.with_suffix(".html" if language == "en" else f".{language}.html")


def write_report(results: Results, path: Path, language: Language = "en") -> None:
    """Write the page: one file that needs no other.

    Args:
        results: A finished experiment; the same results give the same bytes.
        path: The HTML file.
        language: Of its words.

    Raises:
        MissingExtraError: If the `report` extra is not installed.
    """
    write_text(path, html(document(results, language)))


def write_markdown(results: Results, path: Path, language: Language = "en") -> None:
    """Write the same report as Markdown."""
    write_text(path, markdown(document(results, language)))


def headline_table(results: Results, language: Language = "en") -> Table:
    """The study's layout on the rows that claims are made on: what `--csv` and `--latex` write."""
    parts = {results.headline(split) for split in results.reported}
    return study_table(results, "unseen" if "unseen" in parts else "all", language)


def write_latex(results: Results, path: Path, language: Language = "en") -> None:
    """Write the headline table as LaTeX."""
    write_text(path, latex(headline_table(results, language), results.name))


def write_csv(results: Results, path: Path, language: Language = "en") -> None:
    """Write the headline table as CSV."""
    write_text(path, headline_table(results, language).csv())
