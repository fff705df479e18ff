"""Forms of words: prepositions, cases, capitals, verbs; what the dictionary lacks is left alone."""

from __future__ import annotations

import pytest

from danetka.language import inflect, vectors
from danetka.language.prepositions import preposition

UNKNOWN = "зюзюбр"
"""A word that no dictionary has, though any Russian could decline it."""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("в Франции", "во Франции"),
        ("в Финляндии", "в Финляндии"),
        ("в Львове", "во Львове"),
        ("в Владимире", "во Владимире"),
        ("в Вологде", "в Вологде"),
        ("в вторник", "во вторник"),
        ("в дворе", "во дворе"),
        ("во среду", "в среду"),
        ("в XVI", "в XVI"),
        ("во 1874", "в 1874"),
        ("в мне", "во мне"),
        ("с столом", "со столом"),
        ("с стрелой", "со стрелой"),
        ("с Швецией", "со Швецией"),
        ("с всеми", "со всеми"),
        ("с мной", "со мной"),
        ("со сестрой", "с сестрой"),
        ("со женой", "с женой"),
        ("со дома", "с дома"),
        ("о острове", "об острове"),
        ("о Азии", "об Азии"),
        ("о игре", "об игре"),
        ("об юге", "о юге"),
        ("об ёлке", "о ёлке"),
        ("об Европе", "о Европе"),
        ("об столице", "о столице"),
        ("об мне", "обо мне"),
        ("о всех", "обо всех"),
        ("к двору", "ко двору"),
        ("к Львову", "ко Львову"),
        ("к мне", "ко мне"),
        ("к второму", "ко второму"),
        ("ко дому", "к дому"),
        ("из рта", "изо рта"),
        ("из дома", "из дома"),
        ("от дома", "от дома"),
        ("Под мостом", "под мостом"),
    ],
)
def test_a_preposition_before_a_word(given: str, expected: str) -> None:
    prep, word = given.split()
    assert f"{preposition(prep, word)} {word}" == expected


@pytest.mark.parametrize(
    ("word", "case", "expected"),
    [
        ("Львов", "Loc", "Львове"),
        ("Львов", "Ins", "Львовом"),
        ("Нил", "Acc", "Нил"),
        ("Нил", "Gen", "Нила"),
        ("Владимир", "Acc", "Владимир"),
        ("Псков", "Ins", "Псковом"),
        ("Орёл", "Loc", "Орле"),
        ("Казань", "Ins", "Казанью"),
        ("Тверь", "Loc", "Твери"),
        ("Самара", "Acc", "Самару"),
        ("Нью-Йорк", "Loc", "Нью-Йорке"),
        ("Чили", "Loc", "Чили"),
        ("Сочи", "Gen", "Сочи"),
        ("пальто", "Ins", "пальто"),
        ("кот", "Acc", "кота"),
        ("дом", "Acc", "дом"),
        ("чай", "Par", "чая"),
    ],
)
def test_nouns_are_declined(word: str, case: str, expected: str) -> None:
    assert inflect.decline(word, case) == expected


def test_a_capital_means_a_place_before_a_person() -> None:
    """Нил and Владимир are names too, whose accusative would be Нила and Владимира."""
    assert inflect.decline("Владимир", "Acc") == "Владимир"
    assert inflect.decline("Лев", "Acc") == "Льва", "no such place"


def test_the_plural_and_where_there_is_none() -> None:
    assert inflect.decline("мост", "Dat", "Plur") == "мостам"
    assert inflect.decline("Афины", "Loc", "Plur") == "Афинах"
    assert inflect.decline("Афины", "Loc") is None
    assert inflect.decline("Москва", "Gen", "Plur") is None


@pytest.mark.parametrize(
    ("word", "case", "number", "gender", "animacy", "expected"),
    [
        ("русский", "Nom", "Sing", "Fem", "", "русская"),
        ("русский", "Acc", "Sing", "Masc", "Anim", "русского"),
        ("русский", "Acc", "Sing", "Masc", "Inan", "русский"),
        ("русский", "Acc", "Sing", "Fem", "Anim", "русскую"),
        ("русский", "Acc", "Plur", "", "Anim", "русских"),
        ("русский", "Acc", "Plur", "", "Inan", "русские"),
        ("синий", "Gen", "Sing", "Neut", "", "синего"),
        ("большой", "Ins", "Sing", "Masc", "", "большим"),
        ("четвёртый", "Loc", "Sing", "Masc", "", "четвёртом"),
        ("Красный", "Dat", "Sing", "Fem", "", "Красной"),
    ],
)
def test_adjectives_agree(
    word: str, case: str, number: str, gender: str, animacy: str, expected: str
) -> None:
    assert inflect.decline(word, case, number, gender, animacy, "ADJ") == expected


@pytest.mark.parametrize("word", [UNKNOWN, UNKNOWN.title(), "мостом", "бежать", "1874", ""])
def test_what_is_no_dictionary_form_is_not_declined(word: str) -> None:
    assert inflect.decline(word, "Gen") is None


@pytest.mark.parametrize(
    ("form", "like", "expected"),
    [
        ("вднх", "ВДНХ", "ВДНХ"),
        ("нью-йорке", "Нью-Йорк", "Нью-Йорке"),
        ("ростове-на-дону", "Ростов-на-Дону", "Ростове-на-Дону"),
        ("северо-западе", "северо-запад", "северо-западе"),
        ("москве", "Москва", "Москве"),
        ("доме", "дом", "доме"),
        ("я", "Я", "Я"),
        ("", "Дом", ""),
    ],
)
def test_capitals_stay_where_they_were(form: str, like: str, expected: str) -> None:
    assert inflect.capitals_like(form, like) == expected


@pytest.mark.parametrize(
    ("word", "gender", "number", "expected"),
    [
        ("построил", "Fem", "Sing", "построена"),
        ("построить", "", "Plur", "построены"),
        ("открыть", "Neut", "Sing", "открыто"),
        ("написали", "Masc", "Sing", "написан"),
        ("основан", "Fem", "Sing", "основана"),
        ("бежать", "Fem", "Sing", None),
        ("жить", "Masc", "Sing", None),
    ],
)
def test_short_participles(word: str, gender: str, number: str, expected: str | None) -> None:
    reading = inflect.find_reading(word, "VERB")
    assert inflect.short_participle(reading, gender, number) == expected


@pytest.mark.parametrize(
    ("word", "tense", "gender", "number", "expected"),
    [
        ("жить", "Past", "Fem", "Sing", "жила"),
        ("жить", "Past", "", "Plur", "жили"),
        ("жил", "Pres", "", "Sing", "живёт"),
        ("строит", "Pres", "", "Plur", "строят"),
        ("построен", "Past", "Neut", "Sing", "построило"),
        ("построить", "Pres", "", "Sing", None),
    ],
)
def test_finite_verbs(
    word: str, tense: str, gender: str, number: str, expected: str | None
) -> None:
    reading = inflect.find_reading(word, "VERB")
    assert inflect.finite(reading, tense, gender, number) == expected


def test_a_verb_agrees_with_another_subject() -> None:
    reading = inflect.find_reading("Построен", "VERB")
    assert inflect.agree("Построен", reading, "Fem", "Sing") == "Построена"
    assert inflect.agree("Построен", reading, "", "Plur") == "Построены"


@pytest.mark.parametrize(
    ("word", "pos", "tags", "expected"),
    [
        ("реки", "NOUN", ("Gen", "Plur", "Fem"), ("Gen", "Sing", "Fem")),
        ("домов", "NOUN", ("Gen", "Sing", "Masc"), ("Gen", "Plur", "Masc")),
        ("стола", "NOUN", ("Gen", "Sing", "Fem"), ("Gen", "Sing", "Masc")),
        ("городом", "NOUN", ("Loc", "Sing", "Masc"), ("Ins", "Sing", "Masc")),
        ("Твери", "PROPN", ("Loc", "Plur", ""), ("Loc", "Sing", "Fem")),
        ("лесу", "NOUN", ("Loc", "Sing", "Masc"), None),
        ("чаю", "NOUN", ("Par", "Sing", "Masc"), None),
        ("реки", "NOUN", ("Gen", "Sing", "Fem"), None),
        ("зюзюбров", "NOUN", ("Gen", "Sing", "Fem"), None),
        ("МИД", "NOUN", ("Gen", "Sing", "Fem"), None),
        ("бежал", "VERB", ("", "Sing", "Masc"), None),
    ],
)
def test_tags_are_mended_where_the_dictionary_is_sure(
    word: str, pos: str, tags: tuple[str, str, str], expected: tuple[str, str, str] | None
) -> None:
    assert inflect.mend(word, pos, *tags) == expected


def test_unknown_words_are_known_as_such() -> None:
    assert inflect.is_known("Мостом")
    assert not inflect.is_known(UNKNOWN)
    assert inflect.noun_gender("зюзюбру", "Dat", "Sing") == ""
    assert inflect.noun_gender("реке", "Dat", "Sing") == "Fem"
    assert inflect.lemma("Мостом", "NOUN") == "мост"


def test_similarity_is_symmetric_and_none_for_the_unknown() -> None:
    near, far = vectors.similarity("река", "озеро"), vectors.similarity("река", "композитор")
    assert near is not None
    assert far is not None
    assert -1 <= far < near < 1
    assert vectors.similarity("озеро", "река") == near
    assert vectors.similarity("река", "река") == pytest.approx(1)
    assert vectors.similarity("река", UNKNOWN) is None
    assert vectors.similarity(UNKNOWN, UNKNOWN) is None


def test_frequency_tells_common_words_from_rare_ones() -> None:
    assert vectors.frequency("город") > vectors.frequency("перевал") > 0
    assert vectors.frequency(UNKNOWN) == 0
