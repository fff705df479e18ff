"""The generator by rules: what it promises every caller, and what it makes of any text at all."""

from __future__ import annotations

import json
import string
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danetka.augmentation.generator import Draft, Made
from danetka.augmentation.rules import batch
from danetka.augmentation.rules.generator import RuleGenerator
from danetka.language.parse import sentences
from danetka.language.text import normalize, question_key
from danetka.schema import Example, Examples

from .made_passages import PASSAGES

Drafts = tuple[list[Draft], Counter[str]]


@pytest.fixture(scope="module")
def drafted() -> Drafts:
    """All drafts of the passages, in one process and without a folder."""
    return RuleGenerator().draft(PASSAGES)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every batch finished, so that what asks again need not parse again."""
    folder = tmp_path_factory.mktemp("parts")
    RuleGenerator(parts=folder).draft(PASSAGES)
    return folder


def made(parts: Path, answer: int | None, n: int, seed: int = 0) -> Made:
    return RuleGenerator(seed=seed, parts=parts).generate(PASSAGES, answer, n)


def asked(found: Made) -> list[tuple[str, str, int | None]]:
    return [(row.question, row.passage, row.label) for row in found.examples]


@pytest.mark.parametrize("answer", [1, 0])
def test_one_answer_as_it_was_asked_for(parts: Path, answer: int) -> None:
    found = made(parts, answer, 30)
    assert len(found.examples) == 30
    assert {row.label for row in found.examples} == {answer}
    assert {row.source for row in found.examples} == {"rules"}


def test_both_answers_are_equally_many(parts: Path) -> None:
    found = made(parts, None, 41)
    assert sorted(Counter(row.label for row in found.examples).items()) == [(0, 20), (1, 20)]


def test_fewer_where_the_passages_do_not_yield_them(parts: Path, drafted: Drafts) -> None:
    found = made(parts, 0, 10_000)
    there = {(d.passage, normalize(d.question)) for d in drafted[0] if d.label == 0}
    assert 100 < len(found.examples) <= len(there)
    assert {row.label for row in found.examples} == {0}


def test_what_is_made_stands_in_the_order_of_the_passages(parts: Path) -> None:
    found = made(parts, None, 60)
    places = [PASSAGES.index(row.passage) for row in found.examples]
    assert places == sorted(places)
    assert found.passages == len(set(places)) > 20


def test_each_question_says_where_it_comes_from(parts: Path) -> None:
    for row in made(parts, None, 60).examples:
        assert set(row.meta) <= {"form", "rule", "edit", "old", "new", "evidence", "sure"}
        assert row.meta["rule"]
        assert row.meta["edit"]
        assert row.meta["evidence"] in row.passage
        if row.meta.get("new"):
            assert row.meta["old"] != row.meta["new"]
    edits = {(row.meta["edit"], row.label) for row in made(parts, None, 200).examples}
    assert {("none", 1), ("year", 0), ("place", 0), ("negated source", 0)} <= edits


def test_the_same_again_and_another_seed_another_choice(parts: Path) -> None:
    first = asked(made(parts, None, 40))
    assert asked(made(parts, None, 40)) == first
    other = asked(made(parts, None, 40, seed=1))
    assert len(other) == len(first)
    assert set(other) != set(first)


def test_style_changes_the_spelling_alone(drafted: Drafts) -> None:
    """Not what is asked: commas, quotation marks, ё and capitals are all that is lost."""
    plain, bare = drafted[0], RuleGenerator("danetqa").draft(PASSAGES)[0]
    loses = str.maketrans("", "", ",«»")
    for one, other in zip(plain, bare, strict=True):
        told = one.question.translate(loses).replace("—", "-")
        assert other.question == told[0] + told[1:].lower().replace("ё", "е")
        assert (one.label, one.evidence, one.edit) == (other.label, other.evidence, other.edit)
    assert any("«" in d.question and "," in d.question for d in plain)


def test_folder_or_none_the_drafts_are_the_same(parts: Path, drafted: Drafts) -> None:
    assert RuleGenerator(parts=parts).draft(PASSAGES) == drafted


def test_finished_batches_are_read_and_not_made_again(tmp_path: Path, drafted: Drafts) -> None:
    RuleGenerator(parts=tmp_path).draft(PASSAGES)
    files = sorted(tmp_path.rglob("*.json"))
    assert [file.name for file in files] == ["00000000.json", "00000032.json"]
    values = json.loads(files[1].read_text(encoding="utf-8"))
    values["drafts"][0]["evidence"] = "Это прочитано из файла."
    files[1].write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    again = RuleGenerator(parts=tmp_path).draft(PASSAGES)[0]
    told = [(d.question, d.label) for d in again]
    assert told == [(d.question, d.label) for d in drafted[0]]
    assert [d.passage for d in again if d.evidence == "Это прочитано из файла."] == [32]


class KilledError(Exception):
    """Stands for a signal."""


def test_a_killed_run_goes_on(tmp_path: Path, drafted: Drafts) -> None:
    def die(done: int, total: int) -> None:
        assert (done, total) == (batch.SIZE, len(PASSAGES))
        raise KilledError

    with pytest.raises(KilledError):
        RuleGenerator(parts=tmp_path, progress=die).draft(PASSAGES)
    (left,) = tmp_path.rglob("*.json")
    written = left.stat().st_mtime_ns
    heard: list[tuple[int, int]] = []
    again = RuleGenerator(parts=tmp_path, progress=lambda *told: heard.append(told))
    assert again.draft(PASSAGES) == drafted
    assert heard == [(32, 40), (40, 40)]
    assert left.stat().st_mtime_ns == written


def test_other_passages_have_other_parts(parts: Path) -> None:
    few = RuleGenerator(parts=parts).draft(PASSAGES[:3])
    assert few == RuleGenerator().draft(PASSAGES[:3])
    assert {d.passage for d in few[0]} == {0, 1, 2}


@pytest.mark.slow
def test_workers_change_nothing(drafted: Drafts) -> None:
    assert RuleGenerator(workers=2).draft(PASSAGES) == drafted


def test_a_passage_that_stands_twice_is_read_once() -> None:
    mill, lake, museum = PASSAGES[0], PASSAGES[1], PASSAGES[3]
    twice = RuleGenerator().draft([mill, lake, mill, museum, lake])
    once = RuleGenerator().draft([mill, lake, museum])
    places = {0: 0, 1: 1, 2: 3}
    assert [(d.question, d.passage) for d in twice[0]] == [
        (d.question, places[d.passage]) for d in once[0]
    ]
    assert twice[1] == once[1]


def test_nothing_is_asked_that_was_asked_already(parts: Path) -> None:
    first = made(parts, None, 40).examples
    known = Examples((Example(first[0].question.upper(), PASSAGES[0], first[0].label),))
    against = frozenset(map(question_key, first.questions[1:]))
    again = RuleGenerator(beside=known, against=against, parts=parts).generate(PASSAGES, None, 400)
    asked_again = set(map(question_key, first.questions)) & set(
        map(question_key, again.examples.questions)
    )
    assert not asked_again
    assert again.skipped["question: asked in the data already"] >= 40


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("The bridge was built in Tver. It is long.", {"sentence: not Russian": 2}),
        ("<p>Мост построен в 1874 году в Твери.</p>", {"sentence: a list or markup": 1}),
        ("[[Файл:Мост.jpg|thumb]] {{Карточка|имя=Мост}}", None),
        ("мост " * 20_000, {"passage: longer than 20,000 characters": 1}),
        ("слово " * 3_000, {"sentence: empty or too long": 1}),
        ("", {"passage: empty": 1}),
        ("🦉🦉 🎉", {"sentence: a fragment": 1}),
        ("?!.,;: «» — …", None),
        ("(Мост построен в 1874 году.)", {"sentence: empty or too long": 1}),
        ("1 2 3 1999", {"sentence: a fragment": 1}),
        ("Мост \ud800 построен в 1874 году.", {"passage: not Unicode text": 1}),
        ("Мост\x00 построен в 1874 году.", {"a word of other signs": 1}),
    ],
)
def test_what_is_no_passage_is_counted(text: str, reasons: dict[str, int] | None) -> None:
    drafts, skipped = RuleGenerator().draft([text])
    assert drafts == []
    assert sum(skipped.values()) > 0
    if reasons is not None:
        assert skipped == reasons


def test_bad_passages_leave_the_good_ones_alone() -> None:
    """Sound sentences are found beside what is none."""
    good = PASSAGES[0]
    mixed = ["", "🦉", "The bridge.", good, f"<b>Таблица</b>\n{good}"]
    drafts, skipped = RuleGenerator().draft(mixed)
    assert {d.passage for d in drafts} == {3, 4}
    assert skipped["passage: empty"] == 1


WORDS = (
    "Мост", "мост", "построен", "в", "1874", "году", "Твери", "не", "река", "Волга", "впадает",
    "Анна", "Лугова", "родилась", "Москве", "она", "была", "—", "это", "большой", "город", "и",
    "три", "оперы", "написал", "композитор", "с", "из", "до", "Франции", "зимой", "его", "ё",
)  # fmt: skip
SIGNS = (
    ".", ". ", "?", "!", ",", "«", "»", "(", ")", '"', ":", ";", "-", "…", "\n", "\u0301", "\u00ad",
    "\u2028", "\x00", "the", "Bridge", "XIX", "г.", "1", "12 000", "%", "😀", "🦉", "<p>", "]]", "",
)  # fmt: skip
CLAUSES = (
    "Мост построен в 1874 году в Твери", "река не впадает в Волгу", "Анна Лугова родилась в Москве",
    "Тверь — это большой город", "она написала три оперы", "в городе нет аэропорта",
)  # fmt: skip
SOUP = st.lists(st.sampled_from(WORDS + SIGNS + CLAUSES), max_size=12).map(" ".join)
TEXTS = st.lists(SOUP | st.sampled_from(CLAUSES), max_size=5).map(". ".join)
CHARACTERS = st.text(alphabet=string.printable + "абвгеёиоъьАМВ«»—😀\u0301\u2028", max_size=60)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS | CHARACTERS, min_size=1, max_size=4))
def test_any_text_is_asked_about_or_passed_over(texts: list[str]) -> None:
    drafts, skipped = RuleGenerator().draft(texts)
    assert RuleGenerator().draft(texts) == (drafts, skipped)
    for draft in drafts:
        assert draft.question.endswith("?")
        assert draft.question.count("?") == 1
        assert draft.label in {0, 1}
        assert draft.evidence in {sentence.text for sentence in sentences(texts[draft.passage])}
    found = RuleGenerator().generate(texts, None, 6)
    assert [row.label for row in found.examples].count(0) * 2 == len(found.examples)
