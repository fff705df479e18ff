"""`danetka export`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from danetka.cli.options import ColumnOption, OutputFolder

if TYPE_CHECKING:
    from danetka.exporting.agreement import Agreement


def export(
    model: Annotated[str, typer.Argument(help="Alias, path or hub id of a fine-tuned model.")],
    int8: Annotated[
        bool,
        typer.Option("--int8", help="Eight-bit matrix products: faster, and checked on DATA."),
    ] = False,
    data: Annotated[
        str,
        typer.Option(
            metavar="DATA",
            help="What the export is compared with MODEL on: dev, and for int8 train too.",
        ),
    ] = "sample",
    column: ColumnOption = None,
    output: OutputFolder = None,
) -> None:
    """Write MODEL as ONNX: answered and served without torch, by the same commands.

    An export whose logits differ from MODEL's, or an int8 one that agrees with it on less than 99%
    of either answer on dev, is not written. By default it goes to MODEL-onnx or MODEL-onnx-int8.
    """
    from danetka.cli.console import Bar, err, out
    from danetka.data import load_examples
    from danetka.data.rows import Columns
    from danetka.exporting.export import export as write

    corpus = load_examples(data, Columns.parse(column or []))
    with Bar() as progress:

        def stage(what: str, steps: int) -> Callable[[int], None]:
            progress.restart(what, steps)
            return progress.advance

        found = write(model, corpus, output, int8=int8, on_stage=stage)
    err.print(
        f"{found.size / 1e6:.1f} MB; logits differ by {found.difference:.1g} at most"
        f" (single precision){'' if found.int8 is None else _in_words(found.int8)}",
        soft_wrap=True,
        highlight=False,
    )
    if found.kept:
        err.print(f"left in single precision: {', '.join(found.kept)}", soft_wrap=True)
    out.print(str(found.folder), soft_wrap=True, highlight=False)


def _in_words(found: Agreement) -> str:
    return (
        f"; int8 says «да» in {found.yes:.2%} and «нет» in {found.no:.2%} of the {found.rows} "
        "rows of dev that the original answers so"
    )
