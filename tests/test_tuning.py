"""p-tuning's training: what is learnt, what is saved, and the traps of PEFT that lie on the way."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from danetka.augmentation.prompts import trainer as trainer_module
from danetka.augmentation.prompts.adapter import Stored, by_answer
from danetka.augmentation.prompts.base import adapt, load_base, room_for
from danetka.augmentation.prompts.settings import CUE, METHODS, TuneSettings
from danetka.augmentation.prompts.texts import IGNORED, Prompts, Texts, batches
from danetka.augmentation.prompts.trainer import question_loss
from danetka.augmentation.prompts.tune import QUESTION, Tuned, tune
from danetka.augmentation.prompts.write import Writer
from danetka.errors import DanetkaError, ModelError, SettingsError
from danetka.schema import Examples

from .made import make_examples

ROWS = make_examples(60, no_every=2)


def told(base: str, **changes: Any) -> TuneSettings:
    usual: dict[str, Any] = {
        "base": base, "virtual_tokens": 4, "encoder_hidden": 16, "epochs": 3, "dev": 0.2,
        "learning_rate": 1e-2, "longest": 90,
    }  # fmt: skip
    return TuneSettings(**{**usual, **changes})


@pytest.fixture(scope="module", params=METHODS)
def tuned(
    request: pytest.FixtureRequest, tiny_gpt: str, tmp_path_factory: pytest.TempPathFactory
) -> Tuned:
    method = request.param
    rate = 0.3 if method in ("prompt-tuning", "prefix-tuning") else 1e-2  # bare vectors, 24 steps
    settings = told(tiny_gpt, method=method, learning_rate=rate, epochs=8, patience=8)
    return tune(ROWS, 0, settings, tmp_path_factory.mktemp(method))


def texts_for(base: str, longest: int = 90) -> Texts:
    model, tokenizer = load_base(base)
    return Texts(tokenizer, CUE, room_for(model, told(base, longest=longest), QUESTION // 4))


def test_a_text_is_tokenised_as_if_it_were_written_in_one(tiny_gpt: str) -> None:
    texts = texts_for(tiny_gpt)
    row = ROWS[0]
    apart = texts.opening(row.passage, 20).ids + texts.question(row.question)
    whole = row.passage + CUE + row.question
    assert apart[:-1] == texts.tokenizer(whole)["input_ids"]
    assert apart[-1] == texts.tokenizer.eos_token_id
    assert texts.opening("Си\u0301ний  дом", 20) == texts.opening("Синий дом", 20)


def test_of_a_text_too_long_the_passages_end_is_cut(tiny_gpt: str) -> None:
    texts = texts_for(tiny_gpt)
    long = " ".join(["стоит красный дом."] * 60)
    opening, cut = texts.opening(long, 20)
    assert cut
    assert not texts.opening("стоит дом.", 20).cut
    assert len(opening) + 20 == texts.room == 90 - 4
    cue = texts.tokenizer(CUE.rstrip())["input_ids"]
    assert opening[-len(cue) :] == cue
    assert opening[: -len(cue)] == texts.tokenizer(long)["input_ids"][: len(opening) - len(cue)]


def test_only_the_questions_tokens_are_learnt(tiny_gpt: str) -> None:
    texts = texts_for(tiny_gpt)
    prompts = Prompts(ROWS[:5], texts)
    for row, item in zip(ROWS[:5], prompts.rows, strict=True):
        learnt = [t for t in item["labels"] if t != IGNORED]
        assert learnt == texts.question(row.question)
        assert item["input_ids"][-len(learnt) :] == learnt
    batch = prompts.collate(prompts.rows)
    lengths = batch["attention_mask"].sum(dim=1)
    assert len(set(lengths.tolist())) > 1
    for mask, length in zip(batch["attention_mask"], lengths, strict=True):
        assert mask[: int(length)].all(), "padding stands on the right"


@pytest.mark.parametrize("method", METHODS)
def test_the_loss_is_that_of_each_row_alone(tiny_gpt: str, method: Any) -> None:
    model, _ = load_base(tiny_gpt)
    prompts = Prompts(ROWS[:7], texts_for(tiny_gpt))
    torch.manual_seed(1)
    adapted = adapt(model, told(tiny_gpt, method=method)).eval()
    total, count = 0.0, 0
    for item in prompts.rows:
        one = {k: torch.tensor([v]) for k, v in item.items()}
        n = sum(t != IGNORED for t in item["labels"])
        with torch.no_grad():
            total += float(adapted(**one).loss) * n
        count += n
    assert math.isclose(question_loss(adapted, prompts, 3), total / count, rel_tol=1e-5)


def test_dev_gets_better_than_the_base_alone(tuned: Tuned) -> None:
    assert [row.epoch for row in tuned.epochs] == list(range(9))
    assert tuned.best.dev < tuned.epochs[0].dev - 0.1
    assert 0 < tuned.trained < tuned.whole


def test_plain_peft_writes_with_it(tuned: Tuned, tiny_gpt: str) -> None:
    """A standard adapter: without danetka it writes what danetka writes with it."""
    base = AutoModelForCausalLM.from_pretrained(tiny_gpt, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(tiny_gpt)
    before = {k: v.clone() for k, v in base.state_dict().items()}
    model = PeftModel.from_pretrained(base, tuned.adapter).eval()
    text = tokenizer(ROWS[2].passage + CUE.rstrip(), return_tensors="pt")
    made = model.generate(  # type: ignore[no-untyped-call]
        **text, max_new_tokens=16, do_sample=False, use_cache=True
    )
    theirs = made[0, text["input_ids"].shape[1] :].tolist()
    writer = Writer.load(tuned.adapter)
    opening = writer.texts.opening(ROWS[2].passage, 16).ids
    assert opening == text["input_ids"][0].tolist()
    tokens = torch.tensor([opening])
    ours = writer.model.generate(  # type: ignore[operator]
        input_ids=tokens, attention_mask=torch.ones_like(tokens), max_new_tokens=16,
        do_sample=False, use_cache=True,
    )  # fmt: skip
    assert ours[0, len(opening) :].tolist() == theirs
    kept = AutoModelForCausalLM.from_pretrained(tiny_gpt, dtype=torch.float32).state_dict()
    assert all(torch.equal(kept[k], v) for k, v in before.items()), "the base is as it was"
    assert (tuned.adapter / "README.md").read_text(encoding="utf-8").count("| ") > 5


def test_the_best_epoch_is_kept_not_the_last(
    tiny_gpt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PEFT's second trap: what is in memory after the best checkpoint is loaded is another prompt.

    The loss of what is saved is that of the best epoch in the table, where a later one is worse.
    """
    losses = iter([9.0, 3.0, 2.0, 4.0, 5.0])
    real: list[float] = []

    def measured(model: Any, prompts: Prompts, size: int) -> float:
        real.append(question_loss(model, prompts, size))
        return next(losses)

    monkeypatch.setattr(trainer_module, "question_loss", measured)
    monkeypatch.setattr("danetka.augmentation.prompts.tune.question_loss", measured)
    settings = told(tiny_gpt, epochs=9, patience=2)
    done = tune(ROWS, 0, settings, tmp_path)
    assert [row.dev for row in done.epochs] == [9.0, 3.0, 2.0, 4.0, 5.0], "it stops after two"
    assert done.best.epoch == 2
    model, tokenizer = load_base(tiny_gpt)
    saved = PeftModel.from_pretrained(model, done.adapter)
    texts = Texts(tokenizer, CUE, room_for(model, settings, QUESTION))
    from danetka.augmentation.prompts.tune import _parts

    dev = Prompts(_parts(ROWS, 0, settings)[1], texts)
    assert math.isclose(question_loss(saved, dev, 8), real[2], rel_tol=1e-5)
    assert not math.isclose(real[2], real[4], rel_tol=1e-5)


class KilledError(Exception):
    """Stands for a kill between two steps."""


@pytest.mark.parametrize(
    ("method", "encoder"),
    [("p-tuning", "MLP"), ("p-tuning", "LSTM"), ("prefix-tuning", "MLP"), ("lora", "MLP")],
)
def test_a_killed_training_goes_on_to_the_same_adapter(
    tiny_gpt: str, tmp_path: Path, method: Any, encoder: Any
) -> None:
    """PEFT's first trap: a checkpoint of its own holds what the prompt encoder puts out."""
    settings = told(tiny_gpt, method=method, encoder=encoder)
    whole = tune(ROWS, 0, settings, tmp_path / "whole")

    def kill(done: int, total: int) -> None:
        if done == total - 2:
            raise KilledError

    with pytest.raises(KilledError):
        tune(ROWS, 0, settings, tmp_path / "killed", kill)
    assert not (tmp_path / "killed" / "result.json").exists()
    again = tune(ROWS, 0, settings, tmp_path / "killed")
    assert again.epochs[1:] == whole.epochs[1:]
    ours, theirs = (
        load_file(done.adapter / "adapter_model.safetensors") for done in (again, whole)
    )
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_nothing_is_trained_twice(tiny_gpt: str, tmp_path: Path) -> None:
    settings = told(tiny_gpt, epochs=1)
    first = tune(ROWS, 1, settings, tmp_path)
    steps: list[int] = []
    again = tune(ROWS, 1, settings, tmp_path, lambda done, _: steps.append(done))
    assert (again.adapter, again.trained, again.whole) == (
        first.adapter,
        first.trained,
        first.whole,
    )
    assert again.epochs[1:] == first.epochs[1:]
    assert again.epochs[0].dev == first.epochs[0].dev, "of the base there is no train loss"
    assert steps == []
    with pytest.raises(SettingsError, match="holds another training"):
        tune(ROWS, 0, settings, tmp_path)


def test_batches_are_of_about_one_length() -> None:
    rows = [[0] * n for n in (5, 3, 5, 5, 3, 9, 5, 5)]
    assert batches(rows, 3) == [[1, 4, 0], [2, 3, 6], [7, 5]]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"longest": 200}, "longest 200: .* has 96 positions: lower it"),
        ({"virtual_tokens": 30}, "30 virtual tokens and a question of 64 leave no room"),
    ],
)
def test_what_does_not_fit_is_said(
    tiny_gpt: str, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        tune(ROWS, 0, told(tiny_gpt, **changes), tmp_path)


def test_a_base_must_be_causal(tiny: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="BertForSequenceClassification is no causal language"):
        tune(ROWS, 0, told(tiny), tmp_path)


def test_an_answer_must_have_rows(tiny_gpt: str, tmp_path: Path) -> None:
    only = Examples(tuple(row for row in ROWS if row.label == 1), "rows.csv")
    with pytest.raises(DanetkaError, match=r"rows\.csv: 0 rows have the answer «нет»"):
        tune(only, 0, told(tiny_gpt), tmp_path)


def test_an_adapter_belongs_to_its_base(tuned: Tuned, tiny_gpt: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    AutoTokenizer.from_pretrained(tiny_gpt).save_pretrained(other)
    base = AutoModelForCausalLM.from_pretrained(tiny_gpt, dtype=torch.float32)
    with torch.no_grad():
        base.get_input_embeddings().weight.mul_(1.1)  # type: ignore[operator]
    base.save_pretrained(other)
    with pytest.raises(ModelError, match="an adapter of another base"):
        Writer.load(tuned.adapter, str(other))
    with pytest.raises(ModelError, match="no adapter that danetka trained"):
        Writer.load(Path(tiny_gpt))
    assert Stored.read(tuned.adapter).answer == 0
    assert by_answer([tuned.adapter]) == {0: tuned.adapter}
    with pytest.raises(SettingsError, match="is for «нет» too"):
        by_answer([tuned.adapter, tuned.adapter])
    stored = json.loads((tuned.adapter / "adapter_config.json").read_text(encoding="utf-8"))
    assert stored["base_model_name_or_path"] == tiny_gpt
