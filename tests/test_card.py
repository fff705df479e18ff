"""Cards: every trained model has one, the hub's client reads it, and its figures are the files'."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from huggingface_hub import ModelCard

from danetka.errors import ModelError
from danetka.evaluation.scores import score
from danetka.models.catalog import _hash_folder
from danetka.models.classifier import Classifier
from danetka.models.decision import Decision
from danetka.schema import Examples
from danetka.settings import read_yaml
from danetka.training.api import train
from danetka.training.card import CardFacts, card_text, read_facts, write_card
from danetka.training.card.origins import base_of
from danetka.training.listener import read_metrics
from danetka.training.run import run_key
from danetka.training.settings import TrainSettings

from .carded import CHOSEN, DEV, MADE, carded_run, data_of, limits_of, measured, train_rows


@pytest.fixture(scope="module")
def trained(tiny: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carded_run(tiny, tmp_path_factory.mktemp("carded") / "run")


@pytest.fixture
def run_folder(trained: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return shutil.copytree(trained, tmp_path / "run")


@pytest.fixture
def facts(trained: Path) -> CardFacts:
    return read_facts(trained, "best")


def test_training_leaves_a_card_in_each_checkpoint(trained: Path) -> None:
    for name in ("best", "last"):
        written = (trained / name / "README.md").read_text(encoding="utf-8")
        assert written == card_text(read_facts(trained, name))
    assert "its model is the one in `best/`" in (trained / "last/README.md").read_text("utf-8")
    assert "its model is the one in" not in (trained / "best/README.md").read_text("utf-8")


def test_a_run_without_dev_has_one_too(tiny: str, tmp_path: Path) -> None:
    training = {"max_steps": 2, "per_device_train_batch_size": 4}
    model = train(
        train_rows(), base=tiny, output=tmp_path / "run", max_length=64, training=training
    )
    text = (Path(model.name) / "README.md").read_text(encoding="utf-8")
    assert data_of(text).eval_results is None
    assert "There was no dev split" in text
    assert "Nothing has been measured" in limits_of(text)


def test_a_chosen_threshold_gets_into_the_card(tiny: str, trained: Path, tmp_path: Path) -> None:
    given = Classifier.from_pretrained(trained / "last").probabilities(DEV)
    # What the weights come to differs from machine to machine: so dev gets the answers that one
    # threshold alone tells apart, and not 0.5. The last epoch is the same whatever dev says.
    gaps = [(b - a, b) for a, b in pairwise(np.unique(given)) if not a < 0.5 <= b]
    labels = given >= max(gaps)[1]
    rows = (replace(row, label=int(yes)) for row, yes in zip(DEV, labels, strict=True))
    dev = Examples(tuple(rows), DEV.origin)
    model = train(
        train_rows(),
        dev,
        tiny,
        output=tmp_path / "run",
        tune_threshold=True,
        select="last",
        **CHOSEN,
    )
    threshold = model.decision.threshold
    assert threshold != 0.5
    assert (given >= threshold).tolist() == labels.tolist()
    text = (tmp_path / "run/last/README.md").read_text(encoding="utf-8")
    assert f'answer = "да" if yes >= {threshold} else' in text
    assert f"Its threshold, {threshold:.3f}, was chosen on dev" in limits_of(text)
    assert "--tune-threshold" in text


def test_a_run_that_lacks_its_card_gets_it_when_it_is_found_finished(
    tiny: str, run_folder: Path
) -> None:
    before = (run_folder / "best/README.md").read_bytes()
    (run_folder / "best/README.md").unlink()
    train(train_rows(), DEV, tiny, output=run_folder, **CHOSEN)
    assert (run_folder / "best/README.md").read_bytes() == before


def test_the_hub_reads_the_metadata(facts: CardFacts) -> None:
    text = card_text(replace(facts, measured=(measured([1, 0, 1], [0.9, 0.2, 0.4]),)))
    data = data_of(text)
    assert (data.language, data.pipeline_tag) == ("ru", "text-classification")
    assert data.model_name == facts.name
    assert data.base_model is None, "a folder of this machine is nothing for the hub"
    found = {(r.dataset_split, r.metric_name): r.metric_value for r in data.eval_results or ()}
    assert found["dev", "«нет» F1, dev"] == round(facts.epoch["no_f1"], 4)
    assert found["val", "accuracy, val"] == round(2 / 3, 4)
    assert set(data.metrics or ()) == {r.metric_type for r in data.eval_results or ()}
    again = data_of(str(ModelCard(text)))
    assert again.to_dict() == data.to_dict()  # type: ignore[no-untyped-call]


def test_a_score_that_does_not_exist_is_no_metadata(facts: CardFacts) -> None:
    only_yes = measured([1, 1], [0.9, 0.8])
    text = card_text(replace(facts, measured=(only_yes,)))
    found = data_of(text).eval_results or []
    assert "ROC AUC, val" not in {result.metric_name for result in found}
    assert "accuracy, val" in {result.metric_name for result in found}
    assert "| ROC AUC | – | – |" in text
    assert "only one answer is right" in limits_of(text)


def test_figures_are_those_of_the_chosen_epoch(trained: Path, facts: CardFacts) -> None:
    step = json.loads((trained / "result.json").read_text(encoding="utf-8"))["best_step"]
    rows = read_metrics(trained / "metrics.csv")
    (row,) = [row for row in rows if int(row["step"]) == step]
    text = card_text(facts)
    for name, shown in (("accuracy", "accuracy"), ("no_f1", "«нет» F1"), ("roc_auc", "ROC AUC")):
        assert f"| {shown} | {float(row[name]):.3f} |" in text
    assert f"Dev after epoch {row['epoch']} of 2" in text
    assert "so the figures flatter" in text
    last = card_text(read_facts(trained, "last"))
    assert f"| «нет» F1 | {float(rows[-1]['no_f1']):.3f} |" in last
    assert "the epoch was not chosen on them" in last


def test_data_and_settings(tiny: str, facts: CardFacts) -> None:
    text, rows = card_text(facts), train_rows()
    assert f"| train | train.jsonl | 40 | {rows.labels.mean():.1%} | `{rows.sha256}` |" in text
    assert f"| dev | dev.jsonl | 16 | {DEV.labels.mean():.1%} | `{DEV.sha256}` |" in text
    assert f"Training rows by who made them: original {40 - MADE}, rules {MADE}." in text
    assert f"{MADE / 40:.1%} of its training rows were made by a program" in limits_of(text)
    assert "- `max_length`: 24 (there 512)" in text
    assert "- `training.learning_rate`: 0.001 (there 1e-05)" in text
    assert "`training.optim`" not in text, "what does not differ is not told"
    assert f"({facts.truncated} of the 40 training pairs were cut)" in limits_of(text)
    assert facts.truncated > 0
    assert "somebody" not in text
    assert tiny not in text


def test_the_settings_give_the_same_run(tiny: str, tmp_path: Path, facts: CardFacts) -> None:
    """What the card says to type leads to the run's key."""
    (block,) = re.findall(r"```yaml\n(.*?)```", card_text(facts), flags=re.DOTALL)
    (tmp_path / "settings.yaml").write_text(block, encoding="utf-8")
    values = {**read_yaml(tmp_path / "settings.yaml"), "base_model": tiny}
    assert run_key(train_rows(), DEV, TrainSettings.parse(values, "card")) == facts.key


@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_what_the_card_says_to_run_runs(run_folder: Path, temperature: float) -> None:
    """Plain transformers and danetka, as told, agree with each other and with the checkpoint."""
    Decision(24, 0.4, temperature).write(run_folder / "best")
    text = card_text(read_facts(run_folder, "best"))
    plain, ours = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    model = Classifier.from_pretrained(run_folder / "best")
    for row in DEV[:4]:
        right = float(model.probabilities(Examples((row,)))[0])
        names: dict[str, Any] = {"question": row.question, "passage": row.passage}
        exec(plain.replace('"…"', repr(str(run_folder / "best"))), names)
        assert names["yes"] == pytest.approx(right, abs=1e-6)
        assert names["answer"] == ("да" if right >= 0.4 else "нет")
        exec(ours, names)
        assert names["yes"] == pytest.approx(right, abs=1e-9)


def test_a_model_whose_first_class_is_yes(run_folder: Path) -> None:
    config = run_folder / "best/config.json"
    values = json.loads(config.read_text(encoding="utf-8"))
    values["id2label"] = {"0": "True", "1": "False"}
    config.write_text(json.dumps(values), encoding="utf-8")
    assert "softmax(-1)[0, 0]" in card_text(read_facts(run_folder, "best"))


def test_the_number_of_parameters_is_the_model_s(trained: Path, facts: CardFacts) -> None:
    model = Classifier.from_pretrained(trained / "best").model
    assert facts.network.parameters == sum(p.numel() for p in model.parameters())


def test_the_card_is_no_part_of_the_model(run_folder: Path) -> None:
    """The key of what is trained from it stays; and the same facts give the same text."""
    folder = run_folder / "best"
    _hash_folder.cache_clear()
    before = _hash_folder(folder)
    (folder / "README.md").write_text("other", encoding="utf-8")
    write_card(run_folder)
    first = (folder / "README.md").read_bytes()
    _hash_folder.cache_clear()
    assert _hash_folder(folder) == before
    write_card(run_folder)
    assert (folder / "README.md").read_bytes() == first != b"other"


def test_an_evaluation_is_told_with_its_intervals(run_folder: Path) -> None:
    labels = [1, 0, 1, 0, 1, 0, 1, 0]
    sure = [0.9, 0.1, 0.8, 0.2, 0.9, 0.1, 0.7, 0.6]
    seen = measured(
        labels, sure, part="unseen", question_only=score(np.array(labels), np.array(sure))
    )
    written = write_card(run_folder, [seen])
    assert written == run_folder / "best/README.md"
    text = written.read_text(encoding="utf-8")
    scores = seen.scores
    low, high = scores.intervals["balanced_accuracy"]
    line = f"| balanced accuracy | {scores['balanced_accuracy']:.3f} | {low:.3f} to {high:.3f} |"
    assert line in text
    assert "**Made rows, release 1: val, unseen rows**: 8 rows, 4 of them «да»" in text
    assert "reads the question alone does as well or better" in limits_of(text)
    assert "It has been measured on dev alone" not in text
    assert "release 1" not in (run_folder / "last/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "hub_id", "bundled", "licence"),
    [
        ("mini", None, True, "cc-by-sa-4.0"),
        ("navec-mini", None, True, None),
        ("rubert", "DeepPavlov/rubert-base-cased", False, None),
        ("ai-forever/ruBert-base", "ai-forever/ruBert-base", False, None),
        ("/home/somebody/models/mine", None, False, None),
        ("runs/some/run/best", None, False, None),
    ],
)
def test_bases(
    facts: CardFacts, name: str, hub_id: str | None, bundled: bool, licence: str | None
) -> None:
    base = base_of(name)
    assert (base.hub_id, base.bundled, base.licence) == (hub_id, bundled, licence)
    text = card_text(replace(facts, base=base))
    data = data_of(text)
    assert (data.base_model, data.license) == (hub_id, licence)
    assert "somebody" not in text


def test_older_runs_have_noted_less(run_folder: Path) -> None:
    path = run_folder / "data.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    for name in ("train", "dev"):
        data[name] = {k: data[name][k] for k in ("origin", "rows", "sha256")}
    path.write_text(json.dumps(data), encoding="utf-8")
    text = card_text(read_facts(run_folder, "best"))
    assert "| train | train.jsonl | 40 | not noted |" in text
    assert "by who made them" not in text


def test_an_unfinished_run_is_refused(run_folder: Path) -> None:
    (run_folder / "result.json").unlink()
    with pytest.raises(ModelError, match=r"not the folder of a finished run \(.*result\.json"):
        write_card(run_folder)


def test_no_figure_of_the_text_depends_on_the_day(facts: CardFacts) -> None:
    assert not re.search(r"\b20\d\d-\d\d", card_text(facts))
    assert yaml.safe_load(card_text(facts).split("---\n")[1])["language"] == "ru"
