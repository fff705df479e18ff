"""The Answerer: one, many, a stream; long passages; evidence; margins; the pipeline."""

from __future__ import annotations

import dataclasses
import random
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from danetka import Answerer, DanetkaError, YesNoPipeline, load_examples
from danetka.answering.answer import decide
from danetka.answering.evidence import METHODS, candidates, most_important, sentences_within
from danetka.answering.windows import window_spans
from danetka.errors import SettingsError
from danetka.language import text as language
from danetka.models.catalog import load_tokenizer
from danetka.models.classifier import Classifier
from danetka.models.pair_tokenizer import PairTokenizer
from danetka.models.pairs import encode_pairs
from danetka.schema import Example, Examples

from .made import make_examples


@pytest.fixture(scope="module")
def plain() -> Classifier:
    return Classifier.from_pretrained()


@pytest.fixture(scope="module")
def mini(plain: Classifier) -> Answerer:
    return Answerer(plain)


@pytest.fixture
def small(tiny: str) -> Answerer:
    return Answerer.from_pretrained(tiny)


def test_one_question(mini: Answerer) -> None:
    passage = "Кит живёт в море. Кот спит на печи. Пёс лает во дворе."
    answer = mini("Спит ли кот на печи?", passage)
    assert (answer.label, answer.yes, answer.windows) == ("да", True, 1)
    assert answer.probability == answer.yes_probability > 0.5
    assert answer.evidence == "Кот спит на печи."
    assert answer.evidence_span is not None
    assert passage[slice(*answer.evidence_span)] == answer.evidence


def test_short_passages_are_answered_as_by_the_plain_model(plain: Classifier) -> None:
    rows = load_examples("sample").dev[:40]
    probabilities = plain.probabilities(rows)
    answers = Answerer(plain, evidence=False).answer_all(rows)
    assert [a.yes_probability for a in answers] == pytest.approx(list(probabilities), abs=1e-5)
    assert [a.yes for a in answers] == list(probabilities >= 0.5)
    assert {a.windows for a in answers} == {1}


def test_many_are_answered_as_one_by_one_and_in_order(small: Answerer) -> None:
    rows = list(make_examples(30))
    random.Random(1).shuffle(rows)
    rows[7] = dataclasses.replace(rows[7], passage=rows[7].passage + " Дом стоит." * 90)
    single = [small(row.question, row.passage) for row in rows]
    for many in (small.answer_all(rows), list(small.stream(iter(rows), chunk=4))):
        assert [a.yes_probability for a in many] == pytest.approx(
            [a.yes_probability for a in single], abs=1e-6
        )
        assert [(a.label, a.evidence_span, a.windows) for a in many] == [
            (a.label, a.evidence_span, a.windows) for a in single
        ]
    assert len({a.yes_probability for a in single}) > 20, "rows must differ for order to show"


def test_an_endless_stream_is_read_a_chunk_at_a_time(small: Answerer) -> None:
    taken = 0

    def endless() -> Iterator[tuple[str, str]]:
        nonlocal taken
        while True:
            taken += 1
            yield f"Есть ли дом {taken}?", "В городе есть дом."

    answers = small.stream(endless(), chunk=5)
    assert taken == 0
    next(answers)
    assert taken == 5
    for _ in range(5):
        next(answers)
    assert taken == 10


def test_rows_of_a_stream_before_a_bad_one_are_answered(small: Answerer) -> None:
    rows = [("Есть ли дом?", "Дом есть."), ("", "Дом есть."), ("Есть ли кот?", "Кот есть.")]
    answers = small.stream(rows)
    assert next(answers).label in {"да", "нет"}
    with pytest.raises(DanetkaError, match="row 2: the question is empty"):
        next(answers)


def test_a_question_longer_than_the_model_is_not_cut_in_silence(small: Answerer) -> None:
    with pytest.raises(DanetkaError, match=r"the question has \d+ tokens"):
        small("Верно ли что " + "дом и " * 200 + "?", "Дом.")


def long_passages() -> list[str]:
    texts = list(dict.fromkeys(load_examples("sample").dev.passages))
    return [
        " ".join(texts),
        "\n\n".join(texts),
        texts[0] + " " + "и ещё дом, " * 400 + ". " + texts[1],  # a sentence longer than the model
        "слово " * 1000,
        "длинноеслово" * 300,  # nowhere to cut between words
    ]


@pytest.mark.parametrize("name", ["mini", "tiny"])
@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("split", ["razdel", "rule"])
def test_windows_hold_every_token(
    name: str, number: int, split: str, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if split == "rule":
        monkeypatch.setitem(sys.modules, "razdel", None)
    passage = long_passages()[number]
    tokenizer = load_tokenizer(tiny if name == "tiny" else name)
    room, question = 90, "Есть ли дом?"
    spans = window_spans(passage, PairTokenizer.of(tokenizer), room)
    assert len(spans) > 1 or tokenizer(passage)["input_ids"][1] == tokenizer.unk_token_id
    encoding = tokenizer(passage, add_special_tokens=False, return_offsets_mapping=True)
    for start, end in encoding["offset_mapping"]:
        assert any(a <= start and end <= b for a, b in spans), passage[start:end]
    texts = Examples(tuple(Example(question, passage[a:b]) for a, b in spans))
    length = room + 3 + len(tokenizer(question, add_special_tokens=False)["input_ids"])
    assert encode_pairs(texts, tokenizer, length, labels=False).truncated == 0
    assert spans == sorted(spans)


def test_windows_begin_and_overlap_by_whole_sentences() -> None:
    passage = " ".join(f"В доме номер {i} живёт кот." for i in range(40))
    spans = window_spans(passage, PairTokenizer.of(load_tokenizer("mini")), 60)
    starts = {a for a, _ in language.sentence_spans(passage)}
    ends = {b for _, b in language.sentence_spans(passage)}
    assert all(a in starts and b in ends for a, b in spans)
    assert all(later[0] < earlier[1] for earlier, later in pairwise(spans))


def test_a_fact_behind_the_models_end_is_found(mini: Answerer, plain: Classifier) -> None:
    padding = "В соседней деревне варят сыр из молока. " * 80
    fact = "Кот спит на печи."
    question = "Спит ли кот на печи?"
    cut = plain.probabilities(Examples((Example(question, padding + fact),)))[0]
    answer = mini(question, padding + fact)
    assert cut < 0.5
    assert answer.label == "да"
    assert answer.windows > 1
    assert answer.evidence == fact


@pytest.mark.parametrize("method", METHODS)
def test_each_way_finds_a_plain_sentence(mini: Answerer, method: str) -> None:
    passage = "Кит живёт в море. Пёс лает во дворе. Кот спит на печи. Мост ведёт в город."
    answer = Answerer(mini.classifier, method=method)("Спит ли кот на печи?", passage)
    assert answer.evidence == "Кот спит на печи."


def test_only_equals_in_letters_are_told_apart_by_the_model(mini: Answerer) -> None:
    passage = "Кит живёт в море. Кот спит. Пёс ест. Кот спит."
    spans = sentences_within(passage, (0, len(passage)))
    assert candidates("Спит ли кот?", passage, spans, "overlap") == [spans[1], spans[3]]
    assert candidates("Спит ли кот?", passage, spans, "single") == spans
    assert candidates("Wer da?", passage, spans, "overlap") == spans
    assert mini("Спит ли кот?", passage).evidence == "Кот спит."
    assert most_important(np.array([0.5, 3.0]), 2.0, "overlap", yes=True) == 0
    assert most_important(np.array([0.5, 3.0]), 2.0, "single", yes=True) == 1
    assert most_important(np.array([0.5, 3.0]), 2.0, "single", yes=False) == 0


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Толстеет ли бамбук?", "С возрастом бамбук толще не становится."),  # its stem is shorter
        ("Пахуч ли бамбук?", "Пахнет бамбук слабо."),  # what all sentences hold counts less
        ("Был ли бамбук ТЕМНЕЕ ольхи?", "Бамбук тёмный."),  # ё
    ],
)
def test_letters_find_other_forms_of_a_word(small: Answerer, question: str, expected: str) -> None:
    passage = (
        "Бамбук есть у китайцев. С возрастом бамбук толще не становится. "
        "Пахнет бамбук слабо. Бамбук тёмный."
    )
    assert small(question, passage).evidence == expected


@pytest.mark.parametrize(
    ("probability", "margin", "expected"),
    [
        (0.6, 0.0, ("да", True, 0.6)),
        (0.5, 0.0, ("да", True, 0.5)),
        (0.25, 0.0, ("нет", False, 0.75)),
        (0.25, 0.3, ("не знаю", None, 0.75)),
        (0.625, 0.125, ("да", True, 0.625)),
        (0.5, 0.05, ("не знаю", None, 0.5)),
    ],
)
def test_margins(
    probability: float, margin: float, expected: tuple[str, bool | None, float]
) -> None:
    assert decide(probability, 0.5, margin) == expected


def test_the_callers_margin_and_the_checkpoints_temperature_count(tiny: str) -> None:
    classifier = Classifier.from_pretrained(tiny)
    rows = make_examples(20)
    plain = Answerer(classifier, evidence=False).answer_all(rows)
    assert all(a.evidence is None and a.evidence_span is None for a in plain)
    middle = sorted(abs(a.yes_probability - 0.5) for a in plain)[10]
    unsure = Answerer(classifier, evidence=False, margin=middle).answer_all(rows)
    assert sum(a.label == "не знаю" for a in unsure) == 10
    classifier.decision = dataclasses.replace(classifier.decision, temperature=0.1)
    sharp = Answerer(classifier, evidence=False).answer_all(rows)
    assert [a.yes_probability for a in sharp] == pytest.approx(
        list(classifier.probabilities(rows)), abs=1e-6
    )
    assert [a.label for a in sharp] == [a.label for a in plain]
    assert all(s.probability > p.probability for s, p in zip(sharp, plain, strict=True))


@pytest.mark.parametrize(
    "options", [{"margin": 0.6}, {"batch": 0}, {"method": "guess"}, {"combine": "sum"}]
)
def test_wrong_options_are_said(small: Answerer, options: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=next(iter(options))):
        Answerer(small.classifier, **options)  # type: ignore[arg-type]


def test_sentences_without_razdel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "razdel", None)
    passage = (
        "Поэт А. С. Пушкин родился в 1799 году. Он жил в Москве, на ул. Садовой… «Да!» "
        "Что дальше?\nНовая строка без точки\nВ 3.5 раза больше."
    )
    found = [passage[a:b] for a, b in sentences_within(passage, (0, len(passage)))]
    assert found == [
        "Поэт А. С. Пушкин родился в 1799 году.",
        "Он жил в Москве, на ул. Садовой…",
        "«Да!»",
        "Что дальше?",
        "Новая строка без точки",
        "В 3.5 раза больше.",
    ]


def test_the_pipeline_feels_like_transformers(mini: Answerer, plain: Classifier) -> None:
    from transformers import TextClassificationPipeline

    pipe = YesNoPipeline(mini)
    row = {"text": "Спит ли кот?", "text_pair": "Кот спит на печи."}
    theirs: Any = TextClassificationPipeline(model=plain.model, tokenizer=plain.tokenizer)
    for top_k in (None, 2):
        [ours] = pipe([row], top_k=top_k)
        [expected] = theirs([row], top_k=top_k)
        assert [one["label"] for one in ours] == [one["label"] for one in expected]
        assert [one["score"] for one in ours] == pytest.approx(
            [one["score"] for one in expected], abs=1e-5
        )
    [best] = pipe(row)
    assert best["label"] == theirs(row)["label"] == "да"
    assert best["score"] == pytest.approx(theirs(row)["score"], abs=1e-5)
    named = {"question": row["text"], "passage": row["text_pair"]}
    assert pipe([named, row], batch_size=1) == [best, best]
    lazily = pipe(r for r in [row, row])
    assert not isinstance(lazily, list)
    assert [one["label"] for one in lazily] == ["да", "да"]
    with pytest.raises(SettingsError, match="top_k 3"):
        pipe(row, top_k=3)
