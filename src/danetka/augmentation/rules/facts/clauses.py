"""Clauses with a finite verb, a short participle or a short adjective."""

from __future__ import annotations

from typing import Final

from danetka.augmentation.rules.clause import Clause, Kind
from danetka.augmentation.rules.facts.absences import find_absence, find_missing
from danetka.augmentation.rules.facts.arguments import read_arguments
from danetka.augmentation.rules.facts.asserted import check_doubts, is_asserted, lacks
from danetka.augmentation.rules.facts.kinds import as_predicate, find_kind
from danetka.augmentation.rules.facts.needed import all_needed
from danetka.augmentation.rules.facts.nouns import read_nominal, said_with_verb
from danetka.augmentation.rules.facts.reading import Reading
from danetka.augmentation.rules.facts.subjects import check_agreement, find_subject
from danetka.augmentation.rules.lexicon import members
from danetka.augmentation.rules.phrases.skipped import SkippedError
from danetka.language.tree import Token

_SUPERLATIVES: Final = members("superlatives")
_NEEDY: Final = members("needy")


def clause(s: Reading, token: Token) -> Clause | None:
    """The clause of which a token is the predicate, or None if it is none."""
    kind = find_kind(s, token)
    if kind is None:
        return None
    if not is_asserted(s, token):
        raise SkippedError("a clause that is not asserted")
    check_doubts(s, token)
    if token.lower == "нет":
        return find_absence(s, token)
    missing = find_missing(s, token)
    if missing is not None:
        return missing
    subject = find_subject(s, token, kind)
    negated = any(t.lower == "не" for t in s.tree.children(token, "advmod"))
    if negated and len(s.tree.children(token, "advmod")) > 1:
        raise SkippedError("a denial that would lose a part")  # «не смог вовремя»
    if kind is Kind.SHORT and token.lower.rstrip("аоы") in _NEEDY and len(
        s.tree.children(token, "obl", "iobj", "xcomp", "nmod")) == 0:  # fmt: skip
        raise SkippedError("an argument that cannot be carried")
    if kind is Kind.NOUN and subject is not None:
        return read_nominal(s, token, subject, negated)
    auxiliary = s.tree.child(token, "aux", "cop")
    past = token["Tense"] == "Past" and kind is Kind.VERB
    if auxiliary is not None:
        if auxiliary.lower not in ("был", "была", "было", "были"):
            raise SkippedError("a future or conditional auxiliary")
        past = True
    if subject is not None:
        check_agreement(token, subject)
        said = said_with_verb(s, token, subject, negated)
        if said is not None:
            return said
    arguments = read_arguments(s, token, kind)
    if token["VerbForm"] == "Fin" and lacks(token) and not arguments:
        raise SkippedError("a denial that would lose a part")  # «отношения отсутствуют: …»
    said_first = [subject, *arguments]
    foremost = any(w.lemma in _SUPERLATIVES or w.lemma.endswith("ейший")
                   for p in said_first if p for w in p.words)  # fmt: skip
    if foremost or negated or (token["VerbForm"] == "Fin" and lacks(token)):
        arguments = all_needed(arguments, subject)
    rule = {Kind.VERB: "finite verb", Kind.PASSIVE: "passive", Kind.SHORT: "short adjective"}
    return Clause(
        kind,
        subject,
        as_predicate(token),
        arguments,
        rule[kind] if subject else "nobody named",
        s.number,
        past=past,
        negated=negated,
    )
