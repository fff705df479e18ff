"""`danetka evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from danetka.cli.options import ColumnOption, Data

if TYPE_CHECKING:
    from danetka.schema import Corpus, Examples


def evaluate(
    model: Annotated[str, typer.Argument(help="Alias, path or hub id of a fine-tuned model.")],
    data: Data,
    split: Annotated[
        str | None, typer.Option(help="Which split; by default the first of test, val, dev, train.")
    ] = None,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Leave out rows that share a text with DATA's train.")
    ] = False,
    column: ColumnOption = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the scores to this file too.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write each row's answer to this CSV file."),
    ] = None,
) -> None:
    """Score MODEL on DATA: accuracy, both answers, ranking and calibration, with intervals.

    Baselines stand beside it where the dataset has a train split to fit them on. Give rows that the
    model was not trained, and nothing was chosen, on.
    """
    from dataclasses import asdict

    import numpy as np

    from danetka.cli.console import Bar, err, show
    from danetka.data.catalog import release_of
    from danetka.data.read import read_corpus
    from danetka.data.rows import Columns
    from danetka.data.split import seen_in
    from danetka.errors import DanetkaError
    from danetka.evaluation.baselines import BASELINES
    from danetka.evaluation.scores import score
    from danetka.experiment.predictions import write_predictions
    from danetka.files import write_json
    from danetka.models.load import load_pair_classifier
    from danetka.report.scores import scores_table

    corpus = read_corpus(data, Columns.parse(column or []))
    rows = _choose(corpus, split)
    train = corpus.get("train")
    if train is rows:
        train = None
    classifier = load_pair_classifier(model)
    err.print(f"{rows.origin}: {len(rows)} rows", soft_wrap=True)
    if rows in (corpus.get("train"), corpus.get("dev")):
        err.print("rows to learn from or to choose on: if the model has seen them, report others")
    if train is not None and (leaked := seen_in(rows, train)).any():
        err.print(f"{leaked.sum()} of them have a passage or a question that stands in train too")
        rows = rows.select(np.flatnonzero(~leaked)) if unseen else rows
        if not len(rows):
            raise DanetkaError(f"{rows.origin}: every row leaks from train: nothing can be scored")
    labels = rows.labels
    with Bar("answering", len(rows)) as progress:
        found = classifier.probabilities(rows, progress.advance)
    named = {classifier.name: score(labels, found, classifier.decision.threshold)}
    if train is not None:
        named |= {name: score(labels, fit(train, rows)) for name, fit in BASELINES.items()}
    show(scores_table(named, f"{release_of(data)}: {len(rows)} rows of {Path(rows.origin).name}"))
    if json_file:
        write_json(json_file, {name: asdict(scores) for name, scores in named.items()})
    if output:
        write_predictions(output, rows, found, classifier.decision.threshold)


def _choose(corpus: Corpus, split: str | None) -> Examples:
    """The split that was asked for, or the first that has answers; a single file is ``train``."""
    if split:
        return corpus[split]
    found = [rows for name in ("test", "val", "dev", "train") if (rows := corpus.get(name))]
    return next((rows for rows in found if rows.labelled), found[0])
