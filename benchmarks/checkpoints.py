"""What the bundled encoder is worth, beside what else one could start from.

    python benchmarks/checkpoints.py --run runs/mini
    python benchmarks/checkpoints.py --run runs/mini --keep --starts "" --variant whole=PATH

Each start is fine-tuned with five seeds on DaNetQA, on the bundled sample and on TERRa, by the
settings of configs/danetqa.yaml (no arm but `original`; the epoch is chosen on a part of train).
DaNetQA is reported on the rows of val whose passage and question training has not seen. Before any
fine-tuning it answers the sample's test and questions by rule about texts that no stage has read:
the passages of DaNetQA's val and test (and apart those that say with another verb what the passage
says, all «да»), and contrasts about the documents that the run kept apart, each in as much of its
passage as the run's rows have, and in all of it.

Runs are kept (--runs) and not made twice; with --keep a results file keeps what it holds of other
starts. Variants (benchmarks/ablation.py) get a table of their own. Writes docs/results/mini.json
and .md, and the tables into the model card, the first into both READMEs.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from pathlib import Path
from shlex import quote
from typing import Any

import yaml
from checkpoints_asked import SCORES, held_out, ruled_questions, untuned
from checkpoints_table import ablation, table

from danetka.cli.study_progress import StudyProgress
from danetka.data import read_corpus
from danetka.data.write import write_jsonl
from danetka.environment import environment
from danetka.experiment.run import Experiment
from danetka.experiment.settings import ExperimentSettings
from danetka.files import write_json, write_text
from danetka.models.catalog import load_classifier, load_tokenizer, resolve
from danetka.models.quiet import quiet
from danetka.pretraining.loop import has_bf16
from danetka.pretraining.questions.entailment import read_entailment
from danetka.report.table import put_into

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "docs" / "results" / "mini.json"
CARD = Path(resolve("mini")) / "README.md"
RANDOM = "same shape, random"
STARTS = ("mini", "navec-mini", RANDOM)
REPORTED = {"danetqa": ("val", "unseen"), "sample": ("test", "all"), "terra": ("val", "all")}
EPOCHS = {"danetqa": 5, "sample": 5, "terra": 3}
JOBS = 2
"""Runs side by side: on two cores more is read than by both on one run."""


def random_start(folder: Path) -> Path:
    """A checkpoint of `mini`'s shape and tokenizer whose weights are random."""
    if not folder.exists():
        import torch
        from transformers import AutoModelForSequenceClassification

        torch.manual_seed(0)
        with quiet():
            config = load_classifier("mini").config
            AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
            load_tokenizer("mini").save_pretrained(folder)
    return folder


def settings_of(task: str, base: str, given: argparse.Namespace) -> ExperimentSettings:
    """How a start is fine-tuned on a task: as configs/danetqa.yaml, for all alike."""
    data = {"danetqa": str(given.shared / "data" / "danetqa"), "sample": "sample"}
    changes = {
        "name": task,
        "data": data.get(task, str(given.runs / "terra")),
        "release": {"terra": "TERRa, Russian SuperGLUE"}.get(task, ""),
        "base_model": base,
        "seeds": list(range(given.seeds)),
        "arms": {"original": None},
        "report_on": [REPORTED[task][0]],
        "robustness": None,
    }
    plain = ExperimentSettings.read(ROOT / "configs" / "danetqa.yaml").model_dump(mode="json")
    training = {
        **plain["training"],
        "num_train_epochs": EPOCHS[task],
        "bf16": has_bf16(),  # nearly twice as fast where the processor can
    }
    return ExperimentSettings.parse({**plain, **changes, "training": training}, task)


def write_terra(folder: Path, shared: Path) -> None:
    """TERRa as question, passage and answer."""
    for split in ("train", "val"):
        rows = read_entailment(shared / "data" / "terra" / f"{split}.jsonl")
        write_jsonl(folder / f"{split}.jsonl", rows)


def tuned(task: str, base: str, given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Fine-tune on a task with every seed: arm → its scores on what is reported."""
    experiment = Experiment.load(settings_of(task, base, given), given.runs / task, JOBS)
    with StudyProgress() as progress:
        results = experiment.execute("", progress)
    found = {}
    for e in results.evaluations:
        if (e.split, e.part) == REPORTED[task]:
            runs = list(e.by_seed.values()) or [e.scores]
            found[e.arm] = {
                "rows": e.scores.rows,
                **{name: [run[name] for run in runs] for name in SCORES},
            }
    return found


def timed() -> dict[str, float]:
    """Seconds to load `mini`, and of an answer over a passage of about 100 words: medians."""
    code = """
import json, sys, time
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers import BertForSequenceClassification  # the libraries are not what is timed
from danetka import Classifier, Example, Examples
began = time.perf_counter()
model = Classifier.from_pretrained("mini")
loaded = time.perf_counter() - began
passage = " ".join((sys.argv[1] + " ").split() * 9)[:700]
times = []
for i in range(60):
    row = Examples((Example(f"Верно ли, что это запись {i}?", passage, None),), "one")
    began = time.perf_counter()
    model.probabilities(row)
    times.append(time.perf_counter() - began)
print(json.dumps({"load": loaded, "answer": sorted(times[10:])[25], "words": len(passage.split())}))
"""
    text = "Байкал лежит на юге Восточной Сибири и считается самым глубоким озером планеты."
    done = subprocess.run(
        [sys.executable, "-c", code, text], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Every start on every task."""
    write_terra(given.runs / "terra", given.shared)
    starts = {name: name for name in given.starts.split(";") if name}
    if RANDOM in starts:
        starts[RANDOM] = str(random_start(given.runs / "random"))
    variants = dict(variant.split("=", 1) for variant in given.variant)
    starts |= variants
    sets = {"sample": read_corpus("sample").test, **ruled_questions(given.shared, given.runs)}
    if given.run:
        sets |= held_out(given.run)
    after: dict[str, dict[str, Any]] = {}
    for task in filter(None, given.tasks.split(";")):
        for name, base in starts.items():
            for arm, found in tuned(task, base, given).items():
                after.setdefault(name if arm == "original" else arm, {})[task] = found
    before = {n: untuned(b, sets) for n, b in starts.items() if n not in ("navec-mini", RANDOM)}
    return {
        "tuned": after,
        "untuned": before,
        "variants": {name: read_by(Path(path)) for name, path in variants.items()},
        "timed": timed() if "mini" in starts else {},
        "spent": spent_on(given.run) if given.run else {},
    }


def read_by(checkpoint: Path) -> dict[str, float]:
    """What a variant's pre-training read: its folder is ``text`` or ``model`` of the run's."""
    run = checkpoint.parent
    found = {"tokens": float(_last(run)["tokens"]), "rows": 0.0}
    if checkpoint.name == "model":
        settings = yaml.safe_load((run / "settings.yaml").read_text(encoding="utf-8"))
        found["rows"] = settings["questions"]["batch"] * float(_last(run / "questions")["step"])
    return found


def _last(folder: Path) -> dict[str, str]:
    with (folder / "curve.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[-1]


def spent_on(run: Path) -> dict[str, dict[str, float]]:
    """What a pre-training's stages read, and how long they took."""
    found = {}
    settings = yaml.safe_load((run / "settings.yaml").read_text(encoding="utf-8"))
    made = json.loads((run / "result.json").read_text(encoding="utf-8"))["questions"]["rows"]
    for stage, folder in (("text", run), ("questions", run / "questions")):
        last = _last(folder)
        found[stage] = {k: float(last[k]) for k in ("step", "tokens", "seconds")}
    found["questions"] |= {
        "rows": settings["questions"]["batch"] * found["questions"]["step"],
        "made": made,
    }
    return found


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--runs", type=Path, default=Path("runs/checkpoints"))
    parser.add_argument("--starts", default=";".join(STARTS), help="names, with ; between them")
    parser.add_argument("--run", type=Path, help="the folder of the pre-training that made mini")
    parser.add_argument("--variant", action="append", default=[], help="NAME=PATH, of an ablation")
    parser.add_argument("--tasks", default=";".join(REPORTED), help="with ; between them")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="keep what OUTPUT holds of others")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args()
    command = [" ".join(["python benchmarks/checkpoints.py", *map(quote, sys.argv[1:])])]
    found = {
        "commands": command if given.starts else [],
        "variant_commands": command if given.variant else [],
        "seeds": given.seeds,
        **measure(given),
        "environment": environment(),
    }
    if given.keep:
        found = joined(json.loads(given.output.read_text(encoding="utf-8")), found)
    write_json(given.output, found)
    tables = [table(found, "en"), *([ablation(found)] if found["variants"] else [])]
    both = "\n".join(one.markdown() for one in tables)
    write_text(given.output.with_suffix(".md"), both)
    if given.output == OUTPUT:
        put_into(CARD, "mini", both)
        for path, language in ((ROOT / "README.md", "en"), (ROOT / "README.ru.md", "ru")):
            put_into(path, "mini", table(found, language).markdown())
    print(json.dumps(found["timed"]))
    print(both)


def joined(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What was measured before and what is measured now, which counts where it is the same.

    Raises:
        SystemExit: If the seeds or the versions differ: then the rows are not to be compared.
    """
    for name in ("seeds", "environment"):
        if before[name] != now[name]:
            raise SystemExit(f"--keep: {name} are not what they were: measure all anew")
    both = dict(now)
    for name in ("commands", "variant_commands"):
        both[name] = list(dict.fromkeys([*before.get(name, []), *now[name]]))
    for name in ("tuned", "untuned", "variants"):
        starts = dict.fromkeys([*before.get(name, {}), *now[name]])
        both[name] = {
            s: {**before.get(name, {}).get(s, {}), **now[name].get(s, {})} for s in starts
        }
    for name in ("timed", "spent"):
        both[name] = now[name] or before[name]
    return both


if __name__ == "__main__":
    main()
