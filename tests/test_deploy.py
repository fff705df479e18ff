"""The recipes in `deploy/`: what they name is there, and what can be run without them runs."""

from __future__ import annotations

import http.server
import json
import re
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from danetka.cli.app import app
from danetka.serving.settings import ServeSettings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "danetka.service").read_text(encoding="utf-8")
README = (DEPLOY / "README.md").read_text(encoding="utf-8")


def _instructions() -> list[tuple[str, str]]:
    lines = [line for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
    return [(name, told) for name, _, told in (line.partition(" ") for line in lines)]


def _unit(name: str) -> str:
    found = re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)
    assert len(found) == 1, name
    return str(found[0])


def _options() -> set[str]:
    command = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    return {option for param in command.params for option in param.opts}


def _check_arguments(words: list[str]) -> None:
    """A model and options that the command has."""
    model, *options = words
    assert not model.startswith("-")
    assert {word for word in options if word.startswith("--")} <= _options()


def test_the_commands_have_the_options_that_are_named() -> None:
    told = dict(_instructions())
    assert json.loads(told["ENTRYPOINT"]) == ["danetka", "serve"]
    command = json.loads(told["CMD"])
    _check_arguments(command)
    program, verb, *arguments = shlex.split(_unit("ExecStart"))
    assert (Path(program).name, verb) == ("danetka", "serve")
    _check_arguments(arguments)
    ours = {"--max-file", "--max-files", "--max-rows", "--timeout", "--grace", "--host"}
    assert ours <= _options()
    for option in ours:
        assert option in README
    assert "0.0.0.0" in command  # or the port that is published leads nowhere
    assert "--token-file %d/token" in UNIT
    assert _unit("LoadCredential").startswith("token:")


def test_what_the_image_copies_is_there() -> None:
    sources = []
    for name, told in _instructions():
        words = told.split()
        if name == "COPY" and not words[0].startswith("--from"):
            sources += words[:-1]
    assert sources.count("${MODEL}") == 1  # made by who builds
    assert {"pyproject.toml", "src"} <= set(sources)
    for source in set(sources) - {"${MODEL}"}:
        assert (ROOT / source).exists(), source
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert not set(ignored) & set(sources)


def test_the_image_is_closed_and_stops_well() -> None:
    """No shell stands between the signal and the server, and it is nobody's root."""
    told = dict(_instructions())
    assert told["STOPSIGNAL"] == "SIGTERM"
    assert told["USER"] not in {"root", "0"}
    assert told["EXPOSE"] == str(ServeSettings().port)
    for name, words in _instructions():
        if name in {"RUN", "CMD", "ENTRYPOINT"}:
            assert isinstance(json.loads(words), list)
    assert "DANETKA_TOKEN" not in DOCKERFILE  # what an image holds, everybody reads
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {from_.split()[0] for name, from_ in _instructions() if name == "FROM"} == {
        f"python:{wanted['requires-python'].removeprefix('>=')}-slim"
    }


def test_the_extras_that_are_named_exist() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = set(re.findall(r"(?:\.|danetka)\[(\w+)\]", DOCKERFILE + README))
    assert named == {"serve"}
    assert named <= set(wanted["optional-dependencies"])


def test_times_and_sizes_fit_the_server() -> None:
    settings = ServeSettings()
    assert int(_unit("TimeoutStopSec")) > settings.grace_s
    assert _unit("KillSignal") == "SIGTERM"
    found = re.search(r"--stop-timeout (\d+)", README)
    assert found
    assert int(found[1]) > settings.grace_s
    size = re.search(r"client_max_body_size (\d+)m", README)
    assert size
    assert int(size[1]) * 2**20 >= settings.max_file
    wait = re.search(r"proxy_read_timeout +(\d+)s", README)
    assert wait
    assert int(wait[1]) > settings.timeout_s


@contextmanager
def _answering(status: int) -> Iterator[int]:
    """Something that says this on /healthz, on a free port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_the_health_check_tells_health_from_its_absence() -> None:
    words = json.loads(dict(_instructions())["HEALTHCHECK"].partition("CMD ")[2])
    assert words[:2] == ["python", "-c"]
    proxy = {"http_proxy": "http://127.0.0.1:1", "PATH": ""}
    codes = []
    for status in (200, 503):
        with _answering(status) as port:
            code = words[2].replace(":8000/", f":{port}/")
            assert code != words[2]
            done = subprocess.run(
                [sys.executable, "-c", code], env=proxy, capture_output=True, check=False
            )
            codes.append(done.returncode)
    assert codes == [0, 1]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "danetka.service"
    unit.write_text(UNIT.replace("/opt/danetka/bin/danetka", sys.executable), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    if "Failed to" in done.stderr and "danetka.service" not in done.stderr:
        pytest.skip(f"systemd-analyze cannot work here: {done.stderr.splitlines()[0]}")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_the_wheel_holds_the_page(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    page = ROOT / "src" / "danetka" / "serving" / "page"
    files = {f"danetka/serving/page/{file.name}" for file in page.iterdir() if file.is_file()}
    assert any(name.endswith("index.html") for name in files)
    assert files <= set(zipfile.ZipFile(wheel).namelist())
