"""What stops a question: its signs and length, its topic, its structure when it is parsed again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from danetka.augmentation.filters import fault, off_topic, structure_faults
from danetka.augmentation.rules import candidates
from danetka.augmentation.rules.batch import parser

from .made_passages import PASSAGES


@pytest.mark.parametrize(
    "question",
    [
        "Был ли мост построен в Твери?",
        "Мост — это путь?",
        "Правда ли, что завод «Маяк» был закрыт в 1998 году?",
        "Открыт ли музей науки имени Николая Ершова в Нью-Йорке?",
        "был ли еж колючим?",
        "Был ли ёж ёлкой?",
        "Снят ли Titanic в Канаде?",
    ],
)
def test_what_is_well_formed_passes(question: str) -> None:
    assert fault(question) == ""


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "not one question"),
        ("Был ли мост построен в Твери", "not one question"),
        ("Был ли мост? Стоит ли он?", "not one question"),
        ("Был ли мост построен?!", "not one question"),
        ("Стар ли?", "too short or too long"),
        ("?", "too short or too long"),
        ("Был ли " + "очень " * 12 + "старым?", "too short or too long"),
        ("Был ли мост (старый) построен?", "other signs than words"),
        ("Был ли мост построен: в Твери?", "other signs than words"),
        ("Был ли мост 😀 построен?", "other signs than words"),
        ("Был ли мост на 5% новым?", "other signs than words"),
        ("Был ли мост\nпостроен?", "other signs than words"),
        ("Был ли мост построен в?", "broken off"),
        ("Правда ли, что мост стоит и?", "broken off"),
        ("Был ли мост мост построен?", "a word twice"),
        ("Был ли Мост, мост построен?", "a word twice"),
        ("Was the bridge built in Tver?", "not Russian"),
        ("Был ли Bridge of Tver построен?", "not Russian"),
    ],
)
def test_what_is_malformed_is_stopped(question: str, reason: str) -> None:
    assert fault(question) == reason


def test_the_bounds_of_the_length() -> None:
    """From three words to fourteen."""
    long = "Правда ли, что старый каменный мост через реку Тверцу был построен в 1874 году?"
    assert fault("Был ли мост?") == ""
    assert fault(long) == ""
    assert fault(long.replace("был", "не был")) == "too short or too long"


LEMMAS = frozenset({"мост", "построить", "тверь", "река", "елка", "1874"})


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Был ли мост построен в Твери?", ""),
        ("Был ли мост снесён в Твери?", ""),
        ("Растёт ли ёлка у реки?", ""),
        ("Был ли мост построен зимой английской компанией?", ""),
        ("Был ли мост построен зимой большой английской компанией?", "off topic"),
        ("Есть ли в Твери мосты?", ""),
        ("Был ли завод закрыт в Риге?", "off topic"),
        ("Построен ли храм в Риге?", "off topic"),
        ("Был ли он там?", "nothing about the topic"),
        ("Есть ли это?", "nothing about the topic"),
    ],
)
def test_a_question_keeps_to_its_passage(question: str, reason: str) -> None:
    assert off_topic(question, LEMMAS) == reason


def test_a_question_of_another_passage_is_off_topic() -> None:
    (bridge, owl), _ = candidates.read([PASSAGES[0], PASSAGES[5]], parser())
    question = "Верно ли, что длина моста составляет 120 метров?"
    assert off_topic(question, bridge.lemmas) == ""
    assert off_topic(question, owl.lemmas) == "off topic"


def structure(questions: Sequence[tuple[str, str]]) -> list[str]:
    return structure_faults([q for q, _ in questions], [s for _, s in questions], parser())


def test_sound_structures_pass() -> None:
    questions = [
        ("Был ли мост построен в Твери?", "мост"),
        ("Построен ли мост в Твери?", "мост"),
        ("Правда ли, что мост стоит в Твери?", "мост"),
        ("Мост — это старый путь?", "мост"),
        ("Впадает ли река Быстрая в Волгу?", "река"),
        ("Был ли Пётр Седов художником?", "петр"),
        ("Есть ли в Твери старый мост?", ""),
    ]
    assert structure(questions) == [""] * len(questions)


@pytest.mark.parametrize(
    ("question", "subject", "reason"),
    [
        ("Был ли мост построен в Твери?", "завод", "the subject is lost"),
        ("Любит ли кота собака?", "кот", "the subject is not in the nominative"),
        ("Дана ли коту рыба?", "кот", "the subject is not in the nominative"),
        ("Стоит ли мост, который построен в Твери?", "мост", "a clause in a clause"),
        ("Стоит ли мост, когда идёт дождь?", "мост", "a clause in a clause"),
        ("Стоит ли " + "мост и " * 40 + "мост?", "мост", "not parsed"),
    ],
)
def test_faults_of_structure(question: str, subject: str, reason: str) -> None:
    assert structure([(question, subject)]) == [reason]


def test_each_question_is_answered_for_in_its_place() -> None:
    """Though the parser takes them from the shortest to the longest."""
    questions = [
        ("Правда ли, что старый каменный мост стоит в Твери на реке?", "мост"),
        ("Любит ли кота собака?", "кот"),
        ("Стоит ли мост, когда в Твери идёт сильный дождь?", "мост"),
        ("Стоит ли мост?", "завод"),
    ]
    assert structure(questions) == [
        "",
        "the subject is not in the nominative",
        "a clause in a clause",
        "the subject is lost",
    ]
    assert structure([]) == []
