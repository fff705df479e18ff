"""`danetka push`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def push(
    model: Annotated[Path, typer.Argument(help="A run's folder, or a checkpoint's.")],
    repo: Annotated[
        str, typer.Argument(help="The hub repository, OWNER/NAME; made if need be.", metavar="REPO")
    ],
    private: Annotated[
        bool, typer.Option("--private", help="A new repository is seen by its owner only.")
    ] = False,
    revision: Annotated[
        str | None, typer.Option(help="A branch, made if need be; by default the main one.")
    ] = None,
    message: Annotated[str | None, typer.Option(help="The commit's message.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be uploaded; no network.")
    ] = False,
) -> None:
    """Upload MODEL to the Hugging Face hub, with its card; first log in with `hf auth login`.

    Only safetensors, the tokenizer, settings and the card go; pickles stay behind.
    """
    from rich.markup import escape

    from danetka.cli.console import err, out, show
    from danetka.report.table import Table
    from danetka.sharing.push import prepare
    from danetka.sharing.push import push as upload_to

    upload = prepare(model, repo)
    where = f"{repo}@{revision}" if revision else repo
    err.print(escape(f"{upload.folder} → {where}"), soft_wrap=True)
    rows = [(name, f"{size:,}") for name, size in (*upload.files, ("in all", upload.size))]
    notes = tuple(f"left out: {name}" for name in upload.left_out)
    rules = frozenset({len(upload.files) - 1})
    show(Table(f"{len(upload.files)} files", ("file", "bytes"), tuple(rows), notes, rules))
    if dry_run:
        err.print("dry run: nothing is uploaded")
        return
    from huggingface_hub import HfApi

    done = upload_to(upload, HfApi(), private=private or None, revision=revision, message=message)
    out.print(f"https://huggingface.co/{done}", soft_wrap=True)
