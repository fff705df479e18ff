"""What makes a fact false, or leaves it true in other words: one deliberate change each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.antecedents import is_named
from danetka.augmentation.rules.clause import RELATIVE, Clause, Kind
from danetka.augmentation.rules.passage import Passage, Pool
from danetka.augmentation.rules.questions import is_event
from danetka.augmentation.rules.words import ORDINALS, Phrase, Word
from danetka.language import inflect, vectors
from danetka.schema import NO, YES

_NEXT_YEAR: Final = 2027


@dataclass(frozen=True, slots=True)
class Edit:
    """A clause as it is asked, and the answer.

    Attributes:
        clause: The changed clause.
        label: Its answer.
        name: What was done; ``none`` if nothing.
        part: The part of the clause that the question must keep.
        old, new: What stood there, and what stands there now.
        denied: Whether the question is asked with «не».
        sure: How safe the answer is, 0 to 1.
    """

    clause: Clause
    label: int
    name: str
    part: str = ""
    old: str = ""
    new: str = ""
    sure: float = 1.0
    denied: bool = False


@dataclass(frozen=True)
class Context:
    """What an edit may look at.

    Attributes:
        passage: The passage.
        pool: Phrases of the passages beside it.
        rng: Draws what is put in.
    """

    passage: Passage
    pool: Pool
    rng: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311


def edit(clause: Clause, context: Context) -> Iterator[Edit]:
    """Everything that a clause may be asked as.

    Args:
        clause: A fact.
        context: Its passage, and what is near.
    """
    if clause.negated:
        asked = _without_genitive(clause)
        if asked is not None:
            yield Edit(asked, NO, "negated source")
        if clause.rule != "absence":
            yield Edit(clause, YES, "denied source", denied=True)
        return
    if _may_be_denied(clause):
        yield Edit(clause, NO, "denied", denied=True)
    for part in ("", *clause.parts):
        yield Edit(clause, YES, "none", part)
    for same in _synonyms(clause):
        yield same
    open_list = _OPEN & context.passage.by_sentence[clause.sentence]
    for change in _SAFE if open_list else _FALSIFIERS:
        for made in change(clause, context):
            yield made
            if made.part != "subject" and _may_be_denied(clause):
                yield replace(made, label=YES, name=f"denied {made.name}", denied=True)


_OPEN: Final = frozenset(
    "прочий другой например число преимущественно основной некоторый многие многий часть местами "
    "нередко иногда обычно большинство различный разный часто также тоже".split()
)
"""Where these stand, what is not named may hold too."""


def _may_be_denied(clause: Clause) -> bool:
    """Whether «не» before the predicate denies the whole: not where something is counted."""
    parts = clause.parts.values()
    counted = any(
        p.counted or any(w.text.isdigit() and len(w.text) < 4 for w in p.words)  # noqa: PLR2004
        for p in parts
    )
    if clause.predicate and (clause.predicate.text == "есть" or clause.predicate.lemma == "иметь"):
        return False
    return not counted and all(p.role != "adverb" for p in parts)


_WITH_GENITIVE: Final = frozenset(
    "требовать потребовать ждать просить добиваться хотеть бояться избегать достигать искать".split()
)


def _without_genitive(clause: Clause) -> Clause | None:
    """«не даёт комментариев» → «даёт комментарии»: a denied object leaves the genitive."""
    verb = clause.predicate
    reading = inflect.find_reading(verb.text, "VERB") if verb else None
    if clause.kind is not Kind.VERB or reading is None or "tran" not in reading.tag:
        return clause
    if verb is not None and verb.lemma in _WITH_GENITIVE:
        return clause
    for name, phrase in clause.parts.items():
        if phrase.role == "object" and phrase.noun.case == "Gen" and not phrase.prep:
            changed = phrase.declined("Acc", "object")
            if changed is None:
                return None
            clause = clause.with_part(name, replace(changed, required=True))
    return clause


def _synonyms(clause: Clause) -> Iterator[Edit]:
    verb = clause.predicate
    if verb is None or clause.kind not in (Kind.VERB, Kind.PASSIVE) or clause.idiom:
        return
    for other in lexicon.load().synonyms.get("verb", {}).get(lexicon.fold(verb.lemma), ()):
        changed = _with_verb(clause, other)
        if changed is not None and changed.predicate:
            yield Edit(changed, YES, "synonym", "", verb.text, changed.predicate.text, 0.9)


def _with_verb(clause: Clause, base: str) -> Clause | None:
    """Another verb in the same form."""
    verb = clause.predicate
    assert verb is not None  # noqa: S101
    reading = inflect.find_reading(base, "VERB")
    if reading is None or not reading.is_known:
        return None
    if clause.kind is Kind.PASSIVE:
        form = inflect.short_participle(reading, verb.gender, verb.number)
    else:
        form = inflect.finite(reading, "Past" if clause.past else "Pres", verb.gender, verb.number)
        if not clause.past and "perf" in reading.tag:
            return None
    if form is None:
        return None
    return replace(clause, predicate=replace(verb, text=form, lemma=base))


def _numbers(clause: Clause, context: Context) -> Iterator[Edit]:
    """A year or a number that stays plausible, and stands nowhere else in the passage."""
    for name, phrase in clause.parts.items():
        for i, word in enumerate(phrase.words):
            if name == "subject" and lexicon.fold(word.lemma) in ORDINALS:
                continue  # another wave, another flight
            if lexicon.fold(word.lemma) in ORDINALS and name != "nominal":
                continue
            plural = "Plur" in (word.number, phrase.noun.number)
            if plural and lexicon.fold(word.lemma) in ORDINALS:
                continue
            first_time = "впервые" in context.passage.by_sentence[clause.sentence]
            if first_time and name != "nominal":
                continue
            of_year = word.text.isdigit() and phrase.noun.lemma == "год"
            if of_year and not (_happened_once(clause) and len(word.text) in (3, 4)):
                continue
            if word.text.isdigit() and any(w.lemma in _ABOUT for w in phrase.words):
                continue
            other = _other_number(word, phrase.noun, context)
            if other is not None:
                changed = phrase.with_word(i, other)
                kind = "year" if len(word.text) == 4 and word.text.isdigit() else "number"  # noqa: PLR2004
                yield _changed(clause, name, changed, kind, word.text, other.text)


_ABOUT: Final = frozenset("более менее около почти больше меньше свыше примерно до только".split())


def _other_number(word: Word, noun: Word, context: Context) -> Word | None:
    if word.text in _ROMAN and not word.entity:
        at = _ROMAN.index(word.text)
        near = [
            r for r in _ROMAN[max(0, at - 3) : at + 4]
            if r != word.text and not context.passage.says(r.lower())
        ]  # fmt: skip
        return replace(word, text=context.rng.choice(near), lemma="") if near else None
    if word.rel == "day":
        days = [d for d in range(1, 29) if str(d) not in context.passage.numbers]
        drawn_day = str(context.rng.choice(days))
        return replace(word, text=drawn_day, lemma=drawn_day)
    if word.text.isdigit():
        number = int(word.text)
        for _ in range(20):
            drawn = _near(number, noun.lemma == "год", context.rng)
            if drawn is not None and str(drawn) not in context.passage.numbers:
                return replace(word, text=str(drawn), lemma=str(drawn))
        return None
    for row in (_CARDINALS, ORDINALS):
        if lexicon.fold(word.lemma) in row and word.case:
            return _other_numeral(word, noun, row, context)
    return None


def _near(number: int, of_year: bool, rng: random.Random) -> int | None:
    if of_year or 1000 <= number < _NEXT_YEAR:  # noqa: PLR2004
        step = rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 25))
        drawn = number + rng.choice((-1, 1)) * step
        same_century = len(str(drawn)) == len(str(number))
        return drawn if same_century and drawn < _NEXT_YEAR else None
    if number < 2:  # noqa: PLR2004 - «один» agrees in another way
        return None
    spread = max(3, number // 2)
    drawn = number + rng.choice((-1, 1)) * rng.randint(1, spread)
    same = drawn > 1 and _agreement(drawn) == _agreement(number)
    return drawn if same else None


def _agreement(number: int) -> str:
    """Which form of a noun a number takes: 1 год, 2 года, 5 лет."""
    if 10 < number % 100 < 20 or number % 10 in (0, 5, 6, 7, 8, 9):  # noqa: PLR2004
        return "many"
    return "one" if number % 10 == 1 else "few"


_CARDINALS: Final = (
    "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять",
)  # fmt: skip
_ROMAN: Final = (
    "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI".split()
)


def _other_numeral(
    word: Word, noun: Word, row: tuple[str, ...], context: Context
) -> Word | None:
    base = lexicon.fold(word.lemma)
    rows = [r for r in (row[:3], row[3:]) if base in r] if row is _CARDINALS else [row]
    others = [
        w for w in rows[0] if w != base and w not in context.passage.lemmas
    ]
    if not others:
        return None
    drawn = context.rng.choice(others)
    if row is ORDINALS:
        form = inflect.decline(
            drawn, word.case, word.number or "Sing", word.gender, word.animacy, "ADJ"
        )
        form = form or inflect.decline(
            drawn.replace("четвертый", "четвёртый"), word.case, word.number or "Sing",
            word.gender, word.animacy, "ADJ",
        )  # fmt: skip
    else:
        found = next((r for r in inflect.readings(drawn) if "NUMR" in r.tag), None)
        of_people = word.case == "Acc" and noun.animacy == "Anim"
        case = "gent" if of_people else inflect.CASES[word.case]
        form = found and inflect.inflect_reading(found, case)
        if form == "два" and noun.gender == "Fem":
            form = "две"
    return replace(word, text=form, lemma=drawn) if form else None


def _place(clause: Clause, context: Context) -> Iterator[Edit]:
    """A country, city, river for another of its type and region."""
    words = lexicon.load()
    for name, phrase in clause.parts.items():
        if phrase.cut or phrase.before or _subject_is_cut(clause):
            continue
        for i, word in enumerate(phrase.words):
            if word.rel.startswith("flat") or word.left or not word.text[:1].isupper():
                continue
            if any(w.rel.startswith("flat") and w.head == i for w in phrase.words):
                continue
            if any(w.head == i and w.text[:1].isupper() for w in phrase.words):
                continue  # «Северная Осетия» is one name
            kind = words.kinds.get(lexicon.fold(word.lemma), "")
            if phrase.prep == "на" and phrase.noun.case == "Acc":
                continue
            if phrase.role == "object" or (phrase.prep in ("из", "в") and kind == "остров"):
                continue
            if phrase.prep == "с":
                continue
            if not (name == "nominal" or _happened_once(clause) or _is_placed(clause)):
                continue
            others = words.places.get(lexicon.fold(word.lemma), ())
            near = [o for o in context.passage.places(kind) if o.lower() != word.lemma]
            others = tuple(o for o in others if lexicon.fold(o) not in _ON_PLACES)
            others = tuple(o for o in others if not context.passage.says(lexicon.fold(o)))
            others = tuple(_as_frequent(word.lemma, others))
            drawn = context.rng.sample(others, min(2, len(others)))
            plural = clause.subject is not None and clause.subject.noun.number == "Plur"
            if name == "subject" or (plural and not _happened_once(clause)):
                continue
            for other in [*(o for o in near[:1] if _apart(o, clause, context)), *drawn]:
                form = inflect.decline(other, word.case or "Nom", "Sing")
                if form is None or not word.case:
                    continue
                new = replace(word, text=form, lemma=other.lower(),
                              gender=inflect.gender_of(other))  # fmt: skip
                changed = _agreed(phrase, i, new)
                if changed is not None and i == phrase.head and phrase.prep == "на":
                    changed = replace(changed, prep="на" if kind == "остров" else "в")
                if changed is not None:
                    yield _changed(clause, name, changed, "place", word.text, form,
                                   _settled(clause, 0.95))  # fmt: skip


_ON_PLACES: Final = frozenset(
    "камчатка сахалин урал кавказ украина аляска кипр чукотка балканы таймыр".split()
)
"""Places that one is «на», and comes «с»."""


_NEAREST: Final = 4


def _as_frequent(word: str, others: Iterable[str]) -> list[str]:
    """Those of about a word's frequency: a rare word in its place would tell the answer."""
    own = vectors.frequency(lexicon.fold(word))
    nearest = sorted(others, key=lambda o: (abs(vectors.frequency(o.lower()) - own), o))
    return nearest[:_NEAREST]


def _nearest(word: str, others: Iterable[str]) -> list[str]:
    """Those that are nearest in meaning: a president is rather no minister than no sheikh."""
    def far(other: str) -> tuple[float, str]:
        return (-(vectors.similarity(lexicon.fold(word), lexicon.fold(other)) or -1.0), other)

    return sorted(others, key=far)[:_NEAREST]


def _subject_is_cut(clause: Clause) -> bool:
    """Whether a subject without a name has lost what says which are meant."""
    return clause.subject is not None and clause.subject.cut and not is_named(clause.subject)


def _apart(lemma: str, clause: Clause, context: Context) -> bool:
    """Whether the passage nowhere speaks of a word together with the clause's predicate."""
    near = context.passage.sentences_with(lexicon.fold(lemma))
    if clause.sentence in near:
        return False
    said = clause.predicate.lemma if clause.predicate else ""
    if clause.nominal:
        said = clause.nominal.noun.lemma
    return not any(lexicon.fold(said) in context.passage.by_sentence[i] for i in near)


def _is_event(clause: Clause) -> bool:
    """Whether it tells what happened once: then it did not happen to another, or elsewhere."""
    if clause.kind is Kind.PASSIVE:
        return clause.predicate is not None and is_event(clause.predicate)
    if clause.kind is not Kind.VERB or not clause.past or clause.predicate is None:
        return False
    reading = inflect.find_reading(clause.predicate.text, "VERB")
    return reading is not None and "perf" in reading.tag


_REPEATED: Final = frozenset(
    "появиться стать победить выиграть участвовать посетить выступить получить принять побывать "
    "распространиться проголосовать предложить заявить призвать вырасти увеличиться сократиться "
    "снизиться возникнуть встретиться использовать применить запретить разрешить".split()
)
"""What may have happened in another year or place too."""


def _happened_once(clause: Clause) -> bool:
    """Whether it happened in one year and at one place only."""
    if clause.kind is Kind.NOUN:
        return False
    base = clause.predicate.lemma if clause.predicate else ""
    return _is_event(clause) and base not in _REPEATED and not clause.idiom


def _is_placed(clause: Clause) -> bool:
    """Whether it says where a thing is: then it is nowhere else."""
    base = clause.predicate.lemma if clause.predicate else ""
    return base in ("находиться", "располагаться", "расположить", "разместить", "впадать",
                    "относиться", "принадлежать", "граничить", "протекать")  # fmt: skip


def _settled(clause: Clause, sure: float) -> float:
    """How safe an exchange of arguments is: not very where something is said in general."""
    words = lexicon.load()
    base = lexicon.fold(clause.predicate.lemma) if clause.predicate else ""
    once = _is_event(clause) or clause.kind in (Kind.NOUN, Kind.PASSIVE)
    return sure if once or base in words.stay or base in words.existence else sure - 0.35


def _entities(clause: Clause, context: Context) -> Iterator[Edit]:
    """A person, organisation or place for another that stands in the same case somewhere near."""
    for name, phrase in clause.parts.items():
        noun = phrase.noun
        if phrase.cut or phrase.before or _subject_is_cut(clause):
            continue
        if not noun.entity or len(phrase.words) > 3:  # noqa: PLR2004 - a name, not a description
            continue
        if any(not word.entity for word in phrase.words):
            continue
        for near, other in context.pool.like(phrase, context.passage, context.rng):
            if name == "subject" or (near and not _apart(other.noun.lemma, clause, context)):
                continue
            if not (_happened_once(clause) or _is_placed(clause)) or (near and noun.entity == "PER"):
                continue
            if any(inflect.find_reading(w.text, w.pos, w.case, w.number) is None
                   for w in other.words):  # fmt: skip
                continue
            changed = replace(other, role=phrase.role, prep=phrase.prep,
                              required=phrase.required, time=phrase.time,
                              before=phrase.before)  # fmt: skip
            yield _changed(
                clause, name, changed, "entity", phrase.text, changed.text,
                _settled(clause, 0.9 if near else 0.85),
            )


def _opposites(clause: Clause, context: Context) -> Iterator[Edit]:
    """An antonym, or a predicate of the same frame."""
    words = lexicon.load().opposites
    verb = clause.predicate
    if verb is not None and clause.kind in (Kind.VERB, Kind.PASSIVE) and not clause.idiom:
        yield from _other_predicate(clause, verb, context)
    if verb is not None and clause.kind is Kind.SHORT:
        yield from _opposite_short(clause, context)
    for name, phrase in clause.parts.items():
        if phrase.prep in words["preposition"] and phrase.prep not in ("под", "над", "за"):
            other = words["preposition"][phrase.prep][0]
            if phrase.time or (phrase.prep not in ("до", "после") and not phrase.required):
                yield _changed(
                    clause, name, replace(phrase, prep=other), "preposition", phrase.prep, other, 0.9
                )
        for i, word in enumerate(phrase.words):
            for section, pos in (("adjective", "ADJ"), ("noun", "NOUN"), ("adverb", "ADV")):
                if word.pos == pos or (pos == "NOUN" and word.pos == "PROPN"):
                    yield from _opposite_word(clause, context, name, i, section)


_LIGHT_VERBS: Final = frozenset(
    "отдать взять дать давать получить получать потерять терять иметь занять занимать нести вести "
    "проводить сделать делать ставить поставить оказать оказывать держать найти находить сохранять "
    "сохранить утратить вводить приобрести приобретать обрести брать наступать сломать идти пойти "
    "прийти выйти появиться исчезнуть".split()
)
"""Verbs that mean something else with every noun: their opposites do not."""


def _other_predicate(clause: Clause, verb: Word, context: Context) -> Iterator[Edit]:
    """The opposite verb, where it goes with the same nouns; what tells how or where is left out."""
    if verb.lemma in _LIGHT_VERBS:
        return
    partners = [p.noun.lemma for p in clause.arguments if p.role == "object"]
    partners += [clause.subject.noun.lemma] if clause.subject else []
    kept = tuple(p for p in clause.arguments if _fits_any_verb(p))
    bare = replace(clause, arguments=kept)
    for other in lexicon.load().opposites["verb"].get(lexicon.fold(verb.lemma), ()):
        if context.passage.says(lexicon.fold(other)) or other in _LIGHT_VERBS:
            continue
        if not all(_goes_with(other, p, verb.lemma) for p in partners):
            continue
        changed = _with_verb(bare, other)
        if changed is None or changed.predicate is None:
            continue
        year = next((n for n, p in changed.parts.items() if p.time and p.role == "oblique"), "")
        if verb.lemma in _PHASES and not year:
            continue  # what was closed had been opened
        yield Edit(changed, NO, "predicate", year, verb.text, changed.predicate.text, 0.95)


_PHASES: Final = frozenset(
    "создать основать построить возвести открыть открыться начать начаться учредить родиться ввести "
    "установить возникнуть запустить ликвидировать упразднить разрушить закрыть закрыться завершить "
    "завершиться закончить закончиться прекратить прекратиться умереть скончаться погибнуть отменить "
    "снести уничтожить расторгнуть распустить демонтировать подписать заключить образовать".split()
)
"""Beginnings and ends: the other phase is false only of the same year."""


def _fits_any_verb(phrase: Phrase) -> bool:
    agent = phrase.role == "oblique" and not phrase.prep and phrase.noun.case == "Ins"
    return phrase.role in ("object", "infinitive", "reflexive") or agent or phrase.time or (
        phrase.required and phrase.role == "oblique"
    )


def _goes_with(new: str, partner: str, old: str) -> bool:
    """Whether a word is used with another about as the one that it replaces."""
    near = vectors.similarity(new, partner)
    was = vectors.similarity(old, partner)
    like = vectors.similarity(new, old)
    if near is None or was is None:
        return False
    if like is not None and like >= _ALIKE:
        return near >= 0
    return near >= max(_USED, was / 2)


_ALIKE: Final = 0.55
_USED: Final = 0.1
"""Cosines of Navec: chosen by reading swaps in passages of DaNetQA's train."""


def _opposite_short(clause: Clause, context: Context) -> Iterator[Edit]:
    verb = clause.predicate
    assert verb is not None  # noqa: S101
    for other in lexicon.load().opposites["adjective"].get(lexicon.fold(verb.lemma), ()):
        reading = next((r for r in inflect.readings(other) if r.tag.POS == "ADJF"), None)
        if reading is None or context.passage.says(lexicon.fold(other)) or other.startswith("не"):
            continue
        gender = {"Masc": "masc", "Fem": "femn", "Neut": "neut"}.get(verb.gender, "masc")
        form = inflect.inflect_reading(reading, "ADJS", "plur" if verb.number == "Plur" else gender)
        if form:
            changed = replace(clause, predicate=replace(verb, text=form, lemma=other))
            yield Edit(changed, NO, "antonym", "", verb.text, form, 0.95)


def _opposite_word(
    clause: Clause, context: Context, name: str, at: int, section: str
) -> Iterator[Edit]:
    phrase = clause.parts[name]
    word = phrase.words[at]
    if phrase.prep == "без" or phrase.cut:
        return
    if name == "subject" or word.left or word.entity == "PER":
        return
    if word.text[:1].isupper():
        return  # «Древний Египет» is a name
    if section == "noun" and (word.lemma not in _RELATIONS or phrase.role == "infinitive"):
        return
    others = lexicon.load().opposites[section].get(lexicon.fold(word.lemma), ())
    free = [o for o in others if not context.passage.says(lexicon.fold(o))]
    if section == "adjective":
        if any(w.pos == "ADV" and w.head == at for w in phrase.words):
            return  # «наиболее опасный»
        settled = name == "nominal" or clause.kind is Kind.PASSIVE or _happened_once(clause)
        if not settled:
            return  # who is open to viral diseases may be to bacterial ones
        noun = phrase.words[word.head].lemma if word.head >= 0 else phrase.noun.lemma
        free = [o for o in free if _is_origin(word.lemma) or _goes_with(o, noun, word.lemma)]
    if not free:
        return
    other = context.rng.choice(free)
    if section == "adverb":
        new: Word | None = replace(word, text=other, lemma=other)
    elif section == "adjective":
        on = phrase.words[word.head] if word.head >= 0 else phrase.noun
        new = _adjective(word, other, on)
    else:
        new = _noun(word, other)
    changed = _agreed(phrase, at, new) if new and section == "noun" else None
    if new and section != "noun":
        changed = phrase.with_word(at, new)
    if changed is not None and new is not None:
        yield _changed(clause, name, changed, "antonym", word.text, new.text, 0.9)


_RELATIONS: Final = frozenset(
    "север юг запад восток рождение смерть зима лето весна осень утро вечер импорт экспорт "
    "увеличение уменьшение рост снижение мужчина женщина союзник противник "
    "отец мать сын дочь брат сестра муж жена".split()
)
"""Nouns whose opposites are sure wherever they stand."""


def _is_origin(adjective: str) -> bool:
    """Whether an adjective says of what country or place: those go with any noun."""
    return adjective.endswith(("ский", "цкий"))


def _adjective(word: Word, other: str, noun: Word) -> Word | None:
    case, number = word.case or noun.case, word.number or noun.number
    if not case:
        return None
    form = inflect.decline(other, case, number or "Sing", noun.gender, noun.animacy, "ADJ")
    return replace(word, text=inflect.capitals_like(form, word.text), lemma=other) if form else None


def _noun(word: Word, other: str) -> Word | None:
    form = inflect.decline(other, word.case, word.number or "Sing") if word.case else None
    if form is None:
        return None
    gender = inflect.gender_of(other)
    if word.animacy == "Anim" and gender != word.gender:
        return None  # актриса is no актёр
    return replace(word, text=form, lemma=other, gender=gender, animacy=inflect.animacy_of(other))


_TITLES: Final = frozenset(
    "генеральный главный государственный верховный художественный народный первый".split()
)
"""Adjectives that make one title with their noun."""


def _sisters(clause: Clause, context: Context) -> Iterator[Edit]:
    """A noun for another of its kind that excludes it: река → озеро."""
    for name, phrase in clause.parts.items():
        if name == "subject":
            continue
        for i, word in enumerate(phrase.words):
            if word.pos != "NOUN" or word.left or word.entity:
                continue
            if phrase.cut or word.lemma == "столица":
                continue
            if any(w.lemma in _TITLES and w.head == i for w in phrase.words):
                continue
            others = lexicon.load().sisters.get(lexicon.fold(word.lemma), ())
            free = [o for o in others if not context.passage.says(lexicon.fold(o))]
            free = _nearest(word.lemma, free)
            for other in context.rng.sample(free, min(2, len(free))):
                new = _noun(word, other)
                near = [w.lemma for w in phrase.words if w.head == i and w.rel in ("amod", "nmod")]
                near = [w for w in near if not w.endswith(("ский", "цкий"))]
                if any(not _goes_with(other, w, word.lemma) for w in near if w[:1].islower()):
                    continue
                changed = _agreed(phrase, i, new) if new else None
                if changed is None or new is None:
                    continue
                named_on = any(w.rel == "appos" and w.head == i for w in phrase.words)
                whose = any(w.rel == "nmod" and w.head == i and w.pos != "ADP" for w in phrase.words)
                if named_on or (whose and (word.lemma in RELATIVE) != (other in RELATIVE)):
                    continue
                if i == phrase.head and (
                    name == "nominal" or (phrase.time and _happened_once(clause))
                ):
                    sure = 0.9
                else:
                    continue
                yield _changed(clause, name, changed, "sister", word.text, new.text, sure)


def _agreed(phrase: Phrase, at: int, new: Word | None) -> Phrase | None:
    """A phrase with another noun, its adjectives made to agree; None where they cannot."""
    if new is None:
        return None
    words = list(phrase.words)
    old = words[at]
    words[at] = new
    same = old.gender == new.gender and (new.case != "Acc" or old.animacy == new.animacy)
    for i, word in enumerate(phrase.words):
        if word.head != at or word.rel not in ("amod", "det") or same:
            continue
        if word.text.isdigit():
            continue
        form = inflect.decline(
            word.lemma, new.case, word.number or new.number, new.gender, new.animacy, "ADJ"
        )
        if form is None:
            return None
        words[i] = replace(word, text=inflect.capitals_like(form, word.text), gender=new.gender)
    return replace(phrase, words=tuple(words))


def _roles(clause: Clause, context: Context) -> Iterator[Edit]:
    """Subject and object exchanged: «Россия победила Францию» → «Победила ли Франция Россию?»."""
    del context
    verb, subject = clause.predicate, clause.subject
    if clause.kind is not Kind.VERB or verb is None or subject is None:
        return
    if lexicon.fold(verb.lemma) not in lexicon.load().asymmetric:
        return
    for name, other in clause.parts.items():
        if other.role != "object" or other.prep or other.noun.case != "Acc":
            continue
        if not other.noun.entity or other.noun.entity != subject.noun.entity:
            continue
        if (other.noun.gender, other.noun.number) != (subject.noun.gender, subject.noun.number):
            continue
        first, second = other.declined("Nom", "subject"), subject.declined("Acc", "object")
        if first and second:
            swapped = clause.with_part(name, replace(second, required=True))
            yield Edit(
                replace(swapped, subject=first), NO, "roles", name, subject.text, first.text, 0.95
            )


def _changed(
    clause: Clause, name: str, phrase: Phrase, edit_name: str, old: str, new: str, sure: float = 1.0
) -> Edit:
    return Edit(clause.with_part(name, phrase), NO, edit_name, name, old, new, sure)


_SAFE: Final[tuple[Callable[[Clause, Context], Iterator[Edit]], ...]] = (_numbers, _roles)
_FALSIFIERS: Final[tuple[Callable[[Clause, Context], Iterator[Edit]], ...]] = (
    _numbers,
    _place,
    _entities,
    _opposites,
    _sisters,
    _roles,
)
