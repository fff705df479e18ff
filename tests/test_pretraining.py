"""Pre-training: what is hidden, what the loss is, budgets, and resuming to the same curve."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, BertConfig, BertForMaskedLM

from danetka.errors import DanetkaError, SettingsError
from danetka.models.catalog import load_classifier, load_tokenizer
from danetka.pretraining.loop import Clock
from danetka.pretraining.masked import MaskedEncoder, MaskedSequences, Masks
from danetka.pretraining.run import pretrain_encoder, pretrain_generator
from danetka.pretraining.settings import EncoderSettings, GeneratorSettings, LoopSettings
from danetka.pretraining.tokens import Sequences, TokenFiles

from .commands import danetka as command
from .made_passages import PASSAGES

pytestmark = pytest.mark.usefixtures("few_running_words")
MASKS = Masks(begin=2, end=3, mask=4, first=5, vocabulary=400)
FEW = """
from danetka.models import wordpiece

wordpiece._RUNNING_WORDS = 30_000
from danetka.cli.app import main

main()
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    lines = [json.dumps({"text": f"{text} Запись {i}."}) for i in range(30) for text in PASSAGES]
    (folder / "made.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def values(corpus: Path, **text: object) -> dict[str, object]:
    return {
        "corpus": {"folder": str(corpus), "sources": {"made": 1}, "held_out": 0.05},
        "shape": {"vocabulary": 600, "layers": 1, "hidden": 32, "heads": 2, "positions": 64},
        "text": {
            "tokens": 48 * 8 * 32, "length": 32, "batch": 8, "log_every": 6, "save_every": 12,
            "precision": "float32", **text,
        },
    }  # fmt: skip


def encoder(corpus: Path, **text: object) -> EncoderSettings:
    given = {**values(corpus, **text), "start": {"embeddings": "random"}}
    return EncoderSettings.parse(given, "test")


def curve(folder: Path) -> list[tuple[int, float, float]]:
    with (folder / "curve.csv").open(encoding="utf-8", newline="") as file:
        return [
            (int(r["step"]), float(r["loss"]), float(r["learning_rate"]))
            for r in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def finished(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("runs") / "encoder"
    assert pretrain_encoder(encoder(corpus), folder) == folder / "model"
    return folder


def _rows(tmp_path: Path, seed: int = 0) -> MaskedSequences:
    ids = np.random.default_rng(5).integers(0, 400, 64 * 50).astype(np.uint16)
    ids.tofile(tmp_path / "a.train.u16")
    files = TokenFiles(tmp_path, {"a": {"train": len(ids), "held-out": 0}})
    return MaskedSequences(Sequences(files, {"a": 1}, 400, 64, seed), MASKS)


def test_as_many_tokens_are_hidden_in_every_sequence(tmp_path: Path) -> None:
    rows = _rows(tmp_path)
    fates = {"mask": 0, "same": 0, "other": 0}
    for i in range(len(rows)):
        plain, row = rows.sequences.tokens(i), rows[i]
        ids, labels = row["input_ids"].numpy(), row["labels"].numpy()
        at = np.flatnonzero(labels != -100)
        assert len(at) == round(0.15 * 62)
        assert (ids[0], ids[-1], labels[0], labels[-1]) == (2, 3, -100, -100)
        assert (labels[at] == plain[at]).all()
        assert (labels[at] >= MASKS.first).all(), "a special token is not guessed"
        untouched = np.setdiff1d(np.arange(1, 63), at)
        assert (ids[untouched] == plain[untouched]).all()
        fates["mask"] += int((ids[at] == 4).sum())
        fates["same"] += int((ids[at] == plain[at]).sum())
        fates["other"] += int(((ids[at] != 4) & (ids[at] != plain[at])).sum())
    total = sum(fates.values())
    assert fates["mask"] / total == pytest.approx(0.8, abs=0.03)
    assert fates["same"] / total == pytest.approx(0.1, abs=0.03)


def test_a_place_is_hidden_alike_at_every_reading(tmp_path: Path) -> None:
    one, same, other = _rows(tmp_path), _rows(tmp_path), _rows(tmp_path, seed=1)
    assert torch.equal(one[7]["labels"], same[7]["labels"])
    assert torch.equal(one[7]["input_ids"], same[7]["input_ids"])
    assert not torch.equal(one[7]["labels"], other[7]["labels"])
    assert not torch.equal(one[7]["labels"] == -100, one[8]["labels"] == -100)


def test_the_head_at_hidden_places_gives_berts_own_loss(tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=400, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, hidden_dropout_prob=0, attention_probs_dropout_prob=0,
    )  # fmt: skip
    ours, theirs = MaskedEncoder(config), BertForMaskedLM(config)
    theirs.load_state_dict(ours.state_dict())
    rows = _rows(tmp_path)
    batch = {name: torch.stack([rows[i][name] for i in range(8)]) for name in rows[0]}
    mine, reference = ours(**batch).loss, theirs(**batch).loss
    assert mine.item() == pytest.approx(reference.item(), abs=1e-5)
    mine.backward()
    reference.backward()
    for (name, a), (_, b) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        if b.grad is not None:
            assert a.grad is not None
            assert torch.allclose(a.grad, b.grad, atol=1e-6), name
    halves = [ours(**{k: v[i : i + 4] for k, v in batch.items()}, num_items_in_batch=72).loss
              for i in (0, 4)]  # fmt: skip
    assert sum(half.item() for half in halves) == pytest.approx(reference.item(), abs=1e-5)


def test_a_killed_run_goes_on_to_the_same_curve(
    corpus: Path, finished: Path, tmp_path: Path
) -> None:
    class Killed:
        def restart(self, what: str, total: int, done: int = 0) -> None:
            assert what == "training"
            self.begun = (total, done)

        def reach(self, done: int) -> None:
            if done == 29 and not self.begun[1]:
                raise KeyboardInterrupt

    killed, folder = Killed(), tmp_path / "killed"
    with pytest.raises(KeyboardInterrupt):
        pretrain_encoder(encoder(corpus), folder, killed)
    assert not (folder / "result.json").exists()
    pretrain_encoder(encoder(corpus), folder, killed)
    assert killed.begun == (48, 24)
    assert [step for step, _, _ in curve(folder)] == [6, 12, 18, 24, 30, 36, 42, 48]
    for ours, theirs in zip(curve(folder), curve(finished), strict=True):
        assert ours == pytest.approx(theirs, abs=2e-6)


def test_accumulated_batches_are_one_large_one(
    corpus: Path, finished: Path, tmp_path: Path
) -> None:
    pretrain_encoder(encoder(corpus, batch=4, accumulate=2), tmp_path / "two")
    for ours, theirs in zip(curve(tmp_path / "two"), curve(finished), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-3)


@pytest.mark.slow
def test_two_processes_are_one_with_twice_the_batch(
    corpus: Path, finished: Path, tmp_path: Path
) -> None:
    config = tmp_path / "half.yaml"
    given = {**values(corpus, batch=4), "start": {"embeddings": "random"}}
    config.write_text(json.dumps(given), encoding="utf-8")
    script = tmp_path / "few.py"  # with the vocabulary of `few_running_words`
    script.write_text(FEW, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2",
            script, "pretrain", "encoder", config, "-o", tmp_path / "run",
        ],
        capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for ours, theirs in zip(curve(tmp_path / "run"), curve(finished), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-3)
    assert (tmp_path / "run" / "model" / "model.safetensors").exists()


def test_what_is_left_is_an_ordinary_checkpoint(finished: Path) -> None:
    model = AutoModelForMaskedLM.from_pretrained(finished / "model")
    assert type(model).__name__ == "BertForMaskedLM"
    assert (model.dtype, model.config.hidden_dropout_prob) == (torch.float16, 0.1)
    classifier = load_classifier(str(finished / "model"))
    assert (classifier.config.num_labels, classifier.dtype) == (2, torch.float32)
    tokenizer = load_tokenizer(str(finished / "model"))
    assert tokenizer("Мост", "Река")["token_type_ids"][-1] == 1
    losses = [loss for _, loss, _ in curve(finished)]
    assert losses[-1] < losses[0] - 0.3
    result = json.loads((finished / "result.json").read_text(encoding="utf-8"))
    assert 0 < result["unseen"]["made"]["loss"] < losses[0]
    assert (finished / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_a_finished_run_is_not_repeated_nor_written_over(corpus: Path, finished: Path) -> None:
    before = (finished / "result.json").stat().st_mtime_ns
    pretrain_encoder(encoder(corpus), finished)
    assert (finished / "result.json").stat().st_mtime_ns == before
    with pytest.raises(SettingsError, match=r"holds another run \(differs in text\)"):
        pretrain_encoder(encoder(corpus, seed=9), finished)
    path = finished / "settings.yaml"
    noted = path.read_text(encoding="utf-8")
    path.write_text(noted.replace("  elsewhere: {}\n", ""), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != noted, "as if that setting had come later"
    pretrain_encoder(encoder(corpus), finished)
    assert (finished / "result.json").stat().st_mtime_ns == before


def test_a_generator_learns_to_go_on(corpus: Path, tmp_path: Path) -> None:
    settings = GeneratorSettings.parse(values(corpus, learning_rate=3e-3), "test")
    folder = tmp_path / "generator"
    pretrain_generator(settings, folder)
    model = AutoModelForCausalLM.from_pretrained(folder / "model", dtype=torch.float32)
    tokenizer = load_tokenizer(str(folder / "model"))
    losses = [loss for _, loss, _ in curve(folder)]
    assert losses[-1] < losses[0] - 0.5
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))["unseen"]["made"]
    assert result["perplexity"] == pytest.approx(np.exp(result["loss"]))
    ids = tokenizer("Мост", return_tensors="pt")["input_ids"]
    logits = model(ids).logits
    assert logits.shape == (1, ids.shape[1], 600)
    assert logits.isfinite().all()


def test_minutes_end_a_run(corpus: Path, tmp_path: Path) -> None:
    settings = encoder(corpus, tokens=10_000_000, minutes=0.05)
    pretrain_encoder(settings, tmp_path / "short")
    rows = curve(tmp_path / "short")
    assert 1 < rows[-1][0] < settings.text.steps()
    assert rows[-1][2] < 0.1 * max(rate for _, _, rate in rows)


def test_the_learning_rate_rises_and_falls() -> None:
    clock = Clock(100, None, 0.1)
    rates = [clock.rate(step) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[10] == 1
    assert rates[55] == pytest.approx(0.5)
    assert rates[100] == 0
    late = Clock(100, 1.0, 0.1)
    late.resume(elapsed=54.0)
    assert late.rate(0) == pytest.approx(0.1 / 0.9, abs=1e-3)


def test_a_budget_is_counted_in_steps() -> None:
    settings = LoopSettings(tokens=1_000_000, length=100, batch=10, accumulate=2)
    assert (settings.steps(), settings.steps(2), settings.sequences) == (500, 250, 10_000)
    assert LoopSettings(tokens=1).steps() == 1


@pytest.mark.slow
def test_the_command(corpus: Path, tmp_path: Path) -> None:
    config = tmp_path / "small.yaml"
    config.write_text(json.dumps(values(corpus, tokens=2_000)), encoding="utf-8")
    done = command("pretrain", "generator", "small.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "runs/small/model\n"), done.stderr
    wrong = command("pretrain", "encoder", "small.yaml", "--set", "text.token=5", cwd=tmp_path)
    assert wrong.returncode == 2
    assert wrong.stderr == "small.yaml: text.token: unknown setting: did you mean tokens?\n"
    other = command("pretrain", "generator", "small.yaml", "--set", "text.seed=5", cwd=tmp_path)
    assert other.returncode == 2
    assert other.stderr.endswith(
        "runs/small: holds another run (differs in text): give another folder\n"
    )


def test_a_missing_source_leaves_nothing(corpus: Path, tmp_path: Path) -> None:
    settings = encoder(corpus)
    missing = settings.model_copy(
        update={"corpus": settings.corpus.model_copy(update={"sources": {"other": 1.0}})}
    )
    with pytest.raises(DanetkaError, match="no source 'other'"):
        pretrain_encoder(missing, tmp_path / "run")
    assert not (tmp_path / "run").exists()
