"""`danetka report`, `danetka recommend` and `danetka table`."""

from __future__ import annotations

from pathlib import Path

import pytest

from danetka.experiment.results import Results
from danetka.report.files import report_path

from .commands import danetka
from .made_results import make_results

pytest.importorskip("jinja2")


def test_commands(tmp_path: Path) -> None:
    results = make_results()
    path = tmp_path / "results.json"
    results.write(path)
    assert report_path(path, "ru") == tmp_path / "results.ru.html"
    done = danetka(
        "report", path, "--lang", "ru", "--markdown", tmp_path / "r.md",
        "--latex", tmp_path / "r.tex", "--csv", tmp_path / "r.csv",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '<html lang="ru">' in (tmp_path / "results.ru.html").read_text(encoding="utf-8")
    assert (tmp_path / "r.md").read_text(encoding="utf-8").startswith("# made: эксперимент danetka")
    assert (tmp_path / "r.csv").read_text(encoding="utf-8").startswith("обучающие данные,")
    assert danetka("report", path).returncode == 0
    assert (tmp_path / "results.html").exists()
    advised = danetka("recommend", path)
    assert advised.stdout.startswith("Take “+ rules”. “+ rules” adds 0.")
    assert danetka("table", path, "--format", "latex").stdout.count(r"\\") == 13
    for wrong, message in (
        (("report", path, "--lang", "de"), "--lang de: is one of en, ru"),
        (("report", path, "--output", path), "needs a name of its own"),
        (("recommend", tmp_path / "none.json"), "not a file of results"),
    ):
        refused = danetka(*wrong)
        assert refused.returncode == 2
        assert message in refused.stderr
    assert Results.read(path) == Results.read(path)
