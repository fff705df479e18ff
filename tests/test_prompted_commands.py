"""`danetka ptune`, `danetka augment --with p-tuning` and the study's three arms."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from danetka.data.read import read_corpus
from danetka.data.write import write_jsonl
from danetka.experiment.results import Results
from danetka.schema import Examples

from .commands import danetka as command
from .made_passages import make_rows

STUDY = Path(__file__).parents[1] / "configs" / "study.yaml"
SMALL = ("--set", "virtual_tokens=4", "--set", "epochs=2", "--set", "longest=90")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    rows = list(make_rows(no_every=3))
    for name, part in {"train": rows[:34], "val": rows[34:]}.items():
        write_jsonl(folder / f"{name}.jsonl", Examples(tuple(part)))
    return folder


@pytest.fixture(scope="module")
def adapter(data: Path, tiny_gpt: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tuned") / "no"
    done = command("ptune", data, "--answer", "no", "--base", tiny_gpt, *SMALL, "-o", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(folder / "adapter")
    assert "base alone" in done.stdout
    assert "Unable to fetch" not in done.stderr, "the hub is not asked about a base that is here"
    assert "Warning" not in done.stderr
    return folder / "adapter"


def test_what_ptune_leaves(adapter: Path, data: Path) -> None:
    assert {path.name for path in adapter.iterdir()} == {
        "README.md", "adapter_config.json", "adapter_model.safetensors", "danetka.json",
    }  # fmt: skip
    assert {path.name for path in adapter.parent.iterdir()} == {
        "adapter", "data.json", "epochs.csv", "result.json", "settings.yaml",
    }  # fmt: skip
    card = (adapter / "README.md").read_text(encoding="utf-8")
    assert "the answer «нет»" in card
    rows = json.loads((adapter.parent / "data.json").read_text(encoding="utf-8"))
    no = sum(row.label == 0 for row in read_corpus(data).train)
    assert rows["train"]["rows"] + rows["dev"]["rows"] == no


def test_both_generators_balance(adapter: Path, data: Path, tmp_path: Path) -> None:
    """The tiny model writes nothing that passes: the rules make up for it; the account says it."""
    told = ("--with", "p-tuning,rules", "--balance", "--adapter", adapter)
    done = command("augment", data, *told, "--set", "prompted.confirm=null", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for gate in ("written", "one question", "on topic", "forms and lengths", "chosen"):
        assert gate in done.stdout
    made = read_corpus(tmp_path / f"{data.name}.balanced.jsonl").train
    counts = Counter(row.label for row in made)
    assert counts[0] == counts[1] == 22
    assert {path.name for path in tmp_path.iterdir()} == {f"{data.name}.balanced.jsonl"}


def test_wrong_input_is_one_line(adapter: Path, data: Path, tmp_path: Path, tiny: str) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Мост построен в 1874 году в Твери.", encoding="utf-8")
    told = ("--with", "p-tuning")
    for arguments, said in (
        (("ptune", data, "--base", tiny), "BertForSequenceClassification is no causal language"),
        (("ptune", data, "--answer", "maybe"), "--answer maybe: write no, yes or both"),
        (("ptune", data, "--method", "magic"), "settings: method: Input should be 'p-tuning'"),
        (("ptune", data, "--answer", "both", "-o", "x"), "one folder holds one answer"),
        (("augment", text, "--set", "rows=9"), "settings: rows: unknown setting"),
        (("augment", text, *told), "no rows to train a prompt for «нет» on"),
        (("augment", text, *told, "--adapter", tmp_path), "no adapter that danetka trained"),
        (("augment", text, *told, "--answer", "no", "--adapter", adapter), "text has none: switch"),
    ):
        done = command(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert said in done.stderr.splitlines()[-1], done.stderr


@pytest.mark.slow
def test_the_study_runs_whole(data: Path, tiny: str, tiny_gpt: str, tmp_path: Path) -> None:
    """Its three arms, with two small checkpoints in place of RuBERT and ruGPT-3."""
    tune = "arms.+ p-tuning.augment.prompted.tune"
    changed = {
        "data": data, "base_model": tiny, "max_length": 64, "training.num_train_epochs": 1,
        f"{tune}.base": tiny_gpt, f"{tune}.virtual_tokens": 4, f"{tune}.longest": 90,
    }  # fmt: skip
    options = [part for key, value in changed.items() for part in ("--set", f"{key}={value}")]
    done = command("experiment", STUDY, *options, "-o", tmp_path / "study")
    assert done.returncode == 0, done.stderr
    results = Results.read(tmp_path / "study" / "results.json")
    arms = {one.arm for one in results.evaluations if one.kind != "baseline"}
    assert arms == {"original", "+ p-tuning", "+ rules"}
    written = results.made["+ p-tuning"][0]
    assert next(iter(written["gates"])) == "written"
    assert written["wanted"] == results.made["+ rules"][0]["rows"] > 5
    assert "answer confirmed" not in written["gates"]
