"""`danetka audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from danetka.cli.options import ColumnOption, Data


def audit(
    data: Data,
    model: Annotated[
        str | None,
        typer.Option(help="The model whose tokenizer counts what is truncated; else the default."),
    ] = None,
    max_length: Annotated[
        int | None, typer.Option(help="The most tokens of a pair; by default what the model takes.")
    ] = None,
    column: ColumnOption = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", help="Write the findings to this file (- for standard output)."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if there is a leak or a conflict.")
    ] = False,
) -> None:
    """Say what is wrong with DATA and what it gives away."""
    import dataclasses

    from danetka.cli.console import err, show
    from danetka.data.audit import audit_corpus
    from danetka.data.catalog import release_of
    from danetka.data.read import read_corpus
    from danetka.data.rows import Columns
    from danetka.files import write_text
    from danetka.models.catalog import DEFAULT_MODEL, load_tokenizer
    from danetka.models.pairs import MAX_LENGTH, pair_lengths
    from danetka.report.audit import audit_json, audit_tables
    from danetka.schema import Examples

    corpus = read_corpus(data, Columns.parse(column or []), labels=False)
    model = model or DEFAULT_MODEL
    tokenizer = load_tokenizer(model)
    limit = max_length or min(tokenizer.model_max_length, MAX_LENGTH)

    def count(rows: Examples) -> int:
        return int((pair_lengths(rows, tokenizer) > limit).sum())

    named = dataclasses.replace(corpus, name=release_of(data))
    found = audit_corpus(named, f"{model} ({limit} tokens)", count)
    if json_file == Path("-"):
        typer.echo(audit_json(found), nl=False)
    else:
        for table in audit_tables(found):
            show(table)
        if json_file:
            write_text(json_file, audit_json(found))
    if strict and found.fails:
        err.print("; ".join(found.fails), soft_wrap=True)
        raise typer.Exit(1)
