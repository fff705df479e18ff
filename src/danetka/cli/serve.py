"""`danetka serve`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from danetka.cli.options import BatchOption, EvidenceOption, MarginOption

if TYPE_CHECKING:
    from danetka.answering.answerer import Answerer


def serve(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="Alias, path or hub id of a fine-tuned model.")
    ] = "mini-int8",
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 for any that is free.")] = 8000,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help="A file with the token that callers must send; else DANETKA_TOKEN holds it, "
            "if it is set."
        ),
    ] = None,
    margin: MarginOption = 0.0,
    evidence: EvidenceOption = True,
    batch: BatchOption = 32,
    batch_rows: Annotated[int, typer.Option(help="The most rows that are answered at once.")] = 32,
    wait_ms: Annotated[
        float, typer.Option(help="How long the idle model waits for those who may ask again.")
    ] = 5.0,
    queue: Annotated[int, typer.Option(help="How many rows may wait; more are refused.")] = 1024,
    max_rows: Annotated[int, typer.Option(help="The most rows of a request.")] = 256,
    max_body: Annotated[int, typer.Option(help="The most bytes of a request.")] = 2**20,
    max_file: Annotated[int, typer.Option(help="The most bytes of a file.")] = 2**26,
    max_files: Annotated[int, typer.Option(help="How many files are answered at once.")] = 4,
    max_open: Annotated[int, typer.Option(help="How many requests may be open at once.")] = 512,
    max_question: Annotated[int, typer.Option(help="The most characters of a question.")] = 2000,
    max_passage: Annotated[int, typer.Option(help="The most characters of a passage.")] = 100_000,
    timeout: Annotated[float, typer.Option(help="Seconds that a request waits.")] = 60.0,
    body_timeout: Annotated[
        float, typer.Option(help="Seconds for a head or a body to arrive.")
    ] = 10.0,
    grace: Annotated[
        float, typer.Option(help="Seconds to finish what was accepted, after SIGTERM.")
    ] = 30.0,
) -> None:
    """Serve answers over HTTP: POST /v1/answer, and a page at /. SIGTERM ends it well.

    /openapi.json says what may be asked; /healthz, /readyz and /metrics are for those who watch.
    """
    from danetka.extras import require

    for module in ("fastapi", "uvicorn", "prometheus_client"):
        require(module, "serve", "danetka serve")
    from danetka.serving.run import serve as run
    from danetka.serving.settings import ServeSettings
    from danetka.serving.token import read_token

    values = {
        "host": host, "port": port, "batch_rows": batch_rows, "wait_ms": wait_ms, "queue": queue,
        "max_rows": max_rows, "max_body": max_body, "max_file": max_file, "max_files": max_files,
        "max_open": max_open, "max_question": max_question, "max_passage": max_passage,
        "timeout_s": timeout, "body_s": body_timeout, "grace_s": grace,
    }  # fmt: skip
    settings = ServeSettings.parse(values, "serve")
    token = read_token(token_file)

    def load() -> Answerer:
        from danetka.answering.answerer import Answerer
        from danetka.models.load import load_pair_classifier

        classifier = load_pair_classifier(model, pickles=False)
        return Answerer(classifier, margin=margin, evidence=evidence, batch=batch)

    run(load, settings, token)
