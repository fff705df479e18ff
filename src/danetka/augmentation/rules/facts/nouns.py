"""A noun said of a subject: copula, dash, «является», apposition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules import lexicon
from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.definitions import is_gone
from danetka.augmentation.rules.facts.reading import Reading
from danetka.augmentation.rules.facts.subjects import nominative
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.phrase import read_phrase
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.augmentation.rules.words import ORDINALS, Phrase, is_named
from danetka.language import inflect
from danetka.language.tree import Token

_SUPERLATIVES: Final = members("superlatives")
_STEM: Final = 6
_RELATIVE: Final = members("relative")
_COLLECTIVE: Final = members("collective")
_ADDRESS: Final = members("address")


def read_nominal(s: Reading, token: Token, subject: Phrase, negated: bool) -> Clause:
    """«Байкал — озеро», «Пушкин был поэтом»."""
    copula = s.tree.child(token, "cop")
    past = copula is not None and copula.lower in ("был", "была", "было", "были")
    if copula is not None and not past and copula.lower not in ("есть", "это"):
        raise SkippedError("a future or conditional auxiliary")
    start = s.tree.child(token, "nsubj")
    assert start is not None  # noqa: S101 - `find_kind` saw it
    between = s.tree.tokens[min(start.index, token.index) : max(start.index, token.index)]
    dash = any(t.text == "—" for t in between)
    if copula is None and not dash:
        raise SkippedError("a noun without a dash or a copula")
    if copula is None:
        said_first = {t.lower for t in s.tree.tokens[: token.index]}
        if is_gone(s.tree.text) or said_first & {"этого", "ранее", "прежде", "раньше", "тогда"}:
            raise SkippedError("a thing that is no longer")
        if sum(t.text == "—" for t in s.tree) > 1:
            raise SkippedError("more than one dash")
        stroke = next(t for t in between if t.text == "—")
        before = s.tree.tokens[start.index : stroke.index]
        if any(t.text in ",;:" for t in before):
            raise SkippedError("a dash that is not the subject's")
    if start.index > token.index:
        raise SkippedError("a noun before its subject")
    if token["Case"] not in ("Nom", "Ins"):
        raise SkippedError("a noun in an oblique case")
    if s.tree.child(token, "case"):
        raise SkippedError("a noun in an oblique case")
    nominal = read_phrase(s.tree, token, "predicate")
    return said_of(s, subject, nominal, "copula" if copula else "dash", past, negated)


def said_with_verb(s: Reading, token: Token, subject: Phrase, negated: bool) -> Clause | None:
    """«является рекой», «стал врачом»: the noun is what is said."""
    if inflect.lemma(token.text, "VERB") not in ("являться", "стать", "оказаться"):
        return None
    noun = s.tree.child(token, "xcomp", "obl", "obj")
    if noun is None or noun["Case"] != "Ins":
        return None
    one = inflect.lemma(noun.text, noun.pos) == "один" and s.tree.child(noun, "nmod")
    if noun.pos not in ("NOUN", "PROPN") and not one:
        return None
    if s.tree.child(noun, "case"):
        return None
    nominal = read_phrase(s.tree, noun, "predicate")
    if any(lexicon.fold(w.lemma) in ORDINALS or w.lemma in _SUPERLATIVES for w in nominal.words):
        lost = [t for t in s.tree.children(token, "obl", "nmod") if t is not noun]
        if any(t.index < token.index and t.index > noun.index for t in lost):
            raise SkippedError("the only one of a kind that is not told")  # «первым на их пути»
    past = token["Tense"] == "Past"
    if token["Tense"] == "Fut" or (not past and token["Aspect"] == "Perf"):
        raise SkippedError("a future or conditional auxiliary")
    if past and subject.noun.animacy == "Inan" and subject.noun.entity not in ("PER", "LOC", "ORG"):
        raise SkippedError("a predicate of a thing that became another")
    return said_of(s, subject, nominal, "noun with a verb", past, negated)


def said_of(
    s: Reading, subject: Phrase, nominal: Phrase, rule: str, past: bool, negated: bool = False
) -> Clause:
    """A clause that says a noun of a subject, if it says anything."""
    reading = inflect.find_reading(nominal.noun.text, "NOUN", nominal.noun.case)
    one = nominal.words[0].lemma == "один" and len(nominal.words) > 2  # noqa: PLR2004 - «из …»
    if reading is not None and str(reading.tag.POS) != "NOUN" and not one:
        raise SkippedError("a predicate that is not a noun")
    holds_name = any(w.rel == "appos" or (w.entity in ("LOC", "PER") and w.head == -1)
                     for w in nominal.words)  # fmt: skip
    if holds_name and not is_named(subject):  # «столица княжества — город Або»
        subject, nominal = (
            nominative(replace(nominal, role="subject")),
            replace(subject, role="predicate"),
        )
    of_many = subject.noun.number == "Plur" and nominal.noun.lemma in _COLLECTIVE
    if nominal.noun.number != subject.noun.number and not of_many:
        raise SkippedError("a predicate of another number")
    if nominal.cut and any(lexicon.fold(w.lemma) in ORDINALS for w in nominal.words):
        raise SkippedError("the only one of a kind that is not told")
    if _says_again(subject, nominal):
        raise SkippedError("a subject that says the predicate")
    if nominal.noun.lemma in _ADDRESS:
        raise SkippedError("an empty predicate")
    first = nominal.words[0].lemma
    alone_of_many = first == "один" and len(nominal.words) < 3  # noqa: PLR2004
    has_whole = any(w.rel == "nmod" and w.case == "Gen" for w in nominal.words)
    if first in ("название", "имя", "вид") or (first == "часть" and not has_whole) or alone_of_many:
        raise SkippedError("an empty predicate")
    if subject.counted or nominal.counted or any(w.lemma == "весь" for w in nominal.words):
        raise SkippedError("a predicate with a number")
    unknown_plural = subject.noun.text.endswith(("ы", "и")) and subject.noun.number == "Sing"
    if unknown_plural and not inflect.is_known(subject.noun.text):
        raise SkippedError("a subject that does not agree")
    feminine = nominal.noun.gender == "Fem" and nominal.noun.animacy == "Anim"
    if feminine and subject.noun.entity == "PER" and subject.noun.gender == "Masc":
        raise SkippedError("a predicate of another gender")
    alone = not any(w.rel == "nmod" and w.head == nominal.head for w in nominal.words)
    if nominal.noun.lemma in ("персонаж", "герой", "фрагмент") and len(nominal.words) == 1:
        raise SkippedError("an empty predicate")
    if nominal.noun.lemma in _RELATIVE and alone:
        raise SkippedError("an empty predicate")
    if negated and (nominal.cut or subject.cut):
        raise SkippedError("a denial that would lose a part")
    if nominal.noun.lemma in {w.lemma for w in subject.words}:
        raise SkippedError("a subject that says the predicate")
    return Clause(
        Kind.NOUN,
        subject,
        None,
        (),
        rule,
        s.number,
        nominal=nominal,
        past=past or (rule != "noun with a verb" and _is_history(s, subject)),
        negated=negated,
    )


def _says_again(subject: Phrase, nominal: Phrase) -> bool:
    """«выставка — выставочный комплекс»."""
    stem = subject.noun.lemma[:_STEM]
    return len(stem) == _STEM and any(
        w.pos == "ADJ" and w.lemma.startswith(stem) for w in nominal.words
    )


def _is_history(s: Reading, subject: Phrase) -> bool:
    """Whether «был» is said of it: a person with years long gone."""
    if subject.noun.entity != "PER":
        return False
    return any(len(y) == 4 and y < "1960" for y in _years(s.tree.text))  # noqa: PLR2004


def _years(text: str) -> list[str]:
    import re

    return re.findall(r"\b1[0-9]{3}\b|\b[3-9][0-9]{2}\b", text)


def also_said(s: Reading, token: Token, first: Clause) -> Iterator[Clause]:
    """What else is said of the subject: «Чехов — писатель, драматург и врач»."""
    if first.kind is not Kind.NOUN or first.rule not in ("dash", "copula") or first.negated:
        return
    for other in s.tree.children(token, "conj"):
        if other.pos not in ("NOUN", "PROPN") or other["Case"] != token["Case"]:
            continue
        if s.tree.child(other, "nsubj", "case", "cop"):
            continue
        try:
            nominal = read_phrase(s.tree, other, "predicate")
            assert first.subject is not None  # noqa: S101 - a noun is said of something
            yield said_of(s, first.subject, nominal, first.rule, first.past)
        except SkippedError as reason:
            s.facts.skipped[str(reason)] += 1
