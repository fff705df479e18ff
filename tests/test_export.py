"""Exports: the same answers without torch, and nothing written that differs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    ElectraConfig,
    ElectraForSequenceClassification,
    PreTrainedModel,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from danetka import Answerer, Corpus, Example, Examples
from danetka.data.write import write_jsonl
from danetka.errors import ModelError, SettingsError
from danetka.evaluation.scores import score
from danetka.exporting.export import RECORD, Exported, default_output, export
from danetka.models.catalog import load_tokenizer
from danetka.models.classifier import Classifier
from danetka.models.decision import Decision
from danetka.models.load import load_pair_classifier
from danetka.models.onnx_classifier import OnnxClassifier

from .commands import danetka
from .made import make_examples

SHAPE: dict[str, Any] = {"hidden_size": 32, "num_attention_heads": 2, "num_hidden_layers": 2}
BERT: dict[str, Any] = {**SHAPE, "intermediate_size": 64, "max_position_embeddings": 64}
NAMES: dict[str, Any] = {"id2label": {0: "нет", 1: "да"}, "label2id": {"нет": 0, "да": 1}}


@pytest.fixture(scope="module")
def rows() -> Corpus:
    made = make_examples(60)
    return Corpus("made", {"train": made[:40], "dev": made[40:]})


@pytest.fixture(scope="module")
def exported(tiny: str, rows: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export(tiny, rows, tmp_path_factory.mktemp("exported") / "onnx")


def saved(model: PreTrainedModel, folder: Path, tiny: str) -> str:
    model.save_pretrained(folder)
    load_tokenizer(tiny).save_pretrained(folder)
    return str(folder)


def random_model(kind: str, size: int) -> PreTrainedModel:
    torch.manual_seed(1)
    if kind == "distilbert":
        config = DistilBertConfig(
            vocab_size=size, dim=32, n_heads=2, n_layers=2, hidden_dim=64,
            max_position_embeddings=64, **NAMES,
        )  # fmt: skip
        return DistilBertForSequenceClassification(config)
    if kind == "electra":
        return ElectraForSequenceClassification(
            ElectraConfig(vocab_size=size, embedding_size=16, **BERT, **NAMES)
        )
    if kind == "roberta":
        return RobertaForSequenceClassification(
            RobertaConfig(vocab_size=size, type_vocab_size=2, pad_token_id=0, **BERT, **NAMES)
        )
    return BertForSequenceClassification(BertConfig(vocab_size=size, **BERT, **NAMES))


@pytest.mark.parametrize(
    ("kind", "fast"),
    [("bert", True), ("roberta", True), ("electra", True), ("distilbert", False)],
)
def test_encoders_of_many_builds_say_the_same(
    kind: str, fast: bool, tiny: str, rows: Corpus, tmp_path: Path
) -> None:
    model = saved(random_model(kind, len(load_tokenizer(tiny))), tmp_path / kind, tiny)
    Decision(max_length=60, threshold=0.4, temperature=2.0).write(tmp_path / kind)
    found = export(model, rows, tmp_path / "out")
    assert found.fast is fast
    assert found.difference < 1e-4
    longer = [(q, f"{p} {p} {p} {p} {p} {p}") for q, p in zip(*texts(rows.dev), strict=True)]
    pairs = [*zip(*texts(rows.dev), strict=True), *longer]
    theirs = Answerer.from_pretrained(model).answer_all(pairs)
    ours = Answerer.from_pretrained(found.folder).answer_all(pairs)
    assert max(one.windows for one in theirs) > 1
    assert [one.yes_probability for one in ours] == pytest.approx(
        [one.yes_probability for one in theirs], abs=1e-5
    )
    assert [(one.yes, one.windows) for one in ours] == [(one.yes, one.windows) for one in theirs]


def test_what_is_too_long_is_cut_alike(exported: Exported, tiny: str) -> None:
    long = "Кит живёт в море. " * 60
    cases = [
        ("Спит ли кот?", "Кот спит."),
        ("Спит ли кот?", long),
        (long, "Кот спит."),
        (long, long),
    ]
    rows = Examples(tuple(Example(q, p, None) for q, p in cases))
    told: list[int] = []
    found = load_pair_classifier(exported.folder).probabilities(rows, told.append)
    assert list(found) == pytest.approx(
        list(Classifier.from_pretrained(tiny).probabilities(rows)), abs=1e-5
    )
    assert sum(told) == len(rows)


def texts(examples: Examples) -> tuple[list[str], list[str]]:
    return examples.questions, examples.passages


def test_a_head_that_reads_all_tokens_gets_the_plain_graph(
    tiny: str, rows: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The faster graph would be wrong for it: the check finds that out."""

    def mean_pooled(_: torch.nn.Module, hidden: torch.Tensor) -> torch.Tensor:
        return hidden.mean(dim=1)

    from transformers.models.bert.modeling_bert import BertPooler

    monkeypatch.setattr(BertPooler, "forward", mean_pooled)
    model = saved(random_model("bert", len(load_tokenizer(tiny))), tmp_path / "mean", tiny)
    found = export(model, rows, tmp_path / "out")
    assert not found.fast
    assert found.difference < 1e-4


def test_a_folder_holds_what_loading_needs_and_what_was_checked(exported: Exported) -> None:
    names = {path.name for path in exported.folder.iterdir()}
    assert names == {
        "config.json", "danetka.json", RECORD, "model.onnx", "tokenizer.json",
        "tokenizer_config.json",
    }  # fmt: skip
    record = json.loads((exported.folder / RECORD).read_text(encoding="utf-8"))
    assert record["largest_difference_of_logits"] == exported.difference
    assert record["data"]["dev_rows"] == 20
    model = load_pair_classifier(exported.folder)
    assert isinstance(model, OnnxClassifier)
    assert model.backend == "onnx"


WITHOUT_TORCH = """
import sys
class Wall:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in {"torch", "transformers", "accelerate", "scipy", "sklearn"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name.partition(".")[0])
sys.meta_path.insert(0, Wall())
sys.argv = ["danetka", *sys.argv[1:]]
from danetka.cli.app import main
main()
"""


def without_torch(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_export_answers_where_there_is_no_torch(
    exported: Exported, rows: Corpus, tmp_path: Path
) -> None:
    source, output = tmp_path / "rows.jsonl", tmp_path / "answers.jsonl"
    lines = [{"question": q, "passage": p} for q, p in zip(*texts(rows.dev), strict=True)]
    source.write_text("\n".join(json.dumps(one) for one in lines), encoding="utf-8")
    model = str(exported.folder)
    ended = without_torch(
        "answer", "--input", str(source), "--output", str(output), "--model", model
    )
    assert ended.returncode == 0, ended.stderr
    told = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    here = Answerer.from_pretrained(model).answer_all(lines)
    assert [one["answer"] for one in told] == [one.label for one in here]
    assert [one["evidence"] for one in told] == [one.evidence for one in here]


def test_the_base_install_answers_at_once() -> None:
    ended = without_torch("answer", "-q", "Спит ли кот на печи?", "-p", "Кот спит на печи.")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("да")


def test_an_export_is_evaluated(exported: Exported, rows: Corpus, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "test.jsonl", rows.dev)
    told = tmp_path / "scores.json"
    danetka("evaluate", str(exported.folder), str(tmp_path / "test.jsonl"), "--json", str(told))
    [scores] = json.loads(told.read_text(encoding="utf-8")).values()
    expected = score(
        rows.dev.labels, Classifier.from_pretrained(exported.model).probabilities(rows.dev)
    )
    assert scores["values"]["roc_auc"] == pytest.approx(expected["roc_auc"], abs=1e-3)


def test_what_needs_torch_says_so_where_there_is_none(tiny: str) -> None:
    ended = without_torch("answer", "-q", "Есть ли дом?", "-p", "Дом есть.", "--model", tiny)
    assert ended.returncode == 2
    assert ended.stderr.strip() == (
        f"{tiny}, a checkpoint that was not exported, needs torch: pip install 'danetka[train]'"
    )
    ended = without_torch("evaluate", tiny, "sample")
    assert ended.returncode == 2
    assert "pip install 'danetka[train]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_cannot_be_exported_is_told(
    exported: Exported, tiny: str, rows: Corpus, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="is exported already"):
        export(str(exported.folder), rows, tmp_path / "new")
    with pytest.raises(SettingsError, match="is there already"):
        export(tiny, rows, exported.folder)
    ended = danetka("export", tiny, "--output", exported.folder)
    assert (ended.returncode, ended.stdout) == (2, "")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("model.onnx", b"no graph", "not a model that can be loaded"),
        ("tokenizer.json", b"{}", "its tokenizer cannot be read"),
        ("tokenizer.json", None, "there is no such file"),
        ("config.json", b"{", "cannot be read"),
    ],
)
def test_damaged_exports_are_told(
    name: str, content: bytes | None, told: str, exported: Exported, tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    for path in exported.folder.iterdir():
        if path.name != name:
            (folder / path.name).write_bytes(path.read_bytes())
        elif content is not None:
            (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=told):
        OnnxClassifier.from_pretrained(folder)


def test_where_an_export_goes(tmp_path: Path) -> None:
    (tmp_path / "best").mkdir()
    assert default_output(str(tmp_path / "best"), int8=False) == tmp_path / "best-onnx"
    assert default_output("OWNER/name", int8=True) == Path("name-onnx-int8")
