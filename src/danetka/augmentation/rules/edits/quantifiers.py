"""«Некоторые грибы ядовиты» → «Ядовиты ли все грибы?»."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules.clause import Clause
from danetka.augmentation.rules.edits.edit import Context, Edit, with_changed

_SOME: Final = ("некоторые", "отдельные", "многие")
_ALL: Final = "все"


def other_quantifiers(clause: Clause, context: Context) -> Iterator[Edit]:
    """«Все» for «некоторые»: whoever says that some are so says that not all are."""
    subject = clause.subject
    if subject is None or len(subject.words) < 2:  # noqa: PLR2004 - «многие считают»
        return
    first = subject.words[0]
    if first.text.lower() not in _SOME or context.passage.says_all(clause.sentence):
        return
    changed = subject.with_word(0, replace(first, text=_ALL, lemma="весь"))
    yield with_changed(clause, "subject", changed, "quantifier", first.text, _ALL, 0.9)
