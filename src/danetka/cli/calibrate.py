"""`danetka calibrate`."""

from __future__ import annotations

from typing import Annotated

import typer

from danetka.cli.options import ColumnOption, Data, OutputFolder


def calibrate(
    model: Annotated[str, typer.Argument(help="Alias, path or hub id of a fine-tuned model.")],
    data: Data,
    threshold: Annotated[
        bool, typer.Option("--threshold", help="Choose the decision threshold on dev too.")
    ] = False,
    column: ColumnOption = None,
    output: OutputFolder = None,
) -> None:
    """Fit a temperature on DATA's dev, so that MODEL is right as often as it says it is.

    It is stored in the model's folder, or with a copy of the model in OUTPUT. The answers stay as
    they are unless --threshold is given. Val, if DATA has it, says how well it holds elsewhere.
    """
    from danetka.answering.calibrate import calibrate as fit
    from danetka.answering.calibrate import calibration_of
    from danetka.answering.keeping import check_place, keep
    from danetka.cli.console import Bar, out, show
    from danetka.data.read import read_corpus
    from danetka.data.rows import Columns
    from danetka.models.classifier import Classifier
    from danetka.report.calibration import calibration_table

    check_place(model, output)
    corpus = read_corpus(data, Columns.parse(column or []))
    dev, val = corpus.dev, corpus.get("val")
    classifier = Classifier.from_pretrained(model)
    with Bar() as progress:
        progress.restart("answering dev", len(dev))
        decision = fit(classifier, dev, threshold=threshold, on_progress=progress.advance)
        splits = {"dev": dev} | ({"val": val} if val is not None and val.labelled else {})
        progress.restart("measuring", sum(len(rows) for rows in splits.values()))
        found = {
            name: calibration_of(classifier, rows, decision.temperature, progress.advance)
            for name, rows in splits.items()
        }
    show(calibration_table(classifier.name, decision, found))
    out.print(str(keep(classifier, decision, output)), soft_wrap=True, highlight=False)
