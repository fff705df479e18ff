"""Relative and participial clauses, made clauses of their own."""

from __future__ import annotations

from typing import Final

from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.facts.arguments import read_arguments
from danetka.augmentation.rules.facts.asserted import check_doubts
from danetka.augmentation.rules.facts.kinds import as_predicate, gender_of
from danetka.augmentation.rules.facts.reading import Reading
from danetka.augmentation.rules.facts.subjects import check_agreement, nominative
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.phrase import read_phrase
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import ORDINALS, Phrase, Word, is_named
from danetka.language import inflect
from danetka.language.tree import Token

_SUPERLATIVES: Final = members("superlatives")
_PARTS: Final = ("часть", "один", "вид", "название", "имя")
_EVERY: Final = members("every")


def attribute(s: Reading, token: Token) -> Clause | None:
    """A relative or participial clause, made a clause of its own."""
    if token.relation != "acl" or token.pos != "VERB":
        return None
    head = s.tree.head(token)
    if head is None or head.pos not in ("NOUN", "PROPN"):
        return None
    if token["VerbForm"] == "Part" and token["Variant"] != "Short":
        if token.index < head.index:
            return None
        gender = gender_of(head)
        if inflect.find_reading(token.text, "VERB", head["Case"], head["Number"], gender) is None:
            raise SkippedError("a participle that does not agree")
        kind, predicate, past = _from_participle(token, _described(s, head))
        rule = "participle"
    elif token["VerbForm"] == "Fin" or token["Variant"] == "Short":
        which = s.tree.child(token, "nsubj")
        if which is None or inflect.lemma(which.text, "ADJ") != "который":
            return None
        kind = Kind.VERB if token["VerbForm"] == "Fin" else Kind.PASSIVE
        if token["Variant"] == "Short" and token.pos == "ADJ":
            kind = Kind.SHORT
        predicate, past, rule = as_predicate(token), token["Tense"] == "Past", "relative clause"
        if kind is not Kind.VERB:
            past = s.tree.child(token, "aux", "cop") is not None
    else:
        return None
    check_doubts(s, token)
    _check_attribute(s, token, head)
    who = _described(s, head)
    subject = nominative(read_phrase(s.tree, who, "subject"))
    if who is head:
        _check_definite(subject)
    elif subject.noun.lemma in _PARTS:
        raise SkippedError("a clause that says which things are meant")
    if token["VerbForm"] == "Fin" or token["Variant"] == "Short":
        check_agreement(token, subject)
    if any(t.lower == "не" for t in s.tree.children(token, "advmod")):
        raise SkippedError("a denied clause that says which things are meant")
    return Clause(
        kind, subject, predicate, read_arguments(s, token, kind), rule, s.number, past=past
    )


def _described(s: Reading, head: Token) -> Token:
    """Whom a clause is about: in «Ямал — район, входящий в …», Ямал."""
    subject = s.tree.child(head, "nsubj")
    if head.relation != "root" or subject is None or s.tree.child(head, "cop", "case"):
        return head
    noun = subject.pos in ("NOUN", "PROPN") and subject["Case"] == "Nom"
    same = subject["Number"] == head["Number"]
    return subject if noun and same and subject.index < head.index else head


def _check_definite(subject: Phrase) -> None:
    """That a clause about a noun does not only say which of its kind is meant."""
    singled = any(
        w.text.lower() in _EVERY or w.lemma in _SUPERLATIVES or w.lemma in ORDINALS
        for w in subject.words
    )
    definite = is_named(subject) or (len(subject.words) > 1 and subject.noun.number == "Sing")
    if singled or not definite or subject.noun.lemma in _PARTS:
        raise SkippedError("a clause that says which things are meant")


def _check_attribute(s: Reading, token: Token, head: Token) -> None:
    """That a clause can belong to no other noun, and that its noun is not only wished for."""
    if token["Tense"] == "Fut":
        raise SkippedError("a clause that is not asserted")
    which = s.tree.child(token, "nsubj") if token["VerbForm"] == "Fin" else token
    agreeing = which if which is not None else token
    between = s.tree.tokens[head.index + 1 : token.index]
    for noun in between:
        in_name = noun.head == head.index and noun.relation == "appos"
        if noun.relation.startswith("flat") or in_name:
            continue  # the rest of the same name
        same = noun.pos in ("NOUN", "PROPN") and noun["Number"] == head["Number"]
        fits = agreeing["Gender"] in ("", noun["Gender"]) or head["Number"] == "Plur"
        participle = token["VerbForm"] == "Part" and token["Variant"] != "Short"
        if same and fits and (not participle or noun["Case"] == head["Case"]):
            raise SkippedError("a clause that may belong to another noun")
    above: Token | None = head
    for _ in range(len(s.tree)):
        if above is None:
            return
        if above["VerbForm"] == "Inf" or above.relation in ("ccomp", "advcl", "csubj"):
            raise SkippedError("a clause that is not asserted")
        above = s.tree.head(above)


def _from_participle(token: Token, head: Token) -> tuple[Kind, Word, bool]:
    found = inflect.reading_of(token) or inflect.find_reading(token.text, "VERB")
    if found is None or not found.is_known or found.tag.POS != "PRTF":
        raise SkippedError("a participle that the dictionary does not know")
    gender, number = head["Gender"], head["Number"]
    passive = "pssv" in found.tag
    past = "past" in found.tag
    if passive and not past:
        raise SkippedError("a present passive participle")
    if passive:
        form = inflect.short_participle(found, gender, number)
    else:
        form = inflect.finite(found, "Past" if past else "Pres", gender, number)
    if form is None:
        raise SkippedError("a participle without a finite form")
    verb = Word(form, str(found.normal_form), "VERB", number=number, gender=gender)
    return (Kind.PASSIVE if passive else Kind.VERB), verb, past and not passive
