"""`danetka augment`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from danetka.cli.options import ColumnOption, SetOption

if TYPE_CHECKING:
    from danetka.augmentation.work import Task, Wish

_ANSWERS = {"yes": 1, "no": 0, "both": None}
_SUFFIX = ".jsonl"


def augment(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="What the other commands take (its train split), or text: a .txt file, or a "
            "folder of them.",
        ),
    ],
    generator: Annotated[
        str | None,
        typer.Option(
            "--with",
            help="What makes the questions: rules (the default), p-tuning, or both with "
            "a comma between.",
        ),
    ] = None,
    answer: Annotated[
        str | None,
        typer.Option(help="Which answer they have: yes, no, or both (the default), half each."),
    ] = None,
    balance: Annotated[
        bool,
        typer.Option("--balance", help="Make the rare answer as frequent as the other; keep all."),
    ] = False,
    number: Annotated[
        int | None,
        typer.Option("--number", "-n", min=1, help="How many; by default two a passage."),
    ] = None,
    style: Annotated[
        str,
        typer.Option(help="danetqa (lower case, no commas, no ё), plain, or auto: as DATA has it."),
    ] = "auto",
    adapter: Annotated[
        list[Path] | None,
        typer.Option(
            help="A folder that `danetka ptune` made, for p-tuning; one for each answer. Without "
            "it, one is trained on DATA."
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="A YAML file: generator (with shares), prompted (tune, write, confirm)."),
    ] = None,
    assign: SetOption = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same questions.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes side by side.")] = 1,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Print one passage's trees, facts, questions and edits."),
    ] = False,
    passage: Annotated[
        int | None, typer.Option(min=1, help="Which passage --explain shows; the first.")
    ] = None,
    column: ColumnOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write, JSON lines; a new one."),
    ] = None,
) -> None:
    """Make questions about the passages of DATA.

    Killed, the same command goes on where it stopped.
    """
    from danetka.augmentation.catalog import Making
    from danetka.augmentation.prompts.adapter import by_answer
    from danetka.augmentation.settings import MakingSettings
    from danetka.augmentation.work import Wish, load_task
    from danetka.data.rows import Columns
    from danetka.errors import SettingsError
    from danetka.settings import override, read_yaml

    if answer is not None and answer not in _ANSWERS:
        raise SettingsError(f"--answer {answer}: write yes, no or both")
    if balance and (answer or number):
        raise SettingsError("--balance decides which answer and how many: leave --answer and -n")
    if passage is not None and not explain:
        raise SettingsError("--passage: says which passage --explain shows")
    values = override(read_yaml(config) if config else {}, assign or [])
    told = MakingSettings.parse(values, str(config) if config else "settings")
    making = Making(style, seed, workers, prompted=told.prompted, adapters=by_answer(adapter or []))  # type: ignore[arg-type]
    shares = dict.fromkeys(generator.split(","), 1.0) if generator else told.generator
    wish = Wish(shares, _ANSWERS[answer or "both"], number, making)
    path = None if explain else _free(output or _name(data, "+".join(shares), balance), data)
    task = load_task(data, Columns.parse(column or []), balance=balance)
    if path is None:
        _explain(task.passages, (passage or 1), style, data)
    else:
        _write(task, wish, path)


def _name(data: str, generator: str, balance: bool) -> Path:
    stem = Path(data).resolve().stem if Path(data).exists() else data.replace("/", "-")
    return Path(f"{stem}.{'balanced' if balance else generator}{_SUFFIX}")


def _free(path: Path, data: str) -> Path:
    """A file that does not stand there yet: nothing is written over."""
    from danetka.errors import SettingsError

    if path.suffix != _SUFFIX or path.is_dir():
        raise SettingsError(f"--output {path}: JSON lines are written: call it FILE{_SUFFIX}")
    if path.exists():
        same = Path(data).exists() and path.resolve() == Path(data).resolve()
        what = "is the data itself" if same else "is there already"
        raise SettingsError(f"{path}: {what}: give another name with -o, or remove it")
    return path


def _explain(passages: list[str], number: int, style: str, data: str) -> None:
    from danetka.augmentation.rules.explain import explain
    from danetka.cli.console import out
    from danetka.errors import SettingsError

    if number > len(passages):
        raise SettingsError(f"--passage {number}: {data} has {len(passages)}")
    shown = explain(passages[number - 1], "danetqa" if style == "danetqa" else "plain")
    out.print(shown, markup=False, highlight=False, soft_wrap=True)


def _write(task: Task, wish: Wish, path: Path) -> None:
    import shutil
    from dataclasses import replace

    from danetka.augmentation.work import run_task
    from danetka.cli.console import Bar, err, show
    from danetka.data.write import write_jsonl
    from danetka.errors import DanetkaError
    from danetka.report.augmentation import augmentation_tables

    parts = path.with_name(f".{path.name}.parts")
    with Bar("passages", len(task.passages)) as bar:
        making = replace(wish.making, parts=parts, stage=bar.stage)
        found = run_task(task, replace(wish, making=making))
    for table in augmentation_tables(found):
        show(table)
    if not len(found.made):
        shutil.rmtree(parts, ignore_errors=True)
        raise DanetkaError(f"{task.name}: no question could be made; the reasons are counted above")
    rows = found.examples if task.balance else found.made
    write_jsonl(path, rows)
    shutil.rmtree(parts, ignore_errors=True)
    if task.balance and len(found.made) < found.wanted:
        err.print(
            f"only {len(found.made)} of {found.wanted} could be made: the classes are not equal",
            soft_wrap=True,
        )
    err.print(f"{len(rows)} rows → {path}", soft_wrap=True)
