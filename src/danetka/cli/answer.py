"""`danetka answer`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from danetka.cli.options import BatchOption, ColumnOption, EvidenceOption, MarginOption
from danetka.errors import DanetkaError, SettingsError

if TYPE_CHECKING:
    from danetka.answering.answerer import Answerer


def answer(
    question: Annotated[str | None, typer.Option("--question", "-q", help="One question.")] = None,
    passage: Annotated[
        str | None,
        typer.Option("--passage", "-p", help="What it is answered from; - reads standard input."),
    ] = None,
    input_file: Annotated[
        Path | None,
        typer.Option("--input", "-i", help="Many questions: a file (jsonl, csv, tsv)."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file of answers (jsonl) for --input."),
    ] = None,
    model: Annotated[
        str, typer.Option(help="Alias, path or hub id of a fine-tuned model.")
    ] = "mini-int8",
    margin: MarginOption = 0.0,
    evidence: EvidenceOption = True,
    batch: BatchOption = 32,
    column: ColumnOption = None,
) -> None:
    """Answer one question, or a file of questions. Killed, the same command goes on.

    Rows of a file that cannot be answered go to OUTPUT.bad.jsonl with their line and the reason.
    """
    one = question is not None or passage is not None
    if one == (input_file is not None):
        raise SettingsError("answer: give --question with --passage, or --input with --output")
    if one and (question is None or passage is None or output is not None):
        raise SettingsError("answer: one question takes --question and --passage, no --output")
    if not one and output is None:
        raise SettingsError("answer: --input needs --output, the file for the answers")
    from danetka.answering.answerer import Answerer

    answerer = Answerer.from_pretrained(model, margin=margin, evidence=evidence, batch=batch)
    if input_file is not None and output is not None:
        _answer_file(answerer, input_file, output, column or [])
    else:
        text = _standard_input() if passage == "-" else str(passage)
        _answer_one(answerer, str(question), text)


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise DanetkaError("standard input: not UTF-8: recode it (iconv -f cp1251)") from error


def _answer_one(answerer: Answerer, question: str, passage: str) -> None:
    from danetka.cli.console import err, out

    if trouble := answerer.trouble(question, passage):
        raise DanetkaError(f"answer: {trouble}")
    found = answerer(question, passage)
    out.print(f"{found.label}  {found.probability:.2f}", highlight=False)
    if found.evidence:
        out.print(found.evidence, markup=False, highlight=False, soft_wrap=True)
    if found.windows > 1:
        err.print(f"the passage is longer than the model: read in {found.windows} windows")


def _answer_file(answerer: Answerer, source: Path, output: Path, column: list[str]) -> None:
    from danetka.answering.file import answer_file, bad_path
    from danetka.cli.console import Bar, err, out
    from danetka.data.rows import Columns

    with Bar("answering (lines)", 0) as progress:
        done = answer_file(answerer, source, output, Columns.parse(column), progress.of)
    err.print(f"{source}: {done.answered} rows answered, {done.bad} put aside", soft_wrap=True)
    if done.bad:
        err.print(f"what is wrong with those, line by line: {bad_path(output)}", soft_wrap=True)
    if not done.answered:
        raise DanetkaError(f"{source}: not one row could be answered: see {bad_path(output)}")
    out.print(str(output), soft_wrap=True, highlight=False)
