"""The intermediate task: four rows whose answers neither text tells alone."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from danetka.augmentation.forms import Form
from danetka.augmentation.generator import Draft
from danetka.errors import DataError, SettingsError
from danetka.language.text import with_word, words
from danetka.models.catalog import load_tokenizer
from danetka.pretraining.questions.contrast import contrasts
from danetka.pretraining.questions.entailment import read_entailment
from danetka.pretraining.questions.packed import UNKNOWN, PackedPairs
from danetka.pretraining.questions.passages import passages
from danetka.pretraining.questions.rows import contrast_rows
from danetka.pretraining.questions.task import reading_order
from danetka.pretraining.settings import QuestionSettings
from danetka.schema import NO, YES, Example, Examples

BRIDGE = "Мельничный мост построен в 1874 году в Твери."
PLAIN = Draft("Построен ли мост в Твери?", 0, YES, Form.SHORT, "passive", "none", evidence=BRIDGE)
DENIED = replace(
    PLAIN, question="Верно ли, что мост не построен в Твери?", label=NO, edit="denied",
    form=Form.TRUE,
)  # fmt: skip
YEAR = replace(
    PLAIN, question="Построен ли мост в 1897 году?", label=NO, edit="year", old="1874", new="1897"
)


def four(*drafts: Draft) -> list[tuple[str, str, int, str]]:
    [found] = [c for c in contrasts(drafts) if c.edit != "other word"]
    return list(found.rows())


def test_a_changed_year_is_changed_in_both_texts() -> None:
    changed = "Мельничный мост построен в 1897 году в Твери."
    assert four(YEAR) == [
        ("Построен ли мост в 1874 году?", BRIDGE, YES, ""),
        ("Построен ли мост в 1874 году?", changed, NO, "1874"),
        ("Построен ли мост в 1897 году?", BRIDGE, NO, "1897"),
        ("Построен ли мост в 1897 году?", changed, YES, ""),
    ]


def test_a_denied_question_meets_a_denied_sentence() -> None:
    changed = "Мельничный мост не построен в 1874 году в Твери."
    assert four(PLAIN, DENIED) == [
        (PLAIN.question, BRIDGE, YES, ""),
        (PLAIN.question, changed, NO, "построен"),
        (DENIED.question, BRIDGE, NO, "не"),
        (DENIED.question, changed, YES, ""),
    ]


@pytest.mark.parametrize(
    "draft",
    [
        replace(YEAR, evidence="Мост 1874 года построен в 1874 году."),  # which of the two?
        replace(YEAR, evidence="Мост стар."),
        replace(YEAR, label=YES),
        DENIED,  # nothing asks it without «не»
    ],
)
def test_what_cannot_be_changed_in_both_is_left(draft: Draft) -> None:
    assert list(contrasts([draft])) == []


def test_a_fact_that_no_rule_falsifies_gets_a_word_of_the_same_form() -> None:
    other = replace(
        PLAIN, question="Стоит ли дом в Казани?", passage=1, evidence="Дом стоит в Казани."
    )
    [found] = contrasts([PLAIN, other])
    assert found.edit == "other word"
    assert found.questions in {
        (other.question, "Стоит ли дом в Твери?"),
        (other.question, "Стоит ли мост в Казани?"),
    }
    assert Counter(words(found.sentences[1])) != Counter(words(found.sentences[0]))


def test_neither_text_tells_anything_alone() -> None:
    rows = list(contrast_rows(list(contrasts([PLAIN, DENIED, YEAR])), [BRIDGE], {150: 1}))
    assert len(rows) == 8
    for side in ("question", "passage"):
        answers: dict[str, list[int | None]] = {}
        for row in rows:
            answers.setdefault(f"{row.group} {getattr(row, side)}", []).append(row.label)
        assert all(sorted(found) == [NO, YES] for found in answers.values())  # type: ignore[type-var]


def test_the_window_holds_the_sentence_that_decides() -> None:
    before = " ".join(f"Дом номер {i} стоит на улице Садовой." for i in range(40))
    after = " ".join(f"Дорога {i} ведёт в соседнюю деревню." for i in range(40))
    passage = f"{before} {BRIDGE} {after}"
    found = list(contrasts([YEAR])) * 30
    rows = list(contrast_rows(found, [passage], {30: 0.6, 150: 0.4}))
    assert all(("1874" in r.passage) != ("1897" in r.passage) for r in rows)
    lengths = [len(row.passage.split()) for row in rows]
    assert min(lengths) <= 30 < max(lengths) <= 150
    assert 0.4 < sum(length <= 30 for length in lengths) / len(lengths) < 0.8


@pytest.mark.parametrize("windows", [{}, {150: 0.5}, {150: 1.5}, {0: 1}, {"long": 1}])
def test_windows_are_words_and_shares(windows: dict[object, float]) -> None:
    with pytest.raises(SettingsError, match=r"^test: windows"):
        QuestionSettings.parse({"sources": ["made"], "windows": windows}, "test")
    told = QuestionSettings.parse({"sources": ["made"], "windows": {"30": 0.5, 60: 0.5}}, "test")
    assert told.windows == {30: 0.5, 60: 0.5}


def test_only_whole_words_are_replaced() -> None:
    assert with_word("Дом у домны.", "дом", "мост") == "Мост у домны."
    assert with_word("Дом и дом.", "дом", "мост") is None


def test_a_document_is_cut_between_sentences() -> None:
    sentence = "Дом номер семь стоит на улице Садовой в Твери."  # nine words
    document = "\n\n".join([sentence, " ".join([sentence] * 30), "Коротко."])
    found = list(passages(document))
    assert " ".join(found) == f"{' '.join([sentence] * 31)} Коротко."[: len(" ".join(found))]
    assert all(len(text.split()) <= 120 and text.endswith(".") for text in found)


def test_a_hypothesis_is_asked_of_its_premise(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    rows = [
        {"premise": "Мост построен.", "hypothesis": "Мост есть.", "label": "entailment"},
        {"premise": "Мост построен.", "hypothesis": "Моста нет", "label": "not_entailment"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    read = read_entailment(path)
    assert [(r.question, r.passage, r.label) for r in read] == [
        ("Верно ли, что Мост есть?", "Мост построен.", YES),
        ("Верно ли, что Моста нет?", "Мост построен.", NO),
    ]
    path.write_text(json.dumps({**rows[0], "label": "maybe"}), encoding="utf-8")
    with pytest.raises(DataError, match=r"train.jsonl:1: not such a row"):
        read_entailment(path)


def test_tokens_of_the_wrong_word_are_marked(tiny: str) -> None:
    tokenizer = load_tokenizer(tiny)
    told = Example("Был ли дом старым?", "Дом был новым.", NO, meta={"wrong": "старым"})
    right = Example("Был ли дом новым?", "Дом был новым.", YES, meta={"wrong": ""})
    silent = Example("Был ли дом?", "Дом был новым.", YES)
    pairs = PackedPairs(Examples((told, right, silent)), tokenizer, 64)
    batch = pairs.collate([pairs[i] for i in range(3)])
    marks, ids = batch["wrong"], batch["input_ids"]
    word = tokenizer("старым", add_special_tokens=False)["input_ids"]
    assert ids[0][marks[0] == 1].tolist() == word
    question = len(tokenizer(right.question, add_special_tokens=False)["input_ids"])
    assert (marks[1] == 0).sum() == question
    assert (marks[1] == 1).sum() == 0
    assert (marks[2] == UNKNOWN).all()
    plain = tokenizer([told.question], [told.passage])
    assert ids[0][batch["attention_mask"][0] == 1].tolist() == plain["input_ids"][0]
    assert batch["labels"].tolist() == [NO, YES, YES]


def test_the_order_reads_every_row_once_and_like_lengths_together() -> None:
    lengths = np.random.default_rng(0).integers(20, 200, 8000)
    order = reading_order(lengths, 16, 0)
    assert sorted(order) == list(range(8000))
    widths = lengths[order].reshape(-1, 16)
    assert float((widths.max(1) - widths.min(1)).mean()) < 15
    assert abs(np.corrcoef(np.arange(500), widths.mean(1))[0, 1]) < 0.2, "shuffled as a whole"
    assert not np.array_equal(order, reading_order(lengths, 16, 1))
