"""`danetka augment`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from danetka.cli.options import ColumnOption, Data

_ANSWERS = {"yes": 1, "no": 0, "both": None}


def augment(
    data: Data,
    generator: Annotated[
        str, typer.Option("--with", help="What makes the questions: rules.")
    ] = "rules",
    answer: Annotated[
        str, typer.Option(help="Which answer they have: yes, no, or both, as many of each.")
    ] = "both",
    balance: Annotated[
        bool,
        typer.Option("--balance", help="Make the rare answer as frequent as the other; keep all."),
    ] = False,
    number: Annotated[
        int | None,
        typer.Option("--number", "-n", min=1, help="How many; by default two a passage."),
    ] = None,
    style: Annotated[
        str, typer.Option(help="danetqa (lower case, no commas, no ё) or plain.")
    ] = "plain",
    seed: Annotated[int, typer.Option(help="The same seed makes the same questions.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes side by side.")] = 1,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Print one passage's trees, facts, questions and edits."),
    ] = False,
    passage: Annotated[int, typer.Option(min=1, help="Which passage --explain shows.")] = 1,
    column: ColumnOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write, JSON lines.")
    ] = None,
) -> None:
    """Make questions about the passages of DATA: a dataset's train split, or text files (.txt).

    Killed, the same command goes on where it stopped.
    """
    import shutil

    from danetka.augmentation.work import Task, load_task, run_task
    from danetka.cli.console import Bar, err, out, show
    from danetka.data.rows import Columns
    from danetka.data.write import write_jsonl
    from danetka.errors import DanetkaError, SettingsError
    from danetka.report.augmentation import augmentation_tables

    if answer not in _ANSWERS:
        raise SettingsError(f"--answer {answer}: write yes, no or both")
    if style not in ("plain", "danetqa"):
        raise SettingsError(f"--style {style}: write danetqa or plain")
    task: Task = load_task(data, Columns.parse(column or []), balance=balance)
    if explain:
        from danetka.augmentation.rules.explain import explain as explained

        if passage > len(task.passages):
            raise SettingsError(f"--passage {passage}: {data} has {len(task.passages)}")
        out.print(
            explained(task.passages[passage - 1], style, seed),  # type: ignore[arg-type]
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip
        return
    name = f"{Path(data).stem}.{'balanced' if balance else generator}.jsonl"
    path = output or Path(name)
    parts = path.with_name(f".{path.name}.parts")
    with Bar("passages", len(task.passages)) as bar:
        found = run_task(
            task, generator, _ANSWERS[answer], number, style, seed, workers, parts,
            lambda done, _: bar.reach(done),
        )  # fmt: skip
    for table in augmentation_tables(found):
        show(table)
    if not len(found.made):
        raise DanetkaError(f"{data}: no question could be made; the reasons are counted above")
    write_jsonl(path, found.examples if balance else found.made)
    shutil.rmtree(parts, ignore_errors=True)
    err.print(f"{len(found.examples if balance else found.made)} rows → {path}", soft_wrap=True)
