"""`danetka serve` as a process: its exit codes, its log, signals under load."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from danetka.serving.token import Guard, read_token

from .commands import danetka
from .made import make_examples
from .made_server import until

TOKEN = "a-token-of-the-test"


@contextmanager
def process(*arguments: str, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    command = [sys.executable, "-m", "danetka", "serve", *arguments, "--port", "0"]
    with log.open("wb") as file:
        started = subprocess.Popen(command, stderr=file, stdout=file)
    try:
        until(lambda: "listening on" in log.read_text(encoding="utf-8"), 60)
        found = re.search(r"listening on http://\S+:(\d+)", log.read_text(encoding="utf-8"))
        assert found is not None
        port = int(found[1])
        until(lambda: call(port, "GET", "/readyz")[0] == 200, 60)
        yield started, port
    finally:
        started.kill()
        started.wait()


def call(port: int, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"content-type": "application/json", "authorization": f"Bearer {TOKEN}"}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        got = connection.getresponse()
        return got.status, got.read()
    finally:
        connection.close()


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_under_load(tiny: str, tmp_path: Path, sig: signal.Signals) -> None:
    token, log = tmp_path / "token", tmp_path / "log"
    token.write_text(f"{TOKEN}\n", encoding="utf-8")
    rows = make_examples(16)
    right: list[str] = []
    wrong: list[object] = []
    options = {
        signal.SIGTERM: ["--token-file", str(token)],
        signal.SIGINT: ["--host", "0.0.0.0"],
    }[sig]
    with process(tiny, *options, log=log) as (server, port):

        def client(number: int) -> None:
            for turn in range(10_000):
                row, name = rows[number], f"{number}-{turn}"
                body = {"question": row.question, "passage": row.passage, "id": name}
                try:
                    status, said = call(port, "POST", "/v1/answer", body)
                except OSError:
                    return  # not accepted
                if status == 200 and json.loads(said)["id"] == name:
                    right.append(name)
                elif status != 503:
                    wrong.append((status, said))
                else:
                    return

        clients = [threading.Thread(target=client, args=(i,)) for i in range(len(rows))]
        for one in clients:
            one.start()
        until(lambda: len(right) > 40)
        server.send_signal(sig)
        assert server.wait(30) == 0
        for one in clients:
            one.join()
    assert not wrong
    written = log.read_text(encoding="utf-8")
    assert written.count("POST /v1/answer 200") == len(right), "whoever was accepted was answered"
    assert TOKEN not in written
    assert not re.search("[а-яё]", written), "no text of anybody's"
    assert "Traceback" not in written
    warned = "warning: 0.0.0.0 can be reached from other machines, and there is no token" in written
    assert warned == (sig == signal.SIGINT)


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = danetka("serve", "--port", str(port))
    assert done.returncode == 2
    assert done.stderr == (
        f"serve: cannot listen on 127.0.0.1:{port} (Address already in use): choose another with "
        "--host, --port\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "70000"], "serve: port: Input should be less than or equal to 65535"),
        (["--queue", "10"], "the queue (10) holds less than a request may bring (256 rows)"),
        (["--token-file", "none"], "none: cannot be read (FileNotFoundError)"),
        (["--margin", "2"], "margin 2.0: give a number from 0 to 0.5"),
        (["no-such-folder/model"], "no-such-folder/model"),
        (["--host", "no.such.host.invalid"], "serve: cannot listen on no.such.host.invalid:8000"),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    port = [] if "--port" in arguments or "--host" in arguments else ["--port", "0"]
    done = danetka("serve", *arguments, *port, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]


def test_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from danetka.errors import SettingsError

    monkeypatch.delenv("DANETKA_TOKEN", raising=False)
    assert read_token(None) is None
    monkeypatch.setenv("DANETKA_TOKEN", " from-the-environment\n")
    assert read_token(None) == "from-the-environment"
    file = tmp_path / "token"
    for bad in ("", "short", "two words here", "не латиница"):
        file.write_text(bad, encoding="utf-8")
        with pytest.raises(SettingsError, match="a token has"):
            read_token(file)
    guard = Guard(TOKEN)
    assert guard.admits(f"Bearer {TOKEN}".encode())
    for given in (None, b"", b"Bearer", TOKEN.encode(), f"Bearer {TOKEN[:-1]}".encode()):
        assert not guard.admits(given)
    assert Guard(None).admits(None)
