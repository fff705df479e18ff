"""What a prompted model writes, and what of it is kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from danetka.augmentation.forms import Form
from danetka.augmentation.generator import Draft
from danetka.augmentation.prompts.base import adapt, load_base
from danetka.augmentation.prompts.confirm import Confirmation
from danetka.augmentation.prompts.decode import _draw, continuations
from danetka.augmentation.prompts.gates import GATES, Gates, within_quotas
from danetka.augmentation.prompts.generator import PromptedGenerator
from danetka.augmentation.prompts.settings import (
    METHODS,
    ConfirmSettings,
    Method,
    PromptedSettings,
    TuneSettings,
    WriteSettings,
)
from danetka.augmentation.prompts.tune import tune
from danetka.augmentation.prompts.write import Writer, Written
from danetka.data.split import group_ids
from danetka.errors import DanetkaError, SettingsError
from danetka.language.parse import Parser
from danetka.language.text import normalize
from danetka.schema import Examples

from .made import make_examples
from .made_passages import PASSAGES, make_rows

ROWS = make_examples(60, no_every=2)
SAMPLED = WriteSettings(candidates=3, longest=12, batch=6, temperature=1.0)


@pytest.fixture(scope="module")
def writer(tiny_gpt: str, tmp_path_factory: pytest.TempPathFactory) -> Writer:
    settings = TuneSettings(
        base=tiny_gpt, virtual_tokens=4, encoder_hidden=16, epochs=12, patience=12,
        learning_rate=1e-2, longest=90, dev=0.2,
    )  # fmt: skip
    return Writer.load(tune(ROWS, 0, settings, tmp_path_factory.mktemp("tuned")).adapter)


@pytest.fixture
def ended(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """A small model hardly ever ends with a question mark: here whatever it wrote is a question."""

    def text(self: Writer, tokens: list[int]) -> str:
        ends = [i for i, token in enumerate(tokens) if token in self.ends]
        return f"{self.texts.tokenizer.decode(tokens[: min(ends, default=len(tokens))])}?"

    monkeypatch.setattr(Writer, "_text", text)
    return writer


def test_a_batch_writes_what_each_text_gets_alone(ended: Writer) -> None:
    """PEFT's third trap: on padding on the left another text would follow."""
    greedy = WriteSettings(candidates=1, temperature=0, longest=12, batch=50)
    passages = ROWS.passages[:20]
    lengths = {len(ended.texts.opening(text, 12).ids) for text in passages}
    assert len(lengths) > 3
    together = ended.write(passages, greedy).questions
    assert together == [ended.write([text], greedy).questions[0] for text in passages]
    assert len({question for (question,) in together}) > 1, "it reads the passage"


@pytest.mark.parametrize("method", METHODS)
def test_it_writes_what_generate_writes(tiny_gpt: str, method: Method) -> None:
    """For every method: virtual tokens, prefixes and changed layers are where they belong."""
    model, tokenizer = load_base(tiny_gpt)
    torch.manual_seed(3)
    adapted: Any = adapt(model, TuneSettings(base=tiny_gpt, method=method, virtual_tokens=4))
    for name, parameter in adapted.named_parameters():
        if parameter.requires_grad:  # fresh adapters do little, LoRA nothing
            torch.nn.init.normal_(parameter, std=0.3 if "lora" in name else 1.0)
    adapted.eval()
    ids = tokenizer(" ".join(ROWS.passages[:5]))["input_ids"]
    openings = [ids[:20], ids[5:25], ids[9:40], ids[3:17], ids[2:16]]
    settings = WriteSettings(candidates=1, temperature=0, longest=16)
    with torch.inference_mode():
        ours = continuations(adapted, openings, settings, [int(tokenizer.eos_token_id)])
        theirs = [_generated(adapted, opening) for opening in openings]
        with adapted.disable_adapter():
            plain = [_generated(adapted.get_base_model(), opening) for opening in openings]
    for line, other in zip(ours, theirs, strict=True):
        assert line == other[: len(line)]
    assert theirs != plain, "the adapter does something"


def _generated(model: Any, opening: list[int]) -> list[int]:
    ids = torch.tensor([opening])
    made = model.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=16, do_sample=False,
        use_cache=True,
    )  # fmt: skip
    return list(made[0, len(opening) :].tolist())


def test_what_is_drawn() -> None:
    """Frequencies of a thousand draws: top_k and top_p as they are defined."""
    logits = torch.log(torch.tensor([0.5, 0.3, 0.15, 0.05])).expand(4000, 4)
    torch.manual_seed(0)

    def shares(**changes: float) -> list[float]:
        told = WriteSettings.parse({"temperature": 1, "top_p": 1, "top_k": 0, **changes}, "x")
        counts = torch.bincount(_draw(logits, told), minlength=4) / 4000
        return [round(float(c), 4) for c in counts]

    assert shares() == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.03)
    assert shares(top_k=2) == pytest.approx([0.625, 0.375, 0, 0], abs=0.03)
    assert shares(top_p=0.9) == pytest.approx([0.526, 0.316, 0.158, 0], abs=0.03)
    assert shares(top_p=0.4) == [1, 0, 0, 0]
    assert shares(temperature=0.5) == pytest.approx([0.685, 0.247, 0.062, 0.007], abs=0.03)
    assert shares(temperature=0) == [1, 0, 0, 0]


def test_rows_leave_when_they_end(ended: Writer) -> None:
    """Each candidate has its own end, and what comes after another's is not lost."""
    opening = [ended.texts.opening(ROWS[0].passage, 12).ids] * 2
    common = ended.texts.tokenizer(" красный серый его видно")["input_ids"]
    torch.manual_seed(0)
    with torch.inference_mode():
        lines = continuations(
            ended.model, opening, SAMPLED.model_copy(update={"candidates": 20}), common
        )
    assert len(lines) == 40
    assert len({len(line) for line in lines}) > 2
    for line in lines:
        assert not set(line[:-1]) & set(common)
        assert len(line) == 12 or line[-1] in common


def test_padding_on_the_left_would_change_the_text(writer: Writer) -> None:
    """The trap itself, so that it is seen when PEFT mends it."""
    opening = writer.texts.opening(ROWS[0].passage, 12).ids
    pad = [int(writer.texts.tokenizer.eos_token_id or 0)] * 9
    logits = []
    for row, mask in ((opening, [1] * len(opening)), (pad + opening, [0] * 9 + [1] * len(opening))):
        with torch.no_grad():
            out = writer.model(
                input_ids=torch.tensor([row]), attention_mask=torch.tensor([mask])
            ).logits[0, -1]
        logits.append(out)
    assert not torch.allclose(logits[0], logits[1], atol=1e-3)


def test_the_same_seed_writes_the_same(ended: Writer) -> None:
    state = torch.random.get_rng_state()
    first = ended.write(ROWS.passages[:8], SAMPLED)
    assert torch.equal(torch.random.get_rng_state(), state), "the caller's dice are left alone"
    assert first == ended.write(ROWS.passages[:8], SAMPLED)
    assert first != ended.write(ROWS.passages[:8], SAMPLED.model_copy(update={"seed": 1}))
    assert {len(some) for some in first.questions} == {3}


def test_a_killed_writing_goes_on(
    ended: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passages = ROWS.passages[:20]
    whole = ended.write(passages, SAMPLED)

    def stop(done: int, total: int) -> None:
        assert total == 20
        if done > 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ended.write(passages, SAMPLED, tmp_path, stop)
    kept = len(list(tmp_path.glob("*.json")))
    calls: list[int] = []
    real = Writer._written

    def counted(self: Writer, *args: Any) -> list[list[str]]:
        calls.append(1)
        return real(self, *args)

    monkeypatch.setattr(Writer, "_written", counted)
    assert ended.write(passages, SAMPLED, tmp_path) == whole
    assert kept > 1
    assert len(calls) == len(list(tmp_path.glob("*.json"))) - kept


def test_a_passage_longer_than_the_model_is_cut(ended: Writer) -> None:
    """Virtual tokens, text and question fill 90 of the 96 positions; none would stand beyond."""
    found = ended.write([" ".join(["стоит красный дом."] * 99), "Стоит дом."], SAMPLED)
    assert [len(some) for some in found.questions] == [3, 3]
    assert found.cut == 1


def test_a_question_ends_with_its_mark(writer: Writer) -> None:
    def ids(text: str) -> list[int]:
        return list(writer.texts.tokenizer(text)["input_ids"])

    assert writer._text(ids(" Верно ли что дом  красный? И ещё")) == "Верно ли что дом красный?"
    assert writer._text(ids(" Верно ли что дом")) == ""
    assert writer._text(ids(" Верно ли\nчто дом?")) == ""


WRITTEN = (
    ("Построен ли мост в Твери?", "Разводится ли мост?", "Мост?", "Длина моста составляет"),
    (
        "Водится ли в озере щука?",
        "Водится ли в озере щука?",
        "Любит ли слон бананы и апельсины?",
        "Водится ли щуканка в озере?",
    ),
    ("Родилась ли Анна в Омске?", "Построен ли мост в Твери?"),
)


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser.load()


def test_gates_count_what_falls(parser: Parser) -> None:
    gates = Gates(parser, "plain", {"разводится ли мост"})
    found = gates.pass_through(WRITTEN, PASSAGES[:3], 0, "p-tuning")
    assert [(d.passage, d.question) for d in found] == [
        (0, "Построен ли мост в Твери?"),
        (1, "Водится ли в озере щука?"),
        (2, "Родилась ли Анна в Омске?"),
    ]
    assert {d.label for d in found} == {0}
    assert found[0].form == Form.SHORT
    assert list(gates.left) == list(GATES)
    assert list(gates.left.values()) == [10, 8, 5, 4, 4, 3]
    assert gates.skipped == {
        "question: too short or too long": 1,
        "question: not one question": 1,
        "question: asked already": 3,
        "question: a word that there is not": 1,
        "question: off topic": 1,
    }


def test_forms_and_lengths_have_quotas() -> None:
    def draft(i: int, question: str, form: Form, sure: float) -> Draft:
        return Draft(question, i, 0, form, "p-tuning", "written", sure=sure, fact=i)

    true = [draft(i, f"Верно ли что дом {i} синий?", Form.TRUE, 0.5 + i / 100) for i in range(30)]
    was = [draft(i, f"Был ли дом {i}?", Form.WAS, 0.6) for i in range(40)]
    kept = within_quotas([*true, *was], 100)
    forms = Counter(d.form for d in kept)
    assert forms[Form.TRUE] == 9, "one and a half times 5.5 of a hundred, and one"
    assert min(d.sure for d in kept if d.form is Form.TRUE) == 0.71, "the surest"
    assert forms[Form.WAS] == 40
    long = [draft(i, "Был ли дом у реки в лесу за горой?", Form.WAS, 0.6) for i in range(40)]
    assert len(within_quotas(long, 100)) == 8


@dataclass
class Parrot:
    """A classifier that remembers what it was asked about."""

    yes: float
    asked: list[str] = field(default_factory=list)

    def probabilities(self, rows: Examples, told: Callable[[int], None] | None = None) -> Any:
        del told
        self.asked += rows.passages
        return np.full(len(rows), self.yes)


def test_an_answer_is_confirmed_by_who_has_not_seen_the_passage() -> None:
    passages = ["Один.", "Два.", "Три."]
    first, second = Parrot(0.2), Parrot(0.7)
    confirmation = Confirmation((first, second), {"один.": 0, "два.": 1})  # type: ignore[arg-type]
    drafts = [Draft("Да ли?", i, 0, Form.VERB, "p-tuning", "written") for i in (0, 1, 2)]
    assert confirmation.score(drafts, passages) == pytest.approx([0.2, 0.7, 0.45])
    assert first.asked == ["Один.", "Три."]
    assert second.asked == ["Два.", "Три."]
    kept = confirmation.confirmed(drafts, passages, 0.1)
    assert [(d.passage, d.sure) for d in kept] == [(0, 0.8)]
    assert [d.passage for d in confirmation.confirmed(drafts, passages, 0)] == [0, 2]


def confirming(tiny: str) -> ConfirmSettings:
    train = {"base_model": tiny, "max_length": 64, "select": "last"}
    return ConfirmSettings(folds=2, train={**train, "training": {"max_steps": 4}})


def test_folds_part_the_groups(tiny: str, tmp_path: Path) -> None:
    rows = make_rows(no_every=3)
    found = Confirmation.train(rows, confirming(tiny), 0, tmp_path)
    groups = group_ids(rows)
    folds = np.array([found.folds[normalize(row.passage)] for row in rows])
    assert all(len(set(folds[groups == g])) == 1 for g in set(groups.tolist()))
    assert set(folds.tolist()) == {0, 1}
    sizes = {
        json.loads((folder / "data.json").read_text(encoding="utf-8"))["train"]["rows"]
        for folder in tmp_path.iterdir()
    }
    assert sizes == {int((folds != 0).sum()), int((folds != 1).sum())}
    with pytest.raises(DanetkaError, match="too few rows to confirm answers by 2"):
        Confirmation.train(rows[:2], confirming(tiny), 0, tmp_path)


def test_the_generator_trains_writes_and_chooses(
    tiny: str, tiny_gpt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(_: Writer, passages: Sequence[str], *rest: Any) -> Written:
        assert list(passages) == list(PASSAGES[:3])
        rest[-1](len(passages), len(passages))
        return Written([list(some) for some in WRITTEN], 1)

    monkeypatch.setattr(Writer, "write", write)

    def score(self: Confirmation, drafts: Sequence[Draft], _: Sequence[str]) -> Any:
        assert len(self.classifiers) == 2
        return np.array([{0: 0.1, 1: 0.45, 2: 0.3}[draft.passage] for draft in drafts])

    monkeypatch.setattr(Confirmation, "score", score)
    tuning = TuneSettings(base=tiny_gpt, virtual_tokens=2, epochs=1, longest=90, dev=0.2)
    settings = PromptedSettings(tune=tuning, confirm=confirming(tiny))
    heard: list[tuple[str, int]] = []

    def stage(what: str, total: int) -> Callable[[int], None]:
        heard.append((what, total))
        return list[int]().append

    generator = PromptedGenerator(
        settings, tmp_path, beside=make_rows(no_every=2), style="danetqa",
        stage=stage,
    )  # fmt: skip
    made = generator.generate(PASSAGES[:3], 0, 2)
    assert made.gates == {
        "written": 10, "one question": 8, "new": 6, "known words": 5, "well formed": 5,
        "on topic": 4,
        "answer confirmed": 3, "forms and lengths": 2, "chosen": 2,
    }  # fmt: skip
    assert list(made.gates)[-3:] == ["answer confirmed", "forms and lengths", "chosen"]
    assert [row.label for row in made.examples] == [0, 0]
    assert {row.source for row in made.examples} == {"p-tuning"}
    assert made.skipped["passage: its end is cut to fit the model"] == 1
    assert all(row.meta["sure"] >= 0.6 for row in made.examples)
    assert [what for what, _ in heard] == [
        "p-tuning for «нет»: steps", "writing «нет»: passages", "classifier 1 of 2: steps",
        "classifier 2 of 2: steps",
    ]  # fmt: skip
    assert heard[1][1] == 3
    assert heard[2][1] == 4
    assert len(list((tmp_path / "prompts").iterdir())) == 1
    assert len(list((tmp_path / "folds").iterdir())) == 2


def test_text_has_nothing_to_train_on(tmp_path: Path) -> None:
    generator = PromptedGenerator(PromptedSettings(), tmp_path)
    with pytest.raises(SettingsError, match="no rows to train a prompt for «нет» on"):
        generator.generate(PASSAGES[:2], 0, 2)
