"""A question → the same question with «не», whose answer is the other one.

«Не входит ли Байкал в десятку?» is merely a politer way to ask whether it does; what denies is
«не» in a clause under «верно ли, что».
"""

from __future__ import annotations

import re
from typing import Final

from danetka.augmentation.style import Style, in_style
from danetka.robustness.chunks import Noun, tags
from danetka.robustness.names import is_name
from danetka.robustness.statements import Part, Sort, Statement, read_statements

_OPENING: Final = "верно ли"
_AT_ALL: Final = ("реальности", "действительности", "жизни", "истории")
"""Where one was not who never was: «Холмса не было в реальности»."""
_SUBORDINATE: Final = re.compile(r"\bли, что\b", re.IGNORECASE)
_PAUSE: Final = re.compile(r"\s[—–-]\s")
_OTHER_MARKS: Final = re.compile(r"[,:;«»\"„“()…!—–]")


def negated(question: str, style: Style, names: frozenset[str] = frozenset()) -> str | None:
    """The negated question, or None where it cannot be made with certainty.

    Args:
        question: A general question.
        style: Of what is made; ``danetqa`` is lower case without commas.
        names: Dictionary forms of the passage's names (`names_in`).

    Examples:
        >>> negated("Есть ли у кита зубы?", "plain")
        'Верно ли, что у кита нет зубов?'
    """
    bare = _PAUSE.sub(" ", _SUBORDINATE.sub("ли что", question))
    if _OTHER_MARKS.search(bare):
        return None
    ways = read_statements(bare)
    told = {_deny(way, names) for way in ways}
    if len(told) != 1 or "" in told:
        return None
    opening = ways[0].opening or _OPENING
    clause = _opened(told.pop(), question, names)
    if _PAUSE.search(question):
        clause = clause.replace(" это не ", " — это не ", 1)
    text = f"{opening[:1].upper()}{opening[1:]}, что {clause}?"
    return in_style(text, style)


def _opened(clause: str, question: str, names: frozenset[str]) -> str:
    """A clause without the capital that its first word had as the first of the question."""
    first = clause.partition(" ")[0]
    named = is_name(first, names) or all(_is_proper(reading) for reading in tags(first))
    if not question.startswith(first) or named or (first.isupper() and len(first) > 1):
        return clause
    return clause[:1].lower() + clause[1:]


def _is_proper(reading: object) -> bool:
    tag = getattr(reading, "tag", "")
    return any(kind in tag for kind in ("Name", "Surn", "Patr", "Geox", "Orgn"))


def _deny(s: Statement, names: frozenset[str]) -> str:
    verb = s.verb.lower()
    if s.sort is Sort.NOUN and s.subject is not None:
        return _join(s.subject, "это не", *s.rest)
    if s.told and verb != "есть":
        before, after = s.told
        return f"{before} не {verb} {after}".strip()
    if s.subject is None:
        return _impersonal(s)
    if s.sort in (Sort.THERE, Sort.WAS):
        return _was(s, s.subject, names) if s.sort is Sort.WAS else _there(s, s.subject)
    if s.sort is Sort.SHORT:
        return _join(*s.before, s.subject, *s.after, f"не {verb}")
    return _join(s.subject, f"не {verb}", *s.rest)


def _impersonal(s: Statement) -> str:
    first, others = s.rest[0], s.rest[1:]
    if first.case == "inf":
        return _join(f"не {s.verb.lower()}", first, *others)
    return _join(first, f"не {s.verb.lower()}", *others)


def _was(s: Statement, subject: Noun, names: frozenset[str]) -> str:
    said = [p for p in s.rest if p.case in ("pred", "ablt") and not p.prep]
    named = subject.named or (subject.animate and any(is_name(w, names) for w in subject.words))
    at_all = any(p.words[-1].lower() in _AT_ALL for p in s.rest)
    if said or (named and not at_all and any(p.prep not in ("", "у") for p in s.rest)):
        about = [p for p in s.after if p.prep in ("о", "об")]
        others = [p for p in s.rest if p not in said + about]
        return _join(subject, *about, f"не {s.verb.lower()}", *said, *others)
    if any((p.case == "accs" and not p.prep) or p.prep in ("за", "против") for p in s.rest):
        return ""  # «военные были против»: not that there were none
    return _absent(subject, "не было", s)


def _there(s: Statement, subject: Noun) -> str:
    verb = s.verb.lower()
    if any(not p.prep and p.case != "adv" for p in s.rest):
        return "" if verb == "есть" else _join(subject, f"не {verb}", *s.rest)
    if verb == "есть":
        return _absent(subject, "нет", s)
    if verb.startswith(("существовал", "бывал")):
        return _absent(subject, f"не {verb.rstrip('аио')}о", s)
    return _absent(subject, f"не {verb.replace('ют', 'ет')}", s)


def _absent(subject: Noun, verb: str, s: Statement) -> str:
    """«у кита нет зубов», «полёта на Луну не было»: what is not there, in the genitive."""
    if not subject.genitive:
        return ""
    opening = [p for p in s.rest if p.is_place or p.case == "adv"]
    bound = [p for p in s.rest if p not in opening]
    if opening:
        return _join(*opening, verb, subject.genitive, *bound)
    return _join(subject.genitive, *bound, verb)


def _join(*parts: Part | Noun | str) -> str:
    return " ".join(p if isinstance(p, str) else " ".join(p.words) for p in parts)
