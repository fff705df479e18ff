"""`danetka`: the commands, and what happens to errors.

Nothing heavy is imported here or at the top of a command's file: `danetka --help` answers at once.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from typing import Final

import typer

from danetka.cli.answer import answer
from danetka.cli.audit import audit
from danetka.cli.augment import augment
from danetka.cli.calibrate import calibrate
from danetka.cli.evaluate import evaluate
from danetka.cli.experiment import experiment
from danetka.cli.export import export
from danetka.cli.pretrain import pretrain
from danetka.cli.ptune import ptune
from danetka.cli.push import push
from danetka.cli.recommend import recommend
from danetka.cli.report import report
from danetka.cli.serve import serve
from danetka.cli.submit import submit
from danetka.cli.table import table
from danetka.cli.train import train
from danetka.errors import DanetkaError

_INTERRUPTED: Final = 130
_TRAINING: Final = frozenset({"torch", "transformers", "accelerate"})
"""What the base install leaves out: an exported model is answered and served without."""

app = typer.Typer(
    help="Answers Russian yes/no questions from a passage, and makes the models that do.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_COMMANDS: Final[tuple[Callable[..., None], ...]] = (
    answer,
    audit,
    augment,
    ptune,
    train,
    calibrate,
    evaluate,
    export,
    experiment,
    report,
    recommend,
    table,
    push,
    submit,
    serve,
)
for command in _COMMANDS:
    app.command()(command)
app.add_typer(pretrain, name="pretrain")


def _show_version(wanted: bool) -> None:
    if wanted:
        from danetka import __version__

        typer.echo(f"danetka {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version."
    ),
) -> None:
    del version


def main() -> None:
    """The entry point: faults of the input are one message and exit code 2."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    warnings.filterwarnings("ignore", module=r"torch\.utils\.data\.dataloader")
    try:
        app()
    except DanetkaError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except ModuleNotFoundError as error:
        if error.name not in _TRAINING:
            raise
        sys.stderr.write(f"this command needs {error.name}: pip install 'danetka[train]'\n")
        sys.exit(2)
    except OSError as error:
        sys.stderr.write(f"{error.filename or 'danetka'}: {error.strerror or error}\n")
        sys.exit(2)
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:  # typer keeps KeyboardInterrupt to itself
            sys.stderr.write("interrupted: the same command goes on where it stopped\n")
        raise
