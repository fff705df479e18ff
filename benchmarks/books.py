"""Whole books through `danetka answer --input`, killed on the way and resumed: is every row there?

Passages of whole sentences of open text, a made question about each. The process is killed outright
at a third of the rows, interrupted at two thirds, and the same command goes on each time. What was
cut is compared with a run that nobody killed. Options after `--` go to `danetka answer`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from books_rows import Row, books_of, choose, rows_of, write_rows

from danetka.environment import environment
from danetka.errors import DanetkaError
from danetka.files import write_json, write_text
from danetka.language.text import words
from danetka.pretraining.documents import find_source
from danetka.report.table import Table

RESULTS = Path("docs/results/books.json")
SOURCES = ("ruslit_prose", "russiannovels_pd")
BOOK = 30_000
"""Words from which on a text is a book."""
ANSWERS = ("да", "нет")
NEARLY = 1e-4
"""How far a probability may be from the same one in another run."""
POLL = 0.05


@dataclass(frozen=True, slots=True)
class Leg:
    """One process, from its start to its end.

    Attributes:
        sent: The signal that ended it; None where it ended by itself.
        code: Its exit code.
        seconds: How long it ran.
        rows: How many rows stood in the file when it ended.
        peak: The most memory that it held, in MiB; None where the system does not tell.
        written: (seconds since its start, rows in the file), each time that the file had grown.
    """

    sent: str | None
    code: int
    seconds: float
    rows: int
    peak: float | None
    written: tuple[tuple[float, int], ...]


def run(command: Sequence[str], output: Path, stop: tuple[int, int] | None = None) -> Leg:
    """Start a process and watch the file that it writes; end it if need be.

    Args:
        command: What is started.
        output: The file; while it grows it is called ``NAME.part``.
        stop: How many rows it is allowed to write, and the signal that it gets then.

    Raises:
        DanetkaError: If it fails, or ends by itself before it could be stopped.
    """
    part, log = (output.with_name(f"{output.name}.{what}") for what in ("part", "log"))
    written: list[tuple[float, int]] = []
    sent, size, peak, begun = None, -1, None, time.perf_counter()
    before = _lines(part)
    with log.open("wb") as heard:
        process = subprocess.Popen(command, stdout=heard, stderr=heard, preexec_fn=_interruptible)  # noqa: PLW1509
        try:
            while process.poll() is None:
                peak, passed = _peak(process.pid) or peak, time.perf_counter() - begun
                if (now := part.stat().st_size if part.exists() else -1) != size:
                    size, rows = now, _lines(part)
                    if rows > max(before, written[-1][1] if written else 0):
                        written.append((passed, rows))
                if stop and not sent and _is_due(written, passed, stop[0]):
                    process.send_signal(stop[1])
                    sent = signal.Signals(stop[1]).name
                time.sleep(POLL)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    seconds = time.perf_counter() - begun
    if (stop is None) != (process.returncode == 0) or bool(stop) != bool(sent):
        said = log.read_text(encoding="utf-8", errors="replace")[-500:]
        raise DanetkaError(f"it ended by itself with code {process.returncode}: {said}")
    rows = _lines(part if stop else output)
    return Leg(sent, process.returncode, seconds, rows, peak, tuple(written))


def _interruptible() -> None:
    """What a shell starts in the background would not hear SIGINT, nor would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _is_due(written: Sequence[tuple[float, int]], passed: float, rows: int) -> bool:
    """Whether so many rows are written, and half the time has passed that the next ones take."""
    times = [when for when, done in written if done >= rows]
    if not times:
        return False
    before = len(written) - len(times)
    return passed >= times[0] + (times[0] - written[before - 1][0] if before else 0.0) / 2


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except FileNotFoundError:
        return 0


def _peak(pid: int) -> float | None:
    """What the system says of a process's peak of resident memory, in MiB."""
    try:
        told = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) / 1024 for line in told.splitlines() if "VmHWM" in line)
    except (OSError, StopIteration):
        return None


def check(rows: Sequence[Row], found: Sequence[dict[str, Any]]) -> None:
    """Every row once, in order, as it was, with an answer.

    Raises:
        DanetkaError: If it is not so.
    """
    for row, one in zip(rows, found, strict=False):
        given = dataclasses.asdict(row)
        if {name: one.get(name) for name in given} != given:
            raise DanetkaError(f"row {row.idx}: in its place stands {one.get('idx')}")
        if one.get("answer") not in ANSWERS:
            raise DanetkaError(f"row {row.idx}: its answer is {one.get('answer')!r}")
    if len(rows) != len(found):
        raise DanetkaError(f"{len(rows)} rows are given, {len(found)} stand in the output")


def blocks(many: int, cuts: Iterable[int], block: int) -> list[int]:
    """The rows that are compared: whole blocks around each cut, and the last one.

    Whole blocks, for rows that the model reads at once must be the same in both runs: arithmetic
    of few digits may hang on a row's neighbours.
    """
    wanted = {place // block for place in (*cuts, many - 1)}
    return [i for i in range(many) if i // block in wanted]


def farthest(found: Sequence[dict[str, Any]], unkilled: Sequence[dict[str, Any]]) -> float:
    """How far the probabilities of two runs are apart, at most.

    Raises:
        DanetkaError: If they are far apart, or an answer is another.
    """
    most = 0.0
    for one, other in zip(found, unkilled, strict=True):
        apart = abs(one["yes_probability"] - other["yes_probability"])
        if one["answer"] != other["answer"] or apart > NEARLY:
            raise DanetkaError(f"row {one['idx']}: an unkilled run answers otherwise")
        most = max(most, apart)
    return most


def lost(legs: Sequence[Leg]) -> float | None:
    """Seconds that the kills cost: all that it took, less what one run would take at this rate.

    The rate is that between the first and the last time that each process wrote; None where none
    wrote twice.
    """
    spans = [(leg.written[0], leg.written[-1]) for leg in legs if len(leg.written) > 1]
    spent = sum(last[0] - first[0] for first, last in spans)
    if not spent:
        return None
    rate = sum(last[1] - first[1] for first, last in spans) / spent
    begun, rows = legs[0].written[0]
    return sum(leg.seconds for leg in legs) - (begun + (legs[-1].rows - rows) / rate)


def measure(rows: Sequence[Row], options: Sequence[str], block: int, place: Path) -> dict[str, Any]:
    """Answer the rows, killed twice; check them; answer a part of them unkilled; compare."""
    source, output = place / "rows.jsonl", place / "answers.jsonl"
    write_rows(source, rows)
    many = len(rows)
    stops = ((many // 3, signal.SIGKILL), (2 * many // 3, signal.SIGINT), None)
    legs = [run(_command(source, output, options), output, stop) for stop in stops]
    found = _read(output)
    check(rows, found)
    chosen = blocks(many, [leg.rows for leg in legs[:-1]], block)
    part, unkilled = place / "part.jsonl", place / "unkilled.jsonl"
    write_rows(part, [rows[i] for i in chosen])
    run(_command(part, unkilled, options), unkilled)
    apart = farthest([found[i] for i in chosen], _read(unkilled))
    seconds = sum(leg.seconds for leg in legs)
    return {
        "rows": many,
        "words": sum(len(words(row.passage)) for row in rows),
        "seconds": seconds,
        "rows_per_second": many / seconds,
        "seconds_lost": lost(legs),
        "peak_mib": max((leg.peak for leg in legs if leg.peak), default=None),
        "compared": len(chosen),
        "farthest": apart,
        "legs": [{**dataclasses.asdict(leg), "written": len(leg.written)} for leg in legs],
    }


def _command(source: Path, output: Path, options: Sequence[str]) -> list[str]:
    command = [sys.executable, "-m", "danetka", "answer", "--no-evidence", *options]
    return [*command, "--input", str(source), "--output", str(output)]


def _read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def table(found: dict[str, Any]) -> Table:
    """As documents show it."""
    killed = ", ".join(f"{leg['sent']} at row {leg['rows']}" for leg in found["legs"][:-1])
    gone = found["seconds_lost"]
    header = ("books", "rows", "words", "seconds", "rows/s", "lost to the kills, s", "peak, MiB")
    cells = (
        str(len(found["books"])), f"{found['rows']:,}", f"{found['words']:,}",
        f"{found['seconds']:.0f}", f"{found['rows_per_second']:.1f}",
        "–" if gone is None else f"{gone:.1f}",
        "–" if found["peak_mib"] is None else f"{found['peak_mib']:.0f}",
    )  # fmt: skip
    machine = found["environment"]
    notes = (
        f"{killed}; resumed by the same command. Every row once, in order; {found['compared']:,} "
        "rows, those around the kills and the last, are answered as in a run that nobody killed "
        f"(probabilities at most {found['farthest']:.0e} apart).",
        "Seconds: of all three processes with their starts. Lost: more than one process would take "
        "at the same rate. Peak: of resident memory, of any of them.",
        f"{machine['processor']}, {machine['cores']} cores. Written by `{found['command']}`.",
    )
    return Table("Books, killed on the way", header, (cells,), notes)


def main() -> None:
    """Choose the books, answer, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="a folder of JSON lines of open text")
    parser.add_argument("--sources", nargs="+", default=SOURCES)
    parser.add_argument("--books", type=int, default=10)
    parser.add_argument("--rows", type=int, help="no more than these")
    parser.add_argument("--words", type=int, default=100, help="of a passage, at least")
    parser.add_argument("--block", type=int, default=256, help="rows that are compared together")
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = sys.argv[1:]
    end = given.index("--") if "--" in given else len(given)
    told, options = parser.parse_args(given[:end]), given[end + 1 :]
    books = [book for name in told.sources for book in books_of(find_source(told.corpus, name))]
    chosen = choose(books, told.books, BOOK)
    rows = rows_of(chosen, told.words)[: told.rows]
    with tempfile.TemporaryDirectory() as place:
        measured = measure(rows, options, told.block, Path(place))
    found = {
        "command": shlex.join(["python", *sys.argv]),
        "books": [book.name for book in chosen],
        **measured,
        "environment": environment(),
    }
    write_json(told.results, found)
    text = table(found).markdown()
    write_text(told.results.with_suffix(".md"), text)
    print(text)


if __name__ == "__main__":
    main()
