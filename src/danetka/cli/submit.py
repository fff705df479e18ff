"""`danetka submit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from danetka.cli.options import ColumnOption


def submit(
    model: Annotated[str, typer.Argument(help="Alias, path or hub id of a fine-tuned model.")],
    data: Annotated[
        str, typer.Argument(metavar="TEST", help="The leaderboard's test.jsonl of DaNetQA.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The zip to write; DaNetQA.zip if not given."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", help="Put the answers in this zip, beside other tasks' files."),
    ] = None,
    column: ColumnOption = None,
) -> None:
    """Answer TEST with MODEL as the leaderboard of Russian SuperGLUE takes it.

    The zip holds DaNetQA.jsonl: each row's own idx, and "true" or "false" at the model's threshold.
    """
    from rich.markup import escape

    from danetka.cli.console import Bar, err, out
    from danetka.data.read import read_corpus
    from danetka.data.rows import Columns
    from danetka.errors import SettingsError
    from danetka.models.load import load_pair_classifier
    from danetka.schema import SPLITS
    from danetka.sharing.submission import (
        check_output,
        missing_tasks,
        own_ids,
        put_submission,
        submission_text,
        write_submission,
    )

    if output and into:
        raise SettingsError("--output and --into: give one of them")
    path = into or output or Path("DaNetQA.zip")
    (missing_tasks if into else check_output)(path)  # before the work: so is a zip that will not do
    corpus = read_corpus(data, Columns.parse(column or []), labels=False)
    rows = next(corpus[name] for name in reversed(SPLITS) if corpus.get(name))
    own_ids(rows)  # a missing idx is said at once
    classifier = load_pair_classifier(model)
    err.print(escape(f"{rows.origin}: {len(rows)} rows"), soft_wrap=True)
    if rows.labelled:
        err.print("its rows have answers, the leaderboard's test has none: is it the right file?")
    with Bar("answering", len(rows)) as progress:
        found = classifier.probabilities(rows, progress.advance)
    answers = found >= classifier.decision.threshold
    err.print(
        f"да {answers.sum()}, нет {(~answers).sum()}; threshold {classifier.decision.threshold:.3f}"
    )
    text = submission_text(rows, answers)
    if into:
        put_submission(path, text)
    else:
        write_submission(path, text)
    if missing := missing_tasks(path):
        err.print(f"the zip lacks the other tasks' {', '.join(missing)}", soft_wrap=True)
    out.print(str(path), soft_wrap=True)
