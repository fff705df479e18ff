"""The rules' figures come from files in the repository, by the scripts that say so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from danetka.schema import Example, Examples

from .made import write_jsonl
from .test_benchmarks import load

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "results"


def judged_rows() -> list[dict[str, object]]:
    common: dict[str, object] = {"rule": "dash", "edit": "none", "why": ""}
    return [
        {
            **common,
            "source": source,
            "label": label,
            "question": "Байкал — это озеро?",
            "passage": "Байкал — озеро.",
            "evidence": "Байкал — озеро.",
            "grammatical": source == "news",
            "right": label,
        }
        for source in ("danetqa", "news")
        for label in (True, False)
    ]


def test_judgements_are_counted_and_passages_left_out(tmp_path: Path) -> None:
    judged = load("judged")
    path = write_jsonl(tmp_path / "read.jsonl", judged_rows())
    lines = judged.count(path).splitlines()
    assert lines[0].split() == [
        "all", "4", "grammatical", "50.0%", "label", "50.0%", "both", "25.0%",
    ]  # fmt: skip
    stripped = list(judged.strip(path))
    assert all("passage" not in row and "evidence" not in row for row in stripped)
    assert len({row["passage_sha256"] for row in stripped}) == 1


def test_style_counts_forms_and_words() -> None:
    quality = load("rules_quality")
    rows = (Example("Был ли мост построен?", "Мост построен.", 1), Example("Город это?", "", 0))
    found = quality.style(Examples(rows), "own", 3)
    assert found["questions"] == 2
    assert found["length"] == 3.0
    assert found["forms"]["был ли"] == found["forms"]["без ли"] == 0.5


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.ru.md", "ru")])
def test_the_readme_shows_what_the_results_say(readme: str, language: str) -> None:
    quality = load("rules_quality")
    found: dict[str, Any] = json.loads((RESULTS / "rules.json").read_text(encoding="utf-8"))
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert quality.table(found, language).markdown().strip() in text


def test_the_reading_in_the_results_is_that_of_the_judged_file() -> None:
    quality = load("rules_quality")
    found: dict[str, Any] = json.loads((RESULTS / "rules.json").read_text(encoding="utf-8"))
    assert found["reading"] == quality.reading(RESULTS / "rules-judged.jsonl")
    rows = (RESULTS / "rules-judged.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 300
    assert all("passage" not in json.loads(row) for row in rows)


def test_speed_report_names_every_measurement() -> None:
    speed = load("rules_speed")
    measured = {
        "sentences": 1000,
        "passages": 250,
        "questions": 300,
        "workers": 2,
        "seconds": 4.0,
        "sentences_a_second": 250.0,
        "outside_parser": 0.3,
        "peak_mib_a_worker": 400.0,
    }
    found = {
        "command": "python benchmarks/rules_speed.py",
        "measurements": [measured],
        "ratios": [{"sentences": 1000, "ratio": 1.9}],
        "environment": {"processor": "a processor", "cores": 2},
    }
    text = speed.report(found)
    assert "| 1,000 | 2 | 4.0 | 250 | 30% | 400 |" in text
    assert "1.90 ×" in text
