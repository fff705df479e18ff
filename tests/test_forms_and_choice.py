"""Forms of questions, and which drafts are taken: many forms, both answers, no tell-tale word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from danetka.augmentation.choose import choose
from danetka.augmentation.forms import DANETQA, Form, distance, form_of
from danetka.augmentation.generator import Draft
from danetka.augmentation.rules.generator import RuleGenerator
from danetka.language.text import normalize, words

from .made_passages import PASSAGES


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Был ли мост построен в Твери?", Form.WAS),
        ("Были ли мосты каменными?", Form.WAS),
        ("Впадает ли река в Волгу?", Form.VERB),
        ("Умер ли художник в Париже?", Form.VERB),
        ("Есть ли в Твери мост?", Form.THERE),
        ("Имеется ли в Твери мост?", Form.THERE),
        ("Построен ли мост в Твери?", Form.SHORT),
        ("Красива ли старая Тверь?", Form.SHORT),
        ("Можно ли есть эти грибы?", Form.SHORT),
        ("Правда ли, что мост стар?", Form.TRUE),
        ("верно ли что мост стар", Form.TRUE),
        ("Мост — это путь?", Form.PLAIN),
        ("Мост в Твери стар?", Form.PLAIN),
        ("", Form.PLAIN),
        ("Существует ли старый мост?", Form.EXISTS),
        ("Является ли мост путём?", Form.OTHER),
        ("Может ли мост стоять?", Form.OTHER),
        ("В Твери ли этот мост?", Form.OTHER),
    ],
)
def test_the_form_of_a_question(question: str, form: Form) -> None:
    assert form_of(question) is form


def test_drafts_name_the_form_that_they_have(drafted: list[Draft]) -> None:
    differ = [d.question for d in drafted if form_of(d.question) is not d.form]
    assert len(differ) <= 0.02 * len(drafted), differ
    assert set(Counter(d.form for d in drafted)) >= set(Form) - {Form.EXISTS}


def test_the_distance_of_forms() -> None:
    assert sum(DANETQA.values()) == pytest.approx(1)
    assert distance({f: round(1000 * share) for f, share in DANETQA.items()}) == pytest.approx(0)
    assert distance({Form.WAS: 3, Form.VERB: 1}, {Form.WAS: 6, Form.VERB: 2}) == pytest.approx(0)
    assert distance({Form.WAS: 3}, {Form.VERB: 1}) == 1
    assert distance({Form.WAS: 1, Form.VERB: 1}, {Form.VERB: 1}) == 0.5
    assert distance({}) == 1
    assert distance({Form.OTHER: 5}) == pytest.approx(1 - DANETQA[Form.OTHER])


@pytest.fixture(scope="module")
def drafted() -> list[Draft]:
    return RuleGenerator().draft(PASSAGES)[0]


def draft(
    question: str,
    label: int,
    passage: int = 0,
    *,
    edit: str = "none",
    sure: float = 1.0,
    fact: int = 0,
) -> Draft:
    return Draft(
        question, passage, label, form_of(question), "made", edit, sure=sure, fact=fact
    )  # fmt: skip


def count(found: Sequence[Draft]) -> dict[int, int]:
    return dict(Counter(d.label for d in found))


@pytest.mark.parametrize(("n", "each"), [(2, 1), (7, 3), (20, 10), (100, 50), (1, 0), (0, 0)])
def test_as_many_of_each_answer(n: int, each: int, drafted: list[Draft]) -> None:
    found = choose(drafted, None, n)
    assert count(found) == ({0: each, 1: each} if each else {})


@pytest.mark.parametrize("label", [0, 1])
def test_one_answer(label: int, drafted: list[Draft]) -> None:
    assert count(choose(drafted, label, 25)) == {label: 25}
    whole = choose(drafted, label, 10_000)
    assert count(whole) == {label: len(whole)}
    assert choose([], label, 5) == []
    assert choose([d for d in drafted if d.label != label], label, 5) == []


def test_both_answers_need_both(drafted: list[Draft]) -> None:
    assert choose([d for d in drafted if d.label], None, 10) == []


def test_the_seed_decides_and_the_order_of_passages_does_not(drafted: list[Draft]) -> None:
    found = choose(drafted, None, 40, seed=3)
    assert choose(drafted, None, 40, seed=3) == found
    turned = sorted(drafted, key=lambda d: -d.passage)
    assert turned != drafted
    assert choose(turned, None, 40, seed=3) == found
    assert choose(drafted, None, 40, seed=4) != found
    assert [d.passage for d in found] == sorted(d.passage for d in found)


def test_no_question_is_taken_twice(drafted: list[Draft]) -> None:
    for answer in (0, 1, None):
        found = choose(drafted + drafted, answer, 400)
        asked = [(d.passage, normalize(d.question)) for d in found]
        assert len(set(asked)) == len(asked)
    alike = [draft("Зелён ли лёд в озере?", 1), draft("Зелен ли лед  в озере?", 1, fact=1)]
    assert len(choose(alike, 1, 2)) == 1


def test_the_forms_come_near_to_those_asked_for(drafted: list[Draft]) -> None:
    found = choose(drafted, None, 80)
    assert distance(Counter(d.form for d in found)) < 0.25
    assert distance(Counter(d.form for d in drafted)) > 0.3
    shares = {Form.PLAIN: 0.5, Form.VERB: 0.5}
    other = choose(drafted, None, 20, shares=shares)
    assert distance(Counter(d.form for d in other), shares) < 0.25


def excess(found: Sequence[Draft]) -> float:
    """By how much a word may at most be said to tell the answer: its surplus under one of them."""
    counts = {label: Counter[str]() for label in (0, 1)}
    for taken in found:
        counts[taken.label].update(set(words(taken.question)))
    return max(
        here[word] - 1.2 * there[word]
        for here, there in ((counts[0], counts[1]), (counts[1], counts[0]))
        for word in here
    )


@pytest.mark.parametrize("n", [40, 120, 1000])
def test_no_word_tells_the_answer(n: int, drafted: list[Draft]) -> None:
    """Under one answer it stands at most a fifth more often, and twice."""
    assert excess(choose(drafted, None, n)) < 3


def test_a_word_that_tells_the_answer_is_taken_twice() -> None:
    pairs = [
        draft(f"Стоит ли {word} мост номер {i}?", label, i)
        for i in range(50)
        for label, word in enumerate(("новый", "старый"))
    ]
    assert count(choose(pairs, None, 100)) == {0: 2, 1: 2}
    assert len(choose(pairs, 0, 100)) == 50, "nothing can be told where there is but one answer"


def test_a_form_that_few_passages_give_is_taken_first() -> None:
    """A hundred passages of 1,500 ask «есть ли»: taken as they come, hardly one would be."""
    words = ("новый", "старый")
    made = [
        draft(f"{'Есть' if i < 100 else 'Стоит'} ли {words[(i + label) % 2]} мост?", label, i)
        for i in range(1500)
        for label in (0, 1)
    ]
    taken = choose(made, None, 20, shares={Form.VERB: 0.5, Form.THERE: 0.5})
    assert Counter(d.form for d in taken) == {Form.THERE: 10, Form.VERB: 10}


def test_not_is_rare_and_as_frequent_in_both_answers() -> None:
    drafts = []
    for i in range(100):
        for label in (0, 1):
            for house in ("дом", "дуб") if (i + label) % 2 else ("храм", "холм"):
                question = f"Правда ли, что мост {i} не {house}?"
                drafts.append(draft(question, label, i, edit="denied source"))
                drafts.append(draft(f"Есть ли у моста {i} {house}?", label, i, sure=0.5))
    found = choose(drafts, None, 200)
    denied = Counter(d.label for d in found if d.edit.startswith("denied"))
    assert count(found) == {0: 100, 1: 100}
    assert 1 <= denied[0] <= 4
    assert abs(denied[0] - denied[1]) <= 1
    only = [d for d in drafts if d.edit.startswith("denied")]
    assert 2 <= len(choose(only, None, 200)) <= 4


@pytest.mark.parametrize("turn", [1, -1])
def test_a_yes_is_its_nos_question_before_the_edit(turn: int) -> None:
    yes = [
        draft("Был ли мост построен в Твери?", 1, sure=0.5),
        draft("Был ли завод закрыт зимой?", 1),
        draft("Была ли башня снесена в Омске?", 1),
    ]
    no = draft("Был ли мост построен в Риге?", 0, edit="place")
    assert choose([*yes[::turn], no], None, 2) == [no, yes[0]]


@pytest.mark.parametrize("seen", ["зимой", "летом"])
def test_what_stands_there_already_counts(seen: str) -> None:
    """A word that is frequent under an answer already is not made more frequent."""
    drafts = [draft(f"Был ли мост построен {when}?", 0) for when in ("зимой", "летом")]
    beside = [(f"Пришёл ли враг {seen}?", 0)] * 5
    (found,) = choose(drafts, 0, 1, beside=beside)
    assert seen not in found.question
    (turned,) = choose(drafts, 0, 1, beside=[(question, 1) for question, _ in beside])
    assert seen in turned.question


def test_the_surest_comes_first() -> None:
    drafts = [
        draft("Был ли мост построен зимой?", 0, sure=0.6),
        draft("Был ли мост построен летом?", 0, sure=0.9),
        draft("Был ли мост построен осенью?", 0, sure=0.7),
    ]
    assert choose(drafts, 0, 1) == [drafts[1]]
