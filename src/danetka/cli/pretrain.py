"""`danetka pretrain encoder` and `danetka pretrain generator`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from danetka.cli.options import OutputFolder, SetOption

if TYPE_CHECKING:
    from collections.abc import Callable

    from danetka.pretraining.loop import Watcher
    from danetka.pretraining.settings import PretrainSettings

_Kind = TypeVar("_Kind", bound="PretrainSettings")
Config = Annotated[Path, typer.Argument(help="A YAML file: corpus, shape, text; start.")]

pretrain = typer.Typer(no_args_is_help=True, help="Train a language model on open text.")


@pretrain.command()
def encoder(config: Config, assign: SetOption = None, output: OutputFolder = None) -> None:
    """A masked language model: what an answerer is fine-tuned from.

    Killed, the same command goes on where it stopped. Several processes: torchrun --nproc_per_node
    2 -m danetka pretrain encoder CONFIG.
    """
    from danetka.pretraining.run import pretrain_encoder
    from danetka.pretraining.settings import EncoderSettings

    _run(pretrain_encoder, EncoderSettings.read(config, assign or []), config, output)


@pretrain.command()
def generator(config: Config, assign: SetOption = None, output: OutputFolder = None) -> None:
    """A causal language model: what can be prompted.

    Killed, the same command goes on where it stopped.
    """
    from danetka.pretraining.run import pretrain_generator
    from danetka.pretraining.settings import GeneratorSettings

    _run(pretrain_generator, GeneratorSettings.read(config, assign or []), config, output)


def _run(
    kind: Callable[[_Kind, Path, Watcher | None], Path],
    settings: _Kind,
    config: Path,
    output: Path | None,
) -> None:
    from danetka.cli.console import Bar, err, out

    folder = output or Path("runs") / config.stem
    err.print(f"[bold]{config.stem}[/] → {folder}", soft_wrap=True)
    with Bar() as bar:
        model = kind(settings, folder, bar)
    out.print(str(model), soft_wrap=True)
