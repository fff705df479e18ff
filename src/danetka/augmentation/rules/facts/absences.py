"""What a sentence says is not there: asked as if it were."""

from __future__ import annotations

from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.facts.arguments import read_arguments
from danetka.augmentation.rules.facts.needed import all_needed
from danetka.augmentation.rules.facts.reading import Reading
from danetka.augmentation.rules.facts.subjects import nominative
from danetka.augmentation.rules.phrases.phrase import read_phrase
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import Word
from danetka.language import inflect
from danetka.language.tree import Token


def find_absence(s: Reading, token: Token) -> Clause:
    """«В городе нет метро»: asked as if there were."""
    thing = s.tree.child(token, "nsubj", "obj")
    if thing is None or thing.pos != "NOUN" or thing["Case"] != "Gen":
        raise SkippedError("an absence of something unknown")
    built = read_phrase(s.tree, thing, "subject", token.index)
    if built.cut:
        raise SkippedError("a denial that would lose a part")
    arguments = all_needed(read_arguments(s, token, Kind.VERB, skip=thing), built)
    verb = Word("есть", "быть", "VERB", number=built.noun.number)
    subject = nominative(built)
    return Clause(Kind.VERB, subject, verb, arguments, "absence", s.number, negated=True)


def find_missing(s: Reading, token: Token) -> Clause | None:
    """«Вакцины не существует»: what is denied stands in the genitive, its verb is neuter."""
    thing = s.tree.child(token, "nsubj")
    denied = any(t.lower == "не" for t in s.tree.children(token, "advmod"))
    if thing is None or not denied or thing["Case"] != "Gen" or thing.pos != "NOUN":
        return None
    found = inflect.reading_of(token)
    as_what = any(t.lower == "как" for t in s.tree.tokens[: thing.index + 1])
    if token["VerbForm"] != "Fin" or found is None or as_what:
        return None
    built = read_phrase(s.tree, thing, "subject", token.index)
    arguments = all_needed(read_arguments(s, token, Kind.VERB, skip=thing), built)
    subject = nominative(built)
    past = token["Tense"] == "Past"
    noun = subject.noun
    form = inflect.finite(found, "Past" if past else "Pres", noun.gender, noun.number)
    if form is None:
        return None
    verb = Word(form, str(found.normal_form), "VERB", number=noun.number, gender=noun.gender)
    return Clause(Kind.VERB, subject, verb, arguments, "absence", s.number, past=past, negated=True)
