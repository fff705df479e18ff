"""Sentences → facts: every clause that the passage asserts and that can stand alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from danetka.augmentation.rules.antecedents import Antecedents, is_named
from danetka.augmentation.rules.clause import RELATIVE, Clause, Kind
from danetka.augmentation.rules.phrases import LONGEST, SkippedError, date, phrase
from danetka.augmentation.rules.words import ORDINALS, SUPERLATIVES, Phrase, Word
from danetka.language import inflect
from danetka.language.tree import Token, Tree

_DOUBTFUL: Final = frozenset(
    "якобы возможно вероятно предположительно видимо наверное кажется чуть едва почти бы ли если "
    "разве неужели будто словно вряд вроде дескать лишь пусть чтобы иначе либо никогда "
    "только исключительно мол нередко отчасти".split()
)
"""Words that unsay a clause, or hold only with it."""
_ADVERBIAL: Final = frozenset(("где", "когда", "куда", "откуда", "почему", "как", "что", "чем"))
_ARGUMENTS: Final = {
    "obj": "object",
    "iobj": "object",
    "obl": "oblique",
    "nmod": "oblique",
    "xcomp": "object",
}

_HEDGES: Final = frozenset(
    "похоже видно якобы вероятно возможно предположительно видимо по-видимому наверное кажется см".split()
)
_HEARSAY: Final = frozenset("гипотеза версия предположение слух мнение поверье легенда".split())


@dataclass
class Facts:
    """What a passage asserts.

    Attributes:
        clauses: The facts.
        skipped: Reason → how often something was passed over for it.
    """

    clauses: list[Clause] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def find_facts(trees: Sequence[Tree | None]) -> Facts:
    """The clauses of a passage.

    Args:
        trees: Its sentences, parsed; None for those that were not.
    """
    facts = Facts()
    antecedents = Antecedents()
    for number, tree in enumerate(trees):
        if tree is None:
            facts.skipped["sentence: empty or too long"] += 1
            continue
        reason = _unfit(tree)
        if reason:
            facts.skipped[f"sentence: {reason}"] += 1
            antecedents.forget()
            continue
        reader = _Reader(tree, number, antecedents, facts)
        reader.read()
        antecedents.end_sentence(tree)
    return facts


def _unfit(tree: Tree) -> str:
    """Why a sentence as a whole says nothing that can be asked, or empty."""
    words = [t for t in tree if not t.is_mark and not t.text.isdigit()]
    if len(words) < 3:  # noqa: PLR2004 - a subject, a predicate and something about them
        return "a fragment"
    russian = sum(1 for t in words if "а" <= t.lower[:1] <= "я" or t.lower[:1] == "ё")
    if russian < 0.7 * len(words):
        return "not Russian"
    if tree.text.rstrip("»\"' ").endswith("?"):
        return "a question"
    if tree.text.lstrip()[:1] in "—–-•*·#" or any(t.text in "|<>{}=\\@#*~_" for t in tree):
        return "a list or markup"
    if not tree.text.rstrip("»\"' ").endswith((".", "!", "…", ";")):
        return "a fragment"
    if tree.text.count("«") != tree.text.count("»"):
        return "a quotation"
    if any(t.text in "()[]" for t in tree):
        return "brackets without their pair"
    lower = {t.lower for t in tree}
    if lower & _HEDGES or any(inflect.lemma(t.lower, "NOUN") in _HEARSAY for t in tree if
                              t.pos == "NOUN" and t.relation in ("obl", "nmod", "parataxis")):  # fmt: skip
        return "hearsay or a guess"
    if not tree.roots:
        return "no root"
    return ""


class _Reader:
    """Reads the clauses of one sentence."""

    def __init__(self, tree: Tree, number: int, antecedents: Antecedents, facts: Facts) -> None:
        self.tree = tree
        self.number = number
        self.antecedents = antecedents
        self.facts = facts

    def read(self) -> None:
        for token in self.tree:
            for source in (self._clause, self._attribute, self._apposition):
                try:
                    found = source(token)
                except SkippedError as reason:
                    self.facts.skipped[str(reason)] += 1
                    continue
                if found is not None:
                    self.facts.clauses.append(found)
                    self.facts.clauses.extend(self._also(token, found))

    # What a token may be the predicate of

    def _clause(self, token: Token) -> Clause | None:
        kind = self._kind(token)
        if kind is None:
            return None
        if not self._is_asserted(token):
            raise SkippedError("a clause that is not asserted")
        self._check_doubts(token)
        if token.lower == "нет":
            return self._absence(token)
        missing = self._missing(token)
        if missing is not None:
            return missing
        subject = self._subject(token, kind)
        negated = any(t.lower == "не" for t in self.tree.children(token, "advmod"))
        if kind is Kind.SHORT and token.lower.rstrip("аоы") in _NEEDY and len(
            self.tree.children(token, "obl", "iobj", "xcomp", "nmod")) == 0:  # fmt: skip
            raise SkippedError("an argument that cannot be carried")
        if kind is Kind.NOUN and subject is not None:
            return self._nominal(token, subject, negated)
        auxiliary = self.tree.child(token, "aux", "cop")
        past = token["Tense"] == "Past" and kind is Kind.VERB
        if auxiliary is not None:
            if auxiliary.lower not in ("был", "была", "было", "были"):
                raise SkippedError("a future or conditional auxiliary")
            past = True
        if subject is not None:
            self._check_agreement(token, subject)
            said = self._said_with_verb(token, subject, negated)
            if said is not None:
                return said
        arguments = self._arguments(token, kind)
        said_first = [subject, *arguments]
        foremost = any(w.lemma in SUPERLATIVES or w.lemma.endswith("ейший")
                       for p in said_first if p for w in p.words)  # fmt: skip
        if foremost or negated or (token["VerbForm"] == "Fin" and _lacks(token)):
            arguments = _all_needed(arguments, subject)
        rule = {Kind.VERB: "finite verb", Kind.PASSIVE: "passive", Kind.SHORT: "short adjective"}
        return Clause(
            kind,
            subject,
            _predicate(token),
            arguments,
            rule[kind] if subject else "nobody named",
            self.number,
            past=past,
            negated=negated,
        )

    def _absence(self, token: Token) -> Clause:
        """«В городе нет метро»: asked as if there were."""
        thing = self.tree.child(token, "nsubj", "obj")
        if thing is None or thing.pos != "NOUN" or thing["Case"] != "Gen":
            raise SkippedError("an absence of something unknown")
        built = phrase(self.tree, thing, "subject", token.index)
        if built.cut:
            raise SkippedError("a denial that would lose a part")
        arguments = _all_needed(self._arguments(token, Kind.VERB, skip=thing), built)
        verb = Word("есть", "быть", "VERB", number=built.noun.number)
        subject = _nominative(built)
        return Clause(Kind.VERB, subject, verb, arguments, "absence", self.number, negated=True)

    def _missing(self, token: Token) -> Clause | None:
        """«Вакцины не существует»: what is denied stands in the genitive, its verb is neuter."""
        thing = self.tree.child(token, "nsubj")
        denied = any(t.lower == "не" for t in self.tree.children(token, "advmod"))
        if thing is None or not denied or thing["Case"] != "Gen" or thing.pos != "NOUN":
            return None
        found = inflect.reading_of(token)
        as_what = any(t.lower == "как" for t in self.tree.tokens[: thing.index + 1])
        if token["VerbForm"] != "Fin" or found is None or as_what:
            return None
        built = phrase(self.tree, thing, "subject", token.index)
        arguments = _all_needed(self._arguments(token, Kind.VERB, skip=thing), built)
        subject = _nominative(built)
        past = token["Tense"] == "Past"
        noun = subject.noun
        form = inflect.finite(found, "Past" if past else "Pres", noun.gender, noun.number)
        if form is None:
            return None
        verb = Word(form, str(found.normal_form), "VERB", number=noun.number, gender=noun.gender)
        return Clause(
            Kind.VERB, subject, verb, arguments, "absence", self.number, past=past, negated=True
        )

    def _kind(self, token: Token) -> Kind | None:
        if token["Variant"] == "Short":
            return Kind.PASSIVE if token.pos == "VERB" else Kind.SHORT
        if token.lower == "нет" and token.relation == "root":
            return Kind.VERB
        if token.pos in ("VERB", "AUX") and token["VerbForm"] == "Fin":
            if token.relation in ("aux", "cop"):
                return None
            if token["Mood"] != "Ind" or token["Person"] in ("1", "2"):
                raise SkippedError("a verb of the first or second person, or a command")
            return Kind.VERB
        one = token.lower in ("один", "одна", "одно") and self.tree.child(token, "nmod")
        if (one or token.pos in ("NOUN", "PROPN")) and self.tree.child(token, "nsubj"):
            return Kind.NOUN
        return None

    def _is_asserted(self, token: Token) -> bool:
        """Whether the clause is the sentence's own, or joined to it by «и», or relative."""
        seen = set()
        while token.relation == "conj" and token.index not in seen:
            seen.add(token.index)
            head = self.tree.head(token)
            if head is None:
                break
            token = head
        marks = {t.lower for t in self.tree.children(token, "mark")}
        if token.relation in ("advcl", "ccomp") and self.tree.child(token, "nsubj"):
            return self._is_factive(token, marks)
        if token.relation == "parataxis" and self.tree.child(token, "nsubj"):
            return not any(t.lower in ("как", "что") for t in self.tree.children(token))
        if any(t.pos == "SCONJ" for t in self.tree.children(token, "mark")):
            return False
        return token.relation == "root"

    def _is_factive(self, token: Token, marks: set[str]) -> bool:
        """«поскольку …», «хотя …»; «известно, что …»: said as true though not for itself."""
        head = self.tree.head(token)
        if head is None or head.relation != "root":
            return False
        if token.relation == "advcl":
            return bool(marks) and marks <= {"поскольку", "хотя", "ибо"}
        told = inflect.lemma(head.text, head.pos)
        denied = any(t.lower in ("не", "бы") for t in self.tree.children(head))
        return marks == {"что"} and told in _FACTIVE and not denied

    def _check_doubts(self, token: Token) -> None:
        own = [token, *self.tree.children(token)]
        nested = [t for c in own[1:] if c.pos != "VERB" for t in self.tree.children(c)]
        if token.relation != "acl" and any(t.lower.startswith("котор") for t in [*own, *nested]):
            raise SkippedError("a clause that is not asserted")
        if any(t.lower in _DOUBTFUL for t in own):
            raise SkippedError("a doubtful or conditional clause")
        if inflect.lemma(token.text, "VERB") in _SPEECH:
            raise SkippedError("a clause that reports another")
        marks = self.tree.children(token, "mark")
        if any(t.lower in _ADVERBIAL for t in self.tree.children(token) if t not in marks):
            raise SkippedError("a clause that is not asserted")
        if self.tree.child(token, "ccomp", "csubj"):
            raise SkippedError("a clause that reports another")
        if any(t.lower == "не" for t in self.tree.children(token, "aux", "cop")):
            raise SkippedError("a doubtful or conditional clause")
        if token["Tense"] == "Fut" and "если" in {t.lower for t in self.tree}:
            raise SkippedError("a conditional clause")
        for clause in self.tree.children(token, "advcl"):
            marks = {t.lower for t in self.tree.children(clause, "mark")}
            if marks & {"если", "когда", "чтобы", "пока", "хотя"}:
                raise SkippedError("a conditional clause")

    def _is_general(self, token: Token) -> bool:
        """«Комаров делят на виды»: a plural verb with an object and nobody who does it."""
        things = self.tree.children(token, "obj")
        return (
            token["VerbForm"] == "Fin"
            and token["Number"] == "Plur"
            and token["Tense"] == "Pres"
            and token.relation == "root"
            and any(t.pos in ("NOUN", "PROPN") and t["Case"] in ("Acc", "Gen") for t in things)
            and self.tree.child(token, "obl") is not None
            and sum(t["VerbForm"] == "Fin" for t in self.tree) == 1
            and not any(self.tree.child(t, "nummod") for t in things)
        )

    def _subject(self, token: Token, kind: Kind) -> Phrase | None:
        """In the nominative.

        Raises:
            SkippedError: If there is none that can stand alone.
        """
        at: Token | None = token
        seen = set()
        while at is not None and at.index not in seen:
            seen.add(at.index)
            found = self.tree.children(at, "nsubj")
            if found:
                if at.index != token.index and self._may_have_another(token):
                    raise SkippedError("no subject")
                return self._as_subject(found, token)
            if at.relation != "conj" or self._kind_or_none(at) is None:
                break
            at = self.tree.head(at)
        if self._is_general(token):
            return None
        alone = at is None or at.relation in ("root", "parataxis")
        nominatives = [
            t for t in self.tree
            if t.pos in ("NOUN", "PROPN", "PRON") and t["Case"] == "Nom"
            and (t["Number"] == token["Number"] or not token["Number"])
        ]  # fmt: skip
        if nominatives:
            raise SkippedError("no subject")
        if kind is not Kind.NOUN and alone and not self._hides_subject(token):
            resolved = self.antecedents.resolve(_gender(token), token["Number"], silent=True)
            if resolved.noun.entity == "PER" and inflect.lemma(token.text, token.pos) in _MADE:
                raise SkippedError("a pronoun without one antecedent")
            return resolved
        raise SkippedError("no subject")

    def _may_have_another(self, token: Token) -> bool:
        """Whether a joined verb without an object may have a subject of its own after all."""
        found = inflect.reading_of(token)
        following = self.tree.tokens[token.index + 1 : token.index + 2]
        if any(t.text == "—" for t in following):
            return True
        return found is not None and "intr" in found.tag and self._hides_subject(token)

    def _hides_subject(self, token: Token) -> bool:
        """Whether something that hangs on the predicate may be its subject, mistaken for another."""
        return any(
            t.pos in ("NOUN", "PROPN", "NUM", "PRON")
            and not self.tree.child(t, "case")
            and inflect.find_reading(t.text, t.pos, "Nom", token["Number"]) is not None
            for t in self.tree.children(token)
        )

    def _kind_or_none(self, token: Token) -> Kind | None:
        try:
            return self._kind(token)
        except SkippedError:
            return None

    def _as_subject(self, given: Sequence[Token], predicate: Token) -> Phrase:
        found = [t for t in given if t["Case"] == "Nom" or self.tree.child(t, "nummod")] or given
        if len(found) > 1:
            found = [t for t in found if _may_agree(t, predicate)]
            if len(found) != 1:
                raise SkippedError("two subjects")
        subject = found[0]
        if subject.pos == "PRON":
            if subject.lower not in ("он", "она", "оно", "они"):
                raise SkippedError("a pronoun subject")
            return self.antecedents.resolve(subject["Gender"] or _gender(predicate),
                                            subject["Number"])  # fmt: skip
        if subject.pos not in ("NOUN", "PROPN"):
            raise SkippedError("a subject that is not a noun")
        between = self.tree.tokens[subject.index + 1 : predicate.index]
        if any(t["Case"] == "Ins" and t.relation in ("obl", "nmod") and t.head == predicate.index
               and not self.tree.child(t, "case") for t in between):  # fmt: skip
            raise SkippedError("an agent that may be the subject's")
        built = phrase(self.tree, subject, "subject", predicate.index)
        owned = any(w.rel == "nmod" and w.head == built.head for w in built.words)
        if built.noun.lemma in RELATIVE and not owned and not is_named(built):
            raise SkippedError("a subject that says nothing")
        alone = not any(w.rel in ("nmod", "nummod") and w.head == built.head for w in built.words)
        if built.noun.lemma in _EMPTY and alone:
            raise SkippedError("a subject that says nothing")
        if built.prep:
            raise SkippedError("a subject with a preposition")
        if self.tree.child(subject, "conj"):
            return self._pair(built, subject)
        built = _as_nominative(built)
        self.antecedents.add(built)
        return built

    def _pair(self, first: Phrase, subject: Token) -> Phrase:
        """«Россия и Франция»: two short subjects, which stay together."""
        others = self.tree.children(subject, "conj")
        joined = len(others) == 1 and [t.lower for t in self.tree.children(others[0], "cc")] == ["и"]
        if not joined:
            raise SkippedError("several subjects")
        second = phrase(self.tree, others[0], "subject")
        if len(first.words) + len(second.words) > 4 or second.prep:  # noqa: PLR2004
            raise SkippedError("several subjects")
        if first.noun.case != "Nom" or second.noun.case != "Nom":
            raise SkippedError("several subjects")
        start = len(first.words) + 1
        moved = [replace(w, head=w.head + start if w.head >= 0 else -1) for w in second.words]
        words = (*first.words, Word("и", "и", "CCONJ"), *moved)
        head = replace(first.noun, number="Plur", gender="")
        return Phrase(words, first.head, "subject").with_word(first.head, head)

    def _check_agreement(self, token: Token, subject: Phrase) -> None:
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

    # Arguments

    def _arguments(
        self, token: Token, kind: Kind, skip: Token | None = None
    ) -> tuple[Phrase, ...]:
        found: list[tuple[int, Phrase]] = []
        lost: list[int] = []
        for child in self.tree.children(token):
            if child is skip:
                continue
            try:
                found += [(child.index, p) for p in self._argument(token, child, kind)]
            except _LostError:
                lost.append(child.index)
        objects = [p for _, p in found if p.role == "object" and not p.prep and p.noun.case == "Acc"]
        if len(objects) > 1:
            raise SkippedError("two objects")
        needs_object = _needs_object(token)
        if needs_object and not any(p.role in ("object", "infinitive") for _, p in found):
            raise SkippedError("a transitive verb without its object")
        base = inflect.lemma(token.text, "VERB")
        between = [
            i for i, p in found
            if p.role == "oblique" and i > token.index
            and any(i < j and o.role == "object" and not o.prep for j, o in found)
        ]  # fmt: skip
        found = [(i, replace(p, required=True)) if i in between else (i, p) for i, p in found]
        told = dict.fromkeys(p.text for _, p in found)
        if len(told) < len(found):
            raise SkippedError("an argument that stands twice")
        if base in _CALLED and kind is Kind.VERB and len([1 for _, p in found if not p.time]) < 2:  # noqa: PLR2004
            raise SkippedError("an argument that cannot be carried")
        needed = [p for _, p in found if p.role != "adverb" and not p.time]
        if (lost and not found) or (base in _COPULAR and not needed):
            raise SkippedError("an argument that cannot be carried")
        for index in lost:
            if index > token.index and self._governs(self.tree.tokens[index]):
                raise SkippedError("an argument that cannot be carried")
        nearest = min((i for i, p in found if i > token.index and not p.time), default=len(self.tree))
        if kind is Kind.SHORT and lost:
            raise SkippedError("an argument that cannot be carried")
        if kind is Kind.VERB and any(token.index < i < nearest for i in lost):
            raise SkippedError("an argument that cannot be carried")
        found.sort(key=lambda pair: pair[0])
        return _require_nearest(token, found, kind)

    def _argument(self, token: Token, child: Token, kind: Kind) -> Iterator[Phrase]:
        relation = child.relation
        if child["VerbForm"] == "Inf" and relation in ("xcomp", "csubj"):
            yield self._infinitive(child)
        elif relation == "xcomp" and child.pos not in ("NOUN", "PROPN"):
            raise SkippedError("a predicate that is not understood")
        elif relation in _ARGUMENTS and child.text.isdigit() and self.tree.child(child, "nmod", "flat"):
            found = date(self.tree, child, before=child.index < token.index)
            if found:
                yield found
        elif relation in _ARGUMENTS and child.pos in ("NOUN", "PROPN", "ADJ", "NUM"):
            role = _ARGUMENTS[relation]
            needed = role == "object" or (
                not self.tree.child(child, "case") and child["Case"] in ("Ins", "Dat", "Gen")
            )
            try:
                built = phrase(self.tree, child, role, token.index)
            except SkippedError as reason:
                if needed:
                    raise
                raise _LostError from reason
            needed = needed and not built.time and not (kind is Kind.PASSIVE)
            if child.pos in ("ADJ", "NUM") and not built.time and len(built.words) == 1:
                if needed:
                    raise SkippedError("an object that is not a noun")
                return
            if built.prep == "у":
                needed = True
            if not built.noun.case:
                return
            if built.noun.case == "Nom" and not built.prep:
                raise SkippedError("an argument in the nominative")
            if self._parted(token, child):
                if needed:
                    raise SkippedError("an argument beyond a comma")
                raise _LostError
            yield replace(built, required=needed)
        elif relation in _ARGUMENTS and (relation == "obj" or child.pos == "PRON"):
            if child.lower in ("себя", "себе", "собой") and child.index == token.index + 1:
                yield _single(child, "reflexive")
            elif relation in ("obj", "iobj") or not self.tree.child(child, "case"):
                raise SkippedError("a pronoun object")
            elif child.index > token.index:
                raise _LostError
        elif relation == "advmod" and child.pos == "ADV" and child.lower not in _DROPPED_ADVERBS:
            more = any("COMP" in r.tag for r in inflect.readings(child.lower)[:1])
            if child.lower in _LIMITING:
                raise SkippedError("a doubtful or conditional clause")
            if child.index < token.index and child.lower not in _WEIGHTY and not more:
                return  # how it was done may be left out
            if more or child.text.isdigit() or self.tree.children(child):
                raise SkippedError("an adverb that cannot be carried")
            yield replace(_single(child, "adverb"), required=True,
                          before=child.index < token.index)  # fmt: skip
        elif relation == "fixed" and child.lower in ("собой", "себя"):
            yield _single(child, "reflexive")

    def _governs(self, child: Token) -> bool:
        """Whether an adjunct looks like one that its verb asks for: к чему, из чего, во что."""
        prep = self.tree.child(child, "case")
        if prep is None:
            return False
        asked = ("к", "ко", "из", "от", "с", "со", "за", "о", "об")
        return prep.lower in asked or (prep.lower in ("в", "во", "на") and child["Case"] == "Acc")

    def _parted(self, token: Token, child: Token) -> bool:
        """Whether a comma stands between a predicate and what hangs on it."""
        first, last = sorted((token.index, child.index))
        return any(t.text in ",;:—" for t in self.tree.tokens[first:last])

    def _infinitive(self, head: Token) -> Phrase:
        """An infinitive with what it needs."""
        for child in self.tree.children(head):
            if child.relation in ("ccomp", "advcl", "mark") or child.lower == "не":
                raise SkippedError("an infinitive that cannot be carried")
        kept = [p for p in self._arguments(head, Kind.VERB) if p.required]
        words = [Word(head.lower, inflect.lemma(head.text, "VERB"), "VERB")]
        for phrase_ in kept:
            if phrase_.role in ("infinitive", "adverb"):
                raise SkippedError("an infinitive that cannot be carried")
            if phrase_.prep:
                text = inflect.preposition(phrase_.prep, phrase_.words[0].text)
                words.append(Word(text, phrase_.prep, "ADP"))
            start = len(words)
            words += [replace(w, head=w.head + start if w.head >= 0 else -1)
                      for w in phrase_.words]  # fmt: skip
        if len(words) > LONGEST or (head.lower == "быть" and len(words) == 1):
            raise SkippedError("an infinitive that cannot be carried")
        return Phrase(tuple(words), 0, "infinitive", required=True)

    # Nouns as predicates

    def _said_with_verb(self, token: Token, subject: Phrase, negated: bool) -> Clause | None:
        """«является рекой», «стал врачом»: the noun is what is said."""
        if inflect.lemma(token.text, "VERB") not in ("являться", "стать", "оказаться"):
            return None
        noun = self.tree.child(token, "xcomp", "obl", "obj")
        if noun is None or noun["Case"] != "Ins":
            return None
        one = inflect.lemma(noun.text, noun.pos) == "один" and self.tree.child(noun, "nmod")
        if noun.pos not in ("NOUN", "PROPN") and not one:
            return None
        if self.tree.child(noun, "case"):
            return None
        nominal = phrase(self.tree, noun, "predicate")
        past = token["Tense"] == "Past"
        if token["Tense"] == "Fut" or (not past and token["Aspect"] == "Perf"):
            raise SkippedError("a future or conditional auxiliary")
        return self._said_of(subject, nominal, "noun with a verb", past, negated)

    def _nominal(self, token: Token, subject: Phrase, negated: bool) -> Clause:
        copula = self.tree.child(token, "cop")
        past = copula is not None and copula.lower in ("был", "была", "было", "были")
        if copula is not None and not past and copula.lower not in ("есть", "это"):
            raise SkippedError("a future or conditional auxiliary")
        start = self.tree.child(token, "nsubj")
        assert start is not None  # noqa: S101 - `_kind` saw it
        between = self.tree.tokens[min(start.index, token.index) : max(start.index, token.index)]
        dash = any(t.text == "—" for t in between)
        if copula is None and not dash:
            raise SkippedError("a noun without a dash or a copula")
        if copula is None:
            if sum(t.text == "—" for t in self.tree) > 1:
                raise SkippedError("more than one dash")
            stroke = next(t for t in between if t.text == "—")
            before = self.tree.tokens[start.index : stroke.index]
            if any(t.text in ",;:" for t in before):
                raise SkippedError("a dash that is not the subject's")
        if start.index > token.index:
            raise SkippedError("a noun before its subject")
        if token["Case"] not in ("Nom", "Ins"):
            raise SkippedError("a noun in an oblique case")
        if self.tree.child(token, "case"):
            raise SkippedError("a noun in an oblique case")
        nominal = phrase(self.tree, token, "predicate")
        return self._said_of(subject, nominal, "copula" if copula else "dash", past, negated)

    def _said_of(
        self, subject: Phrase, nominal: Phrase, rule: str, past: bool, negated: bool = False
    ) -> Clause:
        reading = inflect.find_reading(nominal.noun.text, "NOUN", nominal.noun.case)
        if reading is not None and str(reading.tag.POS) != "NOUN":
            raise SkippedError("a predicate that is not a noun")
        holds_name = any(w.rel == "appos" or w.entity in ("LOC", "PER") and w.head == -1
                         for w in nominal.words)  # fmt: skip
        if holds_name and not is_named(subject):  # «столица княжества — город Або»
            subject, nominal = _nominative(replace(nominal, role="subject")), replace(
                subject, role="predicate"
            )
        if nominal.noun.number != subject.noun.number:
            raise SkippedError("a predicate of another number")
        if nominal.noun.lemma in _ADDRESS:
            raise SkippedError("an empty predicate")
        first = nominal.words[0].lemma
        if first in ("название", "имя", "часть", "вид") or (first == "один" and len(nominal.words) < 3):
            raise SkippedError("an empty predicate")
        if subject.counted or nominal.counted or any(w.lemma == "весь" for w in nominal.words):
            raise SkippedError("a predicate with a number")
        feminine = nominal.noun.gender == "Fem" and nominal.noun.animacy == "Anim"
        if feminine and subject.noun.entity == "PER" and subject.noun.gender == "Masc":
            raise SkippedError("a predicate of another gender")
        alone = not any(w.rel == "nmod" and w.head == nominal.head for w in nominal.words)
        if nominal.noun.lemma in RELATIVE and alone:
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
            self.number,
            nominal=nominal,
            past=past or (rule != "noun with a verb" and self._is_history(subject)),
            negated=negated,
        )

    def _is_history(self, subject: Phrase) -> bool:
        """Whether «был» is said of it: a person with years long gone."""
        if subject.noun.entity != "PER":
            return False
        return any(len(y) == 4 and y < "1960" for y in _years(self.tree.text))  # noqa: PLR2004

    def _apposition(self, token: Token) -> Clause | None:
        """«Пушкин, русский поэт, …» and «русский поэт Пушкин»."""
        if token.relation != "appos":
            return None
        head = self.tree.head(token)
        if head is None:
            return None
        if token.pos == "PROPN" and head.pos == "NOUN" and token.index == head.index + 1:
            named, noun = token, head
        elif token.pos == "NOUN" and head.pos == "PROPN" and token.index > head.index:
            if self.tree.tokens[token.index - 1].text in "«»":
                return None
            named, noun = head, token
        else:
            return None
        if not named.entity or (named.entity != "PER" and noun.entity):
            return None
        if named.entity == "PER" and noun["Animacy"] == "Inan":
            return None
        quoted = self.tree.tokens[: token.index]
        if sum(t.text == "«" for t in quoted) > sum(t.text == "»" for t in quoted):
            return None  # a title says nothing
        if named.entity != "PER" and (noun["Case"] == "Gen" or noun["Animacy"] == "Anim"):
            return None  # «побережья Виргинии» is no apposition
        usual = inflect.readings(named.lower)[0].tag
        if named.entity != "PER" and usual.case and "nomn" not in (usual.case, "") and (
            named["Case"] == "Nom"):  # fmt: skip
            return None  # «водопад Мерчисона»
        over = self.tree.head(noun)
        kin = over is not None and inflect.lemma(over.text, "NOUN") in RELATIVE
        if (noun is head and self.tree.child(noun, "conj")) or (noun.relation == "nmod" and kin):
            raise SkippedError("an apposition that may belong elsewhere")
        if token["Case"] != head["Case"]:
            raise SkippedError("an apposition in another case")
        subject = _nominative(phrase(self.tree, named, "subject"))
        surname = inflect.readings(subject.noun.text.lower())[0]
        if len(subject.words) == 1 and "ADJF" in surname.tag and "Surn" not in surname.tag:
            raise SkippedError("an apposition without a name")
        whole = phrase(self.tree, noun, "predicate")
        nominal = _without(whole, subject)
        return self._said_of(subject, nominal, "apposition", False)

    def _also(self, token: Token, first: Clause) -> Iterator[Clause]:
        """What else is said of the subject: «Чехов — писатель, драматург и врач»."""
        if first.kind is not Kind.NOUN or first.rule not in ("dash", "copula") or first.negated:
            return
        for other in self.tree.children(token, "conj"):
            if other.pos not in ("NOUN", "PROPN") or other["Case"] != token["Case"]:
                continue
            if self.tree.child(other, "nsubj", "case", "cop"):
                continue
            try:
                nominal = phrase(self.tree, other, "predicate")
                assert first.subject is not None  # noqa: S101 - a noun is said of something
                yield self._said_of(first.subject, nominal, first.rule, first.past)
            except SkippedError as reason:
                self.facts.skipped[str(reason)] += 1

    # Clauses that hang on a noun

    def _attribute(self, token: Token) -> Clause | None:
        """A relative or participial clause, made a clause of its own."""
        if token.relation != "acl" or token.pos != "VERB":
            return None
        head = self.tree.head(token)
        if head is None or head.pos not in ("NOUN", "PROPN"):
            return None
        if token["VerbForm"] == "Part" and token["Variant"] != "Short":
            if token.index < head.index:
                return None
            gender = _gender(head)
            if inflect.find_reading(token.text, "VERB", head["Case"], head["Number"], gender) is None:
                raise SkippedError("a participle that does not agree")
            kind, predicate, past = self._from_participle(token, head)
            rule = "participle"
        elif token["VerbForm"] == "Fin" or token["Variant"] == "Short":
            which = self.tree.child(token, "nsubj")
            if which is None or inflect.lemma(which.text, "ADJ") != "который":
                return None
            kind = Kind.VERB if token["VerbForm"] == "Fin" else Kind.PASSIVE
            if token["Variant"] == "Short" and token.pos == "ADJ":
                kind = Kind.SHORT
            predicate, past, rule = _predicate(token), token["Tense"] == "Past", "relative clause"
            if kind is not Kind.VERB:
                past = self.tree.child(token, "aux", "cop") is not None
        else:
            return None
        self._check_doubts(token)
        self._check_attribute(token, head)
        subject = _nominative(phrase(self.tree, head, "subject"))
        if any(w.text.lower() in _EVERY or w.lemma in SUPERLATIVES or w.lemma in ORDINALS
               for w in subject.words):  # fmt: skip
            raise SkippedError("a clause that says which things are meant")
        definite = is_named(subject) or (len(subject.words) > 1 and subject.noun.number == "Sing")
        if not definite:
            raise SkippedError("a clause that says which things are meant")
        if token["VerbForm"] == "Fin" or token["Variant"] == "Short":
            self._check_agreement(token, subject)
        if any(t.lower == "не" for t in self.tree.children(token, "advmod")):
            raise SkippedError("a denied clause that says which things are meant")
        return Clause(
            kind, subject, predicate, self._arguments(token, kind), rule, self.number, past=past
        )

    def _check_attribute(self, token: Token, head: Token) -> None:
        """That a clause can belong to no other noun, and that its noun is not only wished for."""
        if token["Tense"] == "Fut":
            raise SkippedError("a clause that is not asserted")
        which = self.tree.child(token, "nsubj") if token["VerbForm"] == "Fin" else token
        agreeing = which if which is not None else token
        between = self.tree.tokens[head.index + 1 : token.index]
        for noun in between:
            same = noun.pos in ("NOUN", "PROPN") and noun["Number"] == head["Number"]
            fits = agreeing["Gender"] in ("", noun["Gender"]) or head["Number"] == "Plur"
            participle = token["VerbForm"] == "Part" and token["Variant"] != "Short"
            if same and fits and (not participle or noun["Case"] == head["Case"]):
                raise SkippedError("a clause that may belong to another noun")
        above: Token | None = head
        for _ in range(len(self.tree)):
            if above is None:
                return
            if above["VerbForm"] == "Inf" or above.relation in ("ccomp", "advcl", "csubj"):
                raise SkippedError("a clause that is not asserted")
            above = self.tree.head(above)

    def _from_participle(self, token: Token, head: Token) -> tuple[Kind, Word, bool]:
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


class _LostError(Exception):
    """An adjunct that cannot be carried over; the clause may do without it."""


_DROPPED_ADVERBS: Final = frozenset(
    "также тоже еще ещё уже теперь сегодня сейчас вскоре позже затем потом тогда здесь там тут "
    "впоследствии поэтому далее особенно даже вновь снова опять ныне наконец однако сначала обычно "
    "впервые просто именно собственно вообще действительно фактически вчера завтра ранее "
    "одновременно при вместе лично порой зачастую тем соответственно примерно около приблизительно "
    "совершенно абсолютно географически всего периодически активно успешно широко "
    "существенно значительно заметно очень весьма довольно достаточно сразу тотчас немедленно "
    "примечательно интересно известно традиционно изначально первоначально окончательно".split()
)
"""Adverbs without which a clause is as true; all others are kept."""
_WEIGHTY: Final = frozenset("часто редко мало плохо хорошо трудно легко всегда иногда".split())
"""Adverbs before a verb that must not be lost."""
_MADE: Final = frozenset(
    "основать учредить построить создать решить образовать открыть опубликовать издать снять".split()
)
"""What is done to things, not to people."""
_LIMITING: Final = frozenset("частично почти едва отчасти наполовину временно".split())
_ADDRESS: Final = frozenset(
    "господин госпожа товарищ гражданин пример миссис мистер сэр леди дон пан человек лицо".split()
)
_EVERY: Final = frozenset("каждый каждая каждое любой любая любое всякий единственный единственная "
                          "единственное единственные".split())  # fmt: skip
_COPULAR: Final = frozenset(
    "являться становиться стать заключаться составлять составить состоять зависеть относиться "
    "находиться располагаться входить казаться оказаться называться считаться представлять служить "
    "уйти уехать вернуться присоединиться напасть перейти переехать прибыть попасть поступить "
    "вступить войти выйти привести добраться принадлежать отличаться содержаться бывать делать сделать вести привести приводить "
    "указывать получаться оставаться остаться иметь использоваться применяться".split()
)
"""Verbs that say nothing without what follows them."""
_CALLED: Final = frozenset(
    "признать назвать объявить назначить избрать сделать лишить связать посвятить положить "
    "подвергнуть отнести включать включить вызвать направить обусловить ограничить изобразить "
    "послать отправить доставить привезти относить произвести вывести увезти перевезти перевести "
    "дать внести называть именовать указать упомянуть описать представить отразить занести заверить настаивать превратить "
    "охарактеризовать рассматривать рассматриваться оценить определить приговорить обвинить привлечь посчитать считать звать прозвать".split()
)
"""Verbs whose participle says nothing without what follows it."""
_NEEDY: Final = frozenset(
    "известен известн похож необходим нужен нужн богат беден полон способен способн склонен склонн готов должен должн рад равен равн близок "
    "близк похож согласен согласн достоин достойн подвержен характерен характерн свойственен".split()
)
"""Short adjectives that want to know of what, to what."""
_EMPTY: Final = frozenset(
    "часть число большинство ряд количество доля процент сторона вид тип форма название имя".split()
)
"""Nouns that are no subject by themselves."""
_FACTIVE: Final = frozenset(
    "известный известно установить обнаружить выяснить доказать показать подтвердить сообщить "
    "рассказать отметить объявить напомнить узнать выясниться оказаться подчеркнуть пояснить "
    "сообщаться отмечаться установлено доказано".split()
)
"""What is told by these is taken to be so; not what somebody believes or fears."""
_SPEECH: Final = frozenset(("говорить", "сказать", "спросить", "ответить", "писать", "гласить",
                             "напомнить", "ждать", "рассказать", "объяснить", "заметить", "отметить",
                             "подчеркнуть", "сообщить", "добавить", "признаться", "пояснить",
                             "предложить", "считать", "полагать", "обещать"))


def _lacks(token: Token) -> bool:
    """Whether a verb denies by itself: of what is missing, nothing may be left out."""
    return inflect.lemma(token.text, "VERB") in (
        "отсутствовать", "исчезнуть", "исключать", "исключить", "лишиться", "прекратиться",
        "запрещать", "запретить", "отменить", "отказаться", "отказываться",
    )  # fmt: skip


def _needs_object(token: Token) -> bool:
    """Whether a verb says too little without its object."""
    if token["VerbForm"] not in ("Inf", "Fin") or token.lower.endswith(("ся", "сь")):
        return False
    found = inflect.reading_of(token)
    if found is None or "tran" not in found.tag:
        return False
    joined = token.relation == "conj"
    return token["VerbForm"] == "Inf" or joined or "perf" in found.tag


def _predicate(token: Token) -> Word:
    found = inflect.reading_of(token)
    if found is None or not found.is_known:
        raise SkippedError("a verb that the dictionary does not know")
    base = str(found.normal_form)
    return Word(
        token.lower, base, token.pos, "", token["Number"], token["Gender"], rel=token["Tense"]
    )


def _may_agree(subject: Token, predicate: Token) -> bool:
    """Whether the dictionary has a nominative of a word that agrees with a predicate."""
    if subject.pos not in ("NOUN", "PROPN"):
        return subject.pos == "PRON" and subject["Number"] == predicate["Number"]
    number, gender = predicate["Number"], _gender(predicate)
    return inflect.find_reading(subject.text, subject.pos, "Nom", number, gender) is not None


def _gender(token: Token) -> str:
    return token["Gender"] if token["Number"] == "Sing" else ""


def _single(token: Token, role: str) -> Phrase:
    word = Word(token.lower, inflect.lemma(token.text, token.pos), token.pos)
    return Phrase((word,), 0, role, required=True)


def _nominative(built: Phrase) -> Phrase:
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
            words = tuple(
                replace(w, case="Nom") if w.case == "Acc" else w for w in built.words
            )
            return replace(built, words=words)
    if built.counted and built.counts_as_nominative:
        return built
    return _nominative(built) if noun.case == "Nom" else _refuse()


def _refuse() -> Phrase:
    raise SkippedError("a subject that is not in the nominative")


def _without(whole: Phrase, part: Phrase) -> Phrase:
    """A phrase without the words of the apposition that stood in it."""
    kept = [i for i, w in enumerate(whole.words) if w.rel != "appos" and w.entity != "PER"]
    if whole.head not in kept or not kept:
        raise SkippedError("an apposition without a noun")
    if kept != list(range(kept[0], kept[-1] + 1)):
        raise SkippedError("a phrase with a gap")
    moved = {old: new for new, old in enumerate(kept)}
    words = tuple(
        replace(whole.words[i], head=moved.get(whole.words[i].head, -1)) for i in kept
    )
    return replace(whole, words=words, head=moved[whole.head], prep="")


def _all_needed(arguments: tuple[Phrase, ...], subject: Phrase | None) -> tuple[Phrase, ...]:
    """Of a denied clause nothing may be left out: «не живёт в городе» is not «не живёт».

    Raises:
        SkippedError: If something is left out already.
    """
    if any(p.cut for p in arguments) or (subject is not None and subject.cut):
        raise SkippedError("a denial that would lose a part")
    return tuple(replace(p, required=True) for p in arguments)


def _require_nearest(
    token: Token, found: list[tuple[int, Phrase]], kind: Kind
) -> tuple[Phrase, ...]:
    """Mark the first adjunct after the predicate as needed: its verb may govern it."""
    phrases = [built for _, built in found]
    after = [p for place, p in found if place > token.index and not p.time]
    if not after and kind is Kind.VERB:
        for i, built in enumerate(phrases):
            if built.role == "oblique" and not built.time:
                phrases[i] = replace(built, required=True)
                break
    for i, built in enumerate(phrases):  # внести в список, добавить к чему
        whither = built.prep in ("в", "на") and built.noun.case == "Acc" and not built.time
        if (whither or built.prep == "к") and built.role == "oblique" and not built.before:
            phrases[i] = replace(built, required=True)
    if kind is Kind.PASSIVE:
        base = inflect.lemma(token.text, "VERB")
        for i, built in enumerate(phrases):
            if base in _CALLED and not built.time and built.role != "adverb":
                phrases[i] = replace(built, required=True)
                break
        else:
            if base in _CALLED:
                raise SkippedError("an argument that cannot be carried")
        return tuple(phrases)
    if any(p.required and p.role in ("object", "infinitive") for p in phrases):
        return tuple(phrases)
    for i, (place, built) in enumerate(found):
        if place > token.index and built.role == "oblique" and not built.time:
            place_of_event = built.prep in ("в", "на") and built.noun.case == "Loc"
            if not (place_of_event and token["Aspect"] == "Perf"):
                phrases[i] = replace(built, required=True)
            break
    return tuple(phrases)


def _years(text: str) -> list[str]:
    import re

    return re.findall(r"\b1[0-9]{3}\b|\b[3-9][0-9]{2}\b", text)
