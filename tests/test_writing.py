"""What a prompted model writes, and that it is what `generate` would write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from danetka.augmentation.prompts.base import adapt, load_base
from danetka.augmentation.prompts.decode import _draw, continuations
from danetka.augmentation.prompts.settings import (
    METHODS,
    Method,
    TuneSettings,
    WriteSettings,
)
from danetka.augmentation.prompts.tune import tune
from danetka.augmentation.prompts.write import Writer

from .made import make_examples

ROWS = make_examples(60, no_every=2)
SAMPLED = WriteSettings(candidates=3, longest=12, batch=6, temperature=1.0)


@pytest.fixture(scope="module")
def adapter(tiny_gpt: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = TuneSettings(
        base=tiny_gpt, virtual_tokens=4, encoder_hidden=16, epochs=12, patience=12,
        learning_rate=1e-2, longest=90, dev=0.2,
    )  # fmt: skip
    return tune(ROWS, 0, settings, tmp_path_factory.mktemp("tuned")).adapter


@pytest.fixture(scope="module")
def writer(adapter: Path) -> Writer:
    return Writer.load(adapter)


@pytest.fixture
def ended(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """A small model hardly ever ends with a question mark: here whatever it wrote is a question."""

    def text(self: Writer, tokens: list[int]) -> str:
        ends = [i for i, token in enumerate(tokens) if token in self.ends]
        return f"{self.texts.tokenizer.decode(tokens[: min(ends, default=len(tokens))])}?"

    monkeypatch.setattr(Writer, "_text", text)
    return writer


@pytest.mark.usefixtures("ended")
def test_a_batch_writes_what_each_text_gets_alone(adapter: Path) -> None:
    """PEFT's third trap: on padding on the left another text would follow."""
    restless = Writer.load(adapter)
    torch.manual_seed(0)
    for parameter in restless.model.parameters():  # large weights: all that it reads matters
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.3)
    greedy = WriteSettings(candidates=1, temperature=0, longest=12, batch=50)
    passages = ROWS.passages[:20]
    lengths = {len(restless.texts.opening(text, 12).ids) for text in passages}
    assert len(lengths) > 3
    together = restless.write(passages, greedy).questions
    assert together == [restless.write([text], greedy).questions[0] for text in passages]
    assert len({question for (question,) in together}) > 10, "it reads the passage"


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
