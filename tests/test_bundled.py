"""The checkpoints that ship with the package: what they are, and that they do what they are for."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

from danetka import Answerer, Classifier, Example, Examples, load_examples
from danetka.errors import ModelError
from danetka.models.catalog import (
    ANSWERING_MODEL,
    BUNDLED,
    DEFAULT_MODEL,
    content_key,
    load_classifier,
    load_tokenizer,
    resolve,
)

LARGEST = {"mini": 36e6, "mini-gpt": 30e6}
FACTS = [
    ("Мост построен в 1874 году в Твери. Его длина составляет 120 метров.",
     "Построен ли мост в 1874 году?", "Построен ли мост в 1897 году?"),
    ("Анна Лугова родилась в Омске и окончила там школу. Позже она переехала в Москву.",
     "Родилась ли Анна Лугова в Омске?", "Родилась ли Анна Лугова в Казани?"),
    ("Музей открыт в 1988 году в Ярославле. В музее хранятся старинные часы.",
     "Хранятся ли в музее старинные часы?", "Хранятся ли в музее старинные карты?"),
    ("Река Быстрая впадает в Волгу. В верховьях реки расположен заповедник.",
     "Впадает ли Быстрая в Волгу?", "Впадает ли Быстрая в Каму?"),
    ("Население деревни составляет 312 человек. Школа в деревне закрыта в 2009 году.",
     "Закрыта ли школа в 2009 году?", "Закрыта ли школа в 2001 году?"),
    ("Театр кукол основан в 1935 году. В театре работают 40 актёров.",
     "Верно ли, что в театре работают 40 актёров?", "Верно ли, что в театре работают 90 актёров?"),
]  # fmt: skip
"""Passage, a question whose answer is «да», one whose answer is «нет»."""


@pytest.mark.parametrize("name", LARGEST)
def test_it_is_small_complete_and_has_a_card(name: str) -> None:
    folder = Path(resolve(name))
    assert folder == BUNDLED / name
    assert sum(path.stat().st_size for path in folder.iterdir()) < LARGEST[name]
    weights = (folder / "model.safetensors").read_bytes()
    header = json.loads(weights[8 : 8 + int.from_bytes(weights[:8], "little")])
    assert {t["dtype"] for n, t in header.items() if n != "__metadata__"} == {"F16"}
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\nlanguage: ru\nlicense: ")
    assert "| ---" in card.partition(f"<!-- danetka:{name} -->")[2], "figures are written in"


def test_it_answers_before_any_fine_tuning() -> None:
    rows = [
        Example(question, passage, label)
        for passage, yes, no in FACTS
        for question, label in ((yes, 1), (no, 0))
    ]
    found = Classifier.from_pretrained().probabilities(Examples(tuple(rows)))
    assert all(found[0::2] > found[1::2])
    assert ((found > 0.5) == [row.label for row in rows]).mean() >= 0.75


def test_what_answers_by_default_says_what_mini_says() -> None:
    folder = Path(resolve(ANSWERING_MODEL))
    assert sum(path.stat().st_size for path in folder.iterdir()) < 16e6
    told = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    assert told["model"] == content_key("mini"), "mini has changed: export it anew"
    answerer = Answerer.from_pretrained()
    assert answerer.classifier.backend == "onnx-int8"
    rows = load_examples("sample").val[:128]
    expected = Classifier.from_pretrained("mini").probabilities(rows)
    found = answerer.classifier.probabilities(rows)
    assert ((found > 0.5) == (expected > 0.5)).mean() >= 0.99
    assert np.abs(found - expected).mean() < 0.01
    answers = Answerer.from_pretrained(evidence=False).answer_all(rows)
    assert [one.yes_probability for one in answers] == pytest.approx(list(found), abs=1e-6)


def test_what_is_exported_is_not_trained() -> None:
    for load in (load_tokenizer, load_classifier):
        with pytest.raises(ModelError, match="mini-int8: is exported"):
            load(ANSWERING_MODEL)


def test_a_checkpoint_with_an_onnx_file_beside_its_weights_is_one(tmp_path: Path) -> None:
    both = tmp_path / "both"
    shutil.copytree(resolve("mini"), both)
    shutil.copy2(Path(resolve(ANSWERING_MODEL)) / "model.onnx", both)
    assert load_classifier(str(both)).config.num_labels == 2


def test_transformers_alone_loads_it() -> None:
    model = AutoModelForSequenceClassification.from_pretrained(BUNDLED / "mini")
    assert model.config.id2label == {0: "нет", 1: "да"}
    assert DEFAULT_MODEL == "mini"
    generator: Any = AutoModelForCausalLM.from_pretrained(BUNDLED / "mini-gpt", dtype=torch.float32)
    tokenizer = load_tokenizer("mini-gpt")
    ids = tokenizer("По словам министра, в 2012 году", return_tensors="pt")["input_ids"]
    out = generator.generate(
        ids, attention_mask=torch.ones_like(ids), max_new_tokens=16, do_sample=False
    )
    assert out.shape == (1, ids.shape[1] + 16)
    text = tokenizer.decode(out[0, ids.shape[1] :])
    assert any("а" <= c <= "я" for c in text)


def test_it_loads_in_a_second_and_answers_in_forty_milliseconds() -> None:
    code = (
        "import time; from danetka import Classifier, Example, Examples\n"
        "from transformers import AutoModelForSequenceClassification, AutoTokenizer\n"
        "from transformers import BertForSequenceClassification\n"  # importing is not loading
        "a = time.perf_counter(); m = Classifier.from_pretrained(); b = time.perf_counter()\n"
        "rows = Examples((Example('Стоит ли дом на холме?', 'Дом стоит на холме. ' * 25, None),))\n"
        "times = []\n"
        "for _ in range(20):\n"
        "    t = time.perf_counter(); m.probabilities(rows)\n"
        "    times.append(time.perf_counter() - t)\n"
        "print(b - a, min(times))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    load, answer = map(float, done.stdout.split())
    assert load < 2, "1 s on an idle machine"
    assert answer < 0.08, "40 ms on an idle machine"
