"""Facts → questions: the word order of each form, and the two styles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Literal

from danetka.augmentation.forms import Form
from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.antecedents import is_named
from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.words import JOINING, Phrase, Word, count
from danetka.language import inflect

Style = Literal["plain", "danetqa"]

SHORTEST: Final = 3
LONGEST: Final = 8
"""Words of a question, «правда ли, что» two more; DaNetQA's 5th to 95th percentile is 4 to 7."""
_PLACE_PREPOSITIONS: Final = ("в", "на")
_LI: Final = 1


@dataclass(frozen=True, slots=True)
class Question:
    """A question in proper orthography.

    Attributes:
        text: It ends with a question mark.
        form: Its form.
        subject: The head of what it asks about; empty where there is none.
    """

    text: str
    form: Form
    subject: str


def ask(
    clause: Clause, keep: str = "", *, extra: int = 0, denied: bool = False, true: bool = True
) -> list[Question]:
    """All questions of a clause; where they are too long, with shorter arguments.

    Args:
        clause: What is asked; whether it is true plays no part here.
        keep: The name of a part that must be in the question (see `Clause.parts`).
        extra: Up to how many adjuncts are added that could be left out.
        denied: Ask «правда ли, что … не …».
        true: Whether it is asked as it is: «жил в Омске» implies «был в Омске», but of a place that
            was put in, neither is known to be false.
    """
    found = list(_ask(clause, keep, extra, denied, true))
    if found:
        return found
    names = [n for n in clause.parts if n not in (keep, "subject", "nominal")]
    for name in names:
        clause = clause.with_part(name, clause.parts[name].shortened())
    return list(_ask(clause, keep, 0, denied, true)) if names else []


def _ask(
    clause: Clause, keep: str, extra: int, denied: bool, true: bool
) -> Iterator[Question]:
    asked: dict[str, Question] = {}
    makers = {
        Kind.VERB: _verb,
        Kind.PASSIVE: _short,
        Kind.SHORT: _short,
        Kind.NOUN: _noun,
        Kind.MODAL: _short,
    }
    made = makers[clause.kind](clause, keep, extra)
    if clause.kind is Kind.VERB and clause.subject is not None:
        made = chain(made, _implied(clause, keep, true))
    for question in made:
        if not denied:
            asked.setdefault(question.text, question)
        elif question.form is Form.TRUE and (text := _deny(question.text, clause)):
            asked.setdefault(text, replace(question, text=text))
    yield from asked.values()


def _deny(text: str, clause: Clause) -> str:
    """With «не» before the predicate; empty where its place is not sure."""
    verb = clause.predicate.text if clause.predicate else ""
    for told in (" был ", " была ", " было ", " были ", f" {verb} ", " — это "):
        if text.count(told) == 1:
            put = " — это не " if told == " — это " else f" не{told}"
            return text.replace(told, put)
    return ""


def in_style(text: str, style: Style) -> str:
    """A question in a style.

    `danetqa` has no capital after the first letter, no commas, quotation marks or ё, and a hyphen
    for a dash.
    """
    if style == "plain":
        return text
    bare = re.sub(r"[,«»„“”\"]", "", text).lower().replace("ё", "е").replace("—", "-")
    return bare[:1].upper() + bare[1:]


def _question(form: Form, subject: Phrase | None, *parts: str) -> Question | None:
    body = " ".join(part for part in parts if part)
    body = body[:1].upper() + body[1:]
    number = len(re.findall(r"[\w-]*\w", body))
    longest = LONGEST + 2 * (form is Form.TRUE)
    if not SHORTEST <= number <= longest:
        return None
    return Question(f"{body}?", form, subject.noun.lemma if subject else "")


def _choose(clause: Clause, keep: str, extra: int, drop: Sequence[int] = ()) -> str | None:
    """The arguments of a question, as text: the needed ones, what must stay, and some others."""
    chosen: list[int] = []
    spare = extra
    for i, phrase in enumerate(clause.arguments):
        if i in drop:
            if keep == str(i):
                return None
            continue
        if phrase.required or keep == str(i):
            chosen.append(i)
        elif spare > 0 and phrase.role == "oblique":
            chosen.append(i)
            spare -= 1
    others = [i for i, p in enumerate(clause.arguments) if i not in drop and p.role == "oblique"]
    if not chosen and others:
        chosen = others[:1]
    ordered = sorted(chosen, key=lambda i: (_rank(clause.arguments[i]), i))
    return " ".join(clause.arguments[i].text for i in ordered)


def _rank(phrase: Phrase) -> int:
    """Adverbs and infinitives first, then objects and what followed the verb, then the rest."""
    if phrase.role == "adverb":
        return 0
    if phrase.role == "infinitive":
        return 1
    if phrase.role == "object":
        return 2 if phrase.noun.case == "Acc" else 3
    if phrase.before:
        return 6
    return 5 if phrase.time else 4


def _reflexive(clause: Clause) -> tuple[str, list[int]]:
    """«собой» of «представляет собой», which stays beside its verb."""
    at = [i for i, phrase in enumerate(clause.arguments) if phrase.role == "reflexive"]
    return (clause.arguments[at[0]].text if at else ""), at


def _verb(clause: Clause, keep: str, extra: int) -> Iterator[Question]:
    assert clause.predicate is not None  # noqa: S101
    verb, subject = clause.predicate, clause.subject
    reflexive, drop = _reflexive(clause)
    rest = _choose(clause, keep, extra, drop)
    exists = verb.lemma == "существовать"
    if rest is not None and (rest or exists):
        form = Form.EXISTS if exists else Form.VERB
        if verb.lemma in ("мочь", "являться"):
            form = Form.OTHER
        named = subject.text if subject else ""
        yield from _maybe(_question(form, subject, f"{verb.text} ли", reflexive, named, rest))
        if subject:
            yield from _true(subject, f"{verb.text} {reflexive}".strip(), rest)
    if subject is not None:
        yield from _made_passive(clause, keep, extra)


def _implied(clause: Clause, keep: str, true: bool) -> Iterator[Question]:
    """What follows from a clause, asked with «был» or «есть»."""
    base = clause.predicate.lemma if clause.predicate else ""
    placed = base in ("находиться", "располагаться", "быть", "существовать", "иметься")
    if true:
        yield from _was_there(clause, keep)
    if true or placed or clause.negated:
        yield from _is_there(clause, keep)
        yield from _has(clause, keep)


def _true(subject: Phrase, predicate: str, rest: str) -> Iterator[Question]:
    for opening in ("правда ли, что", "верно ли, что"):
        yield from _maybe(
            _question(Form.TRUE, subject, opening, subject.text, predicate, rest)
        )


def _maybe(question: Question | None) -> Iterator[Question]:
    if question is not None:
        yield question


def _places(clause: Clause) -> Iterator[tuple[int, Phrase]]:
    for i, phrase in enumerate(clause.arguments):
        if phrase.noun.lemma in JOINING:
            continue
        if phrase.prep in _PLACE_PREPOSITIONS and phrase.noun.case == "Loc" and not phrase.time:
            yield i, phrase


def _sole(clause: Clause, keep: str, used: int) -> bool:
    """Whether nothing that must be said is lost when only one argument is used."""
    lost = any(
        phrase.required and i != used and phrase.role != "oblique"
        for i, phrase in enumerate(clause.arguments)
    )
    return not lost and keep in ("", "subject", str(used))


def _was_there(clause: Clause, keep: str) -> Iterator[Question]:
    """«Чехов жил в Таганроге» → «Был ли Чехов в Таганроге?»; «стал врачом» → «Был ли врачом?»."""
    assert clause.predicate is not None and clause.subject is not None  # noqa: S101, PT018
    words = lexicon.load()
    base = lexicon.fold(clause.predicate.lemma)
    was = to_be(clause.subject)
    if clause.subject.noun.animacy != "Anim" and clause.subject.noun.entity not in ("PER", "ORG"):
        return
    person = inflect.find_reading(clause.subject.noun.text, "NOUN", "Nom")
    if not clause.past or (person is not None and str(person.tag.POS) != "NOUN"):
        return
    if base in words.stay:
        for i, place in _places(clause):
            if _sole(clause, keep, i):
                yield from _maybe(
                    _question(Form.WAS, clause.subject, f"{was} ли", clause.subject.text, place.text)
                )
    if base in words.become:
        for i, role in enumerate(clause.arguments):
            if role.noun.case == "Ins" and not role.prep and _sole(clause, keep, i):
                yield from _maybe(
                    _question(Form.WAS, clause.subject, f"{was} ли", clause.subject.text, role.text)
                )


def _is_there(clause: Clause, keep: str) -> Iterator[Question]:
    """«В городе действует театр» → «Есть ли в городе театр?», «Был ли в городе театр?»."""
    assert clause.predicate is not None and clause.subject is not None  # noqa: S101, PT018
    base = lexicon.fold(clause.predicate.lemma)
    there = base in lexicon.load().existence or (clause.past and base in _APPEARING) or base == "быть"
    if not there and base != "входить":
        return
    for i, phrase in enumerate(clause.arguments):
        place: Phrase | None = phrase
        if base == "входить":
            whole = phrase.prep == "в" and phrase.noun.case == "Acc"
            place = phrase.declined("Loc", "oblique") if whole else None
            place = replace(place, prep="в") if place else None
        elif phrase.prep not in _PLACE_PREPOSITIONS or phrase.noun.case != "Loc" or phrase.time:
            continue
        new = is_named(clause.subject) or not clause.subject.before
        if place and new and _sole(clause, keep, i):
            exists = base in ("существовать", "быть", "иметься")
            yield from _there_is(clause.subject, place.text, clause.past, exists)


def _there_is(
    thing: Phrase, where: str, past: bool, exists: bool = False
) -> Iterator[Question]:
    """«Есть ли …», «Существует ли …», or in the past «Был ли …»."""
    if past:
        yield from _maybe(_question(Form.WAS, thing, f"{to_be(thing)} ли", where, thing.text))
        return
    yield from _maybe(_question(Form.THERE, thing, "есть ли", where, thing.text))
    if not exists:
        return
    verb = "существуют" if thing.noun.number == "Plur" else "существует"
    if not where.startswith("у "):
        yield from _maybe(_question(Form.EXISTS, thing, f"{verb} ли", where, thing.text))


_APPEARING: Final = frozenset(
    "появиться открыться возникнуть состояться произойти пройти проходить происходить".split()
)
"""Verbs with which a thing was at a place from then on, or an event took place there."""
_OWNING: Final = {"иметь": "Acc", "обладать": "Ins", "располагать": "Ins", "получить": "Acc"}
_CONTAINING: Final = frozenset(("включать", "содержать", "включить"))


def _has(clause: Clause, keep: str) -> Iterator[Question]:
    """«Город имеет порт» → «Есть ли у города порт?»; «сок содержит сахар» → «… в соке сахар?»."""
    assert clause.predicate is not None and clause.subject is not None  # noqa: S101, PT018
    base = clause.predicate.lemma
    contains = base in _CONTAINING
    if clause.idiom:
        return
    if not contains and base not in _OWNING:
        return
    owner = clause.subject.declined("Loc" if contains else "Gen", "oblique")
    case = "Acc" if contains else _OWNING[base]
    for i, thing in enumerate(clause.arguments):
        if thing.role != "object" or thing.prep or not _sole(clause, keep, i):
            continue
        fits = thing.noun.case == case or (clause.negated and thing.noun.case == "Gen")
        owned = thing.declined("Nom", "subject") if fits else None
        if owner and owned:
            where = replace(owner, prep="в" if contains else "у").text
            yield from _there_is(owned, where, clause.past)


def _made_passive(clause: Clause, keep: str, extra: int) -> Iterator[Question]:
    """«Пётр основал город» → «Был ли город основан Петром?»."""
    passive = to_passive(clause)
    if passive is None:
        return
    made, names = passive
    if keep and keep not in names:
        return
    yield from _short(made, names.get(keep, ""), extra)


def to_passive(clause: Clause) -> tuple[Clause, dict[str, str]] | None:
    """The converse of an active clause in the past, and where its parts went.

    Returns:
        The clause and, for each old part's name, the new one; None where it has no passive.
    """
    verb, subject = clause.predicate, clause.subject
    if clause.kind is not Kind.VERB or not clause.past or verb is None or subject is None:
        return None
    if clause.idiom or verb.lemma in _NO_PASSIVE:
        return None
    if any(p.role == "adverb" for p in clause.arguments):
        return None
    objects = [
        i
        for i, p in enumerate(clause.arguments)
        if p.role == "object" and p.noun.case == "Acc" and not p.prep
    ]
    if len(objects) != 1 or any(p.role == "infinitive" for p in clause.arguments):
        return None
    reading = inflect.find_reading(verb.text, "VERB")
    if reading is None or "perf" not in reading.tag or "tran" not in reading.tag:
        return None
    at = objects[0]
    new_subject = clause.arguments[at].declined("Nom", "subject")
    agent = subject.declined("Ins", "oblique")
    if new_subject is None or agent is None:
        return None
    noun = new_subject.noun
    form = inflect.short_participle(reading, noun.gender, noun.number)
    if form is None or (noun.number == "Sing" and not noun.gender):
        return None
    if agent.noun.text == subject.noun.text:
        return None  # ООН is not seen to be the agent
    others = [i for i in range(len(clause.arguments)) if i != at]
    arguments = (agent, *(clause.arguments[i] for i in others))
    names = {"subject": "0", str(at): "subject"} | {str(old): str(n) for n, old in enumerate(others, 1)}
    predicate = Word(form, verb.lemma, "VERB", number=noun.number, gender=noun.gender)
    made = Clause(
        Kind.PASSIVE, new_subject, predicate, arguments, clause.rule, clause.sentence,
        past=True, negated=clause.negated,
    )  # fmt: skip
    return made, names


def _short(clause: Clause, keep: str, extra: int) -> Iterator[Question]:
    assert clause.predicate is not None and clause.subject is not None  # noqa: S101, PT018
    form, subject = clause.predicate.text, clause.subject
    rest = _choose(clause, keep, extra)
    if rest is None or (not rest and len(subject.words) < 2 and clause.kind is Kind.PASSIVE):  # noqa: PLR2004
        return
    if clause.past or (clause.kind is Kind.PASSIVE and is_event(clause.predicate)):
        was = to_be(subject)
        if subject.counted and clause.predicate.gender == "Neut":
            was = "было"
        yield from _maybe(_question(Form.WAS, subject, f"{was} ли", subject.text, form, rest))
        yield from _true(subject, f"{was} {form}", rest)
    base = lexicon.fold(clause.predicate.lemma)
    if base in _PLACED and clause.kind is Kind.PASSIVE and not keep:
        for i, place in _places(clause):
            new = is_named(subject) or not subject.before
            if new and _sole(clause, keep, i):
                yield from _there_is(subject, place.text, clause.past)
    if not clause.past:
        yield from _maybe(_question(Form.SHORT, subject, f"{form} ли", subject.text, rest))
        yield from _true(subject, form, rest)


def is_event(predicate: Word) -> bool:
    """Whether a short participle tells of an event: «построен», not «расположен»."""
    return predicate.lemma not in _STATES


_PLACED: Final = frozenset(
    "расположить разместить установить построить открыть создать основать возвести".split()
)
"""Verbs whose participle says where a thing is."""

_NO_PASSIVE: Final = frozenset(
    "назвать признать получить приобрести занять дать сделать объявить иметь составить обрести "
    "потерять утратить набрать повести вести привести прожить отметить найти оставить понести перенести".split()
)
"""Verbs whose passive is not said, or says something else."""

_STATES: Final = frozenset(
    "расположить посвятить связать распространить направить предназначить представить населить "
    "покрыть окружить ограничить известный лишить соединить рассчитать заинтересовать склонить "
    "освоить занять обусловить основать? приспособить развить".split()
)


def _noun(clause: Clause, keep: str, extra: int) -> Iterator[Question]:
    del keep, extra  # subject and predicate are always there, and nothing else is
    assert clause.nominal is not None and clause.subject is not None  # noqa: S101, PT018
    subject, nominal = clause.subject, clause.nominal
    instrumental = nominal.declined("Ins", "predicate")
    if clause.past or subject.noun.entity == "PER":
        if instrumental:
            was = to_be(subject)
            yield from _maybe(
                _question(Form.WAS, subject, f"{was} ли", subject.text, instrumental.text)
            )
            yield from _true(subject, was, instrumental.text)
        if clause.past:
            return
    yield from _named_there(subject, nominal)
    plain = nominal.declined("Nom", "predicate")
    if plain:
        yield from _maybe(_question(Form.PLAIN, subject, subject.text, "— это", plain.text))
        yield from _true(subject, "— это", plain.text)
    if instrumental:
        verb = "являются" if subject.noun.number == "Plur" else "является"
        yield from _maybe(
            _question(Form.OTHER, subject, f"{verb} ли", subject.text, instrumental.text)
        )


def _named_there(subject: Phrase, nominal: Phrase) -> Iterator[Question]:
    """«Байкал — озеро в Сибири» → «Есть ли в Сибири озеро Байкал?»."""
    places = [
        i for i, w in enumerate(nominal.words)
        if w.rel == "nmod" and w.case == "Loc" and w.head == nominal.head and i > nominal.head
    ]  # fmt: skip
    kind = nominal.declined("Nom", "predicate")
    if len(places) != 1 or kind is None or subject.noun.entity not in ("LOC", "ORG"):
        return
    preps = [i for i, w in enumerate(kind.words) if w.pos == "ADP"]
    if len(preps) != 1 or preps[0] < kind.head or kind.words[preps[0]].lemma not in ("в", "на"):
        return
    where = " ".join(w.shown for w in kind.words[preps[0] :])
    what = " ".join(w.shown for w in kind.words[: preps[0]])
    yield from _maybe(_question(Form.THERE, subject, "есть ли", where, what, subject.text))


def to_be(subject: Phrase) -> str:
    """«был», «была», «было» or «были», as the subject has it."""
    noun = subject.noun
    if noun.number == "Plur" or subject.counted:
        return "были"
    return {"Fem": "была", "Neut": "было"}.get(noun.gender, "был")


def size(clause: Clause) -> int:
    """How many words its needed parts have."""
    needed = [p for p in clause.arguments if p.required]
    return count([*needed, *([clause.subject] if clause.subject else [])])
