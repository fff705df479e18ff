"""Who or what a clause speaks of, in the nominative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules.clause import Kind
from danetka.augmentation.rules.facts.kinds import gender_of, kind_or_none
from danetka.augmentation.rules.facts.reading import Reading
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.phrase import read_phrase
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import Phrase, Word, is_named
from danetka.language import inflect
from danetka.language.tree import Token

_RELATIVE: Final = members("relative")
_EMPTY: Final = members("empty")
_MADE: Final = members("made")


def find_subject(s: Reading, token: Token, kind: Kind) -> Phrase | None:
    """In the nominative.

    Raises:
        SkippedError: If there is none that can stand alone.
    """
    at: Token | None = token
    seen = set()
    while at is not None and at.index not in seen:
        seen.add(at.index)
        found = s.tree.children(at, "nsubj")
        if found:
            if at.index != token.index and _may_have_another(s, token):
                raise SkippedError("no subject")
            if at.index != token.index and any(s.tree.child(t, "nummod") for t in found):
                raise SkippedError("no subject")  # «229 скончались, выписаны — 17»
            return _as_subject(s, found, token)
        if at.relation != "conj" or kind_or_none(s, at) is None:
            break
        at = s.tree.head(at)
    if _is_general(s, token):
        return None
    alone = at is None or at.relation in ("root", "parataxis")
    nominatives = [
        t for t in s.tree
        if t.pos in ("NOUN", "PROPN", "PRON") and t["Case"] == "Nom"
        and (t["Number"] == token["Number"] or not token["Number"])
    ]  # fmt: skip
    if nominatives:
        raise SkippedError("no subject")
    if kind is not Kind.NOUN and alone and not _hides_subject(s, token) and not _by_anyone(token):
        resolved = s.antecedents.resolve(gender_of(token), token["Number"], silent=True)
        if resolved.noun.entity == "PER" and _is_made(token):
            raise SkippedError("a pronoun without one antecedent")
        return resolved
    raise SkippedError("no subject")


def _is_made(predicate: Token) -> bool:
    """«издан», «основан»: said of things, not of people."""
    base = inflect.lemma(predicate.text, predicate.pos)
    return predicate["Variant"] == "Short" and base in _MADE


def _is_general(s: Reading, token: Token) -> bool:
    """«Комаров делят на виды»: a plural verb with an object and nobody who does it."""
    things = s.tree.children(token, "obj")
    return (
        token["VerbForm"] == "Fin"
        and token["Number"] == "Plur"
        and token["Tense"] == "Pres"
        and token.relation == "root"
        and any(t.pos in ("NOUN", "PROPN") and t["Case"] in ("Acc", "Gen") for t in things)
        and s.tree.child(token, "obl") is not None
        and sum(t["VerbForm"] == "Fin" for t in s.tree) == 1
        and not any(s.tree.child(t, "nummod") for t in things)
    )


def _by_anyone(token: Token) -> bool:
    """«варят», «называют»: a plural verb that people in general may do to something."""
    if token["VerbForm"] != "Fin" or token["Number"] != "Plur":
        return False
    found = inflect.reading_of(token)
    return found is None or "tran" in found.tag


def _may_have_another(s: Reading, token: Token) -> bool:
    """Whether a joined verb without an object may have a subject of its own after all."""
    if token["Gender"] == "Neut" and token["Number"] == "Sing":
        return True  # it may be impersonal: «обошлось без …»
    found = inflect.reading_of(token)
    following = s.tree.tokens[token.index + 1 : token.index + 2]
    if any(t.text == "—" for t in following):
        return True
    return found is not None and "intr" in found.tag and _hides_subject(s, token)


def _hides_subject(s: Reading, token: Token) -> bool:
    """Whether something that hangs on the predicate may be its subject, mistaken for another."""
    return any(
        t.pos in ("NOUN", "PROPN", "NUM", "PRON")
        and not s.tree.child(t, "case")
        and inflect.find_reading(t.text, t.pos, "Nom", token["Number"]) is not None
        for t in s.tree.children(token)
    )


def _as_subject(s: Reading, given: Sequence[Token], predicate: Token) -> Phrase:
    found = [t for t in given if t["Case"] == "Nom" or s.tree.child(t, "nummod")] or given
    if len(found) > 1:
        found = [t for t in found if _may_agree(t, predicate)]
        if len(found) != 1:
            raise SkippedError("two subjects")
    subject = found[0]
    if subject.pos == "PRON":
        if subject.lower not in ("он", "она", "оно", "они"):
            raise SkippedError("a pronoun subject")
        meant = s.antecedents.resolve(subject["Gender"] or gender_of(predicate), subject["Number"])
        if meant.noun.entity == "PER" and _is_made(predicate):
            raise SkippedError("a pronoun without one antecedent")
        return meant
    if subject.pos not in ("NOUN", "PROPN"):
        raise SkippedError("a subject that is not a noun")
    between = s.tree.tokens[subject.index + 1 : predicate.index]
    if any(t["Case"] == "Ins" and t.relation in ("obl", "nmod") and t.head == predicate.index
           and not s.tree.child(t, "case") for t in between):  # fmt: skip
        raise SkippedError("an agent that may be the subject's")
    built = read_phrase(s.tree, subject, "subject", predicate.index)
    if built.noun.lemma == "часть":
        raise SkippedError("a subject that says nothing")
    alone_adjective = len(built.words) == 1 and "ADJF" in inflect.readings(subject.lower)[0].tag
    if alone_adjective and "Surn" not in inflect.readings(subject.lower)[0].tag:
        raise SkippedError("an adjective without its noun")
    called = [t for t in s.tree.children(subject, "appos", "flat") if t.entity == "PER"]
    if called and not is_named(built):
        raise SkippedError("a name that is cut")
    which = s.tree.child(subject, "acl") is not None and subject["Number"] == "Plur"
    if which and not is_named(built):
        raise SkippedError("a clause that says which things are meant")
    owned = any(w.rel == "nmod" and w.head == built.head for w in built.words)
    if built.noun.lemma in _RELATIVE and not owned and not is_named(built):
        raise SkippedError("a subject that says nothing")
    alone = not any(w.rel in ("nmod", "nummod") and w.head == built.head for w in built.words)
    if built.noun.lemma in _EMPTY and alone:
        raise SkippedError("a subject that says nothing")
    if built.prep:
        raise SkippedError("a subject with a preposition")
    if s.tree.child(subject, "conj"):
        return _pair(s, built, subject)
    built = _as_nominative(built)
    s.antecedents.add(built)
    return built


def _pair(s: Reading, first: Phrase, subject: Token) -> Phrase:
    """«Россия и Франция»: two short subjects, which stay together."""
    others = s.tree.children(subject, "conj")
    joined = len(others) == 1 and [t.lower for t in s.tree.children(others[0], "cc")] == ["и"]
    if not joined:
        raise SkippedError("several subjects")
    second = read_phrase(s.tree, others[0], "subject")
    if len(first.words) + len(second.words) > 4 or second.prep:  # noqa: PLR2004
        raise SkippedError("several subjects")
    if first.noun.case != "Nom" or second.noun.case != "Nom":
        raise SkippedError("several subjects")
    start = len(first.words) + 1
    moved = [replace(w, head=w.head + start if w.head >= 0 else -1) for w in second.words]
    words = (*first.words, Word("и", "и", "CCONJ"), *moved)
    head = replace(first.noun, number="Plur", gender="")
    return Phrase(words, first.head, "subject").with_word(first.head, head)


def check_agreement(token: Token, subject: Phrase) -> None:
    """That a predicate agrees with its subject, as slovnet tags both."""
    noun = subject.noun
    if subject.counted:
        if token["Number"] == "Sing" and token["Gender"] in ("Masc", "Fem"):
            raise SkippedError("a subject that does not agree")
        return
    if noun.number and token["Number"] and noun.number != token["Number"]:
        raise SkippedError("a subject that does not agree")
    gender = token["Gender"]
    if gender and noun.gender and token["Number"] == "Sing" and noun.gender != gender:
        raise SkippedError("a subject that does not agree")


def _may_agree(subject: Token, predicate: Token) -> bool:
    """Whether the dictionary has a nominative of a word that agrees with a predicate."""
    if subject.pos not in ("NOUN", "PROPN"):
        return subject.pos == "PRON" and subject["Number"] == predicate["Number"]
    number, gender = predicate["Number"], gender_of(predicate)
    return inflect.find_reading(subject.text, subject.pos, "Nom", number, gender) is not None


def nominative(built: Phrase) -> Phrase:
    """A phrase in the nominative; SkippedError where it cannot be declined."""
    found = built.declined("Nom", built.role)
    if found is None:
        raise SkippedError("a phrase that cannot be declined")
    return found


def _as_nominative(built: Phrase) -> Phrase:
    """A subject that slovnet took for an accusative which looks the same."""
    noun = built.noun
    if noun.case == "Acc" and noun.animacy == "Inan" and not built.counted:
        looks = [
            w.case != "Acc"
            or inflect.find_reading(w.text, w.pos, "Nom", w.number or noun.number) is not None
            for w in built.words
        ]
        if all(looks):
            words = tuple(replace(w, case="Nom") if w.case == "Acc" else w for w in built.words)
            return replace(built, words=words)
    if built.counted and built.counts_as_nominative:
        return built
    return nominative(built) if noun.case == "Nom" else _refuse()


def _refuse() -> Phrase:
    raise SkippedError("a subject that is not in the nominative")
