"""`danetka serve` under load from another process: speed, memory, overload, SIGTERM, SIGKILL.

The library's own speed is measured in a process of its own before: the same rows, the same options.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from danetka.environment import environment
from danetka.files import write_json, write_text
from danetka.report.table import Table

RESULTS: Final = Path("docs/results/serving.json")
SAMPLE: Final = Path("src/danetka/data/sample")
LOAD: Final = Path(__file__).with_name("serving_load.py")
RECOVERY_CLIENTS: Final = 4


@dataclass
class Server:
    """A running `danetka serve`.

    Attributes:
        process: The process.
        port: Where it listens.
        log: What it writes to standard error.
    """

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def resident_mib(self) -> float:
        """How much memory it holds now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    def answered(self) -> int:
        """How many answers it says it has given."""
        return self.log.read_text(encoding="utf-8").count("POST /v1/answer 200")


@contextmanager
def serving(told: argparse.Namespace, folder: Path, *options: str) -> Iterator[Server]:
    """A server, ready; killed at the end if it still runs."""
    log = folder / f"server-{time.monotonic_ns()}.log"
    evidence = "--evidence" if told.evidence else "--no-evidence"
    command = ["serve", told.model, "--port", "0", evidence, *options]
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-m", "danetka", *command], stderr=file)
    try:
        yield Server(process, _port(process, log), log)
    finally:
        process.kill()
        process.wait()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """The server's port, once it is ready."""
    import http.client

    while process.poll() is None:
        if found := re.search(r"listening on http://\S+:(\d+)", log.read_text(encoding="utf-8")):
            connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return int(found[1])
        time.sleep(0.1)
    raise SystemExit(log.read_text(encoding="utf-8"))


def start_clients(
    told: argparse.Namespace, answers: Path, port: int, many: int, seconds: float, *options: str
) -> subprocess.Popen[str]:
    """Clients in a process of their own."""
    command = [
        sys.executable, str(LOAD), "clients", "--data", *map(str, told.data), "--answers",
        str(answers), "--port", str(port), "--clients", str(many), "--seconds", str(seconds),
    ]  # fmt: skip
    return subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)


def ended(clients: subprocess.Popen[str]) -> dict[str, Any]:
    """What the clients found."""
    said, _ = clients.communicate()
    found: dict[str, Any] = json.loads(said)
    return found


def measure_library(told: argparse.Namespace, answers: Path) -> float:
    """Rows a second without a server; what it answers is kept."""
    command = [
        sys.executable, str(LOAD), "library", "--data", *map(str, told.data), "--model",
        told.model, "--seconds", str(min(told.seconds, 30)),
    ]  # fmt: skip
    if told.evidence:
        command.append("--evidence")
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    answers.write_bytes(done.stdout)
    return float(json.loads(done.stdout)["rows_per_s"])


def under_load(told: argparse.Namespace, folder: Path, answers: Path) -> dict[str, Any]:
    """All clients for the whole time; memory at its start, middle and end."""
    with serving(told, folder) as server:
        clients = start_clients(told, answers, server.port, told.clients, told.seconds)
        start, resident = time.monotonic(), {}
        for share, name in ((min(10 / told.seconds, 0.3), "begin"), (0.5, "middle"), (0.97, "end")):
            time.sleep(max(0.0, start + share * told.seconds - time.monotonic()))
            resident[name] = round(server.resident_mib(), 1)
        found = ended(clients)
    return found | {"resident_mib": resident}


def overloaded(told: argparse.Namespace, folder: Path, answers: Path) -> dict[str, Any]:
    """A short queue, four times the clients; afterwards a few."""
    with serving(told, folder, "--queue", "32", "--max-rows", "8") as server:
        many = start_clients(told, answers, server.port, 4 * told.clients, told.short)
        crowd = ended(many)
        few = start_clients(told, answers, server.port, RECOVERY_CLIENTS, told.short / 2)
        return {"crowd": crowd, "after": ended(few)}


def stopped(
    told: argparse.Namespace, folder: Path, answers: Path, sig: signal.Signals
) -> dict[str, Any]:
    """A signal in the middle of the load; a client that is refused does not come again."""
    with serving(told, folder) as server:
        clients = start_clients(told, answers, server.port, told.clients, told.short, "--leave")
        time.sleep(told.short / 2)
        server.process.send_signal(sig)
        code = server.process.wait(timeout=60)
        return ended(clients) | {"exit_code": code, "by_its_log": server.answered()}


def table(found: dict[str, Any]) -> Table:
    """As documents show it."""
    load, crowd = found["load"], found["overload"]["crowd"]
    after, term, kill = found["overload"]["after"], found["sigterm"], found["sigkill"]
    refused = crowd["statuses"].get("503", 0)
    memory = " / ".join(f"{mib:.0f}" for mib in load["resident_mib"].values())
    errors = sum(load["statuses"].values())
    asked = refused + crowd["right"] + crowd["mixed"]
    rows = (
        ("library alone, rows/s", f"{found['library_rows_per_s']:.1f}"),
        ("server, rows/s", f"{load['rows_per_s']:.1f}"),
        ("of the library's", f"{found['ratio']:.1%}"),
        ("requests answered rightly", f"{load['right']}"),
        ("errors / lost / mixed up", f"{errors} / {lost(load)} / {load['mixed']}"),
        ("p50 / p95 / p99, ms", " / ".join(f"{load[f'p{p}_ms']:.0f}" for p in (50, 95, 99))),
        ("memory begin / middle / end, MiB", memory),
        ("overload: 503 of all requests", f"{refused / max(asked, 1):.1%}"),
        ("overload: 503 without Retry-After", f"{crowd['no_retry']}"),
        ("overload: answered, wrongly", f"{crowd['right'] + crowd['mixed']}, {crowd['mixed']}"),
        ("after it: answered, refused", f"{after['right']}, {sum(after['statuses'].values())}"),
        ("SIGTERM: answered by its log, received", f"{term['by_its_log']}, {term['right']}"),
        ("SIGTERM: cut off, wrong", f"{term['broken']}, {term['mixed']}"),
        ("SIGTERM: exit code", f"{term['exit_code']}"),
        ("SIGKILL: received, wrong", f"{kill['right'] + kill['mixed']}, {kill['mixed']}"),
    )  # fmt: skip
    machine = found["environment"]
    evidence = "with" if found["evidence"] else "without"
    notes = (
        f"{found['clients']} clients on the server's own machine, one row a request, "
        f"{found['seconds']:g} s, {evidence} evidence; the clients took "
        f"{load['own_processor_s'] / load['seconds']:.0%} of a core.",
        f"{machine['processor']}, {machine['cores']} cores, "
        f"torch {machine['packages']['torch']}. Written by `{found['command']}`.",
    )
    return Table(f"`danetka serve {found['model']}` under load", ("what", "figure"), rows, notes)


def lost(seen: dict[str, Any]) -> int:
    """Requests without an answer."""
    return int(seen["refused"]) + int(seen["broken"])


def measure(told: argparse.Namespace) -> dict[str, Any]:
    """All parts, one after another."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answers = folder / "answers.json"
        library = measure_library(told, answers)
        load = under_load(told, folder, answers)
        return {
            "command": shlex.join(["python", *sys.argv]),
            "model": told.model,
            "clients": told.clients,
            "seconds": told.seconds,
            "evidence": told.evidence,
            "library_rows_per_s": library,
            "ratio": load["rows_per_s"] / library,
            "load": load,
            "overload": overloaded(told, folder, answers),
            "sigterm": stopped(told, folder, answers, signal.SIGTERM),
            "sigkill": stopped(told, folder, answers, signal.SIGKILL),
            "environment": environment(),
        }


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="of the load")
    parser.add_argument("--short", type=float, default=10, help="seconds of each other part")
    parser.add_argument("--model", default="mini")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--evidence", action="store_true", help="look for evidence too")
    parser.add_argument("--data", type=Path, nargs="+", default=[SAMPLE / "test.jsonl"])
    parser.add_argument("--results", type=Path, default=RESULTS)
    told = parser.parse_args()
    found = measure(told)
    write_json(told.results, found)
    text = table(found).markdown()
    write_text(told.results.with_suffix(".md"), text)
    print(text)


if __name__ == "__main__":
    main()
