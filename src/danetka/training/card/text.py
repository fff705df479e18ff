"""Facts → the text of a card: the hub's metadata, then what a person reads."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import yaml

from danetka.schema import LABEL_NAMES
from danetka.training.card.facts import CardFacts, Measured, Split
from danetka.training.card.limits import limits
from danetka.training.settings import STUDY, TrainSettings

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

_TASK: Final = "text-classification"
_SCORES: Final = {
    "accuracy": ("accuracy", "accuracy"),
    "balanced_accuracy": ("balanced_accuracy", "balanced accuracy"),
    "yes_precision": ("precision", "«да» precision"),
    "yes_recall": ("recall", "«да» recall"),
    "yes_f1": ("f1", "«да» F1"),
    "no_precision": ("precision", "«нет» precision"),
    "no_recall": ("recall", "«нет» recall"),
    "no_f1": ("f1", "«нет» F1"),
    "roc_auc": ("roc_auc", "ROC AUC"),
    "calibration_error": ("expected_calibration_error", "expected calibration error"),
}
"""Score → the hub's metric, and its name in words."""

_USE: Final = """\
With transformers alone:

```python
from transformers import AutoModelForSequenceClassification, AutoTokenizer

name = "…"  # this repository's id, or the folder that holds this card
tokenizer, model = (
    kind.from_pretrained(name) for kind in (AutoTokenizer, AutoModelForSequenceClassification)
)
pair = tokenizer(
    question, passage, truncation="only_second", max_length={length}, return_tensors="pt"
)
yes = {logits}.softmax(-1)[0, {index}].item()
answer = "{yes}" if yes >= {threshold} else "{no}"
```

With danetka, which reads the length and the threshold from `danetka.json`:

```python
from danetka import Classifier, Example, Examples

model = Classifier.from_pretrained(name)
yes = model.probabilities(Examples((Example(question, passage),)))[0]
answer = "{yes}" if yes >= model.decision.threshold else "{no}"
```"""


def card_text(facts: CardFacts) -> str:
    """The card: a pure function of the facts.

    Returns:
        Markdown after a YAML block, as the hub reads it.
    """
    sections = {
        "Use": _use(facts),
        "Training data": _data(facts),
        "Settings": _settings(facts),
        "Figures": _figures(facts),
        "Limits": "\n".join(f"- {limit}" for limit in limits(facts)),
        "To get it again": _again(facts),
    }
    parts = [f"# {facts.name}", _what(facts)]
    parts += [f"## {title}\n\n{text}" for title, text in sections.items()]
    return f"---\n{_metadata(facts)}\n---\n\n" + "\n\n".join(parts) + "\n"


def _metadata(facts: CardFacts) -> str:
    from huggingface_hub import ModelCardData

    results = [*_dev_results(facts)]
    for measured in facts.measured:
        results += _results(measured)
    datasets = sorted({split.dataset for split in facts.splits if split.dataset})
    return ModelCardData(
        language="ru",
        license=facts.base.licence,
        library_name="transformers",
        pipeline_tag=_TASK,
        base_model=facts.base.hub_id,
        datasets=datasets or None,
        metrics=list(dict.fromkeys(result.metric_type for result in results)) or None,
        tags=["yes-no-question-answering", "boolq", "russian", "danetka"],
        model_name=facts.name,
        eval_results=results or None,
    ).to_yaml()


def _dev_results(facts: CardFacts) -> Iterator[EvalResult]:
    if facts.dev is not None:
        file = facts.dev.file
        kind = facts.dev.dataset or file
        yield from _metrics({"name": file, "type": kind, "split": "dev"}, facts.epoch)


def _results(measured: Measured) -> Iterator[EvalResult]:
    kind = re.sub(r"[^\w./-]+", "-", measured.dataset).strip("-")
    where = {"name": measured.rows, "type": kind, "split": measured.split}
    yield from _metrics(where, measured.scores.values)


def _metrics(where: Mapping[str, str], values: Mapping[str, float]) -> Iterator[EvalResult]:
    from huggingface_hub import EvalResult

    for name, (metric, shown) in _SCORES.items():
        value = values.get(name, math.nan)
        if not math.isnan(value):
            yield EvalResult(
                task_type=_TASK,
                dataset_type=where["type"],
                dataset_name=where["name"],
                dataset_split=where["split"],
                metric_type=metric,
                metric_name=f"{shown}, {where['split']}",
                metric_value=round(value, 4),
            )


def _what(facts: CardFacts) -> str:
    network, base = facts.network, facts.base
    size = f", {network.layers} layers × {network.width}" if network.layers else ""
    origin = f"`{base.name}`"
    if base.hub_id:
        origin = f"[{base.hub_id}](https://huggingface.co/{base.hub_id})"
    elif base.bundled:
        origin += ", an encoder that comes with danetka"
    else:
        origin += ", a local checkpoint"
    lines = [
        "Answers a Russian yes/no question from a passage of text: «да» or «нет». "
        f"`{network.architecture}`{size}, {network.parameters / 1e6:.1f} million parameters, "
        f"fine-tuned from {origin}."
    ]
    if base.licence:
        lines.append(f"The licence is that of the model it started from, {base.licence}.")
    if not facts.selected:
        lines.append(
            f"This is the run's {facts.checkpoint} checkpoint; its model is the one in "
            f"`{facts.settings.select}/`."
        )
    return "\n\n".join(lines)


def _use(facts: CardFacts) -> str:
    decision = facts.decision
    logits = "model(**pair).logits"
    if decision.temperature != 1:
        logits = f"({logits} / {decision.temperature})"
    return _USE.format(
        logits=logits,
        length=decision.max_length,
        index=facts.network.yes,
        threshold=decision.threshold,
        no=LABEL_NAMES[0],
        yes=LABEL_NAMES[1],
    )


def _data(facts: CardFacts) -> str:
    lines = ["| split | from | rows | «да» | sha256 |", "| --- | --- | ---: | ---: | --- |"]
    lines += [_row(split) for split in facts.splits]
    sources = facts.train.sources
    if sources:
        told = ", ".join(f"{source} {rows}" for source, rows in sources)
        lines += ["", f"Training rows by who made them: {told}."]
    notes = "The hash is that of questions, passages and answers, in their order."
    if facts.dev and facts.dev.file == facts.train.file:
        notes += " Dev is a part of the same file that was not trained on."
    lines += ["", notes]
    return "\n".join(lines)


def _row(split: Split) -> str:
    yes = "not noted" if split.yes is None else f"{split.yes / max(split.rows, 1):.1%}"
    file = split.file.replace("|", "\\|")
    return f"| {split.name} | {file} | {split.rows} | {yes} | `{split.sha256}` |"


def _settings(facts: CardFacts) -> str:
    usual, given = TrainSettings(), facts.settings
    changed = [
        (name, getattr(given, name), getattr(usual, name))
        for name in TrainSettings.model_fields
        if name not in {"training", "base_model", "seed"}
        and getattr(given, name) != getattr(usual, name)
    ]
    changed += [
        (f"training.{name}", value, STUDY.get(name))
        for name, value in given.resolved.items()
        if value != STUDY.get(name)
    ]
    head = f"Seed {given.seed}. "
    if not changed:
        return head + "All else as danetka sets it, which is as in the study that it reproduces."
    lines = [f"- `{name}`: {_value(here)} (there {_value(there)})" for name, here, there in changed]
    what = "What differs from danetka's own settings, those of the study that it reproduces:"
    return f"{head}{what}\n\n" + "\n".join(lines)


def _value(value: Any) -> str:
    return "none" if value is None else f"{value}"


def _figures(facts: CardFacts) -> str:
    parts = []
    if facts.dev is None:
        parts.append("There was no dev split: the last epoch counts, and no epoch was scored.")
    elif facts.epoch:
        parts.append(_dev(facts))
    parts += [_table(measured) for measured in facts.measured]
    return "\n\n".join(parts) or "None."


def _dev(facts: CardFacts) -> str:
    by = facts.settings.select_by.replace("_", " ")
    number = f"{facts.epoch['epoch']:.0f} of {facts.epochs}"
    if facts.checkpoint == "best":
        why = (
            f"Dev after epoch {number}, at threshold 0.5. The epoch was chosen by {by} on these "
            "very rows, so the figures flatter."
        )
    else:
        why = f"Dev after epoch {number}, at threshold 0.5; the epoch was not chosen on them."
    rows = [
        f"| {shown} | {_figure(facts.epoch[name])} |"
        for name, (_, shown) in _SCORES.items()
        if name in facts.epoch
    ]
    return "\n".join([why, "", "| score | dev |", "| --- | ---: |", *rows])


def _table(measured: Measured) -> str:
    scores = measured.scores
    yes = scores.confusion.yes_yes + scores.confusion.yes_no
    head = f"**{measured.rows}**: {scores.rows} rows, {yes} of them «да»"
    beside = measured.question_only
    columns = ["score", "the model", "95% interval", *(["question only"] if beside else [])]
    lines = [f"| {' | '.join(columns)} |", "| --- |" + " ---: |" * (len(columns) - 1)]
    for name, (_, shown) in _SCORES.items():
        low, high = scores.intervals[name]
        interval = "–" if math.isnan(low) else f"{low:.3f} to {high:.3f}"
        cells = [shown, _figure(scores[name]), interval]
        lines.append(f"| {' | '.join(cells + ([_figure(beside[name])] if beside else []))} |")
    note = f"Threshold {scores.thresholds[0]:.3f}; the interval is the bootstrap's over rows."
    if beside:
        note += " «Question only» is a TF-IDF that does not read the passage."
    return "\n".join([head, "", *lines, "", note])


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _again(facts: CardFacts) -> str:
    machine = facts.environment
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    on = f"{machine['processor']}, {machine['cores']} cores"
    if machine.get("accelerator"):
        on += f", {machine['accelerator']}"
    values = {**facts.settings.model_dump(mode="json"), "training": facts.settings.resolved}
    if facts.base.hub_id is None:
        values["base_model"] = facts.base.name
    block = yaml.safe_dump(values, allow_unicode=True, sort_keys=False).strip()
    tuned = " --tune-threshold" if facts.decision.threshold != 0.5 else ""  # noqa: PLR2004 - as is
    return (
        f"With the rows above as DATA and this as `settings.yaml`:\n\n```sh\ndanetka train DATA "
        f"--config settings.yaml{tuned}\n```\n\n```yaml\n{block}\n```\n\n"
        f"The run's key is `{facts.key}`. Python {machine['python']}, {packages}; "
        f"{machine['platform']}, {on}."
    )
