"""The question stage as a whole, and the generator that reads questions: made, killed, resumed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from danetka.augmentation.prompts.settings import CUE
from danetka.errors import SettingsError
from danetka.models.catalog import load_classifier
from danetka.pretraining import start as start_module
from danetka.pretraining.run import pretrain_encoder, pretrain_generator
from danetka.pretraining.settings import EncoderSettings, GeneratorSettings

from .made_passages import PASSAGES
from .test_pretraining import curve
from .test_start import few_words

pytestmark = pytest.mark.usefixtures("few_running_words")


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """Settings of an encoder that learns to answer, and of a generator that learns to ask."""
    folder = tmp_path_factory.mktemp("asked")
    before = os.environ.get("DANETKA_CACHE")
    lines = [
        json.dumps({"text": f"{text} Запись {i}."}) for i in range(2) for text in PASSAGES[:14]
    ]
    (folder / "made.jsonl").write_text("\n".join(lines), encoding="utf-8")
    entailment = [
        {"premise": "Мост стар.", "hypothesis": "Мост новый.", "label": "not_entailment"},
        {"premise": "Мост стар.", "hypothesis": "Мост старый.", "label": "entailment"},
    ]
    (folder / "train.jsonl").write_text("\n".join(map(json.dumps, entailment)), encoding="utf-8")
    os.environ["DANETKA_CACHE"] = str(folder / "cache")  # the passages are parsed once
    yield {
        "corpus": {"folder": str(folder), "sources": {"made": 1}, "held_out": 0.2},
        "shape": {"vocabulary": 600, "layers": 1, "hidden": 32, "heads": 2, "positions": 128},
        "text": {"tokens": 2_000, "length": 32, "batch": 8, "log_every": 1, "save_every": 5},
    }
    if before is None:
        del os.environ["DANETKA_CACHE"]
    else:
        os.environ["DANETKA_CACHE"] = before


@pytest.mark.slow
def test_an_encoder_learns_to_answer_and_goes_on_after_a_kill(
    asking: dict[str, object], tmp_path: Path
) -> None:
    corpus: dict[str, object] = asking["corpus"]  # type: ignore[assignment]
    questions = {
        "sources": ["made"], "entailment": corpus["folder"], "workers": 1, "longest": 64,
        "batch": 8, "log_every": 2, "save_every": 4, "precision": "float32",
    }  # fmt: skip
    settings = EncoderSettings.parse(
        {**asking, "start": {"matching": True, "embeddings": "random"}, "questions": questions},
        "test",
    )

    class Killed:
        loops = 0

        def restart(self, what: str, total: int, done: int = 0) -> None:
            self.loops += what == "training"
            self.total, self.begun = total, done

        def reach(self, done: int) -> None:
            if self.loops == 2 and done == 7 and not self.begun:
                raise KeyboardInterrupt

    whole, killed = tmp_path / "whole", Killed()
    pretrain_encoder(settings, whole)
    with pytest.raises(KeyboardInterrupt):
        pretrain_encoder(settings, tmp_path / "killed", killed)
    assert not (tmp_path / "killed" / "model").exists()
    pretrain_encoder(settings, tmp_path / "killed", killed)
    assert killed.begun == 4
    for ours, theirs in zip(
        curve(tmp_path / "killed" / "questions"), curve(whole / "questions"), strict=True
    ):
        assert ours == pytest.approx(theirs, abs=2e-6)
    result = json.loads((whole / "result.json").read_text(encoding="utf-8"))["questions"]
    lines = (whole / "questions" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert result["rows"] == len(rows) > 100
    assert sum(row["source"] == "entailment" for row in rows) == 8
    made = [row["label"] for row in rows if row["source"] == "rules"]
    assert sum(made) * 2 == len(made)
    assert result["unseen_rows"] > 0
    classifier = load_classifier(str(whole / "model"))
    assert type(classifier).__name__ == "BertForSequenceClassification"
    assert classifier.config.id2label == {0: "нет", 1: "да"}
    assert "wrong" not in " ".join(classifier.state_dict())


@pytest.mark.slow
def test_a_generator_reads_passages_with_their_questions(
    asking: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_module, "word_vectors", few_words)
    prompts = {"sources": ["made"], "workers": 1, "weight": 2}
    given = {**asking, "embeddings": "navec", "prompts": prompts}
    folder = tmp_path / "run"
    pretrain_generator(GeneratorSettings.parse(given, "test"), folder)
    lines = (folder / "prompts.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    assert all(text.count(CUE) == 1 and text.endswith("?") for text in texts)
    counts = json.loads((folder / "result.json").read_text(encoding="utf-8"))["corpus"]
    assert counts["prompts"]["train"] > 0
    pretrain_generator(GeneratorSettings.parse(given, "test"), folder)
    other = GeneratorSettings.parse({**given, "prompts": {**prompts, "weight": 1}}, "test")
    with pytest.raises(SettingsError, match="differs in prompts"):
        pretrain_generator(other, folder)
