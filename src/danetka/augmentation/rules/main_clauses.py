"""«A, а B», «A, который …» → «A.»: the first clause of a sentence, to be parsed again.

A sentence that gave no fact often has a first clause that is plain enough; it is what follows that
the parser lost itself in. Cut is only where what follows takes nothing back: not before «если»,
«кроме», «что», and not a clause that says which things are meant.
"""

from __future__ import annotations

import re
from typing import Final

from danetka.augmentation.rules.lexicon import members
from danetka.language import inflect
from danetka.language.parse import Sentence

_JOINED = re.compile(
    r",? (?:а также|однако|причём|причем|при этом)\b|, (?:но|а)\b|;|(?<=[а-яё»]):(?= )|,? — "
    r"|, (?:после чего|в том числе|включая|например|вследствие чего|тогда как|в отличие)\b"
)
_RELATIVE = re.compile(
    r", (?:(?:в|на|из|о|об|с|от|по|к|у|для|при|под|над|через) )?(?:котор[а-яё]+|где|куда|откуда)\b"
    r"|, [а-яё]+(?:[шщ]|нн|т)(?:ий|ый|ая|ее|ое|ие|ые|его|ого|ую|юю)(?:ся)?\b"
)
_OPENS_ANOTHER = re.compile(
    r"(?:Если|Когда|Хотя|Чтобы|Поскольку|Так как|После того|До того|В то время|По мере|Как|Пока)\b"
)
_HALF = re.compile(r"\b(?:не (?:только|столько|просто)|как|ли|либо|то|что|чтобы)\b", re.IGNORECASE)
_SHORTEST: Final = 4
_SUPERLATIVES: Final = members("superlatives")


def main_clause(sentence: Sentence) -> Sentence | None:
    """The first clause as a sentence, or None where none can be cut off."""
    plain = sentence.plain
    if _OPENS_ANOTHER.match(plain):
        return None
    found = [m for m in (_JOINED.search(plain), _relative(plain)) if m is not None]
    if not found:
        return None
    head = plain[: min(m.start() for m in found)].rstrip()
    words = head.split()
    if len(words) < _SHORTEST or _HALF.search(head) or head.count("«") != head.count("»"):
        return None
    if "(" in head or ")" in head:
        return None
    return Sentence(sentence.text, f"{head}.")


def _relative(plain: str) -> re.Match[str] | None:
    """The first relative clause, if it only adds to what is said of one thing."""
    found = _RELATIVE.search(plain)
    if found is None:
        return None
    words = re.findall(r"[А-Яа-яЁё-]+", plain[: found.start()])
    if not words or any(inflect.lemma(w.lower()) in _SUPERLATIVES for w in words):
        return None
    last = words[-1]
    tag = inflect.readings(last.lower())[0].tag
    one = str(tag.number) == "sing" and str(tag.POS) == "NOUN"
    return found if one or last[:1].isupper() else None
