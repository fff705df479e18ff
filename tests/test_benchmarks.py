"""The benchmarks run, on a shape so small that they measure nothing."""

from __future__ import annotations

import importlib.util
import json
import sys
from argparse import Namespace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from transformers import BertConfig

from danetka.environment import environment

from .made import make_examples, write_jsonl
from .made_passages import PASSAGES


def load(name: str) -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / f"{name}.py"
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # as where it is run as a script
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where a dataclass looks for its annotations
    spec.loader.exec_module(module)
    return module


def write_shape(folder: Path) -> Path:
    """A vocabulary and a configuration, as small as they can be."""
    shape = folder / "shape"
    shape.mkdir()
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "дом", "верно", "ли", "."]
    (shape / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
    )
    (shape / "config.json").write_text(json.dumps(config.to_dict()), encoding="utf-8")
    return shape


@pytest.mark.parametrize("to", ["batch", "512"])
def test_padding(tmp_path: Path, to: str) -> None:
    shape = write_shape(tmp_path)
    rows: list[dict[str, object]] = [
        {"question": row.question, "passage": row.passage, "label": row.label}
        for row in make_examples(100)
    ]
    data = write_jsonl(tmp_path / "train.jsonl", rows)
    padding = load("padding")
    found = padding.measure(shape, data, to)
    assert (found["padded_to"], found["pairs"], found["pairs_over_512"]) == (to, 100, 0)
    assert found["seconds"] > 0
    table = padding.table(
        [found, found], {"processor": "p", "cores": 1, "packages": {"torch": "t"}}, "c"
    )
    assert "1.00 times the examples per second" in table


def test_the_loop_of_intervals_agrees() -> None:
    """What is timed against `score` computes the same scores."""
    import numpy as np

    from danetka.evaluation.scores import score

    random = np.random.default_rng(0)
    labels, p = random.integers(0, 2, 300), random.random(300)
    drawn = np.array(load("intervals").by_loop(labels, p, 200))
    ours = score(labels, p)
    names = ("accuracy", "balanced_accuracy")
    for i, name in enumerate(names):
        low, high = np.percentile(drawn[:, i], [2.5, 97.5])
        assert ours.intervals[name] == pytest.approx((low, high), abs=0.02)


def test_checkpoints_in_a_table() -> None:
    module = load("checkpoints_table")
    tasks = {
        task: {"rows": 696, "roc_auc": [0.6, 0.8], "balanced_accuracy": [0.5, 0.6],
               "accuracy": [0.7, 0.9]}
        for task in ("danetqa", "sample", "terra")
    }  # fmt: skip
    one = {task: {**of, "roc_auc": [0.65]} for task, of in tasks.items()}
    found: dict[str, Any] = {
        "commands": ["python benchmarks/checkpoints.py", "python and-more.py"],
        "variant_commands": ["python variants.py"],
        "seeds": 2,
        "tuned": {"mini": tasks, "majority": one, "no text": tasks},
        "untuned": {"mini": {"sample": {"accuracy": 0.61}, "rules": {"accuracy": 0.9}}},
        "variants": {"no text": {"tokens": 2048.0, "rows": 5000.0}},
        "timed": {"load": 0.5, "answer": 0.0123, "words": 99},
        "spent": {
            "text": {"tokens": 1e6, "seconds": 360},
            "questions": {"rows": 5000, "made": 9000, "seconds": 600},
        },
        "environment": environment(),
    }
    shown = module.table(found, "en")
    assert shown.rows[0] == (
        "mini", "0.700 ± 0.141", "0.550 ± 0.071", "0.800 ± 0.141", "0.800 ± 0.141",
        "0.610", "0.900",
    )  # fmt: skip
    assert shown.rows[1][1] == "0.650"
    assert "DaNetQA val" in shown.header[1]
    assert len(shown.header) == 7, "no column without a figure"
    assert "over 2 fine-tuning seeds" in shown.notes[0]
    assert "1,000,000 tokens of text in 6 minutes, then 5,000 of 9,000" in shown.notes[2]
    assert "over 99 words in 12.3 ms" in shown.notes[3]
    assert "`python benchmarks/checkpoints.py`, `python and-more.py`" in shown.notes[-1]
    assert [row[0] for row in shown.rows] == ["mini", "majority"], "variants stand apart"
    found["untuned"]["no text"] = {"rules": {"accuracy": 0.7}, "held-out": {"accuracy": 0.8}}
    assert module.ablation(found).notes[-1] == "Written by `python variants.py`."
    [apart] = module.ablation(found).rows
    assert apart == ("no text", "2,048", "5,000", "0.800 ± 0.141", "0.700", "0.800", "–")
    untuned = module.table({**found, "tuned": {}}, "en")
    assert len(untuned.header) == len(untuned.rows[0]) == 3
    assert "seeds" not in untuned.notes[0]
    assert len(module.table(found, "ru").header) == len(shown.header)


def test_what_was_measured_before_is_kept() -> None:
    module = load("checkpoints")
    before = {
        "commands": ["a"], "variant_commands": [], "seeds": 5, "environment": {"torch": "2"},
        "spent": {"text": {}},
        "tuned": {"mini": {"terra": 1}, "majority": {"terra": 2}},
        "untuned": {"mini": {"rules": 3}}, "variants": {}, "timed": 4,
    }  # fmt: skip
    now = {
        **before, "commands": ["a"], "variant_commands": ["b"], "spent": {},
        "tuned": {"mini": {"sample": 5}, "majority": {"terra": 6}},
        "untuned": {}, "variants": {"no text": {"rows": 7}}, "timed": {},
    }  # fmt: skip
    both = module.joined(before, now)
    assert (both["commands"], both["variant_commands"]) == (["a"], ["b"])
    assert both["tuned"] == {"mini": {"terra": 1, "sample": 5}, "majority": {"terra": 6}}
    assert both["variants"] == {"no text": {"rows": 7}}
    assert (both["untuned"], both["spent"]) == ({"mini": {"rules": 3}}, {"text": {}})
    assert both["timed"] == 4
    with pytest.raises(SystemExit, match="seeds"):
        module.joined(before, {**now, "seeds": 3})


def test_what_was_kept_apart_is_asked_in_whole_passages_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANETKA_CACHE", str(tmp_path / "cache"))
    texts = [" ".join([*PASSAGES[i : i + 3], f"Запись {i}."]) for i in range(12)]
    lines = [json.dumps({"text": text}) for text in texts]
    (tmp_path / "made.jsonl").write_text("\n".join(lines), encoding="utf-8")
    settings = {
        "corpus": {"folder": str(tmp_path), "sources": {"made": 1}, "held_out": 0.49},
        "text": {"tokens": 1}, "questions": {"sources": ["made"], "workers": 1},
    }  # fmt: skip
    (tmp_path / "settings.yaml").write_text(json.dumps(settings), encoding="utf-8")
    (tmp_path / "questions").mkdir()
    apart = make_examples(4)
    write_jsonl(
        tmp_path / "questions/unseen.jsonl",
        [{"question": r.question, "passage": r.passage, "label": bool(r.label)} for r in apart],
    )
    found = load("checkpoints_asked").held_out(tmp_path)
    assert found["held-out"].questions == apart.questions
    whole = found["whole passages"]
    assert len(whole) > 8
    assert whole.labels.mean() == 0.5
    assert sum(row.passage in texts for row in whole) * 2 == len(whole), "the others are changed"


def test_every_start_is_tuned_alike(tmp_path: Path) -> None:
    module = load("checkpoints")
    given = Namespace(shared=tmp_path, runs=tmp_path, seeds=2)
    both = [module.settings_of("sample", base, given) for base in ("mini", "navec-mini")]
    plain = [s.model_dump(exclude={"base_model"}) for s in both]
    assert plain[0] == plain[1]
    assert (both[0].seeds, both[0].report_on, list(both[0].arms)) == (
        (0, 1),
        ("test",),
        ["original"],
    )


def test_a_generators_card_holds_what_it_said() -> None:
    module = load("generator")
    found = {
        "command": "python benchmarks/generator.py RUN",
        "unseen": {
            "news": {"sequences": 3, "loss": 5.0, "perplexity": 148.4},
            "laws": {"sequences": 9, "loss": 4.0, "perplexity": 54.6},
        },
        "continuations": [{"text": "Дом стоит", "continuation": " на\nхолме"}],
        "environment": environment(),
    }
    text = module.tables(found)
    assert text.index("| laws | 9 | 4.00 | 55 |") < text.index("| news | 3 | 5.00 | 148 |")
    assert "| Дом стоит |  на ⏎ холме |" in text


def test_accelerator(tmp_path: Path) -> None:
    """Where there is no accelerator the parts still run, on the processor."""
    from transformers import BertTokenizer

    from danetka.models.pairs import encode_pairs

    accelerator = load("accelerator")
    shape = write_shape(tmp_path)
    tokenizer = BertTokenizer(str(shape / "vocab.txt"))
    pairs = encode_pairs(make_examples(40), tokenizer, 32)
    row = accelerator.measure(shape, tokenizer, pairs, 4, 2)
    assert row["batch"] == 4
    assert row["operations_per_second"] > row["examples_per_second"] > 0
    found = {
        "command": "c",
        "matrix_rate": 10 * row["operations_per_second"],
        "rows": [row],
        "environment": environment(),
    }
    assert accelerator.matrix_rate("cpu", 64, 2) > 0
    assert accelerator.table(found).rows[0][2] == "10.0%"


def test_false_positives() -> None:
    simulation = load("false_positives")
    found = simulation.measure(2)
    assert [(row["kind"], row["seeds"]) for row in found] == [
        (kind, seeds) for kind in simulation.KINDS for seeds in simulation.SEEDS
    ]
    table = simulation.table({"shares": found, "times": 2, "command": "c"})
    assert len(table.rows) == len(found)
    random = np.random.default_rng(0)
    labels, ours, _ = simulation.simulate(random, simulation.KINDS["all of it"], 3)
    assert simulation.percentile_p(random, labels, ours, ours) == 1.0
    right = np.tile(labels == 1, (3, 1))
    assert simulation.percentile_p(random, labels, right, ~right) < 0.05
