"""`danetka ptune`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from danetka.cli.options import ColumnOption, Data, OutputFolder, SetOption

if TYPE_CHECKING:
    from danetka.augmentation.prompts.settings import TuneSettings
    from danetka.schema import Examples

_ANSWERS = {"yes": (1,), "no": (0,), "both": (0, 1)}


def ptune(
    data: Data,
    answer: Annotated[
        str, typer.Option(help="Whose questions are learnt: no, yes, or both, one after the other.")
    ] = "no",
    base: Annotated[
        str | None,
        typer.Option(help="Alias, path or hub id of the causal language model; mini-gpt."),
    ] = None,
    method: Annotated[
        str | None, typer.Option(help="p-tuning, prompt-tuning, prefix-tuning or lora.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="A YAML file with settings of the training.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of the start and the order of rows.")] = None,
    column: ColumnOption = None,
    assign: SetOption = None,
    output: OutputFolder = None,
) -> None:
    """Teach a frozen language model to ask about a passage: a PEFT adapter for each answer.

    A tenth of the rows, cut by group, tells when to stop. Killed, the same command goes on.
    """
    from danetka.augmentation.prompts.settings import TuneSettings
    from danetka.data.read import read_corpus
    from danetka.data.rows import Columns
    from danetka.errors import SettingsError
    from danetka.settings import override, read_yaml

    if answer not in _ANSWERS:
        raise SettingsError(f"--answer {answer}: write no, yes or both")
    if output and answer == "both":
        raise SettingsError("--output: one folder holds one answer: give --answer yes or no")
    given = {"base": base, "method": method, "seed": seed}
    values = override(read_yaml(config) if config else {}, assign or [])
    values |= {name: value for name, value in given.items() if value is not None}
    settings = TuneSettings.parse(values, str(config) if config else "settings")
    corpus = read_corpus(data, Columns.parse(column or []))
    for label in _ANSWERS[answer]:
        _tune(corpus.train, label, settings, output)


def _tune(rows: Examples, label: int, settings: TuneSettings, output: Path | None) -> None:
    from danetka.augmentation.prompts.tune import tune, tune_key
    from danetka.cli.console import Bar, err, out, show
    from danetka.report.tuning import tuning_table

    folder = output or Path("runs") / "prompts" / tune_key(rows, label, settings)
    err.print(f"{settings.method} of {settings.base} → {folder}", soft_wrap=True)
    with Bar("training", 1) as bar:
        done = tune(rows, label, settings, folder, bar.of)
    show(tuning_table(done, settings))
    out.print(str(done.adapter), soft_wrap=True)
